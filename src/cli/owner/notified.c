#include "cli/owner/notified.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "backend/hashed_name.h"
#include "base/file.h"
#include "base/user_folder.h"

#define FILE_MAX  0x10000
#define LINE_ROOM (MN_HASHED_NAME_ROOM + 48)

static void line_of(const char *id, long threshold, char out[LINE_ROOM])
{
    char day[16];
    time_t now = time(NULL);
    struct tm tm = {0};
    localtime_r(&now, &tm);
    strftime(day, sizeof day, "%Y-%m-%d", &tm);
    snprintf(out, LINE_ROOM, "%s %ld %s\n", day, threshold, id);
}

static bool path_of(char out[PATH_MAX])
{
    return mn_user_path(MN_FOLDER_DATA, "notified", out);
}

/* The file's lines that begin as line does, with its day. NULL for want of memory. */
static char *lines_of_today(const char *path, const char *line)
{
    static const size_t day = sizeof "2026-01-01 " - 1;
    struct mn_bytes file = {0};
    char *kept = NULL;
    size_t len;
    (void)mn_file_read(path, FILE_MAX, &file);
    FILE *out = open_memstream(&kept, &len);
    const char *at = (const char *)file.ptr;
    for (size_t left = file.len; out && left > 0;) {
        const char *end = memchr(at, '\n', left);
        size_t one = end ? (size_t)(end - at) + 1 : left;
        if (end && one > day && memcmp(at, line, day) == 0)
            fwrite(at, 1, one, out);
        at += one;
        left -= one;
    }
    mn_bytes_free(&file);
    if (out && fclose(out) != 0) {
        free(kept);
        kept = NULL;
    }
    return kept;
}

bool mn_notified_today(const char *id, long threshold)
{
    char path[PATH_MAX], line[LINE_ROOM];
    if (!path_of(path))
        return false;
    line_of(id, threshold, line);
    char *lines = lines_of_today(path, line);
    bool found = lines && strstr(lines, line);
    free(lines);
    return found;
}

mn_rc mn_notified_keep(const char *id, long threshold)
{
    char folder[PATH_MAX], path[PATH_MAX], line[LINE_ROOM];
    char *lines = NULL, *all = NULL;
    mn_rc rc = MN_E_MEMORY;
    if (!mn_user_path(MN_FOLDER_DATA, "", folder) || !path_of(path))
        return MN_E_FILE_MISSING;
    line_of(id, threshold, line);
    lines = lines_of_today(path, line);
    if (!lines || asprintf(&all, "%s%s", lines, line) < 0) {
        all = NULL;
        goto out;
    }
    rc = mn_folder_make_private(folder);
    if (rc == MN_OK)
        rc = mn_file_write_private(path, mn_span(all, strlen(all)));
out:
    free(lines);
    free(all);
    return rc;
}
