/* Linked with --wrap for clock_gettime: the log can be shown any time. */
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MN_LOG_ROOM "tests"
#include "base/scratch.h"
#include "runner.h"

static const char *path;
static struct timespec shown; /* if not 0 */

int __real_clock_gettime(clockid_t clock, struct timespec *now);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now);

int __wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
    if (shown.tv_sec == 0)
        return __real_clock_gettime(clock, now);
    *now = shown;
    return 0;
}

static void open_log(void)
{
    path = mn_scratch_path("log");
    ck_assert_int_eq(mn_log_open(MN_LOG_DEBUG, path), MN_OK);
}

static size_t count_lines(const char *text)
{
    size_t n = 0;

    for (; *text; text++)
        n += *text == '\n';
    return n;
}

static void assert_log_is(const char *wanted)
{
    char *text = mn_scratch_read(path);

    ck_assert_str_eq(text, wanted);
    free(text);
}

static void assert_matches(const char *text, const char *pattern)
{
    regex_t regex;

    ck_assert_int_eq(regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB), 0);
    ck_assert_msg(regexec(&regex, text, 0, NULL, 0) == 0, "%s", text);
    regfree(&regex);
}

/* The descriptor that the log has open, or -1. */
static int log_descriptor(void)
{
    char link[64], target[PATH_MAX];

    for (int fd = 3; fd < 64; fd++) {
        ssize_t len;

        snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
        len = readlink(link, target, sizeof target - 1);
        if (len > 0 && (size_t)len == strlen(path) && memcmp(target, path, (size_t)len) == 0)
            return fd;
    }
    return -1;
}

START_TEST(a_line_has_time_pid_level_room_function_and_text)
{
    char pattern[200];
    char *text;

    open_log();
    mn_log_info("%s %d", "text", 7);
    snprintf(
        pattern, sizeof pattern,
        "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z %ld info tests %s: "
        "text 7\n$",
        (long)getpid(), __func__);
    text = mn_scratch_read(path);
    assert_matches(text, pattern);
    free(text);
}
END_TEST

/* By the clock that the log goes by: time(2) may be a tick behind it. */
static time_t now(void)
{
    struct timespec ts;
    ck_assert_int_eq(clock_gettime(CLOCK_REALTIME, &ts), 0);
    return ts.tv_sec;
}

START_TEST(the_time_is_universal_time_now)
{
    time_t before = now(), after, told;
    struct tm tm = {0};
    char *text;

    setenv("TZ", "JST-9", 1);
    open_log();
    mn_log_info("line");
    after = now();
    text = mn_scratch_read(path);
    ck_assert_ptr_nonnull(strptime(text, "%Y-%m-%dT%H:%M:%S", &tm));
    told = timegm(&tm);
    ck_assert_int_ge(told, before);
    ck_assert_int_le(told, after);
    free(text);
}
END_TEST

START_TEST(every_day_has_its_date)
{
    open_log();
    /* From 1970 to 2110, every third day with another hour. */
    for (time_t t = 1; t < 4418064000; t += 86400 * 3 + 3661) {
        char line[100] = "", wanted[40];
        struct tm tm;
        FILE *file;

        shown = (struct timespec){t, 7000000};
        ck_assert_int_eq(truncate(path, 0), 0);
        mn_log_info("line");
        strftime(wanted, sizeof wanted, "%Y-%m-%dT%H:%M:%S.007Z ", gmtime_r(&t, &tm));
        file = fopen(path, "r");
        ck_assert_ptr_nonnull(fgets(line, sizeof line, file));
        fclose(file);
        line[strlen(wanted)] = '\0';
        ck_assert_str_eq(line, wanted);
    }
    shown.tv_sec = 0;
}
END_TEST

START_TEST(a_log_that_was_not_opened_is_silent)
{
    ck_assert(!mn_log_wants(MN_LOG_ERROR));
    mn_log_error("nobody hears this");
    path = mn_scratch_path("log");
    ck_assert_int_eq(mn_log_open(MN_LOG_DEBUG, ""), MN_OK);
    ck_assert_int_eq(mn_log_open(MN_LOG_DEBUG, NULL), MN_OK);
    ck_assert_int_eq(mn_log_open(MN_LOG_OFF, path), MN_OK);
    ck_assert(!mn_log_wants(MN_LOG_ERROR));
    ck_assert_uint_eq(mn_scratch_count(mn_scratch_path("")), 0);
}
END_TEST

START_TEST(lines_above_the_level_are_not_written)
{
    char *text;

    path = mn_scratch_path("log");
    ck_assert_int_eq(mn_log_open(MN_LOG_INFO, path), MN_OK);
    ck_assert(mn_log_wants(MN_LOG_ERROR));
    ck_assert(mn_log_wants(MN_LOG_INFO));
    ck_assert(!mn_log_wants(MN_LOG_DEBUG));
    ck_assert(!mn_log_wants(MN_LOG_OFF));
    mn_log_error("one");
    mn_log_info("two");
    mn_log_debug("three");
    text = mn_scratch_read(path);
    ck_assert_uint_eq(count_lines(text), 2);
    ck_assert_ptr_null(strstr(text, "three"));
    free(text);
}
END_TEST

START_TEST(only_the_owner_can_read_a_new_log)
{
    struct stat st;

    umask(0);
    open_log();
    ck_assert_int_eq(stat(path, &st), 0);
    ck_assert_uint_eq(st.st_mode & 07777, 0600);
}
END_TEST

START_TEST(an_old_log_is_continued)
{
    path = mn_scratch_write("log", "old\n");
    ck_assert_int_eq(mn_log_open(MN_LOG_ERROR, path), MN_OK);
    mn_log_error("new");
    mn_log_close();
    mn_log_error("closed");
    char *text = mn_scratch_read(path);
    ck_assert_int_eq(strncmp(text, "old\n", 4), 0);
    ck_assert_uint_eq(count_lines(text), 2);
    free(text);
}
END_TEST

START_TEST(opening_another_log_leaves_the_first)
{
    const char *other = mn_scratch_path("other");

    open_log();
    ck_assert_int_eq(mn_log_open(MN_LOG_ERROR, other), MN_OK);
    ck_assert_int_eq(log_descriptor(), -1);
    mn_log_error("line");
    assert_log_is("");
    path = other;
    ck_assert_int_ne(log_descriptor(), -1);
}
END_TEST

START_TEST(a_program_that_the_host_starts_does_not_get_the_log)
{
    open_log();
    ck_assert_int_ne(fcntl(log_descriptor(), F_GETFD) & FD_CLOEXEC, 0);
}
END_TEST

START_TEST(a_symbolic_link_is_not_followed)
{
    const char *target = mn_scratch_write("target", "");

    path = mn_scratch_path("link");
    ck_assert_int_eq(symlink(target, path), 0);
    ck_assert_int_eq(mn_log_open(MN_LOG_DEBUG, path), MN_E_FILE);
    ck_assert(!mn_log_wants(MN_LOG_ERROR));
    mn_log_error("nobody hears this");
    path = target;
    assert_log_is("");
}
END_TEST

START_TEST(only_a_file_can_be_a_log)
{
    path = mn_scratch_path("pipe");
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    ck_assert_int_eq(mn_log_open(MN_LOG_DEBUG, path), MN_E_FILE);
    int reader = open(path, O_RDONLY | O_NONBLOCK);
    ck_assert_int_eq(mn_log_open(MN_LOG_DEBUG, path), MN_E_FILE);
    close(reader);
    ck_assert_int_eq(mn_log_open(MN_LOG_DEBUG, mn_scratch_path("")), MN_E_FILE);
    ck_assert_int_eq(mn_log_open(MN_LOG_DEBUG, "/dev/null"), MN_E_FILE);
    ck_assert_int_eq(mn_log_open(MN_LOG_DEBUG, mn_scratch_path("no/log")), MN_E_FILE);
    ck_assert(!mn_log_wants(MN_LOG_ERROR));
}
END_TEST

START_TEST(a_log_that_cannot_be_opened_closes_the_one_before)
{
    open_log();
    ck_assert_int_eq(mn_log_open(MN_LOG_DEBUG, mn_scratch_path("no/log")), MN_E_FILE);
    mn_log_error("nobody hears this");
    assert_log_is("");
    ck_assert_int_eq(log_descriptor(), -1);
}
END_TEST

START_TEST(a_long_line_is_cut_between_characters)
{
    char *text, *end;

    /* One of the three begins so that the cut would fall inside a character. */
    open_log();
    for (int shift = 0; shift < 3; shift++) {
        char words[3000] = "";

        memset(words, 'x', (size_t)shift);
        for (int i = 0; i < 900; i++)
            strcat(words, "\xE3\x82\xAB");
        mn_log_info("%s", words);
    }
    text = mn_scratch_read(path);
    ck_assert_uint_eq(count_lines(text), 3);
    for (char *line = text; *line; line = end + 1) {
        end = strchr(line, '\n');
        ck_assert_int_le(end - line, 1023);
        ck_assert_int_ge(end - line, 1018);
        ck_assert_int_eq(memcmp(end - 6, "\xE3\x82\xAB...", 6), 0);
    }
    free(text);
}
END_TEST

START_TEST(what_is_logged_cannot_begin_a_line)
{
    char *text;

    open_log();
    mn_log_info("reader \"%s\"", "A\nB\r\x1B[31m\x7F");
    text = mn_scratch_read(path);
    ck_assert_uint_eq(count_lines(text), 1);
    ck_assert_ptr_nonnull(strstr(text, "reader \"A?B??[31m?\"\n"));
    free(text);
}
END_TEST

START_TEST(the_callers_errno_is_left_alone)
{
    open_log();
    errno = EXDEV;
    mn_log_error("%s", "line");
    ck_assert_int_eq(errno, EXDEV);
}
END_TEST

START_TEST(a_descriptor_that_the_host_took_over_is_not_written_to)
{
    int fd, hosts;

    open_log();
    fd = log_descriptor();
    close(fd);
    hosts = open(mn_scratch_path("hosts"), O_RDWR | O_CREAT, 0600);
    ck_assert_int_eq(hosts, fd);
    mn_log_error("not to the host");
    ck_assert_int_eq(lseek(hosts, 0, SEEK_END), 0);
    mn_log_close();
    ck_assert_int_ge(fcntl(hosts, F_GETFD), 0);
}
END_TEST

#define LINES 500

static void *write_lines(void *name)
{
    for (int i = 0; i < LINES; i++)
        mn_log_info("%s line %d end", (const char *)name, i);
    return NULL;
}

START_TEST(lines_of_many_threads_and_processes_stay_whole)
{
    static char names[][8] = {"alpha", "beta", "gamma"};
    pthread_t threads[2];
    char *text, *end;
    pid_t child;

    open_log();
    child = fork();
    if (child == 0) {
        write_lines(names[2]);
        _exit(0);
    }
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, write_lines, names[i]), 0);
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    ck_assert_int_eq(waitpid(child, NULL, 0), child);

    text = mn_scratch_read(path);
    ck_assert_uint_eq(count_lines(text), 3 * LINES);
    for (char *line = text; *line; line = end + 1) {
        end = strchr(line, '\n');
        *end = '\0';
        assert_matches(line, "^[^ ]+Z [0-9]+ info tests write_lines: "
                             "(alpha|beta|gamma) line [0-9]+ end$");
    }
    free(text);
}
END_TEST

static void *write_until_told(void *stop)
{
    while (!__atomic_load_n((int *)stop, __ATOMIC_RELAXED))
        mn_log_info("busy");
    return NULL;
}

START_TEST(a_child_forked_in_the_middle_of_a_line_can_log)
{
    int stop = 0;
    pthread_t busy;

    open_log();
    ck_assert_int_eq(pthread_create(&busy, NULL, write_until_told, &stop), 0);
    for (int i = 0; i < 100; i++) {
        int status = -1;
        pid_t child = fork();

        if (child == 0) {
            mn_log_error("child");
            _exit(0);
        }
        ck_assert_int_eq(waitpid(child, &status, 0), child);
        ck_assert_int_eq(status, 0);
    }
    __atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
    ck_assert_int_eq(pthread_join(busy, NULL), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base/log");
    TCase *tcase = tcase_create("log");

    mn_scratch_attach(tcase);
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, a_line_has_time_pid_level_room_function_and_text);
    tcase_add_test(tcase, the_time_is_universal_time_now);
    tcase_add_test(tcase, every_day_has_its_date);
    tcase_add_test(tcase, a_log_that_was_not_opened_is_silent);
    tcase_add_test(tcase, lines_above_the_level_are_not_written);
    tcase_add_test(tcase, only_the_owner_can_read_a_new_log);
    tcase_add_test(tcase, an_old_log_is_continued);
    tcase_add_test(tcase, opening_another_log_leaves_the_first);
    tcase_add_test(tcase, a_program_that_the_host_starts_does_not_get_the_log);
    tcase_add_test(tcase, a_symbolic_link_is_not_followed);
    tcase_add_test(tcase, only_a_file_can_be_a_log);
    tcase_add_test(tcase, a_log_that_cannot_be_opened_closes_the_one_before);
    tcase_add_test(tcase, a_long_line_is_cut_between_characters);
    tcase_add_test(tcase, what_is_logged_cannot_begin_a_line);
    tcase_add_test(tcase, the_callers_errno_is_left_alone);
    tcase_add_test(tcase, a_descriptor_that_the_host_took_over_is_not_written_to);
    tcase_add_test(tcase, lines_of_many_threads_and_processes_stay_whole);
    tcase_add_test(tcase, a_child_forked_in_the_middle_of_a_line_can_log);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
