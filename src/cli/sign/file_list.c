#include "cli/sign/file_list.h"

#include <errno.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/message.h"
#include "cli/printable.h"

static void tell_no_memory(struct mn_file_list *list)
{
    if (!list->broken)
        fprintf(stderr, "mynakey: %s\n", mn_message_rc(MN_E_MEMORY));
    list->broken = true;
}

static void refuse(struct mn_file_list *list, const char *path, const char *why)
{
    fprintf(stderr, "mynakey: %s: %s\n", mn_printable(path), why);
    list->refused++;
}

static void leave_out(struct mn_file_list *list, const char *path, const char *why)
{
    fprintf(stderr, _("Left out: %s (%s)\n"), mn_printable(path), why);
    list->left_out++;
}

/* The room doubles, so that a great many cost little each. */
static bool has_room(struct mn_file_list *list)
{
    if (list->count & (list->count - 1))
        return true;
    size_t room = list->count ? 2 * list->count : 1;
    char **paths = reallocarray(list->paths, room, sizeof *paths);
    if (paths)
        list->paths = paths;
    return paths != NULL;
}

static void keep(struct mn_file_list *list, const char *path)
{
    char *copy = NULL;
    if (access(path, R_OK) != 0)
        refuse(list, path, strerror(errno));
    else if (!has_room(list) || !(copy = strdup(path)))
        tell_no_memory(list);
    else
        list->paths[list->count++] = copy;
}

static bool is_signature(const char *path)
{
    size_t len = strlen(path), ending = strlen(MN_SIGNATURE_ENDING);
    return len > ending && strcmp(path + len - ending, MN_SIGNATURE_ENDING) == 0;
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

static void take(struct mn_file_list *list, const FTSENT *entry)
{
    switch (entry->fts_info) {
    case FTS_F:
        if (is_signature(entry->fts_path))
            list->left_out++;
        else
            keep(list, entry->fts_path);
        break;
    case FTS_D:
    case FTS_DP:
        break;
    case FTS_SL:
    case FTS_SLNONE:
        leave_out(list, entry->fts_path, _("a symbolic link"));
        break;
    case FTS_DEFAULT:
        leave_out(list, entry->fts_path, _("neither a file nor a folder"));
        break;
    default: /* FTS_DNR, FTS_ERR, FTS_NS */
        refuse(list, entry->fts_path, strerror(entry->fts_errno));
    }
}

static void add_folder(struct mn_file_list *list, const char *path)
{
    char *copy = strdup(path); /* fts does not say const */
    char *roots[] = {copy, NULL};
    FTS *walk = copy ? fts_open(roots, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR, by_name) : NULL;
    if (!walk)
        tell_no_memory(list);
    for (const FTSENT *entry; walk && !list->broken && (entry = fts_read(walk));)
        take(list, entry);
    if (walk)
        fts_close(walk);
    free(copy);
}

void mn_file_list_add(struct mn_file_list *list, const char *path, bool recursive)
{
    struct stat st;
    if (stat(path, &st) != 0)
        refuse(list, path, strerror(errno));
    else if (S_ISDIR(st.st_mode) && recursive)
        add_folder(list, path);
    else if (S_ISDIR(st.st_mode))
        refuse(list, path, _("this is a folder; --recursive signs what is in it"));
    else if (!S_ISREG(st.st_mode))
        refuse(list, path, _("neither a file nor a folder"));
    else
        keep(list, path);
}

void mn_file_list_filter(struct mn_file_list *list,
                         bool (*wanted)(const char *path, const void *context), const void *context)
{
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++) {
        if (wanted(list->paths[i], context)) {
            list->paths[kept++] = list->paths[i];
            continue;
        }
        free(list->paths[i]);
        list->refused++;
    }
    list->count = kept;
}

void mn_file_list_free(struct mn_file_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->paths[i]);
    free(list->paths);
    *list = (struct mn_file_list){0};
}
