#include "crypto/issued.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/asn1.h>
#include <openssl/objects.h>
#include <openssl/safestack.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "crypto/context.h"
#include "crypto/extension.h"
#include "crypto/handle.h"

#define BIRTH_YEAR  "birth year " /* how a description begins that is one (draft.h) */
#define COMMON_NAME 64            /* ub-common-name (RFC 5280, A.1) */
#define URL_MAX     2048

/* Where the names are collected; good as long as they are what mn_draft_issue writes. */
struct reading {
    struct mn_issued *issued;
    struct mn_bytes common, whole, address; /* commonName, name, streetAddress */
    bool plain;
    mn_rc rc;
};

/* The first count characters of text end there; the whole where it has fewer. -1 when it is not
 * UTF-8, or has a control character. */
static int end_of(struct mn_span text, int count)
{
    size_t at = 0;

    for (; count > 0 && at < text.len; count--) {
        unsigned long c;
        int n = UTF8_getc(text.ptr + at, (int)(text.len - at), &c);

        if (n <= 0 || c < 0x20 || (c >= 0x7F && c < 0xA0))
            return -1;
        at += (size_t)n;
    }
    return (int)at;
}

static void take(struct reading *r, struct mn_bytes *to, bool once, struct mn_span text)
{
    if (end_of(text, INT_MAX) <= 0 || (once && to->len > 0))
        r->plain = false;
    else if (r->rc == MN_OK)
        r->rc = mn_bytes_append(to, text);
}

static void take_birth_year(struct reading *r, struct mn_span text)
{
    const size_t head = strlen(BIRTH_YEAR);
    unsigned year = 0;

    r->plain = r->plain && r->issued->birth_year == 0 && text.len == head + 4 &&
               mn_span_begins(text, mn_span(BIRTH_YEAR, head));
    for (size_t i = head; r->plain && i < text.len; i++) {
        r->plain = text.ptr[i] >= '0' && text.ptr[i] <= '9';
        year = year * 10 + text.ptr[i] - '0';
    }
    if (r->plain)
        r->issued->birth_year = year;
}

static void take_entry(struct reading *r, const X509_NAME_ENTRY *entry)
{
    const ASN1_STRING *value = X509_NAME_ENTRY_get_data(entry);
    struct mn_span text = mn_span(ASN1_STRING_get0_data(value), (size_t)ASN1_STRING_length(value));

    if (ASN1_STRING_type(value) != V_ASN1_UTF8STRING) {
        r->plain = false;
        return;
    }
    switch (OBJ_obj2nid(X509_NAME_ENTRY_get_object(entry))) {
    case NID_commonName:
        take(r, &r->common, true, text);
        break;
    case NID_name:
        take(r, &r->whole, true, text);
        break;
    case NID_streetAddress:
        take(r, &r->address, false, text);
        break;
    case NID_description:
        take_birth_year(r, text);
        break;
    default:
        r->plain = false;
    }
}

static char *string_of(struct reading *r, const struct mn_bytes *bytes)
{
    char *string = bytes->len > 0 ? strndup((const char *)bytes->ptr, bytes->len) : NULL;

    if (bytes->len > 0 && !string)
        r->rc = MN_E_MEMORY;
    return string;
}

/* A long name stands there twice: its first characters, and all of it. */
static void read_names(struct reading *r, const X509_NAME *subject)
{
    int head;

    for (int i = 0; i < X509_NAME_entry_count(subject); i++)
        take_entry(r, X509_NAME_get_entry(subject, i));
    if (r->whole.len > 0) {
        head = end_of(mn_bytes_span(&r->whole), COMMON_NAME);
        r->plain = r->plain && head > 0 && (size_t)head < r->whole.len &&
                   mn_span_equal(mn_bytes_span(&r->common), mn_span(r->whole.ptr, (size_t)head));
    }
    r->issued->name = string_of(r, r->whole.len > 0 ? &r->whole : &r->common);
    r->issued->address = string_of(r, &r->address);
}

/* No other names of the owner: not of a server either, for instance. */
static bool has_plain_alternatives(const X509 *x)
{
    int critical;
    GENERAL_NAMES *names = X509_get_ext_d2i(x, NID_subject_alt_name, &critical, NULL);
    bool plain = names || critical == -1; /* or none at all */

    for (int i = 0; i < sk_GENERAL_NAME_num(names); i++)
        plain = plain && sk_GENERAL_NAME_value(names, i)->type == GEN_EMAIL;
    GENERAL_NAMES_free(names);
    return plain && X509_get_ext_by_NID(x, NID_issuer_alt_name, -1) < 0;
}

/* Byte for byte: X509_NAME_cmp passes over case and spaces. */
static bool names_itself(const X509 *x)
{
    const unsigned char *subject, *issuer;
    size_t subject_len, issuer_len;

    return X509_NAME_get0_der(X509_get_subject_name(x), &subject, &subject_len) &&
           X509_NAME_get0_der(X509_get_issuer_name(x), &issuer, &issuer_len) &&
           mn_span_equal(mn_span(subject, subject_len), mn_span(issuer, issuer_len));
}

static mn_rc read_owner(X509 *x, struct mn_issued *out)
{
    struct reading r = {.issued = out, .plain = true, .rc = MN_OK};

    read_names(&r, X509_get_subject_name(x));
    out->plain = r.plain && out->name && names_itself(x) && has_plain_alternatives(x) &&
                 !(X509_get_extension_flags(x) & (EXFLAG_CA | EXFLAG_INVALID));
    mn_bytes_free(&r.common);
    mn_bytes_free(&r.whole);
    mn_bytes_free(&r.address);
    return r.rc;
}

/* A copy of an IA5String of graphic characters; NULL for anything else. */
static char *copy(const ASN1_STRING *text)
{
    char *string =
        strndup((const char *)ASN1_STRING_get0_data(text), (size_t)ASN1_STRING_length(text));
    if (string && (strlen(string) != (size_t)ASN1_STRING_length(text) ||
                   !mn_extension_is_ascii(string, URL_MAX))) {
        free(string);
        string = NULL;
    }
    return string;
}

static char *first_mail(const X509 *x)
{
    GENERAL_NAMES *names = X509_get_ext_d2i(x, NID_subject_alt_name, NULL, NULL);
    char *mail = NULL;
    for (int i = 0; i < sk_GENERAL_NAME_num(names) && !mail; i++) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
        if (name->type == GEN_EMAIL)
            mail = copy(name->d.rfc822Name);
    }
    GENERAL_NAMES_free(names);
    return mail;
}

static char *first_ocsp(const X509 *x)
{
    AUTHORITY_INFO_ACCESS *access = X509_get_ext_d2i(x, NID_info_access, NULL, NULL);
    char *url = NULL;
    for (int i = 0; i < sk_ACCESS_DESCRIPTION_num(access) && !url; i++) {
        const ACCESS_DESCRIPTION *one = sk_ACCESS_DESCRIPTION_value(access, i);
        if (OBJ_obj2nid(one->method) == NID_ad_OCSP && one->location->type == GEN_URI)
            url = copy(one->location->d.uniformResourceIdentifier);
    }
    AUTHORITY_INFO_ACCESS_free(access);
    return url;
}

mn_rc mn_issued_read_parsed(const struct mn_parsed_certificate *parsed, struct mn_issued *out)
{
    OSSL_LIB_CTX *lib = mn_crypto_enter();
    X509 *x = mn_parsed_certificate_handle(parsed);
    mn_rc rc = MN_E_CRYPTO;

    *out = (struct mn_issued){0};
    if (!lib)
        goto out;
    rc = read_owner(x, out);
    if (rc != MN_OK)
        goto out;
    out->mail = first_mail(x);
    out->ocsp_url = first_ocsp(x);
out:
    if (rc != MN_OK)
        mn_issued_release(out);
    mn_crypto_leave();
    return rc;
}

mn_rc mn_issued_read(struct mn_span certificate, struct mn_issued *out)
{
    struct mn_parsed_certificate *parsed;
    mn_rc rc = mn_parsed_certificate_new(certificate, &parsed);

    *out = (struct mn_issued){0};
    if (rc == MN_OK)
        rc = mn_issued_read_parsed(parsed, out);
    mn_parsed_certificate_free(&parsed);
    return rc;
}

void mn_issued_release(struct mn_issued *issued)
{
    free(issued->name);
    free(issued->address);
    free(issued->mail);
    free(issued->ocsp_url);
    *issued = (struct mn_issued){0};
}

mn_rc mn_issued_check_possession_parsed(const struct mn_parsed_certificate *parsed)
{
    OSSL_LIB_CTX *lib = mn_crypto_enter();
    X509 *x = mn_parsed_certificate_handle(parsed);
    EVP_PKEY *key = lib ? X509_get0_pubkey(x) : NULL;
    mn_rc rc = lib ? MN_E_BAD_CERTIFICATE : MN_E_CRYPTO;

    if (key)
        rc = X509_verify(x, key) == 1 ? MN_OK : MN_E_BAD_SIGNATURE;
    mn_crypto_leave();
    return rc;
}

mn_rc mn_issued_check_possession(struct mn_span certificate)
{
    struct mn_parsed_certificate *parsed;
    mn_rc rc = mn_parsed_certificate_new(certificate, &parsed);

    if (rc == MN_OK)
        rc = mn_issued_check_possession_parsed(parsed);
    mn_parsed_certificate_free(&parsed);
    return rc;
}
