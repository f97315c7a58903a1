#include "cli/sign/file_list.h"

#include <check.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/scratch.h"
#include "runner.h"

static struct mn_file_list list;

static void free_list(void)
{
    mn_file_list_free(&list);
}

static void make_folder(const char *name)
{
    ck_assert_int_eq(mkdir(mn_scratch_path(name), 0700), 0);
}

/* The files of the list by their names below the scratch folder, a blank between each two. */
static const char *names(void)
{
    static char all[4096];
    size_t head = strlen(mn_scratch_path(""));
    all[0] = '\0';
    for (size_t i = 0; i < list.count; i++) {
        const char *name = list.paths[i] + head;
        while (*name == '/')
            name++;
        if (i > 0)
            strcat(all, " ");
        strcat(all, name);
    }
    return all;
}

START_TEST(files_come_in_the_order_in_which_they_were_named)
{
    mn_file_list_add(&list, mn_scratch_write("b", "x"), false);
    mn_file_list_add(&list, mn_scratch_write("a", "x"), false);
    ck_assert_str_eq(names(), "b a");
    ck_assert_uint_eq(list.refused, 0);
}
END_TEST

START_TEST(many_files_have_room)
{
    const char *path = mn_scratch_write("a", "x");
    for (int i = 0; i < 1000; i++)
        mn_file_list_add(&list, path, false);
    ck_assert_uint_eq(list.count, 1000);
    ck_assert_str_eq(list.paths[0], path);
    ck_assert_str_eq(list.paths[999], path);
}
END_TEST

START_TEST(what_is_no_file_is_refused_and_the_others_stay)
{
    make_folder("folder");
    ck_assert_int_eq(mkfifo(mn_scratch_path("pipe"), 0600), 0);
    mn_file_list_add(&list, mn_scratch_path("none"), false);
    mn_file_list_add(&list, mn_scratch_path("folder"), false);
    mn_file_list_add(&list, mn_scratch_path("pipe"), false);
    mn_file_list_add(&list, mn_scratch_write("a", "x"), false);
    ck_assert_str_eq(names(), "a");
    ck_assert_uint_eq(list.refused, 3);
}
END_TEST

START_TEST(folders_are_walked_by_name)
{
    make_folder("folder");
    make_folder("folder/b");
    make_folder("folder/empty");
    mn_scratch_write("folder/c", "x");
    mn_scratch_write("folder/b/2", "x");
    mn_scratch_write("folder/b/1", "x");
    mn_scratch_write("folder/a", "x");
    mn_file_list_add(&list, mn_scratch_path("folder"), true);
    ck_assert_str_eq(names(), "folder/a folder/b/1 folder/b/2 folder/c");
}
END_TEST

START_TEST(signatures_in_folders_are_left_out)
{
    make_folder("folder");
    mn_scratch_write("folder/a", "x");
    mn_scratch_write("folder/a.mnsgn", "x");
    mn_file_list_add(&list, mn_scratch_path("folder"), true);
    ck_assert_str_eq(names(), "folder/a");
    ck_assert_uint_eq(list.left_out, 1);
    ck_assert_uint_eq(list.refused, 0);
}
END_TEST

START_TEST(a_signature_that_is_named_is_meant)
{
    mn_file_list_add(&list, mn_scratch_write("a.mnsgn", "x"), false);
    ck_assert_str_eq(names(), "a.mnsgn");
}
END_TEST

START_TEST(symbolic_links_in_folders_are_not_followed)
{
    make_folder("folder");
    make_folder("elsewhere");
    mn_scratch_write("elsewhere/secret", "x");
    mn_scratch_write("folder/a", "x");
    ck_assert_int_eq(symlink("../elsewhere", mn_scratch_path("folder/out")), 0);
    ck_assert_int_eq(symlink("../elsewhere/secret", mn_scratch_path("folder/file")), 0);
    ck_assert_int_eq(symlink("nothing", mn_scratch_path("folder/dangling")), 0);
    ck_assert_int_eq(symlink(".", mn_scratch_path("folder/loop")), 0);
    mn_file_list_add(&list, mn_scratch_path("folder"), true);
    ck_assert_str_eq(names(), "folder/a");
    ck_assert_uint_eq(list.left_out, 4);
    ck_assert_uint_eq(list.refused, 0);
}
END_TEST

START_TEST(a_link_that_is_named_is_followed)
{
    make_folder("folder");
    mn_scratch_write("folder/a", "x");
    ck_assert_int_eq(symlink("folder", mn_scratch_path("link")), 0);
    ck_assert_int_eq(symlink("folder/a", mn_scratch_path("file")), 0);
    mn_file_list_add(&list, mn_scratch_path("link"), true);
    mn_file_list_add(&list, mn_scratch_path("file"), false);
    ck_assert_str_eq(names(), "link/a file");
}
END_TEST

START_TEST(special_files_in_folders_are_left_out)
{
    make_folder("folder");
    ck_assert_int_eq(mkfifo(mn_scratch_path("folder/pipe"), 0600), 0);
    mn_file_list_add(&list, mn_scratch_path("folder"), true);
    ck_assert_uint_eq(list.count, 0);
    ck_assert_uint_eq(list.left_out, 1);
}
END_TEST

static bool is_not(const char *path, const void *context)
{
    return strcmp(strrchr(path, '/') + 1, context) != 0;
}

START_TEST(what_is_not_wanted_is_taken_out)
{
    mn_file_list_add(&list, mn_scratch_write("a", "x"), false);
    mn_file_list_add(&list, mn_scratch_write("b", "x"), false);
    mn_file_list_add(&list, mn_scratch_write("c", "x"), false);
    mn_file_list_filter(&list, is_not, "b");
    ck_assert_str_eq(names(), "a c");
    ck_assert_uint_eq(list.refused, 1);
    mn_file_list_add(&list, mn_scratch_path("b"), false);
    ck_assert_str_eq(names(), "a c b");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("file_list");
    TCase *tcase = tcase_create("file_list");
    mn_scratch_attach(tcase);
    tcase_add_checked_fixture(tcase, NULL, free_list);
    tcase_add_test(tcase, files_come_in_the_order_in_which_they_were_named);
    tcase_add_test(tcase, many_files_have_room);
    tcase_add_test(tcase, what_is_no_file_is_refused_and_the_others_stay);
    tcase_add_test(tcase, folders_are_walked_by_name);
    tcase_add_test(tcase, signatures_in_folders_are_left_out);
    tcase_add_test(tcase, a_signature_that_is_named_is_meant);
    tcase_add_test(tcase, symbolic_links_in_folders_are_not_followed);
    tcase_add_test(tcase, a_link_that_is_named_is_followed);
    tcase_add_test(tcase, special_files_in_folders_are_left_out);
    tcase_add_test(tcase, what_is_not_wanted_is_taken_out);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
