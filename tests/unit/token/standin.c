#include "standin.h"

#include <check.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "crypto/made.h"

static const uint8_t key_id[] = {STANDIN_KEY_ID}, ca_id[] = {STANDIN_CA_ID};
static struct mn_bytes certificate, ca_certificate, ec_certificate;

void standin_make(void)
{
    if (certificate.len > 0)
        return;
    certificate =
        made_certificate(&(struct made_plan){.key = made_rsa_key(),
                                             .serial = mn_span("\x12\x34", 2),
                                             .name = "owner",
                                             .not_before = "260102030405Z",
                                             .not_after = "310607080910Z",
                                             .authority = mn_span("authority key id 20.", 20)});
    ca_certificate = made_certificate(&(struct made_plan){.key = made_rsa_key(), .name = "CA"});
    ec_certificate = made_certificate(&(struct made_plan){.key = made_ec_key()});
}

struct mn_span standin_certificate(void)
{
    return mn_bytes_span(&certificate);
}

struct mn_span standin_ca_certificate(void)
{
    return mn_bytes_span(&ca_certificate);
}

struct mn_span standin_ec_certificate(void)
{
    return mn_bytes_span(&ec_certificate);
}

void standin_init_public(struct standin *s)
{
    *s = (struct standin){
        .facts = {.label = "Stand-in",
                  .manufacturer = "nobody",
                  .model = "model",
                  .serial = "0001",
                  .hardware = {1, 2},
                  .firmware = {3, 4},
                  .pin_min = 4,
                  .pin_max = 4,
                  .key_id = mn_span(key_id, 1),
                  .ca_id = mn_span(ca_id, 1),
                  .object_label = "Owner",
                  .ca_label = "Authority",
                  .key_ref = 17,
                  .key_kind = MN_KEY_RSA,
                  .key_bits = 8 * STANDIN_SIZE,
                  .in_hardware = true,
                  .certificate_is_public = true,
                  .can_set_pin = true},
        .has_pss = true,
        .tries = 3,
    };
    ck_assert_int_eq(mn_bytes_set(&s->certificate, standin_certificate()), MN_OK);
    ck_assert_int_eq(mn_bytes_set(&s->ca_certificate, standin_ca_certificate()), MN_OK);
}

void standin_init_private(struct standin *s)
{
    standin_init_public(s);
    s->facts.certificate_is_public = false;
}

void standin_release(struct standin *s)
{
    mn_bytes_free(&s->certificate);
    mn_bytes_free(&s->ca_certificate);
}

static mn_rc identify(void *self)
{
    struct standin *s = self;
    s->identified++;
    return s->identify_fails;
}

static mn_rc login(void *self, struct mn_span pin)
{
    struct standin *s = self;
    s->logins++;
    if (s->login_fails)
        return s->login_fails;
    if (pin.len != s->facts.pin_min)
        return MN_E_PIN_LENGTH;
    s->open = mn_span_equal(pin, mn_span(STANDIN_PIN, strlen(STANDIN_PIN)));
    return s->open ? MN_OK : MN_E_PIN_WRONG;
}

static bool is_open(void *self)
{
    return ((struct standin *)self)->open;
}

static mn_rc load(void *self, unsigned want, struct mn_view *out)
{
    struct standin *s = self;
    s->loads++;
    if (s->load_fails && (!s->load_fails_for || (want & s->load_fails_for)))
        return s->load_fails;
    mn_rc rc = MN_OK;
    if (want & MN_WANT_CA_CERTIFICATE) {
        s->ca_certificates++;
        rc = mn_bytes_set(&out->ca_certificates[0], mn_bytes_span(&s->ca_certificate));
        out->ca_len = s->ca_certificate.len > 0 ? 1 : 0;
        if (rc == MN_OK && s->has_second_ca)
            rc = mn_bytes_set(&out->ca_certificates[out->ca_len++], standin_certificate());
    }
    if (rc == MN_OK && want & MN_WANT_CERTIFICATE) {
        s->certificates++;
        ck_assert(s->facts.certificate_is_public || s->open); /* never asked in vain */
        rc = mn_bytes_set(&out->certificate, mn_bytes_span(&s->certificate));
    }
    return rc;
}

static const EVP_MD *md(enum mn_hash hash)
{
    return EVP_get_digestbyname(mn_hash_name(hash));
}

static mn_rc sign(void *self, unsigned key_ref, const struct mn_scheme *scheme, struct mn_span in,
                  uint8_t *signature, size_t *len)
{
    struct standin *s = self;
    EVP_PKEY_CTX *ctx;
    s->signatures++;
    ck_assert_uint_eq(key_ref, s->facts.key_ref);
    ck_assert_uint_ge(*len, STANDIN_SIZE);
    if (s->while_signing)
        s->while_signing(s->context);
    if (s->sign_fails)
        return s->sign_fails;
    if (!s->open)
        return MN_E_NOT_LOGGED_IN;
    ctx = EVP_PKEY_CTX_new(made_rsa_key(), NULL);
    ck_assert_int_eq(EVP_PKEY_sign_init(ctx), 1);
    if (scheme->kind == MN_SCHEME_PSS) {
        ck_assert_int_eq(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING), 1);
        ck_assert_int_eq(EVP_PKEY_CTX_set_signature_md(ctx, md(scheme->pss.hash)), 1);
        ck_assert_int_eq(EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, md(scheme->pss.mgf_hash)), 1);
        ck_assert_int_eq(EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, (int)scheme->pss.salt_len), 1);
    } else {
        ck_assert_int_eq(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING), 1);
    }
    ck_assert_int_eq(EVP_PKEY_sign(ctx, signature, len, in.ptr, in.len), 1);
    EVP_PKEY_CTX_free(ctx);
    return MN_OK;
}

static bool offers(void *self, const struct mn_scheme *scheme)
{
    struct standin *s = self;
    s->offers++;
    bool is_cards = scheme->pss.hash == MN_SHA256 && scheme->pss.mgf_hash == MN_SHA256 &&
                    scheme->pss.salt_len == 32;
    return s->facts.can_decrypt || (s->has_pss && is_cards);
}

/* --- a lent key --- */

static mn_rc key_sign(void *self, const struct mn_scheme *scheme, struct mn_span in,
                      uint8_t *signature, size_t *len)
{
    struct standin *s = self;
    return sign(self, s->facts.key_ref, scheme, in, signature, len);
}

static mn_rc key_decrypt(void *self, const struct mn_padding *padding, struct mn_span in,
                         struct mn_bytes *out)
{
    struct standin *s = self;
    uint8_t plain[STANDIN_SIZE];
    size_t len = sizeof plain;
    s->decryptions++;
    if (s->while_signing)
        s->while_signing(s->context);
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(made_rsa_key(), NULL);
    ck_assert_int_eq(EVP_PKEY_decrypt_init(ctx), 1);
    if (padding->kind == MN_PADDING_OAEP) {
        struct mn_span label = padding->oaep.label;
        ck_assert_int_eq(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_OAEP_PADDING), 1);
        ck_assert_int_eq(EVP_PKEY_CTX_set_rsa_oaep_md(ctx, md(padding->oaep.hash)), 1);
        ck_assert_int_eq(EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, md(padding->oaep.mgf_hash)), 1);
        if (label.len > 0)
            ck_assert_int_eq(EVP_PKEY_CTX_set0_rsa_oaep_label(
                                 ctx, OPENSSL_memdup(label.ptr, label.len), (int)label.len),
                             1);
    }
    int code = EVP_PKEY_decrypt(ctx, plain, &len, in.ptr, in.len);
    EVP_PKEY_CTX_free(ctx);
    if (in.len != STANDIN_SIZE)
        return MN_E_CIPHERTEXT_LENGTH;
    return code == 1 ? mn_bytes_set(out, mn_span(plain, len)) : MN_E_BAD_CIPHERTEXT;
}

static void key_give_back(void *self)
{
    ((struct standin *)self)->lent--;
}

static const struct mn_key_ops key_ops = {
    .sign = key_sign, .decrypt = key_decrypt, .give_back = key_give_back};

static mn_rc lend_key(void *self, unsigned key_ref, struct mn_key *out)
{
    struct standin *s = self;
    ck_assert_uint_eq(key_ref, s->facts.key_ref);
    if (!s->open)
        return MN_E_NOT_LOGGED_IN;
    s->lent++;
    *out = (struct mn_key){.ops = &key_ops, .self = s};
    return MN_OK;
}

static void logout(void *self)
{
    struct standin *s = self;
    s->logouts++;
    s->open = false;
}

static mn_rc set_pin(void *self, struct mn_span old_pin, struct mn_span new_pin)
{
    struct standin *s = self;
    if (new_pin.len != s->facts.pin_min)
        return MN_E_NEW_PIN_LENGTH;
    if (new_pin.ptr[0] < '0' || new_pin.ptr[0] > '9')
        return MN_E_NEW_PIN_CHARACTERS;
    return login(self, old_pin);
}

static mn_rc pin_info(void *self, struct mn_pin_info *out)
{
    struct standin *s = self;
    s->pin_infos++;
    *out = (struct mn_pin_info){.tries = s->tries, .tries_max = 3};
    return s->pin_info_fails;
}

static void close_token(void *self)
{
    struct standin *s = self;
    s->closed = true;
    s->open = false;
}

static const struct mn_token_ops ops = {.identify = identify,
                                        .login = login,
                                        .is_open = is_open,
                                        .load = load,
                                        .sign = sign,
                                        .offers = offers,
                                        .logout = logout,
                                        .set_pin = set_pin,
                                        .pin_info = pin_info,
                                        .close = close_token};

static const struct mn_token_ops lending_ops = {.login = login,
                                                .is_open = is_open,
                                                .load = load,
                                                .lend_key = lend_key,
                                                .offers = offers,
                                                .logout = logout,
                                                .set_pin = set_pin,
                                                .pin_info = pin_info,
                                                .close = close_token};

struct mn_token standin_lending_token(struct standin *s)
{
    s->facts.can_decrypt = true;
    s->facts.in_hardware = false;
    return (struct mn_token){.ops = &lending_ops, .self = s, .facts = &s->facts};
}

struct mn_token standin_token(struct standin *s)
{
    return (struct mn_token){.ops = &ops, .self = s, .facts = &s->facts};
}
