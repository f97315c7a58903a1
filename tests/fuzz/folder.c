#include "folder.h"

#include <ftw.h>
#include <limits.h>
#include <unistd.h>

#include "target.h"

static char folder[PATH_MAX / 4];

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

static void remove_tree(const char *path)
{
    (void)nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void remove_folder(void)
{
    remove_tree(folder);
}

void folder_make(void)
{
    const char *tmp = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%s/mynakey-fuzz.XXXXXX", tmp ? tmp : "/tmp");
    FUZZ_REQUIRE(mkdtemp(folder));
    FUZZ_REQUIRE(atexit(remove_folder) == 0);
}

const char *folder_path(const char *name)
{
    static char paths[8][PATH_MAX];
    static unsigned next;
    char *path = paths[next++ % 8];
    snprintf(path, PATH_MAX, "%s/%s", folder, name);
    return path;
}

const char *folder_write(const char *name, const char *text)
{
    const char *path = folder_path(name);
    FILE *file = fopen(path, "w");
    FUZZ_REQUIRE(file && fputs(text, file) >= 0 && fclose(file) == 0);
    return path;
}

void folder_clear(const char *name)
{
    remove_tree(folder_path(name));
}
