/* PKCS#11 3.0, 5.19: random number generation functions. The numbers are the host's, from a
 * generator that is always there and stronger than a card's would be; CKF_RNG is set for them. */
#include "cryptoki/call.h"
#include "crypto/random.h"
#include "token/rv.h"

CK_RV C_SeedRandom(CK_SESSION_HANDLE handle, CK_BYTE *seed, CK_ULONG len)
{
    struct mn_call call;
    CK_RV rv = mn_call_session(&call, __func__, handle, MN_ANY);
    struct mn_span given = mn_span(seed, len);
    if (rv == CKR_OK)
        rv = mn_span_is_possible(given) ? mn_rv(mn_random_seed(given)) : CKR_ARGUMENTS_BAD;
    return mn_call_end(&call, rv);
}

CK_RV C_GenerateRandom(CK_SESSION_HANDLE handle, CK_BYTE *out, CK_ULONG len)
{
    struct mn_call call;
    CK_RV rv = mn_call_session(&call, __func__, handle, MN_ANY);
    if (rv == CKR_OK)
        rv =
            mn_span_is_possible(mn_span(out, len)) ? mn_rv(mn_random(out, len)) : CKR_ARGUMENTS_BAD;
    return mn_call_end(&call, rv);
}
