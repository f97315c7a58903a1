#include <stdio.h>
#include <stdlib.h>

#include "cli/card_owner.h"
#include "cli/message.h"
#include "cli/sign/key_home.h"
#include "cli/verb.h"

/* The signing key of the card in a reader. */
struct card_key {
    const struct mn_signing_key_choice *choice;
    struct mn_card_owner owner;
};

static int failed(mn_rc rc)
{
    fprintf(stderr, "mynakey: %s\n", mn_message_rc(rc));
    return MN_EXIT_FAILED;
}

static int card_open(void *self, struct mn_key_found *found)
{
    struct card_key *key = self;
    struct mn_card_owner *owner = &key->owner;
    int status = mn_card_owner_login(owner, key->choice->pin_file, key->choice->now);
    mn_secret_free(&owner->pin);
    if (status)
        return status;
    struct mn_span ca = mn_signing_card_ca_certificate(owner->card);
    mn_rc rc = mn_certificates_add(&found->nearby, mn_signing_card_certificate(owner->card));
    if (rc == MN_OK && ca.len > 0)
        rc = mn_certificates_add(&found->nearby, ca);
    if (rc == MN_OK)
        rc = mn_bytes_set(&found->public_info, mn_bytes_span(&owner->certificate.public_key_info));
    return rc ? failed(rc) : MN_EXIT_OK;
}

static mn_rc card_sign(void *self, struct mn_span content, uint8_t *out, size_t *len)
{
    const struct card_key *key = self;
    const struct mn_scheme scheme = {.kind = MN_SCHEME_PKCS1};
    return mn_signing_card_sign(key->owner.card, &scheme, content, out, len);
}

static void card_close(void *self)
{
    struct card_key *key = self;
    mn_card_owner_release(&key->owner);
    free(key);
}

int mn_key_home_card(const struct mn_signing_key_choice *choice, struct mn_key_home *out)
{
    static const struct mn_key_home_ops ops = {
        .open = card_open, .sign = card_sign, .close = card_close};
    struct card_key *key = calloc(1, sizeof *key);
    if (!key)
        return failed(MN_E_MEMORY);
    key->choice = choice;
    int status = mn_card_owner_find(&key->owner, choice->reader, choice->trust_anchor);
    if (status) {
        card_close(key);
        return status;
    }
    out->ops = &ops;
    out->self = key;
    out->tells_holder = true;
    snprintf(out->name, sizeof out->name, "%s", _("the My Number Card"));
    return MN_EXIT_OK;
}
