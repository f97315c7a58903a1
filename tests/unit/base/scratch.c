#include "base/scratch.h"

#include <dirent.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char root[PATH_MAX / 4];   /* one a program, in the parent of all tests */
static char folder[PATH_MAX / 2]; /* one a test, in its child */

static void make_root(void)
{
    const char *tmp = getenv("TMPDIR");

    snprintf(root, sizeof root, "%s/mynakey-test.XXXXXX", tmp ? tmp : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(root));
    ck_assert_int_eq(chmod(root, 0755), 0);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

static void remove_root(void)
{
    nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void make_folder(void)
{
    snprintf(folder, sizeof folder, "%s/XXXXXX", root);
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

void mn_scratch_attach(TCase *tcase)
{
    tcase_add_unchecked_fixture(tcase, make_root, remove_root);
    tcase_add_checked_fixture(tcase, make_folder, NULL);
}

const char *mn_scratch_path(const char *name)
{
    static char paths[8][PATH_MAX];
    static unsigned next;
    char *path = paths[next++ % 8];

    snprintf(path, PATH_MAX, "%s%s%s", folder, *name ? "/" : "", name);
    return path;
}

const char *mn_scratch_write(const char *name, const char *text)
{
    const char *path = mn_scratch_path(name);
    FILE *file = fopen(path, "w");

    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs(text, file), 0);
    ck_assert_int_eq(fclose(file), 0);
    return path;
}

char *mn_scratch_read(const char *path)
{
    FILE *file = fopen(path, "r");
    char *text = NULL;
    size_t size = 0;

    if (!file)
        return NULL;
    if (getdelim(&text, &size, '\0', file) < 0) {
        free(text);
        text = calloc(1, 1);
    }
    fclose(file);
    return text;
}

size_t mn_scratch_count(const char *path)
{
    DIR *dir = opendir(path);
    size_t count = 0;

    ck_assert_ptr_nonnull(dir);
    for (struct dirent *entry; (entry = readdir(dir));)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            count++;
    closedir(dir);
    return count;
}
