/* docs/datasheet.md against the module, over the simulated card in this process. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "page.h"
#include "runner.h"
#include "stage.h"
#include "token/handle.h"
#include "token/login.h"
#include "token/mechanism.h"
#include "token/objects.h"

/* --- interfaces --- */

static const struct page_row *row_of_interface(const CK_VERSION *version)
{
    char text[16];
    const struct page_table *table = page_table("interface", "version");
    snprintf(text, sizeof text, "%u.%u", version->major, version->minor);
    for (size_t i = 0; i < table->rows; i++)
        if (strcmp(page_cell(table, &table->row[i], "version"), text) == 0)
            return &table->row[i];
    return NULL;
}

START_TEST(the_interfaces_are_those_of_the_page)
{
    CK_INTERFACE list[8];
    CK_ULONG count = 8;
    ck_assert_uint_eq(p11->C_GetInterfaceList(list, &count), CKR_OK);
    ck_assert_uint_eq(count, page_table("interface", "version")->rows);
    for (CK_ULONG i = 0; i < count; i++) {
        CK_FUNCTION_LIST *functions = list[i].pFunctionList;
        CK_INFO info;
        const struct page_row *row = row_of_interface(&functions->version);
        ck_assert_ptr_nonnull(row);
        ck_assert_str_eq(row->cell[0], list[i].pInterfaceName);
        ck_assert_str_eq(row->cell[2], "none");
        ck_assert_uint_eq(list[i].flags, 0);
        ck_assert_uint_eq(functions->C_GetInfo(&info), CKR_OK);
        ck_assert_mem_eq(&info.cryptokiVersion, &functions->version, sizeof info.cryptokiVersion);
    }
}
END_TEST

/* --- mechanisms --- */

struct flags {
    CK_FLAGS value;
};

static void add_flag(const char *word, void *context)
{
    struct flags *flags = context;
    flags->value |= page_number(word);
}

static void compare_info(CK_SLOT_ID slot, const struct page_row *row, CK_MECHANISM_TYPE type)
{
    const struct page_table *table = page_table("mechanism", "flags");
    struct flags flags = {0};
    CK_MECHANISM_INFO info;
    ck_assert_uint_eq(p11->C_GetMechanismInfo(slot, type, &info), CKR_OK);
    page_each(page_cell(table, row, "flags"), add_flag, &flags);
    if (info.flags != flags.value)
        differs("%s: flags 0x%lx", row->cell[0], info.flags);
    if (info.ulMinKeySize != strtoul(page_cell(table, row, "min bits"), NULL, 10))
        differs("%s: min bits %lu", row->cell[0], info.ulMinKeySize);
    if (info.ulMaxKeySize != strtoul(page_cell(table, row, "max bits"), NULL, 10))
        differs("%s: max bits %lu", row->cell[0], info.ulMaxKeySize);
}

static void compare_mechanisms(CK_SLOT_ID slot, bool with_pss)
{
    const struct page_table *table = page_table("mechanism", "flags");
    CK_MECHANISM_TYPE types[MN_MECHANISMS_MAX];
    CK_ULONG count = MN_MECHANISMS_MAX, at = 0;
    ck_assert_uint_eq(p11->C_GetMechanismList(slot, types, &count), CKR_OK);
    for (size_t i = 0; i < table->rows; i++) {
        const struct page_row *row = &table->row[i];
        if (strcmp(page_cell(table, row, "offered"), "always") != 0 && !with_pss)
            continue;
        if (at < count && types[at] == page_number(row->cell[0]))
            compare_info(slot, row, types[at++]);
        else
            differs("slot %lu: %s is not number %lu of the list", slot, row->cell[0], at + 1);
    }
    for (; at < count; at++)
        differs("slot %lu: %s is not on the page", slot, page_name("CKM_", types[at]));
}

START_TEST(both_tokens_have_the_mechanisms_of_the_page)
{
    for (CK_SLOT_ID slot = AUTH_SLOT; slot <= SIGN_SLOT; slot++)
        compare_mechanisms(slot, true);
    page_agrees();
}
END_TEST

START_TEST(without_pss_they_have_the_others)
{
    stage_exchange("no-pss");
    for (CK_SLOT_ID slot = AUTH_SLOT; slot <= SIGN_SLOT; slot++)
        compare_mechanisms(slot, false);
    page_agrees();
}
END_TEST

START_TEST(a_card_of_another_kind_has_none)
{
    CK_MECHANISM_INFO info;
    CK_ULONG count;
    stage_exchange("foreign");
    ck_assert_uint_eq(p11->C_GetMechanismList(AUTH_SLOT, NULL, &count), CKR_TOKEN_NOT_RECOGNIZED);
    ck_assert_uint_eq(p11->C_GetMechanismInfo(SIGN_SLOT, CKM_RSA_PKCS, &info),
                      CKR_TOKEN_NOT_RECOGNIZED);
}
END_TEST

static CK_RV begin_with(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, bool digests)
{
    if (digests) {
        CK_RV rv = p11->C_DigestInit(session, mechanism);
        (void)p11->C_SessionCancel(session, CKF_DIGEST);
        return rv;
    }
    CK_RV rv = p11->C_SignInit(session, mechanism, only(session, CKO_PRIVATE_KEY));
    (void)p11->C_SessionCancel(session, CKF_SIGN);
    return rv;
}

START_TEST(mechanisms_take_the_parameter_of_the_page)
{
    const struct page_table *table = page_table("mechanism", "flags");
    CK_SESSION_HANDLE session = log_in(AUTH_SLOT);
    for (size_t i = 0; i < table->rows; i++) {
        const struct page_row *row = &table->row[i];
        CK_RSA_PKCS_PSS_PARAMS pss = {CKM_SHA256, CKG_MGF1_SHA256, 32};
        CK_MECHANISM with = {page_number(row->cell[0]), &pss, sizeof pss};
        CK_MECHANISM without = {with.mechanism, NULL, 0};
        bool digests = strcmp(page_cell(table, row, "flags"), "CKF_DIGEST") == 0;
        bool none = strcmp(page_cell(table, row, "parameter"), "none") == 0;
        CK_RV good = begin_with(session, none ? &without : &with, digests);
        CK_RV bad = begin_with(session, none ? &with : &without, digests);
        if (good != CKR_OK || bad != CKR_MECHANISM_PARAM_INVALID)
            differs("%s: 0x%lx with the parameter, 0x%lx otherwise", row->cell[0], good, bad);
    }
    page_agrees();
}
END_TEST

/* Which lengths of data are signed. */
START_TEST(the_data_are_as_long_as_the_page_says)
{
    static const CK_ULONG lengths[] = {0, 1, 31, 32, 33, 245, 246};
    CK_SESSION_HANDLE session = log_in(AUTH_SLOT);
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        CK_RSA_PKCS_PSS_PARAMS params = {CKM_SHA256, CKG_MGF1_SHA256, 32};
        CK_MECHANISM plain = {CKM_RSA_PKCS, NULL, 0};
        CK_MECHANISM pss = {CKM_RSA_PKCS_PSS, &params, sizeof params};
        CK_BYTE data[256] = {0}, signature[RSA_SIZE];
        CK_ULONG len = sizeof signature, key = only(session, CKO_PRIVATE_KEY);
        bool fits = lengths[i] >= 1 && lengths[i] <= 245;
        ck_assert_uint_eq(p11->C_SignInit(session, &plain, key), CKR_OK);
        ck_assert_uint_eq(p11->C_Sign(session, data, lengths[i], signature, &len),
                          fits ? CKR_OK : CKR_DATA_LEN_RANGE);
        len = sizeof signature;
        ck_assert_uint_eq(p11->C_SignInit(session, &pss, key), CKR_OK);
        ck_assert_uint_eq(p11->C_Sign(session, data, lengths[i], signature, &len),
                          lengths[i] == 32 ? CKR_OK : CKR_DATA_LEN_RANGE);
    }
}
END_TEST

/* --- slots, tokens, sessions --- */

/* What the table says of each flag, against what they all had and what at least one had. */
static void compare_flags(const char *what, CK_FLAGS all, CK_FLAGS any)
{
    const struct page_table *table = page_table(what, "set");
    CK_FLAGS named = 0;
    for (size_t i = 0; i < table->rows; i++) {
        CK_FLAGS flag = page_number(table->row[i].cell[0]);
        const char *said = table->row[i].cell[1];
        const char *is = all & flag ? "always" : any & flag ? "sometimes" : "never";
        if (strncmp(said, is, strlen(is)) != 0)
            differs("%s is set %s", table->row[i].cell[0], is);
        named |= flag;
    }
    if (any & ~named)
        differs("%s: 0x%lx is not on the page", what, any & ~named);
}

START_TEST(slots_have_the_flags_of_the_page)
{
    CK_SLOT_INFO full, empty;
    ck_assert_uint_eq(p11->C_GetSlotInfo(AUTH_SLOT, &full), CKR_OK);
    cardsim_remove(bench, READER);
    ck_assert_uint_eq(p11->C_GetSlotInfo(AUTH_SLOT, &empty), CKR_OK);
    compare_flags("slot flag", full.flags & empty.flags, full.flags | empty.flags);
    page_agrees();
}
END_TEST

static void note_token_flags(CK_FLAGS *all, CK_FLAGS *any)
{
    CK_TOKEN_INFO info;
    for (CK_SLOT_ID slot = AUTH_SLOT; slot <= SIGN_SLOT; slot++) {
        ck_assert_uint_eq(p11->C_GetTokenInfo(slot, &info), CKR_OK);
        *all &= info.flags;
        *any |= info.flags;
    }
}

START_TEST(tokens_have_the_flags_of_the_page)
{
    static const char *const personas[] = {"last-try-auth", "last-try-sign", "auth-blocked",
                                           "sign-blocked", "no-sign-certificate"};
    CK_FLAGS all = ~0UL, any = 0;
    note_token_flags(&all, &any);
    for (size_t i = 0; i < sizeof personas / sizeof personas[0]; i++) {
        stage_exchange(personas[i]);
        note_token_flags(&all, &any);
        (void)login_with(open_session(SIGN_SLOT, true), CKU_USER, "XYZXYZ");
        note_token_flags(&all, &any);
    }
    cardsim_remove(bench, READER);
    ck_assert_int_eq(cardsim_set(card, "sign_pin", "absent"), MN_OK);
    cardsim_insert(bench, READER, card);
    note_token_flags(&all, &any);
    compare_flags("token flag", all, any);
    page_agrees();
}
END_TEST

/* The states that the table of session states says are never reached, or are: by their rows. */
static void note_session(CK_SESSION_HANDLE session, CK_FLAGS *all, CK_FLAGS *any, unsigned *states)
{
    CK_SESSION_INFO info;
    ck_assert_uint_eq(p11->C_GetSessionInfo(session, &info), CKR_OK);
    *all &= info.flags;
    *any |= info.flags;
    *states |= 1u << info.state;
}

START_TEST(sessions_have_the_flags_and_the_states_of_the_page)
{
    const struct page_table *table = page_table("session state", "when");
    CK_FLAGS all = ~0UL, any = 0;
    unsigned states = 0;
    CK_SESSION_HANDLE session[] = {open_session(AUTH_SLOT, false), open_session(AUTH_SLOT, true)};
    for (int i = 0; i < 4; i++) {
        if (i == 2)
            ck_assert_uint_eq(login_with(session[0], CKU_USER, CARDSIM_AUTH_PIN), CKR_OK);
        note_session(session[i % 2], &all, &any, &states);
    }
    compare_flags("session flag", all, any);
    for (size_t i = 0; i < table->rows; i++) {
        bool reached = states >> page_number(table->row[i].cell[0]) & 1;
        if (reached == (strcmp(table->row[i].cell[1], "never") == 0))
            differs("%s is %s", table->row[i].cell[0], reached ? "reached" : "never reached");
    }
    page_agrees();
}
END_TEST

/* A field of one of the structures, in the words of the page. */
struct field {
    const char *structure, *name;
    char value[80];
};

static void set_text(struct field *f, const CK_UTF8CHAR *text, size_t size)
{
    while (size > 0 && text[size - 1] == ' ')
        size--;
    snprintf(f->value, sizeof f->value, "\"%.*s\"", (int)size, (const char *)text);
}

static void set_number(struct field *f, CK_ULONG number)
{
    snprintf(f->value, sizeof f->value, "%lu", number);
}

static void set_version(struct field *f, CK_VERSION version)
{
    snprintf(f->value, sizeof f->value, "%u.%u", version.major, version.minor);
}

#define FIELDS_MAX 32

struct fields {
    struct field at[FIELDS_MAX];
    size_t len;
};

static struct field *next_field(struct fields *fields, const char *structure, const char *name)
{
    ck_assert_uint_lt(fields->len, FIELDS_MAX);
    struct field *f = &fields->at[fields->len++];
    *f = (struct field){.structure = structure, .name = name};
    return f;
}

#define FIELD(how, structure, object, member)                                                      \
    set_##how(next_field(fields, #structure, #member), (object).member)
#define TEXT_FIELD(structure, object, member)                                                      \
    set_text(next_field(fields, #structure, #member), (object).member, sizeof(object).member)

static void fill_from_library(struct fields *fields)
{
    CK_INFO info;
    ck_assert_uint_eq(p11->C_GetInfo(&info), CKR_OK);
    FIELD(version, CK_INFO, info, cryptokiVersion);
    TEXT_FIELD(CK_INFO, info, manufacturerID);
    FIELD(number, CK_INFO, info, flags);
    TEXT_FIELD(CK_INFO, info, libraryDescription);
    FIELD(version, CK_INFO, info, libraryVersion);
}

static void fill_from_slot(struct fields *fields, CK_SLOT_ID slot)
{
    CK_SLOT_INFO info;
    ck_assert_uint_eq(p11->C_GetSlotInfo(slot, &info), CKR_OK);
    TEXT_FIELD(CK_SLOT_INFO, info, slotDescription);
    TEXT_FIELD(CK_SLOT_INFO, info, manufacturerID);
    FIELD(version, CK_SLOT_INFO, info, hardwareVersion);
    FIELD(version, CK_SLOT_INFO, info, firmwareVersion);
}

static void fill_from_token(struct fields *fields, CK_SLOT_ID slot)
{
    CK_TOKEN_INFO info;
    ck_assert_uint_eq(p11->C_GetTokenInfo(slot, &info), CKR_OK);
    TEXT_FIELD(CK_TOKEN_INFO, info, label);
    TEXT_FIELD(CK_TOKEN_INFO, info, manufacturerID);
    TEXT_FIELD(CK_TOKEN_INFO, info, model);
    TEXT_FIELD(CK_TOKEN_INFO, info, serialNumber);
    FIELD(number, CK_TOKEN_INFO, info, ulMaxSessionCount);
    FIELD(number, CK_TOKEN_INFO, info, ulSessionCount);
    FIELD(number, CK_TOKEN_INFO, info, ulMaxRwSessionCount);
    FIELD(number, CK_TOKEN_INFO, info, ulRwSessionCount);
    FIELD(number, CK_TOKEN_INFO, info, ulMaxPinLen);
    FIELD(number, CK_TOKEN_INFO, info, ulMinPinLen);
    FIELD(number, CK_TOKEN_INFO, info, ulTotalPublicMemory);
    FIELD(number, CK_TOKEN_INFO, info, ulFreePublicMemory);
    FIELD(number, CK_TOKEN_INFO, info, ulTotalPrivateMemory);
    FIELD(number, CK_TOKEN_INFO, info, ulFreePrivateMemory);
    FIELD(version, CK_TOKEN_INFO, info, hardwareVersion);
    FIELD(version, CK_TOKEN_INFO, info, firmwareVersion);
    set_text(next_field(fields, "CK_TOKEN_INFO", "utcTime"), info.utcTime, sizeof info.utcTime);
}

static void fill_from_session(struct fields *fields, CK_SLOT_ID slot)
{
    CK_SESSION_INFO info;
    ck_assert_uint_eq(p11->C_GetSessionInfo(open_session(slot, false), &info), CKR_OK);
    FIELD(number, CK_SESSION_INFO, info, slotID);
    FIELD(number, CK_SESSION_INFO, info, ulDeviceError);
}

/* A value that can be compared: a text, a number or a name. The others are told in words. */
static bool is_value(const char *said)
{
    return *said == '"' || strncmp(said, "CK_", 3) == 0 || (*said >= '0' && *said <= '9');
}

static bool is_same(const char *said, const char *is)
{
    CK_ULONG number;
    if (page_value(said, &number))
        return number == strtoul(is, NULL, 10);
    return strcmp(said, is) == 0;
}

static void compare_field(const struct field *f, CK_SLOT_ID slot)
{
    const struct page_table *table = page_table("structure", "field");
    for (size_t i = 0; i < table->rows; i++) {
        const struct page_row *row = &table->row[i];
        if (strcmp(row->cell[0], f->structure) != 0 || strcmp(row->cell[1], f->name) != 0)
            continue;
        char said[PAGE_PART];
        page_of_slot(row->cell[2], slot == SIGN_SLOT, said);
        if (is_value(said) && !is_same(said, f->value))
            differs("%s.%s of slot %lu is %s", f->structure, f->name, slot, f->value);
        return;
    }
    differs("%s.%s is not on the page", f->structure, f->name);
}

START_TEST(the_fields_have_the_values_of_the_page)
{
    for (CK_SLOT_ID slot = AUTH_SLOT; slot <= SIGN_SLOT; slot++) {
        struct fields fields = {.len = 0};
        fill_from_library(&fields);
        fill_from_slot(&fields, slot);
        fill_from_token(&fields, slot);
        fill_from_session(&fields, slot);
        for (size_t i = 0; i < fields.len; i++)
            compare_field(&fields.at[i], slot);
        ck_assert_uint_eq(fields.len, page_table("structure", "field")->rows);
    }
    page_agrees();
}
END_TEST

/* --- limits --- */

/* The first number of the row. */
static unsigned long limit(const char *of)
{
    const char *cell = page_row(page_table("what", "at most"), of)->cell[1];
    return strtoul(cell + strcspn(cell, "0123456789"), NULL, 10);
}

START_TEST(the_limits_are_those_of_the_sources)
{
    ck_assert_uint_eq(limit("slots in a process"), MN_SLOT_ID_MAX);
    ck_assert_uint_eq(limit("objects of a token"), MN_OBJECTS_MAX);
    ck_assert_uint_eq(limit("PINs in a row that were not sent to the card"), MN_FREE_REFUSALS_MAX);
    ck_assert_uint_eq(limit("data for CKM_RSA_PKCS"), RSA_SIZE - 11);
    ck_assert_int_eq(MN_HANDLE_SLOT_BITS, 64 - 56);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("datasheet");
    TCase *tcase = tcase_create("tables");
    tcase_add_checked_fixture(tcase, page_load, NULL);
    stage_attach(tcase);
    tcase_add_test(tcase, the_interfaces_are_those_of_the_page);
    tcase_add_test(tcase, both_tokens_have_the_mechanisms_of_the_page);
    tcase_add_test(tcase, without_pss_they_have_the_others);
    tcase_add_test(tcase, a_card_of_another_kind_has_none);
    tcase_add_test(tcase, mechanisms_take_the_parameter_of_the_page);
    tcase_add_test(tcase, the_data_are_as_long_as_the_page_says);
    tcase_add_test(tcase, slots_have_the_flags_of_the_page);
    tcase_add_test(tcase, tokens_have_the_flags_of_the_page);
    tcase_add_test(tcase, sessions_have_the_flags_and_the_states_of_the_page);
    tcase_add_test(tcase, the_fields_have_the_values_of_the_page);
    tcase_add_test(tcase, the_limits_are_those_of_the_sources);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
