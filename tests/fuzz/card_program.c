#include "card_program.h"

#include <string.h>

#include "answers.h"
#include "cardsim.h"
#include "page.h"
#include "pin_watch.h"
#include "target.h"

#define AUTH_SLOT      1
#define SLOTS_MAX      8
#define OBJECTS_MAX    12
#define ATTRIBUTES_MAX 256
#define MECHANISMS_MAX 64
#define RSA_SIZE       256

static CK_FUNCTION_LIST_3_0 *p11;
static CK_ATTRIBUTE_TYPE attributes[ATTRIBUTES_MAX];
static CK_ULONG attributes_len;

/* The PIN that was typed, of those that the card should have. */
struct pins {
    const char *right, *wrong, *new;
};

static const struct pins pins[PIN_WATCH_ROLES] = {
    [PIN_WATCH_AUTH] = {CARDSIM_AUTH_PIN, "9999", "5678"},
    [PIN_WATCH_SIGN] = {CARDSIM_SIGN_PIN, "WRONG1", "NEW456"},
};

void card_program_prepare(void)
{
    CK_INTERFACE *interface;
    size_t at = 0;
    CK_ULONG type;
    FUZZ_REQUIRE(C_GetInterface(NULL, NULL, &interface, 0) == CKR_OK);
    p11 = interface->pFunctionList;
    while (attributes_len < ATTRIBUTES_MAX && page_next_name("CKA_", &at, &type))
        attributes[attributes_len++] = type;
}

/* --- calls with PINs --- */

static enum pin_watch_role role_of(CK_SLOT_ID slot)
{
    return slot == AUTH_SLOT ? PIN_WATCH_AUTH : PIN_WATCH_SIGN;
}

static CK_RV log_in(CK_SESSION_HANDLE session, CK_SLOT_ID slot, CK_USER_TYPE user, const char *pin)
{
    CK_BYTE bytes[16];
    memcpy(bytes, pin, strlen(pin));
    pin_watch_call(role_of(slot), pin, NULL);
    CK_RV rv = CALL(C_Login, session, user, bytes, strlen(pin));
    pin_watch_call_ends();
    return rv;
}

static void change_pin(CK_SESSION_HANDLE session, CK_SLOT_ID slot, const char *old, const char *new)
{
    CK_BYTE before[16], after[16];
    memcpy(before, old, strlen(old));
    memcpy(after, new, strlen(new));
    pin_watch_call(role_of(slot), old, new);
    (void)CALL(C_SetPIN, session, before, strlen(old), after, strlen(new));
    pin_watch_call_ends();
}

/* A call without a PIN, in which a kept one may be sent, once. */
#define PLAIN(function, ...) (pin_watch_call_ends(), CALL(function, __VA_ARGS__))

/* --- objects --- */

/* First the sizes, then values in rooms of just that size. */
static void read_attributes(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object,
                            const CK_ATTRIBUTE_TYPE *types, CK_ULONG types_len)
{
    CK_ATTRIBUTE template[ATTRIBUTES_MAX];
    CK_ULONG len = 0;
    for (CK_ULONG i = 0; i < types_len; i++)
        template[i] = (CK_ATTRIBUTE){types[i], NULL, 0};
    (void)PLAIN(C_GetAttributeValue, session, object, template, types_len);
    for (CK_ULONG i = 0; i < types_len; i++) {
        CK_ULONG size = template[i].ulValueLen;
        if (size == 0 || size == CK_UNAVAILABLE_INFORMATION)
            continue;
        template[len].type = template[i].type;
        template[len].ulValueLen = size;
        template[len].pValue = malloc(size);
        FUZZ_REQUIRE(template[len].pValue);
        len++;
    }
    if (len > 0)
        (void)PLAIN(C_GetAttributeValue, session, object, template, len);
    for (CK_ULONG i = 0; i < len; i++)
        free(template[i].pValue);
}

static CK_ULONG find(CK_SESSION_HANDLE session, CK_ATTRIBUTE *template, CK_ULONG count,
                     CK_OBJECT_HANDLE *found)
{
    CK_ULONG len = 0;
    if (PLAIN(C_FindObjectsInit, session, template, count) != CKR_OK)
        return 0;
    if (PLAIN(C_FindObjects, session, found, OBJECTS_MAX, &len) != CKR_OK)
        len = 0;
    (void)PLAIN(C_FindObjectsFinal, session);
    FUZZ_REQUIRE(len <= OBJECTS_MAX);
    return len;
}

static CK_OBJECT_HANDLE find_class(CK_SESSION_HANDLE session, CK_OBJECT_CLASS class)
{
    CK_ATTRIBUTE template = {CKA_CLASS, &class, sizeof class};
    CK_OBJECT_HANDLE found[OBJECTS_MAX];
    return find(session, &template, 1, found) > 0 ? found[0] : CK_INVALID_HANDLE;
}

static void look_at_objects(CK_SESSION_HANDLE session, bool closely)
{
    static const CK_ATTRIBUTE_TYPE few[] = {CKA_CLASS, CKA_LABEL, CKA_MODULUS, CKA_SUBJECT,
                                            CKA_VALUE};
    CK_OBJECT_HANDLE found[OBJECTS_MAX];
    CK_ULONG len = find(session, NULL, 0, found);
    for (CK_ULONG i = 0; i < len; i++) {
        CK_ULONG size;
        if (closely)
            read_attributes(session, found[i], attributes, attributes_len);
        else
            read_attributes(session, found[i], few, sizeof few / sizeof few[0]);
        (void)PLAIN(C_GetObjectSize, session, found[i], &size);
    }
}

/* --- signatures --- */

static CK_BYTE hash_value[32] = "what a program would have hashed";

static CK_RV sign(CK_SESSION_HANDLE session, bool in_parts, CK_BYTE *signature, CK_ULONG *len)
{
    CK_ULONG size = 0;
    if (!in_parts) {
        if (PLAIN(C_Sign, session, hash_value, sizeof hash_value, NULL, &size) == CKR_OK)
            FUZZ_REQUIRE(size == RSA_SIZE);
        return PLAIN(C_Sign, session, hash_value, sizeof hash_value, signature, len);
    }
    CK_RV rv = PLAIN(C_SignUpdate, session, hash_value, sizeof hash_value);
    return rv == CKR_OK ? PLAIN(C_SignFinal, session, signature, len) : rv;
}

static void verify(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_BYTE *signature,
                   CK_ULONG len)
{
    CK_OBJECT_HANDLE key = find_class(session, CKO_PUBLIC_KEY);
    if (PLAIN(C_VerifyInit, session, mechanism, key) == CKR_OK)
        (void)PLAIN(C_Verify, session, hash_value, sizeof hash_value, signature, len);
}

static bool wants_login(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key)
{
    CK_BBOOL always = CK_FALSE;
    CK_ATTRIBUTE attribute = {CKA_ALWAYS_AUTHENTICATE, &always, sizeof always};
    return PLAIN(C_GetAttributeValue, session, key, &attribute, 1) == CKR_OK && always;
}

static void sign_by(CK_SESSION_HANDLE session, CK_SLOT_ID slot, CK_MECHANISM_TYPE type)
{
    CK_RSA_PKCS_PSS_PARAMS pss = {CKM_SHA256, CKG_MGF1_SHA256, 32};
    bool with = type == CKM_RSA_PKCS_PSS || type == CKM_SHA256_RSA_PKCS_PSS;
    CK_MECHANISM mechanism = {type, with ? &pss : NULL, with ? sizeof pss : 0};
    CK_OBJECT_HANDLE key = find_class(session, CKO_PRIVATE_KEY);
    CK_BYTE *signature = malloc(RSA_SIZE); /* of just the size, for AddressSanitizer */
    CK_ULONG len = RSA_SIZE;
    FUZZ_REQUIRE(signature);
    if (PLAIN(C_SignInit, session, &mechanism, key) == CKR_OK) {
        if (wants_login(session, key))
            (void)log_in(session, slot, CKU_CONTEXT_SPECIFIC, pins[role_of(slot)].right);
        if (sign(session, type == CKM_SHA1_RSA_PKCS, signature, &len) == CKR_OK) {
            FUZZ_REQUIRE(len == RSA_SIZE);
            verify(session, &mechanism, signature, len);
        }
        (void)PLAIN(C_SessionCancel, session, CKF_SIGN);
    }
    free(signature);
}

static void sign_by_all(CK_SESSION_HANDLE session, CK_SLOT_ID slot, bool one)
{
    CK_MECHANISM_TYPE types[MECHANISMS_MAX];
    CK_ULONG len = MECHANISMS_MAX;
    if (PLAIN(C_GetMechanismList, slot, types, &len) != CKR_OK)
        return;
    for (CK_ULONG i = 0; i < len && !(one && i > 0); i++) {
        CK_MECHANISM_INFO info;
        if (PLAIN(C_GetMechanismInfo, slot, types[i], &info) == CKR_OK && info.flags & CKF_SIGN)
            sign_by(session, slot, types[i]);
    }
}

/* --- what no card of ours does --- */

/* It is not for these that the owner types a PIN: one that is sent is nobody's. */
static void ask_for_the_impossible(CK_SESSION_HANDLE session, CK_SLOT_ID slot)
{
    const char *pin = pins[role_of(slot)].wrong;
    CK_BYTE bytes[16], state[16];
    CK_UTF8CHAR label[32];
    CK_ULONG len = sizeof state;
    memcpy(bytes, pin, strlen(pin));
    memset(label, ' ', sizeof label);
    (void)PLAIN(C_InitPIN, session, bytes, strlen(pin));
    (void)PLAIN(C_GetOperationState, session, state, &len);
    (void)PLAIN(C_SetOperationState, session, state, sizeof state, 0, 0);
    (void)PLAIN(C_Login, session, CKU_SO, bytes, strlen(pin));
    (void)PLAIN(C_CloseAllSessions, slot);
    (void)PLAIN(C_InitToken, slot, bytes, strlen(pin), label);
}

/* --- the whole --- */

static void use_token(CK_SLOT_ID slot, unsigned what)
{
    const struct pins *pin = &pins[role_of(slot)];
    CK_SESSION_HANDLE session;
    CK_SESSION_INFO info;
    CK_TOKEN_INFO token;
    CK_FLAGS flags = CKF_SERIAL_SESSION | CKF_RW_SESSION;
    if (PLAIN(C_OpenSession, slot, flags, NULL, NULL, &session) != CKR_OK)
        return;
    look_at_objects(session, false);
    for (int i = 0; what & PROGRAM_WRONG_PIN && i < 2; i++)
        (void)log_in(session, slot, CKU_USER, pin->wrong);
    (void)log_in(session, slot, CKU_USER, pin->right);
    look_at_objects(session, true);
    sign_by_all(session, slot, !(what & PROGRAM_SIGNATURES));
    (void)PLAIN(C_GetTokenInfo, slot, &token);
    if (what & PROGRAM_NEW_PIN) {
        change_pin(session, slot, pin->right, pin->new);
        change_pin(session, slot, pin->new, pin->right);
        (void)log_in(session, slot, CKU_USER, pin->new);
    }
    (void)PLAIN(C_GetSessionInfo, session, &info);
    if (what & PROGRAM_WRONG_PIN)
        (void)PLAIN(C_Logout, session);
    if (what & PROGRAM_NEW_PIN)
        ask_for_the_impossible(session, slot);
    else
        (void)PLAIN(C_CloseSession, session);
}

static void use_slots(unsigned what)
{
    CK_SLOT_ID slots[SLOTS_MAX];
    CK_ULONG len = SLOTS_MAX;
    CK_SLOT_INFO slot_info;
    CK_TOKEN_INFO token_info;
    if (PLAIN(C_GetSlotList, CK_TRUE, slots, &len) != CKR_OK)
        return;
    for (CK_ULONG i = 0; i < len; i++) {
        bool wanted = what & (slots[i] == AUTH_SLOT ? PROGRAM_AUTH : PROGRAM_SIGN);
        (void)PLAIN(C_GetSlotInfo, slots[i], &slot_info);
        (void)PLAIN(C_GetTokenInfo, slots[i], &token_info);
        if (wanted)
            use_token(slots[i], what);
    }
}

static void run_once(unsigned what)
{
    CK_SLOT_ID slot;
    CK_ULONG len;
    if (CALL(C_Initialize, NULL) != CKR_OK)
        return;
    use_slots(what);
    (void)PLAIN(C_WaitForSlotEvent, CKF_DONT_BLOCK, &slot, NULL);
    (void)PLAIN(C_GetSlotList, CK_FALSE, NULL, &len);
    (void)PLAIN(C_Finalize, NULL);
}

void card_program_run(unsigned what)
{
    run_once(what);
    if (what & PROGRAM_TWICE)
        run_once(what);
}
