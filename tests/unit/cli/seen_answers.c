#include "cli/verify/seen_answers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/scratch.h"
#include "crypto/library.h"
#include "runner.h"

static bool older;
static time_t newest;

static void set_up(void)
{
    setenv("XDG_DATA_HOME", mn_scratch_path("data"), 1);
    ck_assert_int_eq(mn_crypto_open(), MN_OK);
}

static void tear_down(void)
{
    mn_crypto_close();
}

/* What the authority, whose certificate is any text, said of a number. */
static mn_rc compare(const char *authority, uint64_t number, time_t update, bool revoked)
{
    const struct mn_validity answer = {
        .number = number,
        .state = revoked ? MN_VALIDITY_REVOKED : MN_VALIDITY_GOOD,
        .this_update = update,
    };
    return mn_seen_compare(mn_span(authority, strlen(authority)), &answer, &older, &newest);
}

#define GOOD    false
#define REVOKED true

static void is_taken(uint64_t number, time_t update, bool revoked)
{
    ck_assert_int_eq(compare("a", number, update, revoked), MN_OK);
    ck_assert(!older);
    ck_assert_int_eq(newest, update);
}

START_TEST(the_first_answer_and_newer_ones_are_taken)
{
    is_taken(7, 1000, GOOD);
    is_taken(7, 1000, GOOD);
    is_taken(7, 2000, REVOKED);
    is_taken(7, 3000, GOOD);
}
END_TEST

START_TEST(an_answer_from_before_is_older)
{
    is_taken(7, 2000, REVOKED);
    ck_assert_int_eq(compare("a", 7, 1000, GOOD), MN_OK);
    ck_assert(older);
    ck_assert_int_eq(newest, 2000);
    is_taken(7, 2000, REVOKED);
}
END_TEST

START_TEST(of_the_same_second_a_revocation_counts)
{
    is_taken(7, 2000, GOOD);
    is_taken(7, 2000, REVOKED);
    ck_assert_int_eq(compare("a", 7, 2000, GOOD), MN_OK);
    ck_assert(older);
}
END_TEST

START_TEST(numbers_and_authorities_do_not_touch_each_other)
{
    is_taken(7, 2000, GOOD);
    is_taken(8, 1000, GOOD);
    ck_assert_int_eq(compare("b", 7, 1000, GOOD), MN_OK);
    ck_assert(!older);
}
END_TEST

/* The path of the one answer there is. */
static const char *only_file(void)
{
    static char path[4096];
    FILE *names = popen("ls -d \"$XDG_DATA_HOME\"/mynakey/seen/* | grep -v lock", "r");
    ck_assert_ptr_nonnull(names);
    ck_assert_ptr_nonnull(fgets(path, sizeof path, names));
    pclose(names);
    path[strcspn(path, "\n")] = '\0';
    return path;
}

START_TEST(only_the_user_can_read_it_and_its_name_tells_nothing)
{
    struct stat st;

    is_taken(4711, 2000, GOOD);
    ck_assert_int_eq(stat(only_file(), &st), 0);
    ck_assert_int_eq(st.st_mode & 0777, 0600);
    ck_assert_ptr_null(strstr(strrchr(only_file(), '/'), "4711"));
}
END_TEST

START_TEST(a_damaged_memory_is_told_and_begun_anew)
{
    FILE *file;

    is_taken(7, 2000, GOOD);
    file = fopen(only_file(), "w");
    ck_assert_ptr_nonnull(file);
    fputs("nonsense\n", file);
    fclose(file);
    ck_assert_int_eq(compare("a", 7, 1500, GOOD), MN_E_DAMAGED);
    ck_assert(!older);
    ck_assert_int_eq(compare("a", 7, 1000, GOOD), MN_OK);
    ck_assert(older);
}
END_TEST

START_TEST(where_nothing_can_be_kept_it_is_told)
{
    setenv("XDG_DATA_HOME", mn_scratch_write("file", ""), 1);
    ck_assert_int_ne(compare("a", 7, 2000, GOOD), MN_OK);
    ck_assert(!older);
    ck_assert_int_eq(newest, 2000);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cli/seen_answers");
    TCase *tcase = tcase_create("seen_answers");

    mn_scratch_attach(tcase);
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, the_first_answer_and_newer_ones_are_taken);
    tcase_add_test(tcase, an_answer_from_before_is_older);
    tcase_add_test(tcase, of_the_same_second_a_revocation_counts);
    tcase_add_test(tcase, numbers_and_authorities_do_not_touch_each_other);
    tcase_add_test(tcase, only_the_user_can_read_it_and_its_name_tells_nothing);
    tcase_add_test(tcase, a_damaged_memory_is_told_and_begun_anew);
    tcase_add_test(tcase, where_nothing_can_be_kept_it_is_told);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
