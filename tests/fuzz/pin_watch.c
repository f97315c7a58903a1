#include "pin_watch.h"

#include <string.h>

#include "command.h"
#include "target.h"

enum { INS_VERIFY = 0x20, INS_CHANGE = 0x24, INS_GET_RESPONSE = 0xC0 };

#define PIN_MAX     16
#define REFUSED_MAX 16

struct pin {
    uint8_t bytes[PIN_MAX];
    size_t len;
};

/* What the last command but GET RESPONSE was, whose answer the last status word ends. */
enum last { LAST_OTHER, LAST_QUERY, LAST_PIN, LAST_NEW_PIN };

static struct {
    bool spare_last;
    /* this call */
    enum pin_watch_role role;
    const char *given, *given_new;
    unsigned sent, new_sent;
    /* this conversation */
    enum last last;
    uint8_t p2;
    uint16_t status; /* 0: no answer */
    bool accepted;
    /* this card */
    struct pin on_its_way, kept;
    enum pin_watch_role sent_for;
    struct pin refused[PIN_WATCH_ROLES][REFUSED_MAX];
    unsigned refused_len[PIN_WATCH_ROLES];
    int told[PIN_WATCH_ROLES]; /* tries left, by the last refusal; -1: none since a good PIN */
} watch;

void pin_watch_begin(bool spare_last)
{
    memset(&watch, 0, sizeof watch);
    watch.spare_last = spare_last;
    pin_watch_card_left();
}

void pin_watch_call(enum pin_watch_role role, const char *pin, const char *new_pin)
{
    watch.role = role;
    watch.given = pin;
    watch.given_new = new_pin;
    watch.sent = 0;
    watch.new_sent = 0;
}

void pin_watch_call_ends(void)
{
    pin_watch_call(PIN_WATCH_AUTH, NULL, NULL);
}

void pin_watch_card_left(void)
{
    memset(watch.refused_len, 0, sizeof watch.refused_len);
    memset(&watch.kept, 0, sizeof watch.kept);
    for (int role = 0; role < PIN_WATCH_ROLES; role++)
        watch.told[role] = -1;
}

void pin_watch_conversation(void)
{
    watch.last = LAST_OTHER;
    watch.accepted = false;
}

static bool same(const struct pin *pin, struct mn_span bytes)
{
    return pin->len == bytes.len && memcmp(pin->bytes, bytes.ptr, bytes.len) == 0;
}

static bool is_text(struct mn_span bytes, const char *text)
{
    return text && strlen(text) == bytes.len && memcmp(bytes.ptr, text, bytes.len) == 0;
}

static bool was_refused(enum pin_watch_role role, struct mn_span pin)
{
    for (unsigned i = 0; i < watch.refused_len[role]; i++)
        if (same(&watch.refused[role][i], pin))
            return true;
    return false;
}

static bool is_counter(uint16_t status)
{
    return (status & 0xFFF0) == 0x63C0;
}

/* Did the answer to the question leave more than what is to be kept back? */
static bool may_be_sent(enum pin_watch_role role)
{
    int fewest = watch.spare_last ? 2 : 1;
    if (is_counter(watch.status))
        return (watch.status & 0xF) >= fewest;
    return watch.status == 0x9000 && (watch.told[role] < 0 || watch.told[role] >= fewest);
}

static void note_pin(uint8_t p2, struct mn_span pin)
{
    bool given = is_text(pin, watch.given);
    enum pin_watch_role role = given ? watch.role : PIN_WATCH_AUTH;
    FUZZ_REQUIRE(pin.len <= PIN_MAX);
    FUZZ_REQUIRE(given || (watch.kept.len > 0 && same(&watch.kept, pin)));
    FUZZ_REQUIRE(watch.sent++ == 0);
    FUZZ_REQUIRE(watch.last == LAST_QUERY && watch.p2 == p2);
    FUZZ_REQUIRE(may_be_sent(role));
    FUZZ_REQUIRE(!was_refused(role, pin));
    watch.last = LAST_PIN;
    watch.sent_for = role;
    memcpy(watch.on_its_way.bytes, pin.ptr, pin.len);
    watch.on_its_way.len = pin.len;
}

static void note_new_pin(struct mn_span pin)
{
    FUZZ_REQUIRE(is_text(pin, watch.given_new));
    FUZZ_REQUIRE(watch.new_sent++ == 0 && watch.accepted);
    watch.last = LAST_NEW_PIN;
}

void pin_watch_command(struct mn_span command)
{
    struct cardsim_command parts = {0};
    FUZZ_REQUIRE(cardsim_command_read(command, &parts));
    if (parts.ins == INS_GET_RESPONSE)
        return;
    if (parts.ins == INS_VERIFY && parts.data.len > 0) {
        note_pin(parts.p2, parts.data);
    } else if (parts.ins == INS_CHANGE) {
        note_new_pin(parts.data);
    } else {
        watch.last = parts.ins == INS_VERIFY ? LAST_QUERY : LAST_OTHER;
        watch.p2 = parts.p2;
    }
}

static void refuse(int tries)
{
    enum pin_watch_role role = watch.sent_for;
    if (watch.refused_len[role] < REFUSED_MAX)
        watch.refused[role][watch.refused_len[role]++] = watch.on_its_way;
    if (tries >= 0)
        watch.told[role] = tries;
}

static void note_verdict(void)
{
    if (watch.status == 0x9000) {
        watch.accepted = true;
        watch.told[watch.sent_for] = -1;
        if (watch.sent_for == PIN_WATCH_AUTH)
            watch.kept = watch.on_its_way;
    } else if (is_counter(watch.status)) {
        refuse(watch.status & 0xF);
    } else if (watch.status == 0x6983 || watch.status == 0x6984) {
        refuse(0);
    } else if (watch.status == 0x6300) {
        refuse(-1);
    }
}

/* What was refused may be right now. */
static void note_change(void)
{
    if (watch.status != 0x9000)
        return;
    watch.refused_len[watch.role] = 0;
    watch.told[watch.role] = -1;
    if (watch.role == PIN_WATCH_AUTH) {
        watch.kept.len = strlen(watch.given_new);
        memcpy(watch.kept.bytes, watch.given_new, watch.kept.len);
    }
}

void pin_watch_answer(mn_rc rc, struct mn_span answer)
{
    watch.status = 0;
    if (rc == MN_OK && answer.len >= 2)
        watch.status = (uint16_t)(answer.ptr[answer.len - 2] << 8 | answer.ptr[answer.len - 1]);
    if (rc == MN_E_REMOVED)
        pin_watch_card_left();
    else if (watch.last == LAST_PIN)
        note_verdict();
    else if (watch.last == LAST_NEW_PIN)
        note_change();
}
