#include "cli/verify/seen_answers.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include "backend/hashed_name.h"
#include "base/file.h"
#include "base/user_folder.h"
#include "cli/verify/authority_certificate.h"

#define FOLDER "seen"

struct seen {
    time_t update;
    bool revoked;
};

static mn_rc path_of(struct mn_span authority, uint64_t number, char out[PATH_MAX])
{
    char whose[MN_FINGERPRINT_TEXT_ROOM], text[sizeof whose + 32], name[MN_HASHED_NAME_ROOM];
    char below[sizeof FOLDER "/" + sizeof name];
    mn_rc rc = mn_fingerprint_text(authority, whose);
    if (rc)
        return rc;
    snprintf(text, sizeof text, "%s %" PRIu64, whose, number);
    if (!mn_hashed_name(text, name))
        return MN_E_CRYPTO;
    snprintf(below, sizeof below, FOLDER "/%s", name);
    return mn_user_path(MN_FOLDER_DATA, below, out) ? MN_OK : MN_E_FILE_MISSING;
}

/* "SECONDS good" or "SECONDS revoked" */
static mn_rc read_seen(const char *path, struct seen *out)
{
    struct mn_bytes file = {0};
    char text[64] = "", state[16] = "", more;
    intmax_t update;
    mn_rc rc = mn_file_read(path, sizeof text - 1, &file);
    if (rc)
        return rc;
    snprintf(text, sizeof text, "%.*s", (int)file.len, (const char *)file.ptr);
    mn_bytes_free(&file);
    if (sscanf(text, "%" SCNdMAX " %15s %c", &update, state, &more) != 2)
        return MN_E_DAMAGED;
    *out = (struct seen){.update = (time_t)update, .revoked = state[0] != 'g'};
    return MN_OK;
}

static mn_rc write_seen(const char *path, const struct seen *seen)
{
    char text[64];
    int len = snprintf(text, sizeof text, "%jd %s\n", (intmax_t)seen->update,
                       seen->revoked ? "revoked" : "good");
    return mn_file_write_private(path, mn_span(text, (size_t)len));
}

/* The lock of the whole folder, held until the descriptor is closed; -1: none could be had. */
static int lock_folder(void)
{
    char path[PATH_MAX];
    if (!mn_user_path(MN_FOLDER_DATA, FOLDER, path) || mn_folder_make_private(path) != MN_OK ||
        !mn_user_path(MN_FOLDER_DATA, FOLDER "/lock", path))
        return -1;
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd >= 0 && flock(fd, LOCK_EX) != 0) {
        close(fd);
        fd = -1;
    }
    return fd;
}

static bool is_newer(const struct seen *a, const struct seen *b)
{
    return a->update > b->update || (a->update == b->update && a->revoked && !b->revoked);
}

mn_rc mn_seen_compare(struct mn_span authority, const struct mn_validity *answer, bool *older,
                      time_t *newest)
{
    const struct seen now = {.update = answer->this_update,
                             .revoked = answer->state != MN_VALIDITY_GOOD};
    struct seen before = now;
    char path[PATH_MAX];
    *older = false;
    *newest = now.update;
    mn_rc rc = path_of(authority, answer->number, path);
    if (rc)
        return rc;
    int lock = lock_folder();
    rc = read_seen(path, &before);
    if (rc == MN_OK && is_newer(&before, &now)) {
        *older = true;
        *newest = before.update;
    } else if (rc == MN_E_FILE_MISSING || rc == MN_E_DAMAGED || is_newer(&now, &before)) {
        mn_rc written = lock >= 0 ? write_seen(path, &now) : MN_E_FILE;
        rc = rc == MN_E_DAMAGED && written == MN_OK ? rc : written;
    }
    if (lock >= 0)
        close(lock);
    return rc;
}
