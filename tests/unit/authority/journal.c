#include "authority/journal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "authority/registered.h"
#include "made_registry.h"
#include "runner.h"
#include "base/scratch.h"

/* Two approved, the first withdrawn, the second renewed. */
static void live(void)
{
    made_registry_begin();
    made_add(1, 1);
    made_add(2, 2);
    ck_assert_int_eq(mn_registry_begin(made_registry(), made_writer()), MN_OK);
    ck_assert_int_eq(mn_registered_revoke(made_registry(), 1, MN_REASON_KEY_COMPROMISE), MN_OK);
    ck_assert_int_eq(mn_registered_renew(made_registry(), 2, MADE_UNTIL + 1), MN_OK);
    ck_assert_int_eq(mn_registry_commit(made_registry()), MN_OK);
}

struct heard {
    char text[1024];
};

static mn_rc hear(const struct mn_journal_entry *e, void *self)
{
    struct heard *heard = self;
    size_t at = strlen(heard->text);

    ck_assert_int_eq(e->at, MADE_NOW);
    ck_assert_str_eq(e->who, "hana");
    snprintf(heard->text + at, sizeof heard->text - at, "%d %s %d %s\n", (int)e->entry, e->what,
             (int)e->number, strncmp(e->detail, "sha256=", 7) == 0 ? e->detail + 72 : e->detail);
    return MN_OK;
}

START_TEST(it_tells_who_did_what_when)
{
    struct heard all = {0}, first = {0};

    ck_assert_int_eq(mn_journal_each(made_registry(), 0, hear, &all), MN_OK);
    ck_assert_str_eq(all.text, "1 init 0 \n"
                               "2 approve 1 until=2028-11-22T05:30:00Z\n"
                               "3 approve 2 until=2028-11-22T05:30:00Z\n"
                               "4 revoke 1 reason=keyCompromise\n"
                               "5 renew 2 until=2028-11-22T05:30:01Z\n");
    ck_assert_int_eq(mn_journal_each(made_registry(), 1, hear, &first), MN_OK);
    ck_assert_str_eq(first.text, "2 approve 1 until=2028-11-22T05:30:00Z\n"
                                 "4 revoke 1 reason=keyCompromise\n");
}
END_TEST

START_TEST(an_untouched_one_is_sound)
{
    struct mn_journal_finding finding, again;

    ck_assert_int_eq(mn_journal_check(made_registry(), NULL, &finding), MN_OK);
    ck_assert_int_eq(finding.entries, 5);
    made_add(3, 3);
    ck_assert_int_eq(mn_journal_check(made_registry(), finding.head, &again), MN_OK);
    ck_assert(again.has_known);
    ck_assert_mem_ne(again.head, finding.head, MN_JOURNAL_HASH);
}
END_TEST

/* What somebody with the file in hand might do, and where it is found. */
static const struct {
    const char *sql;
    int64_t broken_at, contradicted;
} tamperings[] = {
    {"UPDATE journal SET who = 'taro' WHERE entry = 4", 4, 0},
    {"UPDATE journal SET at = at + 1 WHERE entry = 2", 2, 0},
    {"UPDATE journal SET detail = 'reason=superseded' WHERE entry = 4", 4, 0},
    {"UPDATE journal SET number = 2 WHERE entry = 4", 4, 0},
    {"UPDATE journal SET hash = zeroblob(32) WHERE entry = 5", 5, 0},
    {"DELETE FROM journal WHERE entry = 3", 3, 0},
    {"DELETE FROM journal WHERE entry = 1", 1, 0},
    {"UPDATE journal SET entry = entry + 10 WHERE entry = 5", 5, 0},
    {"DELETE FROM journal WHERE entry >= 4", 0, 1},
    {"DELETE FROM journal WHERE entry = 5", 0, 2},
    {"UPDATE certificate SET revoked_at = NULL, reason = NULL WHERE number = 1", 0, 1},
    {"UPDATE certificate SET revoked_at = 1, reason = 0 WHERE number = 2", 0, 2},
    {"UPDATE certificate SET reason = 4 WHERE number = 1", 0, 1},
    {"UPDATE certificate SET reason = 77 WHERE number = 1", 0, 1},
    {"UPDATE certificate SET replaced_by = 2 WHERE number = 1", 0, 1},
    {"UPDATE certificate SET valid_until = valid_until + 5 WHERE number = 2", 0, 2},
    {"UPDATE certificate SET fingerprint = zeroblob(32) WHERE number = 2", 0, 2},
    {"UPDATE document SET certificate = x'3000' WHERE number = 2", 0, 2},
    {"DELETE FROM document WHERE number = 2; DELETE FROM certificate WHERE number = 2", 0, 2},
};

static const char without_triggers[] = "DROP TRIGGER journal_is_not_changed;"
                                       "DROP TRIGGER journal_is_not_shortened;"
                                       "DROP TRIGGER certificate_is_not_removed;"
                                       "DROP TRIGGER certificate_stays_itself;"
                                       "DROP TRIGGER certificate_stays_withdrawn;"
                                       "DROP TRIGGER document_is_not_changed;"
                                       "DROP TRIGGER document_is_not_removed;";

START_TEST(tampering_is_found)
{
    struct mn_journal_finding finding;

    made_tamper(without_triggers);
    made_tamper(tamperings[_i].sql);
    ck_assert_int_eq(mn_journal_check(made_registry(), NULL, &finding), MN_E_DAMAGED);
    ck_assert_int_eq(finding.broken_at, tamperings[_i].broken_at);
    ck_assert_int_eq(finding.contradicted, tamperings[_i].contradicted);
}
END_TEST

/* The same where 3 was replaced by 4, and 1, which was withdrawn long before, by 5. */
static const struct {
    const char *sql;
    int64_t contradicted;
} exchanges[] = {
    {"UPDATE certificate SET replaced_by = NULL WHERE number = 3", 4},
    {"UPDATE certificate SET replaced_by = 2 WHERE number = 3", 3},
    {"UPDATE certificate SET replaced_by = NULL WHERE number = 1", 5},
    {"UPDATE certificate SET replaced_by = 4 WHERE number = 1", 1},
    {"UPDATE certificate SET reason = 1 WHERE number = 3", 3},
};

static void replace(int64_t old, unsigned n, int64_t number)
{
    struct mn_registration it = made_registration(n);
    int64_t given;

    it.replaces = old;
    ck_assert_int_eq(mn_registry_begin(made_registry(), made_writer()), MN_OK);
    ck_assert_int_eq(mn_registered_add(made_registry(), &it, &given), MN_OK);
    ck_assert_int_eq(mn_registry_commit(made_registry()), MN_OK);
    ck_assert_int_eq(given, number);
}

START_TEST(tampering_with_what_came_in_whose_place_is_found)
{
    struct mn_journal_finding finding;

    made_add(3, 3);
    replace(3, 4, 4);
    replace(1, 5, 5);
    ck_assert_int_eq(mn_journal_check(made_registry(), NULL, &finding), MN_OK);
    made_tamper(without_triggers);
    made_tamper(exchanges[_i].sql);
    ck_assert_int_eq(mn_journal_check(made_registry(), NULL, &finding), MN_E_DAMAGED);
    ck_assert_int_eq(finding.broken_at, 0);
    ck_assert_int_eq(finding.contradicted, exchanges[_i].contradicted);
}
END_TEST

START_TEST(what_was_written_anew_is_found_by_a_head_noted_elsewhere)
{
    struct mn_journal_finding finding, again;

    ck_assert_int_eq(mn_journal_check(made_registry(), NULL, &finding), MN_OK);
    made_tamper(without_triggers);
    made_tamper("DELETE FROM journal WHERE entry = 5;"
                "UPDATE certificate SET valid_until = valid_until - 1 WHERE number = 2");
    ck_assert_int_eq(mn_journal_check(made_registry(), NULL, &again), MN_OK);
    ck_assert_int_eq(mn_journal_check(made_registry(), finding.head, &again), MN_E_DAMAGED);
    ck_assert(!again.has_known);
    ck_assert_int_eq(again.broken_at, 0);
}
END_TEST

/* A slip of the hand with another program on the file. */
static const char *const slips[] = {
    "UPDATE journal SET who = 'taro'",
    "DELETE FROM journal",
    "DELETE FROM certificate",
    "UPDATE certificate SET number = 7 WHERE number = 2",
    "UPDATE certificate SET revoked_at = NULL, reason = NULL WHERE number = 1",
    "UPDATE certificate SET valid_until = certificate_until + 1",
    "UPDATE certificate SET person = 99",
    "UPDATE document SET certificate = x'00'",
    "DELETE FROM document",
};

START_TEST(the_tables_refuse_slips)
{
    struct mn_journal_finding finding;

    ck_assert(!made_slip(slips[_i]));
    ck_assert_int_eq(mn_journal_check(made_registry(), NULL, &finding), MN_OK);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("authority/journal");
    TCase *tcase = tcase_create("journal");

    mn_scratch_attach(tcase);
    tcase_add_checked_fixture(tcase, live, made_registry_end);
    tcase_add_test(tcase, it_tells_who_did_what_when);
    tcase_add_test(tcase, an_untouched_one_is_sound);
    tcase_add_loop_test(tcase, tampering_is_found, 0,
                        (int)(sizeof tamperings / sizeof tamperings[0]));
    tcase_add_loop_test(tcase, tampering_with_what_came_in_whose_place_is_found, 0,
                        (int)(sizeof exchanges / sizeof exchanges[0]));
    tcase_add_test(tcase, what_was_written_anew_is_found_by_a_head_noted_elsewhere);
    tcase_add_loop_test(tcase, the_tables_refuse_slips, 0, (int)(sizeof slips / sizeof slips[0]));
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
