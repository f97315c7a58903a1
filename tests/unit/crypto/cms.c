#include "crypto/cms.h"

#include <string.h>

#include <openssl/cms.h>
#include <openssl/ec.h>
#include <openssl/ess.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "crypto/digest.h"
#include "crypto/library.h"
#include "crypto/private_key.h"
#include "made.h"
#include "runner.h"

#define WHEN 1780000000 /* in 2026 */

static struct mn_bytes ca;

/* Stands for the card: it sees the content only, and counts. */
struct card {
    struct mn_private_key *key;
    int asked;
    mn_rc refuses;
    bool slips; /* makes a wrong signature */
    uint8_t seen[MN_DIGEST_INFO_MAX];
    size_t seen_len;
};

static mn_rc sign(void *self, struct mn_span content, uint8_t *out, size_t *len)
{
    struct card *card = self;
    mn_rc rc;

    card->asked++;
    if (card->refuses)
        return card->refuses;
    ck_assert_uint_le(content.len, sizeof card->seen);
    memcpy(card->seen, content.ptr, content.len);
    card->seen_len = content.len;
    rc = mn_private_key_kind(card->key) == MN_KEY_RSA
             ? mn_private_key_sign_pkcs1(card->key, content, out, len)
             : mn_private_key_sign_ecdsa(card->key, content, out, len);
    if (card->slips)
        out[9] ^= 1;
    return rc;
}

static void make(void)
{
    ca = made_certificate(&(struct made_plan){.key = made_rsa_key(), .name = "ca", .ca = true});
    made_ec_key();
}

static void forget(void)
{
    mn_bytes_free(&ca);
    EVP_PKEY_free(made_rsa_key());
    EVP_PKEY_free(made_ec_key());
}

static void open_library(void)
{
    ck_assert_int_eq(mn_crypto_open(), MN_OK);
}

/* A certificate of the CA's for a key of ours. */
static struct mn_bytes certificate_for(struct mn_private_key *key)
{
    struct mn_span info = mn_private_key_public_info(key);
    const unsigned char *at = info.ptr;
    EVP_PKEY *half = d2i_PUBKEY(NULL, &at, (long)info.len);
    struct mn_bytes der = made_certificate(&(struct made_plan){
        .key = half, .name = "signer", .signer = made_rsa_key(), .issuer = "ca"});

    EVP_PKEY_free(half);
    return der;
}

/* Signs "some content" in three parts. */
static mn_rc sign_content(struct card *card, struct mn_span certificate, struct mn_bytes *out)
{
    struct mn_certificates issuers = {&ca, 1};
    struct mn_cms_signer signer = {certificate, &issuers, sign, card};
    struct mn_cms *cms;
    mn_rc rc = mn_cms_begin(&signer, &cms);

    if (rc != MN_OK) {
        ck_assert_ptr_null(cms);
        return rc;
    }
    ck_assert_int_eq(mn_cms_add(cms, mn_span("some", 4)), MN_OK);
    ck_assert_int_eq(mn_cms_add(cms, mn_span(NULL, 0)), MN_OK);
    ck_assert_int_eq(mn_cms_add(cms, mn_span(" content", 8)), MN_OK);
    rc = mn_cms_finish(cms, WHEN, out);
    mn_cms_free(&cms);
    ck_assert_ptr_null(cms);
    return rc;
}

static CMS_ContentInfo *parse(const struct mn_bytes *der)
{
    const unsigned char *at = der->ptr;
    CMS_ContentInfo *message = d2i_CMS_ContentInfo(NULL, &at, (long)der->len);

    ck_assert_ptr_nonnull(message);
    ck_assert_ptr_eq(at, der->ptr + der->len);
    return message;
}

/* Does OpenSSL believe it, with nothing but the CA given, signing certificate attribute included?
 */
static bool verifies(const struct mn_bytes *der, const char *content)
{
    CMS_ContentInfo *message = parse(der);
    BIO *bio = BIO_new_mem_buf(content, -1);
    X509_STORE *store = X509_STORE_new();
    const unsigned char *at = ca.ptr;
    X509 *root = d2i_X509(NULL, &at, (long)ca.len);
    bool good;

    X509_STORE_add_cert(store, root);
    X509_STORE_set_purpose(store, X509_PURPOSE_ANY);
    good = CMS_verify(message, NULL, store, bio, NULL, CMS_BINARY | CMS_CADES) == 1;
    X509_free(root);
    X509_STORE_free(store);
    BIO_free(bio);
    CMS_ContentInfo_free(message);
    return good;
}

static const struct {
    enum mn_key_choice choice;
    int signature_nid, hash_nid;
    size_t content_len;
} rows[] = {
    {MN_CHOICE_RSA_2048, NID_sha256WithRSAEncryption, NID_sha256, 51},
    {MN_CHOICE_P256, NID_ecdsa_with_SHA256, NID_sha256, 32},
    {MN_CHOICE_P384, NID_ecdsa_with_SHA384, NID_sha384, 48},
};

START_TEST(a_signature_of_each_kind_of_key_is_right)
{
    struct card card = {0};
    struct mn_bytes certificate, der = {0};

    ck_assert_int_eq(mn_private_key_generate(rows[_i].choice, &card.key), MN_OK);
    certificate = certificate_for(card.key);
    ck_assert_int_eq(sign_content(&card, mn_bytes_span(&certificate), &der), MN_OK);
    ck_assert_int_eq(card.asked, 1);
    ck_assert_uint_eq(card.seen_len, rows[_i].content_len);
    ck_assert(verifies(&der, "some content"));
    ck_assert(!verifies(&der, "some Content"));
    mn_bytes_free(&der);
    mn_bytes_free(&certificate);
    mn_private_key_free(&card.key);
}
END_TEST

START_TEST(what_cades_asks_for_is_inside)
{
    struct card card = {0};
    struct mn_bytes certificate, der = {0};
    CMS_ContentInfo *message;
    CMS_SignerInfo *info;
    STACK_OF(X509) * certificates;
    X509_ALGOR *hash, *signature;
    const ASN1_TIME *when;
    const X509_ATTRIBUTE *attribute;

    ck_assert_int_eq(mn_private_key_generate(rows[_i].choice, &card.key), MN_OK);
    certificate = certificate_for(card.key);
    ck_assert_int_eq(sign_content(&card, mn_bytes_span(&certificate), &der), MN_OK);
    message = parse(&der);
    ck_assert_int_eq(CMS_is_detached(message), 1);
    certificates = CMS_get1_certs(message);
    ck_assert_int_eq(sk_X509_num(certificates), 2);
    info = sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(message), 0);
    CMS_SignerInfo_get0_algs(info, NULL, NULL, &hash, &signature);
    ck_assert_int_eq(OBJ_obj2nid(hash->algorithm), rows[_i].hash_nid);
    ck_assert_int_eq(OBJ_obj2nid(signature->algorithm), rows[_i].signature_nid);
    ck_assert_int_eq(CMS_signed_get_attr_count(info), 4);
    ck_assert_int_ge(CMS_signed_get_attr_by_NID(info, NID_pkcs9_contentType, -1), 0);
    ck_assert_int_ge(CMS_signed_get_attr_by_NID(info, NID_pkcs9_messageDigest, -1), 0);
    ck_assert_int_ge(CMS_signed_get_attr_by_NID(info, NID_id_smime_aa_signingCertificateV2, -1), 0);
    attribute =
        CMS_signed_get_attr(info, CMS_signed_get_attr_by_NID(info, NID_pkcs9_signingTime, -1));
    when =
        X509_ATTRIBUTE_get0_data((X509_ATTRIBUTE *)(uintptr_t)attribute, 0, V_ASN1_UTCTIME, NULL);
    ck_assert_int_eq(ASN1_TIME_cmp_time_t(when, WHEN), 0);
    sk_X509_pop_free(certificates, X509_free);
    CMS_ContentInfo_free(message);
    mn_bytes_free(&der);
    mn_bytes_free(&certificate);
    mn_private_key_free(&card.key);
}
END_TEST

START_TEST(what_the_card_says_comes_through)
{
    struct card card = {.refuses = MN_E_REMOVED};
    struct mn_bytes certificate, der = {0};

    ck_assert_int_eq(mn_private_key_generate(MN_CHOICE_RSA_2048, &card.key), MN_OK);
    certificate = certificate_for(card.key);
    ck_assert_int_eq(sign_content(&card, mn_bytes_span(&certificate), &der), MN_E_REMOVED);
    ck_assert_uint_eq(der.len, 0);
    card.refuses = MN_OK;
    card.slips = true;
    ck_assert_int_eq(sign_content(&card, mn_bytes_span(&certificate), &der), MN_E_BAD_SIGNATURE);
    ck_assert_uint_eq(der.len, 0);
    mn_bytes_free(&certificate);
    mn_private_key_free(&card.key);
}
END_TEST

START_TEST(the_key_of_another_certificate_is_noticed)
{
    struct card card = {0};
    struct mn_bytes der = {0},
                    foreign = made_certificate(&(struct made_plan){.key = made_ec_key()});

    ck_assert_int_eq(mn_private_key_generate(MN_CHOICE_P256, &card.key), MN_OK);
    ck_assert_int_eq(sign_content(&card, mn_bytes_span(&foreign), &der), MN_E_BAD_SIGNATURE);
    ck_assert_int_eq(sign_content(&card, mn_bytes_span(&ca), &der), MN_E_BAD_SIGNATURE);
    ck_assert_int_eq(sign_content(&card, mn_span("0", 1), &der), MN_E_BAD_CERTIFICATE);
    ck_assert_uint_eq(der.len, 0);
    mn_bytes_free(&foreign);
    mn_private_key_free(&card.key);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("crypto/cms");
    TCase *tcase = tcase_create("cms");

    tcase_add_unchecked_fixture(tcase, make, forget);
    tcase_add_checked_fixture(tcase, open_library, mn_crypto_close);
    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, a_signature_of_each_kind_of_key_is_right, 0, 3);
    tcase_add_loop_test(tcase, what_cades_asks_for_is_inside, 0, 3);
    tcase_add_test(tcase, what_the_card_says_comes_through);
    tcase_add_test(tcase, the_key_of_another_certificate_is_noticed);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
