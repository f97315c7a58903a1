#include "cli/sign/signing_key.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/message.h"
#include "cli/sign/key_home.h"
#include "cli/verb.h"
#include "crypto/certificate.h"
#include "crypto/chain.h"
#include "crypto/jpki_holder.h"

struct mn_signing_key {
    struct mn_signing_key_choice choice;
    struct mn_key_home home;
    struct mn_bytes certificate, public_info;
    struct mn_certificates issuers;
    bool tells_holder;
    bool shut; /* nothing more is sent */
};

static int failed(const char *name, mn_rc rc)
{
    fprintf(stderr, "mynakey: %s: %s\n", name, mn_message_rc(rc));
    return MN_EXIT_FAILED;
}

/* --- finding it --- */

static bool begins(const char *text, const char *head)
{
    return strncmp(text, head, strlen(head)) == 0;
}

static int find_home(const struct mn_signing_key_choice *choice, struct mn_key_home *out)
{
    const char *where = choice->where;
    if (!where || strcmp(where, "soft") == 0 || begins(where, "soft:"))
        return mn_key_home_shelf(choice, out);
    if (strcmp(where, "sign") == 0)
        return mn_key_home_card(choice, out);
    if (begins(where, "pkcs11:"))
        return mn_key_home_token(choice, out);
    return mn_key_home_file(choice, out);
}

int mn_signing_key_find(const struct mn_signing_key_choice *choice, struct mn_signing_key **out)
{
    struct mn_signing_key *key = calloc(1, sizeof *key);
    *out = NULL;
    if (!key) {
        fprintf(stderr, "mynakey: %s\n", mn_message_rc(MN_E_MEMORY));
        return MN_EXIT_FAILED;
    }
    key->choice = *choice;
    int status = find_home(&key->choice, &key->home);
    key->tells_holder = key->home.tells_holder;
    if (status == MN_EXIT_OK && choice->certificate.len > 0 &&
        !mn_key_certificate_is_good(choice->certificate, key->home.name, choice->now))
        status = MN_EXIT_FAILED;
    if (status == MN_EXIT_OK)
        *out = key;
    else
        mn_signing_key_close(&key);
    return status;
}

/* --- its certificate --- */

static bool may_sign(const struct mn_certificate *certificate)
{
    return (certificate->key_usage & (MN_USAGE_DIGITAL_SIGNATURE | MN_USAGE_NON_REPUDIATION)) != 0;
}

enum fault { FINE, UNREADABLE, ENDED, EARLY, OTHER_USE, OTHER_KEY };

#define MODULUS_BITS_MIN 2048 /* what has less is not believed when it is verified */

static bool is_strong(const struct mn_certificate *c)
{
    return c->key_kind == MN_KEY_EC || (c->key_kind == MN_KEY_RSA && c->bits >= MODULUS_BITS_MIN);
}

static enum fault fault_of(const struct mn_certificate *c, time_t now)
{
    if (now > c->not_after_time)
        return ENDED;
    if (now < c->not_before_time)
        return EARLY;
    if (!may_sign(c))
        return OTHER_USE;
    return is_strong(c) ? FINE : OTHER_KEY;
}

static void tell_fault(enum fault fault, const struct mn_certificate *c, const char *name)
{
    switch (fault) {
    case FINE:
        break;
    case UNREADABLE:
        (void)failed(name, MN_E_BAD_CERTIFICATE);
        break;
    case ENDED:
        fprintf(stderr, _("mynakey: %s: its certificate ended on %.4s-%.2s-%.2s\n"), name,
                c->not_after, c->not_after + 4, c->not_after + 6);
        break;
    case EARLY:
        fprintf(stderr, _("mynakey: %s: its certificate is valid from %.4s-%.2s-%.2s on only\n"),
                name, c->not_before, c->not_before + 4, c->not_before + 6);
        break;
    case OTHER_USE:
        fprintf(stderr, _("mynakey: %s: its certificate is not one for signatures\n"), name);
        break;
    case OTHER_KEY:
        (void)failed(name, MN_E_KEY_KIND);
        break;
    }
}

bool mn_key_certificate_is_good(struct mn_span der, const char *name, time_t now)
{
    struct mn_certificate c = {0};
    enum fault fault = mn_certificate_read(der, &c) ? UNREADABLE : fault_of(&c, now);
    if (name)
        tell_fault(fault, &c, name);
    mn_certificate_release(&c);
    return fault == FINE;
}

static mn_rc take_public_info(struct mn_signing_key *key)
{
    struct mn_certificate c = {0};
    mn_rc rc = mn_certificate_read(mn_bytes_span(&key->certificate), &c);
    if (rc == MN_OK)
        mn_bytes_move(&key->public_info, &c.public_key_info);
    mn_certificate_release(&c);
    return rc;
}

/* What the caller named: the home's key has to be its, as far as the home tells. */
static int settle_on_given(struct mn_signing_key *key, struct mn_key_found *found)
{
    mn_rc rc = mn_bytes_set(&key->certificate, key->choice.certificate);
    if (rc == MN_OK)
        rc = take_public_info(key);
    if (rc)
        return failed(key->home.name, rc);
    if (found->public_info.len > 0 &&
        !mn_span_equal(mn_bytes_span(&found->public_info), mn_bytes_span(&key->public_info))) {
        fprintf(stderr, _("mynakey: %s: this is not the key of the certificate\n"), key->home.name);
        return MN_EXIT_FAILED;
    }
    return MN_EXIT_OK;
}

/* Where the home does not tell the public key, the first certificate's has to do: a signature that
 * does not fit it is noticed when it is made. */
static mn_rc public_info_of_first(struct mn_key_found *found)
{
    struct mn_certificate c = {0};
    mn_rc rc = found->nearby.count > 0
                   ? mn_certificate_read(mn_bytes_span(&found->nearby.der[0]), &c)
                   : MN_E_NO_CERTIFICATE;
    if (rc == MN_OK)
        mn_bytes_move(&found->public_info, &c.public_key_info);
    mn_certificate_release(&c);
    return rc;
}

static int settle_on_found(struct mn_signing_key *key, struct mn_key_found *found)
{
    mn_rc rc = found->public_info.len > 0 ? MN_OK : public_info_of_first(found);
    if (rc == MN_OK)
        rc = mn_chain_sort(&found->nearby, mn_bytes_span(&found->public_info), &key->certificate,
                           &key->issuers);
    if (rc && !(rc == MN_E_NO_CERTIFICATE && key->choice.bare && found->public_info.len > 0))
        return failed(key->home.name, rc);
    mn_bytes_move(&key->public_info, &found->public_info);
    return MN_EXIT_OK;
}

static bool has_holder(struct mn_span certificate)
{
    struct mn_jpki_holder holder = {0};
    mn_rc rc = mn_jpki_holder_read(certificate, &holder);
    mn_jpki_holder_release(&holder);
    return rc != MN_E_NOT_FOUND;
}

int mn_signing_key_open(struct mn_signing_key *key)
{
    struct mn_key_found found = {0};
    int status = key->home.ops->open(key->home.self, &found);
    if (status == MN_EXIT_OK)
        status = key->choice.certificate.len > 0 ? settle_on_given(key, &found)
                                                 : settle_on_found(key, &found);
    if (status == MN_EXIT_OK && key->certificate.len > 0) {
        struct mn_span der = mn_bytes_span(&key->certificate);
        if (!mn_key_certificate_is_good(der, key->home.name, key->choice.now))
            status = MN_EXIT_FAILED;
        key->tells_holder = has_holder(der);
    }
    mn_bytes_free(&found.public_info);
    mn_certificates_free(&found.nearby);
    return status;
}

/* --- what is asked of it --- */

const char *mn_signing_key_name(const struct mn_signing_key *key)
{
    return key->home.name;
}

bool mn_signing_key_tells_holder(const struct mn_signing_key *key)
{
    return key->tells_holder;
}

struct mn_span mn_signing_key_certificate(const struct mn_signing_key *key)
{
    return mn_bytes_span(&key->certificate);
}

const struct mn_certificates *mn_signing_key_issuers(const struct mn_signing_key *key)
{
    return &key->issuers;
}

struct mn_span mn_signing_key_public_info(const struct mn_signing_key *key)
{
    return mn_bytes_span(&key->public_info);
}

struct mn_cms_signer mn_signing_key_signer(struct mn_signing_key *key)
{
    return (struct mn_cms_signer){.certificate = mn_bytes_span(&key->certificate),
                                  .issuers = &key->issuers,
                                  .sign = mn_signing_key_sign,
                                  .self = key};
}

mn_rc mn_signing_key_sign(void *self, struct mn_span content, uint8_t *out, size_t *len)
{
    struct mn_signing_key *key = self;
    if (key->shut)
        return MN_E_NOT_LOGGED_IN;
    mn_rc rc = key->home.ops->sign(key->home.self, content, out, len);
    key->shut = rc == MN_E_NOT_LOGGED_IN;
    return rc;
}

void mn_signing_key_close(struct mn_signing_key **key)
{
    struct mn_signing_key *k = *key;
    if (!k)
        return;
    if (k->home.ops)
        k->home.ops->close(k->home.self);
    mn_bytes_free(&k->certificate);
    mn_bytes_free(&k->public_info);
    mn_certificates_free(&k->issuers);
    free(k);
    *key = NULL;
}
