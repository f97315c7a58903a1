#include "cli/face/face_files.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/file_set.h"
#include "cli/home_folder.h"
#include "cli/message.h"
#include "cli/printable.h"

static const char *const names[MN_FACE_FILES] = {[MN_FACE_NAME] = "name.png",
                                                 [MN_FACE_ADDRESS] = "address.png",
                                                 [MN_FACE_PHOTO] = "photo.jp2",
                                                 [MN_FACE_PHOTO_PNG] = "photo.png"};

const char *mn_face_file_name(enum mn_face_file file)
{
    return names[file];
}

static bool tell(const char *path, mn_rc rc)
{
    if (rc == MN_E_FILE_EXISTS)
        fprintf(stderr, _("mynakey: '%s' is there already; --force replaces it\n"),
                mn_printable(path));
    else
        fprintf(stderr, "mynakey: %s: %s\n", mn_printable(path), mn_message_rc(rc));
    return false;
}

/* --- the folder --- */

bool mn_face_folder_prepare(struct mn_face_folder *folder, const char *path, bool force)
{
    char file[PATH_MAX];
    *folder = (struct mn_face_folder){.force = force};
    if (!mn_path_join(path, "", file))
        return tell(path, MN_E_FILE);
    snprintf(folder->path, sizeof folder->path, "%s", path);
    mn_rc rc = mn_folder_make_private(path);
    if (rc == MN_OK && access(path, W_OK | X_OK) != 0)
        rc = MN_E_FILE;
    if (rc)
        return tell(path, rc);
    for (int i = 0; i < MN_FACE_FILES && !force; i++)
        if (mn_path_join(path, names[i], file) &&
            faccessat(AT_FDCWD, file, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
            return tell(file, MN_E_FILE_EXISTS);
    return true;
}

bool mn_face_folder_make_brief(struct mn_face_folder *folder)
{
    const char *runtime = getenv("XDG_RUNTIME_DIR");
    *folder = (struct mn_face_folder){.brief = true};
    if (!runtime || runtime[0] != '/') {
        fprintf(stderr,
                _("mynakey: XDG_RUNTIME_DIR names no folder for files that go at logout; use\n"
                  "--out DIR\n"));
        return false;
    }
    if (!mn_path_join(runtime, "mynakey-face-XXXXXX", folder->path) || !mkdtemp(folder->path)) {
        fprintf(stderr, _("mynakey: no folder can be made in %s: %s\n"), mn_printable(runtime),
                strerror(errno));
        return false;
    }
    return true;
}

/* --- the files --- */

static bool replace(char paths[MN_FACE_FILES][PATH_MAX],
                    const struct mn_span contents[MN_FACE_FILES])
{
    for (int i = 0; i < MN_FACE_FILES; i++) {
        mn_rc rc = contents[i].len ? mn_file_write_private(paths[i], contents[i]) : MN_OK;
        if (rc)
            return tell(paths[i], rc);
    }
    return true;
}

static bool write_new(char paths[MN_FACE_FILES][PATH_MAX],
                      const struct mn_span contents[MN_FACE_FILES])
{
    struct mn_file_item items[MN_FACE_FILES] = {0};
    struct mn_file_set set = {.items = items};
    for (int i = 0; i < MN_FACE_FILES; i++)
        if (contents[i].len > 0)
            items[set.len++] = (struct mn_file_item){.path = paths[i], .content = contents[i]};
    mn_rc rc = mn_file_set_write(&set);
    if (rc)
        tell(items[set.at].path, rc);
    mn_file_set_release(&set);
    return rc == MN_OK;
}

bool mn_face_folder_write(const struct mn_face_folder *folder,
                          const struct mn_span contents[MN_FACE_FILES])
{
    char paths[MN_FACE_FILES][PATH_MAX];
    for (int i = 0; i < MN_FACE_FILES; i++)
        if (!mn_path_join(folder->path, names[i], paths[i]))
            return tell(folder->path, MN_E_FILE);
    return folder->force ? replace(paths, contents) : write_new(paths, contents);
}

/* --- looking at them --- */

/* xdg-open ends as soon as it has found the program. */
static bool run(const char *path, int *status)
{
    char word[] = "xdg-open", *copy = strdup(path);
    char *words[] = {word, copy, NULL};
    pid_t child;
    int error = copy ? posix_spawnp(&child, word, NULL, NULL, words, environ) : ENOMEM;
    free(copy);
    if (error) {
        errno = error;
        return false;
    }
    while (waitpid(child, status, 0) < 0)
        if (errno != EINTR)
            return false;
    return true;
}

bool mn_face_folder_open(const struct mn_face_folder *folder, enum mn_face_file file)
{
    char path[PATH_MAX];
    int status = 0;
    if (!mn_path_join(folder->path, names[file], path))
        return tell(folder->path, MN_E_FILE);
    if (!run(path, &status)) {
        fprintf(stderr, _("mynakey: xdg-open cannot be run: %s (package xdg-utils)\n"),
                strerror(errno));
        return false;
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        fprintf(stderr, _("mynakey: xdg-open could not open %s\n"), mn_printable(path));
        return false;
    }
    return true;
}
