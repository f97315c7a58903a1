#include "crypto/timestamp.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/cms.h>
#include <openssl/ts.h>

#define MN_LOG_ROOM "crypto"
#include "base/log.h"
#include "crypto/cms_parts.h"
#include "crypto/context.h"
#include "crypto/handle.h"
#include "crypto/random.h"
#include "crypto/timestamp_token.h"

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
        rc = mn_timestamp_read_token(given, &(struct mn_timestamp_subject){.query = query}, &stamp);
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

/* --- what it says --- */

mn_rc mn_timestamp_read(struct mn_span token, struct mn_span signature, struct mn_timestamp *out)
{
    return mn_timestamp_read_token(token, &(struct mn_timestamp_subject){.signature = signature},
                                   out);
}

void mn_timestamp_release(struct mn_timestamp *stamp)
{
    mn_bytes_free(&stamp->certificate);
    mn_certificates_free(&stamp->others);
    *stamp = (struct mn_timestamp){0};
}
