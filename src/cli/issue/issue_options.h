/* What `mynakey issue` was asked for. `mynakey renew` fills in the old certificate's choices. */
#ifndef MN_CLI_ISSUE_OPTIONS_H
#define MN_CLI_ISSUE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/option.h"
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
    bool key_named; /* whether --key was given */
};

void mn_issue_options_default(struct mn_issue_options *options);

/* Puts into words, which has room for MN_OPTIONS_MAX, the options that `issue` and `renew` share:
 * how many. The table is not yet ended: the verb's own come behind them. */
size_t mn_issue_options_all(struct mn_issue_options *options, struct mn_option *words);

/* The same for those of them that `csr` has too: --out, --key, --passphrase-file. */
size_t mn_issue_options_files(struct mn_issue_options *options, struct mn_option *words);

/* For struct mn_option: a mail address; out is a const char *. False when it is none, which has
 * been told. */
bool mn_issue_read_address(const char *value, void *out);

/* The key's name in options and in text: "rsa3072". False when there is none of that name. */
bool mn_key_choice_read(const char *text, enum mn_key_choice *out);

/* The choice for people: "RSA 3072". */
const char *mn_key_choice_name(enum mn_key_choice choice);

#endif
