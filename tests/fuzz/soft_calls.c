/* Calls of Cryptoki in any order, with any arguments, over two software certificates: the input is
 * the row of calls. No function answers what docs/datasheet.md does not have, nothing is written
 * beyond its buffer, sessions, logins and operations are as the calls made them (call_model.h), and
 * what is signed and digested is right, as OpenSSL sees it. */
#include <string.h>

#include "backend/soft_token.h"
#include "cardsim_plug.h"
#include "crypto/library.h"
#include "cryptoki/module.h"
#include "folder.h"
#include "soft_steps.h"

/* Enough to open, to log in, and to do all that a key can do. */
#define CALLS_MAX 64

CK_FUNCTION_LIST_3_0 *p11;
struct fuzz_input *input;

static struct cardsim_bench *bench;

static CK_SLOT_ID any_slot(void)
{
    unsigned what = fuzz_byte(input);
    return what < 0xF0 ? SHELF_FIRST_SLOT + what % SHELF_SLOTS : what & 0xF;
}

static bool is_slot(CK_SLOT_ID slot)
{
    return slot >= SHELF_FIRST_SLOT && slot < SHELF_FIRST_SLOT + SHELF_SLOTS;
}

/* Those that are longer than any passphrase are, too. */
static struct argument_data any_passphrase(void)
{
    static const char right[] = SHELF_PASSPHRASE;
    if (fuzz_below(input, 4) == 0)
        return argument_data(input);
    return argument_copy(mn_span((const uint8_t *)right, sizeof right - 1));
}

/* --- slots --- */

static void step_slots(void)
{
    CK_SLOT_ID slots[4];
    CK_ULONG len = fuzz_below(input, 5), room = len;
    CK_SLOT_ID *at = fuzz_below(input, 4) ? slots : NULL;
    CK_RV rv = CALL(C_GetSlotList, (CK_BBOOL)fuzz_below(input, 3), at, &len);
    if (at)
        FUZZ_REQUIRE(rv == (room < SHELF_SLOTS ? CKR_BUFFER_TOO_SMALL : CKR_OK));
    FUZZ_REQUIRE(len == SHELF_SLOTS);
}

/* Of two things that are wrong either may be told. */
static void step_slot_infos(void)
{
    CK_SLOT_ID slot = any_slot();
    CK_SLOT_INFO info;
    CK_TOKEN_INFO token;
    CK_SLOT_INFO *to_info = fuzz_below(input, 8) ? &info : NULL;
    CK_TOKEN_INFO *to_token = fuzz_below(input, 8) ? &token : NULL;
    CK_RV rv = CALL(C_GetSlotInfo, slot, to_info);
    FUZZ_REQUIRE((rv == CKR_OK) == (is_slot(slot) && to_info));
    rv = CALL(C_GetTokenInfo, slot, to_token);
    FUZZ_REQUIRE((rv == CKR_OK) == (is_slot(slot) && to_token));
}

static void step_mechanisms(void)
{
    CK_SLOT_ID slot = any_slot();
    CK_MECHANISM_INFO info;
    CK_MECHANISM_TYPE types[32];
    const CK_MECHANISM *mechanism = argument_mechanism(input);
    CK_ULONG len = fuzz_below(input, LEN(types) + 1), room = len;
    CK_MECHANISM_TYPE *at = fuzz_below(input, 4) ? types : NULL;
    CK_RV rv = CALL(C_GetMechanismList, slot, at, &len);
    if (rv == CKR_OK && at)
        FUZZ_REQUIRE(len <= room);
    if (mechanism)
        (void)CALL(C_GetMechanismInfo, slot, mechanism->mechanism, &info);
}

static void step_event(void)
{
    CK_SLOT_ID slot;
    FUZZ_REQUIRE(CALL(C_WaitForSlotEvent, CKF_DONT_BLOCK, &slot, NULL) == CKR_NO_EVENT);
}

/* --- sessions --- */

static void step_open(void)
{
    struct model_session *session = &model.sessions[fuzz_below(input, MODEL_SESSIONS)];
    CK_SLOT_ID slot = any_slot();
    CK_SESSION_HANDLE handle;
    unsigned what = fuzz_byte(input);
    CK_FLAGS flags = (what < 0xF0 ? CKF_SERIAL_SESSION : 0) | (what & 1 ? CKF_RW_SESSION : 0);
    if (session->alive)
        return;
    CK_RV rv = CALL(C_OpenSession, slot, flags, NULL, NULL, what & 2 || what & 1 ? &handle : NULL);
    if (rv == CKR_OK)
        model_session_opens(session, handle, slot, what & 1);
}

static void step_close(void)
{
    SESSION;
    if (IN_SESSION(C_CloseSession, handle) == CKR_OK)
        model_session_closes(session);
}

/* A slot that nobody has looked for may be none yet: it has no sessions. */
static void step_close_all(void)
{
    CK_SLOT_ID slot = any_slot();
    bool open = false;
    for (int i = 0; i < MODEL_SESSIONS; i++)
        open = open || (model.sessions[i].alive && model.sessions[i].slot == slot);
    CK_RV rv = CALL(C_CloseAllSessions, slot);
    FUZZ_REQUIRE(open ? rv == CKR_OK : is_slot(slot) || rv == CKR_SLOT_ID_INVALID);
    model_slot_closes(slot);
}

static CK_STATE expected_state(const struct model_session *session)
{
    bool user = *model_logged_in(session->slot);
    if (session->read_write)
        return user ? CKS_RW_USER_FUNCTIONS : CKS_RW_PUBLIC_SESSION;
    return user ? CKS_RO_USER_FUNCTIONS : CKS_RO_PUBLIC_SESSION;
}

static void step_session_info(void)
{
    SESSION;
    CK_SESSION_INFO info;
    if (IN_SESSION(C_GetSessionInfo, handle, &info) == CKR_OK)
        FUZZ_REQUIRE(info.state == expected_state(session) && info.slotID == session->slot);
}

static void step_login(void)
{
    SESSION;
    static const CK_USER_TYPE types[] = {CKU_USER, CKU_USER, CKU_USER,
                                         CKU_SO,   9,        CKU_CONTEXT_SPECIFIC};
    struct argument_data pin = any_passphrase();
    CK_USER_TYPE type = types[fuzz_below(input, LEN(types))];
    CK_RV rv = fuzz_below(input, 2)
                   ? IN_SESSION(C_Login, handle, type, pin.at, pin.len)
                   : IN_SESSION(C_LoginUser, handle, type, pin.at, pin.len, NULL, 0);
    if (session && type == CKU_USER)
        FUZZ_REQUIRE(pin.at == NULL ||
                     (rv == CKR_USER_ALREADY_LOGGED_IN) == *model_logged_in(session->slot));
    if (rv == CKR_OK)
        *model_logged_in(session->slot) = true;
}

static void step_logout(void)
{
    SESSION;
    CK_RV rv = IN_SESSION(C_Logout, handle);
    if (!session)
        return;
    FUZZ_REQUIRE(rv == (*model_logged_in(session->slot) ? CKR_OK : CKR_USER_NOT_LOGGED_IN));
    model_logs_out(session->slot);
}

/* Never one that would succeed: hardening the file anew takes longer than all the rest. */
static void step_set_pin(void)
{
    SESSION;
    struct argument_data old = any_passphrase(), new = any_passphrase();
    bool wrong = fuzz_below(input, 2);
    if (wrong && old.at && old.len)
        old.at[0] ^= 1;
    if (!wrong && new.len > 0 && new.at)
        new.at[new.len / 2] = '\0';
    CK_RV rv = IN_SESSION(C_SetPIN, handle, old.at, old.len, new.at, new.len);
    FUZZ_REQUIRE(rv != CKR_OK);
}

static void step_restart(void)
{
    FUZZ_REQUIRE(CALL(C_Finalize, NULL) == CKR_OK);
    model_clear();
    FUZZ_REQUIRE(CALL(C_Initialize, NULL) == CKR_OK);
}

static void step_cancel(void)
{
    SESSION;
    CK_FLAGS flags = 1UL << fuzz_below(input, 20);
    CK_RV rv = IN_SESSION(C_SessionCancel, handle, flags | CKF_FIND_OBJECTS);
    if (rv != CKR_OK)
        return;
    struct {
        CK_FLAGS flag;
        struct model_operation *op;
    } ops[] = {{CKF_SIGN, &session->sign},
               {CKF_VERIFY, &session->verify},
               {CKF_DIGEST, &session->digest},
               {CKF_ENCRYPT, &session->encrypt},
               {CKF_DECRYPT, &session->decrypt}};
    session->searching = false;
    for (size_t i = 0; i < LEN(ops); i++)
        if (flags & ops[i].flag && ops[i].op->active)
            (void)model_operation_ends(ops[i].op, NULL, CKR_OK);
}

/* --- objects --- */

static void keep_found(const CK_OBJECT_HANDLE *found, CK_ULONG len)
{
    for (CK_ULONG i = 0; i < len; i++)
        model.objects[model.objects_given++ % MODEL_OBJECTS] = found[i];
}

static void step_find_init(void)
{
    SESSION;
    struct argument_template template = argument_template(input);
    CK_RV rv = IN_SESSION(C_FindObjectsInit, handle, template.at, template.len);
    if (!session)
        return;
    FUZZ_REQUIRE((rv == CKR_OPERATION_ACTIVE) == session->searching || rv == CKR_ARGUMENTS_BAD);
    session->searching = session->searching || rv == CKR_OK;
}

static void step_find(void)
{
    SESSION;
    CK_OBJECT_HANDLE found[4];
    CK_ULONG len = 0, room = fuzz_below(input, LEN(found) + 1);
    bool good = fuzz_below(input, 8) != 0;
    CK_RV rv = IN_SESSION(C_FindObjects, handle, good ? found : NULL, room, &len);
    if (session && !session->searching)
        FUZZ_REQUIRE(rv == CKR_OPERATION_NOT_INITIALIZED || rv == CKR_ARGUMENTS_BAD);
    if (rv != CKR_OK || !good)
        return;
    FUZZ_REQUIRE(len <= room);
    keep_found(found, len);
}

static void step_find_final(void)
{
    SESSION;
    CK_RV rv = IN_SESSION(C_FindObjectsFinal, handle);
    if (!session)
        return;
    FUZZ_REQUIRE(rv == (session->searching ? CKR_OK : CKR_OPERATION_NOT_INITIALIZED));
    session->searching = false;
}

/* All of a class, at once: what most programs begin with. */
static void step_search(void)
{
    SESSION;
    CK_OBJECT_CLASS class = fuzz_below(input, 5);
    CK_ATTRIBUTE template = {CKA_CLASS, &class, sizeof class};
    CK_OBJECT_HANDLE found[8];
    CK_ULONG len = 0;
    (void)IN_SESSION(C_FindObjectsFinal, handle);
    if (session)
        session->searching = false;
    if (IN_SESSION(C_FindObjectsInit, handle, &template, 1) != CKR_OK)
        return;
    FUZZ_REQUIRE(IN_SESSION(C_FindObjects, handle, found, LEN(found), &len) == CKR_OK);
    FUZZ_REQUIRE(IN_SESSION(C_FindObjectsFinal, handle) == CKR_OK);
    keep_found(found, len);
}

static void step_attributes(void)
{
    SESSION;
    CK_OBJECT_HANDLE object = model_any_object(input);
    struct argument_template template = argument_rooms(input);
    CK_ULONG rooms[8], size;
    for (CK_ULONG i = 0; template.at && i < template.len; i++)
        rooms[i] = template.at[i].ulValueLen;
    (void)IN_SESSION(C_GetAttributeValue, handle, object, template.at, template.len);
    for (CK_ULONG i = 0; template.at && i < template.len && session; i++)
        if (template.at[i].pValue && template.at[i].ulValueLen != CK_UNAVAILABLE_INFORMATION)
            FUZZ_REQUIRE(template.at[i].ulValueLen <= rooms[i]);
    (void)IN_SESSION(C_GetObjectSize, handle, object, &size);
}

static void step_write(void)
{
    SESSION;
    CK_OBJECT_HANDLE object = model_any_object(input), new;
    struct argument_template template = argument_template(input);
    (void)IN_SESSION(C_CreateObject, handle, template.at, template.len, &new);
    (void)IN_SESSION(C_CopyObject, handle, object, template.at, template.len, &new);
    (void)IN_SESSION(C_SetAttributeValue, handle, object, template.at, template.len);
    (void)IN_SESSION(C_DestroyObject, handle, object);
}

/* --- one input --- */

typedef void step(void);

static step *const steps[] = {
    step_slots,        step_slot_infos,     step_mechanisms,    step_event,
    step_open,         step_open,           step_close,         step_close_all,
    step_session_info, step_login,          step_login,         step_logout,
    step_set_pin,      step_restart,        step_cancel,        step_find_init,
    step_find,         step_find_final,     step_search,        step_search,
    step_attributes,   step_write,          step_random,        step_sign_init,
    step_sign,         step_sign_update,    step_sign_final,    step_verify_init,
    step_verify,       step_verify_update,  step_verify_final,  step_digest_init,
    step_digest,       step_digest_update,  step_digest_final,  step_encrypt_init,
    step_encrypt,      step_encrypt_update, step_encrypt_final, step_decrypt_init,
    step_decrypt,      step_decrypt_update, step_decrypt_final};

static mn_rc open_bench(struct mn_readers *out)
{
    return cardsim_bench_open(bench, out);
}

static void no_pause(unsigned ms)
{
    (void)ms;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    CK_INTERFACE *interface;
    (void)argc;
    (void)argv;
    folder_make();
    setenv("MYNAKEY_CONFIG", folder_write("settings", "cache = no\n"), 1);
    soft_shelf_fill(soft_keys);
    answers_load();
    FUZZ_REQUIRE(cardsim_bench_new(&bench) == MN_OK);
    FUZZ_REQUIRE(C_GetInterface(NULL, NULL, &interface, 0) == CKR_OK);
    p11 = interface->pFunctionList;
    /* OpenSSL's context stays between inputs: making one takes longer than most of them. */
    FUZZ_REQUIRE(mn_crypto_open() == MN_OK);
    mn_module_use_readers(open_bench);
    mn_soft_token_use_pause(no_pause);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input bytes = {mn_span(data, size)};
    input = &bytes;
    FUZZ_REQUIRE(CALL(C_Initialize, NULL) == CKR_OK);
    for (unsigned i = 0; i < CALLS_MAX && !fuzz_is_over(input); i++) {
        steps[fuzz_below(input, LEN(steps))]();
        arguments_release();
    }
    model_clear();
    soft_steps_forget();
    FUZZ_REQUIRE(CALL(C_Finalize, NULL) == CKR_OK);
    return 0;
}
