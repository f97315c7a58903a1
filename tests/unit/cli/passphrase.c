#include "cli/passphrase.h"

#include <string.h>

#include "crypto/library.h"
#include "runner.h"

static const char pin[] = "ABC123XYZ";

static enum mn_passphrase_fault judge(const char *passphrase)
{
    struct mn_passphrase_owner owner = {.pin = mn_span(pin, strlen(pin)), .birth = "19800217"};

    return mn_passphrase_judge(mn_span(passphrase, strlen(passphrase)), &owner);
}

static void assert_all(enum mn_passphrase_fault fault, const char *const *passphrases)
{
    for (; *passphrases; passphrases++)
        ck_assert_msg(judge(*passphrases) == fault, "%s: %d", *passphrases, judge(*passphrases));
}

#define ASSERT_ALL(fault, ...) assert_all(fault, (const char *const[]){__VA_ARGS__, NULL})

START_TEST(good_ones_are_taken)
{
    ASSERT_ALL(MN_PASSPHRASE_FINE, "correct umbrella 7 lentil", "kq7#mvLp0-Xe",
               "kiyoi mizu no nagare", "my card password is rhubarb crumble",
               "8w2mk-q3v9d-0tzre-hb6yc-j4n1p");
}
END_TEST

START_TEST(the_length_has_limits)
{
    char text[MN_PASSPHRASE_MAX + 2] = "";

    ASSERT_ALL(MN_PASSPHRASE_SHORT, "", "kq7#mvLp0-X", "1", "password");
    for (size_t i = 0; i <= MN_PASSPHRASE_MAX; i++)
        text[i] = "qmz0;tHe!w7K/v"[i % 11 + i / 64];
    ck_assert_int_eq(judge(text), MN_PASSPHRASE_LONG);
    text[MN_PASSPHRASE_MAX] = '\0';
    ck_assert_int_eq(judge(text), MN_PASSPHRASE_FINE);
}
END_TEST

START_TEST(only_characters_that_every_program_encodes_alike)
{
    ASSERT_ALL(MN_PASSPHRASE_CHARACTERS, "清い水の流れは絶えずして", "kq7#mvLp0-Xeé",
               "kq7#mvLp0-Xe\t", "kq7#mvLp\0330-Xe", "パスワード");
}
END_TEST

START_TEST(digits_alone_are_refused)
{
    ASSERT_ALL(MN_PASSPHRASE_DIGITS, "481516234210", "31415926535897932384");
}
END_TEST

START_TEST(repetitions_are_refused)
{
    ASSERT_ALL(MN_PASSPHRASE_REPEATS, "aaaaaaaaaaaa", "abababababab", "Kq7mvLKq7mvL",
               "kq7#mvkq7#mvkq", "aabbaabbccaabb", "            ");
}
END_TEST

START_TEST(rows_are_refused)
{
    ASSERT_ALL(MN_PASSPHRASE_SEQUENCE, "abcdefghijklm", "qwertyuiop12345", "ZYXWVUTSRQPO",
               "asdfghjkl;123456", "1qaz2wsx3edc");
}
END_TEST

START_TEST(common_words_are_refused_whatever_they_wear)
{
    ASSERT_ALL(MN_PASSPHRASE_COMMON, "password2026!", "P@ssw0rd-P4ssphrase", "MyNumberCard2026",
               "correcthorsebatterystaple", "iloveyou-sakura", "himitsu no card 1");
}
END_TEST

START_TEST(the_cards_password_is_no_part_of_it)
{
    ASSERT_ALL(MN_PASSPHRASE_PIN, "lentil abc123xyz rhubarb", "ABC123XYZ.mvLp0Qe");
}
END_TEST

START_TEST(the_date_of_birth_is_no_part_of_it)
{
    ASSERT_ALL(MN_PASSPHRASE_BIRTH, "mikiya-19800217-K", "mikiya.1980/02/17",
               "mikiya S55.02.17 kiyose", "kuroo 80-02-17 kiyose", "kuroo 02171980 kiyose");
    ASSERT_ALL(MN_PASSPHRASE_FINE, "kuroo 80-02-18 kiyose");
}
END_TEST

START_TEST(an_owner_of_whom_nothing_is_known_is_fine)
{
    static const struct mn_passphrase_owner nobody = {.birth = "400000"};
    static const char text[] = "kuroo 80-02-17 kiyose";

    ck_assert_int_eq(mn_passphrase_judge(mn_span(text, strlen(text)), &nobody), MN_PASSPHRASE_FINE);
}
END_TEST

START_TEST(every_fault_has_a_sentence_of_its_own)
{
    for (int a = MN_PASSPHRASE_FINE; a <= MN_PASSPHRASE_BIRTH; a++)
        for (int b = MN_PASSPHRASE_FINE; b < a; b++)
            ck_assert_str_ne(mn_passphrase_fault_text((enum mn_passphrase_fault)a),
                             mn_passphrase_fault_text((enum mn_passphrase_fault)b));
}
END_TEST

START_TEST(made_ones_are_taken_and_never_the_same)
{
    char made[64][MN_PASSPHRASE_MADE];
    size_t seen[256] = {0};

    ck_assert_int_eq(mn_crypto_open(), MN_OK);
    for (size_t i = 0; i < 64; i++) {
        ck_assert_int_eq(mn_passphrase_make(made[i]), MN_OK);
        ck_assert_uint_eq(strlen(made[i]), MN_PASSPHRASE_MADE - 1);
        ck_assert_int_eq(judge(made[i]), MN_PASSPHRASE_FINE);
        for (size_t j = 0; j < i; j++)
            ck_assert_str_ne(made[i], made[j]);
        for (const char *c = made[i]; *c; c++)
            seen[(unsigned char)*c]++;
    }
    /* All thirty-two characters occur in 1600, but for once in 10^20 times. */
    for (const char *c = "0123456789abcdefghjkmnpqrstvwxyz-"; *c; c++)
        ck_assert_uint_gt(seen[(unsigned char)*c], 0);
    mn_crypto_close();
}
END_TEST

START_TEST(without_a_generator_none_is_made)
{
    char made[MN_PASSPHRASE_MADE];

    ck_assert_int_eq(mn_passphrase_make(made), MN_E_CRYPTO);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cli/passphrase");
    TCase *tcase = tcase_create("passphrase");

    tcase_add_test(tcase, good_ones_are_taken);
    tcase_add_test(tcase, the_length_has_limits);
    tcase_add_test(tcase, only_characters_that_every_program_encodes_alike);
    tcase_add_test(tcase, digits_alone_are_refused);
    tcase_add_test(tcase, repetitions_are_refused);
    tcase_add_test(tcase, rows_are_refused);
    tcase_add_test(tcase, common_words_are_refused_whatever_they_wear);
    tcase_add_test(tcase, the_cards_password_is_no_part_of_it);
    tcase_add_test(tcase, the_date_of_birth_is_no_part_of_it);
    tcase_add_test(tcase, an_owner_of_whom_nothing_is_known_is_fine);
    tcase_add_test(tcase, every_fault_has_a_sentence_of_its_own);
    tcase_add_test(tcase, made_ones_are_taken_and_never_the_same);
    tcase_add_test(tcase, without_a_generator_none_is_made);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
