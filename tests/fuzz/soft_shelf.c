#include "soft_shelf.h"

#include <string.h>

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>

#include "backend/soft_shelf.h"
#include "folder.h"
#include "target.h"

static FILE *open_pki(const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", CARDSIM_PKI, name);
    FILE *file = fopen(path, "r");
    FUZZ_REQUIRE(file);
    return file;
}

static EVP_PKEY *read_rsa_key(void)
{
    FILE *file = open_pki("auth.key");
    EVP_PKEY *key = PEM_read_PrivateKey(file, NULL, NULL, NULL);
    FUZZ_REQUIRE(key);
    fclose(file);
    return key;
}

static X509 *certify(EVP_PKEY *key, const char *name)
{
    X509 *certificate = X509_new();
    X509_NAME *subject = X509_get_subject_name(certificate);
    FUZZ_REQUIRE(X509_set_version(certificate, X509_VERSION_3) == 1);
    FUZZ_REQUIRE(ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1) == 1);
    FUZZ_REQUIRE(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                                            (const unsigned char *)name, -1, -1, 0) == 1);
    FUZZ_REQUIRE(X509_set_issuer_name(certificate, subject) == 1);
    FUZZ_REQUIRE(ASN1_TIME_set_string(X509_getm_notBefore(certificate), "20260101000000Z") == 1);
    FUZZ_REQUIRE(ASN1_TIME_set_string(X509_getm_notAfter(certificate), "20960101000000Z") == 1);
    FUZZ_REQUIRE(X509_set_pubkey(certificate, key) == 1);
    FUZZ_REQUIRE(X509_sign(certificate, key, EVP_sha256()) > 0);
    return certificate;
}

/* Of one iteration, so that a login takes no time. */
static void write_pfx(const char *path, EVP_PKEY *key, X509 *certificate)
{
    PKCS12 *pfx = PKCS12_create(SHELF_PASSPHRASE, "test", key, certificate, NULL, 0, 0, 1, 1, 0);
    FILE *file = fopen(path, "w");
    FUZZ_REQUIRE(file && i2d_PKCS12_fp(file, pfx) == 1);
    FUZZ_REQUIRE(fclose(file) == 0);
    PKCS12_free(pfx);
}

static void shelve(const char *name, EVP_PKEY *key)
{
    struct mn_soft_entry entry = {0};
    unsigned char *der = NULL;
    unsigned number;
    X509 *certificate = certify(key, name);
    snprintf(entry.path, sizeof entry.path, "%s", folder_path(name));
    snprintf(entry.label, sizeof entry.label, "%s", name);
    write_pfx(entry.path, key, certificate);
    int len = i2d_X509(certificate, &der);
    FUZZ_REQUIRE(len > 0);
    struct mn_span span = mn_span(der, (size_t)len);
    FUZZ_REQUIRE(mn_bytes_set(&entry.certificate, span) == MN_OK);
    FUZZ_REQUIRE(mn_certificates_add(&entry.chain, span) == MN_OK);
    FUZZ_REQUIRE(mn_soft_shelf_add(&entry, &number) == MN_OK);
    mn_soft_entry_release(&entry);
    OPENSSL_free(der);
    X509_free(certificate);
}

void soft_shelf_fill(EVP_PKEY *keys[SHELF_SLOTS])
{
    setenv("XDG_DATA_HOME", folder_path("data"), 1);
    keys[0] = read_rsa_key();
    keys[1] = EVP_EC_gen("P-256");
    FUZZ_REQUIRE(keys[1]);
    shelve("RSA", keys[0]);
    shelve("EC", keys[1]);
}
