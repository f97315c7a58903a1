#include "backend/desk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/scratch.h"
#include "card/jpki.h"
#include "crypto/library.h"

struct mn_desk mn_desk;

static struct mn_span text(const char *s)
{
    return mn_span(s, strlen(s));
}

void mn_desk_set(const char *switches)
{
    char copy[256], *rest = copy, *word;

    snprintf(copy, sizeof copy, "%s", switches);
    while ((word = strsep(&rest, " "))) {
        char *value = strchr(word, '=');

        if (!value)
            continue;
        *value = '\0';
        ck_assert_int_eq(cardsim_set(mn_desk.card, word, value + 1), MN_OK);
    }
}

void mn_desk_exchange(const char *persona, const char *switches)
{
    cardsim_remove(mn_desk.bench, MN_DESK_READER);
    cardsim_free(&mn_desk.card);
    ck_assert_int_eq(cardsim_new(persona, CARDSIM_PKI, &mn_desk.card), MN_OK);
    mn_desk_set(switches);
    cardsim_insert(mn_desk.bench, MN_DESK_READER, mn_desk.card);
}

void mn_desk_open_pool(void)
{
    struct mn_readers readers;

    ck_assert_int_eq(cardsim_bench_open(mn_desk.bench, &readers), MN_OK);
    ck_assert_int_eq(mn_reader_pool_open(&readers, &mn_desk.settings, NULL, &mn_desk.pool), MN_OK);
    ck_assert_ptr_null(readers.ops);
    mn_desk_refresh();
}

void mn_desk_close_pool(void)
{
    for (int role = 0; role < MN_ROLE_COUNT; role++)
        mn_desk_close_token((enum mn_role)role);
    mn_reader_pool_close(&mn_desk.pool);
    ck_assert_ptr_null(mn_desk.pool);
}

static void set_up(void)
{
    ck_assert_int_eq(setenv("HOME", mn_scratch_path(""), 1), 0);
    ck_assert_int_eq(unsetenv("XDG_CACHE_HOME"), 0);
    ck_assert_int_eq(unsetenv("XDG_DATA_HOME"), 0);
    ck_assert_int_eq(mn_crypto_open(), MN_OK);
    mn_settings_default(&mn_desk.settings);
    ck_assert_int_eq(cardsim_bench_new(&mn_desk.bench), MN_OK);
    ck_assert_int_eq(cardsim_plug(mn_desk.bench, MN_DESK_READER), MN_OK);
    ck_assert_int_eq(cardsim_new("fresh", CARDSIM_PKI, &mn_desk.card), MN_OK);
    cardsim_insert(mn_desk.bench, MN_DESK_READER, mn_desk.card);
    mn_desk_open_pool();
}

static void tear_down(void)
{
    mn_desk_close_pool();
    cardsim_bench_free(&mn_desk.bench);
    cardsim_free(&mn_desk.card);
    mn_crypto_close();
}

void mn_desk_attach(TCase *tcase)
{
    mn_scratch_attach(tcase);
    tcase_add_checked_fixture(tcase, set_up, tear_down);
}

void mn_desk_refresh(void)
{
    ck_assert_int_eq(mn_reader_pool_refresh(mn_desk.pool), MN_OK);
}

struct mn_card_reader *mn_desk_reader(size_t index)
{
    struct mn_card_reader *reader = mn_reader_pool_at(mn_desk.pool, index);

    ck_assert_ptr_nonnull(reader);
    return reader;
}

struct mn_card_reader_state mn_desk_state(void)
{
    struct mn_card_reader_state state;

    mn_card_reader_state(mn_desk_reader(0), &state);
    return state;
}

mn_rc mn_desk_try_token(enum mn_role role)
{
    return mn_card_reader_token(mn_desk_reader(0), role, &mn_desk.tokens[role],
                                &mn_desk.generations[role]);
}

struct mn_token *mn_desk_token(enum mn_role role)
{
    if (!mn_desk.tokens[role].ops)
        ck_assert_int_eq(mn_desk_try_token(role), MN_OK);
    return &mn_desk.tokens[role];
}

void mn_desk_close_token(enum mn_role role)
{
    mn_token_close(&mn_desk.tokens[role]);
    ck_assert_ptr_null(mn_desk.tokens[role].ops);
}

mn_rc mn_desk_login(enum mn_role role, const char *pin)
{
    struct mn_token *token = mn_desk_token(role);

    return token->ops->login(token->self, text(pin));
}

mn_rc mn_desk_set_pin(enum mn_role role, const char *old_pin, const char *new_pin)
{
    struct mn_token *token = mn_desk_token(role);

    return token->ops->set_pin(token->self, text(old_pin), text(new_pin));
}

void mn_desk_logout(enum mn_role role)
{
    struct mn_token *token = mn_desk_token(role);

    token->ops->logout(token->self);
}

bool mn_desk_is_open(enum mn_role role)
{
    struct mn_token *token = mn_desk_token(role);

    return token->ops->is_open(token->self);
}

mn_rc mn_desk_sign(enum mn_role role)
{
    static const struct mn_scheme pkcs1 = {.kind = MN_SCHEME_PKCS1};
    struct mn_token *token = mn_desk_token(role);
    uint8_t signature[MN_MODULUS_BYTES];
    size_t len = sizeof signature;
    mn_rc rc =
        token->ops->sign(token->self, token->facts->key_ref, &pkcs1, text("data"), signature, &len);

    if (rc == MN_OK)
        ck_assert_uint_eq(len, MN_MODULUS_BYTES);
    return rc;
}

mn_rc mn_desk_load(enum mn_role role, unsigned want, struct mn_view *out)
{
    struct mn_token *token = mn_desk_token(role);

    return token->ops->load(token->self, want, out);
}

int mn_desk_tries(enum mn_role role)
{
    struct mn_token *token = mn_desk_token(role);
    struct mn_pin_info info;

    ck_assert_int_eq(token->ops->pin_info(token->self, &info), MN_OK);
    return info.tries;
}

unsigned mn_desk_verifies(enum mn_role role)
{
    return cardsim_count_verify(mn_desk.card,
                                role == MN_ROLE_AUTH ? CARDSIM_PIN_AUTH : CARDSIM_PIN_SIGN);
}

unsigned mn_desk_commands(void)
{
    unsigned count = cardsim_count(mn_desk.card);

    cardsim_clear_counts(mn_desk.card);
    return count;
}

bool mn_desk_other_can_sign(enum mn_role role)
{
    const struct mn_card_facts facts = {.extended = MN_FACT_NO};
    struct mn_readers readers;
    struct mn_transport transport;
    struct mn_card *card = NULL;
    uint8_t signature[MN_MODULUS_BYTES];
    mn_rc rc;

    ck_assert_int_eq(cardsim_bench_open(mn_desk.bench, &readers), MN_OK);
    ck_assert_int_eq(readers.ops->connect(readers.self, MN_DESK_READER, &transport), MN_OK);
    ck_assert_int_eq(mn_card_new(&transport, &facts, &card), MN_OK);
    ck_assert_int_eq(mn_card_begin(card), MN_OK);
    ck_assert_int_eq(mn_card_enter_jpki(card, true), MN_OK);
    rc = mn_jpki_sign(card, role, MN_CARD_PKCS1, text("data"), signature);
    mn_card_end(card);
    mn_card_free(&card);
    readers.ops->close(readers.self);
    return rc == MN_OK;
}
