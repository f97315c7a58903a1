/* The text and the surface application: who may read what, and whether it is what was signed. */
#include <stdlib.h>
#include <string.h>

#include "runner.h"
#include "test_card.h"

#define VERIFY_TEXT    "002000910431323334"
#define VERIFY_TEXT_A  "002000940C353337363836363737313838"
#define VERIFY_TEXT_B  "002000950E3535303231373230333532323835"
#define VERIFY_BIRTH   "0020009106353530323137"
#define VERIFY_FACE_B  "002000920E3535303231373230333532323835"
#define VERIFY_FACE_A  "002000930C353337363836363737313838"
#define WRONG_FACE_B   "002000920E3535303231373230333532323836"
#define HASH_OF_NUMBER "6D5A4C1EF9AB15BF506862D7E66B9C0F179CA065BC936C8E634E9E57449CA9CD"
#define HASH_OF_REST   "B9E0D09427B23B1D4BEDA2848512B4103752DC2667E51F9712872D65F472CB3B"

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

static void expect_begins(const char *command, const char *answer)
{
    ck_assert_str_eq(status(card, command), "9000");
    ck_assert_mem_eq(say(card, command), answer, strlen(answer));
}

static void enter(const char *application, const char *verify)
{
    cardsim_power_on(card);
    expect(application, "9000");
    if (verify)
        expect(verify, "9000");
}

START_TEST(the_text_is_guarded_by_the_pin_and_both_numbers)
{
    static const char *const verifies[] = {VERIFY_TEXT, VERIFY_TEXT_A, VERIFY_TEXT_B};
    static const char *const sw[][2] = {{"9000", "9000"}, {"9000", "6982"}, {"6982", "9000"}};
    for (size_t i = 0; i < 3; i++) {
        enter(SELECT_TEXT, NULL);
        expect("00B0830000", "6982");
        expect("00B0870000", "6982");
        expect(verifies[i], "9000");
        ck_assert_str_eq(status(card, "00B0810000"), sw[i][0]);
        ck_assert_str_eq(status(card, "00B0820000"), sw[i][1]);
        expect_begins("00B0830000", "FF3082014BDF3120");
        expect_begins("00B0860000", "A1");
        expect_begins("00B0870000", "FF50820213DF518201099003010001");
    }
}
END_TEST

START_TEST(the_digests_are_those_of_the_files)
{
    enter(SELECT_TEXT, VERIFY_TEXT);
    expect_begins("00B0830000", "FF3082014BDF3120" HASH_OF_NUMBER "DF3220" HASH_OF_REST "DF33");
}
END_TEST

START_TEST(the_face_is_guarded_by_the_numbers_and_the_date_of_birth)
{
    enter(SELECT_SURFACE, VERIFY_BIRTH);
    expect_begins("00B0810000", "FF1082021EDF11083139383030323137DF12820109");
    expect("00B0820000", "6982");
    enter(SELECT_SURFACE, VERIFY_FACE_B);
    expect("00B0810000", "6982");
    expect_begins("00B0820000", "FF2082");
    expect("00B0850000", "6982");
    expect_begins("00B0860000", "FFFF");
    enter(SELECT_SURFACE, VERIFY_FACE_A);
    expect_begins("00B0820000", "FF2082");
    expect_begins("00B0850000", "FF40");
}
END_TEST

START_TEST(certificates_and_basics_are_free)
{
    enter(SELECT_TEXT, NULL);
    expect_begins("00B0840000", "7F218202335F4E820129363030303033330805");
    enter(SELECT_SURFACE, NULL);
    expect_begins("00B0840000", "7F218202335F4E820129363030303032330805");
    expect_begins("00B0830000", "FF3082");
}
END_TEST

START_TEST(a_card_may_lack_the_certificates)
{
    ck_assert_int_eq(cardsim_set(card, "cv_certificate", "0"), MN_OK);
    enter(SELECT_TEXT, NULL);
    expect("00B0840000", "6A82");
    enter(SELECT_SURFACE, NULL);
    expect("00B0840000", "6A82");
}
END_TEST

START_TEST(a_length_may_take_two_bytes)
{
    ck_assert_int_eq(cardsim_set(card, "long_lengths", "1"), MN_OK);
    enter(SELECT_TEXT, VERIFY_TEXT);
    expect_begins("00B0820000", "FF208165DF2108000F0021005A0065DF220F");
}
END_TEST

START_TEST(what_was_altered_is_not_what_was_signed)
{
    enter(SELECT_TEXT, VERIFY_TEXT);
    char *before = strdup(say(card, "00B0820000"));
    ck_assert_int_eq(cardsim_set(card, "altered", "address"), MN_OK);
    ck_assert_str_ne(say(card, "00B0820000"), before);
    ck_assert_int_eq(cardsim_set(card, "altered", "none"), MN_OK);
    expect("00B0820000", before);
    ck_assert_int_eq(cardsim_set(card, "altered", "number"), MN_OK);
    expect("00B0820000", before);
    expect_begins("00B0810000", "FF100C353337373836363737313838FFFF");
    free(before);
}
END_TEST

START_TEST(every_number_has_as_many_tries_as_the_switch_says)
{
    enter(SELECT_SURFACE, NULL);
    expect("00200092", "63CA");
    ck_assert_int_eq(cardsim_set(card, "tries_number", "3"), MN_OK);
    expect("00200092", "63C3");
    expect(WRONG_FACE_B, "63C2");
    ck_assert_uint_eq(cardsim_count_verify(card, CARDSIM_PIN_SURFACE_B), 1);
}
END_TEST

/* A DigestInfo of 32 zeros. */
#define CHALLENGE                                                                                  \
    "802A0000333031300D060960864801650304020105000420"                                             \
    "000000000000000000000000000000000000000000000000000000000000000000"

START_TEST(both_sign_a_challenge_without_any_pin_and_a_copy_signs_otherwise)
{
    enter(SELECT_TEXT, NULL);
    char *text = strdup(say(card, CHALLENGE));
    ck_assert_uint_eq(strlen(text), 2 * 258);
    enter(SELECT_SURFACE, NULL);
    expect(CHALLENGE, text);
    ck_assert_int_eq(cardsim_set(card, "copied", "1"), MN_OK);
    ck_assert_str_eq(status(card, CHALLENGE), "9000");
    ck_assert_str_ne(say(card, CHALLENGE), text);
    free(text);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        the_text_is_guarded_by_the_pin_and_both_numbers,
        the_digests_are_those_of_the_files,
        the_face_is_guarded_by_the_numbers_and_the_date_of_birth,
        certificates_and_basics_are_free,
        a_card_may_lack_the_certificates,
        a_length_may_take_two_bytes,
        what_was_altered_is_not_what_was_signed,
        every_number_has_as_many_tries_as_the_switch_says,
        both_sign_a_challenge_without_any_pin_and_a_copy_signs_otherwise,
    };
    Suite *suite = suite_create("cardsim faces");
    TCase *all = tcase_create("all");
    tcase_add_checked_fixture(all, setup, teardown);
    for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
        tcase_add_test(all, tests[i]);
    suite_add_tcase(suite, all);
    return mn_test_run(suite);
}
