#include "cli/owner/check_words.h"

#include <jansson.h>

#include "cli/colour.h"
#include "cli/columns.h"
#include "cli/message.h"
#include "crypto/certificate.h"

static const char *const labels[] = {N_("Time"), N_("Issuer"), N_("Use"), N_("Revocation")};

static void print_label(FILE *out, const char *label)
{
    size_t width = 0;
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++)
        if (mn_columns(gettext(labels[i])) > width)
            width = mn_columns(gettext(labels[i]));
    mn_columns_label(out, gettext(label), width);
}

static void print_value(FILE *out, bool colour, enum mn_colour which, const char *text)
{
    fprintf(out, "%s%s%s\n", mn_colour(colour, which), text, mn_colour_end(colour));
}

/* --- for people --- */

static void print_chain(FILE *out, const struct mn_certificate_check *check, bool colour)
{
    char text[256];
    print_label(out, labels[1]);
    switch (check->chain) {
    case MN_CHAIN_PUBLISHED:
        snprintf(text, sizeof text, _("good: a CA that JPKI has published (%s)"),
                 check->anchor ? check->anchor->name : "");
        print_value(out, colour, MN_COLOUR_GOOD, text);
        break;
    case MN_CHAIN_GIVEN:
        print_value(out, colour, MN_COLOUR_WARNING,
                    _("leads to what --anchor gave, which is not JPKI: it proves nothing of a "
                      "real card"));
        break;
    case MN_CHAIN_SELF_SIGNED:
        print_value(out, colour, MN_COLOUR_WARNING,
                    _("NOT CHECKED: signed with its own key; whose it is tells the .mnsgn beside "
                      "it"));
        break;
    case MN_CHAIN_CA_EXPIRED:
        print_value(out, colour, MN_COLOUR_BAD, _("EXPIRED: the certificate of its CA"));
        break;
    case MN_CHAIN_UNTRUSTED:
        print_value(out, colour, MN_COLOUR_BAD,
                    _("NOT TRUSTED: it leads to no CA that JPKI has published"));
        break;
    }
}

static void print_use(FILE *out, const struct mn_certificate_check *check, bool colour)
{
    const char *right = check->key_usage_wanted & MN_USAGE_CERTIFICATE_SIGN
                            ? _("good: it may issue certificates")
                        : check->key_usage_wanted & MN_USAGE_NON_REPUDIATION
                            ? _("good: for signatures that bind whoever makes them")
                            : _("good: for signatures and logins");
    print_label(out, labels[2]);
    if (check->use_is_right)
        print_value(out, colour, MN_COLOUR_GOOD, right);
    else
        print_value(out, colour, MN_COLOUR_BAD, _("WRONG: the certificate does not allow it"));
}

static void print_revoked(FILE *out, const struct mn_certificate_check *check, bool colour)
{
    char when[MN_INSTANT_ROOM], text[256];
    const char *reason = mn_revocation_reason_name(check->finding.reason);
    mn_instant_text(check->finding.when, when);
    snprintf(text, sizeof text, _("REVOKED on %s (%s)"), when, reason ? reason : "?");
    print_value(out, colour, MN_COLOUR_BAD, text);
}

/* What the list says, with the date of its end in it. */
static void print_dated(FILE *out, const struct mn_certificate_check *check, bool colour)
{
    char from[MN_INSTANT_ROOM], text[256];
    mn_instant_text(check->list_from, from);
    if (check->revocation == MN_REVOCATION_NONE) {
        snprintf(text, sizeof text, _("good: not in the list of %s"), from);
        print_value(out, colour, MN_COLOUR_GOOD, text);
        return;
    }
    snprintf(text, sizeof text,
             check->revocation == MN_REVOCATION_STALE
                 ? _("NOT KNOWN: not in the list of %s, which does not hold any more")
                 : _("NOT KNOWN: not in the list of %s, which is for some reasons only"),
             from);
    print_value(out, colour, MN_COLOUR_WARNING, text);
}

static void print_revocation(FILE *out, const struct mn_certificate_check *check, bool colour)
{
    char text[256];
    print_label(out, labels[3]);
    switch (check->revocation) {
    case MN_REVOCATION_UNCHECKED:
        print_value(out, colour, MN_COLOUR_WARNING, _("NOT CHECKED"));
        break;
    case MN_REVOCATION_REVOKED:
        print_revoked(out, check, colour);
        break;
    case MN_REVOCATION_NONE:
    case MN_REVOCATION_STALE:
    case MN_REVOCATION_PARTIAL:
        print_dated(out, check, colour);
        break;
    case MN_REVOCATION_OTHER:
        print_value(out, colour, MN_COLOUR_WARNING,
                    _("NOT KNOWN: the list does not speak for this certificate"));
        break;
    case MN_REVOCATION_UNUSABLE:
        snprintf(text, sizeof text, _("NOT KNOWN: the list cannot be used: %s"),
                 mn_message_rc(check->revocation_rc));
        print_value(out, colour, MN_COLOUR_WARNING, text);
        break;
    }
}

/* Only of JPKI's: whoever issued another has ways of their own. */
static bool is_of_jpki(const struct mn_chosen *chosen, const struct mn_certificate_check *check)
{
    return chosen->kind == MN_CHOSEN_AUTH || chosen->kind == MN_CHOSEN_SIGN ||
           check->chain == MN_CHAIN_PUBLISHED;
}

void mn_check_print(FILE *out, const struct mn_chosen *chosen,
                    const struct mn_certificate_check *check, bool colour)
{
    fprintf(out, "%s%s%s", mn_colour(colour, MN_COLOUR_TITLE), chosen->title,
            mn_colour_end(colour));
    fputs(chosen->is_copy ? _(" (the copy that is kept here)\n") : "\n", out);
    print_label(out, labels[0]);
    mn_term_print(out, &check->term, colour);
    fputc('\n', out);
    print_chain(out, check, colour);
    print_use(out, check, colour);
    print_revocation(out, check, colour);
    if (check->revocation == MN_REVOCATION_UNCHECKED && is_of_jpki(chosen, check))
        fprintf(out,
                _("\nWhether JPKI has revoked it cannot be asked here: by law its data go to "
                  "registered\nverifiers, not to individuals. The official check of your own "
                  "certificate is in the\nJPKI client for Windows and macOS (有効性確認) and at "
                  "the municipal office. Whoever\nhas a list (CRL) gives it with --crl.\n"));
}

/* --- for programs --- */

static const char *const chains[] = {
    [MN_CHAIN_PUBLISHED] = "published",     [MN_CHAIN_GIVEN] = "given",
    [MN_CHAIN_SELF_SIGNED] = "self-signed", [MN_CHAIN_UNTRUSTED] = "untrusted",
    [MN_CHAIN_CA_EXPIRED] = "ca-expired",
};

static const char *const revocations[] = {
    [MN_REVOCATION_UNCHECKED] = "not-checked",  [MN_REVOCATION_NONE] = "good",
    [MN_REVOCATION_REVOKED] = "revoked",        [MN_REVOCATION_STALE] = "list-too-old",
    [MN_REVOCATION_PARTIAL] = "list-partial",   [MN_REVOCATION_OTHER] = "list-of-others",
    [MN_REVOCATION_UNUSABLE] = "list-unusable",
};

static void set_instant(json_t *to, const char *key, time_t instant)
{
    char text[MN_INSTANT_ROOM];
    mn_instant_utc(instant, text);
    if (instant)
        json_object_set_new(to, key, json_string(text));
}

static json_t *check_json(const struct mn_chosen *chosen, const struct mn_certificate_check *check)
{
    json_t *json =
        json_pack("{s:s, s:s, s:b, s:s}", "certificate", mn_chosen_kind_name(chosen->kind), "chain",
                  chains[check->chain], "use", check->use_is_right, "revocation",
                  revocations[check->revocation]);
    if (!json)
        return NULL;
    mn_term_add_json(json, &check->term);
    if (check->anchor)
        json_object_set_new(json, "ca", json_string(check->anchor->name));
    if (check->revocation == MN_REVOCATION_REVOKED) {
        const char *reason = mn_revocation_reason_name(check->finding.reason);
        set_instant(json, "revoked_at", check->finding.when);
        json_object_set_new(json, "reason", json_string(reason ? reason : "unspecified"));
    }
    if (check->revocation_rc)
        json_object_set_new(json, "problem", json_string(mn_rc_name(check->revocation_rc)));
    set_instant(json, "list_from", check->list_from);
    set_instant(json, "list_until", check->list_until);
    return json;
}

bool mn_check_print_json(FILE *out, const struct mn_chosen *chosen,
                         const struct mn_certificate_check *check)
{
    json_t *json = check_json(chosen, check);
    bool done = json && json_dumpf(json, out, JSON_INDENT(2)) == 0 && fputc('\n', out) != EOF;
    json_decref(json);
    return done;
}
