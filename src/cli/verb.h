/* A verb of the command: one file each. */
#ifndef MN_CLI_VERB_H
#define MN_CLI_VERB_H

/* Exit statuses, the same for every verb. */
enum mn_exit {
    MN_EXIT_OK = 0,
    MN_EXIT_FAILED = 1,  /* it was tried and did not work; standard error says why */
    MN_EXIT_USAGE = 2,   /* the words of the call are off */
    MN_EXIT_NO_CARD = 3, /* no My Number Card was found */
};

/* argv[0] is the verb; parses its own options with getopt_long. Returns an enum mn_exit. */
int mn_verb_csr(int argc, char **argv);
int mn_verb_forget(int argc, char **argv);
int mn_verb_issue(int argc, char **argv);
int mn_verb_remember(int argc, char **argv);
int mn_verb_renew(int argc, char **argv);
int mn_verb_setup(int argc, char **argv);
int mn_verb_sign(int argc, char **argv);
int mn_verb_soft(int argc, char **argv);
int mn_verb_status(int argc, char **argv);

#endif
