/* A My Number Card in conversation: which application is current, which command forms it takes,
 * and since when its state can be believed.
 *
 * All functions that send commands want an open conversation (mn_card_begin ... mn_card_end) and
 * one thread at a time: the owner, src/backend/card_reader, locks. */
#ifndef MN_CARD_CARD_H
#define MN_CARD_CARD_H

#include "card/profile.h"
#include "card/token_info.h"
#include "iso7816/apdu.h"
#include "transport/transport.h"

/* What is not known yet is tried in its quicker form first, and never tried again once known. */
enum mn_fact { MN_FACT_UNKNOWN, MN_FACT_YES, MN_FACT_NO };

/* What a card can do beyond what every tool uses. */
struct mn_card_facts {
    enum mn_fact sfi;      /* takes short file ids in READ BINARY, VERIFY and the sign command */
    enum mn_fact extended; /* it and its reader carry extended-length APDUs */
    enum mn_fact pss;      /* has the PSS scheme */
};

struct mn_card;

/* Takes over the transport, sends nothing. *facts is what was known before. MN_E_MEMORY. */
mn_rc mn_card_new(struct mn_transport *transport, const struct mn_card_facts *facts,
                  struct mn_card **out);
void mn_card_free(struct mn_card **card);

/* The facts as they are known now: the owner may change them. */
struct mn_card_facts *mn_card_facts(struct mn_card *card);

/* Begins and ends a conversation. A reset since the last one begins a new epoch, and the card has
 * to be identified anew. Where the last command was not carried and no reset explains it, the card
 * may have been taken out and put back before the service looked, or another put in: it has no
 * power, or a state that nobody knows. Then it gets a power cycle first, and a new stay begins. The
 * transport's codes. After a failed begin no end is due. */
mn_rc mn_card_begin(struct mn_card *card);
void mn_card_end(struct mn_card *card);

/* A number that changes whenever everything believed of the card's state has ended: reset, power
 * cycle, another application found current. Whoever verified a PIN compares it. */
unsigned long mn_card_epoch(const struct mn_card *card);

/* A number that changes whenever the card may have left its reader unseen. Whoever holds something
 * that a card taken out must not have left, such as a PIN, compares it. */
unsigned long mn_card_stay(const struct mn_card *card);

/* Makes the JPKI application current and knows it for certain, with the fewest commands: where this
 * conversation has seen it, none; where an earlier one did, a read of EF 0006, which harms no
 * verified PIN; else SELECT, which begins a new epoch. keep tells that a verified PIN is worth an
 * extra command. MN_E_FOREIGN_CARD, MN_E_CARD_ANSWER, the transport's codes. */
mn_rc mn_card_enter_jpki(struct mn_card *card, bool keep);

/* Makes any application current: JPKI as above, sparing a verified PIN; another by SELECT, unless
 * this conversation has seen it. Then a new epoch begins: what other PINs had opened is closed, for
 * every program that shares the card. MN_E_NOT_FOUND where the card has no such application (for
 * JPKI MN_E_FOREIGN_CARD), MN_E_CARD_ANSWER, the transport's codes. */
mn_rc mn_card_enter(struct mn_card *card, enum mn_application application);

/* Has this conversation seen that application current? Sends nothing. */
bool mn_card_is_in(const struct mn_card *card, enum mn_application application);

/* Selects an application where nothing was opened, then takes the power from the card: no key or
 * PIN stays open, on any card of either manner. Both are tried even if one fails.
 * The transport's codes of the power cycle. Begins a new epoch in any case. */
mn_rc mn_card_shut(struct mn_card *card);

/* Reads EF 0006 and tells what card this is; enters the JPKI application for it.
 * MN_E_FOREIGN_CARD when there is none; MN_E_REMOVED when an earlier call found another card. The
 * result is kept for mn_card_info. */
mn_rc mn_card_identify(struct mn_card *card);

/* What mn_card_identify found; NULL before, and after a reset until it was called again. Valid as
 * long as the card. */
const struct mn_token_info *mn_card_info(const struct mn_card *card);

/* For the other files of this room: one command; a status word other than 9000 is no error here.
 * Nothing is believed of the conversation's state if it fails. */
mn_rc mn_card_send(struct mn_card *card, const struct mn_apdu *apdu, struct mn_bytes *data,
                   uint16_t *sw);

/* For the other files of this room: makes ef the current file. MN_E_NOT_FOUND, MN_E_REFUSED. */
mn_rc mn_card_select_ef(struct mn_card *card, uint16_t ef);

/* For the other files of this room: which elementary file the P2 of a command names. Where short
 * file ids are taken, 80|sfi and no command; else SELECT EF and 80. MN_E_NOT_FOUND. */
mn_rc mn_card_name_ef(struct mn_card *card, uint16_t ef, uint8_t *p2);

/* For the other files of this room: reads len bytes (at most 256) from the beginning of ef, which
 * is then the current file; fewer where the file is shorter. */
mn_rc mn_card_read_head(struct mn_card *card, uint16_t ef, enum mn_apdu_data kind, size_t len,
                        struct mn_bytes *out);

/* For the other files of this room: reads on in the current file from offset until *out holds
 * total bytes. MN_E_CARD_ANSWER when the file ends before. */
mn_rc mn_card_read_rest(struct mn_card *card, enum mn_apdu_data kind, size_t total,
                        struct mn_bytes *out);

#endif
