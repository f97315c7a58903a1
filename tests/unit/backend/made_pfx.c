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
