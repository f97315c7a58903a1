#include "crypto/ec_public_key.h"

#include <limits.h>

#include <openssl/asn1.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/param_build.h>
#include <openssl/x509.h>

#define MN_LOG_ROOM "crypto"
#include "base/log.h"
#include "crypto/context.h"
#include "crypto/handle.h"

/* The key that the parameters describe, written out. */
static mn_rc write_key(OSSL_LIB_CTX *lib, OSSL_PARAM_BLD *parts, struct mn_bytes *out)
{
    OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(parts);
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(lib, "EC", NULL);
    EVP_PKEY *key = NULL;
    unsigned char *der = NULL;
    mn_rc rc = MN_E_CRYPTO;
    int len;

    if (!params || !ctx || EVP_PKEY_fromdata_init(ctx) <= 0)
        goto out;
    rc = MN_E_FORMAT;
    if (EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params) <= 0)
        goto out;
    rc = MN_E_KEY_KIND;
    if (mn_handle_kind(key) == MN_KEY_NONE)
        goto out;
    len = i2d_PUBKEY(key, &der);
    rc = mn_handle_keep(out, der, len);
out:
    EVP_PKEY_free(key);
    EVP_PKEY_CTX_free(ctx);
    OSSL_PARAM_free(params);
    return rc;
}

/* OpenSSL's name for the curve, or NULL. */
static const char *curve_name(struct mn_span params)
{
    const unsigned char *p = params.ptr;
    ASN1_OBJECT *oid = params.len <= LONG_MAX ? d2i_ASN1_OBJECT(NULL, &p, (long)params.len) : NULL;
    int nid = oid && p == params.ptr + params.len ? OBJ_obj2nid(oid) : NID_undef;

    ASN1_OBJECT_free(oid);
    return nid == NID_undef ? NULL : OBJ_nid2sn(nid);
}

/* Is it a point and nothing around it? By its length, for an uncompressed point begins as an OCTET
 * STRING does. */
static bool is_bare(struct mn_span point)
{
    return point.len == 1 + 2 * 32 || point.len == 1 + 2 * 48 || point.len == 1 + 2 * 66;
}

/* Without the OCTET STRING around it, if there is one. */
static struct mn_span bare_point(struct mn_span point, ASN1_OCTET_STRING **holder)
{
    const unsigned char *p = point.ptr;

    if (is_bare(point))
        return point;
    *holder = d2i_ASN1_OCTET_STRING(NULL, &p, (long)point.len);
    if (!*holder || p != point.ptr + point.len)
        return point;
    return mn_span(ASN1_STRING_get0_data(*holder), (size_t)ASN1_STRING_length(*holder));
}

mn_rc mn_ec_public_key_make(struct mn_span params, struct mn_span point, struct mn_bytes *out)
{
    OSSL_LIB_CTX *lib = mn_crypto_enter();
    OSSL_PARAM_BLD *parts = lib ? OSSL_PARAM_BLD_new() : NULL;
    ASN1_OCTET_STRING *holder = NULL;
    const char *curve;
    mn_rc rc = MN_E_CRYPTO;

    if (!parts)
        goto out;
    rc = MN_E_KEY_KIND;
    curve = curve_name(params);
    if (!curve)
        goto out;
    rc = MN_E_FORMAT;
    if (point.len == 0 || point.len > MN_SIGNATURE_MAX)
        goto out;
    rc = MN_E_CRYPTO;
    point = bare_point(point, &holder);
    if (OSSL_PARAM_BLD_push_utf8_string(parts, OSSL_PKEY_PARAM_GROUP_NAME, curve, 0) &&
        OSSL_PARAM_BLD_push_octet_string(parts, OSSL_PKEY_PARAM_PUB_KEY, point.ptr, point.len))
        rc = write_key(lib, parts, out);
out:
    if (rc != MN_OK)
        mn_log_error("a token's public key: %s", mn_rc_name(rc));
    ASN1_OCTET_STRING_free(holder);
    OSSL_PARAM_BLD_free(parts);
    mn_crypto_leave();
    return rc;
}
