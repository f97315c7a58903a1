#include "cli/verify/web_address.h"

#include <string.h>

#include "runner.h"

static const struct {
    const char *typed;
    const char *site;
} spellings[] = {
    {"https://Validity.Example.jp/", "https://validity.example.jp"},
    {"validity.example.jp", "https://validity.example.jp"},
    {"HTTPS://validity.example.jp:443/", "https://validity.example.jp"},
    {"http://validity.example.jp:80//", "http://validity.example.jp"},
    {"http://127.0.0.1:8080/a/B/", "http://127.0.0.1:8080/a/B"},
    {"http://[::1]:8080/", "http://[::1]:8080"},
};

START_TEST(every_spelling_of_a_site_becomes_one)
{
    char site[MN_WEB_ADDRESS_ROOM];

    ck_assert(mn_web_address_of_site(spellings[_i].typed, site));
    ck_assert_str_eq(site, spellings[_i].site);
    ck_assert(mn_web_address_of_site(site, site));
    ck_assert_str_eq(site, spellings[_i].site);
}
END_TEST

static const char *const refused[] = {
    "",
    "file:///etc/passwd",
    "ftp://example.jp/",
    "https://",
    "https://user:secret@example.jp/",
    "https://user@example.jp/",
    "https://example.jp/a b",
    "https://example.jp/\x1B[2J",
    "https://\xE4\xBE\x8B.jp/",
    "https://example.jp:port/",
    "https://%81example.jp/",
    "https://%7Fexample.jp/",
};

START_TEST(what_cannot_be_asked_is_refused)
{
    char site[MN_WEB_ADDRESS_ROOM] = "before";

    ck_assert(!mn_web_address_of_site(refused[_i], site));
    ck_assert_str_eq(site, "");
    ck_assert(!mn_web_address_is_fine(refused[_i]));
    ck_assert(!mn_web_address_is_secure(refused[_i]));
}
END_TEST

START_TEST(a_site_is_a_folder_and_no_question)
{
    char site[MN_WEB_ADDRESS_ROOM];

    ck_assert(!mn_web_address_of_site("https://example.jp/?a=b", site));
    ck_assert(!mn_web_address_of_site("https://example.jp/#part", site));
    ck_assert(mn_web_address_is_fine("https://example.jp/?a=b"));
}
END_TEST

START_TEST(an_address_that_is_too_long_is_refused)
{
    char site[MN_WEB_ADDRESS_ROOM], typed[2 * MN_WEB_ADDRESS_ROOM];

    memset(typed, 'a', sizeof typed - 1);
    typed[sizeof typed - 1] = '\0';
    memcpy(typed, "https://h/", 10);
    ck_assert(!mn_web_address_of_site(typed, site));
    typed[MN_WEB_ADDRESS_ROOM - 1] = '\0';
    ck_assert(mn_web_address_of_site(typed, site));
}
END_TEST

START_TEST(https_is_secure_and_http_is_not)
{
    ck_assert(mn_web_address_is_secure("https://example.jp/x"));
    ck_assert(mn_web_address_is_secure("HTTPS://example.jp/x"));
    ck_assert(!mn_web_address_is_secure("http://example.jp/https://x"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cli/web_address");
    TCase *tcase = tcase_create("web_address");

    tcase_add_loop_test(tcase, every_spelling_of_a_site_becomes_one, 0,
                        sizeof spellings / sizeof spellings[0]);
    tcase_add_loop_test(tcase, what_cannot_be_asked_is_refused, 0,
                        sizeof refused / sizeof refused[0]);
    tcase_add_test(tcase, a_site_is_a_folder_and_no_question);
    tcase_add_test(tcase, an_address_that_is_too_long_is_refused);
    tcase_add_test(tcase, https_is_secure_and_http_is_not);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
