/* Why something is not right: for people a sentence, for programs the exit status. */
#ifndef MN_CLI_PROBLEM_H
#define MN_CLI_PROBLEM_H

/* A zeroed struct is no problem. */
struct mn_problem {
    int status; /* enum mn_exit */
    char text[1024];
};

/* Of several problems the first counts: where there is one already, it stays. The text is
 * translated, ends without a full stop, and what others wrote in it is fit for a terminal. */
void mn_problem_set(struct mn_problem *problem, int status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same problem again, for somebody else whom it concerns. */
void mn_problem_take(struct mn_problem *problem, const struct mn_problem *other);

/* What programs call the status: "revoked"; static storage. */
const char *mn_problem_name(int status);

#endif
