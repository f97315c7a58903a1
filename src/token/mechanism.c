#include "token/mechanism.h"

/* CKM_RSA_PKCS first: what every client knows. */
static const struct mn_mechanism table[] = {
    {CKM_RSA_PKCS, MN_MECHANISM_PKCS1, false, MN_SHA256},
    {CKM_SHA1_RSA_PKCS, MN_MECHANISM_PKCS1, true, MN_SHA1},
    {CKM_SHA224_RSA_PKCS, MN_MECHANISM_PKCS1, true, MN_SHA224},
    {CKM_SHA256_RSA_PKCS, MN_MECHANISM_PKCS1, true, MN_SHA256},
    {CKM_SHA384_RSA_PKCS, MN_MECHANISM_PKCS1, true, MN_SHA384},
    {CKM_SHA512_RSA_PKCS, MN_MECHANISM_PKCS1, true, MN_SHA512},
    {CKM_RSA_PKCS_PSS, MN_MECHANISM_PSS, false, MN_PSS_HASH},
    {CKM_SHA256_RSA_PKCS_PSS, MN_MECHANISM_PSS, true, MN_PSS_HASH},
    {CKM_SHA_1, MN_MECHANISM_DIGEST, true, MN_SHA1},
    {CKM_SHA224, MN_MECHANISM_DIGEST, true, MN_SHA224},
    {CKM_SHA256, MN_MECHANISM_DIGEST, true, MN_SHA256},
    {CKM_SHA384, MN_MECHANISM_DIGEST, true, MN_SHA384},
    {CKM_SHA512, MN_MECHANISM_DIGEST, true, MN_SHA512},
};

#define TABLE_LEN (sizeof table / sizeof table[0])

_Static_assert(TABLE_LEN <= MN_MECHANISMS_MAX, "the list fits what callers provide");

static bool offered(const struct mn_token *token, const struct mn_mechanism *m)
{
    if (m->kind != MN_MECHANISM_PSS)
        return true;
    struct mn_scheme scheme = mn_mechanism_scheme(m);
    return token->ops->offers(token->self, &scheme);
}

const struct mn_mechanism *mn_mechanism_find(const struct mn_token *token, CK_MECHANISM_TYPE type)
{
    for (size_t i = 0; i < TABLE_LEN; i++)
        if (table[i].type == type)
            return offered(token, &table[i]) ? &table[i] : NULL;
    return NULL;
}

size_t mn_mechanism_list(const struct mn_token *token, bool signing_only, CK_MECHANISM_TYPE *out)
{
    size_t len = 0;
    for (size_t i = 0; i < TABLE_LEN; i++) {
        if (signing_only && table[i].kind == MN_MECHANISM_DIGEST)
            continue;
        if (offered(token, &table[i]))
            out[len++] = table[i].type;
    }
    return len;
}

void mn_mechanism_info(const struct mn_mechanism *m, const struct mn_token_facts *facts,
                       CK_MECHANISM_INFO *out)
{
    *out = (CK_MECHANISM_INFO){.flags = CKF_DIGEST};
    if (m->kind == MN_MECHANISM_DIGEST)
        return;
    out->ulMinKeySize = facts->key_bits;
    out->ulMaxKeySize = facts->key_bits;
    out->flags = CKF_SIGN | CKF_VERIFY;
    if (facts->in_hardware)
        out->flags |= CKF_HW;
}

static CK_RV check_pss(const CK_MECHANISM *given)
{
    const CK_RSA_PKCS_PSS_PARAMS *p = given->pParameter;
    if (!p || given->ulParameterLen != sizeof *p)
        return CKR_MECHANISM_PARAM_INVALID;
    if (p->hashAlg != CKM_SHA256 || p->mgf != CKG_MGF1_SHA256 || p->sLen != MN_PSS_SALT_LEN)
        return CKR_MECHANISM_PARAM_INVALID;
    return CKR_OK;
}

CK_RV mn_mechanism_check(const struct mn_mechanism *m, const CK_MECHANISM *given)
{
    if (m->kind == MN_MECHANISM_PSS)
        return check_pss(given);
    return given->ulParameterLen == 0 ? CKR_OK : CKR_MECHANISM_PARAM_INVALID;
}

struct mn_scheme mn_mechanism_scheme(const struct mn_mechanism *m)
{
    if (m->kind == MN_MECHANISM_PSS)
        return (struct mn_scheme){
            .kind = MN_SCHEME_PSS, .hash = m->hash, .salt_len = MN_PSS_SALT_LEN};
    return (struct mn_scheme){.kind = MN_SCHEME_PKCS1};
}
