#include "crypto/revocation_draft.h"

#include <stdlib.h>

#include <openssl/asn1t.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#define MN_LOG_ROOM "crypto"
#include "base/log.h"
#include "crypto/context.h"
#include "crypto/handle.h"
#include "crypto/library.h"
#include "crypto/signature_suite.h"

/* TBSCertList and CertificateList. OpenSSL's own can only be signed with a key that it holds. */
struct content {
    ASN1_INTEGER *version;
    X509_ALGOR *algorithm;
    X509_NAME *issuer;
    ASN1_TIME *this_update, *next_update;
    STACK_OF(X509_REVOKED) * entries;
    STACK_OF(X509_EXTENSION) * extensions;
};

struct list {
    struct content *content;
    X509_ALGOR *algorithm;
    ASN1_BIT_STRING *signature;
};

/* OpenSSL's descriptions of them, at the end of this file. */
static const ASN1_ITEM *content_it(void);
static const ASN1_ITEM *list_it(void);

struct mn_revocation_draft {
    struct mn_cms_signer issuer;
    X509 *certificate;
    const struct mn_signature_suite *suite;
    struct list *list;
};

/* Adds one that is not critical. */
static bool add_extension(STACK_OF(X509_EXTENSION) * *to, int nid, void *value)
{
    X509_EXTENSION *extension = X509V3_EXT_i2d(nid, 0, value);
    bool good = extension && X509v3_add_ext(to, extension, -1);

    X509_EXTENSION_free(extension);
    return good;
}

static bool add_number(struct content *content, uint64_t number)
{
    ASN1_INTEGER *value = ASN1_INTEGER_new();
    bool good = value && ASN1_INTEGER_set_uint64(value, number) &&
                add_extension(&content->extensions, NID_crl_number, value);

    ASN1_INTEGER_free(value);
    return good;
}

/* The issuer's key by the name that its certificate gives it; nothing where it gives none. */
static bool add_authority(struct content *content, X509 *issuer)
{
    const ASN1_OCTET_STRING *id = X509_get0_subject_key_id(issuer);
    AUTHORITY_KEYID *value;
    bool good;

    if (!id)
        return true;
    value = AUTHORITY_KEYID_new();
    if (value)
        value->keyid = ASN1_OCTET_STRING_dup(id);
    good = value && value->keyid &&
           add_extension(&content->extensions, NID_authority_key_identifier, value);
    AUTHORITY_KEYID_free(value);
    return good;
}

/* ASN1_TIME_set takes the form that RFC 5280, 5.1.2.4, asks for at that time. */
static bool fill(struct mn_revocation_draft *draft, uint64_t number, time_t this_update,
                 time_t next_update)
{
    struct content *content;

    draft->list = (struct list *)(void *)ASN1_item_new(ASN1_ITEM_rptr(list));
    if (!draft->list)
        return false;
    content = draft->list->content;
    return ASN1_INTEGER_set(content->version, X509_CRL_VERSION_2) &&
           mn_signature_suite_write(draft->suite, content->algorithm) &&
           mn_signature_suite_write(draft->suite, draft->list->algorithm) &&
           X509_NAME_set(&content->issuer, X509_get_subject_name(draft->certificate)) &&
           ASN1_TIME_set(content->this_update, this_update) &&
           ASN1_TIME_set(content->next_update, next_update) &&
           add_authority(content, draft->certificate) && add_number(content, number);
}

mn_rc mn_revocation_draft_begin(const struct mn_cms_signer *issuer, uint64_t number,
                                time_t this_update, time_t next_update,
                                struct mn_revocation_draft **out)
{
    OSSL_LIB_CTX *lib = mn_crypto_enter();
    struct mn_revocation_draft *draft = NULL;
    mn_rc rc = MN_E_CRYPTO;

    *out = NULL;
    if (!lib)
        goto out;
    rc = MN_E_ARGUMENT;
    if (number == 0 || this_update <= 0 || this_update >= next_update)
        goto out;
    rc = MN_E_MEMORY;
    draft = calloc(1, sizeof *draft);
    if (!draft)
        goto out;
    draft->issuer = *issuer;
    rc = MN_E_BAD_CERTIFICATE;
    draft->certificate = mn_handle_read_certificate(lib, issuer->certificate);
    if (!draft->certificate)
        goto out;
    rc = MN_E_KEY_KIND;
    draft->suite = mn_signature_suite_of(draft->certificate);
    if (!draft->suite)
        goto out;
    rc = MN_E_CRYPTO;
    if (!fill(draft, number, this_update, next_update))
        goto out;
    *out = draft;
    draft = NULL;
    rc = MN_OK;
out:
    if (rc != MN_OK)
        mn_log_error("no list of revocations can be begun: %s", mn_rc_name(rc));
    mn_revocation_draft_free(&draft);
    mn_crypto_leave();
    return rc;
}

/* "unspecified" is said by leaving the reason out (RFC 5280, 5.3.1). */
static bool add_reason(X509_REVOKED *entry, enum mn_revocation_reason reason)
{
    ASN1_ENUMERATED *value;
    bool good;

    if (reason == MN_REASON_UNSPECIFIED)
        return true;
    value = ASN1_ENUMERATED_new();
    good = value && ASN1_ENUMERATED_set(value, (long)reason) &&
           X509_REVOKED_add1_ext_i2d(entry, NID_crl_reason, value, 0, 0) == 1;
    ASN1_ENUMERATED_free(value);
    return good;
}

static X509_REVOKED *entry_of(ASN1_INTEGER *serial, time_t when, enum mn_revocation_reason reason)
{
    X509_REVOKED *entry = X509_REVOKED_new();
    ASN1_TIME *at = ASN1_TIME_set(NULL, when);

    if (!entry || !at || !X509_REVOKED_set_serialNumber(entry, serial) ||
        !X509_REVOKED_set_revocationDate(entry, at) || !add_reason(entry, reason)) {
        X509_REVOKED_free(entry);
        entry = NULL;
    }
    ASN1_TIME_free(at);
    return entry;
}

static mn_rc add_entry(struct content *content, X509_REVOKED *entry)
{
    if (!content->entries)
        content->entries = sk_X509_REVOKED_new_null();
    if (!entry)
        return MN_E_CRYPTO;
    if (content->entries && sk_X509_REVOKED_push(content->entries, entry))
        return MN_OK;
    X509_REVOKED_free(entry);
    return MN_E_MEMORY;
}

mn_rc mn_revocation_draft_add(struct mn_revocation_draft *draft, struct mn_span serial, time_t when,
                              enum mn_revocation_reason reason)
{
    OSSL_LIB_CTX *lib = mn_crypto_enter();
    const unsigned char *at = serial.ptr;
    ASN1_INTEGER *number = NULL;
    mn_rc rc = MN_E_CRYPTO;

    if (!lib)
        goto out;
    rc = MN_E_ARGUMENT;
    if (when <= 0 || !mn_revocation_reason_name(reason) || serial.len == 0 || serial.len > 64)
        goto out;
    number = d2i_ASN1_INTEGER(NULL, &at, (long)serial.len);
    if (number && at == serial.ptr + serial.len)
        rc = add_entry(draft->list->content, entry_of(number, when, reason));
out:
    ASN1_INTEGER_free(number);
    mn_crypto_leave();
    return rc;
}

/* Goes into what stands at *at, or past it: one of this kind. *whole: all of its bytes. */
static bool step(const unsigned char **at, const unsigned char *end, int wanted, bool into,
                 struct mn_span *whole)
{
    const unsigned char *p = *at;
    int tag, class;
    long len;

    if (p >= end || ASN1_get_object(&p, &len, &tag, &class, end - p) & 0x81 || tag != wanted)
        return false;
    *whole = mn_span(*at, (size_t)(p - *at) + (size_t)len);
    *at = into ? p : p + len;
    return true;
}

/* Certificate, TBSCertificate, version [0] if it is there, serialNumber: to read all of it would
 * take long where there are many. */
static bool find_serial(struct mn_span certificate, struct mn_span *serial)
{
    const unsigned char *at = certificate.ptr, *end = at + certificate.len;
    struct mn_span whole;

    /* NOLINTNEXTLINE(misc-redundant-expression): each step goes on from where the last ended */
    return step(&at, end, V_ASN1_SEQUENCE, true, &whole) &&
           step(&at, end, V_ASN1_SEQUENCE, true, &whole) &&
           (step(&at, end, 0, false, &whole), step(&at, end, V_ASN1_INTEGER, false, serial));
}

mn_rc mn_revocation_draft_add_certificate(struct mn_revocation_draft *draft,
                                          struct mn_span certificate, time_t when,
                                          enum mn_revocation_reason reason)
{
    struct mn_span serial;
    bool found = mn_crypto_enter() && find_serial(certificate, &serial);

    mn_crypto_leave();
    return found ? mn_revocation_draft_add(draft, serial, when, reason) : MN_E_BAD_CERTIFICATE;
}

static mn_rc encode(const void *value, const ASN1_ITEM *item, struct mn_bytes *out)
{
    unsigned char *der = NULL;
    int len = ASN1_item_i2d((const ASN1_VALUE *)value, &der, item);

    return mn_handle_keep(out, der, len);
}

mn_rc mn_revocation_draft_finish(struct mn_revocation_draft *draft, struct mn_bytes *out)
{
    OSSL_LIB_CTX *lib = mn_crypto_enter();
    struct mn_bytes content = {0}, signature = {0};
    mn_rc rc = MN_E_CRYPTO;

    if (lib)
        rc = encode(draft->list->content, ASN1_ITEM_rptr(content), &content);
    if (rc == MN_OK)
        rc = mn_signature_suite_sign(lib, draft->suite, draft->certificate, &draft->issuer,
                                     mn_bytes_span(&content), &signature);
    if (rc == MN_OK)
        rc = mn_signature_suite_put(draft->list->signature, mn_bytes_span(&signature));
    if (rc == MN_OK)
        rc = encode(draft->list, ASN1_ITEM_rptr(list), out);
    if (rc != MN_OK)
        mn_log_error("no list of revocations was made: %s", mn_rc_name(rc));
    mn_bytes_free(&signature);
    mn_bytes_free(&content);
    mn_crypto_leave();
    return rc;
}

void mn_revocation_draft_free(struct mn_revocation_draft **draft)
{
    if (!*draft)
        return;
    if (mn_crypto_usable()) {
        X509_free((*draft)->certificate);
        ASN1_item_free((ASN1_VALUE *)(void *)(*draft)->list, ASN1_ITEM_rptr(list));
    }
    free(*draft);
    *draft = NULL;
}

/* clang-format off */
ASN1_SEQUENCE(content) = {
    ASN1_SIMPLE(struct content, version, ASN1_INTEGER),
    ASN1_SIMPLE(struct content, algorithm, X509_ALGOR),
    ASN1_SIMPLE(struct content, issuer, X509_NAME),
    ASN1_SIMPLE(struct content, this_update, ASN1_TIME),
    ASN1_SIMPLE(struct content, next_update, ASN1_TIME),
    ASN1_SEQUENCE_OF_OPT(struct content, entries, X509_REVOKED),
    ASN1_EXP_SEQUENCE_OF_OPT(struct content, extensions, X509_EXTENSION, 0),
} static_ASN1_SEQUENCE_END_name(struct content, content)

ASN1_SEQUENCE(list) = {
    ASN1_SIMPLE(struct list, content, content),
    ASN1_SIMPLE(struct list, algorithm, X509_ALGOR),
    ASN1_SIMPLE(struct list, signature, ASN1_BIT_STRING),
} static_ASN1_SEQUENCE_END_name(struct list, list)
