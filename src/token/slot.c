#define MN_LOG_ROOM "token"
#include "token/slot.h"

#include <stdlib.h>

#include "base/log.h"
#include "token/rv.h"

mn_rc mn_slot_new(const struct mn_token_place *place, bool show_ca,
                  const struct mn_lock_hooks *hooks, struct mn_slot **out)
{
    struct mn_slot *slot = calloc(1, sizeof *slot);
    if (!slot)
        return MN_E_MEMORY;
    mn_rc rc = mn_lock_init(&slot->lock, hooks);
    if (rc) {
        free(slot);
        return rc;
    }
    slot->id = place->id;
    slot->place = *place;
    slot->show_ca = show_ca;
    slot->handles.slot = place->id;
    *out = slot;
    return MN_OK;
}

static void close_token(struct mn_slot *slot)
{
    mn_objects_free(&slot->objects);
    mn_token_close(&slot->token);
    slot->logged_in = false;
    slot->free_refusals = 0;
}

void mn_slot_free(struct mn_slot **slot)
{
    struct mn_slot *s = *slot;
    if (!s)
        return;
    while (s->sessions) {
        struct mn_session *session = s->sessions;
        s->sessions = session->next;
        mn_session_free(&session);
    }
    close_token(s);
    mn_lock_free(&s->lock);
    free(s);
    *slot = NULL;
}

static void remove_session(struct mn_slot *slot, struct mn_session *session)
{
    struct mn_session **at = &slot->sessions;
    while (*at != session)
        at = &(*at)->next;
    *at = session->next;
    mn_session_free(&session);
}

/* Those that died with an earlier token, and were not asked for since, are forgotten: a program may
 * see a card come and go a thousand times. */
static void lose_token(struct mn_slot *slot)
{
    mn_log_info("slot %lu: the token has left", slot->id);
    for (struct mn_session *s = slot->sessions, *next; s; s = next) {
        next = s->next;
        if (s->dead)
            remove_session(slot, s);
        else
            mn_session_die(s);
    }
    close_token(slot);
}

void mn_slot_enter(struct mn_slot *slot)
{
    struct mn_token_place_state state;
    mn_lock(&slot->lock);
    if (!slot->token.ops)
        return;
    mn_token_place_state(&slot->place, &state);
    if (state.generation != slot->generation) {
        lose_token(slot);
    } else if (slot->logged_in && !mn_slot_is_user(slot)) {
        mn_log_info("slot %lu: the card was reset, the login is over", slot->id);
        mn_slot_end_login(slot, false);
    }
}

void mn_slot_leave(struct mn_slot *slot)
{
    mn_unlock(&slot->lock);
}

static mn_rc open_token(struct mn_slot *slot)
{
    const struct mn_token_place *place = &slot->place;
    if (slot->token.ops)
        return MN_OK;
    mn_rc rc = place->ops->open(place->self, &slot->token, &slot->generation);
    if (rc == MN_OK)
        rc = mn_objects_new(&slot->token, slot->show_ca, &slot->handles, &slot->objects);
    if (rc)
        close_token(slot);
    return rc;
}

CK_RV mn_slot_open_token(struct mn_slot *slot)
{
    return mn_rv(open_token(slot));
}

CK_RV mn_slot_recognise_token(struct mn_slot *slot)
{
    const struct mn_token *token = &slot->token;
    mn_rc rc = open_token(slot);
    if (rc || !token->ops->identify)
        return mn_rv(rc);
    rc = token->ops->identify(token->self);
    bool is_none = rc == MN_E_FOREIGN_CARD || rc == MN_E_OLD_CARD || rc == MN_E_REMOVED;
    return is_none ? mn_rv(rc) : CKR_OK;
}

CK_RV mn_slot_open_session(struct mn_slot *slot, bool read_write, CK_SESSION_HANDLE *out)
{
    CK_RV rv = mn_slot_open_token(slot);
    if (rv != CKR_OK)
        return rv;
    CK_SESSION_HANDLE handle = mn_handle_new(&slot->handles);
    if (handle == CK_INVALID_HANDLE)
        return CKR_SESSION_COUNT;
    struct mn_session *session = mn_session_new(handle, read_write);
    if (!session)
        return CKR_HOST_MEMORY;
    session->next = slot->sessions;
    slot->sessions = session;
    *out = handle;
    return CKR_OK;
}

CK_RV mn_slot_find_session(struct mn_slot *slot, CK_SESSION_HANDLE handle, struct mn_session **out)
{
    struct mn_session *session = slot->sessions;
    while (session && session->handle != handle)
        session = session->next;
    if (!session)
        return CKR_SESSION_HANDLE_INVALID;
    if (session->dead) {
        remove_session(slot, session);
        return CKR_DEVICE_REMOVED;
    }
    *out = session;
    return CKR_OK;
}

/* After a session went: the card's key is closed with the last one. */
static void log_out_without_sessions(struct mn_slot *slot)
{
    if (!slot->token.ops || mn_slot_count_sessions(slot, false) > 0)
        return;
    if (slot->logged_in)
        slot->token.ops->logout(slot->token.self);
    mn_slot_end_login(slot, true);
}

void mn_slot_close_session(struct mn_slot *slot, struct mn_session *session)
{
    remove_session(slot, session);
    log_out_without_sessions(slot);
}

void mn_slot_close_all_sessions(struct mn_slot *slot)
{
    while (slot->sessions)
        remove_session(slot, slot->sessions);
    log_out_without_sessions(slot);
}

CK_ULONG mn_slot_count_sessions(const struct mn_slot *slot, bool read_only)
{
    CK_ULONG count = 0;
    for (const struct mn_session *s = slot->sessions; s; s = s->next)
        if (!s->dead && !(read_only && s->read_write))
            count++;
    return count;
}

bool mn_slot_is_user(const struct mn_slot *slot)
{
    return slot->logged_in && slot->token.ops->is_open(slot->token.self);
}

void mn_slot_end_login(struct mn_slot *slot, bool for_good)
{
    slot->logged_in = false;
    for (struct mn_session *s = slot->sessions; s; s = s->next) {
        if (s->dead)
            continue;
        mn_session_drop_private(s, slot->objects);
        if (!for_good)
            continue;
        mn_operation_end(&s->sign);
        mn_operation_end(&s->decrypt);
    }
    mn_objects_withdraw(slot->objects, for_good);
}
