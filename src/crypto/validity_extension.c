#include "crypto/validity_extension.h"

#include <string.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "crypto/validity_data.h"

/* CertHash of Common PKI 2.0 (part 4, 3.1.2): the SHA-256 of the certificate. */
#define CERT_HASH_OID "1.3.36.8.3.13"

/* Our own, below a UUID (X.667): the number as an INTEGER. */
#define NUMBER_OID "2.25.290902973272944501646983965826880050368"

/* Adds one that is not critical, for programs that do not know it pass it over. */
static mn_rc add(OCSP_SINGLERESP *single, const char *oid, const void *value, const ASN1_ITEM *item)
{
    ASN1_OBJECT *name = OBJ_txt2obj(oid, 1);
    ASN1_OCTET_STRING *content = ASN1_item_pack((void *)(uintptr_t)value, item, NULL);
    X509_EXTENSION *extension =
        name && content ? X509_EXTENSION_create_by_OBJ(NULL, name, 0, content) : NULL;
    mn_rc rc = extension && OCSP_SINGLERESP_add_ext(single, extension, -1) ? MN_OK : MN_E_CRYPTO;

    X509_EXTENSION_free(extension);
    ASN1_OCTET_STRING_free(content);
    ASN1_OBJECT_free(name);
    return rc;
}

static mn_rc add_hash(OCSP_SINGLERESP *single, const uint8_t *hash)
{
    X509_SIG *value = X509_SIG_new(); /* the same two fields as CertHash */
    X509_ALGOR *algorithm;
    ASN1_OCTET_STRING *digest;
    mn_rc rc = MN_E_MEMORY;

    if (!value)
        return rc;
    X509_SIG_getm(value, &algorithm, &digest);
    if (X509_ALGOR_set0(algorithm, OBJ_nid2obj(NID_sha256), V_ASN1_NULL, NULL) &&
        ASN1_OCTET_STRING_set(digest, hash, MN_CERTIFICATE_HASH_BYTES))
        rc = add(single, CERT_HASH_OID, value, ASN1_ITEM_rptr(X509_SIG));
    X509_SIG_free(value);
    return rc;
}

mn_rc mn_validity_extension_add(OCSP_SINGLERESP *single, uint64_t number,
                                const uint8_t hash[MN_CERTIFICATE_HASH_BYTES])
{
    ASN1_INTEGER *value = ASN1_INTEGER_new();
    mn_rc rc = MN_E_MEMORY;

    if (value && ASN1_INTEGER_set_uint64(value, number))
        rc = add(single, NUMBER_OID, value, ASN1_ITEM_rptr(ASN1_INTEGER));
    ASN1_INTEGER_free(value);
    return rc == MN_OK ? add_hash(single, hash) : rc;
}

/* Where the extension is, which has to be there once; -1 otherwise. */
static int find(OCSP_SINGLERESP *single, const char *oid)
{
    ASN1_OBJECT *name = OBJ_txt2obj(oid, 1);
    int at = name ? OCSP_SINGLERESP_get_ext_by_OBJ(single, name, -1) : -1;

    if (at >= 0 && OCSP_SINGLERESP_get_ext_by_OBJ(single, name, at) >= 0)
        at = -1;
    ASN1_OBJECT_free(name);
    return at;
}

/* What is in the extension at this place; NULL when it is not of the kind. */
static void *unpack(OCSP_SINGLERESP *single, int at, const ASN1_ITEM *item)
{
    const ASN1_OCTET_STRING *content;

    if (at < 0)
        return NULL;
    content = X509_EXTENSION_get_data(OCSP_SINGLERESP_get_ext(single, at));
    return ASN1_item_unpack(content, item);
}

static bool read_number(OCSP_SINGLERESP *single, int at, uint64_t *number)
{
    ASN1_INTEGER *value = unpack(single, at, ASN1_ITEM_rptr(ASN1_INTEGER));
    bool good = value && ASN1_INTEGER_get_uint64(number, value) && *number >= 1 &&
                *number <= MN_VALIDITY_NUMBER_MAX;

    ASN1_INTEGER_free(value);
    return good;
}

static bool read_hash(OCSP_SINGLERESP *single, int at, uint8_t *hash)
{
    X509_SIG *value = unpack(single, at, ASN1_ITEM_rptr(X509_SIG));
    const X509_ALGOR *algorithm;
    const ASN1_OCTET_STRING *digest;
    const ASN1_OBJECT *name;
    bool good = false;

    if (!value)
        return false;
    X509_SIG_get0(value, &algorithm, &digest);
    X509_ALGOR_get0(&name, NULL, NULL, algorithm);
    if (OBJ_obj2nid(name) == NID_sha256 &&
        ASN1_STRING_length(digest) == MN_CERTIFICATE_HASH_BYTES) {
        memcpy(hash, ASN1_STRING_get0_data(digest), MN_CERTIFICATE_HASH_BYTES);
        good = true;
    }
    X509_SIG_free(value);
    return good;
}

mn_rc mn_validity_extension_read(OCSP_SINGLERESP *single, uint64_t *number,
                                 uint8_t hash[MN_CERTIFICATE_HASH_BYTES])
{
    int number_at = find(single, NUMBER_OID), hash_at = find(single, CERT_HASH_OID);

    for (int i = 0; i < OCSP_SINGLERESP_get_ext_count(single); i++)
        if (i != number_at && i != hash_at &&
            X509_EXTENSION_get_critical(OCSP_SINGLERESP_get_ext(single, i)))
            return MN_E_DAMAGED;
    return read_number(single, number_at, number) && read_hash(single, hash_at, hash)
               ? MN_OK
               : MN_E_DAMAGED;
}
