#include "stage.h"

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>

#include "cryptoki/module.h"

struct cardsim_bench *bench;
struct cardsim *card;
CK_FUNCTION_LIST_3_0 *p11;
bool in_module;
bool stage_has_service;

static EVP_PKEY *keys[SIGN_SLOT + 1];

void stage_must(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "the test could not be set up: %s\n", what);
    exit(1);
}

/* --- sleeping --- */

static void (*news)(void);

void stage_set_news(void (*new_news)(void))
{
    news = new_news;
}

bool stage_tell_news(void)
{
    void (*told)(void) = news;
    news = NULL;
    if (told)
        told();
    return told != NULL;
}

void stage_fall_asleep(void)
{
    bool was_in_module = in_module;
    in_module = false;
    if (!stage_tell_news())
        stage_new_stay();
    in_module = was_in_module;
}

/* --- the bench --- */

static bool plugged;

void stage_unplug(void)
{
    if (plugged)
        cardsim_unplug(bench, READER);
    plugged = false;
}

void stage_plug(void)
{
    if (plugged)
        return;
    stage_must(cardsim_plug(bench, READER) == MN_OK, "reader");
    plugged = true;
    cardsim_insert(bench, READER, card);
}

void stage_remove_card(void)
{
    if (plugged)
        cardsim_remove(bench, READER);
}

void stage_new_stay(void)
{
    stage_plug();
    stage_remove_card();
    cardsim_insert(bench, READER, card);
}

/* As the bench's own, but for wait. */
static const struct mn_readers_ops *bench_ops;
static struct mn_readers_ops ops;

static mn_rc wait_for_news(void *self, const struct mn_reader_list *known, unsigned timeout_ms)
{
    stage_fall_asleep();
    return bench_ops->wait(self, known, timeout_ms);
}

mn_rc stage_open_bench(struct mn_readers *out)
{
    mn_rc rc = cardsim_bench_open(bench, out);
    if (rc)
        return rc;
    bench_ops = out->ops;
    ops = *bench_ops;
    ops.wait = wait_for_news;
    out->ops = &ops;
    return MN_OK;
}

/* --- signatures --- */

static EVP_PKEY *read_key(const char *certificate)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", CARDSIM_PKI, certificate);
    FILE *file = fopen(path, "rb");
    stage_must(file, path);
    X509 *x509 = d2i_X509_fp(file, NULL);
    EVP_PKEY *key = X509_get_pubkey(x509);
    stage_must(key, path);
    X509_free(x509);
    fclose(file);
    return key;
}

bool stage_is_signature(CK_SLOT_ID slot, const CK_BYTE *data, size_t len, const CK_BYTE *signature)
{
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    bool right = md && EVP_DigestVerifyInit(md, NULL, EVP_sha256(), NULL, keys[slot]) == 1 &&
                 EVP_DigestVerify(md, signature, RSA_SIZE, data, len) == 1;
    EVP_MD_CTX_free(md);
    return right;
}

/* --- all of it --- */

void stage_prepare(mn_rc (*open)(struct mn_readers *out))
{
    static const CK_BYTE none[RSA_SIZE];
    CK_INTERFACE *interface;
    stage_must(C_GetInterface(NULL, NULL, &interface, 0) == CKR_OK, "C_GetInterface");
    p11 = interface->pFunctionList;
    setenv("MYNAKEY_CONFIG", STRESS_SETTINGS, 1);
    setenv("XDG_CACHE_HOME", "/dev/null/none", 1);
    setenv("XDG_DATA_HOME", "/dev/null/none", 1);
    stage_must(cardsim_bench_new(&bench) == MN_OK, "bench");
    stage_must(cardsim_new("fresh", CARDSIM_PKI, &card) == MN_OK, "card");
    stage_plug();
    mn_module_use_readers(open);
    stage_has_service = open != stage_open_bench;
    keys[AUTH_SLOT] = read_key("auth.der");
    keys[SIGN_SLOT] = read_key("sign.der");
    /* OpenSSL reads up once what it needs, for all that are forked from here. */
    stage_must(!stage_is_signature(AUTH_SLOT, none, sizeof none, none), "signature");
}
