/* Copies of signing certificates, kept because the cards' owners wanted it (`mynakey remember`).
 *
 * The card shows its signing certificate only after the signing password, for name, address, date
 * of birth and sex stand in it. Programs that look for certificates before they ask for a PIN see
 * the copy instead. $XDG_DATA_HOME/mynakey/remembered/ (default ~/.local/share), mode 0700, a file
 * for each card, mode 0600, named by a hash of its serial. Nothing of a copy or its path is
 * logged. */
#ifndef MN_BACKEND_REMEMBERED_H
#define MN_BACKEND_REMEMBERED_H

#include <limits.h>

#include "base/bytes.h"

/* The folder's path, whether it is there or not. MN_E_FILE_MISSING where the environment does not
 * tell where a user's data are. */
mn_rc mn_remembered_folder(char out[PATH_MAX]);

/* Makes the folder, if need be, and sees whether a copy could be written there. MN_E_FILE_MISSING
 * as above, MN_E_FILE, MN_E_MEMORY. */
mn_rc mn_remembered_prepare(void);

/* The copy of that card's certificate into *out, which the caller frees. A file that holds no
 * certificate is removed. MN_E_FILE_MISSING: there is no copy; MN_E_FILE, MN_E_MEMORY,
 * MN_E_CRYPTO: then *out is empty. */
mn_rc mn_remembered_get(const char *model, const char *serial, struct mn_bytes *out);

/* Keeps a copy, in place of an older one of the same card. MN_E_FILE_MISSING as
 * mn_remembered_folder, MN_E_DISK_FULL, MN_E_FILE, MN_E_MEMORY, MN_E_CRYPTO: what was kept before
 * is kept still. */
mn_rc mn_remembered_put(const char *model, const char *serial, struct mn_span certificate);

/* Removes that card's copy, also one that a power cut left half written. MN_E_FILE_MISSING: there
 * was none; MN_E_FILE, MN_E_CRYPTO. */
mn_rc mn_remembered_remove(const char *model, const char *serial);

/* How many cards' copies are kept; 0 also where that cannot be found out. */
size_t mn_remembered_count(void);

/* Removes all of them, and the folder, unless it holds anything else. MN_E_FILE_MISSING: there was
 * none; MN_E_FILE. */
mn_rc mn_remembered_remove_all(void);

#endif
