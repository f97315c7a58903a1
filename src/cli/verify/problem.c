#include "cli/verify/problem.h"

#include <stdarg.h>
#include <stdio.h>

#include "cli/verb.h"

void mn_problem_set(struct mn_problem *problem, int status, const char *format, ...)
{
    va_list values;
    if (problem->status != MN_EXIT_OK)
        return;
    problem->status = status;
    va_start(values, format);
    vsnprintf(problem->text, sizeof problem->text, format, values);
    va_end(values);
}

void mn_problem_take(struct mn_problem *problem, const struct mn_problem *other)
{
    if (problem->status == MN_EXIT_OK)
        *problem = *other;
}

const char *mn_problem_name(int status)
{
    static const char *const names[] = {
        [MN_EXIT_OK] = "none",
        [MN_EXIT_FAILED] = "failed",
        [MN_EXIT_USAGE] = "usage",
        [MN_EXIT_NO_CARD] = "no-card",
        [MN_EXIT_CHANGED] = "changed",
        [MN_EXIT_BAD_SIGNATURE] = "bad-signature",
        [MN_EXIT_REVOKED] = "revoked",
        [MN_EXIT_EXPIRED] = "expired",
        [MN_EXIT_UNKNOWN_NUMBER] = "unknown-number",
        [MN_EXIT_UNTRUSTED] = "untrusted",
        [MN_EXIT_UNREACHABLE] = "unreachable",
        [MN_EXIT_OTHER_CERTIFICATE] = "other-certificate",
        [MN_EXIT_OLDER_ANSWER] = "older-answer",
        [MN_EXIT_NO_VALIDITY] = "no-validity-data",
        [MN_EXIT_BAD_STAMP] = "bad-time-stamp",
    };
    const char *name = NULL;
    if (status >= 0 && status < (int)(sizeof names / sizeof names[0]))
        name = names[status];
    return name ? name : "failed";
}
