#include "cli/owner/status_findings.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/printable.h"

/* --- the card --- */

/* Only the signing certificate has a holder, and only a copy of it can be seen here. */
static void read_name(struct mn_span der, struct mn_status_certificate *out)
{
    struct mn_jpki_holder holder = {0};
    if (mn_jpki_holder_read(der, &holder) == MN_OK)
        snprintf(out->name, sizeof out->name, "%s", mn_printable_span(mn_bytes_span(&holder.name)));
    mn_jpki_holder_release(&holder);
}

static void read_certificate(struct mn_span der, struct mn_status_certificate *out)
{
    struct mn_certificate certificate = {0};
    if (mn_certificate_read(der, &certificate) != MN_OK)
        return;
    out->readable = true;
    out->term = mn_term_of(&certificate, time(NULL));
    memcpy(out->sha1, certificate.sha1, sizeof out->sha1);
    read_name(der, out);
    mn_certificate_release(&certificate);
}

/* What cannot be read takes nothing else with it. */
static void look_at_certificate(struct mn_card_reader *reader, enum mn_role role,
                                struct mn_status_certificate *out)
{
    struct mn_token token = {0};
    struct mn_view view = {0};
    unsigned long generation;
    if (mn_card_reader_token(reader, role, &token, &generation) == MN_OK &&
        token.ops->load(token.self, MN_WANT_CERTIFICATE, &view) == MN_OK &&
        view.certificate.len > 0)
        read_certificate(mn_bytes_span(&view.certificate), out);
    mn_view_release(&view);
    mn_token_close(&token);
}

static void look_into_reader(struct mn_card_reader *reader,
                             const struct mn_card_reader_state *state, struct mn_status_reader *out)
{
    snprintf(out->name, sizeof out->name, "%s", state->name);
    out->card_present = state->card_present;
    out->rc = state->card_present ? mn_card_survey(reader, &out->survey) : MN_E_NO_CARD;
    for (int role = 0; out->rc == MN_OK && role < MN_ROLE_COUNT; role++)
        if (out->survey.roles[role].has_certificate)
            look_at_certificate(reader, (enum mn_role)role, &out->certificates[role]);
}

static mn_rc look_into_readers(struct mn_reader_pool *pool, struct mn_status *out)
{
    size_t count = mn_reader_pool_count(pool);
    out->trouble = mn_reader_pool_trouble(pool);
    out->readers = calloc(count ? count : 1, sizeof *out->readers);
    if (!out->readers)
        return MN_E_MEMORY;
    for (size_t i = 0; i < count; i++) {
        struct mn_card_reader *reader = mn_reader_pool_at(pool, i);
        struct mn_card_reader_state state;
        mn_card_reader_state(reader, &state);
        if (state.connected)
            look_into_reader(reader, &state, &out->readers[out->reader_count++]);
    }
    return MN_OK;
}

/* --- the programs --- */

static void count_places(const struct mn_setup_places *places, struct mn_status_program *out)
{
    for (size_t i = 0; i < places->len; i++) {
        const struct mn_setup_place *place = &places->at[i];
        if (place->supporting)
            continue;
        out->places++;
        if (place->state != MN_SETUP_DONE)
            continue;
        out->set_up++;
        if (access(place->found.library, R_OK) != 0)
            out->library_missing = true;
    }
}

static mn_rc look_at_programs(struct mn_status *out)
{
    static const struct mn_setup_request everything;
    size_t count = 0;
    while (mn_setup_programs[count].name)
        count++;
    out->programs = calloc(count ? count : 1, sizeof *out->programs);
    if (!out->programs)
        return MN_E_MEMORY;
    for (const struct mn_setup_program *p = mn_setup_programs; p->name; p++) {
        struct mn_setup_places places = {0};
        struct mn_status_program *found = &out->programs[out->program_count];
        *found = (struct mn_status_program){.program = p};
        if (p->find && p->find(p, &everything, &places) == MN_OK)
            count_places(&places, found);
        mn_setup_places_free(&places);
        if (found->places > 0)
            out->program_count++;
    }
    return MN_OK;
}

/* --- both --- */

mn_rc mn_status_take(struct mn_reader_pool *pool, struct mn_status *out)
{
    *out = (struct mn_status){0};
    mn_rc rc = look_into_readers(pool, out);
    return rc ? rc : look_at_programs(out);
}

void mn_status_release(struct mn_status *status)
{
    free(status->readers);
    free(status->programs);
    *status = (struct mn_status){0};
}

bool mn_status_has_card(const struct mn_status *status)
{
    for (size_t i = 0; i < status->reader_count; i++)
        if (status->readers[i].rc == MN_OK)
            return true;
    return false;
}
