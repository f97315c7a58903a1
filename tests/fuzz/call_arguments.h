/* Arguments for calls of Cryptoki, made of a fuzzer's bytes. What is pointed to is as long as it is
 * said to be, so that AddressSanitizer sees a byte too many; behind what is written to stand bytes
 * that nobody may touch, for builds without. */
#ifndef MN_TESTS_FUZZ_CALL_ARGUMENTS_H
#define MN_TESTS_FUZZ_CALL_ARGUMENTS_H

#include "input.h"
#include "mynakey/cryptoki.h"

/* Data with their length; NULL and a length now and then. */
struct argument_data {
    CK_BYTE *at;
    CK_ULONG len;
};
struct argument_data argument_data(struct fuzz_input *input);

/* Bytes that are given. */
struct argument_data argument_copy(struct mn_span bytes);

/* Room for an answer. */
struct argument_room {
    CK_BYTE *at;      /* NULL: asks for the size */
    CK_ULONG room;    /* its size */
    CK_ULONG len;     /* what the call makes of it */
    CK_ULONG *len_at; /* of len; NULL now and then */
};
struct argument_room *argument_room(struct fuzz_input *input);

/* After a call that answered rv: no more was written than there was room for. */
void argument_room_check(const struct argument_room *room, CK_RV rv);

/* NULL now and then. Parameters are good or not. */
CK_MECHANISM *argument_mechanism(struct fuzz_input *input);

/* With values to be read, or with room for values. */
struct argument_template {
    CK_ATTRIBUTE *at;
    CK_ULONG len;
};
struct argument_template argument_template(struct fuzz_input *input);
struct argument_template argument_rooms(struct fuzz_input *input);

/* Frees all of them, after a look at what stands behind. */
void arguments_release(void);

#endif
