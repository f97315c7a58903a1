#include "calls.h"

#include <string.h>

#include "stage.h"

#define LEN(array) (sizeof(array) / sizeof(array)[0])

static void log_in_well(CK_SESSION_HANDLE handle)
{
    CK_UTF8CHAR *right = right_pin(slot_of(handle));
    (void)p11->C_Login(handle, CKU_USER, right, pin_len(right));
}

/* What goes before has good arguments, and may be left out where the call itself need not succeed.
 */
static void first(struct caller *caller, CK_RV (*before)(struct caller *))
{
    bool sane = caller->sane;
    if (!sane && roll(caller, 2))
        return;
    caller->sane = true;
    (void)before(caller);
    caller->sane = sane;
}

/* --- calls --- */

#define CALL(function, ...)                                                                        \
    static CK_RV call_##function(struct caller *c)                                                 \
    {                                                                                              \
        (void)c;                                                                                   \
        return p11->function(__VA_ARGS__);                                                         \
    }

/* What the parameter lists are made of. */
#define SESSION    c->session
#define KEY        any_object(c, CKO_PUBLIC_KEY)
#define MECHANISM  any_mechanism(c, CKM_RSA_PKCS)
#define IN         any_in(c), any_size(c)
#define OUT        any_out(c), any_room(c)
#define TEMPLATE   any_template(c), any_count(c)
#define PARAMETER  any_in(c), any_size(c)
#define NEW_HANDLE any_number(c)

static CK_RV no_callback(void *mutex)
{
    (void)mutex;
    return CKR_OK;
}

static CK_RV call_C_Initialize(struct caller *c)
{
    CK_C_INITIALIZE_ARGS args = {.flags = CKF_OS_LOCKING_OK};
    if (c->sane)
        (void)p11->C_Finalize(NULL);
    if (now_and_then(c))
        args.LockMutex = no_callback;
    if (now_and_then(c))
        args.pReserved = &args;
    return p11->C_Initialize(roll(c, 2) ? &args : NULL);
}

CALL(C_Finalize, any_reserved(c))

static CK_RV call_C_GetInfo(struct caller *c)
{
    CK_INFO info;
    return p11->C_GetInfo(now_and_then(c) ? NULL : &info);
}

static CK_RV call_C_GetFunctionList(struct caller *c)
{
    CK_FUNCTION_LIST *list;
    return p11->C_GetFunctionList(now_and_then(c) ? NULL : &list);
}

static CK_RV call_C_GetInterfaceList(struct caller *c)
{
    CK_INTERFACE list[CALLER_BYTES];
    return p11->C_GetInterfaceList(now_and_then(c) ? NULL : list, any_room(c));
}

static CK_RV call_C_GetInterface(struct caller *c)
{
    CK_INTERFACE *interface;
    CK_VERSION version = {now_and_then(c) ? 9 : 3, 0};
    CK_UTF8CHAR name[] = "PKCS 11";
    if (now_and_then(c))
        name[0] = 'Q';
    return p11->C_GetInterface(name, &version, now_and_then(c) ? NULL : &interface,
                               now_and_then(c) ? CKF_INTERFACE_FORK_SAFE : 0);
}

static CK_RV call_C_GetSlotList(struct caller *c)
{
    CK_SLOT_ID list[CALLER_BYTES];
    return p11->C_GetSlotList((CK_BBOOL)roll(c, 2), now_and_then(c) ? NULL : list, any_room(c));
}

static CK_RV call_C_GetSlotInfo(struct caller *c)
{
    CK_SLOT_INFO info;
    return p11->C_GetSlotInfo(any_slot(c), now_and_then(c) ? NULL : &info);
}

static CK_RV call_C_GetTokenInfo(struct caller *c)
{
    CK_TOKEN_INFO info;
    return p11->C_GetTokenInfo(any_slot(c), now_and_then(c) ? NULL : &info);
}

/* An event has to be there for the good answer. */
static CK_RV call_C_WaitForSlotEvent(struct caller *c)
{
    if (c->sane) {
        cardsim_remove(bench, READER);
        cardsim_insert(bench, READER, card);
    }
    return p11->C_WaitForSlotEvent(CKF_DONT_BLOCK, any_number(c), any_reserved(c));
}

static CK_RV call_C_GetMechanismList(struct caller *c)
{
    CK_MECHANISM_TYPE list[CALLER_BYTES];
    return p11->C_GetMechanismList(any_slot(c), now_and_then(c) ? NULL : list, any_room(c));
}

static CK_RV call_C_GetMechanismInfo(struct caller *c)
{
    CK_MECHANISM_INFO info;
    return p11->C_GetMechanismInfo(any_slot(c), now_and_then(c) ? CKM_AES_CBC : CKM_RSA_PKCS,
                                   now_and_then(c) ? NULL : &info);
}

static CK_RV call_C_InitToken(struct caller *c)
{
    CK_UTF8CHAR label[32] = "label";
    CK_SLOT_ID id = any_slot(c);
    if (c->sane)
        (void)p11->C_CloseAllSessions(id);
    return p11->C_InitToken(id, any_in(c), any_size(c), now_and_then(c) ? NULL : label);
}

CALL(C_InitPIN, SESSION, IN)

static CK_RV call_C_SetPIN(struct caller *c)
{
    CK_UTF8CHAR *old = any_pin(c, SESSION), *new = any_pin(c, SESSION);
    CK_ULONG old_len = pin_len(old), new_len = pin_len(new);
    if (now_and_then(c))
        old = NULL;
    return p11->C_SetPIN(SESSION, old, old_len, new, new_len);
}

static CK_RV call_C_OpenSession(struct caller *c)
{
    CK_SESSION_HANDLE handle = 0;
    CK_FLAGS flags = now_and_then(c) ? 0 : CKF_SERIAL_SESSION;
    if (roll(c, 2))
        flags |= CKF_RW_SESSION;
    CK_RV rv = p11->C_OpenSession(any_slot(c), flags, NULL, NULL, now_and_then(c) ? NULL : &handle);
    if (rv == CKR_OK)
        c->sessions[roll(c, CALLER_SESSIONS)] = handle;
    return rv;
}

CALL(C_CloseSession, SESSION)
CALL(C_CloseAllSessions, any_slot(c))

static CK_RV call_C_GetSessionInfo(struct caller *c)
{
    CK_SESSION_INFO info;
    return p11->C_GetSessionInfo(SESSION, now_and_then(c) ? NULL : &info);
}

CALL(C_SessionCancel, SESSION, c->sane ? CKF_SIGN : 1UL << roll(c, 16))

static CK_RV call_C_DigestInit(struct caller *c)
{
    if (c->sane)
        (void)p11->C_SessionCancel(SESSION, CKF_DIGEST);
    return p11->C_DigestInit(SESSION, any_mechanism(c, CKM_SHA256));
}

static CK_RV call_C_GetOperationState(struct caller *c)
{
    first(c, call_C_DigestInit);
    return p11->C_GetOperationState(SESSION, OUT);
}

CALL(C_SetOperationState, SESSION, IN, 0, 0)

static CK_USER_TYPE user(struct caller *c)
{
    static const CK_USER_TYPE types[] = {CKU_USER, CKU_USER, CKU_SO, CKU_CONTEXT_SPECIFIC, 9};
    return types[c->sane ? 0 : roll(c, LEN(types))];
}

static CK_RV call_C_Login(struct caller *c)
{
    CK_UTF8CHAR *given = any_pin(c, SESSION);
    CK_ULONG len = pin_len(given);
    if (c->sane)
        (void)p11->C_Logout(SESSION);
    return p11->C_Login(SESSION, user(c), now_and_then(c) ? NULL : given, len);
}

static CK_RV call_C_LoginUser(struct caller *c)
{
    CK_UTF8CHAR *given = any_pin(c, SESSION), name[] = "name";
    CK_ULONG len = pin_len(given), name_len = now_and_then(c) ? sizeof name : 0;
    if (c->sane)
        (void)p11->C_Logout(SESSION);
    return p11->C_LoginUser(SESSION, user(c), now_and_then(c) ? NULL : given, len,
                            now_and_then(c) ? NULL : name, name_len);
}

static CK_RV call_C_Logout(struct caller *c)
{
    if (c->sane)
        log_in_well(SESSION);
    return p11->C_Logout(SESSION);
}

CALL(C_CreateObject, SESSION, TEMPLATE, NEW_HANDLE)
CALL(C_CopyObject, SESSION, any_object(c, CKO_CERTIFICATE), TEMPLATE, NEW_HANDLE)
CALL(C_DestroyObject, SESSION, any_object(c, CKO_CERTIFICATE))
CALL(C_GetObjectSize, SESSION, any_object(c, CKO_CERTIFICATE), any_number(c))
CALL(C_GetAttributeValue, SESSION, any_object(c, CKO_CERTIFICATE), TEMPLATE)
CALL(C_SetAttributeValue, SESSION, any_object(c, CKO_CERTIFICATE), TEMPLATE)

static CK_RV call_C_FindObjectsInit(struct caller *c)
{
    if (c->sane)
        (void)p11->C_SessionCancel(SESSION, CKF_FIND_OBJECTS);
    return p11->C_FindObjectsInit(SESSION, any_template(c), c->sane ? 0 : any_count(c));
}

static CK_RV call_C_FindObjects(struct caller *c)
{
    CK_OBJECT_HANDLE found[4];
    first(c, call_C_FindObjectsInit);
    CK_ULONG *len = any_number(c);
    CK_RV rv =
        p11->C_FindObjects(SESSION, now_and_then(c) ? NULL : found, roll(c, LEN(found) + 1), len);
    for (CK_ULONG i = 0; rv == CKR_OK && i < *len; i++)
        c->objects[c->objects_given++ % CALLER_OBJECTS] = found[i];
    return rv;
}

static CK_RV call_C_FindObjectsFinal(struct caller *c)
{
    first(c, call_C_FindObjectsInit);
    return p11->C_FindObjectsFinal(SESSION);
}

/* Only a software certificate can do what follows. */
static void use_soft_session(struct caller *c)
{
    CK_SESSION_INFO info;
    CK_UTF8CHAR passphrase[] = SOFT_PASSPHRASE;
    if (!c->sane && roll(c, 2))
        return;
    if (p11->C_GetSessionInfo(c->soft, &info) != CKR_OK)
        (void)p11->C_OpenSession(SOFT_SLOT, CKF_SERIAL_SESSION, NULL, NULL, &c->soft);
    if (c->sane)
        (void)p11->C_Login(c->soft, CKU_USER, passphrase, sizeof passphrase - 1);
    c->session = c->soft;
}

static CK_RV call_C_EncryptInit(struct caller *c)
{
    use_soft_session(c);
    if (c->sane)
        (void)p11->C_SessionCancel(SESSION, CKF_ENCRYPT);
    return p11->C_EncryptInit(SESSION, MECHANISM, KEY);
}

static CK_RV call_C_Encrypt(struct caller *c)
{
    first(c, call_C_EncryptInit);
    return p11->C_Encrypt(SESSION, IN, OUT);
}

static CK_RV call_C_EncryptUpdate(struct caller *c)
{
    first(c, call_C_EncryptInit);
    return p11->C_EncryptUpdate(SESSION, IN, OUT);
}

static CK_RV call_C_EncryptFinal(struct caller *c)
{
    first(c, call_C_EncryptUpdate);
    return p11->C_EncryptFinal(SESSION, OUT);
}

static CK_RV call_C_DecryptInit(struct caller *c)
{
    use_soft_session(c);
    if (c->sane)
        (void)p11->C_SessionCancel(SESSION, CKF_DECRYPT);
    return p11->C_DecryptInit(SESSION, MECHANISM, any_object(c, CKO_PRIVATE_KEY));
}

/* What can be decrypted, as far as it is there to be had. */
static CK_ULONG make_ciphertext(struct caller *c)
{
    first(c, call_C_Encrypt);
    memcpy(c->in, c->out, sizeof c->in);
    return now_and_then(c) ? any_size(c) : RSA_SIZE;
}

static CK_RV call_C_Decrypt(struct caller *c)
{
    CK_ULONG len = make_ciphertext(c);
    first(c, call_C_DecryptInit);
    return p11->C_Decrypt(SESSION, any_in(c), len, OUT);
}

static CK_RV call_C_DecryptUpdate(struct caller *c)
{
    CK_ULONG len = make_ciphertext(c);
    first(c, call_C_DecryptInit);
    return p11->C_DecryptUpdate(SESSION, any_in(c), len, OUT);
}

static CK_RV call_C_DecryptFinal(struct caller *c)
{
    first(c, call_C_DecryptUpdate);
    return p11->C_DecryptFinal(SESSION, OUT);
}

static CK_RV call_C_Digest(struct caller *c)
{
    first(c, call_C_DigestInit);
    return p11->C_Digest(SESSION, IN, OUT);
}

static CK_RV call_C_DigestUpdate(struct caller *c)
{
    first(c, call_C_DigestInit);
    return p11->C_DigestUpdate(SESSION, IN);
}

static CK_RV call_C_DigestFinal(struct caller *c)
{
    first(c, call_C_DigestInit);
    return p11->C_DigestFinal(SESSION, OUT);
}

CALL(C_DigestKey, SESSION, KEY)

static CK_RV call_C_SignInit(struct caller *c)
{
    if (c->sane) {
        (void)p11->C_SessionCancel(SESSION, CKF_SIGN);
        log_in_well(SESSION);
    }
    return p11->C_SignInit(SESSION, any_mechanism(c, CKM_RSA_PKCS), any_object(c, CKO_PRIVATE_KEY));
}

static CK_RV call_C_Sign(struct caller *c)
{
    first(c, call_C_SignInit);
    return p11->C_Sign(SESSION, IN, OUT);
}

static CK_RV call_C_SignUpdate(struct caller *c)
{
    first(c, call_C_SignInit);
    return p11->C_SignUpdate(SESSION, IN);
}

static CK_RV call_C_SignFinal(struct caller *c)
{
    first(c, call_C_SignUpdate);
    return p11->C_SignFinal(SESSION, OUT);
}

CALL(C_SignRecoverInit, SESSION, MECHANISM, KEY)
CALL(C_SignRecover, SESSION, IN, OUT)

static CK_RV call_C_VerifyInit(struct caller *c)
{
    if (c->sane) {
        (void)p11->C_SessionCancel(SESSION, CKF_VERIFY);
        log_in_well(SESSION);
    }
    return p11->C_VerifyInit(SESSION, any_mechanism(c, CKM_RSA_PKCS),
                             any_object(c, CKO_PUBLIC_KEY));
}

static CK_RV call_C_Verify(struct caller *c)
{
    first(c, call_C_Sign); /* of the same bytes, so that the signature can be right */
    first(c, call_C_VerifyInit);
    return p11->C_Verify(SESSION, IN, any_out(c), any_signature_len(c));
}

static CK_RV call_C_VerifyUpdate(struct caller *c)
{
    first(c, call_C_VerifyInit);
    return p11->C_VerifyUpdate(SESSION, IN);
}

static CK_RV call_C_VerifyFinal(struct caller *c)
{
    first(c, call_C_Sign); /* of the same bytes, so that the signature can be right */
    first(c, call_C_VerifyUpdate);
    return p11->C_VerifyFinal(SESSION, any_out(c), any_signature_len(c));
}

CALL(C_VerifyRecoverInit, SESSION, MECHANISM, KEY)
CALL(C_VerifyRecover, SESSION, IN, OUT)
CALL(C_DigestEncryptUpdate, SESSION, IN, OUT)
CALL(C_DecryptDigestUpdate, SESSION, IN, OUT)
CALL(C_SignEncryptUpdate, SESSION, IN, OUT)
CALL(C_DecryptVerifyUpdate, SESSION, IN, OUT)
CALL(C_GenerateKey, SESSION, MECHANISM, TEMPLATE, NEW_HANDLE)
CALL(C_GenerateKeyPair, SESSION, MECHANISM, TEMPLATE, TEMPLATE, NEW_HANDLE, NEW_HANDLE)
CALL(C_WrapKey, SESSION, MECHANISM, KEY, KEY, OUT)
CALL(C_UnwrapKey, SESSION, MECHANISM, KEY, IN, TEMPLATE, NEW_HANDLE)
CALL(C_DeriveKey, SESSION, MECHANISM, KEY, TEMPLATE, NEW_HANDLE)
CALL(C_SeedRandom, SESSION, IN)
CALL(C_GenerateRandom, SESSION, any_out(c), any_size(c))
CALL(C_GetFunctionStatus, SESSION)
CALL(C_CancelFunction, SESSION)

CALL(C_MessageEncryptInit, SESSION, MECHANISM, KEY)
CALL(C_EncryptMessage, SESSION, PARAMETER, IN, IN, OUT)
CALL(C_EncryptMessageBegin, SESSION, PARAMETER, IN)
CALL(C_EncryptMessageNext, SESSION, PARAMETER, IN, OUT, CKF_END_OF_MESSAGE)
CALL(C_MessageEncryptFinal, SESSION)
CALL(C_MessageDecryptInit, SESSION, MECHANISM, KEY)
CALL(C_DecryptMessage, SESSION, PARAMETER, IN, IN, OUT)
CALL(C_DecryptMessageBegin, SESSION, PARAMETER, IN)
CALL(C_DecryptMessageNext, SESSION, PARAMETER, IN, OUT, CKF_END_OF_MESSAGE)
CALL(C_MessageDecryptFinal, SESSION)
CALL(C_MessageSignInit, SESSION, MECHANISM, KEY)
CALL(C_SignMessage, SESSION, PARAMETER, IN, OUT)
CALL(C_SignMessageBegin, SESSION, PARAMETER)
CALL(C_SignMessageNext, SESSION, PARAMETER, IN, OUT)
CALL(C_MessageSignFinal, SESSION)
CALL(C_MessageVerifyInit, SESSION, MECHANISM, KEY)
CALL(C_VerifyMessage, SESSION, PARAMETER, IN, IN)
CALL(C_VerifyMessageBegin, SESSION, PARAMETER)
CALL(C_VerifyMessageNext, SESSION, PARAMETER, IN, IN)
CALL(C_MessageVerifyFinal, SESSION)

/* clang-format off */
#define F(function) {#function, call_##function}
const struct call calls[] = {
    F(C_Initialize), F(C_Finalize), F(C_GetInfo), F(C_GetFunctionList), F(C_GetInterfaceList),
    F(C_GetInterface), F(C_GetSlotList), F(C_GetSlotInfo), F(C_GetTokenInfo), F(C_WaitForSlotEvent),
    F(C_GetMechanismList), F(C_GetMechanismInfo), F(C_InitToken), F(C_InitPIN), F(C_SetPIN),
    F(C_OpenSession), F(C_CloseSession), F(C_CloseAllSessions), F(C_GetSessionInfo),
    F(C_SessionCancel), F(C_GetOperationState), F(C_SetOperationState), F(C_Login), F(C_LoginUser),
    F(C_Logout), F(C_CreateObject), F(C_CopyObject), F(C_DestroyObject), F(C_GetObjectSize),
    F(C_GetAttributeValue), F(C_SetAttributeValue), F(C_FindObjectsInit), F(C_FindObjects),
    F(C_FindObjectsFinal), F(C_EncryptInit), F(C_Encrypt), F(C_EncryptUpdate), F(C_EncryptFinal),
    F(C_DecryptInit), F(C_Decrypt), F(C_DecryptUpdate), F(C_DecryptFinal), F(C_DigestInit),
    F(C_Digest), F(C_DigestUpdate), F(C_DigestKey), F(C_DigestFinal), F(C_SignInit), F(C_Sign),
    F(C_SignUpdate), F(C_SignFinal), F(C_SignRecoverInit), F(C_SignRecover), F(C_VerifyInit),
    F(C_Verify), F(C_VerifyUpdate), F(C_VerifyFinal), F(C_VerifyRecoverInit), F(C_VerifyRecover),
    F(C_DigestEncryptUpdate), F(C_DecryptDigestUpdate), F(C_SignEncryptUpdate),
    F(C_DecryptVerifyUpdate), F(C_GenerateKey), F(C_GenerateKeyPair), F(C_WrapKey), F(C_UnwrapKey),
    F(C_DeriveKey), F(C_SeedRandom), F(C_GenerateRandom), F(C_GetFunctionStatus),
    F(C_CancelFunction), F(C_MessageEncryptInit), F(C_EncryptMessage), F(C_EncryptMessageBegin),
    F(C_EncryptMessageNext), F(C_MessageEncryptFinal), F(C_MessageDecryptInit), F(C_DecryptMessage),
    F(C_DecryptMessageBegin), F(C_DecryptMessageNext), F(C_MessageDecryptFinal),
    F(C_MessageSignInit), F(C_SignMessage), F(C_SignMessageBegin), F(C_SignMessageNext),
    F(C_MessageSignFinal), F(C_MessageVerifyInit), F(C_VerifyMessage), F(C_VerifyMessageBegin),
    F(C_VerifyMessageNext), F(C_MessageVerifyFinal),
};
/* clang-format on */

const size_t calls_len = LEN(calls);

CK_RV make_call(struct caller *caller, const struct call *call)
{
    caller->session = any_session(caller);
    return call->make(caller);
}
