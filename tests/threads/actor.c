#include "actor.h"

#include <check.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/pem.h>

#include "stage.h"

#define SLOTS       3
#define MESSAGE_MAX 300

static const CK_SLOT_ID slots[SLOTS] = {AUTH_SLOT, SIGN_SLOT, SOFT_SLOT};
static const char *const pins[SLOTS] = {CARDSIM_AUTH_PIN, CARDSIM_SIGN_PIN, SOFT_PASSPHRASE};
static const char *const certificates[SLOTS] = {"auth.pem", "sign.pem", "auth.pem"};
static EVP_PKEY *keys[SLOTS];

/* Sessions that their owners show: others use them, and close them under their owners' hands. */
static atomic_ulong shown[ACTOR_SESSIONS];

static EVP_PKEY *public_key(const char *certificate)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", CARDSIM_PKI, certificate);
    FILE *file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    X509 *x509 = PEM_read_X509(file, NULL, NULL, NULL);
    EVP_PKEY *key = X509_get_pubkey(x509);
    ck_assert_ptr_nonnull(key);
    X509_free(x509);
    fclose(file);
    return key;
}

void actor_prepare(void)
{
    for (size_t i = 0; i < SLOTS; i++)
        keys[i] = public_key(certificates[i]);
}

void actor_release(void)
{
    for (size_t i = 0; i < SLOTS; i++)
        EVP_PKEY_free(keys[i]);
}

static size_t place_of(CK_SLOT_ID slot)
{
    return slot == AUTH_SLOT ? 0 : slot == SIGN_SLOT ? 1 : 2;
}

static unsigned draw(struct actor *actor, unsigned below)
{
    return (unsigned)rand_r(&actor->seed) % below;
}

static void complain(struct actor *actor, const char *what, CK_RV rv)
{
    if (!actor->complaint[0])
        snprintf(actor->complaint, sizeof actor->complaint, "%s (0x%lx)", what, rv);
}

static CK_RV noted(struct actor *actor, const char *function, CK_RV rv)
{
    if (actor->answered < ACTOR_ANSWERS)
        actor->answers[actor->answered++] = (struct actor_answer){function, rv};
    else
        complain(actor, "there is no room for its answers", rv);
    return rv;
}

#define CALL(function, ...) noted(actor, #function, p11->function(__VA_ARGS__))

/* --- what is computed --- */

static void check_signature(struct actor *actor, CK_SLOT_ID slot, const CK_BYTE *message,
                            size_t len, const CK_BYTE *signature)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, keys[place_of(slot)]) != 1 ||
        EVP_DigestVerify(context, signature, RSA_SIZE, message, len) != 1)
        complain(actor, "a signature does not verify", slot);
    EVP_MD_CTX_free(context);
    actor->signatures++;
}

static CK_OBJECT_HANDLE find_one(struct actor *actor, CK_SESSION_HANDLE session,
                                 CK_OBJECT_CLASS class)
{
    CK_ATTRIBUTE template = {CKA_CLASS, &class, sizeof class};
    CK_OBJECT_HANDLE found = 0;
    CK_ULONG len = 0;
    if (CALL(C_FindObjectsInit, session, &template, 1) != CKR_OK)
        return 0;
    if (CALL(C_FindObjects, session, &found, 1, &len) != CKR_OK || len == 0)
        found = 0;
    (void)CALL(C_FindObjectsFinal, session);
    return found;
}

static CK_RV sign_at_once(struct actor *actor, CK_SESSION_HANDLE session, CK_BYTE *message,
                          size_t len, CK_BYTE *signature)
{
    CK_ULONG size = RSA_SIZE;
    return CALL(C_Sign, session, message, len, signature, &size);
}

static CK_RV sign_in_parts(struct actor *actor, CK_SESSION_HANDLE session, CK_BYTE *message,
                           size_t len, CK_BYTE *signature)
{
    CK_ULONG size = RSA_SIZE;
    CK_RV rv = CALL(C_SignUpdate, session, message, len / 2);
    if (rv == CKR_OK)
        rv = CALL(C_SignUpdate, session, message + len / 2, len - len / 2);
    return rv == CKR_OK ? CALL(C_SignFinal, session, signature, &size) : rv;
}

static CK_RV sign(struct actor *actor, CK_SLOT_ID slot, CK_SESSION_HANDLE session)
{
    CK_MECHANISM mechanism = {CKM_SHA256_RSA_PKCS, NULL, 0};
    CK_BYTE message[MESSAGE_MAX], signature[RSA_SIZE];
    size_t len = 2 + draw(actor, MESSAGE_MAX - 2);
    memset(message, (int)draw(actor, 256), len);
    CK_RV rv = CALL(C_SignInit, session, &mechanism, find_one(actor, session, CKO_PRIVATE_KEY));
    if (rv != CKR_OK)
        return rv;
    rv = draw(actor, 2) ? sign_at_once(actor, session, message, len, signature)
                        : sign_in_parts(actor, session, message, len, signature);
    if (rv == CKR_OK)
        check_signature(actor, slot, message, len, signature);
    else
        (void)CALL(C_SessionCancel, session, CKF_SIGN); /* it may wait for a login */
    return rv;
}

static void digest(struct actor *actor, CK_SESSION_HANDLE session)
{
    CK_MECHANISM mechanism = {CKM_SHA256, NULL, 0};
    CK_BYTE message[MESSAGE_MAX], ours[32], theirs[32];
    CK_ULONG size = sizeof theirs;
    size_t len = draw(actor, MESSAGE_MAX);
    memset(message, (int)draw(actor, 256), len);
    if (CALL(C_DigestInit, session, &mechanism) != CKR_OK ||
        CALL(C_DigestUpdate, session, message, len) != CKR_OK ||
        CALL(C_DigestFinal, session, theirs, &size) != CKR_OK)
        return;
    if (EVP_Digest(message, len, ours, NULL, EVP_sha256(), NULL) != 1 ||
        memcmp(ours, theirs, sizeof ours) != 0)
        complain(actor, "a digest is wrong", size);
    actor->digests++;
}

/* --- what is looked at --- */

static void read_object(struct actor *actor, CK_SESSION_HANDLE session)
{
    static const CK_OBJECT_CLASS classes[] = {CKO_CERTIFICATE, CKO_PUBLIC_KEY, CKO_PRIVATE_KEY};
    CK_BYTE id[64], value[4096];
    CK_ATTRIBUTE wanted[] = {{CKA_ID, id, sizeof id}, {CKA_VALUE, value, sizeof value}};
    CK_OBJECT_CLASS class = classes[draw(actor, 3)];
    CK_OBJECT_HANDLE object = find_one(actor, session, class);
    if (object)
        (void)CALL(C_GetAttributeValue, session, object, wanted, class == CKO_CERTIFICATE ? 2 : 1);
}

static void look_around(struct actor *actor)
{
    CK_SLOT_ID list[8], slot = slots[draw(actor, SLOTS)];
    CK_ULONG count = 8;
    CK_SLOT_INFO slot_info;
    CK_TOKEN_INFO token_info;
    (void)CALL(C_GetSlotList, CK_TRUE, NULL, &count);
    count = 8;
    (void)CALL(C_GetSlotList, CK_TRUE, list, &count);
    (void)CALL(C_GetSlotInfo, slot, &slot_info);
    (void)CALL(C_GetTokenInfo, slot, &token_info);
    (void)CALL(C_WaitForSlotEvent, CKF_DONT_BLOCK, &slot, NULL);
}

/* --- sessions --- */

/* The actor's session in that place, opened where there is none. */
static CK_SESSION_HANDLE session_at(struct actor *actor, unsigned at)
{
    CK_SESSION_HANDLE handle = 0;
    if (actor->sessions[at].handle)
        return actor->sessions[at].handle;
    actor->sessions[at].slot = slots[draw(actor, SLOTS)];
    if (CALL(C_OpenSession, actor->sessions[at].slot, CKF_SERIAL_SESSION, NULL, NULL, &handle) ==
        CKR_OK)
        actor->sessions[at].handle = handle;
    if (handle && !actor->logs_in && draw(actor, 4) == 0)
        atomic_store_explicit(&shown[draw(actor, ACTOR_SESSIONS)], handle, memory_order_relaxed);
    return handle;
}

static void close_at(struct actor *actor, unsigned at)
{
    if (actor->sessions[at].handle)
        (void)CALL(C_CloseSession, actor->sessions[at].handle);
    actor->sessions[at].handle = 0;
}

static void use_anothers(struct actor *actor)
{
    CK_SESSION_INFO info;
    CK_SESSION_HANDLE session =
        atomic_load_explicit(&shown[draw(actor, ACTOR_SESSIONS)], memory_order_relaxed);
    (void)CALL(C_GetSessionInfo, session, &info);
    (void)find_one(actor, session, CKO_CERTIFICATE);
    if (draw(actor, 2))
        (void)CALL(C_CloseSession, session);
}

/* Does the session still live? Another may have closed it. */
static bool lives(struct actor *actor, unsigned at)
{
    CK_SESSION_INFO info;
    CK_SESSION_HANDLE session = session_at(actor, at);
    if (session && CALL(C_GetSessionInfo, session, &info) == CKR_OK)
        return true;
    actor->sessions[at].handle = 0;
    return false;
}

/* --- logins --- */

/* Nobody logs out but this thread, and its session of this slot is nobody else's. But the last
 * session of the authentication slot takes the card's power with it, and with that the signature's
 * login: its password is kept nowhere. */
static bool may_have_lost_its_login(CK_SLOT_ID slot, CK_RV rv)
{
    return slot == SIGN_SLOT && (rv == CKR_USER_NOT_LOGGED_IN || rv == CKR_KEY_HANDLE_INVALID);
}

static void log_in_and_sign(struct actor *actor, CK_SLOT_ID slot)
{
    CK_SESSION_HANDLE session = 0;
    CK_BYTE pin[32];
    const char *text = pins[place_of(slot)];
    memcpy(pin, text, strlen(text));
    if (CALL(C_OpenSession, slot, CKF_SERIAL_SESSION, NULL, NULL, &session) != CKR_OK)
        return;
    CK_RV rv = CALL(C_Login, session, CKU_USER, pin, strlen(text));
    actor->logins += rv == CKR_OK;
    rv = rv == CKR_OK || rv == CKR_USER_ALREADY_LOGGED_IN ? sign(actor, slot, session) : rv;
    if (rv != CKR_OK && actor->untroubled && !may_have_lost_its_login(slot, rv))
        complain(actor, "after a login its own thread cannot sign", rv);
    if (draw(actor, 8) == 0)
        (void)CALL(C_Logout, session);
    if (draw(actor, 12) == 0)
        (void)CALL(C_CloseAllSessions, slot);
    else
        (void)CALL(C_CloseSession, session);
}

static void take_turn(struct actor *actor)
{
    unsigned at = draw(actor, ACTOR_SESSIONS), what = draw(actor, actor->logs_in ? 12 : 6);
    if (what == 0) {
        close_at(actor, at);
    } else if (what == 1) {
        look_around(actor);
    } else if (what == 2) {
        use_anothers(actor);
    } else if (what >= 6) {
        log_in_and_sign(actor, slots[draw(actor, SLOTS)]);
    } else if (lives(actor, at)) {
        CK_SESSION_HANDLE session = actor->sessions[at].handle;
        if (what == 3)
            (void)sign(actor, actor->sessions[at].slot, session);
        else if (what == 4)
            digest(actor, session);
        else
            read_object(actor, session);
    }
}

void *actor_live(void *self)
{
    struct actor *actor = self;
    for (unsigned i = 0; i < actor->turns; i++) {
        take_turn(actor);
        atomic_fetch_add_explicit(&actor->taken, 1, memory_order_relaxed);
    }
    for (unsigned at = 0; at < ACTOR_SESSIONS; at++)
        close_at(actor, at);
    return NULL;
}
