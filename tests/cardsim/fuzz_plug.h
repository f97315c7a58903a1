/* A card made of a fuzzer's bytes: a transport whose answers are cut from a string.
 *
 * The string is a row of chunks: a length (two bytes, big-endian) and that many bytes, the answer
 * to the next command whatever it is; a chunk that the end of the string cuts short is as long as
 * what is there. Lengths 0 and 1 are no answers: MN_E_COMM. Length FFFE is MN_E_COMM and a reset,
 * FFFF and the end of the string are MN_E_REMOVED, the former without further answers. */
#ifndef CARDSIM_FUZZ_PLUG_H
#define CARDSIM_FUZZ_PLUG_H

#include "transport/transport.h"

/* answers is borrowed as long as the transport lives. MN_E_MEMORY. */
mn_rc cardsim_fuzz_open(struct mn_span answers, struct mn_transport *out);

#endif
