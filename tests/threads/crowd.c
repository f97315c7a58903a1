/* Eight threads on all three tokens: the card's two and a software certificate. Nothing that they
 * are given is wrong, no code is one that the datasheet does not have, and no try of a PIN is lost.
 * In a build with ThreadSanitizer, that looks on. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "actor.h"
#include "page.h"
#include "runner.h"
#include "stage.h"

#define THREADS      8
#define TURNS        60
#define SEEDS        2
#define DISTURBANCES 20

static struct actor *actors;

static void set_up(void)
{
    stage_shelve();
    page_load();
    actor_prepare();
    actors = calloc(THREADS, sizeof *actors);
    ck_assert_ptr_nonnull(actors);
}

static void tear_down(void)
{
    free(actors);
    actor_release();
}

/* Codes that tell of trouble with the card, memory or OpenSSL. */
static bool is_trouble(CK_RV rv)
{
    static const CK_RV codes[] = {CKR_DEVICE_ERROR,          CKR_DEVICE_REMOVED,
                                  CKR_TOKEN_NOT_PRESENT,     CKR_TOKEN_NOT_RECOGNIZED,
                                  CKR_FUNCTION_FAILED,       CKR_GENERAL_ERROR,
                                  CKR_HOST_MEMORY,           CKR_ARGUMENTS_BAD,
                                  CKR_PIN_INCORRECT,         CKR_PIN_LOCKED,
                                  CKR_MECHANISM_INVALID,     CKR_CRYPTOKI_NOT_INITIALIZED,
                                  CKR_ATTRIBUTE_TYPE_INVALID};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (codes[i] == rv)
            return true;
    return false;
}

static void judge(const struct actor *actor, bool card_leaves)
{
    ck_assert_msg(!actor->complaint[0], "%s", actor->complaint);
    for (unsigned i = 0; i < actor->answered; i++) {
        const struct actor_answer *answer = &actor->answers[i];
        ck_assert_msg(page_allows(answer->function, answer->rv), "%s answers %s", answer->function,
                      page_name("CKR_", answer->rv));
        ck_assert_msg(card_leaves || !is_trouble(answer->rv), "%s answers %s without reason",
                      answer->function, page_name("CKR_", answer->rv));
    }
}

static unsigned turns_taken(void)
{
    unsigned taken = 0;
    for (unsigned i = 0; i < THREADS; i++)
        taken += atomic_load_explicit(&actors[i].taken, memory_order_relaxed);
    return taken;
}

/* Each disturbance has its share of the turns before it and after it, however fast they go. */
static void disturb_often(void (*disturb)(void))
{
    for (unsigned i = 1; i <= DISTURBANCES; i++) {
        while (turns_taken() < THREADS * TURNS * i / (DISTURBANCES + 1))
            usleep(100);
        disturb();
    }
}

/* The threads live; meanwhile this one disturbs them, if that is wanted. */
static void run_crowd(int seed, void (*disturb)(void))
{
    for (unsigned i = 0; i < THREADS; i++) {
        actors[i].seed = (unsigned)seed * THREADS + i + 1;
        actors[i].turns = TURNS;
        actors[i].logs_in = i == 0;
    }
    for (unsigned i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_create(&actors[i].thread, NULL, actor_live, &actors[i]), 0);
    if (disturb)
        disturb_often(disturb);
    for (unsigned i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_join(actors[i].thread, NULL), 0);
}

static void judge_crowd(bool card_leaves)
{
    unsigned calls = 0, signatures = 0, digests = 0, logins = 0;
    for (unsigned i = 0; i < THREADS; i++) {
        judge(&actors[i], card_leaves);
        calls += actors[i].answered;
        signatures += actors[i].signatures;
        digests += actors[i].digests;
        logins += actors[i].logins;
    }
    printf("# %d threads: %u calls, %u logins, %u signatures, %u digests, lost tries %u\n", THREADS,
           calls, logins, signatures, digests,
           3 - cardsim_tries(card, CARDSIM_PIN_AUTH) + 5 - cardsim_tries(card, CARDSIM_PIN_SIGN));
    fflush(stdout);
    ck_assert_uint_gt(signatures, 0);
    ck_assert_uint_eq(cardsim_tries(card, CARDSIM_PIN_AUTH), 3);
    ck_assert_uint_eq(cardsim_tries(card, CARDSIM_PIN_SIGN), 5);
}

static void everything_still_works(void)
{
    ck_assert_uint_eq(sign_something(log_in(AUTH_SLOT)), CKR_OK);
    ck_assert_uint_eq(sign_something(log_in(SIGN_SLOT)), CKR_OK);
    ck_assert_uint_eq(sign_something(log_in(SOFT_SLOT)), CKR_OK);
}

static void leave_untroubled(void)
{
    actors[0].untroubled = true;
}

START_TEST(eight_threads_use_three_tokens)
{
    leave_untroubled();
    run_crowd(_i, NULL);
    judge_crowd(false);
    everything_still_works();
}
END_TEST

static void another_selects(void)
{
    static const uint8_t text[] = {0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x08};
    cardsim_other_selects(bench, READER, (struct mn_span){text, sizeof text});
}

START_TEST(another_program_selects_between_their_turns)
{
    leave_untroubled();
    run_crowd(_i, another_selects);
    judge_crowd(false);
    everything_still_works();
}
END_TEST

static void card_leaves_and_comes(void)
{
    cardsim_remove(bench, READER);
    cardsim_insert(bench, READER, card);
}

START_TEST(the_card_comes_and_goes_between_their_turns)
{
    CK_SESSION_HANDLE session;
    run_crowd(_i, card_leaves_and_comes);
    judge_crowd(true);
    /* A slot whose card has been another one in the meantime says so first. */
    for (CK_SLOT_ID slot = AUTH_SLOT; slot <= SIGN_SLOT; slot++) {
        CK_RV rv = p11->C_OpenSession(slot, CKF_SERIAL_SESSION, NULL, NULL, &session);
        ck_assert(rv == CKR_OK || rv == CKR_DEVICE_REMOVED);
    }
    ck_assert_uint_eq(p11->C_CloseAllSessions(AUTH_SLOT), CKR_OK);
    ck_assert_uint_eq(p11->C_CloseAllSessions(SIGN_SLOT), CKR_OK);
    everything_still_works();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("threads/crowd");
    TCase *tcase = tcase_create("crowd");
    stage_attach(tcase);
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_loop_test(tcase, eight_threads_use_three_tokens, 0, SEEDS);
    tcase_add_loop_test(tcase, another_program_selects_between_their_turns, 0, SEEDS);
    tcase_add_loop_test(tcase, the_card_comes_and_goes_between_their_turns, 0, SEEDS);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
