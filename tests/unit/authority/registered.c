#include "authority/registered.h"

#include <stdlib.h>
#include <string.h>

#include "made_registry.h"
#include "runner.h"
#include "base/scratch.h"

/* --- changes, each of its own --- */

static mn_rc changed(mn_rc rc)
{
    if (rc == MN_OK)
        return mn_registry_commit(made_registry());
    mn_registry_abandon(made_registry());
    return rc;
}

static void begin(void)
{
    ck_assert_int_eq(mn_registry_begin(made_registry(), made_writer()), MN_OK);
}

static mn_rc add(const struct mn_registration *it, int64_t *number)
{
    begin();
    return changed(mn_registered_add(made_registry(), it, number));
}

static mn_rc revoke(int64_t number, enum mn_revocation_reason reason)
{
    begin();
    return changed(mn_registered_revoke(made_registry(), number, reason));
}

static mn_rc renew(int64_t number, time_t until)
{
    begin();
    return changed(mn_registered_renew(made_registry(), number, until));
}

/* --- looking --- */

struct found {
    int64_t numbers[16];
    size_t count;
};

static mn_rc collect(const struct mn_registered *one, void *self)
{
    struct found *found = self;

    ck_assert_uint_lt(found->count, 16);
    found->numbers[found->count++] = one->number;
    return MN_OK;
}

/* Holds which numbers a query finds, as digits in their order. */
static void finds(struct mn_registered_query query, const char *expected)
{
    struct found found = {0};
    char digits[17] = "";

    query.now = MADE_NOW;
    ck_assert_int_eq(mn_registered_each(made_registry(), &query, collect, &found), MN_OK);
    for (size_t i = 0; i < found.count; i++)
        digits[i] = (char)('0' + found.numbers[i]);
    ck_assert_str_eq(digits, expected);
}

/* --- tests --- */

static mn_rc hold_first(const struct mn_registered *one, void *self)
{
    struct mn_registration it = made_registration(1);

    ck_assert_int_eq(one->number, 1);
    ck_assert_int_eq(one->state, MN_REGISTERED_GOOD);
    ck_assert_int_eq(one->approved_at, MADE_NOW);
    ck_assert_int_eq(one->valid_until, it.valid_until);
    ck_assert_int_eq(one->certificate_until, it.certificate_until);
    ck_assert_int_eq(one->revoked_at, 0);
    ck_assert_int_eq(one->replaced_by, 0);
    ck_assert_mem_eq(one->fingerprint, it.fingerprint, sizeof it.fingerprint);
    ck_assert_str_eq(one->name, it.name);
    ck_assert_str_eq(one->address, it.address);
    ck_assert_str_eq(one->birth_date, it.birth_date);
    ck_assert_str_eq(one->mail, it.mail);
    ck_assert(mn_span_equal(one->certificate, it.certificate));
    *(bool *)self = true;
    return MN_OK;
}

START_TEST(what_is_registered_comes_back)
{
    const struct mn_registered_query query = {.number = 1, .with_certificate = true};
    bool seen = false;

    made_add(1, 1);
    ck_assert_int_eq(mn_registered_each(made_registry(), &query, hold_first, &seen), MN_OK);
    ck_assert(seen);
}
END_TEST

START_TEST(numbers_go_up_from_one)
{
    for (unsigned n = 1; n <= 9; n++)
        made_add(n, n);
    finds((struct mn_registered_query){0}, "123456789");
}
END_TEST

START_TEST(a_certificate_is_registered_once)
{
    struct mn_registration it;
    int64_t number;

    made_add(1, 1);
    it = made_registration(1);
    ck_assert_int_eq(add(&it, &number), MN_E_FILE_EXISTS);
    ck_assert_int_eq(number, 1);
    finds((struct mn_registered_query){0}, "1");
}
END_TEST

START_TEST(a_key_is_registered_once_also_after_its_withdrawal)
{
    struct mn_registration it;
    int64_t number;

    made_add(1, 1);
    ck_assert_int_eq(revoke(1, MN_REASON_KEY_COMPROMISE), MN_OK);
    it = made_registration(1);
    it.fingerprint[0] ^= 1;
    ck_assert_int_eq(add(&it, &number), MN_E_FILE_EXISTS);
    ck_assert_int_eq(number, 1);
}
END_TEST

START_TEST(withdrawing_is_for_good)
{
    made_add(1, 1);
    ck_assert_int_eq(revoke(1, MN_REASON_KEY_COMPROMISE), MN_OK);
    ck_assert_int_eq(made_look(1).state, MN_REGISTERED_REVOKED);
    ck_assert_int_eq(made_look(1).reason, MN_REASON_KEY_COMPROMISE);
    ck_assert_int_eq(made_look(1).revoked_at, MADE_NOW);
    ck_assert_int_eq(revoke(1, MN_REASON_SUPERSEDED), MN_E_REFUSED);
    ck_assert_int_eq(renew(1, MADE_UNTIL), MN_E_REFUSED);
    ck_assert_int_eq(made_look(1).reason, MN_REASON_KEY_COMPROMISE);
}
END_TEST

START_TEST(a_number_that_is_not_there_changes_nothing)
{
    ck_assert_int_eq(revoke(1, MN_REASON_SUPERSEDED), MN_E_NOT_FOUND);
    ck_assert_int_eq(renew(1, MADE_UNTIL), MN_E_NOT_FOUND);
}
END_TEST

START_TEST(a_reason_for_a_while_or_of_a_ca_is_refused)
{
    static const enum mn_revocation_reason refused[] = {
        MN_REASON_CA_COMPROMISE, MN_REASON_CERTIFICATE_HOLD, MN_REASON_REMOVE_FROM_CRL,
        MN_REASON_AA_COMPROMISE};

    made_add(1, 1);
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        ck_assert_int_eq(revoke(1, refused[i]), MN_E_ARGUMENT);
    ck_assert_int_eq(revoke(1, (enum mn_revocation_reason)99), MN_E_ARGUMENT);
    ck_assert_int_eq(made_look(1).state, MN_REGISTERED_GOOD);
}
END_TEST

START_TEST(what_comes_in_the_place_of_another_withdraws_it)
{
    struct mn_registration it;
    int64_t number;

    made_add(1, 1);
    it = made_registration(2);
    it.replaces = 1;
    ck_assert_int_eq(add(&it, &number), MN_OK);
    ck_assert_int_eq(number, 2);
    ck_assert_int_eq(made_look(1).state, MN_REGISTERED_REVOKED);
    ck_assert_int_eq(made_look(1).reason, MN_REASON_SUPERSEDED);
    ck_assert_int_eq(made_look(1).replaced_by, 2);
    it = made_registration(3);
    it.replaces = 1;
    ck_assert_int_eq(add(&it, &number), MN_E_REFUSED);
    it.replaces = 7;
    ck_assert_int_eq(add(&it, &number), MN_E_NOT_FOUND);
    finds((struct mn_registered_query){0}, "12");
}
END_TEST

START_TEST(renewing_goes_no_further_than_the_certificate)
{
    made_add(1, 1);
    ck_assert_int_eq(renew(1, MADE_UNTIL + 86400), MN_OK);
    ck_assert_int_eq(made_look(1).valid_until, MADE_UNTIL + 86400);
    ck_assert_int_eq(renew(1, MADE_UNTIL + 86401), MN_E_EXPIRED);
    ck_assert_int_eq(made_look(1).valid_until, MADE_UNTIL + 86400);
}
END_TEST

START_TEST(the_later_change_has_the_greater_number)
{
    int64_t last;

    ck_assert_int_eq(mn_registered_last_change(made_registry(), &last), MN_OK);
    ck_assert_int_eq(last, 0);
    for (unsigned n = 1; n <= 4; n++)
        made_add(n, n);
    ck_assert_int_eq(mn_registered_last_change(made_registry(), &last), MN_OK);
    ck_assert_int_eq(revoke(3, MN_REASON_UNSPECIFIED), MN_OK);
    ck_assert_int_eq(renew(1, MADE_UNTIL - 1), MN_OK);
    finds((struct mn_registered_query){.by_change = true, .changed_above = last}, "31");
    finds((struct mn_registered_query){.by_change = true}, "2431");
}
END_TEST

START_TEST(they_are_found_by_what_is_known_of_them)
{
    struct mn_registration second, third;

    for (unsigned n = 1; n <= 3; n++)
        made_add(n, n);
    ck_assert_int_eq(revoke(2, MN_REASON_UNSPECIFIED), MN_OK);
    ck_assert_int_eq(renew(3, MADE_NOW - 1), MN_OK);
    finds((struct mn_registered_query){.kind = MN_REGISTERED_CURRENT}, "1");
    finds((struct mn_registered_query){.kind = MN_REGISTERED_WITHDRAWN}, "2");
    finds((struct mn_registered_query){.kind = MN_REGISTERED_ENDED}, "3");
    finds((struct mn_registered_query){.until_before = MADE_NOW}, "3");
    finds((struct mn_registered_query){.above = 1}, "23");
    finds((struct mn_registered_query){.name = "黒桐　2"}, "2");
    finds((struct mn_registered_query){.name = "清瀬"}, "");
    finds((struct mn_registered_query){.address = "清瀬"}, "123");
    finds((struct mn_registered_query){.text = "清瀬"}, "123");
    finds((struct mn_registered_query){.text = "　1"}, "1");
    finds((struct mn_registered_query){.text = "%"}, "");
    second = made_registration(2);
    finds((struct mn_registered_query){.fingerprint = second.fingerprint}, "2");
    third = made_registration(3);
    finds((struct mn_registered_query){.owner = &third}, "3");
    third.birth_date = "19800218";
    finds((struct mn_registered_query){.owner = &third}, "");
}
END_TEST

static mn_rc stop(const struct mn_registered *one, void *self)
{
    ck_assert_int_eq(one->number, 1);
    ck_assert_ptr_null(self);
    return MN_E_CANCELLED;
}

START_TEST(a_visit_can_be_ended)
{
    const struct mn_registered_query all = {0};

    made_add(1, 1);
    made_add(2, 2);
    ck_assert_int_eq(mn_registered_each(made_registry(), &all, stop, NULL), MN_E_CANCELLED);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("authority/registered");
    TCase *tcase = tcase_create("registered");

    mn_scratch_attach(tcase);
    tcase_add_checked_fixture(tcase, made_registry_begin, made_registry_end);
    tcase_add_test(tcase, what_is_registered_comes_back);
    tcase_add_test(tcase, numbers_go_up_from_one);
    tcase_add_test(tcase, a_certificate_is_registered_once);
    tcase_add_test(tcase, a_key_is_registered_once_also_after_its_withdrawal);
    tcase_add_test(tcase, withdrawing_is_for_good);
    tcase_add_test(tcase, a_number_that_is_not_there_changes_nothing);
    tcase_add_test(tcase, a_reason_for_a_while_or_of_a_ca_is_refused);
    tcase_add_test(tcase, what_comes_in_the_place_of_another_withdraws_it);
    tcase_add_test(tcase, renewing_goes_no_further_than_the_certificate);
    tcase_add_test(tcase, the_later_change_has_the_greater_number);
    tcase_add_test(tcase, they_are_found_by_what_is_known_of_them);
    tcase_add_test(tcase, a_visit_can_be_ended);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
