/* Objects and searches (3.0, 5.7). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runner.h"
#include "stage.h"

static CK_BYTE value[4096], other[4096];

/* The file of the PKI folder from which the card has a certificate. */
static size_t read_file(const char *name, CK_BYTE out[4096])
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", CARDSIM_PKI, name);
    FILE *file = fopen(path, "rb");
    ck_assert_ptr_nonnull(file);
    size_t len = fread(out, 1, 4096, file);
    fclose(file);
    return len;
}

/* Do two objects have the same value? */
static bool same(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE a, CK_OBJECT_HANDLE b,
                 CK_ATTRIBUTE_TYPE type)
{
    CK_ULONG len = read_value(session, a, type, value);
    return len == read_value(session, b, type, other) && memcmp(value, other, len) == 0;
}

/* The object of that class whose CKA_ID is the private key's. */
static CK_OBJECT_HANDLE with_id(CK_SESSION_HANDLE session, CK_OBJECT_CLASS class, CK_BYTE id)
{
    CK_OBJECT_HANDLE found[8];
    CK_ATTRIBUTE template[] = {{CKA_CLASS, &class, sizeof class}, {CKA_ID, &id, 1}};
    ck_assert_uint_eq(find(session, template, 2, found), 1);
    return found[0];
}

START_TEST(the_certificate_is_the_one_on_the_card)
{
    static const struct {
        CK_SLOT_ID slot;
        const char *name;
    } tokens[] = {{AUTH_SLOT, "auth.der"}, {SIGN_SLOT, "sign.der"}};
    for (size_t i = 0; i < 2; i++) {
        CK_SESSION_HANDLE session = log_in(tokens[i].slot);
        CK_ULONG id_len = read_value(session, only(session, CKO_PRIVATE_KEY), CKA_ID, value);
        ck_assert_uint_eq(id_len, 1);
        CK_OBJECT_HANDLE certificate = with_id(session, CKO_CERTIFICATE, value[0]);
        CK_ULONG len = read_value(session, certificate, CKA_VALUE, value);
        ck_assert_uint_eq(len, read_file(tokens[i].name, other));
        ck_assert_mem_eq(value, other, len);
    }
}
END_TEST

START_TEST(key_public_key_and_certificate_belong_together)
{
    CK_SESSION_HANDLE session = log_in(AUTH_SLOT);
    CK_OBJECT_HANDLE key = only(session, CKO_PRIVATE_KEY);
    read_value(session, key, CKA_ID, value);
    CK_OBJECT_HANDLE public_key = with_id(session, CKO_PUBLIC_KEY, value[0]);
    CK_OBJECT_HANDLE certificate = with_id(session, CKO_CERTIFICATE, value[0]);
    ck_assert(same(session, key, public_key, CKA_MODULUS));
    ck_assert(same(session, key, public_key, CKA_PUBLIC_EXPONENT));
    ck_assert(same(session, key, public_key, CKA_PUBLIC_KEY_INFO));
    ck_assert(same(session, key, certificate, CKA_PUBLIC_KEY_INFO));
    ck_assert(same(session, key, certificate, CKA_SUBJECT));
    ck_assert(same(session, key, certificate, CKA_LABEL));
}
END_TEST

START_TEST(values_have_the_forms_that_the_standard_gives_them)
{
    CK_SESSION_HANDLE session = log_in(AUTH_SLOT);
    CK_OBJECT_HANDLE key = only(session, CKO_PRIVATE_KEY);
    ck_assert_uint_eq(read_value(session, key, CKA_MODULUS, value), RSA_SIZE);
    ck_assert_uint_ne(value[0], 0);
    ck_assert_uint_eq(read_value(session, key, CKA_PUBLIC_EXPONENT, value), 3);
    ck_assert_mem_eq(value, "\x01\x00\x01", 3);
    ck_assert_uint_eq(read_value(session, key, CKA_SIGN, value), sizeof(CK_BBOOL));
    ck_assert_uint_eq(read_value(session, key, CKA_KEY_TYPE, value), sizeof(CK_ULONG));
    ck_assert_uint_eq(read_value(session, key, CKA_START_DATE, value), sizeof(CK_DATE));
    read_value(session, key, CKA_ID, value);
    CK_OBJECT_HANDLE certificate = with_id(session, CKO_CERTIFICATE, value[0]);
    ck_assert_uint_gt(read_value(session, certificate, CKA_SERIAL_NUMBER, value), 2);
    ck_assert_uint_eq(value[0], 0x02);
    read_value(session, certificate, CKA_ISSUER, value);
    ck_assert_uint_eq(value[0], 0x30);
    ck_assert_uint_eq(read_value(session, certificate, CKA_URL, value), 0);
    ck_assert_uint_eq(read_value(session, certificate, CKA_CHECK_VALUE, value), 3);
}
END_TEST

START_TEST(a_search_is_begun_once_and_ended_once)
{
    CK_SESSION_HANDLE session = open_session(AUTH_SLOT, false);
    CK_OBJECT_HANDLE found;
    CK_ULONG count;
    ck_assert_uint_eq(p11->C_FindObjects(session, &found, 1, &count),
                      CKR_OPERATION_NOT_INITIALIZED);
    ck_assert_uint_eq(p11->C_FindObjectsFinal(session), CKR_OPERATION_NOT_INITIALIZED);
    ck_assert_uint_eq(p11->C_FindObjectsInit(session, NULL, 1), CKR_ARGUMENTS_BAD);
    ck_assert_uint_eq(p11->C_FindObjectsInit(session, NULL, 0), CKR_OK);
    ck_assert_uint_eq(p11->C_FindObjectsInit(session, NULL, 0), CKR_OPERATION_ACTIVE);
    ck_assert_uint_eq(p11->C_FindObjects(session, &found, 1, NULL), CKR_ARGUMENTS_BAD);
    ck_assert_uint_eq(p11->C_FindObjectsFinal(session), CKR_OK);
    ck_assert_uint_eq(p11->C_FindObjectsFinal(session), CKR_OPERATION_NOT_INITIALIZED);
}
END_TEST

START_TEST(what_is_found_comes_in_portions)
{
    CK_SESSION_HANDLE session = log_in(AUTH_SLOT);
    CK_OBJECT_HANDLE found[8];
    CK_ULONG count, total = 0;
    ck_assert_uint_eq(p11->C_FindObjectsInit(session, NULL, 0), CKR_OK);
    ck_assert_uint_eq(p11->C_FindObjects(session, found, 0, &count), CKR_OK);
    ck_assert_uint_eq(count, 0);
    do {
        ck_assert_uint_eq(p11->C_FindObjects(session, found + total, 2, &count), CKR_OK);
        total += count;
    } while (count > 0);
    ck_assert_uint_eq(total, 5); /* key, public key, two certificates, profile */
    for (CK_ULONG i = 0; i < total; i++)
        for (CK_ULONG j = 0; j < i; j++)
            ck_assert_uint_ne(found[i], found[j]);
}
END_TEST

START_TEST(private_objects_are_seen_during_a_login_only)
{
    CK_SESSION_HANDLE session = log_in(SIGN_SLOT);
    CK_ATTRIBUTE template = {CKA_VALUE, NULL, 0};
    CK_OBJECT_HANDLE found[8];
    ck_assert_uint_eq(find(session, NULL, 0, found), 4);
    CK_OBJECT_HANDLE key = only(session, CKO_PRIVATE_KEY);
    read_value(session, key, CKA_ID, value);
    CK_OBJECT_HANDLE certificate = with_id(session, CKO_CERTIFICATE, value[0]);
    ck_assert_uint_eq(p11->C_Logout(session), CKR_OK);
    ck_assert_uint_eq(find(session, NULL, 0, found), 1); /* the CA's certificate */
    ck_assert_uint_eq(p11->C_GetAttributeValue(session, certificate, &template, 1),
                      CKR_OBJECT_HANDLE_INVALID);
    ck_assert_uint_eq(p11->C_GetAttributeValue(session, key, &template, 1),
                      CKR_OBJECT_HANDLE_INVALID);
    ck_assert_uint_eq(p11->C_GetAttributeValue(session, 0, &template, 1),
                      CKR_OBJECT_HANDLE_INVALID);
}
END_TEST

/* The certificate with name, address and birth date is not even read before. */
START_TEST(the_signing_certificate_is_not_read_before_login)
{
    CK_SESSION_HANDLE session = open_session(SIGN_SLOT, false);
    ck_assert_uint_eq(find_class(session, CKO_PUBLIC_KEY, NULL), 0);
    ck_assert_uint_eq(cardsim_count(card), 0);
    ck_assert_uint_eq(find_class(session, CKO_PROFILE, NULL), 0);
    ck_assert_uint_eq(find_class(session, CKO_CERTIFICATE, NULL), 1);
    ck_assert_uint_eq(cardsim_count_verify(card, CARDSIM_PIN_SIGN), 0);
}
END_TEST

START_TEST(handles_are_the_same_in_all_sessions_of_a_slot_and_in_no_other)
{
    CK_SESSION_HANDLE auth = log_in(AUTH_SLOT), sign = log_in(SIGN_SLOT);
    CK_OBJECT_HANDLE key = only(auth, CKO_PRIVATE_KEY);
    CK_MECHANISM mechanism = {CKM_RSA_PKCS, NULL, 0};
    CK_ATTRIBUTE template = {CKA_ID, NULL, 0};
    ck_assert_uint_eq(only(open_session(AUTH_SLOT, true), CKO_PRIVATE_KEY), key);
    ck_assert_uint_eq(p11->C_GetAttributeValue(sign, key, &template, 1), CKR_OBJECT_HANDLE_INVALID);
    ck_assert_uint_eq(p11->C_SignInit(sign, &mechanism, key), CKR_KEY_HANDLE_INVALID);
}
END_TEST

START_TEST(searches_that_find_nothing_ask_the_card_nothing)
{
    static const CK_OBJECT_CLASS classes[] = {CKO_DATA,      CKO_SECRET_KEY,   CKO_HW_FEATURE,
                                              CKO_MECHANISM, 0xCE534350UL + 3, 0x0BUL};
    CK_SESSION_HANDLE session = log_in(AUTH_SLOT);
    CK_ATTRIBUTE strange = {CKA_VENDOR_DEFINED | 7, value, 1};
    cardsim_clear_counts(card);
    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++)
        ck_assert_uint_eq(find_class(session, classes[i], NULL), 0);
    ck_assert_uint_eq(find(session, &strange, 1, NULL), 0);
    ck_assert_uint_eq(find_class(session, CKO_PRIVATE_KEY, NULL), 1);
    ck_assert_uint_eq(cardsim_count(card), 0);
}
END_TEST

START_TEST(a_search_answers_from_memory_the_second_time)
{
    CK_SESSION_HANDLE session = open_session(AUTH_SLOT, false);
    CK_OBJECT_HANDLE found[8];
    ck_assert_uint_eq(find_class(session, CKO_CERTIFICATE, found), 2);
    cardsim_clear_counts(card);
    for (int i = 0; i < 5; i++) {
        ck_assert_uint_eq(find_class(session, CKO_CERTIFICATE, found), 2);
        ck_assert_uint_eq(find_class(session, CKO_PUBLIC_KEY, found), 1);
        read_value(session, found[0], CKA_MODULUS, value);
    }
    ck_assert_uint_eq(cardsim_count(card), 0);
}
END_TEST

START_TEST(one_attribute_that_cannot_be_given_keeps_no_other_back)
{
    CK_SESSION_HANDLE session = log_in(AUTH_SLOT);
    CK_OBJECT_CLASS class;
    CK_BYTE small[4], id;
    CK_ATTRIBUTE template[] = {{CKA_CLASS, &class, sizeof class},
                               {CKA_PRIVATE_EXPONENT, value, sizeof value},
                               {CKA_VENDOR_DEFINED | 1, value, sizeof value},
                               {CKA_MODULUS, small, sizeof small},
                               {CKA_MODULUS, NULL, 0},
                               {CKA_ID, &id, 1}};
    CK_RV rv = p11->C_GetAttributeValue(session, only(session, CKO_PRIVATE_KEY), template, 6);
    ck_assert(rv == CKR_ATTRIBUTE_SENSITIVE || rv == CKR_ATTRIBUTE_TYPE_INVALID ||
              rv == CKR_BUFFER_TOO_SMALL);
    ck_assert_uint_eq(class, CKO_PRIVATE_KEY);
    ck_assert_uint_eq(template[1].ulValueLen, CK_UNAVAILABLE_INFORMATION);
    ck_assert_uint_eq(template[2].ulValueLen, CK_UNAVAILABLE_INFORMATION);
    ck_assert_uint_eq(template[3].ulValueLen, CK_UNAVAILABLE_INFORMATION);
    ck_assert_uint_eq(template[4].ulValueLen, RSA_SIZE);
    ck_assert_uint_eq(template[5].ulValueLen, 1);
    ck_assert_uint_eq(p11->C_GetAttributeValue(session, only(session, CKO_PRIVATE_KEY), NULL, 1),
                      CKR_ARGUMENTS_BAD);
}
END_TEST

START_TEST(nothing_on_the_card_can_be_changed)
{
    CK_SESSION_HANDLE writer = open_session(AUTH_SLOT, true);
    CK_SESSION_HANDLE reader = open_session(AUTH_SLOT, false);
    CK_OBJECT_HANDLE object = only(writer, CKO_PUBLIC_KEY), made;
    CK_OBJECT_CLASS class = CKO_DATA;
    char label[] = "x";
    CK_ATTRIBUTE template[] = {{CKA_CLASS, &class, sizeof class}, {CKA_LABEL, label, 1}};
    ck_assert_uint_eq(p11->C_CreateObject(writer, template, 2, &made), CKR_TOKEN_WRITE_PROTECTED);
    ck_assert_uint_eq(p11->C_CreateObject(reader, template, 2, &made), CKR_SESSION_READ_ONLY);
    ck_assert_uint_eq(p11->C_CreateObject(writer, NULL, 0, &made), CKR_ARGUMENTS_BAD);
    ck_assert_uint_eq(p11->C_CreateObject(writer, template, 2, NULL), CKR_ARGUMENTS_BAD);
    ck_assert_uint_eq(p11->C_CopyObject(writer, object, NULL, 0, &made), CKR_ACTION_PROHIBITED);
    ck_assert_uint_eq(p11->C_CopyObject(writer, 0, NULL, 0, &made), CKR_OBJECT_HANDLE_INVALID);
    ck_assert_uint_eq(p11->C_CopyObject(writer, object, NULL, 0, NULL), CKR_ARGUMENTS_BAD);
    ck_assert_uint_eq(p11->C_DestroyObject(writer, object), CKR_ACTION_PROHIBITED);
    ck_assert_uint_eq(p11->C_DestroyObject(reader, object), CKR_SESSION_READ_ONLY);
    ck_assert_uint_eq(p11->C_DestroyObject(writer, 0), CKR_OBJECT_HANDLE_INVALID);
    ck_assert_uint_eq(p11->C_SetAttributeValue(writer, object, template + 1, 1),
                      CKR_ACTION_PROHIBITED);
    ck_assert_uint_eq(p11->C_SetAttributeValue(reader, object, template + 1, 1),
                      CKR_SESSION_READ_ONLY);
    ck_assert_uint_eq(p11->C_SetAttributeValue(writer, object, NULL, 0), CKR_ARGUMENTS_BAD);
    ck_assert_uint_eq(find(writer, NULL, 0, NULL), 4);
}
END_TEST

START_TEST(the_size_of_an_object_is_not_known)
{
    CK_SESSION_HANDLE session = open_session(AUTH_SLOT, false);
    CK_ULONG size = 0;
    ck_assert_uint_eq(p11->C_GetObjectSize(session, only(session, CKO_PUBLIC_KEY), &size), CKR_OK);
    ck_assert_uint_eq(size, CK_UNAVAILABLE_INFORMATION);
    ck_assert_uint_eq(p11->C_GetObjectSize(session, 0, &size), CKR_OBJECT_HANDLE_INVALID);
    ck_assert_uint_eq(p11->C_GetObjectSize(session, 1, NULL), CKR_ARGUMENTS_BAD);
}
END_TEST

START_TEST(a_child_has_no_signing_certificate_but_a_card)
{
    stage_exchange("no-sign-certificate");
    CK_SESSION_HANDLE auth = log_in(AUTH_SLOT);
    ck_assert_uint_eq(sign_something(auth), CKR_OK);
    CK_SESSION_HANDLE sign = open_session(SIGN_SLOT, false);
    ck_assert_uint_eq(find_class(sign, CKO_PRIVATE_KEY, NULL), 0);
    CK_RV rv = login_with(sign, CKU_USER, CARDSIM_SIGN_PIN);
    ck_assert(rv == CKR_USER_PIN_NOT_INITIALIZED || rv == CKR_PIN_LOCKED);
    ck_assert_uint_eq(cardsim_count_verify(card, CARDSIM_PIN_SIGN), 0);
}
END_TEST

START_TEST(ca_certificates_can_be_left_out)
{
    stage_restart("ca-certificates = no\n");
    ck_assert_uint_eq(find_class(open_session(AUTH_SLOT, false), CKO_CERTIFICATE, NULL), 1);
    ck_assert_uint_eq(find_class(open_session(SIGN_SLOT, false), CKO_CERTIFICATE, NULL), 0);
}
END_TEST

START_TEST(a_template_is_read_with_care)
{
    CK_SESSION_HANDLE session = open_session(AUTH_SLOT, false);
    CK_OBJECT_CLASS class = CKO_CERTIFICATE;
    CK_ATTRIBUTE endless = {CKA_LABEL, value, (CK_ULONG)-1};
    CK_ATTRIBUTE hollow = {CKA_LABEL, NULL, 8};
    CK_ATTRIBUTE narrow = {CKA_CLASS, &class, 4};
    ck_assert_uint_eq(find(session, &endless, 1, NULL), 0);
    ck_assert_uint_eq(find(session, &narrow, 1, NULL), 0);
    ck_assert_uint_eq(p11->C_FindObjectsInit(session, &hollow, 1), CKR_ATTRIBUTE_VALUE_INVALID);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cryptoki/objects");
    TCase *tcase = tcase_create("objects");

    stage_attach(tcase);
    tcase_add_test(tcase, the_certificate_is_the_one_on_the_card);
    tcase_add_test(tcase, key_public_key_and_certificate_belong_together);
    tcase_add_test(tcase, values_have_the_forms_that_the_standard_gives_them);
    tcase_add_test(tcase, a_search_is_begun_once_and_ended_once);
    tcase_add_test(tcase, what_is_found_comes_in_portions);
    tcase_add_test(tcase, private_objects_are_seen_during_a_login_only);
    tcase_add_test(tcase, the_signing_certificate_is_not_read_before_login);
    tcase_add_test(tcase, handles_are_the_same_in_all_sessions_of_a_slot_and_in_no_other);
    tcase_add_test(tcase, searches_that_find_nothing_ask_the_card_nothing);
    tcase_add_test(tcase, a_search_answers_from_memory_the_second_time);
    tcase_add_test(tcase, one_attribute_that_cannot_be_given_keeps_no_other_back);
    tcase_add_test(tcase, nothing_on_the_card_can_be_changed);
    tcase_add_test(tcase, the_size_of_an_object_is_not_known);
    tcase_add_test(tcase, a_child_has_no_signing_certificate_but_a_card);
    tcase_add_test(tcase, ca_certificates_can_be_left_out);
    tcase_add_test(tcase, a_template_is_read_with_care);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
