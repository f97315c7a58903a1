#include "cli/authority/outcomes.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "cli/message.h"
#include "cli/printable.h"
#include "cli/verb.h"

void mn_outcome_release(struct mn_outcome *outcome)
{
    free(outcome->line);
    json_decref(outcome->json);
    free(outcome->answer_path);
    mn_bytes_free(&outcome->answer);
    *outcome = (struct mn_outcome){0};
}

/* One request gives an object, several give a list of such. */
static void print_json(struct mn_outcomes *o, json_t *json)
{
    o->printed++;
    if (o->printed == 1) {
        o->only = json_incref(json);
        return;
    }
    if (o->printed == 2) {
        fputs("[\n", stdout);
        json_dumpf(o->only, stdout, JSON_COMPACT);
    }
    fputs(",\n", stdout);
    json_dumpf(json, stdout, JSON_COMPACT);
}

static void end_json(struct mn_outcomes *o)
{
    if (o->printed == 1)
        json_dumpf(o->only, stdout, JSON_INDENT(2));
    if (o->printed > 0)
        fputs(o->printed > 1 ? "\n]\n" : "\n", stdout);
    json_decref(o->only);
    o->only = NULL;
    o->printed = 0;
}

static int tell(struct mn_outcomes *o, const struct mn_outcome *one)
{
    mn_rc rc = MN_OK;
    if (one->json)
        print_json(o, one->json);
    if (one->line)
        fputs(one->line, stdout);
    if (one->answer_path)
        rc = mn_file_write_private(one->answer_path, mn_bytes_span(&one->answer));
    if (!rc)
        return MN_EXIT_OK;
    fprintf(stderr, "mynakey: %s: %s\n", mn_printable(one->answer_path), mn_message_rc(rc));
    return MN_EXIT_FAILED;
}

/* What cannot be told, an answer that cannot be written, keeps the others from nothing. */
static int flush(struct mn_outcomes *o)
{
    int status = o->in_change ? mn_office_commit(o->office) : MN_EXIT_OK;
    bool done = status == MN_EXIT_OK;
    o->in_change = false;
    for (size_t i = 0; i < o->count; i++) {
        int told = done ? tell(o, &o->items[i]) : MN_EXIT_OK;
        if (told != MN_EXIT_OK)
            status = told;
        mn_outcome_release(&o->items[i]);
    }
    o->count = 0;
    return status;
}

int mn_outcomes_begin(struct mn_outcomes *outcomes)
{
    if (outcomes->in_change)
        return MN_EXIT_OK;
    int status = mn_office_begin(outcomes->office);
    outcomes->in_change = status == MN_EXIT_OK;
    return status;
}

int mn_outcomes_add(struct mn_outcomes *outcomes, struct mn_outcome *outcome)
{
    outcomes->items[outcomes->count++] = *outcome;
    *outcome = (struct mn_outcome){0};
    return outcomes->count == MN_OUTCOMES_BATCH ? flush(outcomes) : MN_EXIT_OK;
}

int mn_outcomes_end(struct mn_outcomes *outcomes)
{
    int status = flush(outcomes);
    end_json(outcomes);
    return status;
}

void mn_outcomes_abandon(struct mn_outcomes *outcomes)
{
    mn_registry_abandon(outcomes->office->registry);
    outcomes->in_change = false;
    for (size_t i = 0; i < outcomes->count; i++)
        mn_outcome_release(&outcomes->items[i]);
    outcomes->count = 0;
    end_json(outcomes);
}
