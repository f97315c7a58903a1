#include "crypto/timestamp.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/cms.h>
#include <openssl/ts.h>

#define MN_LOG_ROOM "crypto"
#include "base/log.h"
#include "crypto/context.h"
#include "crypto/handle.h"
#include "crypto/random.h"
#include "crypto/signer_check.h"

/* --- the query --- */

static bool fill_query(TS_REQ *req, const struct mn_timestamp_query *query)
{
    TS_MSG_IMPRINT *imprint = TS_MSG_IMPRINT_new();
    X509_ALGOR *algorithm = X509_ALGOR_new();
    BIGNUM *number = BN_bin2bn(query->nonce, (int)sizeof query->nonce, NULL);
    ASN1_INTEGER *nonce = number ? BN_to_ASN1_INTEGER(number, NULL) : NULL;
    unsigned char value[sizeof query->imprint];
    bool good;

    memcpy(value, query->imprint, sizeof value); /* OpenSSL takes it as not constant */
    good = imprint && algorithm && nonce &&
           X509_ALGOR_set0(algorithm, OBJ_nid2obj(NID_sha256), V_ASN1_NULL, NULL) &&
           TS_MSG_IMPRINT_set_algo(imprint, algorithm) &&
           TS_MSG_IMPRINT_set_msg(imprint, value, (int)sizeof value) &&
           TS_REQ_set_version(req, 1) && TS_REQ_set_msg_imprint(req, imprint) &&
           TS_REQ_set_nonce(req, nonce) && TS_REQ_set_cert_req(req, 1);
    ASN1_INTEGER_free(nonce);
    BN_free(number);
    X509_ALGOR_free(algorithm);
    TS_MSG_IMPRINT_free(imprint);
    return good;
}

mn_rc mn_timestamp_ask(struct mn_span signature, struct mn_timestamp_query *query,
                       struct mn_bytes *der)
{
    OSSL_LIB_CTX *lib = mn_crypto_enter();
    TS_REQ *req = NULL;
    unsigned char *made = NULL;
    int len;
    mn_rc rc = MN_E_CRYPTO;

    if (!lib)
        goto out;
    rc = mn_digest_of(MN_SHA256, signature, query->imprint);
    if (rc == MN_OK)
        rc = mn_random(query->nonce, sizeof query->nonce);
    if (rc != MN_OK)
        goto out;
    req = TS_REQ_new();
    len = req && fill_query(req, query) ? i2d_TS_REQ(req, &made) : -1;
    rc = mn_handle_keep(der, made, len);
out:
    if (rc != MN_OK)
        mn_log_error("no time stamp can be asked for: %s", mn_rc_name(rc));
    TS_REQ_free(req);
    mn_crypto_leave();
    return rc;
}

/* --- what a token says --- */

/* What it has to be the stamp of: this signature, or else what this query asked for. */
struct subject {
    struct mn_span signature;
    const struct mn_timestamp_query *query;
};

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
static mn_rc digest_subject(const struct subject *subject, enum mn_hash hash, uint8_t *out)
{
    if (!subject->query)
        return mn_digest_of(hash, subject->signature, out);
    if (hash != MN_SHA256)
        return MN_E_STAMP_FOREIGN;
    memcpy(out, subject->query->imprint, sizeof subject->query->imprint);
    return MN_OK;
}

/* imprint is the value of a MessageImprint. */
static mn_rc check_imprint(struct mn_span imprint, const struct subject *subject)
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
static mn_rc read_info(struct mn_span der, const struct subject *subject, struct mn_timestamp *out)
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

static mn_rc read_token(struct mn_span token, const struct subject *subject,
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

mn_rc mn_timestamp_read(struct mn_span token, struct mn_span signature, struct mn_timestamp *out)
{
    return read_token(token, &(struct subject){.signature = signature}, out);
}

void mn_timestamp_release(struct mn_timestamp *stamp)
{
    mn_bytes_free(&stamp->certificate);
    mn_certificates_free(&stamp->others);
    *stamp = (struct mn_timestamp){0};
}

/* --- the reply --- */

/* PKIStatusInfo: granted, with changes or without (RFC 3161, 2.4.2)? */
static mn_rc check_status(struct mn_span whole)
{
    const unsigned char *at = whole.ptr;
    TS_STATUS_INFO *info = d2i_TS_STATUS_INFO(NULL, &at, (long)whole.len);
    long status = info ? ASN1_INTEGER_get(TS_STATUS_INFO_get0_status(info)) : -1;
    mn_rc rc = status == TS_STATUS_GRANTED || status == TS_STATUS_GRANTED_WITH_MODS
                   ? MN_OK
                   : MN_E_STAMP_REFUSED;

    if (!info || status < 0)
        rc = MN_E_DAMAGED;
    if (rc == MN_E_STAMP_REFUSED)
        mn_log_error("the time stamp authority's status is %ld", status);
    TS_STATUS_INFO_free(info);
    return rc;
}

/* TimeStampResp: gives the token in it. */
static mn_rc open_reply(struct mn_span reply, struct mn_span *token)
{
    struct mn_der outer, status, given;
    mn_rc rc;

    if (reply.len > MN_TIMESTAMP_REPLY_MAX)
        return MN_E_EXCESSIVE;
    if (!mn_der_next(&reply, MN_DER_SEQUENCE, &outer) ||
        !mn_der_next(&outer.value, MN_DER_SEQUENCE, &status))
        return MN_E_FORMAT;
    if (reply.len > 0 || !mn_der_optional(&outer.value, MN_DER_SEQUENCE, &given) ||
        outer.value.len > 0)
        return MN_E_DAMAGED;
    rc = check_status(status.whole);
    if (rc == MN_OK && !given.tag)
        rc = MN_E_DAMAGED;
    *token = given.whole;
    return rc;
}

mn_rc mn_timestamp_take(struct mn_span reply, const struct mn_timestamp_query *query,
                        struct mn_bytes *token)
{
    OSSL_LIB_CTX *lib = mn_crypto_enter();
    struct mn_timestamp stamp = {0};
    struct mn_span given;
    mn_rc rc = lib ? open_reply(reply, &given) : MN_E_CRYPTO;

    if (rc == MN_OK)
        rc = read_token(given, &(struct subject){.query = query}, &stamp);
    if (rc == MN_OK)
        rc = mn_bytes_set(token, given);
    if (rc != MN_OK)
        mn_log_error("the reply has no time stamp that can be used: %s", mn_rc_name(rc));
    mn_timestamp_release(&stamp);
    mn_crypto_leave();
    return rc;
}

/* --- into the signature --- */

/* Which of the signers made this signature? NULL: none. */
static CMS_SignerInfo *find_signer(CMS_ContentInfo *message, struct mn_span signature)
{
    STACK_OF(CMS_SignerInfo) *all = CMS_get0_SignerInfos(message);

    for (int i = 0; i < sk_CMS_SignerInfo_num(all); i++) {
        CMS_SignerInfo *info = sk_CMS_SignerInfo_value(all, i);
        const ASN1_OCTET_STRING *its = CMS_SignerInfo_get0_signature(info);

        if (mn_span_equal(mn_span(ASN1_STRING_get0_data(its), (size_t)ASN1_STRING_length(its)),
                          signature))
            return info;
    }
    return NULL;
}

/* Is everything else in made as it was in signed_data? */
static mn_rc check_kept(struct mn_span signed_data, struct mn_span made, struct mn_span signature)
{
    struct mn_cms_parts *parts = calloc(2, sizeof *parts);
    mn_rc rc = parts ? MN_OK : MN_E_MEMORY;

    if (rc == MN_OK)
        rc = mn_cms_parts_read(signed_data, mn_cms_data, &parts[0]);
    if (rc == MN_OK)
        rc = mn_cms_parts_read(made, mn_cms_data, &parts[1]);
    if (rc == MN_OK && !mn_cms_parts_kept(&parts[0], &parts[1], signature))
        rc = MN_E_UNSUPPORTED;
    free(parts);
    return rc;
}

static mn_rc attach(CMS_ContentInfo *message, struct mn_span signature, struct mn_span token)
{
    CMS_SignerInfo *info = find_signer(message, signature);

    if (!info)
        return MN_E_NOT_FOUND;
    if (CMS_unsigned_get_attr_by_NID(info, NID_id_smime_aa_timeStampToken, -1) >= 0)
        return MN_E_FILE_EXISTS;
    return CMS_unsigned_add1_attr_by_NID(info, NID_id_smime_aa_timeStampToken, V_ASN1_SEQUENCE,
                                         token.ptr, (int)token.len)
               ? MN_OK
               : MN_E_CRYPTO;
}

mn_rc mn_timestamp_attach(struct mn_span signed_data, struct mn_span signature,
                          struct mn_span token, struct mn_bytes *out)
{
    OSSL_LIB_CTX *lib = mn_crypto_enter();
    CMS_ContentInfo *message = NULL;
    struct mn_bytes made = {0};
    unsigned char *der = NULL;
    int len;
    mn_rc rc = MN_E_CRYPTO;

    if (!lib)
        goto out;
    rc = MN_E_EXCESSIVE;
    if (signed_data.len > MN_SIGNED_DATA_MAX || token.len > MN_TIMESTAMP_REPLY_MAX)
        goto out;
    message = mn_handle_read_cms(lib, signed_data);
    rc = message ? attach(message, signature, token) : MN_E_DAMAGED;
    if (rc != MN_OK)
        goto out;
    len = i2d_CMS_ContentInfo(message, &der);
    rc = mn_handle_keep(&made, der, len);
    if (rc == MN_OK)
        rc = check_kept(signed_data, mn_bytes_span(&made), signature);
    if (rc == MN_OK)
        mn_bytes_move(out, &made);
out:
    if (rc != MN_OK)
        mn_log_error("no time stamp was put to a signature: %s", mn_rc_name(rc));
    mn_bytes_free(&made);
    CMS_ContentInfo_free(message);
    mn_crypto_leave();
    return rc;
}
