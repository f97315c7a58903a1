#define MN_LOG_ROOM "backend"
#include "backend/soft_shelf.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/user_folder.h"

#define ENTRY_MAX       (PATH_MAX + 256)
#define CERTIFICATE_MAX 65536

/* Of the names in a folder. */
#define NAME_ROOM 32

void mn_soft_entry_release(struct mn_soft_entry *entry)
{
    mn_bytes_free(&entry->certificate);
    mn_certificates_free(&entry->chain);
    *entry = (struct mn_soft_entry){0};
}

static bool shelf_path(const char *name, char out[PATH_MAX])
{
    char below[NAME_ROOM + 8];
    snprintf(below, sizeof below, "soft/%s", name);
    return mn_user_path(MN_FOLDER_DATA, below, out);
}

static bool number_path(unsigned number, char out[PATH_MAX])
{
    char name[NAME_ROOM];
    snprintf(name, sizeof name, "%u", number);
    return shelf_path(name, out);
}

/* A file of that folder. */
static bool file_path(const char *folder, const char *name, char out[PATH_MAX])
{
    int n = snprintf(out, PATH_MAX, "%s/%s", folder, name);
    return n > 0 && n < PATH_MAX;
}

static void chain_name(size_t index, char out[NAME_ROOM])
{
    snprintf(out, NAME_ROOM, "ca-%zu.der", index + 1);
}

/* --- looking --- */

/* The number that a name in the shelf is; 0 for what is none. */
static unsigned number_of(const char *name)
{
    char *end;
    unsigned long number = name[0] >= '1' && name[0] <= '9' ? strtoul(name, &end, 10) : 0;
    return number > 0 && *end == '\0' && number <= MN_SOFT_MAX ? (unsigned)number : 0;
}

/* A folder is made once and never changed: its number in the file system and its time tell it from
 * the one before. */
static uint64_t identity_of(const struct stat *st)
{
    uint64_t when = (uint64_t)st->st_mtim.tv_sec * 1000000000u + (uint64_t)st->st_mtim.tv_nsec;
    uint64_t identity = when ^ (uint64_t)st->st_ino << 20;
    return identity ? identity : 1;
}

void mn_soft_shelf_look(struct mn_soft_glance *out)
{
    char path[PATH_MAX];
    struct stat st;
    *out = (struct mn_soft_glance){0};
    if (!shelf_path("", path))
        return;
    DIR *shelf = opendir(path);
    if (!shelf)
        return;
    for (struct dirent *found; (found = readdir(shelf));) {
        unsigned number = number_of(found->d_name);
        if (number && fstatat(dirfd(shelf), found->d_name, &st, 0) == 0 && S_ISDIR(st.st_mode))
            out->at[number] = identity_of(&st);
    }
    closedir(shelf);
}

/* --- reading --- */

/* "file = ..." and "label = ...", a line each. */
static bool take_line(char *line, struct mn_soft_entry *out)
{
    static const char file[] = "file = ", label[] = "label = ";
    if (strncmp(line, file, sizeof file - 1) == 0)
        return snprintf(out->path, sizeof out->path, "%s", line + sizeof file - 1) <
               (int)sizeof out->path;
    if (strncmp(line, label, sizeof label - 1) == 0)
        return snprintf(out->label, sizeof out->label, "%s", line + sizeof label - 1) <
               (int)sizeof out->label;
    return true; /* of a later version */
}

static mn_rc parse_entry(struct mn_span text, struct mn_soft_entry *out)
{
    char copy[ENTRY_MAX + 1], *rest = copy, *line;
    if (text.len == 0 || text.len > ENTRY_MAX || memchr(text.ptr, '\0', text.len))
        return MN_E_DAMAGED;
    memcpy(copy, text.ptr, text.len);
    copy[text.len] = '\0';
    while ((line = strsep(&rest, "\n")))
        if (!take_line(line, out))
            return MN_E_DAMAGED;
    return out->path[0] == '/' && out->label[0] ? MN_OK : MN_E_DAMAGED;
}

static mn_rc read_file(const char *folder, const char *name, size_t limit, struct mn_bytes *out)
{
    char path[PATH_MAX];
    return file_path(folder, name, path) ? mn_file_read(path, limit, out) : MN_E_FILE;
}

static mn_rc read_chain(const char *folder, struct mn_certificates *out)
{
    char name[NAME_ROOM];
    for (size_t i = 0; i < MN_CERTIFICATES_MAX; i++) {
        struct mn_bytes der = {0};
        chain_name(i, name);
        mn_rc rc = read_file(folder, name, CERTIFICATE_MAX, &der);
        if (rc == MN_OK)
            rc = mn_certificates_add(out, mn_bytes_span(&der));
        mn_bytes_free(&der);
        if (rc)
            return rc == MN_E_FILE_MISSING ? MN_OK : rc;
    }
    return MN_OK;
}

mn_rc mn_soft_shelf_read(unsigned number, struct mn_soft_entry *out)
{
    char folder[PATH_MAX];
    struct mn_bytes text = {0};
    *out = (struct mn_soft_entry){0};
    if (!number_path(number, folder))
        return MN_E_FILE_MISSING;
    mn_rc rc = read_file(folder, "entry", ENTRY_MAX, &text);
    if (rc == MN_OK)
        rc = parse_entry(mn_bytes_span(&text), out);
    if (rc == MN_OK)
        rc = read_file(folder, "certificate.der", CERTIFICATE_MAX, &out->certificate);
    if (rc == MN_OK)
        rc = read_chain(folder, &out->chain);
    mn_bytes_free(&text);
    if (rc)
        mn_soft_entry_release(out);
    return rc;
}

/* --- writing --- */

/* A folder of the shelf with all that is in it. */
static mn_rc remove_folder(const char *folder)
{
    char path[PATH_MAX];
    DIR *dir = opendir(folder);
    for (struct dirent *found; dir && (found = readdir(dir));)
        if (strcmp(found->d_name, ".") != 0 && strcmp(found->d_name, "..") != 0 &&
            file_path(folder, found->d_name, path))
            (void)unlink(path);
    if (dir)
        closedir(dir);
    return rmdir(folder) == 0 ? MN_OK : MN_E_FILE;
}

static mn_rc write_file(const char *folder, const char *name, struct mn_span content)
{
    char path[PATH_MAX];
    return file_path(folder, name, path) ? mn_file_write_private(path, content) : MN_E_FILE;
}

static mn_rc write_entry(const char *folder, const struct mn_soft_entry *entry, const char *label)
{
    char text[ENTRY_MAX], name[NAME_ROOM];
    int n = snprintf(text, sizeof text, "file = %s\nlabel = %s\n", entry->path, label);
    mn_rc rc = n > 0 && n < (int)sizeof text ? MN_OK : MN_E_ARGUMENT;
    if (rc == MN_OK)
        rc = write_file(folder, "entry", mn_span(text, (size_t)n));
    if (rc == MN_OK)
        rc = write_file(folder, "certificate.der", mn_bytes_span(&entry->certificate));
    for (size_t i = 0; rc == MN_OK && i < entry->chain.count; i++) {
        chain_name(i, name);
        rc = write_file(folder, name, mn_bytes_span(&entry->chain.der[i]));
    }
    return rc;
}

/* What of the shelf matters to one that is to come. */
struct neighbours {
    unsigned free;  /* a number; 0: there is none */
    unsigned same;  /* that one has the certificate or the file already; 0: none has */
    unsigned names; /* so many have the label */
};

/* Is that label the wanted one, or one that was made of it? */
static bool is_label_of(const char *label, const char *wanted)
{
    size_t len = strlen(wanted);
    return strncmp(label, wanted, len) == 0 &&
           (label[len] == '\0' || (label[len] == ' ' && strspn(label + len + 1, "0123456789") ==
                                                            strlen(label + len + 1)));
}

/* The number after the highest, so that one that is gone does not come back as another, as long as
 * there are any. */
static void look_around(const struct mn_soft_entry *entry, struct neighbours *out)
{
    struct mn_soft_glance glance;
    unsigned highest = 0;
    *out = (struct neighbours){0};
    mn_soft_shelf_look(&glance);
    for (unsigned number = MN_SOFT_MAX; number >= 1; number--) {
        struct mn_soft_entry other;
        if (!glance.at[number]) {
            out->free = number;
            continue;
        }
        if (highest == 0)
            highest = number;
        if (mn_soft_shelf_read(number, &other) != MN_OK)
            continue;
        if (strcmp(other.path, entry->path) == 0 ||
            mn_span_equal(mn_bytes_span(&other.certificate), mn_bytes_span(&entry->certificate)))
            out->same = number;
        if (is_label_of(other.label, entry->label))
            out->names++;
        mn_soft_entry_release(&other);
    }
    if (highest < MN_SOFT_MAX)
        out->free = highest + 1;
}

/* Two that add at the same time get different numbers: the second finds the name taken. */
static mn_rc give_number(const char *folder, unsigned from, unsigned *number)
{
    char path[PATH_MAX];
    for (unsigned n = from; n <= MN_SOFT_MAX; n++) {
        if (!number_path(n, path))
            return MN_E_FILE;
        if (rename(folder, path) == 0) {
            mn_file_sync_folder(path);
            *number = n;
            return MN_OK;
        }
        if (errno != ENOTEMPTY && errno != EEXIST)
            return MN_E_FILE;
    }
    return MN_E_EXCESSIVE;
}

static void make_label(const struct mn_soft_entry *entry, unsigned names,
                       char out[MN_SOFT_LABEL_ROOM + 16])
{
    if (names == 0)
        snprintf(out, MN_SOFT_LABEL_ROOM + 16, "%s", entry->label);
    else
        snprintf(out, MN_SOFT_LABEL_ROOM + 16, "%s %u", entry->label, names + 1);
}

mn_rc mn_soft_shelf_add(const struct mn_soft_entry *entry, unsigned *number)
{
    char shelf[PATH_MAX], folder[PATH_MAX], label[MN_SOFT_LABEL_ROOM + 16];
    struct neighbours neighbours;
    if (entry->path[0] != '/' || strchr(entry->path, '\n') || !entry->label[0] ||
        strchr(entry->label, '\n'))
        return MN_E_ARGUMENT;
    if (!shelf_path("", shelf) || !shelf_path(".new-XXXXXX", folder))
        return MN_E_FILE_MISSING;
    look_around(entry, &neighbours);
    *number = neighbours.same;
    if (neighbours.same)
        return MN_E_FILE_EXISTS;
    if (!neighbours.free)
        return MN_E_EXCESSIVE;
    make_label(entry, neighbours.names, label);
    if (strlen(label) >= MN_SOFT_LABEL_ROOM)
        return MN_E_ARGUMENT;
    mn_rc rc = mn_folder_make_private(shelf);
    if (rc)
        return rc;
    if (!mkdtemp(folder))
        return MN_E_FILE;
    rc = write_entry(folder, entry, label);
    if (rc == MN_OK)
        rc = give_number(folder, neighbours.free, number);
    if (rc)
        (void)remove_folder(folder);
    return rc;
}

/* It vanishes whole, and is cleared away under another name. */
mn_rc mn_soft_shelf_remove(unsigned number)
{
    char path[PATH_MAX], away[PATH_MAX];
    if (number < 1 || number > MN_SOFT_MAX || !number_path(number, path) ||
        !shelf_path(".gone-XXXXXX", away))
        return MN_E_FILE_MISSING;
    if (access(path, F_OK) != 0)
        return MN_E_FILE_MISSING;
    if (!mkdtemp(away))
        return MN_E_FILE;
    if (rename(path, away) != 0) {
        mn_log_error("rename: errno %d", errno);
        (void)rmdir(away);
        return MN_E_FILE;
    }
    return remove_folder(away);
}
