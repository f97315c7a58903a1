/* The shelf: which software certificates there are.
 *
 * $XDG_DATA_HOME/mynakey/soft/ (default ~/.local/share), mode 0700, has a folder for each, named by
 * its number. In it lie the certificate and its chain (DER), which everybody may see before the
 * passphrase is known, and a file `entry` with the label and the path of the PKCS#12 file. That
 * file stays where its owner has it: one key, one file, one passphrase. Folders appear and vanish
 * whole. Paths and labels are not logged. */
#ifndef MN_BACKEND_SOFT_SHELF_H
#define MN_BACKEND_SOFT_SHELF_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "crypto/certificates.h"

/* Numbers are 1 to this. A number is given again only after its certificate was removed. */
#define MN_SOFT_MAX 127

/* Bytes of a label, NUL included. */
#define MN_SOFT_LABEL_ROOM 65

struct mn_soft_entry {
    char path[PATH_MAX];            /* of the PKCS#12 file, absolute */
    char label[MN_SOFT_LABEL_ROOM]; /* UTF-8, one line */
    struct mn_bytes certificate;    /* DER */
    struct mn_certificates chain;   /* of the CAs, in any order */
};

void mn_soft_entry_release(struct mn_soft_entry *entry);

/* Puts the certificate on the shelf; *number is its number. A label that another has gets a number
 * behind it. MN_E_FILE_EXISTS when one with that certificate or that file is there already, its
 * number in *number; MN_E_EXCESSIVE when the shelf is full; MN_E_ARGUMENT for a path that is not
 * absolute or has a line end; MN_E_FILE_MISSING where the environment does not tell where a user's
 * data are; MN_E_DISK_FULL, MN_E_FILE, MN_E_MEMORY. On any error the shelf is as it was. */
mn_rc mn_soft_shelf_add(const struct mn_soft_entry *entry, unsigned *number);

/* What stands at a number, into *out, which is released by the caller. MN_E_FILE_MISSING when
 * nothing does; MN_E_DAMAGED, MN_E_FILE, MN_E_MEMORY: then *out is empty. */
mn_rc mn_soft_shelf_read(unsigned number, struct mn_soft_entry *out);

/* Takes it off. The PKCS#12 file is not touched. MN_E_FILE_MISSING, MN_E_FILE. */
mn_rc mn_soft_shelf_remove(unsigned number);

/* What is at each number, for a glance: zero where nothing is, else a number that another folder
 * does not have. */
struct mn_soft_glance {
    uint64_t at[MN_SOFT_MAX + 1]; /* by number */
};

/* Looks; reads no file. A shelf that cannot be looked at is empty. */
void mn_soft_shelf_look(struct mn_soft_glance *out);

#endif
