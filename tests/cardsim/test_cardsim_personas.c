/* The personas and the switches. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "runner.h"
#include "test_card.h"

static struct cardsim *card;

static void teardown(void)
{
    cardsim_free(&card);
}

static void expect(const char *command, const char *answer)
{
    ck_assert_str_eq(say(card, command), answer);
}

START_TEST(the_last_try_of_a_pin_blocks_it)
{
    card = test_card("last-try-auth");
    expect(QUERY_AUTH, "63C1");
    expect(QUERY_SIGN, "63C5");
    expect(WRONG_AUTH, "63C0");
    expect(VERIFY_AUTH, "6984");
}
END_TEST

START_TEST(the_last_try_of_the_password_may_succeed)
{
    card = test_card("last-try-sign");
    expect(QUERY_SIGN, "63C1");
    expect(VERIFY_SIGN, "9000");
    expect(QUERY_SIGN, "63C5");
}
END_TEST

START_TEST(a_blocked_password_leaves_the_other_role_alone)
{
    card = test_card("sign-blocked");
    expect(QUERY_SIGN, "63C0");
    expect(VERIFY_SIGN, "6984");
    expect(VERIFY_AUTH, "9000");
}
END_TEST

START_TEST(a_blocked_pin_leaves_the_other_role_alone)
{
    card = test_card("auth-blocked");
    expect(QUERY_AUTH, "63C0");
    expect(VERIFY_AUTH, "6984");
    expect(VERIFY_SIGN, "9000");
}
END_TEST

START_TEST(a_childs_card_has_no_signing_certificate)
{
    card = test_card("no-sign-certificate");
    expect("00B0880003", "008F009000");
    expect(QUERY_SIGN, "63C0");
    expect(VERIFY_SIGN, "6984");
    expect("00B0810004", "6982");
    expect("802A009A02010200", "6982");
    expect(VERIFY_AUTH, "9000");
    ck_assert_str_eq(status(card, "00B0820004"), "9000");
}
END_TEST

START_TEST(a_childs_card_may_lack_the_files_themselves)
{
    card = test_card_with("no-sign-certificate", "sign_certificate=absent sign_pin=absent");
    expect("00B0880003", "008F009000");
    expect("00A4020C02001B", "6A82");
    expect(QUERY_SIGN, "6A82");
    expect("00A4020C020001", "6A82");
}
END_TEST

START_TEST(a_pin_never_set_may_say_so)
{
    card = test_card_with("no-sign-certificate", "unset_pin=6A88");
    expect(QUERY_SIGN, "6A88");
    expect(VERIFY_SIGN, "6A88");
}
END_TEST

START_TEST(an_empty_signing_certificate_is_padding)
{
    card = test_card_with("fresh", "sign_certificate=empty padding=0");
    expect(VERIFY_SIGN, "9000");
    expect("00B0810004", "000000009000");
}
END_TEST

START_TEST(an_expired_card_has_other_certificates_for_the_same_keys)
{
    static const char hello[] = "hello";
    char fresh[2 * 258 + 1];
    card = test_card("fresh");
    strcpy(fresh, say(card, "00B08A0000"));
    cardsim_free(&card);
    card = test_card("expired");
    ck_assert_str_ne(say(card, "00B08A0000"), fresh);
    expect(VERIFY_AUTH, "9000");
    check_signature("auth-expired", say(card, "802A03970568656C6C6F00"), false, mn_span(hello, 5));
}
END_TEST

START_TEST(a_substituted_card_has_another_person_and_the_same_key)
{
    static const char hello[] = "hello";
    char fresh[2 * 258 + 1];
    card = test_card("fresh");
    expect(VERIFY_SIGN, "9000");
    strcpy(fresh, say(card, "00B0810000"));
    cardsim_free(&card);
    card = test_card("substituted");
    expect(VERIFY_SIGN, "9000");
    ck_assert_str_ne(say(card, "00B0810000"), fresh);
    check_signature("sign-substituted", say(card, "802A039A0568656C6C6F00"), false,
                    mn_span(hello, 5));
}
END_TEST

START_TEST(a_resident_card_says_so_and_has_one_role)
{
    card = test_card("juki");
    ck_assert_mem_eq(say(card, "00B0860010"), "4A504B494150494343544F4B454E2020", 32);
    expect("00A4020C020008", "6A82");
    expect("00A4020C02000A", "6A82");
    expect("00A4020C020018", "6A82");
    expect(VERIFY_SIGN, "9000");
}
END_TEST

START_TEST(a_phone_has_jpki_only_and_keeps_its_certificate_closed)
{
    card = test_card("phone");
    ck_assert_mem_eq(say(card, "00B086000F"),
                     "4A504B494150475053455"
                     "44F4B454E",
                     30);
    expect(SELECT_COMMON, "6A82");
    expect("00B08A0004", "6982");
    expect(VERIFY_AUTH, "9000");
    ck_assert_str_eq(status(card, "00B08A0004"), "9000");
}
END_TEST

START_TEST(a_foreign_card_knows_none_of_the_names)
{
    static const char *const names[] = {SELECT_JPKI, SELECT_COMMON, SELECT_JUKI, SELECT_TEXT,
                                        SELECT_SURFACE};
    card = test_card("foreign");
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        expect(names[i], "6A82");
}
END_TEST

START_TEST(a_short_apdu_card_refuses_the_extended_form)
{
    card = test_card("short-apdu");
    expect("00A4020C02000A", "9000");
    expect("00B0000000061F", "6700");
    ck_assert_uint_eq(strlen(say(card, "00B0000000")), 2 * 258);
}
END_TEST

START_TEST(a_card_without_short_ids_refuses_them_everywhere)
{
    card = test_card("no-sfi");
    expect("00B0860004", "6A86");
    expect(QUERY_AUTH, "6A86");
    expect(VERIFY_AUTH, "6A86");
    expect("802A009702010200", "6A86");
    expect("00A4020C020018", "9000");
    expect("002000800431323334", "9000");
    expect(SELECT_COMMON, "9000");
    expect("00B2010C00", "6A86");
}
END_TEST

START_TEST(a_card_without_pss_refuses_its_schemes)
{
    card = test_card("no-pss");
    expect(VERIFY_AUTH, "9000");
    expect("802A059702010200", "6A86");
    expect("802A04972000000000000000000000000000000000000000000000000000000000000000000"
           "0",
           "6A86");
    ck_assert_str_eq(status(card, "802A039702010200"), "9000");
}
END_TEST

START_TEST(a_mute_card_has_no_answer_to_reset)
{
    card = test_card("fresh");
    ck_assert(!cardsim_is_mute(card));
    cardsim_free(&card);
    card = test_card("mute");
    ck_assert(cardsim_is_mute(card));
}
END_TEST

static long elapsed_ms(const struct timespec *since)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (now.tv_sec - since->tv_sec) * 1000 + (now.tv_nsec - since->tv_nsec) / 1000000;
}

/* Only a lower bound: no machine is too slow for this test. */
START_TEST(a_slow_card_takes_its_time)
{
    struct timespec start;
    card = test_card("slow");
    expect(VERIFY_AUTH, "9000");
    clock_gettime(CLOCK_MONOTONIC, &start);
    ck_assert_str_eq(status(card, "802A009702010200"), "9000");
    ck_assert_int_ge(elapsed_ms(&start), 350 + 15 + 10);
}
END_TEST

START_TEST(the_first_command_may_fail)
{
    card = test_card_with("fresh", "first_command_6f00=1");
    cardsim_power_on(card);
    expect(SELECT_JPKI, "6F00");
    expect(SELECT_JPKI, "9000");
    cardsim_warm_reset(card);
    expect(SELECT_JPKI, "9000");
}
END_TEST

START_TEST(files_may_be_missing_on_older_cards)
{
    card = test_card_with("fresh", "ef0006=0 ef0008=0");
    expect("00A4020C020006", "6A82");
    expect("00B0880003", "6A82");
}
END_TEST

START_TEST(the_serial_number_is_a_switch)
{
    card = test_card_with("fresh", "serial=42");
    expect("00B0865010", "34322020202020202020202020202020"
                         "9000");
}
END_TEST

START_TEST(the_answer_to_reset_is_a_switch)
{
    uint8_t atr[CARDSIM_ATR_MAX];
    card = test_card("fresh");
    ck_assert_uint_eq(cardsim_atr(card, atr), 9);
    ck_assert_mem_eq(atr, "\x3B\xE0\x00\xFF\x81\x31\xFE\x45\x14", 9);
    ck_assert_int_eq(cardsim_set(card, "atr", "3B00"), MN_OK);
    ck_assert_uint_eq(cardsim_atr(card, atr), 2);
}
END_TEST

START_TEST(full_counters_are_switches)
{
    card = test_card_with("fresh", "tries_auth=7 tries_number=3");
    expect(QUERY_AUTH, "63C7");
    expect(SELECT_TEXT, "9000");
    expect("00200094", "63C3");
    expect("00200092", "63C0");
}
END_TEST

START_TEST(unknown_switches_and_values_are_refused)
{
    card = test_card("fresh");
    ck_assert_int_eq(cardsim_set(card, "nonsense", "1"), MN_E_ARGUMENT);
    ck_assert_int_eq(cardsim_set_text(card, "sfi"), MN_E_ARGUMENT);
    ck_assert_int_eq(cardsim_set_text(card, "sfi=2"), MN_E_ARGUMENT);
    ck_assert_int_eq(cardsim_set(card, "sfi", "2"), MN_E_ARGUMENT);
    ck_assert_int_eq(cardsim_set(card, "sfi", ""), MN_E_ARGUMENT);
    ck_assert_int_eq(cardsim_set(card, "tries_auth", "16"), MN_E_ARGUMENT);
    ck_assert_int_eq(cardsim_set(card, "tries_auth", "-1"), MN_E_ARGUMENT);
    ck_assert_int_eq(cardsim_set(card, "atr", "3B0"), MN_E_ARGUMENT);
    ck_assert_int_eq(cardsim_set(card, "atr", "nohexa"), MN_E_ARGUMENT);
    ck_assert_int_eq(cardsim_set(card, "serial", "12345678901234567"), MN_E_ARGUMENT);
}
END_TEST

START_TEST(unknown_personas_and_folders_are_refused)
{
    ck_assert_int_eq(cardsim_new("nobody", CARDSIM_PKI, &card), MN_E_ARGUMENT);
    ck_assert_int_ne(cardsim_new("fresh", "/nonexistent", &card), MN_OK);
    ck_assert_ptr_null(card);
}
END_TEST

/* Each persona and each switch has its line, and its words for people. */
START_TEST(the_tables_are_printed_whole)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    cardsim_print_personas(out);
    cardsim_print_switches(out);
    fclose(out);
    ck_assert_ptr_nonnull(strstr(text, "no-sign-certificate\t"));
    ck_assert_ptr_nonnull(strstr(text, "clear_on_select_other=1\t"));
    ck_assert_ptr_nonnull(strstr(text, "(63cx|9000)\n"));
    ck_assert_ptr_null(strstr(text, "(null)"));
    free(text);
}
END_TEST

/* Every name in the program's tables is in the README, in backquotes. */
START_TEST(the_readme_names_every_persona_and_switch)
{
    struct mn_bytes readme = {0};
    char *text = NULL, *rest = NULL;
    size_t len = 0;
    int names = 0;
    ck_assert_int_eq(mn_file_read(CARDSIM_README, 65536, &readme), MN_OK);
    FILE *out = open_memstream(&text, &len);
    cardsim_print_personas(out);
    cardsim_print_switches(out);
    fclose(out);
    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        char name[64];
        snprintf(name, sizeof(name), "`%.*s`", (int)strcspn(line, "=\t"), line);
        ck_assert_msg(memmem(readme.ptr, readme.len, name, strlen(name)), "%s", name);
        names++;
    }
    ck_assert_int_gt(names, 40);
    free(text);
    mn_bytes_free(&readme);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        the_last_try_of_a_pin_blocks_it,
        the_last_try_of_the_password_may_succeed,
        a_blocked_password_leaves_the_other_role_alone,
        a_blocked_pin_leaves_the_other_role_alone,
        a_childs_card_has_no_signing_certificate,
        a_childs_card_may_lack_the_files_themselves,
        a_pin_never_set_may_say_so,
        an_empty_signing_certificate_is_padding,
        an_expired_card_has_other_certificates_for_the_same_keys,
        a_substituted_card_has_another_person_and_the_same_key,
        a_resident_card_says_so_and_has_one_role,
        a_phone_has_jpki_only_and_keeps_its_certificate_closed,
        a_foreign_card_knows_none_of_the_names,
        a_short_apdu_card_refuses_the_extended_form,
        a_card_without_short_ids_refuses_them_everywhere,
        a_card_without_pss_refuses_its_schemes,
        a_mute_card_has_no_answer_to_reset,
        a_slow_card_takes_its_time,
        the_first_command_may_fail,
        files_may_be_missing_on_older_cards,
        the_serial_number_is_a_switch,
        the_answer_to_reset_is_a_switch,
        full_counters_are_switches,
        unknown_switches_and_values_are_refused,
        unknown_personas_and_folders_are_refused,
        the_tables_are_printed_whole,
        the_readme_names_every_persona_and_switch,
    };
    Suite *suite = suite_create("cardsim personas");
    TCase *all = tcase_create("all");
    tcase_add_checked_fixture(all, NULL, teardown);
    for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
        tcase_add_test(all, tests[i]);
    suite_add_tcase(suite, all);
    return mn_test_run(suite);
}
