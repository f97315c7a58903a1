#include "cli/authority/entry.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/columns.h"
#include "cli/message.h"
#include "cli/printable.h"
#include "cli/verb.h"

static mn_rc copy(const struct mn_registered *one, void *self)
{
    struct mn_entry *entry = self;
    const char *const from[] = {one->name, one->address, one->birth_date, one->mail};

    entry->one = *one;
    entry->one.certificate = mn_span(NULL, 0);
    for (size_t i = 0; i < sizeof from / sizeof from[0]; i++) {
        entry->strings[i] = strdup(from[i]);
        if (!entry->strings[i])
            return MN_E_MEMORY;
    }
    entry->one.name = entry->strings[0];
    entry->one.address = entry->strings[1];
    entry->one.birth_date = entry->strings[2];
    entry->one.mail = entry->strings[3];
    return MN_OK;
}

int mn_entry_find(struct mn_office *office, int64_t number, struct mn_entry *out)
{
    const struct mn_registered_query query = {.number = number};
    *out = (struct mn_entry){.now = office->writer.now};
    mn_rc rc = mn_registered_each(office->registry, &query, copy, out);
    if (rc)
        return mn_office_tell(rc);
    if (out->one.number == number)
        return MN_EXIT_OK;
    fprintf(stderr, _("mynakey: there is no number %" PRId64 "\n"), number);
    return MN_EXIT_FAILED;
}

void mn_entry_release(struct mn_entry *entry)
{
    for (size_t i = 0; i < sizeof entry->strings / sizeof entry->strings[0]; i++)
        free(entry->strings[i]);
    *entry = (struct mn_entry){0};
}

const char *mn_entry_state(const struct mn_registered *one, time_t now)
{
    if (one->state == MN_REGISTERED_REVOKED)
        return "revoked";
    return one->valid_until > now ? "good" : "expired";
}

void mn_entry_date(time_t date, char out[MN_ENTRY_DATE])
{
    struct tm tm = {0};
    localtime_r(&date, &tm);
    strftime(out, MN_ENTRY_DATE, "%Y-%m-%d", &tm);
}

void mn_entry_stamp(time_t date, char out[MN_ENTRY_DATE])
{
    struct tm tm = {0};
    gmtime_r(&date, &tm);
    strftime(out, MN_ENTRY_DATE, "%Y-%m-%dT%H:%M:%SZ", &tm);
}

void mn_entry_hex(const uint8_t *hash, size_t len, char *out)
{
    out[0] = '\0';
    for (size_t i = 0; i < len; i++)
        snprintf(out + 2 * i, 3, "%02x", hash[i]);
}

static void print_row(const char *label, const char *value)
{
    static const char *const labels[] = {N_("Name"), N_("Address"), N_("Approved"),
                                         N_("Valid until"), N_("Withdrawn")};
    size_t width = 0;
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++)
        if (mn_columns(gettext(labels[i])) > width)
            width = mn_columns(gettext(labels[i]));
    mn_columns_print(stdout, label, width, value);
}

static void print_withdrawal(const struct mn_registered *one)
{
    char date[MN_ENTRY_DATE], text[128];
    const char *reason = mn_revocation_reason_name(one->reason);

    mn_entry_date(one->revoked_at, date);
    if (one->replaced_by)
        snprintf(text, sizeof text, _("%s, %s; number %" PRId64 " is in its place"), date,
                 reason ? reason : "", one->replaced_by);
    else
        snprintf(text, sizeof text, "%s, %s", date, reason ? reason : "");
    print_row(_("Withdrawn"), text);
}

void mn_entry_print(const struct mn_entry *entry)
{
    const struct mn_registered *one = &entry->one;
    char date[MN_ENTRY_DATE];

    printf(_("Number %" PRId64 ": %s\n"), one->number, mn_entry_state(one, entry->now));
    print_row(_("Name"), mn_printable(one->name));
    print_row(_("Address"), mn_printable(one->address));
    mn_entry_date(one->approved_at, date);
    print_row(_("Approved"), date);
    mn_entry_date(one->valid_until, date);
    print_row(_("Valid until"), date);
    if (one->state == MN_REGISTERED_REVOKED)
        print_withdrawal(one);
}

json_t *mn_entry_json(const struct mn_registered *one, time_t now)
{
    char approved[MN_ENTRY_DATE], until[MN_ENTRY_DATE], end[MN_ENTRY_DATE], when[MN_ENTRY_DATE];
    char hex[2 * MN_REGISTERED_HASH + 1];
    const char *reason = mn_revocation_reason_name(one->reason);

    mn_entry_stamp(one->approved_at, approved);
    mn_entry_stamp(one->valid_until, until);
    mn_entry_stamp(one->certificate_until, end);
    mn_entry_stamp(one->revoked_at, when);
    mn_entry_hex(one->fingerprint, sizeof one->fingerprint, hex);
    json_t *all = json_pack("{s:I, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "number",
                            (json_int_t)one->number, "state", mn_entry_state(one, now), "name",
                            one->name, "address", one->address, "birth_date", one->birth_date,
                            "mail", one->mail, "approved", approved, "valid_until", until,
                            "certificate_until", end, "sha256", hex);
    if (all && one->state == MN_REGISTERED_REVOKED) {
        json_object_set_new(all, "revoked", json_string(when));
        json_object_set_new(all, "reason", json_string(reason ? reason : "unspecified"));
        if (one->replaced_by)
            json_object_set_new(all, "replaced_by", json_integer(one->replaced_by));
    }
    return all;
}
