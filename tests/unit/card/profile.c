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

START_TEST(the_authentication_role_has_a_pin_of_four_digits_and_three_tries)
{
    ck_assert_uint_eq(auth()->pin_min, 4);
    ck_assert_uint_eq(auth()->pin_max, 4);
    ck_assert_uint_eq(auth()->tries_max, 3);
    ck_assert_str_eq(auth()->pin_characters, "0123456789");
    ck_assert(!auth()->certificate_needs_pin);
}
END_TEST

START_TEST(the_signature_role_has_a_password_and_five_tries)
{
    ck_assert_uint_eq(sign()->pin_min, 6);
    ck_assert_uint_eq(sign()->pin_max, 16);
    ck_assert_uint_eq(sign()->tries_max, 5);
    ck_assert_uint_eq(strlen(sign()->pin_characters), 36);
    for (char c = 'A'; c <= 'Z'; c++)
        ck_assert_ptr_nonnull(strchr(sign()->pin_characters, c));
    for (char c = '0'; c <= '9'; c++)
        ck_assert_ptr_nonnull(strchr(sign()->pin_characters, c));
    ck_assert(sign()->certificate_needs_pin);
}
END_TEST

START_TEST(every_file_has_its_number)
{
    ck_assert_uint_eq(auth()->key, 0x0017);
    ck_assert_uint_eq(auth()->pin, 0x0018);
    ck_assert_uint_eq(auth()->certificate, 0x000A);
    ck_assert_uint_eq(auth()->ca_certificate, 0x000B);
    ck_assert_uint_eq(sign()->key, 0x001A);
    ck_assert_uint_eq(sign()->pin, 0x001B);
    ck_assert_uint_eq(sign()->certificate, 0x0001);
    ck_assert_uint_eq(sign()->ca_certificate, 0x0002);
}
END_TEST

/* ISO/IEC 7816-4, 7.3.2: 1 to 30. */
START_TEST(every_file_has_a_short_id)
{
    for (int role = 0; role < MN_ROLE_COUNT; role++) {
        const struct mn_role_profile *p = mn_role_profile((enum mn_role)role);
        const uint16_t files[] = {p->key, p->pin, p->certificate, p->ca_certificate};

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
    ck_assert_uint_eq(mn_aid_jpki().len, 10);
    ck_assert_int_eq(memcmp(mn_aid_jpki().ptr, "\xD3\x92\xF0\x00\x26\x01\x00\x00\x00\x01", 10), 0);
    ck_assert_uint_eq(mn_aid_common().len, 10);
    ck_assert_int_eq(memcmp(mn_aid_common().ptr, "\xD3\x92\x10\x00\x31\x00\x01\x01\x01\x00", 10),
                     0);
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

    tcase_add_test(tcase, the_authentication_role_has_a_pin_of_four_digits_and_three_tries);
    tcase_add_test(tcase, the_signature_role_has_a_password_and_five_tries);
    tcase_add_test(tcase, every_file_has_its_number);
    tcase_add_test(tcase, every_file_has_a_short_id);
    tcase_add_test(tcase, the_applications_are_named_whole_and_differ);
    tcase_add_test(tcase, the_roles_have_names_that_differ);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
