/* PKCS#11 3.0, 5.4: general-purpose functions. Those that hand out function lists are in
 * interfaces.c. */
#include "cryptoki/general.h"

#include <stdio.h>

#include "base/log.h"
#include "cryptoki/call.h"
#include "cryptoki/module.h"
#include "token/padded.h"

/* All four callbacks, or none of them (5.4.1). */
static CK_RV check_callbacks(const CK_C_INITIALIZE_ARGS *args, bool *given)
{
    int count =
        !!args->CreateMutex + !!args->DestroyMutex + !!args->LockMutex + !!args->UnlockMutex;
    *given = count == 4;
    return count == 0 || count == 4 ? CKR_OK : CKR_ARGUMENTS_BAD;
}

/* The four combinations of 5.4.1: only a program that gives callbacks and does not allow the
 * system's own mutexes has its callbacks called. CKF_LIBRARY_CANT_CREATE_OS_THREADS is always
 * heeded: no thread is ever made. */
CK_RV C_Initialize(void *init_args)
{
    const CK_C_INITIALIZE_ARGS *args = init_args;
    bool callbacks;
    if (!args)
        return mn_module_initialize(NULL);
    if (args->pReserved)
        return CKR_ARGUMENTS_BAD;
    CK_RV rv = check_callbacks(args, &callbacks);
    if (rv != CKR_OK)
        return rv;
    struct mn_lock_hooks hooks = {.create = args->CreateMutex,
                                  .destroy = args->DestroyMutex,
                                  .lock = args->LockMutex,
                                  .unlock = args->UnlockMutex};
    bool use_callbacks = callbacks && !(args->flags & CKF_OS_LOCKING_OK);
    return mn_module_initialize(use_callbacks ? &hooks : NULL);
}

CK_RV C_Finalize(void *reserved)
{
    return reserved ? CKR_ARGUMENTS_BAD : mn_module_finalize();
}

static CK_RV get_info(const char *name, CK_INFO *info, CK_VERSION version)
{
    struct mn_call call;
    CK_RV rv = mn_call_module(&call, name);
    if (rv == CKR_OK && !info)
        rv = CKR_ARGUMENTS_BAD;
    if (rv == CKR_OK) {
        *info = (CK_INFO){.cryptokiVersion = version};
        (void)sscanf(MN_VERSION, "%hhu.%hhu", &info->libraryVersion.major,
                     &info->libraryVersion.minor);
        mn_padded(info->manufacturerID, sizeof info->manufacturerID, "mynakey");
        mn_padded(info->libraryDescription, sizeof info->libraryDescription,
                  "My Number Card PKCS#11 module");
    }
    return mn_call_end(&call, rv);
}

CK_RV C_GetInfo(CK_INFO *info)
{
    return get_info(__func__, info, (CK_VERSION){3, 0});
}

CK_RV mn_get_info_2_40(CK_INFO *info)
{
    return get_info("C_GetInfo", info, (CK_VERSION){2, 40});
}
