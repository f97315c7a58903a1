#include "crypto/issued.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/safestack.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "crypto/context.h"
#include "crypto/handle.h"

#define BIRTH_YEAR "birth year " /* how a description begins that is one (draft.h) */

static bool has_birth_year(const X509_NAME *name)
{
    for (int at = -1; (at = X509_NAME_get_index_by_NID(name, NID_description, at)) >= 0;) {
        const ASN1_STRING *text = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at));
        struct mn_span span =
            mn_span(ASN1_STRING_get0_data(text), (size_t)ASN1_STRING_length(text));
        if (mn_span_begins(span, mn_span(BIRTH_YEAR, strlen(BIRTH_YEAR))))
            return true;
    }
    return false;
}

/* A copy of an IA5String; NULL also where a NUL in it hides what follows. */
static char *copy(const ASN1_STRING *text)
{
    char *string =
        strndup((const char *)ASN1_STRING_get0_data(text), (size_t)ASN1_STRING_length(text));
    if (string && strlen(string) != (size_t)ASN1_STRING_length(text)) {
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

mn_rc mn_issued_read(struct mn_span certificate, struct mn_issued *out)
{
    OSSL_LIB_CTX *lib = mn_crypto_enter();
    X509 *x = NULL;
    mn_rc rc = MN_E_CRYPTO;

    *out = (struct mn_issued){0};
    if (!lib)
        goto out;
    rc = MN_E_BAD_CERTIFICATE;
    x = mn_handle_read_certificate(lib, certificate);
    if (!x)
        goto out;
    out->birth_year = has_birth_year(X509_get_subject_name(x));
    out->mail = first_mail(x);
    out->ocsp_url = first_ocsp(x);
    rc = MN_OK;
out:
    X509_free(x);
    mn_crypto_leave();
    return rc;
}

void mn_issued_release(struct mn_issued *issued)
{
    free(issued->mail);
    free(issued->ocsp_url);
    *issued = (struct mn_issued){0};
}
