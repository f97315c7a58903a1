#include "crypto/extension.h"

#include <string.h>

#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include "crypto/handle.h"

/* Puts it at the end of the list and takes it over, whatever happens. */
static bool append(STACK_OF(X509_EXTENSION) * *list, X509_EXTENSION *extension)
{
    bool good = extension && X509v3_add_ext(list, extension, -1);

    X509_EXTENSION_free(extension);
    return good;
}

bool mn_extension_add(STACK_OF(X509_EXTENSION) * *list, X509 *subject, int nid, const char *value)
{
    X509V3_CTX ctx;

    X509V3_set_ctx(&ctx, subject, subject, NULL, NULL, 0);
    return append(list, X509V3_EXT_conf_nid(NULL, &ctx, nid, value));
}

/* A name of this type (GEN_...) with this text. */
static GENERAL_NAME *name_of(int type, const char *text)
{
    GENERAL_NAME *name = GENERAL_NAME_new();
    ASN1_IA5STRING *value = ASN1_IA5STRING_new();

    if (name && value && ASN1_STRING_set(value, text, (int)strlen(text))) {
        GENERAL_NAME_set0_value(name, type, value);
        return name;
    }
    ASN1_IA5STRING_free(value);
    GENERAL_NAME_free(name);
    return NULL;
}

bool mn_extension_add_mail(STACK_OF(X509_EXTENSION) * *list, const char *mail)
{
    GENERAL_NAMES *names = sk_GENERAL_NAME_new_null();
    GENERAL_NAME *name = name_of(GEN_EMAIL, mail);
    bool good = false;

    if (names && name && sk_GENERAL_NAME_push(names, name)) {
        name = NULL;
        good = append(list, X509V3_EXT_i2d(NID_subject_alt_name, 0, names));
    }
    GENERAL_NAME_free(name);
    GENERAL_NAMES_free(names);
    return good;
}

bool mn_extension_add_ocsp(STACK_OF(X509_EXTENSION) * *list, const char *url)
{
    AUTHORITY_INFO_ACCESS *places = sk_ACCESS_DESCRIPTION_new_null();
    ACCESS_DESCRIPTION *place = ACCESS_DESCRIPTION_new();
    GENERAL_NAME *name = name_of(GEN_URI, url);
    bool good = false;

    if (places && place && name) {
        ASN1_OBJECT_free(place->method);
        place->method = OBJ_nid2obj(NID_ad_OCSP);
        GENERAL_NAME_free(place->location);
        place->location = name;
        name = NULL;
        if (sk_ACCESS_DESCRIPTION_push(places, place)) {
            place = NULL;
            good = append(list, X509V3_EXT_i2d(NID_info_access, 0, places));
        }
    }
    GENERAL_NAME_free(name);
    ACCESS_DESCRIPTION_free(place);
    AUTHORITY_INFO_ACCESS_free(places);
    return good;
}

bool mn_extension_is_ascii(const char *text, size_t max)
{
    size_t len = strlen(text);

    for (size_t i = 0; i < len; i++)
        if (text[i] <= 0x20 || text[i] >= 0x7F)
            return false;
    return len > 0 && len <= max;
}

const char *mn_extension_hash(const EVP_PKEY *key)
{
    switch (mn_handle_kind(key) == MN_KEY_EC ? mn_handle_order_len(key) : 0) {
    case 48:
        return "SHA384";
    case 66:
        return "SHA512";
    default:
        return "SHA256";
    }
}
