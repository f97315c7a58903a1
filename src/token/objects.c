#define MN_LOG_ROOM "token"
#include "token/objects.h"

#include <stdlib.h>

#include "base/log.h"
#include "token/mechanism.h"
#include "token/rv.h"

/* Where an object stands, whether it is there or not. */
struct place {
    CK_OBJECT_HANDLE handle;     /* 0: none given yet */
    struct mn_attributes always; /* what is known without reading the certificate */
    struct mn_attributes full;   /* all of them, once it was read */
    bool there;                  /* the object exists */
};

struct mn_objects {
    const struct mn_token *token;
    struct mn_handle_source *handles;
    unsigned learned; /* of what could be wanted */
    bool was_public;  /* the fact certificate_is_public when it was last looked at */
    CK_MECHANISM_TYPE mechanisms[MN_MECHANISMS_MAX];
    size_t mechanisms_len;
    struct place places[MN_OBJECTS_MAX];
};

/* Every object has its place: one of each kind, but as many of CA certificates as are shown. */
#define FIRST_CA MN_OBJECT_CA_CERTIFICATE
#define LAST_CA  (FIRST_CA + MN_CA_CERTIFICATES_MAX - 1)
#define PROFILE  (LAST_CA + 1)

_Static_assert(PROFILE == MN_OBJECTS_MAX - 1, "the profile has the last place");

static enum mn_object_kind kind_of(size_t place)
{
    if (place < FIRST_CA)
        return (enum mn_object_kind)place;
    return place <= LAST_CA ? MN_OBJECT_CA_CERTIFICATE : MN_OBJECT_PROFILE;
}

/* Of the CA certificates; else 0. */
static unsigned number_of(size_t place)
{
    return kind_of(place) == MN_OBJECT_CA_CERTIFICATE ? (unsigned)(place - FIRST_CA) : 0;
}

/* Beside MN_WANT_*: the schemes that the key takes may be a question to the card as well, and
 * CKA_ALLOWED_MECHANISMS alone depends on them. */
#define WANT_MECHANISMS 0x80000000u

/* What has to be read to know whether an object is there, and what is in it. */
static const unsigned wants[MN_OBJECT_KINDS] = {
    [MN_OBJECT_PRIVATE_KEY] = MN_WANT_CERTIFICATE,
    [MN_OBJECT_PUBLIC_KEY] = MN_WANT_CERTIFICATE,
    [MN_OBJECT_CERTIFICATE] = MN_WANT_CERTIFICATE,
    [MN_OBJECT_CA_CERTIFICATE] = MN_WANT_CA_CERTIFICATE,
};

/* What is known without reading the certificate, in place of what was thought before. */
static mn_rc begin(struct mn_objects *o)
{
    bool is_public = o->token->facts->certificate_is_public;
    for (size_t i = 0; i < MN_OBJECTS_MAX; i++) {
        struct mn_object_source source = {.facts = o->token->facts, .number = number_of(i)};
        struct mn_attributes always = {0};
        mn_rc rc = mn_object_build(kind_of(i), &source, &always);
        if (rc)
            return rc;
        mn_attributes_free(&o->places[i].always);
        o->places[i].always = always;
    }
    o->places[PROFILE].there = is_public;
    o->was_public = is_public;
    return MN_OK;
}

/* Once it was identified, a token may turn out to be a phone, which wants its PIN before it shows
 * what a card shows to everybody: what was not found without login is looked for again during one.
 */
static mn_rc heed_identity(struct mn_objects *o)
{
    if (o->was_public == o->token->facts->certificate_is_public)
        return MN_OK;
    o->learned &= ~WANT_MECHANISMS;
    if (!o->places[MN_OBJECT_CERTIFICATE].there)
        o->learned &= ~MN_WANT_CERTIFICATE;
    return begin(o);
}

mn_rc mn_objects_new(const struct mn_token *token, bool show_ca, struct mn_handle_source *handles,
                     struct mn_objects **out)
{
    mn_rc rc = MN_E_MEMORY;
    struct mn_objects *o = calloc(1, sizeof *o);
    if (!o)
        goto out;
    o->token = token;
    o->handles = handles;
    rc = begin(o);
    if (rc)
        goto out;
    o->places[MN_OBJECT_PRIVATE_KEY].there = true;
    o->learned = show_ca ? 0 : MN_WANT_CA_CERTIFICATE;
    *out = o;
    o = NULL;
out:
    mn_objects_free(&o);
    return rc;
}

void mn_objects_free(struct mn_objects **objects)
{
    struct mn_objects *o = *objects;
    if (!o)
        return;
    for (size_t i = 0; i < MN_OBJECTS_MAX; i++) {
        mn_attributes_free(&o->places[i].always);
        mn_attributes_free(&o->places[i].full);
    }
    free(o);
    *objects = NULL;
}

static const struct mn_attributes *attributes(const struct place *p)
{
    return p->full.len > 0 ? &p->full : &p->always;
}

static bool is_private(const struct place *p)
{
    return mn_attributes_flag(&p->always, CKA_PRIVATE);
}

/* NULL when no object has that handle. */
static const struct place *place_of(const struct mn_objects *o, CK_OBJECT_HANDLE handle)
{
    for (size_t i = 0; i < MN_OBJECTS_MAX; i++)
        if (handle && o->places[i].there && o->places[i].handle == handle)
            return &o->places[i];
    return NULL;
}

/* Builds one object from what was read. */
static mn_rc complete(struct mn_objects *o, size_t place, const struct mn_object_source *source)
{
    struct mn_attributes full = {0};
    struct place *p = &o->places[place];
    mn_rc rc = mn_object_build(kind_of(place), source, &full);
    if (rc)
        return rc;
    mn_attributes_free(&p->full);
    p->full = full;
    p->there = true;
    return MN_OK;
}

/* Reads a certificate as far as it is one: *there tells. */
static mn_rc parse(const char *name, struct mn_span der, struct mn_certificate *out, bool *there)
{
    *there = false;
    if (der.len == 0)
        return MN_OK;
    mn_rc rc = mn_certificate_read(der, out);
    if (rc == MN_E_BAD_CERTIFICATE) {
        mn_log_error("the %s certificate cannot be used", name);
        return MN_OK;
    }
    *there = rc == MN_OK;
    return rc;
}

/* The certificate, the public key in it, and what it tells of the private key. */
static mn_rc take_certificate(struct mn_objects *o, struct mn_span der)
{
    struct mn_certificate certificate = {0};
    bool there;
    mn_rc rc = parse("owner's", der, &certificate, &there);
    struct mn_object_source source = {.facts = o->token->facts,
                                      .certificate = there ? &certificate : NULL,
                                      .der = der,
                                      .mechanisms =
                                          o->learned & WANT_MECHANISMS ? o->mechanisms : NULL,
                                      .mechanisms_len = o->mechanisms_len};
    if (rc)
        goto out;
    rc = complete(o, MN_OBJECT_PRIVATE_KEY, &source);
    if (rc)
        goto out;
    if (there)
        rc = complete(o, MN_OBJECT_CERTIFICATE, &source);
    if (rc)
        goto out;
    if (there && certificate.key_kind == o->token->facts->key_kind)
        rc = complete(o, MN_OBJECT_PUBLIC_KEY, &source);
out:
    mn_certificate_release(&certificate);
    return rc;
}

static mn_rc take_ca_certificate(struct mn_objects *o, unsigned number, struct mn_span der)
{
    struct mn_certificate certificate = {0};
    bool there;
    mn_rc rc = parse("CA's", der, &certificate, &there);
    struct mn_object_source source = {
        .facts = o->token->facts, .number = number, .certificate = &certificate, .der = der};
    if (rc == MN_OK && there)
        rc = complete(o, FIRST_CA + number, &source);
    mn_certificate_release(&certificate);
    return rc;
}

static mn_rc load(struct mn_objects *o, unsigned want)
{
    struct mn_view view = {0};
    mn_rc rc = o->token->ops->load(o->token->self, want, &view);
    if (rc)
        goto out;
    if (want & MN_WANT_CERTIFICATE)
        rc = take_certificate(o, mn_bytes_span(&view.certificate));
    for (unsigned i = 0; rc == MN_OK && i < view.ca_len; i++)
        rc = take_ca_certificate(o, i, mn_bytes_span(&view.ca_certificates[i]));
    if (rc)
        goto out;
    o->learned |= want;
out:
    mn_view_release(&view);
    return rc;
}

static mn_rc add_mechanisms(struct mn_objects *o, struct mn_attributes *to)
{
    struct mn_span value = mn_span(o->mechanisms, o->mechanisms_len * sizeof *o->mechanisms);
    if (to->len == 0 || mn_attributes_find(to, CKA_ALLOWED_MECHANISMS))
        return MN_OK;
    return mn_attributes_add(to, CKA_ALLOWED_MECHANISMS, value);
}

static mn_rc learn_mechanisms(struct mn_objects *o)
{
    static const enum mn_object_kind keys[] = {MN_OBJECT_PRIVATE_KEY, MN_OBJECT_PUBLIC_KEY};
    o->mechanisms_len = mn_mechanism_list(o->token, true, o->mechanisms);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        mn_rc rc = add_mechanisms(o, &o->places[keys[i]].always);
        if (rc == MN_OK)
            rc = add_mechanisms(o, &o->places[keys[i]].full);
        if (rc)
            return rc;
    }
    o->learned |= WANT_MECHANISMS;
    return MN_OK;
}

static mn_rc learn(struct mn_objects *o, unsigned want)
{
    unsigned from_token = want & ~WANT_MECHANISMS;
    mn_rc rc = from_token ? load(o, from_token) : MN_OK;
    if (rc == MN_OK)
        rc = heed_identity(o);
    return rc == MN_OK && want & WANT_MECHANISMS ? learn_mechanisms(o) : rc;
}

/* After these no object of the token can be had; after others, those that are known can. */
static bool ends_search(mn_rc rc)
{
    return rc == MN_E_REMOVED || rc == MN_E_NO_CARD || rc == MN_E_NO_READER ||
           rc == MN_E_FOREIGN_CARD || rc == MN_E_OLD_CARD || rc == MN_E_MEMORY;
}

/* All at once; where that fails, one by one: what cannot be read must not hide what can. */
static mn_rc learn_what_can_be(struct mn_objects *o, unsigned want)
{
    static const unsigned each[] = {MN_WANT_CERTIFICATE, MN_WANT_CA_CERTIFICATE, WANT_MECHANISMS};
    mn_rc rc = learn(o, want);
    if (rc == MN_OK || ends_search(rc))
        return rc;
    for (size_t i = 0; i < sizeof each / sizeof each[0]; i++) {
        if (!(want & each[i]) || want == each[i])
            continue;
        rc = learn(o, each[i]);
        if (ends_search(rc))
            return rc;
    }
    return MN_OK;
}

/* What is still to be learned before that attribute of such an object can be told: nothing also
 * when it never has one. */
static unsigned missing(const struct mn_objects *o, size_t place, CK_ATTRIBUTE_TYPE type)
{
    enum mn_object_kind kind = kind_of(place);
    unsigned want = type == CKA_ALLOWED_MECHANISMS ? WANT_MECHANISMS : wants[kind];
    if (mn_attributes_find(attributes(&o->places[place]), type) ||
        !mn_object_may_have(kind, o->token->facts->key_kind, type))
        return 0;
    return want & ~o->learned;
}

/* Could the object match? *want is what has to be learned to be sure of it. */
static bool may_match(const struct mn_objects *o, size_t place, const CK_ATTRIBUTE *template,
                      CK_ULONG count, unsigned *want)
{
    const struct place *p = &o->places[place];
    *want = p->there ? 0 : wants[kind_of(place)] & ~o->learned;
    if (!p->there && !*want)
        return false;
    for (CK_ULONG i = 0; i < count; i++) {
        const struct mn_attribute *known = mn_attributes_find(attributes(p), template[i].type);
        unsigned more = missing(o, place, template[i].type);
        if (known ? !mn_attribute_matches(known, &template[i]) : !more)
            return false;
        *want |= more;
    }
    return true;
}

/* What has to be learned before the search can be answered. */
static unsigned wanted(const struct mn_objects *o, bool user, const CK_ATTRIBUTE *template,
                       CK_ULONG count)
{
    unsigned want, all = 0;
    for (size_t i = 0; i < MN_OBJECTS_MAX; i++)
        if ((user || !is_private(&o->places[i])) && may_match(o, i, template, count, &want))
            all |= want;
    return all;
}

/* Reading the token may be what finds out that the card has forgotten the login. */
static bool still_open(const struct mn_objects *o)
{
    return o->token->ops->is_open(o->token->self);
}

CK_RV mn_objects_search(struct mn_objects *o, bool user, const CK_ATTRIBUTE *template,
                        CK_ULONG count, CK_OBJECT_HANDLE found[MN_OBJECTS_MAX], size_t *len)
{
    unsigned unknown;
    *len = 0;
    mn_rc rc = heed_identity(o);
    if (rc == MN_OK)
        rc = learn_what_can_be(o, wanted(o, user, template, count));
    if (rc)
        return mn_rv(rc);
    user = user && still_open(o);
    for (size_t i = 0; i < MN_OBJECTS_MAX; i++) {
        struct place *p = &o->places[i];
        if (!user && is_private(p))
            continue;
        if (!may_match(o, i, template, count, &unknown) || unknown)
            continue;
        if (!p->handle)
            p->handle = mn_handle_new(o->handles);
        if (!p->handle)
            return CKR_HOST_MEMORY;
        found[(*len)++] = p->handle;
    }
    return CKR_OK;
}

CK_RV mn_objects_check(const struct mn_objects *o, bool user, CK_OBJECT_HANDLE handle)
{
    const struct place *p = place_of(o, handle);
    return p && (user || !is_private(p)) ? CKR_OK : CKR_OBJECT_HANDLE_INVALID;
}

CK_RV mn_objects_read(struct mn_objects *o, bool user, CK_OBJECT_HANDLE handle,
                      CK_ATTRIBUTE *template, CK_ULONG count)
{
    unsigned want = 0;
    mn_rc rc = heed_identity(o);
    CK_RV rv = rc ? mn_rv(rc) : mn_objects_check(o, user, handle);
    if (rv != CKR_OK)
        return rv;
    const struct place *p = place_of(o, handle);
    for (CK_ULONG i = 0; i < count; i++)
        want |= missing(o, (size_t)(p - o->places), template[i].type);
    rc = learn(o, want);
    if (rc)
        return mn_rv(rc);
    if (is_private(p) && !still_open(o))
        return CKR_OBJECT_HANDLE_INVALID;
    return mn_attributes_copy_out(attributes(p), template, count);
}

CK_RV mn_objects_key(const struct mn_objects *o, bool user, CK_OBJECT_HANDLE handle,
                     CK_ATTRIBUTE_TYPE function, const struct mn_attributes **out)
{
    const struct place *p = place_of(o, handle);
    if (!p || !mn_attributes_find(attributes(p), CKA_KEY_TYPE))
        return CKR_KEY_HANDLE_INVALID;
    if (!mn_attributes_flag(attributes(p), function))
        return CKR_KEY_FUNCTION_NOT_PERMITTED;
    if (is_private(p) && !user)
        return CKR_USER_NOT_LOGGED_IN;
    *out = attributes(p);
    return CKR_OK;
}

bool mn_objects_is_private(const struct mn_objects *o, CK_OBJECT_HANDLE handle)
{
    const struct place *p = place_of(o, handle);
    return p && is_private(p);
}

/* Back to what is known without login. */
static void forget(struct place *p, bool there)
{
    mn_attributes_free(&p->full);
    p->there = there;
}

void mn_objects_withdraw(struct mn_objects *o, bool retire_handles)
{
    for (size_t i = 0; retire_handles && i < MN_OBJECTS_MAX; i++)
        if (is_private(&o->places[i]))
            o->places[i].handle = CK_INVALID_HANDLE;
    if (o->token->facts->certificate_is_public)
        return;
    forget(&o->places[MN_OBJECT_PRIVATE_KEY], true);
    forget(&o->places[MN_OBJECT_PUBLIC_KEY], false);
    forget(&o->places[MN_OBJECT_CERTIFICATE], false);
    o->learned &= ~MN_WANT_CERTIFICATE;
}
