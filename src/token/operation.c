#include "token/operation.h"

#include <string.h>

#include "crypto/public_key.h"
#include "token/rv.h"

/* RFC 8017, 7.2.1 and 9.2: what PKCS #1 v1.5 padding takes at least. */
#define PKCS1_PADDING_MIN 11

/* Either form of what is signed when the data were hashed. */
#define HASHED_MAX MN_DIGEST_INFO_MAX

void mn_operation_end(struct mn_operation *op)
{
    mn_digest_free(&op->digest);
    mn_bytes_free(&op->public_key);
    mn_bytes_free(&op->content);
    *op = (struct mn_operation){0};
}

static CK_RV end_with(struct mn_operation *op, CK_RV rv)
{
    mn_operation_end(op);
    return rv;
}

CK_RV mn_operation_cancel(struct mn_operation *op)
{
    return mn_operation_is_active(op) ? end_with(op, CKR_OK) : CKR_ARGUMENTS_BAD;
}

/* The mechanism is known, is for this, and its parameter is good. */
static CK_RV begin(struct mn_operation *op, const struct mn_token *token,
                   const CK_MECHANISM *mechanism, bool digests)
{
    const struct mn_mechanism *m = mn_mechanism_find(token, mechanism->mechanism);
    if (!m || (m->kind == MN_MECHANISM_DIGEST) != digests)
        return CKR_MECHANISM_INVALID;
    CK_RV rv = mn_mechanism_check(m, mechanism);
    if (rv == CKR_OK && m->hashes)
        rv = mn_rv(mn_digest_new(m->hash, &op->digest));
    if (rv == CKR_OK)
        op->mechanism = m;
    return rv;
}

CK_RV mn_operation_begin_digest(struct mn_operation *op, const struct mn_token *token,
                                const CK_MECHANISM *mechanism)
{
    return begin(op, token, mechanism, true);
}

CK_RV mn_operation_begin_sign(struct mn_operation *op, const struct mn_token *token,
                              const CK_MECHANISM *mechanism)
{
    CK_RV rv = begin(op, token, mechanism, false);
    if (rv == CKR_OK)
        op->signature_len = (token->facts->key_bits + 7) / 8;
    return rv;
}

CK_RV mn_operation_begin_verify(struct mn_operation *op, const struct mn_token *token,
                                const CK_MECHANISM *mechanism, const struct mn_attributes *key)
{
    CK_RV rv = begin(op, token, mechanism, false);
    const struct mn_attribute *info = mn_attributes_find(key, CKA_PUBLIC_KEY_INFO);
    const struct mn_attribute *modulus = mn_attributes_find(key, CKA_MODULUS);
    if (rv == CKR_OK)
        rv = mn_rv(mn_bytes_set(&op->public_key, mn_bytes_span(&info->value)));
    if (rv != CKR_OK)
        return end_with(op, rv);
    op->signature_len = modulus->value.len;
    return CKR_OK;
}

/* How much a mechanism that does not hash can take. */
static size_t content_max(const struct mn_operation *op)
{
    if (op->mechanism->kind == MN_MECHANISM_PSS)
        return mn_hash_len(op->mechanism->hash);
    return op->signature_len > PKCS1_PADDING_MIN ? op->signature_len - PKCS1_PADDING_MIN : 0;
}

static CK_RV add(struct mn_operation *op, const CK_BYTE *part, CK_ULONG len)
{
    if (!part && len > 0)
        return CKR_ARGUMENTS_BAD;
    if (op->digest)
        return mn_rv(mn_digest_add(op->digest, mn_span(part, len)));
    if (len > content_max(op) - op->content.len)
        return CKR_DATA_LEN_RANGE;
    return mn_rv(mn_bytes_append(&op->content, mn_span(part, len)));
}

/* An error in the middle ends the operation (5.12.3, 5.13.3, 5.15.3). */
CK_RV mn_operation_update(struct mn_operation *op, const CK_BYTE *part, CK_ULONG len)
{
    if (!mn_operation_is_active(op))
        return CKR_OPERATION_NOT_INITIALIZED;
    CK_RV rv = add(op, part, len);
    op->updated = true;
    return rv == CKR_OK ? CKR_OK : end_with(op, rv);
}

/* Before a call that finishes: CKR_OK when it may go on, else the operation has ended. With data,
 * it is the call that does everything at once, and no part may have been given. */
static CK_RV check_finish(struct mn_operation *op, bool at_once, bool arguments_good)
{
    if (!mn_operation_is_active(op))
        return CKR_OPERATION_NOT_INITIALIZED;
    if (!arguments_good)
        return end_with(op, CKR_ARGUMENTS_BAD);
    if (at_once && op->updated)
        return end_with(op, CKR_OPERATION_ACTIVE);
    return CKR_OK;
}

/* The convention on output (5.2): true when the call is answered with *rv, with nothing done. */
static bool answers_size(CK_BYTE *out, CK_ULONG *out_len, size_t need, CK_RV *rv)
{
    CK_ULONG room = *out_len;
    *out_len = need;
    *rv = out && room < need ? CKR_BUFFER_TOO_SMALL : CKR_OK;
    return !out || room < need;
}

static CK_RV finish_digest(struct mn_operation *op, bool at_once, struct mn_span data, CK_BYTE *out,
                           CK_ULONG *out_len)
{
    CK_RV rv = check_finish(op, at_once, out_len);
    if (rv != CKR_OK)
        return rv;
    if (answers_size(out, out_len, mn_hash_len(op->mechanism->hash), &rv))
        return rv;
    rv = add(op, data.ptr, data.len);
    if (rv == CKR_OK)
        rv = mn_rv(mn_digest_finish(op->digest, out));
    return end_with(op, rv);
}

CK_RV mn_operation_digest(struct mn_operation *op, const CK_BYTE *data, CK_ULONG data_len,
                          CK_BYTE *out, CK_ULONG *out_len)
{
    return finish_digest(op, true, mn_span(data, data_len), out, out_len);
}

CK_RV mn_operation_digest_final(struct mn_operation *op, CK_BYTE *out, CK_ULONG *out_len)
{
    return finish_digest(op, false, mn_span(NULL, 0), out, out_len);
}

/* What the private key signs, for all that was given: *content is in hashed or in op. */
static CK_RV finish_content(struct mn_operation *op, uint8_t hashed[HASHED_MAX],
                            struct mn_span *content)
{
    uint8_t value[MN_HASH_MAX];
    const struct mn_mechanism *m = op->mechanism;
    if (!op->digest) {
        *content = mn_bytes_span(&op->content);
        bool fits = m->kind != MN_MECHANISM_PSS || content->len == mn_hash_len(m->hash);
        return fits ? CKR_OK : CKR_DATA_LEN_RANGE;
    }
    size_t len = mn_hash_len(m->hash);
    mn_rc rc = mn_digest_finish(op->digest, value);
    if (rc)
        return mn_rv(rc);
    if (m->kind == MN_MECHANISM_PKCS1)
        mn_digest_info(m->hash, value, hashed, &len);
    else
        memcpy(hashed, value, len);
    *content = mn_span(hashed, len);
    return CKR_OK;
}

static CK_RV make_signature(struct mn_operation *op, const struct mn_token *token, CK_BYTE *out,
                            CK_ULONG *out_len)
{
    uint8_t hashed[HASHED_MAX];
    struct mn_span content;
    struct mn_scheme scheme = mn_mechanism_scheme(op->mechanism);
    size_t len = op->signature_len;
    CK_RV rv = finish_content(op, hashed, &content);
    if (rv != CKR_OK)
        return rv;
    mn_rc rc = token->ops->sign(token->self, token->facts->key_ref, &scheme, content, out, &len);
    *out_len = len;
    return mn_rv(rc);
}

static CK_RV finish_sign(struct mn_operation *op, const struct mn_token *token, bool at_once,
                         struct mn_span data, CK_BYTE *out, CK_ULONG *out_len)
{
    CK_RV rv = check_finish(op, at_once, out_len);
    if (rv != CKR_OK)
        return rv;
    if (answers_size(out, out_len, op->signature_len, &rv))
        return rv;
    if (token->facts->always_authenticate && !op->authenticated)
        return CKR_USER_NOT_LOGGED_IN;
    rv = add(op, data.ptr, data.len);
    if (rv == CKR_OK)
        rv = make_signature(op, token, out, out_len);
    return end_with(op, rv);
}

CK_RV mn_operation_sign(struct mn_operation *op, const struct mn_token *token, const CK_BYTE *data,
                        CK_ULONG data_len, CK_BYTE *out, CK_ULONG *out_len)
{
    return finish_sign(op, token, true, mn_span(data, data_len), out, out_len);
}

CK_RV mn_operation_sign_final(struct mn_operation *op, const struct mn_token *token, CK_BYTE *out,
                              CK_ULONG *out_len)
{
    return finish_sign(op, token, false, mn_span(NULL, 0), out, out_len);
}

static CK_RV check_signature(struct mn_operation *op, struct mn_span signature)
{
    uint8_t hashed[HASHED_MAX];
    struct mn_span content;
    const struct mn_mechanism *m = op->mechanism;
    struct mn_span key = mn_bytes_span(&op->public_key);
    struct mn_pss pss = {m->hash, m->hash, MN_PSS_SALT_LEN};
    if (signature.len != op->signature_len)
        return CKR_SIGNATURE_LEN_RANGE;
    CK_RV rv = finish_content(op, hashed, &content);
    if (rv != CKR_OK)
        return rv;
    return mn_rv(m->kind == MN_MECHANISM_PSS
                     ? mn_public_key_verify_pss(key, &pss, content, signature)
                     : mn_public_key_verify_pkcs1(key, content, signature));
}

static CK_RV finish_verify(struct mn_operation *op, bool at_once, struct mn_span data,
                           struct mn_span signature)
{
    CK_RV rv = check_finish(op, at_once, signature.ptr);
    if (rv != CKR_OK)
        return rv;
    rv = add(op, data.ptr, data.len);
    if (rv == CKR_OK)
        rv = check_signature(op, signature);
    return end_with(op, rv);
}

CK_RV mn_operation_verify(struct mn_operation *op, const CK_BYTE *data, CK_ULONG data_len,
                          const CK_BYTE *signature, CK_ULONG signature_len)
{
    return finish_verify(op, true, mn_span(data, data_len), mn_span(signature, signature_len));
}

CK_RV mn_operation_verify_final(struct mn_operation *op, const CK_BYTE *signature,
                                CK_ULONG signature_len)
{
    return finish_verify(op, false, mn_span(NULL, 0), mn_span(signature, signature_len));
}
