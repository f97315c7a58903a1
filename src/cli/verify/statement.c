#include "cli/verify/statement.h"

#include <stdio.h>
#include <string.h>

#include "cli/verify/limited_file.h"
#include "cli/message.h"
#include "cli/printable.h"
#include "cli/verb.h"
#include "cli/verify/clock_text.h"
#include "cli/verify/seen_answers.h"
#include "cli/verify/site.h"
#include "cli/verify/trusted_sites.h"

/* --- who signed it --- */

static mn_rc take_authority(struct mn_statement *s, struct mn_span der, const char *site)
{
    struct mn_authority_certificate authority;
    mn_rc rc = mn_authority_certificate_read(der, &authority);
    if (rc)
        return rc;
    mn_authority_certificate_release(&s->authority);
    s->authority = authority;
    snprintf(s->trusted_site, sizeof s->trusted_site, "%s", site);
    return MN_OK;
}

/* For a file: it does not matter for which site its authority was trusted. */
static mn_rc find_among_trusted(struct mn_statement *s)
{
    struct mn_trusted_sites sites;
    struct mn_validity says;
    mn_rc rc = mn_trusted_sites_list(&sites), found = MN_E_UNTRUSTED;
    for (size_t i = 0; rc == MN_OK && found == MN_E_UNTRUSTED && i < sites.len; i++) {
        struct mn_span authority = mn_bytes_span(&sites.at[i].authority);
        if (mn_validity_check(mn_bytes_span(&s->der), mn_span("", 0), authority, &says) !=
            MN_E_OTHER_AUTHORITY)
            found = take_authority(s, authority, sites.at[i].site);
    }
    mn_trusted_sites_release(&sites);
    return rc ? rc : found;
}

static mn_rc authority_of_site(struct mn_statement *s, const char *site)
{
    struct mn_bytes der = {0};
    mn_rc rc = mn_trusted_sites_get(site, &der);
    if (rc == MN_OK)
        rc = take_authority(s, mn_bytes_span(&der), site);
    mn_bytes_free(&der);
    return rc;
}

/* Before a site is asked: an answer that nobody is trusted to have signed would tell nothing. */
static void choose_authority_of_site(const struct mn_statement_world *world, struct mn_statement *s)
{
    mn_rc rc = world->authority ? take_authority(s, mn_bytes_span(&world->authority->der), "")
                                : authority_of_site(s, world->site);
    if (rc == MN_E_FILE_MISSING)
        mn_problem_set(&s->problem, MN_EXIT_UNTRUSTED,
                       _("the authority of %s is not trusted here: 'mynakey trust %s' shows it and "
                         "asks you, or name its certificate with --authority"),
                       world->site, world->site);
    else if (rc)
        mn_problem_set(&s->problem, MN_EXIT_FAILED,
                       _("what was kept of the trusted site %s cannot be used: %s"), world->site,
                       mn_message_rc(rc));
}

static void tell_stranger(struct mn_statement *s)
{
    struct mn_authority_certificate stranger = {0};
    struct mn_bytes der = {0};
    mn_rc rc = mn_validity_authority(mn_bytes_span(&s->der), &der);
    if (rc == MN_OK)
        rc = mn_authority_certificate_read(mn_bytes_span(&der), &stranger);
    if (rc == MN_OK)
        mn_problem_set(&s->problem, MN_EXIT_UNTRUSTED,
                       _("an authority that is not trusted here has signed the validity data; it "
                         "calls itself '%s', and its SHA-256 fingerprint is %s"),
                       stranger.name, stranger.fingerprint);
    else
        mn_problem_set(&s->problem, MN_EXIT_NO_VALIDITY,
                       _("these are no validity data that can be read: %s"), mn_message_rc(rc));
    mn_authority_certificate_release(&stranger);
    mn_bytes_free(&der);
}

static void choose_authority_of_file(const struct mn_statement_world *world, struct mn_statement *s)
{
    mn_rc rc = world->authority ? take_authority(s, mn_bytes_span(&world->authority->der), "")
                                : find_among_trusted(s);
    if (rc == MN_E_UNTRUSTED)
        tell_stranger(s);
    else if (rc)
        mn_problem_set(&s->problem, MN_EXIT_FAILED, "%s", mn_message_rc(rc));
}

/* --- what it says --- */

static void check_signature(struct mn_statement *s)
{
    mn_rc rc = mn_validity_check(mn_bytes_span(&s->der), mn_span("", 0),
                                 mn_bytes_span(&s->authority.der), &s->says);
    s->authentic = rc == MN_OK;
    if (rc == MN_E_OTHER_AUTHORITY)
        tell_stranger(s);
    else if (rc == MN_E_BAD_SIGNATURE)
        mn_problem_set(&s->problem, MN_EXIT_NO_VALIDITY,
                       _("the validity data were changed after the authority signed them, or are "
                         "forged"));
    else if (rc == MN_E_CRYPTO || rc == MN_E_MEMORY)
        mn_problem_set(&s->problem, MN_EXIT_FAILED, "%s", mn_message_rc(rc));
    else if (rc)
        mn_problem_set(&s->problem, MN_EXIT_NO_VALIDITY,
                       _("these are no validity data that can be read: %s"), mn_message_rc(rc));
}

/* What was seen of it before. Only what is not from ahead is remembered: a wrong date would make
 * all that follows an older answer. */
static void compare_with_seen(struct mn_statement *s, time_t now)
{
    char newest_text[MN_CLOCK_TEXT_ROOM];
    bool older;
    time_t newest;
    if (mn_validity_at(&s->says, now) == MN_VALIDITY_NOT_YET)
        return;
    s->not_remembered =
        mn_seen_compare(mn_bytes_span(&s->authority.der), &s->says, &older, &newest) != MN_OK;
    if (!older)
        return;
    mn_clock_text(newest, newest_text);
    mn_problem_set(&s->problem, MN_EXIT_OLDER_ANSWER,
                   _("these validity data are older than those of %s that were seen here before: "
                     "somebody hands out an old answer"),
                   newest_text);
}

static void judge_state(struct mn_statement *s)
{
    char when[MN_CLOCK_TEXT_ROOM];
    if (s->says.state == MN_VALIDITY_GOOD)
        return;
    mn_clock_text(s->says.revoked_at, when);
    mn_problem_set(&s->problem, MN_EXIT_REVOKED,
                   _("the authority has revoked the certificate, as of %s (%s)"), when,
                   mn_revocation_reason_name(s->says.reason));
}

static void judge_times(struct mn_statement *s, time_t now)
{
    char text[MN_CLOCK_TEXT_ROOM];
    enum mn_validity_time at = mn_validity_at(&s->says, now);
    if (at == MN_VALIDITY_EXPIRED) {
        mn_clock_text(s->says.next_update, text);
        mn_problem_set(&s->problem, MN_EXIT_EXPIRED, _("the validity data have expired, on %s"),
                       text);
    } else if (at == MN_VALIDITY_NOT_YET) {
        mn_clock_text(s->says.this_update, text);
        mn_problem_set(&s->problem, MN_EXIT_EXPIRED,
                       _("the validity data are of %s, which is still to come: is this computer's "
                         "clock right?"),
                       text);
    }
    if (now < s->authority.not_before || now > s->authority.not_after) {
        mn_clock_text(s->authority.not_after, text);
        mn_problem_set(&s->problem, MN_EXIT_EXPIRED,
                       _("the authority's own certificate is not valid at this time; its end is "
                         "%s"),
                       text);
    }
}

static void judge(const struct mn_statement_world *world, uint64_t wanted, struct mn_statement *s)
{
    if (s->problem.status == MN_EXIT_OK)
        check_signature(s);
    if (!s->authentic)
        return;
    if (wanted && s->says.number != wanted)
        mn_problem_set(
            &s->problem, MN_EXIT_OTHER_CERTIFICATE,
            _("number %llu was asked for, and the validity data are those of number %llu"),
            (unsigned long long)wanted, (unsigned long long)s->says.number);
    compare_with_seen(s, world->now);
    judge_state(s);
    judge_times(s, world->now);
}

/* --- where it comes from --- */

void mn_statement_fetch(const struct mn_statement_world *world, uint64_t number,
                        struct mn_statement *out)
{
    const struct mn_site_file file = mn_site_validity(world->site, number);
    char why[sizeof out->problem.text];
    *out = (struct mn_statement){.fetched = true};
    snprintf(out->from, sizeof out->from, "%s", file.url);
    choose_authority_of_site(world, out);
    if (out->problem.status != MN_EXIT_OK)
        return;
    enum mn_fetch_outcome outcome = mn_site_fetch(world->fetcher, &file, world->seconds, &out->der);
    if (outcome == MN_FETCH_NOT_FOUND) {
        mn_problem_set(&out->problem, MN_EXIT_UNKNOWN_NUMBER,
                       _("%s has no validity data with the number %llu"), world->site,
                       (unsigned long long)number);
    } else if (outcome != MN_FETCH_DONE) {
        mn_site_failure_text(world->fetcher, &file, outcome, why, sizeof why);
        mn_problem_set(&out->problem,
                       outcome == MN_FETCH_FAILED ? MN_EXIT_FAILED : MN_EXIT_UNREACHABLE, "%s",
                       why);
    }
    judge(world, number, out);
}

void mn_statement_read(const struct mn_statement_world *world, const char *path,
                       struct mn_statement *out)
{
    *out = (struct mn_statement){0};
    snprintf(out->from, sizeof out->from, "%s", mn_printable(path));
    mn_rc rc = mn_limited_file_read(path, MN_VALIDITY_FILE_MAX, &out->der);
    if (rc)
        mn_problem_set(&out->problem, MN_EXIT_NO_VALIDITY, "%s: %s", mn_printable(path),
                       mn_message_rc(rc));
    else
        choose_authority_of_file(world, out);
    judge(world, 0, out);
}

void mn_statement_release(struct mn_statement *statement)
{
    mn_bytes_free(&statement->der);
    mn_authority_certificate_release(&statement->authority);
}

bool mn_statement_is_about(const struct mn_statement *statement, struct mn_span certificate)
{
    struct mn_validity says;
    return statement->authentic &&
           mn_validity_check(mn_bytes_span(&statement->der), certificate,
                             mn_bytes_span(&statement->authority.der), &says) == MN_OK;
}
