/* A program that loads a module, uses it and lets go of it, again and again, and counts what it has
 * of the system's after each time.
 *
 *     reloader MODULE.so WAY PIN ROUNDS
 *
 * WAY: closed    sessions closed, then C_Finalize
 *      open      sessions left open, then C_Finalize
 *      unended   sessions closed, no C_Finalize
 *      left      sessions left open, no C_Finalize, but one after the last round
 * Signs once a round with the authentication key. After the tenth round and after the last one it
 * prints the round and how much there is of: bytes of memory, descriptors, threads, mappings. What
 * the C library keeps of freed memory counts, unless GLIBC_TUNABLES says that it keeps none. */
#include <dirent.h>
#include <dlfcn.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mynakey/cryptoki.h"

#define WARM 10

/* A sanitizer has an allocator of its own. */
size_t __sanitizer_get_current_allocated_bytes(void) __attribute__((weak));

static CK_FUNCTION_LIST *p11;
static const char *pin;

static size_t heap(void)
{
    if (__sanitizer_get_current_allocated_bytes)
        return __sanitizer_get_current_allocated_bytes();
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

static unsigned entries(const char *folder)
{
    unsigned count = 0;
    DIR *dir = opendir(folder);
    for (struct dirent *entry; dir && (entry = readdir(dir));)
        count += entry->d_name[0] != '.';
    if (dir)
        closedir(dir);
    return count;
}

static void print_figures(unsigned round)
{
    printf("%u %zu %u %u %u\n", round, heap(), entries("/proc/self/fd"), entries("/proc/self/task"),
           entries("/proc/self/map_files"));
}

static bool good(const char *what, CK_RV rv)
{
    if (rv != CKR_OK)
        fprintf(stderr, "reloader: %s: 0x%lx\n", what, rv);
    return rv == CKR_OK;
}

static bool sign(CK_SESSION_HANDLE session)
{
    CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
    CK_ATTRIBUTE template = {CKA_CLASS, &class, sizeof class};
    CK_MECHANISM mechanism = {CKM_SHA256_RSA_PKCS, NULL, 0};
    CK_OBJECT_HANDLE key;
    CK_BYTE data[] = "data", signature[256];
    CK_ULONG found = 0, len = sizeof signature;
    return good("C_FindObjectsInit", p11->C_FindObjectsInit(session, &template, 1)) &&
           good("C_FindObjects", p11->C_FindObjects(session, &key, 1, &found)) && found == 1 &&
           good("C_FindObjectsFinal", p11->C_FindObjectsFinal(session)) &&
           good("C_SignInit", p11->C_SignInit(session, &mechanism, key)) &&
           good("C_Sign", p11->C_Sign(session, data, sizeof data, signature, &len));
}

static bool use(bool close)
{
    CK_SLOT_ID slots[8];
    CK_ULONG count = 8;
    CK_SESSION_HANDLE session;
    CK_BYTE bytes[16];
    memcpy(bytes, pin, strlen(pin));
    if (!good("C_GetSlotList", p11->C_GetSlotList(CK_TRUE, NULL, &count)))
        return false;
    count = 8;
    if (!good("C_GetSlotList", p11->C_GetSlotList(CK_TRUE, slots, &count)) || count == 0 ||
        !good("C_OpenSession",
              p11->C_OpenSession(slots[0], CKF_SERIAL_SESSION, NULL, NULL, &session)))
        return false;
    CK_RV rv = p11->C_Login(session, CKU_USER, bytes, strlen(pin));
    if (rv != CKR_USER_ALREADY_LOGGED_IN && !good("C_Login", rv))
        return false;
    return sign(session) && (!close || good("C_CloseSession", p11->C_CloseSession(session)));
}

static bool load_and_use(const char *module, bool close, bool end)
{
    CK_C_GetFunctionList get = NULL;
    void *library = dlopen(module, RTLD_NOW | RTLD_LOCAL);
    bool done = false;
    if (!library) {
        fprintf(stderr, "reloader: %s\n", dlerror());
        return false;
    }
    *(void **)&get = dlsym(library, "C_GetFunctionList");
    if (get && get(&p11) == CKR_OK) {
        CK_RV rv = p11->C_Initialize(NULL);
        done = (rv == CKR_CRYPTOKI_ALREADY_INITIALIZED || good("C_Initialize", rv)) && use(close);
        if (end)
            done = good("C_Finalize", p11->C_Finalize(NULL)) && done;
    }
    dlclose(library);
    return done;
}

int main(int argc, char **argv)
{
    if (argc != 5)
        return EXIT_FAILURE;
    const char *way = argv[2];
    unsigned rounds = (unsigned)strtoul(argv[4], NULL, 10);
    bool close = strcmp(way, "closed") == 0 || strcmp(way, "unended") == 0;
    bool end = strcmp(way, "closed") == 0 || strcmp(way, "open") == 0;
    pin = argv[3];
    setvbuf(stdout, NULL, _IONBF, 0); /* its buffer would be a growth */
    for (unsigned round = 1; round <= rounds; round++) {
        if (!load_and_use(argv[1], close, end || (round == rounds && !close)))
            return EXIT_FAILURE;
        if (round == WARM || round == rounds)
            print_figures(round);
    }
    return EXIT_SUCCESS;
}
