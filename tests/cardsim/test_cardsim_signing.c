/* The sign command's six schemes, and INTERNAL AUTHENTICATE. */
#include <string.h>

#include <openssl/sha.h>

#include "runner.h"
#include "test_card.h"

static struct cardsim *card;

static void setup(void)
{
    card = test_card("fresh");
    ck_assert_str_eq(say(card, VERIFY_AUTH), "9000");
    ck_assert_str_eq(say(card, VERIFY_SIGN), "9000");
}

static void teardown(void)
{
    cardsim_free(&card);
}

static void expect(const char *command, const char *answer)
{
    ck_assert_str_eq(say(card, command), answer);
}

/* The sign command over data, with Le. */
static const char *sign(const char *head, struct mn_span data)
{
    char command[600];
    size_t len = (size_t)snprintf(command, sizeof(command), "%s%02zX", head, data.len);
    for (size_t i = 0; i < data.len; i++)
        len += (size_t)snprintf(command + len, sizeof(command) - len, "%02X", data.ptr[i]);
    snprintf(command + len, sizeof(command) - len, "00");
    return say(card, command);
}

static const struct mn_span message = {(const uint8_t *)"hello, card", 11};

static struct mn_span hash_of(struct mn_span data)
{
    static uint8_t hash[SHA256_DIGEST_LENGTH];
    SHA256(data.ptr, data.len, hash);
    return mn_span(hash, sizeof(hash));
}

static struct mn_span digest_info(struct mn_span data)
{
    static uint8_t info[51] = "\x30\x31\x30\x0D\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00"
                              "\x04\x20";
    memcpy(info + 19, hash_of(data).ptr, SHA256_DIGEST_LENGTH);
    return mn_span(info, sizeof(info));
}

START_TEST(a_digest_info_is_signed_with_the_current_key)
{
    expect("00A4020C020017", "9000");
    check_signature("auth", sign("802A0080", digest_info(message)), false, message);
    expect("00A4020C02001A", "9000");
    check_signature("sign", sign("802A0080", digest_info(message)), false, message);
}
END_TEST

START_TEST(a_short_id_names_the_key)
{
    check_signature("auth", sign("802A0097", digest_info(message)), false, message);
    check_signature("sign", sign("802A009A", digest_info(message)), false, message);
    check_signature("sign", sign("802A0080", digest_info(message)), false, message);
}
END_TEST

START_TEST(scheme_00_pads_what_it_gets)
{
    uint8_t longest[245];
    memset(longest, 0x5A, sizeof(longest));
    check_recovered("auth", sign("802A0097", mn_span("\x01\x02", 2)), mn_span("\x01\x02", 2));
    check_recovered("auth", sign("802A0097", mn_span(longest, 245)), mn_span(longest, 245));
}
END_TEST

START_TEST(scheme_01_pads_a_bare_hash)
{
    check_recovered("auth", sign("802A0197", message), hash_of(message));
}
END_TEST

START_TEST(scheme_02_wraps_a_hash)
{
    check_signature("auth", sign("802A0297", hash_of(message)), false, message);
}
END_TEST

START_TEST(scheme_03_hashes_and_wraps)
{
    check_signature("auth", sign("802A0397", message), false, message);
}
END_TEST

START_TEST(schemes_04_and_05_are_pss)
{
    check_signature("auth", sign("802A0497", hash_of(message)), true, message);
    check_signature("sign", sign("802A059A", message), true, message);
}
END_TEST

START_TEST(pss_differs_each_time_and_the_others_do_not)
{
    char first[2 * 258 + 1];
    strcpy(first, sign("802A0497", hash_of(message)));
    ck_assert_str_ne(sign("802A0497", hash_of(message)), first);
    strcpy(first, sign("802A0097", message));
    ck_assert_str_eq(sign("802A0097", message), first);
}
END_TEST

START_TEST(other_schemes_do_not_exist)
{
    char head[16];
    for (unsigned p1 = 6; p1 <= 0xFF; p1++) {
        snprintf(head, sizeof(head), "802A%02X97", p1);
        ck_assert_str_eq(sign(head, hash_of(message)), "6A86");
    }
}
END_TEST

START_TEST(data_of_a_wrong_length_are_refused)
{
    uint8_t longest[246] = {0};
    ck_assert_str_eq(sign("802A0097", mn_span(longest, 246)), "6985");
    ck_assert_str_eq(sign("802A0297", mn_span(longest, 31)), "6985");
    ck_assert_str_eq(sign("802A0497", mn_span(longest, 33)), "6985");
    expect("802A009700", "6985");
    ck_assert_int_eq(cardsim_set(card, "sign_length_status", "6700"), MN_OK);
    ck_assert_str_eq(sign("802A0097", mn_span(longest, 246)), "6700");
}
END_TEST

START_TEST(le_must_leave_room_for_the_signature)
{
    expect("802A0097020102", "6700");
    expect("802A009702010280", "6700");
    ck_assert_int_eq(cardsim_set(card, "lc_le", "tolerant"), MN_OK);
    ck_assert_str_eq(status(card, "802A0097020102"), "9000");
}
END_TEST

START_TEST(only_keys_sign)
{
    expect("802A009802010200", "6981");
    expect("802A008A02010200", "6981");
    expect("802A000002010200", "6A86");
    expect(SELECT_JPKI, "9000");
    expect("802A008002010200", "6986");
}
END_TEST

START_TEST(a_closed_key_does_not_sign)
{
    cardsim_power_on(card);
    expect(SELECT_JPKI, "9000");
    expect("802A009702010200", "6982");
    expect("802A009A02010200", "6982");
    expect(VERIFY_AUTH, "9000");
    expect("802A009A02010200", "6982");
    ck_assert_str_eq(status(card, "802A009702010200"), "9000");
}
END_TEST

START_TEST(which_is_looked_at_first_is_a_switch)
{
    cardsim_power_on(card);
    expect(SELECT_JPKI, "9000");
    expect("802A069702010200", "6A86");
    ck_assert_int_eq(cardsim_set(card, "check_security_before_p1", "1"), MN_OK);
    expect("802A069702010200", "6982");
}
END_TEST

START_TEST(one_pin_is_good_for_many_signatures)
{
    for (int i = 0; i < 10; i++)
        check_signature("sign", sign("802A029A", hash_of(message)), false, message);
}
END_TEST

START_TEST(the_text_application_signs_with_its_own_key)
{
    expect(SELECT_TEXT, "9000");
    ck_assert_str_eq(status(card, "802A000002010200"), "9000");
    ck_assert_uint_eq(strlen(say(card, "802A009302010200")), 2 * 258);
}
END_TEST

START_TEST(the_common_application_authenticates_itself)
{
    expect("008800970568656C6C6F00", "6985");
    expect(SELECT_COMMON, "9000");
    ck_assert_uint_eq(strlen(say(card, "008800990568656C6C6F00")), 2 * 258);
    expect("00880099", "6700");
    expect("802A009902010200", "6985");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        a_digest_info_is_signed_with_the_current_key,
        a_short_id_names_the_key,
        scheme_00_pads_what_it_gets,
        scheme_01_pads_a_bare_hash,
        scheme_02_wraps_a_hash,
        scheme_03_hashes_and_wraps,
        schemes_04_and_05_are_pss,
        pss_differs_each_time_and_the_others_do_not,
        other_schemes_do_not_exist,
        data_of_a_wrong_length_are_refused,
        le_must_leave_room_for_the_signature,
        only_keys_sign,
        a_closed_key_does_not_sign,
        which_is_looked_at_first_is_a_switch,
        one_pin_is_good_for_many_signatures,
        the_text_application_signs_with_its_own_key,
        the_common_application_authenticates_itself,
    };
    Suite *suite = suite_create("cardsim signing");
    TCase *all = tcase_create("all");
    tcase_add_checked_fixture(all, setup, teardown);
    for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
        tcase_add_test(all, tests[i]);
    suite_add_tcase(suite, all);
    return mn_test_run(suite);
}
