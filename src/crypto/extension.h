/* Extensions as certificates and requests for them are made with, for the files of this room
 * only. All is called between mn_crypto_enter and mn_crypto_leave. */
#ifndef MN_CRYPTO_EXTENSION_H
#define MN_CRYPTO_EXTENSION_H

#include <stdbool.h>

#include <openssl/x509.h>

/* Adds one to *list (made if it is NULL) whose value is a constant of ours in the words of
 * x509v3_config(5); subject is who it is about, NULL in a request. */
bool mn_extension_add(STACK_OF(X509_EXTENSION) * *list, X509 *subject, int nid, const char *value);

/* Adds subjectAltName with a mail address, or authorityInfoAccess with an OCSP address. Both come
 * from people, so they are not put through the configuration's language. */
bool mn_extension_add_mail(STACK_OF(X509_EXTENSION) * *list, const char *mail);
bool mn_extension_add_ocsp(STACK_OF(X509_EXTENSION) * *list, const char *url);

/* Is it an IA5String of graphic characters, at most max long? */
bool mn_extension_is_ascii(const char *text, size_t max);

/* The name of the hash that a key signs certificates with. */
const char *mn_extension_hash(const EVP_PKEY *key);

#endif
