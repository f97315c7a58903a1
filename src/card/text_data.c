#include "card/text_data.h"

#define TAG_NUMBER_FILE 0xFF10

#define TAG_FIELDS_FILE 0xFF20
#define TAG_NAME        0xDF22
#define TAG_ADDRESS     0xDF23
#define TAG_BIRTH       0xDF24
#define TAG_SEX         0xDF25

#define TAG_DIGESTS_FILE      0xFF30
#define TAG_NUMBER_DIGEST     0xDF31
#define TAG_FIELDS_DIGEST     0xDF32
#define TAG_DIGESTS_SIGNATURE 0xDF33

#define TAG_KEY_FILE      0xFF50
#define TAG_KEY           0xDF51
#define TAG_KEY_SIGNATURE 0xDF52

#define TEXT_MAX      1024 /* bytes; what a resident register has is far shorter */
#define DIGEST        32
#define SIGNATURE_MAX 512
#define KEY_MAX       600

mn_rc mn_text_number_read(struct mn_span file, char out[MN_MY_NUMBER_DIGITS + 1])
{
    struct mn_tlv outer;
    mn_rc rc = mn_tlv_next(&file, &outer);
    if (rc || outer.tag != TAG_NUMBER_FILE || outer.value.len != MN_MY_NUMBER_DIGITS)
        return MN_E_CARD_ANSWER;
    for (size_t i = 0; i < MN_MY_NUMBER_DIGITS; i++) {
        uint8_t c = outer.value.ptr[i];
        if (c < '0' || c > '9')
            return MN_E_CARD_ANSWER;
        out[i] = (char)c;
    }
    out[MN_MY_NUMBER_DIGITS] = '\0';
    return MN_OK;
}

mn_rc mn_text_fields_read(struct mn_span file, struct mn_text_fields *out)
{
    struct mn_data_fields fields;
    struct mn_span sex = {0};
    *out = (struct mn_text_fields){0};
    mn_rc rc = mn_data_fields_read(file, TAG_FIELDS_FILE, &fields);
    if (rc == MN_OK)
        rc = mn_data_fields_value(&fields, TAG_NAME, 1, TEXT_MAX, &out->name);
    if (rc == MN_OK)
        rc = mn_data_fields_value(&fields, TAG_ADDRESS, 1, TEXT_MAX, &out->address);
    if (rc == MN_OK)
        rc = mn_data_fields_date(&fields, TAG_BIRTH, out->birth);
    if (rc == MN_OK)
        rc = mn_data_fields_value(&fields, TAG_SEX, 1, 1, &sex);
    if (rc == MN_OK)
        out->sex = (char)sex.ptr[0];
    return rc ? rc : mn_data_fields_range(&fields, TAG_NAME, TAG_SEX, &out->covered);
}

mn_rc mn_text_digests_read(struct mn_span file, struct mn_text_digests *out)
{
    struct mn_data_fields fields;
    *out = (struct mn_text_digests){0};
    mn_rc rc = mn_data_fields_read(file, TAG_DIGESTS_FILE, &fields);
    if (rc == MN_OK)
        rc = mn_data_fields_value(&fields, TAG_NUMBER_DIGEST, DIGEST, DIGEST, &out->number);
    if (rc == MN_OK)
        rc = mn_data_fields_value(&fields, TAG_FIELDS_DIGEST, DIGEST, DIGEST, &out->fields);
    if (rc == MN_OK)
        rc =
            mn_data_fields_value(&fields, TAG_DIGESTS_SIGNATURE, 1, SIGNATURE_MAX, &out->signature);
    return rc ? rc
              : mn_data_fields_range(&fields, TAG_NUMBER_DIGEST, TAG_FIELDS_DIGEST, &out->covered);
}

mn_rc mn_text_card_key_read(struct mn_span file, struct mn_text_card_key *out)
{
    struct mn_data_fields fields;
    struct mn_span key = {0};
    *out = (struct mn_text_card_key){0};
    mn_rc rc = mn_data_fields_read(file, TAG_KEY_FILE, &fields);
    if (rc == MN_OK)
        rc = mn_data_fields_value(&fields, TAG_KEY, 1, KEY_MAX, &key);
    if (rc == MN_OK)
        rc = mn_card_key_read(key, &out->key);
    if (rc == MN_OK)
        rc = mn_data_fields_value(&fields, TAG_KEY_SIGNATURE, 1, SIGNATURE_MAX, &out->signature);
    return rc ? rc : mn_data_fields_range(&fields, TAG_KEY, TAG_KEY, &out->covered);
}
