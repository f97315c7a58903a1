/* Detached signatures: CMS SignedData (RFC 5652) with the attributes of CAdES-BES (ETSI EN
 * 319 122-1: content type, message digest, signing time, signing-certificate-v2), made with a key
 * that lives elsewhere, on a card for instance. */
#ifndef MN_CRYPTO_CMS_H
#define MN_CRYPTO_CMS_H

#include <time.h>

#include "base/bytes.h"
#include "crypto/certificates.h"

/* Who signs. All is borrowed until mn_cms_finish has returned. */
struct mn_cms_signer {
    struct mn_span certificate;            /* DER; its key decides the algorithm */
    const struct mn_certificates *issuers; /* put in beside it; NULL: none */

    /* Signs content: for an RSA certificate a DigestInfo, to be padded as PKCS #1 v1.5; for an EC
     * certificate a hash value, whose signature is r and s side by side. out has room for *len
     * bytes; *len becomes the signature's length. Called once, by mn_cms_finish, which gives
     * back its error as it is. */
    mn_rc (*sign)(void *self, struct mn_span content, uint8_t *out, size_t *len);
    void *self;
};

/* A signature under way; to be freed before mn_crypto_close. */
struct mn_cms;

/* Begins: SHA-256 for RSA and P-256, SHA-384 for P-384, SHA-512 for P-521. MN_E_BAD_CERTIFICATE,
 * MN_E_KEY_KIND for a certificate with another key, MN_E_CRYPTO, MN_E_MEMORY: then *out is NULL. */
mn_rc mn_cms_begin(const struct mn_cms_signer *signer, struct mn_cms **out);

/* Begins a further signature beside those in a SignedData in DER, over the same content, which is
 * to be added once more. mn_cms_finish then gives what was there, each earlier signature byte for
 * byte, and the new one. Also the codes of mn_signed_data_read. mn_cms_finish also gives the codes
 * of mn_signed_data_check: nothing is signed beside a signature that does not hold, MN_E_CHANGED
 * when the content is another; and MN_E_UNSUPPORTED when the file is not in the order that DER has.
 */
mn_rc mn_cms_begin_beside(const struct mn_cms_signer *signer, struct mn_span signed_data,
                          struct mn_cms **out);

/* The next bytes of what is signed, of any number and size. MN_E_CRYPTO. */
mn_rc mn_cms_add(struct mn_cms *cms, struct mn_span part);

/* Signs what was added, with the signing time when (UTC), and gives the SignedData in DER, without
 * the content, as *out, which the caller frees. The signature is checked against the certificate
 * before: MN_E_BAD_SIGNATURE when it was made with another key. Also the callback's codes,
 * MN_E_CRYPTO, MN_E_MEMORY: then *out is as it was. Afterwards cms can only be freed. */
mn_rc mn_cms_finish(struct mn_cms *cms, time_t when, struct mn_bytes *out);

/* The signature itself, once mn_cms_finish has succeeded: what a time stamp is asked for
 * (crypto/timestamp.h). Lives as long as cms. */
struct mn_span mn_cms_signature(const struct mn_cms *cms);

/* Sets *cms to NULL. Harmless when it is NULL already. */
void mn_cms_free(struct mn_cms **cms);

#endif
