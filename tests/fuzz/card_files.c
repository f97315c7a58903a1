/* The files of the text and the surface application, and EF 0006: the input is such a file. */
#include <string.h>

#include "card/face_data.h"
#include "card/text_data.h"
#include "card/token_info.h"
#include "target.h"

static void require_key(const struct mn_card_key *key, struct mn_span file)
{
    FUZZ_REQUIRE(fuzz_lies_in(key->modulus, file) && key->modulus.len > 0);
    FUZZ_REQUIRE(fuzz_lies_in(key->exponent, file) && key->exponent.len > 0);
}

static void read_objects(struct mn_span file)
{
    struct mn_span rest = file;
    struct mn_tlv object;
    size_t before = rest.len, announced;

    while (mn_tlv_next(&rest, &object) == MN_OK) {
        FUZZ_REQUIRE(rest.len < before && fuzz_lies_in(object.value, object.whole) &&
                     fuzz_lies_in(object.whole, file));
        FUZZ_REQUIRE(mn_tlv_length(object.whole, &announced) == MN_OK &&
                     announced == object.whole.len);
        before = rest.len;
    }
    FUZZ_REQUIRE(rest.len == before); /* an error leaves it where it was */
}

static void read_text(struct mn_span file)
{
    char number[MN_MY_NUMBER_DIGITS + 1];
    struct mn_text_fields fields;
    struct mn_text_digests digests;
    struct mn_text_card_key key;

    if (mn_text_number_read(file, number) == MN_OK)
        FUZZ_REQUIRE(strspn(number, "0123456789") == MN_MY_NUMBER_DIGITS);
    if (mn_text_fields_read(file, &fields) == MN_OK) {
        FUZZ_REQUIRE(fuzz_lies_in(fields.name, fields.covered));
        FUZZ_REQUIRE(fuzz_lies_in(fields.address, file));
        FUZZ_REQUIRE(fuzz_lies_in(fields.covered, file));
        FUZZ_REQUIRE(strlen(fields.birth) == MN_DATA_DATE - 1);
    }
    if (mn_text_digests_read(file, &digests) == MN_OK) {
        FUZZ_REQUIRE(fuzz_lies_in(digests.number, digests.covered));
        FUZZ_REQUIRE(fuzz_lies_in(digests.fields, digests.covered));
        FUZZ_REQUIRE(fuzz_lies_in(digests.covered, file));
        FUZZ_REQUIRE(fuzz_lies_in(digests.signature, file));
    }
    if (mn_text_card_key_read(file, &key) == MN_OK) {
        require_key(&key.key, key.covered);
        FUZZ_REQUIRE(fuzz_lies_in(key.covered, file) && fuzz_lies_in(key.signature, file));
    }
}

static void read_face(struct mn_span file)
{
    struct mn_face_fields face;

    if (mn_face_fields_read(file, &face) != MN_OK)
        return;
    require_key(&face.key, file);
    FUZZ_REQUIRE(fuzz_lies_in(face.name, file) && fuzz_lies_in(face.address, file));
    FUZZ_REQUIRE(fuzz_lies_in(face.photo, face.covered[2]));
    FUZZ_REQUIRE(fuzz_lies_in(face.signature, file));
    for (int i = 0; i < MN_FACE_PARTS; i++)
        FUZZ_REQUIRE(fuzz_lies_in(face.covered[i], file));
    FUZZ_REQUIRE(strlen(face.birth) == MN_DATA_DATE - 1 && strlen(face.expiry) == MN_DATA_DATE - 1);
}

static void read_certificate(struct mn_span file)
{
    struct mn_cv_certificate certificate;
    char name[MN_KEY_NAME_TEXT];

    if (mn_cv_certificate_read(file, &certificate) != MN_OK)
        return;
    require_key(&certificate.key, certificate.body);
    FUZZ_REQUIRE(fuzz_lies_in(certificate.body, file) && fuzz_lies_in(certificate.signature, file));
    FUZZ_REQUIRE(certificate.authority.len == MN_KEY_NAME_BYTES &&
                 certificate.subject.len == MN_KEY_NAME_BYTES);
    mn_key_name_text(certificate.authority, name);
    FUZZ_REQUIRE(strlen(name) < MN_KEY_NAME_TEXT);
    mn_key_name_text(certificate.subject, name);
    FUZZ_REQUIRE(strlen(name) < MN_KEY_NAME_TEXT);
}

static bool is_printable(const char *text)
{
    for (; *text; text++)
        if (*text < ' ' || *text > '~')
            return false;
    return true;
}

static void read_token_info(struct mn_span file)
{
    struct mn_token_info info;

    if (mn_token_info_read(file, &info) == MN_OK)
        FUZZ_REQUIRE(is_printable(info.label) && is_printable(info.manufacturer) &&
                     is_printable(info.model) && is_printable(info.serial));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mn_span file = mn_span(data, size);

    read_objects(file);
    read_text(file);
    read_face(file);
    read_certificate(file);
    read_token_info(file);
    return 0;
}
