/* Beginning and end, interfaces, forks and threads (3.0, 5.4). */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "cryptoki/module.h"
#include "runner.h"
#include "stage.h"

/* All functions of the list but C_Initialize and those that need no initialisation. */
static void expect_from_all(CK_RV rv)
{
    CK_SLOT_ID slot = AUTH_SLOT;
    CK_ULONG n = 0;
    CK_INFO info;
    CK_SLOT_INFO slot_info;
    CK_TOKEN_INFO token_info;
    CK_MECHANISM_INFO mechanism_info;
    CK_SESSION_INFO session_info;
#define EXPECT(call) ck_assert_msg(p11->call == rv, #call)
    EXPECT(C_GetInfo(&info));
    EXPECT(C_GetSlotList(CK_FALSE, NULL, &n));
    EXPECT(C_GetSlotInfo(slot, &slot_info));
    EXPECT(C_GetTokenInfo(slot, &token_info));
    EXPECT(C_WaitForSlotEvent(CKF_DONT_BLOCK, &slot, NULL));
    EXPECT(C_GetMechanismList(slot, NULL, &n));
    EXPECT(C_GetMechanismInfo(slot, CKM_RSA_PKCS, &mechanism_info));
    EXPECT(C_InitToken(slot, NULL, 0, NULL));
    EXPECT(C_InitPIN(1, NULL, 0));
    EXPECT(C_SetPIN(1, NULL, 0, NULL, 0));
    EXPECT(C_OpenSession(slot, CKF_SERIAL_SESSION, NULL, NULL, &n));
    EXPECT(C_CloseSession(1));
    EXPECT(C_CloseAllSessions(slot));
    EXPECT(C_GetSessionInfo(1, &session_info));
    EXPECT(C_GetOperationState(1, NULL, &n));
    EXPECT(C_SetOperationState(1, NULL, 0, 0, 0));
    EXPECT(C_Login(1, CKU_USER, NULL, 0));
    EXPECT(C_Logout(1));
    EXPECT(C_CreateObject(1, NULL, 0, &n));
    EXPECT(C_CopyObject(1, 1, NULL, 0, &n));
    EXPECT(C_DestroyObject(1, 1));
    EXPECT(C_GetObjectSize(1, 1, &n));
    EXPECT(C_GetAttributeValue(1, 1, NULL, 0));
    EXPECT(C_SetAttributeValue(1, 1, NULL, 0));
    EXPECT(C_FindObjectsInit(1, NULL, 0));
    EXPECT(C_FindObjects(1, NULL, 0, &n));
    EXPECT(C_FindObjectsFinal(1));
    EXPECT(C_EncryptInit(1, NULL, 0));
    EXPECT(C_Encrypt(1, NULL, 0, NULL, &n));
    EXPECT(C_EncryptUpdate(1, NULL, 0, NULL, &n));
    EXPECT(C_EncryptFinal(1, NULL, &n));
    EXPECT(C_DecryptInit(1, NULL, 0));
    EXPECT(C_Decrypt(1, NULL, 0, NULL, &n));
    EXPECT(C_DecryptUpdate(1, NULL, 0, NULL, &n));
    EXPECT(C_DecryptFinal(1, NULL, &n));
    EXPECT(C_DigestInit(1, NULL));
    EXPECT(C_Digest(1, NULL, 0, NULL, &n));
    EXPECT(C_DigestUpdate(1, NULL, 0));
    EXPECT(C_DigestKey(1, 1));
    EXPECT(C_DigestFinal(1, NULL, &n));
    EXPECT(C_SignInit(1, NULL, 0));
    EXPECT(C_Sign(1, NULL, 0, NULL, &n));
    EXPECT(C_SignUpdate(1, NULL, 0));
    EXPECT(C_SignFinal(1, NULL, &n));
    EXPECT(C_SignRecoverInit(1, NULL, 0));
    EXPECT(C_SignRecover(1, NULL, 0, NULL, &n));
    EXPECT(C_VerifyInit(1, NULL, 0));
    EXPECT(C_Verify(1, NULL, 0, NULL, 0));
    EXPECT(C_VerifyUpdate(1, NULL, 0));
    EXPECT(C_VerifyFinal(1, NULL, 0));
    EXPECT(C_VerifyRecoverInit(1, NULL, 0));
    EXPECT(C_VerifyRecover(1, NULL, 0, NULL, &n));
    EXPECT(C_DigestEncryptUpdate(1, NULL, 0, NULL, &n));
    EXPECT(C_DecryptDigestUpdate(1, NULL, 0, NULL, &n));
    EXPECT(C_SignEncryptUpdate(1, NULL, 0, NULL, &n));
    EXPECT(C_DecryptVerifyUpdate(1, NULL, 0, NULL, &n));
    EXPECT(C_GenerateKey(1, NULL, NULL, 0, &n));
    EXPECT(C_GenerateKeyPair(1, NULL, NULL, 0, NULL, 0, &n, &n));
    EXPECT(C_WrapKey(1, NULL, 1, 1, NULL, &n));
    EXPECT(C_UnwrapKey(1, NULL, 1, NULL, 0, NULL, 0, &n));
    EXPECT(C_DeriveKey(1, NULL, 1, NULL, 0, &n));
    EXPECT(C_SeedRandom(1, NULL, 0));
    EXPECT(C_GenerateRandom(1, NULL, 0));
    EXPECT(C_GetFunctionStatus(1));
    EXPECT(C_CancelFunction(1));
    EXPECT(C_LoginUser(1, CKU_USER, NULL, 0, NULL, 0));
    EXPECT(C_SessionCancel(1, 0));
    EXPECT(C_MessageEncryptInit(1, NULL, 0));
    EXPECT(C_EncryptMessage(1, NULL, 0, NULL, 0, NULL, 0, NULL, &n));
    EXPECT(C_EncryptMessageBegin(1, NULL, 0, NULL, 0));
    EXPECT(C_EncryptMessageNext(1, NULL, 0, NULL, 0, NULL, &n, 0));
    EXPECT(C_MessageEncryptFinal(1));
    EXPECT(C_MessageDecryptInit(1, NULL, 0));
    EXPECT(C_DecryptMessage(1, NULL, 0, NULL, 0, NULL, 0, NULL, &n));
    EXPECT(C_DecryptMessageBegin(1, NULL, 0, NULL, 0));
    EXPECT(C_DecryptMessageNext(1, NULL, 0, NULL, 0, NULL, &n, 0));
    EXPECT(C_MessageDecryptFinal(1));
    EXPECT(C_MessageSignInit(1, NULL, 0));
    EXPECT(C_SignMessage(1, NULL, 0, NULL, 0, NULL, &n));
    EXPECT(C_SignMessageBegin(1, NULL, 0));
    EXPECT(C_SignMessageNext(1, NULL, 0, NULL, 0, NULL, &n));
    EXPECT(C_MessageSignFinal(1));
    EXPECT(C_MessageVerifyInit(1, NULL, 0));
    EXPECT(C_VerifyMessage(1, NULL, 0, NULL, 0, NULL, 0));
    EXPECT(C_VerifyMessageBegin(1, NULL, 0));
    EXPECT(C_VerifyMessageNext(1, NULL, 0, NULL, 0, NULL, 0));
    EXPECT(C_MessageVerifyFinal(1));
#undef EXPECT
}

START_TEST(nothing_works_before_initialize_and_after_finalize)
{
    ck_assert_uint_eq(p11->C_Finalize(NULL), CKR_OK);
    expect_from_all(CKR_CRYPTOKI_NOT_INITIALIZED);
    ck_assert_uint_eq(p11->C_Finalize(NULL), CKR_CRYPTOKI_NOT_INITIALIZED);
}
END_TEST

START_TEST(what_is_not_supported_looks_at_its_session_first)
{
    CK_SESSION_HANDLE session = open_session(AUTH_SLOT, false);
    ck_assert_uint_eq(p11->C_DigestKey(0, 0), CKR_SESSION_HANDLE_INVALID);
    ck_assert_uint_eq(p11->C_DigestKey(session, 0), CKR_FUNCTION_NOT_SUPPORTED);
    ck_assert_uint_eq(p11->C_GenerateKey(session, NULL, NULL, 0, NULL), CKR_FUNCTION_NOT_SUPPORTED);
    ck_assert_uint_eq(p11->C_MessageSignInit(session, NULL, 0), CKR_FUNCTION_NOT_SUPPORTED);
    ck_assert_uint_eq(p11->C_GetFunctionStatus(session), CKR_FUNCTION_NOT_PARALLEL);
    ck_assert_uint_eq(p11->C_CancelFunction(session), CKR_FUNCTION_NOT_PARALLEL);
    ck_assert_uint_eq(p11->C_CancelFunction(77), CKR_SESSION_HANDLE_INVALID);
}
END_TEST

START_TEST(initializing_twice_changes_nothing)
{
    CK_SESSION_HANDLE session = log_in(AUTH_SLOT);
    CK_C_INITIALIZE_ARGS args = {.flags = CKF_OS_LOCKING_OK};
    ck_assert_uint_eq(p11->C_Initialize(NULL), CKR_CRYPTOKI_ALREADY_INITIALIZED);
    ck_assert_uint_eq(p11->C_Initialize(&args), CKR_CRYPTOKI_ALREADY_INITIALIZED);
    ck_assert_uint_eq(sign_something(session), CKR_OK);
}
END_TEST

static unsigned made, destroyed, locked, unlocked;

static CK_RV make_mutex(void **mutex)
{
    *mutex = malloc(sizeof(pthread_mutex_t));
    made++;
    return pthread_mutex_init(*mutex, NULL) == 0 ? CKR_OK : CKR_HOST_MEMORY;
}

static CK_RV destroy_mutex(void *mutex)
{
    destroyed++;
    pthread_mutex_destroy(mutex);
    free(mutex);
    return CKR_OK;
}

static CK_RV lock_mutex(void *mutex)
{
    __atomic_fetch_add(&locked, 1, __ATOMIC_SEQ_CST);
    return pthread_mutex_lock(mutex) == 0 ? CKR_OK : CKR_GENERAL_ERROR;
}

static CK_RV unlock_mutex(void *mutex)
{
    __atomic_fetch_add(&unlocked, 1, __ATOMIC_SEQ_CST);
    return pthread_mutex_unlock(mutex) == 0 ? CKR_OK : CKR_MUTEX_NOT_LOCKED;
}

static CK_RV refuse_mutex(void **mutex)
{
    *mutex = NULL;
    return CKR_GENERAL_ERROR;
}

START_TEST(arguments_of_initialize_are_checked)
{
    CK_C_INITIALIZE_ARGS reserved = {.flags = CKF_OS_LOCKING_OK, .pReserved = &reserved};
    CK_C_INITIALIZE_ARGS some = {.CreateMutex = make_mutex, .LockMutex = lock_mutex};
    CK_C_INITIALIZE_ARGS some_ok = {.flags = CKF_OS_LOCKING_OK, .UnlockMutex = unlock_mutex};
    ck_assert_uint_eq(p11->C_Finalize(NULL), CKR_OK);
    ck_assert_uint_eq(p11->C_Initialize(&reserved), CKR_ARGUMENTS_BAD);
    ck_assert_uint_eq(p11->C_Initialize(&some), CKR_ARGUMENTS_BAD);
    ck_assert_uint_eq(p11->C_Initialize(&some_ok), CKR_ARGUMENTS_BAD);
    ck_assert_uint_eq(p11->C_Initialize(NULL), CKR_OK);
}
END_TEST

static void use_under(CK_C_INITIALIZE_ARGS args, bool with_callbacks)
{
    if (with_callbacks) {
        args.CreateMutex = make_mutex;
        args.DestroyMutex = destroy_mutex;
        args.LockMutex = lock_mutex;
        args.UnlockMutex = unlock_mutex;
    }
    ck_assert_uint_eq(p11->C_Initialize(&args), CKR_OK);
    ck_assert_uint_eq(sign_something(log_in(AUTH_SLOT)), CKR_OK);
    ck_assert_uint_eq(p11->C_Finalize(NULL), CKR_OK);
}

START_TEST(all_four_ways_of_locking_are_honoured)
{
    CK_C_INITIALIZE_ARGS neither = {0}, system = {.flags = CKF_OS_LOCKING_OK};
    ck_assert_uint_eq(p11->C_Finalize(NULL), CKR_OK);
    use_under(neither, false);
    use_under(system, false);
    use_under(system, true);
    ck_assert_uint_eq(made, 0);
    use_under(neither, true);
    ck_assert_uint_gt(made, 0);
    ck_assert_uint_gt(locked, 0);
    ck_assert_uint_eq(made, destroyed);
    ck_assert_uint_eq(locked, unlocked);
}
END_TEST

START_TEST(a_program_without_working_mutexes_is_told)
{
    CK_C_INITIALIZE_ARGS args = {.CreateMutex = refuse_mutex,
                                 .DestroyMutex = destroy_mutex,
                                 .LockMutex = lock_mutex,
                                 .UnlockMutex = unlock_mutex};
    ck_assert_uint_eq(p11->C_Finalize(NULL), CKR_OK);
    ck_assert_uint_ne(p11->C_Initialize(&args), CKR_OK);
    ck_assert_uint_eq(p11->C_Initialize(NULL), CKR_OK);
}
END_TEST

static unsigned count_threads(void)
{
    unsigned count = 0;
    char line[256];
    FILE *status = fopen("/proc/self/status", "r");
    while (status && fgets(line, sizeof line, status))
        (void)sscanf(line, "Threads: %u", &count);
    if (status)
        fclose(status);
    return count;
}

START_TEST(no_thread_is_ever_made)
{
    CK_C_INITIALIZE_ARGS args = {.flags = CKF_LIBRARY_CANT_CREATE_OS_THREADS | CKF_OS_LOCKING_OK};
    CK_SLOT_ID slot;
    unsigned before = count_threads();
    ck_assert_uint_gt(before, 0);
    ck_assert_uint_eq(p11->C_Finalize(NULL), CKR_OK);
    ck_assert_uint_eq(p11->C_Initialize(&args), CKR_OK);
    ck_assert_uint_eq(sign_something(log_in(AUTH_SLOT)), CKR_OK);
    (void)p11->C_WaitForSlotEvent(CKF_DONT_BLOCK, &slot, NULL);
    ck_assert_uint_eq(count_threads(), before);
}
END_TEST

START_TEST(finalize_takes_no_argument)
{
    int nothing;
    ck_assert_uint_eq(p11->C_Finalize(&nothing), CKR_ARGUMENTS_BAD);
    ck_assert_uint_eq(p11->C_Finalize(NULL), CKR_OK);
}
END_TEST

static void *wait_for_event(void *rv)
{
    CK_SLOT_ID slot;
    *(CK_RV *)rv = p11->C_WaitForSlotEvent(0, &slot, NULL);
    return NULL;
}

START_TEST(finalize_wakes_a_thread_that_waits_for_an_event)
{
    pthread_t threads[3];
    CK_RV rv[3] = {CKR_OK, CKR_OK, CKR_OK};
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, wait_for_event, &rv[i]), 0);
    usleep(20000); /* some will wait by now, some may not: all must come back */
    ck_assert_uint_eq(p11->C_Finalize(NULL), CKR_OK);
    for (int i = 0; i < 3; i++) {
        pthread_join(threads[i], NULL);
        ck_assert_uint_eq(rv[i], CKR_CRYPTOKI_NOT_INITIALIZED);
    }
}
END_TEST

START_TEST(finalize_closes_the_key_on_the_card)
{
    log_in(AUTH_SLOT);
    ck_assert(cardsim_is_open(card, CARDSIM_PIN_AUTH));
    ck_assert_uint_eq(p11->C_Finalize(NULL), CKR_OK);
    ck_assert(!cardsim_is_open(card, CARDSIM_PIN_AUTH));
    ck_assert_uint_eq(cardsim_connections(bench, READER), 0);
}
END_TEST

START_TEST(it_can_be_begun_and_ended_many_times)
{
    CK_SESSION_INFO info;
    for (int i = 0; i < 20; i++) {
        CK_SESSION_HANDLE session = log_in(AUTH_SLOT);
        stage_restart("");
        ck_assert_uint_eq(p11->C_GetSessionInfo(session, &info), CKR_SESSION_HANDLE_INVALID);
    }
    ck_assert_uint_eq(sign_something(log_in(AUTH_SLOT)), CKR_OK);
}
END_TEST

/* What a child that has forked off does; the test that makes it waits for its end. */
static void in_child(void (*act)(CK_SESSION_HANDLE inherited), CK_SESSION_HANDLE inherited)
{
    int status;
    pid_t child = fork();
    ck_assert_int_ne(child, -1);
    if (child == 0) {
        act(inherited);
        _exit(EXIT_SUCCESS);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS, "the child: %x",
                  (unsigned)status);
}

/* In a child the framework's assertions would speak for the parent's test. */
#define MUST(what)                                                                                 \
    do {                                                                                           \
        if (!(what)) {                                                                             \
            fprintf(stderr, "in the child: %s\n", #what);                                          \
            _exit(EXIT_FAILURE);                                                                   \
        }                                                                                          \
    } while (0)

static void child_without_initialize(CK_SESSION_HANDLE inherited)
{
    CK_SESSION_INFO info;
    MUST(p11->C_GetSessionInfo(inherited, &info) == CKR_CRYPTOKI_NOT_INITIALIZED);
    MUST(p11->C_Logout(inherited) == CKR_CRYPTOKI_NOT_INITIALIZED);
    MUST(p11->C_Finalize(NULL) == CKR_CRYPTOKI_NOT_INITIALIZED);
    MUST(cardsim_is_open(card, CARDSIM_PIN_AUTH));
}

static void child_with_initialize(CK_SESSION_HANDLE inherited)
{
    CK_SESSION_INFO info;
    unsigned commands = cardsim_count(card), connections = cardsim_connections(bench, READER);
    MUST(p11->C_Initialize(NULL) == CKR_OK);
    MUST(p11->C_GetSessionInfo(inherited, &info) == CKR_SESSION_HANDLE_INVALID);
    MUST(cardsim_count(card) == commands);
    MUST(cardsim_connections(bench, READER) == connections);
    MUST(cardsim_is_open(card, CARDSIM_PIN_AUTH));
    MUST(p11->C_Initialize(NULL) == CKR_CRYPTOKI_ALREADY_INITIALIZED);
    MUST(p11->C_Finalize(NULL) == CKR_OK);
    MUST(cardsim_connections(bench, READER) == connections);
}

static void child_at_work(CK_SESSION_HANDLE inherited)
{
    CK_SESSION_HANDLE session;
    CK_BYTE pin[] = CARDSIM_AUTH_PIN;
    (void)inherited;
    MUST(p11->C_Initialize(NULL) == CKR_OK);
    MUST(p11->C_OpenSession(AUTH_SLOT, CKF_SERIAL_SESSION, NULL, NULL, &session) == CKR_OK);
    MUST(p11->C_Login(session, CKU_USER, pin, 4) == CKR_OK);
    MUST(sign_something(session) == CKR_OK);
    MUST(p11->C_Finalize(NULL) == CKR_OK);
}

START_TEST(a_forked_child_begins_anew_and_leaves_its_parent_alone)
{
    CK_SESSION_HANDLE session = log_in(AUTH_SLOT);
    ck_assert_uint_eq(begin_sign(session), CKR_OK);
    in_child(child_without_initialize, session);
    in_child(child_with_initialize, session);
    in_child(child_at_work, session);
    ck_assert_uint_eq(p11->C_SignUpdate(session, NULL, 0), CKR_OK);
}
END_TEST

static void child_with_a_wrong_pin(CK_SESSION_HANDLE inherited)
{
    CK_SESSION_HANDLE session;
    CK_BYTE pin[] = "9999";
    (void)inherited;
    MUST(p11->C_Initialize(NULL) == CKR_OK);
    MUST(p11->C_OpenSession(AUTH_SLOT, CKF_SERIAL_SESSION, NULL, NULL, &session) == CKR_OK);
    MUST(p11->C_Login(session, CKU_USER, pin, 4) == CKR_PIN_INCORRECT);
    MUST(cardsim_tries(card, CARDSIM_PIN_AUTH) == 2);
    MUST(p11->C_Finalize(NULL) == CKR_OK);
}

/* Servers that fork log in anew in each child, with one PIN from their settings. */
START_TEST(a_forked_child_does_not_send_its_parents_wrong_pin_again)
{
    CK_SESSION_HANDLE session = open_session(AUTH_SLOT, false);
    ck_assert_uint_eq(login_with(session, CKU_USER, "9999"), CKR_PIN_INCORRECT);
    ck_assert_uint_eq(cardsim_tries(card, CARDSIM_PIN_AUTH), 2);
    in_child(child_with_a_wrong_pin, session);
}
END_TEST

static void child_after_openssl(CK_SESSION_HANDLE inherited)
{
    CK_SESSION_HANDLE session;
    CK_MECHANISM digest = {CKM_SHA256, NULL, 0};
    CK_BYTE pin[] = CARDSIM_AUTH_PIN;
    (void)inherited;
    MUST(p11->C_Initialize(NULL) == CKR_OK);
    MUST(p11->C_OpenSession(AUTH_SLOT, CKF_SERIAL_SESSION, NULL, NULL, &session) == CKR_OK);
    MUST(p11->C_Login(session, CKU_USER, pin, 4) == CKR_OK);
    MUST(p11->C_DigestInit(session, &digest) == CKR_OK);
    MUST(begin_sign(session) == CKR_OK);
    OPENSSL_cleanup();
    expect_from_all(CKR_CRYPTOKI_NOT_INITIALIZED);
    MUST(p11->C_Finalize(NULL) == CKR_OK);
    MUST(!cardsim_is_open(card, CARDSIM_PIN_AUTH));
    MUST(p11->C_Finalize(NULL) == CKR_CRYPTOKI_NOT_INITIALIZED);
    MUST(p11->C_Initialize(NULL) != CKR_OK);
}

/* NSS ends its modules from an exit handler, after OpenSSL has ended itself. */
START_TEST(calls_during_exit_do_no_harm)
{
    in_child(child_after_openssl, 0);
}
END_TEST

static void check_text(const CK_UTF8CHAR *text, size_t size, const char *expected)
{
    size_t len = strlen(expected);
    ck_assert_mem_eq(text, expected, len);
    for (size_t i = len; i < size; i++)
        ck_assert_int_eq(text[i], ' ');
}

START_TEST(the_library_says_what_it_is)
{
    CK_INFO info;
    unsigned major, minor;
    ck_assert_uint_eq(p11->C_GetInfo(&info), CKR_OK);
    check_text(info.manufacturerID, sizeof info.manufacturerID, "mynakey");
    check_text(info.libraryDescription, sizeof info.libraryDescription,
               "My Number Card PKCS#11 module");
    ck_assert_uint_eq(info.flags, 0);
    ck_assert_int_eq(sscanf(MN_VERSION, "%u.%u", &major, &minor), 2);
    ck_assert_uint_eq(info.libraryVersion.major, major);
    ck_assert_uint_eq(info.libraryVersion.minor, minor);
}
END_TEST

START_TEST(each_interface_is_of_the_version_it_claims)
{
    CK_INFO info;
    CK_FUNCTION_LIST *list;
    ck_assert_uint_eq(C_GetFunctionList(&list), CKR_OK);
    ck_assert_uint_eq(list->version.major, 2);
    ck_assert_uint_eq(list->version.minor, 40);
    ck_assert_uint_eq(list->C_GetInfo(&info), CKR_OK);
    ck_assert_uint_eq(info.cryptokiVersion.major, 2);
    ck_assert_uint_eq(info.cryptokiVersion.minor, 40);
    ck_assert_uint_eq(p11->version.major, 3);
    ck_assert_uint_eq(p11->version.minor, 0);
    ck_assert_uint_eq(p11->C_GetInfo(&info), CKR_OK);
    ck_assert_uint_eq(info.cryptokiVersion.major, 3);
    ck_assert_uint_eq(info.cryptokiVersion.minor, 0);
    ck_assert_uint_eq(C_GetFunctionList(NULL), CKR_ARGUMENTS_BAD);
}
END_TEST

START_TEST(no_function_is_missing_from_a_list)
{
    CK_FUNCTION_LIST *list;
    void *function;
    size_t first = offsetof(CK_FUNCTION_LIST_3_0, C_Initialize);
    ck_assert_uint_eq(C_GetFunctionList(&list), CKR_OK);
    for (size_t at = first; at < sizeof *p11; at += sizeof function) {
        memcpy(&function, (char *)p11 + at, sizeof function);
        ck_assert_ptr_nonnull(function);
    }
    for (size_t at = first; at < sizeof *list; at += sizeof function) {
        memcpy(&function, (char *)list + at, sizeof function);
        ck_assert_ptr_nonnull(function);
    }
}
END_TEST

/* So what is proved through one list is proved of the other. */
START_TEST(both_lists_lead_to_the_same_functions)
{
    CK_FUNCTION_LIST *list;
    CK_INTERFACE *interface;
    CK_VERSION version = {2, 40};
    size_t first = offsetof(CK_FUNCTION_LIST, C_GetFunctionList);
    ck_assert_uint_eq(C_GetFunctionList(&list), CKR_OK);
    ck_assert_uint_eq(C_GetInterface(NULL, &version, &interface, 0), CKR_OK);
    ck_assert_ptr_eq(interface->pFunctionList, list);
    ck_assert(p11->C_Initialize == list->C_Initialize && p11->C_Finalize == list->C_Finalize);
    ck_assert(p11->C_GetInfo != list->C_GetInfo); /* which tells the version of its list */
    ck_assert_mem_eq((char *)p11 + first, (char *)list + first, sizeof *list - first);
}
END_TEST

static CK_RV ask_interface(const char *name, int major, int minor, CK_FLAGS flags)
{
    CK_INTERFACE *interface;
    CK_VERSION version = {(CK_BYTE)major, (CK_BYTE)minor};
    CK_BYTE bytes[32];
    snprintf((char *)bytes, sizeof bytes, "%s", name ? name : "");
    CK_RV rv = C_GetInterface(name ? bytes : NULL, major ? &version : NULL, &interface, flags);
    if (rv == CKR_OK && major)
        ck_assert_mem_eq(interface->pFunctionList, &version, sizeof version);
    return rv;
}

START_TEST(an_interface_is_found_by_name_version_and_flags)
{
    ck_assert_uint_eq(ask_interface(NULL, 0, 0, 0), CKR_OK);
    ck_assert_uint_eq(ask_interface("PKCS 11", 0, 0, 0), CKR_OK);
    ck_assert_uint_eq(ask_interface("PKCS 11", 3, 0, 0), CKR_OK);
    ck_assert_uint_eq(ask_interface("PKCS 11", 2, 40, 0), CKR_OK);
    ck_assert_uint_eq(ask_interface(NULL, 2, 40, 0), CKR_OK);
    ck_assert_uint_eq(ask_interface("PKCS 11", 3, 1, 0), CKR_FUNCTION_FAILED);
    ck_assert_uint_eq(ask_interface("Vendor NSS FIPS Interface", 0, 0, 0), CKR_FUNCTION_FAILED);
    ck_assert_uint_eq(ask_interface("PKCS 11", 0, 0, 0x80), CKR_FUNCTION_FAILED);
    ck_assert_uint_eq(C_GetInterface(NULL, NULL, NULL, 0), CKR_ARGUMENTS_BAD);
}
END_TEST

/* A child has to initialise anew: that is not what the flag promises. */
START_TEST(no_interface_claims_to_survive_a_fork)
{
    ck_assert_uint_eq(ask_interface("PKCS 11", 0, 0, CKF_INTERFACE_FORK_SAFE), CKR_FUNCTION_FAILED);
}
END_TEST

START_TEST(the_interfaces_are_listed)
{
    CK_INTERFACE list[4];
    CK_ULONG count = 0;
    ck_assert_uint_eq(C_GetInterfaceList(NULL, NULL), CKR_ARGUMENTS_BAD);
    ck_assert_uint_eq(C_GetInterfaceList(NULL, &count), CKR_OK);
    ck_assert_uint_eq(count, 2);
    count = 1;
    ck_assert_uint_eq(C_GetInterfaceList(list, &count), CKR_BUFFER_TOO_SMALL);
    ck_assert_uint_eq(count, 2);
    count = 4;
    ck_assert_uint_eq(C_GetInterfaceList(list, &count), CKR_OK);
    ck_assert_uint_eq(count, 2);
    ck_assert_str_eq(list[0].pInterfaceName, "PKCS 11");
    ck_assert_ptr_eq(list[0].pFunctionList, p11);
    ck_assert_str_eq(list[1].pInterfaceName, "PKCS 11");
}
END_TEST

/* What a module at that path offers with all roles wanted, as "auth sign soft". */
static void expect_offers(const char *path, bool auth, bool sign, bool soft)
{
    struct mn_settings settings;
    mn_settings_default(&settings);
    mn_module_narrow_roles(&settings, path);
    ck_assert_int_eq(settings.offer_auth, auth);
    ck_assert_int_eq(settings.offer_sign, sign);
    ck_assert_int_eq(settings.offer_soft, soft);
}

START_TEST(the_name_of_the_file_says_which_role_is_offered)
{
    struct mn_settings settings;
    expect_offers("/usr/lib/pkcs11/mynakey-pkcs11.so", true, true, true);
    expect_offers("/usr/lib/pkcs11/mynakey-auth-pkcs11.so", true, false, false);
    expect_offers("mynakey-sign-pkcs11.so", false, true, false);
    expect_offers("mynakey-soft-pkcs11.so", false, false, true);
    expect_offers("mynakey-auth-soft-pkcs11.so", true, false, true);
    expect_offers("/opt/mynakey-sign/mynakey-pkcs11.so", true, true, true);
    mn_settings_default(&settings);
    settings.offer_sign = false;
    mn_module_narrow_roles(&settings, "mynakey-sign-pkcs11.so"); /* narrows, never widens */
    ck_assert(!settings.offer_auth && !settings.offer_sign && !settings.offer_soft);
}
END_TEST

START_TEST(settings_say_which_role_is_offered)
{
    CK_ULONG count;
    CK_TOKEN_INFO info;
    stage_restart("roles = sign\n");
    ck_assert_uint_eq(p11->C_GetSlotList(CK_FALSE, NULL, &count), CKR_OK);
    ck_assert_uint_eq(count, 1);
    ck_assert_uint_eq(p11->C_GetTokenInfo(1, &info), CKR_OK);
    check_text(info.label, sizeof info.label, "JPKI Signature");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cryptoki/general");
    TCase *tcase = tcase_create("general");

    stage_attach(tcase);
    tcase_add_test(tcase, nothing_works_before_initialize_and_after_finalize);
    tcase_add_test(tcase, what_is_not_supported_looks_at_its_session_first);
    tcase_add_test(tcase, initializing_twice_changes_nothing);
    tcase_add_test(tcase, arguments_of_initialize_are_checked);
    tcase_add_test(tcase, all_four_ways_of_locking_are_honoured);
    tcase_add_test(tcase, a_program_without_working_mutexes_is_told);
    tcase_add_test(tcase, no_thread_is_ever_made);
    tcase_add_test(tcase, finalize_takes_no_argument);
    tcase_add_test(tcase, finalize_wakes_a_thread_that_waits_for_an_event);
    tcase_add_test(tcase, finalize_closes_the_key_on_the_card);
    tcase_add_test(tcase, it_can_be_begun_and_ended_many_times);
    tcase_add_test(tcase, a_forked_child_begins_anew_and_leaves_its_parent_alone);
    tcase_add_test(tcase, a_forked_child_does_not_send_its_parents_wrong_pin_again);
    tcase_add_test(tcase, calls_during_exit_do_no_harm);
    tcase_add_test(tcase, the_library_says_what_it_is);
    tcase_add_test(tcase, each_interface_is_of_the_version_it_claims);
    tcase_add_test(tcase, no_function_is_missing_from_a_list);
    tcase_add_test(tcase, both_lists_lead_to_the_same_functions);
    tcase_add_test(tcase, an_interface_is_found_by_name_version_and_flags);
    tcase_add_test(tcase, no_interface_claims_to_survive_a_fork);
    tcase_add_test(tcase, the_interfaces_are_listed);
    tcase_add_test(tcase, the_name_of_the_file_says_which_role_is_offered);
    tcase_add_test(tcase, settings_say_which_role_is_offered);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
