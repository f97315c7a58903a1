#include "card/face_data.h"

#define TAG_FILE      0xFF20
#define TAG_BIRTH     0xDF22
#define TAG_SEX       0xDF23
#define TAG_KEY       0xDF24
#define TAG_NAME      0xDF25
#define TAG_ADDRESS   0xDF26
#define TAG_PHOTO     0xDF27
#define TAG_SIGNATURE 0xDF28
#define TAG_EXPIRY    0xDF29

#define IMAGE_MAX     0x7FFF /* no file of the card is longer */
#define SIGNATURE_MAX 512
#define KEY_MAX       600

static mn_rc read_person(const struct mn_data_fields *fields, struct mn_face_fields *out)
{
    struct mn_span sex = {0}, key = {0};
    mn_rc rc = mn_data_fields_date(fields, TAG_BIRTH, out->birth);
    if (rc == MN_OK)
        rc = mn_data_fields_value(fields, TAG_SEX, 1, 1, &sex);
    if (rc == MN_OK)
        out->sex = (char)sex.ptr[0];
    if (rc == MN_OK)
        rc = mn_data_fields_date(fields, TAG_EXPIRY, out->expiry);
    if (rc == MN_OK)
        rc = mn_data_fields_value(fields, TAG_KEY, 1, KEY_MAX, &key);
    return rc ? rc : mn_card_key_read(key, &out->key);
}

static mn_rc read_images(const struct mn_data_fields *fields, struct mn_face_fields *out)
{
    mn_rc rc = mn_data_fields_value(fields, TAG_NAME, 1, IMAGE_MAX, &out->name);
    if (rc == MN_OK)
        rc = mn_data_fields_value(fields, TAG_ADDRESS, 1, IMAGE_MAX, &out->address);
    return rc ? rc : mn_data_fields_value(fields, TAG_PHOTO, 1, IMAGE_MAX, &out->photo);
}

static mn_rc read_signed(const struct mn_data_fields *fields, struct mn_face_fields *out)
{
    mn_rc rc = mn_data_fields_value(fields, TAG_SIGNATURE, 1, SIGNATURE_MAX, &out->signature);
    if (rc == MN_OK)
        rc = mn_data_fields_range(fields, TAG_BIRTH, TAG_KEY, &out->covered[0]);
    if (rc == MN_OK)
        rc = mn_data_fields_range(fields, TAG_NAME, TAG_ADDRESS, &out->covered[1]);
    return rc ? rc : mn_data_fields_range(fields, TAG_PHOTO, TAG_PHOTO, &out->covered[2]);
}

mn_rc mn_face_fields_read(struct mn_span file, struct mn_face_fields *out)
{
    struct mn_data_fields fields;
    *out = (struct mn_face_fields){0};
    mn_rc rc = mn_data_fields_read(file, TAG_FILE, &fields);
    if (rc == MN_OK)
        rc = read_person(&fields, out);
    if (rc == MN_OK)
        rc = read_images(&fields, out);
    return rc ? rc : read_signed(&fields, out);
}
