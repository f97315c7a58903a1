#include "crypto/timestamp_token.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/ts.h>

#define MN_LOG_ROOM "crypto"
#include "base/log.h"
#include "crypto/context.h"
#include "crypto/signer_check.h"

static bool read_instant(const ASN1_TIME *from, time_t *out)
{
    struct tm utc = {0};

    if (!from || !ASN1_TIME_to_tm(from, &utc))
        return false;
    *out = timegm(&utc);
    return true;
}

/* Seconds, rounded up; -1 where it does not say. Each part is below 2^31, or does not count. */
static long read_accuracy(const TS_ACCURACY *accuracy)
{
    long seconds;

    if (!accuracy)
        return -1;
    seconds = ASN1_INTEGER_get(TS_ACCURACY_get_seconds(accuracy));
    if (seconds < 0 || seconds > INT32_MAX)
        return -1;
    return seconds + (TS_ACCURACY_get_millis(accuracy) || TS_ACCURACY_get_micros(accuracy) ? 1 : 0);
}

/* The digest that the imprint has to be. */
static mn_rc digest_subject(const struct mn_timestamp_subject *subject, enum mn_hash hash,
                            uint8_t *out)
{
    if (!subject->query)
        return mn_digest_of(hash, subject->signature, out);
    if (hash != MN_SHA256)
        return MN_E_STAMP_FOREIGN;
    memcpy(out, subject->query->imprint, sizeof subject->query->imprint);
    return MN_OK;
}

/* imprint is the value of a MessageImprint. */
static mn_rc check_imprint(struct mn_span imprint, const struct mn_timestamp_subject *subject)
{
    struct mn_der identifier, octets;
    uint8_t made[MN_HASH_MAX];
    enum mn_hash hash;
    mn_rc rc;

    if (!mn_der_next(&imprint, MN_DER_SEQUENCE, &identifier) ||
        !mn_der_next(&imprint, MN_DER_OCTETS, &octets) || imprint.len > 0)
        return MN_E_DAMAGED;
    rc = mn_algorithm_read_hash(identifier.value, &hash);
    if (rc == MN_OK)
        rc = digest_subject(subject, hash, made);
    if (rc == MN_OK && !mn_span_equal(octets.value, mn_span(made, mn_hash_len(hash))))
        rc = MN_E_STAMP_FOREIGN;
    return rc;
}

static bool is_nonce(const ASN1_INTEGER *nonce, const struct mn_timestamp_query *query)
{
    BIGNUM *number = nonce ? ASN1_INTEGER_to_BN(nonce, NULL) : NULL;
    BIGNUM *wanted = BN_bin2bn(query->nonce, (int)sizeof query->nonce, NULL);
    bool same = number && wanted && BN_cmp(number, wanted) == 0;

    BN_free(wanted);
    BN_free(number);
    return same;
}

/* TSTInfo (RFC 3161, 2.4.2), whose first three fields are version, policy and imprint. */
static mn_rc read_info(struct mn_span der, const struct mn_timestamp_subject *subject,
                       struct mn_timestamp *out)
{
    const unsigned char *at = der.ptr;
    TS_TST_INFO *info = d2i_TS_TST_INFO(NULL, &at, (long)der.len);
    struct mn_der outer, version, policy, imprint;
    mn_rc rc = MN_E_DAMAGED;

    if (!info || at != der.ptr + der.len || TS_TST_INFO_get_version(info) != 1 ||
        !mn_der_next(&der, MN_DER_SEQUENCE, &outer) ||
        !mn_der_next(&outer.value, MN_DER_INTEGER, &version) ||
        !mn_der_next(&outer.value, MN_DER_OID, &policy) ||
        !mn_der_next(&outer.value, MN_DER_SEQUENCE, &imprint) ||
        !read_instant(TS_TST_INFO_get_time(info), &out->time))
        goto out;
    out->accuracy = read_accuracy(TS_TST_INFO_get_accuracy(info));
    rc = check_imprint(imprint.value, subject);
    if (rc == MN_OK && subject->query && !is_nonce(TS_TST_INFO_get_nonce(info), subject->query))
        rc = MN_E_STAMP_FOREIGN;
out:
    TS_TST_INFO_free(info);
    return rc;
}

/* The authority's signature over it, and whether it may make any. */
static mn_rc check_token(const struct mn_cms_parts *parts, struct mn_timestamp *out)
{
    struct mn_content_digest content = {0};
    struct mn_signer_keys *keys = NULL;
    const struct mn_signer_key *key;
    struct mn_signature signature;
    mn_rc rc = mn_signer_keys_new(&keys);

    if (rc == MN_OK)
        rc = mn_cms_parts_want(parts, &content);
    if (rc == MN_OK)
        rc = mn_content_digest_add(&content, parts->content);
    if (rc == MN_OK)
        rc = mn_signer_check(parts, 0, MN_BINDING_V1, &content, keys, &signature, &key);
    if (rc == MN_OK && !key->stamps)
        rc = MN_E_STAMP_CERTIFICATE;
    if (rc == MN_OK)
        rc = mn_bytes_set(&out->certificate, signature.certificate);
    mn_signer_keys_free(&keys);
    mn_content_digest_release(&content);
    return rc;
}

mn_rc mn_timestamp_read_token(struct mn_span token, const struct mn_timestamp_subject *subject,
                              struct mn_timestamp *out)
{
    struct mn_cms_parts *parts = malloc(sizeof *parts);
    OSSL_LIB_CTX *lib = mn_crypto_enter();
    mn_rc rc = lib ? MN_E_MEMORY : MN_E_CRYPTO;

    *out = (struct mn_timestamp){0};
    if (!parts || !lib)
        goto out;
    rc = mn_cms_parts_read(token, mn_cms_tst_info, parts);
    if (rc == MN_OK && (!parts->content.ptr || parts->signer_count != 1))
        rc = MN_E_DAMAGED;
    if (rc == MN_OK)
        rc = read_info(parts->content, subject, out);
    if (rc == MN_OK)
        rc = check_token(parts, out);
    if (rc == MN_OK)
        rc = mn_cms_parts_certificates(parts, &out->others);
out:
    if (rc != MN_OK) {
        mn_log_info("a time stamp does not hold: %s", mn_rc_name(rc));
        mn_timestamp_release(out);
    }
    free(parts);
    mn_crypto_leave();
    return rc;
}
