#include "scenario.h"

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cryptoki/module.h"
#include "page.h"
#include "run.h"

#define AUTH_SLOT 1
#define SIGN_SLOT 2
#define RSA_SIZE  256

#define NEW_PIN   "5678"
#define WRONG_PIN "9999"

struct cardsim_bench *bench;
struct cardsim *card;
bool in_module;
static CK_FUNCTION_LIST_3_0 *p11;

/* What the person believes the PIN to be. */
static const char *auth_pin = CARDSIM_AUTH_PIN;

/* --- calls --- */

/* Notes an answer that docs/datasheet.md does not have for the function. */
static CK_RV noted(const char *function, CK_RV rv)
{
    in_module = false;
    if (!page_allows(function, rv))
        run_complain("%s answers %s, which the datasheet does not allow it", function,
                     page_name("CKR_", rv));
    return rv;
}

#define CALL(function, ...) (in_module = true, noted(#function, p11->function(__VA_ARGS__)))

/* --- the world --- */

static mn_rc open_bench(struct mn_readers *out)
{
    return cardsim_bench_open(bench, out);
}

static void must(bool good, const char *what)
{
    if (!good) {
        fprintf(stderr, "the test could not be set up: %s\n", what);
        exit(1);
    }
}

void scenario_prepare(void)
{
    CK_INTERFACE *interface;
    must(C_GetInterface(NULL, NULL, &interface, 0) == CKR_OK, "C_GetInterface");
    p11 = interface->pFunctionList;
    setenv("MYNAKEY_CONFIG", STRESS_SETTINGS, 1);
    setenv("XDG_CACHE_HOME", "/nonexistent", 1);
    setenv("XDG_DATA_HOME", "/nonexistent", 1);
    must(cardsim_bench_new(&bench) == MN_OK, "bench");
    must(cardsim_plug(bench, READER) == MN_OK, "reader");
    must(cardsim_new("fresh", CARDSIM_PKI, &card) == MN_OK, "card");
    cardsim_insert(bench, READER, card);
    mn_module_use_readers(open_bench);
}

CK_RV scenario_begin(void)
{
    return CALL(C_Initialize, NULL);
}

void scenario_end(void)
{
    (void)CALL(C_Finalize, NULL);
}

/* --- steps --- */

static bool ok(CK_RV rv)
{
    return rv == CKR_OK;
}

static bool look_at_slots(void)
{
    CK_SLOT_ID slots[8];
    CK_ULONG count = 8;
    CK_SLOT_INFO slot_info;
    CK_TOKEN_INFO token_info;
    if (!ok(CALL(C_GetSlotList, CK_TRUE, slots, &count)))
        return false;
    for (CK_ULONG i = 0; i < count; i++)
        if (!ok(CALL(C_GetSlotInfo, slots[i], &slot_info)) ||
            !ok(CALL(C_GetTokenInfo, slots[i], &token_info)))
            return false;
    return count == 2;
}

static bool open_session(CK_SLOT_ID slot, CK_FLAGS flags, CK_SESSION_HANDLE *session)
{
    return ok(CALL(C_OpenSession, slot, CKF_SERIAL_SESSION | flags, NULL, NULL, session));
}

static CK_RV log_in(CK_SESSION_HANDLE session, const char *pin)
{
    CK_BYTE bytes[32];
    memcpy(bytes, pin, strlen(pin));
    return CALL(C_Login, session, CKU_USER, bytes, strlen(pin));
}

static bool find(CK_SESSION_HANDLE session, CK_OBJECT_CLASS class, CK_OBJECT_HANDLE *found,
                 CK_ULONG *count)
{
    CK_ATTRIBUTE template = {CKA_CLASS, &class, sizeof class};
    if (!ok(CALL(C_FindObjectsInit, session, &template, 1)))
        return false;
    bool good = ok(CALL(C_FindObjects, session, found, 8, count));
    return ok(CALL(C_FindObjectsFinal, session)) && good;
}

static bool read_certificates(CK_SESSION_HANDLE session)
{
    CK_OBJECT_HANDLE found[8];
    CK_ULONG count = 0;
    if (!find(session, CKO_CERTIFICATE, found, &count) || count == 0)
        return false;
    for (CK_ULONG i = 0; i < count; i++) {
        CK_BYTE value[4096];
        CK_ATTRIBUTE attribute = {CKA_VALUE, value, sizeof value};
        if (!ok(CALL(C_GetAttributeValue, session, found[i], &attribute, 1)))
            return false;
    }
    return true;
}

/* By OpenSSL, with the certificate that the card was made with. */
static bool is_right(const char *certificate, const CK_BYTE *data, size_t len,
                     const CK_BYTE *signature)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", CARDSIM_PKI, certificate);
    FILE *file = fopen(path, "rb");
    X509 *x509 = file ? d2i_X509_fp(file, NULL) : NULL;
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    bool right = x509 && md &&
                 EVP_DigestVerifyInit(md, NULL, EVP_sha256(), NULL, X509_get0_pubkey(x509)) == 1 &&
                 EVP_DigestVerify(md, signature, RSA_SIZE, data, len) == 1;
    EVP_MD_CTX_free(md);
    X509_free(x509);
    if (file)
        fclose(file);
    return right;
}

static const CK_BYTE text[] = "what is signed, in parts or at once";

static bool begin_signature(CK_SESSION_HANDLE session)
{
    CK_MECHANISM mechanism = {CKM_SHA256_RSA_PKCS, NULL, 0};
    CK_OBJECT_HANDLE found[8];
    CK_ULONG count = 0;
    return find(session, CKO_PRIVATE_KEY, found, &count) && count == 1 &&
           ok(CALL(C_SignInit, session, &mechanism, found[0]));
}

static bool accept(const char *certificate, const CK_BYTE *signature, CK_ULONG len)
{
    bool right = len == RSA_SIZE && is_right(certificate, text, sizeof text, signature);
    if (!right)
        run_complain("a signature that is none was given out as one");
    return right;
}

static bool sign_at_once(CK_SESSION_HANDLE session)
{
    CK_BYTE data[sizeof text], signature[RSA_SIZE];
    CK_ULONG len = sizeof signature;
    memcpy(data, text, sizeof text);
    return begin_signature(session) &&
           ok(CALL(C_Sign, session, data, sizeof data, signature, &len)) &&
           accept("auth.der", signature, len);
}

static bool sign_in_parts(CK_SESSION_HANDLE session)
{
    CK_BYTE data[sizeof text], signature[RSA_SIZE];
    CK_ULONG len = 0;
    memcpy(data, text, sizeof text);
    if (!begin_signature(session) || !ok(CALL(C_SignUpdate, session, data, 10)) ||
        !ok(CALL(C_SignUpdate, session, data + 10, sizeof data - 10)) ||
        !ok(CALL(C_SignFinal, session, NULL, &len)) || len != RSA_SIZE)
        return false;
    return ok(CALL(C_SignFinal, session, signature, &len)) && accept("sign.der", signature, len);
}

/* What a program that begins anew does, whatever was before. */
static bool begin(void)
{
    CK_ULONG count;
    if (!ok(CALL(C_GetSlotList, CK_FALSE, NULL, &count)))
        return false;
    CK_RV auth = CALL(C_CloseAllSessions, AUTH_SLOT), sign = CALL(C_CloseAllSessions, SIGN_SLOT);
    return ok(auth) && ok(sign) && look_at_slots();
}

/* --- scenarios --- */

static bool list(void)
{
    CK_SESSION_HANDLE auth, sign;
    CK_MECHANISM_TYPE mechanisms[64];
    CK_ULONG count = 64;
    return begin() && ok(CALL(C_GetMechanismList, AUTH_SLOT, mechanisms, &count)) &&
           open_session(AUTH_SLOT, 0, &auth) && open_session(SIGN_SLOT, 0, &sign) &&
           read_certificates(auth) && read_certificates(sign);
}

static bool log_in_and_out(void)
{
    CK_SESSION_HANDLE session;
    return begin() && open_session(AUTH_SLOT, 0, &session) && ok(log_in(session, auth_pin)) &&
           ok(CALL(C_Logout, session));
}

static bool sign_once(void)
{
    CK_SESSION_HANDLE session;
    return begin() && open_session(AUTH_SLOT, 0, &session) && ok(log_in(session, auth_pin)) &&
           sign_at_once(session) && sign_at_once(session);
}

static bool sign_with_the_signing_key(void)
{
    CK_SESSION_HANDLE session;
    return begin() && open_session(SIGN_SLOT, 0, &session) &&
           ok(log_in(session, CARDSIM_SIGN_PIN)) && read_certificates(session) &&
           sign_in_parts(session) && ok(CALL(C_CloseSession, session));
}

/* Who does not know whether a change came about tries the PIN that was, then the one that should
 * be.
 */
static bool change_pin(void)
{
    CK_SESSION_HANDLE session;
    CK_BYTE before[4], after[4];
    if (!begin() || !open_session(AUTH_SLOT, CKF_RW_SESSION, &session))
        return false;
    CK_RV rv = log_in(session, auth_pin);
    if (rv == CKR_PIN_INCORRECT) {
        auth_pin = strcmp(auth_pin, NEW_PIN) == 0 ? CARDSIM_AUTH_PIN : NEW_PIN;
        rv = log_in(session, auth_pin);
    }
    const char *next = strcmp(auth_pin, NEW_PIN) == 0 ? CARDSIM_AUTH_PIN : NEW_PIN;
    memcpy(before, auth_pin, 4);
    memcpy(after, next, 4);
    if (!ok(rv) || !ok(CALL(C_SetPIN, session, before, 4, after, 4)))
        return false;
    auth_pin = next;
    return true;
}

static bool await_event(void)
{
    CK_SLOT_ID slot;
    if (!begin())
        return false;
    cardsim_unplug(bench, READER);
    bool gone = ok(CALL(C_WaitForSlotEvent, 0, &slot, NULL));
    must(cardsim_plug(bench, READER) == MN_OK, "reader");
    cardsim_insert(bench, READER, card);
    CK_RV back = CALL(C_WaitForSlotEvent, CKF_DONT_BLOCK, &slot, NULL);
    return gone && (ok(back) || back == CKR_NO_EVENT) && look_at_slots();
}

static bool close_all(void)
{
    CK_SESSION_HANDLE auth, sign;
    return begin() && open_session(AUTH_SLOT, 0, &auth) && open_session(SIGN_SLOT, 0, &sign) &&
           ok(log_in(auth, auth_pin)) && ok(log_in(sign, CARDSIM_SIGN_PIN)) &&
           ok(CALL(C_CloseSession, auth)) && ok(CALL(C_CloseAllSessions, SIGN_SLOT)) &&
           !cardsim_is_open(card, CARDSIM_PIN_AUTH) && !cardsim_is_open(card, CARDSIM_PIN_SIGN);
}

/* As programs do that keep what was typed: again and again the same. */
static bool type_a_wrong_pin(void)
{
    CK_SESSION_HANDLE session;
    if (!begin() || !open_session(AUTH_SLOT, 0, &session))
        return false;
    CK_RV first = log_in(session, WRONG_PIN), second = log_in(session, WRONG_PIN);
    return first == CKR_PIN_INCORRECT && second == CKR_PIN_INCORRECT &&
           ok(log_in(session, auth_pin));
}

const struct scenario scenarios[] = {
    {"list", list, false},
    [SCENARIO_LOGIN] = {"login", log_in_and_out, false},
    {"sign", sign_once, false},
    {"sign in parts with the signing key", sign_with_the_signing_key, false},
    {"change the PIN", change_pin, false},
    {"wait for an event", await_event, false},
    {"close", close_all, false},
    {"type a wrong PIN twice", type_a_wrong_pin, true},
};

const unsigned scenarios_len = sizeof scenarios / sizeof scenarios[0];
