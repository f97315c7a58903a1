#include "base/secret.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runner.h"

static struct mn_secret *make(const char *s)
{
    struct mn_secret *secret = NULL;

    ck_assert_int_eq(mn_secret_new(mn_span(s, strlen(s)), &secret), MN_OK);
    ck_assert_ptr_nonnull(secret);
    return secret;
}

/* Does the page with address carry this two-letter flag (proc(5), VmFlags)? */
static bool page_has_flag(const void *address, const char *flag)
{
    FILE *smaps = fopen("/proc/self/smaps", "r");
    bool here = false, found = false;
    char line[512];

    ck_assert_ptr_nonnull(smaps);
    while (fgets(line, sizeof line, smaps)) {
        unsigned long from, to;

        if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
            here = (unsigned long)address >= from && (unsigned long)address < to;
        if (here && strncmp(line, "VmFlags:", 8) == 0)
            found = strstr(line, flag) != NULL;
    }
    fclose(smaps);
    return found;
}

START_TEST(a_secret_is_a_copy)
{
    char source[] = "1234";
    struct mn_secret *secret = make(source);

    mn_wipe(source, sizeof source);
    ck_assert(mn_span_equal(mn_secret_span(secret), mn_span("1234", 4)));
    mn_secret_free(&secret);
    ck_assert_ptr_null(secret);
    mn_secret_free(&secret);
}
END_TEST

START_TEST(the_longest_secret_fits_and_a_longer_one_does_not)
{
    struct mn_secret *secret = NULL;
    uint8_t bytes[MN_SECRET_MAX + 1];

    memset(bytes, 'x', sizeof bytes);
    ck_assert_int_eq(mn_secret_new(mn_span(bytes, MN_SECRET_MAX), &secret), MN_OK);
    ck_assert(mn_span_equal(mn_secret_span(secret), mn_span(bytes, MN_SECRET_MAX)));
    mn_secret_free(&secret);
    ck_assert_int_eq(mn_secret_new(mn_span(bytes, sizeof bytes), &secret), MN_E_ARGUMENT);
    ck_assert_ptr_null(secret);
}
END_TEST

START_TEST(no_secret_is_an_empty_span)
{
    struct mn_secret *secret = NULL;

    ck_assert_uint_eq(mn_secret_span(NULL).len, 0);
    ck_assert_int_eq(mn_secret_new(mn_span(NULL, 0), &secret), MN_OK);
    ck_assert_uint_eq(mn_secret_span(secret).len, 0);
    mn_secret_free(&secret);
}
END_TEST

START_TEST(a_secret_is_kept_out_of_core_files)
{
    struct mn_secret *secret = make("1234");

    ck_assert(page_has_flag(secret, " dd"));
    mn_secret_free(&secret);
}
END_TEST

START_TEST(a_secret_is_kept_out_of_swap_where_that_can_be)
{
    struct mn_secret *secret = make("1234");
    void *other = mmap(NULL, 1, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    /* A limit may forbid it, and AddressSanitizer makes mlock do nothing. */
    ck_assert_ptr_ne(other, MAP_FAILED);
    (void)mlock(other, 1);
    ck_assert_int_eq(page_has_flag(secret, " lo"), page_has_flag(other, " lo"));
    munmap(other, 1);
    mn_secret_free(&secret);
}
END_TEST

START_TEST(a_refused_mlock_is_no_error)
{
    struct rlimit none = {0, 0};
    struct mn_secret *secret;

    ck_assert_int_eq(setrlimit(RLIMIT_MEMLOCK, &none), 0);
    secret = make("1234");
    ck_assert(mn_span_equal(mn_secret_span(secret), mn_span("1234", 4)));
    mn_secret_free(&secret);
}
END_TEST

START_TEST(a_child_does_not_inherit_a_secret)
{
    struct mn_secret *secret = make("1234");
    int status = -1;
    pid_t child = fork();

    if (child == 0) {
        bool empty = mn_secret_span(secret).len == 0;

        mn_secret_free(&secret);
        _exit(empty && !secret ? 0 : 1);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
    ck_assert(mn_span_equal(mn_secret_span(secret), mn_span("1234", 4)));
    mn_secret_free(&secret);
}
END_TEST

START_TEST(a_freed_secret_is_mapped_no_more)
{
    struct mn_secret *secret = make("1234");
    void *page = secret;

    mn_secret_free(&secret);
    ck_assert_int_eq(msync(page, 1, MS_ASYNC), -1);
    ck_assert_int_eq(errno, ENOMEM);
}
END_TEST

START_TEST(wipe_overwrites_just_what_it_is_told)
{
    char bytes[] = "abcdef";

    mn_wipe(bytes + 1, 3);
    ck_assert_int_eq(memcmp(bytes, "a\0\0\0ef", 6), 0);
    mn_wipe(bytes, 0);
    ck_assert_int_eq(bytes[0], 'a');
    mn_wipe(NULL, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base/secret");
    TCase *tcase = tcase_create("secret");

    tcase_add_test(tcase, a_secret_is_a_copy);
    tcase_add_test(tcase, the_longest_secret_fits_and_a_longer_one_does_not);
    tcase_add_test(tcase, no_secret_is_an_empty_span);
    tcase_add_test(tcase, a_secret_is_kept_out_of_core_files);
    tcase_add_test(tcase, a_secret_is_kept_out_of_swap_where_that_can_be);
    tcase_add_test(tcase, a_refused_mlock_is_no_error);
    tcase_add_test(tcase, a_child_does_not_inherit_a_secret);
    tcase_add_test(tcase, a_freed_secret_is_mapped_no_more);
    tcase_add_test(tcase, wipe_overwrites_just_what_it_is_told);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
