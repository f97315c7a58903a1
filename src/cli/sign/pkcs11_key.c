#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <p11-kit/p11-kit.h>
#include <p11-kit/uri.h>

#include "cli/message.h"
#include "cli/printable.h"
#include "cli/sign/key_home.h"
#include "cli/sign/token_pin.h"
#include "cli/verb.h"
#include "crypto/ec_public_key.h"
#include "crypto/rsa_public_key.h"

/* No more objects of a kind are looked at, nor slots of a module. */
#define OBJECTS_MAX 64
#define SLOTS_MAX   256

/* A key that a pkcs11: URI names, in a token of any module. */
struct token_key {
    const struct mn_signing_key_choice *choice;
    P11KitUri *uri;
    CK_FUNCTION_LIST **modules; /* of p11-kit's configuration; NULL: the URI named a module */
    CK_FUNCTION_LIST *own;      /* the one that it named, or NULL */
    CK_FUNCTION_LIST *module;   /* the token's */
    CK_SLOT_ID slot;
    CK_TOKEN_INFO info;
    CK_SESSION_HANDLE session; /* CK_INVALID_HANDLE: none */
    CK_OBJECT_HANDLE object;
    CK_KEY_TYPE type;
    bool wants_each_time; /* a login for each signature (CKA_ALWAYS_AUTHENTICATE) */
    char name[MN_KEY_NAME_ROOM];
};

struct objects {
    CK_OBJECT_HANDLE at[OBJECTS_MAX];
    CK_ULONG count;
};

static int failed_with(const struct token_key *key, CK_RV rv)
{
    fprintf(stderr, "mynakey: %s: %s\n", key->name, p11_kit_strerror(rv));
    return MN_EXIT_FAILED;
}

static int failed(const char *name, mn_rc rc)
{
    fprintf(stderr, "mynakey: %s: %s\n", name, mn_message_rc(rc));
    return MN_EXIT_FAILED;
}

/* --- the URI and the modules --- */

/* The class that it may name is not looked at: key and certificate are both wanted. */
static int read_uri(struct token_key *key)
{
    key->uri = p11_kit_uri_new();
    if (!key->uri)
        return failed("pkcs11:", MN_E_MEMORY);
    int result = p11_kit_uri_parse(key->choice->where, P11_KIT_URI_FOR_ANY, key->uri);
    if (result != P11_KIT_URI_OK) {
        fprintf(stderr, _("mynakey: the pkcs11: URI cannot be read: %s\n"),
                p11_kit_uri_message(result));
        return MN_EXIT_USAGE;
    }
    if (p11_kit_uri_any_unrecognized(key->uri)) {
        fprintf(stderr, _("mynakey: the pkcs11: URI has an attribute that is not known\n"));
        return MN_EXIT_USAGE;
    }
    p11_kit_uri_clear_attribute(key->uri, CKA_CLASS);
    if (p11_kit_uri_get_pin_value(key->uri))
        fprintf(stderr,
                _("mynakey: a PIN in a URI on the command line can be read by every program "
                  "meanwhile; --pin-file and pin-source keep it to yourself\n"));
    return MN_EXIT_OK;
}

static int load_modules(struct token_key *key)
{
    const char *path = p11_kit_uri_get_module_path(key->uri);
    CK_RV rv = CKR_OK;
    if (!path) {
        key->modules = p11_kit_modules_load_and_initialize(0);
        if (key->modules)
            return MN_EXIT_OK;
        fprintf(stderr, _("mynakey: no PKCS#11 module could be loaded: %s\n"), p11_kit_message());
        return MN_EXIT_FAILED;
    }
    key->own = p11_kit_module_load(path, 0);
    if (key->own)
        rv = p11_kit_module_initialize(key->own);
    if (key->own && rv == CKR_OK)
        return MN_EXIT_OK;
    fprintf(stderr, _("mynakey: the PKCS#11 module %s could not be loaded: %s\n"),
            mn_printable(path), rv == CKR_OK ? p11_kit_message() : p11_kit_strerror(rv));
    if (key->own)
        p11_kit_module_release(key->own);
    key->own = NULL;
    return MN_EXIT_FAILED;
}

static bool is_the_module(const struct token_key *key, CK_FUNCTION_LIST *module)
{
    const char *wanted = p11_kit_uri_get_module_name(key->uri);
    char *name = p11_kit_module_get_name(module);
    CK_INFO info;
    bool is = (!wanted || (name && strcmp(name, wanted) == 0)) &&
              module->C_GetInfo(&info) == CKR_OK && p11_kit_uri_match_module_info(key->uri, &info);
    free(name);
    return is;
}

/* --- the token --- */

static bool makes_signatures(CK_FUNCTION_LIST *module, CK_SLOT_ID slot)
{
    static const CK_MECHANISM_TYPE types[] = {CKM_RSA_PKCS, CKM_ECDSA};
    CK_MECHANISM_INFO info;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (module->C_GetMechanismInfo(slot, types[i], &info) == CKR_OK && info.flags & CKF_SIGN)
            return true;
    return false;
}

static bool is_the_token(const struct token_key *key, CK_FUNCTION_LIST *module, CK_SLOT_ID slot,
                         CK_TOKEN_INFO *info)
{
    CK_SLOT_ID wanted = p11_kit_uri_get_slot_id(key->uri);
    CK_SLOT_INFO slot_info;
    return (wanted == (CK_SLOT_ID)-1 || wanted == slot) &&
           module->C_GetSlotInfo(slot, &slot_info) == CKR_OK &&
           p11_kit_uri_match_slot_info(key->uri, &slot_info) &&
           module->C_GetTokenInfo(slot, info) == CKR_OK &&
           p11_kit_uri_match_token_info(key->uri, info) && info->flags & CKF_TOKEN_INITIALIZED &&
           makes_signatures(module, slot);
}

/* A field of the token's information: filled up with blanks, not NUL ended. */
static const char *field(const CK_UTF8CHAR *text, size_t len)
{
    while (len > 0 && text[len - 1] == ' ')
        len--;
    return mn_printable_span(mn_span(text, len));
}

static void name_token(const CK_TOKEN_INFO *info, char name[MN_KEY_NAME_ROOM])
{
    snprintf(name, MN_KEY_NAME_ROOM, _("the token %s"), field(info->label, sizeof info->label));
}

/* What tells one of several tokens from another. */
static void tell_token(const CK_TOKEN_INFO *info)
{
    fprintf(stderr, "    token=%s serial=%s manufacturer=%s\n",
            field(info->label, sizeof info->label),
            field(info->serialNumber, sizeof info->serialNumber),
            field(info->manufacturerID, sizeof info->manufacturerID));
}

/* Keeps the first that fits, and names each from the second on. */
static void look_into(struct token_key *key, CK_FUNCTION_LIST *module, unsigned *found)
{
    CK_SLOT_ID slots[SLOTS_MAX];
    CK_ULONG count = SLOTS_MAX;
    CK_TOKEN_INFO info;
    if (!is_the_module(key, module) || module->C_GetSlotList(CK_TRUE, slots, &count) != CKR_OK)
        return;
    for (CK_ULONG i = 0; i < count; i++) {
        if (!is_the_token(key, module, slots[i], &info))
            continue;
        if (++*found == 1) {
            key->module = module;
            key->slot = slots[i];
            key->info = info;
            continue;
        }
        if (*found == 2) {
            fprintf(stderr, _("mynakey: several tokens fit the URI; it has to name one:\n"));
            tell_token(&key->info);
        }
        tell_token(&info);
    }
}

static int find_token(struct token_key *key)
{
    CK_FUNCTION_LIST *one[] = {key->own, NULL};
    unsigned found = 0;
    for (CK_FUNCTION_LIST **m = key->modules ? key->modules : one; *m; m++)
        look_into(key, *m, &found);
    if (found == 0)
        fprintf(stderr,
                _("mynakey: no token fits the URI; 'p11-kit list-modules' shows which there "
                  "are\n"));
    if (found != 1)
        return MN_EXIT_FAILED;
    name_token(&key->info, key->name);
    CK_RV rv = key->module->C_OpenSession(key->slot, CKF_SERIAL_SESSION, NULL, NULL, &key->session);
    return rv == CKR_OK ? MN_EXIT_OK : failed_with(key, rv);
}

/* --- objects --- */

#define ATTRIBUTE(type, value) ((CK_ATTRIBUTE){type, &(value), sizeof(value)})

/* Those of the class with the attributes; what cannot be searched has none. */
static struct objects search(const struct token_key *key, CK_OBJECT_CLASS class,
                             const CK_ATTRIBUTE *attributes, CK_ULONG count)
{
    CK_FUNCTION_LIST *m = key->module;
    struct objects found = {0};
    CK_ATTRIBUTE template[1 + OBJECTS_MAX] = {ATTRIBUTE(CKA_CLASS, class)};
    if (count > OBJECTS_MAX)
        return found;
    if (count > 0)
        memcpy(template + 1, attributes, count * sizeof template[0]);
    if (m->C_FindObjectsInit(key->session, template, 1 + count) != CKR_OK)
        return found;
    if (m->C_FindObjects(key->session, found.at, OBJECTS_MAX, &found.count) != CKR_OK)
        found.count = 0;
    (void)m->C_FindObjectsFinal(key->session);
    return found;
}

/* Those of the class that the URI names. */
static struct objects search_named(const struct token_key *key, CK_OBJECT_CLASS class)
{
    CK_ULONG count;
    const CK_ATTRIBUTE *attributes = p11_kit_uri_get_attributes(key->uri, &count);
    return search(key, class, attributes, count);
}

/* An attribute into *out, which stays empty where it cannot be had. */
static mn_rc read_bytes(const struct token_key *key, CK_OBJECT_HANDLE object,
                        CK_ATTRIBUTE_TYPE type, struct mn_bytes *out)
{
    CK_FUNCTION_LIST *m = key->module;
    CK_ATTRIBUTE a = {type, NULL, 0};
    if (m->C_GetAttributeValue(key->session, object, &a, 1) != CKR_OK ||
        a.ulValueLen == CK_UNAVAILABLE_INFORMATION || a.ulValueLen == 0)
        return MN_OK;
    a.pValue = malloc(a.ulValueLen);
    if (!a.pValue)
        return MN_E_MEMORY;
    mn_rc rc = MN_OK;
    if (m->C_GetAttributeValue(key->session, object, &a, 1) == CKR_OK)
        rc = mn_bytes_set(out, mn_span(a.pValue, a.ulValueLen));
    free(a.pValue);
    return rc;
}

static bool read_flag(const struct token_key *key, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type)
{
    CK_BBOOL flag = CK_FALSE;
    CK_ATTRIBUTE a = ATTRIBUTE(type, flag);
    return key->module->C_GetAttributeValue(key->session, object, &a, 1) == CKR_OK && flag;
}

/* Those of the class with the same CKA_ID as the object. */
static struct objects search_beside(const struct token_key *key, CK_OBJECT_CLASS class,
                                    CK_OBJECT_HANDLE object)
{
    struct mn_bytes id = {0};
    struct objects found = {0};
    if (read_bytes(key, object, CKA_ID, &id) == MN_OK && id.len > 0) {
        const CK_ATTRIBUTE attribute = {CKA_ID, id.ptr, id.len};
        found = search(key, class, &attribute, 1);
    }
    mn_bytes_free(&id);
    return found;
}

/* --- certificates --- */

/* Adds those that are valid, or those that are not; what cannot be read is left out. */
static mn_rc add_certificates(const struct token_key *key, const struct objects *objects,
                              bool valid, struct mn_certificates *list)
{
    mn_rc rc = MN_OK;
    for (CK_ULONG i = 0; i < objects->count && rc == MN_OK; i++) {
        struct mn_bytes der = {0};
        rc = read_bytes(key, objects->at[i], CKA_VALUE, &der);
        if (rc == MN_OK && der.len > 0 &&
            mn_key_certificate_is_good(mn_bytes_span(&der), NULL, key->choice->now) == valid)
            rc = mn_certificates_add(list, mn_bytes_span(&der));
        mn_bytes_free(&der);
    }
    return rc == MN_E_EXCESSIVE ? MN_OK : rc;
}

/* Does the URI name certificates that are all of no use? That is known before the PIN, on a token
 * that shows them. */
static int look_at_certificates(const struct token_key *key)
{
    struct mn_certificates list = {0};
    int status = MN_EXIT_OK;
    CK_ULONG attributes;
    (void)p11_kit_uri_get_attributes(key->uri, &attributes);
    if (attributes == 0)
        return MN_EXIT_OK;
    struct objects named = search_named(key, CKO_CERTIFICATE);
    mn_rc rc = add_certificates(key, &named, true, &list);
    if (rc == MN_OK && list.count == 0)
        rc = add_certificates(key, &named, false, &list);
    if (rc)
        status = failed(key->name, rc);
    else if (list.count > 0 && key->choice->certificate.len == 0 &&
             !mn_key_certificate_is_good(mn_bytes_span(&list.der[0]), key->name, key->choice->now))
        status = MN_EXIT_FAILED;
    mn_certificates_free(&list);
    return status;
}

static mn_rc find_certificates(const struct token_key *key, struct mn_certificates *list)
{
    struct objects own = search_beside(key, CKO_CERTIFICATE, key->object);
    struct objects all = search(key, CKO_CERTIFICATE, NULL, 0);
    mn_rc rc = add_certificates(key, &own, true, list);
    if (rc == MN_OK)
        rc = add_certificates(key, &own, false, list);
    if (rc == MN_OK)
        rc = add_certificates(key, &all, true, list);
    return rc == MN_OK ? add_certificates(key, &all, false, list) : rc;
}

/* --- the key --- */

/* Sends the PIN, once. Whatever the answer, nothing is sent a second time. What the token says of
 * its tries is asked for anew: another program may have spent some. */
static bool log_in(const struct token_key *key, CK_USER_TYPE user)
{
    CK_TOKEN_INFO info;
    CK_RV rv = key->module->C_GetTokenInfo(key->slot, &info);
    if (rv != CKR_OK) {
        failed_with(key, rv);
        return false;
    }
    const CK_FLAGS flags = info.flags;
    const struct mn_token_pin pin = {.token = key->name,
                                     .file = key->choice->pin_file,
                                     .source = p11_kit_uri_get_pin_source(key->uri),
                                     .value = p11_kit_uri_get_pin_value(key->uri),
                                     .locked = flags & CKF_USER_PIN_LOCKED,
                                     .unset = !(flags & CKF_USER_PIN_INITIALIZED),
                                     .low = flags & CKF_USER_PIN_COUNT_LOW,
                                     .last = flags & CKF_USER_PIN_FINAL_TRY,
                                     .for_one = user == CKU_CONTEXT_SPECIFIC};
    struct mn_secret *secret = NULL;
    if (flags & CKF_PROTECTED_AUTHENTICATION_PATH) {
        fprintf(stderr, _("Enter the PIN of %s at its reader.\n"), key->name);
        rv = key->module->C_Login(key->session, user, NULL, 0);
    } else if (mn_token_pin_ask(&pin, &secret)) {
        struct mn_span text = mn_secret_span(secret);
        union {
            const uint8_t *given;
            CK_UTF8CHAR *taken; /* Cryptoki does not say const */
        } bytes = {text.ptr};
        rv = key->module->C_Login(key->session, user, bytes.taken, text.len);
    } else {
        return false;
    }
    mn_secret_free(&secret);
    if (rv == CKR_OK || rv == CKR_USER_ALREADY_LOGGED_IN)
        return true;
    failed_with(key, rv);
    if (rv == CKR_PIN_LOCKED && !pin.locked && pin.last)
        fprintf(stderr, _("mynakey: it may be that the token keeps its last try back\n"));
    return false;
}

/* Where the URI names a certificate's label, the key is the one beside it. */
static struct objects search_keys(const struct token_key *key)
{
    struct objects keys = search_named(key, CKO_PRIVATE_KEY);
    struct objects certificates = {0};
    if (keys.count == 0)
        certificates = search_named(key, CKO_CERTIFICATE);
    for (CK_ULONG i = 0; i < certificates.count && keys.count == 0; i++)
        keys = search_beside(key, CKO_PRIVATE_KEY, certificates.at[i]);
    return keys;
}

static int find_key(struct token_key *key)
{
    struct objects keys = search_keys(key);
    unsigned found = 0;
    for (CK_ULONG i = 0; i < keys.count; i++) {
        if (!read_flag(key, keys.at[i], CKA_SIGN))
            continue;
        key->object = keys.at[i];
        found++;
    }
    if (found == 0)
        fprintf(stderr, _("mynakey: %s has no key for signatures that fits the URI\n"), key->name);
    else if (found > 1)
        fprintf(stderr, _("mynakey: %s has %u keys that fit the URI; add object= or id= to it\n"),
                key->name, found);
    if (found != 1)
        return MN_EXIT_FAILED;
    CK_ATTRIBUTE type = ATTRIBUTE(CKA_KEY_TYPE, key->type);
    CK_RV rv = key->module->C_GetAttributeValue(key->session, key->object, &type, 1);
    if (rv != CKR_OK)
        return failed_with(key, rv);
    if (key->type != CKK_RSA && key->type != CKK_EC)
        return failed(key->name, MN_E_KEY_KIND);
    key->wants_each_time = read_flag(key, key->object, CKA_ALWAYS_AUTHENTICATE);
    return MN_EXIT_OK;
}

/* What the object tells of the public key; a token may tell nothing, or what nobody understands:
 * then the certificate has to do. */
static mn_rc read_public(const struct token_key *key, CK_OBJECT_HANDLE object, struct mn_bytes *out)
{
    bool ec = key->type == CKK_EC;
    struct mn_bytes a = {0}, b = {0};
    mn_rc rc = read_bytes(key, object, ec ? CKA_EC_PARAMS : CKA_MODULUS, &a);
    if (rc == MN_OK)
        rc = read_bytes(key, object, ec ? CKA_EC_POINT : CKA_PUBLIC_EXPONENT, &b);
    if (rc == MN_OK && a.len > 0 && b.len > 0)
        rc = ec ? mn_ec_public_key_make(mn_bytes_span(&a), mn_bytes_span(&b), out)
                : mn_rsa_public_key_make(mn_bytes_span(&a), mn_bytes_span(&b), out);
    mn_bytes_free(&a);
    mn_bytes_free(&b);
    return rc == MN_E_MEMORY ? rc : MN_OK;
}

static mn_rc find_public(const struct token_key *key, struct mn_bytes *out)
{
    struct objects public = search_beside(key, CKO_PUBLIC_KEY, key->object);
    mn_rc rc = MN_OK;
    for (CK_ULONG i = 0; i < public.count && rc == MN_OK && out->len == 0; i++)
        rc = read_public(key, public.at[i], out);
    return rc == MN_OK && out->len == 0 ? read_public(key, key->object, out) : rc;
}

/* --- as a home --- */

static int token_open(void *self, struct mn_key_found *found)
{
    struct token_key *key = self;
    if (key->info.flags & CKF_LOGIN_REQUIRED && !log_in(key, CKU_USER))
        return MN_EXIT_FAILED;
    int status = find_key(key);
    if (status)
        return status;
    mn_rc rc = find_public(key, &found->public_info);
    if (rc == MN_OK)
        rc = find_certificates(key, &found->nearby);
    return rc ? failed(key->name, rc) : MN_EXIT_OK;
}

static mn_rc code_of(CK_RV rv)
{
    switch (rv) {
    case CKR_OK:
        return MN_OK;
    case CKR_BUFFER_TOO_SMALL:
        return MN_E_TOO_SMALL;
    case CKR_HOST_MEMORY:
        return MN_E_MEMORY;
    case CKR_DEVICE_REMOVED:
    case CKR_TOKEN_NOT_PRESENT:
    case CKR_SESSION_HANDLE_INVALID:
        return MN_E_REMOVED;
    case CKR_USER_NOT_LOGGED_IN:
        return MN_E_NOT_LOGGED_IN;
    case CKR_MECHANISM_INVALID:
        return MN_E_UNSUPPORTED;
    default:
        return MN_E_REFUSED;
    }
}

static mn_rc token_sign(void *self, struct mn_span content, uint8_t *out, size_t *len)
{
    const struct token_key *key = self;
    CK_FUNCTION_LIST *m = key->module;
    CK_MECHANISM mechanism = {key->type == CKK_EC ? CKM_ECDSA : CKM_RSA_PKCS, NULL, 0};
    CK_ULONG made = *len;
    union {
        const uint8_t *given;
        CK_BYTE *taken;
    } bytes = {content.ptr};
    CK_RV rv = m->C_SignInit(key->session, &mechanism, key->object);
    if (rv == CKR_OK && key->wants_each_time && !log_in(key, CKU_CONTEXT_SPECIFIC))
        return MN_E_NOT_LOGGED_IN;
    if (rv == CKR_OK)
        rv = m->C_Sign(key->session, bytes.taken, content.len, out, &made);
    if (rv != CKR_OK)
        failed_with(key, rv);
    *len = made;
    return code_of(rv);
}

static void token_close(void *self)
{
    struct token_key *key = self;
    if (key->session != CK_INVALID_HANDLE) {
        (void)key->module->C_Logout(key->session);
        (void)key->module->C_CloseSession(key->session);
    }
    if (key->modules)
        p11_kit_modules_finalize_and_release(key->modules);
    if (key->own) {
        (void)p11_kit_module_finalize(key->own);
        p11_kit_module_release(key->own);
    }
    p11_kit_uri_free(key->uri);
    free(key);
}

int mn_key_home_token(const struct mn_signing_key_choice *choice, struct mn_key_home *out)
{
    static const struct mn_key_home_ops ops = {
        .open = token_open, .sign = token_sign, .close = token_close};
    static int (*const steps[])(struct token_key *) = {read_uri, load_modules, find_token};
    struct token_key *key = calloc(1, sizeof *key);
    int status = MN_EXIT_OK;
    if (!key)
        return failed("pkcs11:", MN_E_MEMORY);
    key->choice = choice;
    key->session = CK_INVALID_HANDLE;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0] && status == MN_EXIT_OK; i++)
        status = steps[i](key);
    if (status == MN_EXIT_OK)
        status = look_at_certificates(key);
    if (status) {
        token_close(key);
        return status;
    }
    out->ops = &ops;
    out->self = key;
    snprintf(out->name, sizeof out->name, "%s", key->name);
    return MN_EXIT_OK;
}
