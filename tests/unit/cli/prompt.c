#include "cli/prompt.h"

#include <check.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/scratch.h"
#include "cli/pin_prompt.h"
#include "cli/terminal.h"
#include "runner.h"

static struct mn_secret_question question;

static void report_secret(FILE *report, bool given, struct mn_secret **secret)
{
    struct mn_span s = mn_secret_span(*secret);
    if (given)
        fprintf(report, "given: %.*s\n", (int)s.len, (const char *)s.ptr);
    else
        fprintf(report, "%s\n", *secret ? "not given, but there" : "not given");
    mn_secret_free(secret);
}

static void ask(FILE *report)
{
    struct mn_secret *secret;
    bool given = mn_prompt_secret(&question, &secret);
    report_secret(report, given, &secret);
}

static void ask_again(FILE *report)
{
    ask(report);
    ask(report);
}

static void ask_signing_password(FILE *report)
{
    struct mn_secret *secret;
    bool given = mn_prompt_pin(MN_PIN_SIGN, "--pin-file", NULL, &secret);
    report_secret(report, given, &secret);
}

static void ask_new_pin(FILE *report)
{
    struct mn_secret *secret;
    bool given = mn_prompt_new_pin(MN_PIN_AUTH, "--new-pin-file", NULL, &secret);
    report_secret(report, given, &secret);
}

static void confirm(FILE *report)
{
    fprintf(report, "%s\n", mn_prompt_confirm("Go on?", false) ? "yes" : "no");
}

static void insist(FILE *report)
{
    fprintf(report, "%s\n", mn_prompt_insist("Use it?") ? "yes" : "no");
}

static void set_up(void)
{
    question =
        (struct mn_secret_question){.text = "Password", .rule = "Six.", .option = "--pin-file"};
}

static void told(const char *expected)
{
    ck_assert_str_eq(mn_terminal_end(), expected);
}

static void shown(const char *text)
{
    ck_assert_msg(strstr(mn_terminal_shown(), text), "not shown: %s", text);
}

static void not_shown(const char *text)
{
    ck_assert_msg(!strstr(mn_terminal_shown(), text), "shown: %s", text);
}

/* --- at the terminal --- */

START_TEST(what_is_typed_is_not_shown)
{
    mn_terminal_begin(ask);
    mn_terminal_await("Six.\r\nPassword: ");
    ck_assert(!mn_terminal_echoes());
    mn_terminal_type("ABC123\n");
    told("given: ABC123\nexit 0\n");
    not_shown("ABC123");
}
END_TEST

START_TEST(what_was_typed_before_the_question_is_no_answer)
{
    mn_terminal_begin(ask_again);
    mn_terminal_await("Password: ");
    mn_terminal_type("ABC123\nABC124\n");
    mn_terminal_await("Password: ");
    mn_terminal_type("ABC125\n");
    told("given: ABC123\ngiven: ABC125\nexit 0\n");
}
END_TEST

START_TEST(the_rules_of_a_pin_are_told_before)
{
    mn_terminal_begin(ask_signing_password);
    mn_terminal_await("6 to 16 characters");
    mn_terminal_await("Signing password: ");
    mn_terminal_type("ABC123\n");
    told("given: ABC123\nexit 0\n");
}
END_TEST

START_TEST(every_pin_has_its_title_and_those_that_can_be_changed_their_rule)
{
    for (int i = 0; i < MN_PIN_COUNT; i++) {
        enum mn_pin id = (enum mn_pin)i;
        for (int k = 0; k < i; k++)
            ck_assert_str_ne(mn_pin_title(id), mn_pin_title((enum mn_pin)k));
        if (mn_pin_profile(id)->change != MN_PIN_FIXED)
            ck_assert_ptr_nonnull(mn_pin_rule(id));
    }
}
END_TEST

START_TEST(an_empty_line_is_no_secret)
{
    mn_terminal_begin(ask);
    mn_terminal_await("Password: ");
    mn_terminal_type("\n");
    told("not given\nexit 0\n");
    shown("nothing was entered");
}
END_TEST

START_TEST(the_end_of_input_is_no_secret)
{
    mn_terminal_begin(ask);
    mn_terminal_await("Password: ");
    mn_terminal_type("\x04");
    told("not given\nexit 0\n");
}
END_TEST

START_TEST(half_a_line_is_no_secret)
{
    mn_terminal_begin(ask);
    mn_terminal_await("Password: ");
    mn_terminal_type("ABC123\x04");
    told("not given\nexit 0\n");
    not_shown("ABC123");
}
END_TEST

START_TEST(the_longest_secret_fits)
{
    char keys[MN_SECRET_MAX + 2], expected[MN_SECRET_MAX + 32];
    memset(keys, 'x', MN_SECRET_MAX);
    keys[MN_SECRET_MAX] = '\0';
    snprintf(expected, sizeof expected, "given: %s\nexit 0\n", keys);
    strcat(keys, "\n");
    mn_terminal_begin(ask);
    mn_terminal_await("Password: ");
    mn_terminal_type(keys);
    told(expected);
}
END_TEST

/* Many more than fit, too: what is left of the line must not become the shell's next command. */
START_TEST(a_longer_one_is_refused)
{
    static const size_t more[] = {1, 2, 3, 4, 2000};
    char keys[MN_SECRET_MAX + 2010];
    size_t len = MN_SECRET_MAX + more[_i];
    memset(keys, 'x', len);
    strcpy(keys + len, "\n");
    mn_terminal_begin(ask);
    mn_terminal_await("Password: ");
    mn_terminal_type(keys);
    told("not given\nexit 0\n");
    shown("more than 256 bytes");
    not_shown("xxx");
}
END_TEST

START_TEST(a_new_secret_is_asked_for_twice)
{
    mn_terminal_begin(ask_new_pin);
    mn_terminal_await("4 digits");
    mn_terminal_await("New authentication PIN: ");
    mn_terminal_type("1234\n");
    mn_terminal_await("New authentication PIN, once more: ");
    ck_assert(!mn_terminal_echoes());
    mn_terminal_type("1234\n");
    told("given: 1234\nexit 0\n");
    not_shown("1234");
}
END_TEST

START_TEST(two_different_ones_are_none)
{
    static const char *const others[] = {"1235\n", "12345\n", "123\n", "\n"};
    question.again = "Again";
    mn_terminal_begin(ask);
    mn_terminal_await("Password: ");
    mn_terminal_type("1234\n");
    mn_terminal_await("Again: ");
    mn_terminal_type(others[_i]);
    told("not given\nexit 0\n");
    shown("nothing was done");
}
END_TEST

START_TEST(a_signal_ends_the_command_with_the_echo_on)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGALRM, SIGUSR1};
    char expected[32];
    snprintf(expected, sizeof expected, "signal %d\n", signals[_i]);
    mn_terminal_begin(ask);
    mn_terminal_await("Password: ");
    ck_assert(!mn_terminal_echoes());
    mn_terminal_signal(signals[_i]);
    told(expected);
}
END_TEST

START_TEST(the_interrupt_key_ends_the_command_with_the_echo_on)
{
    mn_terminal_begin(ask);
    mn_terminal_await("Password: ");
    mn_terminal_type("ABC\x03");
    told("signal 2\n");
    not_shown("ABC");
}
END_TEST

START_TEST(a_stopped_command_leaves_the_echo_on_and_asks_again)
{
    mn_terminal_begin(ask);
    mn_terminal_await("Password: ");
    mn_terminal_type("ABC\x1a");
    mn_terminal_await("Password: ");
    ck_assert(!mn_terminal_echoes());
    mn_terminal_type("ABC123\n");
    told("stopped 20\ngiven: ABC123\nexit 0\n");
    not_shown("ABC");
}
END_TEST

/* SIGSTOP cannot be held back; who continues the command may have changed the terminal. */
START_TEST(the_echo_is_off_again_after_a_stop_that_nobody_can_hold_back)
{
    mn_terminal_begin(ask);
    mn_terminal_await("Password: ");
    mn_terminal_signal(SIGSTOP);
    mn_terminal_await("Password: ");
    ck_assert(!mn_terminal_echoes());
    mn_terminal_type("ABC123\n");
    told("stopped 19, no echo\ngiven: ABC123\nexit 0\n");
}
END_TEST

START_TEST(without_a_terminal_the_option_is_named)
{
    mn_terminal_none(ask);
    told("mynakey: there is no terminal to ask at; use --pin-file FILE\nnot given\nexit 0\n");
}
END_TEST

/* --- from a file --- */

static void file_gives(const char *content, const char *expected)
{
    question.file = mn_scratch_write("secret", content);
    mn_terminal_none(ask);
    told(expected);
}

START_TEST(a_file_has_one_line)
{
    file_gives("ABC123\n", "given: ABC123\nexit 0\n");
    file_gives("ABC123", "given: ABC123\nexit 0\n");
    file_gives("ABC123\r\n", "given: ABC123\nexit 0\n");
    file_gives(" a b \n", "given:  a b \nexit 0\n");
}
END_TEST

START_TEST(another_file_is_refused)
{
    char expected[512], longer[MN_SECRET_MAX + 2];
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    snprintf(expected, sizeof expected, "mynakey: '%s' has more than one line\nnot given\nexit 0\n",
             mn_scratch_path("secret"));
    file_gives("ABC123\nABC124\n", expected);
    file_gives("ABC123\n\n", expected);
    file_gives("", "mynakey: nothing was entered, so nothing was done\nnot given\nexit 0\n");
    file_gives("\n", "mynakey: nothing was entered, so nothing was done\nnot given\nexit 0\n");
    file_gives(longer, "mynakey: more than 256 bytes were given\nnot given\nexit 0\n");
}
END_TEST

START_TEST(a_missing_file_is_named)
{
    char expected[512];
    question.file = mn_scratch_path("missing");
    snprintf(expected, sizeof expected,
             "mynakey: '%s' cannot be read: No such file or directory\nnot given\nexit 0\n",
             question.file);
    mn_terminal_none(ask);
    told(expected);
}
END_TEST

START_TEST(a_folder_is_no_file)
{
    question.file = mn_scratch_path("");
    mn_terminal_none(ask);
    told("mynakey: the answer could not be read: Is a directory\nnot given\nexit 0\n");
}
END_TEST

static void feed(const char *input)
{
    int fd = open(mn_scratch_write("input", input), O_RDONLY);
    ck_assert_int_eq(dup2(fd, STDIN_FILENO), STDIN_FILENO);
    close(fd);
    question.file = "-";
}

START_TEST(standard_input_has_a_line_for_each_question)
{
    feed("ABC123\nABC124\nmore");
    mn_terminal_none(ask_again);
    told("given: ABC123\ngiven: ABC124\nexit 0\n");
}
END_TEST

START_TEST(standard_input_may_end_too_early)
{
    feed("ABC123\n");
    mn_terminal_none(ask_again);
    told("given: ABC123\nmynakey: nothing was entered, so nothing was done\nnot given\nexit 0\n");
}
END_TEST

static void ask_with_terminal_as_input(FILE *report)
{
    dup2(STDERR_FILENO, STDIN_FILENO);
    ask(report);
}

START_TEST(a_terminal_as_standard_input_does_not_show_the_secret)
{
    question.file = "-";
    mn_terminal_begin(ask_with_terminal_as_input);
    mn_terminal_await("Password: ");
    ck_assert(!mn_terminal_echoes());
    mn_terminal_type("ABC123\n");
    told("given: ABC123\nexit 0\n");
    not_shown("ABC123");
}
END_TEST

/* --- decisions --- */

static void answer(const char *keys, const char *expected)
{
    mn_terminal_begin(confirm);
    mn_terminal_await("Go on? [yes/no] ");
    ck_assert(mn_terminal_echoes());
    mn_terminal_type(keys);
    told(expected);
}

START_TEST(only_a_clear_yes_is_yes)
{
    answer("yes\n", "yes\nexit 0\n");
    answer("Y\n", "yes\nexit 0\n");
    answer("no\n", "no\nexit 0\n");
    shown("nothing was done");
    answer("\n", "no\nexit 0\n");
    answer("yesterday\n", "no\nexit 0\n");
    answer("\x04", "no\nexit 0\n");
}
END_TEST

START_TEST(nobody_is_asked_who_has_said_yes_before)
{
    ck_assert(mn_prompt_confirm("Go on?", true));
}
END_TEST

START_TEST(some_decisions_are_left_to_a_person)
{
    mn_terminal_begin(insist);
    mn_terminal_await("Use it? [yes/no] ");
    mn_terminal_type("yes\n");
    told("yes\nexit 0\n");
    mn_terminal_none(insist);
    told("mynakey: a person has to decide this, and there is no terminal to ask at; nothing was "
         "done\nno\nexit 0\n");
}
END_TEST

START_TEST(nobody_there_is_no)
{
    mn_terminal_none(confirm);
    told("mynakey: there is no terminal to ask at; use --yes if you mean it\nno\nexit 0\n");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("prompt");
    TCase *at_terminal = tcase_create("terminal");
    tcase_add_checked_fixture(at_terminal, set_up, NULL);
    tcase_set_timeout(at_terminal, 60);
    tcase_add_test(at_terminal, what_is_typed_is_not_shown);
    tcase_add_test(at_terminal, what_was_typed_before_the_question_is_no_answer);
    tcase_add_test(at_terminal, the_rules_of_a_pin_are_told_before);
    tcase_add_test(at_terminal, every_pin_has_its_title_and_those_that_can_be_changed_their_rule);
    tcase_add_test(at_terminal, an_empty_line_is_no_secret);
    tcase_add_test(at_terminal, the_end_of_input_is_no_secret);
    tcase_add_test(at_terminal, half_a_line_is_no_secret);
    tcase_add_test(at_terminal, the_longest_secret_fits);
    tcase_add_loop_test(at_terminal, a_longer_one_is_refused, 0, 5);
    tcase_add_test(at_terminal, a_new_secret_is_asked_for_twice);
    tcase_add_loop_test(at_terminal, two_different_ones_are_none, 0, 4);
    tcase_add_loop_test(at_terminal, a_signal_ends_the_command_with_the_echo_on, 0, 6);
    tcase_add_test(at_terminal, the_interrupt_key_ends_the_command_with_the_echo_on);
    tcase_add_test(at_terminal, a_stopped_command_leaves_the_echo_on_and_asks_again);
    tcase_add_test(at_terminal, the_echo_is_off_again_after_a_stop_that_nobody_can_hold_back);
    tcase_add_test(at_terminal, without_a_terminal_the_option_is_named);
    tcase_add_test(at_terminal, a_terminal_as_standard_input_does_not_show_the_secret);
    tcase_add_test(at_terminal, only_a_clear_yes_is_yes);
    tcase_add_test(at_terminal, nobody_is_asked_who_has_said_yes_before);
    tcase_add_test(at_terminal, nobody_there_is_no);
    tcase_add_test(at_terminal, some_decisions_are_left_to_a_person);
    suite_add_tcase(suite, at_terminal);
    TCase *from_file = tcase_create("file");
    tcase_add_checked_fixture(from_file, set_up, NULL);
    mn_scratch_attach(from_file);
    tcase_set_timeout(from_file, 60);
    tcase_add_test(from_file, a_file_has_one_line);
    tcase_add_test(from_file, another_file_is_refused);
    tcase_add_test(from_file, a_missing_file_is_named);
    tcase_add_test(from_file, a_folder_is_no_file);
    tcase_add_test(from_file, standard_input_has_a_line_for_each_question);
    tcase_add_test(from_file, standard_input_may_end_too_early);
    suite_add_tcase(suite, from_file);
    return mn_test_run(suite);
}
