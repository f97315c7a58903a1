#include "cli/authority/approval.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/authority/answer.h"
#include "cli/authority/approval_rules.h"
#include "cli/authority/entry.h"
#include "cli/authority/office.h"
#include "cli/authority/outcomes.h"
#include "cli/authority/request_report.h"
#include "cli/authority/request_source.h"
#include "cli/authority/revocation_fit.h"
#include "cli/issue/mail.h"
#include "cli/issue/validity.h"
#include "cli/message.h"
#include "cli/printable.h"
#include "cli/prompt.h"
#include "cli/verb.h"

struct run {
    const struct mn_approval *approval;
    struct mn_office office;
    struct mn_approval_rules rules;
    struct mn_entry replaced; /* of a reissue */
    bool answers_folder;      /* --answer names a folder */

    bool looking;                         /* nothing is registered in this pass */
    uint8_t (*shown)[MN_REGISTERED_HASH]; /* what was shown as good in the pass before */
    size_t shown_count;
    struct mn_outcomes outcomes;
    size_t good, refused;
};

static int failed(const char *file, mn_rc rc)
{
    fprintf(stderr, "mynakey: %s: %s\n", mn_printable(file), mn_message_rc(rc));
    return MN_EXIT_FAILED;
}

/* --- before the requests --- */

static int look_at_replaced(struct run *run)
{
    int64_t number = run->approval->replaces;
    int status = number ? mn_entry_find(&run->office, number, &run->replaced) : MN_EXIT_OK;
    if (status == MN_EXIT_OK && number && run->replaced.one.replaced_by) {
        fprintf(
            stderr,
            _("mynakey: in the place of number %" PRId64 " there is number %" PRId64 " already\n"),
            number, run->replaced.one.replaced_by);
        return MN_EXIT_FAILED;
    }
    if (status == MN_EXIT_OK && number && !run->approval->json)
        mn_entry_print(&run->replaced);
    return status;
}

static int look_at_answer(struct run *run)
{
    const char *path = run->approval->answer;
    struct stat it;
    if (!path)
        return MN_EXIT_OK;
    bool is_there = stat(path, &it) == 0;
    run->answers_folder = is_there && S_ISDIR(it.st_mode);
    if (is_there && !run->answers_folder) /* it may not have been sent yet */
        return failed(path, MN_E_FILE_EXISTS);
    if (run->approval->site[0] || run->office.profile.site)
        return MN_EXIT_OK;
    fprintf(stderr, _("mynakey: an answer tells where the authority publishes: say it once, with "
                      "--site URL\n"));
    return MN_EXIT_FAILED;
}

static int remember_site(struct run *run)
{
    const char *site = run->approval->site, *known = run->office.profile.site;
    if (!site[0] || (known && strcmp(site, known) == 0))
        return MN_EXIT_OK;
    char *copy = strdup(site);
    int status = copy ? mn_office_begin(&run->office) : mn_office_tell(MN_E_MEMORY);
    if (status == MN_EXIT_OK) {
        mn_rc rc = mn_registry_set_site(run->office.registry, site);
        if (rc)
            mn_registry_abandon(run->office.registry);
        status = rc ? mn_office_tell(rc) : mn_office_commit(&run->office);
    }
    if (status == MN_EXIT_OK) {
        free(run->office.profile.site);
        run->office.profile.site = copy;
        copy = NULL;
    }
    free(copy);
    return status;
}

/* --- outcomes --- */

/* Where the answer goes: the named file, or in the named folder one by the number; of refused ones
 * by the time and their place in the row. */
static char *answer_path(const struct run *run, int64_t number)
{
    char *path = NULL, stamp[MN_STAMP_ROOM];
    int len;
    if (!run->answers_folder)
        return strdup(run->approval->answer);
    mn_stamp(run->office.writer.now, stamp);
    len = number ? asprintf(&path, "%s/%" PRId64 ".eml", run->approval->answer, number)
                 : asprintf(&path, "%s/refused-%s-%zu.eml", run->approval->answer, stamp,
                            run->refused);
    return len < 0 ? NULL : path;
}

static int add_answer(struct run *run, const struct mn_request_report *report, const char *sender,
                      int64_t number, time_t until, struct mn_outcome *o)
{
    const char *to = sender ? sender : report->found->issued.mail;
    struct mn_bytes why = {0};
    mn_rc rc = MN_OK;
    if (!run->approval->answer)
        return MN_EXIT_OK;
    if (!to || !mn_mail_is_address(to)) {
        fprintf(stderr,
                _("mynakey: %s: nobody knows whom to answer: neither a mail nor the "
                  "certificate has an address\n"),
                mn_printable(report->from));
        return MN_EXIT_OK;
    }
    if (!number)
        rc = mn_fault_words(report->gap, report->found->faults, report->found->registered, &why);
    const struct mn_answer answer = {.to = to,
                                     .number = number,
                                     .valid_until = until,
                                     .site = run->office.profile.site,
                                     .why = mn_bytes_span(&why),
                                     .date = run->office.writer.now};
    if (rc == MN_OK)
        rc = mn_answer_write(&answer, &o->answer);
    mn_bytes_free(&why);
    o->answer_path = rc ? NULL : answer_path(run, number);
    if (rc == MN_OK && !o->answer_path)
        rc = MN_E_MEMORY;
    return rc ? failed(report->from, rc) : MN_EXIT_OK;
}

static int refuse(struct run *run, const struct mn_request_report *report, const char *sender)
{
    struct mn_outcome o = {0};
    run->refused++;
    int status = add_answer(run, report, sender, 0, 0, &o);
    if (run->approval->json)
        o.json = mn_request_report_json(report);
    else if (run->approval->yes)
        mn_request_report_print(report); /* else it was shown before the question */
    if (status == MN_EXIT_OK)
        status = mn_outcomes_add(&run->outcomes, &o);
    mn_outcome_release(&o);
    return status;
}

/* --- one request --- */

static time_t end_of(const struct run *run, const struct mn_examination *found)
{
    int years = run->approval->years ? run->approval->years : (int)run->office.profile.years;
    time_t until = mn_years_later(run->office.writer.now, years);
    if (until > found->certificate.not_after_time)
        until = found->certificate.not_after_time;
    return until < run->rules.authority_until ? until : run->rules.authority_until;
}

static void describe(const struct run *run, const struct mn_request_report *report, int64_t number,
                     time_t until, struct mn_outcome *o)
{
    char date[MN_ENTRY_DATE], stamp[MN_ENTRY_DATE];
    mn_entry_date(until, date);
    mn_entry_stamp(until, stamp);
    if (run->approval->json) {
        o->json = mn_request_report_json(report);
        json_object_set_new(o->json, "number", json_integer(number));
        json_object_set_new(o->json, "valid_until", json_string(stamp));
        if (run->approval->replaces)
            json_object_set_new(o->json, "replaces", json_integer(run->approval->replaces));
    } else if (asprintf(&o->line, _("Number %" PRId64 ": %s, until %s (%s)\n"), number,
                        mn_printable(report->found->name), date, mn_printable(report->from)) < 0) {
        o->line = NULL;
    }
}

static int add_to_registry(struct run *run, const struct mn_request_source *source,
                           const struct mn_examination *found, time_t until, int64_t *number,
                           mn_rc *rc)
{
    struct mn_registration registration = {
        .certificate = source->certificate,
        .card_signature = source->signature,
        .name = found->name,
        .address = found->address,
        .birth_date = found->birth_date,
        .mail = found->issued.mail ? found->issued.mail : "",
        .valid_until = until,
        .certificate_until = found->certificate.not_after_time,
        .replaces = run->approval->replaces,
    };
    memcpy(registration.fingerprint, found->fingerprint, sizeof found->fingerprint);
    memcpy(registration.key_hash, found->key_hash, sizeof found->key_hash);
    int status = mn_outcomes_begin(&run->outcomes);
    if (status == MN_EXIT_OK)
        *rc = mn_registered_add(run->office.registry, &registration, number);
    return status;
}

static int approve(struct run *run, const struct mn_request_source *source,
                   struct mn_request_report *report, struct mn_examination *found)
{
    time_t until = end_of(run, found);
    int64_t number = 0;
    struct mn_outcome o = {0};
    mn_rc rc = MN_OK;
    int status = add_to_registry(run, source, found, until, &number, &rc);
    if (status != MN_EXIT_OK)
        return status;
    if (rc == MN_E_FILE_EXISTS) { /* another program has registered it since it was examined */
        found->registered = number;
        found->faults |= UINT32_C(1) << MN_FAULT_REGISTERED;
        return refuse(run, report, source->sender);
    }
    if (rc)
        return mn_office_tell(rc);
    run->good++;
    describe(run, report, number, until, &o);
    status = add_answer(run, report, source->sender, number, until, &o);
    if (status == MN_EXIT_OK)
        status = mn_outcomes_add(&run->outcomes, &o);
    mn_outcome_release(&o);
    return status;
}

/* Name and address may have changed; nobody is born anew. */
static bool is_other_owner(const struct run *run, const struct mn_examination *found)
{
    const char *before = run->replaced.one.birth_date;
    return run->approval->replaces && before && before[0] && found->birth_date[0] &&
           strcmp(before, found->birth_date) != 0;
}

static int remember_shown(struct run *run, const struct mn_examination *found)
{
    if ((run->shown_count & (run->shown_count - 1)) == 0) { /* full at each power of two */
        size_t room = run->shown_count ? run->shown_count * 2 : 1;
        void *more = realloc(run->shown, room * sizeof *run->shown);
        if (!more)
            return mn_office_tell(MN_E_MEMORY);
        run->shown = more;
    }
    memcpy(run->shown[run->shown_count++], found->fingerprint, sizeof *run->shown);
    return MN_EXIT_OK;
}

static bool was_shown(const struct run *run, const struct mn_examination *found)
{
    for (size_t i = 0; i < run->shown_count; i++)
        if (memcmp(run->shown[i], found->fingerprint, sizeof *run->shown) == 0)
            return true;
    return false;
}

static int show(struct run *run, const struct mn_request_report *report)
{
    struct mn_outcome o = {0};
    bool good = mn_request_report_is_good(report);
    int status = MN_EXIT_OK;
    run->good += good;
    run->refused += !good;
    if (run->approval->json) {
        o.json = mn_request_report_json(report);
        status = mn_outcomes_add(&run->outcomes, &o);
    } else {
        mn_request_report_print(report);
    }
    if (status == MN_EXIT_OK && good && run->approval->kind != MN_APPROVAL_REVIEW)
        status = remember_shown(run, report->found);
    return status;
}

/* One file cannot hold the answers to two: the first one's number would be lost. */
static bool fits_answer(const struct run *run)
{
    if (!run->approval->answer || run->answers_folder || run->good + run->refused == 0)
        return true;
    fprintf(stderr,
            _("mynakey: there are several requests, and --answer names one file: name a folder "
              "that is\nthere. Nothing was registered\n"));
    return false;
}

static int take(struct run *run, const struct mn_request_source *source,
                struct mn_request_report *report, struct mn_examination *found)
{
    if (!fits_answer(run))
        return MN_EXIT_FAILED;
    if (run->looking)
        return show(run, report);
    if (!mn_request_report_is_good(report))
        return refuse(run, report, source->sender);
    if (!run->approval->yes && !was_shown(run, found)) {
        fprintf(stderr, _("mynakey: %s is not what was shown any more; it was not registered\n"),
                mn_printable(source->from));
        return MN_EXIT_FAILED;
    }
    return approve(run, source, report, found);
}

static int visit(const struct mn_request_source *source, void *self)
{
    struct run *run = self;
    struct mn_examination found = {0};
    struct mn_request_report report = {.from = source->from,
                                       .gap = mn_request_gap_of(source),
                                       .found = &found,
                                       .own_anchors = run->approval->anchor != NULL};
    mn_rc rc = MN_OK;
    int status;
    if (report.gap == MN_GAP_NONE)
        rc = mn_examiner_examine(run->rules.examiner, source->certificate, source->signature,
                                 &found);
    if (rc && run->approval->crl)
        status = failed(run->approval->crl, rc);
    else if (rc)
        status = mn_office_tell(rc);
    else {
        if (report.gap == MN_GAP_NONE && is_other_owner(run, &found))
            report.gap = MN_GAP_OTHER_OWNER;
        status = take(run, source, &report, &found);
    }
    mn_examination_release(&found);
    return status;
}

/* --- all of them --- */

static int pass(struct run *run, bool looking, char *const *files, int count)
{
    run->looking = looking;
    run->good = run->refused = 0;
    int status = looking ? MN_EXIT_OK : remember_site(run);
    if (status == MN_EXIT_OK)
        status = mn_request_source_each(files, count, visit, run);
    if (status == MN_EXIT_OK)
        status = mn_outcomes_end(&run->outcomes);
    else
        mn_outcomes_abandon(&run->outcomes);
    if (status == MN_EXIT_OK && run->good + run->refused == 0) {
        fprintf(stderr, _("mynakey: there is no request in it\n"));
        status = MN_EXIT_FAILED;
    }
    if (status == MN_EXIT_OK && run->refused > 0)
        status = MN_EXIT_REFUSED;
    return status;
}

static bool is_settled(int status)
{
    return status == MN_EXIT_OK || status == MN_EXIT_REFUSED;
}

static int look_and_ask(struct run *run, char *const *files, int count)
{
    char question[256];
    int status = pass(run, true, files, count);
    if (!is_settled(status) || run->approval->kind == MN_APPROVAL_REVIEW)
        return status;
    if (run->good == 0 && !run->approval->answer)
        return status;
    snprintf(question, sizeof question,
             run->good ? _("Register %zu of %zu?") : _("Write the answers? (%zu of %zu are good)"),
             run->good, run->good + run->refused);
    fflush(stdout);
    if (!mn_prompt_confirm(question, false))
        return MN_EXIT_FAILED;
    return pass(run, false, files, count);
}

static int decide(struct run *run, char *const *files, int count)
{
    const struct mn_approval *a = run->approval;
    int status = MN_EXIT_OK;
    if (a->kind != MN_APPROVAL_REVIEW && a->crl)
        status = mn_revocation_fit(run->rules.examiner, a->crl, files, count);
    if (status != MN_EXIT_OK)
        return status;
    status = a->kind != MN_APPROVAL_REVIEW && a->yes ? pass(run, false, files, count)
                                                     : look_and_ask(run, files, count);
    if (a->kind != MN_APPROVAL_REVIEW && is_settled(status) && run->good && !a->json)
        printf(_("%zu registered, %zu refused. 'mynakey authority publish' tells everybody.\n"),
               run->good, run->refused);
    return status;
}

static void release(struct run *run)
{
    mn_approval_rules_release(&run->rules);
    mn_entry_release(&run->replaced);
    free(run->shown);
    mn_office_close(&run->office);
}

int mn_approval_run(const struct mn_approval *approval, char *const *files, int count)
{
    static const char *const words[] = {[MN_APPROVAL_REVIEW] = "review",
                                        [MN_APPROVAL_APPROVE] = "approve",
                                        [MN_APPROVAL_REISSUE] = "reissue"};
    static int (*const steps[])(struct run *) = {look_at_replaced, look_at_answer};
    struct run run = {.approval = approval};
    int status = mn_office_open(&run.office, approval->folder, words[approval->kind]);
    run.outcomes.office = &run.office;
    if (status == MN_EXIT_OK)
        status = mn_approval_rules_open(&run.rules, approval, &run.office);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0] && status == MN_EXIT_OK; i++)
        status = steps[i](&run);
    if (status == MN_EXIT_OK)
        status = decide(&run, files, count);
    release(&run);
    return mn_office_printed(status);
}
