/* One run of something in a process of its own: what it found, and whether it ended at all. */
#ifndef MN_TESTS_STRESS_RUN_H
#define MN_TESTS_STRESS_RUN_H

#include <stdbool.h>

/* What a run tells of itself. */
enum run_number { RUN_CHANCES, RUN_COMMANDS, RUN_NUMBERS };

enum run_end { RUN_GOOD, RUN_WRONG, RUN_CRASHED, RUN_HUNG };

/* All that was counted, over all runs. */
struct run_figures {
    unsigned runs, wrong, crashed, hung, lost_tries;
};

struct run_result {
    enum run_end end;
    unsigned number[RUN_NUMBERS]; /* what the run gave to run_tell */
    bool lost_try;                /* run_lost_a_try was called */
    char complaint[600];          /* of RUN_WRONG: the first thing that was wrong */
};

/* Calls what(context) in a child, which has that many seconds, and adds to the figures. */
struct run_result run_apart(void (*what)(void *context), void *context, unsigned seconds,
                            struct run_figures *figures);

/* In the child: something is wrong; the first complaint is kept. The run goes on. */
void run_complain(const char *format, ...) __attribute__((format(printf, 1, 2)));
void run_lost_a_try(void);
void run_tell(enum run_number which, unsigned number);

#endif
