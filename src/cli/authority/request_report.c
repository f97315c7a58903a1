#include "cli/authority/request_report.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/authority/entry.h"
#include "cli/columns.h"
#include "cli/message.h"
#include "cli/printable.h"

enum mn_request_gap mn_request_gap_of(const struct mn_request_source *source)
{
    if (source->is_ambiguous)
        return MN_GAP_AMBIGUOUS;
    if (source->certificate.len == 0)
        return MN_GAP_CERTIFICATE;
    return source->signature.len == 0 ? MN_GAP_SIGNATURE : MN_GAP_NONE;
}

bool mn_request_report_is_good(const struct mn_request_report *report)
{
    return report->gap == MN_GAP_NONE && report->found->faults == 0;
}

static void print_row(const char *label, const char *value)
{
    static const char *const labels[] = {
        N_("Name"),       N_("Address"),    N_("Year of birth"),      N_("Mail"),
        N_("Key"),        N_("Valid"),      N_("Card's certificate"), N_("Signed"),
        N_("Comes from"), N_("Revocation"), N_("Registered before")};
    size_t width = 0;
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++)
        if (mn_columns(gettext(labels[i])) > width)
            width = mn_columns(gettext(labels[i]));
    mn_columns_print(stdout, label, width, value);
}

static bool has(const struct mn_examination *found, enum mn_fault fault)
{
    return found->faults & UINT32_C(1) << fault;
}

/* What the certificate says, and where the card says otherwise, that as well. */
static void print_both(const char *label, const char *certificate, const char *card, bool differs)
{
    char text[1024];

    print_row(label, mn_printable(certificate ? certificate : _("(none)")));
    if (differs) {
        snprintf(text, sizeof text, _("the card says: %s"), mn_printable(card ? card : ""));
        print_row("", text);
    }
}

static void print_owner(const struct mn_examination *e)
{
    char year[8], card_year[8];

    print_both(_("Name"), e->issued.name, e->name, has(e, MN_FAULT_NAME));
    print_both(_("Address"), e->issued.address, e->address, has(e, MN_FAULT_ADDRESS));
    if (e->issued.birth_year) {
        snprintf(year, sizeof year, "%04u", e->issued.birth_year % 10000);
        snprintf(card_year, sizeof card_year, "%.4s", e->birth_date);
        print_both(_("Year of birth"), year, card_year, has(e, MN_FAULT_BIRTH_YEAR));
    }
    if (e->issued.mail)
        print_row(_("Mail"), mn_printable(e->issued.mail));
}

static void print_period(const char *label, const struct mn_certificate *c)
{
    char from[MN_ENTRY_DATE], to[MN_ENTRY_DATE], text[128];

    mn_entry_date(c->not_before_time, from);
    mn_entry_date(c->not_after_time, to);
    snprintf(text, sizeof text, _("%s to %s"), from, to);
    print_row(label, text);
}

static void print_certificate(const struct mn_examination *e)
{
    const struct mn_certificate *c = &e->certificate;
    const char *kind = c->key_kind == MN_KEY_RSA  ? "RSA"
                       : c->key_kind == MN_KEY_EC ? "EC"
                                                  : _("another kind");
    char text[256];

    snprintf(text, sizeof text,
             has(e, MN_FAULT_POSSESSION) ? _("%s, %u bits; not proved to be the owner's")
                                         : _("%s, %u bits; proved to be the owner's"),
             kind, c->bits);
    print_row(_("Key"), text);
    print_period(_("Valid"), c);
}

static void print_card(const struct mn_request_report *report)
{
    const struct mn_examination *e = report->found;
    char when[MN_ENTRY_DATE], text[256];

    if (e->has_signing_time) {
        mn_entry_date(e->signing_time, when);
        print_row(_("Signed"), when);
    }
    if (!e->card.subject.ptr)
        return;
    print_period(_("Card's certificate"), &e->card);
    if (has(e, MN_FAULT_CARD_UNTRUSTED))
        snprintf(text, sizeof text, "%s", _("nobody who is trusted"));
    else if (e->anchor)
        snprintf(text, sizeof text, _("JPKI (%s)"), e->anchor->name);
    else
        snprintf(text, sizeof text, "%s", _("the CA certificate that you gave"));
    print_row(_("Comes from"), text);
    mn_entry_date(e->revocations_from, when);
    if (e->revocation_checked)
        snprintf(text, sizeof text, _("checked with the list of %s"), when);
    else
        snprintf(text, sizeof text, "%s", _("not checked"));
    print_row(_("Revocation"), text);
}

static void print_earlier(const struct mn_examination *e)
{
    char text[512] = "";
    size_t len = 0;

    for (size_t i = 0; i < e->earlier_count; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%" PRId64, i ? ", " : "",
                                e->earlier[i]);
    if (e->has_more_earlier)
        snprintf(text + len, sizeof text - len, "%s", _(" and more"));
    if (e->earlier_count)
        print_row(_("Registered before"), text);
}

void mn_request_report_print_refusal(const struct mn_request_report *report)
{
    struct mn_bytes text = {0};

    printf(_("Refused. To the sender:\n"));
    if (mn_fault_words(report->gap, report->found->faults, report->found->registered, &text) ==
        MN_OK)
        fwrite(text.ptr, 1, text.len, stdout);
    mn_bytes_free(&text);
}

void mn_request_report_print(const struct mn_request_report *report)
{
    const struct mn_examination *e = report->found;

    printf(_("Request: %s\n"), mn_printable(report->from));
    if (report->own_anchors)
        printf(_("WARNING: judged by the CA certificate that you gave, not by JPKI's published "
                 "ones: good for test cards only.\n"));
    if (report->gap == MN_GAP_NONE && !has(e, MN_FAULT_CERTIFICATE)) {
        print_owner(e);
        print_certificate(e);
    }
    if (report->gap == MN_GAP_NONE) {
        print_card(report);
        print_earlier(e);
    }
    if (mn_request_report_is_good(report))
        printf(_("It can be approved.\n\n"));
    else
        mn_request_report_print_refusal(report);
}

static json_t *refusals(const struct mn_request_report *report)
{
    json_t *list = json_array();

    if (report->gap != MN_GAP_NONE)
        json_array_append_new(list, json_string(mn_gap_name(report->gap)));
    for (int i = 0; i < MN_FAULTS; i++)
        if (report->found->faults & UINT32_C(1) << i)
            json_array_append_new(list, json_string(mn_fault_name((enum mn_fault)i)));
    return list;
}

static void add_text(json_t *to, const char *key, const char *value)
{
    if (value)
        json_object_set_new(to, key, json_string(value));
}

static void add_stamp(json_t *to, const char *key, time_t date)
{
    char stamp[MN_ENTRY_DATE];

    mn_entry_stamp(date, stamp);
    json_object_set_new(to, key, json_string(stamp));
}

json_t *mn_request_report_json(const struct mn_request_report *report)
{
    const struct mn_examination *e = report->found;
    char hex[2 * MN_REGISTERED_HASH + 1];
    json_t *all = json_object(), *earlier = json_array();

    add_text(all, "request", mn_printable(report->from));
    if (e->certificate.subject.ptr) {
        mn_entry_hex(e->fingerprint, sizeof e->fingerprint, hex);
        add_text(all, "sha256", hex);
        add_text(all, "name", e->issued.name);
        add_text(all, "address", e->issued.address);
        add_text(all, "mail", e->issued.mail);
        add_stamp(all, "certificate_until", e->certificate.not_after_time);
    }
    if (e->card.subject.ptr) {
        add_stamp(all, "card_until", e->card.not_after_time);
        json_object_set_new(all, "published_anchor", json_boolean(e->anchor != NULL));
        json_object_set_new(all, "revocation_checked", json_boolean(e->revocation_checked));
    }
    if (e->has_signing_time)
        add_stamp(all, "signed", e->signing_time);
    for (size_t i = 0; i < e->earlier_count; i++)
        json_array_append_new(earlier, json_integer(e->earlier[i]));
    json_object_set_new(all, "earlier", earlier);
    json_object_set_new(all, "refused", refusals(report));
    return all;
}
