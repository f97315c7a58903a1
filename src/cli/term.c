#include "cli/term.h"

#include "cli/colour.h"
#include "cli/issue/validity.h"
#include "cli/message.h"

struct mn_term mn_term_of(const struct mn_certificate *certificate, time_t now)
{
    struct mn_term term = {.from = certificate->not_before_time,
                           .until = certificate->not_after_time,
                           .state = MN_TERM_GOOD};
    term.days = mn_days_until(now, term.until);
    if (term.days < 0)
        term.state = MN_TERM_EXPIRED;
    else if (now < term.from)
        term.state = MN_TERM_NOT_YET;
    else if (term.days < MN_TERM_NOTICE)
        term.state = MN_TERM_ENDS_SOON;
    return term;
}

void mn_instant_text(time_t instant, char out[MN_INSTANT_ROOM])
{
    struct tm tm = {0};
    localtime_r(&instant, &tm);
    if (strftime(out, MN_INSTANT_ROOM, _("%Y-%m-%d %H:%M:%S %Z"), &tm) == 0)
        mn_instant_utc(instant, out);
}

void mn_instant_utc(time_t instant, char out[MN_INSTANT_ROOM])
{
    struct tm tm = {0};
    gmtime_r(&instant, &tm);
    strftime(out, MN_INSTANT_ROOM, "%Y-%m-%dT%H:%M:%SZ", &tm);
}

static const enum mn_colour colours[] = {
    [MN_TERM_GOOD] = MN_COLOUR_GOOD,
    [MN_TERM_ENDS_SOON] = MN_COLOUR_WARNING,
    [MN_TERM_EXPIRED] = MN_COLOUR_BAD,
    [MN_TERM_NOT_YET] = MN_COLOUR_BAD,
};

void mn_term_print(FILE *out, const struct mn_term *term, bool colour)
{
    char from[MN_INSTANT_ROOM], until[MN_INSTANT_ROOM];
    mn_instant_text(term->from, from);
    mn_instant_text(term->until, until);
    fputs(mn_colour(colour, colours[term->state]), out);
    if (term->state == MN_TERM_EXPIRED)
        fprintf(out, _("EXPIRED on %s"), until);
    else if (term->state == MN_TERM_NOT_YET)
        fprintf(out, _("NOT VALID before %s"), from);
    else if (term->days == 1)
        fprintf(out, _("valid until %s (1 day left)"), until);
    else
        fprintf(out, _("valid until %s (%ld days left)"), until, term->days);
    fputs(mn_colour_end(colour), out);
}

void mn_term_add_json(json_t *to, const struct mn_term *term)
{
    static const char *const states[] = {
        [MN_TERM_GOOD] = "good",
        [MN_TERM_ENDS_SOON] = "ends-soon",
        [MN_TERM_EXPIRED] = "expired",
        [MN_TERM_NOT_YET] = "not-yet",
    };
    char from[MN_INSTANT_ROOM], until[MN_INSTANT_ROOM];
    mn_instant_utc(term->from, from);
    mn_instant_utc(term->until, until);
    json_object_set_new(to, "valid_from", json_string(from));
    json_object_set_new(to, "valid_until", json_string(until));
    json_object_set_new(to, "days_left", json_integer(term->days));
    json_object_set_new(to, "expired", json_boolean(term->state == MN_TERM_EXPIRED));
    json_object_set_new(to, "state", json_string(states[term->state]));
}
