/* The tables of a registry, for the files of this room only. */
#ifndef MN_AUTHORITY_SCHEMA_H
#define MN_AUTHORITY_SCHEMA_H

#include <sqlite3.h>

#include "base/rc.h"

/* How every connection behaves; before anything else. */
mn_rc mn_schema_prepare(sqlite3 *db);

/* Makes them in an empty database, in a transaction that the caller ends. */
mn_rc mn_schema_make(sqlite3 *db);

/* Are they there, and of this version? MN_E_FORMAT: another program's file; MN_E_UNSUPPORTED: of a
 * newer version. */
mn_rc mn_schema_check(sqlite3 *db);

#endif
