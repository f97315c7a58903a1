#include "authority/registered.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "authority/journal.h"
#include "authority/registry_inside.h"
#include "authority/statement.h"

#define DETAIL 256

/* What changes later has a greater number than all before. */
#define NEXT_CHANGE "(SELECT coalesce(max(change), 0) + 1 FROM certificate)"

static void date_text(time_t date, char text[32])
{
    struct tm tm = {0};

    gmtime_r(&date, &tm);
    strftime(text, 32, "%Y-%m-%dT%H:%M:%SZ", &tm);
}

/* --- changing --- */

static mn_rc find_same(struct mn_registry *r, const struct mn_registration *it, int64_t *number)
{
    struct mn_statement s = mn_statement_begin(
        r->db, "SELECT number FROM certificate WHERE fingerprint = ? OR key_hash = ? LIMIT 1");

    mn_statement_blob(&s, mn_span(it->fingerprint, sizeof it->fingerprint));
    mn_statement_blob(&s, mn_span(it->key_hash, sizeof it->key_hash));
    *number = mn_statement_step(&s) ? sqlite3_column_int64(s.handle, 0) : 0;
    return mn_statement_end(&s);
}

static void bind_person(struct mn_statement *s, const struct mn_registration *it)
{
    mn_statement_text(s, it->name);
    mn_statement_text(s, it->birth_date);
    mn_statement_text(s, it->address);
}

static mn_rc insert_person(struct mn_registry *r, const struct mn_registration *it)
{
    struct mn_statement s =
        mn_statement_begin(r->db, "INSERT INTO person (name, birth_date, address) VALUES (?, ?, ?)"
                                  " ON CONFLICT DO NOTHING");

    bind_person(&s, it);
    return mn_statement_run(&s);
}

static mn_rc insert_certificate(struct mn_registry *r, const struct mn_registration *it)
{
    struct mn_statement s = mn_statement_begin(
        r->db,
        "INSERT INTO certificate (person, fingerprint, key_hash, mail, approved_at, valid_until,"
        " certificate_until, change) VALUES ((SELECT id FROM person WHERE name = ?"
        " AND birth_date = ? AND address = ?), ?, ?, ?, ?, ?, ?, " NEXT_CHANGE ")");

    bind_person(&s, it);
    mn_statement_blob(&s, mn_span(it->fingerprint, sizeof it->fingerprint));
    mn_statement_blob(&s, mn_span(it->key_hash, sizeof it->key_hash));
    mn_statement_text(&s, it->mail);
    mn_statement_int(&s, (int64_t)r->writer->now);
    mn_statement_int(&s, (int64_t)it->valid_until);
    mn_statement_int(&s, (int64_t)it->certificate_until);
    return mn_statement_run(&s);
}

static mn_rc insert_documents(struct mn_registry *r, const struct mn_registration *it,
                              int64_t number)
{
    struct mn_statement s = mn_statement_begin(
        r->db, "INSERT INTO document (number, certificate, card_signature) VALUES (?, ?, ?)");

    mn_statement_int(&s, number);
    mn_statement_blob(&s, it->certificate);
    mn_statement_blob(&s, it->card_signature);
    return mn_statement_run(&s);
}

static mn_rc note_approval(struct mn_registry *r, const struct mn_registration *it, int64_t number)
{
    char detail[DETAIL], until[32], hex[2 * MN_REGISTERED_HASH + 1], replaced[32] = "";

    date_text(it->valid_until, until);
    for (size_t i = 0; i < MN_REGISTERED_HASH; i++)
        snprintf(hex + 2 * i, 3, "%02x", it->fingerprint[i]);
    if (it->replaces)
        snprintf(replaced, sizeof replaced, " for=%" PRId64, it->replaces);
    snprintf(detail, sizeof detail, "sha256=%s until=%s%s", hex, until, replaced);
    return mn_journal_add(r, "approve", number, detail);
}

/* MN_OK when number is there and not withdrawn. */
static mn_rc look_at(struct mn_registry *r, int64_t number, time_t *certificate_until)
{
    struct mn_statement s = mn_statement_begin(
        r->db,
        "SELECT revoked_at IS NOT NULL, certificate_until FROM certificate WHERE number = ?");
    bool is_there, is_revoked = false;
    mn_rc rc;

    mn_statement_int(&s, number);
    is_there = mn_statement_step(&s);
    if (is_there) {
        is_revoked = sqlite3_column_int(s.handle, 0);
        *certificate_until = (time_t)sqlite3_column_int64(s.handle, 1);
    }
    rc = mn_statement_end(&s);
    if (rc != MN_OK)
        return rc;
    return !is_there ? MN_E_NOT_FOUND : is_revoked ? MN_E_REFUSED : MN_OK;
}

/* Withdraws what look_at has found good; by: what comes in its place, or 0. */
static mn_rc withdraw(struct mn_registry *r, int64_t number, enum mn_revocation_reason reason,
                      int64_t by)
{
    struct mn_statement s = mn_statement_begin(
        r->db, "UPDATE certificate SET revoked_at = ?, reason = ?, replaced_by = nullif(?, 0),"
               " change = " NEXT_CHANGE " WHERE number = ?");
    char detail[DETAIL], replaced[32] = "";
    mn_rc rc;

    mn_statement_int(&s, (int64_t)r->writer->now);
    mn_statement_int(&s, reason);
    mn_statement_int(&s, by);
    mn_statement_int(&s, number);
    rc = mn_statement_run(&s);
    if (rc != MN_OK)
        return rc;
    if (by)
        snprintf(replaced, sizeof replaced, " by=%" PRId64, by);
    snprintf(detail, sizeof detail, "reason=%s%s", mn_revocation_reason_name(reason), replaced);
    return mn_journal_add(r, "revoke", number, detail);
}

/* MN_OK when number is there and nothing has come in its place yet. Whoever lost a key has it
 * withdrawn at once, and gets another certificate afterwards. */
static mn_rc look_at_replaced(struct mn_registry *r, int64_t number, bool *is_withdrawn)
{
    struct mn_statement s = mn_statement_begin(
        r->db, "SELECT revoked_at IS NOT NULL, replaced_by IS NOT NULL FROM certificate"
               " WHERE number = ?");
    bool is_there, is_replaced = false;
    mn_rc rc;

    mn_statement_int(&s, number);
    is_there = mn_statement_step(&s);
    if (is_there) {
        *is_withdrawn = sqlite3_column_int(s.handle, 0);
        is_replaced = sqlite3_column_int(s.handle, 1);
    }
    rc = mn_statement_end(&s);
    if (rc != MN_OK)
        return rc;
    return !is_there ? MN_E_NOT_FOUND : is_replaced ? MN_E_REFUSED : MN_OK;
}

/* When and why it was withdrawn stays as it is. */
static mn_rc note_what_replaces(struct mn_registry *r, int64_t number, int64_t by)
{
    struct mn_statement s =
        mn_statement_begin(r->db, "UPDATE certificate SET replaced_by = ? WHERE number = ?");

    mn_statement_int(&s, by);
    mn_statement_int(&s, number);
    return mn_statement_run(&s);
}

mn_rc mn_registered_add(struct mn_registry *registry, const struct mn_registration *registration,
                        int64_t *number)
{
    const struct mn_registration *it = registration;
    bool is_withdrawn = false;
    mn_rc rc;

    *number = 0;
    if (!registry->writer)
        return MN_E_ARGUMENT;
    rc = it->replaces ? look_at_replaced(registry, it->replaces, &is_withdrawn) : MN_OK;
    if (rc == MN_OK)
        rc = find_same(registry, it, number);
    if (rc == MN_OK && *number)
        return MN_E_FILE_EXISTS;
    if (rc == MN_OK)
        rc = insert_person(registry, it);
    if (rc == MN_OK)
        rc = insert_certificate(registry, it);
    if (rc == MN_OK) {
        *number = sqlite3_last_insert_rowid(registry->db);
        rc = insert_documents(registry, it, *number);
    }
    if (rc == MN_OK)
        rc = note_approval(registry, it, *number);
    if (rc == MN_OK && it->replaces)
        rc = is_withdrawn ? note_what_replaces(registry, it->replaces, *number)
                          : withdraw(registry, it->replaces, MN_REASON_SUPERSEDED, *number);
    return rc;
}

bool mn_registered_is_reason(enum mn_revocation_reason reason)
{
    switch (reason) {
    case MN_REASON_UNSPECIFIED:
    case MN_REASON_KEY_COMPROMISE:
    case MN_REASON_AFFILIATION_CHANGED:
    case MN_REASON_SUPERSEDED:
    case MN_REASON_CESSATION_OF_OPERATION:
    case MN_REASON_PRIVILEGE_WITHDRAWN:
        return true;
    case MN_REASON_CA_COMPROMISE:
    case MN_REASON_CERTIFICATE_HOLD:
    case MN_REASON_REMOVE_FROM_CRL:
    case MN_REASON_AA_COMPROMISE:
        break;
    }
    return false;
}

mn_rc mn_registered_revoke(struct mn_registry *registry, int64_t number,
                           enum mn_revocation_reason reason)
{
    time_t until;
    mn_rc rc;

    if (!registry->writer || !mn_registered_is_reason(reason))
        return MN_E_ARGUMENT;
    rc = look_at(registry, number, &until);
    return rc == MN_OK ? withdraw(registry, number, reason, 0) : rc;
}

mn_rc mn_registered_renew(struct mn_registry *registry, int64_t number, time_t until)
{
    struct mn_statement s;
    time_t certificate_until = 0;
    char detail[DETAIL], date[32];
    mn_rc rc;

    if (!registry->writer)
        return MN_E_ARGUMENT;
    rc = look_at(registry, number, &certificate_until);
    if (rc == MN_OK && until > certificate_until)
        rc = MN_E_EXPIRED;
    if (rc != MN_OK)
        return rc;
    s = mn_statement_begin(registry->db, "UPDATE certificate SET valid_until = ?,"
                                         " change = " NEXT_CHANGE " WHERE number = ?");
    mn_statement_int(&s, (int64_t)until);
    mn_statement_int(&s, number);
    rc = mn_statement_run(&s);
    if (rc != MN_OK)
        return rc;
    date_text(until, date);
    snprintf(detail, sizeof detail, "until=%s", date);
    return mn_journal_add(registry, "renew", number, detail);
}

/* --- looking --- */

#define COLUMNS                                                                                    \
    "SELECT c.number, c.revoked_at, c.reason, c.replaced_by, c.approved_at, c.valid_until,"        \
    " c.certificate_until, c.change, c.fingerprint, c.mail, p.name, p.address, p.birth_date"

/* Every condition that a query can have, each with at most one parameter. */
struct condition {
    bool wanted;
    const char *text;
    const char *string;  /* the parameter; or ... */
    const uint8_t *hash; /* ... this; or else the number */
    int64_t number;
    bool has_none;
};

#define CONDITIONS 20

static size_t conditions_of(const struct mn_registered_query *q, struct condition out[CONDITIONS])
{
    const struct mn_registration *owner = q->owner;
    const struct condition all[] = {
        {q->number != 0, "c.number = ?", .number = q->number},
        {q->fingerprint, "c.fingerprint = ?", .hash = q->fingerprint},
        {q->key_hash, "c.key_hash = ?", .hash = q->key_hash},
        {q->above != 0, "c.number > ?", .number = q->above},
        {q->by_change || q->changed_above, "c.change > ?", .number = q->changed_above},
        {q->text, "instr(p.name || char(10) || p.address, ?)", .string = q->text},
        {q->name, "instr(p.name, ?)", .string = q->name},
        {q->address, "instr(p.address, ?)", .string = q->address},
        {owner, "p.name = ?", .string = owner ? owner->name : NULL},
        {owner, "p.birth_date = ?", .string = owner ? owner->birth_date : NULL},
        {owner, "p.address = ?", .string = owner ? owner->address : NULL},
        {q->kind == MN_REGISTERED_WITHDRAWN, "c.revoked_at IS NOT NULL", .has_none = true},
        {q->kind == MN_REGISTERED_CURRENT || q->kind == MN_REGISTERED_ENDED, "c.revoked_at IS NULL",
         .has_none = true},
        {q->kind == MN_REGISTERED_CURRENT, "c.valid_until > ?", .number = (int64_t)q->now},
        {q->kind == MN_REGISTERED_ENDED, "c.valid_until <= ?", .number = (int64_t)q->now},
        {q->until_before != 0, "c.valid_until < ?", .number = (int64_t)q->until_before},
    };
    size_t count = 0;

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (all[i].wanted)
            out[count++] = all[i];
    return count;
}

/* The conditions are words of ours; what comes from outside is bound. */
static struct mn_statement begin_query(struct mn_registry *r, const struct mn_registered_query *q)
{
    struct condition conditions[CONDITIONS];
    size_t count = conditions_of(q, conditions);
    struct mn_statement s;
    char text[2048];
    size_t len =
        (size_t)snprintf(text, sizeof text,
                         COLUMNS "%s FROM certificate c JOIN person p ON p.id = c.person%s"
                                 " WHERE true",
                         q->with_certificate ? ", d.certificate" : "",
                         q->with_certificate ? " JOIN document d ON d.number = c.number" : "");

    for (size_t i = 0; i < count; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, " AND %s", conditions[i].text);
    snprintf(text + len, sizeof text - len, " ORDER BY %s", q->by_change ? "c.change" : "c.number");
    s = mn_statement_begin(r->db, text);
    for (size_t i = 0; i < count; i++) {
        if (conditions[i].string)
            mn_statement_text(&s, conditions[i].string);
        else if (conditions[i].hash)
            mn_statement_blob(&s, mn_span(conditions[i].hash, MN_REGISTERED_HASH));
        else if (!conditions[i].has_none)
            mn_statement_int(&s, conditions[i].number);
    }
    return s;
}

static struct mn_registered registered_of(struct mn_statement *s, bool with_certificate)
{
    bool is_revoked = sqlite3_column_type(s->handle, 1) != SQLITE_NULL;
    struct mn_registered one = {
        .number = sqlite3_column_int64(s->handle, 0),
        .state = is_revoked ? MN_REGISTERED_REVOKED : MN_REGISTERED_GOOD,
        .revoked_at = (time_t)sqlite3_column_int64(s->handle, 1),
        .reason = (enum mn_revocation_reason)sqlite3_column_int(s->handle, 2),
        .replaced_by = sqlite3_column_int64(s->handle, 3),
        .approved_at = (time_t)sqlite3_column_int64(s->handle, 4),
        .valid_until = (time_t)sqlite3_column_int64(s->handle, 5),
        .certificate_until = (time_t)sqlite3_column_int64(s->handle, 6),
        .change = sqlite3_column_int64(s->handle, 7),
        .mail = mn_statement_string(s, 9),
        .name = mn_statement_string(s, 10),
        .address = mn_statement_string(s, 11),
        .birth_date = mn_statement_string(s, 12),
    };

    mn_statement_hash(s, 8, one.fingerprint, sizeof one.fingerprint);
    if (with_certificate)
        one.certificate = mn_statement_span(s, 13);
    return one;
}

mn_rc mn_registered_each(struct mn_registry *registry, const struct mn_registered_query *query,
                         mn_rc (*visit)(const struct mn_registered *one, void *self), void *self)
{
    struct mn_statement s = begin_query(registry, query);
    mn_rc rc = MN_OK, end;

    while (rc == MN_OK && mn_statement_step(&s)) {
        struct mn_registered one = registered_of(&s, query->with_certificate);

        rc = s.rc == MN_OK ? visit(&one, self) : s.rc;
    }
    end = mn_statement_end(&s);
    return rc == MN_OK ? end : rc;
}

mn_rc mn_registered_last_change(struct mn_registry *registry, int64_t *change)
{
    struct mn_statement s = mn_statement_begin(registry->db, "SELECT max(change) FROM certificate");

    *change = mn_statement_step(&s) ? sqlite3_column_int64(s.handle, 0) : 0;
    return mn_statement_end(&s);
}
