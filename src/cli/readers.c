#include "cli/readers.h"

#include <stdio.h>
#include <string.h>

#include "cli/message.h"
#include "cli/verb.h"
#include "crypto/library.h"

mn_rc mn_cli_readers_open(struct mn_cli_readers *readers)
{
    return mn_cli_readers_open_tapped(readers, NULL, NULL);
}

mn_rc mn_cli_readers_open_tapped(struct mn_cli_readers *readers,
                                 mn_rc (*tap)(void *context, struct mn_readers *source),
                                 void *context)
{
    struct mn_readers source = {0};
    *readers = (struct mn_cli_readers){0};
    mn_settings_load(&readers->settings); /* a mistyped line is in the log and harms nothing */
    /* It may load the module into this process: that has to have the card for itself meanwhile. */
    mn_crypto_let_host_configure();
    mn_rc rc = mn_crypto_open();
    readers->crypto_open = rc == MN_OK;
    if (rc == MN_OK)
        rc = mn_pcsc_readers_open(&source);
    if (rc == MN_OK && tap)
        rc = tap(context, &source);
    if (rc == MN_OK)
        rc = mn_reader_pool_open(&source, &readers->settings, NULL, &readers->pool);
    return rc ? rc : mn_reader_pool_refresh(readers->pool);
}

void mn_cli_readers_close(struct mn_cli_readers *readers)
{
    mn_reader_pool_close(&readers->pool);
    if (readers->crypto_open)
        mn_crypto_close();
    readers->crypto_open = false;
}

/* What was found while looking for the reader. */
struct search {
    struct mn_card_reader *found;
    size_t count;  /* of My Number Cards */
    mn_rc nearest; /* what was wrong with another card; MN_E_NO_CARD when there was none */
};

static void look_into(struct mn_card_reader *reader, const char *wanted, struct search *search)
{
    struct mn_card_reader_state state;
    mn_card_reader_state(reader, &state);
    if (!state.card_present || (wanted && !strstr(state.name, wanted)))
        return;
    mn_rc rc = mn_card_reader_recognise(reader);
    if (rc) {
        search->nearest = rc;
        return;
    }
    search->found = reader;
    search->count++;
}

mn_rc mn_cli_readers_find(const struct mn_cli_readers *readers, const char *wanted,
                          struct mn_card_reader **out)
{
    mn_rc trouble = mn_reader_pool_trouble(readers->pool);
    struct search search = {.nearest = trouble ? trouble : MN_E_NO_CARD};
    for (size_t i = 0; i < mn_reader_pool_count(readers->pool); i++)
        look_into(mn_reader_pool_at(readers->pool, i), wanted, &search);
    *out = search.found;
    if (search.count > 1)
        return MN_E_ARGUMENT;
    return search.count == 1 ? MN_OK : search.nearest;
}

static void name_readers(struct mn_reader_pool *pool)
{
    for (size_t i = 0; i < mn_reader_pool_count(pool); i++) {
        struct mn_card_reader_state state;
        mn_card_reader_state(mn_reader_pool_at(pool, i), &state);
        if (state.card_present)
            fprintf(stderr, "    %s\n", state.name);
    }
}

int mn_cli_readers_tell(const struct mn_cli_readers *readers, mn_rc rc)
{
    if (rc == MN_OK)
        return MN_EXIT_OK;
    if (rc != MN_E_ARGUMENT) {
        fprintf(stderr, "mynakey: %s\n", mn_message_rc(rc));
        return MN_EXIT_NO_CARD;
    }
    fprintf(stderr, _("mynakey: there is more than one card; choose with --reader NAME from these\n"
                      "readers (a part of the name is enough):\n"));
    name_readers(readers->pool);
    return MN_EXIT_USAGE;
}
