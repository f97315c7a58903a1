/* Signatures hold, whatever they are: the fuzzer can sign nothing, and would never see what is
 * behind the check. Linked in place of libcrypto's with --wrap, for the room's own calls. */
#include <openssl/evp.h>
#include <openssl/x509.h>

int __wrap_EVP_PKEY_verify(EVP_PKEY_CTX *ctx, const unsigned char *signature, size_t signature_len,
                           const unsigned char *value, size_t value_len);
int __wrap_EVP_DigestVerify(EVP_MD_CTX *ctx, const unsigned char *signature, size_t signature_len,
                            const unsigned char *content, size_t content_len);
int __wrap_X509_CRL_verify(X509_CRL *crl, EVP_PKEY *key);
int __wrap_X509_verify(X509 *x, EVP_PKEY *key);

int __wrap_EVP_PKEY_verify(EVP_PKEY_CTX *ctx, const unsigned char *signature, size_t signature_len,
                           const unsigned char *value, size_t value_len)
{
    return ctx && signature && signature_len && value && value_len;
}

int __wrap_EVP_DigestVerify(EVP_MD_CTX *ctx, const unsigned char *signature, size_t signature_len,
                            const unsigned char *content, size_t content_len)
{
    return ctx && signature && signature_len && content && content_len;
}

int __wrap_X509_CRL_verify(X509_CRL *crl, EVP_PKEY *key)
{
    return crl && key;
}

int __wrap_X509_verify(X509 *x, EVP_PKEY *key)
{
    return x && key;
}
