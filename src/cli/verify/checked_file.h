/* One file and its signatures, looked at. */
#ifndef MN_CLI_CHECKED_FILE_H
#define MN_CLI_CHECKED_FILE_H

#include <stdbool.h>
#include <time.h>

#include "cli/verify/problem.h"
#include "cli/verify/signer.h"
#include "crypto/signed_data.h"
#include "crypto/signer_keys.h"

/* What is needed for all files; borrowed. */
struct mn_check_world {
    struct mn_signers *signers;
    struct mn_signer_keys *keys;
    const struct mn_certificates *stamp_anchors; /* of --tsa; empty: none */
    time_t now;
};

/* The time stamp of a signature. */
struct mn_checked_stamp {
    bool there;
    bool genuine; /* it is the stamp of this signature: the rest is what it says */
    bool trusted; /* and its authority is one that the user named */
    time_t time;
    char name[256]; /* the authority's, fit for a terminal */
    char fingerprint[MN_FINGERPRINT_TEXT_ROOM];
};

struct mn_checked_signature {
    bool
        authentic; /* this signer signed, whatever became of the file: the rest is to be believed */
    bool unchanged;                 /* and signed this content */
    const struct mn_signer *signer; /* NULL unless authentic */
    bool has_time;
    time_t time; /* as the signer says */
    struct mn_checked_stamp stamp;
    struct mn_problem problem;
};

struct mn_checked_file {
    const char *path, *signature_path; /* borrowed */
    struct mn_checked_signature signatures[MN_SIGNERS_MAX];
    size_t len;
    struct mn_problem problem; /* the first of all */
};

/* Reads both files, the content in parts, and judges. Whatever goes wrong is the file's problem. */
void mn_checked_file_read(const struct mn_check_world *world, const char *path,
                          const char *signature_path, struct mn_checked_file *out);

#endif
