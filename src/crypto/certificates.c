#include "crypto/certificates.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs7.h>
#include <openssl/x509.h>

#define MN_LOG_ROOM "crypto"
#include "base/log.h"
#include "crypto/context.h"
#include "crypto/handle.h"

mn_rc mn_certificates_add(struct mn_certificates *list, struct mn_span der)
{
    struct mn_bytes *more;
    struct mn_bytes copy = {0};

    if (list->count >= MN_CERTIFICATES_MAX)
        return MN_E_EXCESSIVE;
    if (mn_bytes_set(&copy, der) != MN_OK)
        return MN_E_MEMORY;
    more = realloc(list->der, (list->count + 1) * sizeof *more);
    if (!more) {
        mn_bytes_free(&copy);
        return MN_E_MEMORY;
    }
    list->der = more;
    list->der[list->count++] = copy;
    return MN_OK;
}

void mn_certificates_free(struct mn_certificates *list)
{
    for (size_t i = 0; i < list->count; i++)
        mn_bytes_free(&list->der[i]);
    free(list->der);
    *list = (struct mn_certificates){0};
}

static mn_rc add_all(const STACK_OF(X509) * all, struct mn_certificates *list)
{
    mn_rc rc = sk_X509_num(all) > 0 ? MN_OK : MN_E_FORMAT;

    for (int i = 0; rc == MN_OK && i < sk_X509_num(all); i++) {
        unsigned char *der = NULL;
        int len = i2d_X509(sk_X509_value(all, i), &der);
        struct mn_bytes made = {0};

        rc = mn_handle_keep(&made, der, len);
        if (rc == MN_OK)
            rc = mn_certificates_add(list, mn_bytes_span(&made));
        mn_bytes_free(&made);
    }
    return rc;
}

/* A SignedData of which only the certificates are of interest (RFC 5652, 5.1). */
static mn_rc read_pkcs7(OSSL_LIB_CTX *lib, struct mn_span der, struct mn_certificates *list)
{
    PKCS7 *p7 = PKCS7_new_ex(lib, NULL);
    const unsigned char *at = der.ptr;
    mn_rc rc = MN_E_CRYPTO;

    if (p7 && !d2i_PKCS7(&p7, &at, (long)der.len))
        rc = MN_E_DAMAGED;
    else if (p7)
        rc = PKCS7_type_is_signed(p7) && p7->d.sign ? add_all(p7->d.sign->cert, list) : MN_E_FORMAT;
    PKCS7_free(p7);
    return rc;
}

static mn_rc read_certificate(OSSL_LIB_CTX *lib, struct mn_span der, struct mn_certificates *list)
{
    X509 *x = mn_handle_read_certificate(lib, der);

    if (!x)
        return MN_E_DAMAGED;
    X509_free(x);
    return mn_certificates_add(list, der);
}

/* One block of PEM. */
static mn_rc read_block(OSSL_LIB_CTX *lib, const char *name, struct mn_span der,
                        struct mn_certificates *list)
{
    if (strcmp(name, PEM_STRING_X509) == 0 || strcmp(name, PEM_STRING_X509_OLD) == 0)
        return read_certificate(lib, der, list);
    if (strcmp(name, PEM_STRING_PKCS7) == 0 || strcmp(name, PEM_STRING_CMS) == 0)
        return read_pkcs7(lib, der, list);
    return MN_OK;
}

/* Has PEM_read_bio failed because there is no further block? */
static bool has_ended(void)
{
    unsigned long error = ERR_peek_last_error();

    return ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
}

static mn_rc read_pem(OSSL_LIB_CTX *lib, struct mn_span text, struct mn_certificates *list)
{
    BIO *bio = BIO_new_mem_buf(text.ptr, (int)text.len);
    char *name = NULL, *header = NULL;
    unsigned char *der = NULL;
    long len = 0;
    mn_rc rc = bio ? MN_OK : MN_E_CRYPTO;

    while (rc == MN_OK && PEM_read_bio(bio, &name, &header, &der, &len) > 0) {
        rc = read_block(lib, name, mn_span(der, (size_t)len), list);
        OPENSSL_free(name);
        OPENSSL_free(header);
        OPENSSL_free(der);
    }
    if (rc == MN_OK && !has_ended())
        rc = MN_E_DAMAGED;
    BIO_free(bio);
    return rc;
}

/* A certificate begins with a SEQUENCE in a SEQUENCE, a PKCS#7 with its type. */
static mn_rc read_der(OSSL_LIB_CTX *lib, struct mn_span file, struct mn_certificates *list)
{
    size_t at = 2;

    if (file.len < 2 || file.ptr[0] != 0x30)
        return MN_E_FORMAT;
    if (file.ptr[1] > 0x80)
        at += file.ptr[1] & 0x7Fu;
    if (at < file.len && file.ptr[at] == 0x30)
        return read_certificate(lib, file, list);
    return at < file.len && file.ptr[at] == 0x06 ? read_pkcs7(lib, file, list) : MN_E_FORMAT;
}

static bool is_pem(struct mn_span file)
{
    static const char mark[] = "-----BEGIN ";

    return file.len > 0 && memmem(file.ptr, file.len, mark, sizeof mark - 1);
}

mn_rc mn_certificates_read(struct mn_span file, struct mn_certificates *list)
{
    OSSL_LIB_CTX *lib = mn_crypto_enter();
    size_t before = list->count;
    mn_rc rc = MN_E_CRYPTO;

    if (!lib)
        goto out;
    if (file.len > MN_CERTIFICATES_FILE_MAX)
        rc = MN_E_EXCESSIVE;
    else if (is_pem(file))
        rc = read_pem(lib, file, list);
    else
        rc = read_der(lib, file, list);
    if (rc == MN_OK && list->count == before)
        rc = MN_E_FORMAT;
out:
    if (rc != MN_OK) {
        mn_log_error("no certificates were read: %s", mn_rc_name(rc));
        while (list->count > before)
            mn_bytes_free(&list->der[--list->count]);
    }
    mn_crypto_leave();
    return rc;
}
