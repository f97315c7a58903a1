#include "crypto/request.h"

#include <string.h>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#define MN_LOG_ROOM "crypto"
#include "base/log.h"
#include "crypto/context.h"
#include "crypto/extension.h"
#include "crypto/handle.h"

#define MAIL_MAX 255 /* ub-emailaddress-length (RFC 5280, A.1) */

static const struct profile {
    const char *usage[3]; /* keyUsage, by kind of key */
    const char *purpose;
    bool wants_mail;
} profiles[] = {
    [MN_REQUEST_SMIME] = {{[MN_KEY_RSA] = "critical,digitalSignature,nonRepudiation,"
                                          "keyEncipherment",
                           [MN_KEY_EC] = "critical,digitalSignature,nonRepudiation,keyAgreement"},
                          "emailProtection",
                          true},
    [MN_REQUEST_TLS_CLIENT] =
        {{[MN_KEY_RSA] = "critical,digitalSignature", [MN_KEY_EC] = "critical,digitalSignature"},
         "clientAuth",
         false},
    [MN_REQUEST_CODE] =
        {{[MN_KEY_RSA] = "critical,digitalSignature", [MN_KEY_EC] = "critical,digitalSignature"},
         "codeSigning",
         false},
};

/* OpenSSL holds the value against the bounds of its type, and chooses the string's type by it. */
static mn_rc add_part(X509_NAME *subject, const struct mn_request_part *part)
{
    ASN1_OBJECT *type = OBJ_txt2obj(part->type, 0);
    int added = 0;

    if (type && part->value[0])
        added = X509_NAME_add_entry_by_OBJ(subject, type, MBSTRING_UTF8,
                                           (const unsigned char *)part->value, -1, -1, 0);
    ASN1_OBJECT_free(type);
    return added ? MN_OK : MN_E_ARGUMENT;
}

static mn_rc set_subject(X509_REQ *made, const struct mn_request *request)
{
    X509_NAME *subject = X509_NAME_new();
    mn_rc rc = subject ? MN_OK : MN_E_MEMORY;

    for (size_t i = 0; rc == MN_OK && i < request->count; i++)
        rc = add_part(subject, &request->subject[i]);
    if (rc == MN_OK && !X509_REQ_set_subject_name(made, subject))
        rc = MN_E_CRYPTO;
    X509_NAME_free(subject);
    return rc;
}

static bool add_extensions(X509_REQ *made, const struct mn_request *request, enum mn_key_kind kind)
{
    const struct profile *profile = &profiles[request->profile];
    STACK_OF(X509_EXTENSION) *list = NULL;
    bool good = mn_extension_add(&list, NULL, NID_key_usage, profile->usage[kind]) &&
                mn_extension_add(&list, NULL, NID_ext_key_usage, profile->purpose) &&
                (!request->mail || mn_extension_add_mail(&list, request->mail)) &&
                X509_REQ_add_extensions(made, list);

    sk_X509_EXTENSION_pop_free(list, X509_EXTENSION_free);
    return good;
}

static bool sign(OSSL_LIB_CTX *lib, X509_REQ *made, EVP_PKEY *key)
{
    EVP_MD *md = EVP_MD_fetch(lib, mn_extension_hash(key), NULL);
    bool good = md && X509_REQ_set_version(made, X509_REQ_VERSION_1) &&
                X509_REQ_set_pubkey(made, key) && X509_REQ_sign(made, key, md) > 0;

    EVP_MD_free(md);
    return good;
}

mn_rc mn_request_make(const struct mn_request *request, const struct mn_private_key *key,
                      struct mn_bytes *out)
{
    OSSL_LIB_CTX *lib = mn_crypto_enter();
    X509_REQ *made = NULL;
    unsigned char *der = NULL;
    int len;
    mn_rc rc = MN_E_CRYPTO;

    if (!lib)
        goto out;
    mn_crypto_draws();
    rc = MN_E_ARGUMENT;
    if (request->mail ? !mn_extension_is_ascii(request->mail, MAIL_MAX)
                      : profiles[request->profile].wants_mail)
        goto out;
    rc = MN_E_CRYPTO;
    made = X509_REQ_new_ex(lib, NULL);
    if (!made)
        goto out;
    rc = set_subject(made, request);
    if (rc != MN_OK)
        goto out;
    rc = MN_E_CRYPTO;
    if (!add_extensions(made, request, mn_private_key_kind(key)) ||
        !sign(lib, made, mn_private_key_handle(key)))
        goto out;
    len = i2d_X509_REQ(made, &der);
    rc = mn_handle_keep(out, der, len);
out:
    if (rc != MN_OK)
        mn_log_error("no request was made: %s", mn_rc_name(rc));
    X509_REQ_free(made);
    mn_crypto_leave();
    return rc;
}

mn_rc mn_request_to_pem(struct mn_span request, struct mn_bytes *out)
{
    BIO *bio = mn_crypto_enter() ? BIO_new(BIO_s_mem()) : NULL;
    char *text = NULL;
    long len = 0;
    mn_rc rc = MN_E_CRYPTO;

    if (bio && PEM_write_bio(bio, PEM_STRING_X509_REQ, "", request.ptr, (long)request.len) > 0)
        len = BIO_get_mem_data(bio, &text);
    if (len > 0)
        rc = mn_bytes_set(out, mn_span(text, (size_t)len));
    BIO_free(bio);
    mn_crypto_leave();
    return rc;
}
