/* Setting a program up, or taking that back: looks, shows what will change, asks, changes it. */
#ifndef MN_CLI_SETUP_RUN_H
#define MN_CLI_SETUP_RUN_H

#include "cli/setup/setup_programs.h"

struct mn_setup_call {
    const struct mn_setup_program *program; /* with places, for mn_setup_run */
    struct mn_setup_request request;
    enum mn_setup_token token;
    bool yes; /* do not ask */
};

/* Gives back an enum mn_exit; everything is told on the way. */
int mn_setup_run(const struct mn_setup_call *call);

/* What to do next with the program. */
void mn_setup_print_advice(const struct mn_setup_call *call);

#endif
