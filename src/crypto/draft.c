#include "crypto/draft.h"

#include <stdio.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#define MN_LOG_ROOM "crypto"
#include "base/log.h"
#include "crypto/context.h"
#include "crypto/extension.h"
#include "crypto/handle.h"
#include "crypto/random.h"

#define SERIAL_BYTES 16
#define COMMON_NAME  64  /* ub-common-name (RFC 5280, A.1) */
#define STREET       128 /* ub-street-address (X.520, C) */
#define MAIL_MAX     255 /* ub-emailaddress-length (RFC 5280, A.1) */
#define URL_MAX      2048

/* Where the first count characters of text end, or the text does. -1: not UTF-8. */
static int end_of(const char *text, int count)
{
    int at = 0, len = (int)strlen(text);
    unsigned long c;

    for (; count > 0 && at < len; count--) {
        int n = UTF8_getc((const unsigned char *)text + at, len - at, &c);

        if (n <= 0 || c < 0x20)
            return -1;
        at += n;
    }
    return at;
}

static bool is_text(const char *text, int max)
{
    int end = strlen(text) <= (size_t)max * 4 ? end_of(text, max) : -1;

    return end > 0 && text[end] == 0;
}

static bool is_good(const struct mn_draft *draft)
{
    return draft->name && is_text(draft->name, MN_DRAFT_NAME_MAX) &&
           (!draft->address || is_text(draft->address, MN_DRAFT_ADDRESS_MAX)) &&
           draft->birth_year <= 9999 &&
           (!draft->mail || mn_extension_is_ascii(draft->mail, MAIL_MAX)) &&
           (!draft->ocsp_url || mn_extension_is_ascii(draft->ocsp_url, URL_MAX)) &&
           draft->not_before < draft->not_after;
}

/* As an RDN of its own, at the end. */
static bool add_entry(X509_NAME *subject, int nid, const char *text, int len)
{
    ASN1_STRING *value = ASN1_UTF8STRING_new();
    X509_NAME_ENTRY *entry = X509_NAME_ENTRY_new();
    bool good =
        value && entry && ASN1_STRING_set(value, text, len) &&
        X509_NAME_ENTRY_set_object(entry, OBJ_nid2obj(nid)) &&
        X509_NAME_ENTRY_set_data(entry, V_ASN1_UTF8STRING, ASN1_STRING_get0_data(value), len) &&
        X509_NAME_add_entry(subject, entry, -1, 0);

    X509_NAME_ENTRY_free(entry);
    ASN1_STRING_free(value);
    return good;
}

static bool add_name(X509_NAME *subject, const char *name)
{
    int end = end_of(name, COMMON_NAME);

    return add_entry(subject, NID_commonName, name, end) &&
           (name[end] == 0 || add_entry(subject, NID_name, name, (int)strlen(name)));
}

static bool add_address(X509_NAME *subject, const char *address)
{
    while (*address) {
        int end = end_of(address, STREET);

        if (!add_entry(subject, NID_streetAddress, address, end))
            return false;
        address += end;
    }
    return true;
}

static bool add_birth_year(X509_NAME *subject, unsigned year)
{
    char text[32];
    int len = snprintf(text, sizeof text, "birth year %04u", year);

    return add_entry(subject, NID_description, text, len);
}

static bool set_names(X509 *x, const struct mn_draft *draft)
{
    X509_NAME *subject = X509_NAME_new();
    bool good = subject && add_name(subject, draft->name) &&
                (!draft->address || add_address(subject, draft->address)) &&
                (draft->birth_year == 0 || add_birth_year(subject, draft->birth_year)) &&
                X509_set_subject_name(x, subject) && X509_set_issuer_name(x, subject);

    X509_NAME_free(subject);
    return good;
}

static bool set_serial(X509 *x)
{
    uint8_t bytes[SERIAL_BYTES];
    BIGNUM *number = NULL;
    bool good = false;

    if (mn_random(bytes, sizeof bytes) != MN_OK)
        return false;
    number = BN_bin2bn(bytes, sizeof bytes, NULL);
    if (number && !BN_is_zero(number))
        good = BN_to_ASN1_INTEGER(number, X509_get_serialNumber(x)) != NULL;
    BN_free(number);
    return good;
}

/* subjectKeyIdentifier comes before authorityKeyIdentifier, which is copied from it. */
static bool set_extensions(X509 *x, const struct mn_draft *draft, enum mn_key_kind kind)
{
    const char *usage = kind == MN_KEY_RSA
                            ? "critical,digitalSignature,nonRepudiation,keyEncipherment"
                            : "critical,digitalSignature,nonRepudiation,keyAgreement";
    const struct {
        int nid;
        const char *value;
    } rows[] = {
        {NID_basic_constraints, "critical,CA:FALSE"},
        {NID_key_usage, usage},
        {NID_ext_key_usage, "emailProtection,clientAuth,1.3.6.1.5.5.7.3.36"},
        {NID_subject_key_identifier, "hash"},
    };
    STACK_OF(X509_EXTENSION) *list = NULL;
    bool good = true;

    for (size_t i = 0; good && i < sizeof rows / sizeof rows[0]; i++)
        good = mn_extension_add(&list, x, rows[i].nid, rows[i].value);
    if (good && draft->mail)
        good = mn_extension_add_mail(&list, draft->mail);
    if (good && draft->ocsp_url)
        good = mn_extension_add_ocsp(&list, draft->ocsp_url);
    for (int i = 0; good && i < sk_X509_EXTENSION_num(list); i++)
        good = X509_add_ext(x, sk_X509_EXTENSION_value(list, i), -1);
    sk_X509_EXTENSION_pop_free(list, X509_EXTENSION_free);
    return good;
}

static bool add_authority(X509 *x)
{
    STACK_OF(X509_EXTENSION) *list = NULL;
    bool good = mn_extension_add(&list, x, NID_authority_key_identifier, "keyid:always") &&
                X509_add_ext(x, sk_X509_EXTENSION_value(list, 0), -1);

    sk_X509_EXTENSION_pop_free(list, X509_EXTENSION_free);
    return good;
}

static bool fill(OSSL_LIB_CTX *lib, X509 *x, const struct mn_draft *draft,
                 const struct mn_private_key *key)
{
    EVP_PKEY *handle = mn_private_key_handle(key);
    EVP_MD *md = EVP_MD_fetch(lib, mn_extension_hash(handle), NULL);
    bool good = md && X509_set_version(x, X509_VERSION_3) && set_serial(x) && set_names(x, draft) &&
                ASN1_TIME_set(X509_getm_notBefore(x), draft->not_before) &&
                ASN1_TIME_set(X509_getm_notAfter(x), draft->not_after) &&
                X509_set_pubkey(x, handle) && set_extensions(x, draft, mn_private_key_kind(key)) &&
                add_authority(x) && X509_sign(x, handle, md) > 0;

    EVP_MD_free(md);
    return good;
}

mn_rc mn_draft_issue(const struct mn_draft *draft, const struct mn_private_key *key,
                     struct mn_bytes *out)
{
    OSSL_LIB_CTX *lib = mn_crypto_enter();
    X509 *x = NULL;
    unsigned char *der = NULL;
    int len;
    mn_rc rc = MN_E_CRYPTO;

    if (!lib)
        goto out;
    mn_crypto_draws();
    rc = MN_E_ARGUMENT;
    if (!is_good(draft))
        goto out;
    rc = MN_E_CRYPTO;
    x = X509_new_ex(lib, NULL);
    if (!x || !fill(lib, x, draft, key))
        goto out;
    len = i2d_X509(x, &der);
    rc = mn_handle_keep(out, der, len);
out:
    if (rc != MN_OK)
        mn_log_error("no certificate was made: %s", mn_rc_name(rc));
    X509_free(x);
    mn_crypto_leave();
    return rc;
}
