#include "cli/verify/report.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cli/columns.h"
#include "cli/message.h"
#include "cli/printable.h"
#include "cli/verb.h"
#include "cli/verify/clock_text.h"

size_t mn_unchecked_of_signer(const struct mn_signer *signer,
                              struct mn_unchecked out[MN_UNCHECKED_MAX])
{
    size_t n = 0;
    if (signer->statement && signer->statement->authentic && !signer->statement->fetched)
        out[n++] = (struct mn_unchecked){
            "newer-validity-data", _("whether the authority has said anything newer: the validity "
                                     "data come from a file")};
    if (signer->statement && signer->statement->not_remembered)
        out[n++] = (struct mn_unchecked){
            "older-answer",
            _("whether newer validity data were seen before: that could not be kept here")};
    if (signer->ca.trusted && !signer->ca.list_asked)
        out[n++] = (struct mn_unchecked){
            "revocation", _("whether the CA has revoked the certificate: JPKI tells that to "
                            "registered verifiers only (--crl, if you have its list)")};
    if (signer->ca.list_asked && signer->ca.list_says.partial)
        out[n++] = (struct mn_unchecked){
            "revocation", _("whether it was revoked for a reason that the list of --crl is not "
                            "for")};
    return n;
}

size_t mn_unchecked_of_signature(const struct mn_checked_signature *signature,
                                 struct mn_unchecked out[MN_UNCHECKED_MAX])
{
    size_t n = 0;
    if (signature->has_time && !signature->stamp.genuine)
        out[n++] = (struct mn_unchecked){
            "time", _("whether it was signed at that time: nobody but the signer says so")};
    if (signature->stamp.genuine && !signature->stamp.trusted)
        out[n++] = (struct mn_unchecked){
            "time-stamp-authority", _("whether the time stamp's authority can be trusted (--tsa)")};
    return n;
}

/* --- rows --- */

static size_t width(void)
{
    static const char *const labels[] = {
        N_("File"),          N_("Signature"), N_("Signed by"),     N_("Address"),
        N_("Year of birth"), N_("Signed"),    N_("Time stamp"),    N_("Certificate"),
        N_("Fingerprint"),   N_("Valid"),     N_("Validity data"), N_("From"),
        N_("Authority"),     N_("CA"),        N_("Not checked"),   N_("Note"),
        N_("Result")};
    size_t widest = 0;
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++)
        if (mn_columns(gettext(labels[i])) > widest)
            widest = mn_columns(gettext(labels[i]));
    return widest;
}

static void row(const char *label, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void row(const char *label, const char *format, ...)
{
    char text[2048];
    va_list values;
    va_start(values, format);
    vsnprintf(text, sizeof text, format, values);
    va_end(values);
    mn_columns_print(stdout, label, width(), text);
}

static void unchecked_rows(const struct mn_unchecked *all, size_t len)
{
    for (size_t i = 0; i < len; i++)
        row(_("Not checked"), "%s", all[i].text);
}

/* --- the signer --- */

static void person_rows(const struct mn_signer *signer)
{
    row(_("Signed by"), "%s",
        signer->name ? signer->name : _("somebody whose certificate has no name"));
    if (signer->address)
        row(_("Address"), "%s", signer->address);
    if (signer->birth_year)
        row(_("Year of birth"), "%u", signer->birth_year);
}

static void certificate_rows(const struct mn_signer *signer)
{
    char from[MN_CLOCK_TEXT_ROOM], until[MN_CLOCK_TEXT_ROOM];
    mn_clock_text(signer->valid_from, from);
    mn_clock_text(signer->valid_until, until);
    row(_("Certificate"), "%s",
        signer->self_signed ? _("a software certificate, signed by its own key")
                            : _("issued by a CA"));
    row(_("Fingerprint"), "%s", signer->fingerprint);
    row(_("Valid"), _("%s to %s"), from, until);
}

static void statement_rows(const struct mn_statement *s)
{
    char from[MN_CLOCK_TEXT_ROOM], until[MN_CLOCK_TEXT_ROOM];
    mn_clock_text(s->says.this_update, from);
    mn_clock_text(s->says.next_update, until);
    row(_("Validity data"),
        s->says.state == MN_VALIDITY_GOOD ? _("number %llu: good, as of %s, until %s")
                                          : _("number %llu: REVOKED, as of %s, until %s"),
        (unsigned long long)s->says.number, from, until);
    row(_("From"), "%s", s->from);
    if (s->trusted_site[0])
        row(_("Authority"), _("%s, which you trust for %s"), s->authority.name, s->trusted_site);
    else
        row(_("Authority"), _("%s, which --authority names"), s->authority.name);
    row(_("Fingerprint"), "%s", s->authority.fingerprint);
}

static void ca_rows(const struct mn_ca_finding *ca)
{
    char from[MN_CLOCK_TEXT_ROOM];
    if (ca->published)
        row(_("CA"), _("JPKI, %s, whose fingerprint is published"), ca->name);
    else
        row(_("CA"), _("%s, which --anchor names; it is NONE of those that JPKI has published"),
            ca->name);
    row(_("Fingerprint"), "%s", ca->fingerprint);
    if (!ca->list_asked)
        return;
    mn_clock_text(ca->list_from, from);
    row(_("Validity data"),
        ca->list_says.revoked ? _("REVOKED, by the CA's list of %s")
                              : _("not in the CA's list of %s"),
        from);
}

static void voucher_rows(const struct mn_signer *signer)
{
    struct mn_unchecked unchecked[MN_UNCHECKED_MAX];
    certificate_rows(signer);
    if (signer->statement)
        statement_rows(signer->statement);
    if (signer->ca.trusted)
        ca_rows(&signer->ca);
    unchecked_rows(unchecked, mn_unchecked_of_signer(signer, unchecked));
}

/* --- the signature --- */

static void time_rows(const struct mn_checked_signature *s)
{
    char when[MN_CLOCK_TEXT_ROOM];
    mn_clock_text(s->time, when);
    if (s->has_time)
        row(_("Signed"), _("%s, as the signer says"), when);
    else
        row(_("Signed"), _("the signer does not say when"));
    if (!s->stamp.genuine)
        return;
    mn_clock_text(s->stamp.time, when);
    row(_("Time stamp"), s->stamp.trusted ? _("%s, by %s, which --tsa names") : _("%s, by %s"),
        when, s->stamp.name);
}

/* A signature that was there before: what to make of it depends on why the certificate was revoked,
 * and only people can tell. */
static void revocation_note(const struct mn_checked_signature *s)
{
    const struct mn_signer *signer = s->signer;
    time_t revoked_at = signer->statement && signer->statement->says.state == MN_VALIDITY_REVOKED
                            ? signer->statement->says.revoked_at
                        : signer->ca.list_says.revoked ? signer->ca.list_says.when
                                                       : 0;
    if (revoked_at && s->stamp.trusted && s->stamp.time < revoked_at)
        row(_("Note"), _("the time stamp proves that it was signed before the certificate was "
                         "revoked. Whether that is enough depends on the reason: a stolen key may "
                         "have been used before anybody noticed. mynakey does not accept it."));
}

static void signature_rows(const struct mn_checked_signature *s)
{
    struct mn_unchecked unchecked[MN_UNCHECKED_MAX];
    if (!s->authentic) {
        row(_("Signature"), _("NOT RIGHT: %s"), s->problem.text);
        return;
    }
    row(_("File"), "%s",
        s->unchanged ? _("unchanged since it was signed") : _("NOT what was signed"));
    person_rows(s->signer);
    time_rows(s);
    voucher_rows(s->signer);
    unchecked_rows(unchecked, mn_unchecked_of_signature(s, unchecked));
    revocation_note(s);
}

static void result_row(const struct mn_problem *problem)
{
    if (problem->status == MN_EXIT_OK)
        row(_("Result"), _("GOOD: all of this holds, but for what was not checked"));
    else
        row(_("Result"), _("NOT GOOD: %s"), problem->text);
}

void mn_report_print(const struct mn_checked_file *file)
{
    printf("%s\n", mn_printable(file->path));
    for (size_t i = 0; i < file->len; i++) {
        if (file->len > 1)
            printf(_(" Signature %zu of %zu\n"), i + 1, file->len);
        signature_rows(&file->signatures[i]);
        if (file->len > 1)
            result_row(&file->signatures[i].problem);
    }
    if (file->len > 1)
        printf(_(" All signatures\n"));
    result_row(&file->problem);
}

/* --- many --- */

static void print_times(const struct mn_checked_signature *s)
{
    char when[MN_CLOCK_TEXT_ROOM];
    mn_clock_text(s->stamp.trusted ? s->stamp.time : s->time, when);
    if (s->stamp.trusted)
        printf(_(", %s by time stamp"), when);
    else if (s->has_time)
        printf(_(", %s by the signer's word"), when);
}

void mn_report_print_line(const struct mn_checked_file *file)
{
    printf("%s: ", mn_printable(file->path));
    if (file->problem.status == MN_EXIT_OK)
        printf("%s", _("GOOD"));
    else
        printf(_("NOT GOOD: %s"), file->problem.text);
    for (size_t i = 0; i < file->len; i++) {
        const struct mn_checked_signature *s = &file->signatures[i];
        if (!s->authentic)
            continue;
        printf(_("; signed by %s [%u]"), s->signer->name ? s->signer->name : "?",
               s->signer->ordinal);
        print_times(s);
    }
    putchar('\n');
}

void mn_report_print_signers(const struct mn_signers *signers)
{
    for (size_t i = 0; i < signers->len; i++) {
        printf("\n[%u]\n", signers->at[i]->ordinal);
        person_rows(signers->at[i]);
        voucher_rows(signers->at[i]);
        if (signers->at[i]->problem.status != MN_EXIT_OK)
            result_row(&signers->at[i]->problem);
    }
}
