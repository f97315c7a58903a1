/* PKCS#12 files (RFC 7292): a private key with its certificates under a passphrase. */
#ifndef MN_CRYPTO_PKCS12_H
#define MN_CRYPTO_PKCS12_H

#include "base/bytes.h"
#include "crypto/certificates.h"
#include "crypto/private_key.h"

/* Larger files are refused, and so are those whose passphrase is to be worked on by more
 * iterations, all uses of it in the file together: 10 million take some seconds. */
#define MN_PKCS12_MAX (1024 * 1024)
#ifndef MN_PKCS12_ITERATIONS_MAX /* a fuzzer is in a hurry */
#define MN_PKCS12_ITERATIONS_MAX 10000000
#endif

/* What is written takes so many for each use of the passphrase, as OWASP asks of
 * PBKDF2-HMAC-SHA-256 since 2023. */
#ifndef MN_PKCS12_ITERATIONS /* AddressSanitizer is slow */
#define MN_PKCS12_ITERATIONS 600000
#endif

/* What is in such a file. A zeroed struct is empty. */
struct mn_pkcs12 {
    struct mn_private_key *key;    /* one reference */
    struct mn_bytes certificate;   /* DER; the first that belongs to the key */
    struct mn_certificates others; /* those besides, in the file's order */
    bool has_more_keys;            /* read only: the file has keys besides this one */
    bool in_clear;                 /* write only: the certificates are public, and not encrypted */
};

/* Reads a file's bytes. passphrase is UTF-8 without a NUL, and may be empty. Of several keys the
 * first one counts that a certificate belongs to.
 *
 *   MN_E_PASSPHRASE      the file's MAC does not fit the passphrase (or, where the file has no MAC,
 *                        nothing could be decrypted with it)
 *   MN_E_FORMAT          not a PKCS#12 file
 *   MN_E_DAMAGED         one, but cut off, or what is in it cannot be read
 *   MN_E_NO_KEY          no private key in it; MN_E_KEY_KIND: none of a kind that is used here
 *   MN_E_NO_CERTIFICATE  no certificate belongs to a key in it
 *   MN_E_ALGORITHM       encrypted or authenticated in a way that this OpenSSL cannot undo, nor its
 *                        legacy provider (RC2 and RC4 of old exports), which is then tried where it
 *                        is installed, in a context of its own
 *   MN_E_EXCESSIVE       larger, deeper or costlier than the limits above
 *   MN_E_CRYPTO, MN_E_MEMORY
 *
 * With any of these *out is empty. The codes are found in this order of cost: nothing is computed
 * before size, form and iterations are known. */
mn_rc mn_pkcs12_read(struct mn_span file, struct mn_span passphrase, struct mn_pkcs12 *out);

/* Writes content as a file into *file, which the caller frees: PBES2 with AES-256-CBC and
 * PBKDF2-HMAC-SHA-256, HMAC-SHA-256 as the MAC, MN_PKCS12_ITERATIONS each. name is what importing
 * programs show (the friendly name), UTF-8; NULL: none. MN_E_NO_CERTIFICATE when the certificate
 * does not belong to the key, MN_E_BAD_CERTIFICATE, MN_E_ARGUMENT for a passphrase with a NUL in
 * it, MN_E_CRYPTO, MN_E_MEMORY: then *file is as it was. */
mn_rc mn_pkcs12_write(const struct mn_pkcs12 *content, const char *name, struct mn_span passphrase,
                      struct mn_bytes *file);

/* Gives the key's reference back and frees the rest; *p is empty afterwards. */
void mn_pkcs12_release(struct mn_pkcs12 *p);

#endif
