#include "authority/copy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MN_LOG_ROOM "authority"
#include "authority/registry_inside.h"
#include "authority/schema.h"
#include "authority/statement.h"
#include "base/file.h"
#include "base/log.h"

/* In one step, which is one read transaction that no writer disturbs. In several it would begin
 * anew with each change, and never end beside a busy writer. */
static mn_rc copy_pages(sqlite3 *from, sqlite3 *to)
{
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
    int result;

    if (!backup)
        return mn_statement_rc(to, sqlite3_errcode(to));
    result = sqlite3_backup_step(backup, -1);
    (void)sqlite3_backup_finish(backup);
    return result == SQLITE_DONE ? MN_OK : mn_statement_rc(to, result);
}

/* All in one file, and nothing wrong with it. */
static mn_rc look_through(sqlite3 *db)
{
    struct mn_statement s;
    mn_rc rc = mn_statement_all(db, "PRAGMA journal_mode = DELETE");

    if (rc == MN_OK)
        rc = mn_schema_check(db);
    if (rc != MN_OK)
        return rc;
    s = mn_statement_begin(db, "PRAGMA quick_check(1)");
    if (mn_statement_step(&s) && strcmp(mn_statement_string(&s, 0), "ok") != 0)
        s.rc = MN_E_DAMAGED;
    return mn_statement_end(&s);
}

static mn_rc write_copy(sqlite3 *from, const char *path)
{
    sqlite3 *to = NULL;
    mn_rc rc = mn_statement_rc(
        NULL, sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL));

    if (rc == MN_OK)
        rc = mn_schema_prepare(to);
    if (rc == MN_OK)
        rc = copy_pages(from, to);
    if (rc == MN_OK)
        rc = look_through(to);
    mn_statement_close(to);
    return rc;
}

/* A name is given only where there is none. */
static mn_rc give_name(const char *staged, const char *path)
{
    if (link(staged, path) != 0)
        return errno == EEXIST ? MN_E_FILE_EXISTS : MN_E_FILE;
    mn_file_sync_folder(path);
    return MN_OK;
}

mn_rc mn_registry_copy(struct mn_registry *registry, const char *path)
{
    char *staged = NULL;
    mn_rc rc =
        access(path, F_OK) == 0 ? MN_E_FILE_EXISTS : mn_file_stage(path, mn_span("", 0), &staged);

    if (rc == MN_OK)
        rc = write_copy(registry->db, staged);
    if (rc == MN_OK)
        rc = give_name(staged, path);
    if (rc != MN_OK)
        mn_log_error("no copy was made: %s", mn_rc_name(rc));
    if (staged)
        unlink(staged);
    free(staged);
    return rc;
}
