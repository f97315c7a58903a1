/* The certificate that a person means with the words after `show` or `check`. */
#ifndef MN_CLI_CHOSEN_CERTIFICATE_H
#define MN_CLI_CHOSEN_CERTIFICATE_H

#include <limits.h>
#include <stdbool.h>

#include "crypto/certificates.h"

enum mn_chosen_kind {
    MN_CHOSEN_AUTH,
    MN_CHOSEN_SIGN,
    MN_CHOSEN_AUTH_CA,
    MN_CHOSEN_SIGN_CA,
    MN_CHOSEN_SOFT,
    MN_CHOSEN_FILE, /* any other word: a path */
    MN_CHOSEN_COUNT
};

struct mn_wanted_certificate {
    enum mn_chosen_kind kind;
    const char *name;     /* of the software certificate, or of the file; NULL: the only one */
    const char *reader;   /* --reader; NULL: any */
    const char *pin_file; /* --pin-file; NULL: the terminal */
    bool fresh;           /* the signing certificate from the card, though a copy is kept */
};

/* A zeroed struct is none. */
struct mn_chosen {
    enum mn_chosen_kind kind;
    struct mn_bytes der;
    struct mn_certificates others; /* what stood beside it: CAs, in any order */
    bool is_copy;                  /* the one that `remember` has kept */
    char title[PATH_MAX + 64];     /* what it is, translated, fit for a terminal */
};

/* The kind that a word stands for, and its own word for programs: "auth". */
enum mn_chosen_kind mn_chosen_kind_of(const char *word);
const char *mn_chosen_kind_name(enum mn_chosen_kind kind);

/* The verb's words from argv[0] on into the choice: a word and perhaps a name. False: standard
 * error says what is wrong with them. */
bool mn_wanted_certificate_read(struct mn_wanted_certificate *choice, int argc, char **argv);

/* Gets it. For the signing certificate the password is asked for, unless a copy is kept; a word
 * before says why. Nothing else sends a PIN. Gives an enum mn_exit, and has told on standard error
 * why it is not MN_EXIT_OK. libcrypto is open. The caller ends with mn_chosen_release in every
 * case. */
int mn_chosen_get(const struct mn_wanted_certificate *choice, struct mn_chosen *out);
void mn_chosen_release(struct mn_chosen *chosen);

#endif
