#define MN_LOG_ROOM "iso7816"
#include "iso7816/exchange.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/secret.h"

#define INS_GET_RESPONSE 0xC0
#define SW1_MORE         0x61 /* SW2 bytes wait to be fetched */
#define SW1_WRONG_LE     0x6C /* nothing was done; SW2 is the right Le */

/* No file of this card is longer; a card that always has more to say is broken or hostile. */
#define DATA_MAX (2 * 65536)

#define LOG_BYTES 64

static void hex(struct mn_span s, char *out)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < s.len; i++) {
        *out++ = digits[s.ptr[i] >> 4];
        *out++ = digits[s.ptr[i] & 15];
    }
    *out = '\0';
}

/* The only place where a command is logged: of a secret not even the length is told. */
static void log_command(const struct mn_apdu *apdu)
{
    if (!mn_log_wants(MN_LOG_DEBUG))
        return;
    char data[2 * LOG_BYTES + 1] = "";
    if (apdu->kind == MN_DATA_PLAIN)
        hex(mn_span(apdu->data.ptr, apdu->data.len < LOG_BYTES ? apdu->data.len : LOG_BYTES), data);
    mn_log_debug("> %02X %02X %02X %02X data %s le %zu", apdu->cla, apdu->ins, apdu->p1, apdu->p2,
                 apdu->kind == MN_DATA_SECRET ? "(secret)" : data, apdu->ne);
}

static void log_answer(const struct mn_apdu *apdu, size_t len, uint16_t sw)
{
    if (apdu->kind == MN_DATA_SECRET)
        mn_log_debug("< %04X", sw);
    else
        mn_log_debug("< %zu bytes, %04X", len, sw);
}

/* One command as it is: encode, send, split off the status word. buf has MN_ANSWER_MAX bytes. */
static mn_rc send_once(struct mn_transport *t, const struct mn_apdu *apdu, uint8_t *buf,
                       struct mn_span *answer, uint16_t *sw)
{
    struct mn_bytes command = {0};
    mn_rc rc = mn_apdu_encode(apdu, &command);
    if (rc)
        return rc;
    size_t len = MN_ANSWER_MAX;
    log_command(apdu);
    rc = t->ops->transmit(t->self, mn_bytes_span(&command), buf, &len);
    mn_bytes_free(&command);
    if (rc) {
        mn_log_error("the command was not carried: %s", mn_rc_text(rc));
        return rc;
    }
    if (len < 2 || len > MN_ANSWER_MAX) {
        mn_log_error("an answer of %zu bytes has no status word", len);
        return MN_E_CARD_ANSWER;
    }
    *sw = (uint16_t)(buf[len - 2] << 8 | buf[len - 1]);
    *answer = mn_span(buf, len - 2);
    log_answer(apdu, len - 2, *sw);
    return MN_OK;
}

/* What has to be sent next to get the rest of an answer, if anything. */
static bool next_command(struct mn_apdu *apdu, uint16_t sw)
{
    unsigned sw1 = sw >> 8, sw2 = sw & 0xFF;
    size_t len = sw2 ? sw2 : 256;
    if (sw1 == SW1_WRONG_LE && apdu->kind != MN_DATA_SECRET && apdu->ne != len) {
        apdu->ne = len;
        return true;
    }
    if (sw1 == SW1_MORE) {
        *apdu = (struct mn_apdu){
            .cla = apdu->cla, .ins = INS_GET_RESPONSE, .ne = len, .kind = apdu->kind};
        return true;
    }
    return false;
}

mn_rc mn_exchange(struct mn_transport *t, const struct mn_apdu *apdu, struct mn_bytes *data,
                  uint16_t *sw)
{
    struct mn_apdu next = *apdu;
    struct mn_bytes all = {0};
    struct mn_span part;
    uint8_t *buf = malloc(MN_ANSWER_MAX);
    mn_rc rc = MN_E_MEMORY;
    if (!buf)
        goto out;
    size_t rounds = 0;
    do {
        rc = send_once(t, &next, buf, &part, sw);
        if (rc)
            goto out;
        rc = mn_bytes_append(&all, part);
        if (rc)
            goto out;
        if (++rounds > DATA_MAX / 256 || all.len > DATA_MAX) {
            mn_log_error("the answer does not end");
            rc = MN_E_CARD_ANSWER;
            goto out;
        }
    } while (next_command(&next, *sw));
    if (data)
        mn_bytes_move(data, &all);
out:
    if (buf)
        mn_wipe(buf, MN_ANSWER_MAX);
    free(buf);
    mn_bytes_free(&all);
    return rc;
}
