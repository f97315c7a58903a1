#include "crypto/revocation_list.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#define MN_LOG_ROOM "crypto"
#include "base/log.h"
#include "crypto/context.h"
#include "crypto/handle.h"
#include "crypto/library.h"
#include "crypto/revocation_scope.h"

struct mn_revocation_list {
    X509_CRL *crl;
    EVP_PKEY *key;             /* that signed it */
    ISSUING_DIST_POINT *point; /* NULL: it has none */
    time_t from, until;
};

static mn_rc read_der(OSSL_LIB_CTX *lib, struct mn_span der, X509_CRL **out)
{
    const unsigned char *at = der.ptr;
    X509_CRL *crl;
    X509 *x;

    if (der.len == 0 || der.ptr[0] != 0x30)
        return MN_E_FORMAT;
    crl = X509_CRL_new_ex(lib, NULL);
    if (crl && d2i_X509_CRL(&crl, &at, (long)der.len) && at == der.ptr + der.len) {
        *out = crl;
        return MN_OK;
    }
    X509_CRL_free(crl);
    x = mn_handle_read_certificate(lib, der); /* which is easily given instead */
    X509_free(x);
    return x ? MN_E_FORMAT : MN_E_DAMAGED;
}

/* The one block of PEM in the text that is a list. */
static mn_rc read_pem(OSSL_LIB_CTX *lib, struct mn_span text, X509_CRL **out)
{
    BIO *bio = BIO_new_mem_buf(text.ptr, (int)text.len);
    char *name = NULL, *header = NULL;
    unsigned char *der = NULL;
    long len = 0;
    mn_rc rc = bio ? MN_E_FORMAT : MN_E_CRYPTO;

    while ((rc == MN_E_FORMAT || rc == MN_OK) &&
           PEM_read_bio(bio, &name, &header, &der, &len) > 0) {
        if (strcmp(name, PEM_STRING_X509_CRL) == 0)
            rc = *out ? MN_E_DAMAGED : read_der(lib, mn_span(der, (size_t)len), out);
        OPENSSL_free(name);
        OPENSSL_free(header);
        OPENSSL_free(der);
    }
    BIO_free(bio);
    return rc;
}

static mn_rc read_file(OSSL_LIB_CTX *lib, struct mn_span file, X509_CRL **out)
{
    static const char mark[] = "-----BEGIN X509 CRL-----";

    if (file.len > MN_REVOCATION_LIST_MAX)
        return MN_E_EXCESSIVE;
    if (file.len > 0 && file.ptr[0] != 0x30 && memmem(file.ptr, file.len, mark, sizeof mark - 1))
        return read_pem(lib, file, out);
    return read_der(lib, file, out);
}

/* Each of them once, and none that is critical and not among those known. */
static mn_rc check_extensions(const STACK_OF(X509_EXTENSION) * list, const int *known, size_t count)
{
    for (int i = 0; i < X509v3_get_ext_count(list); i++) {
        X509_EXTENSION *one = X509v3_get_ext(list, i);
        ASN1_OBJECT *name = X509_EXTENSION_get_object(one);
        bool is_known = false;

        if (X509v3_get_ext_by_OBJ(list, name, i) >= 0)
            return MN_E_DAMAGED;
        for (size_t n = 0; n < count && !is_known; n++)
            is_known = OBJ_obj2nid(name) == known[n];
        if (!is_known && X509_EXTENSION_get_critical(one))
            return MN_E_UNSUPPORTED;
    }
    return MN_OK;
}

/* That an entry is about another issuer's certificate may be said in an indirect list only (RFC
 * 5280, 5.3.3). */
static mn_rc check_entry(const X509_REVOKED *entry, bool indirect)
{
    static const int known[] = {NID_crl_reason, NID_invalidity_date, NID_certificate_issuer};
    mn_rc rc = check_extensions(X509_REVOKED_get0_extensions(entry), known,
                                sizeof known / sizeof known[0]);
    int critical = -1;
    GENERAL_NAMES *issuer;
    ASN1_ENUMERATED *reason;

    if (rc != MN_OK)
        return rc;
    issuer = X509_REVOKED_get_ext_d2i(entry, NID_certificate_issuer, &critical, NULL);
    if (critical != -1 && (!issuer || !indirect))
        rc = MN_E_DAMAGED;
    GENERAL_NAMES_free(issuer);
    reason = X509_REVOKED_get_ext_d2i(entry, NID_crl_reason, &critical, NULL);
    if (critical != -1 && !reason)
        rc = MN_E_DAMAGED;
    ASN1_ENUMERATED_free(reason);
    return rc;
}

static mn_rc check_content(struct mn_revocation_list *list)
{
    static const int known[] = {NID_issuing_distribution_point, NID_authority_key_identifier,
                                NID_crl_number, NID_issuer_alt_name, NID_freshest_crl};
    STACK_OF(X509_REVOKED) *entries = X509_CRL_get_REVOKED(list->crl);
    mn_rc rc = check_extensions(X509_CRL_get0_extensions(list->crl), known,
                                sizeof known / sizeof known[0]);
    int critical = -1;

    if (rc != MN_OK)
        return rc;
    if (X509_CRL_get_ext_by_NID(list->crl, NID_delta_crl, -1) >= 0)
        return MN_E_UNSUPPORTED;
    list->point = X509_CRL_get_ext_d2i(list->crl, NID_issuing_distribution_point, &critical, NULL);
    if (critical != -1 && !list->point)
        return MN_E_DAMAGED;
    for (int i = 0; rc == MN_OK && i < sk_X509_REVOKED_num(entries); i++)
        rc = check_entry(sk_X509_REVOKED_value(entries, i),
                         list->point && list->point->indirectCRL > 0);
    return rc;
}

static bool read_time(const ASN1_TIME *from, time_t *to)
{
    struct tm utc = {0};

    if (!from || !ASN1_TIME_to_tm(from, &utc))
        return false;
    *to = timegm(&utc);
    return true;
}

/* SHA-1 and what is older proves nothing any more. */
static bool is_strong(const X509_CRL *crl)
{
    int nid = X509_CRL_get_signature_nid(crl);

    return nid == NID_sha256WithRSAEncryption || nid == NID_sha384WithRSAEncryption ||
           nid == NID_sha512WithRSAEncryption || nid == NID_ecdsa_with_SHA256 ||
           nid == NID_ecdsa_with_SHA384 || nid == NID_ecdsa_with_SHA512;
}

/* By the names, the key identifiers, the right to sign lists, and the signature. */
static mn_rc check_signature(X509_CRL *crl, X509 *issuer)
{
    AUTHORITY_KEYID *id = X509_CRL_get_ext_d2i(crl, NID_authority_key_identifier, NULL, NULL);
    bool named = X509_NAME_cmp(X509_CRL_get_issuer(crl), X509_get_subject_name(issuer)) == 0 &&
                 (!id || X509_check_akid(issuer, id) == X509_V_OK);
    EVP_PKEY *key = X509_get0_pubkey(issuer);

    AUTHORITY_KEYID_free(id);
    if (!named || !(X509_get_key_usage(issuer) & KU_CRL_SIGN))
        return MN_E_OTHER_AUTHORITY;
    if (!key)
        return MN_E_BAD_CERTIFICATE;
    if (!is_strong(crl))
        return MN_E_UNSUPPORTED;
    return X509_CRL_verify(crl, key) == 1 ? MN_OK : MN_E_BAD_SIGNATURE;
}

static mn_rc read_list(OSSL_LIB_CTX *lib, struct mn_span file, struct mn_span issuer,
                       struct mn_revocation_list *list)
{
    X509 *above;
    const ASN1_TIME *until;
    mn_rc rc = read_file(lib, file, &list->crl);

    if (rc != MN_OK)
        return rc;
    above = mn_handle_read_certificate(lib, issuer);
    if (!above)
        return MN_E_BAD_CERTIFICATE;
    rc = check_signature(list->crl, above);
    if (rc == MN_OK && !(list->key = X509_get_pubkey(above)))
        rc = MN_E_CRYPTO;
    X509_free(above);
    if (rc == MN_OK)
        rc = check_content(list);
    if (rc != MN_OK)
        return rc;
    until = X509_CRL_get0_nextUpdate(list->crl);
    return read_time(X509_CRL_get0_lastUpdate(list->crl), &list->from) &&
                   (!until || read_time(until, &list->until))
               ? MN_OK
               : MN_E_DAMAGED;
}

mn_rc mn_revocation_list_read(struct mn_span file, struct mn_span issuer,
                              struct mn_revocation_list **out)
{
    OSSL_LIB_CTX *lib = mn_crypto_enter();
    struct mn_revocation_list *list = NULL;
    mn_rc rc = MN_E_CRYPTO;

    *out = NULL;
    if (!lib)
        goto out;
    rc = MN_E_MEMORY;
    list = calloc(1, sizeof *list);
    if (!list)
        goto out;
    rc = read_list(lib, file, issuer, list);
    if (rc != MN_OK)
        goto out;
    *out = list;
    list = NULL;
out:
    if (rc != MN_OK)
        mn_log_info("a list of revocations is refused: %s", mn_rc_name(rc));
    mn_revocation_list_free(&list);
    mn_crypto_leave();
    return rc;
}

void mn_revocation_list_free(struct mn_revocation_list **list)
{
    if (!*list)
        return;
    if (mn_crypto_usable()) {
        ISSUING_DIST_POINT_free((*list)->point);
        EVP_PKEY_free((*list)->key);
        X509_CRL_free((*list)->crl);
    }
    free(*list);
    *list = NULL;
}

void mn_revocation_list_times(const struct mn_revocation_list *list, time_t *from, time_t *until)
{
    *from = list->from;
    *until = list->until;
}

static mn_rc read_entry(const X509_REVOKED *entry, struct mn_revocation_finding *to)
{
    ASN1_ENUMERATED *reason = X509_REVOKED_get_ext_d2i(entry, NID_crl_reason, NULL, NULL);
    long number = reason ? ASN1_ENUMERATED_get(reason) : MN_REASON_UNSPECIFIED;

    ASN1_ENUMERATED_free(reason);
    to->revoked = true;
    to->reason = (enum mn_revocation_reason)number;
    if (number < 0 || number > INT_MAX || !mn_revocation_reason_name(to->reason))
        to->reason = MN_REASON_UNSPECIFIED;
    return read_time(X509_REVOKED_get0_revocationDate(entry), &to->when) ? MN_OK : MN_E_DAMAGED;
}

/* A CA keeps its name when it gets a new key, as JPKI's do every few years, and each key has lists
 * of its own: a certificate under the issuer's name is its only if the same key signed it. */
static bool is_of_other_key(const struct mn_revocation_list *list, X509 *x)
{
    return X509_NAME_cmp(X509_get_issuer_name(x), X509_CRL_get_issuer(list->crl)) == 0 &&
           X509_verify(x, list->key) != 1;
}

mn_rc mn_revocation_list_find_parsed(const struct mn_revocation_list *list,
                                     const struct mn_parsed_certificate *certificate,
                                     struct mn_revocation_finding *out)
{
    OSSL_LIB_CTX *lib = mn_crypto_enter();
    X509 *x = mn_parsed_certificate_handle(certificate);
    struct mn_revocation_finding found = {0};
    X509_REVOKED *entry = NULL;
    mn_rc rc = MN_E_CRYPTO;

    *out = (struct mn_revocation_finding){0};
    if (!lib)
        goto out;
    rc = MN_E_OTHER_CERTIFICATE;
    if (!mn_revocation_scope_has(X509_CRL_get_issuer(list->crl), list->point, x, &found.partial) ||
        is_of_other_key(list, x))
        goto out;
    /* 1: there; 2: there as removeFromCRL. By serial number and the issuer that the entry has. */
    rc = X509_CRL_get0_by_cert(list->crl, &entry, x) == 1 ? read_entry(entry, &found) : MN_OK;
    if (rc == MN_OK)
        *out = found;
out:
    mn_crypto_leave();
    return rc;
}

mn_rc mn_revocation_list_find(const struct mn_revocation_list *list, struct mn_span certificate,
                              struct mn_revocation_finding *out)
{
    struct mn_parsed_certificate *parsed;
    mn_rc rc = mn_parsed_certificate_new(certificate, &parsed);

    *out = (struct mn_revocation_finding){0};
    if (rc == MN_OK)
        rc = mn_revocation_list_find_parsed(list, parsed, out);
    mn_parsed_certificate_free(&parsed);
    return rc;
}
