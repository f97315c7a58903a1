/* What `mynakey issue` was asked for. `mynakey renew` fills in the old certificate's choices. */
#ifndef MN_CLI_ISSUE_OPTIONS_H
#define MN_CLI_ISSUE_OPTIONS_H

#include <stdbool.h>

#include "crypto/private_key.h"

#define MN_ISSUE_NAME   "MyNumCert" /* the files' default name, without an ending */
#define MN_ISSUE_YEARS  2
#define MN_ISSUE_NOTICE 90 /* days left from which on renewing is due */

/* Strings are argv's, or live as long as it does. */
struct mn_issue_options {
    const char *out; /* the files' name without an ending, perhaps with a folder */
    enum mn_key_choice key;
    bool with_birth_year;
    const char *site;         /* NULL: none */
    const char *mail;         /* to whom a message is written; NULL: none */
    const char *own_mail;     /* the owner's address, put into the certificate; NULL: none */
    const char *trust_anchor; /* a file; NULL: the published roots */
    const char *reader;
    const char *pin_file, *passphrase_file;
    int days; /* 0: MN_ISSUE_YEARS */
    bool yes, force, no_add;
};

void mn_issue_options_default(struct mn_issue_options *options);

/* One option that `issue` and `renew` share: letter is what getopt_long gave, value its argument.
 * False, with the reason on standard error, when the value makes no sense. */
bool mn_issue_options_set(struct mn_issue_options *options, int letter, const char *value);

/* The options for getopt_long that mn_issue_options_set takes, and in renew's case those that
 * change nothing of the old choices; each letter is no printable character. */
enum mn_issue_letter {
    MN_ISSUE_OUT = 256,
    MN_ISSUE_KEY,
    MN_ISSUE_WITH_BIRTH_YEAR,
    MN_ISSUE_SITE,
    MN_ISSUE_MAIL,
    MN_ISSUE_OWN_MAIL,
    MN_ISSUE_TRUST_ANCHOR,
    MN_ISSUE_READER,
    MN_ISSUE_PIN_FILE,
    MN_ISSUE_PASSPHRASE_FILE,
    MN_ISSUE_DAYS,
    MN_ISSUE_YES,
    MN_ISSUE_FORCE,
    MN_ISSUE_NO_ADD,
};

/* The key's name in options and in text: "rsa3072". False when there is none of that name. */
bool mn_key_choice_read(const char *text, enum mn_key_choice *out);

/* The choice for people: "RSA 3072". */
const char *mn_key_choice_name(enum mn_key_choice choice);

#endif
