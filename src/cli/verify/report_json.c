#include "cli/printable.h"
#include "cli/verb.h"
#include "cli/verify/clock_text.h"
#include "cli/verify/report.h"

static json_t *utc(time_t at)
{
    char text[MN_CLOCK_TEXT_ROOM];
    mn_clock_utc(at, text);
    return json_string(text);
}

static json_t *text_or_null(const char *text)
{
    return text ? json_string(text) : json_null();
}

/* "status", "problem" and, where there is one, "text". */
static void set_problem(json_t *to, const struct mn_problem *problem)
{
    json_object_set_new(to, "status", json_integer(problem->status));
    json_object_set_new(to, "problem",
                        problem->status == MN_EXIT_OK
                            ? json_null()
                            : json_string(mn_problem_name(problem->status)));
    if (problem->status != MN_EXIT_OK)
        json_object_set_new(to, "text", json_string(mn_printable(problem->text)));
}

static json_t *statement_json(const struct mn_statement *s)
{
    bool good = s->says.state == MN_VALIDITY_GOOD;
    return json_pack("{s:I, s:s, s:o, s:o, s:o, s:o, s:s, s:{s:s, s:s, s:o}}", "number",
                     (json_int_t)s->says.number, "state", good ? "good" : "revoked", "revoked_at",
                     good ? json_null() : utc(s->says.revoked_at), "reason",
                     good ? json_null() : text_or_null(mn_revocation_reason_name(s->says.reason)),
                     "as_of", utc(s->says.this_update), "until", utc(s->says.next_update), "from",
                     s->from, "authority", "name", s->authority.name, "fingerprint",
                     s->authority.fingerprint, "trusted_site",
                     text_or_null(s->trusted_site[0] ? s->trusted_site : NULL));
}

static json_t *ca_json(const struct mn_ca_finding *ca)
{
    json_t *list = json_null();
    if (ca->list_asked)
        list =
            json_pack("{s:b, s:o}", "revoked", ca->list_says.revoked, "as_of", utc(ca->list_from));
    return json_pack("{s:s, s:s, s:b, s:o}", "name", ca->name, "fingerprint", ca->fingerprint,
                     "published", ca->published, "list", list);
}

static json_t *signer_json(const struct mn_signer *signer)
{
    return json_pack(
        "{s:o, s:o, s:o, s:s, s:o, s:o, s:b, s:o, s:o}", "name", text_or_null(signer->name),
        "address", text_or_null(signer->address), "birth_year",
        signer->birth_year ? json_integer((json_int_t)signer->birth_year) : json_null(),
        "fingerprint", signer->fingerprint, "valid_from", utc(signer->valid_from), "valid_until",
        utc(signer->valid_until), "self_signed", signer->self_signed, "validity_data",
        signer->statement ? statement_json(signer->statement) : json_null(), "ca",
        signer->ca.trusted ? ca_json(&signer->ca) : json_null());
}

static json_t *stamp_json(const struct mn_checked_stamp *stamp)
{
    if (!stamp->genuine)
        return json_null();
    return json_pack("{s:o, s:s, s:s, s:b}", "time", utc(stamp->time), "authority", stamp->name,
                     "fingerprint", stamp->fingerprint, "trusted", stamp->trusted);
}

static void append_unchecked(json_t *to, const struct mn_unchecked *all, size_t len)
{
    for (size_t i = 0; i < len; i++)
        json_array_append_new(to, json_string(all[i].name));
}

static json_t *signature_json(const struct mn_checked_signature *s)
{
    struct mn_unchecked unchecked[MN_UNCHECKED_MAX];
    json_t *names = json_array(), *root = json_object();
    set_problem(root, &s->problem);
    json_object_set_new(root, "authentic", json_boolean(s->authentic));
    if (s->authentic) {
        append_unchecked(names, unchecked, mn_unchecked_of_signature(s, unchecked));
        append_unchecked(names, unchecked, mn_unchecked_of_signer(s->signer, unchecked));
        json_object_set_new(root, "unchanged", json_boolean(s->unchanged));
        json_object_set_new(root, "signed_at", s->has_time ? utc(s->time) : json_null());
        json_object_set_new(root, "time_stamp", stamp_json(&s->stamp));
        json_object_set_new(root, "signer", signer_json(s->signer));
        json_object_set(root, "not_checked", names);
    }
    json_decref(names);
    return root;
}

json_t *mn_report_json(const struct mn_checked_file *file)
{
    json_t *signatures = json_array();
    json_t *root = json_pack("{s:s, s:s}", "file", mn_printable(file->path), "signature",
                             mn_printable(file->signature_path));
    if (root)
        set_problem(root, &file->problem);
    for (size_t i = 0; i < file->len; i++)
        json_array_append_new(signatures, signature_json(&file->signatures[i]));
    if (root)
        json_object_set_new(root, "signatures", signatures);
    else
        json_decref(signatures);
    return root;
}
