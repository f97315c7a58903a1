/* Objects and searches (3.0, 5.7), for every kind of token. */
#include <string.h>

#include "kinds.h"
#include "runner.h"

static CK_BYTE value[4096], other[4096];

START_TEST(a_search_is_begun_asked_and_ended)
{
    CK_OBJECT_HANDLE found[8], rest[8];
    CK_ULONG count, total = 0;
    kind_begin(_i);
    CK_SESSION_HANDLE session = kind_log_in();
    ck_assert_uint_eq(p11->C_FindObjects(session, found, 8, &count), CKR_OPERATION_NOT_INITIALIZED);
    ck_assert_uint_eq(p11->C_FindObjectsInit(session, NULL, 0), CKR_OK);
    ck_assert_uint_eq(p11->C_FindObjectsInit(session, NULL, 0), CKR_OPERATION_ACTIVE);
    ck_assert_uint_eq(p11->C_FindObjects(session, found, 0, &count), CKR_OK);
    ck_assert_uint_eq(count, 0);
    ck_assert_uint_eq(p11->C_FindObjects(session, NULL, 0, &count), CKR_OK);
    do {
        ck_assert_uint_eq(p11->C_FindObjects(session, found + total, 1, &count), CKR_OK);
        total += count;
    } while (count > 0 && total < 8);
    ck_assert_uint_eq(total, kind->objects);
    ck_assert_uint_eq(p11->C_FindObjectsFinal(session), CKR_OK);
    ck_assert_uint_eq(p11->C_FindObjectsFinal(session), CKR_OPERATION_NOT_INITIALIZED);
    ck_assert_uint_eq(p11->C_FindObjectsInit(session, NULL, 0), CKR_OK);
    ck_assert_uint_eq(p11->C_FindObjects(session, rest, (CK_ULONG)-1, &count), CKR_OK);
    ck_assert_uint_eq(count, total);
    ck_assert_mem_eq(found, rest, total * sizeof *found);
}
END_TEST

START_TEST(handles_are_the_same_in_every_session_and_new_objects_come_with_the_login)
{
    CK_OBJECT_HANDLE before[8], after[8], elsewhere[8];
    kind_begin(_i);
    CK_SESSION_HANDLE session = kind_open(false), second = kind_open(true);
    size_t public_count = find(session, NULL, 0, before), kept = 0;
    ck_assert_uint_eq(public_count, kind->public_objects);
    ck_assert_uint_eq(login_with(second, CKU_USER, kind->pin), CKR_OK);
    ck_assert_uint_eq(find(session, NULL, 0, after), kind->objects);
    ck_assert_uint_eq(find(second, NULL, 0, elsewhere), kind->objects);
    ck_assert_mem_eq(after, elsewhere, kind->objects * sizeof *after);
    for (size_t i = 0; i < public_count; i++)
        for (size_t j = 0; j < kind->objects; j++)
            kept += before[i] == after[j];
    ck_assert_uint_eq(kept, public_count);
}
END_TEST

START_TEST(a_private_object_is_hidden_without_login_by_handle_too)
{
    CK_OBJECT_HANDLE all[8];
    CK_BBOOL private;
    CK_ATTRIBUTE template = {CKA_PRIVATE, &private, sizeof private};
    CK_ULONG size, hidden = 0;
    kind_begin(_i);
    CK_SESSION_HANDLE session = kind_log_in();
    ck_assert_uint_eq(find(session, NULL, 0, all), kind->objects);
    bool is_private[8];
    for (size_t i = 0; i < kind->objects; i++) {
        ck_assert_uint_eq(p11->C_GetAttributeValue(session, all[i], &template, 1), CKR_OK);
        is_private[i] = private;
    }
    ck_assert_uint_eq(p11->C_Logout(session), CKR_OK);
    for (size_t i = 0; i < kind->objects; i++) {
        CK_RV rv = is_private[i] ? CKR_OBJECT_HANDLE_INVALID : CKR_OK;
        ck_assert_uint_eq(p11->C_GetAttributeValue(session, all[i], &template, 1), rv);
        ck_assert_uint_eq(p11->C_GetObjectSize(session, all[i], &size), rv);
        hidden += is_private[i];
    }
    ck_assert_uint_eq(hidden, kind->objects - kind->public_objects);
}
END_TEST

/* --- matching --- */

START_TEST(every_byte_and_the_length_have_to_match)
{
    CK_OBJECT_HANDLE key, found[8];
    kind_begin(_i);
    CK_SESSION_HANDLE session = kind_log_in();
    ck_assert_uint_eq(kind_find(session, CKO_PRIVATE_KEY, &key), 1);
    CK_ULONG len = read_value(session, key, CKA_LABEL, value);
    CK_ATTRIBUTE label = {CKA_LABEL, value, len};
    size_t with_label = find(session, &label, 1, found);
    ck_assert_uint_ge(with_label, 2); /* the keys and the certificate */
    label.ulValueLen = len - 1;
    ck_assert_uint_eq(find(session, &label, 1, found), 0);
    label.ulValueLen = len + 1;
    ck_assert_uint_eq(find(session, &label, 1, found), 0);
    label.ulValueLen = (CK_ULONG)-1;
    ck_assert_uint_eq(find(session, &label, 1, found), 0);
    label.ulValueLen = 0;
    label.pValue = NULL;
    size_t nameless = find(session, &label, 1, found);
    ck_assert_uint_eq(nameless, kind->private_certificate ? 0 : 1); /* the profile */
    for (int i = 0; i < 2; i++) { /* twice the same is no contradiction */
        CK_ATTRIBUTE twice[] = {{CKA_LABEL, value, len}, {CKA_LABEL, value, len - (CK_ULONG)i}};
        ck_assert_uint_eq(find(session, twice, 2, found), i == 0 ? with_label : 0);
    }
}
END_TEST

/* Numbers and truths of another size than theirs are no error, and match nothing. */
START_TEST(a_value_of_the_wrong_size_matches_nothing)
{
    CK_OBJECT_CLASS class[2] = {CKO_CERTIFICATE};
    CK_BYTE truth[4] = {CK_TRUE};
    CK_OBJECT_HANDLE found[8];
    kind_begin(_i);
    CK_SESSION_HANDLE session = kind_log_in();
    for (CK_ULONG len = 0; len <= sizeof class; len++) {
        CK_ATTRIBUTE template = {CKA_CLASS, class, len};
        ck_assert_int_eq(find(session, &template, 1, found) > 0, len == sizeof class[0]);
    }
    for (CK_ULONG len = 0; len <= sizeof truth; len++) {
        CK_ATTRIBUTE template = {CKA_TOKEN, truth, len};
        ck_assert_uint_eq(find(session, &template, 1, found), len == 1 ? kind->objects : 0);
    }
    truth[0] = 2; /* neither CK_TRUE nor CK_FALSE */
    CK_ATTRIBUTE template = {CKA_TOKEN, truth, 1};
    ck_assert_uint_eq(find(session, &template, 1, found), 0);
}
END_TEST

START_TEST(what_no_object_has_is_searched_for_in_vain)
{
    static const CK_ATTRIBUTE_TYPE types[] = {CKA_VENDOR_DEFINED | 1, CKA_OBJECT_ID, CKA_VALUE_LEN,
                                              CKA_PRIVATE_EXPONENT, 0x7FFFFFFF};
    static const CK_OBJECT_CLASS classes[] = {
        CKO_DATA,      CKO_SECRET_KEY, CKO_HW_FEATURE,    CKO_DOMAIN_PARAMETERS,
        CKO_MECHANISM, CKO_OTP_KEY,    CKO_VENDOR_DEFINED};
    CK_OBJECT_HANDLE found[8];
    kind_begin(_i);
    CK_SESSION_HANDLE session = kind_log_in();
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        CK_ATTRIBUTE full = {types[i], value, 1}, empty = {types[i], NULL, 0};
        ck_assert_uint_eq(find(session, &full, 1, found), 0);
        ck_assert_uint_eq(find(session, &empty, 1, found), 0);
    }
    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++)
        ck_assert_uint_eq(find_class(session, classes[i], NULL), 0);
    CK_ULONG count = find(session, NULL, 0, found);
    for (CK_ULONG i = 0; i < count; i++) { /* nor by an empty template */
        CK_OBJECT_CLASS class;
        CK_ATTRIBUTE template = {CKA_CLASS, &class, sizeof class};
        ck_assert_uint_eq(p11->C_GetAttributeValue(session, found[i], &template, 1), CKR_OK);
        ck_assert(class == CKO_PRIVATE_KEY || class == CKO_PUBLIC_KEY || class == CKO_CERTIFICATE ||
                  class == CKO_PROFILE);
    }
}
END_TEST

START_TEST(a_template_that_cannot_be_is_refused)
{
    CK_OBJECT_CLASS class = CKO_CERTIFICATE;
    CK_ATTRIBUTE template = {CKA_CLASS, &class, sizeof class}, hollow = {CKA_CLASS, NULL, 8};
    CK_ULONG counts[] = {(CK_ULONG)-1, (CK_ULONG)-1 / sizeof template, (CK_ULONG)1 << 63,
                         (CK_ULONG)-1 / sizeof template + 1};
    CK_OBJECT_HANDLE object, made;
    kind_begin(_i);
    CK_SESSION_HANDLE session = kind_open(true);
    ck_assert_uint_ge(kind_find(session, CKO_CERTIFICATE, &object), 1);
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        ck_assert_uint_eq(p11->C_FindObjectsInit(session, NULL, counts[i]), CKR_ARGUMENTS_BAD);
        ck_assert_uint_eq(p11->C_FindObjectsInit(session, &template, counts[i]), CKR_ARGUMENTS_BAD);
        ck_assert_uint_eq(p11->C_GetAttributeValue(session, object, NULL, counts[i]),
                          CKR_ARGUMENTS_BAD);
        ck_assert_uint_eq(p11->C_GetAttributeValue(session, object, &template, counts[i]),
                          CKR_ARGUMENTS_BAD);
        ck_assert_uint_eq(p11->C_CreateObject(session, &template, counts[i], &made),
                          CKR_TOKEN_WRITE_PROTECTED);
        ck_assert_uint_eq(p11->C_SetAttributeValue(session, object, &template, counts[i]),
                          CKR_ACTION_PROHIBITED);
    }
    ck_assert_uint_eq(p11->C_FindObjectsInit(session, &hollow, 1), CKR_ATTRIBUTE_VALUE_INVALID);
    ck_assert_uint_eq(p11->C_FindObjectsInit(session, &template, 1), CKR_OK);
}
END_TEST

/* --- reading --- */

/* The five cases of 5.7.5 for one attribute of one object. */
static void read_in_every_way(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object,
                              CK_ATTRIBUTE_TYPE type)
{
    CK_ATTRIBUTE one = {type, NULL, 12345};
    CK_RV rv = p11->C_GetAttributeValue(session, object, &one, 1);
    CK_ULONG len = one.ulValueLen;
    ck_assert(rv == CKR_OK || rv == CKR_ATTRIBUTE_SENSITIVE || rv == CKR_ATTRIBUTE_TYPE_INVALID);
    ck_assert_int_eq(rv == CKR_OK, len != CK_UNAVAILABLE_INFORMATION);
    one = (CK_ATTRIBUTE){type, value, sizeof value};
    ck_assert_uint_eq(p11->C_GetAttributeValue(session, object, &one, 1), rv);
    ck_assert_uint_eq(one.ulValueLen, len);
    if (rv != CKR_OK || len == 0)
        return;
    memset(other, 0x5A, sizeof other);
    one = (CK_ATTRIBUTE){type, other, len - 1};
    ck_assert_uint_eq(p11->C_GetAttributeValue(session, object, &one, 1), CKR_BUFFER_TOO_SMALL);
    ck_assert_uint_eq(one.ulValueLen, CK_UNAVAILABLE_INFORMATION);
    for (CK_ULONG i = 0; i < len; i++)
        ck_assert_uint_eq(other[i], 0x5A);
    one = (CK_ATTRIBUTE){type, other, len};
    ck_assert_uint_eq(p11->C_GetAttributeValue(session, object, &one, 1), CKR_OK);
    ck_assert_mem_eq(value, other, len);
    ck_assert_uint_eq(other[len], 0x5A);
}

START_TEST(an_attribute_is_read_by_its_size_into_its_size_and_into_no_less)
{
    CK_OBJECT_HANDLE found[8];
    kind_begin(_i);
    CK_SESSION_HANDLE session = kind_log_in();
    CK_ULONG count = find(session, NULL, 0, found);
    for (CK_ULONG i = 0; i < count; i++)
        for (CK_ATTRIBUTE_TYPE type = 0; type < 0x640; type++)
            read_in_every_way(session, found[i], type);
}
END_TEST

/* Each of the bad ones at each place: the others are answered all the same. */
START_TEST(an_attribute_that_cannot_be_given_keeps_no_other_back)
{
    CK_OBJECT_HANDLE key;
    CK_BYTE small, id[32];
    kind_begin(_i);
    CK_SESSION_HANDLE session = kind_log_in();
    ck_assert_uint_eq(kind_find(session, CKO_PRIVATE_KEY, &key), 1);
    CK_ATTRIBUTE_TYPE secret = kind->signs == CKM_ECDSA ? CKA_VALUE : CKA_PRIME_1;
    const CK_ATTRIBUTE bad[] = {{secret, value, sizeof value},
                                {CKA_VENDOR_DEFINED, value, sizeof value},
                                {CKA_CLASS, &small, sizeof small}};
    for (size_t i = 0; i < 3; i++) {
        for (size_t place = 0; place < 3; place++) {
            CK_ATTRIBUTE template[] = {
                {CKA_ID, id, sizeof id}, {CKA_ID, id, sizeof id}, {CKA_ID, id, sizeof id}};
            template[place] = bad[i];
            CK_RV rv = p11->C_GetAttributeValue(session, key, template, 3);
            ck_assert(rv == CKR_ATTRIBUTE_SENSITIVE || rv == CKR_ATTRIBUTE_TYPE_INVALID ||
                      rv == CKR_BUFFER_TOO_SMALL);
            for (size_t j = 0; j < 3; j++)
                ck_assert_uint_eq(template[j].ulValueLen, j == place ? CK_UNAVAILABLE_INFORMATION
                                                          : kind->on_card ? 1
                                                                          : 20);
        }
    }
}
END_TEST

/* --- changing --- */

START_TEST(no_object_can_be_made_changed_or_destroyed)
{
    CK_OBJECT_HANDLE found[8], made;
    CK_OBJECT_CLASS class = CKO_DATA;
    CK_BBOOL no = CK_FALSE;
    CK_ATTRIBUTE template[] = {{CKA_CLASS, &class, sizeof class}, {CKA_TOKEN, &no, 1}};
    kind_begin(_i);
    CK_SESSION_HANDLE writer = kind_open(true), reader = kind_log_in();
    CK_ULONG count = find(writer, NULL, 0, found);
    ck_assert_uint_eq(p11->C_CreateObject(writer, template, 2, &made), CKR_TOKEN_WRITE_PROTECTED);
    ck_assert_uint_eq(p11->C_CreateObject(reader, template, 2, &made), CKR_SESSION_READ_ONLY);
    for (CK_ULONG i = 0; i < count; i++) {
        ck_assert_uint_eq(p11->C_CopyObject(writer, found[i], template + 1, 1, &made),
                          CKR_ACTION_PROHIBITED);
        ck_assert_uint_eq(p11->C_CopyObject(reader, found[i], NULL, 0, &made),
                          CKR_SESSION_READ_ONLY);
        ck_assert_uint_eq(p11->C_SetAttributeValue(writer, found[i], template + 1, 1),
                          CKR_ACTION_PROHIBITED);
        ck_assert_uint_eq(p11->C_SetAttributeValue(reader, found[i], template + 1, 1),
                          CKR_SESSION_READ_ONLY);
        ck_assert_uint_eq(p11->C_DestroyObject(writer, found[i]), CKR_ACTION_PROHIBITED);
        ck_assert_uint_eq(p11->C_DestroyObject(reader, found[i]), CKR_SESSION_READ_ONLY);
    }
    ck_assert_uint_eq(find(writer, NULL, 0, found), kind->objects);
    ck_assert_uint_eq(kind_sign(writer), CKR_OK);
}
END_TEST

/* --- handles --- */

/* What takes a handle of an object, with one that is none in this session. */
static void refuse_object(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE wrong)
{
    CK_MECHANISM m = {kind->signs, NULL, 0};
    CK_ATTRIBUTE id = {CKA_ID, NULL, 0};
    CK_ULONG n;
    ck_assert_uint_eq(p11->C_GetAttributeValue(session, wrong, &id, 1), CKR_OBJECT_HANDLE_INVALID);
    ck_assert_uint_eq(p11->C_GetAttributeValue(session, wrong, NULL, 0), CKR_OBJECT_HANDLE_INVALID);
    ck_assert_uint_eq(p11->C_GetObjectSize(session, wrong, &n), CKR_OBJECT_HANDLE_INVALID);
    ck_assert_uint_eq(p11->C_CopyObject(session, wrong, NULL, 0, &n), CKR_OBJECT_HANDLE_INVALID);
    ck_assert_uint_eq(p11->C_DestroyObject(session, wrong), CKR_OBJECT_HANDLE_INVALID);
    ck_assert_uint_eq(p11->C_SetAttributeValue(session, wrong, &id, 1), CKR_OBJECT_HANDLE_INVALID);
    ck_assert_uint_eq(p11->C_SignInit(session, &m, wrong), CKR_KEY_HANDLE_INVALID);
    ck_assert_uint_eq(p11->C_VerifyInit(session, &m, wrong), CKR_KEY_HANDLE_INVALID);
    ck_assert_uint_eq(p11->C_DecryptInit(session, &m, wrong), CKR_KEY_HANDLE_INVALID);
    ck_assert_uint_eq(p11->C_EncryptInit(session, &m, wrong), CKR_KEY_HANDLE_INVALID);
}

START_TEST(a_handle_of_another_slot_or_of_nothing_is_no_object)
{
    kind_begin(_i);
    CK_SESSION_HANDLE session = kind_log_in();
    CK_OBJECT_HANDLE found[8];
    CK_ULONG count = find(session, NULL, 0, found);
    CK_OBJECT_HANDLE wrong[] = {0, 1, session, ~found[0], found[count - 1] + 256, (CK_ULONG)-1};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        refuse_object(session, wrong[i]);
    for (int i = 0; i < KINDS; i++) {
        if (i == _i)
            continue;
        CK_SESSION_HANDLE other_session = open_session(kinds[i].slot, false);
        ck_assert_uint_eq(login_with(other_session, CKU_USER, kinds[i].pin), CKR_OK);
        count = find(other_session, NULL, 0, found);
        for (CK_ULONG j = 0; j < count; j++)
            refuse_object(session, found[j]);
    }
    ck_assert_uint_eq(kind_sign(session), CKR_OK);
}
END_TEST

START_TEST(the_size_of_no_object_is_known)
{
    CK_OBJECT_HANDLE found[8];
    CK_ULONG size;
    kind_begin(_i);
    CK_SESSION_HANDLE session = kind_log_in();
    CK_ULONG count = find(session, NULL, 0, found);
    for (CK_ULONG i = 0; i < count; i++) {
        size = 0;
        ck_assert_uint_eq(p11->C_GetObjectSize(session, found[i], &size), CKR_OK);
        ck_assert_uint_eq(size, CK_UNAVAILABLE_INFORMATION);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cryptoki/kinds_objects");
    TCase *tcase = tcase_create("objects of every kind");

    stage_attach(tcase);
    kinds_add(tcase, a_search_is_begun_asked_and_ended);
    kinds_add(tcase, handles_are_the_same_in_every_session_and_new_objects_come_with_the_login);
    kinds_add(tcase, a_private_object_is_hidden_without_login_by_handle_too);
    kinds_add(tcase, every_byte_and_the_length_have_to_match);
    kinds_add(tcase, a_value_of_the_wrong_size_matches_nothing);
    kinds_add(tcase, what_no_object_has_is_searched_for_in_vain);
    kinds_add(tcase, a_template_that_cannot_be_is_refused);
    kinds_add(tcase, an_attribute_is_read_by_its_size_into_its_size_and_into_no_less);
    kinds_add(tcase, an_attribute_that_cannot_be_given_keeps_no_other_back);
    kinds_add(tcase, no_object_can_be_made_changed_or_destroyed);
    kinds_add(tcase, a_handle_of_another_slot_or_of_nothing_is_no_object);
    kinds_add(tcase, the_size_of_no_object_is_known);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
