/* Detached signatures, read and checked: CMS SignedData (RFC 5652) with the attributes of CAdES-BES
 * or, with a time stamp, CAdES-T (ETSI EN 319 122-1), as crypto/cms.h makes them.
 *
 * Whether a signer's certificate leads to one that is trusted is not looked at (crypto/chain.h),
 * nor whether it was valid or revoked; nor is a time stamp (crypto/timestamp.h). */
#ifndef MN_CRYPTO_SIGNED_DATA_H
#define MN_CRYPTO_SIGNED_DATA_H

#include <stdbool.h>
#include <time.h>

#include "base/bytes.h"
#include "crypto/certificates.h"
#include "crypto/digest.h"
#include "crypto/signer_keys.h"

/* Nobody's file is larger, nor signed by more. */
#define MN_SIGNED_DATA_MAX (1024 * 1024)
#define MN_SIGNERS_MAX     32

/* One file's signatures, and the content as far as it was given. For one thread at a time; to be
 * freed before mn_crypto_close. */
struct mn_signed_data;

/* Reads exactly one SignedData in DER with nothing behind it, without content in it, with at least
 * one signer; it is copied. MN_E_FORMAT when it is something else (also when the content is in it),
 * MN_E_DAMAGED when it is one but broken: no DER, an attribute there twice or without its value,
 * fields that contradict each other; MN_E_EXCESSIVE when it is larger than MN_SIGNED_DATA_MAX, has
 * more than MN_SIGNERS_MAX signers or MN_CERTIFICATES_MAX certificates; MN_E_CRYPTO, MN_E_MEMORY:
 * then *out is NULL. */
mn_rc mn_signed_data_read(struct mn_span der, struct mn_signed_data **out);

/* At least 1. One that is in the file twice, byte for byte, counts once. */
size_t mn_signed_data_signers(const struct mn_signed_data *s);

/* Adds copies of all certificates in the file to the end of list, in the file's order: the signers'
 * and any others. Nothing signs this collection: anybody may have put in anything. MN_E_MEMORY,
 * MN_E_EXCESSIVE: then the list is as it was. */
mn_rc mn_signed_data_certificates(const struct mn_signed_data *s, struct mn_certificates *list);

/* The next bytes of the content, of any number and size, before the first check. Digests are made
 * of those algorithms only that the signers use, each once. MN_E_CRYPTO. */
mn_rc mn_signed_data_add(struct mn_signed_data *s, struct mn_span part);

/* What one signer says. The spans live as long as the signed data. */
struct mn_signature {
    struct mn_span certificate; /* the signer's, DER; empty when it is not in the file */
    enum mn_hash hash;          /* of the content and of the attributes */
    bool pss;                   /* RSA with PSS */
    bool has_time;              /* the signer says when it was ... */
    time_t time;                /* ... and this is what the signer says: nobody vouches for it */
    struct mn_span value;       /* the signature itself: what a time stamp is made of */
    struct mn_span time_stamp;  /* its RFC 3161 token, DER, unchecked; empty: none */
};

/* Checks signer number i (from 0) against the content that was added, which is then complete. keys
 * are those of the caller's earlier checks, or NULL. In this order, the first that is wrong:
 *
 *   MN_E_UNBOUND            no attribute says which certificate it is (signing-certificate-v2), so
 *                           this is no CAdES signature
 *   MN_E_WEAK               a digest below SHA-256, RSA below 2048 bits, or the certificate is
 * bound by the SHA-1 of the old signing-certificate attribute only MN_E_UNSUPPORTED        an
 * algorithm that is none of RSA (PKCS #1 v1.5 or PSS) and ECDSA with SHA-256, SHA-384 or SHA-512
 *   MN_E_NO_CERTIFICATE     the signer's certificate is not in the file
 *   MN_E_BAD_CERTIFICATE    it cannot be read
 *   MN_E_KEY_KIND           its key is neither RSA nor on P-256, P-384 or P-521, or not the kind
 *                           that the signature names, or its keyUsage does not allow signing
 *   MN_E_BAD_SIGNATURE      the signature over the attributes is wrong: nothing they say is known
 *   MN_E_DAMAGED            what the attributes say of the certificate cannot be read
 *   MN_E_SUBSTITUTED        the certificate is not the one that the attributes name
 *   MN_E_CHANGED            all that is right, but the content is another
 *   MN_E_CRYPTO, MN_E_MEMORY
 *
 * *out is filled in as far as it goes, whatever the result; what is in it is to be believed with
 * MN_OK and MN_E_CHANGED only. */
mn_rc mn_signed_data_check(struct mn_signed_data *s, size_t i, struct mn_signer_keys *keys,
                           struct mn_signature *out);

/* Sets *s to NULL. Harmless when it is NULL already. */
void mn_signed_data_free(struct mn_signed_data **s);

#endif
