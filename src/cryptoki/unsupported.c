/* What this module does not do: one list. Each function looks at its session, as every function
 * does, and then says so. */
#include "cryptoki/call.h"

/* The parameters are there for their types. */
#pragma GCC diagnostic ignored "-Wunused-parameter"

static CK_RV refuse(const char *name, CK_SESSION_HANDLE session, CK_RV with)
{
    struct mn_call call;
    CK_RV rv = mn_call_session(&call, name, session, MN_ANY);
    return mn_call_end(&call, rv == CKR_OK ? with : rv);
}

#define REFUSED(name, parameters)                                                                  \
    CK_RV name parameters                                                                          \
    {                                                                                              \
        return refuse(#name, session, CKR_FUNCTION_NOT_SUPPORTED);                                 \
    }

/* 5.20: leftovers of a time before threads, which have an answer of their own. */
#define NOT_PARALLEL(name)                                                                         \
    CK_RV name(CK_SESSION_HANDLE session)                                                          \
    {                                                                                              \
        return refuse(#name, session, CKR_FUNCTION_NOT_PARALLEL);                                  \
    }

/* What the parameter lists are made of. */
#define SESSION        CK_SESSION_HANDLE session
#define MECHANISM      CK_MECHANISM *mechanism
#define KEY            CK_OBJECT_HANDLE key
#define IN(name)       CK_BYTE *name, CK_ULONG name##_len
#define OUT(name)      CK_BYTE *name, CK_ULONG *name##_len
#define TEMPLATE(name) CK_ATTRIBUTE *name, CK_ULONG name##_len
#define PARAMETER      void *parameter, CK_ULONG parameter_len

/* clang-format off */
REFUSED(C_DigestKey, (SESSION, KEY))
REFUSED(C_SignRecoverInit, (SESSION, MECHANISM, KEY))
REFUSED(C_SignRecover, (SESSION, IN(data), OUT(signature)))
REFUSED(C_VerifyRecoverInit, (SESSION, MECHANISM, KEY))
REFUSED(C_VerifyRecover, (SESSION, IN(signature), OUT(data)))
REFUSED(C_DigestEncryptUpdate, (SESSION, IN(part), OUT(encrypted)))
REFUSED(C_DecryptDigestUpdate, (SESSION, IN(encrypted), OUT(part)))
REFUSED(C_SignEncryptUpdate, (SESSION, IN(part), OUT(encrypted)))
REFUSED(C_DecryptVerifyUpdate, (SESSION, IN(encrypted), OUT(part)))
REFUSED(C_GenerateKey, (SESSION, MECHANISM, TEMPLATE(attributes), CK_OBJECT_HANDLE *key))
REFUSED(C_GenerateKeyPair, (SESSION, MECHANISM, TEMPLATE(public), TEMPLATE(private),
        CK_OBJECT_HANDLE *public_key, CK_OBJECT_HANDLE *private_key))
REFUSED(C_WrapKey, (SESSION, MECHANISM, CK_OBJECT_HANDLE wrapping_key, KEY, OUT(wrapped)))
REFUSED(C_UnwrapKey, (SESSION, MECHANISM, CK_OBJECT_HANDLE unwrapping_key, IN(wrapped),
        TEMPLATE(attributes), CK_OBJECT_HANDLE *key))
REFUSED(C_DeriveKey, (SESSION, MECHANISM, CK_OBJECT_HANDLE base_key, TEMPLATE(attributes),
        CK_OBJECT_HANDLE *key))

REFUSED(C_MessageEncryptInit, (SESSION, MECHANISM, KEY))
REFUSED(C_EncryptMessage, (SESSION, PARAMETER, IN(associated), IN(plain), OUT(encrypted)))
REFUSED(C_EncryptMessageBegin, (SESSION, PARAMETER, IN(associated)))
REFUSED(C_EncryptMessageNext, (SESSION, PARAMETER, IN(plain), OUT(encrypted), CK_FLAGS flags))
REFUSED(C_MessageEncryptFinal, (SESSION))
REFUSED(C_MessageDecryptInit, (SESSION, MECHANISM, KEY))
REFUSED(C_DecryptMessage, (SESSION, PARAMETER, IN(associated), IN(encrypted), OUT(plain)))
REFUSED(C_DecryptMessageBegin, (SESSION, PARAMETER, IN(associated)))
REFUSED(C_DecryptMessageNext, (SESSION, PARAMETER, IN(encrypted), OUT(plain), CK_FLAGS flags))
REFUSED(C_MessageDecryptFinal, (SESSION))
REFUSED(C_MessageSignInit, (SESSION, MECHANISM, KEY))
REFUSED(C_SignMessage, (SESSION, PARAMETER, IN(data), OUT(signature)))
REFUSED(C_SignMessageBegin, (SESSION, PARAMETER))
REFUSED(C_SignMessageNext, (SESSION, PARAMETER, IN(data), OUT(signature)))
REFUSED(C_MessageSignFinal, (SESSION))
REFUSED(C_MessageVerifyInit, (SESSION, MECHANISM, KEY))
REFUSED(C_VerifyMessage, (SESSION, PARAMETER, IN(data), IN(signature)))
REFUSED(C_VerifyMessageBegin, (SESSION, PARAMETER))
REFUSED(C_VerifyMessageNext, (SESSION, PARAMETER, IN(data), IN(signature)))
REFUSED(C_MessageVerifyFinal, (SESSION))

NOT_PARALLEL(C_GetFunctionStatus)
NOT_PARALLEL(C_CancelFunction)
/* clang-format on */
