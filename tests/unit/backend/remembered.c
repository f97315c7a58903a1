/* Remembered certificates by themselves, and what the signature token makes of them. As root no
 * folder is read-only, so the folders that cannot be written are files. */
#include "backend/remembered.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend/card_survey.h"
#include "backend/desk.h"
#include "base/file.h"
#include "base/scratch.h"
#include "crypto/certificate.h"
#include "runner.h"

#define SIGN MN_ROLE_SIGN
#define BOTH (MN_WANT_CERTIFICATE | MN_WANT_CA_CERTIFICATE)

#define SERIAL       "0000000020500003"
#define OTHER_SERIAL "0000000020500004"

static struct mn_bytes found, issued, renewed;
static struct mn_view view;

static struct mn_span text(const char *s)
{
    return mn_span(s, strlen(s));
}

static void read_pki(const char *name, struct mn_bytes *out)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", CARDSIM_PKI, name);
    ck_assert_int_eq(mn_file_read(path, 4096, out), MN_OK);
}

static void set_up(void)
{
    read_pki("sign.der", &issued);
    read_pki("sign-expired.der", &renewed);
}

static void tear_down(void)
{
    mn_bytes_free(&found);
    mn_bytes_free(&issued);
    mn_bytes_free(&renewed);
    mn_view_release(&view);
}

static void assert_same(const struct mn_bytes *a, const struct mn_bytes *b)
{
    ck_assert(mn_span_equal(mn_bytes_span(a), mn_bytes_span(b)));
}

static const char *folder(void)
{
    static char path[PATH_MAX];
    ck_assert_int_eq(mn_remembered_folder(path), MN_OK);
    return path;
}

static mode_t mode_of(const char *path)
{
    struct stat st;
    ck_assert_int_eq(stat(path, &st), 0);
    return st.st_mode & 07777;
}

/* The path of the only file in the folder. */
static const char *only_file(void)
{
    static char path[PATH_MAX + 256];
    char command[PATH_MAX + 64];
    snprintf(command, sizeof command, "ls -A '%s'", folder());
    FILE *names = popen(command, "r");
    char name[256];
    ck_assert_ptr_nonnull(names);
    ck_assert_ptr_nonnull(fgets(name, sizeof name, names));
    ck_assert_int_eq(pclose(names), 0);
    name[strcspn(name, "\n")] = '\0';
    snprintf(path, sizeof path, "%s/%s", folder(), name);
    return path;
}

static mn_rc put(const char *serial, const struct mn_bytes *der)
{
    return mn_remembered_put("MODEL", serial, mn_bytes_span(der));
}

static mn_rc get(const char *serial)
{
    return mn_remembered_get("MODEL", serial, &found);
}

/* --- by themselves --- */

START_TEST(what_was_put_is_found_again_for_that_card_only)
{
    ck_assert_uint_eq(mn_remembered_count(), 0);
    ck_assert_int_eq(get(SERIAL), MN_E_FILE_MISSING);
    ck_assert_int_eq(put(SERIAL, &issued), MN_OK);
    ck_assert_uint_eq(mn_remembered_count(), 1);
    ck_assert_int_eq(get(SERIAL), MN_OK);
    assert_same(&found, &issued);
    ck_assert_int_eq(get(OTHER_SERIAL), MN_E_FILE_MISSING);
    ck_assert_uint_eq(found.len, 0);
    ck_assert_int_eq(mn_remembered_get("OTHER", SERIAL, &found), MN_E_FILE_MISSING);
}
END_TEST

START_TEST(a_newer_one_takes_its_place)
{
    ck_assert_int_eq(put(SERIAL, &issued), MN_OK);
    ck_assert_int_eq(put(SERIAL, &renewed), MN_OK);
    ck_assert_uint_eq(mn_remembered_count(), 1);
    ck_assert_int_eq(get(SERIAL), MN_OK);
    assert_same(&found, &renewed);
}
END_TEST

START_TEST(it_is_for_the_owner_alone_and_does_not_name_the_card)
{
    umask(0);
    ck_assert_int_eq(put(SERIAL, &issued), MN_OK);
    ck_assert_uint_eq(mode_of(folder()), 0700);
    ck_assert_uint_eq(mode_of(only_file()), 0600);
    ck_assert_ptr_null(strstr(only_file(), "20500003"));
    ck_assert_str_eq(folder(), mn_scratch_path(".local/share/mynakey/remembered"));
}
END_TEST

START_TEST(it_lies_where_the_environment_says)
{
    ck_assert_int_eq(setenv("XDG_DATA_HOME", mn_scratch_path("data"), 1), 0);
    ck_assert_int_eq(put(SERIAL, &issued), MN_OK);
    ck_assert_uint_eq(mn_scratch_count(mn_scratch_path("data/mynakey/remembered")), 1);
}
END_TEST

START_TEST(without_a_home_nothing_is_remembered)
{
    ck_assert_int_eq(unsetenv("HOME"), 0);
    ck_assert_int_eq(setenv("XDG_DATA_HOME", "relative", 1), 0);
    ck_assert_int_eq(put(SERIAL, &issued), MN_E_FILE_MISSING);
    ck_assert_int_eq(get(SERIAL), MN_E_FILE_MISSING);
    ck_assert_int_eq(mn_remembered_remove("MODEL", SERIAL), MN_E_FILE_MISSING);
    ck_assert_int_eq(mn_remembered_remove_all(), MN_E_FILE_MISSING);
    ck_assert_uint_eq(mn_remembered_count(), 0);
}
END_TEST

START_TEST(a_folder_that_cannot_be_made_is_a_fault)
{
    mn_scratch_write(".local", "");
    ck_assert_int_eq(put(SERIAL, &issued), MN_E_FILE);
    ck_assert_int_eq(get(SERIAL), MN_E_FILE_MISSING);
    ck_assert_uint_eq(mn_remembered_count(), 0);
}
END_TEST

START_TEST(a_card_without_serial_is_not_remembered)
{
    ck_assert_int_eq(put("", &issued), MN_E_FILE_MISSING);
    ck_assert_int_eq(get(""), MN_E_FILE_MISSING);
}
END_TEST

START_TEST(what_is_no_certificate_is_removed)
{
    static const char *const others[] = {"", "damaged", "\x30\x03\x02\x01\x01"};
    ck_assert_int_eq(put(SERIAL, &issued), MN_OK);
    ck_assert_int_eq(mn_file_write_private(only_file(), text(others[_i])), MN_OK);
    ck_assert_int_eq(get(SERIAL), MN_E_FILE_MISSING);
    ck_assert_uint_eq(found.len, 0);
    ck_assert_uint_eq(mn_remembered_count(), 0);
    ck_assert_uint_eq(mn_scratch_count(folder()), 0);
}
END_TEST

START_TEST(one_is_removed_and_the_others_stay)
{
    ck_assert_int_eq(put(SERIAL, &issued), MN_OK);
    ck_assert_int_eq(put(OTHER_SERIAL, &renewed), MN_OK);
    ck_assert_uint_eq(mn_remembered_count(), 2);
    ck_assert_int_eq(mn_remembered_remove("MODEL", SERIAL), MN_OK);
    ck_assert_int_eq(mn_remembered_remove("MODEL", SERIAL), MN_E_FILE_MISSING);
    ck_assert_int_eq(get(SERIAL), MN_E_FILE_MISSING);
    ck_assert_int_eq(get(OTHER_SERIAL), MN_OK);
}
END_TEST

START_TEST(what_a_power_cut_left_is_no_copy_and_goes_with_it)
{
    char beside[PATH_MAX + 300];
    ck_assert_int_eq(put(SERIAL, &issued), MN_OK);
    snprintf(beside, sizeof beside, "%s.a1b2c3", only_file());
    ck_assert_int_eq(mn_file_write_private(beside, mn_bytes_span(&issued)), MN_OK);
    ck_assert_uint_eq(mn_remembered_count(), 1);
    ck_assert_int_eq(mn_remembered_remove("MODEL", SERIAL), MN_OK);
    ck_assert_uint_eq(mn_scratch_count(folder()), 0);
}
END_TEST

START_TEST(all_are_removed_with_their_folder)
{
    ck_assert_int_eq(mn_remembered_remove_all(), MN_E_FILE_MISSING);
    ck_assert_int_eq(put(SERIAL, &issued), MN_OK);
    ck_assert_int_eq(put(OTHER_SERIAL, &renewed), MN_OK);
    ck_assert_int_eq(mn_remembered_remove_all(), MN_OK);
    ck_assert_int_ne(access(folder(), F_OK), 0);
    ck_assert_uint_eq(mn_remembered_count(), 0);
}
END_TEST

START_TEST(what_else_is_in_the_folder_stays)
{
    static const char *const names[] = {
        "letter.txt", "0123456789abcdef.cer", "0123456789abcdef0123456789abcdef",
        "0123456789ABCDEF0123456789ABCDEF.cer", "0123456789abcdef0123456789abcdef0.cer"};
    const size_t len = sizeof names / sizeof names[0];
    char path[PATH_MAX + 64];
    ck_assert_int_eq(put(SERIAL, &issued), MN_OK);
    for (size_t i = 0; i < len; i++) {
        snprintf(path, sizeof path, "%s/%s", folder(), names[i]);
        ck_assert_int_eq(mn_file_write_private(path, mn_bytes_span(&issued)), MN_OK);
    }
    ck_assert_uint_eq(mn_remembered_count(), 1);
    ck_assert_int_eq(mn_remembered_remove_all(), MN_OK);
    ck_assert_uint_eq(mn_scratch_count(folder()), len);
    ck_assert_int_eq(mn_remembered_remove_all(), MN_E_FILE_MISSING);
    ck_assert_uint_eq(mn_scratch_count(folder()), len);
}
END_TEST

/* --- what the tokens make of it --- */

static void remember(const struct mn_bytes *der)
{
    struct mn_card_survey survey;
    ck_assert_int_eq(mn_card_survey(mn_desk_reader(0), &survey), MN_OK);
    ck_assert_int_eq(mn_remembered_put(survey.info.model, survey.info.serial, mn_bytes_span(der)),
                     MN_OK);
}

/* As after C_Finalize and C_Initialize. */
static void start_anew(void)
{
    mn_desk_close_pool();
    mn_desk_open_pool();
    (void)mn_desk_commands();
}

static bool shows_certificate(void)
{
    return mn_desk_token(SIGN)->facts->certificate_is_public;
}

static void load(unsigned want)
{
    mn_view_release(&view);
    ck_assert_int_eq(mn_desk_load(SIGN, want, &view), MN_OK);
}

START_TEST(the_copy_is_shown_before_login_for_the_price_of_the_identity)
{
    remember(&issued);
    start_anew();
    ck_assert(shows_certificate());
    load(MN_WANT_CERTIFICATE);
    assert_same(&view.certificate, &issued);
    ck_assert_uint_eq(mn_desk_commands(), 2); /* SELECT, token information */
    ck_assert_uint_eq(mn_desk_verifies(SIGN), 0);
}
END_TEST

START_TEST(the_cas_certificate_is_still_read)
{
    remember(&issued);
    start_anew();
    load(BOTH);
    assert_same(&view.certificate, &issued);
    ck_assert_uint_gt(view.ca_certificates[0].len, 0);
    load(MN_WANT_CA_CERTIFICATE);
    ck_assert_uint_eq(view.certificate.len, 0);
    ck_assert_uint_gt(view.ca_certificates[0].len, 0);
}
END_TEST

START_TEST(without_a_copy_nothing_is_asked_and_nothing_shown)
{
    start_anew();
    ck_assert(!shows_certificate());
    ck_assert_uint_eq(mn_desk_commands(), 0);
    load(MN_WANT_CERTIFICATE);
    ck_assert_uint_eq(view.certificate.len, 0);
}
END_TEST

START_TEST(another_cards_copy_is_not_shown)
{
    remember(&issued);
    mn_desk_exchange("fresh", "serial=" OTHER_SERIAL);
    start_anew();
    ck_assert(!shows_certificate());
    load(MN_WANT_CERTIFICATE);
    ck_assert_uint_eq(view.certificate.len, 0);
}
END_TEST

START_TEST(the_authentication_token_does_not_care)
{
    remember(&issued);
    start_anew();
    ck_assert(mn_desk_token(MN_ROLE_AUTH)->facts->certificate_is_public);
    ck_assert_uint_eq(mn_desk_commands(), 0);
}
END_TEST

START_TEST(a_card_that_cannot_be_asked_at_first_shows_it_later)
{
    remember(&issued);
    start_anew();
    ck_assert_int_eq(cardsim_fault(mn_desk.card, "1:sw:6F00"), MN_OK);
    ck_assert_int_eq(cardsim_fault(mn_desk.card, "2:sw:6F00"), MN_OK);
    ck_assert(!shows_certificate());
    load(MN_WANT_CERTIFICATE);
    ck_assert(shows_certificate());
    assert_same(&view.certificate, &issued);
}
END_TEST

/* Commands of a login by a program that knows which card it is. */
static unsigned login_commands(void)
{
    struct mn_token *token = mn_desk_token(SIGN);
    ck_assert_int_eq(token->ops->identify(token->self), MN_OK);
    (void)mn_desk_commands();
    ck_assert_int_eq(mn_desk_login(SIGN, MN_DESK_PASSWORD), MN_OK);
    return mn_desk_commands();
}

START_TEST(a_login_holds_the_copy_against_the_card_with_one_command)
{
    unsigned without = login_commands();
    remember(&issued);
    start_anew();
    ck_assert_uint_eq(login_commands(), without + 1);
    load(MN_WANT_CERTIFICATE);
    assert_same(&view.certificate, &issued);
    ck_assert_uint_eq(mn_desk_commands(), 0);
    ck_assert_int_eq(mn_desk_sign(SIGN), MN_OK);
    mn_desk_logout(SIGN);
    ck_assert(shows_certificate());
    load(MN_WANT_CERTIFICATE);
    assert_same(&view.certificate, &issued);
}
END_TEST

START_TEST(a_renewed_certificate_takes_the_copys_place_and_the_token_is_a_new_one)
{
    remember(&renewed);
    start_anew();
    load(MN_WANT_CERTIFICATE);
    assert_same(&view.certificate, &renewed);
    unsigned long generation = mn_desk_state().generation;
    struct mn_view gone;
    ck_assert_int_eq(mn_desk_login(SIGN, MN_DESK_PASSWORD), MN_E_REMOVED);
    ck_assert(!mn_desk_is_open(SIGN));
    ck_assert(!mn_desk_other_can_sign(SIGN));
    ck_assert_int_eq(mn_desk_load(SIGN, MN_WANT_CERTIFICATE, &gone), MN_E_REMOVED);
    ck_assert(mn_desk_state().card_present);
    ck_assert_uint_ne(mn_desk_state().generation, generation);
    mn_desk_close_token(SIGN);
    load(MN_WANT_CERTIFICATE);
    assert_same(&view.certificate, &issued);
    ck_assert_int_eq(mn_desk_login(SIGN, MN_DESK_PASSWORD), MN_OK);
    ck_assert_uint_eq(mn_desk_verifies(SIGN), 2);
    ck_assert_int_eq(mn_desk_sign(SIGN), MN_OK);
}
END_TEST

START_TEST(the_copy_of_a_certificate_that_is_gone_goes_too)
{
    remember(&issued);
    mn_desk_exchange("fresh", _i == 0 ? "sign_certificate=empty" : "sign_certificate=absent");
    start_anew();
    ck_assert(shows_certificate());
    ck_assert_int_eq(mn_desk_login(SIGN, MN_DESK_PASSWORD), MN_E_REMOVED);
    ck_assert_uint_eq(mn_remembered_count(), 0);
    mn_desk_close_token(SIGN);
    ck_assert(!shows_certificate());
}
END_TEST

/* The folder is a file now: neither written nor removed can it be. */
START_TEST(a_copy_that_cannot_be_mended_does_not_keep_the_owner_from_the_card)
{
    remember(&renewed);
    start_anew();
    ck_assert(shows_certificate());
    ck_assert_int_eq(setenv("XDG_DATA_HOME", mn_scratch_write("file", ""), 1), 0);
    ck_assert_int_eq(mn_desk_login(SIGN, MN_DESK_PASSWORD), MN_OK);
    ck_assert_int_eq(mn_desk_sign(SIGN), MN_OK);
}
END_TEST

START_TEST(a_fault_on_the_way_judges_nothing)
{
    static const char *const faults[] = {"sw:6F00", "sw:6982", "garbage:256"};
    char fault[32];
    remember(&issued);
    start_anew();
    unsigned last = login_commands(); /* the reading of the certificate */
    start_anew();
    ck_assert(shows_certificate());
    snprintf(fault, sizeof fault, "%u:%s", last, faults[_i]);
    ck_assert_int_eq(cardsim_fault(mn_desk.card, fault), MN_OK);
    ck_assert_int_eq(mn_desk_login(SIGN, MN_DESK_PASSWORD), MN_OK);
    ck_assert_uint_eq(mn_remembered_count(), 1);
    ck_assert_int_eq(mn_desk_sign(SIGN), MN_OK);
}
END_TEST

START_TEST(a_fault_that_ends_the_login_is_told_and_judges_nothing)
{
    static const char *const faults[] = {"truncated", "removed"};
    static const mn_rc codes[] = {MN_E_COMM, MN_E_REMOVED};
    char fault[32];
    remember(&issued);
    start_anew();
    unsigned last = login_commands();
    start_anew();
    ck_assert(shows_certificate());
    snprintf(fault, sizeof fault, "%u:%s", last, faults[_i]);
    ck_assert_int_eq(cardsim_fault(mn_desk.card, fault), MN_OK);
    ck_assert_int_eq(mn_desk_login(SIGN, MN_DESK_PASSWORD), codes[_i]);
    ck_assert(!mn_desk_is_open(SIGN));
    ck_assert_uint_eq(mn_remembered_count(), 1);
}
END_TEST

START_TEST(a_refused_password_judges_nothing)
{
    remember(&renewed);
    start_anew();
    ck_assert_int_eq(mn_desk_login(SIGN, "WRONG1"), MN_E_PIN_WRONG);
    load(MN_WANT_CERTIFICATE);
    assert_same(&view.certificate, &renewed);
    ck_assert_uint_eq(mn_remembered_count(), 1);
}
END_TEST

static TCase *itself_case(void)
{
    TCase *tcase = tcase_create("itself");
    mn_desk_attach(tcase);
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, what_was_put_is_found_again_for_that_card_only);
    tcase_add_test(tcase, a_newer_one_takes_its_place);
    tcase_add_test(tcase, it_is_for_the_owner_alone_and_does_not_name_the_card);
    tcase_add_test(tcase, it_lies_where_the_environment_says);
    tcase_add_test(tcase, without_a_home_nothing_is_remembered);
    tcase_add_test(tcase, a_folder_that_cannot_be_made_is_a_fault);
    tcase_add_test(tcase, a_card_without_serial_is_not_remembered);
    tcase_add_loop_test(tcase, what_is_no_certificate_is_removed, 0, 3);
    tcase_add_test(tcase, one_is_removed_and_the_others_stay);
    tcase_add_test(tcase, what_a_power_cut_left_is_no_copy_and_goes_with_it);
    tcase_add_test(tcase, all_are_removed_with_their_folder);
    tcase_add_test(tcase, what_else_is_in_the_folder_stays);
    return tcase;
}

static TCase *tokens_case(void)
{
    TCase *tcase = tcase_create("tokens");
    mn_desk_attach(tcase);
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, the_copy_is_shown_before_login_for_the_price_of_the_identity);
    tcase_add_test(tcase, the_cas_certificate_is_still_read);
    tcase_add_test(tcase, without_a_copy_nothing_is_asked_and_nothing_shown);
    tcase_add_test(tcase, another_cards_copy_is_not_shown);
    tcase_add_test(tcase, the_authentication_token_does_not_care);
    tcase_add_test(tcase, a_card_that_cannot_be_asked_at_first_shows_it_later);
    tcase_add_test(tcase, a_login_holds_the_copy_against_the_card_with_one_command);
    tcase_add_test(tcase, a_renewed_certificate_takes_the_copys_place_and_the_token_is_a_new_one);
    tcase_add_loop_test(tcase, the_copy_of_a_certificate_that_is_gone_goes_too, 0, 2);
    tcase_add_test(tcase, a_copy_that_cannot_be_mended_does_not_keep_the_owner_from_the_card);
    tcase_add_loop_test(tcase, a_fault_on_the_way_judges_nothing, 0, 3);
    tcase_add_loop_test(tcase, a_fault_that_ends_the_login_is_told_and_judges_nothing, 0, 2);
    tcase_add_test(tcase, a_refused_password_judges_nothing);
    return tcase;
}

int main(void)
{
    Suite *suite = suite_create("backend/remembered");
    suite_add_tcase(suite, itself_case());
    suite_add_tcase(suite, tokens_case());
    return mn_test_run(suite);
}
