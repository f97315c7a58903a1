/* Built with src/base/settings.c itself, whose system file lies in the build folder here. */
#include "base/settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/scratch.h"
#include "runner.h"

static struct mn_settings s;

static void no_environment(void)
{
    unsetenv("MYNAKEY_CONFIG");
    unsetenv("XDG_CONFIG_HOME");
    unsetenv("HOME");
    unlink(MN_SETTINGS_SYSTEM_FILE);
    mn_settings_default(&s);
}

static void write_system_file(const char *text)
{
    FILE *file = fopen(MN_SETTINGS_SYSTEM_FILE, "w");

    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
}

/* Writes the owner's file below the folder base; gives back the folder's path. */
static const char *write_own_file(const char *base, const char *text)
{
    char name[100];

    ck_assert_int_eq(mkdir(mn_scratch_path(base), 0700), 0);
    snprintf(name, sizeof name, "%s/mynakey", base);
    ck_assert_int_eq(mkdir(mn_scratch_path(name), 0700), 0);
    snprintf(name, sizeof name, "%s/mynakey/mynakey.conf", base);
    mn_scratch_write(name, text);
    return mn_scratch_path(base);
}

static bool is_default(const struct mn_settings *settings)
{
    struct mn_settings d;

    mn_settings_default(&d);
    return memcmp(&d, settings, sizeof d) == 0;
}

START_TEST(the_defaults_are_on_the_safe_side)
{
    memset(&s, 0x5A, sizeof s);
    mn_settings_default(&s);
    ck_assert(s.offer_auth && s.offer_sign && s.offer_soft && s.show_ca && s.keep_auth_pin &&
              s.cache);
    ck_assert(s.spare_last_try);
    ck_assert(!s.sign_always_authenticate);
    ck_assert_int_eq(s.pss, MN_AUTO);
    ck_assert_int_eq(s.extended, MN_AUTO);
    ck_assert_int_eq(s.log_level, MN_LOG_ERROR);
    ck_assert_str_eq(s.log_file, "");
}
END_TEST

START_TEST(every_name_sets_its_field)
{
    ck_assert_int_eq(mn_settings_line(&s, "roles = auth"), MN_OK);
    ck_assert(s.offer_auth && !s.offer_sign && !s.offer_soft);
    ck_assert_int_eq(mn_settings_line(&s, "roles = sign"), MN_OK);
    ck_assert(!s.offer_auth && s.offer_sign && !s.offer_soft);
    ck_assert_int_eq(mn_settings_line(&s, "roles = soft"), MN_OK);
    ck_assert(!s.offer_auth && !s.offer_sign && s.offer_soft);
    ck_assert_int_eq(mn_settings_line(&s, "roles = card"), MN_OK);
    ck_assert(s.offer_auth && s.offer_sign && !s.offer_soft);
    ck_assert_int_eq(mn_settings_line(&s, "roles = all"), MN_OK);
    ck_assert(s.offer_auth && s.offer_sign && s.offer_soft);
    ck_assert_int_eq(mn_settings_line(&s, "ca-certificates = no"), MN_OK);
    ck_assert(!s.show_ca);
    ck_assert_int_eq(mn_settings_line(&s, "keep-auth-pin = no"), MN_OK);
    ck_assert(!s.keep_auth_pin);
    ck_assert_int_eq(mn_settings_line(&s, "spare-last-try = no"), MN_OK);
    ck_assert(!s.spare_last_try);
    ck_assert_int_eq(mn_settings_line(&s, "sign-always-authenticate = yes"), MN_OK);
    ck_assert(s.sign_always_authenticate);
    ck_assert_int_eq(mn_settings_line(&s, "cache = no"), MN_OK);
    ck_assert(!s.cache);
    ck_assert_int_eq(mn_settings_line(&s, "cache = yes"), MN_OK);
    ck_assert(s.cache);
    ck_assert_int_eq(mn_settings_line(&s, "pss = yes"), MN_OK);
    ck_assert_int_eq(s.pss, MN_YES);
    ck_assert_int_eq(mn_settings_line(&s, "pss = auto"), MN_OK);
    ck_assert_int_eq(s.pss, MN_AUTO);
    ck_assert_int_eq(mn_settings_line(&s, "extended-length = no"), MN_OK);
    ck_assert_int_eq(s.extended, MN_NO);
    ck_assert_int_eq(mn_settings_line(&s, "log-level = debug"), MN_OK);
    ck_assert_int_eq(s.log_level, MN_LOG_DEBUG);
    ck_assert_int_eq(mn_settings_line(&s, "log-level = off"), MN_OK);
    ck_assert_int_eq(s.log_level, MN_LOG_OFF);
    ck_assert_int_eq(mn_settings_line(&s, "log-file = /var/log/my na=key.log"), MN_OK);
    ck_assert_str_eq(s.log_file, "/var/log/my na=key.log");
}
END_TEST

START_TEST(blanks_around_a_name_and_a_value_do_not_count)
{
    ck_assert_int_eq(mn_settings_line(&s, "\t spare-last-try=no \t\r"), MN_OK);
    ck_assert(!s.spare_last_try);
}
END_TEST

START_TEST(empty_lines_and_comments_change_nothing)
{
    ck_assert_int_eq(mn_settings_line(&s, ""), MN_OK);
    ck_assert_int_eq(mn_settings_line(&s, "  \t\r"), MN_OK);
    ck_assert_int_eq(mn_settings_line(&s, "# spare-last-try = no"), MN_OK);
    ck_assert_int_eq(mn_settings_line(&s, "   #spare-last-try = no"), MN_OK);
    ck_assert(is_default(&s));
}
END_TEST

static const char *const not_understood[] = {
    "spare-last-try",
    "spare-last-try =",
    "spare-last-try = nO",
    "spare-last-try = 0",
    "spare-last-try = no x",
    "spare-last-try = no # why",
    "spare-last-tries = no",
    "Spare-Last-Try = no",
    "= no",
    "=",
    "roles = none",
    "roles =",
    "pss = maybe",
    "log-level = 3",
    "log-level = verbose",
    "log-file = mynakey.log",
    "log-file = ~/log",
    "log-file =",
};

START_TEST(what_is_not_understood_changes_nothing)
{
    ck_assert_int_eq(mn_settings_line(&s, not_understood[_i]), MN_E_SETTING);
    ck_assert(is_default(&s));
}
END_TEST

START_TEST(a_path_that_is_too_long_is_refused)
{
    char line[2 * PATH_MAX] = "log-file = ";
    size_t head = strlen(line);

    memset(line + head, '/', PATH_MAX);
    ck_assert_int_eq(mn_settings_line(&s, line), MN_E_SETTING);
    ck_assert(is_default(&s));
    line[head + PATH_MAX - 1] = '\0';
    ck_assert_int_eq(mn_settings_line(&s, line), MN_OK);
    ck_assert_uint_eq(strlen(s.log_file), PATH_MAX - 1);
    memset(line, 'x', sizeof line - 1);
    ck_assert_int_eq(mn_settings_line(&s, line), MN_E_SETTING);
}
END_TEST

START_TEST(without_any_file_the_defaults_hold)
{
    memset(&s, 0x5A, sizeof s);
    ck_assert_int_eq(mn_settings_load(&s), MN_OK);
    ck_assert(is_default(&s));
    setenv("HOME", mn_scratch_path(""), 1);
    ck_assert_int_eq(mn_settings_load(&s), MN_OK);
    ck_assert(is_default(&s));
}
END_TEST

START_TEST(the_file_that_the_environment_names_comes_first)
{
    write_system_file("cache = no\n");
    setenv("XDG_CONFIG_HOME", write_own_file("config", "roles = sign\n"), 1);
    setenv("MYNAKEY_CONFIG", mn_scratch_write("named", "roles = auth"), 1);
    ck_assert_int_eq(mn_settings_load(&s), MN_OK);
    ck_assert(s.offer_auth && !s.offer_sign && s.cache);
}
END_TEST

START_TEST(a_named_file_that_is_missing_means_the_defaults)
{
    write_system_file("cache = no\n");
    setenv("MYNAKEY_CONFIG", mn_scratch_path("none"), 1);
    ck_assert_int_eq(mn_settings_load(&s), MN_OK);
    ck_assert(is_default(&s));
}
END_TEST

START_TEST(an_empty_name_in_the_environment_names_nothing)
{
    write_system_file("cache = no\n");
    setenv("MYNAKEY_CONFIG", "", 1);
    setenv("XDG_CONFIG_HOME", "", 1);
    ck_assert_int_eq(mn_settings_load(&s), MN_OK);
    ck_assert(!s.cache);
}
END_TEST

START_TEST(the_owners_file_replaces_the_systems_wholly)
{
    write_system_file("cache = no\n");
    setenv("XDG_CONFIG_HOME", write_own_file("config", "roles = sign\n"), 1);
    ck_assert_int_eq(mn_settings_load(&s), MN_OK);
    ck_assert(!s.offer_auth && s.cache);
}
END_TEST

START_TEST(without_xdg_the_owners_file_is_in_dot_config)
{
    write_system_file("cache = no\n");
    write_own_file(".config", "roles = sign\n");
    setenv("HOME", mn_scratch_path(""), 1);
    ck_assert_int_eq(mn_settings_load(&s), MN_OK);
    ck_assert(!s.offer_auth && s.cache);
}
END_TEST

START_TEST(relative_folders_in_the_environment_are_ignored)
{
    write_system_file("cache = no\n");
    write_own_file("config", "roles = sign\n");
    ck_assert_int_eq(chdir(mn_scratch_path("")), 0);
    setenv("XDG_CONFIG_HOME", "config", 1);
    setenv("HOME", ".", 1);
    ck_assert_int_eq(mn_settings_load(&s), MN_OK);
    ck_assert(s.offer_auth && !s.cache);
}
END_TEST

START_TEST(a_relative_xdg_folder_leaves_home)
{
    write_own_file(".config", "roles = sign\n");
    setenv("XDG_CONFIG_HOME", "config", 1);
    setenv("HOME", mn_scratch_path(""), 1);
    ck_assert_int_eq(mn_settings_load(&s), MN_OK);
    ck_assert(!s.offer_auth);
}
END_TEST

START_TEST(lines_not_understood_are_passed_over_and_told)
{
    const char *log = mn_scratch_path("log");
    char text[PATH_MAX + 200];
    char *told;

    snprintf(text, sizeof text,
             "# settings\nroles = sign\nspare-last-try = off\n\npassword 123456\ncache = no\n"
             "log-file = %s",
             log);
    setenv("MYNAKEY_CONFIG", mn_scratch_write("named", text), 1);
    ck_assert_int_eq(mn_settings_load(&s), MN_E_SETTING);
    ck_assert(!s.offer_auth && s.offer_sign && s.spare_last_try && !s.cache);
    told = mn_scratch_read(log);
    ck_assert_ptr_nonnull(told);
    ck_assert_ptr_nonnull(strstr(told, "line 3 of the settings is not understood\n"));
    ck_assert_ptr_nonnull(strstr(told, "line 5 of the settings is not understood\n"));
    ck_assert_ptr_null(strstr(told, "line 4"));
    ck_assert_ptr_null(strstr(told, "123456"));
    free(told);
}
END_TEST

START_TEST(a_line_with_a_nul_or_without_end_is_passed_over)
{
    static char text[20000];
    FILE *file;

    memset(text, 'x', sizeof text);
    file = fopen(mn_scratch_path("named"), "w");
    ck_assert_ptr_nonnull(file);
    fwrite("cache = no\0\nroles = sign\n", 1, 25, file);
    fwrite(text, 1, sizeof text, file);
    fclose(file);
    setenv("MYNAKEY_CONFIG", mn_scratch_path("named"), 1);
    ck_assert_int_eq(mn_settings_load(&s), MN_E_SETTING);
    ck_assert(s.cache && !s.offer_auth);
}
END_TEST

START_TEST(a_file_that_is_too_long_is_not_taken)
{
    FILE *file = fopen(mn_scratch_path("named"), "w");

    ck_assert_ptr_nonnull(file);
    for (int i = 0; i < 10000; i++)
        fputs("roles = sign\n", file);
    fclose(file);
    setenv("MYNAKEY_CONFIG", mn_scratch_path("named"), 1);
    ck_assert_int_eq(mn_settings_load(&s), MN_E_FILE);
    ck_assert(is_default(&s));
}
END_TEST

START_TEST(where_the_owners_file_cannot_be_read_the_systems_holds)
{
    write_system_file("cache = no\n");
    setenv("XDG_CONFIG_HOME", mn_scratch_path("config"), 1);
    ck_assert_int_eq(mkdir(mn_scratch_path("config"), 0700), 0);
    ck_assert_int_eq(mkdir(mn_scratch_path("config/mynakey"), 0700), 0);
    ck_assert_int_eq(mkdir(mn_scratch_path("config/mynakey/mynakey.conf"), 0700), 0);
    ck_assert_int_eq(mn_settings_load(&s), MN_E_FILE);
    ck_assert(!s.cache);
}
END_TEST

START_TEST(a_log_that_cannot_be_opened_does_not_cost_the_settings)
{
    setenv("MYNAKEY_CONFIG", mn_scratch_write("named", "log-file = /dev/null/log\nroles = sign\n"),
           1);
    ck_assert_int_eq(mn_settings_load(&s), MN_OK);
    ck_assert(!s.offer_auth);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base/settings");
    TCase *tcase = tcase_create("settings");

    mn_scratch_attach(tcase);
    tcase_add_checked_fixture(tcase, no_environment, NULL);
    tcase_add_test(tcase, the_defaults_are_on_the_safe_side);
    tcase_add_test(tcase, every_name_sets_its_field);
    tcase_add_test(tcase, blanks_around_a_name_and_a_value_do_not_count);
    tcase_add_test(tcase, empty_lines_and_comments_change_nothing);
    tcase_add_loop_test(tcase, what_is_not_understood_changes_nothing, 0,
                        sizeof not_understood / sizeof not_understood[0]);
    tcase_add_test(tcase, a_path_that_is_too_long_is_refused);
    tcase_add_test(tcase, without_any_file_the_defaults_hold);
    tcase_add_test(tcase, the_file_that_the_environment_names_comes_first);
    tcase_add_test(tcase, a_named_file_that_is_missing_means_the_defaults);
    tcase_add_test(tcase, an_empty_name_in_the_environment_names_nothing);
    tcase_add_test(tcase, the_owners_file_replaces_the_systems_wholly);
    tcase_add_test(tcase, without_xdg_the_owners_file_is_in_dot_config);
    tcase_add_test(tcase, relative_folders_in_the_environment_are_ignored);
    tcase_add_test(tcase, a_relative_xdg_folder_leaves_home);
    tcase_add_test(tcase, lines_not_understood_are_passed_over_and_told);
    tcase_add_test(tcase, a_line_with_a_nul_or_without_end_is_passed_over);
    tcase_add_test(tcase, a_file_that_is_too_long_is_not_taken);
    tcase_add_test(tcase, where_the_owners_file_cannot_be_read_the_systems_holds);
    tcase_add_test(tcase, a_log_that_cannot_be_opened_does_not_cost_the_settings);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
