#include "card/jpki.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/scratch.h"
#include "card/script.h"
#include "runner.h"

static const struct mn_card_facts with_sfi = {.sfi = MN_FACT_YES, .extended = MN_FACT_NO};
static const struct mn_card_facts without_sfi = {.sfi = MN_FACT_NO, .extended = MN_FACT_NO};

static struct mn_card *card;

static void begin_anew(void)
{
    mn_card_end(card);
    ck_assert_int_eq(mn_card_begin(card), MN_OK);
}

/* --- certificates --- */

#define FILE_BYTES 3808

/* A file with a DER object of total bytes in it, padded; total is at least 260. */
static uint8_t file[FILE_BYTES];
static struct mn_bytes certificate;

static struct mn_span make_file(size_t total)
{
    for (size_t i = 0; i < sizeof file; i++)
        file[i] = i < total ? (uint8_t)(i * 31) : 0xFF;
    memcpy(file, "\x30\x82", 2);
    file[2] = (uint8_t)((total - 4) >> 8);
    file[3] = (uint8_t)(total - 4);
    return mn_span(file, total);
}

static struct mn_span part(size_t from, size_t len)
{
    return mn_script_good(mn_span(file + from, len));
}

/* The next command reads the head of file 000A and finds what is in the file. */
static void expect_head(void)
{
    mn_replay_expect_bytes(mn_hex("00B08A0000"), part(0, 256));
}

static mn_rc read_certificate(struct mn_span known)
{
    return mn_jpki_certificate(card, 0x000A, MN_DATA_PLAIN, known, &certificate);
}

static void assert_certificate(struct mn_span wanted)
{
    ck_assert(mn_span_equal(mn_bytes_span(&certificate), wanted));
    mn_bytes_free(&certificate);
}

/* What the caller had before is untouched by a failure. */
static void had_before(void)
{
    ck_assert_int_eq(mn_bytes_set(&certificate, mn_span("old", 3)), MN_OK);
}

#define NOTHING mn_span(NULL, 0)

START_TEST(a_certificate_is_cut_from_its_padded_file)
{
    struct mn_span whole = make_file(600);

    card = mn_script_identified(&with_sfi);
    expect_head();
    mn_replay_expect_bytes(mn_hex("00B0010000"), part(256, 256));
    mn_replay_expect_bytes(mn_hex("00B0020058"), part(512, 88));
    had_before();
    ck_assert_int_eq(read_certificate(NOTHING), MN_OK);
    assert_certificate(whole);
    mn_script_close(&card);
}
END_TEST

START_TEST(a_card_without_short_file_ids_gives_its_certificate_too)
{
    struct mn_span whole = make_file(300);

    card = mn_script_identified(&without_sfi);
    mn_replay_expect(SELECT_EF("000A"), "9000");
    mn_replay_expect_bytes(mn_hex("00B0000000"), part(0, 256));
    mn_replay_expect_bytes(mn_hex("00B001002C"), part(256, 44));
    ck_assert_int_eq(read_certificate(NOTHING), MN_OK);
    assert_certificate(whole);
    mn_script_close(&card);
}
END_TEST

START_TEST(a_certificate_that_fits_its_head_is_cut_too)
{
    card = mn_script_identified(&with_sfi);
    make_file(600);
    memcpy(file, "\x30\x05hello", 7);
    expect_head();
    ck_assert_int_eq(read_certificate(NOTHING), MN_OK);
    assert_certificate(mn_span(file, 7));
    mn_script_close(&card);
}
END_TEST

START_TEST(a_known_certificate_costs_its_head_only)
{
    struct mn_bytes known = {0};

    ck_assert_int_eq(mn_bytes_set(&known, make_file(600)), MN_OK);
    card = mn_script_identified(&with_sfi);
    expect_head();
    ck_assert_int_eq(read_certificate(mn_bytes_span(&known)), MN_OK);
    assert_certificate(mn_span(file, 600));
    mn_bytes_free(&known);
    mn_script_close(&card);
}
END_TEST

START_TEST(a_certificate_that_was_renewed_is_read_whole)
{
    struct mn_bytes known = {0};

    ck_assert_int_eq(mn_bytes_set(&known, make_file(300)), MN_OK);
    known.ptr[255] ^= 1; /* the last byte that is compared */
    card = mn_script_identified(&with_sfi);
    expect_head();
    mn_replay_expect_bytes(mn_hex("00B001002C"), part(256, 44));
    ck_assert_int_eq(read_certificate(mn_bytes_span(&known)), MN_OK);
    assert_certificate(mn_span(file, 300));
    mn_bytes_free(&known);
    mn_script_close(&card);
}
END_TEST

START_TEST(a_known_certificate_that_is_not_whole_is_not_used)
{
    static const size_t lengths[] = {0, 1, 255, 256, 299};
    struct mn_bytes known = {0};

    ck_assert_int_eq(mn_bytes_set(&known, mn_span(make_file(300).ptr, lengths[_i])), MN_OK);
    card = mn_script_identified(&with_sfi);
    expect_head();
    mn_replay_expect_bytes(mn_hex("00B001002C"), part(256, 44));
    ck_assert_int_eq(read_certificate(mn_bytes_span(&known)), MN_OK);
    assert_certificate(mn_span(file, 300));
    mn_bytes_free(&known);
    mn_script_close(&card);
}
END_TEST

START_TEST(a_file_that_is_not_der_holds_no_certificate)
{
    static const char *const heads[] = {"9000",           "309000",         "3082069000",
                                        "FFFFFFFFFF9000", "00000000009000", "31820100009000",
                                        "30800000009000"};

    card = mn_script_identified(&with_sfi);
    mn_replay_expect("00B08A0000", heads[_i]);
    had_before();
    ck_assert_int_eq(read_certificate(NOTHING), MN_E_CARD_ANSWER);
    assert_certificate(mn_span("old", 3));
    mn_script_close(&card);
}
END_TEST

START_TEST(a_certificate_longer_than_any_file_is_not_read)
{
    static const char *const heads[] = {"3082FFFF309000", "3084FFFFFFFF309000"};

    card = mn_script_identified(&with_sfi);
    mn_replay_expect("00B08A0000", heads[_i]);
    ck_assert_int_eq(read_certificate(NOTHING), MN_E_CARD_ANSWER);
    mn_script_close(&card);
}
END_TEST

START_TEST(a_file_shorter_than_its_certificate_is_no_answer)
{
    card = mn_script_identified(&with_sfi);
    make_file(600);
    expect_head();
    mn_replay_expect_bytes(mn_hex("00B0010000"), part(256, 100));
    mn_replay_expect("00B00164F4", "6B00");
    had_before();
    ck_assert_int_eq(read_certificate(NOTHING), MN_E_CARD_ANSWER);
    assert_certificate(mn_span("old", 3));
    mn_script_close(&card);
}
END_TEST

START_TEST(a_certificate_that_cannot_be_read_says_why)
{
    static const struct {
        const char *answer;
        mn_rc rc;
    } table[] = {{"6A82", MN_E_NOT_FOUND},
                 {"6982", MN_E_NOT_LOGGED_IN},
                 {"6985", MN_E_REFUSED},
                 {"6F00", MN_E_CARD_ANSWER}};

    card = mn_script_identified(&with_sfi);
    mn_replay_expect("00B08A0000", table[_i].answer);
    had_before();
    ck_assert_int_eq(read_certificate(NOTHING), table[_i].rc);
    assert_certificate(mn_span("old", 3));
    mn_script_close(&card);
}
END_TEST

START_TEST(a_card_that_leaves_in_the_middle_gives_no_certificate)
{
    card = mn_script_identified(&with_sfi);
    make_file(600);
    expect_head();
    mn_replay_fail("00B0010000", MN_E_REMOVED);
    had_before();
    ck_assert_int_eq(read_certificate(NOTHING), MN_E_REMOVED);
    assert_certificate(mn_span("old", 3));
    mn_script_close(&card);
}
END_TEST

/* --- which certificates are there --- */

START_TEST(a_file_tells_which_certificates_are_there)
{
    static const struct {
        const char *answer;
        bool sign, auth;
    } table[] = {
        {"8F8F009000", true, true},   {"008F009000", false, true}, {"8F00009000", true, false},
        {"0000009000", false, false}, {"00009000", false, false},  {"009000", false, true},
        {"9000", true, true},         {"6A82", true, true},        {"6985", true, true},
        {"6982", true, true},         {"6F00", true, true}};
    bool has;

    card = mn_script_identified(&with_sfi);
    mn_replay_expect("00B0880003", table[_i].answer);
    ck_assert_int_eq(mn_jpki_has_certificate(card, MN_ROLE_SIGN, &has), MN_OK);
    ck_assert_int_eq(has, table[_i].sign);
    mn_replay_expect("00B0880003", table[_i].answer);
    ck_assert_int_eq(mn_jpki_has_certificate(card, MN_ROLE_AUTH, &has), MN_OK);
    ck_assert_int_eq(has, table[_i].auth);
    mn_script_close(&card);
}
END_TEST

START_TEST(a_card_that_leaves_does_not_tell_its_certificates)
{
    bool has;

    card = mn_script_identified(&with_sfi);
    mn_replay_fail("00B0880003", MN_E_REMOVED);
    ck_assert_int_eq(mn_jpki_has_certificate(card, MN_ROLE_SIGN, &has), MN_E_REMOVED);
    mn_script_close(&card);
}
END_TEST

/* --- signatures --- */

static uint8_t signature[MN_MODULUS_BYTES];
static uint8_t digest[32];
static struct mn_span good_answer;

static void make_signature(void)
{
    static uint8_t made[MN_MODULUS_BYTES];

    for (size_t i = 0; i < sizeof made; i++)
        made[i] = (uint8_t)(255 - i);
    memset(digest, 0xD1, sizeof digest);
    good_answer = mn_script_good(mn_span(made, sizeof made));
}

static void assert_signature(void)
{
    ck_assert(mn_span_equal(mn_span(signature, sizeof signature),
                            mn_span(good_answer.ptr, sizeof signature)));
}

static mn_rc sign(enum mn_role role, const char *in)
{
    return mn_jpki_sign(card, role, MN_CARD_PKCS1, mn_span(in, strlen(in)), signature);
}

static mn_rc sign_pss(void)
{
    return mn_jpki_sign(card, MN_ROLE_AUTH, MN_CARD_PSS_SHA256, mn_span(digest, sizeof digest),
                        signature);
}

#define D1_32 "D1D1D1D1D1D1D1D1D1D1D1D1D1D1D1D1D1D1D1D1D1D1D1D1D1D1D1D1D1D1D1D1"

START_TEST(a_signature_is_one_command)
{
    card = mn_script_identified(&with_sfi);
    mn_replay_expect_bytes(mn_hex("802A0097 03 616263 00"), good_answer);
    ck_assert_int_eq(sign(MN_ROLE_AUTH, "abc"), MN_OK);
    assert_signature();
    mn_replay_expect_bytes(mn_hex("802A009A 03 616263 00"), good_answer);
    ck_assert_int_eq(sign(MN_ROLE_SIGN, "abc"), MN_OK);
    mn_script_close(&card);
}
END_TEST

START_TEST(the_log_does_not_show_what_is_signed)
{
    char *log;

    ck_assert_int_eq(mn_log_open(MN_LOG_DEBUG, mn_scratch_path("log")), MN_OK);
    card = mn_script_identified(&with_sfi);
    mn_replay_expect_bytes(mn_hex("802A009A 03 6D796E 00"), good_answer);
    ck_assert_int_eq(sign(MN_ROLE_SIGN, "myn"), MN_OK);
    mn_script_close(&card);
    mn_log_close();
    log = mn_scratch_read(mn_scratch_path("log"));
    ck_assert_ptr_nonnull(strstr(log, "80 2A 00 9A"));
    ck_assert_ptr_null(strstr(log, "6D796E"));
    free(log);
}
END_TEST

START_TEST(without_short_file_ids_the_key_is_selected)
{
    card = mn_script_identified(&without_sfi);
    mn_replay_expect(SELECT_EF("001A"), "9000");
    mn_replay_expect_bytes(mn_hex("802A0080 03 616263 00"), good_answer);
    ck_assert_int_eq(sign(MN_ROLE_SIGN, "abc"), MN_OK);
    assert_signature();
    mn_script_close(&card);
}
END_TEST

START_TEST(a_hash_value_is_signed_with_pss)
{
    card = mn_script_identified(&with_sfi);
    mn_replay_expect_bytes(mn_hex("802A0497 20 " D1_32 " 00"), good_answer);
    ck_assert_int_eq(sign_pss(), MN_OK);
    assert_signature();
    mn_script_close(&card);
}
END_TEST

START_TEST(data_of_a_length_that_no_scheme_takes_are_not_sent)
{
    static const uint8_t data[246];

    card = mn_script_identified(&with_sfi);
    for (int scheme = 0; scheme < 2; scheme++) {
        enum mn_card_scheme s = scheme ? MN_CARD_PSS_SHA256 : MN_CARD_PKCS1;
        const size_t lengths[2][2] = {{0, 246}, {31, 33}};

        for (int i = 0; i < 2; i++)
            ck_assert_int_eq(
                mn_jpki_sign(card, MN_ROLE_AUTH, s, mn_span(data, lengths[scheme][i]), signature),
                MN_E_DATA_LENGTH);
    }
    mn_script_close(&card);
}
END_TEST

START_TEST(up_to_245_bytes_are_signed_as_they_are)
{
    uint8_t data[245], command[5 + sizeof data + 1] = {0x80, 0x2A, 0x00, 0x97, 245};

    memset(data, 0x5A, sizeof data);
    memcpy(command + 5, data, sizeof data);
    card = mn_script_identified(&with_sfi);
    mn_replay_expect_bytes(mn_span(command, sizeof command), good_answer);
    ck_assert_int_eq(
        mn_jpki_sign(card, MN_ROLE_AUTH, MN_CARD_PKCS1, mn_span(data, sizeof data), signature),
        MN_OK);
    assert_signature();
    mn_script_close(&card);
}
END_TEST

START_TEST(each_refusal_of_a_signature_has_its_reason)
{
    static const struct {
        const char *answer;
        mn_rc rc;
    } table[] = {{"6982", MN_E_NOT_LOGGED_IN}, {"6A82", MN_E_NOT_FOUND},  {"6985", MN_E_REFUSED},
                 {"6700", MN_E_REFUSED},       {"6986", MN_E_REFUSED},    {"6D00", MN_E_REFUSED},
                 {"6F00", MN_E_CARD_ANSWER},   {"6281", MN_E_CARD_ANSWER}};

    card = mn_script_identified(&with_sfi);
    memset(signature, 0xCC, sizeof signature);
    mn_replay_expect("802A0097 03 616263 00", table[_i].answer);
    ck_assert_int_eq(sign(MN_ROLE_AUTH, "abc"), table[_i].rc);
    for (size_t i = 0; i < sizeof signature; i++)
        ck_assert_uint_eq(signature[i], 0xCC);
    mn_script_close(&card);
}
END_TEST

START_TEST(a_signature_that_is_not_256_bytes_is_none)
{
    static const size_t lengths[] = {0, 1, 255, 257, 512};
    static const uint8_t bytes[512];

    card = mn_script_identified(&with_sfi);
    mn_replay_expect_bytes(mn_hex("802A0097 03 616263 00"),
                           mn_script_good(mn_span(bytes, lengths[_i])));
    ck_assert_int_eq(sign(MN_ROLE_AUTH, "abc"), MN_E_CARD_ANSWER);
    mn_script_close(&card);
}
END_TEST

START_TEST(a_signature_that_was_not_carried_is_not_asked_for_again)
{
    card = mn_script_identified(&with_sfi);
    mn_replay_fail("802A0097 03 616263 00", MN_E_COMM);
    ck_assert_int_eq(sign(MN_ROLE_AUTH, "abc"), MN_E_COMM);
    mn_script_close(&card);
}
END_TEST

START_TEST(a_card_that_wants_its_key_selected_is_learned)
{
    card = mn_script_identified(&with_sfi);
    mn_replay_expect("802A0097 03 616263 00", "6A86");
    mn_replay_expect(SELECT_EF("0017"), "9000");
    mn_replay_expect_bytes(mn_hex("802A0080 03 616263 00"), good_answer);
    ck_assert_int_eq(sign(MN_ROLE_AUTH, "abc"), MN_OK);
    assert_signature();
    ck_assert_int_eq(mn_card_facts(card)->sfi, MN_FACT_NO);
    mn_script_close(&card);
}
END_TEST

START_TEST(a_card_that_refuses_both_forms_is_not_learned_from)
{
    card = mn_script_identified(&with_sfi);
    mn_replay_expect("802A0097 03 616263 00", "6A86");
    mn_replay_expect(SELECT_EF("0017"), "9000");
    mn_replay_expect("802A0080 03 616263 00", "6A86");
    ck_assert_int_eq(sign(MN_ROLE_AUTH, "abc"), MN_E_REFUSED);
    ck_assert_int_eq(mn_card_facts(card)->sfi, MN_FACT_YES);
    mn_replay_expect("802A0097 03 616263 00", "6A86");
    mn_replay_expect(SELECT_EF("0017"), "6A82");
    ck_assert_int_eq(sign(MN_ROLE_AUTH, "abc"), MN_E_NOT_FOUND);
    ck_assert_int_eq(mn_card_facts(card)->sfi, MN_FACT_YES);
    mn_script_close(&card);
}
END_TEST

START_TEST(where_another_application_may_be_current_no_form_is_judged)
{
    card = mn_script_identified(&with_sfi);
    begin_anew();
    mn_replay_expect("802A0497 20 " D1_32 " 00", "6A86");
    ck_assert_int_eq(sign_pss(), MN_E_REFUSED);
    ck_assert_int_eq(mn_card_facts(card)->sfi, MN_FACT_YES);
    ck_assert_int_eq(mn_card_facts(card)->pss, MN_FACT_UNKNOWN);
    mn_script_close(&card);
}
END_TEST

START_TEST(a_card_that_refuses_pss_in_both_forms_does_not_have_it)
{
    card = mn_script_identified(&with_sfi);
    mn_replay_expect("802A0497 20 " D1_32 " 00", "6A86");
    mn_replay_expect(SELECT_EF("0017"), "9000");
    mn_replay_expect("802A0480 20 " D1_32 " 00", "6A86");
    ck_assert_int_eq(sign_pss(), MN_E_UNSUPPORTED);
    ck_assert_int_eq(mn_card_facts(card)->pss, MN_FACT_NO);
    ck_assert_int_eq(mn_card_facts(card)->sfi, MN_FACT_YES);
    mn_script_close(&card);
}
END_TEST

/* --- the question for PSS --- */

#define ASK_PSS        "802A0497 01 00 00"
#define ASK_IMPOSSIBLE "802A7F97 01 00 00"

START_TEST(a_card_that_minds_the_length_has_pss)
{
    static const char *const answers[] = {"6985", "6700", "6982"};

    card = mn_script_identified(&with_sfi);
    mn_replay_expect(ASK_PSS, answers[_i]);
    ck_assert_int_eq(mn_jpki_ask_pss(card), MN_OK);
    ck_assert_int_eq(mn_card_facts(card)->pss, MN_FACT_YES);
    ck_assert_int_eq(mn_jpki_ask_pss(card), MN_OK);
    mn_script_close(&card);
}
END_TEST

START_TEST(a_card_that_minds_the_scheme_has_no_pss)
{
    card = mn_script_identified(&with_sfi);
    mn_replay_expect(ASK_PSS, "6A86");
    mn_replay_expect(SELECT_EF("0017"), "9000");
    mn_replay_expect("802A0480 01 00 00", "6A86");
    mn_replay_expect(ASK_IMPOSSIBLE, "6A86");
    ck_assert_int_eq(mn_jpki_ask_pss(card), MN_OK);
    ck_assert_int_eq(mn_card_facts(card)->pss, MN_FACT_NO);
    ck_assert_int_eq(mn_card_facts(card)->sfi, MN_FACT_YES);
    ck_assert_int_eq(mn_jpki_ask_pss(card), MN_OK);
    mn_script_close(&card);
}
END_TEST

START_TEST(a_card_that_minds_an_impossible_scheme_less_is_not_understood)
{
    card = mn_script_identified(&with_sfi);
    mn_replay_expect(ASK_PSS, "6A86");
    mn_replay_expect(SELECT_EF("0017"), "9000");
    mn_replay_expect("802A0480 01 00 00", "6A86");
    mn_replay_expect(ASK_IMPOSSIBLE, "6982");
    ck_assert_int_eq(mn_jpki_ask_pss(card), MN_OK);
    ck_assert_int_eq(mn_card_facts(card)->pss, MN_FACT_YES);
    mn_script_close(&card);
}
END_TEST

/* 6A86 was about the short id of the key, not about the scheme. */
START_TEST(a_card_that_wants_its_key_selected_is_not_taken_for_one_without_pss)
{
    card = mn_script_identified(&with_sfi);
    mn_replay_expect(ASK_PSS, "6A86");
    mn_replay_expect(SELECT_EF("0017"), "9000");
    mn_replay_expect("802A0480 01 00 00", "6985");
    ck_assert_int_eq(mn_jpki_ask_pss(card), MN_OK);
    ck_assert_int_eq(mn_card_facts(card)->pss, MN_FACT_YES);
    ck_assert_int_eq(mn_card_facts(card)->sfi, MN_FACT_NO);
    mn_script_close(&card);
}
END_TEST

START_TEST(without_short_file_ids_the_question_selects_the_key)
{
    card = mn_script_identified(&without_sfi);
    mn_replay_expect(SELECT_EF("0017"), "9000");
    mn_replay_expect("802A0480 01 00 00", "6A86");
    mn_replay_expect(SELECT_EF("0017"), "9000");
    mn_replay_expect("802A7F80 01 00 00", "6A86");
    ck_assert_int_eq(mn_jpki_ask_pss(card), MN_OK);
    ck_assert_int_eq(mn_card_facts(card)->pss, MN_FACT_NO);
    mn_script_close(&card);
}
END_TEST

START_TEST(the_question_is_asked_in_the_right_application)
{
    card = mn_script_identified(&with_sfi);
    begin_anew();
    mn_script_look();
    mn_replay_expect(ASK_PSS, "6985");
    ck_assert_int_eq(mn_jpki_ask_pss(card), MN_OK);
    ck_assert_int_eq(mn_card_facts(card)->pss, MN_FACT_YES);
    mn_script_close(&card);
}
END_TEST

START_TEST(a_question_that_is_not_carried_teaches_nothing)
{
    card = mn_script_identified(&with_sfi);
    mn_replay_fail(ASK_PSS, MN_E_COMM);
    ck_assert_int_eq(mn_jpki_ask_pss(card), MN_E_COMM);
    ck_assert_int_eq(mn_card_facts(card)->pss, MN_FACT_UNKNOWN);
    mn_script_close(&card);
}
END_TEST

START_TEST(a_card_without_the_key_teaches_nothing)
{
    card = mn_script_identified(&without_sfi);
    mn_replay_expect(SELECT_EF("0017"), "6A82");
    ck_assert_int_eq(mn_jpki_ask_pss(card), MN_E_NOT_FOUND);
    ck_assert_int_eq(mn_card_facts(card)->pss, MN_FACT_UNKNOWN);
    mn_script_close(&card);
}
END_TEST

static TCase *certificates_case(void)
{
    TCase *tcase = tcase_create("certificates");

    tcase_add_test(tcase, a_certificate_is_cut_from_its_padded_file);
    tcase_add_test(tcase, a_card_without_short_file_ids_gives_its_certificate_too);
    tcase_add_test(tcase, a_certificate_that_fits_its_head_is_cut_too);
    tcase_add_test(tcase, a_known_certificate_costs_its_head_only);
    tcase_add_test(tcase, a_certificate_that_was_renewed_is_read_whole);
    tcase_add_loop_test(tcase, a_known_certificate_that_is_not_whole_is_not_used, 0, 5);
    tcase_add_loop_test(tcase, a_file_that_is_not_der_holds_no_certificate, 0, 7);
    tcase_add_loop_test(tcase, a_certificate_longer_than_any_file_is_not_read, 0, 2);
    tcase_add_test(tcase, a_file_shorter_than_its_certificate_is_no_answer);
    tcase_add_loop_test(tcase, a_certificate_that_cannot_be_read_says_why, 0, 4);
    tcase_add_test(tcase, a_card_that_leaves_in_the_middle_gives_no_certificate);
    tcase_add_loop_test(tcase, a_file_tells_which_certificates_are_there, 0, 11);
    tcase_add_test(tcase, a_card_that_leaves_does_not_tell_its_certificates);
    return tcase;
}

static TCase *signatures_case(void)
{
    TCase *tcase = tcase_create("signatures");

    mn_scratch_attach(tcase);
    tcase_add_checked_fixture(tcase, make_signature, NULL);
    tcase_add_test(tcase, a_signature_is_one_command);
    tcase_add_test(tcase, the_log_does_not_show_what_is_signed);
    tcase_add_test(tcase, without_short_file_ids_the_key_is_selected);
    tcase_add_test(tcase, a_hash_value_is_signed_with_pss);
    tcase_add_test(tcase, data_of_a_length_that_no_scheme_takes_are_not_sent);
    tcase_add_test(tcase, up_to_245_bytes_are_signed_as_they_are);
    tcase_add_loop_test(tcase, each_refusal_of_a_signature_has_its_reason, 0, 8);
    tcase_add_loop_test(tcase, a_signature_that_is_not_256_bytes_is_none, 0, 5);
    tcase_add_test(tcase, a_signature_that_was_not_carried_is_not_asked_for_again);
    tcase_add_test(tcase, a_card_that_wants_its_key_selected_is_learned);
    tcase_add_test(tcase, a_card_that_refuses_both_forms_is_not_learned_from);
    tcase_add_test(tcase, where_another_application_may_be_current_no_form_is_judged);
    tcase_add_test(tcase, a_card_that_refuses_pss_in_both_forms_does_not_have_it);
    return tcase;
}

static TCase *pss_case(void)
{
    TCase *tcase = tcase_create("pss");

    tcase_add_loop_test(tcase, a_card_that_minds_the_length_has_pss, 0, 3);
    tcase_add_test(tcase, a_card_that_minds_the_scheme_has_no_pss);
    tcase_add_test(tcase, a_card_that_minds_an_impossible_scheme_less_is_not_understood);
    tcase_add_test(tcase, a_card_that_wants_its_key_selected_is_not_taken_for_one_without_pss);
    tcase_add_test(tcase, without_short_file_ids_the_question_selects_the_key);
    tcase_add_test(tcase, the_question_is_asked_in_the_right_application);
    tcase_add_test(tcase, a_question_that_is_not_carried_teaches_nothing);
    tcase_add_test(tcase, a_card_without_the_key_teaches_nothing);
    return tcase;
}

int main(void)
{
    Suite *suite = suite_create("card/jpki");

    suite_add_tcase(suite, certificates_case());
    suite_add_tcase(suite, signatures_case());
    suite_add_tcase(suite, pss_case());
    return mn_test_run(suite);
}
