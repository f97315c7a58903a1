#include "backend/soft_file.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

static bool is_too_large(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > MN_PKCS12_MAX;
}

mn_rc mn_soft_file_open(const char *path, struct mn_span passphrase, struct mn_pkcs12 *out)
{
    struct mn_bytes file = {0};
    mn_rc rc = is_too_large(path) ? MN_E_EXCESSIVE : mn_file_read(path, MN_PKCS12_MAX, &file);
    if (rc == MN_OK)
        rc = mn_pkcs12_read(mn_bytes_span(&file), passphrase, out);
    mn_bytes_free(&file);
    return rc;
}

/* Can the file be opened with the passphrase, and is the key in it that one? */
static mn_rc read_back(const char *path, const struct mn_pkcs12 *content, struct mn_span passphrase)
{
    struct mn_pkcs12 found = {0};
    mn_rc rc = mn_soft_file_open(path, passphrase, &found);
    if (rc == MN_OK && !mn_span_equal(mn_private_key_public_info(found.key),
                                      mn_private_key_public_info(content->key)))
        rc = MN_E_FILE;
    mn_pkcs12_release(&found);
    return rc;
}

/* A second name for the old file: it is not copied, so it cannot go wrong half-way. */
static mn_rc keep_old(const char *path, const char *old)
{
    if (link(path, old) == 0)
        return MN_OK;
    if (errno == EEXIST)
        return MN_E_FILE_EXISTS;
    /* A file system without links: a copy, then. */
    struct mn_bytes content = {0};
    if (access(old, F_OK) == 0)
        return MN_E_FILE_EXISTS;
    mn_rc rc = mn_file_read(path, MN_PKCS12_MAX, &content);
    if (rc == MN_OK)
        rc = mn_file_write_private(old, mn_bytes_span(&content));
    mn_bytes_free(&content);
    return rc;
}

static mn_rc replace(const char *path, const struct mn_pkcs12 *content, struct mn_span file,
                     struct mn_span passphrase)
{
    char old[PATH_MAX + 8];
    snprintf(old, sizeof old, "%s.old", path);
    mn_rc rc = keep_old(path, old);
    if (rc)
        return rc;
    rc = mn_file_write_private(path, file);
    if (rc == MN_OK)
        rc = read_back(path, content, passphrase);
    if (rc)
        (void)rename(old, path); /* does nothing where both still are names of the old one */
    (void)unlink(old);
    return rc;
}

mn_rc mn_soft_file_rewrite(const char *path, const struct mn_pkcs12 *content, const char *name,
                           struct mn_span passphrase)
{
    struct mn_bytes file = {0};
    char *real = realpath(path, NULL); /* a link stays one */
    if (!real)
        return MN_E_FILE;
    mn_rc rc = mn_pkcs12_write(content, name, passphrase, &file);
    if (rc == MN_OK)
        rc = replace(real, content, mn_bytes_span(&file), passphrase);
    mn_bytes_free(&file);
    free(real);
    return rc;
}
