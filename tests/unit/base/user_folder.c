#include "base/user_folder.h"

#include <stdlib.h>
#include <string.h>

#include "runner.h"

static char path[PATH_MAX];

static void set_up(void)
{
    setenv("HOME", "/home-of/taro", 1);
    unsetenv("XDG_CONFIG_HOME");
    unsetenv("XDG_CACHE_HOME");
    unsetenv("XDG_DATA_HOME");
}

START_TEST(each_folder_has_its_place_below_home)
{
    static const char *const places[] = {[MN_FOLDER_CONFIG] = "/home-of/taro/.config/mynakey/name",
                                         [MN_FOLDER_CACHE] = "/home-of/taro/.cache/mynakey/name",
                                         [MN_FOLDER_DATA] =
                                             "/home-of/taro/.local/share/mynakey/name"};
    ck_assert(mn_user_path((enum mn_user_folder)_i, "name", path));
    ck_assert_str_eq(path, places[_i]);
}
END_TEST

START_TEST(the_environment_may_name_another)
{
    static const char *const variables[] = {[MN_FOLDER_CONFIG] = "XDG_CONFIG_HOME",
                                            [MN_FOLDER_CACHE] = "XDG_CACHE_HOME",
                                            [MN_FOLDER_DATA] = "XDG_DATA_HOME"};
    setenv(variables[_i], "/there", 1);
    ck_assert(mn_user_path((enum mn_user_folder)_i, "a/b", path));
    ck_assert_str_eq(path, "/there/mynakey/a/b");
    unsetenv("HOME");
    ck_assert(mn_user_path((enum mn_user_folder)_i, "a/b", path));
    setenv(variables[_i], "relative", 1);
    ck_assert(!mn_user_path((enum mn_user_folder)_i, "a/b", path));
}
END_TEST

START_TEST(without_an_absolute_home_there_is_none)
{
    setenv("HOME", "relative", 1);
    ck_assert(!mn_user_path(MN_FOLDER_DATA, "name", path));
    setenv("HOME", "", 1);
    ck_assert(!mn_user_path(MN_FOLDER_DATA, "name", path));
    unsetenv("HOME");
    ck_assert(!mn_user_path(MN_FOLDER_DATA, "name", path));
}
END_TEST

START_TEST(a_path_of_endless_length_is_none)
{
    char home[PATH_MAX];
    const size_t rest = strlen("/.cache/mynakey/name");
    memset(home, 'x', sizeof home);
    home[0] = '/';
    home[PATH_MAX - 1 - rest] = '\0';
    setenv("HOME", home, 1);
    ck_assert(mn_user_path(MN_FOLDER_CACHE, "name", path));
    ck_assert_uint_eq(strlen(path), PATH_MAX - 1);
    ck_assert(!mn_user_path(MN_FOLDER_CACHE, "name1", path));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base/user_folder");
    TCase *tcase = tcase_create("all");
    tcase_add_checked_fixture(tcase, set_up, NULL);
    tcase_add_loop_test(tcase, each_folder_has_its_place_below_home, 0, 3);
    tcase_add_loop_test(tcase, the_environment_may_name_another, 0, 3);
    tcase_add_test(tcase, without_an_absolute_home_there_is_none);
    tcase_add_test(tcase, a_path_of_endless_length_is_none);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
