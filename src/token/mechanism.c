#include "token/mechanism.h"

#include <limits.h>

/* Of OAEP: OpenSSL counts its bytes in an int. */
#define LABEL_MAX INT_MAX

/* CKM_RSA_PKCS first: what every client knows. */
static const struct mn_mechanism table[] = {
    {CKM_RSA_PKCS, MN_MECHANISM_PKCS1, false, MN_SHA256},
    {CKM_SHA1_RSA_PKCS, MN_MECHANISM_PKCS1, true, MN_SHA1},
    {CKM_SHA224_RSA_PKCS, MN_MECHANISM_PKCS1, true, MN_SHA224},
    {CKM_SHA256_RSA_PKCS, MN_MECHANISM_PKCS1, true, MN_SHA256},
    {CKM_SHA384_RSA_PKCS, MN_MECHANISM_PKCS1, true, MN_SHA384},
    {CKM_SHA512_RSA_PKCS, MN_MECHANISM_PKCS1, true, MN_SHA512},
    {CKM_RSA_PKCS_PSS, MN_MECHANISM_PSS, false, MN_SHA256},
    {CKM_SHA1_RSA_PKCS_PSS, MN_MECHANISM_PSS, true, MN_SHA1},
    {CKM_SHA224_RSA_PKCS_PSS, MN_MECHANISM_PSS, true, MN_SHA224},
    {CKM_SHA256_RSA_PKCS_PSS, MN_MECHANISM_PSS, true, MN_SHA256},
    {CKM_SHA384_RSA_PKCS_PSS, MN_MECHANISM_PSS, true, MN_SHA384},
    {CKM_SHA512_RSA_PKCS_PSS, MN_MECHANISM_PSS, true, MN_SHA512},
    {CKM_RSA_PKCS_OAEP, MN_MECHANISM_OAEP, false, MN_SHA256},
    {CKM_ECDSA, MN_MECHANISM_ECDSA, false, MN_SHA256},
    {CKM_ECDSA_SHA1, MN_MECHANISM_ECDSA, true, MN_SHA1},
    {CKM_ECDSA_SHA224, MN_MECHANISM_ECDSA, true, MN_SHA224},
    {CKM_ECDSA_SHA256, MN_MECHANISM_ECDSA, true, MN_SHA256},
    {CKM_ECDSA_SHA384, MN_MECHANISM_ECDSA, true, MN_SHA384},
    {CKM_ECDSA_SHA512, MN_MECHANISM_ECDSA, true, MN_SHA512},
    {CKM_SHA_1, MN_MECHANISM_DIGEST, true, MN_SHA1},
    {CKM_SHA224, MN_MECHANISM_DIGEST, true, MN_SHA224},
    {CKM_SHA256, MN_MECHANISM_DIGEST, true, MN_SHA256},
    {CKM_SHA384, MN_MECHANISM_DIGEST, true, MN_SHA384},
    {CKM_SHA512, MN_MECHANISM_DIGEST, true, MN_SHA512},
};

#define TABLE_LEN (sizeof table / sizeof table[0])

_Static_assert(TABLE_LEN <= MN_MECHANISMS_MAX, "the list fits what callers provide");

/* What stands for a PSS mechanism while no parameter is known: one hash throughout, and a salt as
 * long as that. */
static struct mn_scheme usual_pss(enum mn_hash hash)
{
    return (struct mn_scheme){.kind = MN_SCHEME_PSS, .pss = {hash, hash, mn_hash_len(hash)}};
}

static bool offered(const struct mn_token *token, const struct mn_mechanism *m)
{
    const struct mn_token_facts *facts = token->facts;
    struct mn_scheme scheme = usual_pss(m->hash);
    switch (m->kind) {
    case MN_MECHANISM_DIGEST:
        return true;
    case MN_MECHANISM_PKCS1:
        return facts->key_kind == MN_KEY_RSA;
    case MN_MECHANISM_PSS:
        return facts->key_kind == MN_KEY_RSA && token->ops->offers(token->self, &scheme);
    case MN_MECHANISM_ECDSA:
        return facts->key_kind == MN_KEY_EC;
    case MN_MECHANISM_OAEP:
        return facts->can_decrypt;
    }
    return false;
}

const struct mn_mechanism *mn_mechanism_find(const struct mn_token *token, CK_MECHANISM_TYPE type)
{
    for (size_t i = 0; i < TABLE_LEN; i++)
        if (table[i].type == type)
            return offered(token, &table[i]) ? &table[i] : NULL;
    return NULL;
}

size_t mn_mechanism_list(const struct mn_token *token, bool key_only, CK_MECHANISM_TYPE *out)
{
    size_t len = 0;
    for (size_t i = 0; i < TABLE_LEN; i++) {
        if (key_only && table[i].kind == MN_MECHANISM_DIGEST)
            continue;
        if (offered(token, &table[i]))
            out[len++] = table[i].type;
    }
    return len;
}

bool mn_mechanism_is_for(const struct mn_mechanism *m, const struct mn_token_facts *facts,
                         enum mn_use use)
{
    switch (m->kind) {
    case MN_MECHANISM_DIGEST:
        return use == MN_USE_DIGEST;
    case MN_MECHANISM_OAEP:
        return use == MN_USE_DECRYPT;
    case MN_MECHANISM_PKCS1:
        return use == MN_USE_SIGN || (use == MN_USE_DECRYPT && !m->hashes && facts->can_decrypt);
    case MN_MECHANISM_PSS:
    case MN_MECHANISM_ECDSA:
        return use == MN_USE_SIGN;
    }
    return false;
}

void mn_mechanism_info(const struct mn_mechanism *m, const struct mn_token_facts *facts,
                       CK_MECHANISM_INFO *out)
{
    *out = (CK_MECHANISM_INFO){.flags = CKF_DIGEST};
    if (m->kind == MN_MECHANISM_DIGEST)
        return;
    out->ulMinKeySize = facts->key_bits;
    out->ulMaxKeySize = facts->key_bits;
    out->flags = facts->in_hardware ? CKF_HW : 0;
    if (mn_mechanism_is_for(m, facts, MN_USE_SIGN))
        out->flags |= CKF_SIGN | CKF_VERIFY;
    if (mn_mechanism_is_for(m, facts, MN_USE_DECRYPT))
        out->flags |= CKF_DECRYPT | CKF_ENCRYPT;
    if (m->kind == MN_MECHANISM_ECDSA)
        out->flags |= CKF_EC_F_P | CKF_EC_NAMEDCURVE | CKF_EC_UNCOMPRESS;
}

/* --- parameters --- */

/* The hash of that digest mechanism. */
static bool find_hash(CK_MECHANISM_TYPE type, enum mn_hash *out)
{
    for (size_t i = 0; i < TABLE_LEN; i++) {
        if (table[i].kind != MN_MECHANISM_DIGEST || table[i].type != type)
            continue;
        *out = table[i].hash;
        return true;
    }
    return false;
}

/* The hash of that mask generation function. */
static bool find_mgf(CK_RSA_PKCS_MGF_TYPE type, enum mn_hash *out)
{
    static const CK_RSA_PKCS_MGF_TYPE types[] = {[MN_SHA1] = CKG_MGF1_SHA1,
                                                 [MN_SHA224] = CKG_MGF1_SHA224,
                                                 [MN_SHA256] = CKG_MGF1_SHA256,
                                                 [MN_SHA384] = CKG_MGF1_SHA384,
                                                 [MN_SHA512] = CKG_MGF1_SHA512};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (types[i] != type)
            continue;
        *out = (enum mn_hash)i;
        return true;
    }
    return false;
}

/* RFC 8017, 9.1.1: is there room for hash and salt? */
static bool pss_fits(const struct mn_pss *pss, unsigned key_bits)
{
    size_t room = (key_bits + 6) / 8, taken = mn_hash_len(pss->hash) + 2;
    return room >= taken && pss->salt_len <= room - taken;
}

static CK_RV read_pss(const struct mn_token *token, const struct mn_mechanism *m,
                      const CK_MECHANISM *given, struct mn_scheme *out)
{
    const CK_RSA_PKCS_PSS_PARAMS *p = given->pParameter;
    struct mn_pss *pss = &out->pss;
    if (!p || given->ulParameterLen != sizeof *p)
        return CKR_MECHANISM_PARAM_INVALID;
    if (!find_hash(p->hashAlg, &pss->hash) || !find_mgf(p->mgf, &pss->mgf_hash))
        return CKR_MECHANISM_PARAM_INVALID;
    pss->salt_len = p->sLen;
    bool good = (!m->hashes || pss->hash == m->hash) && pss_fits(pss, token->facts->key_bits) &&
                token->ops->offers(token->self, out);
    return good ? CKR_OK : CKR_MECHANISM_PARAM_INVALID;
}

CK_RV mn_mechanism_without_parameter(const CK_MECHANISM *given)
{
    return given->ulParameterLen == 0 ? CKR_OK : CKR_MECHANISM_PARAM_INVALID;
}

CK_RV mn_mechanism_scheme(const struct mn_token *token, const struct mn_mechanism *m,
                          const CK_MECHANISM *given, struct mn_scheme *out)
{
    *out = (struct mn_scheme){.kind = MN_SCHEME_PSS};
    if (m->kind == MN_MECHANISM_PSS)
        return read_pss(token, m, given, out);
    out->kind = m->kind == MN_MECHANISM_ECDSA ? MN_SCHEME_ECDSA : MN_SCHEME_PKCS1;
    return mn_mechanism_without_parameter(given);
}

/* 2.40, 2.1.7: the label is given here, or there is none. */
static CK_RV read_oaep(const struct mn_token *token, const CK_MECHANISM *given, struct mn_oaep *out)
{
    const CK_RSA_PKCS_OAEP_PARAMS *p = given->pParameter;
    if (!p || given->ulParameterLen != sizeof *p)
        return CKR_MECHANISM_PARAM_INVALID;
    if (!find_hash(p->hashAlg, &out->hash) || !find_mgf(p->mgf, &out->mgf_hash))
        return CKR_MECHANISM_PARAM_INVALID;
    bool has_label = p->source == CKZ_DATA_SPECIFIED;
    if ((!has_label && (p->source != 0 || p->ulSourceDataLen > 0)) ||
        (!p->pSourceData && p->ulSourceDataLen > 0) || p->ulSourceDataLen > LABEL_MAX)
        return CKR_MECHANISM_PARAM_INVALID;
    out->label = mn_span(p->pSourceData, p->ulSourceDataLen);
    bool fits = (token->facts->key_bits + 7) / 8 >= 2 * mn_hash_len(out->hash) + 2;
    return fits ? CKR_OK : CKR_MECHANISM_PARAM_INVALID;
}

CK_RV mn_mechanism_padding(const struct mn_token *token, const struct mn_mechanism *m,
                           const CK_MECHANISM *given, struct mn_padding *out)
{
    *out = (struct mn_padding){.kind = MN_PADDING_OAEP};
    if (m->kind == MN_MECHANISM_OAEP)
        return read_oaep(token, given, &out->oaep);
    out->kind = MN_PADDING_PKCS1;
    return mn_mechanism_without_parameter(given);
}
