/* Linked with --wrap for malloc and free: memory can run out, and what is freed is looked at. */
#include "base/bytes.h"

#include <stdlib.h>
#include <string.h>

#include "runner.h"

static bool no_memory;
static const void *watched;
static size_t watched_len;
static int watched_frees;

void *__real_malloc(size_t size);
void __real_free(void *ptr);
void *__wrap_malloc(size_t size);
void __wrap_free(void *ptr);

void *__wrap_malloc(size_t size)
{
    return no_memory ? NULL : __real_malloc(size);
}

void __wrap_free(void *ptr)
{
    if (ptr && ptr == watched) {
        watched = NULL; /* the memory may be given out again */
        for (size_t i = 0; i < watched_len; i++)
            ck_assert_uint_eq(((const uint8_t *)ptr)[i], 0);
        watched_frees++;
    }
    __real_free(ptr);
}

/* From now on b's memory must be all zero when it is freed. */
static void watch(const struct mn_bytes *b)
{
    watched = b->ptr;
    watched_len = b->len;
    watched_frees = 0;
}

static struct mn_span text(const char *s)
{
    return mn_span(s, strlen(s));
}

#define assert_bytes(b, s) ck_assert(mn_span_equal(mn_bytes_span(b), text(s)))

START_TEST(spans_are_equal_by_length_and_content)
{
    ck_assert(mn_span_equal(text("card"), text("card")));
    ck_assert(!mn_span_equal(text("card"), text("carp")));
    ck_assert(!mn_span_equal(text("card"), text("car")));
    ck_assert(mn_span_equal(mn_span(NULL, 0), text("")));
    ck_assert(!mn_span_equal(mn_span(NULL, 0), text("c")));
}
END_TEST

START_TEST(a_span_begins_with_its_own_head)
{
    ck_assert(mn_span_begins(text("card"), text("car")));
    ck_assert(mn_span_begins(text("card"), text("card")));
    ck_assert(mn_span_begins(text("card"), mn_span(NULL, 0)));
    ck_assert(mn_span_begins(mn_span(NULL, 0), mn_span(NULL, 0)));
    ck_assert(!mn_span_begins(text("card"), text("cards")));
    ck_assert(!mn_span_begins(text("card"), text("ard")));
}
END_TEST

START_TEST(set_copies_and_replaces)
{
    struct mn_bytes b = {0};
    char source[] = "first";

    ck_assert_int_eq(mn_bytes_set(&b, text(source)), MN_OK);
    source[0] = 'F';
    assert_bytes(&b, "first");
    watch(&b);
    ck_assert_int_eq(mn_bytes_set(&b, text("second")), MN_OK);
    ck_assert_int_eq(watched_frees, 1);
    assert_bytes(&b, "second");
    mn_bytes_free(&b);
}
END_TEST

START_TEST(set_to_nothing_empties)
{
    struct mn_bytes b = {0};

    ck_assert_int_eq(mn_bytes_set(&b, text("first")), MN_OK);
    ck_assert_int_eq(mn_bytes_set(&b, mn_span(NULL, 0)), MN_OK);
    ck_assert_ptr_null(b.ptr);
    ck_assert_uint_eq(b.len, 0);
}
END_TEST

START_TEST(set_takes_a_part_of_itself)
{
    struct mn_bytes b = {0};

    ck_assert_int_eq(mn_bytes_set(&b, text("first")), MN_OK);
    ck_assert_int_eq(mn_bytes_set(&b, mn_span(b.ptr + 1, 3)), MN_OK);
    assert_bytes(&b, "irs");
    mn_bytes_free(&b);
}
END_TEST

START_TEST(append_adds_at_the_end_and_wipes_the_old_copy)
{
    struct mn_bytes b = {0};

    ck_assert_int_eq(mn_bytes_append(&b, text("one")), MN_OK);
    watch(&b);
    ck_assert_int_eq(mn_bytes_append(&b, text("two")), MN_OK);
    ck_assert_int_eq(watched_frees, 1);
    ck_assert_int_eq(mn_bytes_append(&b, mn_span(NULL, 0)), MN_OK);
    assert_bytes(&b, "onetwo");
    mn_bytes_free(&b);
}
END_TEST

START_TEST(without_memory_nothing_changes)
{
    struct mn_bytes b = {0};

    ck_assert_int_eq(mn_bytes_set(&b, text("kept")), MN_OK);
    no_memory = true;
    mn_rc set = mn_bytes_set(&b, text("other"));
    mn_rc appended = mn_bytes_append(&b, text("other"));
    no_memory = false;
    ck_assert_int_eq(set, MN_E_MEMORY);
    ck_assert_int_eq(appended, MN_E_MEMORY);
    assert_bytes(&b, "kept");
    mn_bytes_free(&b);
}
END_TEST

START_TEST(a_length_that_overflows_is_no_memory)
{
    struct mn_bytes b = {0};

    ck_assert_int_eq(mn_bytes_set(&b, text("kept")), MN_OK);
    ck_assert_int_eq(mn_bytes_append(&b, mn_span("x", SIZE_MAX)), MN_E_MEMORY);
    assert_bytes(&b, "kept");
    mn_bytes_free(&b);
}
END_TEST

START_TEST(move_leaves_nothing_behind)
{
    struct mn_bytes from = {0}, to = {0};

    ck_assert_int_eq(mn_bytes_set(&from, text("goods")), MN_OK);
    ck_assert_int_eq(mn_bytes_set(&to, text("waste")), MN_OK);
    watch(&to);
    mn_bytes_move(&to, &from);
    ck_assert_int_eq(watched_frees, 1);
    assert_bytes(&to, "goods");
    ck_assert_ptr_null(from.ptr);
    ck_assert_uint_eq(from.len, 0);
    mn_bytes_move(&to, &to);
    assert_bytes(&to, "goods");
    mn_bytes_free(&to);
}
END_TEST

START_TEST(free_wipes_and_can_be_repeated)
{
    struct mn_bytes b = {0};

    ck_assert_int_eq(mn_bytes_set(&b, text("secret")), MN_OK);
    watch(&b);
    mn_bytes_free(&b);
    mn_bytes_free(&b);
    ck_assert_int_eq(watched_frees, 1);
    ck_assert_ptr_null(b.ptr);
    ck_assert_uint_eq(b.len, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base/bytes");
    TCase *tcase = tcase_create("bytes");

    tcase_add_test(tcase, spans_are_equal_by_length_and_content);
    tcase_add_test(tcase, a_span_begins_with_its_own_head);
    tcase_add_test(tcase, set_copies_and_replaces);
    tcase_add_test(tcase, set_to_nothing_empties);
    tcase_add_test(tcase, set_takes_a_part_of_itself);
    tcase_add_test(tcase, append_adds_at_the_end_and_wipes_the_old_copy);
    tcase_add_test(tcase, without_memory_nothing_changes);
    tcase_add_test(tcase, a_length_that_overflows_is_no_memory);
    tcase_add_test(tcase, move_leaves_nothing_behind);
    tcase_add_test(tcase, free_wipes_and_can_be_repeated);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
