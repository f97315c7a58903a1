/* Which objects are there, who sees them, and how seldom the token is read for it. */
#include "token/objects.h"

#include <string.h>

#include "crypto/library.h"
#include "runner.h"
#include "standin.h"
#include "token/mechanism.h"

#define SLOT 5

static struct standin standin;
static struct mn_token token;
static struct mn_handle_source handles;
static struct mn_objects *objects;
static CK_OBJECT_HANDLE found[MN_OBJECTS_MAX];
static size_t found_len;
static bool user;

static void start(bool show_ca)
{
    ck_assert_int_eq(mn_crypto_open(), MN_OK);
    token = standin_token(&standin);
    handles = (struct mn_handle_source){.slot = SLOT};
    user = false;
    ck_assert_int_eq(mn_objects_new(&token, show_ca, &handles, &objects), MN_OK);
}

static void set_up_public(void)
{
    standin_init_public(&standin);
    start(true);
}

static void set_up_private(void)
{
    standin_init_private(&standin);
    start(true);
}

static void set_up_without_ca(void)
{
    standin_init_public(&standin);
    start(false);
}

static void tear_down(void)
{
    mn_objects_free(&objects);
    standin_release(&standin);
    mn_crypto_close();
}

static void log_in(void)
{
    user = true;
    standin.open = true;
}

static void log_out(void)
{
    user = false;
    standin.open = false;
    mn_objects_withdraw(objects, true);
}

static size_t search(CK_ATTRIBUTE *template, CK_ULONG count)
{
    ck_assert_uint_eq(mn_objects_search(objects, user, template, count, found, &found_len), CKR_OK);
    return found_len;
}

static size_t search_class(CK_OBJECT_CLASS class)
{
    CK_ATTRIBUTE template = {CKA_CLASS, &class, sizeof class};
    return search(&template, 1);
}

/* The handle of the only object of a class. */
static CK_OBJECT_HANDLE only(CK_OBJECT_CLASS class)
{
    ck_assert_uint_eq(search_class(class), 1);
    return found[0];
}

static CK_RV read_one(CK_OBJECT_HANDLE handle, CK_ATTRIBUTE_TYPE type)
{
    CK_ATTRIBUTE template = {type, NULL, 0};
    return mn_objects_read(objects, user, handle, &template, 1);
}

START_TEST(everything_is_found_by_an_empty_template)
{
    log_in();
    ck_assert_uint_eq(search(NULL, 0), 5);
    ck_assert_uint_eq(standin.loads, 1);
}
END_TEST

START_TEST(before_login_everything_but_the_private_key_is_found)
{
    ck_assert_uint_eq(search(NULL, 0), 4);
    ck_assert_uint_eq(search_class(CKO_PRIVATE_KEY), 0);
    ck_assert_uint_eq(search_class(CKO_PUBLIC_KEY), 1);
    ck_assert_uint_eq(search_class(CKO_CERTIFICATE), 2);
    ck_assert_uint_eq(search_class(CKO_PROFILE), 1);
}
END_TEST

START_TEST(a_private_certificate_is_found_during_a_login_only)
{
    ck_assert_uint_eq(search(NULL, 0), 1); /* the CA's */
    ck_assert_uint_eq(standin.certificates, 0);
    log_in();
    ck_assert_uint_eq(search(NULL, 0), 4);
    ck_assert_uint_eq(search_class(CKO_PROFILE), 0);
    log_out();
    ck_assert_uint_eq(search(NULL, 0), 1);
    ck_assert_uint_eq(search_class(CKO_PUBLIC_KEY), 0);
}
END_TEST

START_TEST(the_private_key_is_found_without_reading_the_token)
{
    CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
    CK_KEY_TYPE type = CKK_RSA;
    CK_BBOOL yes = CK_TRUE;
    CK_BYTE id = STANDIN_KEY_ID;
    char label[] = "Owner";
    CK_ATTRIBUTE template[] = {
        {CKA_CLASS, &class, sizeof class},  {CKA_ID, &id, 1},     {CKA_SIGN, &yes, 1},
        {CKA_KEY_TYPE, &type, sizeof type}, {CKA_TOKEN, &yes, 1}, {CKA_LABEL, label, 5}};
    log_in();
    ck_assert_uint_eq(search(template, 6), 1);
    id++;
    ck_assert_uint_eq(search(template, 6), 0);
    ck_assert_uint_eq(standin.loads, 0);
    ck_assert_uint_eq(standin.offers, 0);
}
END_TEST

START_TEST(classes_that_are_never_there_are_looked_for_without_reading_the_token)
{
    static const CK_OBJECT_CLASS classes[] = {CKO_DATA,
                                              CKO_SECRET_KEY,
                                              CKO_HW_FEATURE,
                                              CKO_DOMAIN_PARAMETERS,
                                              CKO_MECHANISM,
                                              0x0BUL /* CKO_TRUST */,
                                              0xCE534350UL + 1 /* NSS: CRL */,
                                              0xCE534350UL + 3 /* NSS: trust */,
                                              0xCE534350UL + 4 /* NSS: root list */};
    log_in();
    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++)
        ck_assert_uint_eq(search_class(classes[i]), 0);
    ck_assert_uint_eq(search_class(CKO_PROFILE), 1);
    ck_assert_uint_eq(standin.loads, 0);
}
END_TEST

START_TEST(an_attribute_that_no_object_has_matches_nothing_and_reads_nothing)
{
    char url[] = "x";
    CK_ATTRIBUTE known = {CKA_URL, url, 1}, unknown = {CKA_VENDOR_DEFINED, url, 1};
    ck_assert_uint_eq(search(&unknown, 1), 0);
    ck_assert_uint_eq(search(&known, 1), 0);
    ck_assert_uint_eq(standin.loads, 0);
}
END_TEST

START_TEST(only_the_certificate_that_can_match_is_read)
{
    CK_OBJECT_CLASS class = CKO_CERTIFICATE;
    CK_BYTE id = STANDIN_CA_ID;
    CK_ATTRIBUTE template[] = {{CKA_CLASS, &class, sizeof class}, {CKA_ID, &id, 1}};
    ck_assert_uint_eq(search(template, 2), 1);
    ck_assert_uint_eq(standin.certificates, 0);
    ck_assert_uint_eq(standin.ca_certificates, 1);
    id = STANDIN_KEY_ID;
    ck_assert_uint_eq(search(template, 2), 1);
    ck_assert_uint_eq(standin.certificates, 1);
    ck_assert_uint_eq(standin.ca_certificates, 1);
}
END_TEST

START_TEST(what_was_read_is_not_read_again)
{
    log_in();
    for (int i = 0; i < 3; i++) {
        ck_assert_uint_eq(search_class(CKO_CERTIFICATE), 2);
        ck_assert_uint_eq(search_class(CKO_PUBLIC_KEY), 1);
        ck_assert_uint_eq(read_one(only(CKO_PRIVATE_KEY), CKA_MODULUS), CKR_OK);
    }
    log_out();
    ck_assert_uint_eq(search_class(CKO_CERTIFICATE), 2);
    ck_assert_uint_eq(standin.loads, 1);
}
END_TEST

START_TEST(a_value_of_the_certificate_finds_what_has_it)
{
    struct mn_certificate certificate;
    CK_ATTRIBUTE template = {CKA_SUBJECT, NULL, 0};
    ck_assert_int_eq(mn_certificate_read(standin_certificate(), &certificate), MN_OK);
    template.pValue = certificate.subject.ptr;
    template.ulValueLen = certificate.subject.len;
    log_in();
    ck_assert_uint_eq(search(&template, 1), 3); /* not the CA's */
    template.ulValueLen--;
    ck_assert_uint_eq(search(&template, 1), 0);
    mn_certificate_release(&certificate);
}
END_TEST

START_TEST(the_key_is_read_for_an_attribute_only_the_certificate_can_tell)
{
    static const CK_ATTRIBUTE_TYPE known[] = {
        CKA_CLASS,    CKA_ID,           CKA_LABEL,
        CKA_KEY_TYPE, CKA_SIGN,         CKA_ALWAYS_AUTHENTICATE,
        CKA_DECRYPT,  CKA_MODULUS_BITS, CKA_PRIVATE,
        CKA_TOKEN,    CKA_SENSITIVE};
    log_in();
    CK_OBJECT_HANDLE key = only(CKO_PRIVATE_KEY);
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        ck_assert_uint_eq(read_one(key, known[i]), CKR_OK);
    ck_assert_uint_eq(read_one(key, CKA_PRIME_1), CKR_ATTRIBUTE_SENSITIVE);
    ck_assert_uint_eq(read_one(key, CKA_VALUE), CKR_ATTRIBUTE_TYPE_INVALID);
    ck_assert_uint_eq(standin.loads, 0);
    ck_assert_uint_eq(read_one(key, CKA_MODULUS), CKR_OK);
    ck_assert_uint_eq(read_one(key, CKA_ALLOWED_MECHANISMS), CKR_OK);
    ck_assert_uint_eq(only(CKO_PRIVATE_KEY), key);
    ck_assert_uint_eq(standin.certificates, 1);
    ck_assert_uint_eq(standin.ca_certificates, 0);
}
END_TEST

START_TEST(the_schemes_are_asked_for_by_name_only_and_once)
{
    CK_MECHANISM_TYPE allowed[MN_MECHANISMS_MAX];
    CK_ATTRIBUTE template = {CKA_ALLOWED_MECHANISMS, allowed, sizeof allowed};
    log_in();
    ck_assert_uint_eq(search(NULL, 0), 5);
    CK_OBJECT_HANDLE key = only(CKO_PRIVATE_KEY), public_key = only(CKO_PUBLIC_KEY);
    ck_assert_uint_eq(read_one(key, CKA_MODULUS), CKR_OK);
    ck_assert_uint_eq(standin.offers, 0);
    ck_assert_uint_eq(mn_objects_read(objects, user, key, &template, 1), CKR_OK);
    ck_assert_uint_eq(template.ulValueLen, 8 * sizeof allowed[0]);
    unsigned asked = standin.offers;
    ck_assert_uint_gt(asked, 0);
    ck_assert_uint_eq(mn_objects_read(objects, user, public_key, &template, 1), CKR_OK);
    ck_assert_uint_eq(search(&template, 1), 2);
    ck_assert_uint_eq(standin.offers, asked);
}
END_TEST

START_TEST(the_schemes_are_known_whatever_is_learned_first)
{
    CK_ATTRIBUTE template = {CKA_ALLOWED_MECHANISMS, NULL, 0};
    log_in();
    CK_OBJECT_HANDLE key = only(CKO_PRIVATE_KEY);
    ck_assert_uint_eq(mn_objects_read(objects, user, key, &template, 1), CKR_OK);
    ck_assert_uint_eq(standin.loads, 0);
    ck_assert_uint_eq(read_one(key, CKA_MODULUS), CKR_OK);
    ck_assert_uint_eq(read_one(key, CKA_ALLOWED_MECHANISMS), CKR_OK);
    log_out();
    log_in();
    ck_assert_uint_eq(read_one(only(CKO_PRIVATE_KEY), CKA_ALLOWED_MECHANISMS), CKR_OK);
    ck_assert_uint_eq(read_one(only(CKO_PUBLIC_KEY), CKA_ALLOWED_MECHANISMS), CKR_OK);
}
END_TEST

START_TEST(a_token_that_turns_out_to_want_its_pin_first_shows_its_certificate_then)
{
    standin.facts.certificate_is_public = false;
    ck_assert_uint_eq(search(NULL, 0), 1); /* the CA's */
    ck_assert_uint_eq(search_class(CKO_PROFILE), 0);
    log_in();
    ck_assert_uint_eq(search(NULL, 0), 4);
    log_out();
    ck_assert_uint_eq(search(NULL, 0), 1);
}
END_TEST

START_TEST(what_is_private_is_hidden_as_soon_as_the_login_is_lost)
{
    log_in();
    CK_OBJECT_HANDLE key = only(CKO_PRIVATE_KEY), public_key = only(CKO_PUBLIC_KEY);
    standin.open = false; /* and nobody has noticed */
    ck_assert_uint_eq(read_one(key, CKA_MODULUS), CKR_OBJECT_HANDLE_INVALID);
    ck_assert_uint_eq(read_one(public_key, CKA_MODULUS), CKR_OK);
    ck_assert_uint_eq(search(NULL, 0), 4);
}
END_TEST

START_TEST(the_key_stays_without_a_certificate)
{
    mn_bytes_free(&standin.certificate);
    log_in();
    ck_assert_uint_eq(search(NULL, 0), 3); /* key, CA, profile */
    CK_OBJECT_HANDLE key = only(CKO_PRIVATE_KEY);
    ck_assert_uint_eq(read_one(key, CKA_MODULUS), CKR_ATTRIBUTE_TYPE_INVALID);
    ck_assert_uint_eq(read_one(key, CKA_ALLOWED_MECHANISMS), CKR_OK);
    ck_assert_uint_eq(standin.loads, 1);
}
END_TEST

START_TEST(a_certificate_that_is_none_is_no_object)
{
    standin.certificate.len--;
    log_in();
    ck_assert_uint_eq(search_class(CKO_CERTIFICATE), 1); /* the CA's */
    ck_assert_uint_eq(search_class(CKO_PUBLIC_KEY), 0);
    ck_assert_uint_eq(search_class(CKO_PRIVATE_KEY), 1);
    ck_assert_uint_eq(standin.certificates, 1);
}
END_TEST

START_TEST(a_ca_certificate_that_is_none_is_no_object)
{
    standin.ca_certificate.ptr[0] ^= 1;
    ck_assert_uint_eq(search_class(CKO_CERTIFICATE), 1);
    ck_assert_uint_eq(search_class(CKO_CERTIFICATE), 1);
    ck_assert_uint_eq(standin.ca_certificates, 1);
}
END_TEST

START_TEST(every_ca_certificate_of_a_chain_is_an_object)
{
    standin.has_second_ca = true;
    ck_assert_uint_eq(search_class(CKO_CERTIFICATE), 3);
    ck_assert_uint_eq(standin.ca_certificates, 1);
    for (size_t i = 0; i < 3; i++)
        ck_assert_uint_eq(read_one(found[i], CKA_VALUE), CKR_OK);
    ck_assert_uint_eq(standin.ca_certificates, 1);
}
END_TEST

START_TEST(a_certificate_of_another_kind_of_key_shows_no_public_key)
{
    ck_assert_int_eq(mn_bytes_set(&standin.certificate, standin_ec_certificate()), MN_OK);
    ck_assert_uint_eq(search_class(CKO_PUBLIC_KEY), 0);
    ck_assert_uint_eq(search_class(CKO_CERTIFICATE), 2);
}
END_TEST

START_TEST(an_unreadable_object_does_not_hide_the_others)
{
    standin.load_fails = MN_E_COMM;
    standin.load_fails_for = MN_WANT_CA_CERTIFICATE;
    log_in();
    ck_assert_uint_eq(search(NULL, 0), 4);
    standin.load_fails_for = MN_WANT_CERTIFICATE;
    ck_assert_uint_eq(search(NULL, 0), 5);
    standin.load_fails = MN_OK;
    ck_assert_uint_eq(search(NULL, 0), 5);
}
END_TEST

START_TEST(an_object_that_could_not_be_read_is_tried_again)
{
    standin.load_fails = MN_E_BUSY;
    ck_assert_uint_eq(search_class(CKO_PUBLIC_KEY), 0);
    standin.load_fails = MN_OK;
    ck_assert_uint_eq(search_class(CKO_PUBLIC_KEY), 1);
}
END_TEST

START_TEST(a_card_that_left_ends_the_search)
{
    standin.load_fails = MN_E_REMOVED;
    ck_assert_uint_eq(mn_objects_search(objects, user, NULL, 0, found, &found_len),
                      CKR_DEVICE_REMOVED);
    standin.load_fails = MN_E_FOREIGN_CARD;
    ck_assert_uint_eq(mn_objects_search(objects, user, NULL, 0, found, &found_len),
                      CKR_TOKEN_NOT_RECOGNIZED);
}
END_TEST

START_TEST(a_read_that_fails_says_why)
{
    log_in();
    CK_OBJECT_HANDLE key = only(CKO_PRIVATE_KEY);
    standin.load_fails = MN_E_COMM;
    ck_assert_uint_eq(read_one(key, CKA_MODULUS), CKR_DEVICE_ERROR);
    ck_assert_uint_eq(read_one(key, CKA_ID), CKR_OK);
    standin.load_fails = MN_OK;
    ck_assert_uint_eq(read_one(key, CKA_MODULUS), CKR_OK);
}
END_TEST

START_TEST(a_handle_stays_that_of_its_object)
{
    CK_OBJECT_HANDLE ca, public_key = only(CKO_PUBLIC_KEY);
    ck_assert_uint_eq(search_class(CKO_CERTIFICATE), 2);
    ca = found[1];
    log_in();
    ck_assert_uint_eq(search(NULL, 0), 5);
    ck_assert_uint_eq(only(CKO_PUBLIC_KEY), public_key);
    log_out();
    ck_assert_uint_eq(only(CKO_PUBLIC_KEY), public_key);
    ck_assert_uint_eq(search_class(CKO_CERTIFICATE), 2);
    ck_assert_uint_eq(found[1], ca);
    ck_assert_uint_eq(mn_handle_slot(ca), SLOT);
}
END_TEST

START_TEST(after_a_logout_the_handles_of_private_objects_are_void_for_ever)
{
    log_in();
    CK_OBJECT_HANDLE key = only(CKO_PRIVATE_KEY), public_key = only(CKO_PUBLIC_KEY);
    log_out();
    ck_assert_uint_eq(read_one(key, CKA_ID), CKR_OBJECT_HANDLE_INVALID);
    log_in();
    ck_assert_uint_eq(read_one(key, CKA_ID), CKR_OBJECT_HANDLE_INVALID);
    ck_assert_uint_ne(only(CKO_PRIVATE_KEY), key);
    ck_assert_uint_ne(only(CKO_PUBLIC_KEY), public_key); /* it is private here */
    ck_assert_uint_eq(read_one(public_key, CKA_ID), CKR_OBJECT_HANDLE_INVALID);
}
END_TEST

START_TEST(after_a_lost_login_the_handles_wait_for_the_next)
{
    const struct mn_attributes *attributes;
    log_in();
    CK_OBJECT_HANDLE key = only(CKO_PRIVATE_KEY), public_key = only(CKO_PUBLIC_KEY);
    user = false;
    mn_objects_withdraw(objects, false);
    ck_assert_uint_eq(read_one(key, CKA_ID), CKR_OBJECT_HANDLE_INVALID);
    ck_assert_uint_eq(mn_objects_key(objects, user, key, CKA_SIGN, &attributes),
                      CKR_USER_NOT_LOGGED_IN);
    user = true;
    ck_assert_uint_eq(mn_objects_key(objects, user, key, CKA_SIGN, &attributes), CKR_OK);
    ck_assert_uint_eq(only(CKO_PUBLIC_KEY), public_key);
}
END_TEST

START_TEST(what_was_private_is_read_again_after_the_next_login)
{
    log_in();
    CK_OBJECT_HANDLE key = only(CKO_PRIVATE_KEY);
    ck_assert_uint_eq(read_one(key, CKA_SUBJECT), CKR_OK);
    ck_assert_uint_eq(standin.certificates, 1);
    log_out();
    log_in();
    ck_assert_uint_eq(search_class(CKO_CERTIFICATE), 2);
    ck_assert_uint_eq(standin.certificates, 2);
    ck_assert_uint_eq(standin.ca_certificates, 1);
}
END_TEST

START_TEST(a_key_is_told_from_what_is_none)
{
    const struct mn_attributes *attributes;
    log_in();
    ck_assert_uint_eq(search_class(CKO_CERTIFICATE), 2);
    CK_OBJECT_HANDLE certificate = found[0], key = only(CKO_PRIVATE_KEY);
    CK_OBJECT_HANDLE public_key = only(CKO_PUBLIC_KEY);
    ck_assert_uint_eq(mn_objects_key(objects, user, certificate, CKA_SIGN, &attributes),
                      CKR_KEY_HANDLE_INVALID);
    ck_assert_uint_eq(mn_objects_key(objects, user, 0, CKA_SIGN, &attributes),
                      CKR_KEY_HANDLE_INVALID);
    ck_assert_uint_eq(mn_objects_key(objects, user, public_key, CKA_SIGN, &attributes),
                      CKR_KEY_FUNCTION_NOT_PERMITTED);
    ck_assert_uint_eq(mn_objects_key(objects, user, key, CKA_VERIFY, &attributes),
                      CKR_KEY_FUNCTION_NOT_PERMITTED);
    ck_assert_uint_eq(mn_objects_key(objects, user, public_key, CKA_VERIFY, &attributes), CKR_OK);
    ck_assert_ptr_nonnull(mn_attributes_find(attributes, CKA_PUBLIC_KEY_INFO));
}
END_TEST

START_TEST(the_cas_certificate_can_be_hidden)
{
    ck_assert_uint_eq(search_class(CKO_CERTIFICATE), 1);
    ck_assert_uint_eq(search(NULL, 0), 3);
    ck_assert_uint_eq(standin.ca_certificates, 0);
}
END_TEST

static TCase *tcase_with(const char *name, void (*set_up)(void))
{
    TCase *tcase = tcase_create(name);
    tcase_add_unchecked_fixture(tcase, standin_make, NULL);
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    return tcase;
}

int main(void)
{
    Suite *suite = suite_create("token/objects");
    TCase *tcase = tcase_with("public certificate", set_up_public);

    tcase_add_test(tcase, everything_is_found_by_an_empty_template);
    tcase_add_test(tcase, before_login_everything_but_the_private_key_is_found);
    tcase_add_test(tcase, the_private_key_is_found_without_reading_the_token);
    tcase_add_test(tcase, classes_that_are_never_there_are_looked_for_without_reading_the_token);
    tcase_add_test(tcase, an_attribute_that_no_object_has_matches_nothing_and_reads_nothing);
    tcase_add_test(tcase, only_the_certificate_that_can_match_is_read);
    tcase_add_test(tcase, what_was_read_is_not_read_again);
    tcase_add_test(tcase, a_value_of_the_certificate_finds_what_has_it);
    tcase_add_test(tcase, the_key_is_read_for_an_attribute_only_the_certificate_can_tell);
    tcase_add_test(tcase, the_schemes_are_asked_for_by_name_only_and_once);
    tcase_add_test(tcase, the_schemes_are_known_whatever_is_learned_first);
    tcase_add_test(tcase, a_token_that_turns_out_to_want_its_pin_first_shows_its_certificate_then);
    tcase_add_test(tcase, what_is_private_is_hidden_as_soon_as_the_login_is_lost);
    tcase_add_test(tcase, the_key_stays_without_a_certificate);
    tcase_add_test(tcase, a_certificate_that_is_none_is_no_object);
    tcase_add_test(tcase, a_ca_certificate_that_is_none_is_no_object);
    tcase_add_test(tcase, every_ca_certificate_of_a_chain_is_an_object);
    tcase_add_test(tcase, a_certificate_of_another_kind_of_key_shows_no_public_key);
    tcase_add_test(tcase, an_unreadable_object_does_not_hide_the_others);
    tcase_add_test(tcase, an_object_that_could_not_be_read_is_tried_again);
    tcase_add_test(tcase, a_card_that_left_ends_the_search);
    tcase_add_test(tcase, a_read_that_fails_says_why);
    tcase_add_test(tcase, a_handle_stays_that_of_its_object);
    tcase_add_test(tcase, a_key_is_told_from_what_is_none);
    suite_add_tcase(suite, tcase);

    tcase = tcase_with("private certificate", set_up_private);
    tcase_add_test(tcase, a_private_certificate_is_found_during_a_login_only);
    tcase_add_test(tcase, after_a_logout_the_handles_of_private_objects_are_void_for_ever);
    tcase_add_test(tcase, after_a_lost_login_the_handles_wait_for_the_next);
    tcase_add_test(tcase, what_was_private_is_read_again_after_the_next_login);
    tcase_add_test(tcase, the_schemes_are_known_whatever_is_learned_first);
    suite_add_tcase(suite, tcase);

    tcase = tcase_with("no CA certificate", set_up_without_ca);
    tcase_add_test(tcase, the_cas_certificate_can_be_hidden);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
