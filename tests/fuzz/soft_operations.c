#include "soft_steps.h"

#include <string.h>

#include "signature_check.h"

EVP_PKEY *soft_keys[SHELF_SLOTS];

/* The last good signature and the last ciphertext: what they were made of, with which slot's key.
 */
static struct made {
    struct mn_bytes data, result;
    CK_SLOT_ID slot;
    CK_MECHANISM_TYPE type;
} signature, ciphertext;

static void forget(struct made *made)
{
    mn_bytes_free(&made->data);
    mn_bytes_free(&made->result);
}

void soft_steps_forget(void)
{
    forget(&signature);
    forget(&ciphertext);
}

static struct mn_span room_span(const struct argument_room *room)
{
    return mn_span(room->at, room->len);
}

/* op: what it was before the call, with all its data. */
static void remember(struct made *made, const struct model_session *session,
                     const struct model_operation *op, const struct argument_room *room)
{
    forget(made);
    FUZZ_REQUIRE(mn_bytes_set(&made->data, mn_bytes_span(&op->data)) == MN_OK);
    FUZZ_REQUIRE(mn_bytes_set(&made->result, room_span(room)) == MN_OK);
    made->slot = session->slot;
    made->type = op->mechanism.mechanism;
}

/* The last good one half of the time. */
static struct argument_data made_or_any(const struct made *made)
{
    if (fuzz_below(input, 2) || made->result.len == 0)
        return argument_data(input);
    return argument_copy(mn_bytes_span(&made->result));
}

static struct argument_data no_data(void)
{
    return (struct argument_data){NULL, 0};
}

/* What a call that does all at once gives, to be looked at when it has succeeded. */
static void add_data(struct model_operation *op, struct argument_data data, CK_RV rv,
                     const struct argument_room *room)
{
    if (rv == CKR_OK && data.len && (!room || room->at))
        FUZZ_REQUIRE(mn_bytes_append(&op->data, mn_span(data.at, data.len)) == MN_OK);
}

static bool is_made(CK_RV rv, const struct argument_room *room)
{
    return rv == CKR_OK && room->at;
}

void step_random(void)
{
    SESSION;
    struct argument_data seed = argument_data(input);
    const struct argument_room *room = argument_room(input);
    (void)IN_SESSION(C_SeedRandom, handle, seed.at, seed.len);
    (void)IN_SESSION(C_GenerateRandom, handle, room->at, room->room);
}

/* --- signing --- */

void step_sign_init(void)
{
    SESSION;
    CK_MECHANISM *mechanism = argument_mechanism(input);
    CK_RV rv = IN_SESSION(C_SignInit, handle, mechanism, model_any_object(input));
    if (!session)
        return;
    if (rv == CKR_OK && mechanism)
        FUZZ_REQUIRE(*model_logged_in(session->slot));
    model_operation_begins(&session->sign, mechanism, rv);
}

static void end_sign(struct model_session *session, struct argument_data data,
                     const struct argument_room *room, CK_RV rv)
{
    if (!session)
        return;
    argument_room_check(room, rv);
    add_data(&session->sign, data, rv, room);
    if (is_made(rv, room)) {
        EVP_PKEY *key = soft_keys[session->slot - SHELF_FIRST_SLOT];
        FUZZ_REQUIRE(signature_is_right(key, &session->sign.mechanism,
                                        mn_bytes_span(&session->sign.data), room_span(room)));
        remember(&signature, session, &session->sign, room);
    }
    (void)model_operation_ends(&session->sign, room, rv);
}

void step_sign(void)
{
    SESSION;
    struct argument_data data = argument_data(input);
    struct argument_room *room = argument_room(input);
    end_sign(session, data, room,
             IN_SESSION(C_Sign, handle, data.at, data.len, room->at, room->len_at));
}

void step_sign_update(void)
{
    SESSION;
    struct argument_data data = argument_data(input);
    CK_RV rv = IN_SESSION(C_SignUpdate, handle, data.at, data.len);
    if (session)
        model_operation_goes_on(&session->sign, data, rv);
}

void step_sign_final(void)
{
    SESSION;
    struct argument_room *room = argument_room(input);
    end_sign(session, no_data(), room, IN_SESSION(C_SignFinal, handle, room->at, room->len_at));
}

/* --- verifying --- */

void step_verify_init(void)
{
    SESSION;
    CK_MECHANISM *mechanism = argument_mechanism(input);
    CK_RV rv = IN_SESSION(C_VerifyInit, handle, mechanism, model_any_object(input));
    if (session)
        model_operation_begins(&session->verify, mechanism, rv);
}

/* What is accepted OpenSSL accepts, too. */
static void end_verify(struct model_session *session, struct argument_data data,
                       struct argument_data given, CK_RV rv)
{
    if (!session)
        return;
    add_data(&session->verify, data, rv, NULL);
    if (rv == CKR_OK)
        FUZZ_REQUIRE(signature_is_right(
            soft_keys[session->slot - SHELF_FIRST_SLOT], &session->verify.mechanism,
            mn_bytes_span(&session->verify.data), mn_span(given.at, given.len)));
    (void)model_operation_ends(&session->verify, NULL, rv);
}

void step_verify(void)
{
    SESSION;
    struct argument_data given = made_or_any(&signature);
    struct argument_data data =
        fuzz_below(input, 2) ? argument_data(input) : argument_copy(mn_bytes_span(&signature.data));
    end_verify(session, data, given,
               IN_SESSION(C_Verify, handle, data.at, data.len, given.at, given.len));
}

void step_verify_update(void)
{
    SESSION;
    struct argument_data data = argument_data(input);
    CK_RV rv = IN_SESSION(C_VerifyUpdate, handle, data.at, data.len);
    if (session)
        model_operation_goes_on(&session->verify, data, rv);
}

void step_verify_final(void)
{
    SESSION;
    struct argument_data given = made_or_any(&signature);
    end_verify(session, no_data(), given, IN_SESSION(C_VerifyFinal, handle, given.at, given.len));
}

/* --- digests --- */

void step_digest_init(void)
{
    SESSION;
    CK_MECHANISM *mechanism = argument_mechanism(input);
    CK_RV rv = IN_SESSION(C_DigestInit, handle, mechanism);
    if (session)
        model_operation_begins(&session->digest, mechanism, rv);
}

static void end_digest(struct model_session *session, struct argument_data data,
                       const struct argument_room *room, CK_RV rv)
{
    if (!session)
        return;
    argument_room_check(room, rv);
    add_data(&session->digest, data, rv, room);
    if (is_made(rv, room))
        FUZZ_REQUIRE(digest_is_right(session->digest.mechanism.mechanism,
                                     mn_bytes_span(&session->digest.data), room_span(room)));
    (void)model_operation_ends(&session->digest, room, rv);
}

void step_digest(void)
{
    SESSION;
    struct argument_data data = argument_data(input);
    struct argument_room *room = argument_room(input);
    end_digest(session, data, room,
               IN_SESSION(C_Digest, handle, data.at, data.len, room->at, room->len_at));
}

void step_digest_update(void)
{
    SESSION;
    struct argument_data data = argument_data(input);
    CK_RV rv = IN_SESSION(C_DigestUpdate, handle, data.at, data.len);
    if (session)
        model_operation_goes_on(&session->digest, data, rv);
}

void step_digest_final(void)
{
    SESSION;
    struct argument_room *room = argument_room(input);
    end_digest(session, no_data(), room, IN_SESSION(C_DigestFinal, handle, room->at, room->len_at));
}

/* --- encryption and decryption --- */

void step_encrypt_init(void)
{
    SESSION;
    CK_MECHANISM *mechanism = argument_mechanism(input);
    CK_RV rv = IN_SESSION(C_EncryptInit, handle, mechanism, model_any_object(input));
    if (session)
        model_operation_begins(&session->encrypt, mechanism, rv);
}

static void end_encrypt(struct model_session *session, struct argument_data data,
                        const struct argument_room *room, CK_RV rv)
{
    if (!session)
        return;
    argument_room_check(room, rv);
    add_data(&session->encrypt, data, rv, room);
    if (is_made(rv, room))
        remember(&ciphertext, session, &session->encrypt, room);
    (void)model_operation_ends(&session->encrypt, room, rv);
}

void step_encrypt(void)
{
    SESSION;
    struct argument_data data = argument_data(input);
    struct argument_room *room = argument_room(input);
    end_encrypt(session, data, room,
                IN_SESSION(C_Encrypt, handle, data.at, data.len, room->at, room->len_at));
}

void step_encrypt_update(void)
{
    SESSION;
    struct argument_data data = argument_data(input);
    struct argument_room *room = argument_room(input);
    CK_RV rv = IN_SESSION(C_EncryptUpdate, handle, data.at, data.len, room->at, room->len_at);
    if (session)
        model_operation_goes_on(&session->encrypt, data, rv);
}

void step_encrypt_final(void)
{
    SESSION;
    struct argument_room *room = argument_room(input);
    end_encrypt(session, no_data(), room,
                IN_SESSION(C_EncryptFinal, handle, room->at, room->len_at));
}

void step_decrypt_init(void)
{
    SESSION;
    CK_MECHANISM *mechanism = argument_mechanism(input);
    CK_RV rv = IN_SESSION(C_DecryptInit, handle, mechanism, model_any_object(input));
    if (!session)
        return;
    if (rv == CKR_OK && mechanism)
        FUZZ_REQUIRE(*model_logged_in(session->slot));
    model_operation_begins(&session->decrypt, mechanism, rv);
}

/* The last ciphertext, as it was padded, gives what was encrypted. */
static void end_decrypt(struct model_session *session, struct argument_data data,
                        const struct argument_room *room, CK_RV rv)
{
    if (!session)
        return;
    argument_room_check(room, rv);
    add_data(&session->decrypt, data, rv, room);
    if (is_made(rv, room) && session->slot == ciphertext.slot &&
        session->decrypt.mechanism.mechanism == ciphertext.type &&
        mn_span_equal(mn_bytes_span(&session->decrypt.data), mn_bytes_span(&ciphertext.result)))
        FUZZ_REQUIRE(mn_span_equal(room_span(room), mn_bytes_span(&ciphertext.data)));
    (void)model_operation_ends(&session->decrypt, room, rv);
}

void step_decrypt(void)
{
    SESSION;
    struct argument_data data = made_or_any(&ciphertext);
    struct argument_room *room = argument_room(input);
    end_decrypt(session, data, room,
                IN_SESSION(C_Decrypt, handle, data.at, data.len, room->at, room->len_at));
}

void step_decrypt_update(void)
{
    SESSION;
    struct argument_data data = made_or_any(&ciphertext);
    struct argument_room *room = argument_room(input);
    CK_RV rv = IN_SESSION(C_DecryptUpdate, handle, data.at, data.len, room->at, room->len_at);
    if (session)
        model_operation_goes_on(&session->decrypt, data, rv);
}

void step_decrypt_final(void)
{
    SESSION;
    struct argument_room *room = argument_room(input);
    end_decrypt(session, no_data(), room,
                IN_SESSION(C_DecryptFinal, handle, room->at, room->len_at));
}
