/* Decrypting with the private key and encrypting with the public one.
 *
 * Both take one block. Given in parts, it is gathered, and everything comes out at the end. */
#include <string.h>

#include "crypto/public_key.h"
#include "token/operation_steps.h"
#include "token/rv.h"

/* RFC 8017, 7.1.1 and 7.2.1: what the padding leaves of the modulus. */
static size_t plaintext_max(size_t modulus_len, const struct mn_padding *padding)
{
    size_t taken = padding->kind == MN_PADDING_OAEP ? 2 * mn_hash_len(padding->oaep.hash) + 2 : 11;
    return modulus_len > taken ? modulus_len - taken : 0;
}

static CK_RV begin(struct mn_operation *op, const struct mn_token *token,
                   const CK_MECHANISM *mechanism)
{
    const struct mn_mechanism *m;
    CK_RV rv = mn_operation_find(token, mechanism, MN_USE_DECRYPT, &m);
    if (rv == CKR_OK)
        rv = mn_mechanism_padding(token, m, mechanism, &op->padding);
    if (rv == CKR_OK)
        rv = mn_rv(mn_bytes_set(&op->label, op->padding.oaep.label));
    if (rv != CKR_OK)
        return mn_operation_end_with(op, rv);
    op->padding.oaep.label = mn_bytes_span(&op->label);
    op->mechanism = m;
    op->result_len = (token->facts->key_bits + 7) / 8;
    return CKR_OK;
}

CK_RV mn_operation_begin_decrypt(struct mn_operation *op, const struct mn_token *token,
                                 const CK_MECHANISM *mechanism)
{
    CK_RV rv = begin(op, token, mechanism);
    op->content_max = op->result_len;
    return rv;
}

CK_RV mn_operation_begin_encrypt(struct mn_operation *op, const struct mn_token *token,
                                 const CK_MECHANISM *mechanism, const struct mn_attributes *key)
{
    CK_RV rv = begin(op, token, mechanism);
    if (rv == CKR_OK)
        rv = mn_operation_take_key(op, key);
    if (rv != CKR_OK)
        return mn_operation_end_with(op, rv);
    op->content_max = plaintext_max(op->result_len, &op->padding);
    return CKR_OK;
}

CK_RV mn_operation_update_cipher(struct mn_operation *op, const CK_BYTE *part, CK_ULONG len,
                                 CK_ULONG *out_len)
{
    CK_RV rv = mn_operation_check_finish(op, false, out_len);
    if (rv != CKR_OK)
        return rv;
    bool encrypts = op->public_key.len > 0;
    *out_len = 0;
    rv = mn_operation_update(op, part, len);
    return rv == CKR_DATA_LEN_RANGE && !encrypts ? CKR_ENCRYPTED_DATA_LEN_RANGE : rv;
}

/* --- decrypting --- */

static CK_RV finish_decrypt(struct mn_operation *op, const struct mn_token *token, bool at_once,
                            struct mn_span data, CK_BYTE *out, CK_ULONG *out_len,
                            struct mn_late *late)
{
    CK_RV rv = mn_operation_check_finish(op, at_once, out_len && (data.ptr || data.len == 0));
    if (rv != CKR_OK || !out_len) /* without out_len it is not CKR_OK */
        return rv;
    if (!out) {
        *out_len = op->result_len; /* at most; how much it is only the key can tell */
        return CKR_OK;
    }
    *late = (struct mn_late){
        .data = at_once ? data : mn_bytes_span(&op->content), .out = out, .out_len = out_len};
    return mn_operation_postpone(op, token, late);
}

CK_RV mn_operation_decrypt(struct mn_operation *op, const struct mn_token *token,
                           const CK_BYTE *data, CK_ULONG data_len, CK_BYTE *out, CK_ULONG *out_len,
                           struct mn_late *late)
{
    return finish_decrypt(op, token, true, mn_span(data, data_len), out, out_len, late);
}

CK_RV mn_operation_decrypt_final(struct mn_operation *op, const struct mn_token *token,
                                 CK_BYTE *out, CK_ULONG *out_len, struct mn_late *late)
{
    return finish_decrypt(op, token, false, mn_span(NULL, 0), out, out_len, late);
}

static CK_RV give_plaintext(const struct mn_late *late, struct mn_span plaintext)
{
    CK_RV rv;
    if (mn_operation_answers_size(late->out, late->out_len, plaintext.len, &rv))
        return rv;
    if (plaintext.len > 0)
        memcpy(late->out, plaintext.ptr, plaintext.len);
    return CKR_OK;
}

CK_RV mn_late_decrypt(struct mn_late *late)
{
    struct mn_bytes plaintext = {0};
    if (!late->key.ops)
        return CKR_OK;
    CK_RV rv =
        mn_rv(late->key.ops->decrypt(late->key.self, &late->op.padding, late->data, &plaintext));
    if (rv == CKR_OK)
        rv = give_plaintext(late, mn_bytes_span(&plaintext));
    mn_bytes_free(&plaintext);
    mn_key_give_back(&late->key);
    return rv == CKR_BUFFER_TOO_SMALL ? rv : mn_operation_end_with(&late->op, rv);
}

/* --- encrypting --- */

static CK_RV make_ciphertext(struct mn_operation *op, CK_BYTE *out)
{
    struct mn_span key = mn_bytes_span(&op->public_key), content = mn_bytes_span(&op->content);
    struct mn_bytes ciphertext = {0};
    mn_rc rc = op->padding.kind == MN_PADDING_OAEP
                   ? mn_public_key_encrypt_oaep(key, &op->padding.oaep, content, &ciphertext)
                   : mn_public_key_encrypt_pkcs1(key, content, &ciphertext);
    if (rc == MN_OK && ciphertext.len != op->result_len)
        rc = MN_E_CRYPTO;
    if (rc == MN_OK)
        memcpy(out, ciphertext.ptr, ciphertext.len);
    mn_bytes_free(&ciphertext);
    return mn_rv(rc);
}

static CK_RV finish_encrypt(struct mn_operation *op, bool at_once, struct mn_span data,
                            CK_BYTE *out, CK_ULONG *out_len)
{
    CK_RV rv = mn_operation_check_finish(op, at_once, out_len);
    if (rv != CKR_OK)
        return rv;
    if (mn_operation_answers_size(out, out_len, op->result_len, &rv))
        return rv;
    rv = mn_operation_add(op, data);
    if (rv == CKR_OK)
        rv = make_ciphertext(op, out);
    return mn_operation_end_with(op, rv);
}

CK_RV mn_operation_encrypt(struct mn_operation *op, const CK_BYTE *data, CK_ULONG data_len,
                           CK_BYTE *out, CK_ULONG *out_len)
{
    return finish_encrypt(op, true, mn_span(data, data_len), out, out_len);
}

CK_RV mn_operation_encrypt_final(struct mn_operation *op, CK_BYTE *out, CK_ULONG *out_len)
{
    return finish_encrypt(op, false, mn_span(NULL, 0), out, out_len);
}
