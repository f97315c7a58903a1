/* How the files are edited in which programs are told of PKCS#11 modules: pure functions of a
 * file's text.
 *
 * What is not ours stays as it is, byte for byte. Adding twice is adding once. Removing what was
 * added gives back the former text, but for newlines that its end lacked. Any bytes are a text. */
#ifndef MN_CLI_SETUP_EDIT_H
#define MN_CLI_SETUP_EDIT_H

#include <limits.h>
#include <stdbool.h>

#include "base/bytes.h"

/* What is written; each kind of file takes what it has a place for. No newline in any of them. */
struct mn_setup_words {
    const char *library; /* the module's absolute path */
    const char *hosts;   /* patterns of hosts, as after "Host" in ssh_config(5) */
    const char *folder;  /* of a certificate database */
};

/* What is there of ours. */
struct mn_setup_found {
    char library[PATH_MAX]; /* the first one's; empty where the file does not name it */
    char name[256];         /* under which somebody else entered it; empty: it is our own entry */
    bool through_p11_kit;   /* the file names p11-kit's proxy, which offers every module there is */
};

struct mn_setup_edit {
    /* Is the module there? *out is filled in either case. */
    bool (*find)(struct mn_span text, struct mn_setup_found *out);
    /* Appends the new text to *out, which is empty. MN_E_MEMORY. */
    mn_rc (*add)(struct mn_span text, const struct mn_setup_words *words, struct mn_bytes *out);
    mn_rc (*remove)(struct mn_span text, struct mn_bytes *out);
};

/* pkcs11.txt of an NSS database: add leaves alone a text where somebody else entered the module. */
extern const struct mn_setup_edit mn_edit_nss;
/* ~/.ssh/config: a block between two lines that mark it. */
extern const struct mn_setup_edit mn_edit_ssh;
/* mynakey.module below p11-kit's folder: the whole file, where it begins with our mark. */
extern const struct mn_setup_edit mn_edit_p11_kit;
/* LibreOffice's registrymodifications.xcu: the folder of certificates. find gives the folder,
 * whoever chose it, as the library; add leaves alone a text where there is one. */
extern const struct mn_setup_edit mn_edit_libreoffice;

/* --- for those who write such functions --- */

/* Takes the first line off *text; it keeps its newline, if it has one. False at the end. */
bool mn_take_line(struct mn_span *text, struct mn_span *line);

/* The same span without blanks, tabs, returns and newlines at either end. */
struct mn_span mn_trim(struct mn_span s);

/* Does the span hold these characters, neither more nor fewer? */
bool mn_span_is(struct mn_span s, const char *wanted);

/* Copies what fits, without bytes 0, as a string. */
void mn_span_copy(struct mn_span s, char *out, size_t size);

mn_rc mn_append_text(struct mn_bytes *b, const char *text);

#endif
