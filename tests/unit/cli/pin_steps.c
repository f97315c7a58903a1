#include "cli/owner/pin_steps.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "backend/desk.h"
#include "runner.h"

static struct mn_pin_step steps[3];
static unsigned told;

static void set_up(void)
{
    const struct mn_span present = mn_span("1234", 4), next = mn_span("9072", 4);
    steps[0] = (struct mn_pin_step){.id = MN_PIN_AUTH, .present = present, .next = next};
    steps[1] = (struct mn_pin_step){.id = MN_PIN_TEXT, .present = present};
    steps[2] = (struct mn_pin_step){.id = MN_PIN_JUKI, .present = present, .next = next};
    told = 0;
}

static void tell(const struct mn_pin_step *all, size_t len, mn_rc rc)
{
    ck_assert_ptr_eq(all, steps);
    ck_assert_uint_eq(len, 3);
    ck_assert_int_eq(rc, MN_OK);
    told++;
}

static bool run(void)
{
    return mn_pin_steps_run(mn_desk_reader(0), steps, 3, tell);
}

static unsigned sent(enum cardsim_pin pin)
{
    return cardsim_count_verify(mn_desk.card, pin);
}

START_TEST(each_goes_to_the_card_once_in_one_conversation)
{
    ck_assert(run());
    ck_assert_uint_eq(told, 1);
    for (size_t i = 0; i < 3; i++)
        ck_assert(steps[i].begun && steps[i].rc == MN_OK);
    ck_assert(steps[0].attempt.new_sent && !steps[1].attempt.new_sent);
    ck_assert_uint_eq(sent(CARDSIM_PIN_AUTH), 1);
    ck_assert_uint_eq(sent(CARDSIM_PIN_TEXT), 1);
    ck_assert_uint_eq(sent(CARDSIM_PIN_JUKI), 1);
    ck_assert_uint_eq(cardsim_conversations(mn_desk.bench, MN_DESK_READER), 1);
}
END_TEST

START_TEST(nothing_comes_after_a_refusal)
{
    steps[1].present = mn_span("4321", 4);
    ck_assert(!run());
    ck_assert_uint_eq(told, 1);
    ck_assert_int_eq(steps[0].rc, MN_OK);
    ck_assert_int_eq(steps[1].rc, MN_E_PIN_WRONG);
    ck_assert(!steps[2].begun);
    ck_assert_uint_eq(sent(CARDSIM_PIN_JUKI), 0);
    ck_assert(!mn_pin_step_is_open(&steps[0]));
    ck_assert(!mn_pin_step_is_open(&steps[1]));
    ck_assert(!mn_pin_step_is_open(&steps[2]));
}
END_TEST

/* SELECT and EF 0006, tries, VERIFY, SELECT EF; then the change. */
START_TEST(a_change_whose_answer_is_lost_is_open)
{
    ck_assert_int_eq(cardsim_fault(mn_desk.card, "6:removed-after"), MN_OK);
    ck_assert(!run());
    ck_assert(mn_pin_step_is_open(&steps[0]));
    ck_assert(!steps[1].begun);
}
END_TEST

static void terminate(void *context, struct cardsim *card)
{
    (void)context;
    (void)card;
    raise(SIGTERM);
}

static void terminate_and_tell(const struct mn_pin_step *all, size_t len, mn_rc rc)
{
    raise(SIGTERM);
    tell(all, len, rc);
    if (all[2].begun)
        ck_assert(write(STDERR_FILENO, "# all\n", 6) > 0);
}

/* How the child ended that runs them: by which signal, and whether it had told before. */
static int run_in_child(void (*teller)(const struct mn_pin_step *, size_t, mn_rc), bool *had_told)
{
    int ends[2], status;
    char said[16] = "";
    ck_assert_int_eq(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        signal(SIGTERM, SIG_DFL); /* Check's own would end the whole group */
        dup2(ends[1], STDERR_FILENO);
        mn_pin_steps_run(mn_desk_reader(0), steps, 3, teller);
        _exit(0);
    }
    close(ends[1]);
    *had_told = read(ends[0], said, sizeof said - 1) > 0 && strncmp(said, "# all", 5) == 0;
    close(ends[0]);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

START_TEST(a_signal_waits_until_all_is_told)
{
    bool had_told;
    ck_assert_int_eq(run_in_child(terminate_and_tell, &had_told), SIGTERM);
    ck_assert(had_told);
}
END_TEST

static void tell_untouched(const struct mn_pin_step *all, size_t len, mn_rc rc)
{
    bool untouched = len == 3 && rc == MN_OK;
    for (size_t i = 0; i < len; i++)
        untouched = untouched && !all[i].begun;
    if (untouched)
        ck_assert(write(STDERR_FILENO, "# all\n", 6) > 0);
}

START_TEST(a_signal_before_a_pin_is_sent_leaves_it_unsent)
{
    bool had_told;
    cardsim_before_begin(mn_desk.bench, MN_DESK_READER, terminate, NULL);
    ck_assert_int_eq(run_in_child(tell_untouched, &had_told), SIGTERM);
    ck_assert(had_told);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("pin_steps");
    TCase *tcase = tcase_create("steps");

    mn_desk_attach(tcase);
    tcase_add_checked_fixture(tcase, set_up, NULL);
    tcase_add_test(tcase, each_goes_to_the_card_once_in_one_conversation);
    tcase_add_test(tcase, nothing_comes_after_a_refusal);
    tcase_add_test(tcase, a_change_whose_answer_is_lost_is_open);
    tcase_add_test(tcase, a_signal_waits_until_all_is_told);
    tcase_add_test(tcase, a_signal_before_a_pin_is_sent_leaves_it_unsent);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
