#include "card/script.h"

#include <check.h>
#include <string.h>

struct mn_span mn_script_token_info(const char *label)
{
    /* Three files at a time. */
    static uint8_t files[4][MN_TOKEN_INFO_BYTES];
    static unsigned next;
    uint8_t *file = files[next++ % 4];

    memset(file, 0xFF, MN_TOKEN_INFO_BYTES);
    memset(file, ' ', 96);
    memcpy(file, label, strlen(label));
    memcpy(file + 32, "00000000000000000000000000000001", 32);
    memcpy(file + 64, "E16R01NJ", 8);
    memcpy(file + 80, "0000000020500003", 16);
    memcpy(file + 140, "0301", 4);
    memset(file + 144, '9', 16);
    return mn_span(file, MN_TOKEN_INFO_BYTES);
}

struct mn_span mn_script_good(struct mn_span content)
{
    static uint8_t answers[64][MN_ANSWER_MAX / 16];
    static unsigned next;
    uint8_t *answer = answers[next++ % 64];

    ck_assert_uint_le(content.len + 2, sizeof answers[0]);
    if (content.len > 0)
        memcpy(answer, content.ptr, content.len);
    memcpy(answer + content.len, "\x90\x00", 2);
    return mn_span(answer, content.len + 2);
}

void mn_script_look(void)
{
    mn_replay_expect_bytes(mn_hex(READ_TOKEN_INFO),
                           mn_script_good(mn_script_token_info(MY_NUMBER_CARD)));
}

struct mn_card *mn_script_card(const struct mn_card_facts *facts)
{
    struct mn_transport transport;
    struct mn_card *card = NULL;

    mn_replay_open(&transport);
    ck_assert_int_eq(mn_card_new(&transport, facts, &card), MN_OK);
    ck_assert_ptr_null(transport.ops);
    return card;
}

struct mn_card *mn_script_identified(const struct mn_card_facts *facts)
{
    struct mn_card *card = mn_script_card(facts);

    mn_replay_expect(SELECT_JPKI, "9000");
    if (facts->sfi == MN_FACT_NO) {
        mn_replay_expect(SELECT_EF("0006"), "9000");
        mn_replay_expect_bytes(mn_hex("00B00000A0"),
                               mn_script_good(mn_script_token_info(MY_NUMBER_CARD)));
    } else {
        mn_script_look();
    }
    ck_assert_int_eq(mn_card_begin(card), MN_OK);
    ck_assert_int_eq(mn_card_identify(card), MN_OK);
    mn_replay_done();
    return card;
}

void mn_script_close(struct mn_card **card)
{
    mn_card_end(*card);
    mn_card_free(card);
    ck_assert(mn_replay_is_closed());
    mn_replay_done();
}
