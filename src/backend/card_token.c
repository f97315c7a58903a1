#define MN_LOG_ROOM "backend"
#include <stdlib.h>
#include <string.h>

#include "backend/card_certificates.h"
#include "backend/card_login.h"
#include "backend/card_reader.h"
#include "backend/card_visit.h"
#include "backend/remembered.h"
#include "base/log.h"
#include "card/jpki.h"
#include "card/pin.h"

/* What a role's token is called. Key ids are those that other software for this card uses. */
static const struct {
    const char *label, *object_label, *ca_label;
    const char *key_id, *ca_id;
} names[MN_ROLE_COUNT] = {
    [MN_ROLE_AUTH] = {"JPKI Authentication", "JPKI Authentication", "JPKI Authentication CA", "\1",
                      "\3"},
    [MN_ROLE_SIGN] = {"JPKI Signature", "JPKI Signature", "JPKI Signature CA", "\2", "\4"},
};

struct mn_card_token {
    struct mn_card_reader *reader;
    enum mn_role role;
    unsigned long generation;
    const char *reader_name;
    unsigned long stay; /* the reader's card count while this card is in it */
    struct mn_token_facts facts;
    struct mn_card_login login;
    struct mn_card_certificates certificates;
};

struct mn_card_login *mn_card_token_login(struct mn_card_token *token)
{
    return &token->login;
}

static const struct mn_settings *settings_of(const struct mn_card_token *token)
{
    return mn_card_reader_settings(token->reader);
}

/* In a visit: copies the card's identity into the facts, once. */
static void fill_identity(struct mn_card_token *token, const struct mn_token_info *info)
{
    if (token->facts.serial[0] || !info)
        return;
    struct mn_token_facts *facts = &token->facts;
    memcpy(facts->model, info->model, sizeof facts->model);
    memcpy(facts->serial, info->serial, sizeof facts->serial);
    memcpy(facts->hardware, info->hardware, sizeof facts->hardware);
    memcpy(facts->firmware, info->firmware, sizeof facts->firmware);
    if (info->kind == MN_CARD_PHONE)
        facts->certificate_is_public = false; /* phones want the PIN first */
    mn_card_certificates_recall(&token->certificates);
}

/* What a visit taught of PINs is put by at once: the token may never be closed, for a forked child
 * begins with copies and leaves what it inherited as it is. */
static void end_visit(struct mn_card_token *token, mn_rc rc)
{
    mn_pin_memory_put(token->reader_name, token->stay, token->login.pin.id,
                      &token->login.pin.memory);
    mn_card_visit_end(token->reader, rc);
}

/* Begins a visit and makes JPKI current. On any error the visit is ended again. */
static mn_rc visit_jpki(struct mn_card_token *token, struct mn_card **card)
{
    mn_rc rc = mn_card_visit(token->reader, token->generation, card);
    if (rc)
        return rc;
    rc = mn_card_visit_enter(token->reader);
    if (rc == MN_OK)
        fill_identity(token, mn_card_info(*card));
    else
        end_visit(token, rc);
    return rc;
}

static mn_rc token_identify(void *self)
{
    struct mn_card_token *token = self;
    struct mn_card *card;
    if (token->facts.serial[0])
        return MN_OK;
    mn_rc rc = mn_card_visit(token->reader, token->generation, &card);
    if (rc)
        return rc;
    rc = mn_card_visit_identify(token->reader);
    if (rc == MN_OK)
        fill_identity(token, mn_card_info(card));
    end_visit(token, rc);
    return rc;
}

static bool token_is_open(void *self)
{
    struct mn_card_token *token = self;
    return mn_card_login_is_open(&token->login);
}

static mn_rc token_load(void *self, unsigned want, struct mn_view *out)
{
    struct mn_card_token *token = self;
    struct mn_card *card;
    *out = (struct mn_view){0};
    mn_rc rc = mn_card_visit(token->reader, token->generation, &card);
    if (rc)
        return rc;
    rc = mn_card_visit_identify(token->reader);
    if (rc == MN_OK)
        fill_identity(token, mn_card_info(card));
    if (rc == MN_OK)
        rc = mn_card_certificates_read(&token->certificates, card, want, out);
    end_visit(token, rc);
    if (rc)
        mn_view_release(out);
    return rc;
}

/* --- login --- */

/* In a visit, after the PIN was right. A copy that was not true ends the visit, and the programs
 * that have seen it find another card: none of them puts the old certificate beside a new
 * signature. */
static mn_rc end_login(struct mn_card_token *token, struct mn_card *card)
{
    mn_rc rc = MN_OK;
    bool was_true = mn_card_certificates_are_true(&token->certificates, card, &rc);
    if (was_true) {
        end_visit(token, rc);
        return mn_card_login_is_open(&token->login) ? MN_OK : rc;
    }
    mn_card_login_drop(&token->login);
    end_visit(token, mn_card_shut(card));
    mn_card_reader_renew(token->reader, token->generation);
    return MN_E_REMOVED;
}

static mn_rc token_login(void *self, struct mn_span pin)
{
    struct mn_card_token *token = self;
    struct mn_card *card;
    mn_rc rc = mn_card_login_may(&token->login, pin); /* before any card command */
    if (rc == MN_OK)
        rc = visit_jpki(token, &card);
    if (rc)
        return rc;
    rc = mn_card_login_open(&token->login, card, pin);
    if (rc == MN_OK)
        return end_login(token, card);
    end_visit(token, rc);
    return rc;
}

/* --- signatures --- */

static bool is_card_pss(const struct mn_scheme *scheme)
{
    const struct mn_pss *pss = &scheme->pss;
    return scheme->kind == MN_SCHEME_PSS && pss->hash == MN_SHA256 && pss->mgf_hash == MN_SHA256 &&
           pss->salt_len == 32;
}

static mn_rc card_scheme(const struct mn_scheme *scheme, enum mn_card_scheme *out)
{
    if (scheme->kind != MN_SCHEME_PKCS1 && !is_card_pss(scheme))
        return MN_E_UNSUPPORTED;
    *out = scheme->kind == MN_SCHEME_PKCS1 ? MN_CARD_PKCS1 : MN_CARD_PSS_SHA256;
    return MN_OK;
}

/* In a visit. Signing says by itself whether the right application is current and the key open, so
 * it is tried first: one command where nothing has happened. A refusal is looked into once. */
static mn_rc sign_in_visit(struct mn_card_token *token, struct mn_card *card,
                           enum mn_card_scheme scheme, struct mn_span in, uint8_t *signature)
{
    mn_rc rc = MN_E_REFUSED;
    if (mn_card_login_holds(&token->login, card))
        rc = mn_jpki_sign(card, token->role, scheme, in, signature);
    bool look = rc == MN_E_REFUSED || rc == MN_E_NOT_FOUND || rc == MN_E_NOT_LOGGED_IN;
    if (!look)
        return rc;
    bool closed = rc == MN_E_NOT_LOGGED_IN;
    rc = mn_card_visit_enter(token->reader);
    if (rc)
        return rc;
    if (closed || !mn_card_login_holds(&token->login, card))
        rc = mn_card_login_reopen(&token->login, card);
    if (rc == MN_OK)
        rc = mn_jpki_sign(card, token->role, scheme, in, signature);
    if (rc == MN_E_NOT_LOGGED_IN)
        mn_card_login_drop(&token->login);
    return rc;
}

static mn_rc token_sign(void *self, unsigned key_ref, const struct mn_scheme *scheme,
                        struct mn_span in, uint8_t *signature, size_t *len)
{
    struct mn_card_token *token = self;
    struct mn_card *card;
    enum mn_card_scheme on_card;
    if (key_ref != token->facts.key_ref)
        return MN_E_ARGUMENT;
    mn_rc rc = card_scheme(scheme, &on_card);
    if (rc)
        return rc;
    if (*len < MN_MODULUS_BYTES) {
        *len = MN_MODULUS_BYTES;
        return MN_E_TOO_SMALL;
    }
    if (!mn_card_login_is_open(&token->login))
        return MN_E_NOT_LOGGED_IN;
    rc = mn_card_visit(token->reader, token->generation, &card);
    if (rc)
        return rc;
    rc = sign_in_visit(token, card, on_card, in, signature);
    end_visit(token, rc);
    *len = MN_MODULUS_BYTES;
    return rc;
}

/* A card that cannot be asked now is taken to have what the published facts say. */
static bool token_offers(void *self, const struct mn_scheme *scheme)
{
    struct mn_card_token *token = self;
    struct mn_card *card;
    if (scheme->kind == MN_SCHEME_PKCS1)
        return true;
    if (!is_card_pss(scheme))
        return false;
    if (settings_of(token)->pss != MN_AUTO)
        return settings_of(token)->pss == MN_YES;
    mn_rc rc = mn_card_visit(token->reader, token->generation, &card);
    if (rc)
        return true;
    rc = mn_card_visit_identify(token->reader);
    if (rc == MN_OK && mn_card_facts(card)->pss == MN_FACT_UNKNOWN) {
        rc = mn_card_visit_enter(token->reader);
        if (rc == MN_OK)
            rc = mn_jpki_ask_pss(card);
    }
    bool has = mn_card_facts(card)->pss != MN_FACT_NO;
    end_visit(token, rc);
    return has;
}

/* --- logout, PIN change, tries --- */

/* The other role's key closes with this one: the card knows no other way. */
static void token_logout(void *self)
{
    struct mn_card_token *token = self;
    struct mn_card *card;
    mn_card_reader_lock(token->reader);
    mn_card_login_drop(&token->login);
    mn_card_reader_unlock(token->reader);
    if (mn_card_visit(token->reader, token->generation, &card) == MN_OK)
        end_visit(token, mn_card_shut(card));
}

static mn_rc token_set_pin(void *self, struct mn_span old_pin, struct mn_span new_pin)
{
    struct mn_card_token *token = self;
    struct mn_card *card;
    bool opened;
    mn_rc rc = mn_pin_new_shape(token->login.pin.id, new_pin);
    if (rc == MN_OK)
        rc = mn_card_login_may(&token->login, old_pin);
    if (rc == MN_OK)
        rc = visit_jpki(token, &card);
    if (rc)
        return rc;
    rc = mn_card_login_change(&token->login, card, old_pin, new_pin, &opened);
    if (opened && !mn_card_login_is_open(&token->login))
        mn_card_shut(card); /* nobody asked for the key to be open */
    end_visit(token, rc);
    return rc;
}

/* Asking costs no try and harms nowhere, so the application is not looked at first; only an answer
 * that is no counter makes that worth a command. */
static mn_rc read_tries(struct mn_card_token *token, struct mn_card *card)
{
    mn_rc rc = mn_card_visit_identify(token->reader);
    if (rc)
        return rc;
    fill_identity(token, mn_card_info(card));
    rc = mn_pin_tries(card, token->login.pin.id, &token->login.pin.tries);
    if ((rc == MN_E_PIN_UNSET || (rc == MN_OK && token->login.pin.tries == MN_TRIES_UNKNOWN)) &&
        !mn_card_is_in(card, MN_APPLICATION_JPKI)) {
        rc = mn_card_visit_enter(token->reader);
        if (rc == MN_OK)
            rc = mn_pin_tries(card, token->login.pin.id, &token->login.pin.tries);
    }
    if (rc == MN_OK && token->login.pin.tries != MN_TRIES_UNKNOWN)
        mn_pin_memory_settle(&token->login.pin.memory, token->login.pin.tries);
    return rc == MN_E_REFUSED ? MN_OK : rc;
}

static mn_rc token_pin_info(void *self, struct mn_pin_info *out)
{
    struct mn_card_token *token = self;
    struct mn_card *card;
    mn_rc rc = MN_OK;
    out->tries = MN_TRIES_UNKNOWN;
    out->tries_max = mn_role_pin(token->role)->tries_max;
    if (!token->login.pin.tries_read) {
        rc = mn_card_visit(token->reader, token->generation, &card);
        if (rc)
            return rc;
        rc = read_tries(token, card);
        end_visit(token, rc);
        token->login.pin.unset = rc == MN_E_PIN_UNSET;
        token->login.pin.tries_read = rc == MN_OK || token->login.pin.unset;
    }
    if (token->login.pin.unset)
        return MN_E_PIN_UNSET;
    if (rc == MN_OK)
        out->tries = token->login.pin.tries;
    return rc;
}

/* --- life --- */

static void token_close(void *self)
{
    struct mn_card_token *token = self;
    if (mn_card_login_is_open(&token->login))
        token_logout(token);
    mn_card_reader_register(token->reader, token->role, NULL);
    mn_pin_memory_clear(&token->login.pin.memory);
    mn_secret_free(&token->login.kept);
    mn_card_certificates_free(&token->certificates);
    free(token);
}

static const struct mn_token_ops ops = {
    .identify = token_identify,
    .login = token_login,
    .is_open = token_is_open,
    .load = token_load,
    .sign = token_sign,
    .offers = token_offers,
    .logout = token_logout,
    .set_pin = token_set_pin,
    .pin_info = token_pin_info,
    .close = token_close,
};

static void fill_facts(struct mn_card_token *token)
{
    const struct mn_role_profile *profile = mn_role_profile(token->role);
    struct mn_token_facts *facts = &token->facts;
    strcpy(facts->label, names[token->role].label);
    strcpy(facts->manufacturer, "J-LIS");
    facts->pin_min = mn_pin_profile(profile->pin)->min;
    facts->pin_max = mn_pin_profile(profile->pin)->max;
    facts->key_id = mn_span(names[token->role].key_id, 1);
    facts->ca_id = mn_span(names[token->role].ca_id, 1);
    facts->object_label = names[token->role].object_label;
    facts->ca_label = names[token->role].ca_label;
    facts->key_ref = profile->key;
    facts->key_kind = MN_KEY_RSA;
    facts->key_bits = MN_MODULUS_BYTES * 8;
    facts->in_hardware = true;
    facts->certificate_is_public = !profile->certificate_needs_pin;
    facts->always_authenticate =
        token->role == MN_ROLE_SIGN && settings_of(token)->sign_always_authenticate;
    facts->can_set_pin = true;
}

mn_rc mn_card_token_new(struct mn_card_reader *reader, enum mn_role role,
                        const struct mn_card_reader_state *state, struct mn_token *out)
{
    struct mn_card_token *token = calloc(1, sizeof *token);
    if (!token)
        return MN_E_MEMORY;
    token->reader = reader;
    token->role = role;
    token->generation = state->generation;
    token->reader_name = state->name;
    token->stay = state->count;
    token->login = (struct mn_card_login){
        .role = role,
        .settings = mn_card_reader_settings(reader),
        .pin = {.id = mn_role_profile(role)->pin, .tries = MN_TRIES_UNKNOWN}};
    fill_facts(token);
    token->certificates = (struct mn_card_certificates){
        .reader = reader, .role = role, .facts = &token->facts, .login = &token->login};
    mn_pin_memory_get(token->reader_name, token->stay, token->login.pin.id,
                      &token->login.pin.memory);
    mn_card_reader_register(reader, role, token);
    if (role == MN_ROLE_SIGN && mn_remembered_count() > 0)
        (void)token_identify(token); /* what cannot be found out now may be later */
    *out = (struct mn_token){.ops = &ops, .self = token, .facts = &token->facts};
    return MN_OK;
}
