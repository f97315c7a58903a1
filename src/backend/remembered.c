#define MN_LOG_ROOM "backend"
#include "backend/remembered.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "backend/hashed_name.h"
#include "base/file.h"
#include "base/log.h"
#include "base/user_folder.h"
#include "crypto/certificate.h"

#define CERTIFICATE_MAX 4096 /* no certificate file of the card is longer */
#define SUFFIX          ".cer"
#define NAME_ROOM       (MN_HASHED_NAME_LEN + sizeof SUFFIX)

mn_rc mn_remembered_folder(char out[PATH_MAX])
{
    return mn_user_path(MN_FOLDER_DATA, "remembered", out) ? MN_OK : MN_E_FILE_MISSING;
}

/* A card without a serial could be taken for another one. */
static mn_rc name_of(const char *model, const char *serial, char out[NAME_ROOM])
{
    char card[MN_HASHED_NAME_ROOM];
    if (!serial[0])
        return MN_E_FILE_MISSING;
    if (!mn_hashed_card_name(model, serial, card))
        return MN_E_CRYPTO;
    snprintf(out, NAME_ROOM, "%s" SUFFIX, card);
    return MN_OK;
}

static mn_rc path_of(const char *model, const char *serial, char out[PATH_MAX])
{
    char name[NAME_ROOM], below[sizeof "remembered/" + NAME_ROOM];
    mn_rc rc = name_of(model, serial, name);
    if (rc)
        return rc;
    snprintf(below, sizeof below, "remembered/%s", name);
    return mn_user_path(MN_FOLDER_DATA, below, out) ? MN_OK : MN_E_FILE_MISSING;
}

/* Is it one certificate with nothing behind it? */
static mn_rc check(struct mn_span der)
{
    struct mn_certificate certificate = {0};
    mn_rc rc = mn_certificate_read(der, &certificate);
    mn_certificate_release(&certificate);
    return rc;
}

mn_rc mn_remembered_get(const char *model, const char *serial, struct mn_bytes *out)
{
    char path[PATH_MAX];
    mn_bytes_free(out);
    mn_rc rc = path_of(model, serial, path);
    if (rc == MN_OK)
        rc = mn_file_read(path, CERTIFICATE_MAX, out);
    if (rc)
        return rc;
    rc = check(mn_bytes_span(out));
    if (rc)
        mn_bytes_free(out);
    if (rc != MN_E_BAD_CERTIFICATE)
        return rc;
    mn_log_info("what was remembered is no certificate, and is removed");
    (void)unlink(path);
    return MN_E_FILE_MISSING;
}

mn_rc mn_remembered_prepare(void)
{
    char folder[PATH_MAX];
    mn_rc rc = mn_remembered_folder(folder);
    if (rc == MN_OK)
        rc = mn_folder_make_private(folder);
    if (rc == MN_OK && access(folder, W_OK | X_OK) != 0) {
        mn_log_error("access: errno %d", errno);
        rc = MN_E_FILE;
    }
    return rc;
}

mn_rc mn_remembered_put(const char *model, const char *serial, struct mn_span certificate)
{
    char path[PATH_MAX];
    mn_rc rc = path_of(model, serial, path);
    if (rc == MN_OK)
        rc = mn_remembered_prepare();
    return rc ? rc : mn_file_write_private(path, certificate);
}

/* --- what is in the folder --- */

/* The folder, or NULL: *rc tells why. */
static DIR *open_folder(mn_rc *rc)
{
    char path[PATH_MAX];
    *rc = mn_remembered_folder(path);
    if (*rc)
        return NULL;
    DIR *folder = opendir(path);
    if (!folder)
        *rc = errno == ENOENT || errno == ENOTDIR ? MN_E_FILE_MISSING : MN_E_FILE;
    return folder;
}

/* The name of a copy, or of what a power cut left of one. Whatever else somebody put there, or has
 * in the folder that a link of this name leads to, is none of ours. */
static bool is_copy(const char *name)
{
    return strspn(name, "0123456789abcdef") == MN_HASHED_NAME_LEN &&
           strncmp(name + MN_HASHED_NAME_LEN, SUFFIX, strlen(SUFFIX)) == 0;
}

/* Removes the copies whose names begin so. */
static mn_rc remove_copies(const char *begins)
{
    mn_rc rc;
    struct dirent *entry;
    bool found = false;
    DIR *folder = open_folder(&rc);
    if (!folder)
        return rc;
    while ((entry = readdir(folder))) {
        if (!is_copy(entry->d_name) || strncmp(entry->d_name, begins, strlen(begins)) != 0)
            continue;
        found = true;
        if (unlinkat(dirfd(folder), entry->d_name, 0) == 0)
            continue;
        mn_log_error("unlink: errno %d", errno);
        rc = MN_E_FILE;
    }
    (void)fsync(dirfd(folder));
    closedir(folder);
    return rc == MN_OK && !found ? MN_E_FILE_MISSING : rc;
}

mn_rc mn_remembered_remove(const char *model, const char *serial)
{
    char name[NAME_ROOM];
    mn_rc rc = name_of(model, serial, name);
    return rc ? rc : remove_copies(name);
}

size_t mn_remembered_count(void)
{
    mn_rc rc;
    struct dirent *entry;
    size_t count = 0;
    DIR *folder = open_folder(&rc);
    if (!folder)
        return 0;
    while ((entry = readdir(folder)))
        if (is_copy(entry->d_name) && strlen(entry->d_name) == NAME_ROOM - 1)
            count++;
    closedir(folder);
    return count;
}

mn_rc mn_remembered_remove_all(void)
{
    char path[PATH_MAX];
    mn_rc rc = remove_copies("");
    if (rc != MN_E_FILE && mn_remembered_folder(path) == MN_OK)
        (void)rmdir(path);
    return rc;
}
