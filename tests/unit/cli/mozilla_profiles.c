#include "cli/setup/mozilla_profiles.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/scratch.h"
#include "runner.h"

static struct mn_mozilla_profiles found;

static void forget(void)
{
    mn_mozilla_profiles_free(&found);
}

static void parse(const char *text)
{
    ck_assert_int_eq(mn_mozilla_profiles_parse(mn_span(text, strlen(text)), "/r", &found), MN_OK);
}

static void assert_profile(size_t i, const char *name, const char *folder, bool is_default)
{
    ck_assert_uint_gt(found.len, i);
    ck_assert_str_eq(found.at[i].name, name);
    ck_assert_str_eq(found.at[i].folder, folder);
    ck_assert_int_eq(found.at[i].is_default, is_default);
}

START_TEST(a_file_as_firefox_writes_it)
{
    parse("[Install4F96]\nDefault=b.default-esr\nLocked=1\n\n"
          "[Profile1]\nName=default\nIsRelative=1\nPath=a.default\nDefault=1\n\n"
          "[Profile0]\nName=default-esr\nIsRelative=1\nPath=b.default-esr\n\n"
          "[General]\nStartWithLastProfile=1\nVersion=2\n\n");
    ck_assert_uint_eq(found.len, 2);
    assert_profile(0, "default", "/r/a.default", true);
    assert_profile(1, "default-esr", "/r/b.default-esr", false);
}
END_TEST

START_TEST(a_profile_can_be_elsewhere)
{
    parse("[Profile0]\r\nName=\xE4\xBB\x95\xE4\xBA\x8B\r\nIsRelative=0\r\nPath=/d/a b\r\n");
    ck_assert_uint_eq(found.len, 1);
    assert_profile(0, "\xE4\xBB\x95\xE4\xBA\x8B", "/d/a b", false);
}
END_TEST

START_TEST(sections_without_a_usable_path_are_passed_over)
{
    parse("[Profile0]\nName=none\nIsRelative=1\n[Profile1]\nName=empty\nIsRelative=1\nPath=\n"
          "[Profile2]\nName=lost\nIsRelative=0\nPath=relative\n"
          "[Crash]\nName=c\nPath=/c\n[Profile3]\nPath=/nameless\n");
    ck_assert_uint_eq(found.len, 1);
    assert_profile(0, "", "/nameless", false);
}
END_TEST

START_TEST(a_folder_that_two_sections_name_is_one_profile)
{
    parse("[Profile0]\nName=a\nPath=/p\n[Profile1]\nName=b\nPath=/p\n");
    ck_assert_uint_eq(found.len, 1);
    assert_profile(0, "a", "/p", false);
}
END_TEST

START_TEST(a_path_that_is_too_long_is_passed_over)
{
    static char text[3 * PATH_MAX];
    int len = sprintf(text, "[Profile0]\nIsRelative=1\nPath=");

    memset(text + len, 'x', PATH_MAX - 3);
    parse(text);
    ck_assert_uint_eq(found.len, 0);
    memset(text + len, 'x', 2 * PATH_MAX);
    parse(text);
    ck_assert_uint_eq(found.len, 0);
}
END_TEST

static void make_profile(const char *folder)
{
    char modules[100];

    ck_assert_int_eq(mkdir(mn_scratch_path(folder), 0700), 0);
    snprintf(modules, sizeof modules, "%s/pkcs11.txt", folder);
    mn_scratch_write(modules, "");
}

START_TEST(folders_with_a_database_are_profiles_though_no_file_names_them)
{
    make_profile("named");
    make_profile("unnamed");
    ck_assert_int_eq(mkdir(mn_scratch_path("Crash Reports"), 0700), 0);
    mn_scratch_write("profiles.ini", "[Profile0]\nName=n\nIsRelative=1\nPath=named\n");
    ck_assert_int_eq(mn_mozilla_profiles_read(mn_scratch_path(""), &found), MN_OK);
    ck_assert_uint_eq(found.len, 2);
    ck_assert_str_eq(found.at[0].name, "n");
    ck_assert_str_eq(found.at[1].name, "unnamed");
}
END_TEST

START_TEST(a_program_that_was_never_used_has_none)
{
    ck_assert_int_eq(mn_mozilla_profiles_read(mn_scratch_path("none"), &found), MN_OK);
    ck_assert_uint_eq(found.len, 0);
}
END_TEST

START_TEST(any_bytes_are_read)
{
    static const char *const pieces[] = {"[Profile",    "]\n", "Path=", "Name=", "IsRelative=1\n",
                                         "Default=1\n", "/",   "\n",    "=",     "[",
                                         "\xFF",        "x"};

    srand(1);
    for (int i = 0; i < 2000; i++) {
        char text[400] = "";
        for (int n = rand() % 30; n > 0; n--)
            strcat(text, pieces[(size_t)rand() % (sizeof pieces / sizeof pieces[0])]);
        text[rand() % 400] = '\0';
        ck_assert_int_eq(
            mn_mozilla_profiles_parse(mn_span(text, (size_t)(rand() % 400)), "/r", &found), MN_OK);
        for (size_t k = 0; k < found.len; k++)
            ck_assert_int_eq(found.at[k].folder[0], '/');
        mn_mozilla_profiles_free(&found);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cli/mozilla_profiles");
    TCase *tcase = tcase_create("profiles");

    mn_scratch_attach(tcase);
    tcase_add_checked_fixture(tcase, NULL, forget);
    tcase_add_test(tcase, a_file_as_firefox_writes_it);
    tcase_add_test(tcase, a_profile_can_be_elsewhere);
    tcase_add_test(tcase, sections_without_a_usable_path_are_passed_over);
    tcase_add_test(tcase, a_folder_that_two_sections_name_is_one_profile);
    tcase_add_test(tcase, a_path_that_is_too_long_is_passed_over);
    tcase_add_test(tcase, folders_with_a_database_are_profiles_though_no_file_names_them);
    tcase_add_test(tcase, a_program_that_was_never_used_has_none);
    tcase_add_test(tcase, any_bytes_are_read);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
