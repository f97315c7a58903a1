#include "crypto/rsa_public_key.h"

#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "crypto/context.h"
#include "crypto/digest.h"
#include "crypto/handle.h"
#include "crypto/public_key.h"

#define BITS_MIN     2048
#define BITS_MAX     4096
#define EXPONENT_MAX 4

static bool is_odd(struct mn_span number)
{
    return number.len > 0 && (number.ptr[number.len - 1] & 1) != 0;
}

static bool is_usable(struct mn_span modulus, struct mn_span exponent)
{
    bool one = exponent.len == 1 && exponent.ptr[0] == 1;
    return is_odd(modulus) && is_odd(exponent) && !one && exponent.len <= EXPONENT_MAX &&
           modulus.len <= BITS_MAX / 8 + 1;
}

static bool has_size(const EVP_PKEY *key)
{
    int bits = EVP_PKEY_get_bits(key);
    return mn_handle_kind(key) == MN_KEY_RSA && bits >= BITS_MIN && bits <= BITS_MAX;
}

/* Takes key over. */
static mn_rc keep(EVP_PKEY *key, struct mn_bytes *out)
{
    unsigned char *der = NULL;
    mn_rc rc = MN_E_KEY_KIND;
    if (has_size(key)) {
        int len = i2d_PUBKEY(key, &der);
        rc = mn_handle_keep(out, der, len);
    }
    EVP_PKEY_free(key);
    return rc;
}

static EVP_PKEY *from_params(OSSL_LIB_CTX *lib, OSSL_PARAM *params)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(lib, "RSA", NULL);
    EVP_PKEY *key = NULL;
    if (!ctx || EVP_PKEY_fromdata_init(ctx) <= 0 ||
        EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params) <= 0)
        key = NULL;
    EVP_PKEY_CTX_free(ctx);
    return key;
}

static EVP_PKEY *from_numbers(OSSL_LIB_CTX *lib, struct mn_span modulus, struct mn_span exponent)
{
    BIGNUM *n = BN_bin2bn(modulus.ptr, (int)modulus.len, NULL);
    BIGNUM *e = BN_bin2bn(exponent.ptr, (int)exponent.len, NULL);
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    OSSL_PARAM *params = NULL;
    EVP_PKEY *key = NULL;
    if (n && e && build && OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) &&
        OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e))
        params = OSSL_PARAM_BLD_to_param(build);
    if (params)
        key = from_params(lib, params);
    OSSL_PARAM_free(params);
    OSSL_PARAM_BLD_free(build);
    BN_free(e);
    BN_free(n);
    return key;
}

mn_rc mn_rsa_public_key_make(struct mn_span modulus, struct mn_span exponent, struct mn_bytes *out)
{
    mn_rc rc = MN_E_CRYPTO;
    if (!is_usable(modulus, exponent))
        return MN_E_KEY_KIND;
    OSSL_LIB_CTX *lib = mn_crypto_enter();
    EVP_PKEY *key = lib ? from_numbers(lib, modulus, exponent) : NULL;
    if (key)
        rc = keep(key, out);
    mn_crypto_leave();
    return rc;
}

/* --- from a file --- */

static EVP_PKEY *read_pem(OSSL_LIB_CTX *lib, struct mn_span file)
{
    BIO *bio = BIO_new_mem_buf(file.ptr, (int)file.len);
    EVP_PKEY *key = NULL;
    if (bio)
        key = PEM_read_bio_PUBKEY_ex(bio, NULL, NULL, NULL, lib, NULL);
    BIO_free(bio);
    return key;
}

mn_rc mn_rsa_public_key_read(struct mn_span file, struct mn_bytes *out)
{
    enum { LONGEST = 1 << 16 };
    mn_rc rc = MN_E_FORMAT;
    if (file.len == 0 || file.len > LONGEST)
        return MN_E_FORMAT;
    OSSL_LIB_CTX *lib = mn_crypto_enter();
    EVP_PKEY *key = lib ? mn_handle_read_public(lib, file) : NULL;
    if (lib && !key)
        key = read_pem(lib, file);
    if (key)
        rc = keep(key, out);
    mn_crypto_leave();
    return rc;
}

/* --- signatures --- */

#define HASH_BYTES 32
#define HEAD_BYTES 19

/* A DigestInfo (RFC 8017, 9.2, note 1) whose digest is several values, one after the other. All
 * lengths fit one byte: it has 115 bytes at most. */
static mn_rc put_digests(const struct mn_span *parts, size_t count, uint8_t *out, size_t *len)
{
    static const uint8_t algorithm[] = {0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
                                        0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00};
    size_t digests = count * HASH_BYTES;
    out[0] = 0x30;
    out[1] = (uint8_t)(sizeof algorithm + 2 + digests);
    memcpy(out + 2, algorithm, sizeof algorithm);
    out[HEAD_BYTES - 2] = 0x04;
    out[HEAD_BYTES - 1] = (uint8_t)digests;
    *len = HEAD_BYTES + digests;
    mn_rc rc = MN_OK;
    for (size_t i = 0; i < count && rc == MN_OK; i++)
        rc = mn_digest_of(MN_SHA256, parts[i], out + HEAD_BYTES + i * HASH_BYTES);
    return rc;
}

mn_rc mn_rsa_public_key_verify(struct mn_span public_key_info, const struct mn_span *parts,
                               size_t count, struct mn_span signature)
{
    uint8_t info[HEAD_BYTES + MN_SIGNED_PARTS_MAX * HASH_BYTES];
    size_t len = 0;
    if (count < 1 || count > MN_SIGNED_PARTS_MAX)
        return MN_E_ARGUMENT;
    mn_rc rc = put_digests(parts, count, info, &len);
    if (rc == MN_OK)
        rc = mn_public_key_verify_pkcs1(public_key_info, mn_span(info, len), signature);
    return rc == MN_E_SIGNATURE_LENGTH ? MN_E_BAD_SIGNATURE : rc;
}
