/* The simulated My Number Card: bytes in, bytes out.
 *
 * A struct cardsim is a piece of plastic. Its memory (PINs, tries left) outlives power and readers;
 * its state (current application, verified PINs) does not. Everything that the sources of
 * docs/card.md are not sure of is a switch with a name; a persona is a card in some condition, made
 * of switches. All functions may be called by any thread at any time.
 *
 * It plugs into a test in process (cardsim_plug.h) or behind pcscd (mynakey-cardsim). */
#ifndef CARDSIM_CARDSIM_H
#define CARDSIM_CARDSIM_H

#include <stdbool.h>
#include <stdio.h>

#include "base/bytes.h"
#include "base/rc.h"

struct cardsim;

/* Every PIN-like reference on the card. */
enum cardsim_pin {
    CARDSIM_PIN_AUTH,          /* JPKI 0018 */
    CARDSIM_PIN_SIGN,          /* JPKI 001B */
    CARDSIM_PIN_COMMON,        /* common application 001C */
    CARDSIM_PIN_JUKI,          /* resident application 001C */
    CARDSIM_PIN_TEXT,          /* text application 0011 */
    CARDSIM_PIN_TEXT_BLOCKED,  /* text application 0012, blocked when it leaves the factory */
    CARDSIM_PIN_TEXT_A,        /* text application 0014 */
    CARDSIM_PIN_TEXT_B,        /* text application 0015 */
    CARDSIM_PIN_SURFACE_BIRTH, /* surface application 0011 */
    CARDSIM_PIN_SURFACE_B,     /* surface application 0012 */
    CARDSIM_PIN_SURFACE_A,     /* surface application 0013 */
    CARDSIM_PIN_COUNT
};

/* What the fresh card has. */
#define CARDSIM_AUTH_PIN "1234"
#define CARDSIM_SIGN_PIN "ABC123"

/* A card of the named persona with the keys and certificates of the folder pki, which make-pki.sh
 * made. It has no power yet. MN_E_ARGUMENT for an unknown persona, MN_E_FILE, MN_E_MEMORY. */
mn_rc cardsim_new(const char *persona, const char *pki, struct cardsim **out);

/* Harmless on NULL; *card is NULL afterwards. The card is in no reader. */
void cardsim_free(struct cardsim **card);

/* Sets a switch, as in "sfi" = "0": names, values and meanings are in switches.c and printed by
 * mynakey-cardsim --list-switches. MN_E_ARGUMENT for a name or a value that does not exist. */
mn_rc cardsim_set(struct cardsim *card, const char *name, const char *value);

/* The same from "sfi=0". */
mn_rc cardsim_set_text(struct cardsim *card, const char *text);

/* The tables, for people. */
void cardsim_print_switches(FILE *out);
void cardsim_print_personas(FILE *out);

/* Power. On is a cold start; a warm reset of a card without power is one too. Each loses the
 * card's state, as far as the switches say. */
void cardsim_power_on(struct cardsim *card);
void cardsim_power_off(struct cardsim *card);
void cardsim_warm_reset(struct cardsim *card);

/* A number that changes whenever the card has lost its state: power off, power on, reset. */
unsigned long cardsim_epoch(struct cardsim *card);

/* A card put in the wrong way round answers nothing, not even a reset. */
bool cardsim_is_mute(struct cardsim *card);

/* The answer to reset into atr, which has room for CARDSIM_ATR_MAX bytes; returns its length. */
#define CARDSIM_ATR_MAX 33
size_t cardsim_atr(struct cardsim *card, uint8_t *atr);

/* One command and its answer, status word included; answer has room for *answer_len bytes.
 * MN_OK for whatever the card says. MN_E_COMM when it lost its state in the middle or has no power,
 * MN_E_REMOVED when a fault took it out of the reader (it then has no power), MN_E_TOO_SMALL when
 * the answer does not fit. */
mn_rc cardsim_transmit(struct cardsim *card, struct mn_span command, uint8_t *answer,
                       size_t *answer_len);

/* Memory. A reference's tries left; 0 is blocked. */
unsigned cardsim_tries(struct cardsim *card, enum cardsim_pin pin);
void cardsim_set_tries(struct cardsim *card, enum cardsim_pin pin, unsigned tries);

/* Gives the reference another value (1 to 16 bytes) and all its tries. MN_E_ARGUMENT. */
mn_rc cardsim_set_pin(struct cardsim *card, enum cardsim_pin pin, const char *value);

/* Is that the reference's PIN? It costs no try. */
bool cardsim_has_pin(struct cardsim *card, enum cardsim_pin pin, const char *value);

/* Is the reference's PIN verified, now? What a logout must have ended. */
bool cardsim_is_open(struct cardsim *card, enum cardsim_pin pin);

/* Keeps the memory in the file at path: reads it now if it is there, writes it on every change.
 * MN_E_FILE, MN_E_MEMORY. */
mn_rc cardsim_keep_state(struct cardsim *card, const char *path);

/* Faults. "N:KIND[:ARGUMENT]": something happens at the Nth command from now, 1 being the next.
 *
 *   removed        the card leaves the reader before it has done anything
 *   removed-after  it has done the command, but the answer is lost
 *   reset          the card loses its state before it has done anything; no answer
 *   reset-after    it has done the command, loses its state, and the answer is lost
 *   sw:XXXX        this status word, and nothing is done
 *   garbage[:N]    done, but the answer is N (else as many as it had) bytes without sense
 *   truncated[:N]  done, but only the first N (else 1) bytes of the answer arrive
 *   overlong[:N]   done, but N (else 256) bytes too many stand before the status word
 *   slow[:N]       done, after N (else 1000) milliseconds
 *
 * Any number may be waiting. MN_E_ARGUMENT, MN_E_MEMORY. */
mn_rc cardsim_fault(struct cardsim *card, const char *fault);

/* The record: what has been asked of the card since it was made, or since the last clearing.
 * A PIN in a command counts under the reference that it was sent for. */
unsigned cardsim_count(struct cardsim *card);
unsigned cardsim_count_ins(struct cardsim *card, uint8_t ins);
unsigned cardsim_count_verify(struct cardsim *card, enum cardsim_pin pin);
void cardsim_clear_counts(struct cardsim *card);

/* Also writes a line for each command to the end of the file at path: number, command in hex with
 * the bytes of PINs as **, status word, length of the answer's data. NULL closes it. MN_E_FILE. */
mn_rc cardsim_record_to(struct cardsim *card, const char *path);

/* "auth", "sign", ...: the name of a reference in the state file and in the program's answers. */
const char *cardsim_pin_name(enum cardsim_pin pin);

#endif
