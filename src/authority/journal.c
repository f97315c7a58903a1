#include "authority/journal.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "authority/registered.h"
#include "authority/registry_inside.h"
#include "authority/statement.h"
#include "crypto/digest.h"
#include "crypto/issued.h"
#include "crypto/revocation_reason.h"

/* Each field is preceded by its length, so that no two entries look alike to the hash. */
static mn_rc add_field(struct mn_digest *d, struct mn_span field)
{
    uint8_t len[8];
    mn_rc rc;

    for (size_t i = 0; i < sizeof len; i++)
        len[i] = (uint8_t)((uint64_t)field.len >> (56 - 8 * i));
    rc = mn_digest_add(d, mn_span(len, sizeof len));
    return rc == MN_OK ? mn_digest_add(d, field) : rc;
}

static mn_rc add_number(struct mn_digest *d, int64_t number)
{
    char text[24];
    int len = snprintf(text, sizeof text, "%" PRId64, number);

    return add_field(d, mn_span(text, (size_t)len));
}

static mn_rc add_text(struct mn_digest *d, const char *text)
{
    return add_field(d, mn_span(text, strlen(text)));
}

/* SHA-256 over the hash before and the fields; docs/authority.md tells it to others. */
static mn_rc hash_entry(const uint8_t before[MN_JOURNAL_HASH], const struct mn_journal_entry *e,
                        uint8_t out[MN_JOURNAL_HASH])
{
    struct mn_digest *d = NULL;
    mn_rc rc = mn_digest_new(MN_SHA256, &d);

    if (rc == MN_OK)
        rc = mn_digest_add(d, mn_span(before, MN_JOURNAL_HASH));
    if (rc == MN_OK)
        rc = add_number(d, e->entry);
    if (rc == MN_OK)
        rc = add_number(d, (int64_t)e->at);
    if (rc == MN_OK)
        rc = add_text(d, e->who);
    if (rc == MN_OK)
        rc = add_text(d, e->what);
    if (rc == MN_OK)
        rc = add_number(d, e->number);
    if (rc == MN_OK)
        rc = add_text(d, e->detail);
    if (rc == MN_OK)
        rc = mn_digest_finish(d, out);
    mn_digest_free(&d);
    return rc;
}

/* The last entry's number and hash; zeros where there is none. */
static mn_rc read_head(struct mn_registry *r, int64_t *entry, uint8_t hash[MN_JOURNAL_HASH])
{
    struct mn_statement s =
        mn_statement_begin(r->db, "SELECT entry, hash FROM journal ORDER BY entry DESC LIMIT 1");

    *entry = 0;
    memset(hash, 0, MN_JOURNAL_HASH);
    if (mn_statement_step(&s)) {
        *entry = sqlite3_column_int64(s.handle, 0);
        mn_statement_hash(&s, 1, hash, MN_JOURNAL_HASH);
    }
    return mn_statement_end(&s);
}

static mn_rc insert(struct mn_registry *r, const struct mn_journal_entry *e)
{
    struct mn_statement s =
        mn_statement_begin(r->db, "INSERT INTO journal (entry, at, who, what, number, detail, hash)"
                                  " VALUES (?, ?, ?, ?, nullif(?, 0), ?, ?)");

    mn_statement_int(&s, e->entry);
    mn_statement_int(&s, (int64_t)e->at);
    mn_statement_text(&s, e->who);
    mn_statement_text(&s, e->what);
    mn_statement_int(&s, e->number);
    mn_statement_text(&s, e->detail);
    mn_statement_blob(&s, mn_span(e->hash, MN_JOURNAL_HASH));
    return mn_statement_run(&s);
}

mn_rc mn_journal_add(struct mn_registry *registry, const char *what, int64_t number,
                     const char *detail)
{
    struct mn_journal_entry e = {.what = what, .number = number, .detail = detail};
    uint8_t before[MN_JOURNAL_HASH];
    mn_rc rc;

    if (!registry->writer)
        return MN_E_ARGUMENT;
    e.at = registry->writer->now;
    e.who = registry->writer->who;
    rc = read_head(registry, &e.entry, before);
    e.entry++;
    if (rc == MN_OK)
        rc = hash_entry(before, &e, e.hash);
    return rc == MN_OK ? insert(registry, &e) : rc;
}

#define COLUMNS "SELECT entry, at, who, what, number, detail, hash FROM journal"

static struct mn_journal_entry entry_of(struct mn_statement *s)
{
    struct mn_journal_entry e = {
        .entry = sqlite3_column_int64(s->handle, 0),
        .at = (time_t)sqlite3_column_int64(s->handle, 1),
        .who = mn_statement_string(s, 2),
        .what = mn_statement_string(s, 3),
        .number = sqlite3_column_int64(s->handle, 4),
        .detail = mn_statement_string(s, 5),
    };

    mn_statement_hash(s, 6, e.hash, MN_JOURNAL_HASH);
    return e;
}

mn_rc mn_journal_each(struct mn_registry *registry, int64_t number,
                      mn_rc (*visit)(const struct mn_journal_entry *entry, void *self), void *self)
{
    struct mn_statement s =
        mn_statement_begin(registry->db, number ? COLUMNS " WHERE number = ? ORDER BY entry"
                                                : COLUMNS " ORDER BY entry");
    mn_rc rc = MN_OK, end;

    if (number)
        mn_statement_int(&s, number);
    while (rc == MN_OK && mn_statement_step(&s)) {
        struct mn_journal_entry e = entry_of(&s);

        rc = s.rc == MN_OK ? visit(&e, self) : s.rc;
    }
    end = mn_statement_end(&s);
    return rc == MN_OK ? end : rc;
}

/* --- looking it through --- */

struct check {
    struct mn_registry *registry;
    struct mn_journal_finding *finding;
    const uint8_t *known;
};

static mn_rc check_entry(const struct mn_journal_entry *e, void *self)
{
    const struct check *check = self;
    struct mn_journal_finding *finding = check->finding;
    uint8_t hash[MN_JOURNAL_HASH];
    mn_rc rc = hash_entry(finding->head, e, hash);

    if (rc != MN_OK)
        return rc;
    if (e->entry != finding->entries + 1 || memcmp(hash, e->hash, sizeof hash) != 0) {
        finding->broken_at = finding->entries + 1;
        return MN_E_DAMAGED;
    }
    finding->entries++;
    memcpy(finding->head, hash, sizeof hash);
    if (check->known && memcmp(hash, check->known, sizeof hash) == 0)
        finding->has_known = true;
    return MN_OK;
}

/* Each gives a number at which the registry and the journal tell two stories. */
static const char *const contradictions[] = {
    /* Registered with nobody having approved it, or with another certificate. */
    "SELECT number FROM certificate c WHERE NOT EXISTS (SELECT 1 FROM journal j"
    " WHERE j.number = c.number AND j.what = 'approve'"
    " AND instr(j.detail, 'sha256=' || lower(hex(c.fingerprint)))) LIMIT 1",
    /* Approved, and not there. */
    "SELECT number FROM journal j WHERE number IS NOT NULL AND NOT EXISTS"
    " (SELECT 1 FROM certificate c WHERE c.number = j.number) LIMIT 1",
    /* Withdrawn in one of them only, or at another time. */
    "SELECT number FROM certificate c WHERE (revoked_at IS NOT NULL) <> EXISTS"
    " (SELECT 1 FROM journal j WHERE j.number = c.number AND j.what = 'revoke'"
    " AND j.at = coalesce(c.revoked_at, j.at)) LIMIT 1",
    /* Valid for longer, or shorter, than was last said. */
    "SELECT number FROM certificate c WHERE NOT coalesce((SELECT instr(j.detail, 'until=' ||"
    " strftime('%Y-%m-%dT%H:%M:%SZ', c.valid_until, 'unixepoch')) FROM journal j"
    " WHERE j.number = c.number AND j.what IN ('approve', 'renew') ORDER BY j.entry DESC LIMIT 1),"
    " 0) LIMIT 1",
    /* Replaced by what was not approved in its place. */
    "SELECT number FROM certificate c WHERE replaced_by IS NOT NULL AND NOT EXISTS"
    " (SELECT 1 FROM journal j WHERE j.number = c.replaced_by AND j.what = 'approve'"
    " AND j.detail LIKE '% for=' || c.number) LIMIT 1",
    /* Approved in the place of one that does not know it. */
    "SELECT number FROM journal j WHERE what = 'approve' AND instr(detail, ' for=')"
    " AND NOT EXISTS (SELECT 1 FROM certificate c WHERE c.replaced_by = j.number"
    " AND c.number = CAST(substr(j.detail, instr(j.detail, ' for=') + 5) AS INTEGER)) LIMIT 1",
};

static mn_rc find_number(struct mn_registry *r, const char *text, int64_t *number)
{
    struct mn_statement s = mn_statement_begin(r->db, text);

    *number = mn_statement_step(&s) ? sqlite3_column_int64(s.handle, 0) : 0;
    return mn_statement_end(&s);
}

static bool is_text(const char *is, const char *should)
{
    return strcmp(is ? is : "", should) == 0;
}

/* No name is in the journal, but the hash of a certificate that has it: what was approved had the
 * card's name and address in it letter for letter. One that cannot be read was never approved. */
static mn_rc check_owner(const struct mn_registered *one)
{
    struct mn_issued says;
    char year[8] = "";
    mn_rc rc = mn_issued_read(one->certificate, &says);

    if (rc != MN_OK)
        return rc == MN_E_BAD_CERTIFICATE ? MN_OK : rc;
    if (says.birth_year)
        snprintf(year, sizeof year, "%04u", says.birth_year % 10000);
    if (!is_text(says.name, one->name) || !is_text(says.address, one->address) ||
        !is_text(says.mail, one->mail) || strncmp(one->birth_date, year, strlen(year)) != 0)
        rc = MN_E_DAMAGED;
    mn_issued_release(&says);
    return rc;
}

/* Was it withdrawn for the reason that the journal has, and for the same successor? Where something
 * came in its place later only, the journal says so at that (contradictions). */
static mn_rc check_reason(struct mn_registry *r, const struct mn_registered *one)
{
    const char *name = mn_revocation_reason_name(one->reason);
    char reason[64], by[96];
    struct mn_statement s;
    bool same = false;
    mn_rc rc;

    if (one->state != MN_REGISTERED_REVOKED)
        return MN_OK;
    snprintf(reason, sizeof reason, "reason=%s", name ? name : "");
    snprintf(by, sizeof by, "%s by=%" PRId64, reason, one->replaced_by);
    s = mn_statement_begin(
        r->db, "SELECT detail FROM journal WHERE number = ? AND what = 'revoke' ORDER BY entry");
    mn_statement_int(&s, one->number);
    while (!same && mn_statement_step(&s))
        same =
            is_text(mn_statement_string(&s, 0), reason) || is_text(mn_statement_string(&s, 0), by);
    rc = mn_statement_end(&s);
    return rc == MN_OK && !same ? MN_E_DAMAGED : rc;
}

/* Is the certificate still that which the fingerprint is of, its owner whom it names, and the
 * reason of its end the one that was given? */
static mn_rc check_document(const struct mn_registered *one, void *self)
{
    const struct check *check = self;
    uint8_t hash[MN_REGISTERED_HASH];
    mn_rc rc = mn_digest_of(MN_SHA256, one->certificate, hash);

    if (rc == MN_OK && memcmp(hash, one->fingerprint, sizeof hash) != 0)
        rc = MN_E_DAMAGED;
    if (rc == MN_OK)
        rc = check_owner(one);
    if (rc == MN_OK)
        rc = check_reason(check->registry, one);
    if (rc == MN_E_DAMAGED)
        check->finding->contradicted = one->number;
    return rc;
}

static mn_rc check_all(struct mn_registry *r, const uint8_t *known, struct mn_journal_finding *out)
{
    const struct mn_registered_query documents = {.with_certificate = true};
    struct check check = {.registry = r, .finding = out, .known = known};
    mn_rc rc = mn_journal_each(r, 0, check_entry, &check);

    for (size_t i = 0; rc == MN_OK && i < sizeof contradictions / sizeof contradictions[0]; i++) {
        rc = find_number(r, contradictions[i], &out->contradicted);
        if (rc == MN_OK && out->contradicted)
            rc = MN_E_DAMAGED;
    }
    if (rc == MN_OK)
        rc = mn_registered_each(r, &documents, check_document, &check);
    if (rc == MN_OK && known && !out->has_known)
        rc = MN_E_DAMAGED;
    return rc;
}

mn_rc mn_journal_check(struct mn_registry *registry, const uint8_t *known,
                       struct mn_journal_finding *out)
{
    bool reading = sqlite3_get_autocommit(registry->db);
    mn_rc rc = reading ? mn_statement_all(registry->db, "BEGIN") : MN_OK;

    *out = (struct mn_journal_finding){0};
    if (rc == MN_OK)
        rc = check_all(registry, known, out);
    if (reading)
        (void)mn_statement_all(registry->db, "ROLLBACK");
    return rc;
}
