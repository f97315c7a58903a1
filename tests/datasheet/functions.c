/* The tables of functions in docs/datasheet.md against the module: what each answers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/scratch.h"
#include "calls.h"
#include "page.h"
#include "runner.h"
#include "stage.h"

/* Enough for every function to be called some hundred times, and to succeed. */
#define STEPS 15000

#define LEN(array) (sizeof(array) / sizeof(array)[0])

static const struct call *find_call(const char *name)
{
    for (size_t i = 0; i < calls_len; i++)
        if (strcmp(calls[i].name, name) == 0)
            return &calls[i];
    return NULL;
}

static void is_called(const char *name, void *context)
{
    (void)context;
    if (!find_call(name))
        differs("%s is on the page but not among the calls of this test", name);
}

START_TEST(every_function_is_on_the_page_once)
{
    for (size_t i = 0; i < calls_len; i++)
        if (page_function_count(calls[i].name) != 1)
            differs("%s is on the page %zu times", calls[i].name,
                    page_function_count(calls[i].name));
    page_each_function(is_called, NULL);
    /* A member of the list for its version, one for each function. */
    ck_assert_uint_eq(calls_len, sizeof *p11 / sizeof p11->C_Initialize - 1);
    page_agrees();
}
END_TEST

/* All arguments are good: what the page has under "supported" is what the function says. */
START_TEST(good_arguments_get_the_answer_of_the_page)
{
    struct caller caller = {.dice = 1, .sane = true};
    for (size_t i = 0; i < calls_len; i++) {
        CK_RV rv = make_call(&caller, &calls[i]);
        if (rv != page_answer(calls[i].name))
            differs("%s answers %s to good arguments", calls[i].name, page_name("CKR_", rv));
        (void)p11->C_Initialize(NULL);
    }
    page_agrees();
}
END_TEST

static void is_in_the_table_of_codes(const char *word, void *context)
{
    (void)context;
    (void)page_row(page_table("code", "when"), word);
}

START_TEST(every_code_of_a_function_is_explained)
{
    const struct page_table *groups = page_table("group", "codes");
    const struct page_table *codes = page_table("code", "when");
    for (size_t i = 0; i < groups->rows; i++)
        page_each(groups->row[i].cell[1], is_in_the_table_of_codes, NULL);
    for (size_t i = 0; i < calls_len; i++) {
        const struct page_table *table;
        const struct page_row *row = page_function(calls[i].name, &table);
        const char *others = page_cell(table, row, "other codes");
        if (strncmp(others, "as ", 3) != 0)
            page_each(others, is_in_the_table_of_codes, NULL);
    }
    for (size_t i = 0; i < codes->rows; i++) {
        size_t users = 0;
        for (size_t j = 0; j < calls_len; j++)
            users += page_allows(calls[j].name, page_number(codes->row[i].cell[0]));
        if (users == 0)
            differs("%s is answered by no function", codes->row[i].cell[0]);
    }
    page_agrees();
}
END_TEST

/* --- whatever happens --- */

static void insert_another(struct caller *caller)
{
    static const char *const personas[] = {"fresh",         "fresh",         "fresh",
                                           "no-pss",        "no-sfi",        "sign-blocked",
                                           "last-try-auth", "last-try-sign", "no-sign-certificate",
                                           "foreign",       "juki"};
    stage_exchange(personas[roll(caller, LEN(personas))]);
    if (roll(caller, 4) == 0)
        ck_assert_int_eq(cardsim_set_text(card, "sign_pin=absent"), MN_OK);
}

static void restart(struct caller *caller)
{
    static const char *const settings[] = {"",
                                           "",
                                           "sign-always-authenticate = yes\n",
                                           "spare-last-try = no\n",
                                           "keep-auth-pin = no\n",
                                           "ca-certificates = no\npss = no\n",
                                           "roles = sign\n"};
    (void)p11->C_Finalize(NULL);
    mn_scratch_write("settings", settings[roll(caller, LEN(settings))]);
    (void)p11->C_Initialize(NULL);
}

static void fail_soon(struct caller *caller)
{
    static const char *const faults[] = {"removed",   "removed-after", "reset",     "reset-after",
                                         "sw:6982",   "sw:6F00",       "sw:6A82",   "sw:6A86",
                                         "garbage:5", "truncated",     "overlong:1"};
    char fault[40];
    snprintf(fault, sizeof fault, "%u:%s", 1 + roll(caller, 4), faults[roll(caller, LEN(faults))]);
    ck_assert_int_eq(cardsim_fault(card, fault), MN_OK);
}

static void disturb_the_card(struct caller *caller)
{
    static const CK_BYTE common[] = {0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x01, 0x00};
    cardsim_bench_service(bench, true);
    cardsim_remove(bench, READER); /* a fault may have done it */
    cardsim_insert(bench, READER, card);
    switch (roll(caller, 3)) {
    case 0:
        cardsim_other_selects(bench, READER, mn_span(common, sizeof common));
        break;
    case 1:
        cardsim_other_resets(bench, READER);
        break;
    default:
        cardsim_other_unpowers(bench, READER);
        break;
    }
}

/* What was held or ended is given back some steps later. */
static void disturb_the_way_to_it(struct caller *caller)
{
    cardsim_reader_hold(bench, READER, roll(caller, 4) == 0);
    cardsim_bench_service(bench, roll(caller, 4) != 0);
    cardsim_reader_extended(bench, READER, roll(caller, 2) == 0);
}

static void let_something_happen(struct caller *caller)
{
    switch (roll(caller, 8)) {
    case 0:
        insert_another(caller);
        break;
    case 1:
        restart(caller);
        break;
    case 2:
        cardsim_remove(bench, READER);
        break;
    case 3:
        fail_soon(caller);
        break;
    case 4:
    case 5:
        disturb_the_card(caller);
        break;
    default:
        disturb_the_way_to_it(caller);
        break;
    }
}

/* Any function; seldom one that ends sessions, or of which there is little to see. */
static size_t pick(struct caller *caller)
{
    for (;;) {
        size_t i = roll(caller, (unsigned)calls_len);
        bool dull = page_answer(calls[i].name) == CKR_FUNCTION_NOT_SUPPORTED ||
                    strcmp(calls[i].name, "C_Finalize") == 0 ||
                    strcmp(calls[i].name, "C_Initialize") == 0 ||
                    strncmp(calls[i].name, "C_Close", 7) == 0;
        if (!dull || roll(caller, 10) == 0)
            return i;
    }
}

/* Calls of any function with any arguments in any state: every answer is on the page. */
START_TEST(no_function_answers_what_the_page_does_not_say)
{
    struct caller caller = {.dice = 20031};
    bool succeeded[256] = {false};
    ck_assert_uint_lt(calls_len, LEN(succeeded));
    for (unsigned step = 0; step < STEPS; step++) {
        if (roll(&caller, 40) == 0)
            let_something_happen(&caller);
        if (roll(&caller, 4) == 0)
            (void)p11->C_Initialize(NULL);
        size_t i = pick(&caller);
        caller.sane = roll(&caller, 4) == 0;
        CK_RV rv = make_call(&caller, &calls[i]);
        if (!page_allows(calls[i].name, rv))
            differs("step %u: %s answers %s", step, calls[i].name, page_name("CKR_", rv));
        succeeded[i] |= rv == CKR_OK;
    }
    for (size_t i = 0; i < calls_len; i++)
        if (page_answer(calls[i].name) == CKR_OK && !succeeded[i])
            differs("%s never answered CKR_OK", calls[i].name);
    page_agrees();
}
END_TEST

static void shelve(void)
{
    (void)stage_shelve();
}

int main(void)
{
    Suite *suite = suite_create("datasheet");
    TCase *tcase = tcase_create("functions");
    tcase_add_checked_fixture(tcase, page_load, NULL);
    stage_attach(tcase);
    tcase_add_checked_fixture(tcase, shelve, NULL);
    tcase_set_timeout(tcase, 240); /* the last one makes many calls */
    tcase_add_test(tcase, every_function_is_on_the_page_once);
    tcase_add_test(tcase, good_arguments_get_the_answer_of_the_page);
    tcase_add_test(tcase, every_code_of_a_function_is_explained);
    tcase_add_test(tcase, no_function_answers_what_the_page_does_not_say);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
