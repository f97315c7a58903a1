/* Names of slots: readers have long ones. */
#include "token/slot_info.h"

#include <string.h>

#include "runner.h"
#include "standin_readers.h"
#include "token/padded.h"

static void describe(const char *name, enum mn_role role, char out[65])
{
    CK_SLOT_INFO info;
    standin_plug(0, name);
    struct mn_slot slot = {.place = standin_place(0, role, 1)};
    mn_slot_info(&slot, true, &info);
    memcpy(out, info.slotDescription, 64);
    out[64] = '\0';
    ck_assert_ptr_null(memchr(info.slotDescription, '\0', 64));
    ck_assert_mem_eq(info.manufacturerID, "mynakey                         ", 32);
}

START_TEST(a_long_name_keeps_its_end_and_its_role)
{
    char out[65];
    describe("A Reader With A Very Long Name Made By Somebody [CCID Interface] (0123) 01 00",
             MN_ROLE_AUTH, out);
    ck_assert_str_eq(out, "A Reader With A Very Long Name~ce] (0123) 01 00 (authentication)");
}
END_TEST

START_TEST(a_name_that_just_fits_is_whole)
{
    char out[65];
    describe("Forty-seven bytes of a reader's own name 00 00!", MN_ROLE_AUTH, out);
    ck_assert_str_eq(out, "Forty-seven bytes of a reader's own name 00 00! (authentication)");
}
END_TEST

START_TEST(a_name_is_not_cut_within_a_character)
{
    char out[65];
    describe("\xE3\x82\xAB\xE3\x83\xBC\xE3\x83\x89\xE3\x83\xAA\xE3\x83\xBC\xE3\x83\x80\xE3\x83\xBC"
             "\xE3\x82\xAB\xE3\x83\xBC\xE3\x83\x89\xE3\x83\xAA\xE3\x83\xBC\xE3\x83\x80\xE3\x83\xBC"
             "\xE3\x82\xAB\xE3\x83\xBC\xE3\x83\x89\xE3\x83\xAA\xE3\x83\xBC\xE3\x83\x80\xE3\x83\xBC",
             MN_ROLE_SIGN, out);
    ck_assert_str_eq(out, "\xE3\x82\xAB\xE3\x83\xBC\xE3\x83\x89\xE3\x83\xAA\xE3\x83\xBC\xE3\x83"
                          "\x80\xE3\x83\xBC\xE3\x82\xAB\xE3\x83\xBC\xE3\x83\x89\xE3\x83\xAA~"
                          "\xE3\x83\x89\xE3\x83\xAA\xE3\x83\xBC\xE3\x83\x80\xE3\x83\xBC"
                          " (signature)   ");
}
END_TEST

START_TEST(text_is_padded_and_cut_at_characters)
{
    CK_UTF8CHAR field[6];
    mn_padded(field, sizeof field, "abc");
    ck_assert_mem_eq(field, "abc   ", 6);
    mn_padded(field, sizeof field, "abcdefgh");
    ck_assert_mem_eq(field, "abcdef", 6);
    mn_padded(field, sizeof field, "abcd\xE3\x82\xAB");
    ck_assert_mem_eq(field, "abcd  ", 6);
    mn_padded(field, sizeof field, "abc\xE3\x82\xAB");
    ck_assert_mem_eq(field, "abc\xE3\x82\xAB", 6);
    mn_padded(field, sizeof field, "");
    ck_assert_mem_eq(field, "      ", 6);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("token/slot_info");
    TCase *tcase = tcase_create("slot_info");

    tcase_add_test(tcase, a_long_name_keeps_its_end_and_its_role);
    tcase_add_test(tcase, a_name_that_just_fits_is_whole);
    tcase_add_test(tcase, a_name_is_not_cut_within_a_character);
    tcase_add_test(tcase, text_is_padded_and_cut_at_characters);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
