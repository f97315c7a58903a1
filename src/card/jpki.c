#define MN_LOG_ROOM "card"
#include "card/jpki.h"

#include <string.h>

#include "base/log.h"
#include "iso7816/status.h"
#include "iso7816/tlv.h"

#define CLA_CARD     0x80 /* a command of the card's own */
#define INS_SIGN     0x2A
#define HEAD_BYTES   256
#define DER_SEQUENCE 0x30

/* The scheme byte of no scheme. */
#define P1_IMPOSSIBLE 0x7F

mn_rc mn_jpki_certificate(struct mn_card *card, uint16_t ef, enum mn_apdu_data kind,
                          struct mn_span known, struct mn_bytes *out)
{
    struct mn_bytes der = {0};
    size_t total = 0;
    mn_rc rc = mn_card_read_head(card, ef, kind, HEAD_BYTES, &der);
    if (rc)
        goto out;
    if (der.len < 4 || der.ptr[0] != DER_SEQUENCE ||
        mn_tlv_length(mn_bytes_span(&der), &total) != MN_OK) {
        mn_log_info("file %04X holds no certificate", ef);
        rc = MN_E_CARD_ANSWER;
        goto out;
    }
    if (known.len == total && mn_span_begins(known, mn_bytes_span(&der))) {
        rc = mn_bytes_set(out, known);
        goto out;
    }
    if (der.len > total)
        der.len = total; /* the file is padded */
    rc = mn_card_read_rest(card, kind, total, &der);
    if (rc == MN_OK)
        mn_bytes_move(out, &der);
out:
    mn_bytes_free(&der);
    return rc;
}

mn_rc mn_jpki_has_certificate(struct mn_card *card, enum mn_role role, bool *has)
{
    struct mn_bytes content = {0};
    size_t at = role == MN_ROLE_SIGN ? 0 : 1;
    mn_rc rc = mn_card_read_head(card, MN_EF_PRESENCE, MN_DATA_PLAIN, 3, &content);
    *has = rc != MN_OK || content.len <= at || content.ptr[at] != 0;
    mn_bytes_free(&content);
    bool told = rc == MN_OK || rc == MN_E_NOT_FOUND || rc == MN_E_REFUSED ||
                rc == MN_E_NOT_LOGGED_IN || rc == MN_E_CARD_ANSWER;
    return told ? MN_OK : rc;
}

static mn_rc send_sign(struct mn_card *card, uint8_t p1, uint8_t p2, struct mn_span in,
                       struct mn_bytes *answer, uint16_t *sw)
{
    struct mn_apdu sign = {.cla = CLA_CARD,
                           .ins = INS_SIGN,
                           .p1 = p1,
                           .p2 = p2,
                           .data = in,
                           .ne = MN_MODULUS_BYTES,
                           .kind = MN_DATA_PERSONAL};
    return mn_card_send(card, &sign, answer, sw);
}

/* Signs by the quicker form of naming the key. A card that refuses P1 or P2 (6A86) may know only
 * the form with SELECT: asked so, it tells which of the two it meant. */
static mn_rc sign_any_form(struct mn_card *card, uint16_t key, uint8_t p1, struct mn_span in,
                           struct mn_bytes *answer, uint16_t *sw)
{
    uint8_t p2;
    struct mn_card_facts *facts = mn_card_facts(card);
    bool by_sfi = facts->sfi == MN_FACT_YES;
    mn_rc rc = mn_card_name_ef(card, key, &p2);
    if (rc == MN_OK)
        rc = send_sign(card, p1, p2, in, answer, sw);
    if (rc || !by_sfi || *sw != MN_SW_WRONG_P1P2 || !mn_card_is_in(card, MN_APPLICATION_JPKI))
        return rc;
    facts->sfi = MN_FACT_NO;
    rc = mn_card_name_ef(card, key, &p2);
    if (rc == MN_OK)
        rc = send_sign(card, p1, p2, in, answer, sw);
    if (rc || *sw == MN_SW_WRONG_P1P2)
        facts->sfi = MN_FACT_YES; /* it was not the form */
    return rc;
}

static mn_rc sign_sw(struct mn_card *card, enum mn_card_scheme scheme, uint16_t sw)
{
    mn_rc rc = mn_sw_rc(sw);
    if (rc)
        mn_log_info("the card did not sign: %04X", sw);
    if (sw == MN_SW_WRONG_P1P2 && scheme != MN_CARD_PKCS1 &&
        mn_card_is_in(card, MN_APPLICATION_JPKI)) {
        mn_card_facts(card)->pss = MN_FACT_NO;
        return MN_E_UNSUPPORTED;
    }
    return rc;
}

mn_rc mn_jpki_sign(struct mn_card *card, enum mn_role role, enum mn_card_scheme scheme,
                   struct mn_span in, uint8_t signature[MN_MODULUS_BYTES])
{
    size_t longest = scheme == MN_CARD_PKCS1 ? MN_MODULUS_BYTES - 11 : 32;
    size_t shortest = scheme == MN_CARD_PKCS1 ? 1 : 32;
    if (in.len < shortest || in.len > longest)
        return MN_E_DATA_LENGTH;
    struct mn_bytes answer = {0};
    uint16_t sw;
    mn_rc rc = sign_any_form(card, mn_role_profile(role)->key, (uint8_t)scheme, in, &answer, &sw);
    if (rc == MN_OK)
        rc = sign_sw(card, scheme, sw);
    if (rc == MN_OK && answer.len != MN_MODULUS_BYTES)
        rc = MN_E_CARD_ANSWER;
    if (rc == MN_OK)
        memcpy(signature, answer.ptr, MN_MODULUS_BYTES);
    mn_bytes_free(&answer);
    return rc;
}

/* One byte fits no hash value: whatever the card thinks of P1, it makes no signature. */
mn_rc mn_jpki_ask_pss(struct mn_card *card)
{
    struct mn_card_facts *facts = mn_card_facts(card);
    if (facts->pss != MN_FACT_UNKNOWN)
        return MN_OK;
    const uint8_t byte[1] = {0};
    const struct mn_span one = mn_span(byte, sizeof byte);
    uint16_t key = mn_role_profile(MN_ROLE_AUTH)->key, pss = MN_SW_OK, impossible = MN_SW_OK;
    uint8_t p2;
    mn_rc rc = mn_card_enter_jpki(card, true);
    if (rc == MN_OK)
        rc = sign_any_form(card, key, MN_CARD_PSS_SHA256, one, NULL, &pss);
    bool refused = rc == MN_OK && pss == MN_SW_WRONG_P1P2;
    if (refused)
        rc = mn_card_name_ef(card, key, &p2);
    if (refused && rc == MN_OK)
        rc = send_sign(card, P1_IMPOSSIBLE, p2, one, NULL, &impossible);
    if (rc)
        return rc;
    bool none = refused && impossible == MN_SW_WRONG_P1P2;
    facts->pss = none ? MN_FACT_NO : MN_FACT_YES;
    mn_log_info("PSS: %04X, %s", pss, none ? "no" : "yes");
    return MN_OK;
}
