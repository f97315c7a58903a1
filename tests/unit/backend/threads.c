/* Several threads on one reader and on two. Made for ThreadSanitizer as much as for the assertions.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "backend/card_survey.h"
#include "backend/desk.h"
#include "backend/gate.h"
#include "runner.h"

#define SECOND "Second"
#define ROUNDS 30

static struct cardsim *second_card;
static struct mn_token second; /* the authentication token of the card in the second reader */
static atomic_bool stop;

/* A pool behind the gate, over two readers with a card in each. */
static void set_up(void)
{
    struct mn_readers readers, gated;

    ck_assert_int_eq(cardsim_plug(mn_desk.bench, SECOND), MN_OK);
    ck_assert_int_eq(cardsim_new("fresh", CARDSIM_PKI, &second_card), MN_OK);
    cardsim_insert(mn_desk.bench, SECOND, second_card);
    mn_desk_close_pool();
    ck_assert_int_eq(cardsim_bench_open(mn_desk.bench, &readers), MN_OK);
    mn_gate_open(&readers, &gated);
    ck_assert_int_eq(mn_reader_pool_open(&gated, &mn_desk.settings, NULL, &mn_desk.pool), MN_OK);
    mn_desk_refresh();
}

static void tear_down(void)
{
    mn_token_close(&second);
    mn_desk_close_pool();
    cardsim_remove(mn_desk.bench, SECOND);
    cardsim_free(&second_card);
}

static void open_second(void)
{
    unsigned long generation;

    ck_assert_int_eq(mn_card_reader_token(mn_desk_reader(1), MN_ROLE_AUTH, &second, &generation),
                     MN_OK);
    ck_assert_int_eq(second.ops->login(second.self, mn_span(CARDSIM_AUTH_PIN, 4)), MN_OK);
}

static mn_rc sign_second(void)
{
    static const struct mn_scheme pkcs1 = {.kind = MN_SCHEME_PKCS1};
    uint8_t signature[MN_MODULUS_BYTES];
    size_t len = sizeof signature;

    return second.ops->sign(second.self, second.facts->key_ref, &pkcs1, mn_span("data", 4),
                            signature, &len);
}

static pthread_t start(void *(*run)(void *))
{
    pthread_t thread;

    ck_assert_int_eq(pthread_create(&thread, NULL, run, NULL), 0);
    return thread;
}

static void join(pthread_t thread)
{
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
}

/* Assertions are for the test's own thread: what the others find is counted. */
static atomic_uint good, bad;

static void count(bool is_good)
{
    atomic_fetch_add(is_good ? &good : &bad, 1);
}

static void *sign_auth(void *unused)
{
    for (int i = 0; i < ROUNDS; i++)
        count(mn_desk_sign(MN_ROLE_AUTH) == MN_OK);
    return unused;
}

static void *sign_sign(void *unused)
{
    for (int i = 0; i < ROUNDS; i++)
        count(mn_desk_sign(MN_ROLE_SIGN) == MN_OK);
    return unused;
}

static void *sign_in_second(void *unused)
{
    for (int i = 0; i < ROUNDS; i++)
        count(sign_second() == MN_OK);
    return unused;
}

static void assert_all_tries_left(void)
{
    ck_assert_uint_eq(cardsim_tries(mn_desk.card, CARDSIM_PIN_AUTH), 3);
    ck_assert_uint_eq(cardsim_tries(mn_desk.card, CARDSIM_PIN_SIGN), 5);
    ck_assert_uint_eq(cardsim_tries(second_card, CARDSIM_PIN_AUTH), 3);
}

START_TEST(both_roles_of_a_card_sign_at_the_same_time)
{
    pthread_t threads[2];

    ck_assert_int_eq(mn_desk_login(MN_ROLE_AUTH, CARDSIM_AUTH_PIN), MN_OK);
    ck_assert_int_eq(mn_desk_login(MN_ROLE_SIGN, MN_DESK_PASSWORD), MN_OK);
    threads[0] = start(sign_auth);
    threads[1] = start(sign_sign);
    join(threads[0]);
    join(threads[1]);
    ck_assert_uint_eq(atomic_load(&good), 2 * ROUNDS);
    ck_assert_uint_eq(atomic_load(&bad), 0);
    ck_assert_uint_eq(mn_desk_verifies(MN_ROLE_AUTH), 1);
    ck_assert_uint_eq(mn_desk_verifies(MN_ROLE_SIGN), 1);
}
END_TEST

START_TEST(two_readers_sign_at_the_same_time)
{
    pthread_t threads[2];

    ck_assert_int_eq(mn_desk_login(MN_ROLE_AUTH, CARDSIM_AUTH_PIN), MN_OK);
    open_second();
    threads[0] = start(sign_auth);
    threads[1] = start(sign_in_second);
    join(threads[0]);
    join(threads[1]);
    ck_assert_uint_eq(atomic_load(&bad), 0);
    assert_all_tries_left();
}
END_TEST

static void *sign_once(void *unused)
{
    count(mn_desk_sign(MN_ROLE_AUTH) == MN_OK);
    return unused;
}

START_TEST(a_card_that_takes_its_time_holds_up_its_own_reader_only)
{
    struct mn_card_reader_state state;
    pthread_t slow;

    ck_assert_int_eq(mn_desk_login(MN_ROLE_AUTH, CARDSIM_AUTH_PIN), MN_OK);
    mn_gate_shut(MN_DESK_READER);
    slow = start(sign_once);
    mn_gate_await(); /* from here on the first reader is at work until the release */

    open_second();
    ck_assert_int_eq(sign_second(), MN_OK);
    ck_assert_int_eq(mn_card_reader_recognise(mn_desk_reader(1)), MN_OK);
    mn_desk_refresh();
    state = mn_desk_state();
    ck_assert(state.card_present);
    ck_assert(mn_desk_is_open(MN_ROLE_AUTH));
    ck_assert_int_eq(mn_reader_pool_wait(mn_desk.pool, 0), MN_E_TIMEOUT);
    ck_assert_uint_eq(atomic_load(&good), 0);

    mn_gate_release();
    join(slow);
    ck_assert_uint_eq(atomic_load(&good), 1);
}
END_TEST

/* --- with others in between --- */

static void *intrude(void *unused)
{
    while (!atomic_load(&stop)) {
        cardsim_other_resets(mn_desk.bench, MN_DESK_READER);
        cardsim_other_selects(mn_desk.bench, MN_DESK_READER,
                              mn_application_id(MN_APPLICATION_COMMON));
    }
    return unused;
}

/* The password is typed again whenever the login was lost. */
static void *sign_with_password(void *unused)
{
    for (int i = 0; i < ROUNDS; i++) {
        mn_rc rc = mn_desk_sign(MN_ROLE_SIGN);

        if (rc == MN_E_NOT_LOGGED_IN)
            rc = mn_desk_login(MN_ROLE_SIGN, MN_DESK_PASSWORD);
        count(rc == MN_OK);
    }
    return unused;
}

START_TEST(both_roles_survive_a_program_that_resets_the_card)
{
    pthread_t threads[3];

    ck_assert_int_eq(mn_desk_login(MN_ROLE_AUTH, CARDSIM_AUTH_PIN), MN_OK);
    ck_assert_int_eq(mn_desk_login(MN_ROLE_SIGN, MN_DESK_PASSWORD), MN_OK);
    threads[0] = start(sign_auth);
    threads[1] = start(sign_with_password);
    threads[2] = start(intrude);
    join(threads[0]);
    join(threads[1]);
    atomic_store(&stop, true);
    join(threads[2]);
    ck_assert_uint_eq(atomic_load(&bad), 0);
    assert_all_tries_left();
}
END_TEST

static void *come_and_go(void *unused)
{
    while (!atomic_load(&stop)) {
        cardsim_remove(mn_desk.bench, MN_DESK_READER);
        (void)mn_reader_pool_refresh(mn_desk.pool);
        cardsim_insert(mn_desk.bench, MN_DESK_READER, mn_desk.card);
        (void)mn_reader_pool_refresh(mn_desk.pool);
    }
    return unused;
}

/* What a program does with a slot, as long as the card is there. */
static void use_card(enum mn_role role, const char *pin)
{
    struct mn_token *token = &mn_desk.tokens[role];
    struct mn_view view = {0};
    struct mn_pin_info info;

    if (mn_desk_try_token(role) != MN_OK)
        return;
    (void)token->ops->login(token->self, mn_span(pin, strlen(pin)));
    (void)token->ops->load(token->self, MN_WANT_CERTIFICATE | MN_WANT_CA_CERTIFICATE, &view);
    mn_view_release(&view);
    (void)mn_desk_sign(role);
    (void)token->ops->pin_info(token->self, &info);
    mn_desk_close_token(role);
}

static void *use_auth(void *unused)
{
    for (int i = 0; i < ROUNDS; i++)
        use_card(MN_ROLE_AUTH, CARDSIM_AUTH_PIN);
    return unused;
}

static void *use_sign(void *unused)
{
    for (int i = 0; i < ROUNDS; i++)
        use_card(MN_ROLE_SIGN, MN_DESK_PASSWORD);
    return unused;
}

static void *look(void *unused)
{
    struct mn_card_survey survey;

    while (!atomic_load(&stop)) {
        (void)mn_card_reader_recognise(mn_desk_reader(0));
        (void)mn_card_survey(mn_desk_reader(0), &survey);
        (void)mn_reader_pool_wait(mn_desk.pool, 0);
    }
    return unused;
}

START_TEST(a_card_that_comes_and_goes_costs_no_try)
{
    pthread_t threads[4];

    threads[0] = start(use_auth);
    threads[1] = start(use_sign);
    threads[2] = start(come_and_go);
    threads[3] = start(look);
    join(threads[0]);
    join(threads[1]);
    atomic_store(&stop, true);
    join(threads[2]);
    join(threads[3]);
    assert_all_tries_left();
    mn_desk_refresh();
    ck_assert_int_eq(mn_desk_login(MN_ROLE_AUTH, CARDSIM_AUTH_PIN), MN_OK);
    ck_assert_int_eq(mn_desk_sign(MN_ROLE_AUTH), MN_OK);
}
END_TEST

static void *log_in_and_out(void *unused)
{
    for (int i = 0; i < ROUNDS; i++) {
        count(mn_desk_login(MN_ROLE_SIGN, MN_DESK_PASSWORD) == MN_OK);
        mn_desk_logout(MN_ROLE_SIGN);
    }
    return unused;
}

START_TEST(one_role_signs_while_the_other_logs_in_and_out)
{
    pthread_t threads[2];

    ck_assert_int_eq(mn_desk_login(MN_ROLE_AUTH, CARDSIM_AUTH_PIN), MN_OK);
    (void)mn_desk_token(MN_ROLE_SIGN);
    threads[0] = start(sign_auth);
    threads[1] = start(log_in_and_out);
    join(threads[0]);
    join(threads[1]);
    ck_assert_uint_eq(atomic_load(&bad), 0);
    assert_all_tries_left();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("backend/threads");
    TCase *tcase = tcase_create("threads");

    tcase_set_timeout(tcase, 60);
    mn_desk_attach(tcase);
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, both_roles_of_a_card_sign_at_the_same_time);
    tcase_add_test(tcase, two_readers_sign_at_the_same_time);
    tcase_add_test(tcase, a_card_that_takes_its_time_holds_up_its_own_reader_only);
    tcase_add_test(tcase, both_roles_survive_a_program_that_resets_the_card);
    tcase_add_test(tcase, a_card_that_comes_and_goes_costs_no_try);
    tcase_add_test(tcase, one_role_signs_while_the_other_logs_in_and_out);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
