#include "transport/readers.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runner.h"
#include "transport/winscard_stand_in.h"

#define FIRST  "Reader 00 00"
#define SECOND "Reader 01 00"

#define EMPTY(events)   (SCARD_STATE_EMPTY | (DWORD)(events) << 16)
#define PRESENT(events) (SCARD_STATE_PRESENT | (DWORD)(events) << 16)

/* Long enough for a wait that must not end by itself, short enough to be noticed when it does. */
#define LONG_MS 100000

static struct mn_readers readers;
static struct mn_reader_list list;

static void open_readers(void)
{
    ck_assert_int_eq(mn_pcsc_readers_open(&readers), MN_OK);
}

static void close_readers(void)
{
    mn_winscard_watch(NULL);
    mn_reader_list_free(&list);
    readers.ops->close(readers.self);
    ck_assert_uint_eq(mn_winscard_contexts(), 0);
    ck_assert_uint_eq(mn_winscard_connections(), 0);
}

static void ask(void)
{
    mn_reader_list_free(&list);
    ck_assert_int_eq(readers.ops->list(readers.self, &list), MN_OK);
}

static void assert_reader(size_t i, const char *name, bool present, unsigned long count)
{
    ck_assert_uint_lt(i, list.len);
    ck_assert_str_eq(list.at[i].name, name);
    ck_assert_int_eq(list.at[i].present, present);
    ck_assert_uint_eq(list.at[i].count, count);
}

/* --- listing --- */

START_TEST(readers_are_listed_with_their_cards)
{
    mn_winscard_plug(FIRST, PRESENT(1));
    mn_winscard_plug(SECOND, EMPTY(4));
    ask();
    ck_assert_uint_eq(list.len, 2);
    assert_reader(0, FIRST, true, 1);
    assert_reader(1, SECOND, false, 4);
}
END_TEST

START_TEST(what_else_a_state_says_does_not_matter)
{
    mn_winscard_plug(FIRST, PRESENT(7) | SCARD_STATE_INUSE | SCARD_STATE_EXCLUSIVE);
    mn_winscard_plug(SECOND, PRESENT(0xFFFF) | SCARD_STATE_UNPOWERED);
    ask();
    assert_reader(0, FIRST, true, 7);
    assert_reader(1, SECOND, true, 0xFFFF);
}
END_TEST

START_TEST(a_mute_card_is_no_card)
{
    mn_winscard_plug(FIRST, PRESENT(1) | SCARD_STATE_MUTE);
    mn_winscard_plug(SECOND, SCARD_STATE_UNAVAILABLE);
    ask();
    assert_reader(0, FIRST, false, 1);
    assert_reader(1, SECOND, false, 0);
}
END_TEST

static void give_it_power(enum mn_winscard_call call)
{
    if (call == MN_CONNECT)
        mn_winscard_set_state(FIRST, PRESENT(1));
}

START_TEST(a_mute_card_that_wakes_up_with_power_is_a_card)
{
    mn_winscard_plug(FIRST, PRESENT(1) | SCARD_STATE_MUTE);
    mn_winscard_watch(give_it_power);
    ask();
    assert_reader(0, FIRST, true, 1);
    ck_assert_uint_eq(mn_winscard_connections(), 0);
}
END_TEST

/* A card that is in the wrong way round costs a second or so each time. */
START_TEST(a_mute_card_is_given_power_once_for_each_time_it_comes)
{
    mn_winscard_plug(FIRST, PRESENT(1) | SCARD_STATE_MUTE);
    mn_winscard_plug(SECOND, PRESENT(1) | SCARD_STATE_MUTE);
    ask();
    ask();
    ck_assert_uint_eq(mn_winscard_count(MN_CONNECT), 2);
    mn_winscard_set_state(SECOND, PRESENT(3) | SCARD_STATE_MUTE);
    ask();
    ask();
    ck_assert_uint_eq(mn_winscard_count(MN_CONNECT), 3);
}
END_TEST

START_TEST(a_card_that_is_awake_is_left_alone)
{
    mn_winscard_plug(FIRST, PRESENT(1));
    ask();
    ck_assert_uint_eq(mn_winscard_count(MN_CONNECT), 0);
}
END_TEST

START_TEST(no_readers_are_an_empty_list)
{
    ask();
    ck_assert_uint_eq(list.len, 0);
    mn_winscard_plug(FIRST, EMPTY(0));
    ask();
    ck_assert_uint_eq(list.len, 1);
    mn_winscard_unplug(FIRST);
    ask();
    ck_assert_uint_eq(list.len, 0);
}
END_TEST

START_TEST(no_service_is_an_empty_list_until_it_starts)
{
    mn_winscard_service(false);
    mn_winscard_plug(FIRST, PRESENT(1));
    ask();
    ck_assert_uint_eq(list.len, 0);
    mn_winscard_service(true);
    ask();
    ck_assert_uint_eq(list.len, 1);
    mn_winscard_service(false);
    ask();
    ck_assert_uint_eq(list.len, 0);
}
END_TEST

START_TEST(an_empty_list_tells_what_is_wrong_with_the_service)
{
    static const struct {
        LONG code;
        mn_rc trouble;
    } table[] = {{SCARD_S_SUCCESS, MN_OK},
                 {SCARD_E_NO_SERVICE, MN_E_NO_SERVICE},
                 {SCARD_F_COMM_ERROR, MN_E_NOT_ALLOWED}, /* it hung up on us: polkit said no */
                 {SCARD_W_SECURITY_VIOLATION, MN_E_NOT_ALLOWED}};

    for (int i = 0; i < 2; i++) /* it is asked twice */
        mn_winscard_order(MN_ESTABLISH_CONTEXT, table[_i].code);
    ask();
    ck_assert_uint_eq(list.len, 0);
    ck_assert_int_eq(list.trouble, table[_i].trouble);
    mn_winscard_plug(FIRST, PRESENT(1));
    ask();
    ck_assert_uint_eq(list.len, 1);
    ck_assert_int_eq(list.trouble, MN_OK);
}
END_TEST

START_TEST(the_context_is_kept_from_list_to_list)
{
    mn_winscard_plug(FIRST, PRESENT(1));
    ask();
    ask();
    ask();
    ck_assert_uint_eq(mn_winscard_count(MN_ESTABLISH_CONTEXT), 1);
}
END_TEST

START_TEST(a_context_of_before_the_service_was_restarted_is_made_anew)
{
    static const struct {
        enum mn_winscard_call call;
        LONG code;
    } table[] = {{MN_IS_VALID_CONTEXT, SCARD_E_INVALID_HANDLE},
                 {MN_LIST_READERS, SCARD_E_INVALID_HANDLE},
                 {MN_LIST_READERS, SCARD_E_NO_SERVICE},
                 {MN_LIST_READERS, SCARD_F_COMM_ERROR},
                 {MN_GET_STATUS_CHANGE, SCARD_E_SERVICE_STOPPED}};

    mn_winscard_plug(FIRST, PRESENT(1));
    ask();
    mn_winscard_order(table[_i].call, table[_i].code);
    ask();
    ck_assert_uint_eq(list.len, 1);
    assert_reader(0, FIRST, true, 1);
    ck_assert_uint_eq(mn_winscard_count(MN_ESTABLISH_CONTEXT), 2);
    ck_assert_uint_eq(mn_winscard_contexts(), 1);
}
END_TEST

START_TEST(a_service_that_keeps_failing_is_asked_twice)
{
    mn_winscard_plug(FIRST, PRESENT(1));
    mn_winscard_order(MN_LIST_READERS, SCARD_F_INTERNAL_ERROR);
    mn_winscard_order(MN_LIST_READERS, SCARD_F_INTERNAL_ERROR);
    ask();
    ck_assert_uint_eq(list.len, 0);
    ck_assert_uint_eq(mn_winscard_count(MN_LIST_READERS), 2);
    ask();
    ck_assert_uint_eq(list.len, 1);
}
END_TEST

static unsigned lists_seen;

/* Between the call that asks for the size and the one that asks for the names. */
static void plug_between(enum mn_winscard_call call)
{
    if (call == MN_LIST_READERS && ++lists_seen == 2)
        mn_winscard_plug(SECOND, EMPTY(0));
}

START_TEST(a_reader_that_comes_while_the_names_are_asked_for_is_listed)
{
    mn_winscard_plug(FIRST, PRESENT(1));
    mn_winscard_watch(plug_between);
    ask();
    ck_assert_uint_eq(list.len, 2);
    assert_reader(1, SECOND, false, 0);
}
END_TEST

/* Between the names and their states. */
static void unplug_between(enum mn_winscard_call call)
{
    if (call == MN_GET_STATUS_CHANGE && ++lists_seen == 1)
        mn_winscard_unplug(SECOND);
}

START_TEST(a_reader_that_goes_before_its_state_is_asked_for_is_not_listed)
{
    mn_winscard_plug(FIRST, PRESENT(1));
    mn_winscard_plug(SECOND, EMPTY(0));
    mn_winscard_watch(unplug_between);
    ask();
    ck_assert_uint_eq(list.len, 1);
    assert_reader(0, FIRST, true, 1);
}
END_TEST

START_TEST(want_of_memory_in_the_service_is_told)
{
    mn_winscard_plug(FIRST, PRESENT(1));
    mn_winscard_order(MN_LIST_READERS, SCARD_E_NO_MEMORY);
    ck_assert_int_eq(readers.ops->list(readers.self, &list), MN_E_MEMORY);
    ck_assert_uint_eq(list.len, 0);
    ck_assert_ptr_null(list.at);
}
END_TEST

START_TEST(names_are_kept_as_far_as_there_is_room)
{
    char name[MN_READER_NAME_MAX + 20] = "";

    memset(name, 'r', MN_READER_NAME_MAX - 1);
    mn_winscard_plug(name, PRESENT(1));
    memset(name, 'R', sizeof name - 1);
    mn_winscard_plug(name, PRESENT(2));
    ask();
    ck_assert_uint_eq(list.len, 2);
    ck_assert_uint_eq(strlen(list.at[0].name), MN_READER_NAME_MAX - 1);
    ck_assert_uint_eq(strlen(list.at[1].name), MN_READER_NAME_MAX - 1);
}
END_TEST

START_TEST(a_freed_list_is_empty)
{
    mn_winscard_plug(FIRST, PRESENT(1));
    ask();
    mn_reader_list_free(&list);
    ck_assert_ptr_null(list.at);
    ck_assert_uint_eq(list.len, 0);
    mn_reader_list_free(&list);
}
END_TEST

START_TEST(a_card_is_reached_through_the_reader_of_its_name)
{
    struct mn_transport transport = {0};

    mn_winscard_plug(FIRST, PRESENT(1));
    ck_assert_int_eq(readers.ops->connect(readers.self, FIRST, &transport), MN_OK);
    ck_assert_uint_eq(mn_winscard_connections(), 1);
    mn_transport_close(&transport);
    ck_assert_int_eq(readers.ops->connect(readers.self, SECOND, &transport), MN_E_NO_READER);
    ck_assert_ptr_null(transport.ops);
}
END_TEST

/* --- waiting --- */

static mn_rc wait_for(unsigned timeout_ms)
{
    return readers.ops->wait(readers.self, &list, timeout_ms);
}

START_TEST(nothing_new_is_told_when_the_time_is_over)
{
    ask();
    ck_assert_int_eq(wait_for(0), MN_E_TIMEOUT);
    ck_assert_int_eq(wait_for(1), MN_E_TIMEOUT);
    mn_winscard_plug(FIRST, PRESENT(1));
    mn_winscard_plug(SECOND, EMPTY(0));
    ask();
    ck_assert_int_eq(wait_for(0), MN_E_TIMEOUT);
    ck_assert_int_eq(wait_for(1), MN_E_TIMEOUT);
    ck_assert_uint_eq(mn_winscard_contexts(), 1); /* that of the lists */
}
END_TEST

static void insert(void)
{
    mn_winscard_set_state(FIRST, PRESENT(1));
}

static void exchange(void)
{
    mn_winscard_set_state(FIRST, EMPTY(2));
}

static void plug(void)
{
    mn_winscard_plug(SECOND, EMPTY(0));
}

static void unplug(void)
{
    mn_winscard_unplug(FIRST);
}

static void (*const changes[])(void) = {insert, exchange, plug, unplug};
#define CHANGES (int)(sizeof changes / sizeof changes[0])

START_TEST(what_changed_since_the_list_is_told_at_once)
{
    mn_winscard_plug(FIRST, EMPTY(0));
    ask();
    changes[_i]();
    ck_assert_int_eq(wait_for(LONG_MS), MN_OK);
    ask();
    ck_assert_int_eq(wait_for(0), MN_E_TIMEOUT);
}
END_TEST

static atomic_uint ended;

static void *wait_in_thread(void *result)
{
    *(mn_rc *)result = wait_for(LONG_MS);
    atomic_fetch_add(&ended, 1);
    return NULL;
}

static pthread_t start(mn_rc *result)
{
    pthread_t thread;

    ck_assert_int_eq(pthread_create(&thread, NULL, wait_in_thread, result), 0);
    return thread;
}

START_TEST(a_change_wakes_who_sleeps)
{
    mn_rc result;
    pthread_t thread;

    mn_winscard_plug(FIRST, EMPTY(0));
    ask();
    thread = start(&result);
    mn_winscard_await_sleepers(1);
    changes[_i]();
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    ck_assert_int_eq(result, MN_OK);
}
END_TEST

START_TEST(the_first_reader_wakes_who_sleeps_without_any)
{
    mn_rc result;
    pthread_t thread;

    ask();
    thread = start(&result);
    mn_winscard_await_sleepers(1);
    plug();
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    ck_assert_int_eq(result, MN_OK);
}
END_TEST

START_TEST(cancel_wakes_everybody_who_sleeps)
{
    mn_rc results[3];
    pthread_t threads[3];

    mn_winscard_plug(FIRST, PRESENT(1));
    ask();
    for (int i = 0; i < 3; i++)
        threads[i] = start(&results[i]);
    mn_winscard_await_sleepers(3);
    readers.ops->cancel(readers.self);
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
        ck_assert_int_eq(results[i], MN_E_CANCELLED);
    }
    ck_assert_int_eq(wait_for(1), MN_E_TIMEOUT); /* a later wait sleeps again */
    ck_assert_uint_eq(mn_winscard_contexts(), 1);
}
END_TEST

START_TEST(cancel_without_a_sleeper_is_forgotten)
{
    ask();
    readers.ops->cancel(readers.self);
    ck_assert_int_eq(wait_for(1), MN_E_TIMEOUT);
}
END_TEST

static unsigned cancels_to_come;

/* In the thread that is about to sleep: the service forgets such a cancel. */
static void cancel_too_early(enum mn_winscard_call call)
{
    if (call == MN_LIST_READERS && cancels_to_come-- == 1)
        readers.ops->cancel(readers.self);
}

START_TEST(a_cancel_that_came_too_early_for_the_service_is_told_in_the_end)
{
    ask();
    cancels_to_come = 1;
    mn_winscard_watch(cancel_too_early);
    ck_assert_int_eq(wait_for(1), MN_E_CANCELLED);
}
END_TEST

START_TEST(cancel_repeated_reaches_everybody_whatever_they_are_about)
{
    mn_rc results[3];
    pthread_t threads[3];

    mn_winscard_plug(FIRST, PRESENT(1));
    ask();
    for (int i = 0; i < 3; i++)
        threads[i] = start(&results[i]);
    while (atomic_load(&ended) < 3) {
        readers.ops->cancel(readers.self);
        usleep(1000);
    }
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
        ck_assert_int_eq(results[i], MN_E_CANCELLED);
    }
}
END_TEST

START_TEST(without_a_service_a_wait_ends_soon_so_that_the_caller_looks_again)
{
    mn_winscard_service(false);
    ask();
    ck_assert_int_eq(wait_for(LONG_MS), MN_OK);
    ck_assert_uint_eq(mn_winscard_count(MN_GET_STATUS_CHANGE), 0);
}
END_TEST

START_TEST(without_a_service_a_wait_is_cancelled_too)
{
    mn_rc result;
    pthread_t thread;

    mn_winscard_service(false);
    ask();
    do { /* it may end by itself before the cancel comes */
        atomic_store(&ended, 0);
        thread = start(&result);
        while (atomic_load(&ended) == 0) {
            readers.ops->cancel(readers.self);
            usleep(1000);
        }
        ck_assert_int_eq(pthread_join(thread, NULL), 0);
    } while (result == MN_OK);
    ck_assert_int_eq(result, MN_E_CANCELLED);
}
END_TEST

START_TEST(a_service_that_stops_wakes_who_sleeps)
{
    mn_rc result;
    pthread_t thread;

    mn_winscard_plug(FIRST, PRESENT(1));
    ask();
    thread = start(&result);
    mn_winscard_await_sleepers(1);
    mn_winscard_service(false);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    ck_assert_int_eq(result, MN_OK);
    ck_assert_uint_eq(mn_winscard_contexts(), 1);
}
END_TEST

START_TEST(want_of_memory_ends_a_wait)
{
    ask();
    mn_winscard_order(MN_LIST_READERS, SCARD_E_NO_MEMORY);
    ck_assert_int_eq(wait_for(1), MN_E_MEMORY);
}
END_TEST

/* A list and a connection are asked for while others sleep. */
static void *list_often(void *unused)
{
    struct mn_reader_list found;

    while (atomic_load(&ended) < 2) {
        struct mn_transport transport = {0};

        if (readers.ops->list(readers.self, &found) == MN_OK)
            mn_reader_list_free(&found);
        if (readers.ops->connect(readers.self, FIRST, &transport) == MN_OK)
            mn_transport_close(&transport);
    }
    return unused;
}

START_TEST(threads_list_connect_wait_and_cancel_at_the_same_time)
{
    mn_rc results[2];
    pthread_t threads[2], lister;

    mn_winscard_plug(FIRST, PRESENT(1));
    ask();
    ck_assert_int_eq(pthread_create(&lister, NULL, list_often, NULL), 0);
    for (int i = 0; i < 2; i++)
        threads[i] = start(&results[i]);
    for (unsigned events = 2; atomic_load(&ended) < 2; events++) {
        mn_winscard_set_state(FIRST, PRESENT(events));
        readers.ops->cancel(readers.self);
        usleep(1000);
    }
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
        ck_assert(results[i] == MN_OK || results[i] == MN_E_CANCELLED);
    }
    ck_assert_int_eq(pthread_join(lister, NULL), 0);
}
END_TEST

static TCase *list_case(void)
{
    TCase *tcase = tcase_create("list");

    tcase_add_checked_fixture(tcase, open_readers, close_readers);
    tcase_add_test(tcase, readers_are_listed_with_their_cards);
    tcase_add_test(tcase, what_else_a_state_says_does_not_matter);
    tcase_add_test(tcase, a_mute_card_is_no_card);
    tcase_add_test(tcase, a_mute_card_that_wakes_up_with_power_is_a_card);
    tcase_add_test(tcase, a_mute_card_is_given_power_once_for_each_time_it_comes);
    tcase_add_test(tcase, a_card_that_is_awake_is_left_alone);
    tcase_add_test(tcase, no_readers_are_an_empty_list);
    tcase_add_test(tcase, no_service_is_an_empty_list_until_it_starts);
    tcase_add_loop_test(tcase, an_empty_list_tells_what_is_wrong_with_the_service, 0, 4);
    tcase_add_test(tcase, the_context_is_kept_from_list_to_list);
    tcase_add_loop_test(tcase, a_context_of_before_the_service_was_restarted_is_made_anew, 0, 5);
    tcase_add_test(tcase, a_service_that_keeps_failing_is_asked_twice);
    tcase_add_test(tcase, a_reader_that_comes_while_the_names_are_asked_for_is_listed);
    tcase_add_test(tcase, a_reader_that_goes_before_its_state_is_asked_for_is_not_listed);
    tcase_add_test(tcase, want_of_memory_in_the_service_is_told);
    tcase_add_test(tcase, names_are_kept_as_far_as_there_is_room);
    tcase_add_test(tcase, a_freed_list_is_empty);
    tcase_add_test(tcase, a_card_is_reached_through_the_reader_of_its_name);
    return tcase;
}

static TCase *wait_case(void)
{
    TCase *tcase = tcase_create("wait");

    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, open_readers, close_readers);
    tcase_add_test(tcase, nothing_new_is_told_when_the_time_is_over);
    tcase_add_loop_test(tcase, what_changed_since_the_list_is_told_at_once, 0, CHANGES);
    tcase_add_loop_test(tcase, a_change_wakes_who_sleeps, 0, CHANGES);
    tcase_add_test(tcase, the_first_reader_wakes_who_sleeps_without_any);
    tcase_add_test(tcase, cancel_wakes_everybody_who_sleeps);
    tcase_add_test(tcase, cancel_without_a_sleeper_is_forgotten);
    tcase_add_test(tcase, a_cancel_that_came_too_early_for_the_service_is_told_in_the_end);
    tcase_add_test(tcase, cancel_repeated_reaches_everybody_whatever_they_are_about);
    tcase_add_test(tcase, without_a_service_a_wait_ends_soon_so_that_the_caller_looks_again);
    tcase_add_test(tcase, without_a_service_a_wait_is_cancelled_too);
    tcase_add_test(tcase, a_service_that_stops_wakes_who_sleeps);
    tcase_add_test(tcase, want_of_memory_ends_a_wait);
    tcase_add_test(tcase, threads_list_connect_wait_and_cancel_at_the_same_time);
    return tcase;
}

int main(void)
{
    Suite *suite = suite_create("transport/readers");

    suite_add_tcase(suite, list_case());
    suite_add_tcase(suite, wait_case());
    return mn_test_run(suite);
}
