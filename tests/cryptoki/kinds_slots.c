/* Slots and tokens (3.0, 5.5), for every kind of token. */
#include <stdio.h>
#include <string.h>

#include "kinds.h"
#include "runner.h"

/* --- texts --- */

/* How many bytes a character of UTF-8 has, 0 where none begins. */
static size_t character(const CK_UTF8CHAR *at, size_t room)
{
    size_t len = *at < 0x80                  ? 1
                 : *at >= 0xC2 && *at < 0xE0 ? 2
                 : *at >= 0xE0 && *at < 0xF0 ? 3
                 : *at >= 0xF0 && *at < 0xF5 ? 4
                                             : 0;
    for (size_t i = 1; i < len; i++)
        if (i >= room || (at[i] & 0xC0) != 0x80)
            return 0;
    return len;
}

/* 3.0, 3.2: filled up with blanks, without a NUL; no character is cut. */
static void check_text(const CK_UTF8CHAR *text, size_t size)
{
    for (size_t at = 0, len; at < size; at += len) {
        len = character(text + at, size - at);
        ck_assert_msg(len > 0 && text[at] >= ' ' && text[at] != 0x7F, "%.*s", (int)size,
                      (const char *)text);
    }
}

#define CHECK_TEXT(field) check_text(field, sizeof(field))

START_TEST(every_text_is_filled_with_blanks_and_cut_at_characters)
{
    CK_INFO info;
    CK_SLOT_INFO slot;
    CK_TOKEN_INFO token;
    kind_begin(_i);
    ck_assert_uint_eq(p11->C_GetInfo(&info), CKR_OK);
    CHECK_TEXT(info.manufacturerID);
    CHECK_TEXT(info.libraryDescription);
    ck_assert_uint_eq(p11->C_GetSlotInfo(kind->slot, &slot), CKR_OK);
    CHECK_TEXT(slot.slotDescription);
    CHECK_TEXT(slot.manufacturerID);
    ck_assert_uint_eq(p11->C_GetTokenInfo(kind->slot, &token), CKR_OK);
    CHECK_TEXT(token.label);
    CHECK_TEXT(token.manufacturerID);
    CHECK_TEXT(token.model);
    CHECK_TEXT(token.serialNumber);
    for (size_t i = 0; i < sizeof token.utcTime; i++)
        ck_assert_uint_eq(token.utcTime[i], ' '); /* there is no clock */
}
END_TEST

/* A name of three bytes a character, at every place where the field may cut it. */
START_TEST(a_reader_with_a_long_japanese_name_is_described_in_whole_characters)
{
    char name[128];
    CK_SLOT_INFO info;
    CK_ULONG count;
    for (int pad = 0; pad < 3; pad++) {
        snprintf(name, sizeof name, "%.*s%s 00 00", pad, "ab",
                 "カードリーダー・カードリーダー・カードリーダー・カード");
        ck_assert_int_eq(cardsim_plug(bench, name), MN_OK);
        ck_assert_uint_eq(p11->C_GetSlotList(CK_FALSE, NULL, &count), CKR_OK);
        for (CK_SLOT_ID slot = 3 + 2 * (CK_SLOT_ID)pad; slot <= 4 + 2 * (CK_SLOT_ID)pad; slot++) {
            ck_assert_uint_eq(p11->C_GetSlotInfo(slot, &info), CKR_OK);
            CHECK_TEXT(info.slotDescription);
        }
    }
}
END_TEST

/* --- lists --- */

START_TEST(a_list_that_does_not_fit_is_told_its_size)
{
    CK_SLOT_ID list[8], before[8];
    CK_ULONG count = 0, room;
    kind_begin(_i);
    ck_assert_uint_eq(p11->C_GetSlotList(CK_TRUE, NULL, &count), CKR_OK);
    ck_assert_uint_eq(count, KINDS);
    memset(list, 0x5A, sizeof list);
    memcpy(before, list, sizeof list);
    for (room = 0; room < count; room++) {
        CK_ULONG len = room;
        ck_assert_uint_eq(p11->C_GetSlotList(CK_TRUE, list, &len), CKR_BUFFER_TOO_SMALL);
        ck_assert_uint_eq(len, count);
        ck_assert_mem_eq(list, before, sizeof list);
    }
    room = (CK_ULONG)-1;
    ck_assert_uint_eq(p11->C_GetSlotList(CK_TRUE, list, &room), CKR_OK);
    ck_assert_uint_eq(room, count);
    ck_assert_mem_eq(list + count, before, sizeof list - count * sizeof *list);
}
END_TEST

START_TEST(the_list_of_mechanisms_is_asked_for_twice)
{
    CK_MECHANISM_TYPE list[64];
    CK_ULONG count = 0, len;
    kind_begin(_i);
    ck_assert_uint_eq(p11->C_GetMechanismList(kind->slot, NULL, &count), CKR_OK);
    ck_assert(count > 0 && count < 64);
    for (CK_ULONG room = 0; room < count; room++) {
        len = room;
        memset(list, 0x5A, sizeof list);
        ck_assert_uint_eq(p11->C_GetMechanismList(kind->slot, list, &len), CKR_BUFFER_TOO_SMALL);
        ck_assert_uint_eq(len, count);
        ck_assert_uint_eq(list[0], 0x5A5A5A5A5A5A5A5AUL);
    }
    len = (CK_ULONG)-1;
    ck_assert_uint_eq(p11->C_GetMechanismList(kind->slot, list, &len), CKR_OK);
    ck_assert_uint_eq(len, count);
    ck_assert_uint_eq(list[count], 0x5A5A5A5A5A5A5A5AUL);
}
END_TEST

static bool is_listed(CK_MECHANISM_TYPE type)
{
    CK_MECHANISM_TYPE list[64];
    CK_ULONG len = 64;
    ck_assert_uint_eq(p11->C_GetMechanismList(kind->slot, list, &len), CKR_OK);
    for (CK_ULONG i = 0; i < len; i++)
        if (list[i] == type)
            return true;
    return false;
}

/* All numbers that the standard uses, and some that nobody does. */
START_TEST(only_what_is_listed_has_information)
{
    CK_MECHANISM_INFO info;
    CK_ULONG known = 0, count;
    kind_begin(_i);
    ck_assert_uint_eq(p11->C_GetMechanismList(kind->slot, NULL, &count), CKR_OK);
    for (CK_MECHANISM_TYPE type = 0; type < 0x4100; type++) {
        CK_RV rv = p11->C_GetMechanismInfo(kind->slot, type, &info);
        ck_assert(rv == CKR_OK || rv == CKR_MECHANISM_INVALID);
        known += rv == CKR_OK;
        ck_assert(rv != CKR_OK || is_listed(type));
    }
    ck_assert_uint_eq(known, count);
    ck_assert_uint_eq(p11->C_GetMechanismInfo(kind->slot, CKM_VENDOR_DEFINED, &info),
                      CKR_MECHANISM_INVALID);
    ck_assert_uint_eq(p11->C_GetMechanismInfo(kind->slot, (CK_ULONG)-1, &info),
                      CKR_MECHANISM_INVALID);
}
END_TEST

static CK_RSA_PKCS_PSS_PARAMS pss;
static CK_RSA_PKCS_OAEP_PARAMS oaep;

/* The mechanism with the parameter that it wants. */
static CK_MECHANISM fitting(CK_MECHANISM_TYPE type)
{
    static const CK_MECHANISM_TYPE hash_of[][3] = {
        {CKM_RSA_PKCS_PSS, CKM_SHA256, CKG_MGF1_SHA256},
        {CKM_SHA1_RSA_PKCS_PSS, CKM_SHA_1, CKG_MGF1_SHA1},
        {CKM_SHA224_RSA_PKCS_PSS, CKM_SHA224, CKG_MGF1_SHA224},
        {CKM_SHA256_RSA_PKCS_PSS, CKM_SHA256, CKG_MGF1_SHA256},
        {CKM_SHA384_RSA_PKCS_PSS, CKM_SHA384, CKG_MGF1_SHA384},
        {CKM_SHA512_RSA_PKCS_PSS, CKM_SHA512, CKG_MGF1_SHA512}};
    if (type == CKM_RSA_PKCS_OAEP) {
        oaep = (CK_RSA_PKCS_OAEP_PARAMS){CKM_SHA256, CKG_MGF1_SHA256, CKZ_DATA_SPECIFIED, NULL, 0};
        return (CK_MECHANISM){type, &oaep, sizeof oaep};
    }
    for (size_t i = 0; i < sizeof hash_of / sizeof hash_of[0]; i++) {
        if (hash_of[i][0] == type) {
            pss = (CK_RSA_PKCS_PSS_PARAMS){hash_of[i][1], hash_of[i][2], 32};
            return (CK_MECHANISM){type, &pss, sizeof pss};
        }
    }
    return (CK_MECHANISM){type, NULL, 0};
}

/* Does it do what the flag says, and what no flag says not? */
static void check_flag(CK_RV rv, CK_MECHANISM_TYPE type, CK_FLAGS flags, CK_FLAGS flag)
{
    ck_assert_msg(flags & flag
                      ? rv == CKR_OK
                      : rv == CKR_MECHANISM_INVALID || rv == CKR_KEY_FUNCTION_NOT_PERMITTED,
                  "0x%lx, flag 0x%lx: 0x%lx", type, flag, rv);
}

static void check_flags(CK_SESSION_HANDLE session, CK_MECHANISM_TYPE type, CK_FLAGS flags)
{
    CK_OBJECT_HANDLE key = only(session, CKO_PRIVATE_KEY);
    CK_OBJECT_HANDLE public_key = only(session, CKO_PUBLIC_KEY);
    CK_MECHANISM m = fitting(type);
    check_flag(p11->C_SignInit(session, &m, key), type, flags, CKF_SIGN);
    check_flag(p11->C_VerifyInit(session, &m, public_key), type, flags, CKF_VERIFY);
    check_flag(p11->C_DigestInit(session, &m), type, flags, CKF_DIGEST);
    check_flag(p11->C_DecryptInit(session, &m, key), type, flags, CKF_DECRYPT);
    check_flag(p11->C_EncryptInit(session, &m, public_key), type, flags, CKF_ENCRYPT);
    ck_assert_uint_eq(flags & ~(CKF_HW | CKF_SIGN | CKF_VERIFY | CKF_DIGEST | CKF_DECRYPT |
                                CKF_ENCRYPT | CKF_EC_F_P | CKF_EC_NAMEDCURVE | CKF_EC_UNCOMPRESS),
                      0);
    ck_assert_int_eq(!!(flags & CKF_HW), kind->on_card && !(flags & CKF_DIGEST));
}

START_TEST(mechanisms_do_what_their_flags_say_and_nothing_else)
{
    CK_MECHANISM_TYPE list[64];
    CK_MECHANISM_INFO info;
    CK_ULONG len = 64, bits;
    kind_begin(_i);
    bits = kind->signs == CKM_ECDSA ? 256 : 2048;
    ck_assert_uint_eq(p11->C_GetMechanismList(kind->slot, list, &len), CKR_OK);
    for (CK_ULONG i = 0; i < len; i++) {
        ck_assert_uint_eq(p11->C_GetMechanismInfo(kind->slot, list[i], &info), CKR_OK);
        CK_SESSION_HANDLE session = kind_open(false);
        CK_RV rv = login_with(session, CKU_USER, kind->pin);
        ck_assert(rv == CKR_OK || rv == CKR_USER_ALREADY_LOGGED_IN);
        check_flags(session, list[i], info.flags);
        ck_assert_uint_eq(info.ulMinKeySize, info.flags & CKF_DIGEST ? 0 : bits);
        ck_assert_uint_eq(info.ulMaxKeySize, info.flags & CKF_DIGEST ? 0 : bits);
        for (CK_ULONG j = 0; j < i; j++)
            ck_assert_uint_ne(list[i], list[j]);
    }
}
END_TEST

/* --- tokens --- */

START_TEST(what_a_token_counts_is_true)
{
    CK_TOKEN_INFO info;
    kind_begin(_i);
    CK_SESSION_HANDLE gone = kind_open(true);
    kind_open(true);
    kind_open(false);
    open_session(kinds[(_i + 1) % KINDS].slot, true);
    ck_assert_uint_eq(p11->C_CloseSession(gone), CKR_OK);
    ck_assert_uint_eq(p11->C_GetTokenInfo(kind->slot, &info), CKR_OK);
    ck_assert_uint_eq(info.ulSessionCount, 2);
    ck_assert_uint_eq(info.ulRwSessionCount, 1);
    ck_assert_uint_eq(info.ulMaxSessionCount, CK_EFFECTIVELY_INFINITE);
    ck_assert_uint_eq(info.ulMaxRwSessionCount, CK_EFFECTIVELY_INFINITE);
    ck_assert_uint_eq(info.ulTotalPublicMemory, CK_UNAVAILABLE_INFORMATION);
    ck_assert_uint_eq(info.ulFreePublicMemory, CK_UNAVAILABLE_INFORMATION);
    ck_assert_uint_eq(info.ulTotalPrivateMemory, CK_UNAVAILABLE_INFORMATION);
    ck_assert_uint_eq(info.ulFreePrivateMemory, CK_UNAVAILABLE_INFORMATION);
    ck_assert_uint_le(info.ulMinPinLen, strlen(kind->pin));
    ck_assert_uint_ge(info.ulMaxPinLen, strlen(kind->pin));
}
END_TEST

START_TEST(no_token_can_be_initialised)
{
    CK_UTF8CHAR pin[] = "12345678", label[32];
    kind_begin(_i);
    memset(label, ' ', sizeof label);
    ck_assert_uint_eq(p11->C_InitToken(kind->slot, pin, 8, label), CKR_TOKEN_WRITE_PROTECTED);
    CK_SESSION_HANDLE session = kind_open(true);
    ck_assert_uint_eq(p11->C_InitToken(kind->slot, pin, 8, label), CKR_SESSION_EXISTS);
    ck_assert_uint_eq(p11->C_InitPIN(session, pin, 8), CKR_USER_NOT_LOGGED_IN);
    ck_assert_uint_eq(p11->C_InitPIN(kind_open(false), pin, 8), CKR_SESSION_READ_ONLY);
    ck_assert_uint_eq(kind_sign(kind_log_in()), CKR_OK);
}
END_TEST

static CK_FLAGS slot_flags(void)
{
    CK_SLOT_INFO info;
    ck_assert_uint_eq(p11->C_GetSlotInfo(kind->slot, &info), CKR_OK);
    return info.flags;
}

/* Its slot is told among those that the event is about, each once. */
static void expect_event(void)
{
    CK_SLOT_ID slot;
    unsigned told = 0;
    CK_RV rv;
    while ((rv = p11->C_WaitForSlotEvent(CKF_DONT_BLOCK, &slot, NULL)) == CKR_OK)
        told += slot == kind->slot;
    ck_assert_uint_eq(rv, CKR_NO_EVENT);
    ck_assert_uint_eq(told, 1);
}

START_TEST(a_token_that_comes_or_goes_is_shown_and_told)
{
    CK_TOKEN_INFO token;
    CK_SLOT_ID slot;
    CK_ULONG count;
    kind_begin(_i);
    CK_FLAGS always = CKF_REMOVABLE_DEVICE | (kind->on_card ? CKF_HW_SLOT : 0);
    ck_assert_uint_eq(p11->C_GetSlotList(CK_FALSE, NULL, &count), CKR_OK);
    while (p11->C_WaitForSlotEvent(CKF_DONT_BLOCK, &slot, NULL) == CKR_OK)
        ; /* that they were put on the shelf */
    ck_assert_uint_eq(slot_flags(), always | CKF_TOKEN_PRESENT);
    kind_remove();
    expect_event();
    ck_assert_uint_eq(slot_flags(), always);
    ck_assert_uint_eq(p11->C_GetTokenInfo(kind->slot, &token), CKR_TOKEN_NOT_PRESENT);
    ck_assert_uint_eq(p11->C_GetMechanismList(kind->slot, NULL, &count), CKR_TOKEN_NOT_PRESENT);
    kind_insert();
    expect_event();
    ck_assert_uint_eq(slot_flags(), always | CKF_TOKEN_PRESENT);
    ck_assert_uint_eq(p11->C_GetTokenInfo(kind->slot, &token), CKR_OK);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cryptoki/kinds_slots");
    TCase *tcase = tcase_create("slots and tokens of every kind");

    stage_attach(tcase);
    kinds_add(tcase, every_text_is_filled_with_blanks_and_cut_at_characters);
    tcase_add_test(tcase, a_reader_with_a_long_japanese_name_is_described_in_whole_characters);
    kinds_add(tcase, a_list_that_does_not_fit_is_told_its_size);
    kinds_add(tcase, the_list_of_mechanisms_is_asked_for_twice);
    kinds_add(tcase, only_what_is_listed_has_information);
    kinds_add(tcase, mechanisms_do_what_their_flags_say_and_nothing_else);
    kinds_add(tcase, what_a_token_counts_is_true);
    kinds_add(tcase, no_token_can_be_initialised);
    kinds_add(tcase, a_token_that_comes_or_goes_is_shown_and_told);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
