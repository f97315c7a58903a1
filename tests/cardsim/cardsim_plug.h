/* A bench of simulated readers: struct mn_readers without PC/SC, for tests in process.
 *
 * Tests plug and unplug readers and insert and remove cards at any time and from any thread, while
 * others list, wait, or talk to a card. Connections behave as pcscd's do: several may exist to one
 * card; a conversation of one waits for the end of another's; a reset by one is reported to all. */
#ifndef CARDSIM_CARDSIM_PLUG_H
#define CARDSIM_CARDSIM_PLUG_H

#include "cardsim.h"
#include "transport/readers.h"

struct cardsim_bench;

/* A bench without readers. MN_E_MEMORY. */
mn_rc cardsim_bench_new(struct cardsim_bench **out);

/* All mn_readers and connections from it are closed. Cards still inserted lose their power. */
void cardsim_bench_free(struct cardsim_bench **bench);

/* One program's view of the readers; each has a cancel of its own, and its owner closes it.
 * MN_E_MEMORY. */
mn_rc cardsim_bench_open(struct cardsim_bench *bench, struct mn_readers *out);

/* Readers. plug puts it at the end of the list; MN_E_ARGUMENT when the name is there already or
 * too long. In the rest, a reader that is not there is a mistake in the test and aborts it. */
mn_rc cardsim_plug(struct cardsim_bench *bench, const char *reader);
void cardsim_unplug(struct cardsim_bench *bench, const char *reader);

/* Cards. The card stays the caller's; it gets power, and loses it at removal. When remove has
 * returned, nobody uses the card any more: it may go into another reader, or be freed. Removing
 * from an empty reader, as after a fault, is harmless; inserting into a full one is a mistake. */
void cardsim_insert(struct cardsim_bench *bench, const char *reader, struct cardsim *card);
void cardsim_remove(struct cardsim_bench *bench, const char *reader);

/* Takes the card out and puts this one in, perhaps the same, so fast that the service sees nothing:
 * no count changes, connections stay and tell of no reset. It gets no power, and no command is
 * carried, until somebody takes the power away and gives it back. */
void cardsim_slip(struct cardsim_bench *bench, const char *reader, struct cardsim *card);

/* Does the PC/SC service run? While it does not, lists are empty, and connect and begin say
 * MN_E_NO_SERVICE. Connections from before it ended never come back: they say MN_E_REMOVED. It runs
 * at first. */
void cardsim_bench_service(struct cardsim_bench *bench, bool runs);

/* Does this reader carry extended-length commands? If not, it says so, and such a command is
 * MN_E_COMM. It does at first. */
void cardsim_reader_extended(struct cardsim_bench *bench, const char *reader, bool carries);

/* Another program has the card in exclusive mode: connect and begin say MN_E_BUSY. */
void cardsim_reader_hold(struct cardsim_bench *bench, const char *reader, bool held);

/* Another program, in a conversation of its own (so not from a thread that is inside one): selects
 * an application, which counts as a command in the card's record; or resets the card; or takes its
 * power and gives it back. A reader without a card is a mistake. */
void cardsim_other_selects(struct cardsim_bench *bench, const char *reader, struct mn_span aid);
void cardsim_other_resets(struct cardsim_bench *bench, const char *reader);
void cardsim_other_unpowers(struct cardsim_bench *bench, const char *reader);

/* Calls hook before every conversation with the reader's card, when no other one is open: what it
 * does to the card, another program did just before. NULL ends it. The hook calls cardsim_*
 * functions of the card only. */
void cardsim_before_begin(struct cardsim_bench *bench, const char *reader,
                          void (*hook)(void *context, struct cardsim *card), void *context);

/* Conversations begun on the reader, other programs' not counted. */
unsigned cardsim_conversations(struct cardsim_bench *bench, const char *reader);

/* Connections to the reader's card that are open now. */
unsigned cardsim_connections(struct cardsim_bench *bench, const char *reader);

#endif
