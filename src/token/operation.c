#include "token/operation.h"

#include <string.h>

#include "crypto/public_key.h"
#include "token/operation_steps.h"
#include "token/rv.h"

/* RFC 8017, 7.2.1 and 9.2: what PKCS #1 v1.5 padding takes at least. */
#define PKCS1_PADDING_MIN 11

/* Any form of what is signed when the data were hashed. */
#define HASHED_MAX MN_DIGEST_INFO_MAX

void mn_operation_end(struct mn_operation *op)
{
    mn_digest_free(&op->digest);
    mn_bytes_free(&op->label);
    mn_bytes_free(&op->public_key);
    mn_bytes_free(&op->content);
    *op = (struct mn_operation){0};
}

CK_RV mn_operation_end_with(struct mn_operation *op, CK_RV rv)
{
    mn_operation_end(op);
    return rv;
}

CK_RV mn_operation_cancel(struct mn_operation *op)
{
    return mn_operation_is_active(op) ? mn_operation_end_with(op, CKR_OK) : CKR_ARGUMENTS_BAD;
}

CK_RV mn_operation_find(const struct mn_token *token, const CK_MECHANISM *mechanism,
                        enum mn_use use, const struct mn_mechanism **out)
{
    *out = mn_mechanism_find(token, mechanism->mechanism);
    return *out && mn_mechanism_is_for(*out, token->facts, use) ? CKR_OK : CKR_MECHANISM_INVALID;
}

CK_RV mn_operation_begin_digest(struct mn_operation *op, const struct mn_token *token,
                                const CK_MECHANISM *mechanism)
{
    const struct mn_mechanism *m;
    CK_RV rv = mn_operation_find(token, mechanism, MN_USE_DIGEST, &m);
    if (rv == CKR_OK)
        rv = mn_mechanism_without_parameter(mechanism);
    if (rv == CKR_OK)
        rv = mn_rv(mn_digest_new(m->hash, &op->digest));
    if (rv == CKR_OK)
        op->mechanism = m;
    return rv;
}

/* The length of a signature: the modulus', or twice the order's. */
static size_t signature_len(const struct mn_token_facts *facts)
{
    size_t len = (facts->key_bits + 7) / 8;
    return facts->key_kind == MN_KEY_EC ? 2 * len : len;
}

/* How much a mechanism that does not hash can take. */
static size_t content_max(const struct mn_operation *op)
{
    switch (op->scheme.kind) {
    case MN_SCHEME_PKCS1:
        return op->result_len > PKCS1_PADDING_MIN ? op->result_len - PKCS1_PADDING_MIN : 0;
    case MN_SCHEME_PSS:
        return mn_hash_len(op->scheme.pss.hash);
    case MN_SCHEME_ECDSA:
        break;
    }
    return MN_HASH_MAX;
}

CK_RV mn_operation_begin_sign(struct mn_operation *op, const struct mn_token *token,
                              const CK_MECHANISM *mechanism)
{
    const struct mn_mechanism *m;
    CK_RV rv = mn_operation_find(token, mechanism, MN_USE_SIGN, &m);
    if (rv == CKR_OK)
        rv = mn_mechanism_scheme(token, m, mechanism, &op->scheme);
    if (rv == CKR_OK && m->hashes)
        rv = mn_rv(mn_digest_new(m->hash, &op->digest));
    if (rv != CKR_OK)
        return mn_operation_end_with(op, rv);
    op->mechanism = m;
    op->result_len = signature_len(token->facts);
    op->content_max = content_max(op);
    return CKR_OK;
}

CK_RV mn_operation_take_key(struct mn_operation *op, const struct mn_attributes *key)
{
    const struct mn_attribute *info = mn_attributes_find(key, CKA_PUBLIC_KEY_INFO);
    return mn_rv(mn_bytes_set(&op->public_key, mn_bytes_span(&info->value)));
}

CK_RV mn_operation_begin_verify(struct mn_operation *op, const struct mn_token *token,
                                const CK_MECHANISM *mechanism, const struct mn_attributes *key)
{
    CK_RV rv = mn_operation_begin_sign(op, token, mechanism);
    if (rv == CKR_OK)
        rv = mn_operation_take_key(op, key);
    return rv == CKR_OK ? CKR_OK : mn_operation_end_with(op, rv);
}

CK_RV mn_operation_add(struct mn_operation *op, struct mn_span part)
{
    if (part.ptr && !op->digest && part.len > op->content_max - op->content.len)
        return CKR_DATA_LEN_RANGE;
    if (!mn_span_is_possible(part))
        return CKR_ARGUMENTS_BAD;
    if (op->digest)
        return mn_rv(mn_digest_add(op->digest, part));
    return mn_rv(mn_bytes_append(&op->content, part));
}

/* An error in the middle ends the operation (5.12.3, 5.13.3, 5.15.3). */
CK_RV mn_operation_update(struct mn_operation *op, const CK_BYTE *part, CK_ULONG len)
{
    if (!mn_operation_is_active(op))
        return CKR_OPERATION_NOT_INITIALIZED;
    CK_RV rv = mn_operation_add(op, mn_span(part, len));
    op->updated = true;
    return rv == CKR_OK ? CKR_OK : mn_operation_end_with(op, rv);
}

CK_RV mn_operation_check_finish(struct mn_operation *op, bool at_once, bool arguments_good)
{
    if (!mn_operation_is_active(op))
        return CKR_OPERATION_NOT_INITIALIZED;
    if (!arguments_good)
        return mn_operation_end_with(op, CKR_ARGUMENTS_BAD);
    if (at_once && op->updated)
        return mn_operation_end_with(op, CKR_OPERATION_ACTIVE);
    return CKR_OK;
}

bool mn_operation_answers_size(const CK_BYTE *out, CK_ULONG *out_len, size_t need, CK_RV *rv)
{
    CK_ULONG room = *out_len;
    *out_len = need;
    *rv = out && room < need ? CKR_BUFFER_TOO_SMALL : CKR_OK;
    return !out || room < need;
}

static CK_RV finish_digest(struct mn_operation *op, bool at_once, struct mn_span data, CK_BYTE *out,
                           CK_ULONG *out_len)
{
    CK_RV rv = mn_operation_check_finish(op, at_once, out_len);
    if (rv != CKR_OK)
        return rv;
    if (mn_operation_answers_size(out, out_len, mn_hash_len(op->mechanism->hash), &rv))
        return rv;
    rv = mn_operation_add(op, data);
    if (rv == CKR_OK)
        rv = mn_rv(mn_digest_finish(op->digest, out));
    return mn_operation_end_with(op, rv);
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

/* What the private key signs, for all that was given: *content is in hashed or in op, empty after a
 * failure. */
static CK_RV finish_content(struct mn_operation *op, uint8_t hashed[HASHED_MAX],
                            struct mn_span *content)
{
    uint8_t value[MN_HASH_MAX];
    const struct mn_mechanism *m = op->mechanism;
    *content = mn_span(NULL, 0);
    if (!op->digest) {
        *content = mn_bytes_span(&op->content);
        bool fits = m->kind != MN_MECHANISM_PSS || content->len == op->content_max;
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

/* With the token's key, or where it lends none with the token. */
static CK_RV make_signature(struct mn_operation *op, const struct mn_key *key,
                            const struct mn_token *token, CK_BYTE *out, CK_ULONG *out_len)
{
    uint8_t hashed[HASHED_MAX];
    struct mn_span content;
    size_t len = op->result_len;
    CK_RV rv = finish_content(op, hashed, &content);
    if (rv != CKR_OK)
        return rv;
    mn_rc rc =
        key ? key->ops->sign(key->self, &op->scheme, content, out, &len)
            : token->ops->sign(token->self, token->facts->key_ref, &op->scheme, content, out, &len);
    *out_len = len;
    return mn_rv(rc);
}

CK_RV mn_operation_postpone(struct mn_operation *op, const struct mn_token *token,
                            struct mn_late *late)
{
    mn_rc rc = token->ops->lend_key(token->self, token->facts->key_ref, &late->key);
    if (rc)
        return mn_operation_end_with(op, mn_rv(rc));
    late->op = *op;
    *op = (struct mn_operation){0};
    return CKR_OK;
}

static CK_RV finish_sign(struct mn_operation *op, const struct mn_token *token, bool at_once,
                         struct mn_span data, CK_BYTE *out, CK_ULONG *out_len, struct mn_late *late)
{
    CK_RV rv = mn_operation_check_finish(op, at_once, out_len);
    if (rv != CKR_OK)
        return rv;
    if (mn_operation_answers_size(out, out_len, op->result_len, &rv))
        return rv;
    if (token->facts->always_authenticate && !op->authenticated)
        return CKR_USER_NOT_LOGGED_IN;
    if (token->ops->lend_key) {
        *late = (struct mn_late){.data = data, .out = out, .out_len = out_len};
        return mn_operation_postpone(op, token, late);
    }
    rv = mn_operation_add(op, data);
    if (rv == CKR_OK)
        rv = make_signature(op, NULL, token, out, out_len);
    return mn_operation_end_with(op, rv);
}

CK_RV mn_operation_sign(struct mn_operation *op, const struct mn_token *token, const CK_BYTE *data,
                        CK_ULONG data_len, CK_BYTE *out, CK_ULONG *out_len, struct mn_late *late)
{
    return finish_sign(op, token, true, mn_span(data, data_len), out, out_len, late);
}

CK_RV mn_operation_sign_final(struct mn_operation *op, const struct mn_token *token, CK_BYTE *out,
                              CK_ULONG *out_len, struct mn_late *late)
{
    return finish_sign(op, token, false, mn_span(NULL, 0), out, out_len, late);
}

CK_RV mn_late_sign(struct mn_late *late)
{
    if (!late->key.ops)
        return CKR_OK;
    CK_RV rv = mn_operation_add(&late->op, late->data);
    if (rv == CKR_OK)
        rv = make_signature(&late->op, &late->key, NULL, late->out, late->out_len);
    mn_key_give_back(&late->key);
    return mn_operation_end_with(&late->op, rv);
}

static CK_RV check_signature(struct mn_operation *op, struct mn_span signature)
{
    uint8_t hashed[HASHED_MAX];
    struct mn_span content;
    struct mn_span key = mn_bytes_span(&op->public_key);
    if (signature.len != op->result_len)
        return CKR_SIGNATURE_LEN_RANGE;
    CK_RV rv = finish_content(op, hashed, &content);
    if (rv != CKR_OK)
        return rv;
    switch (op->scheme.kind) {
    case MN_SCHEME_PKCS1:
        return mn_rv(mn_public_key_verify_pkcs1(key, content, signature));
    case MN_SCHEME_PSS:
        return mn_rv(mn_public_key_verify_pss(key, &op->scheme.pss, content, signature));
    case MN_SCHEME_ECDSA:
        break;
    }
    return mn_rv(mn_public_key_verify_ecdsa(key, content, signature));
}

static CK_RV finish_verify(struct mn_operation *op, bool at_once, struct mn_span data,
                           struct mn_span signature)
{
    CK_RV rv = mn_operation_check_finish(op, at_once, signature.ptr);
    if (rv != CKR_OK)
        return rv;
    rv = mn_operation_add(op, data);
    if (rv == CKR_OK)
        rv = check_signature(op, signature);
    return mn_operation_end_with(op, rv);
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
