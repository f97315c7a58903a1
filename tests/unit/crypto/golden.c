/* Files of one day, kept in tests/golden: every later version has to read them. */
#include "base/file.h"
#include "crypto/library.h"
#include "crypto/revocation_list.h"
#include "crypto/validity_data.h"
#include "runner.h"

#define WHEN 1795325400 /* 2026-11-22T05:30:00Z */

static struct mn_bytes authority, subject;

static struct mn_bytes read_file(const char *path)
{
    struct mn_bytes content = {0};

    ck_assert_int_eq(mn_file_read(path, 1 << 16, &content), MN_OK);
    return content;
}

static void begin(void)
{
    ck_assert_int_eq(mn_crypto_open(), MN_OK);
    authority = read_file(MN_GOLDEN "authority.cer");
    subject = read_file(MN_GOLDEN "subject.cer");
}

static void end(void)
{
    mn_bytes_free(&authority);
    mn_bytes_free(&subject);
    mn_crypto_close();
}

static struct mn_validity said_in(const char *path)
{
    struct mn_bytes der = read_file(path);
    struct mn_validity what;

    ck_assert_int_eq(mn_validity_check(mn_bytes_span(&der), mn_bytes_span(&subject),
                                       mn_bytes_span(&authority), &what),
                     MN_OK);
    ck_assert_int_eq(what.this_update, WHEN);
    ck_assert_int_eq(what.produced_at, WHEN);
    mn_bytes_free(&der);
    return what;
}

START_TEST(validity_data_say_what_they_said)
{
    struct mn_validity what = said_in(MN_GOLDEN "300.ors");

    ck_assert_uint_eq(what.number, 300);
    ck_assert_int_eq(what.state, MN_VALIDITY_REVOKED);
    ck_assert_int_eq(what.reason, MN_REASON_KEY_COMPROMISE);
    ck_assert_int_eq(what.revoked_at, WHEN - 60);
    ck_assert_int_eq(what.next_update, WHEN + 86400);
    what = said_in(MN_GOLDEN "301.ors");
    ck_assert_uint_eq(what.number, 301);
    ck_assert_int_eq(what.state, MN_VALIDITY_GOOD);
    ck_assert_int_eq(what.next_update, WHEN + 2 * 365 * 86400);
}
END_TEST

START_TEST(a_list_of_revocations_is_one)
{
    struct mn_bytes der = read_file(MN_GOLDEN "revoked.crl");
    struct mn_revocation_list *list;
    time_t from, until;

    ck_assert_int_eq(mn_revocation_list_read(mn_bytes_span(&der), mn_bytes_span(&authority), &list),
                     MN_OK);
    mn_revocation_list_times(list, &from, &until);
    ck_assert_int_eq(from, WHEN);
    ck_assert_int_eq(until, WHEN + 86400);
    mn_revocation_list_free(&list);
    mn_bytes_free(&der);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("crypto/golden");
    TCase *tcase = tcase_create("golden");

    tcase_add_checked_fixture(tcase, begin, end);
    tcase_add_test(tcase, validity_data_say_what_they_said);
    tcase_add_test(tcase, a_list_of_revocations_is_one);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
