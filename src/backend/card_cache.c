#define MN_LOG_ROOM "backend"
#include "backend/card_cache.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend/hashed_name.h"
#include "base/file.h"
#include "base/log.h"
#include "base/user_folder.h"

/* No certificate file of the card is longer. */
#define CERTIFICATE_MAX 4096
#define FACTS_MAX       4096

struct mn_card_cache {
    char folder[PATH_MAX];
};

struct mn_card_cache *mn_card_cache_open(const char *model, const char *serial)
{
    char name[MN_HASHED_NAME_ROOM], folder[PATH_MAX];
    if (!mn_hashed_card_name(model, serial, name) || !mn_user_path(MN_FOLDER_CACHE, name, folder))
        return NULL;
    struct mn_card_cache *cache = calloc(1, sizeof *cache);
    if (cache)
        memcpy(cache->folder, folder, sizeof cache->folder);
    return cache;
}

void mn_card_cache_free(struct mn_card_cache **cache)
{
    free(*cache);
    *cache = NULL;
}

static bool path_of(const struct mn_card_cache *cache, const char *file, char out[PATH_MAX])
{
    int n = snprintf(out, PATH_MAX, "%s/%s", cache->folder, file);
    return n > 0 && n < PATH_MAX;
}

static void load(const struct mn_card_cache *cache, const char *file, size_t limit,
                 struct mn_bytes *out)
{
    char path[PATH_MAX];
    mn_bytes_free(out);
    if (path_of(cache, file, path) && mn_file_read(path, limit, out) != MN_OK)
        mn_bytes_free(out);
}

static void store(const struct mn_card_cache *cache, const char *file, struct mn_span content)
{
    char path[PATH_MAX];
    if (!path_of(cache, file, path))
        return;
    mn_rc rc = mn_folder_make_private(cache->folder);
    if (rc == MN_OK)
        rc = mn_file_write_private(path, content);
    if (rc)
        mn_log_info("nothing was remembered: %s", mn_rc_text(rc));
}

static void certificate_name(uint16_t ef, char out[16])
{
    snprintf(out, 16, "%04X.cer", ef);
}

void mn_card_cache_get(struct mn_card_cache *cache, uint16_t ef, struct mn_bytes *out)
{
    char name[16];
    certificate_name(ef, name);
    mn_bytes_free(out);
    if (cache)
        load(cache, name, CERTIFICATE_MAX, out);
}

void mn_card_cache_put(struct mn_card_cache *cache, uint16_t ef, struct mn_span certificate)
{
    char name[16];
    certificate_name(ef, name);
    if (cache)
        store(cache, name, certificate);
}

/* "pss=yes\n" and "extended-<reader>=no\n". */
static enum mn_fact find_fact(struct mn_span text, const char *key)
{
    char line[64];
    for (int yes = 0; yes < 2; yes++) {
        int n = snprintf(line, sizeof line, "%s=%s\n", key, yes ? "yes" : "no");
        if (n > 0 && text.len > 0 && memmem(text.ptr, text.len, line, (size_t)n))
            return yes ? MN_FACT_YES : MN_FACT_NO;
    }
    return MN_FACT_UNKNOWN;
}

static void print_fact(FILE *out, const char *key, enum mn_fact fact)
{
    if (fact != MN_FACT_UNKNOWN)
        fprintf(out, "%s=%s\n", key, fact == MN_FACT_YES ? "yes" : "no");
}

static bool extended_key(const char *reader, char out[64])
{
    char name[MN_HASHED_NAME_ROOM];
    if (!mn_hashed_name(reader, name))
        return false;
    snprintf(out, 64, "extended-%s", name);
    return true;
}

void mn_card_cache_get_facts(struct mn_card_cache *cache, const char *reader,
                             struct mn_card_facts *facts)
{
    char key[64];
    struct mn_bytes text = {0};
    if (!cache || !extended_key(reader, key))
        return;
    load(cache, "facts", FACTS_MAX, &text);
    if (facts->pss == MN_FACT_UNKNOWN)
        facts->pss = find_fact(mn_bytes_span(&text), "pss");
    if (facts->extended == MN_FACT_UNKNOWN)
        facts->extended = find_fact(mn_bytes_span(&text), key);
    mn_bytes_free(&text);
}

static bool is_about(const char *line, size_t len, const char *key)
{
    size_t key_len = strlen(key);
    return len > key_len && memcmp(line, key, key_len) == 0 && line[key_len] == '=';
}

/* The whole lines of text that are about neither of the two. */
static void print_others(FILE *out, struct mn_span text, const char *key1, const char *key2)
{
    while (text.len > 0) {
        const char *line = (const char *)text.ptr;
        const char *newline = memchr(line, '\n', text.len);
        if (!newline)
            return;
        size_t len = (size_t)(newline - line) + 1;
        if (!is_about(line, len, key1) && !is_about(line, len, key2))
            fwrite(line, 1, len, out);
        text = mn_span(text.ptr + len, text.len - len);
    }
}

static void store_facts(struct mn_card_cache *cache, struct mn_span old, const char *key,
                        const struct mn_card_facts *facts)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    if (!out)
        return;
    print_fact(out, "pss", facts->pss);
    print_fact(out, key, facts->extended);
    print_others(out, old, "pss", key);
    if (fclose(out) == 0)
        store(cache, "facts", mn_span(text, len));
    free(text);
}

void mn_card_cache_put_facts(struct mn_card_cache *cache, const char *reader,
                             const struct mn_card_facts *facts)
{
    char key[64];
    struct mn_bytes old = {0};
    if (!cache || !extended_key(reader, key))
        return;
    load(cache, "facts", FACTS_MAX, &old);
    const struct mn_card_facts stored = {.pss = find_fact(mn_bytes_span(&old), "pss"),
                                         .extended = find_fact(mn_bytes_span(&old), key)};
    const struct mn_card_facts now = {
        .pss = facts->pss != MN_FACT_UNKNOWN ? facts->pss : stored.pss,
        .extended = facts->extended != MN_FACT_UNKNOWN ? facts->extended : stored.extended};
    if (now.pss != stored.pss || now.extended != stored.extended)
        store_facts(cache, mn_bytes_span(&old), key, &now);
    mn_bytes_free(&old);
}
