/* PINs: counters, access, changing, and how long a verified PIN lasts. */
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

static void set(const char *name, const char *value)
{
    ck_assert_int_eq(cardsim_set(card, name, value), MN_OK);
}

START_TEST(asking_for_the_tries_costs_none)
{
    expect("00A4020C020018", "9000");
    for (int i = 0; i < 20; i++)
        expect("00200080", "63C3");
    expect(QUERY_SIGN, "63C5");
    ck_assert_uint_eq(cardsim_tries(card, CARDSIM_PIN_AUTH), 3);
}
END_TEST

START_TEST(three_wrong_pins_block_the_authentication_pin)
{
    expect("00A4020C020018", "9000");
    expect("002000800439393939", "63C2");
    expect("00200080", "63C2");
    expect("002000800439393939", "63C1");
    expect("002000800439393939", "63C0");
    expect("002000800431323334", "6984");
    expect("00200080", "63C0");
    expect(QUERY_SIGN, "63C5");
}
END_TEST

START_TEST(five_wrong_passwords_block_the_signing_password)
{
    expect(WRONG_SIGN, "63C4");
    expect(WRONG_SIGN, "63C3");
    expect(WRONG_SIGN, "63C2");
    expect(WRONG_SIGN, "63C1");
    expect(WRONG_SIGN, "63C0");
    expect(VERIFY_SIGN, "6984");
    expect(QUERY_AUTH, "63C3");
}
END_TEST

START_TEST(a_right_pin_gives_all_tries_back)
{
    expect(WRONG_AUTH, "63C2");
    expect(WRONG_AUTH, "63C1");
    expect(VERIFY_AUTH, "9000");
    expect(QUERY_AUTH, "63C3");
}
END_TEST

START_TEST(a_pin_of_another_length_is_a_wrong_pin)
{
    expect("00200098053132333435", "63C2");
    expect("0020009803313233", "63C1");
    expect("0020009B06616263313233", "63C4"); /* abc123: letters are not folded */
}
END_TEST

START_TEST(seventeen_bytes_are_no_pin_and_cost_nothing)
{
    expect("0020009B114142433132334142433132334142433132", "6700");
    expect(QUERY_SIGN, "63C5");
}
END_TEST

START_TEST(a_wrong_pin_ends_what_the_right_one_opened)
{
    expect(VERIFY_AUTH, "9000");
    expect(WRONG_AUTH, "63C2");
    expect("802A0097020102"
           "00",
           "6982");
}
END_TEST

START_TEST(a_verified_pin_may_answer_the_query_with_9000)
{
    set("empty_verify_after_success", "9000");
    expect(QUERY_AUTH, "63C3");
    expect(VERIFY_AUTH, "9000");
    expect(QUERY_AUTH, "9000");
    expect(QUERY_SIGN, "63C5");
}
END_TEST

START_TEST(a_blocked_pin_may_answer_in_other_words)
{
    set("blocked_status", "6983");
    set("blocked_query", "6984");
    cardsim_set_tries(card, CARDSIM_PIN_AUTH, 0);
    expect(VERIFY_AUTH, "6983");
    expect(QUERY_AUTH, "6984");
}
END_TEST

START_TEST(verify_is_only_for_pins)
{
    expect("00A4020C02000A", "9000");
    expect("00200080", "6981");
    expect("00200097", "6981");
    expect("00200000", "6A86");
    expect("00200180", "6A86");
    expect("00200085", "6A82");
    expect(SELECT_JPKI, "9000");
    expect("00200080", "6986");
}
END_TEST

START_TEST(a_pin_is_changed_after_it_was_verified)
{
    expect("0024019804"
           "35363738",
           "6982");
    expect("00A4020C020018", "9000");
    expect("002000800431323334", "9000");
    expect("0024018004"
           "35363738",
           "9000");
    expect("002000800431323334", "63C2");
    expect("002000800435363738", "9000");
}
END_TEST

START_TEST(a_pin_is_not_changed_to_nothing_nor_in_another_form)
{
    expect(VERIFY_AUTH, "9000");
    expect("00240198", "6700");
    expect("0024009804"
           "35363738",
           "6A86");
    expect("8032009804"
           "35363738",
           "6D00");
    expect(VERIFY_AUTH, "9000");
}
END_TEST

START_TEST(the_common_and_resident_pins_are_changed_by_change_key)
{
    static const char *const applications[] = {SELECT_COMMON, SELECT_JUKI};
    for (size_t i = 0; i < 2; i++) {
        expect(applications[i], "9000");
        expect("00A4020C02001C", "9000");
        expect("00200080", "63C3");
        expect("8032008004"
               "35363738",
               "6982");
        expect("002000800431323334", "9000");
        expect("8032008004"
               "35363738",
               "9000");
        expect("002000800435363738", "9000");
        expect("0024018004"
               "35363738",
               "6D00");
    }
}
END_TEST

START_TEST(the_text_application_has_four_references)
{
    expect(SELECT_TEXT, "9000");
    expect("00200091", "63C3");
    expect("00200092", "63C0");
    expect("002000920431323334", "6984");
    expect("00200094", "63CA");
    expect("00200095", "63CA");
    expect("002000950E3535303231373230333532323836", "63C9");
}
END_TEST

START_TEST(the_surface_application_has_three_references)
{
    expect(SELECT_SURFACE, "9000");
    expect("0020009106353530323137", "9000");
    expect("002000920E3535303231373230333532323835", "9000");
    expect("002000930C353337363836363737313838", "9000");
}
END_TEST

START_TEST(the_same_id_in_two_applications_is_two_pins)
{
    expect(SELECT_COMMON, "9000");
    expect("0020009C0439393939", "63C2");
    expect(SELECT_JUKI, "9000");
    expect("0020009C", "63C3");
}
END_TEST

/* How long a verified PIN lasts. */

START_TEST(another_application_ends_a_verified_pin)
{
    expect(VERIFY_AUTH, "9000");
    ck_assert(cardsim_is_open(card, CARDSIM_PIN_AUTH));
    expect(SELECT_COMMON, "9000");
    ck_assert(!cardsim_is_open(card, CARDSIM_PIN_AUTH));
    expect(SELECT_JPKI, "9000");
    expect("802A0097020102"
           "00",
           "6982");
}
END_TEST

START_TEST(the_same_application_again_keeps_a_verified_pin)
{
    expect(VERIFY_AUTH, "9000");
    expect(SELECT_JPKI, "9000");
    ck_assert(cardsim_is_open(card, CARDSIM_PIN_AUTH));
}
END_TEST

START_TEST(both_may_be_the_other_way_round)
{
    set("clear_on_select_same", "1");
    set("clear_on_select_other", "0");
    expect(VERIFY_AUTH, "9000");
    expect(SELECT_COMMON, "9000");
    ck_assert(cardsim_is_open(card, CARDSIM_PIN_AUTH));
    expect(SELECT_COMMON, "9000");
    ck_assert(!cardsim_is_open(card, CARDSIM_PIN_AUTH));
}
END_TEST

START_TEST(power_ends_a_verified_pin)
{
    expect(VERIFY_AUTH, "9000");
    cardsim_power_off(card);
    ck_assert(!cardsim_is_open(card, CARDSIM_PIN_AUTH));
    expect(QUERY_AUTH, "MN_E_COMM");
}
END_TEST

START_TEST(a_warm_reset_keeps_a_verified_pin_but_not_the_application)
{
    expect(VERIFY_AUTH, "9000");
    cardsim_warm_reset(card);
    expect(QUERY_AUTH, "6A82");
    ck_assert(cardsim_is_open(card, CARDSIM_PIN_AUTH));
    set("clear_on_warm_reset", "1");
    cardsim_warm_reset(card);
    ck_assert(!cardsim_is_open(card, CARDSIM_PIN_AUTH));
}
END_TEST

START_TEST(two_pins_are_open_at_once)
{
    expect(VERIFY_AUTH, "9000");
    expect(VERIFY_SIGN, "9000");
    ck_assert(cardsim_is_open(card, CARDSIM_PIN_AUTH));
    ck_assert(cardsim_is_open(card, CARDSIM_PIN_SIGN));
}
END_TEST

START_TEST(a_pin_set_by_the_test_counts)
{
    ck_assert_int_eq(cardsim_set_pin(card, CARDSIM_PIN_SIGN, "ABCDEFGHIJKLMNOP"), MN_OK);
    ck_assert_int_eq(cardsim_set_pin(card, CARDSIM_PIN_SIGN, "ABCDEFGHIJKLMNOPQ"), MN_E_ARGUMENT);
    ck_assert(cardsim_has_pin(card, CARDSIM_PIN_SIGN, "ABCDEFGHIJKLMNOP"));
    ck_assert(!cardsim_has_pin(card, CARDSIM_PIN_SIGN, "ABCDEFGHIJKLMNO"));
    expect(VERIFY_SIGN, "63C4");
    expect("0020009B104142434445464748494A4B4C4D4E4F50", "9000");
}
END_TEST

/* Memory in a file. */

START_TEST(a_lost_try_is_lost_for_the_next_run_too)
{
    char path[64];
    temporary_file(path);
    ck_assert_int_eq(cardsim_keep_state(card, path), MN_OK);
    expect(WRONG_AUTH, "63C2");
    expect(VERIFY_SIGN, "9000");
    expect("0024019B06"
           "5A5A5A393939",
           "9000");
    cardsim_free(&card);
    card = test_card("fresh");
    ck_assert_int_eq(cardsim_keep_state(card, path), MN_OK);
    expect(QUERY_AUTH, "63C2");
    expect(VERIFY_SIGN, "63C4");
    expect("0020009B06"
           "5A5A5A393939",
           "9000");
    temporary_file_remove(path);
}
END_TEST

START_TEST(a_memory_that_makes_no_sense_is_refused)
{
    char path[64];
    temporary_file(path);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs("nobody 3 31\n", file);
    fclose(file);
    ck_assert_int_eq(cardsim_keep_state(card, path), MN_E_FILE);
    temporary_file_remove(path);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        asking_for_the_tries_costs_none,
        three_wrong_pins_block_the_authentication_pin,
        five_wrong_passwords_block_the_signing_password,
        a_right_pin_gives_all_tries_back,
        a_pin_of_another_length_is_a_wrong_pin,
        seventeen_bytes_are_no_pin_and_cost_nothing,
        a_wrong_pin_ends_what_the_right_one_opened,
        a_verified_pin_may_answer_the_query_with_9000,
        a_blocked_pin_may_answer_in_other_words,
        verify_is_only_for_pins,
        a_pin_is_changed_after_it_was_verified,
        a_pin_is_not_changed_to_nothing_nor_in_another_form,
        the_common_and_resident_pins_are_changed_by_change_key,
        the_text_application_has_four_references,
        the_surface_application_has_three_references,
        the_same_id_in_two_applications_is_two_pins,
        another_application_ends_a_verified_pin,
        the_same_application_again_keeps_a_verified_pin,
        both_may_be_the_other_way_round,
        power_ends_a_verified_pin,
        a_warm_reset_keeps_a_verified_pin_but_not_the_application,
        two_pins_are_open_at_once,
        a_pin_set_by_the_test_counts,
        a_lost_try_is_lost_for_the_next_run_too,
        a_memory_that_makes_no_sense_is_refused,
    };
    Suite *suite = suite_create("cardsim pins");
    TCase *all = tcase_create("all");
    tcase_add_checked_fixture(all, setup, teardown);
    for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
        tcase_add_test(all, tests[i]);
    suite_add_tcase(suite, all);
    return mn_test_run(suite);
}
