#include <stdlib.h>
#include <string.h>

#include "backend/desk.h"
#include "base/file.h"
#include "base/scratch.h"
#include "crypto/certificate.h"
#include "crypto/public_key.h"
#include "runner.h"

#define AUTH MN_ROLE_AUTH
#define SIGN MN_ROLE_SIGN

#define BOTH (MN_WANT_CERTIFICATE | MN_WANT_CA_CERTIFICATE)

static struct mn_view view;

static void release_view(void)
{
    mn_view_release(&view);
}

static void load(enum mn_role role, unsigned want)
{
    mn_view_release(&view);
    ck_assert_int_eq(mn_desk_load(role, want, &view), MN_OK);
}

static void login(enum mn_role role)
{
    ck_assert_int_eq(mn_desk_login(role, role == AUTH ? CARDSIM_AUTH_PIN : MN_DESK_PASSWORD),
                     MN_OK);
}

static void fault(const char *fault)
{
    ck_assert_int_eq(cardsim_fault(mn_desk.card, fault), MN_OK);
}

/* As after C_Finalize and C_Initialize. */
static void start_anew(void)
{
    mn_desk_close_pool();
    mn_desk_open_pool();
    (void)mn_desk_commands();
}

/* der is the file of that name in the PKI folder; with NULL, it is empty. */
static void assert_is(const struct mn_bytes *der, const char *name)
{
    struct mn_bytes wanted = {0};
    char path[4096];

    if (name) {
        snprintf(path, sizeof path, "%s/%s", CARDSIM_PKI, name);
        ck_assert_int_eq(mn_file_read(path, 4096, &wanted), MN_OK);
    }
    ck_assert(mn_span_equal(mn_bytes_span(der), mn_bytes_span(&wanted)));
    mn_bytes_free(&wanted);
}

/* --- facts --- */

START_TEST(the_facts_of_each_role_are_known_without_the_card)
{
    const struct mn_token_facts *auth = mn_desk_token(AUTH)->facts;
    const struct mn_token_facts *sign = mn_desk_token(SIGN)->facts;

    ck_assert_str_eq(auth->label, "JPKI Authentication");
    ck_assert_str_eq(sign->label, "JPKI Signature");
    ck_assert_str_eq(auth->manufacturer, "J-LIS");
    ck_assert(!mn_span_equal(auth->key_id, sign->key_id));
    ck_assert_uint_ne(auth->key_ref, sign->key_ref);
    ck_assert_uint_eq(auth->key_bits, 2048);
    ck_assert_uint_eq(auth->pin_min, 4);
    ck_assert_uint_eq(auth->pin_max, 4);
    ck_assert_uint_eq(sign->pin_min, 6);
    ck_assert_uint_eq(sign->pin_max, 16);
    ck_assert(auth->certificate_is_public && !sign->certificate_is_public);
    ck_assert(auth->in_hardware && auth->can_set_pin);
    ck_assert(!auth->always_authenticate && !sign->always_authenticate);
    ck_assert_str_eq(auth->serial, "");
    ck_assert_uint_eq(mn_desk_commands(), 0);
}
END_TEST

START_TEST(each_signature_wants_a_login_where_the_settings_say_so)
{
    mn_desk.settings.sign_always_authenticate = true;
    ck_assert(mn_desk_token(SIGN)->facts->always_authenticate);
    ck_assert(!mn_desk_token(AUTH)->facts->always_authenticate);
}
END_TEST

START_TEST(the_identity_is_asked_for_once)
{
    struct mn_token *token = mn_desk_token(AUTH);

    ck_assert_int_eq(token->ops->identify(token->self), MN_OK);
    ck_assert_uint_eq(mn_desk_commands(), 2);
    ck_assert_str_eq(token->facts->serial, "0000000020500003");
    ck_assert_str_ne(token->facts->model, "");
    ck_assert_int_eq(token->ops->identify(token->self), MN_OK);
    ck_assert_uint_eq(mn_desk_commands(), 0);
    token = mn_desk_token(SIGN);
    ck_assert_int_eq(token->ops->identify(token->self), MN_OK);
    ck_assert_uint_eq(mn_desk_commands(), 0); /* the reader knows its card */
    ck_assert_str_eq(token->facts->serial, "0000000020500003");
}
END_TEST

START_TEST(an_identity_that_cannot_be_read_is_asked_for_again)
{
    struct mn_token *token = mn_desk_token(AUTH);

    fault("1:reset");
    ck_assert_int_eq(token->ops->identify(token->self), MN_E_COMM);
    ck_assert_str_eq(token->facts->serial, "");
    ck_assert_int_eq(token->ops->identify(token->self), MN_OK);
    ck_assert_str_eq(token->facts->serial, "0000000020500003");
}
END_TEST

/* --- certificates --- */

START_TEST(public_certificates_need_no_login)
{
    load(AUTH, BOTH);
    assert_is(&view.certificate, "auth.der");
    assert_is(&view.ca_certificates[0], "auth-ca.der");
    load(SIGN, BOTH);
    assert_is(&view.certificate, NULL);
    assert_is(&view.ca_certificates[0], "sign-ca.der");
}
END_TEST

START_TEST(only_what_is_wanted_is_read)
{
    load(AUTH, MN_WANT_CERTIFICATE);
    assert_is(&view.ca_certificates[0], NULL);
    ck_assert_uint_eq(mn_desk_commands(), 4); /* SELECT, token information, head, rest */
    load(AUTH, MN_WANT_CA_CERTIFICATE);
    assert_is(&view.certificate, NULL);
    assert_is(&view.ca_certificates[0], "auth-ca.der");
    ck_assert_uint_le(mn_desk_commands(), 3);
}
END_TEST

START_TEST(the_signing_certificate_is_read_in_a_login_only)
{
    load(SIGN, MN_WANT_CERTIFICATE);
    assert_is(&view.certificate, NULL);
    ck_assert_uint_eq(cardsim_count_ins(mn_desk.card, 0xB0), 1); /* the token information */
    login(SIGN);
    load(SIGN, MN_WANT_CERTIFICATE);
    assert_is(&view.certificate, "sign.der");
    mn_desk_logout(SIGN);
    load(SIGN, MN_WANT_CERTIFICATE);
    assert_is(&view.certificate, NULL);
}
END_TEST

START_TEST(after_a_reset_the_signing_certificate_is_not_shown)
{
    login(SIGN);
    cardsim_other_resets(mn_desk.bench, MN_DESK_READER);
    load(SIGN, BOTH);
    assert_is(&view.certificate, NULL);
    assert_is(&view.ca_certificates[0], "sign-ca.der");
    ck_assert(!mn_desk_is_open(SIGN));
    ck_assert_uint_eq(mn_desk_verifies(SIGN), 1);
}
END_TEST

START_TEST(what_a_card_does_not_have_is_an_empty_view)
{
    static const struct {
        const char *switches;
        enum mn_role role;
        const char *certificate, *ca_certificate;
    } table[] = {{"auth_role=0", AUTH, NULL, NULL},
                 {"sign_certificate=absent", SIGN, NULL, "sign-ca.der"},
                 {"sign_certificate=empty", SIGN, NULL, "sign-ca.der"},
                 {"auth_role=0 sfi=0", AUTH, NULL, NULL},
                 {"auth_certificate_needs_pin=1", AUTH, NULL, "auth-ca.der"}};

    mn_desk_set(table[_i].switches);
    if (table[_i].role == SIGN)
        login(SIGN);
    for (int i = 0; i < 2; i++) {
        load(table[_i].role, BOTH);
        assert_is(&view.certificate, table[_i].certificate);
        assert_is(&view.ca_certificates[0], table[_i].ca_certificate);
    }
}
END_TEST

START_TEST(a_certificate_that_cannot_be_understood_is_an_empty_view)
{
    static const char *const faults[] = {"1:garbage:256", "1:truncated:3", "1:sw:6F00",
                                         "1:sw:6985",     "2:sw:6B00",     "2:sw:6F00",
                                         "1:overlong:600"};

    load(AUTH, MN_WANT_CA_CERTIFICATE); /* the card is known */
    fault(faults[_i]);
    mn_view_release(&view);
    ck_assert_int_eq(mn_desk_load(AUTH, MN_WANT_CERTIFICATE, &view), MN_OK);
    if (view.certificate.len > 0) /* it was looked into, and read again */
        assert_is(&view.certificate, "auth.der");
    load(AUTH, MN_WANT_CERTIFICATE);
    assert_is(&view.certificate, "auth.der");
}
END_TEST

START_TEST(a_card_that_leaves_while_it_is_read_is_no_empty_view)
{
    load(AUTH, MN_WANT_CA_CERTIFICATE);
    mn_view_release(&view);
    fault("2:removed");
    ck_assert_int_eq(mn_desk_load(AUTH, BOTH, &view), MN_E_REMOVED);
    assert_is(&view.certificate, NULL);
    assert_is(&view.ca_certificates[0], NULL);
}
END_TEST

START_TEST(certificates_are_found_after_another_program_left_the_application)
{
    static const char *const switches[] = {"", "sfi=0"};

    mn_desk_set(switches[_i]);
    load(AUTH, MN_WANT_CA_CERTIFICATE);
    cardsim_other_selects(mn_desk.bench, MN_DESK_READER, mn_application_id(MN_APPLICATION_COMMON));
    load(AUTH, BOTH);
    assert_is(&view.certificate, "auth.der");
    assert_is(&view.ca_certificates[0], "auth-ca.der");
    cardsim_other_selects(mn_desk.bench, MN_DESK_READER, mn_application_id(MN_APPLICATION_COMMON));
    load(SIGN, MN_WANT_CA_CERTIFICATE);
    assert_is(&view.ca_certificates[0], "sign-ca.der");
}
END_TEST

START_TEST(a_phone_shows_its_certificate_in_a_login)
{
    mn_desk_exchange("phone", "");
    mn_desk_refresh();
    load(AUTH, MN_WANT_CERTIFICATE);
    assert_is(&view.certificate, NULL);
    ck_assert(!mn_desk_token(AUTH)->facts->certificate_is_public);
    login(AUTH);
    load(AUTH, MN_WANT_CERTIFICATE);
    assert_is(&view.certificate, "auth.der");
}
END_TEST

START_TEST(a_login_makes_a_guarded_certificate_readable)
{
    mn_desk_set("auth_certificate_needs_pin=1");
    load(AUTH, MN_WANT_CERTIFICATE);
    assert_is(&view.certificate, NULL);
    login(AUTH);
    load(AUTH, MN_WANT_CERTIFICATE);
    assert_is(&view.certificate, "auth.der");
}
END_TEST

START_TEST(reading_certificates_spares_the_logins)
{
    login(AUTH);
    login(SIGN);
    load(AUTH, BOTH);
    load(SIGN, BOTH);
    assert_is(&view.certificate, "sign.der");
    ck_assert_int_eq(mn_desk_sign(AUTH), MN_OK);
    ck_assert_int_eq(mn_desk_sign(SIGN), MN_OK);
    ck_assert_uint_eq(mn_desk_verifies(AUTH), 1);
    ck_assert_uint_eq(mn_desk_verifies(SIGN), 1);
}
END_TEST

/* --- signatures --- */

static const struct mn_scheme pkcs1 = {.kind = MN_SCHEME_PKCS1};
static const struct mn_scheme pss = {.kind = MN_SCHEME_PSS, .pss = {MN_SHA256, MN_SHA256, 32}};

static uint8_t signature[MN_MODULUS_BYTES];
static const uint8_t digest[64] = {1, 2, 3};

static mn_rc sign_bytes(enum mn_role role, const struct mn_scheme *scheme, size_t in_len,
                        size_t *len)
{
    struct mn_token *token = mn_desk_token(role);

    return token->ops->sign(token->self, token->facts->key_ref, scheme, mn_span(digest, in_len),
                            signature, len);
}

static mn_rc sign(enum mn_role role, const struct mn_scheme *scheme, size_t in_len)
{
    size_t len = sizeof signature;

    return sign_bytes(role, scheme, in_len, &len);
}

/* Against the certificate in the PKI folder. */
static void assert_signature_fits(const char *name, const struct mn_scheme *scheme, size_t in_len)
{
    struct mn_bytes der = {0};
    struct mn_certificate certificate;
    struct mn_span key, in = mn_span(digest, in_len), made = mn_span(signature, sizeof signature);
    char path[4096];

    snprintf(path, sizeof path, "%s/%s", CARDSIM_PKI, name);
    ck_assert_int_eq(mn_file_read(path, 4096, &der), MN_OK);
    ck_assert_int_eq(mn_certificate_read(mn_bytes_span(&der), &certificate), MN_OK);
    key = mn_bytes_span(&certificate.public_key_info);
    if (scheme->kind == MN_SCHEME_PKCS1)
        ck_assert_int_eq(mn_public_key_verify_pkcs1(key, in, made), MN_OK);
    else
        ck_assert_int_eq(
            mn_public_key_verify_pss(key, &(struct mn_pss){MN_SHA256, MN_SHA256, 32}, in, made),
            MN_OK);
    mn_certificate_release(&certificate);
    mn_bytes_free(&der);
}

START_TEST(both_schemes_make_signatures_that_fit_the_certificate)
{
    login(AUTH);
    login(SIGN);
    ck_assert_int_eq(sign(AUTH, &pkcs1, 51), MN_OK);
    assert_signature_fits("auth.der", &pkcs1, 51);
    ck_assert_int_eq(sign(AUTH, &pss, 32), MN_OK);
    assert_signature_fits("auth.der", &pss, 32);
    ck_assert_int_eq(sign(SIGN, &pkcs1, 51), MN_OK);
    assert_signature_fits("sign.der", &pkcs1, 51);
    ck_assert_int_eq(sign(SIGN, &pss, 32), MN_OK);
    assert_signature_fits("sign.der", &pss, 32);
}
END_TEST

START_TEST(what_the_card_cannot_do_is_refused_without_asking_it)
{
    static const struct mn_scheme others[] = {
        {.kind = MN_SCHEME_PSS, .pss = {MN_SHA1, MN_SHA1, 20}},
        {.kind = MN_SCHEME_PSS, .pss = {MN_SHA512, MN_SHA512, 64}},
        {.kind = MN_SCHEME_PSS, .pss = {MN_SHA256, MN_SHA256, 0}},
        {.kind = MN_SCHEME_PSS, .pss = {MN_SHA256, MN_SHA256, 20}}};
    struct mn_token *token = mn_desk_token(AUTH);

    login(AUTH);
    (void)mn_desk_commands();
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        ck_assert_int_eq(sign(AUTH, &others[i], 32), MN_E_UNSUPPORTED);
        ck_assert(!token->ops->offers(token->self, &others[i]));
    }
    ck_assert_int_eq(sign(AUTH, &pss, 31), MN_E_DATA_LENGTH);
    ck_assert_int_eq(sign(AUTH, &pkcs1, 0), MN_E_DATA_LENGTH);
    ck_assert_uint_eq(mn_desk_commands(), 0);
}
END_TEST

START_TEST(too_little_room_is_told_with_the_size_and_nothing_is_signed)
{
    size_t len = MN_MODULUS_BYTES - 1;

    login(AUTH);
    (void)mn_desk_commands();
    ck_assert_int_eq(sign_bytes(AUTH, &pkcs1, 51, &len), MN_E_TOO_SMALL);
    ck_assert_uint_eq(len, MN_MODULUS_BYTES);
    ck_assert_uint_eq(mn_desk_commands(), 0);
}
END_TEST

START_TEST(the_key_of_the_other_role_is_not_this_tokens)
{
    struct mn_token *token = mn_desk_token(AUTH);
    size_t len = sizeof signature;

    login(AUTH);
    ck_assert_int_eq(token->ops->sign(token->self, mn_desk_token(SIGN)->facts->key_ref, &pkcs1,
                                      mn_span(digest, 51), signature, &len),
                     MN_E_ARGUMENT);
}
END_TEST

START_TEST(a_refusal_for_another_reason_is_looked_into_once)
{
    login(AUTH);
    fault("1:sw:6985");
    ck_assert_int_eq(sign(AUTH, &pkcs1, 51), MN_OK);
    fault("1:sw:6985"); /* sign, look, sign */
    fault("3:sw:6985");
    (void)mn_desk_commands();
    ck_assert_int_eq(sign(AUTH, &pkcs1, 51), MN_E_REFUSED);
    ck_assert_uint_eq(mn_desk_commands(), 3);
    ck_assert(mn_desk_is_open(AUTH));
    ck_assert_uint_eq(mn_desk_verifies(AUTH), 0);
    ck_assert_int_eq(sign(AUTH, &pkcs1, 51), MN_OK);
}
END_TEST

START_TEST(an_answer_without_sense_is_no_signature)
{
    static const char *const faults[] = {"1:garbage:100", "1:overlong:10", "1:sw:6F00",
                                         "1:garbage:2"};

    login(AUTH);
    fault(faults[_i]);
    ck_assert_int_eq(sign(AUTH, &pkcs1, 51), MN_E_CARD_ANSWER);
    ck_assert_int_eq(sign(AUTH, &pkcs1, 51), MN_OK);
    assert_signature_fits("auth.der", &pkcs1, 51);
}
END_TEST

START_TEST(a_signature_interrupted_by_a_reset_can_be_asked_for_again)
{
    login(AUTH);
    fault("1:reset-after");
    ck_assert_int_eq(sign(AUTH, &pkcs1, 51), MN_E_COMM);
    ck_assert_int_eq(sign(AUTH, &pkcs1, 51), MN_OK);
    assert_signature_fits("auth.der", &pkcs1, 51);
}
END_TEST

/* --- PSS --- */

static bool offers_pss(void)
{
    struct mn_token *token = mn_desk_token(AUTH);

    return token->ops->offers(token->self, &pss);
}

START_TEST(pkcs1_is_offered_without_asking)
{
    struct mn_token *token = mn_desk_token(SIGN);

    ck_assert(token->ops->offers(token->self, &pkcs1));
    ck_assert_uint_eq(mn_desk_commands(), 0);
}
END_TEST

START_TEST(the_card_is_asked_once_whether_it_has_pss)
{
    bool has = _i == 0;
    const struct mn_token *token = mn_desk_token(SIGN);

    mn_desk_exchange(has ? "fresh" : "no-pss", "");
    mn_desk_refresh();
    mn_desk_close_token(SIGN);
    ck_assert_int_eq(offers_pss(), has);
    ck_assert_uint_gt(mn_desk_commands(), 2);
    ck_assert_int_eq(offers_pss(), has);
    ck_assert_int_eq(mn_desk_token(SIGN)->ops->offers(token->self, &pss), has);
    ck_assert_uint_eq(mn_desk_commands(), 0);
    start_anew();
    ck_assert_int_eq(offers_pss(), has);
    ck_assert_uint_eq(mn_desk_commands(), 2); /* which card it is */
    ck_assert_uint_eq(mn_desk_verifies(AUTH), 0);
}
END_TEST

START_TEST(without_a_cache_each_program_asks_by_itself)
{
    mn_desk.settings.cache = false;
    ck_assert(offers_pss());
    start_anew();
    ck_assert(offers_pss());
    ck_assert_uint_eq(mn_desk_commands(), 3);
}
END_TEST

START_TEST(the_settings_decide_about_pss_without_the_card)
{
    mn_desk.settings.pss = _i == 0 ? MN_YES : MN_NO;
    ck_assert_int_eq(offers_pss(), _i == 0);
    ck_assert_uint_eq(mn_desk_commands(), 0);
}
END_TEST

START_TEST(what_a_setting_says_is_not_remembered_as_a_finding)
{
    mn_desk.settings.pss = MN_NO;
    login(AUTH);
    mn_desk_close_pool();
    mn_desk.settings.pss = MN_AUTO;
    mn_desk_open_pool();
    ck_assert(offers_pss());
}
END_TEST

START_TEST(a_card_that_cannot_be_asked_is_taken_to_have_pss)
{
    cardsim_reader_hold(mn_desk.bench, MN_DESK_READER, true);
    ck_assert(offers_pss());
    cardsim_reader_hold(mn_desk.bench, MN_DESK_READER, false);
    mn_desk_exchange("no-pss", "");
    mn_desk_refresh();
    mn_desk_close_token(AUTH);
    fault("1:reset");
    ck_assert(offers_pss());
    ck_assert(!offers_pss());
}
END_TEST

START_TEST(pss_is_taken_back_when_a_signature_shows_that_there_is_none)
{
    mn_desk_exchange("no-pss", "check_security_before_p1=1");
    mn_desk_refresh();
    ck_assert(offers_pss());
    login(AUTH);
    ck_assert_int_eq(sign(AUTH, &pss, 32), MN_E_UNSUPPORTED);
    ck_assert(!offers_pss());
    ck_assert_int_eq(sign(AUTH, &pkcs1, 51), MN_OK);
    start_anew();
    ck_assert(!offers_pss());
}
END_TEST

/* --- tries --- */

START_TEST(the_tries_are_asked_for_once)
{
    struct mn_token *token = mn_desk_token(AUTH);
    struct mn_pin_info info;

    ck_assert_int_eq(token->ops->identify(token->self), MN_OK);
    (void)mn_desk_commands();
    ck_assert_int_eq(mn_desk_tries(AUTH), 3);
    ck_assert_uint_eq(mn_desk_commands(), 1);
    ck_assert_int_eq(mn_desk_tries(AUTH), 3);
    ck_assert_uint_eq(mn_desk_commands(), 0);
    ck_assert_int_eq(token->ops->pin_info(token->self, &info), MN_OK);
    ck_assert_uint_eq(info.tries_max, 3);
    ck_assert_int_eq(mn_desk_tries(SIGN), 5);
    ck_assert_uint_eq(mn_desk_commands(), 1);
}
END_TEST

START_TEST(a_login_keeps_the_tries_true)
{
    ck_assert_int_eq(mn_desk_tries(AUTH), 3);
    ck_assert_int_eq(mn_desk_login(AUTH, "0000"), MN_E_PIN_WRONG);
    (void)mn_desk_commands();
    ck_assert_int_eq(mn_desk_tries(AUTH), 2);
    ck_assert_uint_eq(mn_desk_commands(), 0);
    login(AUTH);
    ck_assert_int_eq(mn_desk_tries(AUTH), 3);
}
END_TEST

START_TEST(tries_that_the_card_does_not_tell_are_unknown)
{
    static const char *const switches[] = {"sign_pin=unset unset_pin=6A88",
                                           "sign_pin=unset unset_pin=6985"};

    mn_desk_set(switches[_i]);
    ck_assert_int_eq(mn_desk_tries(SIGN), MN_TRIES_UNKNOWN);
    ck_assert_int_eq(mn_desk_tries(AUTH), 3);
}
END_TEST

START_TEST(a_pin_that_the_card_does_not_have_is_told_and_asked_for_once)
{
    struct mn_token *token = mn_desk_token(SIGN);
    struct mn_pin_info info;

    mn_desk_set("sign_pin=absent");
    ck_assert_int_eq(token->ops->pin_info(token->self, &info), MN_E_PIN_UNSET);
    ck_assert_int_eq(info.tries, MN_TRIES_UNKNOWN);
    (void)mn_desk_commands();
    ck_assert_int_eq(token->ops->pin_info(token->self, &info), MN_E_PIN_UNSET);
    ck_assert_uint_eq(mn_desk_commands(), 0);
    ck_assert_int_eq(mn_desk_tries(AUTH), 3);
}
END_TEST

START_TEST(the_tries_are_found_after_another_program_left_the_application)
{
    static const char *const switches[] = {"", "sfi=0"};

    mn_desk_set(switches[_i]);
    ck_assert_int_eq(mn_desk_tries(SIGN), 5);
    cardsim_other_selects(mn_desk.bench, MN_DESK_READER, mn_application_id(MN_APPLICATION_COMMON));
    ck_assert_int_eq(mn_desk_tries(AUTH), 3);
}
END_TEST

START_TEST(tries_that_could_not_be_asked_for_are_asked_for_again)
{
    struct mn_token *token = mn_desk_token(AUTH);
    struct mn_pin_info info;

    fault("3:reset");
    ck_assert_int_eq(token->ops->pin_info(token->self, &info), MN_E_COMM);
    ck_assert_int_eq(info.tries, MN_TRIES_UNKNOWN);
    ck_assert_int_eq(mn_desk_tries(AUTH), 3);
}
END_TEST

static TCase *certificates_case(void)
{
    TCase *tcase = tcase_create("certificates");

    mn_desk_attach(tcase);
    tcase_add_checked_fixture(tcase, NULL, release_view);
    tcase_add_test(tcase, the_facts_of_each_role_are_known_without_the_card);
    tcase_add_test(tcase, each_signature_wants_a_login_where_the_settings_say_so);
    tcase_add_test(tcase, the_identity_is_asked_for_once);
    tcase_add_test(tcase, an_identity_that_cannot_be_read_is_asked_for_again);
    tcase_add_test(tcase, public_certificates_need_no_login);
    tcase_add_test(tcase, only_what_is_wanted_is_read);
    tcase_add_test(tcase, the_signing_certificate_is_read_in_a_login_only);
    tcase_add_test(tcase, after_a_reset_the_signing_certificate_is_not_shown);
    tcase_add_loop_test(tcase, what_a_card_does_not_have_is_an_empty_view, 0, 5);
    tcase_add_loop_test(tcase, a_certificate_that_cannot_be_understood_is_an_empty_view, 0, 7);
    tcase_add_test(tcase, a_card_that_leaves_while_it_is_read_is_no_empty_view);
    tcase_add_loop_test(tcase, certificates_are_found_after_another_program_left_the_application, 0,
                        2);
    tcase_add_test(tcase, a_phone_shows_its_certificate_in_a_login);
    tcase_add_test(tcase, a_login_makes_a_guarded_certificate_readable);
    tcase_add_test(tcase, reading_certificates_spares_the_logins);
    return tcase;
}

static TCase *signatures_case(void)
{
    TCase *tcase = tcase_create("signatures");

    mn_desk_attach(tcase);
    tcase_add_test(tcase, both_schemes_make_signatures_that_fit_the_certificate);
    tcase_add_test(tcase, what_the_card_cannot_do_is_refused_without_asking_it);
    tcase_add_test(tcase, too_little_room_is_told_with_the_size_and_nothing_is_signed);
    tcase_add_test(tcase, the_key_of_the_other_role_is_not_this_tokens);
    tcase_add_test(tcase, a_refusal_for_another_reason_is_looked_into_once);
    tcase_add_loop_test(tcase, an_answer_without_sense_is_no_signature, 0, 4);
    tcase_add_test(tcase, a_signature_interrupted_by_a_reset_can_be_asked_for_again);
    tcase_add_test(tcase, pkcs1_is_offered_without_asking);
    tcase_add_loop_test(tcase, the_card_is_asked_once_whether_it_has_pss, 0, 2);
    tcase_add_test(tcase, without_a_cache_each_program_asks_by_itself);
    tcase_add_loop_test(tcase, the_settings_decide_about_pss_without_the_card, 0, 2);
    tcase_add_test(tcase, what_a_setting_says_is_not_remembered_as_a_finding);
    tcase_add_test(tcase, a_card_that_cannot_be_asked_is_taken_to_have_pss);
    tcase_add_test(tcase, pss_is_taken_back_when_a_signature_shows_that_there_is_none);
    return tcase;
}

static TCase *tries_case(void)
{
    TCase *tcase = tcase_create("tries");

    mn_desk_attach(tcase);
    tcase_add_test(tcase, the_tries_are_asked_for_once);
    tcase_add_test(tcase, a_login_keeps_the_tries_true);
    tcase_add_loop_test(tcase, tries_that_the_card_does_not_tell_are_unknown, 0, 2);
    tcase_add_test(tcase, a_pin_that_the_card_does_not_have_is_told_and_asked_for_once);
    tcase_add_loop_test(tcase, the_tries_are_found_after_another_program_left_the_application, 0,
                        2);
    tcase_add_test(tcase, tries_that_could_not_be_asked_for_are_asked_for_again);
    return tcase;
}

int main(void)
{
    Suite *suite = suite_create("backend/card_token");

    suite_add_tcase(suite, certificates_case());
    suite_add_tcase(suite, signatures_case());
    suite_add_tcase(suite, tries_case());
    return mn_test_run(suite);
}
