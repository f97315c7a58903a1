#include "crypto/description.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "base/secret.h"
#include "crypto/context.h"
#include "crypto/extension_lines.h"
#include "crypto/handle.h"

static char *serial_text(const X509 *x)
{
    const ASN1_INTEGER *serial = X509_get0_serialNumber(x);
    char *hex =
        mn_extension_hex(ASN1_STRING_get0_data(serial), (size_t)ASN1_STRING_length(serial), "");
    if (hex && ASN1_STRING_type(serial) == V_ASN1_NEG_INTEGER) {
        char *negative = malloc(strlen(hex) + 2);
        if (negative)
            sprintf(negative, "-%s", hex);
        free(hex);
        hex = negative;
    }
    return hex;
}

static char *algorithm_text(const X509 *x)
{
    const X509_ALGOR *algorithm;
    const ASN1_OBJECT *object;
    char text[MN_OID_ROOM];
    X509_get0_signature(NULL, &algorithm, x);
    X509_ALGOR_get0(&object, NULL, NULL, algorithm);
    if (OBJ_obj2txt(text, sizeof text, object, 0) <= 0)
        snprintf(text, sizeof text, "?");
    const int nid = OBJ_obj2nid(object);
    return strdup(nid == NID_undef ? text : OBJ_nid2ln(nid));
}

static char *key_text(const X509 *x)
{
    const EVP_PKEY *key = X509_get0_pubkey(x);
    char text[80] = "?", curve[40];
    if (key && EVP_PKEY_get_group_name(key, curve, sizeof curve, NULL) == 1)
        snprintf(text, sizeof text, "EC %s", curve);
    else if (key)
        snprintf(text, sizeof text, "%s %d", EVP_PKEY_get0_type_name(key), EVP_PKEY_get_bits(key));
    return strdup(text);
}

static mn_rc read_fields(const X509 *x, struct mn_description *out)
{
    long version = X509_get_version(x); /* the one that is written there, whichever it is */

    if (version < X509_VERSION_1 || version > X509_VERSION_3)
        return MN_E_BAD_CERTIFICATE;
    out->version = (unsigned)version + 1;
    out->serial = serial_text(x);
    out->subject = mn_extension_name_text(X509_get_subject_name(x));
    out->issuer = mn_extension_name_text(X509_get_issuer_name(x));
    out->signature_algorithm = algorithm_text(x);
    out->public_key = key_text(x);
    return out->serial && out->subject && out->issuer && out->signature_algorithm && out->public_key
               ? MN_OK
               : MN_E_MEMORY;
}

static mn_rc read_extensions(const X509 *x, struct mn_description *out)
{
    int count = X509_get_ext_count(x);
    mn_rc rc = MN_OK;
    out->extensions = calloc(count > 0 ? (size_t)count : 1, sizeof *out->extensions);
    if (!out->extensions)
        return MN_E_MEMORY;
    for (int i = 0; rc == MN_OK && i < count; i++)
        rc = mn_extension_describe(X509_get_ext(x, i), &out->extensions[out->len++]);
    return rc;
}

mn_rc mn_description_read(struct mn_span certificate, struct mn_description *out)
{
    OSSL_LIB_CTX *lib = mn_crypto_enter();
    X509 *x = lib ? mn_handle_read_certificate(lib, certificate) : NULL;
    mn_rc rc = lib ? MN_E_BAD_CERTIFICATE : MN_E_CRYPTO;

    *out = (struct mn_description){0};
    if (x)
        rc = read_fields(x, out);
    if (rc == MN_OK)
        rc = read_extensions(x, out);
    if (rc)
        mn_description_release(out);
    X509_free(x);
    mn_crypto_leave();
    return rc;
}

static void wipe(char **text)
{
    if (*text)
        mn_wipe(*text, strlen(*text));
    free(*text);
    *text = NULL;
}

void mn_description_release(struct mn_description *d)
{
    for (size_t i = 0; i < d->len; i++) {
        for (size_t j = 0; j < d->extensions[i].len; j++)
            wipe(&d->extensions[i].lines[j].text);
        free(d->extensions[i].lines);
    }
    free(d->extensions);
    wipe(&d->serial);
    wipe(&d->subject);
    wipe(&d->issuer);
    wipe(&d->signature_algorithm);
    wipe(&d->public_key);
    *d = (struct mn_description){0};
}

mn_rc mn_description_to_pem(struct mn_span certificate, struct mn_bytes *out)
{
    OSSL_LIB_CTX *lib = mn_crypto_enter();
    X509 *x = lib ? mn_handle_read_certificate(lib, certificate) : NULL;
    BIO *bio = x ? BIO_new(BIO_s_mem()) : NULL;
    mn_rc rc = lib ? MN_E_BAD_CERTIFICATE : MN_E_CRYPTO;
    char *text = NULL;

    /* These very bytes: what OpenSSL has parsed it may write in another way. */
    if (x)
        rc = bio && PEM_write_bio(bio, PEM_STRING_X509, "", certificate.ptr,
                                  (long)certificate.len) > 0
                 ? MN_OK
                 : MN_E_CRYPTO;
    if (rc == MN_OK) {
        long len = BIO_get_mem_data(bio, &text);
        rc = mn_bytes_set(out, mn_span(text, (size_t)len));
    }
    BIO_free(bio);
    X509_free(x);
    mn_crypto_leave();
    return rc;
}
