/* SQL statements, for the files of this room only.
 *
 * After the first failure nothing more happens; mn_statement_end gives its code. */
#ifndef MN_AUTHORITY_STATEMENT_H
#define MN_AUTHORITY_STATEMENT_H

#include <stdbool.h>

#include <sqlite3.h>

#include "base/bytes.h"

struct mn_statement {
    sqlite3 *db;
    sqlite3_stmt *handle; /* for sqlite3_column_... after a step */
    int bound;
    mn_rc rc;
};

/* What SQLite's result means here. Logs it where it is an error. */
mn_rc mn_statement_rc(sqlite3 *db, int result);

/* text is one statement, parsed once for all its runs: it stays with the connection, and is found
 * there by its text. mn_statement_end has to follow. */
struct mn_statement mn_statement_begin(sqlite3 *db, const char *text);

/* Bind the next parameter. NULL, an empty span: the SQL NULL. What they point to is borrowed until
 * the end. */
void mn_statement_int(struct mn_statement *s, int64_t value);
void mn_statement_text(struct mn_statement *s, const char *value);
void mn_statement_blob(struct mn_statement *s, struct mn_span value);

/* True: there is a row, or the next one. */
bool mn_statement_step(struct mn_statement *s);

/* Steps to the end, and ends it. */
mn_rc mn_statement_run(struct mn_statement *s);

mn_rc mn_statement_end(struct mn_statement *s);

/* Columns of the row: what is NULL is "" or empty. Borrowed until the next step. */
const char *mn_statement_string(const struct mn_statement *s, int column);
struct mn_span mn_statement_span(const struct mn_statement *s, int column);

/* Copies a hash of len bytes; MN_E_DAMAGED, for the statement, when it has another length. */
void mn_statement_hash(struct mn_statement *s, int column, uint8_t *out, size_t len);

/* Closes a connection, and what was parsed for it. Harmless when it is NULL. */
void mn_statement_close(sqlite3 *db);

/* Runs statements without parameters. */
mn_rc mn_statement_all(sqlite3 *db, const char *text);

#endif
