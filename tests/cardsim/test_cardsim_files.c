/* Applications, files, reading, and the form of commands. */
#include <string.h>

#include "base/file.h"
#include "runner.h"
#include "test_card.h"

static struct cardsim *card;

static void setup(void)
{
    card = test_card("fresh");
}

static void teardown(void)
{
    cardsim_free(&card);
}

static void expect(const char *command, const char *answer)
{
    ck_assert_str_eq(say(card, command), answer);
}

static void expect_status(const char *command, const char *sw)
{
    ck_assert_str_eq(status(card, command), sw);
}

/* Selecting. */

START_TEST(every_application_is_selected_by_its_name)
{
    expect(SELECT_JPKI, "9000");
    expect(SELECT_COMMON, "9000");
    expect(SELECT_JUKI, "9000");
    expect(SELECT_TEXT, "9000");
    expect(SELECT_SURFACE, "9000");
    expect("00A4040C07A0000001510000", "9000");
}
END_TEST

START_TEST(a_part_of_a_name_selects_the_application)
{
    expect(SELECT_TEXT, "9000");
    expect("00A4040C04D392F000", "9000");
    expect("00A4020C020018", "9000");
}
END_TEST

START_TEST(a_part_of_a_name_is_unknown_where_the_switch_says_so)
{
    ck_assert_int_eq(cardsim_set(card, "partial_aid", "0"), MN_OK);
    expect("00A4040C04D392F000", "6A82");
    expect(SELECT_JPKI, "9000");
}
END_TEST

START_TEST(another_name_is_unknown_and_changes_nothing)
{
    expect("00A4040C07A0000000041010", "6A82");
    expect("00A4040C0BD392F00026010000000100", "6A82");
    expect("00A4020C02000A", "9000");
}
END_TEST

START_TEST(selecting_with_le_gives_the_name_back)
{
    expect("00A404000AD392F00026010000000100", "6F0C840AD392F0002601000000019000");
}
END_TEST

START_TEST(the_master_file_cannot_be_selected)
{
    expect("00A4000C023F00", "6A82");
    expect("00A40000", "9000");
    cardsim_power_on(card);
    expect("00A40000", "6A86");
}
END_TEST

START_TEST(after_power_up_no_file_is_there)
{
    cardsim_power_on(card);
    expect("00A4020C02000A", "6A82");
    expect("00B0000004", "6986");
}
END_TEST

START_TEST(a_file_that_is_not_there_is_not_found)
{
    expect("00A4020C020003", "6A82");
    expect("00B0830004", "6A82");
}
END_TEST

START_TEST(selecting_an_application_leaves_no_file_current)
{
    expect("00A4020C02000A", "9000");
    expect(SELECT_JPKI, "9000");
    expect("00B0000004", "6986");
}
END_TEST

/* Reading. */

static void expect_certificate(const char *select, const char *name)
{
    char path[4096], command[32];
    struct mn_bytes der = {0};
    snprintf(path, sizeof(path), "%s/%s", CARDSIM_PKI, name);
    ck_assert_int_eq(mn_file_read(path, 4096, &der), MN_OK);
    expect(select, "9000");
    for (size_t at = 0; at < 3808; at += 224) {
        snprintf(command, sizeof(command), "00B0%04zXE0", at);
        const char *answer = say(card, command);
        ck_assert_uint_eq(strlen(answer), 2 * (224 + 2));
        for (size_t i = 0; i < 224; i++) {
            char byte[3];
            snprintf(byte, sizeof(byte), "%02X", at + i < der.len ? der.ptr[at + i] : 0xFF);
            ck_assert_mem_eq(answer + 2 * i, byte, 2);
        }
    }
    mn_bytes_free(&der);
}

START_TEST(the_certificate_files_hold_the_certificates_and_padding)
{
    expect_certificate("00A4020C02000A", "auth.der");
    expect_certificate("00A4020C02000B", "auth-ca.der");
    expect_certificate("00A4020C020002", "sign-ca.der");
    expect(VERIFY_SIGN, "9000");
    expect_certificate("00A4020C020001", "sign.der");
}
END_TEST

/* The numbers of readings of 256 bytes are those of a real card. */
START_TEST(the_certificates_are_as_long_as_real_ones)
{
    static const struct {
        const char *read;
        unsigned from, to;
    } files[] = {{"00B08A0004", 1537, 1792},
                 {"00B08B0004", 1281, 1536},
                 {"00B0820004", 1281, 1536},
                 {"00B0810004", 1537, 1792}};
    expect(VERIFY_SIGN, "9000");
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        unsigned len = 0;
        ck_assert_int_eq(sscanf(say(card, files[i].read), "3082%4X9000", &len), 1);
        ck_assert_uint_ge(len + 4, files[i].from);
        ck_assert_uint_le(len + 4, files[i].to);
    }
}
END_TEST

START_TEST(the_signing_certificate_is_closed_before_its_password)
{
    expect("00A4020C020001", "9000");
    expect("00B0000004", "6982");
    expect("00B0810004", "6982");
    expect(VERIFY_AUTH, "9000");
    expect("00B0810004", "6982");
    expect(VERIFY_SIGN, "9000");
    expect_status("00B0810004", "9000");
}
END_TEST

START_TEST(le_zero_is_256_bytes)
{
    expect("00A4020C02000A", "9000");
    ck_assert_uint_eq(strlen(say(card, "00B0000000")), 2 * 258);
}
END_TEST

START_TEST(an_extended_reading_gives_a_whole_certificate)
{
    expect("00A4020C02000A", "9000");
    ck_assert_uint_eq(strlen(say(card, "00B0000400061F")), 2 * (0x061F + 2));
    ck_assert_uint_eq(strlen(say(card, "00B00000000000")), 2 * (3808 + 2));
}
END_TEST

START_TEST(a_short_id_reads_and_makes_the_file_current)
{
    expect("00B0880003", "8F8F009000");
    expect("00B0000101", "8F9000");
    expect("00B0880201", "009000");
}
END_TEST

START_TEST(a_short_id_leaves_the_current_file_where_the_switch_says_so)
{
    ck_assert_int_eq(cardsim_set(card, "sfi_sets_current", "0"), MN_OK);
    expect("00A4020C020008", "9000");
    expect_status("00B0860004", "9000");
    expect("00B0000003", "8F8F009000");
}
END_TEST

START_TEST(past_the_end_nothing_is_read)
{
    expect("00A4020C020008", "9000");
    expect("00B0000201", "009000");
    expect("00B0000301", "6B00");
    expect("00B07FFF01", "6B00");
}
END_TEST

START_TEST(the_end_of_a_file_may_be_told_in_three_ways)
{
    expect("00A4020C020008", "9000");
    expect("00B0000108", "8F009000");
    expect("00B0000100", "8F009000");
    ck_assert_int_eq(cardsim_set(card, "end_of_file", "6282"), MN_OK);
    expect("00B0000108", "8F006282");
    expect("00B0000100", "8F009000");
    ck_assert_int_eq(cardsim_set(card, "end_of_file", "6C"), MN_OK);
    expect("00B0000108", "6C02");
    expect("00B0000102", "8F009000");
}
END_TEST

START_TEST(pins_and_keys_are_not_read)
{
    expect("00B0980004", "6981");
    expect("00B0970004", "6981");
    expect("00B0960004", "6981");
}
END_TEST

START_TEST(the_token_information_is_that_of_the_test_card)
{
    expect("00B08600A0", "4A504B494150494343544F4B454E3220" /* JPKIAPICCTOKEN2 */
                         "20202020202020202020202020202020"
                         "30303030303030303030303030303030"
                         "30303030303030303030303030303031"
                         "45313652"
                         "30314E4A"
                         "2020202020202020"                 /* E16R01NJ */
                         "30303030303030303230353030303033" /* 0000000020500003 */
                         "0000040D"
                         "00000001"
                         "00000000"
                         "00000001"
                         "00000000"
                         "00000010"
                         "00000006"
                         "FFFFFFFF"
                         "FFFFFFFF"
                         "FFFFFFFF"
                         "FFFFFFFF"
                         "3033"
                         "3031"
                         "39393939393939393939393939393939"
                         "9000");
    expect("00B086A001", "6B00");
}
END_TEST

/* The other applications. */

START_TEST(the_common_application_tells_the_card_number)
{
    static const char record[] = "011C"
                                 "343030303030303132373139383433"
                                 "3133323231"
                                 "3230333530323137"
                                 "9000";
    expect(SELECT_COMMON, "9000");
    expect("00B2010400", "6986");
    expect("00A4020C020001", "9000");
    expect("00B2010400", record);
    expect(SELECT_COMMON, "9000");
    expect("00B2010C00", record);
    expect("00B2020C00", "6A83");
    expect("00B2010D00", "6981");
    expect("00B0810001", "6981");
}
END_TEST

START_TEST(a_transparent_file_has_no_records)
{
    expect("00A4020C020008", "9000");
    expect("00B2010400", "6981");
}
END_TEST

START_TEST(my_number_is_opened_by_the_pin_and_by_number_a)
{
    static const char number[] = "FF100C353337363836363737313838FFFF9000";
    expect(SELECT_TEXT, "9000");
    expect("00B0810011", "6982");
    expect("002000910431323334", "9000");
    expect("00B0810011", number);
    cardsim_power_on(card);
    expect(SELECT_TEXT, "9000");
    expect("002000940C353337363836363737313838", "9000");
    expect("00B0810011", number);
}
END_TEST

START_TEST(the_attributes_are_opened_by_number_b_but_not_by_number_a)
{
    expect(SELECT_TEXT, "9000");
    expect("002000940C353337363836363737313838", "9000");
    expect("00B0820068", "6982");
    expect("002000950E3535303231373230333532323835", "9000");
    expect("00B0820068",
           "FF2065DF2108000E002000590064DF220FE9BB92E6A190E38080E5B9B9E4B99FDF2336E69DB1E4BAACE983"
           "BDE6B885E780ACE5B882E8A6B3E5B883E5AD90E58D97EFBC91EFBC92EFBC8DEFBC97EFBC8DEFBC92EFBC90"
           "EFBC92DF24083139383030323137DF2501319000");
    expect("00B0826801", "6B00");
}
END_TEST

START_TEST(the_basics_of_the_text_application_are_free)
{
    expect(SELECT_TEXT, "9000");
    const char *answer = say(card, "00B0850000");
    ck_assert_uint_eq(strlen(answer), 2 * (4 + 158 + 2));
    ck_assert_mem_eq(answer, "FF40819EDF41040103", 18);
}
END_TEST

/* Data objects and random numbers. */

START_TEST(the_answer_to_reset_is_a_data_object_of_the_master_file)
{
    expect("00CA5F5100", "6A88");
    cardsim_power_on(card);
    expect("00CA5F5100", "E000FF8131FE45149000");
    expect("00CA00F000", "31333232319000");
    expect("00CA00F200", "32303335303231379000");
    expect("00CA1234FF", "6A88");
    expect("00CA5F51", "6700");
}
END_TEST

START_TEST(the_answer_to_reset_may_be_found_elsewhere)
{
    ck_assert_int_eq(cardsim_set(card, "get_data_5f51", "application"), MN_OK);
    expect("00CA5F5100", "E000FF8131FE45149000");
    cardsim_power_on(card);
    expect("00CA5F5100", "6A88");
}
END_TEST

START_TEST(challenges_are_of_the_length_asked_for_and_differ)
{
    char first[2 * 10 + 1];
    const char *answer = say(card, "0084000008");
    ck_assert_uint_eq(strlen(answer), 20);
    memcpy(first, answer, sizeof(first));
    ck_assert_str_ne(say(card, "0084000008"), first);
    ck_assert_uint_eq(strlen(say(card, "0084000000")), 2 * 258);
    expect("00840000000008", "6985");
}
END_TEST

/* The form of commands. */

START_TEST(other_channels_are_refused)
{
    expect("01A4040C0AD392F000260100000001", "6881");
    expect("03B0880003", "6881");
    expect("812A000001", "6881");
    expect("40B0880003", "6881");
}
END_TEST

START_TEST(secure_messaging_is_refused)
{
    expect("0CA4040C0AD392F000260100000001", "6882");
    expect("04B0880003", "69FC");
    expect("08200098", "69FC");
}
END_TEST

START_TEST(unknown_classes_and_instructions_are_refused)
{
    expect("A0B0880003", "6E00");
    expect("10B0880003", "6E00");
    expect("00C0000000", "6D00");
    expect("80B0880003", "6D00");
    expect("002A0097020102"
           "00",
           "6D00");
    expect("80A20000", "6A86");
    expect("80FC0000", "6700");
}
END_TEST

START_TEST(lengths_that_do_not_fit_are_refused)
{
    expect("00A404", "6700");
    expect("00A4040C0AD392F0", "6700");
    expect("00A4020C02000A00", "6700");
    expect("00B08800", "6700");
    expect("00B08800010003", "6700");
    expect("0020009800", "6700");
    expect("00A4020C01000A", "6700");
    expect("00B0880000000100", "6700");
}
END_TEST

START_TEST(an_le_too_many_is_overlooked_where_the_switch_says_so)
{
    ck_assert_int_eq(cardsim_set(card, "lc_le", "tolerant"), MN_OK);
    expect("00A4020C02000A00", "9000");
    expect("0020009800", "63C3");
}
END_TEST

START_TEST(the_extended_form_serves_all_cases)
{
    expect("00A4020C00000200"
           "18",
           "9000");
    expect("00200080000004313233"
           "34",
           "9000");
    ck_assert_uint_eq(strlen(say(card, "802A0097000001AA0100")), 2 * 258);
    expect_status("802A0097000001AA0000", "9000");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        every_application_is_selected_by_its_name,
        a_part_of_a_name_selects_the_application,
        a_part_of_a_name_is_unknown_where_the_switch_says_so,
        another_name_is_unknown_and_changes_nothing,
        selecting_with_le_gives_the_name_back,
        the_master_file_cannot_be_selected,
        after_power_up_no_file_is_there,
        a_file_that_is_not_there_is_not_found,
        selecting_an_application_leaves_no_file_current,
        the_certificate_files_hold_the_certificates_and_padding,
        the_certificates_are_as_long_as_real_ones,
        the_signing_certificate_is_closed_before_its_password,
        le_zero_is_256_bytes,
        an_extended_reading_gives_a_whole_certificate,
        a_short_id_reads_and_makes_the_file_current,
        a_short_id_leaves_the_current_file_where_the_switch_says_so,
        past_the_end_nothing_is_read,
        the_end_of_a_file_may_be_told_in_three_ways,
        pins_and_keys_are_not_read,
        the_token_information_is_that_of_the_test_card,
        the_common_application_tells_the_card_number,
        a_transparent_file_has_no_records,
        my_number_is_opened_by_the_pin_and_by_number_a,
        the_attributes_are_opened_by_number_b_but_not_by_number_a,
        the_basics_of_the_text_application_are_free,
        the_answer_to_reset_is_a_data_object_of_the_master_file,
        the_answer_to_reset_may_be_found_elsewhere,
        challenges_are_of_the_length_asked_for_and_differ,
        other_channels_are_refused,
        secure_messaging_is_refused,
        unknown_classes_and_instructions_are_refused,
        lengths_that_do_not_fit_are_refused,
        an_le_too_many_is_overlooked_where_the_switch_says_so,
        the_extended_form_serves_all_cases,
    };
    Suite *suite = suite_create("cardsim files");
    TCase *all = tcase_create("all");
    tcase_add_checked_fixture(all, setup, teardown);
    for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
        tcase_add_test(all, tests[i]);
    suite_add_tcase(suite, all);
    return mn_test_run(suite);
}
