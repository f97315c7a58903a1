#include "cli/verify/trusted_sites.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backend/hashed_name.h"
#include "base/file.h"
#include "base/user_folder.h"
#include "crypto/certificate.h"

#define FOLDER   "trusted"
#define FILE_MAX (256 * 1024)

static mn_rc path_of(const char *site, char out[PATH_MAX])
{
    char name[MN_HASHED_NAME_ROOM], below[sizeof FOLDER "/" + MN_HASHED_NAME_ROOM];
    if (!mn_hashed_name(site, name))
        return MN_E_CRYPTO;
    snprintf(below, sizeof below, FOLDER "/%s", name);
    return mn_user_path(MN_FOLDER_DATA, below, out) ? MN_OK : MN_E_FILE_MISSING;
}

/* A file is the site, a newline, and the certificate. */
static mn_rc read_entry(const char *path, struct mn_trusted_site *out)
{
    struct mn_bytes file = {0};
    struct mn_certificate certificate = {0};
    mn_rc rc = mn_file_read(path, FILE_MAX, &file);
    if (rc)
        return rc;
    const uint8_t *end = memchr(file.ptr, '\n', file.len);
    size_t len = end ? (size_t)(end - file.ptr) : 0;
    struct mn_span der = mn_span(file.ptr + len + 1, end ? file.len - len - 1 : 0);
    rc = MN_E_DAMAGED;
    if (end && len < sizeof out->site && mn_certificate_read(der, &certificate) == MN_OK) {
        memcpy(out->site, file.ptr, len);
        out->site[len] = '\0';
        rc = mn_bytes_set(&out->authority, der);
    }
    mn_certificate_release(&certificate);
    mn_bytes_free(&file);
    return rc;
}

mn_rc mn_trusted_sites_get(const char *site, struct mn_bytes *out)
{
    char path[PATH_MAX];
    struct mn_trusted_site entry = {0};
    mn_rc rc = path_of(site, path);
    if (rc == MN_OK)
        rc = read_entry(path, &entry);
    if (rc == MN_OK && strcmp(entry.site, site) != 0)
        rc = MN_E_DAMAGED;
    if (rc == MN_OK)
        mn_bytes_move(out, &entry.authority);
    mn_bytes_free(&entry.authority);
    return rc;
}

static mn_rc make_folder(void)
{
    char folder[PATH_MAX];
    return mn_user_path(MN_FOLDER_DATA, FOLDER, folder) ? mn_folder_make_private(folder)
                                                        : MN_E_FILE_MISSING;
}

mn_rc mn_trusted_sites_put(const char *site, struct mn_span authority)
{
    char path[PATH_MAX];
    struct mn_bytes file = {0};
    mn_rc rc = path_of(site, path);
    if (rc == MN_OK)
        rc = make_folder();
    if (rc == MN_OK)
        rc = mn_bytes_append(&file, mn_span(site, strlen(site)));
    if (rc == MN_OK)
        rc = mn_bytes_append(&file, mn_span("\n", 1));
    if (rc == MN_OK)
        rc = mn_bytes_append(&file, authority);
    if (rc == MN_OK)
        rc = mn_file_write_private(path, mn_bytes_span(&file));
    mn_bytes_free(&file);
    return rc;
}

mn_rc mn_trusted_sites_remove(const char *site)
{
    char path[PATH_MAX];
    mn_rc rc = path_of(site, path);
    if (rc)
        return rc;
    if (unlink(path) != 0)
        return errno == ENOENT || errno == ENOTDIR ? MN_E_FILE_MISSING : MN_E_FILE;
    mn_file_sync_folder(path);
    return MN_OK;
}

static mn_rc add_entry(struct mn_trusted_sites *sites, struct mn_trusted_site *entry)
{
    struct mn_trusted_site *grown = realloc(sites->at, (sites->len + 1) * sizeof *grown);
    if (!grown)
        return MN_E_MEMORY;
    sites->at = grown;
    sites->at[sites->len++] = *entry;
    *entry = (struct mn_trusted_site){0};
    return MN_OK;
}

/* Only what lies under its own name counts: anything else in the folder is not ours. */
static mn_rc add_named(struct mn_trusted_sites *sites, const char *folder, const char *name)
{
    char path[PATH_MAX], right[PATH_MAX];
    struct mn_trusted_site entry = {0};
    mn_rc rc = MN_OK;
    if (snprintf(path, sizeof path, "%s/%s", folder, name) < (int)sizeof path &&
        read_entry(path, &entry) == MN_OK && path_of(entry.site, right) == MN_OK &&
        strcmp(path, right) == 0)
        rc = add_entry(sites, &entry);
    mn_bytes_free(&entry.authority);
    return rc;
}

static int by_site(const void *a, const void *b)
{
    const struct mn_trusted_site *one = a, *other = b;
    return strcmp(one->site, other->site);
}

mn_rc mn_trusted_sites_list(struct mn_trusted_sites *out)
{
    char path[PATH_MAX];
    mn_rc rc = MN_OK;
    *out = (struct mn_trusted_sites){0};
    if (!mn_user_path(MN_FOLDER_DATA, FOLDER, path))
        return MN_OK;
    DIR *folder = opendir(path);
    if (!folder)
        return errno == ENOENT || errno == ENOTDIR ? MN_OK : MN_E_FILE;
    for (const struct dirent *e; rc == MN_OK && (e = readdir(folder));)
        rc = add_named(out, path, e->d_name);
    closedir(folder);
    if (rc)
        mn_trusted_sites_release(out);
    if (out->len > 1)
        qsort(out->at, out->len, sizeof *out->at, by_site);
    return rc;
}

void mn_trusted_sites_release(struct mn_trusted_sites *sites)
{
    for (size_t i = 0; i < sites->len; i++)
        mn_bytes_free(&sites->at[i].authority);
    free(sites->at);
    *sites = (struct mn_trusted_sites){0};
}
