#define MN_LOG_ROOM "card"
#include "card/data_file.h"

#include <string.h>

#include "base/log.h"
#include "iso7816/status.h"
#include "iso7816/tlv.h"

#define HEAD_BYTES 256
#define FILE_MAX   0x7FFF /* READ BINARY reaches no farther */

#define CLA_CARD       0x80
#define INS_SIGN       0x2A
#define P1_AS_IT_IS    0x00
#define P2_DEFAULT_KEY 0x00

mn_rc mn_data_file_read(struct mn_card *card, uint16_t ef, struct mn_bytes *out)
{
    struct mn_bytes content = {0};
    size_t total = 0;
    mn_rc rc = mn_card_read_head(card, ef, MN_DATA_PERSONAL, HEAD_BYTES, &content);
    if (rc)
        goto out;
    if (mn_tlv_length(mn_bytes_span(&content), &total) != MN_OK || total > FILE_MAX) {
        mn_log_info("file %04X holds no data object", ef);
        rc = MN_E_CARD_ANSWER;
        goto out;
    }
    if (content.len > total)
        content.len = total;
    rc = mn_card_read_rest(card, MN_DATA_PERSONAL, total, &content);
    if (rc == MN_OK)
        mn_bytes_move(out, &content);
out:
    mn_bytes_free(&content);
    return rc;
}

mn_rc mn_data_file_read_filled(struct mn_card *card, uint16_t ef, struct mn_bytes *out)
{
    return mn_card_read_head(card, ef, MN_DATA_PERSONAL, HEAD_BYTES, out);
}

mn_rc mn_data_file_prove(struct mn_card *card, struct mn_span digest_info,
                         uint8_t signature[MN_MODULUS_BYTES])
{
    struct mn_apdu sign = {.cla = CLA_CARD,
                           .ins = INS_SIGN,
                           .p1 = P1_AS_IT_IS,
                           .p2 = P2_DEFAULT_KEY,
                           .data = digest_info,
                           .ne = MN_MODULUS_BYTES,
                           .kind = MN_DATA_PERSONAL};
    struct mn_bytes answer = {0};
    uint16_t sw;
    mn_rc rc = mn_card_send(card, &sign, &answer, &sw);
    if (rc == MN_OK)
        rc = mn_sw_rc(sw);
    if (rc == MN_OK && answer.len != MN_MODULUS_BYTES)
        rc = MN_E_CARD_ANSWER;
    if (rc == MN_OK)
        memcpy(signature, answer.ptr, MN_MODULUS_BYTES);
    mn_bytes_free(&answer);
    return rc;
}
