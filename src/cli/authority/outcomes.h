/* What became of requests, told only once it is in the registry for good: some dozens of them are
 * one change of the registry. */
#ifndef MN_CLI_AUTHORITY_OUTCOMES_H
#define MN_CLI_AUTHORITY_OUTCOMES_H

#include <jansson.h>
#include <stdbool.h>

#include "cli/authority/office.h"

#define MN_OUTCOMES_BATCH 48

/* One of them; all is its own. What is NULL is not told. */
struct mn_outcome {
    char *line;   /* for people */
    json_t *json; /* for programs */
    char *answer_path;
    struct mn_bytes answer; /* the mail that goes there */
};

/* A zeroed struct with its office is ready. */
struct mn_outcomes {
    struct mn_office *office;
    struct mn_outcome items[MN_OUTCOMES_BATCH];
    size_t count;
    bool in_change; /* of the office's registry */
    size_t printed; /* for programs */
    json_t *only;   /* the only one of these so far: alone it is no list */
};

void mn_outcome_release(struct mn_outcome *outcome);

/* Begins a change of the registry, unless one is under way. An enum mn_exit, as the next two. */
int mn_outcomes_begin(struct mn_outcomes *outcomes);

/* Takes one over; *outcome is empty afterwards. Every so often ends the change and tells all. */
int mn_outcomes_add(struct mn_outcomes *outcomes, struct mn_outcome *outcome);

/* Ends the change, tells what is left, and ends the list for programs. */
int mn_outcomes_end(struct mn_outcomes *outcomes);

/* Gives up the change, and what was not told; ends the list for programs. */
void mn_outcomes_abandon(struct mn_outcomes *outcomes);

#endif
