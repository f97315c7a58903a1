/* A host whose OpenSSL configuration loads this very module, through a provider: whoever comes
 * first, neither waits for the other for ever. Each test is a process of its own (Check forks). */
#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/provider.h>

#include "mynakey/cryptoki.h"
#include "runner.h"

static char config[] = "/tmp/mynakey-host-XXXXXX";

static void write_config(void)
{
    int fd = mkstemp(config);
    ck_assert_int_ge(fd, 0);
    FILE *out = fdopen(fd, "w");
    fprintf(out,
            "openssl_conf = init\n[init]\nproviders = providers\n[providers]\n"
            "default = default_section\nours = our_section\n[default_section]\nactivate = 1\n"
            "[our_section]\nmodule = %s\nactivate = 1\n",
            HOST_PROVIDER);
    ck_assert_int_eq(fclose(out), 0);
    setenv("OPENSSL_CONF", config, 1);
    setenv("MYNAKEY_MODULE", HOST_MODULE, 1);
}

static void remove_config(void)
{
    unlink(config);
}

static CK_FUNCTION_LIST *load_module(void)
{
    CK_FUNCTION_LIST *p11 = NULL;
    CK_C_GetFunctionList get;
    void *library = dlopen(HOST_MODULE, RTLD_NOW | RTLD_LOCAL);
    ck_assert_ptr_nonnull(library);
    *(void **)&get = dlsym(library, "C_GetFunctionList");
    ck_assert(get != NULL);
    ck_assert_uint_eq(get(&p11), CKR_OK);
    return p11;
}

static CK_RV provider_result(void)
{
    void *provider = dlopen(HOST_PROVIDER, RTLD_NOW | RTLD_NOLOAD);
    ck_assert_ptr_nonnull(provider);
    const CK_RV *result = dlsym(provider, "host_provider_result");
    ck_assert_ptr_nonnull(result);
    return *result;
}

START_TEST(the_module_can_be_used_while_the_configuration_is_read)
{
    ck_assert_int_eq(OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CONFIG, NULL), 1);
    ck_assert_uint_eq(provider_result(), CKR_OK);
}
END_TEST

START_TEST(a_module_that_comes_first_meets_itself_initialised)
{
    CK_ULONG count = 0;
    CK_FUNCTION_LIST *p11 = load_module();
    ck_assert_uint_eq(p11->C_Initialize(NULL), CKR_CRYPTOKI_ALREADY_INITIALIZED);
    ck_assert_uint_eq(provider_result(), CKR_OK);
    ck_assert_uint_eq(p11->C_GetSlotList(CK_FALSE, NULL, &count), CKR_OK);
    ck_assert_uint_eq(p11->C_Finalize(NULL), CKR_OK);
}
END_TEST

START_TEST(the_host_still_has_its_configuration)
{
    CK_FUNCTION_LIST *p11 = load_module();
    setenv("MYNAKEY_MODULE", "/nonexistent", 1);
    ck_assert_uint_eq(p11->C_Initialize(NULL), CKR_OK);
    ck_assert_int_eq(OSSL_PROVIDER_available(NULL, "ours"), 1);
    ck_assert_uint_eq(p11->C_Finalize(NULL), CKR_OK);
}
END_TEST

#define THREADS 8

struct comer {
    pthread_t thread;
    pthread_barrier_t *barrier;
    CK_FUNCTION_LIST *p11; /* NULL: it comes by way of OpenSSL, and not of the module */
    CK_RV initialized;     /* what C_Initialize told it */
    bool good;
};

static bool make_digest(void)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    return EVP_Digest("", 0, digest, NULL, EVP_sha256(), NULL) == 1;
}

static bool list_slots(const CK_FUNCTION_LIST *p11)
{
    CK_ULONG count = 0;
    return p11->C_GetSlotList(CK_FALSE, NULL, &count) == CKR_OK;
}

static void *come_first(void *self)
{
    struct comer *comer = self;
    pthread_barrier_wait(comer->barrier);
    if (comer->p11) {
        comer->initialized = comer->p11->C_Initialize(NULL);
        comer->good = list_slots(comer->p11);
    } else {
        comer->initialized = CKR_CRYPTOKI_ALREADY_INITIALIZED;
        comer->good = make_digest();
    }
    return NULL;
}

static int firsts(CK_RV initialized)
{
    ck_assert(initialized == CKR_OK || initialized == CKR_CRYPTOKI_ALREADY_INITIALIZED);
    return initialized == CKR_OK;
}

/* OpenSSL tells other threads that the configuration was read as soon as a provider in it calls
 * OpenSSL again, so any of them may be the module's first user: one is, and all can use it. */
START_TEST(threads_that_all_come_first_do_not_wait_for_each_other_for_ever)
{
    struct comer comers[THREADS];
    pthread_barrier_t barrier;
    int first = 0;
    CK_FUNCTION_LIST *p11 = load_module();
    ck_assert_int_eq(pthread_barrier_init(&barrier, NULL, THREADS), 0);
    for (int i = 0; i < THREADS; i++) {
        comers[i] = (struct comer){.barrier = &barrier, .p11 = i % 2 ? p11 : NULL};
        ck_assert_int_eq(pthread_create(&comers[i].thread, NULL, come_first, &comers[i]), 0);
    }
    for (int i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_join(comers[i].thread, NULL), 0);
    for (int i = 0; i < THREADS; i++) {
        ck_assert(comers[i].good);
        first += firsts(comers[i].initialized);
    }
    ck_assert_int_eq(first + firsts(provider_result()), 1);
    pthread_barrier_destroy(&barrier);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("a host with a provider");
    TCase *tcase = tcase_create("provider");
    tcase_add_checked_fixture(tcase, write_config, remove_config);
    tcase_set_timeout(tcase, 60); /* only a wait for ever is a failure */
    tcase_add_test(tcase, the_module_can_be_used_while_the_configuration_is_read);
    tcase_add_test(tcase, a_module_that_comes_first_meets_itself_initialised);
    tcase_add_test(tcase, the_host_still_has_its_configuration);
    tcase_add_loop_test(tcase, threads_that_all_come_first_do_not_wait_for_each_other_for_ever, 0,
                        10);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
