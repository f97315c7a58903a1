#include "backend/card_reader.h"

#include "backend/card_visit.h"
#include "backend/reader_state.h"

void mn_card_reader_forget_card(struct mn_card_reader *reader)
{
    mn_card_free(&reader->card);
    mn_card_cache_free(&reader->cache);
    reader->learned = false;
    reader->stored = (struct mn_card_facts){0};
    reader->verdict = MN_OK;
}

const struct mn_settings *mn_card_reader_settings(const struct mn_card_reader *reader)
{
    return reader->pool->settings;
}

void mn_card_reader_register(struct mn_card_reader *reader, enum mn_role role,
                             struct mn_card_token *token)
{
    mn_lock(&reader->lock);
    reader->tokens[role] = token;
    mn_unlock(&reader->lock);
}

void mn_card_reader_lock(struct mn_card_reader *reader)
{
    mn_lock(&reader->lock);
}

void mn_card_reader_unlock(struct mn_card_reader *reader)
{
    mn_unlock(&reader->lock);
}

/* Is there a card to talk to, and is it the one that was meant? */
static mn_rc check_generation(struct mn_card_reader *reader, unsigned long generation)
{
    struct mn_card_reader_state state;
    mn_card_reader_state(reader, &state);
    if (state.generation != generation)
        return MN_E_REMOVED;
    if (!state.connected)
        return MN_E_NO_READER;
    return state.card_present ? MN_OK : MN_E_NO_CARD;
}

static enum mn_fact extended_fact(const struct mn_settings *settings, struct mn_transport *t)
{
    if (settings->extended != MN_AUTO)
        return settings->extended == MN_YES ? MN_FACT_YES : MN_FACT_NO;
    /* Left unknown, it becomes what was remembered, or the attempt (learn_identity). */
    return t->ops->carries_extended(t->self) ? MN_FACT_UNKNOWN : MN_FACT_NO;
}

static mn_rc connect_card(struct mn_card_reader *reader)
{
    const struct mn_settings *settings = reader->pool->settings;
    struct mn_readers *source = &reader->pool->source;
    struct mn_transport transport = {0};
    struct mn_card_facts facts = {0};
    mn_rc rc = source->ops->connect(source->self, reader->name, &transport);
    if (rc)
        return rc;
    facts.extended = extended_fact(settings, &transport);
    if (settings->pss != MN_AUTO)
        facts.pss = settings->pss == MN_YES ? MN_FACT_YES : MN_FACT_NO;
    rc = mn_card_new(&transport, &facts, &reader->card);
    mn_transport_close(&transport);
    return rc;
}

/* With the lock: the card object is that generation's, or there is none. */
static mn_rc prepare(struct mn_card_reader *reader, unsigned long generation)
{
    mn_rc rc = check_generation(reader, generation);
    if (rc)
        return rc;
    if (reader->card_generation != generation) {
        mn_card_reader_forget_card(reader);
        reader->card_generation = generation;
    }
    return reader->verdict;
}

/* A connection is to whatever card is there now. The readers are looked at once more, for what is
 * meant for one card, a PIN above all, must not go to another that took its place since the last
 * refresh. Afterwards the connection ends with its card. */
static mn_rc connect_card_of(struct mn_card_reader *reader, unsigned long generation)
{
    mn_rc rc = connect_card(reader);
    if (rc == MN_E_FOREIGN_CARD)
        reader->verdict = rc; /* it does not even answer: ask no more until it is changed */
    if (rc)
        return rc;
    rc = mn_reader_pool_refresh(reader->pool);
    if (rc == MN_OK)
        rc = check_generation(reader, generation);
    if (rc)
        mn_card_free(&reader->card);
    return rc;
}

static void drop_logins(struct mn_card_reader *reader)
{
    for (size_t i = 0; i < MN_ROLE_COUNT; i++)
        if (reader->tokens[i])
            mn_card_login_drop(mn_card_token_login(reader->tokens[i]));
}

/* A card that may have been taken out keeps no login, for it would not keep one either. */
static mn_rc begin_conversation(struct mn_card_reader *reader)
{
    unsigned long stay = mn_card_stay(reader->card);
    mn_rc rc = mn_card_begin(reader->card);
    if (mn_card_stay(reader->card) != stay)
        drop_logins(reader);
    return rc;
}

static mn_rc begin_visit(struct mn_card_reader *reader, unsigned long generation)
{
    mn_rc rc = reader->card ? MN_OK : connect_card_of(reader, generation);
    return rc ? rc : begin_conversation(reader);
}

/* A command was not carried. What became of the card is found out at once, so that nobody goes on
 * believing in a login. */
static mn_rc look_after(struct mn_card_reader *reader)
{
    mn_rc rc = begin_conversation(reader);
    if (rc == MN_OK)
        mn_card_end(reader->card);
    return rc;
}

/* The card was found gone: no login to it is left. */
static void lose_card(struct mn_card_reader *reader)
{
    mn_card_reader_notice_removal(reader);
    drop_logins(reader);
}

mn_rc mn_card_visit(struct mn_card_reader *reader, unsigned long generation, struct mn_card **card)
{
    mn_lock(&reader->lock);
    mn_rc rc = prepare(reader, generation);
    if (rc == MN_OK) {
        rc = begin_visit(reader, generation);
        if (rc == MN_E_REMOVED)
            lose_card(reader); /* this card, not an earlier one */
    }
    if (rc)
        mn_unlock(&reader->lock);
    else
        *card = reader->card;
    return rc;
}

/* Only what is new: a signature must not wait for a disk. */
static void store_facts(struct mn_card_reader *reader)
{
    struct mn_card_facts facts = *mn_card_facts(reader->card);
    if (reader->pool->settings->pss != MN_AUTO)
        facts.pss = MN_FACT_UNKNOWN; /* a setting is not a finding */
    if (reader->pool->settings->extended != MN_AUTO)
        facts.extended = MN_FACT_UNKNOWN;
    if (facts.pss == reader->stored.pss && facts.extended == reader->stored.extended)
        return;
    mn_card_cache_put_facts(reader->cache, reader->name, &facts);
    reader->stored = facts;
}

void mn_card_visit_end(struct mn_card_reader *reader, mn_rc rc)
{
    mn_card_end(reader->card);
    if (rc == MN_E_COMM)
        rc = look_after(reader);
    for (size_t i = 0; i < MN_ROLE_COUNT; i++)
        if (reader->tokens[i])
            mn_card_login_note_epoch(mn_card_token_login(reader->tokens[i]),
                                     mn_card_epoch(reader->card));
    if (rc == MN_E_REMOVED)
        lose_card(reader);
    else if (reader->cache)
        store_facts(reader);
    if (reader->verdict)
        mn_card_free(&reader->card); /* another program may want it for itself */
    mn_unlock(&reader->lock);
}

/* With the card's identity comes what is remembered of it. */
static void learn_identity(struct mn_card_reader *reader, const struct mn_token_info *info)
{
    struct mn_card_facts *facts = mn_card_facts(reader->card);
    if (reader->pool->settings->cache)
        reader->cache = mn_card_cache_open(info->model, info->serial);
    mn_card_cache_get_facts(reader->cache, reader->name, facts);
    if (facts->extended == MN_FACT_UNKNOWN)
        facts->extended = MN_FACT_YES;
    reader->learned = true;
}

mn_rc mn_card_visit_identify(struct mn_card_reader *reader)
{
    if (mn_card_info(reader->card))
        return MN_OK;
    mn_rc rc = mn_card_identify(reader->card);
    if (rc == MN_OK && mn_card_info(reader->card)->kind == MN_CARD_JUKI)
        rc = MN_E_OLD_CARD;
    if (rc == MN_E_FOREIGN_CARD || rc == MN_E_OLD_CARD)
        reader->verdict = rc;
    if (rc == MN_OK && !reader->learned)
        learn_identity(reader, mn_card_info(reader->card));
    return rc;
}

mn_rc mn_card_visit_enter(struct mn_card_reader *reader)
{
    bool keep = false;
    for (size_t i = 0; i < MN_ROLE_COUNT; i++)
        if (reader->tokens[i] && mn_card_login_is_open(mn_card_token_login(reader->tokens[i])))
            keep = true;
    mn_rc rc = mn_card_visit_identify(reader);
    return rc ? rc : mn_card_enter_jpki(reader->card, keep);
}

struct mn_card_cache *mn_card_visit_cache(struct mn_card_reader *reader)
{
    return reader->cache;
}

/* With the lock: is the answer known already? */
static bool is_recognised(struct mn_card_reader *reader, unsigned long generation, mn_rc *rc)
{
    *rc = prepare(reader, generation);
    return *rc != MN_OK || (reader->card && mn_card_info(reader->card));
}

mn_rc mn_card_reader_recognise(struct mn_card_reader *reader)
{
    struct mn_card_reader_state state;
    struct mn_card *card;
    mn_rc rc;
    mn_card_reader_state(reader, &state);
    mn_lock(&reader->lock);
    bool known = is_recognised(reader, state.generation, &rc);
    mn_unlock(&reader->lock);
    if (known)
        return rc;
    rc = mn_card_visit(reader, state.generation, &card);
    if (rc)
        return rc;
    rc = mn_card_visit_identify(reader);
    mn_card_visit_end(reader, rc);
    return rc;
}

mn_rc mn_card_reader_token(struct mn_card_reader *reader, enum mn_role role, struct mn_token *out,
                           unsigned long *generation)
{
    struct mn_card_reader_state state;
    mn_rc rc;
    mn_card_reader_state(reader, &state);
    mn_lock(&reader->lock);
    rc = prepare(reader, state.generation);
    mn_unlock(&reader->lock);
    if (rc)
        return rc;
    *generation = state.generation;
    return mn_card_token_new(reader, role, &state, out);
}
