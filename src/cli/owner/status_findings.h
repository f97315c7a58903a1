/* What `mynakey status` finds: readers, cards, certificates, programs. */
#ifndef MN_CLI_STATUS_FINDINGS_H
#define MN_CLI_STATUS_FINDINGS_H

#include <stdbool.h>
#include <stdio.h>

#include "backend/card_survey.h"
#include "cli/setup/setup_programs.h"
#include "cli/term.h"
#include "crypto/jpki_holder.h"

#define MN_STATUS_NAME_ROOM (MN_HOLDER_FIELD_MAX + 1)

/* A certificate of the card, as far as it can be seen without a PIN. */
struct mn_status_certificate {
    bool readable;                  /* the card, or a copy kept here, shows it; else all is empty */
    char name[MN_STATUS_NAME_ROOM]; /* the holder's; empty where it has none */
    struct mn_term term;
    uint8_t sha1[20]; /* of the whole certificate: tells it from others */
};

struct mn_status_reader {
    char name[MN_READER_NAME_MAX];
    bool card_present;
    mn_rc rc; /* of the survey */
    struct mn_card_survey survey;
    struct mn_status_certificate certificates[MN_ROLE_COUNT];
};

struct mn_status_program {
    const struct mn_setup_program *program;
    size_t places, set_up; /* where it looks, and where it knows the module */
    bool library_missing;  /* at one of those it knows a library that is not there */
};

struct mn_status {
    struct mn_status_reader *readers;
    size_t reader_count;
    mn_rc trouble;                      /* why there are no readers, where that is known */
    struct mn_status_program *programs; /* those that are there */
    size_t program_count;
};

/* Looks at everything. Asks for no PIN, sends none. Whatever happens the caller ends with
 * mn_status_release. MN_E_MEMORY. */
mn_rc mn_status_take(struct mn_reader_pool *pool, struct mn_status *out);
void mn_status_release(struct mn_status *status);

/* Is a My Number Card there? */
bool mn_status_has_card(const struct mn_status *status);

/* For people, in sections. */
void mn_status_print(FILE *out, const struct mn_status *status, bool colour);

/* For programs, ended by a line end; one_line: without any other. False: for want of memory. */
bool mn_status_print_json(FILE *out, const struct mn_status *status, bool one_line);

#endif
