#include "authority/registry.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MN_LOG_ROOM "authority"
#include "authority/journal.h"
#include "authority/registry_inside.h"
#include "authority/schema.h"
#include "authority/statement.h"
#include "authority/writer_lock.h"
#include "base/log.h"

void mn_registry_profile_release(struct mn_registry_profile *profile)
{
    mn_bytes_free(&profile->certificate);
    free(profile->key);
    free(profile->site);
    *profile = (struct mn_registry_profile){0};
}

/* --- opening --- */

static mn_rc connect_to(const char *path, struct mn_registry **out)
{
    struct mn_registry *r = calloc(1, sizeof *r);
    mn_rc rc = MN_E_MEMORY;

    if (r) {
        r->lock = -1;
        r->path = strdup(path);
    }
    if (r && r->path)
        rc = mn_statement_rc(
            NULL, sqlite3_open_v2(path, &r->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL));
    if (rc == MN_OK)
        rc = mn_schema_prepare(r->db);
    if (rc != MN_OK)
        mn_registry_close(&r);
    *out = r;
    return rc;
}

mn_rc mn_registry_open(const char *path, struct mn_registry **out)
{
    struct stat status;
    mn_rc rc;

    *out = NULL;
    if (stat(path, &status) != 0)
        return errno == ENOENT || errno == ENOTDIR ? MN_E_FILE_MISSING : MN_E_FILE;
    rc = connect_to(path, out);
    if (rc == MN_OK)
        rc = mn_schema_check((*out)->db);
    if (rc != MN_OK)
        mn_registry_close(out);
    return rc;
}

void mn_registry_close(struct mn_registry **registry)
{
    struct mn_registry *r = *registry;

    *registry = NULL;
    if (!r)
        return;
    mn_registry_abandon(r);
    mn_statement_close(r->db);
    free(r->path);
    free(r);
}

/* --- settings --- */

static mn_rc set_text(struct mn_registry *r, const char *name, const char *value)
{
    struct mn_statement s =
        mn_statement_begin(r->db, "INSERT INTO setting (name, value) VALUES (?1, ?2)"
                                  " ON CONFLICT (name) DO UPDATE SET value = ?2");

    mn_statement_text(&s, name);
    mn_statement_text(&s, value);
    return mn_statement_run(&s);
}

static mn_rc set_profile(struct mn_registry *r, const struct mn_registry_profile *profile)
{
    struct mn_statement s = mn_statement_begin(
        r->db, "INSERT INTO setting (name, value) VALUES ('certificate', ?1), ('years', ?2)");
    mn_rc rc;

    mn_statement_blob(&s, mn_bytes_span(&profile->certificate));
    mn_statement_int(&s, profile->years);
    rc = mn_statement_run(&s);
    if (rc == MN_OK)
        rc = set_text(r, "key", profile->key);
    if (rc == MN_OK)
        rc = set_text(r, "site", profile->site);
    return rc;
}

static mn_rc take_setting(struct mn_statement *s, struct mn_registry_profile *out)
{
    const char *name = mn_statement_string(s, 0);
    bool is_null = sqlite3_column_type(s->handle, 1) == SQLITE_NULL;
    char **text = strcmp(name, "key") == 0 ? &out->key : strcmp(name, "site") == 0 ? &out->site : 0;

    if (strcmp(name, "certificate") == 0)
        return mn_bytes_set(&out->certificate, mn_statement_span(s, 1));
    if (strcmp(name, "years") == 0)
        out->years = (unsigned)sqlite3_column_int(s->handle, 1);
    if (!text || is_null)
        return MN_OK;
    *text = strdup(mn_statement_string(s, 1));
    return *text ? MN_OK : MN_E_MEMORY;
}

mn_rc mn_registry_profile(struct mn_registry *registry, struct mn_registry_profile *out)
{
    struct mn_statement s = mn_statement_begin(registry->db, "SELECT name, value FROM setting");
    mn_rc rc = MN_OK, end;

    *out = (struct mn_registry_profile){0};
    while (rc == MN_OK && mn_statement_step(&s))
        rc = take_setting(&s, out);
    end = mn_statement_end(&s);
    if (rc == MN_OK)
        rc = end;
    if (rc == MN_OK && (out->certificate.len == 0 || !out->key || out->years < 1 ||
                        out->years > MN_REGISTRY_YEARS_MAX))
        rc = MN_E_DAMAGED;
    if (rc != MN_OK)
        mn_registry_profile_release(out);
    return rc;
}

mn_rc mn_registry_set_site(struct mn_registry *registry, const char *site)
{
    mn_rc rc = set_text(registry, "site", site);

    return rc == MN_OK ? mn_journal_add(registry, "site", 0, site ? site : "") : rc;
}

/* --- changing --- */

mn_rc mn_registry_begin(struct mn_registry *registry, const struct mn_registry_writer *writer)
{
    mn_rc rc = mn_writer_lock_take(registry->path, writer, &registry->lock);

    if (rc != MN_OK)
        return rc;
    registry->writer = writer;
    rc = mn_statement_all(registry->db, "BEGIN IMMEDIATE");
    if (rc != MN_OK)
        mn_registry_abandon(registry);
    return rc;
}

mn_rc mn_registry_commit(struct mn_registry *registry)
{
    mn_rc rc = mn_statement_all(registry->db, "COMMIT");

    mn_registry_abandon(registry); /* which is a mere end after a commit */
    return rc;
}

void mn_registry_abandon(struct mn_registry *registry)
{
    if (!sqlite3_get_autocommit(registry->db))
        (void)mn_statement_all(registry->db, "ROLLBACK");
    mn_writer_lock_release(&registry->lock);
    registry->writer = NULL;
}

/* --- making --- */

/* An empty file of that name, which nobody else may read, is what SQLite takes for a new database.
 */
static mn_rc make_file(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (fd < 0)
        return errno == EEXIST ? MN_E_FILE_EXISTS : MN_E_FILE;
    close(fd);
    return MN_OK;
}

static mn_rc fill(struct mn_registry *r, const struct mn_registry_profile *profile,
                  const struct mn_registry_writer *writer)
{
    mn_rc rc = mn_statement_all(r->db, "PRAGMA journal_mode = WAL; BEGIN IMMEDIATE");

    r->writer = writer;
    if (rc == MN_OK)
        rc = mn_schema_make(r->db);
    if (rc == MN_OK)
        rc = set_profile(r, profile);
    if (rc == MN_OK)
        rc = mn_journal_add(r, "init", 0, profile->site ? profile->site : "");
    return rc == MN_OK ? mn_registry_commit(r) : rc;
}

mn_rc mn_registry_create(const char *path, const struct mn_registry_profile *profile,
                         const char *who, time_t now)
{
    const struct mn_registry_writer writer = {.who = who, .what = "init", .now = now};
    struct mn_registry *r = NULL;
    mn_rc rc = make_file(path);

    if (rc != MN_OK)
        return rc;
    rc = connect_to(path, &r);
    if (rc == MN_OK)
        rc = fill(r, profile, &writer);
    mn_registry_close(&r);
    if (rc != MN_OK) {
        mn_log_error("no registry was made: %s", mn_rc_name(rc));
        unlink(path);
    }
    return rc;
}
