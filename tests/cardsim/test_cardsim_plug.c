/* The bench of simulated readers: connections, conversations, resets, removals, waiting. */
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

#include "cardsim_plug.h"
#include "runner.h"
#include "test_card.h"

enum { LONG_MS = 60000 };

static struct cardsim_bench *bench;
static struct cardsim *card;
static struct mn_readers readers;
static struct mn_reader_list list;

static void setup(void)
{
    ck_assert_int_eq(cardsim_bench_new(&bench), MN_OK);
    ck_assert_int_eq(cardsim_bench_open(bench, &readers), MN_OK);
    ck_assert_int_eq(cardsim_plug(bench, "one"), MN_OK);
    ck_assert_int_eq(cardsim_plug(bench, "two"), MN_OK);
    ck_assert_int_eq(cardsim_new("fresh", CARDSIM_PKI, &card), MN_OK);
    cardsim_insert(bench, "one", card);
}

static void teardown(void)
{
    mn_reader_list_free(&list);
    readers.ops->close(readers.self);
    cardsim_bench_free(&bench);
    cardsim_free(&card);
}

static void list_again(void)
{
    mn_reader_list_free(&list);
    ck_assert_int_eq(readers.ops->list(readers.self, &list), MN_OK);
}

static mn_rc connect_to(const char *reader, struct mn_transport *out)
{
    return readers.ops->connect(readers.self, reader, out);
}

static struct mn_transport connected(void)
{
    struct mn_transport transport;
    ck_assert_int_eq(connect_to("one", &transport), MN_OK);
    return transport;
}

static mn_rc begin(struct mn_transport *transport, bool *was_reset)
{
    return transport->ops->begin(transport->self, was_reset);
}

/* Begins, and tells whether a reset was reported. */
static bool begun_after_reset(struct mn_transport *transport)
{
    bool was_reset;
    ck_assert_int_eq(begin(transport, &was_reset), MN_OK);
    return was_reset;
}

static void end(struct mn_transport *transport)
{
    transport->ops->end(transport->self);
}

static mn_rc send_bytes(struct mn_transport *transport, const char *bytes, size_t len, uint16_t *sw)
{
    uint8_t answer[300];
    size_t answer_len = sizeof(answer);
    mn_rc rc = transport->ops->transmit(transport->self, mn_span(bytes, len), answer, &answer_len);
    if (rc == MN_OK)
        *sw = (uint16_t)(answer[answer_len - 2] << 8 | answer[answer_len - 1]);
    return rc;
}

#define SEND(transport, literal, sw) send_bytes(transport, literal, sizeof(literal) - 1, sw)

#define JPKI "\x00\xA4\x04\x0C\x0A\xD3\x92\xF0\x00\x26\x01\x00\x00\x00\x01"
#define ASK  "\x00\x20\x00\x98"
#define PIN  "\x00\x20\x00\x98\x04\x31\x32\x33\x34"

static void expect_sw(struct mn_transport *transport, const char *bytes, size_t len, uint16_t sw)
{
    uint16_t got = 0;
    ck_assert_int_eq(send_bytes(transport, bytes, len, &got), MN_OK);
    ck_assert_uint_eq(got, sw);
}

#define EXPECT_SW(transport, literal, sw) expect_sw(transport, literal, sizeof(literal) - 1, sw)

static void expect_failure(struct mn_transport *transport, mn_rc rc)
{
    uint16_t sw;
    ck_assert_int_eq(SEND(transport, ASK, &sw), rc);
}

/* Listing and connecting. */

START_TEST(readers_are_listed_in_their_order)
{
    list_again();
    ck_assert_uint_eq(list.len, 2);
    ck_assert_str_eq(list.at[0].name, "one");
    ck_assert_str_eq(list.at[1].name, "two");
    ck_assert(list.at[0].present);
    ck_assert(!list.at[1].present);
}
END_TEST

START_TEST(a_card_exchanged_unseen_changes_the_count)
{
    list_again();
    unsigned long count = list.at[0].count;
    cardsim_remove(bench, "one");
    cardsim_insert(bench, "one", card);
    list_again();
    ck_assert(list.at[0].present);
    ck_assert_uint_ne(list.at[0].count, count);
}
END_TEST

START_TEST(a_name_is_plugged_once)
{
    char name[MN_READER_NAME_MAX + 1];
    memset(name, 'x', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    ck_assert_int_eq(cardsim_plug(bench, "one"), MN_E_ARGUMENT);
    ck_assert_int_eq(cardsim_plug(bench, name), MN_E_ARGUMENT);
    name[sizeof(name) - 2] = '\0';
    ck_assert_int_eq(cardsim_plug(bench, name), MN_OK);
}
END_TEST

START_TEST(an_unplugged_reader_is_gone_with_its_card)
{
    struct mn_transport transport = connected();
    bool was_reset;
    cardsim_unplug(bench, "one");
    list_again();
    ck_assert_uint_eq(list.len, 1);
    ck_assert_int_eq(begin(&transport, &was_reset), MN_E_REMOVED);
    mn_transport_close(&transport);
    ck_assert_int_eq(connect_to("one", &transport), MN_E_NO_READER);
}
END_TEST

START_TEST(connecting_tells_what_is_missing)
{
    struct mn_transport transport;
    ck_assert_int_eq(connect_to("three", &transport), MN_E_NO_READER);
    ck_assert_int_eq(connect_to("two", &transport), MN_E_NO_CARD);
    cardsim_reader_hold(bench, "one", true);
    ck_assert_int_eq(connect_to("one", &transport), MN_E_BUSY);
    cardsim_reader_hold(bench, "one", false);
    cardsim_bench_service(bench, false);
    ck_assert_int_eq(connect_to("one", &transport), MN_E_NO_SERVICE);
}
END_TEST

START_TEST(a_mute_card_is_not_present)
{
    struct mn_transport transport;
    ck_assert_int_eq(cardsim_set(card, "mute", "1"), MN_OK);
    list_again();
    ck_assert(!list.at[0].present);
    ck_assert_int_eq(connect_to("one", &transport), MN_E_NO_CARD);
}
END_TEST

START_TEST(without_the_service_there_are_no_readers)
{
    struct mn_transport transport = connected();
    bool was_reset;
    cardsim_bench_service(bench, false);
    list_again();
    ck_assert_uint_eq(list.len, 0);
    ck_assert_int_eq(begin(&transport, &was_reset), MN_E_NO_SERVICE);
    cardsim_bench_service(bench, true);
    list_again();
    ck_assert(list.at[0].present);
    ck_assert_int_eq(begin(&transport, &was_reset), MN_E_REMOVED);
    mn_transport_close(&transport);
    transport = connected();
    ck_assert(begun_after_reset(&transport));
    mn_transport_close(&transport);
}
END_TEST

/* Conversations. */

START_TEST(commands_reach_the_card)
{
    struct mn_transport transport = connected();
    ck_assert(begun_after_reset(&transport));
    EXPECT_SW(&transport, JPKI, 0x9000);
    EXPECT_SW(&transport, ASK, 0x63C3);
    end(&transport);
    mn_transport_close(&transport);
    ck_assert_uint_eq(cardsim_count(card), 2);
    ck_assert_uint_eq(cardsim_conversations(bench, "one"), 1);
}
END_TEST

START_TEST(the_card_keeps_its_state_between_conversations)
{
    struct mn_transport transport = connected();
    ck_assert(begun_after_reset(&transport));
    EXPECT_SW(&transport, JPKI, 0x9000);
    EXPECT_SW(&transport, PIN, 0x9000);
    end(&transport);
    ck_assert(!begun_after_reset(&transport));
    ck_assert(cardsim_is_open(card, CARDSIM_PIN_AUTH));
    mn_transport_close(&transport);
    ck_assert(cardsim_is_open(card, CARDSIM_PIN_AUTH));
}
END_TEST

START_TEST(two_connections_are_open_to_one_card)
{
    struct mn_transport first = connected(), second = connected();
    ck_assert_uint_eq(cardsim_connections(bench, "one"), 2);
    ck_assert(begun_after_reset(&first));
    EXPECT_SW(&first, JPKI, 0x9000);
    end(&first);
    ck_assert(begun_after_reset(&second));
    EXPECT_SW(&second, ASK, 0x63C3);
    end(&second);
    ck_assert(!begun_after_reset(&first));
    mn_transport_close(&first);
    mn_transport_close(&second);
    ck_assert_uint_eq(cardsim_connections(bench, "one"), 0);
}
END_TEST

static atomic_int first_has_ended;

static void *begin_second(void *argument)
{
    struct mn_transport *second = argument;
    bool was_reset;
    mn_rc rc = begin(second, &was_reset);
    bool in_turn = atomic_load(&first_has_ended);
    if (rc == MN_OK)
        end(second);
    return rc == MN_OK && in_turn ? argument : NULL;
}

static void nap(void)
{
    const struct timespec time = {.tv_nsec = 2000000};
    (void)nanosleep(&time, NULL);
}

START_TEST(a_conversation_waits_for_the_end_of_another)
{
    struct mn_transport first = connected(), second = connected();
    pthread_t thread;
    void *good = NULL;
    ck_assert(begun_after_reset(&first));
    ck_assert_int_eq(pthread_create(&thread, NULL, begin_second, &second), 0);
    for (int i = 0; i < 10; i++) {
        EXPECT_SW(&first, JPKI, 0x9000);
        nap();
    }
    atomic_store(&first_has_ended, 1);
    end(&first);
    ck_assert_int_eq(pthread_join(thread, &good), 0);
    ck_assert_ptr_nonnull(good);
    mn_transport_close(&first);
    mn_transport_close(&second);
}
END_TEST

static void *begin_only(void *argument)
{
    bool was_reset;
    return begin(argument, &was_reset) == MN_E_REMOVED ? argument : NULL;
}

START_TEST(removal_ends_the_waiting_for_a_conversation)
{
    struct mn_transport first = connected(), second = connected();
    pthread_t thread;
    void *good = NULL;
    ck_assert(begun_after_reset(&first));
    ck_assert_int_eq(pthread_create(&thread, NULL, begin_only, &second), 0);
    nap();
    cardsim_remove(bench, "one");
    ck_assert_int_eq(pthread_join(thread, &good), 0);
    ck_assert_ptr_nonnull(good);
    expect_failure(&first, MN_E_REMOVED);
    mn_transport_close(&first);
    mn_transport_close(&second);
}
END_TEST

START_TEST(closing_ends_a_conversation)
{
    struct mn_transport first = connected(), second = connected();
    ck_assert(begun_after_reset(&first));
    mn_transport_close(&first);
    ck_assert(begun_after_reset(&second));
    mn_transport_close(&second);
}
END_TEST

START_TEST(a_held_card_has_no_conversations)
{
    struct mn_transport transport = connected();
    bool was_reset;
    cardsim_reader_hold(bench, "one", true);
    ck_assert_int_eq(begin(&transport, &was_reset), MN_E_BUSY);
    cardsim_reader_hold(bench, "one", false);
    ck_assert(begun_after_reset(&transport));
    mn_transport_close(&transport);
}
END_TEST

/* Resets and removals. */

START_TEST(a_power_cycle_is_reported_to_both_connections)
{
    struct mn_transport first = connected(), second = connected();
    ck_assert(begun_after_reset(&second));
    end(&second);
    ck_assert(begun_after_reset(&first));
    EXPECT_SW(&first, JPKI, 0x9000);
    EXPECT_SW(&first, PIN, 0x9000);
    ck_assert_int_eq(first.ops->power_cycle(first.self), MN_OK);
    ck_assert(!cardsim_is_open(card, CARDSIM_PIN_AUTH));
    EXPECT_SW(&first, JPKI, 0x9000);
    end(&first);
    ck_assert(begun_after_reset(&second));
    end(&second);
    ck_assert(begun_after_reset(&first));
    end(&first);
    ck_assert(!begun_after_reset(&first));
    mn_transport_close(&first);
    mn_transport_close(&second);
}
END_TEST

START_TEST(another_programs_reset_is_reported_once)
{
    struct mn_transport transport = connected();
    ck_assert(begun_after_reset(&transport));
    end(&transport);
    cardsim_other_resets(bench, "one");
    ck_assert(begun_after_reset(&transport));
    end(&transport);
    ck_assert(!begun_after_reset(&transport));
    end(&transport);
    cardsim_other_unpowers(bench, "one");
    ck_assert(begun_after_reset(&transport));
    mn_transport_close(&transport);
    ck_assert_uint_eq(cardsim_conversations(bench, "one"), 4);
}
END_TEST

START_TEST(another_programs_selection_is_not_reported_but_there)
{
    static const uint8_t common[] = {0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x01, 0x00};
    struct mn_transport transport = connected();
    ck_assert(begun_after_reset(&transport));
    EXPECT_SW(&transport, JPKI, 0x9000);
    end(&transport);
    cardsim_other_selects(bench, "one", mn_span(common, sizeof(common)));
    ck_assert(!begun_after_reset(&transport));
    EXPECT_SW(&transport, ASK, 0x6A82);
    mn_transport_close(&transport);
}
END_TEST

static void reset_and_count(void *context, struct cardsim *the_card)
{
    cardsim_warm_reset(the_card);
    ++*(int *)context;
}

START_TEST(a_hook_runs_before_each_conversation)
{
    int calls = 0;
    struct mn_transport transport = connected();
    ck_assert(begun_after_reset(&transport));
    end(&transport);
    cardsim_before_begin(bench, "one", reset_and_count, &calls);
    ck_assert(begun_after_reset(&transport));
    end(&transport);
    ck_assert(begun_after_reset(&transport));
    end(&transport);
    cardsim_before_begin(bench, "one", NULL, NULL);
    ck_assert(!begun_after_reset(&transport));
    ck_assert_int_eq(calls, 2);
    mn_transport_close(&transport);
}
END_TEST

START_TEST(a_reset_in_the_middle_fails_until_the_next_conversation)
{
    struct mn_transport transport = connected();
    ck_assert(begun_after_reset(&transport));
    EXPECT_SW(&transport, JPKI, 0x9000);
    ck_assert_int_eq(cardsim_fault(card, "1:reset"), MN_OK);
    expect_failure(&transport, MN_E_COMM);
    expect_failure(&transport, MN_E_COMM);
    end(&transport);
    ck_assert(begun_after_reset(&transport));
    EXPECT_SW(&transport, JPKI, 0x9000);
    mn_transport_close(&transport);
}
END_TEST

START_TEST(a_connection_does_not_outlive_its_card)
{
    struct mn_transport transport = connected();
    bool was_reset;
    ck_assert(begun_after_reset(&transport));
    cardsim_remove(bench, "one");
    expect_failure(&transport, MN_E_REMOVED);
    ck_assert_int_eq(transport.ops->power_cycle(transport.self), MN_E_REMOVED);
    end(&transport);
    cardsim_insert(bench, "one", card);
    ck_assert_int_eq(begin(&transport, &was_reset), MN_E_REMOVED);
    mn_transport_close(&transport);
    transport = connected();
    ck_assert(begun_after_reset(&transport));
    mn_transport_close(&transport);
}
END_TEST

START_TEST(a_card_that_slips_is_noticed_by_nobody_and_wants_power)
{
    struct mn_transport first = connected(), second = connected();
    struct cardsim *other = NULL;
    uint16_t sw;
    ck_assert_int_eq(cardsim_new("fresh", CARDSIM_PKI, &other), MN_OK);
    (void)begun_after_reset(&first);
    end(&first);
    (void)begun_after_reset(&second);
    end(&second);
    list_again();
    unsigned long count = list.at[0].count;
    cardsim_slip(bench, "one", other);
    list_again();
    ck_assert_uint_eq(list.at[0].count, count);
    ck_assert(list.at[0].present);
    ck_assert(!begun_after_reset(&first));
    ck_assert_int_eq(send_bytes(&first, "\x00\x84\x00\x00\x08", 5, &sw), MN_E_COMM);
    ck_assert_int_eq(first.ops->power_cycle(first.self), MN_OK);
    ck_assert_int_eq(send_bytes(&first, "\x00\x84\x00\x00\x08", 5, &sw), MN_OK);
    end(&first);
    ck_assert(begun_after_reset(&first));
    end(&first);
    ck_assert(begun_after_reset(&second));
    ck_assert_int_eq(send_bytes(&second, "\x00\x84\x00\x00\x08", 5, &sw), MN_OK);
    mn_transport_close(&first);
    mn_transport_close(&second);
    cardsim_remove(bench, "one");
    cardsim_free(&other);
}
END_TEST

START_TEST(a_removal_fault_empties_the_reader)
{
    struct mn_transport transport = connected();
    ck_assert(begun_after_reset(&transport));
    ck_assert_int_eq(cardsim_fault(card, "1:removed"), MN_OK);
    expect_failure(&transport, MN_E_REMOVED);
    mn_transport_close(&transport);
    list_again();
    ck_assert(!list.at[0].present);
    cardsim_remove(bench, "one");
    cardsim_insert(bench, "two", card);
    list_again();
    ck_assert(list.at[1].present);
}
END_TEST

START_TEST(an_answer_without_status_word_is_none)
{
    struct mn_transport transport = connected();
    ck_assert(begun_after_reset(&transport));
    ck_assert_int_eq(cardsim_fault(card, "1:truncated:1"), MN_OK);
    expect_failure(&transport, MN_E_COMM);
    EXPECT_SW(&transport, JPKI, 0x9000);
    ck_assert_int_eq(cardsim_fault(card, "1:overlong:1000"), MN_OK);
    expect_failure(&transport, MN_E_COMM);
    mn_transport_close(&transport);
}
END_TEST

START_TEST(a_reader_may_not_carry_extended_commands)
{
    struct mn_transport transport = connected();
    uint16_t sw;
    ck_assert(transport.ops->carries_extended(transport.self));
    cardsim_reader_extended(bench, "one", false);
    ck_assert(!transport.ops->carries_extended(transport.self));
    ck_assert(begun_after_reset(&transport));
    ck_assert_int_eq(SEND(&transport, "\x00\xB0\x88\x00\x00\x00\x03", &sw), MN_E_COMM);
    ck_assert_uint_eq(cardsim_count(card), 0);
    mn_transport_close(&transport);
}
END_TEST

static void *remove_it(void *argument)
{
    nap();
    cardsim_remove(bench, "one");
    return argument;
}

START_TEST(removal_waits_for_the_command_on_its_way)
{
    struct mn_transport transport = connected();
    pthread_t thread;
    ck_assert(begun_after_reset(&transport));
    ck_assert_int_eq(cardsim_fault(card, "1:slow:50"), MN_OK);
    ck_assert_int_eq(pthread_create(&thread, NULL, remove_it, NULL), 0);
    uint16_t sw;
    mn_rc rc = SEND(&transport, ASK, &sw);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    /* Whether it came before or in the middle: the card is gone and nobody uses it. */
    ck_assert(rc == MN_E_REMOVED || rc == MN_OK);
    expect_failure(&transport, MN_E_REMOVED);
    cardsim_free(&card);
    mn_transport_close(&transport);
}
END_TEST

/* Waiting. */

static void *wait_for_change(void *argument)
{
    static mn_rc rc;
    (void)argument;
    rc = readers.ops->wait(readers.self, &list, LONG_MS);
    return &rc;
}

static mn_rc waited(pthread_t thread)
{
    void *rc = NULL;
    ck_assert_int_eq(pthread_join(thread, &rc), 0);
    return *(mn_rc *)rc;
}

static pthread_t waiting(void)
{
    pthread_t thread;
    list_again();
    ck_assert_int_eq(pthread_create(&thread, NULL, wait_for_change, NULL), 0);
    nap();
    return thread;
}

START_TEST(waiting_ends_when_a_card_comes_or_goes)
{
    pthread_t thread = waiting();
    cardsim_remove(bench, "one");
    ck_assert_int_eq(waited(thread), MN_OK);
    thread = waiting();
    cardsim_insert(bench, "two", card);
    ck_assert_int_eq(waited(thread), MN_OK);
}
END_TEST

START_TEST(waiting_ends_when_a_reader_comes_or_goes)
{
    pthread_t thread = waiting();
    ck_assert_int_eq(cardsim_plug(bench, "three"), MN_OK);
    ck_assert_int_eq(waited(thread), MN_OK);
    thread = waiting();
    cardsim_unplug(bench, "two");
    ck_assert_int_eq(waited(thread), MN_OK);
    thread = waiting();
    cardsim_bench_service(bench, false);
    ck_assert_int_eq(waited(thread), MN_OK);
}
END_TEST

START_TEST(a_change_before_the_waiting_ends_it_at_once)
{
    list_again();
    cardsim_remove(bench, "one");
    ck_assert_int_eq(readers.ops->wait(readers.self, &list, LONG_MS), MN_OK);
}
END_TEST

START_TEST(waiting_ends_in_time)
{
    list_again();
    ck_assert_int_eq(readers.ops->wait(readers.self, &list, 0), MN_E_TIMEOUT);
    ck_assert_int_eq(readers.ops->wait(readers.self, &list, 5), MN_E_TIMEOUT);
}
END_TEST

static atomic_int wait_is_over;

static void *wait_for_cancel(void *argument)
{
    mn_rc rc = readers.ops->wait(readers.self, &list, LONG_MS);
    atomic_store(&wait_is_over, 1);
    return rc == MN_E_CANCELLED ? argument : NULL;
}

START_TEST(waiting_is_cancelled)
{
    pthread_t thread;
    int token;
    void *good = NULL;
    list_again();
    ck_assert_int_eq(pthread_create(&thread, NULL, wait_for_cancel, &token), 0);
    /* A cancel before the waiting is none: it is repeated until it has met the waiting. */
    while (!atomic_load(&wait_is_over)) {
        readers.ops->cancel(readers.self);
        nap();
    }
    ck_assert_int_eq(pthread_join(thread, &good), 0);
    ck_assert_ptr_nonnull(good);
    ck_assert_int_eq(readers.ops->wait(readers.self, &list, 5), MN_E_TIMEOUT);
}
END_TEST

START_TEST(a_cancel_is_for_its_own_program_only)
{
    struct mn_readers other;
    pthread_t thread;
    ck_assert_int_eq(cardsim_bench_open(bench, &other), MN_OK);
    thread = waiting();
    other.ops->cancel(other.self);
    nap();
    cardsim_remove(bench, "one");
    ck_assert_int_eq(waited(thread), MN_OK);
    other.ops->close(other.self);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        readers_are_listed_in_their_order,
        a_card_exchanged_unseen_changes_the_count,
        a_name_is_plugged_once,
        an_unplugged_reader_is_gone_with_its_card,
        connecting_tells_what_is_missing,
        a_mute_card_is_not_present,
        without_the_service_there_are_no_readers,
        commands_reach_the_card,
        the_card_keeps_its_state_between_conversations,
        two_connections_are_open_to_one_card,
        a_conversation_waits_for_the_end_of_another,
        removal_ends_the_waiting_for_a_conversation,
        closing_ends_a_conversation,
        a_held_card_has_no_conversations,
        a_power_cycle_is_reported_to_both_connections,
        another_programs_reset_is_reported_once,
        another_programs_selection_is_not_reported_but_there,
        a_hook_runs_before_each_conversation,
        a_reset_in_the_middle_fails_until_the_next_conversation,
        a_connection_does_not_outlive_its_card,
        a_card_that_slips_is_noticed_by_nobody_and_wants_power,
        a_removal_fault_empties_the_reader,
        an_answer_without_status_word_is_none,
        a_reader_may_not_carry_extended_commands,
        removal_waits_for_the_command_on_its_way,
        waiting_ends_when_a_card_comes_or_goes,
        waiting_ends_when_a_reader_comes_or_goes,
        a_change_before_the_waiting_ends_it_at_once,
        waiting_ends_in_time,
        waiting_is_cancelled,
        a_cancel_is_for_its_own_program_only,
    };
    Suite *suite = suite_create("cardsim plug");
    TCase *all = tcase_create("all");
    tcase_add_checked_fixture(all, setup, teardown);
    tcase_set_timeout(all, 60);
    for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
        tcase_add_test(all, tests[i]);
    suite_add_tcase(suite, all);
    return mn_test_run(suite);
}
