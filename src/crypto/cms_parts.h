/* A SignedData (RFC 5652, 5.1) taken apart, for the files of this room only: what is signed
 * detached (crypto/signed_data.h), and time stamp tokens (crypto/timestamp.h). */
#ifndef MN_CRYPTO_CMS_PARTS_H
#define MN_CRYPTO_CMS_PARTS_H

#include "crypto/content_digest.h"
#include "crypto/signed_data.h"
#include "crypto/signer_info.h"

/* The spans are of the file. */
struct mn_cms_parts {
    struct mn_span content; /* what is in it; ptr is NULL when it is detached */
    struct mn_span certificates[MN_CERTIFICATES_MAX];
    size_t certificate_count;
    struct mn_signer_info signers[MN_SIGNERS_MAX]; /* each once, however often it is there */
    size_t signer_count;
};

/* What is in it: id-data and id-ct-TSTInfo, by their OBJECT IDENTIFIERs' values. */
extern const struct mn_span mn_cms_data, mn_cms_tst_info;

/* Takes apart what says that it is a SignedData of content_type. The codes of mn_signed_data_read,
 * but that content may be in it or not. */
mn_rc mn_cms_parts_read(struct mn_span der, struct mn_span content_type, struct mn_cms_parts *out);

/* Wants the digests that the signers use. MN_E_CRYPTO, MN_E_MEMORY. */
mn_rc mn_cms_parts_want(const struct mn_cms_parts *parts, struct mn_content_digest *content);

/* As mn_signed_data_certificates. */
mn_rc mn_cms_parts_certificates(const struct mn_cms_parts *parts, struct mn_certificates *list);

/* Is each signature of before, without what is unsigned, in after byte for byte? And with all that
 * is unsigned, but that the one with this value may have got more? */
bool mn_cms_parts_kept(const struct mn_cms_parts *before, const struct mn_cms_parts *after,
                       struct mn_span but);

#endif
