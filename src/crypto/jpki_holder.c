#include "crypto/jpki_holder.h"

#include <stddef.h>
#include <string.h>

#include <openssl/asn1.h>
#include <openssl/objects.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#define MN_LOG_ROOM "crypto"
#include "base/log.h"
#include "crypto/context.h"
#include "crypto/handle.h"

#define OID_MAX 40

/* Where each otherName goes (J-LIS's certificate profile). */
static const struct field {
    const char *oid;
    size_t offset;
} fields[] = {
    {"1.2.392.200149.8.5.5.1", offsetof(struct mn_jpki_holder, name)},
    {"1.2.392.200149.8.5.5.2", offsetof(struct mn_jpki_holder, name_substitutes)},
    {"1.2.392.200149.8.5.5.3", offsetof(struct mn_jpki_holder, sex)},
    {"1.2.392.200149.8.5.5.4", offsetof(struct mn_jpki_holder, birth_date)},
    {"1.2.392.200149.8.5.5.5", offsetof(struct mn_jpki_holder, address)},
    {"1.2.392.200149.8.5.5.6", offsetof(struct mn_jpki_holder, address_substitutes)},
};

static struct mn_bytes *place_of(struct mn_jpki_holder *h, const ASN1_OBJECT *type)
{
    char oid[OID_MAX];

    if (OBJ_obj2txt(oid, sizeof oid, type, 1) <= 0)
        return NULL;
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        if (strcmp(fields[i].oid, oid) == 0)
            return (struct mn_bytes *)(void *)((char *)h + fields[i].offset);
    return NULL;
}

/* How many characters there are, or -1 when it is not UTF-8, or has a NUL. */
static long characters(struct mn_span text)
{
    unsigned long c;
    long count = 0;

    for (size_t at = 0; at < text.len; count++) {
        int len = UTF8_getc(text.ptr + at, (int)(text.len - at), &c);

        if (len <= 0 || c == 0)
            return -1;
        at += (size_t)len;
    }
    return count;
}

/* Other names that are not ours are passed over. */
static mn_rc read_name(const OTHERNAME *other, struct mn_jpki_holder *h)
{
    struct mn_bytes *place = place_of(h, other->type_id);
    const ASN1_STRING *value;
    struct mn_span text;

    if (!place)
        return MN_OK;
    if (place->ptr || other->value->type != V_ASN1_UTF8STRING)
        return MN_E_BAD_CERTIFICATE;
    value = other->value->value.utf8string;
    text = mn_span(ASN1_STRING_get0_data(value), (size_t)ASN1_STRING_length(value));
    if (text.len > MN_HOLDER_FIELD_MAX || characters(text) < 0)
        return MN_E_BAD_CERTIFICATE;
    return text.len > 0 ? mn_bytes_set(place, text) : MN_OK;
}

/* Digits that do not go with their field say nothing. */
static void check_substitutes(const struct mn_bytes *field, struct mn_bytes *digits)
{
    bool fits = digits->len > 0 && (long)digits->len == characters(mn_bytes_span(field));

    for (size_t i = 0; fits && i < digits->len; i++)
        fits = digits->ptr[i] == '0' || digits->ptr[i] == '1';
    if (!fits)
        mn_bytes_free(digits);
}

static mn_rc read_names(const GENERAL_NAMES *names, struct mn_jpki_holder *h)
{
    mn_rc rc = MN_OK;

    for (int i = 0; rc == MN_OK && i < sk_GENERAL_NAME_num(names); i++) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);

        if (name->type == GEN_OTHERNAME)
            rc = read_name(name->d.otherName, h);
    }
    if (rc != MN_OK)
        return rc;
    check_substitutes(&h->name, &h->name_substitutes);
    check_substitutes(&h->address, &h->address_substitutes);
    return h->name.len + h->address.len + h->birth_date.len + h->sex.len > 0 ? MN_OK
                                                                             : MN_E_NOT_FOUND;
}

mn_rc mn_jpki_holder_read_parsed(const struct mn_parsed_certificate *parsed,
                                 struct mn_jpki_holder *out)
{
    OSSL_LIB_CTX *lib = mn_crypto_enter();
    GENERAL_NAMES *names = NULL;
    int critical = -1;
    mn_rc rc = MN_E_CRYPTO;

    *out = (struct mn_jpki_holder){0};
    if (!lib)
        goto out;
    rc = MN_E_BAD_CERTIFICATE;
    names = X509_get_ext_d2i(mn_parsed_certificate_handle(parsed), NID_subject_alt_name, &critical,
                             NULL);
    if (names)
        rc = read_names(names, out);
    else if (critical == -1)
        rc = MN_E_NOT_FOUND;
out:
    if (rc != MN_OK) {
        mn_log_info("no holder in the certificate: %s", mn_rc_name(rc));
        mn_jpki_holder_release(out);
    }
    GENERAL_NAMES_free(names);
    mn_crypto_leave();
    return rc;
}

mn_rc mn_jpki_holder_read(struct mn_span certificate, struct mn_jpki_holder *out)
{
    struct mn_parsed_certificate *parsed;
    mn_rc rc = mn_parsed_certificate_new(certificate, &parsed);

    *out = (struct mn_jpki_holder){0};
    if (rc == MN_OK)
        rc = mn_jpki_holder_read_parsed(parsed, out);
    mn_parsed_certificate_free(&parsed);
    return rc;
}

void mn_jpki_holder_release(struct mn_jpki_holder *h)
{
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        mn_bytes_free((struct mn_bytes *)(void *)((char *)h + fields[i].offset));
}

static int number(const uint8_t *digits, size_t len)
{
    int n = 0;

    for (size_t i = 0; i < len; i++)
        n = n * 10 + digits[i] - '0';
    return n;
}

bool mn_jpki_holder_birth(const struct mn_jpki_holder *h, int *year, int *month, int *day)
{
    const uint8_t *digits = h->birth_date.ptr;

    *year = *month = *day = 0;
    if (h->birth_date.len != 9)
        return false;
    for (size_t i = 0; i < 9; i++)
        if (digits[i] < '0' || digits[i] > '9')
            return false;
    if (number(digits + 5, 2) > 12 || number(digits + 7, 2) > 31)
        return false;
    *year = number(digits + 1, 4);
    *month = number(digits + 5, 2);
    *day = number(digits + 7, 2);
    return true;
}

bool mn_jpki_holder_is_replaced(const struct mn_bytes *substitutes)
{
    return substitutes->len > 0 && memchr(substitutes->ptr, '1', substitutes->len);
}
