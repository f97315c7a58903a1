/* Contexts of the PC/SC service. pcsc-lite makes and releases them under a lock of the whole
 * process, and holds it while it talks to the service: a child that was forked meanwhile by another
 * thread would find it held for ever, and its C_Initialize would not end. Made and released here,
 * contexts keep a fork waiting for that moment. */
#ifndef MN_TRANSPORT_CONTEXT_H
#define MN_TRANSPORT_CONTEXT_H

#include "base/rc.h"

/* Makes a context into *context, which is pcsc-lite's number for it; 0 when it fails. As
 * mn_pcsc_rc, but MN_E_NOT_ALLOWED where the service hangs up: it refuses this user. */
mn_rc mn_pcsc_context_open(long *context);

/* Releases it, and sets it to 0. Harmless on 0. */
void mn_pcsc_context_close(long *context);

#endif
