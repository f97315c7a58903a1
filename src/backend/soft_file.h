/* The PKCS#12 file of a software certificate, where its owner has it. Paths are not logged. */
#ifndef MN_BACKEND_SOFT_FILE_H
#define MN_BACKEND_SOFT_FILE_H

#include "crypto/pkcs12.h"

/* Reads it with the passphrase. MN_E_FILE_MISSING, MN_E_FILE; MN_E_EXCESSIVE for a file that is
 * larger than any such file; codes of mn_pkcs12_read. */
mn_rc mn_soft_file_open(const char *path, struct mn_span passphrase, struct mn_pkcs12 *out);

/* Writes content into the file's place under another passphrase, by the name that other programs
 * show. The old file is kept beside it under a name that ends in ".old" until the new one was read
 * back; where that fails it is put back. MN_E_FILE_EXISTS when there is a file of that name
 * already: then somebody's earlier change went wrong, and it has to be looked at first.
 * MN_E_DISK_FULL, MN_E_FILE, MN_E_MEMORY, codes of mn_pkcs12_write. */
mn_rc mn_soft_file_rewrite(const char *path, const struct mn_pkcs12 *content, const char *name,
                           struct mn_span passphrase);

#endif
