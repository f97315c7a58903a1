#include "card/text_data.h"

#include <stdio.h>
#include <string.h>

#include "card/made_file.h"
#include "runner.h"

static void assert_text(struct mn_span span, const char *text)
{
    ck_assert_uint_eq(span.len, strlen(text));
    ck_assert_mem_eq(span.ptr, text, span.len);
}

/* The published vectors (docs/card.md, "The synthetic person"). */
#define NUMBER "FF100C 353337363836363737313838 FFFF"
#define FIELDS                                                                                     \
    "FF2065 DF2108 000E002000590064 DF220F E9BB92E6A190E38080E5B9B9E4B99F"                         \
    "DF2336 E69DB1E4BAACE983BDE6B885E780ACE5B882E8A6B3E5B883E5AD90E58D97EFBC91EFBC92EFBC8DEFBC97"  \
    "EFBC8DEFBC92EFBC90EFBC92 DF2408 3139383030323137 DF2501 31"

START_TEST(the_number_has_twelve_digits)
{
    char digits[MN_MY_NUMBER_DIGITS + 1];
    ck_assert_int_eq(mn_text_number_read(made_bytes(NUMBER), digits), MN_OK);
    ck_assert_str_eq(digits, "537686677188");
    ck_assert_int_eq(mn_text_number_read(made_bytes("FF100B 3533373638363637373138"), digits),
                     MN_E_CARD_ANSWER);
    ck_assert_int_eq(mn_text_number_read(made_bytes("FF100C 35333736383636373731383A"), digits),
                     MN_E_CARD_ANSWER);
    ck_assert_int_eq(mn_text_number_read(made_bytes("FF110C 353337363836363737313838"), digits),
                     MN_E_CARD_ANSWER);
}
END_TEST

START_TEST(the_fields_are_name_address_birth_and_sex)
{
    struct mn_text_fields text;
    ck_assert_int_eq(mn_text_fields_read(made_bytes(FIELDS), &text), MN_OK);
    assert_text(text.name, "黒桐　幹也");
    assert_text(text.address, "東京都清瀬市観布子南１２－７－２０２");
    ck_assert_str_eq(text.birth, "19800217");
    ck_assert_int_eq(text.sex, '1');
    ck_assert_uint_eq(text.covered.len, 104 - 14);
    ck_assert_uint_eq(text.covered.ptr[1], 0x22);
}
END_TEST

START_TEST(the_same_is_read_where_the_length_takes_two_bytes)
{
    struct mn_text_fields text;
    static const char *const longer[] = {"FF208165", "FF20820065"};
    for (size_t i = 0; i < 2; i++) {
        char hex[512];
        snprintf(hex, sizeof hex, "%s%s", longer[i], &FIELDS[6]);
        ck_assert_int_eq(mn_text_fields_read(made_bytes(hex), &text), MN_OK);
        assert_text(text.name, "黒桐　幹也");
        ck_assert_uint_eq(text.covered.len, 104 - 14);
    }
}
END_TEST

START_TEST(a_file_without_one_of_the_fields_is_refused)
{
    struct mn_text_fields text;
    /* sex, birth and name in turn have another tag */
    static const size_t tags[] = {100, 89, 14};
    uint8_t bytes[104];
    for (size_t i = 0; i < 3; i++) {
        memcpy(bytes, made_bytes(FIELDS).ptr, sizeof bytes);
        ck_assert_uint_eq(bytes[tags[i]], 0xDF);
        bytes[tags[i] + 1] = 0x7F;
        ck_assert_int_eq(mn_text_fields_read(mn_span(bytes, sizeof bytes), &text),
                         MN_E_CARD_ANSWER);
    }
}
END_TEST

START_TEST(digests_and_signature_are_told_apart)
{
    struct mn_bytes file = made_file("text-0003");
    struct mn_text_digests digests;
    ck_assert_int_eq(mn_text_digests_read(mn_bytes_span(&file), &digests), MN_OK);
    ck_assert_uint_eq(digests.covered.len, 2 * 35);
    ck_assert_uint_eq(digests.signature.len, 256);
    ck_assert(mn_span_equal(
        digests.number,
        made_bytes("6D5A4C1EF9AB15BF506862D7E66B9C0F179CA065BC936C8E634E9E57449CA9CD")));
    ck_assert(mn_span_equal(
        digests.fields,
        made_bytes("B9E0D09427B23B1D4BEDA2848512B4103752DC2667E51F9712872D65F472CB3B")));
    mn_bytes_free(&file);
}
END_TEST

START_TEST(the_key_of_the_card_is_read)
{
    struct mn_bytes file = made_file("text-0007");
    struct mn_text_card_key key;
    ck_assert_int_eq(mn_text_card_key_read(mn_bytes_span(&file), &key), MN_OK);
    ck_assert_uint_eq(key.key.modulus.len, 256);
    ck_assert(mn_span_equal(key.key.exponent, made_bytes("010001")));
    ck_assert_uint_eq(key.covered.len, 5 + 265);
    ck_assert_uint_eq(key.signature.len, 256);
    mn_bytes_free(&file);
}
END_TEST

START_TEST(the_certificate_names_two_keys)
{
    struct mn_bytes file = made_file("text-0004");
    struct mn_cv_certificate certificate;
    char name[MN_KEY_NAME_TEXT];
    ck_assert_int_eq(mn_cv_certificate_read(mn_bytes_span(&file), &certificate), MN_OK);
    ck_assert_uint_eq(certificate.body.len, 297);
    ck_assert_uint_eq(certificate.signature.len, 256);
    ck_assert_uint_eq(certificate.key.modulus.len, 256);
    mn_key_name_text(certificate.authority, name);
    ck_assert_str_eq(name, "6000033/001");
    mn_key_name_text(certificate.subject, name);
    ck_assert_str_eq(name, "1322121/000");
    mn_key_name_text(made_bytes("1B5B6D"), name);
    ck_assert_str_eq(name, "???????"
                           "/???");
    mn_bytes_free(&file);
}
END_TEST

START_TEST(a_key_has_exponent_and_modulus_and_nothing_else)
{
    static const char *const keys[] = {"",
                                       "9003010001",
                                       "9103010001",
                                       "91010390 0103",
                                       "9003010001 910103 920101",
                                       "9000 910103",
                                       "9003010001 9102"};
    struct mn_card_key key;
    ck_assert_int_eq(mn_card_key_read(made_bytes("9003010001 910103"), &key), MN_OK);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        ck_assert_msg(mn_card_key_read(made_bytes(keys[i]), &key) == MN_E_CARD_ANSWER, "%s",
                      keys[i]);
}
END_TEST

static void read_all(struct mn_span spoiled)
{
    char digits[MN_MY_NUMBER_DIGITS + 1];
    struct mn_text_fields text;
    struct mn_text_digests digests;
    struct mn_text_card_key key;
    struct mn_cv_certificate certificate;
    (void)mn_text_number_read(spoiled, digits);
    (void)mn_text_digests_read(spoiled, &digests);
    (void)mn_text_card_key_read(spoiled, &key);
    (void)mn_cv_certificate_read(spoiled, &certificate);
    if (mn_text_fields_read(spoiled, &text) == MN_OK) {
        ck_assert(text.name.ptr > spoiled.ptr && text.address.ptr > spoiled.ptr);
        ck_assert(text.covered.ptr + text.covered.len <= spoiled.ptr + spoiled.len);
    }
}

START_TEST(whatever_stands_in_a_file_reading_it_comes_back)
{
    static const char *const names[] = {"text-0001", "text-0002", "text-0003", "text-0004",
                                        "text-0007"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct mn_bytes file = made_file(names[i]);
        made_spoil(mn_bytes_span(&file), read_all);
        mn_bytes_free(&file);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("text data");
    TCase *all = tcase_create("all");
    tcase_add_test(all, the_number_has_twelve_digits);
    tcase_add_test(all, the_fields_are_name_address_birth_and_sex);
    tcase_add_test(all, the_same_is_read_where_the_length_takes_two_bytes);
    tcase_add_test(all, a_file_without_one_of_the_fields_is_refused);
    tcase_add_test(all, digests_and_signature_are_told_apart);
    tcase_add_test(all, the_key_of_the_card_is_read);
    tcase_add_test(all, the_certificate_names_two_keys);
    tcase_add_test(all, a_key_has_exponent_and_modulus_and_nothing_else);
    tcase_add_test(all, whatever_stands_in_a_file_reading_it_comes_back);
    suite_add_tcase(suite, all);
    return mn_test_run(suite);
}
