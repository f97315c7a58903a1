#include "cli/own_token.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend/soft_shelf.h"
#include "cli/message.h"
#include "cli/token_label.h"
#include "cli/verb.h"

/* The number of the entry with that path, and the entry, or 0. */
static unsigned find(const char *path, struct mn_soft_entry *out)
{
    for (unsigned number = 1; number <= MN_SOFT_MAX; number++) {
        if (mn_soft_shelf_read(number, out) != MN_OK)
            continue;
        if (strcmp(out->path, path) == 0)
            return number;
        mn_soft_entry_release(out);
    }
    return 0;
}

/* Takes off what has the path; *old is what it was, empty where nothing had it. */
static mn_rc take_off(const char *path, struct mn_soft_entry *old)
{
    unsigned number = find(path, old);
    return number == 0 ? MN_OK : mn_soft_shelf_remove(number);
}

/* Puts it back with the path where its file is now, under a label that tells them apart. */
static mn_rc put_back(struct mn_soft_entry *old, const char *moved_to)
{
    unsigned number;
    if (!old->path[0] || !moved_to || !realpath(moved_to, old->path))
        return MN_OK;
    mn_token_label(mn_bytes_span(&old->certificate), old->path, old->label, sizeof old->label);
    return mn_soft_shelf_add(old, &number);
}

static mn_rc fill(const struct mn_own_token *token, struct mn_soft_entry *entry)
{
    mn_rc rc = mn_bytes_set(&entry->certificate, token->certificate);
    mn_token_label(token->certificate, entry->path, entry->label, sizeof entry->label);
    for (size_t i = 0; token->chain && i < token->chain->count && rc == MN_OK; i++)
        rc = mn_certificates_add(&entry->chain, mn_bytes_span(&token->chain->der[i]));
    return rc;
}

int mn_own_token_add(const struct mn_own_token *token)
{
    struct mn_soft_entry entry = {0}, old = {0};
    unsigned number;
    mn_rc rc = realpath(token->pfx, entry.path) ? MN_OK : MN_E_FILE;
    if (rc == MN_OK)
        rc = fill(token, &entry);
    if (rc == MN_OK)
        rc = take_off(entry.path, &old);
    if (rc == MN_OK)
        rc = mn_soft_shelf_add(&entry, &number); /* first: it is the one that has the label */
    mn_rc back = put_back(&old, token->moved_to);
    if (rc == MN_OK)
        rc = back;
    if (rc == MN_OK)
        printf(_("It is a token now, number %u. 'mynakey setup PROGRAM' makes it known to a "
                 "program.\n"),
               number);
    else
        fprintf(stderr,
                _("mynakey: the files are there, but the certificate did not become a token: %s.\n"
                  "'mynakey soft add %s' tries it again.\n"),
                mn_message_rc(rc), token->pfx);
    mn_soft_entry_release(&entry);
    mn_soft_entry_release(&old);
    return rc == MN_OK ? MN_EXIT_OK : MN_EXIT_FAILED;
}
