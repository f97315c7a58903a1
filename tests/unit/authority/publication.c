#include "authority/publication.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <fcntl.h>
#include <unistd.h>

#include "authority/registered.h"
#include "base/file.h"
#include "base/scratch.h"
#include "crypto/certificate.h"
#include "crypto/draft.h"
#include "crypto/library.h"
#include "crypto/private_key.h"
#include "crypto/validity_data.h"
#include "made_registry.h"
#include "runner.h"

#define DAY 86400

static struct mn_private_key *key;
static struct mn_registry *registry;
static struct mn_registry_profile profile;
static struct mn_bytes certificates[4]; /* of the numbers from 1 */
static char site[PATH_MAX];
static int asked;        /* for the key */
static uint64_t fall_at; /* the answer at which the program is killed; 0: none */

static struct mn_bytes issue(const char *name)
{
    struct mn_draft draft = {
        .name = name, .not_before = MADE_NOW - DAY, .not_after = MADE_UNTIL + DAY};
    struct mn_bytes der = {0};

    ck_assert_int_eq(mn_draft_issue(&draft, key, &der), MN_OK);
    return der;
}

static void register_one(int i)
{
    struct mn_registration it = made_registration((unsigned)i);
    int64_t number;

    certificates[i] = issue("黒桐　幹也");
    it.certificate = mn_bytes_span(&certificates[i]);
    ck_assert_int_eq(mn_digest_of(MN_SHA256, it.certificate, it.fingerprint), MN_OK);
    ck_assert_int_eq(mn_registry_begin(registry, made_writer()), MN_OK);
    ck_assert_int_eq(mn_registered_add(registry, &it, &number), MN_OK);
    ck_assert_int_eq(mn_registry_commit(registry), MN_OK);
    ck_assert_int_eq(number, i + 1);
}

static void withdraw(int64_t number)
{
    ck_assert_int_eq(mn_registry_begin(registry, made_writer()), MN_OK);
    ck_assert_int_eq(mn_registered_revoke(registry, number, MN_REASON_KEY_COMPROMISE), MN_OK);
    ck_assert_int_eq(mn_registry_commit(registry), MN_OK);
}

/* An authority with three certificates. */
static void begin(void)
{
    asked = 0;
    fall_at = 0;
    ck_assert_int_eq(mn_crypto_open(), MN_OK);
    ck_assert_int_eq(mn_private_key_generate(MN_CHOICE_P256, &key), MN_OK);
    profile = (struct mn_registry_profile){.certificate = issue("機関 <1>"),
                                           .key = strdup("authority.pfx"),
                                           .site = strdup("https://validity.example/a&b"),
                                           .years = 2};
    ck_assert_int_eq(mn_registry_create(made_registry_path(), &profile, "hana", MADE_NOW), MN_OK);
    ck_assert_int_eq(mn_registry_open(made_registry_path(), &registry), MN_OK);
    for (int i = 0; i < 3; i++)
        register_one(i);
    snprintf(site, sizeof site, "%s", mn_scratch_path("site"));
}

static void end(void)
{
    for (int i = 0; i < 4; i++)
        mn_bytes_free(&certificates[i]);
    mn_registry_profile_release(&profile);
    mn_registry_close(&registry);
    mn_private_key_free(&key);
    mn_crypto_close();
}

static mn_rc sign(void *self, struct mn_span content, uint8_t *out, size_t *len)
{
    return mn_private_key_sign_ecdsa(self, content, out, len);
}

static mn_rc give_key(void *self, struct mn_cms_signer *out)
{
    (void)self;
    asked++;
    *out = (struct mn_cms_signer){mn_bytes_span(&profile.certificate), NULL, sign, key};
    return MN_OK;
}

static mn_rc refuse_key(void *self, struct mn_cms_signer *out)
{
    (void)self;
    (void)out;
    return MN_E_PASSPHRASE;
}

static void fall(uint64_t answers, void *self)
{
    (void)self;
    if (answers == fall_at)
        raise(SIGKILL);
}

static struct mn_publication_order order_at(time_t now)
{
    return (struct mn_publication_order){.folder = site,
                                         .registry = registry,
                                         .profile = &profile,
                                         .now = now,
                                         .key = give_key,
                                         .progress = fall};
}

static struct mn_publication_result publish_at(time_t now)
{
    struct mn_publication_order order = order_at(now);
    struct mn_publication_result result;

    ck_assert_int_eq(mn_publish(&order, &result), MN_OK);
    return result;
}

static enum mn_publication_trouble trouble_at(time_t now)
{
    struct mn_publication_order order = order_at(now);
    struct mn_publication_result result;

    ck_assert_int_eq(mn_publish(&order, &result), MN_E_REFUSED);
    return result.trouble;
}

static char *path_of(const char *name)
{
    static char path[PATH_MAX + 64];

    snprintf(path, sizeof path, "%s/%s", site, name);
    return path;
}

static bool is_there(const char *name)
{
    return access(path_of(name), F_OK) == 0;
}

static struct mn_bytes read_file(const char *name)
{
    struct mn_bytes content = {0};

    ck_assert_int_eq(mn_file_read(path_of(name), 1 << 20, &content), MN_OK);
    return content;
}

static struct mn_validity said_of(int64_t number)
{
    char name[64];
    struct mn_bytes der;
    struct mn_validity what;

    snprintf(name, sizeof name, "validity/%d.ors", (int)number);
    der = read_file(name);
    ck_assert_int_eq(mn_validity_check(mn_bytes_span(&der),
                                       mn_bytes_span(&certificates[number - 1]),
                                       mn_bytes_span(&profile.certificate), &what),
                     MN_OK);
    ck_assert_int_eq((int64_t)what.number, number);
    mn_bytes_free(&der);
    return what;
}

static void all_is_there(void)
{
    static const char *const names[] = {"authority.cer", "revoked.crl", "index.html",
                                        ".htaccess",     "nginx.conf",  ".mynakey-site"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        ck_assert_msg(is_there(names[i]), "%s", names[i]);
    ck_assert_uint_eq(mn_scratch_count(site), 7);
    for (int64_t number = 1; number <= 3; number++)
        (void)said_of(number);
}

static size_t revoked_count(void)
{
    struct mn_bytes der = read_file("revoked.crl");
    size_t count = 0;

    for (int i = 0; i < 3; i++) {
        struct mn_certificate fields;

        ck_assert_int_eq(mn_certificate_read(mn_bytes_span(&certificates[i]), &fields), MN_OK);
        count += memmem(der.ptr, der.len, fields.serial.ptr, fields.serial.len) != NULL;
        mn_certificate_release(&fields);
    }
    mn_bytes_free(&der);
    return count;
}

START_TEST(a_first_publication_has_all_and_what_it_says_is_right)
{
    struct mn_publication_result result = publish_at(MADE_NOW + 60);
    struct mn_validity what;

    ck_assert_uint_eq(result.answers, 3);
    ck_assert(result.list && result.anything);
    ck_assert_int_eq(result.again_at,
                     MADE_NOW + 60 + MN_PUBLICATION_PERIOD - MN_PUBLICATION_MARGIN);
    ck_assert_int_eq(asked, 1);
    all_is_there();
    what = said_of(2);
    ck_assert_int_eq(what.state, MN_VALIDITY_GOOD);
    ck_assert_int_eq(what.this_update, MADE_NOW + 60);
    ck_assert_int_eq(what.next_update, MADE_UNTIL);
    ck_assert_uint_eq(revoked_count(), 0);
    ck_assert_uint_eq(mn_scratch_count(mn_scratch_path("site/validity")), 3);
}
END_TEST

START_TEST(an_empty_folder_that_is_there_is_filled)
{
    ck_assert_int_eq(mkdir(site, 0755), 0);
    ck_assert_uint_eq(publish_at(MADE_NOW).answers, 3);
    all_is_there();
}
END_TEST

START_TEST(where_nothing_has_changed_nothing_is_signed_and_no_key_asked_for)
{
    struct mn_publication_result result;
    struct stat before, after;

    publish_at(MADE_NOW);
    ck_assert_int_eq(stat(path_of("validity/1.ors"), &before), 0);
    result = publish_at(MADE_NOW + DAY);
    ck_assert(!result.anything && !result.list);
    ck_assert_uint_eq(result.answers, 0);
    ck_assert_int_eq(asked, 1);
    ck_assert_int_eq(stat(path_of("validity/1.ors"), &after), 0);
    ck_assert_uint_eq(before.st_ino, after.st_ino);
}
END_TEST

START_TEST(a_revocation_writes_its_own_answer_and_the_list)
{
    struct mn_publication_result result;
    struct mn_validity what;
    struct stat before, after;

    publish_at(MADE_NOW);
    ck_assert_int_eq(stat(path_of("validity/1.ors"), &before), 0);
    withdraw(2);
    result = publish_at(MADE_NOW);
    ck_assert_uint_eq(result.answers, 1);
    ck_assert(result.list);
    what = said_of(2);
    ck_assert_int_eq(what.state, MN_VALIDITY_REVOKED);
    ck_assert_int_eq(what.reason, MN_REASON_KEY_COMPROMISE);
    ck_assert_int_eq(what.revoked_at, MADE_NOW);
    /* Within the same second, and later yet than what was said before. */
    ck_assert_int_eq(what.this_update, MADE_NOW + 1);
    ck_assert_int_eq(what.next_update, MADE_NOW + 1 + MN_PUBLICATION_PERIOD);
    ck_assert_uint_eq(revoked_count(), 1);
    ck_assert_int_eq(stat(path_of("validity/1.ors"), &after), 0);
    ck_assert_uint_eq(before.st_ino, after.st_ino);
    register_one(3);
    result = publish_at(MADE_NOW + 10);
    ck_assert_uint_eq(result.answers, 1);
    ck_assert(!result.list);
    ck_assert_int_eq(said_of(4).state, MN_VALIDITY_GOOD);
}
END_TEST

START_TEST(what_ends_soon_is_signed_again)
{
    struct mn_publication_result result;

    withdraw(2);
    publish_at(MADE_NOW);
    result = publish_at(MADE_NOW + MN_PUBLICATION_PERIOD - MN_PUBLICATION_MARGIN - 1);
    ck_assert(!result.anything);
    result = publish_at(MADE_NOW + MN_PUBLICATION_PERIOD - MN_PUBLICATION_MARGIN);
    ck_assert_uint_eq(result.answers, 1);
    ck_assert(result.list);
    ck_assert_int_eq(said_of(2).next_update,
                     MADE_NOW + 2 * MN_PUBLICATION_PERIOD - MN_PUBLICATION_MARGIN);
    ck_assert_int_eq(said_of(1).this_update, MADE_NOW);
}
END_TEST

START_TEST(one_whose_time_has_ended_is_not_said_to_be_good_any_longer)
{
    struct mn_validity what;

    publish_at(MADE_UNTIL + DAY);
    what = said_of(1);
    ck_assert_int_eq(mn_validity_at(&what, MADE_UNTIL + DAY), MN_VALIDITY_EXPIRED);
}
END_TEST

static void has_no_person(const char *name)
{
    struct mn_bytes content = read_file(name);
    const char *private[] = {"黒桐", "清瀬市", "19800217", "mikiya", "hana"};

    for (size_t i = 0; i < sizeof private / sizeof private[0]; i++)
        ck_assert_msg(!memmem(content.ptr, content.len, private[i], strlen(private[i])), "%s in %s",
                      private[i], name);
    mn_bytes_free(&content);
}

START_TEST(nothing_of_a_person_is_published)
{
    withdraw(2);
    publish_at(MADE_NOW);
    has_no_person("validity/1.ors");
    has_no_person("validity/2.ors");
    has_no_person("revoked.crl");
    has_no_person("index.html");
    has_no_person(".mynakey-site");
    has_no_person("nginx.conf");
    has_no_person(".htaccess");
}
END_TEST

START_TEST(the_page_has_the_authoritys_name_site_and_fingerprint)
{
    char *page;

    publish_at(MADE_NOW);
    page = mn_scratch_read(path_of("index.html"));
    ck_assert_ptr_nonnull(strstr(page, "<h1>機関 &lt;1&gt;</h1>"));
    ck_assert_ptr_nonnull(strstr(page, "mynakey trust https://validity.example/a&amp;b<"));
    ck_assert_ptr_nonnull(strstr(page, "https://validity.example/a&amp;b/validity/"));
    ck_assert_ptr_null(strstr(page, "{{"));
    free(page);
}
END_TEST

START_TEST(a_folder_with_something_else_in_it_is_left_alone)
{
    ck_assert_int_eq(mkdir(site, 0755), 0);
    mn_scratch_write("site/holiday.jpg", "sun");
    ck_assert_int_eq(trouble_at(MADE_NOW), MN_PUBLICATION_FOREIGN_FOLDER);
    ck_assert_uint_eq(mn_scratch_count(site), 1);
    ck_assert_int_eq(asked, 0);
}
END_TEST

START_TEST(what_does_not_go_with_the_registry_is_refused)
{
    struct mn_bytes state;
    char *text;

    publish_at(MADE_NOW);
    ck_assert_int_eq(trouble_at(MADE_NOW - MN_VALIDITY_CLOCKS_DIFFER - 1), MN_PUBLICATION_CLOCK);
    state = read_file(".mynakey-site");
    text = memmem(state.ptr, state.len, "change 3", 8);
    ck_assert_ptr_nonnull(text);
    text[7] = '9';
    ck_assert_int_eq(mn_file_write_private(path_of(".mynakey-site"), mn_bytes_span(&state)), MN_OK);
    ck_assert_int_eq(trouble_at(MADE_NOW), MN_PUBLICATION_OLD_REGISTRY);
    text[7] = '3';
    text = memmem(state.ptr, state.len, "authority ", 10);
    text[10] = text[10] == '0' ? '1' : '0';
    ck_assert_int_eq(mn_file_write_private(path_of(".mynakey-site"), mn_bytes_span(&state)), MN_OK);
    ck_assert_int_eq(trouble_at(MADE_NOW), MN_PUBLICATION_OTHER_AUTHORITY);
    text[10] = 'x';
    ck_assert_int_eq(mn_file_write_private(path_of(".mynakey-site"), mn_bytes_span(&state)), MN_OK);
    ck_assert_int_eq(trouble_at(MADE_NOW), MN_PUBLICATION_STATE);
    mn_bytes_free(&state);
    all_is_there();
}
END_TEST

static void count(void *self)
{
    (*(int *)self)++;
}

START_TEST(a_second_one_at_the_same_folder_waits_or_is_refused)
{
    struct mn_publication_order order = order_at(MADE_NOW);
    struct mn_publication_result result;
    int told = 0, held;

    publish_at(MADE_NOW);
    held = open(site, O_RDONLY | O_DIRECTORY);
    ck_assert_int_eq(flock(held, LOCK_EX), 0);
    order.waiting = count;
    order.self = &told;
    ck_assert_int_eq(mn_publish(&order, &result), MN_E_FILE_LOCKED);
    ck_assert_int_eq(told, 1);
    close(held);
    ck_assert_int_eq(mn_publish(&order, &result), MN_OK);
    all_is_there();
}
END_TEST

START_TEST(a_key_that_does_not_open_leaves_nothing)
{
    struct mn_publication_order order = order_at(MADE_NOW);
    struct mn_publication_result result;

    order.key = refuse_key;
    ck_assert_int_eq(mn_publish(&order, &result), MN_E_PASSPHRASE);
    ck_assert_int_ne(access(site, F_OK), 0);
    ck_assert_int_ne(access(mn_scratch_path("site.publishing"), F_OK), 0);
    ck_assert_int_eq(mkdir(site, 0755), 0);
    ck_assert_int_eq(mn_publish(&order, &result), MN_E_PASSPHRASE);
    ck_assert_uint_eq(mn_scratch_count(site), 0);
}
END_TEST

/* Runs a publication in a process of its own, which is killed or may write no large file. */
static int publish_aside(uint64_t falls, rlim_t largest)
{
    pid_t child = fork();
    int status = 0;

    ck_assert_int_ge(child, 0);
    if (child == 0) {
        struct mn_publication_order order = order_at(MADE_NOW);
        struct mn_publication_result result;

        signal(SIGXFSZ, SIG_IGN);
        if (largest)
            setrlimit(RLIMIT_FSIZE, &(struct rlimit){largest, largest});
        fall_at = falls;
        _exit(mn_publish(&order, &result) == MN_OK ? 0 : 1);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    return status;
}

START_TEST(after_a_crash_the_next_one_mends_it)
{
    if (_i > 3)
        ck_assert_int_eq(mkdir(site, 0755), 0);
    ck_assert(WIFSIGNALED(publish_aside((uint64_t)(_i - 1) % 3 + 1, 0)));
    ck_assert(!is_there("index.html"));
    ck_assert(!is_there("validity"));
    publish_at(MADE_NOW + 10);
    all_is_there();
    withdraw(1);
    withdraw(3);
    ck_assert(WIFSIGNALED(publish_aside((uint64_t)(_i - 1) % 2 + 1, 0)));
    publish_at(MADE_NOW + 20);
    all_is_there();
    ck_assert_int_eq(said_of(1).state, MN_VALIDITY_REVOKED);
    ck_assert_int_eq(said_of(3).state, MN_VALIDITY_REVOKED);
    ck_assert_uint_eq(revoked_count(), 2);
}
END_TEST

START_TEST(a_crash_while_the_parts_are_moved_is_mended)
{
    ck_assert_int_eq(mkdir(site, 0755), 0);
    publish_at(MADE_NOW);
    /* As if it had come after the first part. */
    ck_assert_int_eq(mkdir(path_of(".publishing"), 0755), 0);
    mn_scratch_write("site/.publishing/index.html", "old");
    ck_assert_int_eq(unlink(path_of("index.html")), 0);
    ck_assert_int_eq(unlink(path_of("revoked.crl")), 0);
    ck_assert_int_eq(unlink(path_of(".mynakey-site")), 0);
    publish_at(MADE_NOW + 10);
    all_is_there();
}
END_TEST

START_TEST(where_files_cannot_be_written_nothing_half_is_left)
{
    struct mn_bytes before, after;

    ck_assert_int_eq(WEXITSTATUS(publish_aside(0, 100)), 1);
    ck_assert_int_ne(access(site, F_OK), 0);
    publish_at(MADE_NOW);
    before = read_file("validity/1.ors");
    withdraw(1);
    ck_assert_int_eq(WEXITSTATUS(publish_aside(0, 100)), 1);
    all_is_there();
    after = read_file("validity/1.ors");
    ck_assert(mn_span_equal(mn_bytes_span(&before), mn_bytes_span(&after)));
    mn_bytes_free(&before);
    mn_bytes_free(&after);
    publish_at(MADE_NOW + 5);
    ck_assert_int_eq(said_of(1).state, MN_VALIDITY_REVOKED);
}
END_TEST

START_TEST(files_are_readable_for_a_web_server)
{
    struct stat status;
    mode_t mask = umask(022);

    publish_at(MADE_NOW);
    umask(mask);
    ck_assert_int_eq(stat(path_of("validity/1.ors"), &status), 0);
    ck_assert_uint_eq(status.st_mode & 0777, 0644);
    ck_assert_int_eq(stat(path_of("validity"), &status), 0);
    ck_assert_uint_eq(status.st_mode & 0777, 0755);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("authority/publication");
    TCase *tcase = tcase_create("publication");

    mn_scratch_attach(tcase);
    tcase_add_checked_fixture(tcase, begin, end);
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, a_first_publication_has_all_and_what_it_says_is_right);
    tcase_add_test(tcase, an_empty_folder_that_is_there_is_filled);
    tcase_add_test(tcase, where_nothing_has_changed_nothing_is_signed_and_no_key_asked_for);
    tcase_add_test(tcase, a_revocation_writes_its_own_answer_and_the_list);
    tcase_add_test(tcase, what_ends_soon_is_signed_again);
    tcase_add_test(tcase, one_whose_time_has_ended_is_not_said_to_be_good_any_longer);
    tcase_add_test(tcase, nothing_of_a_person_is_published);
    tcase_add_test(tcase, the_page_has_the_authoritys_name_site_and_fingerprint);
    tcase_add_test(tcase, a_folder_with_something_else_in_it_is_left_alone);
    tcase_add_test(tcase, what_does_not_go_with_the_registry_is_refused);
    tcase_add_test(tcase, a_second_one_at_the_same_folder_waits_or_is_refused);
    tcase_add_test(tcase, a_key_that_does_not_open_leaves_nothing);
    tcase_add_loop_test(tcase, after_a_crash_the_next_one_mends_it, 1, 7);
    tcase_add_test(tcase, a_crash_while_the_parts_are_moved_is_mended);
    tcase_add_test(tcase, where_files_cannot_be_written_nothing_half_is_left);
    tcase_add_test(tcase, files_are_readable_for_a_web_server);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
