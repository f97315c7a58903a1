#include "crypto/pkcs12.h"

#include <string.h>

#include <openssl/evp.h>
#include <openssl/pkcs12.h>
#include <openssl/provider.h>
#include <openssl/x509.h>

#define MN_LOG_ROOM "crypto"
#include "base/log.h"
#include "crypto/context.h"
#include "crypto/handle.h"

#define DEPTH_MAX      4 /* of bags within bags: nobody makes more than one */
#define MAC_SALT_OURS  16
#define PASSPHRASE_MAX 1024
#define KEYS_MAX       16
#define PBMAC1         "1.2.840.113549.1.5.14" /* RFC 9579; OpenSSL 3.0 has no number for it */

/* Reading one file. */
struct reading {
    OSSL_LIB_CTX *lib;     /* where keys will live */
    OSSL_LIB_CTX *decrypt; /* where the file is opened: lib, or one with the legacy provider */
    const char *passphrase;
    int passphrase_len;
    bool authentic;     /* the MAC has shown that the passphrase is right */
    int64_t iterations; /* still to be spent */
    EVP_PKEY *keys[KEYS_MAX];
    size_t key_count;
    bool foreign_key; /* one was there, but of a kind that is not used here */
    struct mn_certificates certificates;
};

static mn_rc read_bags(struct reading *r, const STACK_OF(PKCS12_SAFEBAG) * bags, int depth);

/* Takes the iterations of one use of the passphrase from what may be spent. */
static mn_rc spend(struct reading *r, const ASN1_INTEGER *count)
{
    int64_t n = 1;

    if (count && !ASN1_INTEGER_get_int64(&n, count))
        return MN_E_EXCESSIVE;
    if (n <= 0)
        return MN_E_DAMAGED;
    if (n > r->iterations)
        return MN_E_EXCESSIVE;
    r->iterations -= n;
    return MN_OK;
}

/* Can the context that the file is opened in do this cipher, this hash? */
static bool has_cipher(const struct reading *r, int nid)
{
    EVP_CIPHER *cipher =
        nid == NID_undef ? NULL : EVP_CIPHER_fetch(r->decrypt, OBJ_nid2sn(nid), NULL);

    EVP_CIPHER_free(cipher);
    return cipher != NULL;
}

static bool has_hash(const struct reading *r, const ASN1_OBJECT *algorithm)
{
    int nid = OBJ_obj2nid(algorithm);
    EVP_MD *md = nid == NID_undef ? NULL : EVP_MD_fetch(r->decrypt, OBJ_nid2sn(nid), NULL);

    EVP_MD_free(md);
    return md != NULL;
}

/* PBES2 (RFC 8018, A.4) and PBMAC1 (A.5) alike: PBKDF2, and what is done with its key. */
static mn_rc spend_pbkdf2(struct reading *r, const ASN1_TYPE *parameter, bool enciphers)
{
    PBE2PARAM *both = ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBE2PARAM), parameter);
    PBKDF2PARAM *kdf = NULL;
    int64_t key_len = 0;
    mn_rc rc = MN_E_DAMAGED;

    if (!both)
        goto out;
    rc = MN_E_ALGORITHM;
    if (OBJ_obj2nid(both->keyfunc->algorithm) != NID_id_pbkdf2 ||
        (enciphers && !has_cipher(r, OBJ_obj2nid(both->encryption->algorithm))))
        goto out;
    rc = MN_E_DAMAGED;
    kdf = ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBKDF2PARAM), both->keyfunc->parameter);
    if (!kdf)
        goto out;
    /* Not left to OpenSSL, which has believed larger ones (CVE-2025-11187). */
    if (kdf->keylength &&
        (!ASN1_INTEGER_get_int64(&key_len, kdf->keylength) || key_len > EVP_MAX_MD_SIZE))
        rc = MN_E_EXCESSIVE;
    else
        rc = spend(r, kdf->iter);
out:
    PBKDF2PARAM_free(kdf);
    PBE2PARAM_free(both);
    return rc;
}

/* What decrypting by this algorithm will cost, if it can be done at all. */
static mn_rc spend_pbe(struct reading *r, const X509_ALGOR *algorithm)
{
    int nid = OBJ_obj2nid(algorithm->algorithm), cipher = NID_undef;
    PBEPARAM *pbe;
    mn_rc rc;

    if (nid == NID_pbes2)
        return spend_pbkdf2(r, algorithm->parameter, true);
    if (!EVP_PBE_find(EVP_PBE_TYPE_OUTER, nid, &cipher, NULL, NULL) || !has_cipher(r, cipher))
        return MN_E_ALGORITHM;
    pbe = ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBEPARAM), algorithm->parameter);
    rc = pbe ? spend(r, pbe->iter) : MN_E_DAMAGED;
    PBEPARAM_free(pbe);
    return rc;
}

/* What it means when something could not be decrypted. */
static mn_rc not_decrypted(const struct reading *r)
{
    return r->authentic ? MN_E_DAMAGED : MN_E_PASSPHRASE;
}

static mn_rc add_key(struct reading *r, const PKCS8_PRIV_KEY_INFO *info)
{
    EVP_PKEY *key = EVP_PKCS82PKEY_ex(info, r->lib, NULL);

    if (!key || mn_handle_kind(key) == MN_KEY_NONE || r->key_count == KEYS_MAX) {
        r->foreign_key = true;
        EVP_PKEY_free(key);
        return MN_OK;
    }
    r->keys[r->key_count++] = key;
    return MN_OK;
}

static mn_rc read_shrouded_key(struct reading *r, const PKCS12_SAFEBAG *bag)
{
    const X509_ALGOR *algorithm = NULL;
    PKCS8_PRIV_KEY_INFO *info;
    mn_rc rc;

    X509_SIG_get0(PKCS12_SAFEBAG_get0_pkcs8(bag), &algorithm, NULL);
    rc = spend_pbe(r, algorithm);
    if (rc != MN_OK)
        return rc;
    info = PKCS12_decrypt_skey_ex(bag, r->passphrase, r->passphrase_len, r->decrypt, NULL);
    if (!info)
        return not_decrypted(r);
    rc = add_key(r, info);
    PKCS8_PRIV_KEY_INFO_free(info);
    return rc;
}

/* Goes into the element at *at, which has to have this tag; *end becomes its end. */
static bool enter_element(const unsigned char **at, const unsigned char **end, int want_tag)
{
    long len = 0;
    int tag = 0, class = 0;

    if (ASN1_get_object(at, &len, &tag, &class, *end - *at) & 0x80 || tag != want_tag)
        return false;
    *end = *at + len;
    return true;
}

/* Goes past the object identifier at *at. */
static bool pass_identifier(const unsigned char **at, const unsigned char *end)
{
    if (!enter_element(at, &end, V_ASN1_OBJECT))
        return false;
    *at = end;
    return true;
}

/* The certificate's bytes as the bag has them. OpenSSL 3.0 would make its X509 in the host's
 * context, so the bag is looked into here: SEQUENCE { certBag, [0] { SEQUENCE { x509Certificate,
 * [0] { OCTET STRING } } } } (RFC 7292, 4.2 and 4.2.3). */
static mn_rc read_certificate(struct reading *r, const PKCS12_SAFEBAG *bag)
{
    unsigned char *der = NULL;
    int len = i2d_PKCS12_SAFEBAG(bag, &der);
    const unsigned char *at = der, *end = der + (len > 0 ? len : 0);
    mn_rc rc = MN_E_DAMAGED;

    if (len > 0 && enter_element(&at, &end, V_ASN1_SEQUENCE) && pass_identifier(&at, end) &&
        enter_element(&at, &end, 0) && enter_element(&at, &end, V_ASN1_SEQUENCE) &&
        pass_identifier(&at, end) && enter_element(&at, &end, 0) &&
        enter_element(&at, &end, V_ASN1_OCTET_STRING))
        rc = mn_certificates_add(&r->certificates, mn_span(at, (size_t)(end - at)));
    OPENSSL_free(der);
    return rc;
}

static mn_rc read_bag(struct reading *r, const PKCS12_SAFEBAG *bag, int depth)
{
    switch (PKCS12_SAFEBAG_get_nid(bag)) {
    case NID_keyBag:
        return add_key(r, PKCS12_SAFEBAG_get0_p8inf(bag));
    case NID_pkcs8ShroudedKeyBag:
        return read_shrouded_key(r, bag);
    case NID_certBag:
        return PKCS12_SAFEBAG_get_bag_nid(bag) == NID_x509Certificate ? read_certificate(r, bag)
                                                                      : MN_OK;
    case NID_safeContentsBag:
        return depth < DEPTH_MAX ? read_bags(r, PKCS12_SAFEBAG_get0_safes(bag), depth + 1)
                                 : MN_E_EXCESSIVE;
    default: /* CRLs and secrets are of no use here */
        return MN_OK;
    }
}

static mn_rc read_bags(struct reading *r, const STACK_OF(PKCS12_SAFEBAG) * bags, int depth)
{
    for (int i = 0; i < sk_PKCS12_SAFEBAG_num(bags); i++) {
        mn_rc rc = read_bag(r, sk_PKCS12_SAFEBAG_value(bags, i), depth);

        if (rc != MN_OK)
            return rc;
    }
    return MN_OK;
}

/* One of the file's parts, in clear or encrypted as a whole. */
static mn_rc read_part(struct reading *r, PKCS7 *part)
{
    STACK_OF(PKCS12_SAFEBAG) *bags = NULL;
    mn_rc rc = MN_OK;

    if (PKCS7_type_is_data(part)) {
        bags = PKCS12_unpack_p7data(part);
        rc = bags ? MN_OK : MN_E_DAMAGED;
    } else if (PKCS7_type_is_encrypted(part)) {
        const PKCS7_ENC_CONTENT *content = part->d.encrypted ? part->d.encrypted->enc_data : NULL;

        rc = content && content->algorithm && content->enc_data ? spend_pbe(r, content->algorithm)
                                                                : MN_E_DAMAGED;
        if (rc == MN_OK) {
            bags = PKCS12_item_decrypt_d2i_ex(content->algorithm, ASN1_ITEM_rptr(PKCS12_SAFEBAGS),
                                              r->passphrase, r->passphrase_len, content->enc_data,
                                              1, r->decrypt, NULL);
            rc = bags ? MN_OK : not_decrypted(r);
        }
    } else {
        rc = MN_E_ALGORITHM; /* encrypted with a public key (RFC 7292, 3.1) */
    }
    if (rc == MN_OK)
        rc = read_bags(r, bags, 0);
    sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);
    return rc;
}

static mn_rc read_parts(struct reading *r, PKCS12 *p12)
{
    STACK_OF(PKCS7) *parts = PKCS12_unpack_authsafes(p12);
    mn_rc rc = parts ? MN_OK : MN_E_DAMAGED;

    for (int i = 0; rc == MN_OK && i < sk_PKCS7_num(parts); i++)
        rc = read_part(r, sk_PKCS7_value(parts, i));
    sk_PKCS7_pop_free(parts, PKCS7_free);
    return rc;
}

static bool is_pbmac1(const X509_ALGOR *algorithm)
{
    char name[40];

    return OBJ_obj2txt(name, sizeof name, algorithm->algorithm, 1) > 0 && strcmp(name, PBMAC1) == 0;
}

/* What checking the MAC will cost, if it can be done at all. */
static mn_rc spend_mac(struct reading *r, const X509_ALGOR *algorithm,
                       const ASN1_INTEGER *iterations)
{
    if (!is_pbmac1(algorithm))
        return has_hash(r, algorithm->algorithm) ? spend(r, iterations) : MN_E_ALGORITHM;
    return OBJ_obj2nid(algorithm->algorithm) == NID_undef
               ? MN_E_ALGORITHM
               : spend_pbkdf2(r, algorithm->parameter, false);
}

/* Does the MAC fit? Nothing decrypted is believed before. An empty passphrase is written in two
 * ways, of which the one that fits is kept. */
static mn_rc check_mac(struct reading *r, PKCS12 *p12)
{
    const ASN1_OCTET_STRING *mac = NULL, *salt = NULL;
    const X509_ALGOR *algorithm = NULL;
    const ASN1_INTEGER *iterations = NULL;
    mn_rc rc;

    if (!PKCS12_mac_present(p12))
        return MN_OK;
    PKCS12_get0_mac(&mac, &algorithm, &salt, &iterations, p12);
    rc = spend_mac(r, algorithm, iterations);
    if (rc != MN_OK)
        return rc;
    if (r->passphrase_len == 0 && PKCS12_verify_mac(p12, NULL, 0))
        r->passphrase = NULL;
    else if (!PKCS12_verify_mac(p12, r->passphrase, r->passphrase_len))
        return MN_E_PASSPHRASE;
    r->authentic = true;
    return MN_OK;
}

/* Does the file begin as a PKCS#12 file: SEQUENCE { INTEGER 3 (RFC 7292, 4)? */
static bool begins_as_one(struct mn_span file)
{
    size_t at = 2;

    if (file.len < 2 || file.ptr[0] != 0x30)
        return false;
    if (file.ptr[1] > 0x80)
        at += file.ptr[1] & 0x7Fu;
    return at + 3 <= file.len && memcmp(file.ptr + at, "\x02\x01\x03", 3) == 0;
}

static mn_rc read_file(struct reading *r, struct mn_span file)
{
    PKCS12 *p12 = PKCS12_init_ex(NID_pkcs7_data, r->decrypt, NULL);
    const unsigned char *at = file.ptr;
    mn_rc rc = MN_E_CRYPTO;

    if (!p12)
        return rc;
    if (!d2i_PKCS12(&p12, &at, (long)file.len)) {
        rc = begins_as_one(file) ? MN_E_DAMAGED : MN_E_FORMAT;
        goto out;
    }
    rc = check_mac(r, p12);
    if (rc == MN_OK)
        rc = read_parts(r, p12);
out:
    PKCS12_free(p12);
    return rc;
}

/* Is this certificate the key's? One that cannot be read is nobody's. */
static bool belongs(OSSL_LIB_CTX *lib, struct mn_span der, const EVP_PKEY *key)
{
    X509 *x = mn_handle_read_certificate(lib, der);
    const EVP_PKEY *its = x ? X509_get0_pubkey(x) : NULL;
    bool same = its && EVP_PKEY_eq(its, key) == 1;

    X509_free(x);
    return same;
}

/* Makes of what was read a key with its certificate and the others. */
static mn_rc pair(struct reading *r, struct mn_pkcs12 *out)
{
    for (size_t k = 0; k < r->key_count; k++) {
        for (size_t i = 0; i < r->certificates.count; i++) {
            if (!belongs(r->lib, mn_bytes_span(&r->certificates.der[i]), r->keys[k]))
                continue;
            mn_bytes_move(&out->certificate, &r->certificates.der[i]);
            out->has_more_keys = r->key_count > 1 || r->foreign_key;
            for (size_t n = 0; n < r->certificates.count; n++) {
                mn_rc rc = n == i ? MN_OK
                                  : mn_certificates_add(&out->others,
                                                        mn_bytes_span(&r->certificates.der[n]));

                if (rc != MN_OK)
                    return rc;
            }
            return mn_private_key_adopt(r->lib, &r->keys[k], &out->key);
        }
    }
    if (r->key_count > 0)
        return MN_E_NO_CERTIFICATE;
    return r->foreign_key ? MN_E_KEY_KIND : MN_E_NO_KEY;
}

static void release_reading(struct reading *r)
{
    for (size_t k = 0; k < r->key_count; k++)
        EVP_PKEY_free(r->keys[k]);
    mn_certificates_free(&r->certificates);
}

static mn_rc read_in(OSSL_LIB_CTX *lib, OSSL_LIB_CTX *decrypt, struct mn_span file,
                     struct mn_span passphrase, struct mn_pkcs12 *out)
{
    struct reading r = {
        .lib = lib,
        .decrypt = decrypt,
        .passphrase = passphrase.len > 0 ? (const char *)passphrase.ptr : "",
        .passphrase_len = (int)passphrase.len,
        .iterations = MN_PKCS12_ITERATIONS_MAX,
    };
    mn_rc rc = read_file(&r, file);

    if (rc == MN_OK)
        rc = pair(&r, out);
    if (rc != MN_OK)
        mn_pkcs12_release(out);
    release_reading(&r);
    return rc;
}

/* Once more, with the algorithms that OpenSSL has put aside. They are kept out of the context that
 * everything else uses. */
static mn_rc read_with_legacy(OSSL_LIB_CTX *lib, struct mn_span file, struct mn_span passphrase,
                              struct mn_pkcs12 *out)
{
    OSSL_LIB_CTX *decrypt = OSSL_LIB_CTX_new();
    OSSL_PROVIDER *plain = decrypt ? OSSL_PROVIDER_load(decrypt, "default") : NULL;
    OSSL_PROVIDER *legacy = plain ? OSSL_PROVIDER_load(decrypt, "legacy") : NULL;
    mn_rc rc = MN_E_ALGORITHM;

    if (legacy)
        rc = read_in(lib, decrypt, file, passphrase, out);
    if (legacy)
        OSSL_PROVIDER_unload(legacy);
    if (plain)
        OSSL_PROVIDER_unload(plain);
    OSSL_LIB_CTX_free(decrypt);
    return rc;
}

mn_rc mn_pkcs12_read(struct mn_span file, struct mn_span passphrase, struct mn_pkcs12 *out)
{
    OSSL_LIB_CTX *lib = mn_crypto_enter();
    mn_rc rc = MN_E_CRYPTO;

    *out = (struct mn_pkcs12){0};
    if (!lib)
        goto out;
    mn_crypto_draws();
    if (file.len > MN_PKCS12_MAX)
        rc = MN_E_EXCESSIVE;
    else if (passphrase.len > PASSPHRASE_MAX)
        rc = MN_E_PASSPHRASE;
    else
        rc = read_in(lib, lib, file, passphrase, out);
    if (rc == MN_E_ALGORITHM)
        rc = read_with_legacy(lib, file, passphrase, out);
out:
    if (rc != MN_OK)
        mn_log_error("the PKCS#12 file cannot be used: %s", mn_rc_name(rc));
    mn_crypto_leave();
    return rc;
}

/* The certificates in OpenSSL's form, or NULL with *rc. */
static STACK_OF(X509) * read_all(OSSL_LIB_CTX *lib, const struct mn_certificates *list)
{
    STACK_OF(X509) *all = sk_X509_new_null();

    for (size_t i = 0; all && i < list->count; i++) {
        X509 *x = mn_handle_read_certificate(lib, mn_bytes_span(&list->der[i]));

        if (!x || !sk_X509_push(all, x)) {
            X509_free(x);
            sk_X509_pop_free(all, X509_free);
            return NULL;
        }
    }
    return all;
}

/* passphrase ends in a NUL here. */
static PKCS12 *make(OSSL_LIB_CTX *lib, const struct mn_pkcs12 *content, X509 *certificate,
                    STACK_OF(X509) * others, const char *name, const char *passphrase)
{
    EVP_MD *sha256 = EVP_MD_fetch(lib, "SHA256", NULL);
    int certificate_cipher = content->in_clear ? -1 : NID_aes_256_cbc;
    PKCS12 *p12 = PKCS12_create_ex(passphrase, name, mn_private_key_handle(content->key),
                                   certificate, others, NID_aes_256_cbc, certificate_cipher,
                                   MN_PKCS12_ITERATIONS, -1, 0, lib, NULL);

    if (p12 && !(sha256 && PKCS12_set_mac(p12, passphrase, -1, NULL, MAC_SALT_OURS,
                                          MN_PKCS12_ITERATIONS, sha256))) {
        PKCS12_free(p12);
        p12 = NULL;
    }
    EVP_MD_free(sha256);
    return p12;
}

mn_rc mn_pkcs12_write(const struct mn_pkcs12 *content, const char *name, struct mn_span passphrase,
                      struct mn_bytes *file)
{
    OSSL_LIB_CTX *lib = mn_crypto_enter();
    X509 *certificate = NULL;
    STACK_OF(X509) *others = NULL;
    PKCS12 *p12 = NULL;
    char secret[PASSPHRASE_MAX + 1] = {0};
    unsigned char *der = NULL;
    int len;
    mn_rc rc = MN_E_CRYPTO;

    if (!lib)
        goto out;
    mn_crypto_draws();
    rc = MN_E_ARGUMENT;
    if (passphrase.len > PASSPHRASE_MAX ||
        (passphrase.len > 0 && memchr(passphrase.ptr, 0, passphrase.len)))
        goto out;
    if (passphrase.len > 0)
        memcpy(secret, passphrase.ptr, passphrase.len);
    rc = MN_E_BAD_CERTIFICATE;
    certificate = mn_handle_read_certificate(lib, mn_bytes_span(&content->certificate));
    others = read_all(lib, &content->others);
    if (!certificate || !others)
        goto out;
    rc = MN_E_NO_CERTIFICATE;
    if (!belongs(lib, mn_bytes_span(&content->certificate), mn_private_key_handle(content->key)))
        goto out;
    p12 = make(lib, content, certificate, others, name, secret);
    len = p12 ? i2d_PKCS12(p12, &der) : 0;
    rc = mn_handle_keep(file, der, len);
out:
    if (rc != MN_OK)
        mn_log_error("no PKCS#12 file was made: %s", mn_rc_name(rc));
    OPENSSL_cleanse(secret, sizeof secret);
    PKCS12_free(p12);
    sk_X509_pop_free(others, X509_free);
    X509_free(certificate);
    mn_crypto_leave();
    return rc;
}

void mn_pkcs12_release(struct mn_pkcs12 *p)
{
    mn_private_key_free(&p->key);
    mn_bytes_free(&p->certificate);
    mn_certificates_free(&p->others);
}
