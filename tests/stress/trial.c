#include "trial.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "page.h"
#include "run.h"
#include "runner.h"

#define SECONDS_A_RUN 60

struct trial {
    const struct scenario *scenario;
    const struct trouble *trouble;
    unsigned place;
};

static const struct trouble *troubles;
static unsigned troubles_len;
static struct run_figures figures;

static void count_chances(void *context)
{
    const struct trial *trial = context;
    unsigned before = trial->trouble->chances();
    if (scenario_begin() != CKR_OK || !trial->scenario->act())
        run_complain("it fails without any trouble");
    run_tell_number(trial->trouble->chances() - before);
    scenario_end();
}

static void check_tries(const struct scenario *scenario)
{
    unsigned auth = cardsim_tries(card, CARDSIM_PIN_AUTH);
    unsigned sign = cardsim_tries(card, CARDSIM_PIN_SIGN);
    unsigned wrong = scenario->wrong_pin ? 1 : 0;
    if (auth >= 3 - wrong && sign == 5)
        return;
    run_lost_a_try();
    run_complain("%u of 3 and %u of 5 tries are left", auth, sign);
}

static bool act_once_more(const struct scenario *scenario)
{
    return (scenario->wrong_pin ? &scenarios[SCENARIO_LOGIN] : scenario)->act();
}

static void try_it(void *context)
{
    const struct trial *trial = context;
    trial->trouble->arm(trial->trouble, trial->place);
    bool begun = scenario_begin() == CKR_OK;
    if (begun)
        (void)trial->scenario->act();
    check_tries(trial->scenario);
    if (trial->trouble->new_stay) {
        cardsim_remove(bench, READER);
        cardsim_insert(bench, READER, card);
    }
    if (!begun && scenario_begin() != CKR_OK)
        run_complain("the module cannot be initialised any more");
    if (!act_once_more(trial->scenario))
        run_complain("the next run, with a good card, fails");
    if (cardsim_tries(card, CARDSIM_PIN_AUTH) != 3 || cardsim_tries(card, CARDSIM_PIN_SIGN) != 5)
        run_complain("after a good run tries are missing");
    scenario_end();
}

static unsigned chances_in(const struct scenario *scenario, const struct trouble *trouble)
{
    struct run_figures uncounted = {0};
    struct trial trial = {scenario, trouble, 0};
    struct run_result result = run_apart(count_chances, &trial, SECONDS_A_RUN, &uncounted);
    ck_assert_msg(result.end == RUN_GOOD, "%s: %s", scenario->name, result.complaint);
    ck_assert_uint_gt(result.number, 0);
    return result.number;
}

static bool is_harmless(const struct scenario *scenario, const struct trouble *trouble,
                        unsigned place)
{
    struct trial trial = {scenario, trouble, place};
    struct run_result result = run_apart(try_it, &trial, SECONDS_A_RUN, &figures);
    if (result.end != RUN_GOOD)
        printf("# %s, %s, the %u.: %s\n", scenario->name, trouble->name, place, result.complaint);
    return result.end == RUN_GOOD;
}

static unsigned step(void)
{
    const char *every = getenv("STRESS_EVERY");
    int number = every ? atoi(every) : 1;
    return number > 0 ? (unsigned)number : 1;
}

START_TEST(no_trouble_anywhere_does_harm)
{
    const struct scenario *scenario = &scenarios[_i];
    unsigned chances = chances_in(scenario, &troubles[0]), harmful = 0;
    for (unsigned i = 0; i < troubles_len; i++)
        for (unsigned place = 1; place <= chances; place += step())
            harmful += !is_harmless(scenario, &troubles[i], place);
    printf("# %s: %u places, %u kinds of trouble\n", scenario->name, chances, troubles_len);
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
    scenario_prepare();
    suite_add_tcase(suite, tcase);
    tcase_add_unchecked_fixture(tcase, page_load, NULL);
    tcase_add_loop_test(tcase, no_trouble_anywhere_does_harm, 0, (int)scenarios_len);
    int status = mn_test_run(suite);
    printf("# %s: %u runs, %u crashes, %u hangs, %u lost tries, %u other complaints\n", name,
           figures.runs, figures.crashed, figures.hung, figures.lost_tries, figures.wrong);
    return status;
}
