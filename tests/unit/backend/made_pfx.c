#include "backend/made_pfx.h"

#include <check.h>
#include <stdio.h>

#include <openssl/pem.h>
#include <openssl/pkcs12.h>

#include "base/file.h"

static FILE *open_pki(const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", CARDSIM_PKI, name);
    FILE *file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    return file;
}

void made_pfx(const char *path)
{
    FILE *key_file = open_pki("auth.key"), *certificate_file = open_pki("auth.pem");
    EVP_PKEY *key = PEM_read_PrivateKey(key_file, NULL, NULL, NULL);
    X509 *certificate = PEM_read_X509(certificate_file, NULL, NULL, NULL);
    PKCS12 *pfx = PKCS12_create(MADE_PASSPHRASE, "test", key, certificate, NULL, 0, 0, 1, 1, 0);
    FILE *out = fopen(path, "w");
    ck_assert_int_eq(i2d_PKCS12_fp(out, pfx), 1);
    fclose(out);
    fclose(key_file);
    fclose(certificate_file);
    PKCS12_free(pfx);
    X509_free(certificate);
    EVP_PKEY_free(key);
}

static X509 *self_signed(EVP_PKEY *key)
{
    X509 *x509 = X509_new();
    X509_NAME *name = X509_NAME_new();
    const unsigned char common_name[] = "On a curve";
    ck_assert_int_eq(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, common_name,
                                                sizeof common_name - 1, -1, 0),
                     1);
    ck_assert_int_eq(X509_set_version(x509, 2), 1);
    ck_assert_int_eq(ASN1_INTEGER_set(X509_get_serialNumber(x509), 4711), 1);
    ck_assert_int_eq(X509_set_subject_name(x509, name), 1);
    ck_assert_int_eq(X509_set_issuer_name(x509, name), 1);
    ck_assert_ptr_nonnull(X509_gmtime_adj(X509_getm_notBefore(x509), 0));
    ck_assert_ptr_nonnull(X509_gmtime_adj(X509_getm_notAfter(x509), 86400));
    ck_assert_int_eq(X509_set_pubkey(x509, key), 1);
    ck_assert_int_gt(X509_sign(x509, key, EVP_sha256()), 0);
    X509_NAME_free(name);
    return x509;
}

struct mn_soft_entry made_on_curve(const char *path)
{
    struct mn_soft_entry entry = {.label = "On a curve"};
    unsigned char der[2048], *end = der;
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = self_signed(key);
    PKCS12 *pfx = PKCS12_create(MADE_PASSPHRASE, "test", key, certificate, NULL, 0, 0, 1, 1, 0);
    FILE *out = fopen(path, "w");
    ck_assert_int_eq(i2d_PKCS12_fp(out, pfx), 1);
    fclose(out);
    ck_assert_int_lt(i2d_X509(certificate, NULL), (int)sizeof der);
    int len = i2d_X509(certificate, &end);
    ck_assert_int_eq(mn_bytes_set(&entry.certificate, mn_span(der, (size_t)len)), MN_OK);
    snprintf(entry.path, sizeof entry.path, "%s", path);
    PKCS12_free(pfx);
    X509_free(certificate);
    EVP_PKEY_free(key);
    return entry;
}

static void read_der(const char *name, struct mn_bytes *out)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", CARDSIM_PKI, name);
    ck_assert_int_eq(mn_file_read(path, 65536, out), MN_OK);
}

struct mn_soft_entry made_entry(const char *path)
{
    struct mn_soft_entry entry = {.label = "Software"};
    struct mn_bytes ca = {0};
    snprintf(entry.path, sizeof entry.path, "%s", path);
    read_der("auth.der", &entry.certificate);
    read_der("auth-ca.der", &ca);
    ck_assert_int_eq(mn_certificates_add(&entry.chain, mn_bytes_span(&ca)), MN_OK);
    mn_bytes_free(&ca);
    return entry;
}
