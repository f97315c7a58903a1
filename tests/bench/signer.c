/* Signatures per second: a PKCS#11 module's token beside EVP_DigestSign with the same key, in the
 * same process and in turns, so that whatever else the machine does slows both alike.
 *
 *     signer MODULE TOKEN-LABEL PIN KEY.pem
 *
 * Prints for each number of threads: signatures per second by the module, by OpenSSL, and the
 * ratio. */
#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/evp.h>
#include <openssl/pem.h>

#include "mynakey/cryptoki.h"

#define ROUNDS      12
#define ROUND_NS    200000000L
#define THREADS_MAX 2

static CK_FUNCTION_LIST *p11;
static CK_SLOT_ID slot;
static EVP_PKEY *key;

static void must(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "signer: %s failed\n", what);
    exit(1);
}

static void open_module(const char *path)
{
    CK_RV (*list)(CK_FUNCTION_LIST **);
    CK_C_INITIALIZE_ARGS args = {.flags = CKF_OS_LOCKING_OK};
    void *library = dlopen(path, RTLD_NOW);
    must(library != NULL, "dlopen");
    *(void **)&list = dlsym(library, "C_GetFunctionList");
    must(list && list(&p11) == CKR_OK, "C_GetFunctionList");
    must(p11->C_Initialize(&args) == CKR_OK, "C_Initialize");
}

static bool is_token(CK_SLOT_ID id, const char *label)
{
    CK_TOKEN_INFO info;
    return p11->C_GetTokenInfo(id, &info) == CKR_OK &&
           memcmp(info.label, label, strlen(label)) == 0;
}

static void find_token(const char *label)
{
    CK_SLOT_ID list[64];
    CK_ULONG count = 64;
    must(p11->C_GetSlotList(CK_TRUE, list, &count) == CKR_OK, "C_GetSlotList");
    for (CK_ULONG i = 0; i < count; i++) {
        slot = list[i];
        if (is_token(slot, label))
            return;
    }
    must(false, "finding the token");
}

static CK_SESSION_HANDLE open_session(void)
{
    CK_SESSION_HANDLE session = 0;
    must(p11->C_OpenSession(slot, CKF_SERIAL_SESSION, NULL, NULL, &session) == CKR_OK,
         "C_OpenSession");
    return session;
}

static CK_OBJECT_HANDLE find_key(CK_SESSION_HANDLE session)
{
    CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
    CK_ATTRIBUTE template = {CKA_CLASS, &class, sizeof class};
    CK_OBJECT_HANDLE found = 0;
    CK_ULONG count = 0;
    must(p11->C_FindObjectsInit(session, &template, 1) == CKR_OK &&
             p11->C_FindObjects(session, &found, 1, &count) == CKR_OK && count == 1 &&
             p11->C_FindObjectsFinal(session) == CKR_OK,
         "finding the key");
    return found;
}

/* --- one thread's work --- */

static CK_BYTE data[] = "The quick brown fox jumps over the lazy dog.";
static atomic_bool stop;

struct worker {
    pthread_t thread;
    unsigned long count;
};

/* SoftHSM has no mechanism that hashes for ECDSA: there, and so everywhere, the hash is made first.
 */
static void *sign_by_module(void *self)
{
    struct worker *worker = self;
    bool is_ec = EVP_PKEY_is_a(key, "EC");
    CK_MECHANISM mechanism = {is_ec ? CKM_ECDSA : CKM_SHA256_RSA_PKCS, NULL, 0};
    CK_SESSION_HANDLE session = open_session();
    CK_OBJECT_HANDLE object = find_key(session);
    while (!atomic_load(&stop)) {
        CK_BYTE signature[512], hash[32];
        CK_ULONG len = sizeof signature;
        if (is_ec)
            must(EVP_Digest(data, sizeof data, hash, NULL, EVP_sha256(), NULL) == 1, "EVP_Digest");
        must(p11->C_SignInit(session, &mechanism, object) == CKR_OK, "C_SignInit");
        must(p11->C_Sign(session, is_ec ? hash : data, is_ec ? sizeof hash : sizeof data, signature,
                         &len) == CKR_OK,
             "C_Sign");
        worker->count++;
    }
    p11->C_CloseSession(session);
    return NULL;
}

static void *sign_by_openssl(void *self)
{
    struct worker *worker = self;
    while (!atomic_load(&stop)) {
        unsigned char signature[512];
        size_t len = sizeof signature;
        EVP_MD_CTX *ctx = EVP_MD_CTX_new();
        must(EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key) == 1 &&
                 EVP_DigestSign(ctx, signature, &len, data, sizeof data) == 1,
             "EVP_DigestSign");
        EVP_MD_CTX_free(ctx);
        worker->count++;
    }
    return NULL;
}

/* So many signatures in how many seconds, added to what was before. */
static void run(void *(*work)(void *), unsigned threads, double *count, double *seconds)
{
    struct worker workers[THREADS_MAX] = {0};
    struct timespec from, to;
    atomic_store(&stop, false);
    clock_gettime(CLOCK_MONOTONIC, &from);
    for (unsigned i = 0; i < threads; i++)
        must(pthread_create(&workers[i].thread, NULL, work, &workers[i]) == 0, "pthread_create");
    nanosleep(&(struct timespec){.tv_nsec = ROUND_NS}, NULL);
    atomic_store(&stop, true);
    for (unsigned i = 0; i < threads; i++) {
        pthread_join(workers[i].thread, NULL);
        *count += (double)workers[i].count;
    }
    clock_gettime(CLOCK_MONOTONIC, &to);
    *seconds += (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
}

static void compare(unsigned threads)
{
    double ours = 0, our_time = 0, theirs = 0, their_time = 0;
    for (int round = 0; round < ROUNDS; round++) {
        run(sign_by_module, threads, &ours, &our_time);
        run(sign_by_openssl, threads, &theirs, &their_time);
    }
    ours /= our_time;
    theirs /= their_time;
    printf("%u %8.0f %8.0f %5.2f\n", threads, ours, theirs, ours / theirs);
}

int main(int argc, char **argv)
{
    if (argc != 5)
        return 2;
    FILE *file = fopen(argv[4], "r");
    key = file ? PEM_read_PrivateKey(file, NULL, NULL, NULL) : NULL;
    must(key != NULL, "reading the key");
    fclose(file);
    open_module(argv[1]);
    find_token(argv[2]);
    CK_SESSION_HANDLE session = open_session();
    must(p11->C_Login(session, CKU_USER, (CK_BYTE *)argv[3], strlen(argv[3])) == CKR_OK, "C_Login");
    for (unsigned threads = 1; threads <= THREADS_MAX; threads++)
        compare(threads);
    EVP_PKEY_free(key);
    return p11->C_Finalize(NULL) == CKR_OK ? 0 : 1;
}
