#include "crypto/timestamp.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/ess.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/ts.h>
#include <openssl/x509.h>

#include "crypto/cms_parts.h"
#include "crypto/library.h"
#include "runner.h"
#include "signed.h"

#define STAMPED 1790000000 /* later in 2026 */

static EVP_PKEY *key, *tsa_key;
static struct mn_bytes certificate, tsa; /* the signer's, the authority's */
static struct mn_bytes file;             /* a signature without a stamp */
static struct mn_span signature;         /* its value */

static struct mn_bytes tsa_certificate(const char *purposes)
{
    return made_certificate(&(struct made_plan){.key = tsa_key,
                                                .name = "tsa",
                                                .serial = mn_span("tsa", 3),
                                                .signer = made_rsa_key(),
                                                .issuer = "ca",
                                                .usage = "critical,digitalSignature",
                                                .purposes = purposes});
}

static struct mn_span signature_of(const struct mn_bytes *der)
{
    static struct mn_cms_parts parts;

    ck_assert_int_eq(mn_cms_parts_read(mn_bytes_span(der), mn_cms_data, &parts), MN_OK);
    return parts.signers[0].value;
}

static void make(void)
{
    signed_ca();
    key = made_ec_key();
    tsa_key = EVP_RSA_gen(2048);
    certificate = signed_certificate(key, "signer", NULL);
    tsa = tsa_certificate("critical,timeStamping");
    ck_assert_int_eq(mn_crypto_open(), MN_OK);
    ck_assert_int_eq(signed_here(key, mn_bytes_span(&certificate), mn_span(NULL, 0), &file), MN_OK);
    signature = signature_of(&file);
    mn_crypto_close();
}

static void forget(void)
{
    EVP_PKEY_free(key);
    EVP_PKEY_free(tsa_key);
    mn_bytes_free(&certificate);
    mn_bytes_free(&tsa);
    mn_bytes_free(&file);
}

static void open_library(void)
{
    ck_assert_int_eq(mn_crypto_open(), MN_OK);
}

/* --- an authority, as OpenSSL is one --- */

static ASN1_INTEGER *serial(struct TS_resp_ctx *ctx, void *data)
{
    ASN1_INTEGER *number = ASN1_INTEGER_new();

    (void)ctx;
    (void)data;
    ASN1_INTEGER_set(number, 7);
    return number;
}

static int at_the_time(struct TS_resp_ctx *ctx, void *data, long *sec, long *usec)
{
    (void)ctx;
    (void)data;
    *sec = STAMPED;
    *usec = 0;
    return 1;
}

static struct mn_bytes encode_reply(TS_RESP *resp)
{
    struct mn_bytes bytes = {0};
    unsigned char *der = NULL;
    int len = i2d_TS_RESP(resp, &der);

    ck_assert_int_gt(len, 0);
    ck_assert_int_eq(mn_bytes_set(&bytes, mn_span(der, (size_t)len)), MN_OK);
    OPENSSL_free(der);
    TS_RESP_free(resp);
    return bytes;
}

struct authority {
    bool old_binding; /* SHA-1, signing-certificate */
    bool refuses;
    const EVP_MD *(*hash)(void); /* NULL: SHA-256 */
};

static struct mn_bytes reply_to(const struct mn_bytes *query, struct authority authority)
{
    TS_RESP_CTX *ctx = TS_RESP_CTX_new();
    BIO *request = BIO_new_mem_buf(query->ptr, (int)query->len);
    X509 *x = signed_x509(mn_bytes_span(&tsa));
    ASN1_OBJECT *policy = OBJ_txt2obj("1.2.3", 1);
    TS_RESP *resp;

    ck_assert_int_eq(TS_RESP_CTX_set_signer_cert(ctx, x), 1);
    ck_assert_int_eq(TS_RESP_CTX_set_signer_key(ctx, tsa_key), 1);
    ck_assert_int_eq(
        TS_RESP_CTX_set_signer_digest(ctx, authority.hash ? authority.hash() : EVP_sha256()), 1);
    ck_assert_int_eq(
        TS_RESP_CTX_set_ess_cert_id_digest(ctx, authority.old_binding ? EVP_sha1() : EVP_sha256()),
        1);
    ck_assert_int_eq(TS_RESP_CTX_set_def_policy(ctx, policy), 1);
    ck_assert_int_eq(TS_RESP_CTX_add_md(ctx, authority.refuses ? EVP_sha512() : EVP_sha256()), 1);
    ck_assert_int_eq(TS_RESP_CTX_set_accuracy(ctx, 1, 500, 0), 1);
    TS_RESP_CTX_set_serial_cb(ctx, serial, NULL);
    TS_RESP_CTX_set_time_cb(ctx, at_the_time, NULL);
    resp = TS_RESP_create_response(ctx, request);
    ck_assert_ptr_nonnull(resp);
    TS_RESP_CTX_free(ctx);
    ASN1_OBJECT_free(policy);
    X509_free(x);
    BIO_free(request);
    return encode_reply(resp);
}

/* Asks for a stamp and takes it; the token is the caller's. */
static mn_rc exchange(struct authority authority, struct mn_bytes *token)
{
    struct mn_timestamp_query query;
    struct mn_bytes asked = {0}, reply;
    mn_rc rc;

    ck_assert_int_eq(mn_timestamp_ask(signature, &query, &asked), MN_OK);
    reply = reply_to(&asked, authority);
    rc = mn_timestamp_take(mn_bytes_span(&reply), &query, token);
    mn_bytes_free(&reply);
    mn_bytes_free(&asked);
    return rc;
}

static struct mn_bytes stamped(struct mn_bytes *token)
{
    struct mn_bytes out = {0};

    ck_assert_int_eq(exchange((struct authority){0}, token), MN_OK);
    ck_assert_int_eq(
        mn_timestamp_attach(mn_bytes_span(&file), signature, mn_bytes_span(token), &out), MN_OK);
    return out;
}

/* --- what is right --- */

START_TEST(a_stamp_is_asked_for_put_in_and_read)
{
    struct mn_bytes token = {0}, whole = stamped(&token);
    struct mn_signed_data *s;
    struct mn_signature its;
    struct mn_timestamp stamp;

    ck_assert(signed_openssl_believes(mn_bytes_span(&whole), SIGNED_CONTENT));
    ck_assert_int_eq(mn_signed_data_read(mn_bytes_span(&whole), &s), MN_OK);
    ck_assert_int_eq(mn_signed_data_add(s, mn_span(SIGNED_CONTENT, strlen(SIGNED_CONTENT))), MN_OK);
    ck_assert_int_eq(mn_signed_data_check(s, 0, NULL, &its), MN_OK);
    ck_assert(mn_span_equal(its.time_stamp, mn_bytes_span(&token)));
    ck_assert(mn_span_equal(its.value, signature));
    ck_assert_int_eq(mn_timestamp_read(its.time_stamp, its.value, &stamp), MN_OK);
    ck_assert_int_eq(stamp.time, STAMPED);
    ck_assert_int_eq(stamp.accuracy, 2);
    ck_assert(mn_span_equal(mn_bytes_span(&stamp.certificate), mn_bytes_span(&tsa)));
    ck_assert_uint_eq(stamp.others.count, 1);
    mn_timestamp_release(&stamp);
    mn_signed_data_free(&s);
    mn_bytes_free(&whole);
    mn_bytes_free(&token);
}
END_TEST

START_TEST(the_old_binding_by_sha1_is_taken_from_an_authority)
{
    struct mn_bytes token = {0};

    ck_assert_int_eq(exchange((struct authority){.old_binding = true}, &token), MN_OK);
    mn_bytes_free(&token);
}
END_TEST

START_TEST(each_query_has_a_nonce_of_its_own)
{
    struct mn_timestamp_query first, second;
    struct mn_bytes der = {0};
    const unsigned char *at;
    TS_REQ *req;

    ck_assert_int_eq(mn_timestamp_ask(signature, &first, &der), MN_OK);
    at = der.ptr;
    req = d2i_TS_REQ(NULL, &at, (long)der.len);
    ck_assert_ptr_nonnull(req);
    ck_assert_int_eq(TS_REQ_get_cert_req(req), 1);
    ck_assert_ptr_nonnull(TS_REQ_get_nonce(req));
    TS_REQ_free(req);
    mn_bytes_free(&der);
    ck_assert_int_eq(mn_timestamp_ask(signature, &second, &der), MN_OK);
    ck_assert_mem_eq(first.imprint, second.imprint, sizeof first.imprint);
    ck_assert_mem_ne(first.nonce, second.nonce, sizeof first.nonce);
    mn_bytes_free(&der);
}
END_TEST

/* --- what is not --- */

START_TEST(a_refusal_is_told)
{
    struct mn_bytes token = {0};

    ck_assert_int_eq(exchange((struct authority){.refuses = true}, &token), MN_E_STAMP_REFUSED);
    ck_assert_uint_eq(token.len, 0);
}
END_TEST

START_TEST(a_weak_stamp_is_refused)
{
    struct mn_bytes token = {0};

    ck_assert_int_eq(exchange((struct authority){.hash = EVP_sha1}, &token), MN_E_WEAK);
    ck_assert_uint_eq(token.len, 0);
}
END_TEST

START_TEST(the_reply_to_another_query_is_refused)
{
    struct mn_timestamp_query query, other;
    struct mn_bytes asked = {0}, token = {0}, reply;

    ck_assert_int_eq(mn_timestamp_ask(signature, &other, &asked), MN_OK);
    ck_assert_int_eq(mn_timestamp_ask(signature, &query, &asked), MN_OK);
    reply = reply_to(&asked, (struct authority){0});
    ck_assert_int_eq(mn_timestamp_take(mn_bytes_span(&reply), &other, &token), MN_E_STAMP_FOREIGN);
    other = query;
    other.imprint[0] ^= 1;
    ck_assert_int_eq(mn_timestamp_take(mn_bytes_span(&reply), &other, &token), MN_E_STAMP_FOREIGN);
    ck_assert_uint_eq(token.len, 0);
    ck_assert_int_eq(mn_timestamp_take(mn_bytes_span(&reply), &query, &token), MN_OK);
    mn_bytes_free(&token);
    mn_bytes_free(&reply);
    mn_bytes_free(&asked);
}
END_TEST

START_TEST(a_reply_that_is_cut_or_none_is_refused)
{
    struct mn_timestamp_query query;
    struct mn_bytes asked = {0}, token = {0}, reply, large = {0};

    ck_assert_int_eq(mn_timestamp_ask(signature, &query, &asked), MN_OK);
    reply = reply_to(&asked, (struct authority){0});
    for (size_t len = 0; len < reply.len; len++)
        ck_assert_int_ne(mn_timestamp_take(mn_span(reply.ptr, len), &query, &token), MN_OK);
    ck_assert_int_eq(mn_timestamp_take(mn_span("<html>", 6), &query, &token), MN_E_FORMAT);
    ck_assert_int_eq(mn_bytes_append(&reply, mn_span("", 1)), MN_OK);
    ck_assert_int_eq(mn_timestamp_take(mn_bytes_span(&reply), &query, &token), MN_E_DAMAGED);
    large.ptr = calloc(1, MN_TIMESTAMP_REPLY_MAX + 1);
    large.len = MN_TIMESTAMP_REPLY_MAX + 1;
    ck_assert_int_eq(mn_timestamp_take(mn_bytes_span(&large), &query, &token), MN_E_EXCESSIVE);
    ck_assert_uint_eq(token.len, 0);
    mn_bytes_free(&large);
    mn_bytes_free(&reply);
    mn_bytes_free(&asked);
}
END_TEST

START_TEST(a_stamp_goes_to_its_signature_only)
{
    struct mn_bytes token = {0}, whole = stamped(&token), again = {0};
    struct mn_bytes other = {0};
    struct mn_timestamp stamp;
    struct mn_span given = mn_bytes_span(&token);

    ck_assert_int_eq(mn_timestamp_attach(mn_bytes_span(&whole), signature, given, &again),
                     MN_E_FILE_EXISTS);
    ck_assert_int_eq(signed_here(key, mn_bytes_span(&certificate), mn_span(NULL, 0), &other),
                     MN_OK);
    ck_assert_int_eq(mn_timestamp_attach(mn_bytes_span(&other), signature, given, &again),
                     MN_E_NOT_FOUND);
    ck_assert_int_eq(mn_timestamp_attach(mn_span("no", 2), signature, given, &again), MN_E_DAMAGED);
    ck_assert_uint_eq(again.len, 0);
    ck_assert_int_eq(mn_timestamp_read(given, signature_of(&other), &stamp), MN_E_STAMP_FOREIGN);
    ck_assert_uint_eq(stamp.certificate.len, 0);
    mn_bytes_free(&other);
    mn_bytes_free(&whole);
    mn_bytes_free(&token);
}
END_TEST

/* A token that OpenSSL's authority would not make: the same TSTInfo, signed anew with another
 * certificate of the authority's. */
static struct mn_bytes token_with(const struct mn_bytes *x, struct mn_span content, unsigned flags)
{
    unsigned all = flags | CMS_BINARY | CMS_PARTIAL;
    X509 *parsed = signed_x509(mn_bytes_span(x));
    BIO *bio = BIO_new_mem_buf(content.ptr, (int)content.len);
    CMS_ContentInfo *message = CMS_sign(NULL, NULL, NULL, NULL, all);
    struct mn_bytes der;

    CMS_set1_eContentType(message, OBJ_nid2obj(NID_id_smime_ct_TSTInfo));
    ck_assert_ptr_nonnull(CMS_add1_signer(message, parsed, tsa_key, EVP_sha256(), all));
    ck_assert_int_eq(CMS_final(message, bio, NULL, all), 1);
    der = signed_encode(message);
    CMS_ContentInfo_free(message);
    BIO_free(bio);
    X509_free(parsed);
    return der;
}

static void wants(mn_rc wanted, struct mn_bytes *token)
{
    struct mn_timestamp stamp;

    ck_assert_str_eq(mn_rc_name(mn_timestamp_read(mn_bytes_span(token), signature, &stamp)),
                     mn_rc_name(wanted));
    mn_timestamp_release(&stamp);
    mn_bytes_free(token);
}

START_TEST(only_a_certificate_for_time_stamps_alone_counts)
{
    static const char *const purposes[] = {
        NULL, "timeStamping", "critical,timeStamping,codeSigning", "critical,emailProtection"};
    static struct mn_cms_parts parts;
    struct mn_bytes token = {0}, made;

    ck_assert_int_eq(exchange((struct authority){0}, &token), MN_OK);
    ck_assert_int_eq(mn_cms_parts_read(mn_bytes_span(&token), mn_cms_tst_info, &parts), MN_OK);
    made = token_with(&tsa, parts.content, CMS_CADES);
    wants(MN_OK, &made);
    made = token_with(&tsa, parts.content, 0);
    wants(MN_E_UNBOUND, &made);
    made = token_with(&tsa, parts.content, CMS_CADES | CMS_NOCERTS);
    wants(MN_E_NO_CERTIFICATE, &made);
    made = token_with(&tsa, parts.content, CMS_CADES | CMS_DETACHED);
    wants(MN_E_DAMAGED, &made);
    made = token_with(&tsa, mn_span("\x30\x00", 2), CMS_CADES);
    wants(MN_E_DAMAGED, &made);
    for (size_t i = 0; i < sizeof purposes / sizeof purposes[0]; i++) {
        struct mn_bytes x = tsa_certificate(purposes[i]);

        made = token_with(&x, parts.content, CMS_CADES);
        wants(MN_E_STAMP_CERTIFICATE, &made);
        mn_bytes_free(&x);
    }
    ck_assert_int_eq(mn_bytes_set(&made, mn_bytes_span(&file)), MN_OK);
    wants(MN_E_FORMAT, &made);
    mn_bytes_free(&token);
}
END_TEST

START_TEST(no_byte_of_a_token_can_be_changed_that_means_anything)
{
    static const uint8_t masks[] = {1, 2, 4, 8, 16, 32, 64, 128, 0xFF};
    struct mn_bytes token = {0};

    ck_assert_int_eq(exchange((struct authority){0}, &token), MN_OK);
    for (size_t i = 0; i < token.len * sizeof masks; i++) {
        struct mn_timestamp stamp;

        token.ptr[i / sizeof masks] ^= masks[i % sizeof masks];
        ck_assert_msg(mn_timestamp_read(mn_bytes_span(&token), signature, &stamp) != MN_OK,
                      "byte %zu ^ %02X", i / sizeof masks, masks[i % sizeof masks]);
        mn_timestamp_release(&stamp);
        token.ptr[i / sizeof masks] ^= masks[i % sizeof masks];
    }
    wants(MN_OK, &token);
}
END_TEST

START_TEST(a_stamp_changed_or_taken_away_leaves_the_signature)
{
    struct mn_bytes token = {0}, whole = stamped(&token);
    uint8_t *at = memmem(whole.ptr, whole.len, token.ptr, token.len);

    ck_assert_ptr_nonnull(at);
    at[token.len / 2] ^= 1;
    ck_assert_int_eq(signed_check(mn_bytes_span(&whole), SIGNED_CONTENT, 0), MN_OK);
    at[0] = 0x31; /* no token at all */
    ck_assert_int_eq(signed_check(mn_bytes_span(&whole), SIGNED_CONTENT, 0), MN_E_DAMAGED);
    mn_bytes_free(&whole);
    mn_bytes_free(&token);
}
END_TEST

START_TEST(without_the_library_there_are_no_stamps)
{
    struct mn_timestamp_query query;
    struct mn_timestamp stamp;
    struct mn_bytes out = {0};

    mn_crypto_close();
    ck_assert_int_eq(mn_timestamp_ask(signature, &query, &out), MN_E_CRYPTO);
    ck_assert_int_eq(mn_timestamp_take(signature, &query, &out), MN_E_CRYPTO);
    ck_assert_int_eq(mn_timestamp_read(signature, signature, &stamp), MN_E_CRYPTO);
    ck_assert_int_eq(mn_timestamp_attach(mn_bytes_span(&file), signature, signature, &out),
                     MN_E_CRYPTO);
    ck_assert_uint_eq(out.len, 0);
    ck_assert_int_eq(mn_crypto_open(), MN_OK);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("crypto/timestamp");
    TCase *tcase = tcase_create("timestamp");

    tcase_add_unchecked_fixture(tcase, make, forget);
    tcase_add_checked_fixture(tcase, open_library, mn_crypto_close);
    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, a_stamp_is_asked_for_put_in_and_read);
    tcase_add_test(tcase, the_old_binding_by_sha1_is_taken_from_an_authority);
    tcase_add_test(tcase, each_query_has_a_nonce_of_its_own);
    tcase_add_test(tcase, a_refusal_is_told);
    tcase_add_test(tcase, a_weak_stamp_is_refused);
    tcase_add_test(tcase, the_reply_to_another_query_is_refused);
    tcase_add_test(tcase, a_reply_that_is_cut_or_none_is_refused);
    tcase_add_test(tcase, a_stamp_goes_to_its_signature_only);
    tcase_add_test(tcase, only_a_certificate_for_time_stamps_alone_counts);
    tcase_add_test(tcase, no_byte_of_a_token_can_be_changed_that_means_anything);
    tcase_add_test(tcase, a_stamp_changed_or_taken_away_leaves_the_signature);
    tcase_add_test(tcase, without_the_library_there_are_no_stamps);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
