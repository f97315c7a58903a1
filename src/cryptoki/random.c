/* PKCS#11 3.0, 5.19: random number generation functions. The numbers are the host's, from a
 * generator that is always there and stronger than a card's would be; CKF_RNG is set for them. */
#include "cryptoki/call.h"
#include "crypto/random.h"
#include "token/rv.h"

CK_RV C_SeedRandom(CK_SESSION_HANDLE handle, CK_BYTE *seed, CK_ULONG len)
{
    struct mn_call call;
    CK_RV rv = mn_call_session(&call, __func__, handle, MN_ANY);
    if (rv == CKR_OK)
        rv = seed || len == 0 ? mn_rv(mn_random_seed(mn_span(seed, len))) : CKR_ARGUMENTS_BAD;
    return mn_call_end(&call, rv);
}

CK_RV C_GenerateRandom(CK_SESSION_HANDLE handle, CK_BYTE *out, CK_ULONG len)
{
    struct mn_call call;
    CK_RV rv = mn_call_session(&call, __func__, handle, MN_ANY);
    if (rv == CKR_OK)
        rv = out || len == 0 ? mn_rv(mn_random(out, len)) : CKR_ARGUMENTS_BAD;
    return mn_call_end(&call, rv);
}
