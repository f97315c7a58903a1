#include "cli/issue/mail.h"

#include <stdlib.h>
#include <string.h>

#include "runner.h"

static const struct mn_mail plain = {.to = "a@example.jp",
                                     .from = "me@example.jp",
                                     .subject = "hello",
                                     .text = "one\ntwo\n",
                                     .date = 1795325400}; /* 22 November 2026, 05:30 UTC */

/* The message as a string, which the caller frees. */
static char *written(const struct mn_mail *mail)
{
    struct mn_bytes out = {0};
    char *text;

    setenv("TZ", "Asia/Tokyo", 1);
    ck_assert_int_eq(mn_mail_write(mail, &out), MN_OK);
    ck_assert_ptr_null(memchr(out.ptr, 0, out.len));
    text = strndup((const char *)out.ptr, out.len);
    mn_bytes_free(&out);
    return text;
}

static void assert_has(const struct mn_mail *mail, const char *line)
{
    char *text = written(mail);

    ck_assert_msg(strstr(text, line), "no %s in %s", line, text);
    free(text);
}

START_TEST(a_message_is_written_as_the_standards_have_it)
{
    static const uint8_t bytes[] = {0xFF, 0x00, 0x10, 0x80};
    const struct mn_mail_part part = {"a.cer", "application/pkix-cert", mn_span(bytes, 4)};
    struct mn_mail mail = plain;
    char *text;

    mail.parts = &part;
    mail.len = 1;
    text = written(&mail);
    ck_assert_str_eq(text, "Date: Sun, 22 Nov 2026 14:30:00 +0900\r\n"
                           "From: me@example.jp\r\n"
                           "To: a@example.jp\r\n"
                           "Subject: hello\r\n"
                           "MIME-Version: 1.0\r\n"
                           "X-Unsent: 1\r\n"
                           "Content-Type: multipart/mixed;\r\n"
                           " boundary=\"=_mynakey\"\r\n"
                           "\r\n"
                           "--=_mynakey\r\n"
                           "Content-Type: text/plain; charset=UTF-8\r\n"
                           "Content-Transfer-Encoding: base64\r\n"
                           "\r\n"
                           "b25lDQp0d28NCg==\r\n"
                           "--=_mynakey\r\n"
                           "Content-Type: application/pkix-cert\r\n"
                           "Content-Transfer-Encoding: base64\r\n"
                           "Content-Disposition: attachment;\r\n"
                           " filename=\"a.cer\"\r\n"
                           "\r\n"
                           "/wAQgA==\r\n"
                           "--=_mynakey--\r\n");
    free(text);
}
END_TEST

START_TEST(a_sender_that_is_not_known_is_left_out)
{
    struct mn_mail mail = plain;
    char *text;

    mail.from = NULL;
    text = written(&mail);
    ck_assert_ptr_null(strstr(text, "From"));
    free(text);
}
END_TEST

START_TEST(a_japanese_subject_is_encoded)
{
    struct mn_mail mail = plain;

    mail.subject = "MyNumSignの証明書発行希望";
    assert_has(&mail, "\r\nSubject: =?UTF-8?B?TXlOdW1TaWdu44Gu6Ki85piO5pu455m66KGM5biM5pyb?=\r\n");
}
END_TEST

START_TEST(a_long_subject_is_cut_between_characters)
{
    struct mn_mail mail = plain;

    /* Forty-five bytes end in the midst of the last character of the first word. */
    mail.subject = "a証明書発行希望証明書発行希望証明書";
    assert_has(&mail,
               "Subject: =?UTF-8?B?YeiovOaYjuabuOeZuuihjOW4jOacm+iovOaYjuabuOeZuuihjOW4jOacmw==?="
               "\r\n =?UTF-8?B?6Ki85piO5pu4?=\r\n");
}
END_TEST

START_TEST(names_of_attachments_are_quoted_or_encoded)
{
    struct mn_mail_part part = {"a \"b\\c.cer", "x/y", {0}};
    struct mn_mail mail = plain;

    mail.parts = &part;
    mail.len = 1;
    assert_has(&mail, "\r\n filename=\"a \\\"b\\\\c.cer\"\r\n");
    part.name = "鍵 1.cer";
    assert_has(&mail, "\r\n filename*=UTF-8''%E9%8D%B5%201.cer\r\n");
}
END_TEST

START_TEST(lines_are_not_longer_than_the_standards_allow)
{
    static uint8_t big[10000];
    const struct mn_mail_part part = {"big", "x/y", mn_span(big, sizeof big)};
    struct mn_mail mail = plain;
    char *text, *line, *rest;

    mail.parts = &part;
    mail.len = 1;
    rest = text = written(&mail);
    while ((line = strsep(&rest, "\n")) && rest) {
        ck_assert_uint_le(strlen(line), 77); /* the carriage return is still there */
        ck_assert_int_eq(line[strlen(line) - 1], '\r');
    }
    free(text);
}
END_TEST

START_TEST(an_address_is_told_from_anything_else)
{
    static const char *const good[] = {"a@b", "first.last+tag@sub.example.jp", "x_y-z@example.jp"};
    static const char *const bad[] = {
        "",     "a",    "@b",   "a@",    "a b@c", "a@b\r\nX: y", "a@b, c@d", "<a@b>", "a..b@c",
        ".a@b", "a.@b", "a@b.", "a@b@c", "鍵@b",  "\"a\"@b",     "a@b\n",    "a;b@c"};

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        ck_assert_msg(mn_mail_is_address(good[i]), "%s", good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(!mn_mail_is_address(bad[i]), "%s", bad[i]);
}
END_TEST

START_TEST(what_is_no_address_reaches_no_message)
{
    struct mn_mail mail = plain;
    struct mn_bytes out = {0};

    mail.to = "a@b\r\nBcc: c@d";
    ck_assert_int_eq(mn_mail_write(&mail, &out), MN_E_ARGUMENT);
    mail = plain;
    mail.from = "me";
    ck_assert_int_eq(mn_mail_write(&mail, &out), MN_E_ARGUMENT);
    ck_assert_ptr_null(out.ptr);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cli/mail");
    TCase *tcase = tcase_create("mail");

    tcase_add_test(tcase, a_message_is_written_as_the_standards_have_it);
    tcase_add_test(tcase, a_sender_that_is_not_known_is_left_out);
    tcase_add_test(tcase, a_japanese_subject_is_encoded);
    tcase_add_test(tcase, a_long_subject_is_cut_between_characters);
    tcase_add_test(tcase, names_of_attachments_are_quoted_or_encoded);
    tcase_add_test(tcase, lines_are_not_longer_than_the_standards_allow);
    tcase_add_test(tcase, an_address_is_told_from_anything_else);
    tcase_add_test(tcase, what_is_no_address_reaches_no_message);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
