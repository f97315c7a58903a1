/* A host that has a session, a login and a signature under way, and then ends in one of the ways
 * that hosts have. It does not link libcrypto: that comes and goes with the module.
 *
 *     ending MODULE PASSPHRASE WAY
 *
 * What the module must not answer, ends it with 3. */
#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mynakey/cryptoki.h"

#define MUST(what)                                                                                 \
    do {                                                                                           \
        if (!(what)) {                                                                             \
            fprintf(stderr, "ending: %s\n", #what);                                                \
            _exit(3);                                                                              \
        }                                                                                          \
    } while (0)

static void *library;
static CK_FUNCTION_LIST *p11;
static CK_SESSION_HANDLE session;
static const char *way;

static void load(const char *path)
{
    CK_C_GetFunctionList get;
    library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    MUST(library);
    *(void **)&get = dlsym(library, "C_GetFunctionList");
    MUST(get && get(&p11) == CKR_OK);
}

static void begin_signature(void)
{
    CK_MECHANISM mechanism = {CKM_SHA256_RSA_PKCS, NULL, 0};
    CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
    CK_ATTRIBUTE wanted = {CKA_CLASS, &class, sizeof class};
    CK_OBJECT_HANDLE key;
    CK_ULONG count = 0;
    CK_BYTE data[] = "data";
    MUST(p11->C_FindObjectsInit(session, &wanted, 1) == CKR_OK);
    MUST(p11->C_FindObjects(session, &key, 1, &count) == CKR_OK && count == 1);
    MUST(p11->C_FindObjectsFinal(session) == CKR_OK);
    MUST(p11->C_SignInit(session, &mechanism, key) == CKR_OK);
    MUST(p11->C_SignUpdate(session, data, sizeof data) == CKR_OK);
}

static void log_in(const char *passphrase)
{
    CK_SLOT_ID slot;
    CK_ULONG count = 1;
    CK_UTF8CHAR pin[64];
    snprintf((char *)pin, sizeof pin, "%s", passphrase);
    MUST(p11->C_Initialize(NULL) == CKR_OK);
    MUST(p11->C_GetSlotList(CK_TRUE, &slot, &count) == CKR_OK && count == 1);
    MUST(p11->C_OpenSession(slot, CKF_SERIAL_SESSION, NULL, NULL, &session) == CKR_OK);
    MUST(p11->C_Login(session, CKU_USER, pin, strlen(passphrase)) == CKR_OK);
    begin_signature();
}

static bool is(const char *which)
{
    return strcmp(way, which) == 0;
}

static CK_RV finish_signature(void)
{
    CK_BYTE signature[512];
    CK_ULONG len = sizeof signature;
    return p11->C_SignFinal(session, signature, &len);
}

/* Registered before the module came: runs after all that the module and OpenSSL registered. */
static void at_the_very_end(void)
{
    CK_SESSION_INFO info;
    if (!is("exit-handler-of-before") || !p11)
        return;
    MUST(p11->C_GetSessionInfo(session, &info) == CKR_CRYPTOKI_NOT_INITIALIZED);
    MUST(finish_signature() == CKR_CRYPTOKI_NOT_INITIALIZED);
    MUST(p11->C_Finalize(NULL) == CKR_OK);
    MUST(p11->C_Finalize(NULL) == CKR_CRYPTOKI_NOT_INITIALIZED);
}

/* Registered after: everything is still there. */
static void before_the_others(void)
{
    MUST(finish_signature() == CKR_OK);
    MUST(p11->C_Finalize(NULL) == CKR_OK);
}

__attribute__((destructor)) static void destroy(void)
{
    if (way && is("destructor"))
        MUST(p11->C_Finalize(NULL) == CKR_OK);
}

static void *wait_for_event(void *unused)
{
    CK_SLOT_ID slot;
    (void)p11->C_WaitForSlotEvent(0, &slot, NULL);
    return unused;
}

/* The module stays in the process: what has kept a pointer does not fall, nothing is lost, and who
 * loads it again meets it as it was. */
static void unload(const char *path)
{
    CK_FUNCTION_LIST *before = p11;
    MUST(dlclose(library) == 0);
    if (is("unloaded"))
        return;
    MUST(finish_signature() == CKR_OK);
    load(path);
    MUST(p11 == before && p11->C_Initialize(NULL) == CKR_CRYPTOKI_ALREADY_INITIALIZED);
    MUST(p11->C_Finalize(NULL) == CKR_OK);
    MUST(dlclose(library) == 0);
    MUST(finish_signature() == CKR_CRYPTOKI_NOT_INITIALIZED);
}

int main(int argc, char **argv)
{
    pthread_t thread;
    MUST(argc == 4);
    way = argv[3];
    atexit(at_the_very_end);
    load(argv[1]);
    log_in(argv[2]);
    if (is("exit-handler-of-after"))
        atexit(before_the_others);
    if (is("waiting")) {
        MUST(pthread_create(&thread, NULL, wait_for_event, NULL) == 0);
        usleep(20000); /* most likely it waits by now; if not, it will during the exit */
    }
    if (is("unloaded") || is("unloaded-and-called"))
        unload(argv[1]);
    return EXIT_SUCCESS;
}
