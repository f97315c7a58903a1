/* PKCS#11 3.0, 5.4.4 to 5.4.6: the function lists, and the three symbols by which they are found.
 * All three may be called at any time, before C_Initialize too. */
#include <stddef.h>
#include <string.h>

#include "cryptoki/general.h"
#include "mynakey/cryptoki.h"

#define EXPORTED __attribute__((visibility("default")))

#define F(name) .name = name

/* What both lists have. */
#define FUNCTIONS_2_40                                                                             \
    F(C_Initialize), F(C_Finalize), F(C_GetFunctionList), F(C_GetSlotList), F(C_GetSlotInfo),      \
        F(C_GetTokenInfo), F(C_GetMechanismList), F(C_GetMechanismInfo), F(C_InitToken),           \
        F(C_InitPIN), F(C_SetPIN), F(C_OpenSession), F(C_CloseSession), F(C_CloseAllSessions),     \
        F(C_GetSessionInfo), F(C_GetOperationState), F(C_SetOperationState), F(C_Login),           \
        F(C_Logout), F(C_CreateObject), F(C_CopyObject), F(C_DestroyObject), F(C_GetObjectSize),   \
        F(C_GetAttributeValue), F(C_SetAttributeValue), F(C_FindObjectsInit), F(C_FindObjects),    \
        F(C_FindObjectsFinal), F(C_EncryptInit), F(C_Encrypt), F(C_EncryptUpdate),                 \
        F(C_EncryptFinal), F(C_DecryptInit), F(C_Decrypt), F(C_DecryptUpdate), F(C_DecryptFinal),  \
        F(C_DigestInit), F(C_Digest), F(C_DigestUpdate), F(C_DigestKey), F(C_DigestFinal),         \
        F(C_SignInit), F(C_Sign), F(C_SignUpdate), F(C_SignFinal), F(C_SignRecoverInit),           \
        F(C_SignRecover), F(C_VerifyInit), F(C_Verify), F(C_VerifyUpdate), F(C_VerifyFinal),       \
        F(C_VerifyRecoverInit), F(C_VerifyRecover), F(C_DigestEncryptUpdate),                      \
        F(C_DecryptDigestUpdate), F(C_SignEncryptUpdate), F(C_DecryptVerifyUpdate),                \
        F(C_GenerateKey), F(C_GenerateKeyPair), F(C_WrapKey), F(C_UnwrapKey), F(C_DeriveKey),      \
        F(C_SeedRandom), F(C_GenerateRandom), F(C_GetFunctionStatus), F(C_CancelFunction),         \
        F(C_WaitForSlotEvent)

#define FUNCTIONS_3_0                                                                              \
    F(C_GetInterfaceList), F(C_GetInterface), F(C_LoginUser), F(C_SessionCancel),                  \
        F(C_MessageEncryptInit), F(C_EncryptMessage), F(C_EncryptMessageBegin),                    \
        F(C_EncryptMessageNext), F(C_MessageEncryptFinal), F(C_MessageDecryptInit),                \
        F(C_DecryptMessage), F(C_DecryptMessageBegin), F(C_DecryptMessageNext),                    \
        F(C_MessageDecryptFinal), F(C_MessageSignInit), F(C_SignMessage), F(C_SignMessageBegin),   \
        F(C_SignMessageNext), F(C_MessageSignFinal), F(C_MessageVerifyInit), F(C_VerifyMessage),   \
        F(C_VerifyMessageBegin), F(C_VerifyMessageNext), F(C_MessageVerifyFinal)

_Static_assert(offsetof(CK_FUNCTION_LIST_3_0, C_GetInterfaceList) == sizeof(CK_FUNCTION_LIST),
               "the list of 3.0 begins with that of 2.40");

/* Not const, for Cryptoki hands out pointers that are not; nobody writes here. */
static CK_FUNCTION_LIST list_2_40 = {
    .version = {2, 40}, .C_GetInfo = mn_get_info_2_40, FUNCTIONS_2_40};
static CK_FUNCTION_LIST_3_0 list_3_0 = {
    .version = {3, 0}, F(C_GetInfo), FUNCTIONS_2_40, FUNCTIONS_3_0};

/* CKF_INTERFACE_FORK_SAFE promises that a forked child goes on with copies of its parent's sessions
 * and logins. A card cannot be shared like that: the child initialises anew, and the flag is not
 * set. The first is the default. */
static char standard[] = "PKCS 11";
static CK_INTERFACE interfaces[] = {{standard, &list_3_0, 0}, {standard, &list_2_40, 0}};

#define INTERFACES (sizeof interfaces / sizeof interfaces[0])

EXPORTED CK_RV C_GetFunctionList(CK_FUNCTION_LIST **list)
{
    if (!list)
        return CKR_ARGUMENTS_BAD;
    *list = &list_2_40;
    return CKR_OK;
}

EXPORTED CK_RV C_GetInterfaceList(CK_INTERFACE *list, CK_ULONG *count)
{
    if (!count)
        return CKR_ARGUMENTS_BAD;
    CK_ULONG room = *count;
    *count = INTERFACES;
    if (list && room < INTERFACES)
        return CKR_BUFFER_TOO_SMALL;
    if (list)
        memcpy(list, interfaces, sizeof interfaces);
    return CKR_OK;
}

/* Every interface begins with its version (5.4.6). */
static int is_wanted(const CK_INTERFACE *interface, const CK_VERSION *version, CK_FLAGS flags)
{
    const CK_VERSION *has = interface->pFunctionList;
    if (version && (version->major != has->major || version->minor != has->minor))
        return 0;
    return (flags & ~interface->flags) == 0;
}

EXPORTED CK_RV C_GetInterface(CK_UTF8CHAR *name, CK_VERSION *version, CK_INTERFACE **interface,
                              CK_FLAGS flags)
{
    if (!interface)
        return CKR_ARGUMENTS_BAD;
    if (name && strcmp((const char *)name, standard) != 0)
        return CKR_FUNCTION_FAILED;
    for (size_t i = 0; i < INTERFACES; i++) {
        if (is_wanted(&interfaces[i], version, flags)) {
            *interface = &interfaces[i];
            return CKR_OK;
        }
    }
    return CKR_FUNCTION_FAILED;
}
