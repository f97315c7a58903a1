#include "backend/pin_memory.h"

#include <stdio.h>
#include <string.h>

#include "crypto/library.h"
#include "runner.h"

static struct mn_pin_memory memory;

static void open_crypto(void)
{
    ck_assert_int_eq(mn_crypto_open(), MN_OK);
}

static void close_crypto(void)
{
    mn_crypto_close();
}

static struct mn_span text(const char *s)
{
    return mn_span(s, strlen(s));
}

static bool is_known(const char *pin)
{
    bool known;
    int refuse_below;

    ck_assert_int_eq(mn_pin_memory_ask(&memory, text(pin), &known, &refuse_below), MN_OK);
    return known;
}

static int doubt_of(const char *pin)
{
    bool known;
    int refuse_below;

    ck_assert_int_eq(mn_pin_memory_ask(&memory, text(pin), &known, &refuse_below), MN_OK);
    return refuse_below;
}

static void refuse(const char *pin, int after)
{
    ck_assert_int_eq(mn_pin_memory_refused(&memory, text(pin), after), MN_OK);
}

static void lose(const char *pin, int tries)
{
    ck_assert_int_eq(mn_pin_memory_lost(&memory, text(pin), tries), MN_OK);
}

/* --- refused --- */

START_TEST(an_empty_memory_knows_no_pin)
{
    ck_assert(!is_known("1234"));
    ck_assert_int_eq(doubt_of("1234"), 0);
    ck_assert_int_eq(memory.told, 0);
}
END_TEST

START_TEST(every_refused_pin_is_known_again)
{
    refuse("1111", 2);
    refuse("2222", 1);
    refuse("1111", 1);
    ck_assert(is_known("1111"));
    ck_assert(is_known("2222"));
    ck_assert(!is_known("1234"));
    ck_assert(!is_known("111"));
    ck_assert(!is_known("11111"));
}
END_TEST

START_TEST(the_oldest_makes_room)
{
    char pin[12];

    for (int i = 0; i < MN_PIN_MEMORY_ROOM + 1; i++) {
        snprintf(pin, sizeof pin, "%04d", i);
        refuse(pin, 1);
    }
    ck_assert(!is_known("0000"));
    for (int i = 1; i < MN_PIN_MEMORY_ROOM + 1; i++) {
        snprintf(pin, sizeof pin, "%04d", i);
        ck_assert(is_known(pin));
    }
}
END_TEST

START_TEST(the_same_pin_does_not_take_room_twice)
{
    refuse("0000", 2);
    for (int i = 0; i < 2 * MN_PIN_MEMORY_ROOM; i++)
        refuse("1111", 1);
    ck_assert(is_known("0000"));
    ck_assert_uint_eq(memory.len, 2);
}
END_TEST

START_TEST(no_pin_stands_in_the_memory)
{
    const uint8_t *bytes = (const uint8_t *)&memory;

    refuse("K9WQZ4", 4);
    lose("X8VRY3", 4);
    for (size_t i = 0; i + 6 <= sizeof memory; i++) {
        ck_assert_int_ne(memcmp(bytes + i, "K9WQZ4", 6), 0);
        ck_assert_int_ne(memcmp(bytes + i, "X8VRY3", 6), 0);
    }
}
END_TEST

START_TEST(each_memory_has_a_key_of_its_own)
{
    struct mn_pin_memory first;

    refuse("1111", 2);
    first = memory;
    mn_pin_memory_clear(&memory);
    refuse("1111", 2);
    ck_assert_int_ne(memcmp(first.key, memory.key, sizeof memory.key), 0);
    ck_assert_int_ne(memcmp(first.refused[0], memory.refused[0], sizeof memory.refused[0]), 0);
}
END_TEST

START_TEST(clearing_forgets_everything)
{
    static const struct mn_pin_memory empty;

    refuse("1111", 1);
    lose("2222", 1);
    mn_pin_memory_clear(&memory);
    ck_assert_int_eq(memcmp(&memory, &empty, sizeof memory), 0);
    ck_assert(!is_known("1111"));
    ck_assert_int_eq(doubt_of("2222"), 0);
}
END_TEST

START_TEST(without_cryptography_no_pin_is_said_to_be_unknown)
{
    bool known;
    int refuse_below;

    mn_crypto_close();
    ck_assert_int_eq(mn_pin_memory_ask(&memory, text("1111"), &known, &refuse_below), MN_E_CRYPTO);
    ck_assert_int_eq(mn_pin_memory_refused(&memory, text("1111"), 1), MN_E_CRYPTO);
    open_crypto();
}
END_TEST

/* --- what was told --- */

START_TEST(the_tries_that_the_last_refusal_told_are_kept_until_a_pin_is_right)
{
    refuse("1111", 2);
    ck_assert_int_eq(memory.told, 2);
    refuse("2222", 1);
    ck_assert_int_eq(memory.told, 1);
    mn_pin_memory_accepted(&memory, text("1234"));
    ck_assert_int_eq(memory.told, 0);
    ck_assert(is_known("1111"));
}
END_TEST

START_TEST(a_refusal_that_tells_nothing_changes_nothing_told)
{
    refuse("1111", 2);
    refuse("2222", -1);
    ck_assert_int_eq(memory.told, 2);
}
END_TEST

/* --- in doubt --- */

START_TEST(a_pin_whose_answer_was_lost_is_in_doubt_and_not_known)
{
    lose("1111", 3);
    ck_assert(!is_known("1111"));
    ck_assert_int_eq(doubt_of("1111"), 3);
    ck_assert_int_eq(doubt_of("2222"), 0);
}
END_TEST

START_TEST(a_counter_that_has_gone_down_settles_the_doubt)
{
    lose("1111", 3);
    mn_pin_memory_settle(&memory, 2);
    ck_assert(is_known("1111"));
    ck_assert_int_eq(doubt_of("1111"), 0);
}
END_TEST

/* It was not judged, or it was right: the owner must not be told that it is wrong later on, when
 * another PIN has cost a try. */
START_TEST(a_counter_that_has_not_gone_down_ends_the_doubt)
{
    lose("1111", 3);
    mn_pin_memory_settle(&memory, 3);
    ck_assert(!is_known("1111"));
    ck_assert_int_eq(doubt_of("1111"), 0);
    mn_pin_memory_settle(&memory, 2);
    ck_assert(!is_known("1111"));
}
END_TEST

START_TEST(a_second_lost_answer_does_not_forget_the_first)
{
    lose("AAAAAA", 5);
    mn_pin_memory_settle(&memory, 4);
    lose("BBBBBB", 4);
    ck_assert(is_known("AAAAAA"));
    ck_assert_int_eq(doubt_of("BBBBBB"), 4);
}
END_TEST

START_TEST(another_pin_that_is_right_settles_the_doubt)
{
    lose("1111", 3);
    mn_pin_memory_accepted(&memory, text("1234"));
    ck_assert(is_known("1111"));
    ck_assert(!is_known("1234"));
}
END_TEST

START_TEST(the_doubted_pin_that_is_right_is_no_longer_in_doubt)
{
    lose("1111", 3);
    mn_pin_memory_accepted(&memory, text("1111"));
    ck_assert(!is_known("1111"));
    ck_assert_int_eq(doubt_of("1111"), 0);
}
END_TEST

START_TEST(the_doubted_pin_that_is_refused_is_known)
{
    lose("1111", 3);
    refuse("1111", 2);
    ck_assert(is_known("1111"));
    ck_assert_int_eq(doubt_of("1111"), 0);
}
END_TEST

/* --- the shelf --- */

START_TEST(a_memory_is_found_again_for_the_same_stay_of_the_card)
{
    refuse("1111", 2);
    lose("2222", 2);
    mn_pin_memory_put("Reader", 7, MN_PIN_AUTH, &memory);
    mn_pin_memory_clear(&memory);
    mn_pin_memory_get("Reader", 7, MN_PIN_AUTH, &memory);
    ck_assert(is_known("1111"));
    ck_assert_int_eq(doubt_of("2222"), 2);
    ck_assert_int_eq(memory.told, 2);
}
END_TEST

START_TEST(a_memory_is_not_found_for_another_stay)
{
    refuse("1111", 2);
    mn_pin_memory_put("Reader", 7, MN_PIN_AUTH, &memory);
    mn_pin_memory_get("Reader", 8, MN_PIN_AUTH, &memory);
    ck_assert(!is_known("1111"));
    mn_pin_memory_get("Reader", 7, MN_PIN_SIGN, &memory);
    ck_assert(!is_known("1111"));
    mn_pin_memory_get("Other", 7, MN_PIN_AUTH, &memory);
    ck_assert(!is_known("1111"));
    mn_pin_memory_get("Reader", 7, MN_PIN_AUTH, &memory);
    ck_assert(is_known("1111"));
}
END_TEST

/* For a forked child, whose parent goes on with what it has got. */
START_TEST(what_was_got_is_still_there)
{
    refuse("1111", 2);
    mn_pin_memory_put("Reader", 7, MN_PIN_AUTH, &memory);
    for (int i = 0; i < 2; i++) {
        mn_pin_memory_get("Reader", 7, MN_PIN_AUTH, &memory);
        ck_assert(is_known("1111"));
    }
}
END_TEST

START_TEST(what_was_learned_since_takes_the_place_of_what_was_known)
{
    refuse("1111", 2);
    mn_pin_memory_put("Reader", 7, MN_PIN_AUTH, &memory);
    refuse("2222", 1);
    mn_pin_memory_put("Reader", 7, MN_PIN_AUTH, &memory);
    mn_pin_memory_get("Reader", 7, MN_PIN_AUTH, &memory);
    ck_assert(is_known("1111"));
    ck_assert(is_known("2222"));
}
END_TEST

START_TEST(an_emptied_memory_leaves_nothing_on_the_shelf)
{
    refuse("1111", 2);
    mn_pin_memory_put("Reader", 7, MN_PIN_AUTH, &memory);
    mn_pin_memory_clear(&memory);
    mn_pin_memory_put("Reader", 7, MN_PIN_AUTH, &memory);
    mn_pin_memory_get("Reader", 7, MN_PIN_AUTH, &memory);
    ck_assert(!memory.keyed);
    ck_assert(!is_known("1111"));
}
END_TEST

START_TEST(an_empty_memory_of_another_stay_takes_nothing_away)
{
    static const struct mn_pin_memory empty;

    refuse("1111", 2);
    mn_pin_memory_put("Reader", 7, MN_PIN_AUTH, &memory);
    mn_pin_memory_put("Reader", 8, MN_PIN_AUTH, &empty);
    mn_pin_memory_get("Reader", 7, MN_PIN_AUTH, &memory);
    ck_assert(is_known("1111"));
}
END_TEST

START_TEST(a_new_stay_takes_the_place_of_the_last_one)
{
    refuse("1111", 2);
    mn_pin_memory_put("Reader", 7, MN_PIN_AUTH, &memory);
    mn_pin_memory_clear(&memory);
    refuse("2222", 2);
    for (unsigned long i = 8; i < 100; i++)
        mn_pin_memory_put("Other", i, MN_PIN_AUTH, &memory);
    mn_pin_memory_get("Reader", 7, MN_PIN_AUTH, &memory);
    ck_assert(is_known("1111"));
}
END_TEST

START_TEST(getting_forgets_what_was_in_the_hand)
{
    refuse("1111", 2);
    mn_pin_memory_get("Reader", 7, MN_PIN_AUTH, &memory);
    ck_assert(!is_known("1111"));
}
END_TEST

/* Programs that only look at the card come and go far more often than PINs are refused. */
START_TEST(memories_of_nothing_take_no_place_on_the_shelf)
{
    struct mn_pin_memory nothing = {0};

    refuse("1111", 2);
    mn_pin_memory_put("Reader", 7, MN_PIN_AUTH, &memory);
    for (unsigned long i = 0; i < 100; i++)
        mn_pin_memory_put("Other", i, MN_PIN_SIGN, &nothing);
    mn_pin_memory_get("Reader", 7, MN_PIN_AUTH, &memory);
    ck_assert(is_known("1111"));
}
END_TEST

START_TEST(a_place_that_was_left_is_used_before_another_is_taken)
{
    refuse("1111", 2);
    mn_pin_memory_put("Reader", 7, MN_PIN_AUTH, &memory);
    for (int i = 0; i < 100; i++) {
        mn_pin_memory_get("Other", 1, MN_PIN_AUTH, &memory);
        refuse("2222", 2);
        mn_pin_memory_put("Other", 1, MN_PIN_AUTH, &memory);
    }
    mn_pin_memory_get("Reader", 7, MN_PIN_AUTH, &memory);
    ck_assert(is_known("1111"));
}
END_TEST

START_TEST(the_oldest_makes_room_on_a_full_shelf)
{
    char name[2] = "0";

    for (; name[0] < '9'; name[0]++) {
        refuse("1111", 2);
        mn_pin_memory_put(name, 7, MN_PIN_AUTH, &memory);
    }
    mn_pin_memory_get("0", 7, MN_PIN_AUTH, &memory);
    ck_assert(!is_known("1111"));
    for (name[0] = '1'; name[0] < '9'; name[0]++) {
        mn_pin_memory_get(name, 7, MN_PIN_AUTH, &memory);
        ck_assert(is_known("1111"));
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("backend/pin_memory");
    TCase *tcase = tcase_create("pin_memory");

    tcase_add_checked_fixture(tcase, open_crypto, close_crypto);
    tcase_add_test(tcase, an_empty_memory_knows_no_pin);
    tcase_add_test(tcase, every_refused_pin_is_known_again);
    tcase_add_test(tcase, the_oldest_makes_room);
    tcase_add_test(tcase, the_same_pin_does_not_take_room_twice);
    tcase_add_test(tcase, no_pin_stands_in_the_memory);
    tcase_add_test(tcase, each_memory_has_a_key_of_its_own);
    tcase_add_test(tcase, clearing_forgets_everything);
    tcase_add_test(tcase, without_cryptography_no_pin_is_said_to_be_unknown);
    tcase_add_test(tcase, the_tries_that_the_last_refusal_told_are_kept_until_a_pin_is_right);
    tcase_add_test(tcase, a_refusal_that_tells_nothing_changes_nothing_told);
    tcase_add_test(tcase, a_pin_whose_answer_was_lost_is_in_doubt_and_not_known);
    tcase_add_test(tcase, a_counter_that_has_gone_down_settles_the_doubt);
    tcase_add_test(tcase, a_counter_that_has_not_gone_down_ends_the_doubt);
    tcase_add_test(tcase, a_second_lost_answer_does_not_forget_the_first);
    tcase_add_test(tcase, another_pin_that_is_right_settles_the_doubt);
    tcase_add_test(tcase, the_doubted_pin_that_is_right_is_no_longer_in_doubt);
    tcase_add_test(tcase, the_doubted_pin_that_is_refused_is_known);
    tcase_add_test(tcase, a_memory_is_found_again_for_the_same_stay_of_the_card);
    tcase_add_test(tcase, a_memory_is_not_found_for_another_stay);
    tcase_add_test(tcase, what_was_got_is_still_there);
    tcase_add_test(tcase, what_was_learned_since_takes_the_place_of_what_was_known);
    tcase_add_test(tcase, an_emptied_memory_leaves_nothing_on_the_shelf);
    tcase_add_test(tcase, an_empty_memory_of_another_stay_takes_nothing_away);
    tcase_add_test(tcase, a_new_stay_takes_the_place_of_the_last_one);
    tcase_add_test(tcase, getting_forgets_what_was_in_the_hand);
    tcase_add_test(tcase, memories_of_nothing_take_no_place_on_the_shelf);
    tcase_add_test(tcase, a_place_that_was_left_is_used_before_another_is_taken);
    tcase_add_test(tcase, the_oldest_makes_room_on_a_full_shelf);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
