#include "card/profile.h"

#include <string.h>

#include "runner.h"

static const struct mn_role_profile *auth(void)
{
    return mn_role_profile(MN_ROLE_AUTH);
}

static const struct mn_role_profile *sign(void)
{
    return mn_role_profile(MN_ROLE_SIGN);
}

START_TEST(the_authentication_pin_has_four_digits_and_three_tries)
{
    const struct mn_pin_profile *pin = mn_role_pin(MN_ROLE_AUTH);

    ck_assert_ptr_eq(pin, mn_pin_profile(MN_PIN_AUTH));
    ck_assert_uint_eq(pin->min, 4);
    ck_assert_uint_eq(pin->max, 4);
    ck_assert_uint_eq(pin->tries_max, 3);
    ck_assert_str_eq(pin->characters, "0123456789");
    ck_assert(!auth()->certificate_needs_pin);
}
END_TEST

START_TEST(the_signing_password_has_letters_and_digits_and_five_tries)
{
    const struct mn_pin_profile *pin = mn_role_pin(MN_ROLE_SIGN);

    ck_assert_ptr_eq(pin, mn_pin_profile(MN_PIN_SIGN));
    ck_assert_uint_eq(pin->min, 6);
    ck_assert_uint_eq(pin->max, 16);
    ck_assert_uint_eq(pin->tries_max, 5);
    ck_assert_uint_eq(strlen(pin->characters), 36);
    for (char c = 'A'; c <= 'Z'; c++)
        ck_assert_ptr_nonnull(strchr(pin->characters, c));
    for (char c = '0'; c <= '9'; c++)
        ck_assert_ptr_nonnull(strchr(pin->characters, c));
    ck_assert(sign()->certificate_needs_pin);
}
END_TEST

/* Of each: application, file, length, tries, how it is changed. */
START_TEST(every_pin_has_its_line_in_the_table)
{
    static const struct {
        enum mn_application application;
        uint16_t ef;
        size_t min, max;
        unsigned tries_max;
        enum mn_pin_change change;
    } lines[MN_PIN_COUNT] = {
        [MN_PIN_AUTH] = {MN_APPLICATION_JPKI, 0x18, 4, 4, 3, MN_PIN_CHANGE_REFERENCE},
        [MN_PIN_SIGN] = {MN_APPLICATION_JPKI, 0x1B, 6, 16, 5, MN_PIN_CHANGE_REFERENCE},
        [MN_PIN_TEXT] = {MN_APPLICATION_TEXT, 0x11, 4, 4, 3, MN_PIN_CHANGE_REFERENCE},
        [MN_PIN_TEXT_A] = {MN_APPLICATION_TEXT, 0x14, 12, 12, 0, MN_PIN_FIXED},
        [MN_PIN_TEXT_B] = {MN_APPLICATION_TEXT, 0x15, 14, 14, 0, MN_PIN_FIXED},
        [MN_PIN_SURFACE_BIRTH] = {MN_APPLICATION_SURFACE, 0x11, 6, 6, 0, MN_PIN_FIXED},
        [MN_PIN_SURFACE_A] = {MN_APPLICATION_SURFACE, 0x13, 12, 12, 0, MN_PIN_FIXED},
        [MN_PIN_SURFACE_B] = {MN_APPLICATION_SURFACE, 0x12, 14, 14, 0, MN_PIN_FIXED},
        [MN_PIN_COMMON] = {MN_APPLICATION_COMMON, 0x1C, 4, 4, 3, MN_PIN_CHANGE_KEY},
        [MN_PIN_JUKI] = {MN_APPLICATION_JUKI, 0x1C, 4, 4, 3, MN_PIN_CHANGE_KEY},
    };
    const struct mn_pin_profile *pin = mn_pin_profile((enum mn_pin)_i);

    ck_assert_int_eq(pin->application, lines[_i].application);
    ck_assert_uint_eq(pin->ef, lines[_i].ef);
    ck_assert_uint_eq(pin->min, lines[_i].min);
    ck_assert_uint_eq(pin->max, lines[_i].max);
    ck_assert_uint_eq(pin->tries_max, lines[_i].tries_max);
    ck_assert_int_eq(pin->change, lines[_i].change);
    if (_i != MN_PIN_SIGN)
        ck_assert_str_eq(pin->characters, "0123456789");
    for (int i = 0; i < _i; i++)
        ck_assert_str_ne(pin->name, mn_pin_profile((enum mn_pin)i)->name);
}
END_TEST

START_TEST(every_file_has_its_number)
{
    ck_assert_uint_eq(auth()->key, 0x0017);
    ck_assert_uint_eq(auth()->certificate, 0x000A);
    ck_assert_uint_eq(auth()->ca_certificate, 0x000B);
    ck_assert_uint_eq(sign()->key, 0x001A);
    ck_assert_uint_eq(sign()->certificate, 0x0001);
    ck_assert_uint_eq(sign()->ca_certificate, 0x0002);
}
END_TEST

/* ISO/IEC 7816-4, 7.3.2: 1 to 30. */
START_TEST(every_file_has_a_short_id)
{
    for (int role = 0; role < MN_ROLE_COUNT; role++) {
        const struct mn_role_profile *p = mn_role_profile((enum mn_role)role);
        const uint16_t files[] = {p->key, mn_pin_profile(p->pin)->ef, p->certificate,
                                  p->ca_certificate};

        for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
            ck_assert_uint_ge(files[i], 1);
            ck_assert_uint_le(files[i], 30);
            for (size_t k = 0; k < i; k++)
                ck_assert_uint_ne(files[i], files[k]);
        }
    }
}
END_TEST

START_TEST(the_applications_are_named_whole_and_differ)
{
    static const char *const ids[MN_APPLICATION_COUNT] = {
        [MN_APPLICATION_JPKI] = "\xD3\x92\xF0\x00\x26\x01\x00\x00\x00\x01",
        [MN_APPLICATION_TEXT] = "\xD3\x92\x10\x00\x31\x00\x01\x01\x04\x08",
        [MN_APPLICATION_SURFACE] = "\xD3\x92\x10\x00\x31\x00\x01\x01\x04\x02",
        [MN_APPLICATION_COMMON] = "\xD3\x92\x10\x00\x31\x00\x01\x01\x01\x00",
        [MN_APPLICATION_JUKI] = "\xD3\x92\x10\x00\x31\x00\x01\x01\x04\x01",
    };
    struct mn_span id = mn_application_id((enum mn_application)_i);

    ck_assert_uint_eq(id.len, 10);
    ck_assert_mem_eq(id.ptr, ids[_i], 10);
}
END_TEST

START_TEST(the_roles_have_names_that_differ)
{
    ck_assert_str_eq(auth()->name, "authentication");
    ck_assert_str_eq(sign()->name, "signature");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("card/profile");
    TCase *tcase = tcase_create("profile");

    tcase_add_test(tcase, the_authentication_pin_has_four_digits_and_three_tries);
    tcase_add_test(tcase, the_signing_password_has_letters_and_digits_and_five_tries);
    tcase_add_loop_test(tcase, every_pin_has_its_line_in_the_table, 0, MN_PIN_COUNT);
    tcase_add_test(tcase, every_file_has_its_number);
    tcase_add_test(tcase, every_file_has_a_short_id);
    tcase_add_loop_test(tcase, the_applications_are_named_whole_and_differ, 0,
                        MN_APPLICATION_COUNT);
    tcase_add_test(tcase, the_roles_have_names_that_differ);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
