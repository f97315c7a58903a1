#include "arguments.h"

#include <string.h>

#include "stage.h"

#define LEN(array) (sizeof(array) / sizeof(array)[0])

/* xorshift64: anything with a long period does. */
unsigned roll(struct caller *caller, unsigned below)
{
    caller->dice ^= caller->dice << 13;
    caller->dice ^= caller->dice >> 7;
    caller->dice ^= caller->dice << 17;
    return (unsigned)(caller->dice >> 33) % below;
}

bool now_and_then(struct caller *caller)
{
    return !caller->sane && roll(caller, 6) == 0;
}

CK_SLOT_ID any_slot(struct caller *caller)
{
    return now_and_then(caller) ? roll(caller, 4) * 33 : 1 + roll(caller, 2);
}

static bool is_session(CK_SESSION_HANDLE handle, bool read_write)
{
    CK_SESSION_INFO info;
    CK_RV rv = p11->C_GetSessionInfo(handle, &info);
    return rv == CKR_OK && (!read_write || info.flags & CKF_RW_SESSION);
}

CK_SESSION_HANDLE any_session(struct caller *caller)
{
    CK_SESSION_HANDLE *at = &caller->sessions[roll(caller, CALLER_SESSIONS)];
    CK_FLAGS flags = CKF_SERIAL_SESSION;
    if (caller->sane || roll(caller, 2))
        flags |= CKF_RW_SESSION;
    if (now_and_then(caller))
        return roll(caller, 2) ? *at : roll(caller, 1000);
    if (!is_session(*at, caller->sane))
        (void)p11->C_OpenSession(any_slot(caller), flags, NULL, NULL, at);
    return *at;
}

CK_SLOT_ID slot_of(CK_SESSION_HANDLE handle)
{
    CK_SESSION_INFO info = {.slotID = AUTH_SLOT};
    (void)p11->C_GetSessionInfo(handle, &info);
    return info.slotID;
}

/* 0 where there is none. */
static CK_OBJECT_HANDLE find_object(CK_SESSION_HANDLE handle, CK_OBJECT_CLASS class)
{
    CK_ATTRIBUTE wanted = {CKA_CLASS, &class, sizeof class};
    CK_OBJECT_HANDLE found = 0;
    CK_ULONG len = 0;
    (void)p11->C_FindObjectsFinal(handle);
    if (p11->C_FindObjectsInit(handle, &wanted, 1) == CKR_OK)
        (void)p11->C_FindObjects(handle, &found, 1, &len);
    (void)p11->C_FindObjectsFinal(handle);
    return found;
}

CK_OBJECT_HANDLE any_object(struct caller *caller, CK_OBJECT_CLASS class)
{
    if (caller->sane)
        return find_object(caller->session, class);
    if (roll(caller, 2))
        return find_object(caller->session, roll(caller, CKO_PRIVATE_KEY + 1));
    return now_and_then(caller) ? roll(caller, 2000)
                                : caller->objects[roll(caller, CALLER_OBJECTS)];
}

CK_BYTE *any_in(struct caller *caller)
{
    return now_and_then(caller) ? NULL : caller->in;
}

CK_BYTE *any_out(struct caller *caller)
{
    return now_and_then(caller) ? NULL : caller->out;
}

CK_ULONG any_size(struct caller *caller)
{
    static const CK_ULONG sizes[] = {32, 0, 1, 51, 245, 246, 256, CALLER_BYTES};
    return sizes[caller->sane ? 0 : roll(caller, LEN(sizes))];
}

CK_ULONG any_signature_len(struct caller *caller)
{
    return now_and_then(caller) ? any_size(caller) : RSA_SIZE;
}

CK_ULONG *any_room(struct caller *caller)
{
    static const CK_ULONG sizes[] = {CALLER_BYTES, CALLER_BYTES, 256, 64, 20, 1, 0};
    caller->room = sizes[caller->sane ? 0 : roll(caller, LEN(sizes))];
    return now_and_then(caller) ? NULL : &caller->room;
}

CK_ULONG *any_number(struct caller *caller)
{
    return now_and_then(caller) ? NULL : &caller->number;
}

CK_MECHANISM *any_mechanism(struct caller *caller, CK_MECHANISM_TYPE sane)
{
    static const CK_MECHANISM_TYPE types[] = {
        CKM_RSA_PKCS,     CKM_SHA256_RSA_PKCS,     CKM_SHA1_RSA_PKCS,
        CKM_RSA_PKCS_PSS, CKM_SHA256_RSA_PKCS_PSS, CKM_SHA_1,
        CKM_SHA512,       CKM_RSA_X_509,           CKM_AES_CBC};
    CK_MECHANISM_TYPE type = caller->sane ? sane : types[roll(caller, LEN(types))];
    bool with = type == CKM_RSA_PKCS_PSS || type == CKM_SHA256_RSA_PKCS_PSS;
    caller->pss = (CK_RSA_PKCS_PSS_PARAMS){CKM_SHA256, CKG_MGF1_SHA256, 32};
    if (now_and_then(caller))
        caller->pss.sLen = 20;
    if (now_and_then(caller))
        with = !with;
    caller->mechanism = (CK_MECHANISM){.mechanism = type};
    if (with) {
        caller->mechanism.pParameter = &caller->pss;
        caller->mechanism.ulParameterLen = sizeof caller->pss;
    }
    return now_and_then(caller) ? NULL : &caller->mechanism;
}

/* For searches and for reading: the values have room and a start that makes sense. */
CK_ATTRIBUTE *any_template(struct caller *caller)
{
    static const CK_ATTRIBUTE_TYPE types[] = {CKA_CLASS,
                                              CKA_LABEL,
                                              CKA_MODULUS,
                                              CKA_PRIME_1,
                                              CKA_SUBJECT,
                                              CKA_ALLOWED_MECHANISMS,
                                              CKA_ALWAYS_SENSITIVE,
                                              CKA_VENDOR_DEFINED};
    caller->value = caller->sane ? CKO_PRIVATE_KEY : roll(caller, 5);
    for (size_t i = 0; i < LEN(caller->template); i++) {
        CK_ATTRIBUTE_TYPE type = i == 0 ? CKA_CLASS : types[roll(caller, LEN(types))];
        caller->template[i] = (CK_ATTRIBUTE){type, &caller->value, sizeof caller->value};
        if (now_and_then(caller))
            caller->template[i].pValue = NULL;
        if (now_and_then(caller))
            caller->template[i].ulValueLen = 0;
    }
    return now_and_then(caller) ? NULL : caller->template;
}

CK_ULONG any_count(struct caller *caller)
{
    return caller->sane ? 1 : roll(caller, LEN(caller->template) + 1);
}

void *any_reserved(struct caller *caller)
{
    return now_and_then(caller) ? caller : NULL;
}

CK_UTF8CHAR *right_pin(CK_SLOT_ID id)
{
    static CK_UTF8CHAR auth[] = CARDSIM_AUTH_PIN, sign[] = CARDSIM_SIGN_PIN;
    return id == SIGN_SLOT ? sign : auth;
}

CK_UTF8CHAR *any_pin(struct caller *caller, CK_SESSION_HANDLE handle)
{
    static CK_UTF8CHAR pins[][17] = {CARDSIM_AUTH_PIN, CARDSIM_SIGN_PIN, "9999", "XYZXYZ", "12",
                                     "12 4",           "abc12",          "0815", "WRONG8"};
    if (caller->sane || roll(caller, 2) == 0)
        return right_pin(slot_of(handle));
    return pins[roll(caller, LEN(pins))];
}

CK_ULONG pin_len(const CK_UTF8CHAR *given)
{
    return strlen((const char *)given);
}
