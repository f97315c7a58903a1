/* The transport over PC/SC, and what the room's files share. SCARD* types stay in the room's .c
 * files. */
#ifndef MN_TRANSPORT_PCSC_H
#define MN_TRANSPORT_PCSC_H

#include "transport/transport.h"

/* As mn_readers_ops.connect. Each connection has a context of its own, for pcsc-lite serialises all
 * calls of one context: readers would wait for each other. */
mn_rc mn_pcsc_connect(const char *reader, struct mn_transport *out);

/* The SCARD_* code of a call that is not inside a conversation, in our words; MN_OK for
 * SCARD_S_SUCCESS. The end of a sleep means something to who sleeps only; elsewhere it is
 * MN_E_COMM. */
mn_rc mn_pcsc_rc(long code);

#endif
