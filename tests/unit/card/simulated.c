/* The room against the simulated card: behaviour, and the number of commands. */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "card/jpki.h"
#include "card/pin.h"
#include "cardsim_plug.h"
#include "crypto/certificate.h"
#include "crypto/library.h"
#include "crypto/public_key.h"
#include "runner.h"

#define READER "Reader"

static struct cardsim *sim;
static struct cardsim_bench *bench;
static struct mn_readers readers;
static struct mn_card *card;

static const struct mn_pin_policy careful = {.spare_last = true};

static void make_bench(void)
{
    ck_assert_int_eq(mn_crypto_open(), MN_OK);
    ck_assert_int_eq(cardsim_bench_new(&bench), MN_OK);
    ck_assert_int_eq(cardsim_plug(bench, READER), MN_OK);
    ck_assert_int_eq(cardsim_bench_open(bench, &readers), MN_OK);
}

static void free_bench(void)
{
    mn_card_free(&card);
    readers.ops->close(readers.self);
    cardsim_bench_free(&bench);
    cardsim_free(&sim);
    mn_crypto_close();
}

/* Puts a card into the reader; switches is "name=value name=value ...". */
static void insert(const char *persona, const char *switches)
{
    char copy[256], *rest = copy, *word;

    ck_assert_int_eq(cardsim_new(persona, CARDSIM_PKI, &sim), MN_OK);
    snprintf(copy, sizeof copy, "%s", switches);
    while ((word = strsep(&rest, " "))) {
        char *value = strchr(word, '=');

        if (!value)
            continue;
        *value = '\0';
        ck_assert_int_eq(cardsim_set(sim, word, value + 1), MN_OK);
    }
    cardsim_insert(bench, READER, sim);
}

/* Connects to it and begins a conversation; nothing is known of the card but what it says. */
static void begin_with(enum mn_fact extended)
{
    const struct mn_card_facts facts = {.extended = extended};
    struct mn_transport transport;

    ck_assert_int_eq(readers.ops->connect(readers.self, READER, &transport), MN_OK);
    ck_assert_int_eq(mn_card_new(&transport, &facts, &card), MN_OK);
    ck_assert_int_eq(mn_card_begin(card), MN_OK);
}

static void insert_and_identify(const char *persona, const char *switches)
{
    insert(persona, switches);
    begin_with(MN_FACT_YES);
    ck_assert_int_eq(mn_card_identify(card), MN_OK);
}

static void begin_anew(void)
{
    mn_card_end(card);
    ck_assert_int_eq(mn_card_begin(card), MN_OK);
}

static mn_rc verify(enum mn_role role, const char *pin)
{
    struct mn_pin_attempt attempt;

    return mn_pin_verify(card, mn_role_profile(role)->pin, mn_span(pin, strlen(pin)), &careful,
                         &attempt);
}

static uint8_t signature[MN_MODULUS_BYTES];

static mn_rc sign(enum mn_role role, enum mn_card_scheme scheme)
{
    static const uint8_t digest[32] = {1, 2, 3};

    return mn_jpki_sign(card, role, scheme, mn_span(digest, sizeof digest), signature);
}

static int tries_of(enum mn_role role)
{
    int tries;

    ck_assert_int_eq(mn_pin_tries(card, mn_role_profile(role)->pin, &tries), MN_OK);
    return tries;
}

/* --- the number of commands --- */

START_TEST(a_cold_signature_takes_five_commands)
{
    insert_and_identify("fresh", "");
    ck_assert_int_eq(verify(MN_ROLE_AUTH, CARDSIM_AUTH_PIN), MN_OK);
    ck_assert_int_eq(sign(MN_ROLE_AUTH, MN_CARD_PKCS1), MN_OK);
    ck_assert_uint_eq(cardsim_count(sim), 5);
    ck_assert_uint_eq(cardsim_count_ins(sim, 0xA4), 1); /* SELECT */
    ck_assert_uint_eq(cardsim_count_ins(sim, 0xB0), 1); /* READ BINARY */
    ck_assert_uint_eq(cardsim_count_ins(sim, 0x20), 2); /* tries, VERIFY */
    ck_assert_uint_eq(cardsim_count_verify(sim, CARDSIM_PIN_AUTH), 1);
    ck_assert_uint_eq(cardsim_count_ins(sim, 0x2A), 1);
}
END_TEST

START_TEST(each_further_signature_takes_one_command)
{
    insert_and_identify("fresh", "");
    ck_assert_int_eq(verify(MN_ROLE_SIGN, CARDSIM_SIGN_PIN), MN_OK);
    for (int i = 0; i < 3; i++) {
        begin_anew();
        cardsim_clear_counts(sim);
        ck_assert_int_eq(sign(MN_ROLE_SIGN, MN_CARD_PKCS1), MN_OK);
        ck_assert_uint_eq(cardsim_count(sim), 1);
    }
}
END_TEST

START_TEST(a_known_certificate_takes_one_command_and_a_new_one_two)
{
    struct mn_bytes first = {0}, again = {0};

    insert_and_identify("fresh", "");
    cardsim_clear_counts(sim);
    ck_assert_int_eq(mn_jpki_certificate(card, 0x000A, MN_DATA_PLAIN, (struct mn_span){0}, &first),
                     MN_OK);
    ck_assert_uint_eq(cardsim_count(sim), 2);
    cardsim_clear_counts(sim);
    ck_assert_int_eq(
        mn_jpki_certificate(card, 0x000A, MN_DATA_PLAIN, mn_bytes_span(&first), &again), MN_OK);
    ck_assert_uint_eq(cardsim_count(sim), 1);
    ck_assert(mn_span_equal(mn_bytes_span(&first), mn_bytes_span(&again)));
    mn_bytes_free(&first);
    mn_bytes_free(&again);
}
END_TEST

START_TEST(asking_for_pss_takes_one_command_where_there_is_pss)
{
    insert_and_identify("fresh", "");
    cardsim_clear_counts(sim);
    ck_assert_int_eq(mn_jpki_ask_pss(card), MN_OK);
    ck_assert_uint_eq(cardsim_count(sim), 1);
    ck_assert_int_eq(mn_card_facts(card)->pss, MN_FACT_YES);
}
END_TEST

/* --- on every sort of card --- */

static const char *const sorts[] = {"",
                                    "sfi=0",
                                    "sfi_sets_current=0",
                                    "extended=0",
                                    "sfi=0 extended=0",
                                    "sfi_sets_current=0 extended=0",
                                    "end_of_file=6282",
                                    "end_of_file=6C",
                                    "end_of_file=6C extended=0",
                                    "padding=0",
                                    "lc_le=tolerant",
                                    "first_command_6f00=1",
                                    "clear_on_select_same=1",
                                    "clear_on_warm_reset=1",
                                    "clear_on_select_other=0",
                                    "empty_verify_after_success=9000",
                                    "partial_aid=0",
                                    "sign_length_status=6700",
                                    "check_security_before_p1=1"};
#define SORTS (int)(sizeof sorts / sizeof sorts[0])

/* The file of that id is the certificate of that name in the PKI folder. */
static void assert_certificate(uint16_t ef, const char *name)
{
    char path[4096];
    struct mn_bytes wanted = {0}, found = {0};

    snprintf(path, sizeof path, "%s/%s", CARDSIM_PKI, name);
    ck_assert_int_eq(mn_file_read(path, 4096, &wanted), MN_OK);
    ck_assert_int_eq(mn_jpki_certificate(card, ef, MN_DATA_PLAIN, (struct mn_span){0}, &found),
                     MN_OK);
    ck_assert_msg(mn_span_equal(mn_bytes_span(&found), mn_bytes_span(&wanted)), "%s", name);
    mn_bytes_free(&wanted);
    mn_bytes_free(&found);
}

START_TEST(all_certificates_are_read_from_any_card)
{
    insert_and_identify("fresh", sorts[_i]);
    assert_certificate(0x000A, "auth.der");
    assert_certificate(0x000B, "auth-ca.der");
    assert_certificate(0x0002, "sign-ca.der");
    begin_anew();
    ck_assert_int_eq(mn_card_enter_jpki(card, true), MN_OK);
    assert_certificate(0x000B, "auth-ca.der");
    ck_assert_int_eq(verify(MN_ROLE_SIGN, CARDSIM_SIGN_PIN), MN_OK);
    assert_certificate(0x0001, "sign.der");
    assert_certificate(0x000A, "auth.der");
}
END_TEST

/* The signature of 32 bytes fits the public key in the file of that certificate. */
static void assert_signature_fits(uint16_t ef, enum mn_card_scheme scheme)
{
    static const uint8_t digest[32] = {1, 2, 3};
    struct mn_bytes der = {0};
    struct mn_certificate certificate;
    struct mn_span key, in = mn_span(digest, sizeof digest);

    ck_assert_int_eq(mn_jpki_certificate(card, ef, MN_DATA_PLAIN, (struct mn_span){0}, &der),
                     MN_OK);
    ck_assert_int_eq(mn_certificate_read(mn_bytes_span(&der), &certificate), MN_OK);
    key = mn_bytes_span(&certificate.public_key_info);
    if (scheme == MN_CARD_PKCS1)
        ck_assert_int_eq(mn_public_key_verify_pkcs1(key, in, mn_span(signature, sizeof signature)),
                         MN_OK);
    else
        ck_assert_int_eq(mn_public_key_verify_pss(key, &(struct mn_pss){MN_SHA256, MN_SHA256, 32},
                                                  in, mn_span(signature, sizeof signature)),
                         MN_OK);
    mn_certificate_release(&certificate);
    mn_bytes_free(&der);
}

START_TEST(both_keys_sign_on_any_card)
{
    insert_and_identify("fresh", sorts[_i]);
    ck_assert_int_eq(verify(MN_ROLE_AUTH, CARDSIM_AUTH_PIN), MN_OK);
    ck_assert_int_eq(sign(MN_ROLE_AUTH, MN_CARD_PKCS1), MN_OK);
    assert_signature_fits(0x000A, MN_CARD_PKCS1);
    ck_assert_int_eq(sign(MN_ROLE_AUTH, MN_CARD_PSS_SHA256), MN_OK);
    assert_signature_fits(0x000A, MN_CARD_PSS_SHA256);
    ck_assert_int_eq(verify(MN_ROLE_SIGN, "abc123"), MN_OK);
    ck_assert_int_eq(sign(MN_ROLE_SIGN, MN_CARD_PKCS1), MN_OK);
    assert_signature_fits(0x0001, MN_CARD_PKCS1);
}
END_TEST

START_TEST(a_key_that_is_not_open_does_not_sign_on_any_card)
{
    insert_and_identify("fresh", sorts[_i]);
    ck_assert_int_eq(sign(MN_ROLE_AUTH, MN_CARD_PKCS1), MN_E_NOT_LOGGED_IN);
    ck_assert_int_eq(verify(MN_ROLE_AUTH, CARDSIM_AUTH_PIN), MN_OK);
    ck_assert_int_eq(sign(MN_ROLE_SIGN, MN_CARD_PKCS1), MN_E_NOT_LOGGED_IN);
    ck_assert_int_eq(sign(MN_ROLE_AUTH, MN_CARD_PKCS1), MN_OK);
}
END_TEST

START_TEST(wrong_pins_cost_their_tries_and_the_last_is_kept_on_any_card)
{
    insert_and_identify("fresh", sorts[_i]);
    ck_assert_int_eq(verify(MN_ROLE_AUTH, "0000"), MN_E_PIN_WRONG);
    ck_assert_uint_eq(cardsim_tries(sim, CARDSIM_PIN_AUTH), 2);
    ck_assert_int_eq(verify(MN_ROLE_AUTH, "0001"), MN_E_PIN_WRONG);
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(verify(MN_ROLE_AUTH, "0002"), MN_E_PIN_LAST_TRY);
    ck_assert_uint_eq(cardsim_tries(sim, CARDSIM_PIN_AUTH), 1);
    ck_assert_uint_eq(cardsim_count_verify(sim, CARDSIM_PIN_AUTH), 2);
    ck_assert_int_eq(tries_of(MN_ROLE_AUTH), 1);
    ck_assert_int_eq(tries_of(MN_ROLE_SIGN), 5);
}
END_TEST

START_TEST(no_key_stays_open_on_any_card_that_is_shut)
{
    insert_and_identify("fresh", sorts[_i]);
    ck_assert_int_eq(verify(MN_ROLE_AUTH, CARDSIM_AUTH_PIN), MN_OK);
    ck_assert_int_eq(verify(MN_ROLE_SIGN, CARDSIM_SIGN_PIN), MN_OK);
    ck_assert(cardsim_is_open(sim, CARDSIM_PIN_AUTH) && cardsim_is_open(sim, CARDSIM_PIN_SIGN));
    ck_assert_int_eq(mn_card_shut(card), MN_OK);
    ck_assert(!cardsim_is_open(sim, CARDSIM_PIN_AUTH));
    ck_assert(!cardsim_is_open(sim, CARDSIM_PIN_SIGN));
    begin_anew();
    ck_assert_int_eq(mn_card_enter_jpki(card, true), MN_OK);
    ck_assert_int_eq(sign(MN_ROLE_AUTH, MN_CARD_PKCS1), MN_E_NOT_LOGGED_IN);
}
END_TEST

START_TEST(a_pin_is_changed_on_any_card)
{
    struct mn_pin_attempt attempt;

    insert_and_identify("fresh", sorts[_i]);
    ck_assert_int_eq(mn_pin_change(card, MN_PIN_SIGN, mn_span("abc123", 6), mn_span("new9pass", 8),
                                   &careful, &attempt),
                     MN_OK);
    ck_assert_int_eq(mn_card_shut(card), MN_OK);
    begin_anew();
    ck_assert_int_eq(mn_card_enter_jpki(card, true), MN_OK);
    ck_assert_int_eq(verify(MN_ROLE_SIGN, CARDSIM_SIGN_PIN), MN_E_PIN_WRONG);
    ck_assert_int_eq(verify(MN_ROLE_SIGN, "NEW9PASS"), MN_OK);
    ck_assert_int_eq(sign(MN_ROLE_SIGN, MN_CARD_PKCS1), MN_OK);
}
END_TEST

START_TEST(another_program_in_between_is_noticed_on_any_card)
{
    unsigned long epoch;

    insert_and_identify("fresh", sorts[_i]);
    ck_assert_int_eq(verify(MN_ROLE_AUTH, CARDSIM_AUTH_PIN), MN_OK);
    epoch = mn_card_epoch(card);
    mn_card_end(card);
    cardsim_other_selects(bench, READER, mn_application_id(MN_APPLICATION_COMMON));
    ck_assert_int_eq(mn_card_begin(card), MN_OK);
    ck_assert_int_ne(sign(MN_ROLE_AUTH, MN_CARD_PKCS1), MN_OK);
    ck_assert_int_eq(mn_card_enter_jpki(card, true), MN_OK);
    ck_assert_uint_ne(mn_card_epoch(card), epoch);
    ck_assert_int_eq(verify(MN_ROLE_AUTH, CARDSIM_AUTH_PIN), MN_OK);
    epoch = mn_card_epoch(card);

    mn_card_end(card);
    cardsim_other_selects(bench, READER, mn_application_id(MN_APPLICATION_JPKI));
    ck_assert_int_eq(mn_card_begin(card), MN_OK);
    ck_assert_int_eq(mn_card_enter_jpki(card, true), MN_OK);
    ck_assert_uint_eq(mn_card_epoch(card), epoch);

    mn_card_end(card);
    cardsim_other_resets(bench, READER);
    ck_assert_int_eq(mn_card_begin(card), MN_OK);
    ck_assert_uint_ne(mn_card_epoch(card), epoch);
}
END_TEST

/* --- cards in some condition --- */

START_TEST(a_card_without_pss_says_so)
{
    insert_and_identify("no-pss", "");
    ck_assert_int_eq(mn_jpki_ask_pss(card), MN_OK);
    ck_assert_int_eq(mn_card_facts(card)->pss, MN_FACT_NO);
    ck_assert_int_eq(verify(MN_ROLE_AUTH, CARDSIM_AUTH_PIN), MN_OK);
    ck_assert_int_eq(sign(MN_ROLE_AUTH, MN_CARD_PSS_SHA256), MN_E_UNSUPPORTED);
    ck_assert_int_eq(sign(MN_ROLE_AUTH, MN_CARD_PKCS1), MN_OK);
}
END_TEST

START_TEST(a_card_that_minds_the_pin_first_is_found_out_by_a_signature)
{
    insert_and_identify("no-pss", "check_security_before_p1=1");
    ck_assert_int_eq(mn_jpki_ask_pss(card), MN_OK);
    ck_assert_int_eq(mn_card_facts(card)->pss, MN_FACT_YES);
    ck_assert_int_eq(verify(MN_ROLE_AUTH, CARDSIM_AUTH_PIN), MN_OK);
    ck_assert_int_eq(sign(MN_ROLE_AUTH, MN_CARD_PSS_SHA256), MN_E_UNSUPPORTED);
    ck_assert_int_eq(mn_card_facts(card)->pss, MN_FACT_NO);
}
END_TEST

START_TEST(a_childs_card_lacks_the_signing_certificate_only)
{
    struct mn_bytes der = {0};
    bool has;

    insert_and_identify("no-sign-certificate", "");
    ck_assert_int_eq(mn_jpki_has_certificate(card, MN_ROLE_SIGN, &has), MN_OK);
    ck_assert(!has);
    ck_assert_int_eq(mn_jpki_has_certificate(card, MN_ROLE_AUTH, &has), MN_OK);
    ck_assert(has);
    ck_assert_int_ne(mn_jpki_certificate(card, 0x0001, MN_DATA_PERSONAL, (struct mn_span){0}, &der),
                     MN_OK);
    ck_assert_int_eq(verify(MN_ROLE_SIGN, CARDSIM_SIGN_PIN), MN_E_PIN_BLOCKED);
    ck_assert_uint_eq(cardsim_count_verify(sim, CARDSIM_PIN_SIGN), 0);
    assert_certificate(0x000A, "auth.der");
}
END_TEST

START_TEST(a_password_never_set_is_not_sent)
{
    static const struct {
        const char *switches;
        mn_rc rc;
    } table[] = {{"sign_pin=absent", MN_E_PIN_UNSET},
                 {"sign_pin=unset unset_pin=63C0", MN_E_PIN_BLOCKED},
                 {"sign_pin=unset unset_pin=6984", MN_E_PIN_BLOCKED},
                 {"sign_pin=unset unset_pin=6985", MN_E_PIN_UNKNOWN},
                 {"sign_pin=unset unset_pin=6A88", MN_E_PIN_UNKNOWN}};

    insert_and_identify("fresh", table[_i].switches);
    ck_assert_int_eq(verify(MN_ROLE_SIGN, CARDSIM_SIGN_PIN), table[_i].rc);
    ck_assert_uint_eq(cardsim_count_verify(sim, CARDSIM_PIN_SIGN), 0);
    ck_assert_int_eq(tries_of(MN_ROLE_AUTH), 3);
    ck_assert_int_eq(mn_card_facts(card)->sfi, MN_FACT_YES);
}
END_TEST

START_TEST(a_blocked_pin_is_told_and_the_other_role_goes_on)
{
    static const char *const answers[] = {"blocked_query=63C0", "blocked_query=6983",
                                          "blocked_query=6984"};

    insert_and_identify("auth-blocked", answers[_i]);
    ck_assert_int_eq(tries_of(MN_ROLE_AUTH), 0);
    ck_assert_int_eq(verify(MN_ROLE_AUTH, CARDSIM_AUTH_PIN), MN_E_PIN_BLOCKED);
    ck_assert_uint_eq(cardsim_count_verify(sim, CARDSIM_PIN_AUTH), 0);
    ck_assert_int_eq(tries_of(MN_ROLE_SIGN), 5);
    ck_assert_int_eq(verify(MN_ROLE_SIGN, CARDSIM_SIGN_PIN), MN_OK);
}
END_TEST

START_TEST(other_cards_are_told_from_a_my_number_card)
{
    insert("foreign", "");
    begin_with(MN_FACT_YES);
    ck_assert_int_eq(mn_card_identify(card), MN_E_FOREIGN_CARD);
    ck_assert_uint_eq(cardsim_count(sim), 1);
}
END_TEST

START_TEST(a_predecessor_and_a_phone_are_told_by_their_labels)
{
    insert_and_identify(_i == 0 ? "juki" : "phone", "");
    ck_assert_int_eq(mn_card_info(card)->kind, _i == 0 ? MN_CARD_JUKI : MN_CARD_PHONE);
}
END_TEST

START_TEST(a_card_without_token_information_is_a_foreign_one)
{
    insert("fresh", "ef0006=0");
    begin_with(MN_FACT_YES);
    ck_assert_int_eq(mn_card_identify(card), MN_E_FOREIGN_CARD);
}
END_TEST

START_TEST(a_card_that_refuses_extended_length_is_read_all_the_same)
{
    insert_and_identify("short-apdu", "");
    assert_certificate(0x000A, "auth.der");
    ck_assert_int_eq(mn_card_facts(card)->extended, MN_FACT_NO);
}
END_TEST

START_TEST(a_reader_that_refuses_extended_length_is_read_through_all_the_same)
{
    cardsim_reader_extended(bench, READER, false);
    insert_and_identify("fresh", "");
    assert_certificate(0x000A, "auth.der");
    ck_assert_int_eq(mn_card_facts(card)->extended, MN_FACT_NO);
    ck_assert(!mn_card_is_in(card, MN_APPLICATION_JPKI));
}
END_TEST

static TCase *budgets_case(void)
{
    TCase *tcase = tcase_create("budgets");

    tcase_add_checked_fixture(tcase, make_bench, free_bench);
    tcase_add_test(tcase, a_cold_signature_takes_five_commands);
    tcase_add_test(tcase, each_further_signature_takes_one_command);
    tcase_add_test(tcase, a_known_certificate_takes_one_command_and_a_new_one_two);
    tcase_add_test(tcase, asking_for_pss_takes_one_command_where_there_is_pss);
    return tcase;
}

static TCase *sorts_case(void)
{
    TCase *tcase = tcase_create("sorts");

    tcase_add_checked_fixture(tcase, make_bench, free_bench);
    tcase_add_loop_test(tcase, all_certificates_are_read_from_any_card, 0, SORTS);
    tcase_add_loop_test(tcase, both_keys_sign_on_any_card, 0, SORTS);
    tcase_add_loop_test(tcase, a_key_that_is_not_open_does_not_sign_on_any_card, 0, SORTS);
    tcase_add_loop_test(tcase, wrong_pins_cost_their_tries_and_the_last_is_kept_on_any_card, 0,
                        SORTS);
    tcase_add_loop_test(tcase, no_key_stays_open_on_any_card_that_is_shut, 0, SORTS);
    tcase_add_loop_test(tcase, a_pin_is_changed_on_any_card, 0, SORTS);
    tcase_add_loop_test(tcase, another_program_in_between_is_noticed_on_any_card, 0, SORTS);
    return tcase;
}

/* --- every PIN of the card --- */

static const struct {
    enum cardsim_pin on_card;
    const char *value, *other;
} every_pin[MN_PIN_COUNT] = {
    [MN_PIN_AUTH] = {CARDSIM_PIN_AUTH, "1234", "9072"},
    [MN_PIN_SIGN] = {CARDSIM_PIN_SIGN, "ABC123", "XYZ7890"},
    [MN_PIN_TEXT] = {CARDSIM_PIN_TEXT, "1234", "9072"},
    [MN_PIN_TEXT_A] = {CARDSIM_PIN_TEXT_A, "537686677188", "537686677189"},
    [MN_PIN_TEXT_B] = {CARDSIM_PIN_TEXT_B, "55021720352285", "55021720352286"},
    [MN_PIN_SURFACE_BIRTH] = {CARDSIM_PIN_SURFACE_BIRTH, "550217", "550218"},
    [MN_PIN_SURFACE_A] = {CARDSIM_PIN_SURFACE_A, "537686677188", "537686677189"},
    [MN_PIN_SURFACE_B] = {CARDSIM_PIN_SURFACE_B, "55021720352285", "55021720352286"},
    [MN_PIN_COMMON] = {CARDSIM_PIN_COMMON, "1234", "9072"},
    [MN_PIN_JUKI] = {CARDSIM_PIN_JUKI, "1234", "9072"},
};

/* Sets tries_max; PINs whose counters differ between cards have as many here as the card says. */
static void enter_for(enum mn_pin id, int *tries_max)
{
    ck_assert_int_eq(mn_card_enter(card, mn_pin_profile(id)->application), MN_OK);
    ck_assert_int_eq(mn_pin_tries(card, id, tries_max), MN_OK);
    ck_assert_int_eq(*tries_max, cardsim_tries(sim, every_pin[id].on_card));
    if (mn_pin_profile(id)->tries_max > 0)
        ck_assert_int_eq(*tries_max, mn_pin_profile(id)->tries_max);
}

static mn_rc verify_pin(enum mn_pin id, const char *value)
{
    struct mn_pin_attempt attempt;

    return mn_pin_verify(card, id, mn_span(value, strlen(value)), &careful, &attempt);
}

static void assert_each_pin_goes_to_its_reference(const char *persona)
{
    for (int i = 0; i < MN_PIN_COUNT; i++) {
        enum mn_pin id = (enum mn_pin)i;
        int most;

        insert_and_identify(persona, "");
        enter_for(id, &most);
        ck_assert_int_eq(verify_pin(id, every_pin[i].other), MN_E_PIN_WRONG);
        ck_assert_int_eq(cardsim_tries(sim, every_pin[i].on_card), most - 1);
        ck_assert_int_eq(verify_pin(id, every_pin[i].value), MN_OK);
        ck_assert(cardsim_is_open(sim, every_pin[i].on_card));
        for (int k = 0; k < CARDSIM_PIN_COUNT; k++)
            ck_assert_uint_eq(cardsim_count_verify(sim, (enum cardsim_pin)k),
                              k == (int)every_pin[i].on_card ? 2 : 0);
        ck_assert_int_eq(mn_card_shut(card), MN_OK);
        for (int k = 0; k < CARDSIM_PIN_COUNT; k++)
            ck_assert(!cardsim_is_open(sim, (enum cardsim_pin)k));
        mn_card_free(&card);
        cardsim_remove(bench, READER);
        cardsim_free(&sim);
    }
}

START_TEST(each_pin_goes_to_its_own_reference_on_any_card)
{
    assert_each_pin_goes_to_its_reference("fresh");
    assert_each_pin_goes_to_its_reference("no-sfi");
}
END_TEST

START_TEST(each_pin_that_can_be_changed_is_and_the_others_are_not_touched)
{
    enum mn_pin id = (enum mn_pin)_i;
    struct mn_span old_value = mn_span(every_pin[_i].value, strlen(every_pin[_i].value));
    struct mn_span new_value = mn_span(every_pin[_i].other, strlen(every_pin[_i].other));
    struct mn_pin_attempt attempt;
    int most;

    insert_and_identify("fresh", "");
    enter_for(id, &most);
    mn_rc rc = mn_pin_change(card, id, old_value, new_value, &careful, &attempt);
    if (mn_pin_profile(id)->change == MN_PIN_FIXED) {
        ck_assert_int_eq(rc, MN_E_UNSUPPORTED);
        ck_assert(!attempt.sent);
        ck_assert_uint_eq(cardsim_count_verify(sim, every_pin[_i].on_card), 0);
        return;
    }
    ck_assert_int_eq(rc, MN_OK);
    ck_assert_int_eq(verify_pin(id, every_pin[_i].value), MN_E_PIN_WRONG);
    ck_assert_int_eq(verify_pin(id, every_pin[_i].other), MN_OK);
}
END_TEST

START_TEST(a_pin_is_not_sent_in_another_application)
{
    int most;

    insert_and_identify("fresh", "");
    enter_for(MN_PIN_COMMON, &most);
    ck_assert_int_eq(verify_pin(MN_PIN_JUKI, "1234"), MN_E_INTERNAL);
    ck_assert_int_eq(verify_pin(MN_PIN_AUTH, "1234"), MN_E_INTERNAL);
    begin_anew();
    ck_assert_int_eq(verify_pin(MN_PIN_COMMON, "1234"), MN_E_INTERNAL);
    ck_assert_uint_eq(cardsim_count_verify(sim, CARDSIM_PIN_COMMON), 0);
}
END_TEST

START_TEST(an_application_that_is_not_there_is_told_as_such)
{
    insert_and_identify("phone", "");
    ck_assert_int_eq(mn_card_enter(card, MN_APPLICATION_TEXT), MN_E_NOT_FOUND);
    ck_assert(!mn_card_is_in(card, MN_APPLICATION_TEXT));
    ck_assert_int_eq(mn_card_enter(card, MN_APPLICATION_JPKI), MN_OK);
    ck_assert_int_eq(verify(MN_ROLE_AUTH, CARDSIM_AUTH_PIN), MN_OK);
}
END_TEST

static TCase *pins_case(void)
{
    TCase *tcase = tcase_create("pins");

    tcase_add_checked_fixture(tcase, make_bench, free_bench);
    tcase_add_test(tcase, each_pin_goes_to_its_own_reference_on_any_card);
    tcase_add_loop_test(tcase, each_pin_that_can_be_changed_is_and_the_others_are_not_touched, 0,
                        MN_PIN_COUNT);
    tcase_add_test(tcase, a_pin_is_not_sent_in_another_application);
    tcase_add_test(tcase, an_application_that_is_not_there_is_told_as_such);
    return tcase;
}

static TCase *conditions_case(void)
{
    TCase *tcase = tcase_create("conditions");

    tcase_add_checked_fixture(tcase, make_bench, free_bench);
    tcase_add_test(tcase, a_card_without_pss_says_so);
    tcase_add_test(tcase, a_card_that_minds_the_pin_first_is_found_out_by_a_signature);
    tcase_add_test(tcase, a_childs_card_lacks_the_signing_certificate_only);
    tcase_add_loop_test(tcase, a_password_never_set_is_not_sent, 0, 5);
    tcase_add_loop_test(tcase, a_blocked_pin_is_told_and_the_other_role_goes_on, 0, 3);
    tcase_add_test(tcase, other_cards_are_told_from_a_my_number_card);
    tcase_add_loop_test(tcase, a_predecessor_and_a_phone_are_told_by_their_labels, 0, 2);
    tcase_add_test(tcase, a_card_without_token_information_is_a_foreign_one);
    tcase_add_test(tcase, a_card_that_refuses_extended_length_is_read_all_the_same);
    tcase_add_test(tcase, a_reader_that_refuses_extended_length_is_read_through_all_the_same);
    return tcase;
}

int main(void)
{
    Suite *suite = suite_create("card/simulated");

    suite_add_tcase(suite, budgets_case());
    suite_add_tcase(suite, sorts_case());
    suite_add_tcase(suite, conditions_case());
    suite_add_tcase(suite, pins_case());
    return mn_test_run(suite);
}
