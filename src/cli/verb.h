/* A verb of the command: one file each. */
#ifndef MN_CLI_VERB_H
#define MN_CLI_VERB_H

/* Exit statuses, the same for every verb. */
enum mn_exit {
    MN_EXIT_OK = 0,
    MN_EXIT_FAILED = 1,  /* it was tried and did not work; standard error says why */
    MN_EXIT_USAGE = 2,   /* the words of the call are off */
    MN_EXIT_NO_CARD = 3, /* no My Number Card was found */

    /* What was looked at is not right. */
    MN_EXIT_CHANGED = 10,           /* the file or the card's data are not what was signed */
    MN_EXIT_BAD_SIGNATURE = 11,     /* the signature is wrong, weak, or cannot be read */
    MN_EXIT_REVOKED = 12,           /* the certificate was revoked */
    MN_EXIT_EXPIRED = 13,           /* a certificate or validity data are past their end */
    MN_EXIT_UNKNOWN_NUMBER = 14,    /* the site has no validity data of that number */
    MN_EXIT_UNTRUSTED = 15,         /* who vouches is not trusted here */
    MN_EXIT_UNREACHABLE = 16,       /* a site gives no answer, or none that can be used */
    MN_EXIT_OTHER_CERTIFICATE = 17, /* the validity data are about another certificate */
    MN_EXIT_OLDER_ANSWER = 18,      /* newer validity data were seen before */
    MN_EXIT_NO_VALIDITY = 19,       /* nobody vouches: no validity data, or damaged ones */
    MN_EXIT_BAD_STAMP = 20,         /* the time stamp is wrong */

    MN_EXIT_REFUSED = 30, /* a request for registration is refused */

    MN_EXIT_WRONG_USE = 40, /* the certificate is not for this use */
    MN_EXIT_UNCHECKED = 41, /* what was asked to be checked could not be */
    MN_EXIT_ENDS_SOON = 42, /* something ends soon or has ended */
};

/* argv[0] is the verb; reads its own options (cli/option.h). Returns an enum mn_exit. */
int mn_verb_authority(int argc, char **argv);
int mn_verb_check(int argc, char **argv);
int mn_verb_csr(int argc, char **argv);
int mn_verb_doctor(int argc, char **argv);
int mn_verb_face(int argc, char **argv);
int mn_verb_forget(int argc, char **argv);
int mn_verb_issue(int argc, char **argv);
int mn_verb_notify(int argc, char **argv);
int mn_verb_pin(int argc, char **argv);
int mn_verb_remember(int argc, char **argv);
int mn_verb_renew(int argc, char **argv);
int mn_verb_setup(int argc, char **argv);
int mn_verb_show(int argc, char **argv);
int mn_verb_sign(int argc, char **argv);
int mn_verb_soft(int argc, char **argv);
int mn_verb_status(int argc, char **argv);
int mn_verb_text(int argc, char **argv);
int mn_verb_trace(int argc, char **argv);
int mn_verb_trust(int argc, char **argv);
int mn_verb_verify(int argc, char **argv);

#endif
