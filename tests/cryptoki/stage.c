#include "stage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend/made_pfx.h"
#include "backend/soft_token.h"
#include "base/scratch.h"
#include "cryptoki/module.h"

CK_FUNCTION_LIST_3_0 *p11;
struct cardsim_bench *bench;
struct cardsim *card;

static mn_rc open_bench(struct mn_readers *out)
{
    return cardsim_bench_open(bench, out);
}

static void set_up(void)
{
    CK_INTERFACE *interface;
    setenv("MYNAKEY_CONFIG", mn_scratch_write("settings", ""), 1);
    setenv("XDG_CACHE_HOME", mn_scratch_path("cache"), 1);
    setenv("XDG_DATA_HOME", mn_scratch_path("data"), 1);
    ck_assert_uint_eq(C_GetInterface(NULL, NULL, &interface, 0), CKR_OK);
    p11 = interface->pFunctionList;
    ck_assert_int_eq(cardsim_bench_new(&bench), MN_OK);
    ck_assert_int_eq(cardsim_plug(bench, READER), MN_OK);
    ck_assert_int_eq(cardsim_new("fresh", CARDSIM_PKI, &card), MN_OK);
    cardsim_insert(bench, READER, card);
    mn_module_use_readers(open_bench);
    ck_assert_uint_eq(p11->C_Initialize(NULL), CKR_OK);
}

static void tear_down(void)
{
    (void)p11->C_Finalize(NULL);
    cardsim_remove(bench, READER);
    cardsim_bench_free(&bench);
    cardsim_free(&card);
}

void stage_attach(TCase *tcase)
{
    mn_scratch_attach(tcase);
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_set_timeout(tcase, 60);
}

void stage_restart(const char *settings)
{
    ck_assert_uint_eq(p11->C_Finalize(NULL), CKR_OK);
    mn_scratch_write("settings", settings);
    ck_assert_uint_eq(p11->C_Initialize(NULL), CKR_OK);
}

void stage_exchange(const char *persona)
{
    cardsim_remove(bench, READER);
    cardsim_free(&card);
    ck_assert_int_eq(cardsim_new(persona, CARDSIM_PKI, &card), MN_OK);
    cardsim_insert(bench, READER, card);
}

static void no_pause(unsigned ms)
{
    (void)ms;
}

const char *stage_shelve(void)
{
    static char path[512];
    unsigned number;
    snprintf(path, sizeof path, "%s", mn_scratch_path("soft.pfx"));
    made_pfx(path);
    struct mn_soft_entry entry = made_entry(path);
    ck_assert_int_eq(mn_soft_shelf_add(&entry, &number), MN_OK);
    ck_assert_uint_eq(number, 1);
    mn_soft_entry_release(&entry);
    mn_soft_token_use_pause(no_pause);
    return path;
}

CK_SESSION_HANDLE open_session(CK_SLOT_ID slot, bool read_write)
{
    CK_SESSION_HANDLE session;
    CK_FLAGS flags = CKF_SERIAL_SESSION | (read_write ? CKF_RW_SESSION : 0);
    ck_assert_uint_eq(p11->C_OpenSession(slot, flags, NULL, NULL, &session), CKR_OK);
    return session;
}

CK_RV login_with(CK_SESSION_HANDLE session, CK_USER_TYPE user, const char *pin)
{
    CK_BYTE bytes[64];
    memcpy(bytes, pin, strlen(pin));
    return p11->C_Login(session, user, bytes, strlen(pin));
}

CK_SESSION_HANDLE log_in(CK_SLOT_ID slot)
{
    CK_SESSION_HANDLE session = open_session(slot, false);
    const char *pin = slot == AUTH_SLOT   ? CARDSIM_AUTH_PIN
                      : slot == SOFT_SLOT ? SOFT_PASSPHRASE
                                          : CARDSIM_SIGN_PIN;
    ck_assert_uint_eq(login_with(session, CKU_USER, pin), CKR_OK);
    return session;
}

size_t find(CK_SESSION_HANDLE session, CK_ATTRIBUTE *template, CK_ULONG count,
            CK_OBJECT_HANDLE *found)
{
    CK_OBJECT_HANDLE room[8];
    CK_ULONG len = 0;
    ck_assert_uint_eq(p11->C_FindObjectsInit(session, template, count), CKR_OK);
    ck_assert_uint_eq(p11->C_FindObjects(session, found ? found : room, 8, &len), CKR_OK);
    ck_assert_uint_eq(p11->C_FindObjectsFinal(session), CKR_OK);
    return len;
}

size_t find_class(CK_SESSION_HANDLE session, CK_OBJECT_CLASS class, CK_OBJECT_HANDLE *found)
{
    CK_ATTRIBUTE template = {CKA_CLASS, &class, sizeof class};
    return find(session, &template, 1, found);
}

CK_OBJECT_HANDLE only(CK_SESSION_HANDLE session, CK_OBJECT_CLASS class)
{
    CK_OBJECT_HANDLE found[8];
    ck_assert_uint_eq(find_class(session, class, found), 1);
    return found[0];
}

CK_ULONG read_value(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type,
                    void *value)
{
    CK_ATTRIBUTE template = {type, value, 4096};
    ck_assert_uint_eq(p11->C_GetAttributeValue(session, object, &template, 1), CKR_OK);
    return template.ulValueLen;
}

CK_RV begin_sign(CK_SESSION_HANDLE session)
{
    CK_MECHANISM mechanism = {CKM_SHA256_RSA_PKCS, NULL, 0};
    return p11->C_SignInit(session, &mechanism, only(session, CKO_PRIVATE_KEY));
}

CK_RV sign_something(CK_SESSION_HANDLE session)
{
    CK_BYTE data[] = "something", signature[RSA_SIZE];
    CK_ULONG len = sizeof signature;
    CK_RV rv = begin_sign(session);
    return rv == CKR_OK ? p11->C_Sign(session, data, sizeof data, signature, &len) : rv;
}
