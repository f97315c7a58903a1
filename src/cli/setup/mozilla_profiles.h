/* The profiles of a Mozilla program, by its profiles.ini. */
#ifndef MN_CLI_MOZILLA_PROFILES_H
#define MN_CLI_MOZILLA_PROFILES_H

#include <limits.h>
#include <stdbool.h>

#include "base/bytes.h"

struct mn_mozilla_profile {
    char name[256]; /* as the file has it: any bytes */
    char folder[PATH_MAX];
    bool is_default; /* "Default=1", which LibreOffice heeds, the programs themselves do not */
};

struct mn_mozilla_profiles {
    struct mn_mozilla_profile *at;
    size_t len;
};

/* Appends the profiles of the text of a profiles.ini that is in the folder root. Sections without a
 * path, and paths that are too long, are passed over. The caller frees. MN_E_MEMORY. */
mn_rc mn_mozilla_profiles_parse(struct mn_span text, const char *root,
                                struct mn_mozilla_profiles *out);

/* Appends those of the folder root: of its profiles.ini, and the folders beside that which hold a
 * certificate database (profiles made in a running Firefox stand in no file). None is no error.
 * MN_E_FILE, MN_E_MEMORY. */
mn_rc mn_mozilla_profiles_read(const char *root, struct mn_mozilla_profiles *out);

void mn_mozilla_profiles_free(struct mn_mozilla_profiles *profiles);

#endif
