#define MN_LOG_ROOM "card"
#include "card/card.h"

#include <stdlib.h>

#include "base/log.h"
#include "iso7816/exchange.h"
#include "iso7816/status.h"

/* Commands of ISO/IEC 7816-4:2020, 11.2 and 11.3. */
#define INS_SELECT      0xA4
#define INS_READ_BINARY 0xB0
#define P1_BY_AID       0x04
#define P1_EF_UNDER_DF  0x02
#define P2_NO_FCI       0x0C
#define SFI_BIT         0x80
#define SFI_MASK        0x1F
#define P2_CURRENT_EF   0x80

#define SHORT_READ      256
#define READ_OFFSET_MAX 0x7FFF

struct mn_card {
    struct mn_transport transport;
    struct mn_card_facts facts;
    unsigned long epoch, stay;
    bool lost;      /* the last command was not carried */
    bool powerless; /* and the power cycle after it failed */
    bool selected;  /* the application was current when the last conversation ended */
    bool certain;   /* it was seen to be current in this conversation */
    enum mn_application application;
    uint16_t selected_ef; /* the file that SELECT named last in this application; 0: none yet */
    uint16_t reading;     /* the file that mn_card_read_head began */
    bool identified;
    struct mn_bytes identity; /* the content of EF 0006; kept for good */
    struct mn_token_info info;
};

mn_rc mn_card_new(struct mn_transport *transport, const struct mn_card_facts *facts,
                  struct mn_card **out)
{
    struct mn_card *card = calloc(1, sizeof *card);
    if (!card)
        return MN_E_MEMORY;
    card->transport = *transport;
    *transport = (struct mn_transport){0};
    card->facts = *facts;
    card->epoch = card->stay = 1;
    *out = card;
    return MN_OK;
}

void mn_card_free(struct mn_card **card)
{
    if (!*card)
        return;
    mn_transport_close(&(*card)->transport);
    mn_bytes_free(&(*card)->identity);
    free(*card);
    *card = NULL;
}

struct mn_card_facts *mn_card_facts(struct mn_card *card)
{
    return &card->facts;
}

unsigned long mn_card_epoch(const struct mn_card *card)
{
    return card->epoch;
}

unsigned long mn_card_stay(const struct mn_card *card)
{
    return card->stay;
}

const struct mn_token_info *mn_card_info(const struct mn_card *card)
{
    return card->identified ? &card->info : NULL;
}

bool mn_card_is_in(const struct mn_card *card, enum mn_application application)
{
    return card->certain && card->application == application;
}

/* Nothing believed of the card's state holds any more. */
static void lose_state(struct mn_card *card)
{
    card->epoch++;
    card->selected = false;
    card->selected_ef = 0;
    card->certain = false;
}

static mn_rc begin(struct mn_card *card)
{
    bool was_reset = false;
    mn_rc rc = card->transport.ops->begin(card->transport.self, &was_reset);
    if (was_reset) {
        lose_state(card);
        card->identified = false;
        card->lost = card->powerless;
    }
    card->certain = false;
    return rc;
}

/* In a conversation, which is another one afterwards: that begins with a reset. */
static mn_rc revive(struct mn_card *card)
{
    mn_log_info("a command was not carried: the card gets a power cycle");
    card->stay++;
    lose_state(card);
    card->identified = false;
    mn_rc rc = card->transport.ops->power_cycle(card->transport.self);
    card->powerless = rc != MN_OK;
    mn_card_end(card);
    return rc ? rc : begin(card);
}

mn_rc mn_card_begin(struct mn_card *card)
{
    mn_rc rc = begin(card);
    return rc == MN_OK && card->lost ? revive(card) : rc;
}

void mn_card_end(struct mn_card *card)
{
    card->certain = false;
    card->transport.ops->end(card->transport.self);
}

mn_rc mn_card_send(struct mn_card *card, const struct mn_apdu *apdu, struct mn_bytes *data,
                   uint16_t *sw)
{
    mn_rc rc = mn_exchange(&card->transport, apdu, data, sw);
    card->lost = rc == MN_E_COMM;
    if (rc)
        card->certain = false;
    return rc;
}

static mn_rc send_select(struct mn_card *card, enum mn_application application, uint16_t *sw)
{
    struct mn_apdu select = {.ins = INS_SELECT,
                             .p1 = P1_BY_AID,
                             .p2 = P2_NO_FCI,
                             .data = mn_application_id(application),
                             .kind = MN_DATA_PLAIN};
    return mn_card_send(card, &select, NULL, sw);
}

/* Some cards answer 6F00 to whatever comes first after power-up; a second SELECT is harmless. */
static mn_rc select_application(struct mn_card *card, enum mn_application application)
{
    uint16_t sw;
    lose_state(card); /* selecting an application may close the keys of the one before */
    mn_rc rc = send_select(card, application, &sw);
    if (rc == MN_OK && sw == MN_SW_UNKNOWN_FAULT)
        rc = send_select(card, application, &sw);
    if (rc)
        return rc;
    rc = mn_sw_rc(sw);
    if (rc == MN_OK) {
        card->selected = card->certain = true;
        card->application = application;
        return MN_OK;
    }
    mn_log_info("no application %d: %04X", (int)application, sw);
    return rc == MN_E_CARD_ANSWER ? rc : MN_E_NOT_FOUND;
}

mn_rc mn_card_select_ef(struct mn_card *card, uint16_t ef)
{
    uint8_t id[2] = {(uint8_t)(ef >> 8), (uint8_t)ef};
    struct mn_apdu select = {.ins = INS_SELECT,
                             .p1 = P1_EF_UNDER_DF,
                             .p2 = P2_NO_FCI,
                             .data = mn_span(id, sizeof id),
                             .kind = MN_DATA_PLAIN};
    uint16_t sw;
    mn_rc rc = mn_card_send(card, &select, NULL, &sw);
    if (rc == MN_OK)
        rc = mn_sw_rc(sw);
    if (rc == MN_OK)
        card->selected_ef = ef;
    return rc;
}

mn_rc mn_card_name_ef(struct mn_card *card, uint16_t ef, uint8_t *p2)
{
    if (card->facts.sfi == MN_FACT_YES) {
        *p2 = (uint8_t)(SFI_BIT | (ef & SFI_MASK));
        return MN_OK;
    }
    *p2 = P2_CURRENT_EF;
    return mn_card_select_ef(card, ef);
}

static mn_rc read_binary(struct mn_card *card, uint8_t p1, uint8_t p2, enum mn_apdu_data kind,
                         size_t len, struct mn_bytes *out, uint16_t *sw)
{
    struct mn_apdu read = {.ins = INS_READ_BINARY, .p1 = p1, .p2 = p2, .ne = len, .kind = kind};
    mn_rc rc = mn_card_send(card, &read, out, sw);
    if (rc)
        return rc;
    if (out->len > len)
        return MN_E_CARD_ANSWER;
    /* 62xx: a warning, such as the end of the file before Le bytes; the data are good. */
    return (*sw & 0xFF00) == 0x6200 ? MN_OK : mn_sw_rc(*sw);
}

static mn_rc read_head_selected(struct mn_card *card, uint16_t ef, enum mn_apdu_data kind,
                                size_t len, struct mn_bytes *out)
{
    uint16_t sw;
    mn_rc rc = mn_card_select_ef(card, ef);
    return rc ? rc : read_binary(card, 0, 0, kind, len, out, &sw);
}

mn_rc mn_card_read_head(struct mn_card *card, uint16_t ef, enum mn_apdu_data kind, size_t len,
                        struct mn_bytes *out)
{
    card->reading = ef;
    if (card->facts.sfi == MN_FACT_NO)
        return read_head_selected(card, ef, kind, len, out);
    uint16_t sw;
    mn_rc rc = read_binary(card, (uint8_t)(SFI_BIT | (ef & SFI_MASK)), 0, kind, len, out, &sw);
    if (rc == MN_OK)
        card->facts.sfi = MN_FACT_YES;
    if (card->facts.sfi == MN_FACT_YES || (rc != MN_E_REFUSED && rc != MN_E_NOT_FOUND))
        return rc;
    rc = read_head_selected(card, ef, kind, len, out);
    if (rc == MN_OK) {
        mn_log_info("the card takes no short file ids (%04X)", sw);
        card->facts.sfi = MN_FACT_NO;
    }
    return rc;
}

/* Reads one piece in the current file, as long as the card and its reader can. That they cannot is
 * learned only where the short form does what the extended one did not. */
static mn_rc read_piece(struct mn_card *card, enum mn_apdu_data kind, size_t offset, size_t want,
                        struct mn_bytes *piece, uint16_t *sw)
{
    uint8_t p1 = (uint8_t)(offset >> 8), p2 = (uint8_t)offset;
    size_t most = want < SHORT_READ ? want : SHORT_READ;
    if (card->facts.extended != MN_FACT_YES || want <= SHORT_READ)
        return read_binary(card, p1, p2, kind, most, piece, sw);
    mn_rc extended = read_binary(card, p1, p2, kind, want, piece, sw);
    if (extended == MN_OK || extended == MN_E_REMOVED)
        return extended;
    mn_rc rc = read_binary(card, p1, p2, kind, most, piece, sw);
    if (rc == MN_OK) {
        mn_log_info("no extended length here: %s", mn_rc_text(extended));
        card->facts.extended = MN_FACT_NO;
    }
    return rc;
}

/* Most cards make a file current that is read by its short id. Where another was selected before,
 * one that does not would give the tail of that. */
static mn_rc leave_selected_ef(struct mn_card *card)
{
    if (card->selected_ef == 0 || card->selected_ef == card->reading)
        return MN_OK;
    return mn_card_select_ef(card, card->reading);
}

mn_rc mn_card_read_rest(struct mn_card *card, enum mn_apdu_data kind, size_t total,
                        struct mn_bytes *out)
{
    struct mn_bytes piece = {0};
    bool reselected = false;
    mn_rc rc = total > READ_OFFSET_MAX ? MN_E_CARD_ANSWER : MN_OK;
    if (rc == MN_OK && out->len < total)
        rc = leave_selected_ef(card);
    while (rc == MN_OK && out->len < total) {
        uint16_t sw = 0;
        rc = read_piece(card, kind, out->len, total - out->len, &piece, &sw);
        if (rc == MN_E_REFUSED && sw == MN_SW_NO_CURRENT_EF && !reselected) {
            reselected = true; /* this card does not make a file current that is read by its SFI */
            rc = mn_card_select_ef(card, card->reading);
            continue;
        }
        if (rc == MN_E_REFUSED && sw == MN_SW_OFFSET_PAST_END)
            rc = MN_E_CARD_ANSWER;
        if (rc == MN_OK && piece.len == 0)
            rc = MN_E_CARD_ANSWER;
        if (rc == MN_OK)
            rc = mn_bytes_append(out, mn_bytes_span(&piece));
    }
    mn_bytes_free(&piece);
    return rc;
}

/* Is the application current that an earlier conversation left so? */
static mn_rc look_again(struct mn_card *card)
{
    struct mn_bytes content = {0};
    mn_rc rc =
        mn_card_read_head(card, MN_EF_TOKEN_INFO, MN_DATA_PLAIN, MN_TOKEN_INFO_BYTES, &content);
    if (rc == MN_OK && mn_span_equal(mn_bytes_span(&content), mn_bytes_span(&card->identity)))
        card->certain = true;
    mn_bytes_free(&content);
    if (rc == MN_E_REMOVED || rc == MN_E_COMM || rc == MN_E_MEMORY)
        return rc;
    if (!card->certain)
        mn_log_info("another application is current");
    return MN_OK;
}

mn_rc mn_card_enter_jpki(struct mn_card *card, bool keep)
{
    if (mn_card_is_in(card, MN_APPLICATION_JPKI))
        return MN_OK;
    /* With short file ids a look costs one command, as SELECT does; without, two. */
    bool was_in = card->selected && card->application == MN_APPLICATION_JPKI;
    bool look = was_in && card->identified && (keep || card->facts.sfi == MN_FACT_YES);
    mn_rc rc = look ? look_again(card) : MN_OK;
    if (rc || mn_card_is_in(card, MN_APPLICATION_JPKI))
        return rc;
    rc = select_application(card, MN_APPLICATION_JPKI);
    return rc == MN_E_NOT_FOUND ? MN_E_FOREIGN_CARD : rc;
}

/* Only JPKI has a file that tells, without SELECT, whether it is current. */
mn_rc mn_card_enter(struct mn_card *card, enum mn_application application)
{
    if (application == MN_APPLICATION_JPKI)
        return mn_card_enter_jpki(card, true);
    return mn_card_is_in(card, application) ? MN_OK : select_application(card, application);
}

mn_rc mn_card_identify(struct mn_card *card)
{
    struct mn_bytes content = {0};
    mn_rc rc = mn_card_enter_jpki(card, true);
    if (rc)
        goto out;
    rc = mn_card_read_head(card, MN_EF_TOKEN_INFO, MN_DATA_PLAIN, MN_TOKEN_INFO_BYTES, &content);
    if (rc == MN_E_NOT_FOUND || rc == MN_E_REFUSED || rc == MN_E_NOT_LOGGED_IN)
        rc = MN_E_FOREIGN_CARD;
    if (rc)
        goto out;
    if (card->identity.len > 0 &&
        !mn_span_equal(mn_bytes_span(&content), mn_bytes_span(&card->identity))) {
        mn_log_info("another card has taken its place");
        rc = MN_E_REMOVED;
        goto out;
    }
    rc = mn_token_info_read(mn_bytes_span(&content), &card->info);
    if (rc)
        goto out;
    mn_bytes_move(&card->identity, &content);
    card->identified = true;
out:
    mn_bytes_free(&content);
    return rc;
}

mn_rc mn_card_shut(struct mn_card *card)
{
    uint16_t sw;
    bool in_common = card->selected && card->application == MN_APPLICATION_COMMON;
    send_select(card, in_common ? MN_APPLICATION_JUKI : MN_APPLICATION_COMMON, &sw);
    mn_rc rc = card->transport.ops->power_cycle(card->transport.self);
    lose_state(card);
    if (rc)
        mn_log_error("the power cycle failed: %s", mn_rc_text(rc));
    return rc;
}
