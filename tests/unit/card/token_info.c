#include "card/token_info.h"

#include <stdlib.h>
#include <string.h>

#include "card/script.h"
#include "runner.h"

static struct mn_token_info info;

static mn_rc read_label(const char *label)
{
    return mn_token_info_read(mn_script_token_info(label), &info);
}

START_TEST(a_my_number_card_is_told_from_its_predecessor)
{
    ck_assert_int_eq(read_label("JPKIAPICCTOKEN2"), MN_OK);
    ck_assert_int_eq(info.kind, MN_CARD_MY_NUMBER);
    ck_assert_int_eq(read_label("JPKIAPICCTOKEN"), MN_OK);
    ck_assert_int_eq(info.kind, MN_CARD_JUKI);
}
END_TEST

START_TEST(both_kinds_of_phone_are_known)
{
    ck_assert_int_eq(read_label("JPKIAPGPSETOKEN"), MN_OK);
    ck_assert_int_eq(info.kind, MN_CARD_PHONE);
    ck_assert_int_eq(read_label("JPKIAPIOSTOKEN"), MN_OK);
    ck_assert_int_eq(info.kind, MN_CARD_PHONE);
}
END_TEST

START_TEST(any_other_label_is_a_foreign_card)
{
    static const char *const labels[] = {"",
                                         "JPKIAPICCTOKEN3",
                                         "JPKIAPICCTOKEN22",
                                         "jpkiapicctoken2",
                                         " JPKIAPICCTOKEN2",
                                         "JPKIAPICCTOKE",
                                         "JPKIAPICCTOKEN2 JPKIAPICCTOKEN2"};

    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++)
        ck_assert_msg(read_label(labels[i]) == MN_E_FOREIGN_CARD, "%s", labels[i]);
}
END_TEST

START_TEST(the_fields_are_cut_at_their_blanks)
{
    ck_assert_int_eq(read_label("JPKIAPICCTOKEN2"), MN_OK);
    ck_assert_str_eq(info.label, "JPKIAPICCTOKEN2");
    ck_assert_str_eq(info.manufacturer, "00000000000000000000000000000001");
    ck_assert_str_eq(info.model, "E16R01NJ");
    ck_assert_str_eq(info.serial, "0000000020500003");
    ck_assert_uint_eq(info.hardware[0], 0);
    ck_assert_uint_eq(info.hardware[1], 3);
    ck_assert_uint_eq(info.firmware[0], 0);
    ck_assert_uint_eq(info.firmware[1], 1);
}
END_TEST

static uint8_t content[MN_TOKEN_INFO_BYTES];

static mn_rc read_content(void)
{
    return mn_token_info_read(mn_span(content, sizeof content), &info);
}

static void make_content(void)
{
    memcpy(content, mn_script_token_info("JPKIAPICCTOKEN2").ptr, sizeof content);
}

START_TEST(nuls_at_the_end_are_blanks_too)
{
    memset(content + 15, 0, 17);
    memset(content + 72, 0, 8);
    ck_assert_int_eq(read_content(), MN_OK);
    ck_assert_str_eq(info.label, "JPKIAPICCTOKEN2");
    ck_assert_str_eq(info.model, "E16R01NJ");
}
END_TEST

START_TEST(empty_fields_are_empty_strings)
{
    memset(content + 32, ' ', 64);
    ck_assert_int_eq(read_content(), MN_OK);
    ck_assert_str_eq(info.manufacturer, "");
    ck_assert_str_eq(info.model, "");
    ck_assert_str_eq(info.serial, "");
}
END_TEST

START_TEST(what_is_not_printable_becomes_a_question_mark)
{
    memcpy(content + 80, "\x00\x1F\x20\x7E\x7F\x80\xE5\xFF", 8);
    ck_assert_int_eq(read_content(), MN_OK);
    ck_assert_str_eq(info.serial, "?? ~????20500003");
    memset(content + 32, 0xE3, 32);
    ck_assert_int_eq(read_content(), MN_OK);
    ck_assert_str_eq(info.manufacturer, "????????????????????????????????");
}
END_TEST

START_TEST(versions_may_be_numbers_instead_of_digits)
{
    memcpy(content + 140, "\x02\x0B\xFF\x00", 4);
    ck_assert_int_eq(read_content(), MN_OK);
    ck_assert_uint_eq(info.hardware[0], 2);
    ck_assert_uint_eq(info.hardware[1], 11);
    ck_assert_uint_eq(info.firmware[0], 255);
    ck_assert_uint_eq(info.firmware[1], 0);
}
END_TEST

/* In memory of its own, so that AddressSanitizer sees one byte too many. */
START_TEST(a_file_that_is_too_short_is_no_answer)
{
    for (size_t len = 0; len < MN_TOKEN_INFO_BYTES; len++) {
        uint8_t *copy = len ? malloc(len) : NULL;

        if (len > 0)
            memcpy(copy, content, len);
        ck_assert_int_eq(mn_token_info_read(mn_span(copy, len), &info), MN_E_CARD_ANSWER);
        free(copy);
    }
}
END_TEST

START_TEST(what_stands_behind_is_passed_over)
{
    uint8_t longer[MN_TOKEN_INFO_BYTES + 40] = {0};

    memcpy(longer, content, sizeof content);
    ck_assert_int_eq(mn_token_info_read(mn_span(longer, sizeof longer), &info), MN_OK);
    ck_assert_str_eq(info.serial, "0000000020500003");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("card/token_info");
    TCase *tcase = tcase_create("token_info");

    tcase_add_checked_fixture(tcase, make_content, NULL);
    tcase_add_test(tcase, a_my_number_card_is_told_from_its_predecessor);
    tcase_add_test(tcase, both_kinds_of_phone_are_known);
    tcase_add_test(tcase, any_other_label_is_a_foreign_card);
    tcase_add_test(tcase, the_fields_are_cut_at_their_blanks);
    tcase_add_test(tcase, nuls_at_the_end_are_blanks_too);
    tcase_add_test(tcase, empty_fields_are_empty_strings);
    tcase_add_test(tcase, what_is_not_printable_becomes_a_question_mark);
    tcase_add_test(tcase, versions_may_be_numbers_instead_of_digits);
    tcase_add_test(tcase, a_file_that_is_too_short_is_no_answer);
    tcase_add_test(tcase, what_stands_behind_is_passed_over);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
