#include "cli/verify/file_pairs.h"

#include <search.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool ends_in(const char *text, const char *ending)
{
    size_t len = strlen(text), tail = strlen(ending);
    return len > tail && strcmp(text + len - tail, ending) == 0;
}

static char *signature_of(const char *path)
{
    char *beside = NULL, *instead = NULL;
    const char *name = strrchr(path, '/');
    const char *dot = strrchr(name ? name + 1 : path, '.');
    if (asprintf(&beside, "%s" MN_SIGNATURE_ENDING, path) < 0)
        return NULL;
    if (!dot || access(beside, F_OK) == 0)
        return beside;
    if (asprintf(&instead, "%.*s" MN_SIGNATURE_ENDING, (int)(dot - path), path) < 0)
        instead = NULL;
    if (!instead || access(instead, F_OK) != 0) {
        free(instead);
        return beside;
    }
    free(beside);
    return instead;
}

/* The file that a signature without one stands for: its name without the ending, or, of those that
 * were made beside a certificate, the certificate. */
static char *file_of(const char *signature)
{
    size_t len = strlen(signature) - strlen(MN_SIGNATURE_ENDING);
    char *path = strndup(signature, len), *certificate = NULL;
    if (!path || access(path, F_OK) == 0)
        return path;
    if (asprintf(&certificate, "%s.cer", path) < 0 || access(certificate, F_OK) != 0) {
        free(certificate);
        return path;
    }
    free(path);
    return certificate;
}

static mn_rc add(struct mn_file_pairs *pairs, char *path, char *signature)
{
    struct mn_file_pair *grown = NULL;
    if (path && signature)
        grown = realloc(pairs->at, (pairs->len + 1) * sizeof *grown);
    if (!grown) {
        free(path);
        free(signature);
        return MN_E_MEMORY;
    }
    pairs->at = grown;
    pairs->at[pairs->len++] = (struct mn_file_pair){.path = path, .signature = signature};
    return MN_OK;
}

static int by_path(const void *a, const void *b)
{
    return strcmp(a, b);
}

static void keep_tree(void *path)
{
    (void)path; /* the names are the pairs' */
}

/* Adds the pair of one word, unless its file was there before: met says which were. */
static mn_rc add_word(struct mn_file_pairs *pairs, const char *word, void **met)
{
    bool is_signature = ends_in(word, MN_SIGNATURE_ENDING);
    char *path = is_signature ? file_of(word) : strdup(word);
    if (path && tfind(path, met, by_path)) {
        free(path);
        return MN_OK;
    }
    mn_rc rc = add(pairs, path,
                   path && is_signature ? strdup(word)
                   : path               ? signature_of(path)
                                        : NULL);
    if (rc == MN_OK && !tsearch(path, met, by_path))
        rc = MN_E_MEMORY;
    return rc;
}

mn_rc mn_file_pairs_read(char *const *words, size_t count, struct mn_file_pairs *out)
{
    void *met = NULL;
    mn_rc rc = MN_OK;
    *out = (struct mn_file_pairs){0};
    if (count == 2 && ends_in(words[1], MN_SIGNATURE_ENDING))
        rc = add(out, strdup(words[0]), strdup(words[1]));
    else
        for (size_t i = 0; rc == MN_OK && i < count; i++)
            rc = add_word(out, words[i], &met);
    tdestroy(met, keep_tree);
    if (rc)
        mn_file_pairs_release(out);
    return rc;
}

void mn_file_pairs_release(struct mn_file_pairs *pairs)
{
    for (size_t i = 0; i < pairs->len; i++) {
        free(pairs->at[i].path);
        free(pairs->at[i].signature);
    }
    free(pairs->at);
    *pairs = (struct mn_file_pairs){0};
}
