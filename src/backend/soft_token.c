#define MN_LOG_ROOM "backend"
#include "backend/soft_token.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "backend/soft_file.h"
#include "base/log.h"
#include "crypto/certificate.h"

/* How long the first wrong passphrase is answered late, in milliseconds; each further one in a row
 * takes twice as long, up to the most. */
#define DELAY_FIRST_MS 100u
#define DELAY_MOST_MS  1000u

#define PASSPHRASE_MAX 255

struct soft_token {
    struct mn_soft_entry entry;
    struct mn_certificate certificate;
    char ca_label[MN_SOFT_LABEL_ROOM + 4];
    struct mn_token_facts facts;
    struct mn_private_key *key; /* NULL: not logged in */
    unsigned delay_ms;          /* before the next refusal is told */
};

static void sleep_ms(unsigned ms)
{
    struct timespec left = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000L};
    while (nanosleep(&left, &left) != 0)
        continue;
}

static void (*pause_for)(unsigned ms) = sleep_ms;

void mn_soft_token_use_pause(void (*pause)(unsigned ms))
{
    pause_for = pause ? pause : sleep_ms;
}

/* The slot's lock alone is held: others do not wait. */
static void slow_down(struct soft_token *token)
{
    unsigned ms = token->delay_ms ? token->delay_ms : DELAY_FIRST_MS;
    pause_for(ms);
    token->delay_ms = ms * 2 < DELAY_MOST_MS ? ms * 2 : DELAY_MOST_MS;
}

/* Opens the file, whose key must be the certificate's. */
static mn_rc open_file(struct soft_token *token, struct mn_span passphrase,
                       struct mn_pkcs12 *content)
{
    if (passphrase.len > PASSPHRASE_MAX)
        return MN_E_PIN_LENGTH;
    mn_rc rc = mn_soft_file_open(token->entry.path, passphrase, content);
    if (rc == MN_E_PASSPHRASE)
        slow_down(token);
    if (rc)
        return rc == MN_E_FILE_MISSING ? MN_E_REMOVED : rc;
    token->delay_ms = 0;
    if (mn_span_equal(mn_private_key_public_info(content->key),
                      mn_bytes_span(&token->certificate.public_key_info)))
        return MN_OK;
    mn_log_error("the key in the file is not the certificate's");
    mn_pkcs12_release(content);
    return MN_E_NO_CERTIFICATE;
}

static mn_rc token_login(void *self, struct mn_span pin)
{
    struct soft_token *token = self;
    struct mn_pkcs12 content = {0};
    mn_rc rc = open_file(token, pin, &content);
    if (rc)
        return rc;
    mn_private_key_free(&token->key);
    token->key = mn_private_key_retain(content.key);
    mn_pkcs12_release(&content);
    return MN_OK;
}

static bool token_is_open(void *self)
{
    return ((struct soft_token *)self)->key != NULL;
}

static mn_rc token_load(void *self, unsigned want, struct mn_view *out)
{
    const struct soft_token *token = self;
    mn_rc rc = MN_OK;
    *out = (struct mn_view){0};
    if (want & MN_WANT_CERTIFICATE)
        rc = mn_bytes_set(&out->certificate, mn_bytes_span(&token->entry.certificate));
    if (!(want & MN_WANT_CA_CERTIFICATE))
        return rc;
    for (size_t i = 0; rc == MN_OK && i < token->entry.chain.count; i++) {
        if (out->ca_len == MN_CA_CERTIFICATES_MAX)
            break;
        rc = mn_bytes_set(&out->ca_certificates[out->ca_len++],
                          mn_bytes_span(&token->entry.chain.der[i]));
    }
    if (rc)
        mn_view_release(out);
    return rc;
}

/* --- the key --- */

static mn_rc key_sign(void *self, const struct mn_scheme *scheme, struct mn_span in,
                      uint8_t *signature, size_t *len)
{
    switch (scheme->kind) {
    case MN_SCHEME_PKCS1:
        return mn_private_key_sign_pkcs1(self, in, signature, len);
    case MN_SCHEME_PSS:
        return mn_private_key_sign_pss(self, &scheme->pss, in, signature, len);
    case MN_SCHEME_ECDSA:
        return mn_private_key_sign_ecdsa(self, in, signature, len);
    }
    return MN_E_UNSUPPORTED;
}

static mn_rc key_decrypt(void *self, const struct mn_padding *padding, struct mn_span in,
                         struct mn_bytes *out)
{
    return padding->kind == MN_PADDING_OAEP
               ? mn_private_key_decrypt_oaep(self, &padding->oaep, in, out)
               : mn_private_key_decrypt_pkcs1(self, in, out);
}

static void key_give_back(void *self)
{
    struct mn_private_key *key = self;
    mn_private_key_free(&key);
}

static const struct mn_key_ops key_ops = {
    .sign = key_sign, .decrypt = key_decrypt, .give_back = key_give_back};

static mn_rc token_lend_key(void *self, unsigned key_ref, struct mn_key *out)
{
    const struct soft_token *token = self;
    if (key_ref != token->facts.key_ref)
        return MN_E_ARGUMENT;
    if (!token->key)
        return MN_E_NOT_LOGGED_IN;
    *out = (struct mn_key){.ops = &key_ops, .self = mn_private_key_retain(token->key)};
    return MN_OK;
}

static bool token_offers(void *self, const struct mn_scheme *scheme)
{
    const struct soft_token *token = self;
    return (token->facts.key_kind == MN_KEY_EC) == (scheme->kind == MN_SCHEME_ECDSA);
}

/* Whoever is at work with a key that was lent keeps it so long. */
static void token_logout(void *self)
{
    mn_private_key_free(&((struct soft_token *)self)->key);
}

/* --- the passphrase --- */

static mn_rc token_set_pin(void *self, struct mn_span old_pin, struct mn_span new_pin)
{
    struct soft_token *token = self;
    struct mn_pkcs12 content = {0};
    if (new_pin.len < token->facts.pin_min || new_pin.len > token->facts.pin_max)
        return MN_E_NEW_PIN_LENGTH;
    if (memchr(new_pin.ptr, '\0', new_pin.len))
        return MN_E_NEW_PIN_CHARACTERS;
    mn_rc rc = open_file(token, old_pin, &content);
    if (rc == MN_OK && content.has_more_keys) {
        mn_log_error("the file has other keys, which would be lost");
        rc = MN_E_KEY_KIND;
    }
    if (rc == MN_OK)
        rc = mn_soft_file_rewrite(token->entry.path, &content, token->entry.label, new_pin);
    mn_pkcs12_release(&content);
    return rc;
}

static mn_rc token_pin_info(void *self, struct mn_pin_info *out)
{
    (void)self;
    *out = (struct mn_pin_info){.tries = -1}; /* no tries are counted */
    return MN_OK;
}

/* --- life --- */

static void token_close(void *self)
{
    struct soft_token *token = self;
    mn_private_key_free(&token->key);
    mn_certificate_release(&token->certificate);
    mn_soft_entry_release(&token->entry);
    free(token);
}

static const struct mn_token_ops ops = {
    .login = token_login,
    .is_open = token_is_open,
    .load = token_load,
    .lend_key = token_lend_key,
    .offers = token_offers,
    .logout = token_logout,
    .set_pin = token_set_pin,
    .pin_info = token_pin_info,
    .close = token_close,
};

/* What fits of a text, without half a character. */
static void copy_text(char *to, size_t room, const char *text)
{
    size_t len = strlen(text);
    if (len >= room) {
        len = room - 1;
        while (len > 0 && ((unsigned char)text[len] & 0xC0) == 0x80)
            len--;
    }
    memcpy(to, text, len);
    to[len] = '\0';
}

static void fill_facts(struct soft_token *token)
{
    const struct mn_certificate *certificate = &token->certificate;
    struct mn_token_facts *facts = &token->facts;
    copy_text(facts->label, sizeof facts->label, token->entry.label);
    strcpy(facts->manufacturer, "mynakey");
    strcpy(facts->model, "PKCS#12 file");
    for (size_t i = 0; i < (sizeof facts->serial - 1) / 2; i++)
        sprintf(facts->serial + 2 * i, "%02x", certificate->sha1[i]);
    snprintf(token->ca_label, sizeof token->ca_label, "%s CA", token->entry.label);
    facts->pin_min = 1;
    facts->pin_max = PASSPHRASE_MAX;
    facts->key_id = mn_span(certificate->subject_key_sha1, sizeof certificate->subject_key_sha1);
    facts->object_label = token->entry.label;
    facts->ca_label = token->ca_label;
    facts->key_kind = certificate->key_kind;
    facts->key_bits = certificate->bits;
    facts->can_decrypt = facts->key_kind == MN_KEY_RSA;
    facts->certificate_is_public = true;
    facts->can_set_pin = true;
}

mn_rc mn_soft_token_new(struct mn_soft_entry *entry, struct mn_token *out)
{
    struct soft_token *token = calloc(1, sizeof *token);
    if (!token) {
        mn_soft_entry_release(entry);
        return MN_E_MEMORY;
    }
    token->entry = *entry;
    *entry = (struct mn_soft_entry){0};
    mn_rc rc = mn_certificate_read(mn_bytes_span(&token->entry.certificate), &token->certificate);
    if (rc == MN_OK && token->certificate.key_kind == MN_KEY_NONE)
        rc = MN_E_KEY_KIND;
    if (rc) {
        token_close(token);
        return rc;
    }
    fill_facts(token);
    *out = (struct mn_token){.ops = &ops, .self = token, .facts = &token->facts};
    return MN_OK;
}
