#include "crypto/random.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crypto/library.h"
#include "runner.h"

#define DRAWS 200

static void open_library(void)
{
    ck_assert_int_eq(mn_crypto_open(), MN_OK);
}

START_TEST(no_two_draws_are_equal)
{
    uint8_t one[32] = {0}, other[32] = {0}, zero[32] = {0};

    ck_assert_int_eq(mn_random(one, sizeof one), MN_OK);
    ck_assert_int_eq(mn_random(other, sizeof other), MN_OK);
    ck_assert_mem_ne(one, other, sizeof one);
    ck_assert_mem_ne(one, zero, sizeof one);
}
END_TEST

START_TEST(drawing_nothing_is_fine)
{
    uint8_t byte = 0xA5;

    ck_assert_int_eq(mn_random(&byte, 0), MN_OK);
    ck_assert_int_eq(mn_random(NULL, 0), MN_OK);
    ck_assert_uint_eq(byte, 0xA5);
}
END_TEST

START_TEST(just_as_much_as_asked_for_is_written)
{
    /* More than the generator gives at once (SP 800-90A allows it 64 KiB). */
    size_t len = 300001;
    uint8_t *bytes = calloc(1, len + 1), zero[32] = {0};

    ck_assert_int_eq(mn_random(bytes, len), MN_OK);
    for (size_t i = 0; i + sizeof zero <= len; i += sizeof zero)
        ck_assert_mem_ne(bytes + i, zero, sizeof zero);
    ck_assert_mem_ne(bytes + len - sizeof zero, zero, sizeof zero);
    ck_assert_uint_eq(bytes[len], 0);
    free(bytes);
}
END_TEST

START_TEST(a_seed_is_taken_and_decides_nothing)
{
    static uint8_t seed[100000];
    uint8_t one[32], other[32];

    ck_assert_int_eq(mn_random_seed(mn_span(seed, sizeof seed)), MN_OK);
    ck_assert_int_eq(mn_random(one, sizeof one), MN_OK);
    ck_assert_int_eq(mn_random_seed(mn_span(seed, sizeof seed)), MN_OK);
    ck_assert_int_eq(mn_random(other, sizeof other), MN_OK);
    ck_assert_mem_ne(one, other, sizeof one);
    ck_assert_int_eq(mn_random_seed(mn_span(NULL, 0)), MN_OK);
}
END_TEST

START_TEST(a_child_draws_differently_even_with_the_parents_context)
{
    uint8_t own[32], childs[32];
    int pipes[2];
    pid_t child;

    ck_assert_int_eq(mn_random(own, sizeof own), MN_OK);
    ck_assert_int_eq(pipe(pipes), 0);
    child = fork();
    if (child == 0) {
        uint8_t bytes[32];

        if (mn_random(bytes, sizeof bytes) != MN_OK)
            _exit(1);
        _exit(write(pipes[1], bytes, sizeof bytes) == sizeof bytes ? 0 : 1);
    }
    ck_assert_int_eq(waitpid(child, NULL, 0), child);
    ck_assert_int_eq(read(pipes[0], childs, sizeof childs), sizeof childs);
    ck_assert_int_eq(mn_random(own, sizeof own), MN_OK);
    ck_assert_mem_ne(own, childs, sizeof own);
    close(pipes[0]);
    close(pipes[1]);
}
END_TEST

static uint8_t drawn[4 * DRAWS][16];

static void *draw(void *from)
{
    for (int i = 0; i < DRAWS; i++) {
        ck_assert_int_eq(mn_random(((uint8_t(*)[16])from)[i], 16), MN_OK);
        if (i % 20 == 0)
            ck_assert_int_eq(mn_random_seed(mn_span("seed", 4)), MN_OK);
    }
    return NULL;
}

static int compare(const void *a, const void *b)
{
    return memcmp(a, b, 16);
}

START_TEST(threads_draw_side_by_side)
{
    pthread_t threads[4];

    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, draw, drawn[i * DRAWS]), 0);
    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    qsort(drawn, 4 * DRAWS, 16, compare);
    for (int i = 1; i < 4 * DRAWS; i++)
        ck_assert_mem_ne(drawn[i - 1], drawn[i], 16);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("crypto/random");
    TCase *tcase = tcase_create("random");

    tcase_add_checked_fixture(tcase, open_library, mn_crypto_close);
    tcase_add_test(tcase, no_two_draws_are_equal);
    tcase_add_test(tcase, drawing_nothing_is_fine);
    tcase_add_test(tcase, just_as_much_as_asked_for_is_written);
    tcase_add_test(tcase, a_seed_is_taken_and_decides_nothing);
    tcase_add_test(tcase, a_child_draws_differently_even_with_the_parents_context);
    tcase_add_test(tcase, threads_draw_side_by_side);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
