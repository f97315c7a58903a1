#include "cli/authority/revocation_fit.h"

#include <stdio.h>

#include "cli/authority/request_report.h"
#include "cli/authority/request_source.h"
#include "cli/message.h"
#include "cli/printable.h"
#include "cli/verb.h"

/* Ends the visits early, and is no enum mn_exit. */
#define FITS (-1)

struct look {
    struct mn_examiner *examiner;
    const char *list;
    size_t strangers; /* cards that the list says nothing of */
};

static int visit(const struct mn_request_source *source, void *self)
{
    struct look *look = self;
    struct mn_examination found = {0};
    int status = MN_EXIT_OK;
    if (mn_request_gap_of(source) != MN_GAP_NONE)
        return status;
    mn_rc rc = mn_examiner_examine(look->examiner, source->certificate, source->signature, &found);
    if (rc) {
        fprintf(stderr, "mynakey: %s: %s\n", mn_printable(look->list), mn_message_rc(rc));
        status = MN_EXIT_FAILED;
    } else if (found.revocation_checked) {
        status = FITS;
    } else if (found.faults & UINT32_C(1) << MN_FAULT_CARD_UNKNOWN) {
        look->strangers++;
    }
    mn_examination_release(&found);
    return status;
}

int mn_revocation_fit(struct mn_examiner *examiner, const char *list, char *const *files, int count)
{
    struct look look = {.examiner = examiner, .list = list};
    int status = mn_request_source_each(files, count, visit, &look);
    if (status == FITS)
        return MN_EXIT_OK;
    if (status != MN_EXIT_OK || look.strangers == 0)
        return status;
    fprintf(stderr,
            _("mynakey: %s: this list of revocations is for none of these cards. Is it the one of\n"
              "the CA that issued them? Nothing was registered and nobody was answered\n"),
            mn_printable(list));
    return MN_EXIT_FAILED;
}
