/* What OpenSSL does once a process can be seen only in a process where nobody used it before: each
 * test here is one (Check forks), and makes children where it needs more. */
#include "crypto/library.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/wait.h>
#include <unistd.h>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "base/scratch.h"
#include "crypto/certificate.h"
#include "crypto/digest.h"
#include "crypto/keyed_hash.h"
#include "crypto/public_key.h"
#include "crypto/random.h"
#include "made.h"
#include "runner.h"

/* Configurations of a host that went wrong. The last one makes even reading it fail. */
static const char *const configs[] = {
    "[[[ this does not parse\n",
    "openssl_conf = init\n"
    "[init]\n"
    "providers = providers\n"
    "[providers]\n"
    "absent = absent\n"
    "[absent]\n"
    "module = /nonexistent/absent.so\n"
    "activate = 1\n",
    "config_diagnostics = 1\n"
    "openssl_conf = init\n"
    "[init]\n"
    "unknown = value\n",
};

#define CONFIGS (sizeof configs / sizeof configs[0])
#define FAILING (CONFIGS - 1)

/* The exit status of a child that does this and leaves without the handlers of exit. */
static int in_child(int (*deed)(void))
{
    int status = -1;
    pid_t child = fork();

    if (child == 0)
        _exit(deed());
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_msg(WIFEXITED(status), "the child died: %d", status);
    return WEXITSTATUS(status);
}

static bool digest_works(void)
{
    static const uint8_t abc[20] = {0xA9, 0x99, 0x3E, 0x36, 0x47, 0x06, 0x81, 0x6A, 0xBA, 0x3E,
                                    0x25, 0x71, 0x78, 0x50, 0xC2, 0x6C, 0x9C, 0xD0, 0xD8, 0x9D};
    uint8_t value[20];

    return mn_digest_of(MN_SHA1, mn_span("abc", 3), value) == MN_OK &&
           memcmp(value, abc, sizeof abc) == 0;
}

/* Everything that the room can do, a good and a bad case of each. */
static void use_the_whole_room(void)
{
    static const struct mn_pss pss = {MN_SHA256, MN_SHA256, 32};
    struct mn_certificate c;
    struct mn_digest *d = NULL;
    uint8_t bytes[64];

    ck_assert(digest_works());
    ck_assert_int_eq(mn_digest_new(MN_SHA256, &d), MN_OK);
    ck_assert_int_eq(mn_digest_add(d, mn_span("abc", 3)), MN_OK);
    ck_assert_int_eq(mn_digest_finish(d, bytes), MN_OK);
    mn_digest_free(&d);
    ck_assert_int_eq(mn_random(bytes, sizeof bytes), MN_OK);
    ck_assert_int_eq(mn_random_seed(mn_span(bytes, sizeof bytes)), MN_OK);
    ck_assert_int_eq(mn_keyed_hash(mn_span("k", 1), mn_span("d", 1), bytes), MN_OK);
    ck_assert_int_eq(mn_certificate_read(made_elsewhere(), &c), MN_OK);
    ck_assert_int_eq(mn_public_key_verify_pkcs1(mn_bytes_span(&c.public_key_info), mn_span("x", 1),
                                                mn_span(made_elsewhere().ptr, 256)),
                     MN_E_BAD_SIGNATURE);
    ck_assert_int_eq(mn_public_key_verify_pss(mn_bytes_span(&c.public_key_info), &pss,
                                              mn_span(bytes, 32),
                                              mn_span(made_elsewhere().ptr, 256)),
                     MN_E_BAD_SIGNATURE);
    mn_certificate_release(&c);
    ck_assert_int_eq(mn_certificate_read(mn_span("0", 1), &c), MN_E_BAD_CERTIFICATE);
}

START_TEST(before_it_is_open_nothing_works_and_nothing_crashes)
{
    static const struct mn_pss pss = {MN_SHA1, MN_SHA1, 0};
    struct mn_certificate c;
    struct mn_digest *d;
    uint8_t bytes[64];

    mn_crypto_close();
    ck_assert(!mn_crypto_usable());
    ck_assert(!digest_works());
    ck_assert_int_eq(mn_digest_new(MN_SHA1, &d), MN_E_CRYPTO);
    ck_assert_ptr_null(d);
    ck_assert_int_eq(mn_random(bytes, 1), MN_E_CRYPTO);
    ck_assert_int_eq(mn_random_seed(mn_span(bytes, 0)), MN_E_CRYPTO);
    ck_assert_int_eq(mn_keyed_hash(mn_span(bytes, 0), mn_span(bytes, 0), bytes), MN_E_CRYPTO);
    ck_assert_int_eq(mn_certificate_read(made_elsewhere(), &c), MN_E_CRYPTO);
    ck_assert_int_eq(mn_public_key_verify_pkcs1(mn_span("0", 1), mn_span("0", 1), mn_span("0", 1)),
                     MN_E_CRYPTO);
    ck_assert_int_eq(
        mn_public_key_verify_pss(mn_span("0", 1), &pss, mn_span("0", 1), mn_span("0", 1)),
        MN_E_CRYPTO);
}
END_TEST

START_TEST(it_is_open_for_as_long_as_it_has_users)
{
    ck_assert_int_eq(mn_crypto_open(), MN_OK);
    ck_assert_int_eq(mn_crypto_open(), MN_OK);
    mn_crypto_close();
    ck_assert(mn_crypto_usable());
    ck_assert(digest_works());
    mn_crypto_close();
    ck_assert(!mn_crypto_usable());
    ck_assert(!digest_works());
    mn_crypto_close();
    for (int i = 0; i < 20; i++) {
        ck_assert_int_eq(mn_crypto_open(), MN_OK);
        use_the_whole_room();
        mn_crypto_close();
    }
}
END_TEST

static int load_host_config(void)
{
    return OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CONFIG, NULL) == 1 ? 0 : 1;
}

START_TEST(a_broken_configuration_does_not_disturb)
{
    setenv("OPENSSL_CONF", mn_scratch_write("openssl.cnf", configs[_i]), 1);
    if (_i == FAILING)
        ck_assert_int_eq(in_child(load_host_config), 1);
    mn_crypto_let_host_configure();
    ck_assert_int_eq(mn_crypto_open(), MN_OK);
    use_the_whole_room();
    ck_assert_uint_eq(ERR_peek_error(), 0);
    mn_crypto_close();
}
END_TEST

START_TEST(a_configuration_that_failed_before_does_not_disturb)
{
    setenv("OPENSSL_CONF", mn_scratch_write("openssl.cnf", configs[FAILING]), 1);
    ck_assert_int_eq(load_host_config(), 1);
    ERR_clear_error();
    ck_assert_int_eq(mn_crypto_open(), MN_OK);
    use_the_whole_room();
    ck_assert_uint_eq(ERR_peek_error(), 0);
    mn_crypto_close();
}
END_TEST

/* Has the watched file been opened since the last call? */
static bool was_opened(int watch)
{
    char events[4096];

    return read(watch, events, sizeof events) > 0;
}

START_TEST(the_hosts_configuration_is_read_before_and_never_inside)
{
    const char *path = mn_scratch_write("openssl.cnf", "name = value\n");
    int watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);

    setenv("OPENSSL_CONF", path, 1);
    ck_assert_int_ge(inotify_add_watch(watch, path, IN_OPEN), 0);
    /* The watch sees it where it is read: in a child, for it is read but once a process. */
    ck_assert_int_eq(in_child(load_host_config), 0);
    ck_assert(was_opened(watch));

    mn_crypto_let_host_configure();
    ck_assert(was_opened(watch));
    ck_assert_int_eq(mn_crypto_open(), MN_OK);
    use_the_whole_room();
    mn_crypto_close();
    mn_crypto_let_host_configure();
    ck_assert(!was_opened(watch));
    close(watch);
}
END_TEST

static int exit_pipe[2];

static void tell_cleanup(void)
{
    ck_assert_int_eq(write(exit_pipe[1], "x", 1), 1);
}

/* Does OpenSSL clean up at the exit of a process that began with this? */
static bool cleans_up_at_exit(bool with_us)
{
    char told;
    pid_t child;
    ssize_t n;

    ck_assert_int_eq(pipe(exit_pipe), 0);
    child = fork();
    if (child == 0) {
        if (with_us)
            mn_crypto_open();
        else
            OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CRYPTO_STRINGS, NULL);
        OPENSSL_atexit(tell_cleanup);
        exit(0);
    }
    close(exit_pipe[1]);
    ck_assert_int_eq(waitpid(child, NULL, 0), child);
    n = read(exit_pipe[0], &told, 1);
    close(exit_pipe[0]);
    return n == 1;
}

START_TEST(no_exit_handler_is_installed)
{
    ck_assert(cleans_up_at_exit(false));
    ck_assert(!cleans_up_at_exit(true));
}
END_TEST

static int use_after_cleanup(void)
{
    struct mn_digest *d = NULL;

    if (mn_crypto_open() != MN_OK || mn_crypto_open() != MN_OK || !digest_works() ||
        mn_digest_new(MN_SHA1, &d) != MN_OK)
        return 1;
    OPENSSL_cleanup();
    if (mn_crypto_usable())
        return 2;
    if (digest_works() || mn_digest_add(d, mn_span("abc", 3)) != MN_E_CRYPTO)
        return 3;
    mn_digest_free(&d);
    if (d)
        return 4;
    if (mn_crypto_open() != MN_E_CRYPTO)
        return 5;
    mn_crypto_close();
    mn_crypto_close();
    mn_crypto_close();
    if (mn_crypto_usable() || mn_crypto_open() != MN_E_CRYPTO)
        return 6;
    return 0;
}

START_TEST(after_openssls_cleanup_nothing_is_touched)
{
    ck_assert_int_eq(in_child(use_after_cleanup), 0);
}
END_TEST

static int abandon_and_open_anew(void)
{
    mn_crypto_abandon();
    if (mn_crypto_usable() || digest_works())
        return 1;
    mn_crypto_close();
    if (mn_crypto_open() != MN_OK || !digest_works())
        return 2;
    mn_crypto_close();
    return mn_crypto_usable() ? 3 : 0;
}

START_TEST(a_child_abandons_and_opens_its_own)
{
    ck_assert_int_eq(mn_crypto_open(), MN_OK);
    ck_assert_int_eq(in_child(abandon_and_open_anew), 0);
    ck_assert(digest_works());
    mn_crypto_close();
}
END_TEST

START_TEST(the_threads_error_queue_is_left_as_it_was)
{
    ck_assert_int_eq(mn_crypto_open(), MN_OK);
    use_the_whole_room();
    ck_assert_uint_eq(ERR_peek_error(), 0);

    ERR_raise(ERR_LIB_USER, 101);
    ERR_raise(ERR_LIB_USER, 102);
    use_the_whole_room();
    mn_crypto_close();
    ck_assert(!digest_works());
    ck_assert_int_eq(ERR_GET_REASON(ERR_get_error()), 101);
    ck_assert_int_eq(ERR_GET_REASON(ERR_get_error()), 102);
    ck_assert_uint_eq(ERR_get_error(), 0);
}
END_TEST

static int turn[2][2];

static void *use_and_wait(void *unused)
{
    char told;

    use_the_whole_room();
    ck_assert_int_eq(write(turn[0][1], "", 1), 1);
    ck_assert_int_eq(read(turn[1][0], &told, 1), 1);
    return unused;
}

START_TEST(a_thread_that_used_it_may_end_after_it_was_closed)
{
    pthread_t thread;
    char told;

    ck_assert_int_eq(pipe(turn[0]) | pipe(turn[1]), 0);
    ck_assert_int_eq(mn_crypto_open(), MN_OK);
    ck_assert_int_eq(pthread_create(&thread, NULL, use_and_wait, NULL), 0);
    ck_assert_int_eq(read(turn[0][0], &told, 1), 1);
    mn_crypto_close();
    ck_assert_int_eq(write(turn[1][1], "", 1), 1);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    ck_assert_int_eq(mn_crypto_open(), MN_OK);
    ck_assert(digest_works());
    mn_crypto_close();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("crypto/library");
    TCase *tcase = tcase_create("library");

    mn_scratch_attach(tcase);
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, before_it_is_open_nothing_works_and_nothing_crashes);
    tcase_add_test(tcase, it_is_open_for_as_long_as_it_has_users);
    tcase_add_loop_test(tcase, a_broken_configuration_does_not_disturb, 0, CONFIGS);
    tcase_add_test(tcase, a_configuration_that_failed_before_does_not_disturb);
    tcase_add_test(tcase, the_hosts_configuration_is_read_before_and_never_inside);
    tcase_add_test(tcase, no_exit_handler_is_installed);
    tcase_add_test(tcase, after_openssls_cleanup_nothing_is_touched);
    tcase_add_test(tcase, a_child_abandons_and_opens_its_own);
    tcase_add_test(tcase, the_threads_error_queue_is_left_as_it_was);
    tcase_add_test(tcase, a_thread_that_used_it_may_end_after_it_was_closed);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
