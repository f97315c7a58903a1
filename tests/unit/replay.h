/* A transport that plays a script: exact commands in, canned answers out.
 *
 * One script a test, played in its order. A command that the script does not have next, a command
 * outside a conversation, or a conversation inside another fails the test. Bytes are in hex; blanks
 * between them are for the reader. */
#ifndef MN_TESTS_UNIT_REPLAY_H
#define MN_TESTS_UNIT_REPLAY_H

#include "transport/transport.h"

/* A transport over the script, which may still grow. It says of itself that it carries
 * extended-length commands. */
void mn_replay_open(struct mn_transport *out);

/* The next command is this one, and this is answered, status word included. */
void mn_replay_expect(const char *command, const char *answer);
void mn_replay_expect_bytes(struct mn_span command, struct mn_span answer);

/* The next command is this one, and it is not carried. */
void mn_replay_fail(const char *command, mn_rc rc);

/* The next command is this one, and the transport claims an answer of len bytes without giving
 * one. */
void mn_replay_lie(const char *command, size_t len);

/* The next thing to come is a power cycle. */
void mn_replay_expect_power_cycle(mn_rc rc);

/* How the next begin turns out, once; else each one succeeds, and the first tells of a reset. */
void mn_replay_begin(mn_rc rc, bool was_reset);

/* Everything in the script has come. */
void mn_replay_done(void);

/* Is the transport closed? */
bool mn_replay_is_closed(void);

/* The bytes that hex spells, in memory that lives as long as the test. */
struct mn_span mn_hex(const char *hex);

#endif
