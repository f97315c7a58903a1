/* Readers whose cards do not answer as they should: a view of simulated ones (cardsim_plug.h) that
 * alters what comes back, as the input says.
 *
 * Each command takes a byte of the input. Below 40 it and that many further ones are answered as
 * they are; above, its low bits say what is done to the answer, or happens in its place
 * (altered_card.c), with numbers of the input's where it needs some. After the end of the input
 * everything is honest. */
#ifndef MN_TESTS_FUZZ_ALTERED_CARD_H
#define MN_TESTS_FUZZ_ALTERED_CARD_H

#include "cardsim_plug.h"
#include "input.h"

/* The input's next bytes are for the commands to this card in that reader. Everything is borrowed.
 */
void altered_card_begin(struct fuzz_input *input, struct cardsim_bench *bench, const char *reader,
                        struct cardsim *card);

/* As the above, but the rest of the input is the row of answers of fuzz_plug.h, and no card is
 * asked anything. */
void altered_card_begin_raw(struct fuzz_input *input, struct cardsim_bench *bench);

/* For mn_module_use_readers. */
mn_rc altered_readers_open(struct mn_readers *out);

#endif
