/* Beginning anew and forking (3.0, 5.4.1), for every kind of token. */
#include <dirent.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kinds.h"
#include "runner.h"

static CK_SESSION_HANDLE session;
static CK_OBJECT_HANDLE key;

/* In a child the framework's assertions would speak for the parent's test. */
#define MUST(what)                                                                                 \
    do {                                                                                           \
        if (!(what)) {                                                                             \
            fprintf(stderr, "in the child: %s\n", #what);                                          \
            _exit(EXIT_FAILURE);                                                                   \
        }                                                                                          \
    } while (0)

/* The parent's handles mean nothing here, before and after. */
static void be_a_child(void)
{
    CK_SESSION_INFO info;
    CK_SESSION_HANDLE own;
    CK_ATTRIBUTE id = {CKA_ID, NULL, 0};
    CK_BYTE pin[64];
    CK_ULONG len = strlen(kind->pin);
    memcpy(pin, kind->pin, len);
    MUST(p11->C_GetSessionInfo(session, &info) == CKR_CRYPTOKI_NOT_INITIALIZED);
    MUST(p11->C_Finalize(NULL) == CKR_CRYPTOKI_NOT_INITIALIZED);
    MUST(p11->C_Initialize(NULL) == CKR_OK);
    MUST(p11->C_GetSessionInfo(session, &info) == CKR_SESSION_HANDLE_INVALID);
    MUST(p11->C_OpenSession(kind->slot, CKF_SERIAL_SESSION, NULL, NULL, &own) == CKR_OK);
    MUST(p11->C_GetSessionInfo(own, &info) == CKR_OK);
    MUST(info.state == CKS_RO_PUBLIC_SESSION);
    MUST(p11->C_GetAttributeValue(own, key, &id, 1) == CKR_OBJECT_HANDLE_INVALID);
    MUST(p11->C_Login(own, CKU_USER, pin, len) == CKR_OK);
    MUST(kind_sign(own) == CKR_OK);
    MUST(p11->C_Finalize(NULL) == CKR_OK);
}

START_TEST(a_forked_child_begins_anew_with_the_token_and_its_parent_goes_on)
{
    CK_BYTE signature[RSA_SIZE], data[] = "data";
    CK_ULONG len = sizeof signature;
    int status;
    kind_begin(_i);
    session = kind_log_in();
    key = only(session, CKO_PRIVATE_KEY);
    ck_assert_uint_eq(kind_begin_sign(session), CKR_OK);
    ck_assert_uint_eq(p11->C_SignUpdate(session, data, sizeof data), CKR_OK);
    pid_t child = fork();
    ck_assert_int_ne(child, -1);
    if (child == 0) {
        be_a_child();
        _exit(EXIT_SUCCESS);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS);
    ck_assert_uint_eq(p11->C_SignFinal(session, signature, &len), CKR_OK);
    ck_assert_uint_eq(kind_sign(session), CKR_OK);
}
END_TEST

static size_t open_files(void)
{
    size_t count = 0;
    DIR *folder = opendir("/proc/self/fd");
    ck_assert_ptr_nonnull(folder);
    while (readdir(folder))
        count++;
    closedir(folder);
    return count;
}

static void begin_and_end(unsigned times)
{
    CK_SESSION_INFO info;
    for (unsigned i = 0; i < times; i++) {
        session = kind_log_in();
        ck_assert_uint_eq(kind_sign(session), CKR_OK);
        ck_assert_uint_eq(p11->C_Finalize(NULL), CKR_OK);
        ck_assert_uint_eq(p11->C_Initialize(NULL), CKR_OK);
        ck_assert_uint_eq(p11->C_GetSessionInfo(session, &info), CKR_SESSION_HANDLE_INVALID);
    }
}

/* A round takes some 60 KiB and gives them back. What the C library keeps for the next one counts
 * as taken, and the first rounds fill it; small leaks are for the sanitizers to find. */
START_TEST(nothing_is_left_over_from_beginning_to_beginning)
{
    kind_begin(_i);
    begin_and_end(20);
    size_t files = open_files(), memory = mallinfo2().uordblks;
    begin_and_end(20);
    ck_assert_uint_eq(open_files(), files);
    ck_assert_uint_lt(mallinfo2().uordblks, memory + 60 * 1024);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cryptoki/kinds_processes");
    TCase *tcase = tcase_create("processes with every kind");

    stage_attach(tcase);
    kinds_add(tcase, a_forked_child_begins_anew_with_the_token_and_its_parent_goes_on);
    kinds_add(tcase, nothing_is_left_over_from_beginning_to_beginning);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
