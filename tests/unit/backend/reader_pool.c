#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "backend/desk.h"
#include "runner.h"

static struct mn_card_reader_state state_of(size_t index)
{
    struct mn_card_reader_state state;

    mn_card_reader_state(mn_desk_reader(index), &state);
    return state;
}

static void assert_state(size_t index, const char *name, bool connected, bool card_present)
{
    struct mn_card_reader_state state = state_of(index);

    ck_assert_str_eq(state.name, name);
    ck_assert_int_eq(state.connected, connected);
    ck_assert_int_eq(state.card_present, card_present);
}

/* --- which readers are there --- */

START_TEST(a_reader_and_its_card_are_found_without_a_command)
{
    ck_assert_uint_eq(mn_reader_pool_count(mn_desk.pool), 1);
    assert_state(0, MN_DESK_READER, true, true);
    ck_assert_ptr_null(mn_reader_pool_at(mn_desk.pool, 1));
    ck_assert_uint_eq(mn_desk_commands(), 0);
    ck_assert_uint_eq(cardsim_connections(mn_desk.bench, MN_DESK_READER), 0);
}
END_TEST

START_TEST(without_the_service_there_are_no_readers)
{
    mn_desk_close_pool();
    cardsim_bench_service(mn_desk.bench, false);
    mn_desk_open_pool();
    ck_assert_uint_eq(mn_reader_pool_count(mn_desk.pool), 0);
    cardsim_bench_service(mn_desk.bench, true);
    mn_desk_refresh();
    assert_state(0, MN_DESK_READER, true, true);
}
END_TEST

START_TEST(new_readers_are_added_at_the_end_and_none_is_taken_away)
{
    struct mn_card_reader *first = mn_desk_reader(0);

    ck_assert_int_eq(cardsim_plug(mn_desk.bench, "Second"), MN_OK);
    mn_desk_refresh();
    ck_assert_uint_eq(mn_reader_pool_count(mn_desk.pool), 2);
    assert_state(1, "Second", true, false);

    cardsim_unplug(mn_desk.bench, MN_DESK_READER);
    ck_assert_int_eq(cardsim_plug(mn_desk.bench, "Third"), MN_OK);
    mn_desk_refresh();
    ck_assert_uint_eq(mn_reader_pool_count(mn_desk.pool), 3);
    ck_assert_ptr_eq(mn_desk_reader(0), first);
    assert_state(0, MN_DESK_READER, false, false);
    assert_state(1, "Second", true, false);
    assert_state(2, "Third", true, false);
}
END_TEST

START_TEST(a_reader_plugged_in_again_is_the_same_reader)
{
    unsigned long generation = mn_desk_state().generation;

    cardsim_unplug(mn_desk.bench, MN_DESK_READER);
    mn_desk_refresh();
    ck_assert_int_eq(cardsim_plug(mn_desk.bench, MN_DESK_READER), MN_OK);
    cardsim_insert(mn_desk.bench, MN_DESK_READER, mn_desk.card);
    mn_desk_refresh();
    ck_assert_uint_eq(mn_reader_pool_count(mn_desk.pool), 1);
    assert_state(0, MN_DESK_READER, true, true);
    ck_assert_uint_ne(mn_desk_state().generation, generation);
}
END_TEST

START_TEST(the_longest_name_of_a_reader_is_kept_whole)
{
    char name[MN_READER_NAME_MAX] = "";

    memset(name, 'R', sizeof name - 1);
    ck_assert_int_eq(cardsim_plug(mn_desk.bench, name), MN_OK);
    mn_desk_refresh();
    assert_state(1, name, true, false);
    mn_desk_refresh();
    ck_assert_uint_eq(mn_reader_pool_count(mn_desk.pool), 2);
}
END_TEST

/* --- generations --- */

START_TEST(nothing_new_is_no_new_generation)
{
    unsigned long generation = mn_desk_state().generation;

    mn_desk_refresh();
    mn_desk_refresh();
    ck_assert_uint_eq(mn_desk_state().generation, generation);
}
END_TEST

START_TEST(each_coming_and_going_of_a_card_is_a_new_generation)
{
    unsigned long seen[3];

    seen[0] = mn_desk_state().generation;
    cardsim_remove(mn_desk.bench, MN_DESK_READER);
    mn_desk_refresh();
    assert_state(0, MN_DESK_READER, true, false);
    seen[1] = mn_desk_state().generation;
    ck_assert_uint_ne(seen[1], seen[0]);
    cardsim_insert(mn_desk.bench, MN_DESK_READER, mn_desk.card);
    mn_desk_refresh();
    assert_state(0, MN_DESK_READER, true, true);
    seen[2] = mn_desk_state().generation;
    ck_assert_uint_ne(seen[2], seen[1]);
    ck_assert_uint_ne(seen[2], seen[0]);
}
END_TEST

START_TEST(a_card_that_was_exchanged_unseen_is_a_new_generation)
{
    unsigned long generation = mn_desk_state().generation;

    mn_desk_exchange("fresh", "");
    mn_desk_refresh();
    assert_state(0, MN_DESK_READER, true, true);
    ck_assert_uint_ne(mn_desk_state().generation, generation);
}
END_TEST

START_TEST(a_reader_left_and_plugged_in_unseen_is_a_new_generation)
{
    unsigned long generation;

    cardsim_remove(mn_desk.bench, MN_DESK_READER);
    cardsim_insert(mn_desk.bench, MN_DESK_READER, mn_desk.card);
    mn_desk_refresh();
    generation = mn_desk_state().generation;
    cardsim_unplug(mn_desk.bench, MN_DESK_READER);
    ck_assert_int_eq(cardsim_plug(mn_desk.bench, MN_DESK_READER), MN_OK);
    cardsim_insert(mn_desk.bench, MN_DESK_READER, mn_desk.card);
    mn_desk_refresh();
    ck_assert_uint_ne(mn_desk_state().generation, generation);
}
END_TEST

START_TEST(a_service_that_was_restarted_is_a_new_generation)
{
    unsigned long generation = mn_desk_state().generation;

    cardsim_bench_service(mn_desk.bench, false);
    mn_desk_refresh();
    assert_state(0, MN_DESK_READER, false, false);
    cardsim_bench_service(mn_desk.bench, true);
    mn_desk_refresh();
    assert_state(0, MN_DESK_READER, true, true);
    ck_assert_uint_ne(mn_desk_state().generation, generation);
}
END_TEST

START_TEST(a_card_put_in_the_wrong_way_round_is_no_card)
{
    mn_desk_exchange("mute", "");
    mn_desk_refresh();
    assert_state(0, MN_DESK_READER, true, false);
    ck_assert_int_eq(mn_card_reader_recognise(mn_desk_reader(0)), MN_E_NO_CARD);
}
END_TEST

/* The card leaves at the next command, and nobody has looked at the readers since. */
static void lose_card_in_command(void)
{
    ck_assert_int_eq(cardsim_fault(mn_desk.card, "1:removed"), MN_OK);
    ck_assert_int_eq(mn_card_reader_recognise(mn_desk_reader(0)), MN_E_REMOVED);
}

START_TEST(a_removal_noticed_by_a_command_is_a_new_generation_at_once)
{
    unsigned long before = mn_desk_state().generation, after;

    lose_card_in_command();
    assert_state(0, MN_DESK_READER, true, false);
    after = mn_desk_state().generation;
    ck_assert_uint_ne(after, before);
    mn_desk_refresh(); /* the service says so too: that is nothing new */
    assert_state(0, MN_DESK_READER, true, false);
    ck_assert_uint_eq(mn_desk_state().generation, after);
}
END_TEST

START_TEST(a_card_put_in_again_before_anybody_looked_is_another_generation)
{
    unsigned long after;

    lose_card_in_command();
    after = mn_desk_state().generation;
    cardsim_insert(mn_desk.bench, MN_DESK_READER, mn_desk.card);
    mn_desk_refresh();
    assert_state(0, MN_DESK_READER, true, true);
    ck_assert_uint_ne(mn_desk_state().generation, after);
    ck_assert_int_eq(mn_card_reader_recognise(mn_desk_reader(0)), MN_OK);
}
END_TEST

START_TEST(a_removal_is_noticed_once)
{
    unsigned long after;

    lose_card_in_command();
    after = mn_desk_state().generation;
    ck_assert_int_eq(mn_card_reader_recognise(mn_desk_reader(0)), MN_E_NO_CARD);
    ck_assert_uint_eq(mn_desk_state().generation, after);
}
END_TEST

/* --- waiting --- */

START_TEST(a_wait_without_a_change_ends_with_its_time)
{
    ck_assert_int_eq(mn_reader_pool_wait(mn_desk.pool, 0), MN_E_TIMEOUT);
    ck_assert_int_eq(mn_reader_pool_wait(mn_desk.pool, 1), MN_E_TIMEOUT);
}
END_TEST

START_TEST(a_wait_does_not_sleep_over_a_change_since_the_last_look)
{
    cardsim_remove(mn_desk.bench, MN_DESK_READER);
    ck_assert_int_eq(mn_reader_pool_wait(mn_desk.pool, 100000), MN_OK);
    mn_desk_refresh();
    ck_assert_int_eq(cardsim_plug(mn_desk.bench, "Second"), MN_OK);
    ck_assert_int_eq(mn_reader_pool_wait(mn_desk.pool, 100000), MN_OK);
}
END_TEST

static atomic_bool waited;
static mn_rc wait_result;

static void *wait_long(void *pool)
{
    wait_result = mn_reader_pool_wait(pool, 100000);
    atomic_store(&waited, true);
    return NULL;
}

START_TEST(a_wait_is_ended_by_cancel)
{
    pthread_t thread;

    ck_assert_int_eq(pthread_create(&thread, NULL, wait_long, mn_desk.pool), 0);
    while (!atomic_load(&waited)) { /* the thread may not be waiting yet */
        mn_reader_pool_cancel(mn_desk.pool);
        usleep(1000);
    }
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    ck_assert_int_eq(wait_result, MN_E_CANCELLED);
    ck_assert_int_eq(mn_reader_pool_wait(mn_desk.pool, 0), MN_E_TIMEOUT);
}
END_TEST

START_TEST(a_wait_is_ended_by_a_change)
{
    pthread_t thread;

    ck_assert_int_eq(pthread_create(&thread, NULL, wait_long, mn_desk.pool), 0);
    cardsim_remove(mn_desk.bench, MN_DESK_READER);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    ck_assert_int_eq(wait_result, MN_OK);
}
END_TEST

/* --- the end --- */

START_TEST(closing_the_pool_closes_the_connections)
{
    ck_assert_int_eq(mn_card_reader_recognise(mn_desk_reader(0)), MN_OK);
    ck_assert_uint_eq(cardsim_connections(mn_desk.bench, MN_DESK_READER), 1);
    mn_desk_close_pool();
    ck_assert_uint_eq(cardsim_connections(mn_desk.bench, MN_DESK_READER), 0);
    mn_reader_pool_close(&mn_desk.pool);
    mn_desk_open_pool();
}
END_TEST

START_TEST(a_forked_child_that_abandons_the_pool_touches_nothing)
{
    pid_t child;
    int status;

    ck_assert_int_eq(mn_desk_login(MN_ROLE_AUTH, CARDSIM_AUTH_PIN), MN_OK);
    ck_assert_int_eq(mn_desk_sign(MN_ROLE_AUTH), MN_OK);
    cardsim_clear_counts(mn_desk.card);
    child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        /* The simulated card was copied too: what the child did to it would be seen in the copy. */
        mn_reader_pool_abandon(&mn_desk.pool);
        _exit(mn_desk.pool == NULL && cardsim_count(mn_desk.card) == 0 &&
                      cardsim_is_open(mn_desk.card, CARDSIM_PIN_AUTH) &&
                      cardsim_connections(mn_desk.bench, MN_DESK_READER) == 1
                  ? 0
                  : 1);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    ck_assert_int_eq(mn_desk_sign(MN_ROLE_AUTH), MN_OK);
    ck_assert_uint_eq(cardsim_count(mn_desk.card), 1);
}
END_TEST

static TCase *readers_case(void)
{
    TCase *tcase = tcase_create("readers");

    mn_desk_attach(tcase);
    tcase_add_test(tcase, a_reader_and_its_card_are_found_without_a_command);
    tcase_add_test(tcase, without_the_service_there_are_no_readers);
    tcase_add_test(tcase, new_readers_are_added_at_the_end_and_none_is_taken_away);
    tcase_add_test(tcase, a_reader_plugged_in_again_is_the_same_reader);
    tcase_add_test(tcase, the_longest_name_of_a_reader_is_kept_whole);
    tcase_add_test(tcase, nothing_new_is_no_new_generation);
    tcase_add_test(tcase, each_coming_and_going_of_a_card_is_a_new_generation);
    tcase_add_test(tcase, a_card_that_was_exchanged_unseen_is_a_new_generation);
    tcase_add_test(tcase, a_reader_left_and_plugged_in_unseen_is_a_new_generation);
    tcase_add_test(tcase, a_service_that_was_restarted_is_a_new_generation);
    tcase_add_test(tcase, a_card_put_in_the_wrong_way_round_is_no_card);
    tcase_add_test(tcase, a_removal_noticed_by_a_command_is_a_new_generation_at_once);
    tcase_add_test(tcase, a_card_put_in_again_before_anybody_looked_is_another_generation);
    tcase_add_test(tcase, a_removal_is_noticed_once);
    return tcase;
}

static TCase *life_case(void)
{
    TCase *tcase = tcase_create("life");

    mn_desk_attach(tcase);
    tcase_add_test(tcase, a_wait_without_a_change_ends_with_its_time);
    tcase_add_test(tcase, a_wait_does_not_sleep_over_a_change_since_the_last_look);
    tcase_add_test(tcase, a_wait_is_ended_by_cancel);
    tcase_add_test(tcase, a_wait_is_ended_by_a_change);
    tcase_add_test(tcase, closing_the_pool_closes_the_connections);
    tcase_add_test(tcase, a_forked_child_that_abandons_the_pool_touches_nothing);
    return tcase;
}

int main(void)
{
    Suite *suite = suite_create("backend/reader_pool");

    suite_add_tcase(suite, readers_case());
    suite_add_tcase(suite, life_case());
    return mn_test_run(suite);
}
