#include "card/cv_certificate.h"

#include "iso7816/tlv.h"

#define TAG_CERTIFICATE 0x7F21
#define TAG_BODY        0x5F4E
#define TAG_SIGNATURE   0x5F37
#define TAG_EXPONENT    0x90
#define TAG_MODULUS     0x91

/* The next object, which must have that tag. */
static mn_rc take(struct mn_span *in, uint32_t tag, struct mn_span *value)
{
    struct mn_tlv object;
    mn_rc rc = mn_tlv_next(in, &object);
    if (rc || object.tag != tag || object.value.len == 0)
        return MN_E_CARD_ANSWER;
    *value = object.value;
    return MN_OK;
}

mn_rc mn_card_key_read(struct mn_span objects, struct mn_card_key *out)
{
    *out = (struct mn_card_key){0};
    mn_rc rc = take(&objects, TAG_EXPONENT, &out->exponent);
    if (rc == MN_OK)
        rc = take(&objects, TAG_MODULUS, &out->modulus);
    return rc == MN_OK && objects.len > 0 ? MN_E_CARD_ANSWER : rc;
}

/* The body: two names of keys, and the key. */
static mn_rc read_body(struct mn_cv_certificate *out)
{
    const uint8_t *at = out->body.ptr;
    const size_t names = 2 * (size_t)MN_KEY_NAME_BYTES;
    if (out->body.len <= names)
        return MN_E_CARD_ANSWER;
    out->authority = mn_span(at, MN_KEY_NAME_BYTES);
    out->subject = mn_span(at + MN_KEY_NAME_BYTES, MN_KEY_NAME_BYTES);
    return mn_card_key_read(mn_span(at + names, out->body.len - names), &out->key);
}

mn_rc mn_cv_certificate_read(struct mn_span file, struct mn_cv_certificate *out)
{
    struct mn_span inner = {0};
    *out = (struct mn_cv_certificate){0};
    mn_rc rc = take(&file, TAG_CERTIFICATE, &inner);
    if (rc == MN_OK)
        rc = take(&inner, TAG_BODY, &out->body);
    if (rc == MN_OK)
        rc = take(&inner, TAG_SIGNATURE, &out->signature);
    return rc ? rc : read_body(out);
}

/* Seven digits, two bytes that say nothing to people, three digits. */
void mn_key_name_text(struct mn_span name, char out[MN_KEY_NAME_TEXT])
{
    static const uint8_t places[] = {0, 1, 2, 3, 4, 5, 6, 9, 10, 11};
    size_t len = 0;
    for (size_t i = 0; i < sizeof places; i++) {
        uint8_t c = places[i] < name.len ? name.ptr[places[i]] : 0;
        if (i == 7)
            out[len++] = '/';
        out[len++] = (char)(c >= '0' && c <= '9' ? c : '?');
    }
    out[len] = '\0';
}
