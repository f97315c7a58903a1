/* One command and its whole answer: 61xx and 6Cxx are followed here (ISO/IEC 7816-4:2020, 5.3.4),
 * and here, where it is known what is secret, the log gets its line. */
#ifndef MN_ISO7816_EXCHANGE_H
#define MN_ISO7816_EXCHANGE_H

#include "iso7816/apdu.h"
#include "transport/transport.h"

/* Sends apdu over t, inside a conversation. *sw becomes the last status word; the answer's data,
 * those before a GET RESPONSE included, replace *data, which may be NULL when none is wanted.
 *
 * Nothing is ever sent twice but after 6Cxx, whose meaning is that nothing was done; a command
 * whose data are secret is not repeated even then. MN_OK whenever there is a status word, good or
 * bad; else the transport's code; MN_E_CARD_ANSWER for an answer without one, or one that goes on
 * for ever; MN_E_MEMORY. */
mn_rc mn_exchange(struct mn_transport *t, const struct mn_apdu *apdu, struct mn_bytes *data,
                  uint16_t *sw);

#endif
