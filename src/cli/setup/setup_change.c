#include "cli/setup/setup_change.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/home_folder.h"
#include "cli/message.h"
#include "cli/printable.h"

#define FILE_MAX 0x1000000

/* --- what it will be --- */

/* The text of a file, never with a NULL pointer. MN_OK and !*exists where there is none. */
static mn_rc read_text(const char *path, struct mn_bytes *out, bool *exists)
{
    mn_rc rc = mn_file_read(path, FILE_MAX, out);

    *exists = rc == MN_OK;
    return rc == MN_E_FILE_MISSING ? MN_OK : rc;
}

static struct mn_span text_of(const struct mn_bytes *b)
{
    return b->ptr ? mn_bytes_span(b) : mn_span("", 0);
}

static mn_rc open_change(struct mn_setup_change *out, const char *file)
{
    struct stat st;
    int len;
    mn_rc rc;

    *out = (struct mn_setup_change){.mode = S_IRUSR | S_IWUSR};
    if (!realpath(file, out->file)) {
        /* A link that leads nowhere is not replaced by a file. */
        if (errno != ENOENT || lstat(file, &st) == 0 || strlen(file) >= sizeof out->file)
            return MN_E_FILE;
        memcpy(out->file, file, strlen(file) + 1);
    }
    len = snprintf(out->backup, sizeof out->backup, "%s.before-mynakey", out->file);
    if (len < 0 || (size_t)len >= sizeof out->backup)
        return MN_E_FILE;
    rc = read_text(out->file, &out->before, &out->exists);
    if (rc == MN_OK && out->exists && stat(out->file, &st) == 0)
        out->mode = st.st_mode & 07777;
    return rc;
}

mn_rc mn_setup_change_add(struct mn_setup_change *out, const char *file,
                          const struct mn_setup_edit *edit, const struct mn_setup_words *words)
{
    struct mn_setup_found found;
    mn_rc rc = open_change(out, file);

    if (rc == MN_OK)
        rc = edit->add(text_of(&out->before), words, &out->after);
    /* A second change keeps what was there before the first. */
    out->keeps_backup = out->exists && !(edit->find(text_of(&out->before), &found) &&
                                         access(out->backup, F_OK) == 0);
    return rc;
}

static struct mn_span without_newlines(struct mn_span s)
{
    while (s.len > 0 && s.ptr[s.len - 1] == '\n')
        s.len--;
    return s;
}

/* Where nothing else was changed since, the file gets its former bytes again. */
static mn_rc take_backup(struct mn_setup_change *change, const struct mn_setup_edit *edit)
{
    struct mn_bytes backup = {0}, rest = {0};
    bool exists = false;
    mn_rc rc = read_text(change->backup, &backup, &exists);

    change->drops_backup = exists;
    if (rc == MN_OK)
        rc = edit->remove(text_of(&backup), &rest);
    if (rc == MN_OK && exists &&
        mn_span_equal(without_newlines(text_of(&rest)), without_newlines(text_of(&change->after))))
        mn_bytes_move(&change->after, &backup);
    mn_bytes_free(&backup);
    mn_bytes_free(&rest);
    return rc;
}

mn_rc mn_setup_change_undo(struct mn_setup_change *out, const char *file,
                           const struct mn_setup_edit *edit)
{
    mn_rc rc = open_change(out, file);

    if (rc == MN_OK)
        rc = edit->remove(text_of(&out->before), &out->after);
    if (rc == MN_OK && !mn_span_equal(mn_bytes_span(&out->before), mn_bytes_span(&out->after)))
        rc = take_backup(out, edit);
    out->removes_file = out->exists && out->after.len == 0 && !out->drops_backup;
    return rc;
}

bool mn_setup_change_is_none(const struct mn_setup_change *change)
{
    return mn_span_equal(mn_bytes_span(&change->before), mn_bytes_span(&change->after));
}

void mn_setup_change_free(struct mn_setup_change *change)
{
    mn_bytes_free(&change->before);
    mn_bytes_free(&change->after);
}

/* --- showing it --- */

static void print_lines(char sign, struct mn_span text)
{
    struct mn_span line;

    while (mn_take_line(&text, &line)) {
        if (line.ptr[line.len - 1] == '\n')
            line.len--;
        printf("    %c%s%s\n", sign, line.len ? " " : "", mn_printable_span(line));
    }
}

/* Takes off the lines that both begin with. */
static void skip_same_head(struct mn_span *a, struct mn_span *b)
{
    struct mn_span rest_a = *a, rest_b = *b, line_a, line_b;

    while (mn_take_line(&rest_a, &line_a) && mn_take_line(&rest_b, &line_b) &&
           mn_span_equal(line_a, line_b)) {
        *a = rest_a;
        *b = rest_b;
    }
}

/* And those that both end with. */
static void skip_same_tail(struct mn_span *a, struct mn_span *b)
{
    size_t same = 0, lines = 0, most = a->len < b->len ? a->len : b->len;

    while (same < most && a->ptr[a->len - same - 1] == b->ptr[b->len - same - 1]) {
        same++;
        /* A line counts when what is before it ends in both. */
        if ((same == a->len || a->ptr[a->len - same - 1] == '\n') &&
            (same == b->len || b->ptr[b->len - same - 1] == '\n'))
            lines = same;
    }
    a->len -= lines;
    b->len -= lines;
}

/* The path as people write it, with ~ for the home folder. */
static void print_path(const char *path)
{
    char home[PATH_MAX];
    size_t len = mn_home_path(MN_HOME, "", home) ? strlen(home) : 0;

    if (len > 1 && strncmp(path, home, len) == 0)
        printf("  ~/%s", mn_printable(path + len));
    else
        printf("  %s", mn_printable(path));
}

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

void mn_setup_change_print(const struct mn_setup_change *change)
{
    struct mn_span before = text_of(&change->before), after = text_of(&change->after);

    print_path(change->file);
    if (change->removes_file)
        printf(_(" (is removed)"));
    else if (!change->exists)
        printf(_(" (is made)"));
    putchar('\n');
    skip_same_head(&before, &after);
    skip_same_tail(&before, &after);
    print_lines('-', before);
    print_lines('+', after);
    if (change->keeps_backup)
        printf(_("    The file as it is now is kept beside it, as %s.\n"),
               mn_printable(last_part(change->backup)));
}

/* --- doing it --- */

static void tell(const char *file, int cause)
{
    fprintf(stderr, _("mynakey: %s cannot be changed: %s\n"), mn_printable(file), strerror(cause));
}

bool mn_setup_change_is_possible(const struct mn_setup_change *change)
{
    char folder[PATH_MAX];
    struct stat st;

    mn_existing_folder(change->file, folder);
    if (stat(change->exists ? change->file : folder, &st) == 0 && st.st_uid != geteuid()) {
        fprintf(stderr,
                _("mynakey: %s belongs to another user; run this as that user, without sudo\n"),
                mn_printable(change->exists ? change->file : folder));
        return false;
    }
    if (faccessat(AT_FDCWD, folder, W_OK | X_OK, AT_EACCESS) == 0 &&
        (!change->exists || faccessat(AT_FDCWD, change->file, W_OK, AT_EACCESS) == 0))
        return true;
    tell(change->file, errno);
    return false;
}

/* The file has its mode before it has its name. */
static bool write_file(const char *path, struct mn_span text, mode_t mode)
{
    char *staged = NULL;
    mn_rc rc = mn_file_stage(path, text, &staged);
    bool written = false;

    if (rc) {
        fprintf(stderr, "mynakey: %s: %s\n", mn_printable(path), mn_message_rc(rc));
        return false;
    }
    written = chmod(staged, mode) == 0 && rename(staged, path) == 0;
    if (!written) {
        tell(path, errno);
        (void)unlink(staged);
    } else {
        mn_file_sync_folder(path);
    }
    free(staged);
    return written;
}

static bool make_folder_of(const char *file)
{
    char folder[PATH_MAX];
    char *slash;
    mn_rc rc;

    memcpy(folder, file, strlen(file) + 1);
    slash = strrchr(folder, '/');
    if (!slash || slash == folder)
        return true;
    *slash = '\0';
    rc = mn_folder_make_private(folder);
    if (rc)
        fprintf(stderr, "mynakey: %s: %s\n", mn_printable(folder), mn_message_rc(rc));
    return rc == MN_OK;
}

static bool remove_file(const char *path)
{
    if (unlink(path) == 0)
        return true;
    tell(path, errno);
    return false;
}

/* Whoever takes time to answer may have the file open in an editor. */
static bool is_as_shown(const struct mn_setup_change *change)
{
    struct mn_bytes now = {0};
    bool exists = false;
    mn_rc rc = read_text(change->file, &now, &exists);
    bool same = rc == MN_OK && exists == change->exists &&
                mn_span_equal(mn_bytes_span(&now), mn_bytes_span(&change->before));

    mn_bytes_free(&now);
    if (!same)
        fprintf(stderr, _("mynakey: %s was changed meanwhile; do this again\n"),
                mn_printable(change->file));
    return same;
}

bool mn_setup_change_make(const struct mn_setup_change *change)
{
    bool done;

    if (!is_as_shown(change) || !make_folder_of(change->file))
        return false;
    if (change->keeps_backup && !write_file(change->backup, text_of(&change->before), change->mode))
        return false;
    done = change->removes_file ? remove_file(change->file)
                                : write_file(change->file, text_of(&change->after), change->mode);
    if (done ? change->drops_backup : change->keeps_backup)
        (void)unlink(change->backup);
    return done;
}
