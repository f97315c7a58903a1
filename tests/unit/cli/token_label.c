#include "cli/token_label.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/draft.h"
#include "crypto/library.h"
#include "runner.h"

/* A certificate of that name becomes a token whose file has that path, and is called so. */
static void assert_called(const char *name, const char *path, size_t room, const char *label)
{
    struct mn_private_key *key = NULL;
    struct mn_bytes certificate = {0};
    struct mn_draft draft = {.name = name, .not_before = 1000000, .not_after = 2000000};
    char out[65];
    ck_assert_int_eq(mn_crypto_open(), MN_OK);
    ck_assert_int_eq(mn_private_key_generate(MN_CHOICE_P256, &key), MN_OK);
    ck_assert_int_eq(mn_draft_issue(&draft, key, &certificate), MN_OK);
    mn_token_label(mn_bytes_span(&certificate), path, out, room);
    ck_assert_str_eq(out, label);
    mn_bytes_free(&certificate);
    mn_private_key_free(&key);
    mn_crypto_close();
}

START_TEST(a_plain_name_is_the_label)
{
    assert_called("Hanako Suzuki", "/people/h/key.pfx", 65, "Hanako Suzuki");
}
END_TEST

START_TEST(a_name_that_nobody_can_type_gives_way_to_the_file)
{
    assert_called("鈴木　花子", "/people/鈴木/MyNumCert.pfx", 65, "MyNumCert");
    assert_called("鈴木　花子", "/people/h/my.old.p12", 65, "my.old");
    assert_called("鈴木　花子", "/people/h/.pfx", 65, ".pfx");
}
END_TEST

START_TEST(where_neither_can_be_typed_it_says_what_it_is)
{
    assert_called("鈴木　花子", "/people/h/証明書.pfx", 65, "Software certificate");
}
END_TEST

START_TEST(a_long_one_leaves_room_for_a_number)
{
    assert_called("Hanako Suzuki", "/people/h/key.pfx", 12, "Hanako ");
}
END_TEST

START_TEST(what_is_no_certificate_has_the_name_of_its_file)
{
    char out[65];
    ck_assert_int_eq(mn_crypto_open(), MN_OK);
    mn_token_label(mn_span("x", 1), "/people/h/key.pfx", out, sizeof out);
    ck_assert_str_eq(out, "key");
    mn_crypto_close();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cli/token_label");
    TCase *tcase = tcase_create("token_label");

    tcase_add_test(tcase, a_plain_name_is_the_label);
    tcase_add_test(tcase, a_name_that_nobody_can_type_gives_way_to_the_file);
    tcase_add_test(tcase, where_neither_can_be_typed_it_says_what_it_is);
    tcase_add_test(tcase, a_long_one_leaves_room_for_a_number);
    tcase_add_test(tcase, what_is_no_certificate_has_the_name_of_its_file);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
