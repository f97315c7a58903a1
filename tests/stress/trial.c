#include "trial.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "page.h"
#include "run.h"
#include "runner.h"
#include "stage.h"
#include "steps.h"

#define SECONDS_A_RUN 60

/* So many are enough to know that it hangs. */
#define HANGS_MAX 3

/* A run with trouble may take so many commands for one of a run without, and these on top. */
#define COMMANDS_FACTOR 3
#define COMMANDS_MORE   20

struct trial {
    const struct scenario *scenario;
    const struct trouble *trouble;
    unsigned place, commands_max;
};

static const struct trouble *troubles;
static unsigned troubles_len;
static struct run_figures figures;

static bool leaves_out_start(const struct trial *trial)
{
    return trial->trouble->start_once && trial->scenario != &scenarios[0];
}

/* From the first chance that counts to the scenario's end, by what arms the trouble. */
static bool act(const struct trial *trial, void (*prepare)(const struct trial *trial))
{
    if (!leaves_out_start(trial))
        prepare(trial);
    if (!step_initialize() || !step_start())
        return false;
    if (leaves_out_start(trial))
        prepare(trial);
    return trial->scenario->act();
}

/* --- without trouble --- */

static unsigned chances_before;

static void note_chances(const struct trial *trial)
{
    chances_before = trial->trouble->chances(trial->trouble);
}

static void check_exactly(enum cardsim_pin pin, unsigned wrong)
{
    unsigned spent = ledger_full[pin] - ledger_lowest(pin);
    if (spent != wrong)
        run_complain("%u wrong PINs of %s cost %u tries", wrong, cardsim_pin_name(pin), spent);
}

static void check_end(const struct trial *trial)
{
    (void)step_finalize();
    if (cardsim_connections(bench, READER) != 0)
        run_complain("%u connections to the card are left open",
                     cardsim_connections(bench, READER));
    if (trial->trouble->look)
        trial->trouble->look();
}

static void count(void *context)
{
    const struct trial *trial = context;
    if (!act(trial, note_chances))
        run_complain("it fails without any trouble");
    run_tell(RUN_CHANCES, trial->trouble->chances(trial->trouble) - chances_before);
    run_tell(RUN_COMMANDS, cardsim_count(card));
    check_exactly(CARDSIM_PIN_AUTH, trial->scenario->wrong[CARDSIM_PIN_AUTH]);
    check_exactly(CARDSIM_PIN_SIGN, trial->scenario->wrong[CARDSIM_PIN_SIGN]);
    check_end(trial);
}

static unsigned chances_in(struct trial *trial)
{
    struct run_figures uncounted = {0};
    struct run_result result = run_apart(count, trial, SECONDS_A_RUN, &uncounted);
    ck_assert_msg(result.end == RUN_GOOD, "%s: %s", trial->scenario->name, result.complaint);
    ck_assert_uint_gt(result.number[RUN_CHANCES], 0);
    trial->commands_max = result.number[RUN_COMMANDS] * COMMANDS_FACTOR + COMMANDS_MORE;
    return result.number[RUN_CHANCES];
}

/* --- with trouble --- */

static void arm(const struct trial *trial)
{
    trial->trouble->arm(trial->trouble, trial->place);
}

static bool act_once_more(const struct scenario *scenario)
{
    return step_start() && (scenario->again ? scenario->again : scenario->act)();
}

static void check_commands(const struct trial *trial)
{
    if (cardsim_count(card) > trial->commands_max)
        run_complain("%u commands, and %u would be enough", cardsim_count(card),
                     trial->commands_max);
}

static bool is_full(enum cardsim_pin pin)
{
    return cardsim_tries(card, pin) == ledger_full[pin];
}

static void try_it(void *context)
{
    const struct trial *trial = context;
    (void)act(trial, arm);
    check_commands(trial);
    if (trial->trouble->mend)
        trial->trouble->mend();
    if (!step_is_initialized() && !step_initialize())
        run_complain("the module cannot be initialised any more");
    if (!act_once_more(trial->scenario))
        run_complain("the next run, with a good card, fails");
    if (!is_full(CARDSIM_PIN_AUTH) || !is_full(CARDSIM_PIN_SIGN))
        run_complain("after a good run tries are missing");
    check_end(trial);
}

static bool is_harmless(const struct trial *trial)
{
    struct trial copy = *trial;
    struct run_result result = run_apart(try_it, &copy, SECONDS_A_RUN, &figures);
    if (result.end != RUN_GOOD)
        printf("# %s, %s, the %u.: %s\n", trial->scenario->name, trial->trouble->name, trial->place,
               result.complaint);
    return result.end == RUN_GOOD;
}

static unsigned step(void)
{
    const char *every = getenv("STRESS_EVERY");
    int number = every ? atoi(every) : 1;
    return number > 0 ? (unsigned)number : 1;
}

/* How many places were harmful. Where places are left out, each trouble leaves out others. */
static unsigned try_everywhere(struct trial *trial, unsigned chances)
{
    unsigned harmful = 0, others = (unsigned)(trial->trouble - troubles);
    unsigned first = 1 + others % (step() < chances ? step() : chances);
    for (trial->place = first; trial->place <= chances; trial->place += step()) {
        harmful += !is_harmless(trial);
        ck_assert_msg(figures.hung < HANGS_MAX, "%u runs hung", figures.hung);
    }
    return harmful;
}

START_TEST(no_trouble_anywhere_does_harm)
{
    struct trial trial = {.scenario = &scenarios[_i]};
    unsigned chances = 0, most = 0, harmful = 0;
    for (unsigned i = 0; i < troubles_len; i++) {
        trial.trouble = &troubles[i];
        if (i == 0 || trial.trouble->how != troubles[i - 1].how)
            chances = chances_in(&trial);
        most = chances > most ? chances : most;
        harmful += try_everywhere(&trial, chances);
    }
    printf("# %s: %u places, %u kinds of trouble\n", trial.scenario->name, most, troubles_len);
    ck_assert_uint_eq(harmful, 0);
}
END_TEST

int trial_run(const char *name, const struct trouble *kinds, unsigned len)
{
    Suite *suite = suite_create(name);
    TCase *tcase = tcase_create(name);
    troubles = kinds;
    troubles_len = len;
    /* The runs have processes of their own, and what they count is counted in this one. */
    setenv("CK_FORK", "no", 1);
    suite_add_tcase(suite, tcase);
    tcase_add_unchecked_fixture(tcase, page_load, NULL);
    tcase_add_loop_test(tcase, no_trouble_anywhere_does_harm, 0, (int)scenarios_len);
    int status = mn_test_run(suite);
    printf("# %s: %u runs, %u crashes, %u hangs, %u lost tries, %u other complaints\n", name,
           figures.runs, figures.crashed, figures.hung, figures.lost_tries, figures.wrong);
    return status;
}
