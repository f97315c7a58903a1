#include "authority/statement.h"

#include <string.h>

#define MN_LOG_ROOM "authority"
#include "base/log.h"

/* SQLite's own words are not logged: they could quote what is in the file. */
mn_rc mn_statement_rc(sqlite3 *db, int result)
{
    mn_rc rc = MN_E_FILE;

    switch (result & 0xFF) { /* the primary result code */
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return MN_OK;
    case SQLITE_NOMEM:
        rc = MN_E_MEMORY;
        break;
    case SQLITE_FULL:
        rc = MN_E_DISK_FULL;
        break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        rc = MN_E_FILE_LOCKED;
        break;
    case SQLITE_NOTADB:
        rc = MN_E_FORMAT;
        break;
    case SQLITE_CORRUPT:
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
        rc = MN_E_DAMAGED;
        break;
    default:
        break;
    }
    mn_log_error("SQLite: %s (%d)", sqlite3_errstr(result), db ? sqlite3_extended_errcode(db) : 0);
    return rc;
}

/* One that was parsed before and is not under way. Parsing takes as long as running. */
static sqlite3_stmt *find_parsed(sqlite3 *db, const char *text)
{
    sqlite3_stmt *one = NULL;

    while ((one = sqlite3_next_stmt(db, one)))
        if (!sqlite3_stmt_busy(one) && strcmp(sqlite3_sql(one), text) == 0)
            break;
    return one;
}

struct mn_statement mn_statement_begin(sqlite3 *db, const char *text)
{
    struct mn_statement s = {.db = db, .handle = find_parsed(db, text)};

    if (!s.handle)
        s.rc = mn_statement_rc(db, sqlite3_prepare_v2(db, text, -1, &s.handle, NULL));
    return s;
}

void mn_statement_int(struct mn_statement *s, int64_t value)
{
    if (s->rc == MN_OK)
        s->rc = mn_statement_rc(s->db, sqlite3_bind_int64(s->handle, ++s->bound, value));
}

void mn_statement_text(struct mn_statement *s, const char *value)
{
    if (s->rc == MN_OK)
        s->rc = mn_statement_rc(s->db,
                                sqlite3_bind_text(s->handle, ++s->bound, value, -1, SQLITE_STATIC));
}

void mn_statement_blob(struct mn_statement *s, struct mn_span value)
{
    if (s->rc == MN_OK)
        s->rc = mn_statement_rc(s->db, sqlite3_bind_blob64(s->handle, ++s->bound,
                                                           value.len ? value.ptr : NULL, value.len,
                                                           SQLITE_STATIC));
}

bool mn_statement_step(struct mn_statement *s)
{
    int result;

    if (s->rc != MN_OK)
        return false;
    result = sqlite3_step(s->handle);
    s->rc = mn_statement_rc(s->db, result);
    return result == SQLITE_ROW;
}

mn_rc mn_statement_run(struct mn_statement *s)
{
    while (mn_statement_step(s))
        ;
    return mn_statement_end(s);
}

mn_rc mn_statement_end(struct mn_statement *s)
{
    if (s->handle) {
        (void)sqlite3_reset(s->handle); /* gives the last step's result again */
        (void)sqlite3_clear_bindings(s->handle);
    }
    s->handle = NULL;
    return s->rc;
}

const char *mn_statement_string(const struct mn_statement *s, int column)
{
    const unsigned char *text = sqlite3_column_text(s->handle, column);

    return text ? (const char *)text : "";
}

struct mn_span mn_statement_span(const struct mn_statement *s, int column)
{
    const void *blob = sqlite3_column_blob(s->handle, column);

    return mn_span(blob, blob ? (size_t)sqlite3_column_bytes(s->handle, column) : 0);
}

void mn_statement_hash(struct mn_statement *s, int column, uint8_t *out, size_t len)
{
    struct mn_span blob = mn_statement_span(s, column);

    if (blob.ptr && blob.len == len)
        memcpy(out, blob.ptr, len);
    else
        s->rc = MN_E_DAMAGED;
}

void mn_statement_close(sqlite3 *db)
{
    sqlite3_stmt *one;

    while (db && (one = sqlite3_next_stmt(db, NULL)))
        sqlite3_finalize(one);
    sqlite3_close(db);
}

mn_rc mn_statement_all(sqlite3 *db, const char *text)
{
    return mn_statement_rc(db, sqlite3_exec(db, text, NULL, NULL, NULL));
}
