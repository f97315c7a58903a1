/* An OpenSSL provider with no algorithms: while it is loaded, it loads the PKCS#11 module that
 * MYNAKEY_MODULE names, initialises it and lists its slots, as pkcs11-provider does with
 * "pkcs11-module-load-behavior = early". */
#include <dlfcn.h>
#include <stdlib.h>

#include <openssl/core.h>
#include <openssl/core_dispatch.h>

#include "mynakey/cryptoki.h"

OSSL_provider_init_fn OSSL_provider_init;

/* What C_Initialize gave, or what failed after it. Not told in the environment: other threads read
 * that meanwhile. */
CK_RV host_provider_result = CKR_FUNCTION_NOT_SUPPORTED;

static CK_RV use_module(const char *path)
{
    CK_FUNCTION_LIST *p11 = NULL;
    CK_ULONG count = 0;
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library)
        return CKR_GENERAL_ERROR;
    CK_C_GetFunctionList get;
    *(void **)&get = dlsym(library, "C_GetFunctionList");
    CK_RV rv = get ? get(&p11) : CKR_GENERAL_ERROR;
    if (rv == CKR_OK)
        rv = p11->C_Initialize(NULL);
    if (rv != CKR_OK && rv != CKR_CRYPTOKI_ALREADY_INITIALIZED)
        return rv;
    CK_RV listed = p11->C_GetSlotList(CK_TRUE, NULL, &count);
    return listed == CKR_OK ? rv : listed;
}

int OSSL_provider_init(const OSSL_CORE_HANDLE *handle, const OSSL_DISPATCH *in,
                       const OSSL_DISPATCH **out, void **context)
{
    static const OSSL_DISPATCH none[] = {{0, NULL}};
    (void)handle;
    (void)in;
    host_provider_result = use_module(getenv("MYNAKEY_MODULE"));
    *out = none;
    *context = NULL;
    return 1;
}
