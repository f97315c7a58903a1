#include "crypto/signed_data.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/ec.h>
#include <openssl/ess.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "crypto/cms_parts.h"
#include "crypto/library.h"
#include "runner.h"
#include "signed.h"

#define DETACHED (CMS_DETACHED | CMS_CADES)

/* One of each kind that is made or read here. */
static EVP_PKEY *rsa, *p256, *p384, *p521, *short_rsa, *odd_curve;
static struct mn_bytes certificate; /* of rsa */

static void make(void)
{
    signed_ca();
    rsa = EVP_RSA_gen(2048);
    p256 = made_ec_key();
    p384 = EVP_EC_gen("P-384");
    p521 = EVP_EC_gen("P-521");
    short_rsa = EVP_RSA_gen(1024);
    odd_curve = EVP_EC_gen("secp256k1");
    certificate = signed_certificate(rsa, "signer", NULL);
}

static void forget(void)
{
    EVP_PKEY *all[] = {rsa, p256, p384, p521, short_rsa, odd_curve};

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        EVP_PKEY_free(all[i]);
    mn_bytes_free(&certificate);
}

static void open_library(void)
{
    ck_assert_int_eq(mn_crypto_open(), MN_OK);
}

static struct mn_bytes signed_with_rsa(void)
{
    struct mn_bytes der = {0};

    ck_assert_int_eq(signed_here(rsa, mn_bytes_span(&certificate), mn_span(NULL, 0), &der), MN_OK);
    return der;
}

static void wants(mn_rc wanted, struct mn_bytes *der)
{
    ck_assert_str_eq(mn_rc_name(signed_check(mn_bytes_span(der), SIGNED_CONTENT, 0)),
                     mn_rc_name(wanted));
    mn_bytes_free(der);
}

static const struct {
    EVP_PKEY **key;
    bool pss;
    unsigned flags;
    const EVP_MD *(*hash)(void);
} good[] = {
    {&rsa, false, 0, EVP_sha256},
    {&rsa, false, 0, EVP_sha384},
    {&rsa, false, 0, EVP_sha512},
    {&rsa, true, 0, EVP_sha256},
    {&rsa, true, 0, EVP_sha512},
    {&p256, false, 0, EVP_sha256},
    {&p384, false, 0, EVP_sha384},
    {&p521, false, 0, EVP_sha512},
    {&p256, false, 0, EVP_sha512},
    {&rsa, false, CMS_USE_KEYID, EVP_sha256},
    {&p256, false, CMS_NOSMIMECAP, EVP_sha256},
};

START_TEST(what_openssl_signs_holds)
{
    struct mn_bytes x = signed_certificate(*good[_i].key, "signer", NULL);
    struct mn_bytes der = signed_by_openssl(*good[_i].key, mn_bytes_span(&x), good[_i].hash(),
                                            DETACHED | good[_i].flags, good[_i].pss);

    ck_assert(signed_openssl_believes(mn_bytes_span(&der), SIGNED_CONTENT));
    ck_assert_int_eq(signed_check(mn_bytes_span(&der), "some Content", 0), MN_E_CHANGED);
    ck_assert_int_eq(signed_check(mn_bytes_span(&der), "", 0), MN_E_CHANGED);
    wants(MN_OK, &der);
    mn_bytes_free(&x);
}
END_TEST

START_TEST(what_is_signed_here_holds)
{
    EVP_PKEY *keys[] = {rsa, p256, p384, p521};
    struct mn_bytes x = signed_certificate(keys[_i], "signer", "digitalSignature");
    struct mn_bytes der = {0};

    ck_assert_int_eq(signed_here(keys[_i], mn_bytes_span(&x), mn_span(NULL, 0), &der), MN_OK);
    ck_assert(signed_openssl_believes(mn_bytes_span(&der), SIGNED_CONTENT));
    wants(MN_OK, &der);
    mn_bytes_free(&x);
}
END_TEST

START_TEST(the_signer_is_described)
{
    struct mn_bytes der = signed_with_rsa();
    struct mn_certificates list = {0};
    struct mn_signature signature;
    struct mn_signed_data *s;

    ck_assert_int_eq(mn_signed_data_read(mn_bytes_span(&der), &s), MN_OK);
    ck_assert_uint_eq(mn_signed_data_signers(s), 1);
    ck_assert_int_eq(mn_signed_data_certificates(s, &list), MN_OK);
    ck_assert_uint_eq(list.count, 2);
    ck_assert_int_eq(mn_signed_data_add(s, mn_span("some", 4)), MN_OK);
    ck_assert_int_eq(mn_signed_data_add(s, mn_span(NULL, 0)), MN_OK);
    ck_assert_int_eq(mn_signed_data_add(s, mn_span(" content", 8)), MN_OK);
    for (int twice = 0; twice < 2; twice++) {
        ck_assert_int_eq(mn_signed_data_check(s, 0, NULL, &signature), MN_OK);
        ck_assert(mn_span_equal(signature.certificate, mn_bytes_span(&certificate)));
        ck_assert_int_eq(signature.hash, MN_SHA256);
        ck_assert(!signature.pss);
        ck_assert(signature.has_time);
        ck_assert_int_eq(signature.time, SIGNED_WHEN);
        ck_assert_uint_eq(signature.value.len, 256);
        ck_assert_uint_eq(signature.time_stamp.len, 0);
    }
    mn_signed_data_free(&s);
    ck_assert_ptr_null(s);
    mn_certificates_free(&list);
    mn_bytes_free(&der);
}
END_TEST

START_TEST(a_changed_file_is_told_from_a_bad_signature)
{
    struct mn_bytes der = signed_with_rsa();
    struct mn_signature signature;
    struct mn_signed_data *s;

    ck_assert_int_eq(mn_signed_data_read(mn_bytes_span(&der), &s), MN_OK);
    ck_assert_int_eq(mn_signed_data_check(s, 0, NULL, &signature), MN_E_CHANGED);
    ck_assert(mn_span_equal(signature.certificate, mn_bytes_span(&certificate)));
    ck_assert_int_eq(signature.time, SIGNED_WHEN);
    mn_signed_data_free(&s);
    der.ptr[der.len - 9] ^= 1; /* in the signature, which is last */
    ck_assert_int_eq(signed_check(mn_bytes_span(&der), "some Content", 0), MN_E_BAD_SIGNATURE);
    wants(MN_E_BAD_SIGNATURE, &der);
}
END_TEST

START_TEST(what_cades_forbids_is_refused_by_name)
{
    struct mn_span x = mn_bytes_span(&certificate);
    struct mn_bytes der = signed_by_openssl(rsa, x, NULL, CMS_DETACHED, false);

    wants(MN_E_UNBOUND, &der);
    der = signed_by_openssl(rsa, x, NULL, CMS_DETACHED | CMS_NOATTR, false);
    wants(MN_E_UNBOUND, &der);
    der = signed_by_openssl(rsa, x, EVP_sha1(), DETACHED, false);
    wants(MN_E_WEAK, &der);
    der = signed_by_openssl(rsa, x, EVP_sha224(), DETACHED, false);
    wants(MN_E_WEAK, &der);
    der = signed_by_openssl(rsa, x, EVP_sha1(), DETACHED, true);
    wants(MN_E_WEAK, &der);
    der = signed_by_openssl(rsa, x, EVP_sha3_256(), DETACHED, false);
    wants(MN_E_UNSUPPORTED, &der);
    der = signed_by_openssl(rsa, x, NULL, DETACHED | CMS_NOCERTS, false);
    wants(MN_E_NO_CERTIFICATE, &der);
    der = signed_by_openssl(rsa, x, NULL, CMS_CADES, false);
    wants(MN_E_FORMAT, &der);
}
END_TEST

static void wants_of_key(mn_rc wanted, EVP_PKEY *key, const char *usage)
{
    struct mn_bytes x = signed_certificate(key, "signer", usage);
    struct mn_bytes der = signed_by_openssl(key, mn_bytes_span(&x), NULL, DETACHED, false);

    wants(wanted, &der);
    mn_bytes_free(&x);
}

START_TEST(keys_that_are_weak_foreign_or_for_something_else_are_refused)
{
    wants_of_key(MN_E_WEAK, short_rsa, NULL);
    wants_of_key(MN_E_KEY_KIND, odd_curve, NULL);
    wants_of_key(MN_E_KEY_KIND, rsa, "keyEncipherment");
    wants_of_key(MN_OK, rsa, "nonRepudiation");
}
END_TEST

/* The same signature with another certificate, or several, of those that are named alike. */
static struct mn_bytes signed_with(struct mn_span first, struct mn_span second)
{
    struct mn_bytes der =
        signed_by_openssl(rsa, mn_bytes_span(&certificate), NULL, DETACHED | CMS_NOCERTS, false);
    CMS_ContentInfo *message = signed_parse(mn_bytes_span(&der));
    X509 *x = signed_x509(first), *y = second.len > 0 ? signed_x509(second) : NULL;

    ck_assert_int_eq(CMS_add1_cert(message, x), 1);
    if (y)
        ck_assert_int_eq(CMS_add1_cert(message, y), 1);
    X509_free(x);
    X509_free(y);
    mn_bytes_free(&der);
    der = signed_encode(message);
    CMS_ContentInfo_free(message);
    return der;
}

START_TEST(a_substituted_certificate_is_noticed)
{
    struct mn_bytes other = signed_certificate(rsa, "signer", "nonRepudiation");
    struct mn_bytes stranger = signed_certificate(p256, "signer", NULL);
    struct mn_bytes der = signed_with(mn_bytes_span(&other), mn_span(NULL, 0));

    wants(MN_E_SUBSTITUTED, &der);
    der = signed_with(mn_bytes_span(&stranger), mn_span(NULL, 0));
    wants(MN_E_KEY_KIND, &der);
    der = signed_with(mn_bytes_span(&other), mn_bytes_span(&certificate));
    wants(MN_OK, &der);
    der = signed_with(mn_bytes_span(&stranger), mn_bytes_span(&other));
    ck_assert_int_ne(signed_check(mn_bytes_span(&der), SIGNED_CONTENT, 0), MN_OK);
    mn_bytes_free(&der);
    mn_bytes_free(&stranger);
    mn_bytes_free(&other);
}
END_TEST

/* A signature with one more signed attribute, and without one of its own that names the
 * certificate. */
static struct mn_bytes signed_naming(int nid, const unsigned char *value, int len)
{
    unsigned flags = CMS_DETACHED | CMS_BINARY | CMS_PARTIAL;
    X509 *x = signed_x509(mn_bytes_span(&certificate));
    CMS_ContentInfo *message = CMS_sign(NULL, NULL, NULL, NULL, flags);
    CMS_SignerInfo *info = CMS_add1_signer(message, x, rsa, EVP_sha256(), flags);
    BIO *content = BIO_new_mem_buf(SIGNED_CONTENT, -1);
    struct mn_bytes der;

    ck_assert_int_eq(CMS_signed_add1_attr_by_NID(info, nid, V_ASN1_SEQUENCE, value, len), 1);
    ck_assert_int_eq(CMS_final(message, content, NULL, flags), 1);
    der = signed_encode(message);
    BIO_free(content);
    CMS_ContentInfo_free(message);
    X509_free(x);
    return der;
}

static void wants_v2(mn_rc wanted, struct mn_span named, const EVP_MD *hash, int with_issuer)
{
    X509 *x = signed_x509(named);
    ESS_SIGNING_CERT_V2 *attribute = OSSL_ESS_signing_cert_v2_new_init(hash, x, NULL, with_issuer);
    unsigned char *value = NULL;
    int len = i2d_ESS_SIGNING_CERT_V2(attribute, &value);
    struct mn_bytes der = signed_naming(NID_id_smime_aa_signingCertificateV2, value, len);

    wants(wanted, &der);
    OPENSSL_free(value);
    ESS_SIGNING_CERT_V2_free(attribute);
    X509_free(x);
}

START_TEST(the_certificate_is_named_in_each_form)
{
    struct mn_span x = mn_bytes_span(&certificate);

    wants_v2(MN_OK, x, EVP_sha256(), 1);
    wants_v2(MN_OK, x, EVP_sha256(), 0);
    wants_v2(MN_OK, x, EVP_sha384(), 1);
    wants_v2(MN_OK, x, EVP_sha512(), 1);
    wants_v2(MN_E_WEAK, x, EVP_sha1(), 1);
    wants_v2(MN_E_UNSUPPORTED, x, EVP_sha3_256(), 1);
    wants_v2(MN_E_SUBSTITUTED, signed_ca(), EVP_sha256(), 0);
}
END_TEST

START_TEST(a_name_that_is_old_or_cannot_be_read_is_refused)
{
    X509 *x = signed_x509(mn_bytes_span(&certificate));
    ESS_SIGNING_CERT *attribute = OSSL_ESS_signing_cert_new_init(x, NULL, 1);
    unsigned char *value = NULL;
    int len = i2d_ESS_SIGNING_CERT(attribute, &value);
    struct mn_bytes der = signed_naming(NID_id_smime_aa_signingCertificate, value, len);

    wants(MN_E_WEAK, &der);
    der = signed_naming(NID_id_smime_aa_signingCertificateV2, (const unsigned char *)"\x30\x00", 2);
    wants(MN_E_DAMAGED, &der);
    OPENSSL_free(value);
    ESS_SIGNING_CERT_free(attribute);
    X509_free(x);
}
END_TEST

/* Where does this byte string stand in the file? */
static uint8_t *place_of(const struct mn_bytes *der, const void *what, size_t len)
{
    uint8_t *at = memmem(der->ptr, der->len, what, len);

    ck_assert_ptr_nonnull(at);
    return at;
}

#define PLACE(der, what) place_of(der, what, sizeof(what) - 1)

START_TEST(an_attribute_there_twice_or_missing_is_damage)
{
    struct mn_bytes der = signed_with_rsa();
    uint8_t *signing_time = PLACE(&der, "\x2A\x86\x48\x86\xF7\x0D\x01\x09\x05");

    signing_time[8] = 0x04; /* a second message digest */
    wants(MN_E_DAMAGED, &der);
    der = signed_with_rsa();
    PLACE(&der, "\x2A\x86\x48\x86\xF7\x0D\x01\x09\x04")[8] = 0x77; /* none */
    wants(MN_E_DAMAGED, &der);
    der = signed_with_rsa();
    PLACE(&der, "\x2A\x86\x48\x86\xF7\x0D\x01\x09\x05")[8] = 0x77; /* one that is not known */
    wants(MN_E_BAD_SIGNATURE, &der);
}
END_TEST

START_TEST(what_is_no_signature_file_is_told_by_its_form)
{
    static const char pem[] = "-----BEGIN CMS-----\nMIIB\n-----END CMS-----\n";
    struct mn_signed_data *s;
    struct mn_bytes der = signed_with_rsa(), longer = {0};

    ck_assert_int_eq(mn_signed_data_read(mn_span(NULL, 0), &s), MN_E_FORMAT);
    ck_assert_ptr_null(s);
    ck_assert_int_eq(mn_signed_data_read(mn_span(pem, strlen(pem)), &s), MN_E_FORMAT);
    ck_assert_int_eq(mn_signed_data_read(mn_bytes_span(&certificate), &s), MN_E_FORMAT);
    ck_assert_int_eq(mn_bytes_set(&longer, mn_bytes_span(&der)), MN_OK);
    ck_assert_int_eq(mn_bytes_append(&longer, mn_span("", 1)), MN_OK);
    ck_assert_int_eq(mn_signed_data_read(mn_bytes_span(&longer), &s), MN_E_DAMAGED);
    for (size_t len = 0; len < der.len; len++) {
        mn_rc rc = mn_signed_data_read(mn_span(der.ptr, len), &s);

        ck_assert_int_eq(rc, len < 15 ? MN_E_FORMAT : MN_E_DAMAGED);
        ck_assert_ptr_null(s);
    }
    mn_bytes_free(&longer);
    mn_bytes_free(&der);
}
END_TEST

START_TEST(indefinite_lengths_are_refused)
{
    static const uint8_t end[2];
    struct mn_bytes der = signed_with_rsa(), ber = {0};

    ck_assert_uint_eq(der.ptr[1], 0x82);
    ck_assert_int_eq(mn_bytes_set(&ber, mn_span("\x30\x80", 2)), MN_OK);
    ck_assert_int_eq(mn_bytes_append(&ber, mn_span(der.ptr + 4, der.len - 4)), MN_OK);
    ck_assert_int_eq(mn_bytes_append(&ber, mn_span(end, sizeof end)), MN_OK);
    ck_assert(signed_openssl_believes(mn_bytes_span(&ber), SIGNED_CONTENT));
    wants(MN_E_DAMAGED, &ber);
    mn_bytes_free(&der);
}
END_TEST

/* So many signers, so many certificates. */
static struct mn_bytes crowd(int signers, int certificates)
{
    struct mn_bytes x = signed_certificate(p256, "signer", NULL);
    X509 *parsed = signed_x509(mn_bytes_span(&x));
    unsigned flags = DETACHED | CMS_BINARY | CMS_PARTIAL;
    CMS_ContentInfo *message = CMS_sign(NULL, NULL, NULL, NULL, flags);
    BIO *content = BIO_new_mem_buf(SIGNED_CONTENT, -1);
    struct mn_bytes der;

    for (int i = 0; i < signers; i++)
        ck_assert_ptr_nonnull(
            CMS_add1_signer(message, parsed, p256, EVP_sha256(), flags | CMS_NOCERTS));
    for (int i = 0; i < certificates; i++) {
        char name[16];
        struct mn_bytes other;
        X509 *y;

        snprintf(name, sizeof name, "%d", i);
        other = signed_certificate(p256, name, NULL);
        y = signed_x509(mn_bytes_span(&other));
        ck_assert_int_eq(CMS_add1_cert(message, y), 1);
        X509_free(y);
        mn_bytes_free(&other);
    }
    if (signers > 0)
        ck_assert_int_eq(CMS_final(message, content, NULL, flags), 1);
    der = signed_encode(message);
    CMS_ContentInfo_free(message);
    BIO_free(content);
    X509_free(parsed);
    mn_bytes_free(&x);
    return der;
}

START_TEST(crowds_are_refused)
{
    struct mn_bytes der = crowd(MN_SIGNERS_MAX, 1), large = {calloc(1, MN_SIGNED_DATA_MAX + 1), 0};
    struct mn_signed_data *s;

    ck_assert_int_eq(mn_signed_data_read(mn_bytes_span(&der), &s), MN_OK);
    ck_assert_uint_eq(mn_signed_data_signers(s), MN_SIGNERS_MAX);
    mn_signed_data_free(&s);
    mn_bytes_free(&der);
    der = crowd(MN_SIGNERS_MAX + 1, 1);
    wants(MN_E_EXCESSIVE, &der);
    der = crowd(1, MN_CERTIFICATES_MAX + 1);
    wants(MN_E_EXCESSIVE, &der);
    der = crowd(0, 1);
    wants(MN_E_DAMAGED, &der);
    large.len = MN_SIGNED_DATA_MAX + 1;
    wants(MN_E_EXCESSIVE, &large);
}
END_TEST

/* --- a further signer --- */

static struct mn_span whole_of(const struct mn_bytes *der, size_t i, struct mn_cms_parts *parts)
{
    ck_assert_int_eq(mn_cms_parts_read(mn_bytes_span(der), mn_cms_data, parts), MN_OK);
    ck_assert_uint_lt(i, parts->signer_count);
    return parts->signers[i].whole;
}

/* The one signature of the file once more behind itself, with all lengths around it made to fit. */
static struct mn_bytes with_copy(const struct mn_bytes *der)
{
    static struct mn_cms_parts parts;
    struct mn_span whole = whole_of(der, 0, &parts);
    size_t at = (size_t)(whole.ptr - der->ptr);
    const size_t lengths[] = {2, 4 + 11 + 2, 4 + 11 + 4 + 2, at - 2};
    struct mn_bytes made = {0};

    ck_assert_uint_eq(at + whole.len, der->len);
    ck_assert_int_eq(mn_bytes_set(&made, mn_bytes_span(der)), MN_OK);
    ck_assert_int_eq(mn_bytes_append(&made, whole), MN_OK);
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        uint8_t *length = made.ptr + lengths[i];
        size_t longer = ((size_t)length[0] << 8 | length[1]) + whole.len;

        ck_assert_int_eq(length[-1], 0x82);
        length[0] = (uint8_t)(longer >> 8);
        length[1] = (uint8_t)longer;
    }
    return made;
}

START_TEST(a_copy_of_a_signature_is_no_second_one)
{
    struct mn_bytes first = signed_with_rsa(), twice = with_copy(&first);
    struct mn_signed_data *s;

    ck_assert(signed_openssl_believes(mn_bytes_span(&twice), SIGNED_CONTENT));
    ck_assert_int_eq(mn_signed_data_read(mn_bytes_span(&twice), &s), MN_OK);
    ck_assert_uint_eq(mn_signed_data_signers(s), 1);
    mn_signed_data_free(&s);
    wants(MN_OK, &twice);
    mn_bytes_free(&twice);
    mn_bytes_free(&first);
}
END_TEST

START_TEST(a_further_signer_leaves_the_first_byte_for_byte)
{
    EVP_PKEY *keys[] = {p256, p384, p521, rsa};
    static struct mn_cms_parts before, after;
    struct mn_bytes first = signed_with_rsa(), both = {0};
    struct mn_bytes x = signed_certificate(keys[_i], "second", NULL);
    struct mn_span old = whole_of(&first, 0, &before);

    ck_assert_int_eq(signed_here(keys[_i], mn_bytes_span(&x), mn_bytes_span(&first), &both), MN_OK);
    whole_of(&both, 1, &after);
    ck_assert_uint_eq(after.signer_count, 2);
    ck_assert_uint_eq(after.certificate_count, 3);
    ck_assert(mn_span_equal(after.signers[0].whole, old) ||
              mn_span_equal(after.signers[1].whole, old));
    for (size_t i = 0; i < 2; i++) {
        ck_assert_int_eq(signed_check(mn_bytes_span(&both), SIGNED_CONTENT, i), MN_OK);
        ck_assert_int_eq(signed_check(mn_bytes_span(&both), "another", i), MN_E_CHANGED);
    }
    ck_assert(signed_openssl_believes(mn_bytes_span(&both), SIGNED_CONTENT));
    mn_bytes_free(&x);
    mn_bytes_free(&both);
    mn_bytes_free(&first);
}
END_TEST

START_TEST(nothing_is_signed_beside_what_does_not_hold)
{
    struct mn_bytes first = signed_with_rsa(), both = {0}, full = crowd(MN_SIGNERS_MAX, 1);
    struct mn_bytes x = signed_certificate(p256, "second", NULL);
    struct mn_span second = mn_bytes_span(&x);
    struct mn_bytes plain =
        signed_by_openssl(rsa, mn_bytes_span(&certificate), NULL, CMS_DETACHED, false);
    struct mn_bytes with_content =
        signed_by_openssl(rsa, mn_bytes_span(&certificate), NULL, CMS_CADES, false);
    uint8_t *digest = PLACE(&first, "\x2A\x86\x48\x86\xF7\x0D\x01\x09\x04");

    ck_assert_int_eq(signed_here(p256, second, second, &both), MN_E_FORMAT);
    ck_assert_int_eq(signed_here(p256, second, mn_span(first.ptr, 99), &both), MN_E_DAMAGED);
    ck_assert_int_eq(signed_here(p256, second, mn_bytes_span(&full), &both), MN_E_EXCESSIVE);
    ck_assert_int_eq(signed_here(p256, second, mn_bytes_span(&plain), &both), MN_E_UNBOUND);
    ck_assert_int_eq(signed_here(p256, second, mn_bytes_span(&with_content), &both), MN_E_FORMAT);
    digest[20] ^= 1;
    ck_assert_int_eq(signed_here(p256, second, mn_bytes_span(&first), &both), MN_E_BAD_SIGNATURE);
    ck_assert_uint_eq(both.len, 0);
    mn_bytes_free(&with_content);
    mn_bytes_free(&plain);
    mn_bytes_free(&x);
    mn_bytes_free(&full);
    mn_bytes_free(&first);
}
END_TEST

/* A signature of other content: as though the file had been changed in between. */
START_TEST(nothing_is_signed_beside_the_signature_of_another_content)
{
    struct mn_bytes first = signed_with_rsa(), both = {0};
    struct mn_bytes x = signed_certificate(p256, "second", NULL);
    struct mn_cms_signer signer = {mn_bytes_span(&x), NULL, NULL, NULL}; /* who is never asked */
    struct mn_cms *cms;

    ck_assert_int_eq(mn_cms_begin_beside(&signer, mn_bytes_span(&first), &cms), MN_OK);
    ck_assert_int_eq(mn_cms_add(cms, mn_span("another", 7)), MN_OK);
    ck_assert_int_eq(mn_cms_finish(cms, SIGNED_WHEN, &both), MN_E_CHANGED);
    ck_assert_uint_eq(mn_cms_signature(cms).len, 0);
    ck_assert_uint_eq(both.len, 0);
    mn_cms_free(&cms);
    mn_bytes_free(&x);
    mn_bytes_free(&first);
}
END_TEST

/* --- many --- */

START_TEST(keys_are_kept_from_file_to_file)
{
    enum { PEOPLE = 12 };
    struct mn_bytes files[PEOPLE] = {{0}};
    struct mn_signer_keys *keys;

    ck_assert_int_eq(mn_signer_keys_new(&keys), MN_OK);
    for (int i = 0; i < PEOPLE; i++) {
        char name[16];
        struct mn_bytes x;

        snprintf(name, sizeof name, "%d", i);
        x = signed_certificate(i % 2 ? rsa : p256, name, NULL);
        ck_assert_int_eq(
            signed_here(i % 2 ? rsa : p256, mn_bytes_span(&x), mn_span(NULL, 0), &files[i]), MN_OK);
        mn_bytes_free(&x);
    }
    for (int n = 0; n < 4 * PEOPLE; n++) {
        struct mn_bytes *file = &files[n % 3 ? n % 3 : n % PEOPLE];
        struct mn_signature signature;
        struct mn_signed_data *s;

        ck_assert_int_eq(mn_signed_data_read(mn_bytes_span(file), &s), MN_OK);
        ck_assert_int_eq(mn_signed_data_add(s, mn_span(SIGNED_CONTENT, strlen(SIGNED_CONTENT))),
                         MN_OK);
        ck_assert_int_eq(mn_signed_data_check(s, 0, keys, &signature), MN_OK);
        mn_signed_data_free(&s);
    }
    for (int i = 0; i < PEOPLE; i++)
        mn_bytes_free(&files[i]);
    mn_signer_keys_free(&keys);
    ck_assert_ptr_null(keys);
    mn_signer_keys_free(&keys);
}
END_TEST

/* --- tampering --- */

/* What is covered by nothing (docs/formats.md) in a file without a time stamp: what another
 * certificate than the signer's holds. */
static struct mn_span uncovered(const struct mn_bytes *der)
{
    static struct mn_cms_parts parts;
    struct mn_span it;
    struct mn_der outer;

    ck_assert_int_eq(mn_cms_parts_read(mn_bytes_span(der), mn_cms_data, &parts), MN_OK);
    ck_assert_uint_eq(parts.certificate_count, 2);
    it = parts.certificates[0];
    if (mn_span_equal(it, mn_bytes_span(&certificate)))
        it = parts.certificates[1];
    ck_assert(mn_der_next(&it, MN_DER_SEQUENCE, &outer));
    return outer.value;
}

START_TEST(no_byte_can_be_changed_that_means_anything)
{
    static const uint8_t masks[] = {1, 2, 4, 8, 16, 32, 64, 128, 0xFF};
    struct mn_bytes der = signed_with_rsa();
    struct mn_span idle = uncovered(&der);
    struct mn_signer_keys *keys;

    ck_assert_int_eq(mn_signer_keys_new(&keys), MN_OK);
    for (size_t i = 0; i < der.len * sizeof masks; i++) {
        size_t at = i / sizeof masks;
        struct mn_signed_data *s;
        struct mn_signature signature = {0};
        mn_rc rc;

        der.ptr[at] ^= masks[i % sizeof masks];
        rc = mn_signed_data_read(mn_bytes_span(&der), &s);
        if (rc == MN_OK)
            rc = mn_signed_data_add(s, mn_span(SIGNED_CONTENT, strlen(SIGNED_CONTENT)));
        if (rc == MN_OK)
            rc = mn_signed_data_check(s, 0, keys, &signature);
        ck_assert_msg((rc == MN_OK) ==
                          (der.ptr + at >= idle.ptr && der.ptr + at < idle.ptr + idle.len),
                      "byte %zu ^ %02X: %s", at, masks[i % sizeof masks], mn_rc_name(rc));
        if (rc == MN_OK) {
            ck_assert(mn_span_equal(signature.certificate, mn_bytes_span(&certificate)));
            ck_assert_int_eq(signature.time, SIGNED_WHEN);
        }
        mn_signed_data_free(&s);
        der.ptr[at] ^= masks[i % sizeof masks];
    }
    mn_signer_keys_free(&keys);
    wants(MN_OK, &der);
}
END_TEST

/* Some list of revocations. */
static X509_CRL *make_crl(void)
{
    X509_CRL *crl = X509_CRL_new();
    X509 *ca = signed_x509(signed_ca());
    ASN1_TIME *when = ASN1_TIME_set(NULL, SIGNED_WHEN);

    ck_assert_int_eq(X509_CRL_set_version(crl, 1), 1);
    ck_assert_int_eq(X509_CRL_set_issuer_name(crl, X509_get_subject_name(ca)), 1);
    ck_assert_int_eq(X509_CRL_set1_lastUpdate(crl, when), 1);
    ck_assert_int_eq(X509_CRL_set1_nextUpdate(crl, when), 1);
    ck_assert_int_gt(X509_CRL_sign(crl, made_rsa_key(), EVP_sha256()), 0);
    ASN1_TIME_free(when);
    X509_free(ca);
    return crl;
}

START_TEST(what_nobody_signs_is_not_looked_at)
{
    struct mn_bytes der = signed_with_rsa();
    CMS_ContentInfo *message = signed_parse(mn_bytes_span(&der));
    CMS_SignerInfo *info = sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(message), 0);
    X509_CRL *crl = make_crl();

    ck_assert_int_eq(CMS_add1_crl(message, crl), 1);
    ck_assert_int_eq(CMS_unsigned_add1_attr_by_txt(info, "1.2.3.4", V_ASN1_UTF8STRING, "word", 4),
                     1);
    mn_bytes_free(&der);
    der = signed_encode(message);
    wants(MN_OK, &der);
    X509_CRL_free(crl);
    CMS_ContentInfo_free(message);
}
END_TEST

/* Many bytes at once, pieces moved and left out: the same each time. What counts is that nothing is
 * believed, and that the sanitizers see it. */
START_TEST(a_torn_file_is_never_believed)
{
    struct mn_bytes der = signed_with_rsa();
    unsigned long seed = 4711;

    for (int round = 0; round < 5000; round++) {
        struct mn_bytes torn = {0};
        size_t from, to, len;

        ck_assert_int_eq(mn_bytes_set(&torn, mn_bytes_span(&der)), MN_OK);
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        from = (seed >> 20) % der.len;
        to = (seed >> 33) % der.len;
        len = (seed >> 48) % 40;
        if (round % 3 == 0)
            torn.len -= len;
        for (size_t i = 0; i < len && from + i < torn.len && to + i < torn.len; i++)
            torn.ptr[to + i] = torn.ptr[from + i];
        if (!mn_span_equal(mn_bytes_span(&torn), mn_bytes_span(&der))) {
            struct mn_signed_data *s;
            struct mn_signature signature;

            if (mn_signed_data_read(mn_bytes_span(&torn), &s) == MN_OK)
                ck_assert_int_ne(mn_signed_data_check(s, 0, NULL, &signature), MN_OK);
            mn_signed_data_free(&s);
        }
        mn_bytes_free(&torn);
    }
    mn_bytes_free(&der);
}
END_TEST

START_TEST(without_the_library_nothing_is_checked)
{
    struct mn_bytes der = signed_with_rsa();
    struct mn_signed_data *s;

    mn_crypto_close();
    ck_assert_int_eq(mn_signed_data_read(mn_bytes_span(&der), &s), MN_E_CRYPTO);
    ck_assert_ptr_null(s);
    ck_assert_int_eq(mn_crypto_open(), MN_OK);
    mn_bytes_free(&der);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("crypto/signed_data");
    TCase *tcase = tcase_create("signed_data");

    tcase_add_unchecked_fixture(tcase, make, forget);
    tcase_add_checked_fixture(tcase, open_library, mn_crypto_close);
    tcase_set_timeout(tcase, 120);
    tcase_add_loop_test(tcase, what_openssl_signs_holds, 0, sizeof good / sizeof good[0]);
    tcase_add_loop_test(tcase, what_is_signed_here_holds, 0, 4);
    tcase_add_test(tcase, the_signer_is_described);
    tcase_add_test(tcase, a_changed_file_is_told_from_a_bad_signature);
    tcase_add_test(tcase, what_cades_forbids_is_refused_by_name);
    tcase_add_test(tcase, keys_that_are_weak_foreign_or_for_something_else_are_refused);
    tcase_add_test(tcase, a_substituted_certificate_is_noticed);
    tcase_add_test(tcase, the_certificate_is_named_in_each_form);
    tcase_add_test(tcase, a_name_that_is_old_or_cannot_be_read_is_refused);
    tcase_add_test(tcase, an_attribute_there_twice_or_missing_is_damage);
    tcase_add_test(tcase, what_is_no_signature_file_is_told_by_its_form);
    tcase_add_test(tcase, indefinite_lengths_are_refused);
    tcase_add_test(tcase, crowds_are_refused);
    tcase_add_test(tcase, a_copy_of_a_signature_is_no_second_one);
    tcase_add_loop_test(tcase, a_further_signer_leaves_the_first_byte_for_byte, 0, 4);
    tcase_add_test(tcase, nothing_is_signed_beside_what_does_not_hold);
    tcase_add_test(tcase, nothing_is_signed_beside_the_signature_of_another_content);
    tcase_add_test(tcase, keys_are_kept_from_file_to_file);
    tcase_add_test(tcase, no_byte_can_be_changed_that_means_anything);
    tcase_add_test(tcase, what_nobody_signs_is_not_looked_at);
    tcase_add_test(tcase, a_torn_file_is_never_believed);
    tcase_add_test(tcase, without_the_library_nothing_is_checked);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
