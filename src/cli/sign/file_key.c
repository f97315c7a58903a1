#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backend/soft_file.h"
#include "backend/soft_shelf.h"
#include "cli/message.h"
#include "cli/passphrase_prompt.h"
#include "cli/printable.h"
#include "cli/sign/key_home.h"
#include "cli/verb.h"

/* A key in a PKCS#12 file, from the shelf or not. */
struct file_key {
    const struct mn_signing_key_choice *choice;
    struct mn_soft_entry entry; /* the path; off the shelf nothing besides */
    struct mn_private_key *key; /* NULL: not open */
};

static int failed_at(const char *path, mn_rc rc)
{
    fprintf(stderr, "mynakey: %s: %s\n", mn_printable(path), mn_message_rc(rc));
    return MN_EXIT_FAILED;
}

/* --- opening and using it --- */

/* What the shelf has of certificates comes first: it is what the owner was shown. */
static mn_rc tell_found(const struct file_key *file, const struct mn_pkcs12 *content,
                        struct mn_key_found *found)
{
    const struct mn_soft_entry *entry = &file->entry;
    struct mn_certificates *list = &found->nearby;
    mn_rc rc = mn_bytes_set(&found->public_info, mn_private_key_public_info(content->key));
    if (rc == MN_OK && entry->certificate.len > 0)
        rc = mn_certificates_add(list, mn_bytes_span(&entry->certificate));
    for (size_t i = 0; i < entry->chain.count && rc == MN_OK; i++)
        rc = mn_certificates_add(list, mn_bytes_span(&entry->chain.der[i]));
    if (rc == MN_OK && entry->certificate.len == 0)
        rc = mn_certificates_add(list, mn_bytes_span(&content->certificate));
    for (size_t i = 0; i < content->others.count && rc == MN_OK; i++)
        rc = mn_certificates_add(list, mn_bytes_span(&content->others.der[i]));
    return rc == MN_E_EXCESSIVE ? MN_OK : rc; /* there is a chain in so many, or none */
}

static int file_open(void *self, struct mn_key_found *found)
{
    struct file_key *file = self;
    const char *path = file->entry.path;
    struct mn_secret *passphrase = NULL;
    struct mn_pkcs12 content = {0};
    if (!mn_passphrase_ask(file->choice->passphrase_file, mn_printable(path), &passphrase))
        return MN_EXIT_FAILED;
    mn_rc rc = mn_soft_file_open(path, mn_secret_span(passphrase), &content);
    mn_secret_free(&passphrase);
    if (rc == MN_OK)
        rc = tell_found(file, &content, found);
    if (rc == MN_OK)
        file->key = mn_private_key_retain(content.key);
    mn_pkcs12_release(&content);
    return rc ? failed_at(path, rc) : MN_EXIT_OK;
}

static mn_rc file_sign(void *self, struct mn_span content, uint8_t *out, size_t *len)
{
    const struct file_key *file = self;
    return mn_private_key_kind(file->key) == MN_KEY_EC
               ? mn_private_key_sign_ecdsa(file->key, content, out, len)
               : mn_private_key_sign_pkcs1(file->key, content, out, len);
}

static void file_close(void *self)
{
    struct file_key *file = self;
    mn_private_key_free(&file->key);
    mn_soft_entry_release(&file->entry);
    free(file);
}

static const struct mn_key_home_ops ops = {
    .open = file_open, .sign = file_sign, .close = file_close};

int mn_key_home_entry(const struct mn_signing_key_choice *choice, struct mn_soft_entry *entry,
                      struct mn_key_home *out)
{
    if (access(entry->path, R_OK) != 0) {
        fprintf(stderr, _("mynakey: '%s' cannot be read: %s\n"), mn_printable(entry->path),
                strerror(errno));
        return MN_EXIT_FAILED;
    }
    struct file_key *file = calloc(1, sizeof *file);
    if (!file)
        return failed_at(entry->path, MN_E_MEMORY);
    file->choice = choice;
    file->entry = *entry;
    *entry = (struct mn_soft_entry){0};
    out->ops = &ops;
    out->self = file;
    return MN_EXIT_OK;
}

int mn_key_home_file(const struct mn_signing_key_choice *choice, struct mn_key_home *out)
{
    struct mn_soft_entry entry = {0};
    size_t room = sizeof entry.path;
    if ((size_t)snprintf(entry.path, room, "%s", choice->where) >= room)
        return failed_at(choice->where, MN_E_FILE);
    snprintf(out->name, sizeof out->name, "%s", mn_printable(entry.path));
    return mn_key_home_entry(choice, &entry, out);
}
