/* Every allocation of the room fails once: the call says CKR_HOST_MEMORY, and the next one works as
 * if nothing had been. (That nothing leaks, the sanitizers tell.) */
#include <stdlib.h>

#include "crypto/library.h"
#include "runner.h"
#include "standin_readers.h"
#include "token/login.h"
#include "token/slots.h"

/* In this test the room, and mn_bytes with it, calls these for memory (meson.build). */
void *failing_malloc(size_t size);
void *failing_calloc(size_t count, size_t size);
void *failing_realloc(void *old, size_t size);

/* Counts down to the allocation that fails; 0: none does. */
static unsigned fuse;

static bool fails(void)
{
    return fuse > 0 && --fuse == 0;
}

void *failing_malloc(size_t size)
{
    return fails() ? NULL : malloc(size);
}

void *failing_calloc(size_t count, size_t size)
{
    return fails() ? NULL : calloc(count, size);
}

void *failing_realloc(void *old, size_t size)
{
    return fails() ? NULL : realloc(old, size);
}

static CK_RV search_and_sign(struct mn_slot *slot, struct mn_session *session)
{
    CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
    CK_ATTRIBUTE by_class = {CKA_CLASS, &class, sizeof class};
    CK_ATTRIBUTE allowed = {CKA_ALLOWED_MECHANISMS, NULL, 0};
    CK_MECHANISM mechanism = {CKM_RSA_PKCS, NULL, 0};
    CK_BYTE signature[STANDIN_SIZE];
    CK_ULONG len = sizeof signature, count;
    struct mn_late late = {0};
    CK_OBJECT_HANDLE key;
    CK_RV rv = mn_session_search(session, slot->objects, true, NULL, 0);
    if (rv == CKR_OK)
        rv = mn_session_search_end(session);
    if (rv == CKR_OK)
        rv = mn_session_search(session, slot->objects, true, &by_class, 1);
    if (rv == CKR_OK)
        rv = mn_session_found(session, &key, 1, &count);
    if (rv == CKR_OK)
        rv = mn_objects_read(slot->objects, true, key, &allowed, 1);
    if (rv == CKR_OK)
        rv = mn_operation_begin_sign(&session->sign, &slot->token, &mechanism);
    if (rv == CKR_OK)
        rv = mn_operation_update(&session->sign, (const CK_BYTE *)"x", 1);
    if (rv == CKR_OK)
        rv = mn_operation_sign_final(&session->sign, &slot->token, signature, &len, &late);
    if (rv == CKR_OK)
        rv = mn_late_sign(&late);
    return rv;
}

static CK_RV use_slot(struct mn_slot *slot)
{
    CK_SESSION_HANDLE handle;
    struct mn_session *session = NULL;
    CK_RV rv = mn_slot_open_session(slot, false, &handle);
    if (rv == CKR_OK)
        rv = mn_slot_find_session(slot, handle, &session);
    if (rv == CKR_OK)
        rv = mn_login(slot, session, CKU_USER, (const CK_BYTE *)STANDIN_PIN, 4);
    if (rv == CKR_OK)
        rv = search_and_sign(slot, session);
    mn_slot_close_all_sessions(slot);
    return rv;
}

/* All that a program does with a token, until something fails. */
static CK_RV use_everything(struct mn_slots *slots)
{
    CK_ULONG count;
    CK_RV rv = mn_slots_list(slots, true, NULL, &count);
    if (rv != CKR_OK)
        return rv;
    ck_assert_uint_eq(count, 2);
    for (CK_SLOT_ID id = 1; rv == CKR_OK && id <= 2; id++) {
        struct mn_slot *slot = mn_slots_find(slots, id);
        mn_slot_enter(slot);
        rv = use_slot(slot);
        mn_slot_leave(slot);
    }
    return rv;
}

static struct mn_settings settings;

static struct mn_slots *open_slots(void)
{
    struct mn_readers source = {0};
    struct mn_slots *slots = NULL;
    standin_init_public(standin_role(0, MN_ROLE_AUTH));
    standin_init_private(standin_role(0, MN_ROLE_SIGN));
    ck_assert_int_eq(mn_slots_open(&source, &settings, NULL, &slots), MN_OK);
    return slots;
}

/* With the allocation of that number failing: was there one? */
static bool survive(unsigned number)
{
    struct mn_slots *slots = open_slots();
    fuse = number;
    CK_RV rv = use_everything(slots);
    bool failed = fuse == 0;
    fuse = 0;
    ck_assert_msg(rv == (failed ? CKR_HOST_MEMORY : CKR_OK), "allocation %u: 0x%lx", number, rv);
    ck_assert_uint_eq(use_everything(slots), CKR_OK);
    mn_slots_close(&slots);
    return failed;
}

START_TEST(a_failing_allocation_is_told_and_forgotten)
{
    unsigned number = 1;
    while (survive(number))
        number++;
    ck_assert_uint_gt(number, 100); /* there are many */
}
END_TEST

START_TEST(there_are_no_slots_without_memory)
{
    struct mn_readers source = {0};
    struct mn_slots *slots = NULL;
    fuse = 1;
    ck_assert_int_eq(mn_slots_open(&source, &settings, NULL, &slots), MN_E_MEMORY);
}
END_TEST

static void set_up(void)
{
    ck_assert_int_eq(mn_crypto_open(), MN_OK);
    mn_settings_default(&settings);
    standin_plug(0, "Reader 00 00");
    standin_insert(0);
    standin_release(standin_role(0, MN_ROLE_AUTH));
    standin_release(standin_role(0, MN_ROLE_SIGN));
}

int main(void)
{
    Suite *suite = suite_create("token/memory");
    TCase *tcase = tcase_create("memory");

    tcase_add_unchecked_fixture(tcase, standin_make, NULL);
    tcase_add_checked_fixture(tcase, set_up, mn_crypto_close);
    tcase_set_timeout(tcase, 100);
    tcase_add_test(tcase, a_failing_allocation_is_told_and_forgotten);
    tcase_add_test(tcase, there_are_no_slots_without_memory);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
