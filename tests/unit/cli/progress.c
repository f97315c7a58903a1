#include "cli/sign/progress.h"

#include <check.h>
#include <string.h>

#include "cli/terminal.h"
#include "runner.h"

/* As if the time had come. */
static void make_due(struct mn_progress *progress)
{
    progress->next = (struct timespec){0};
}

static void work_quickly(FILE *report)
{
    struct mn_progress progress;
    mn_progress_begin(&progress, 1);
    progress.next.tv_sec += 3600; /* however slow the machine */
    mn_progress_file(&progress, "file", 100);
    mn_progress_add(&progress, 100);
    mn_progress_clear(&progress);
    fprintf(report, "done\n");
}

static void work_long(FILE *report)
{
    struct mn_progress progress;
    mn_progress_begin(&progress, 2);
    mn_progress_file(&progress, "first", 100);
    make_due(&progress);
    mn_progress_file(&progress, "folder/日本語のとても長い名前のファイルがここにあります.pdf",
                     4000000000u);
    make_due(&progress);
    mn_progress_add(&progress, 1000000000u);
    mn_progress_clear(&progress);
    fprintf(report, "%s\n", progress.is_shown ? "still there" : "gone");
}

static void work_on_what_has_no_size(FILE *report)
{
    struct mn_progress progress;
    mn_progress_begin(&progress, 1);
    make_due(&progress);
    mn_progress_file(&progress, "-", 0);
    make_due(&progress);
    mn_progress_add(&progress, 2500000);
    mn_progress_clear(&progress);
    fprintf(report, "done\n");
}

START_TEST(what_is_soon_done_shows_nothing)
{
    mn_terminal_begin(work_quickly);
    ck_assert_str_eq(mn_terminal_end(), "done\nexit 0\n");
    ck_assert(!strstr(mn_terminal_shown(), "file"));
}
END_TEST

START_TEST(what_lasts_tells_how_far_it_is)
{
    mn_terminal_begin(work_long);
    ck_assert_str_eq(mn_terminal_end(), "gone\nexit 0\n");
    const char *shown = mn_terminal_shown();
    ck_assert(strstr(shown, "\r\033[K2/2  "));
    ck_assert(strstr(shown, "   0 %  0.0 / 4.0 GB"));
    ck_assert(strstr(shown, "  25 %  1.0 / 4.0 GB\r\033[K"));
    ck_assert(!strstr(shown, "folder/"));
    ck_assert(strstr(shown, ".pdf"));
}
END_TEST

START_TEST(what_has_no_size_tells_how_much_it_was)
{
    mn_terminal_begin(work_on_what_has_no_size);
    ck_assert_str_eq(mn_terminal_end(), "done\nexit 0\n");
    ck_assert(strstr(mn_terminal_shown(), "-  2.5 MB"));
    ck_assert(!strstr(mn_terminal_shown(), "%"));
}
END_TEST

START_TEST(without_a_terminal_nothing_is_shown)
{
    mn_terminal_none(work_long);
    ck_assert_str_eq(mn_terminal_end(), "gone\nexit 0\n");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("progress");
    TCase *tcase = tcase_create("progress");
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, what_is_soon_done_shows_nothing);
    tcase_add_test(tcase, what_lasts_tells_how_far_it_is);
    tcase_add_test(tcase, what_has_no_size_tells_how_much_it_was);
    tcase_add_test(tcase, without_a_terminal_nothing_is_shown);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
