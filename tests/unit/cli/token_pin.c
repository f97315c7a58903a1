#include "cli/sign/token_pin.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "base/scratch.h"
#include "cli/terminal.h"
#include "runner.h"

static struct mn_token_pin pin;

static void set_up(void)
{
    pin = (struct mn_token_pin){.token = "the token Box"};
}

static void ask(FILE *report)
{
    struct mn_secret *secret;
    if (mn_token_pin_ask(&pin, &secret)) {
        struct mn_span s = mn_secret_span(secret);
        fprintf(report, "given: %.*s\n", (int)s.len, (const char *)s.ptr);
    } else {
        fprintf(report, "%s\n", secret ? "not given, but there" : "not given");
    }
    mn_secret_free(&secret);
}

static bool answers(const char *expected)
{
    mn_terminal_none(ask);
    const char *told = mn_terminal_end();
    if (strstr(told, expected))
        return true;
    fprintf(stderr, "told: %s\n", told);
    return false;
}

START_TEST(the_question_names_the_token)
{
    mn_terminal_begin(ask);
    mn_terminal_await("PIN of the token Box: ");
    ck_assert(!mn_terminal_echoes());
    mn_terminal_type("5678\n");
    ck_assert_str_eq(mn_terminal_end(), "given: 5678\nexit 0\n");
    ck_assert(!strstr(mn_terminal_shown(), "5678"));
    ck_assert(!strstr(mn_terminal_shown(), "try"));
}
END_TEST

START_TEST(what_is_left_of_tries_is_told_before)
{
    pin.low = true;
    mn_terminal_begin(ask);
    mn_terminal_await("few tries are left");
    mn_terminal_await("PIN of the token Box: ");
    mn_terminal_type("5678\n");
    ck_assert_str_eq(mn_terminal_end(), "given: 5678\nexit 0\n");
    pin.last = true;
    mn_terminal_begin(ask);
    mn_terminal_await("a mistake now locks the PIN");
    mn_terminal_await("PIN of the token Box: ");
    mn_terminal_type("\n");
    ck_assert_str_eq(mn_terminal_end(), "not given\nexit 0\n");
}
END_TEST

START_TEST(a_pin_for_one_signature_is_asked_for_as_such)
{
    pin.for_one = true;
    mn_terminal_begin(ask);
    mn_terminal_await("PIN of the token Box, for this signature: ");
    mn_terminal_type("5678\n");
    ck_assert_str_eq(mn_terminal_end(), "given: 5678\nexit 0\n");
}
END_TEST

START_TEST(the_option_comes_before_the_uri)
{
    pin.file = mn_scratch_write("pin", "1111\n");
    pin.source = mn_scratch_write("other", "2222\n");
    pin.value = "3333";
    ck_assert(answers("given: 1111\n"));
    pin.file = NULL;
    ck_assert(answers("given: 2222\n"));
    pin.source = NULL;
    ck_assert(answers("given: 3333\n"));
}
END_TEST

START_TEST(a_source_is_a_path_or_a_file_uri)
{
    char uri[512];
    const char *path = mn_scratch_write("pin", "1111\n");
    snprintf(uri, sizeof uri, "file://%s", path);
    pin.source = uri;
    ck_assert(answers("given: 1111\n"));
    snprintf(uri, sizeof uri, "file:%s", path);
    ck_assert(answers("given: 1111\n"));
}
END_TEST

START_TEST(no_other_source_is_used)
{
    static const char *const others[] = {"|cat pin", "", "file://elsewhere/pin", "file:pin"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        pin.source = others[i];
        ck_assert(!mn_token_pin_is_askable(&pin));
        ck_assert(answers("not given\n"));
    }
}
END_TEST

START_TEST(a_locked_or_missing_pin_is_not_asked_for)
{
    pin.value = "1111";
    pin.locked = true;
    ck_assert(answers("PIN is locked\nnot given\n"));
    pin.locked = false;
    pin.unset = true;
    ck_assert(answers("not given\n"));
}
END_TEST

START_TEST(the_last_try_is_for_a_person)
{
    pin.last = true;
    pin.value = "1111";
    ck_assert(answers("not given\n"));
    pin.value = NULL;
    pin.source = mn_scratch_write("pin", "1111\n");
    ck_assert(answers("not given\n"));
    pin.source = NULL;
    pin.file = mn_scratch_write("pin", "1111\n");
    ck_assert(answers("not given\n"));
}
END_TEST

START_TEST(without_a_terminal_the_option_is_named)
{
    ck_assert(answers("use --pin-file FILE\nnot given\n"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("token_pin");
    TCase *tcase = tcase_create("token_pin");
    tcase_add_checked_fixture(tcase, set_up, NULL);
    mn_scratch_attach(tcase);
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, the_question_names_the_token);
    tcase_add_test(tcase, what_is_left_of_tries_is_told_before);
    tcase_add_test(tcase, a_pin_for_one_signature_is_asked_for_as_such);
    tcase_add_test(tcase, the_option_comes_before_the_uri);
    tcase_add_test(tcase, a_source_is_a_path_or_a_file_uri);
    tcase_add_test(tcase, no_other_source_is_used);
    tcase_add_test(tcase, a_locked_or_missing_pin_is_not_asked_for);
    tcase_add_test(tcase, the_last_try_is_for_a_person);
    tcase_add_test(tcase, without_a_terminal_the_option_is_named);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
