#include "crypto/certificate_file.h"

#include <limits.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#define MN_LOG_ROOM "crypto"
#include "base/log.h"
#include "crypto/context.h"
#include "crypto/handle.h"

static mn_rc add(struct mn_certificates *list, const X509 *x)
{
    struct mn_bytes der = {0};
    unsigned char *encoded = NULL;
    int len = i2d_X509(x, &encoded);
    mn_rc rc = mn_handle_keep(&der, encoded, len);

    if (rc == MN_OK)
        rc = mn_certificates_add(list, mn_bytes_span(&der));
    mn_bytes_free(&der);
    return rc;
}

static mn_rc add_der(OSSL_LIB_CTX *lib, struct mn_span der, struct mn_certificates *list)
{
    X509 *x = mn_handle_read_certificate(lib, der);
    mn_rc rc = x ? add(list, x) : MN_E_BAD_CERTIFICATE;

    X509_free(x);
    return rc;
}

/* A PKCS#7 message without anything else in it is a CMS message too. */
static mn_rc add_message(OSSL_LIB_CTX *lib, struct mn_span der, struct mn_certificates *list)
{
    CMS_ContentInfo *cms = CMS_ContentInfo_new_ex(lib, NULL);
    const unsigned char *at = der.ptr;
    STACK_OF(X509) *inside = NULL;
    mn_rc rc = MN_E_FORMAT;

    if (!cms || !d2i_CMS_ContentInfo(&cms, &at, (long)der.len))
        goto out;
    inside = CMS_get1_certs(cms);
    if (!inside)
        goto out;
    rc = MN_OK;
    for (int i = 0; i < sk_X509_num(inside) && rc == MN_OK; i++)
        rc = add(list, sk_X509_value(inside, i));
out:
    sk_X509_pop_free(inside, X509_free);
    CMS_ContentInfo_free(cms);
    return rc;
}

static mn_rc add_block(OSSL_LIB_CTX *lib, const char *name, struct mn_span der,
                       struct mn_certificates *list)
{
    if (strcmp(name, PEM_STRING_X509) == 0 || strcmp(name, PEM_STRING_X509_OLD) == 0)
        return add_der(lib, der, list);
    if (strcmp(name, PEM_STRING_PKCS7) == 0 || strcmp(name, PEM_STRING_CMS) == 0)
        return add_message(lib, der, list);
    return MN_OK; /* a key or parameters beside them */
}

/* Blocks of PEM until there is no more; MN_OK also when there was none. */
static mn_rc add_pem(OSSL_LIB_CTX *lib, struct mn_span file, struct mn_certificates *list)
{
    BIO *bio = BIO_new_mem_buf(file.ptr, (int)file.len);
    char *name = NULL, *header = NULL;
    unsigned char *der = NULL;
    long len = 0;
    mn_rc rc = bio ? MN_OK : MN_E_MEMORY;

    while (rc == MN_OK && PEM_read_bio(bio, &name, &header, &der, &len)) {
        rc = add_block(lib, name, mn_span(der, (size_t)len), list);
        OPENSSL_free(name);
        OPENSSL_free(header);
        OPENSSL_clear_free(der, (size_t)len);
    }
    BIO_free(bio);
    return rc;
}

mn_rc mn_certificate_file_read(struct mn_span file, struct mn_certificates *out)
{
    OSSL_LIB_CTX *lib = mn_crypto_enter();
    struct mn_certificates list = {0};
    mn_rc rc = MN_E_CRYPTO;

    *out = (struct mn_certificates){0};
    if (!lib)
        goto out;
    rc = MN_E_EXCESSIVE;
    if (file.len > MN_CERTIFICATE_FILE_MAX)
        goto out;
    rc = add_pem(lib, file, &list);
    if (rc == MN_OK && list.count == 0) {
        rc = add_der(lib, file, &list);
        if (rc == MN_E_BAD_CERTIFICATE)
            rc = add_message(lib, file, &list);
    }
    if (rc == MN_OK && list.count == 0)
        rc = MN_E_FORMAT;
    if (rc != MN_OK)
        goto out;
    *out = list;
    list = (struct mn_certificates){0};
out:
    if (rc != MN_OK)
        mn_log_info("no certificates: %s", mn_rc_name(rc));
    mn_certificates_free(&list);
    mn_crypto_leave();
    return rc;
}
