#include "cli/sign/content.h"

#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/scratch.h"
#include "runner.h"

static uint8_t buffer[MN_CONTENT_PART];
static struct mn_progress progress;
static const char *path;

/* What was taken, and what happens to the file at its first part. */
static struct taking {
    size_t bytes, parts;
    uint8_t last;
    void (*at_first)(void);
    bool refuses;
} taking;

static bool take(void *self, struct mn_span part)
{
    struct taking *t = self;
    t->bytes += part.len;
    t->last = part.ptr[part.len - 1];
    if (t->parts++ == 0 && t->at_first)
        t->at_first();
    return !t->refuses;
}

static enum mn_content_outcome reading(void)
{
    taking = (struct taking){.at_first = taking.at_first, .refuses = taking.refuses};
    return mn_content_read(path, buffer, take, &taking, &progress);
}

static void set_up(void)
{
    taking = (struct taking){0};
    progress = (struct mn_progress){0};
    path = mn_scratch_write("file", "content");
}

START_TEST(a_file_is_given_whole)
{
    ck_assert_int_eq(reading(), MN_CONTENT_READ);
    ck_assert_uint_eq(taking.bytes, 7);
    ck_assert_uint_eq(taking.last, 't');
}
END_TEST

START_TEST(an_empty_file_has_no_parts)
{
    path = mn_scratch_write("empty", "");
    ck_assert_int_eq(reading(), MN_CONTENT_READ);
    ck_assert_uint_eq(taking.parts, 0);
}
END_TEST

START_TEST(a_large_file_comes_in_parts)
{
    const off_t size = 5 * MN_CONTENT_PART + 1;
    ck_assert_int_eq(truncate(path, size), 0);
    ck_assert_int_eq(reading(), MN_CONTENT_READ);
    ck_assert_uint_eq(taking.bytes, (size_t)size);
    ck_assert_uint_ge(taking.parts, 6);
    ck_assert_uint_eq(progress.done, (uint64_t)size);
    ck_assert_uint_eq(progress.size, (uint64_t)size);
}
END_TEST

START_TEST(what_is_missing_or_no_file_is_told)
{
    path = mn_scratch_path("none");
    ck_assert_int_eq(reading(), MN_CONTENT_BROKEN);
    path = mn_scratch_path("");
    ck_assert_int_eq(reading(), MN_CONTENT_NO_FILE);
    path = mn_scratch_path("pipe");
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    ck_assert_int_eq(reading(), MN_CONTENT_NO_FILE); /* and not waited for */
    path = "/proc/self/mem";                         /* nothing can be read at its beginning */
    ck_assert_int_eq(reading(), MN_CONTENT_BROKEN);
    ck_assert_uint_eq(taking.parts, 0);
}
END_TEST

START_TEST(who_takes_no_more_is_given_no_more)
{
    ck_assert_int_eq(truncate(path, 3 * MN_CONTENT_PART), 0);
    taking.refuses = true;
    ck_assert_int_eq(reading(), MN_CONTENT_STOPPED);
    ck_assert_uint_eq(taking.parts, 1);
}
END_TEST

static void append(void)
{
    FILE *file = fopen(path, "a");
    fputs("more", file);
    fclose(file);
}

static void shorten(void)
{
    ck_assert_int_eq(truncate(path, 3), 0);
}

/* In place, with the size as it was and the time of writing set back. */
static void overwrite(void)
{
    struct stat st;
    int fd = open(path, O_WRONLY);
    ck_assert_int_eq(fstat(fd, &st), 0);
    ck_assert_int_eq(pwrite(fd, "C", 1, 0), 1);
    ck_assert_int_eq(futimens(fd, (struct timespec[]){st.st_atim, st.st_mtim}), 0);
    close(fd);
}

static void exchange(void)
{
    ck_assert_int_eq(rename(mn_scratch_write("other", "content"), path), 0);
}

static void drop(void)
{
    ck_assert_int_eq(unlink(path), 0);
}

/* The clock of a file system may tick slowly: what was written just now would look the same. */
static void age(void)
{
    struct stat before, now;
    const char *probe = mn_scratch_write("probe", "");
    ck_assert_int_eq(stat(path, &before), 0);
    do {
        ck_assert_int_eq(chmod(probe, 0600), 0);
        ck_assert_int_eq(stat(probe, &now), 0);
    } while (now.st_ctim.tv_sec == before.st_ctim.tv_sec &&
             now.st_ctim.tv_nsec == before.st_ctim.tv_nsec);
}

static void (*const changes[])(void) = {append, shorten, overwrite, exchange, drop};

START_TEST(what_changes_meanwhile_is_told)
{
    age();
    taking.at_first = changes[_i];
    ck_assert_int_eq(reading(), MN_CONTENT_CHANGED);
}
END_TEST

START_TEST(a_growing_file_that_is_read_to_its_new_end_has_changed_too)
{
    ck_assert_int_eq(truncate(path, 2 * MN_CONTENT_PART), 0);
    age();
    taking.at_first = append;
    ck_assert_int_eq(reading(), MN_CONTENT_CHANGED);
    ck_assert_uint_eq(taking.bytes, 2 * MN_CONTENT_PART + 4);
}
END_TEST

START_TEST(standard_input_may_be_anything)
{
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(write(ends[1], "content", 7), 7);
    close(ends[1]);
    ck_assert_int_eq(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    path = NULL;
    ck_assert_int_eq(reading(), MN_CONTENT_READ);
    ck_assert_uint_eq(taking.bytes, 7);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("content");
    TCase *tcase = tcase_create("content");
    mn_scratch_attach(tcase);
    tcase_add_checked_fixture(tcase, set_up, NULL);
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, a_file_is_given_whole);
    tcase_add_test(tcase, an_empty_file_has_no_parts);
    tcase_add_test(tcase, a_large_file_comes_in_parts);
    tcase_add_test(tcase, what_is_missing_or_no_file_is_told);
    tcase_add_test(tcase, who_takes_no_more_is_given_no_more);
    tcase_add_loop_test(tcase, what_changes_meanwhile_is_told, 0,
                        sizeof changes / sizeof changes[0]);
    tcase_add_test(tcase, a_growing_file_that_is_read_to_its_new_end_has_changed_too);
    tcase_add_test(tcase, standard_input_may_be_anything);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
