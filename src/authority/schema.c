#include "authority/schema.h"

#include "authority/statement.h"

#define APPLICATION 0x4D4E5247 /* "MNRG" (PRAGMA application_id) */
#define VERSION     1          /* PRAGMA user_version: one more with each change of the tables */

#define TEXT_OF(number) #number
#define NUMBER(number)  TEXT_OF(number)

/* What a program past ours could do by mistake is refused by the tables themselves. Documents are a
 * table of their own so that looking through the others stays quick. */
static const char tables[] =
    "CREATE TABLE setting (name TEXT PRIMARY KEY, value ANY) STRICT, WITHOUT ROWID;"

    "CREATE TABLE person ("
    " id INTEGER PRIMARY KEY,"
    " name TEXT NOT NULL, birth_date TEXT NOT NULL, address TEXT NOT NULL,"
    " UNIQUE (name, birth_date, address)) STRICT;"

    "CREATE TABLE certificate ("
    " number INTEGER PRIMARY KEY AUTOINCREMENT,"
    " person INTEGER NOT NULL REFERENCES person (id),"
    " fingerprint BLOB NOT NULL UNIQUE CHECK (length(fingerprint) = 32),"
    " key_hash BLOB NOT NULL UNIQUE CHECK (length(key_hash) = 32),"
    " mail TEXT NOT NULL,"
    " approved_at INTEGER NOT NULL,"
    " valid_until INTEGER NOT NULL CHECK (valid_until <= certificate_until),"
    " certificate_until INTEGER NOT NULL,"
    " revoked_at INTEGER," /* its state: NULL while it is good */
    " reason INTEGER,"
    " replaced_by INTEGER REFERENCES certificate (number),"
    " change INTEGER NOT NULL UNIQUE,"
    " CHECK ((revoked_at IS NULL) = (reason IS NULL))) STRICT;"
    "CREATE INDEX certificate_person ON certificate (person);"
    "CREATE INDEX certificate_until ON certificate (valid_until);"
    "CREATE INDEX certificate_state ON certificate (revoked_at) WHERE revoked_at IS NOT NULL;"

    "CREATE TABLE document ("
    " number INTEGER PRIMARY KEY REFERENCES certificate (number),"
    " certificate BLOB NOT NULL, card_signature BLOB NOT NULL) STRICT;"

    "CREATE TABLE journal ("
    " entry INTEGER PRIMARY KEY,"
    " at INTEGER NOT NULL, who TEXT NOT NULL, what TEXT NOT NULL,"
    " number INTEGER REFERENCES certificate (number),"
    " detail TEXT NOT NULL,"
    " hash BLOB NOT NULL CHECK (length(hash) = 32)) STRICT;"
    "CREATE INDEX journal_number ON journal (number) WHERE number IS NOT NULL;"

    "CREATE TRIGGER journal_is_not_changed BEFORE UPDATE ON journal"
    " BEGIN SELECT RAISE (ABORT, 'the journal is only added to'); END;"
    "CREATE TRIGGER journal_is_not_shortened BEFORE DELETE ON journal"
    " BEGIN SELECT RAISE (ABORT, 'the journal is only added to'); END;"
    "CREATE TRIGGER certificate_is_not_removed BEFORE DELETE ON certificate"
    " BEGIN SELECT RAISE (ABORT, 'numbers stay'); END;"
    "CREATE TRIGGER certificate_stays_itself"
    " BEFORE UPDATE OF number, person, fingerprint, key_hash, approved_at, certificate_until"
    " ON certificate BEGIN SELECT RAISE (ABORT, 'numbers stay'); END;"
    "CREATE TRIGGER certificate_stays_withdrawn BEFORE UPDATE ON certificate"
    " WHEN OLD.revoked_at IS NOT NULL AND (NEW.revoked_at IS NOT OLD.revoked_at"
    "  OR NEW.reason IS NOT OLD.reason OR NEW.valid_until IS NOT OLD.valid_until)"
    " BEGIN SELECT RAISE (ABORT, 'what is withdrawn stays so'); END;"
    "CREATE TRIGGER document_is_not_changed BEFORE UPDATE ON document"
    " BEGIN SELECT RAISE (ABORT, 'documents stay'); END;"
    "CREATE TRIGGER document_is_not_removed BEFORE DELETE ON document"
    " BEGIN SELECT RAISE (ABORT, 'documents stay'); END;"

    "PRAGMA application_id = " NUMBER(APPLICATION) ";"
                                                   "PRAGMA user_version = " NUMBER(VERSION) ";";

/* FULL: a number that was given out outlives a power cut. The cache, of 16 MiB, has room for what
 * every search in a million certificates comes by. */
mn_rc mn_schema_prepare(sqlite3 *db)
{
    (void)sqlite3_extended_result_codes(db, 1);
    (void)sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    (void)sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    (void)sqlite3_busy_timeout(db, 5000); /* writers take turns; a reader may have to recover */
    return mn_statement_all(db, "PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL;"
                                "PRAGMA cell_size_check = ON; PRAGMA cache_size = -16384;");
}

mn_rc mn_schema_make(sqlite3 *db)
{
    return mn_statement_all(db, tables);
}

static int64_t number_of(sqlite3 *db, const char *pragma, mn_rc *rc)
{
    struct mn_statement s = mn_statement_begin(db, pragma);
    int64_t number = mn_statement_step(&s) ? sqlite3_column_int64(s.handle, 0) : 0;

    *rc = mn_statement_end(&s);
    return number;
}

mn_rc mn_schema_check(sqlite3 *db)
{
    mn_rc rc;
    int64_t application = number_of(db, "PRAGMA application_id", &rc), version = 0;

    if (rc == MN_OK)
        version = number_of(db, "PRAGMA user_version", &rc);
    if (rc == MN_OK && (application != APPLICATION || version < 1))
        rc = MN_E_FORMAT;
    if (rc == MN_OK && version > VERSION)
        rc = MN_E_UNSUPPORTED;
    return rc;
}
