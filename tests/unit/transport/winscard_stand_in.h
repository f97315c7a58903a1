/* A PC/SC service made up by the test: the SCard* functions that the transport room calls, defined
 * in the test program itself.
 *
 * The service has readers, in which a card is or is not. Each function does what pcsc-lite's does,
 * as far as the room can tell, unless a result was ordered for it. All may be called by any
 * thread. */
#ifndef MN_TESTS_UNIT_TRANSPORT_WINSCARD_STAND_IN_H
#define MN_TESTS_UNIT_TRANSPORT_WINSCARD_STAND_IN_H

#include <stdbool.h>

#include <winscard.h>

#include "base/bytes.h"

enum mn_winscard_call {
    MN_ESTABLISH_CONTEXT,
    MN_RELEASE_CONTEXT,
    MN_IS_VALID_CONTEXT,
    MN_LIST_READERS,
    MN_GET_STATUS_CHANGE,
    MN_CANCEL,
    MN_CONNECT,
    MN_RECONNECT,
    MN_DISCONNECT,
    MN_BEGIN_TRANSACTION,
    MN_END_TRANSACTION,
    MN_TRANSMIT,
    MN_STATUS,
    MN_CONTROL,
    MN_WINSCARD_CALLS
};

/* The next call of that function gives that code, and does nothing unless the code is
 * SCARD_S_SUCCESS. Orders for one function are served in turn. */
void mn_winscard_order(enum mn_winscard_call call, LONG code);

/* Called before each call does anything, without any lock. NULL ends it. */
void mn_winscard_watch(void (*watcher)(enum mn_winscard_call call));

/* How often the function was called. */
unsigned mn_winscard_count(enum mn_winscard_call call);

/* What is open now. */
unsigned mn_winscard_contexts(void);
unsigned mn_winscard_connections(void);

/* Does the service run? It does at first. While it does not, every call that would reach it fails.
 */
void mn_winscard_service(bool runs);

/* Readers. state is SCARD_STATE_* with the count of events in the upper half, as the service tells
 * it; setting it wakes who waits for a change. */
void mn_winscard_plug(const char *reader, DWORD state);
void mn_winscard_unplug(const char *reader);
void mn_winscard_set_state(const char *reader, DWORD state);

/* Sleeps until so many threads wait in SCardGetStatusChange. */
void mn_winscard_await_sleepers(unsigned count);

/* What a connection meets with, and what it was asked. */
struct mn_winscard_card {
    DWORD protocol;        /* that a connection gets */
    struct mn_span answer; /* to the next command */
    DWORD answer_len;      /* as claimed; 0: the true one */
    DWORD status;          /* what SCardStatus tells */
    struct mn_span features, properties;
    DWORD features_len, properties_len; /* as claimed; 0: the true ones */

    struct mn_bytes command; /* the last one */
    bool command_in_t0;
    SCARDCONTEXT connected_in;
    DWORD share_mode, protocols, initialization, disposition;
};

extern struct mn_winscard_card mn_winscard_card;

#endif
