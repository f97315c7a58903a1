#include "cli/verify/trusted_sites.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/scratch.h"
#include "crypto/library.h"
#include "runner.h"

#define SITE  "https://validity.example.jp"
#define OTHER "http://localhost:8080/a"

static struct mn_bytes authority, successor, found;

static void read_pki(const char *name, struct mn_bytes *out)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", CARDSIM_PKI, name);
    ck_assert_int_eq(mn_file_read(path, 4096, out), MN_OK);
}

static void set_up(void)
{
    setenv("XDG_DATA_HOME", mn_scratch_path("data"), 1);
    ck_assert_int_eq(mn_crypto_open(), MN_OK);
    read_pki("sign-ca.der", &authority);
    read_pki("auth-ca.der", &successor);
}

static void tear_down(void)
{
    mn_bytes_free(&authority);
    mn_bytes_free(&successor);
    mn_bytes_free(&found);
    mn_crypto_close();
}

static void put(const char *site, const struct mn_bytes *certificate)
{
    ck_assert_int_eq(mn_trusted_sites_put(site, mn_bytes_span(certificate)), MN_OK);
}

static bool found_is(const struct mn_bytes *certificate)
{
    return mn_span_equal(mn_bytes_span(&found), mn_bytes_span(certificate));
}

/* The path of the one file there is. */
static const char *only_file(void)
{
    static char path[4096];
    FILE *names = popen("ls -d \"$XDG_DATA_HOME\"/mynakey/trusted/*", "r");
    ck_assert_ptr_nonnull(names);
    ck_assert_ptr_nonnull(fgets(path, sizeof path, names));
    pclose(names);
    path[strcspn(path, "\n")] = '\0';
    return path;
}

START_TEST(nothing_is_trusted_at_first)
{
    struct mn_trusted_sites sites;

    ck_assert_int_eq(mn_trusted_sites_get(SITE, &found), MN_E_FILE_MISSING);
    ck_assert_int_eq(mn_trusted_sites_remove(SITE), MN_E_FILE_MISSING);
    ck_assert_int_eq(mn_trusted_sites_list(&sites), MN_OK);
    ck_assert_uint_eq(sites.len, 0);
    mn_trusted_sites_release(&sites);
}
END_TEST

START_TEST(what_was_put_is_found_for_its_site_only)
{
    put(SITE, &authority);
    ck_assert_int_eq(mn_trusted_sites_get(SITE, &found), MN_OK);
    ck_assert(found_is(&authority));
    ck_assert_int_eq(mn_trusted_sites_get(OTHER, &found), MN_E_FILE_MISSING);
    ck_assert(found_is(&authority));
}
END_TEST

START_TEST(another_certificate_takes_the_place)
{
    put(SITE, &authority);
    put(SITE, &successor);
    ck_assert_int_eq(mn_trusted_sites_get(SITE, &found), MN_OK);
    ck_assert(found_is(&successor));
}
END_TEST

START_TEST(the_list_is_in_order)
{
    struct mn_trusted_sites sites;

    put(SITE, &authority);
    put(OTHER, &successor);
    ck_assert_int_eq(mn_trusted_sites_list(&sites), MN_OK);
    ck_assert_uint_eq(sites.len, 2);
    ck_assert_str_eq(sites.at[0].site, OTHER);
    ck_assert_str_eq(sites.at[1].site, SITE);
    ck_assert(mn_span_equal(mn_bytes_span(&sites.at[1].authority), mn_bytes_span(&authority)));
    mn_trusted_sites_release(&sites);
}
END_TEST

START_TEST(what_was_removed_is_trusted_no_more)
{
    put(SITE, &authority);
    put(OTHER, &authority);
    ck_assert_int_eq(mn_trusted_sites_remove(SITE), MN_OK);
    ck_assert_int_eq(mn_trusted_sites_get(SITE, &found), MN_E_FILE_MISSING);
    ck_assert_int_eq(mn_trusted_sites_get(OTHER, &found), MN_OK);
}
END_TEST

START_TEST(only_the_user_can_read_it)
{
    struct stat st;

    put(SITE, &authority);
    ck_assert_int_eq(stat(only_file(), &st), 0);
    ck_assert_int_eq(st.st_mode & 0777, 0600);
}
END_TEST

START_TEST(a_damaged_file_is_told_and_not_listed)
{
    struct mn_trusted_sites sites;

    put(SITE, &authority);
    ck_assert_int_eq(truncate(only_file(), 100), 0);
    ck_assert_int_eq(mn_trusted_sites_get(SITE, &found), MN_E_DAMAGED);
    ck_assert_int_eq(mn_trusted_sites_list(&sites), MN_OK);
    ck_assert_uint_eq(sites.len, 0);
    ck_assert_int_eq(mn_trusted_sites_remove(SITE), MN_OK);
    mn_trusted_sites_release(&sites);
}
END_TEST

/* A site's file copied to where another's would be. */
START_TEST(a_file_counts_under_its_own_name_only)
{
    struct mn_trusted_sites sites;
    char from[4096], to[4096];

    put(SITE, &authority);
    snprintf(from, sizeof from, "%s", only_file());
    ck_assert_int_eq(mn_trusted_sites_remove(SITE), MN_OK);
    put(OTHER, &successor);
    snprintf(to, sizeof to, "%s", only_file());
    put(SITE, &authority);
    ck_assert_int_eq(rename(from, to), 0);
    ck_assert_int_eq(mn_trusted_sites_get(OTHER, &found), MN_E_DAMAGED);
    ck_assert_int_eq(mn_trusted_sites_list(&sites), MN_OK);
    ck_assert_uint_eq(sites.len, 0);
    mn_trusted_sites_release(&sites);
}
END_TEST

START_TEST(without_a_place_for_data_nothing_is_kept)
{
    const char *file = mn_scratch_write("file", "");

    setenv("XDG_DATA_HOME", file, 1);
    ck_assert_int_ne(mn_trusted_sites_put(SITE, mn_bytes_span(&authority)), MN_OK);
    ck_assert_int_eq(mn_trusted_sites_get(SITE, &found), MN_E_FILE_MISSING);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cli/trusted_sites");
    TCase *tcase = tcase_create("trusted_sites");

    mn_scratch_attach(tcase);
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, nothing_is_trusted_at_first);
    tcase_add_test(tcase, what_was_put_is_found_for_its_site_only);
    tcase_add_test(tcase, another_certificate_takes_the_place);
    tcase_add_test(tcase, the_list_is_in_order);
    tcase_add_test(tcase, what_was_removed_is_trusted_no_more);
    tcase_add_test(tcase, only_the_user_can_read_it);
    tcase_add_test(tcase, a_damaged_file_is_told_and_not_listed);
    tcase_add_test(tcase, a_file_counts_under_its_own_name_only);
    tcase_add_test(tcase, without_a_place_for_data_nothing_is_kept);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
