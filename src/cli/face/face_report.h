/* What was found on the card's face, for its owner: words, pictures, files, proof. */
#ifndef MN_CLI_FACE_FACE_REPORT_H
#define MN_CLI_FACE_FACE_REPORT_H

#include "card/face_data.h"
#include "cli/face/card_proof.h"
#include "cli/face/face_files.h"

struct mn_face_report {
    const struct mn_face_fields *face;
    const struct mn_card_proof *proof;
    const struct mn_face_folder *folder; /* NULL: no files are wanted */
    bool open, json;
};

/* Writes, shows and prints what is wanted. False when something of it could not be done: told on
 * standard error. */
bool mn_face_report_give(const struct mn_face_report *report);

#endif
