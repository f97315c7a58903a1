#include "call_model.h"

#include <string.h>

#include "target.h"

struct model model;

static void end(struct model_operation *op)
{
    mn_bytes_free(&op->data);
    memset(op, 0, sizeof *op);
}

void model_session_closes(struct model_session *session)
{
    CK_SLOT_ID slot = session->slot;
    end(&session->sign);
    end(&session->verify);
    end(&session->digest);
    end(&session->encrypt);
    end(&session->decrypt);
    session->alive = false;
    session->searching = false;
    for (int i = 0; i < MODEL_SESSIONS; i++)
        if (model.sessions[i].alive && model.sessions[i].slot == slot)
            return;
    *model_logged_in(slot) = false; /* 5.6.2 */
}

void model_slot_closes(CK_SLOT_ID slot)
{
    for (int i = 0; i < MODEL_SESSIONS; i++)
        if (model.sessions[i].alive && model.sessions[i].slot == slot)
            model_session_closes(&model.sessions[i]);
}

void model_clear(void)
{
    for (CK_SLOT_ID slot = 0; slot < SHELF_SLOTS; slot++)
        model_slot_closes(SHELF_FIRST_SLOT + slot);
    memset(&model, 0, sizeof model);
}

CK_SESSION_HANDLE model_any_session(struct fuzz_input *input, struct model_session **session)
{
    unsigned what = fuzz_byte(input);
    CK_SESSION_HANDLE handle =
        what < 0xF8 ? model.sessions[what % MODEL_SESSIONS].handle : fuzz_pair(input);
    *session = NULL;
    for (int i = 0; i < MODEL_SESSIONS; i++)
        if (model.sessions[i].alive && model.sessions[i].handle == handle)
            *session = &model.sessions[i];
    return handle;
}

CK_OBJECT_HANDLE model_any_object(struct fuzz_input *input)
{
    unsigned what = fuzz_byte(input);
    return what < 0xF8 ? model.objects[what % MODEL_OBJECTS] : fuzz_pair(input);
}

CK_RV model_session_answered(const struct model_session *session, CK_RV rv)
{
    FUZZ_REQUIRE((rv == CKR_SESSION_HANDLE_INVALID) == !session);
    FUZZ_REQUIRE(rv != CKR_DEVICE_REMOVED && rv != CKR_TOKEN_NOT_PRESENT);
    return rv;
}

void model_session_opens(struct model_session *session, CK_SESSION_HANDLE handle, CK_SLOT_ID slot,
                         bool read_write)
{
    for (int i = 0; i < MODEL_SESSIONS; i++)
        FUZZ_REQUIRE(model.sessions[i].handle != handle);
    *session = (struct model_session){
        .handle = handle, .slot = slot, .alive = true, .read_write = read_write};
}

bool *model_logged_in(CK_SLOT_ID slot)
{
    FUZZ_REQUIRE(slot >= SHELF_FIRST_SLOT && slot < SHELF_FIRST_SLOT + SHELF_SLOTS);
    return &model.logged_in[slot - SHELF_FIRST_SLOT];
}

/* Signatures and decryptions under way end with it. */
void model_logs_out(CK_SLOT_ID slot)
{
    *model_logged_in(slot) = false;
    for (int i = 0; i < MODEL_SESSIONS; i++) {
        if (!model.sessions[i].alive || model.sessions[i].slot != slot)
            continue;
        end(&model.sessions[i].sign);
        end(&model.sessions[i].decrypt);
    }
}

void model_operation_begins(struct model_operation *op, const CK_MECHANISM *mechanism, CK_RV rv)
{
    if (!mechanism) {
        FUZZ_REQUIRE(rv == (op->active ? CKR_OK : CKR_ARGUMENTS_BAD));
        end(op);
        return;
    }
    FUZZ_REQUIRE((rv == CKR_OPERATION_ACTIVE) == op->active);
    if (rv != CKR_OK)
        return;
    op->active = true;
    op->mechanism = *mechanism;
    if (mechanism->ulParameterLen == sizeof op->pss) {
        memcpy(&op->pss, mechanism->pParameter, sizeof op->pss);
        op->mechanism.pParameter = &op->pss;
    }
}

void model_operation_goes_on(struct model_operation *op, struct argument_data data, CK_RV rv)
{
    FUZZ_REQUIRE((rv == CKR_OPERATION_NOT_INITIALIZED) == !op->active);
    if (rv != CKR_OK)
        end(op);
    else if (data.len)
        FUZZ_REQUIRE(mn_bytes_append(&op->data, mn_span(data.at, data.len)) == MN_OK);
}

bool model_operation_ends(struct model_operation *op, const struct argument_room *room, CK_RV rv)
{
    FUZZ_REQUIRE((rv == CKR_OPERATION_NOT_INITIALIZED) == !op->active);
    bool asked = rv == CKR_OK && room && !room->at;
    if (asked || rv == CKR_BUFFER_TOO_SMALL)
        return false;
    end(op);
    return true;
}
