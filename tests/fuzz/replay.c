/* Runs a target on the empty input and on each file of the folders given, and prints TAP: what the
 * fuzzer has learnt is tried again in every build, with any compiler.
 *
 *     replay FOLDER... */
#include <dirent.h>
#include <limits.h>
#include <string.h>

#include "base/file.h"
#include "target.h"

#define INPUT_MAX (1024 * 1024)

static unsigned count;

/* The copy is as long as the input, so that an instrumented build sees a byte too many. */
static void run(const char *name, struct mn_span input)
{
    uint8_t *copy = malloc(input.len ? input.len : 1);

    FUZZ_REQUIRE(copy);
    if (input.len)
        memcpy(copy, input.ptr, input.len);
    printf("# %s\n", name); /* the one that ends the program is the last one named */
    fflush(stdout);
    LLVMFuzzerTestOneInput(copy, input.len);
    printf("ok %u - %s\n", ++count, name);
    free(copy);
}

static void run_file(const char *folder, const char *name)
{
    char path[PATH_MAX];
    struct mn_bytes content = {0};

    snprintf(path, sizeof path, "%s/%s", folder, name);
    FUZZ_REQUIRE(mn_file_read(path, INPUT_MAX, &content) == MN_OK);
    run(name, mn_bytes_span(&content));
    mn_bytes_free(&content);
}

static int is_no_folder(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static void run_folder(const char *folder)
{
    struct dirent **entries = NULL;
    int found = scandir(folder, &entries, is_no_folder, alphasort);

    FUZZ_REQUIRE(found > 0);
    for (int i = 0; i < found; i++) {
        run_file(folder, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "usage: replay FOLDER...\n");
        return 2;
    }
    if (LLVMFuzzerInitialize)
        LLVMFuzzerInitialize(&argc, &argv);
    run("the empty input", (struct mn_span){0});
    for (int i = 1; i < argc; i++)
        run_folder(argv[i]);
    printf("1..%u\n", count);
    return 0;
}
