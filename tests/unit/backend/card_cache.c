/* The cache by itself, and what the tokens put into it. As root no folder is read-only, so the
 * folders that cannot be written are files. */
#include "backend/card_cache.h"

#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend/desk.h"
#include "base/file.h"
#include "base/scratch.h"
#include "runner.h"

static struct mn_card_cache *cache;
static struct mn_bytes found;

static void open_cache(void)
{
    cache = mn_card_cache_open("MODEL", "0000000020500003");
    ck_assert_ptr_nonnull(cache);
}

static void close_cache(void)
{
    mn_card_cache_free(&cache);
    ck_assert_ptr_null(cache);
    mn_bytes_free(&found);
}

static struct mn_span text(const char *s)
{
    return mn_span(s, strlen(s));
}

static void assert_found(uint16_t ef, const char *wanted)
{
    mn_card_cache_get(cache, ef, &found);
    ck_assert(mn_span_equal(mn_bytes_span(&found), text(wanted)));
}

/* What stands in a folder, in all depth. */
static struct {
    unsigned files, folders;
    char last_file[4096];
    struct mn_span needle;
    bool has_needle, all_private;
} seen;

static int look_at(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    struct mn_bytes content = {0};

    (void)ftw;
    if (type == FTW_D) {
        seen.folders++;
        return 0;
    }
    seen.files++;
    snprintf(seen.last_file, sizeof seen.last_file, "%s", path);
    if ((st->st_mode & 0777) != 0600)
        seen.all_private = false;
    ck_assert_int_eq(mn_file_read(path, 1 << 20, &content), MN_OK);
    if (seen.needle.len > 0 && content.len > 0 &&
        memmem(content.ptr, content.len, seen.needle.ptr, seen.needle.len))
        seen.has_needle = true;
    mn_bytes_free(&content);
    return 0;
}

static void look(const char *folder, struct mn_span needle)
{
    memset(&seen, 0, sizeof seen);
    seen.all_private = true;
    seen.needle = needle;
    (void)nftw(folder, look_at, 8, FTW_PHYS);
}

#define NOTHING mn_span(NULL, 0)

/* --- by itself --- */

START_TEST(what_was_put_is_found_again)
{
    open_cache();
    assert_found(0x000A, "");
    mn_card_cache_put(cache, 0x000A, text("first"));
    mn_card_cache_put(cache, 0x000B, text("other"));
    assert_found(0x000A, "first");
    mn_card_cache_put(cache, 0x000A, text("second"));
    close_cache();
    open_cache();
    assert_found(0x000A, "second");
    assert_found(0x000B, "other");
    close_cache();
}
END_TEST

START_TEST(another_card_has_another_place)
{
    open_cache();
    mn_card_cache_put(cache, 0x000A, text("first"));
    mn_card_cache_free(&cache);
    cache = mn_card_cache_open("MODEL", "0000000020500004");
    assert_found(0x000A, "");
    mn_card_cache_free(&cache);
    cache = mn_card_cache_open("OTHER", "0000000020500003");
    assert_found(0x000A, "");
    close_cache();
}
END_TEST

START_TEST(files_are_for_the_owner_alone_and_do_not_name_the_card)
{
    struct stat st;

    open_cache();
    mn_card_cache_put(cache, 0x000A, text("first"));
    look(mn_scratch_path(""), NOTHING);
    ck_assert_uint_eq(seen.files, 1);
    ck_assert(seen.all_private);
    ck_assert(!strstr(seen.last_file, "20500003"));
    ck_assert_ptr_nonnull(strstr(seen.last_file, "/.cache/mynakey/"));
    *strrchr(seen.last_file, '/') = '\0';
    ck_assert_int_eq(stat(seen.last_file, &st), 0);
    ck_assert_uint_eq(st.st_mode & 0777, 0700);
    close_cache();
}
END_TEST

START_TEST(the_cache_folder_is_the_one_that_the_environment_names)
{
    ck_assert_int_eq(setenv("XDG_CACHE_HOME", mn_scratch_path("elsewhere"), 1), 0);
    open_cache();
    mn_card_cache_put(cache, 0x000A, text("first"));
    assert_found(0x000A, "first");
    look(mn_scratch_path("elsewhere"), NOTHING);
    ck_assert_uint_eq(seen.files, 1);
    close_cache();
}
END_TEST

START_TEST(a_relative_cache_folder_is_passed_over)
{
    ck_assert_int_eq(setenv("XDG_CACHE_HOME", "relative", 1), 0);
    open_cache();
    mn_card_cache_put(cache, 0x000A, text("first"));
    look(mn_scratch_path(".cache"), NOTHING);
    ck_assert_uint_eq(seen.files, 1);
    close_cache();
}
END_TEST

START_TEST(without_a_home_there_is_no_cache_and_no_fault)
{
    struct mn_card_facts facts = {.pss = MN_FACT_YES};

    ck_assert_int_eq(unsetenv("HOME"), 0);
    ck_assert_ptr_null(mn_card_cache_open("MODEL", "1"));
    ck_assert_int_eq(setenv("HOME", "relative", 1), 0);
    ck_assert_ptr_null(mn_card_cache_open("MODEL", "1"));
    cache = NULL;
    mn_card_cache_put(cache, 0x000A, text("first"));
    assert_found(0x000A, "");
    mn_card_cache_put_facts(cache, "Reader", &facts);
    facts.pss = MN_FACT_UNKNOWN;
    mn_card_cache_get_facts(cache, "Reader", &facts);
    ck_assert_int_eq(facts.pss, MN_FACT_UNKNOWN);
    close_cache();
}
END_TEST

START_TEST(a_home_of_endless_length_is_none)
{
    char home[5000] = "/";

    memset(home + 1, 'h', sizeof home - 2);
    ck_assert_int_eq(setenv("HOME", home, 1), 0);
    ck_assert_ptr_null(mn_card_cache_open("MODEL", "1"));
}
END_TEST

START_TEST(a_folder_that_cannot_be_made_costs_only_the_cache)
{
    struct mn_card_facts facts = {.pss = MN_FACT_YES};

    ck_assert_int_eq(setenv("XDG_CACHE_HOME", mn_scratch_write("file", "content"), 1), 0);
    open_cache();
    mn_card_cache_put(cache, 0x000A, text("first"));
    mn_card_cache_put_facts(cache, "Reader", &facts);
    assert_found(0x000A, "");
    look(mn_scratch_path(""), NOTHING);
    ck_assert_uint_eq(seen.files, 1);
    close_cache();
}
END_TEST

/* Puts content in the place of the file of that name in the cache. */
static void replace(const char *name, struct mn_span content)
{
    char path[4200];

    mn_card_cache_put(cache, 0x00FF, text("x")); /* makes the folder */
    look(mn_scratch_path(".cache"), NOTHING);
    *strrchr(seen.last_file, '/') = '\0';
    snprintf(path, sizeof path, "%s/%s", seen.last_file, name);
    ck_assert_int_eq(mn_file_write_private(path, content), MN_OK);
}

START_TEST(a_stored_file_that_is_too_long_is_passed_over)
{
    static uint8_t long_file[5000];

    open_cache();
    memset(long_file, 0x30, sizeof long_file);
    replace("000A.cer", mn_span(long_file, sizeof long_file));
    assert_found(0x000A, "");
    mn_card_cache_put(cache, 0x000A, text("good"));
    assert_found(0x000A, "good");
    close_cache();
}
END_TEST

/* --- facts --- */

static struct mn_card_facts facts_of(const char *reader)
{
    struct mn_card_facts facts = {.sfi = MN_FACT_UNKNOWN};

    mn_card_cache_get_facts(cache, reader, &facts);
    return facts;
}

static void put_facts(const char *reader, enum mn_fact pss, enum mn_fact extended)
{
    const struct mn_card_facts facts = {.pss = pss, .extended = extended};

    mn_card_cache_put_facts(cache, reader, &facts);
}

START_TEST(facts_are_found_again)
{
    open_cache();
    ck_assert_int_eq(facts_of("A").pss, MN_FACT_UNKNOWN);
    put_facts("A", MN_FACT_NO, MN_FACT_YES);
    ck_assert_int_eq(facts_of("A").pss, MN_FACT_NO);
    ck_assert_int_eq(facts_of("A").extended, MN_FACT_YES);
    ck_assert_int_eq(facts_of("A").sfi, MN_FACT_UNKNOWN);
    put_facts("A", MN_FACT_YES, MN_FACT_NO);
    ck_assert_int_eq(facts_of("A").pss, MN_FACT_YES);
    ck_assert_int_eq(facts_of("A").extended, MN_FACT_NO);
    close_cache();
}
END_TEST

START_TEST(what_is_known_already_is_not_overwritten_by_what_is_stored)
{
    struct mn_card_facts facts = {.pss = MN_FACT_YES, .extended = MN_FACT_NO};

    open_cache();
    put_facts("A", MN_FACT_NO, MN_FACT_YES);
    mn_card_cache_get_facts(cache, "A", &facts);
    ck_assert_int_eq(facts.pss, MN_FACT_YES);
    ck_assert_int_eq(facts.extended, MN_FACT_NO);
    close_cache();
}
END_TEST

START_TEST(extended_length_is_remembered_for_each_reader)
{
    open_cache();
    put_facts("A", MN_FACT_YES, MN_FACT_NO);
    put_facts("B", MN_FACT_YES, MN_FACT_YES);
    ck_assert_int_eq(facts_of("A").extended, MN_FACT_NO);
    ck_assert_int_eq(facts_of("B").extended, MN_FACT_YES);
    ck_assert_int_eq(facts_of("C").extended, MN_FACT_UNKNOWN);
    ck_assert_int_eq(facts_of("C").pss, MN_FACT_YES);
    close_cache();
}
END_TEST

START_TEST(what_is_not_known_now_does_not_make_it_forget)
{
    open_cache();
    put_facts("A", MN_FACT_NO, MN_FACT_NO);
    put_facts("A", MN_FACT_UNKNOWN, MN_FACT_YES);
    ck_assert_int_eq(facts_of("A").pss, MN_FACT_NO);
    ck_assert_int_eq(facts_of("A").extended, MN_FACT_YES);
    close_cache();
}
END_TEST

START_TEST(a_file_of_facts_without_sense_tells_nothing_and_is_replaced)
{
    static const char *const contents[] = {"", "pss", "pss=maybe\n", "pss=yes", "=\n=\n\n", "\n"};

    open_cache();
    replace("facts", text(contents[_i]));
    ck_assert_int_eq(facts_of("A").pss, MN_FACT_UNKNOWN);
    ck_assert_int_eq(facts_of("A").extended, MN_FACT_UNKNOWN);
    put_facts("A", MN_FACT_YES, MN_FACT_NO);
    ck_assert_int_eq(facts_of("A").pss, MN_FACT_YES);
    ck_assert_int_eq(facts_of("A").extended, MN_FACT_NO);
    close_cache();
}
END_TEST

/* --- what the tokens put into it --- */

static struct mn_view view;

static void load(enum mn_role role)
{
    mn_view_release(&view);
    ck_assert_int_eq(mn_desk_load(role, MN_WANT_CERTIFICATE | MN_WANT_CA_CERTIFICATE, &view),
                     MN_OK);
}

static void release_view(void)
{
    mn_view_release(&view);
}

static void assert_certificate(const char *name)
{
    struct mn_bytes wanted = {0};
    char path[4096];

    snprintf(path, sizeof path, "%s/%s", CARDSIM_PKI, name);
    ck_assert_int_eq(mn_file_read(path, 4096, &wanted), MN_OK);
    ck_assert(mn_span_equal(mn_bytes_span(&view.certificate), mn_bytes_span(&wanted)));
    mn_bytes_free(&wanted);
}

static void start_anew(void)
{
    mn_desk_close_pool();
    mn_desk_open_pool();
    (void)mn_desk_commands();
}

START_TEST(a_second_program_reads_the_heads_only)
{
    load(MN_ROLE_AUTH);
    assert_certificate("auth.der");
    start_anew();
    load(MN_ROLE_AUTH);
    assert_certificate("auth.der");
    ck_assert_uint_eq(mn_desk_commands(), 4); /* SELECT, token information, two heads */
    look(mn_scratch_path(".cache"), NOTHING);
    ck_assert(seen.all_private);
    ck_assert_uint_eq(seen.files, 3); /* two certificates and the facts */
}
END_TEST

START_TEST(a_renewed_certificate_is_not_served_from_the_cache)
{
    load(MN_ROLE_AUTH);
    mn_desk_exchange("expired", ""); /* the same card as far as its serial number tells */
    mn_desk_refresh();
    mn_desk_close_token(MN_ROLE_AUTH);
    load(MN_ROLE_AUTH);
    assert_certificate("auth-expired.der");
    start_anew();
    load(MN_ROLE_AUTH);
    assert_certificate("auth-expired.der");
    ck_assert_uint_eq(mn_desk_commands(), 4);
}
END_TEST

START_TEST(a_damaged_copy_is_read_anew)
{
    load(MN_ROLE_AUTH);
    look(mn_scratch_path(".cache"), NOTHING);
    *strrchr(seen.last_file, '/') = '\0';
    strcat(seen.last_file, "/000A.cer");
    ck_assert_int_eq(mn_file_write_private(seen.last_file, text("damaged")), MN_OK);
    start_anew();
    load(MN_ROLE_AUTH);
    assert_certificate("auth.der");
    start_anew();
    load(MN_ROLE_AUTH);
    assert_certificate("auth.der");
    ck_assert_uint_eq(mn_desk_commands(), 4);
}
END_TEST

START_TEST(the_signing_certificate_never_comes_to_the_disk)
{
    ck_assert_int_eq(mn_desk_login(MN_ROLE_SIGN, MN_DESK_PASSWORD), MN_OK);
    load(MN_ROLE_SIGN);
    assert_certificate("sign.der");
    mn_desk_logout(MN_ROLE_SIGN);
    look(mn_scratch_path(""), mn_span(view.certificate.ptr + view.certificate.len / 2, 32));
    ck_assert_uint_ge(seen.files, 1);
    ck_assert(!seen.has_needle);
    look(mn_scratch_path(""),
         mn_span(view.ca_certificates[0].ptr + view.ca_certificates[0].len / 2, 32));
    ck_assert(seen.has_needle); /* the CA's is public, and would be found */
}
END_TEST

START_TEST(the_certificate_of_a_phone_never_comes_to_the_disk)
{
    mn_desk_exchange("phone", "");
    mn_desk_refresh();
    ck_assert_int_eq(mn_desk_login(MN_ROLE_AUTH, CARDSIM_AUTH_PIN), MN_OK);
    load(MN_ROLE_AUTH);
    assert_certificate("auth.der");
    look(mn_scratch_path(""), mn_span(view.certificate.ptr + view.certificate.len / 2, 32));
    ck_assert(!seen.has_needle);
}
END_TEST

START_TEST(where_the_settings_say_so_nothing_comes_to_the_disk)
{
    mn_desk.settings.cache = false;
    load(MN_ROLE_AUTH);
    start_anew();
    load(MN_ROLE_AUTH);
    assert_certificate("auth.der");
    look(mn_scratch_path(""), NOTHING);
    ck_assert_uint_eq(seen.files, 0);
    ck_assert_uint_eq(seen.folders, 1); /* the scratch folder itself */
}
END_TEST

START_TEST(a_home_that_cannot_be_used_costs_only_the_cache)
{
    if (_i == 0)
        ck_assert_int_eq(unsetenv("HOME"), 0);
    else
        ck_assert_int_eq(setenv("HOME", mn_scratch_write("file", ""), 1), 0);
    load(MN_ROLE_AUTH);
    assert_certificate("auth.der");
    ck_assert_int_eq(mn_desk_login(MN_ROLE_AUTH, CARDSIM_AUTH_PIN), MN_OK);
    ck_assert_int_eq(mn_desk_sign(MN_ROLE_AUTH), MN_OK);
    start_anew();
    load(MN_ROLE_AUTH);
    assert_certificate("auth.der");
}
END_TEST

/* Nothing that is known already is written again: a signature does not wait for a disk. */
START_TEST(signatures_do_not_touch_the_disk)
{
    char path[4200];

    ck_assert_int_eq(mn_desk_login(MN_ROLE_AUTH, CARDSIM_AUTH_PIN), MN_OK);
    look(mn_scratch_path(".cache"), NOTHING);
    ck_assert_uint_eq(seen.files, 1);
    snprintf(path, sizeof path, "%s", seen.last_file);
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_eq(mn_desk_sign(MN_ROLE_AUTH), MN_OK);
    ck_assert_int_eq(access(path, F_OK), -1);
}
END_TEST

START_TEST(that_extended_length_does_not_work_is_remembered_for_the_reader)
{
    mn_desk_set("extended=0");
    load(MN_ROLE_AUTH);
    assert_certificate("auth.der");
    start_anew();
    mn_desk_exchange("expired", "");
    mn_desk_refresh();
    load(MN_ROLE_AUTH);
    assert_certificate("auth-expired.der");
    /* SELECT, token information, and both certificates in short pieces. */
    ck_assert_uint_gt(mn_desk_commands(), 8);
}
END_TEST

static TCase *itself_case(void)
{
    TCase *tcase = tcase_create("itself");

    mn_desk_attach(tcase);
    tcase_add_test(tcase, what_was_put_is_found_again);
    tcase_add_test(tcase, another_card_has_another_place);
    tcase_add_test(tcase, files_are_for_the_owner_alone_and_do_not_name_the_card);
    tcase_add_test(tcase, the_cache_folder_is_the_one_that_the_environment_names);
    tcase_add_test(tcase, a_relative_cache_folder_is_passed_over);
    tcase_add_test(tcase, without_a_home_there_is_no_cache_and_no_fault);
    tcase_add_test(tcase, a_home_of_endless_length_is_none);
    tcase_add_test(tcase, a_folder_that_cannot_be_made_costs_only_the_cache);
    tcase_add_test(tcase, a_stored_file_that_is_too_long_is_passed_over);
    tcase_add_test(tcase, facts_are_found_again);
    tcase_add_test(tcase, what_is_known_already_is_not_overwritten_by_what_is_stored);
    tcase_add_test(tcase, extended_length_is_remembered_for_each_reader);
    tcase_add_test(tcase, what_is_not_known_now_does_not_make_it_forget);
    tcase_add_loop_test(tcase, a_file_of_facts_without_sense_tells_nothing_and_is_replaced, 0, 6);
    return tcase;
}

static TCase *tokens_case(void)
{
    TCase *tcase = tcase_create("tokens");

    mn_desk_attach(tcase);
    tcase_add_checked_fixture(tcase, NULL, release_view);
    tcase_add_test(tcase, a_second_program_reads_the_heads_only);
    tcase_add_test(tcase, a_renewed_certificate_is_not_served_from_the_cache);
    tcase_add_test(tcase, a_damaged_copy_is_read_anew);
    tcase_add_test(tcase, the_signing_certificate_never_comes_to_the_disk);
    tcase_add_test(tcase, the_certificate_of_a_phone_never_comes_to_the_disk);
    tcase_add_test(tcase, where_the_settings_say_so_nothing_comes_to_the_disk);
    tcase_add_loop_test(tcase, a_home_that_cannot_be_used_costs_only_the_cache, 0, 2);
    tcase_add_test(tcase, signatures_do_not_touch_the_disk);
    tcase_add_test(tcase, that_extended_length_does_not_work_is_remembered_for_the_reader);
    return tcase;
}

int main(void)
{
    Suite *suite = suite_create("backend/card_cache");

    suite_add_tcase(suite, itself_case());
    suite_add_tcase(suite, tokens_case());
    return mn_test_run(suite);
}
