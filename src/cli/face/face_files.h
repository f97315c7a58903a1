/* The pictures of the face as files: the owner's own folder, or one that goes at logout. */
#ifndef MN_CLI_FACE_FACE_FILES_H
#define MN_CLI_FACE_FACE_FILES_H

#include <limits.h>
#include <stdbool.h>

#include "base/bytes.h"

enum mn_face_file {
    MN_FACE_NAME,    /* name.png, as the card has it */
    MN_FACE_ADDRESS, /* address.png, as the card has it */
    MN_FACE_PHOTO,   /* photo.jp2, as the card has it */
    MN_FACE_PHOTO_PNG,
    MN_FACE_FILES
};

/* The file's name, "photo.png"; static. */
const char *mn_face_file_name(enum mn_face_file file);

struct mn_face_folder {
    char path[PATH_MAX];
    bool force; /* files that have the names are replaced */
    bool brief; /* below the folder that the system empties at logout */
};

/* Could the files be written there? Makes the folder (mode 0700) where there is none: for a look
 * before the card is asked. False: told on standard error. */
bool mn_face_folder_prepare(struct mn_face_folder *folder, const char *path, bool force);

/* A new folder below XDG_RUNTIME_DIR. False: told on standard error. */
bool mn_face_folder_make_brief(struct mn_face_folder *folder);

/* Writes the contents that are not empty, mode 0600. Without force all of them are there in the
 * end, or none. False: told on standard error. */
bool mn_face_folder_write(const struct mn_face_folder *folder,
                          const struct mn_span contents[MN_FACE_FILES]);

/* Opens the file with the desktop's program for it (xdg-open). False: told on standard error. */
bool mn_face_folder_open(const struct mn_face_folder *folder, enum mn_face_file file);

#endif
