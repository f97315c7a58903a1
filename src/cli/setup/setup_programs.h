/* The programs that can be told of the module, and the places where each looks for it. */
#ifndef MN_CLI_SETUP_PROGRAMS_H
#define MN_CLI_SETUP_PROGRAMS_H

#include <stdbool.h>

#include "cli/setup/setup_edit.h"
#include "cli/setup/setup_library.h"

enum mn_setup_state {
    MN_SETUP_ABSENT,     /* the program does not know the module there */
    MN_SETUP_DONE,       /* it does */
    MN_SETUP_UNUSED,     /* it has not used this profile yet, so there is nothing to enter it in */
    MN_SETUP_UNREADABLE, /* the file cannot be read */
};

/* One place where a program looks. Names and paths come from files that others wrote. */
struct mn_setup_place {
    const struct mn_setup_edit *edit;
    const char *package;   /* "native", "snap" or "flatpak": the latter two run in a sandbox */
    char profile[256];     /* its name; empty where there are no profiles */
    char folder[PATH_MAX]; /* the profile's */
    char file[PATH_MAX];   /* the one to edit */
    bool supporting;       /* edited along with the place before it, and no place of its own */
    bool fixed;            /* nothing to be changed here: the system's administrator did it */
    bool makes_file; /* where there is no file yet; otherwise the program has to do so first */
    enum mn_setup_state state;
    struct mn_setup_found found; /* where the state is MN_SETUP_DONE */
};

struct mn_setup_places {
    struct mn_setup_place *at;
    size_t len;
};

/* Appends a place and looks into its file. MN_E_MEMORY. */
mn_rc mn_setup_places_append(struct mn_setup_places *places, const struct mn_setup_place *place);

void mn_setup_places_free(struct mn_setup_places *places);

/* What the person asked for. */
struct mn_setup_request {
    const char *profile; /* name or folder of the one that is meant; NULL: all */
    const char *hosts;   /* for ssh; NULL: none */
    bool undo;
};

struct mn_setup_program {
    const char *name;          /* on the command line */
    const char *title;         /* what people call it */
    enum mn_setup_token token; /* which suits it */
    /* Which suits it where there is a software certificate; MN_SETUP_BOTH: the same. */
    enum mn_setup_token token_with_soft;
    /* Appends its places. NULL: it has none, the advice is all. MN_E_MEMORY, MN_E_FILE;
     * MN_E_ARGUMENT: it cannot use that profile, and standard error says why. */
    mn_rc (*find)(const struct mn_setup_program *program, const struct mn_setup_request *request,
                  struct mn_setup_places *out);
    /* Is it running, where that forbids the change? NULL: that is no matter. */
    bool (*is_running)(void);
    bool writes_on_request; /* without hosts named nothing is changed: the advice is all */
    /* For people; translated where they are used. "LIBRARY" in them stands for its path. */
    const char *missing; /* what to do when no place was found */
    const char *advice;  /* what to do next, when the module is set up */
};

/* All of them, ended by one without a name. */
extern const struct mn_setup_program mn_setup_programs[];

/* NULL: there is none of this name. */
const struct mn_setup_program *mn_setup_program_named(const char *name);

mn_rc mn_setup_find_mozilla(const struct mn_setup_program *program,
                            const struct mn_setup_request *request, struct mn_setup_places *out);
mn_rc mn_setup_find_libreoffice(const struct mn_setup_program *program,
                                const struct mn_setup_request *request,
                                struct mn_setup_places *out);
mn_rc mn_setup_find_ssh(const struct mn_setup_program *program,
                        const struct mn_setup_request *request, struct mn_setup_places *out);
mn_rc mn_setup_find_p11_kit(const struct mn_setup_program *program,
                            const struct mn_setup_request *request, struct mn_setup_places *out);
bool mn_setup_libreoffice_is_running(void);

/* For --list. Each program that has places: where they are, and whether it has the module there.
 * The text for people, or JSON. False: standard error says why not. */
bool mn_setup_list(bool json);

#endif
