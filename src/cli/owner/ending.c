#include "cli/owner/ending.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend/remembered.h"
#include "backend/soft_shelf.h"
#include "base/file.h"
#include "cli/home_folder.h"
#include "cli/issue/validity.h"
#include "cli/message.h"
#include "cli/owner/status_findings.h"
#include "cli/printable.h"
#include "cli/verify/authority_certificate.h"
#include "cli/verify/limited_file.h"
#include "crypto/validity_data.h"

#define CERTIFICATE_MAX 0x10000

void mn_endings_free(struct mn_endings *endings)
{
    free(endings->at);
    *endings = (struct mn_endings){0};
}

/* identity may say anything: only its hash is kept. */
static mn_rc append(struct mn_endings *endings, enum mn_ending_kind kind, const char *identity,
                    const char *title, time_t until)
{
    struct mn_ending new = {.kind = kind, .until = until, .days = mn_days_until(time(NULL), until)};
    if (!mn_hashed_name(identity, new.id))
        return MN_E_CRYPTO;
    for (size_t i = 0; i < endings->len; i++)
        if (strcmp(endings->at[i].id, new.id) == 0)
            return MN_OK;
    struct mn_ending *more = reallocarray(endings->at, endings->len + 1, sizeof *more);
    if (!more)
        return MN_E_MEMORY;
    snprintf(new.title, sizeof new.title, "%s", title);
    endings->at = more;
    more[endings->len++] = new;
    return MN_OK;
}

static mn_rc append_certificate(struct mn_endings *endings, enum mn_ending_kind kind,
                                const uint8_t sha1[20], const char *title, time_t until)
{
    char identity[2 * 20 + 1];
    for (size_t i = 0; i < 20; i++)
        snprintf(identity + 2 * i, 3, "%02x", sha1[i]);
    return append(endings, kind, identity, title, until);
}

/* What is no certificate is passed over. */
static mn_rc append_der(struct mn_endings *endings, enum mn_ending_kind kind, struct mn_span der,
                        const char *title)
{
    struct mn_certificate certificate = {0};
    mn_rc rc = mn_certificate_read(der, &certificate);
    if (rc == MN_OK)
        rc = append_certificate(endings, kind, certificate.sha1, title, certificate.not_after_time);
    mn_certificate_release(&certificate);
    return rc == MN_E_BAD_CERTIFICATE ? MN_OK : rc;
}

static const char *title_of(enum mn_role role)
{
    return role == MN_ROLE_AUTH ? _("Authentication certificate of the card")
                                : _("Signing certificate of the card");
}

mn_rc mn_endings_of_card(const struct mn_status *status, struct mn_endings *out)
{
    mn_rc rc = MN_OK;
    for (size_t i = 0; i < status->reader_count; i++)
        for (int role = 0; rc == MN_OK && role < MN_ROLE_COUNT; role++) {
            const struct mn_status_certificate *seen = &status->readers[i].certificates[role];
            if (seen->readable)
                rc = append_certificate(out, MN_ENDING_CARD, seen->sha1,
                                        title_of((enum mn_role)role), seen->term.until);
        }
    return rc;
}

mn_rc mn_endings_of_copies(struct mn_endings *out)
{
    char folder[PATH_MAX], path[PATH_MAX];
    DIR *dir = mn_remembered_folder(folder) == MN_OK ? opendir(folder) : NULL;
    mn_rc rc = MN_OK;
    if (!dir)
        return MN_OK;
    for (const struct dirent *entry; rc == MN_OK && (entry = readdir(dir));) {
        struct mn_bytes der = {0};
        if (mn_path_join(folder, entry->d_name, path) &&
            mn_file_read(path, CERTIFICATE_MAX, &der) == MN_OK)
            rc = append_der(out, MN_ENDING_CARD, mn_bytes_span(&der), title_of(MN_ROLE_SIGN));
        mn_bytes_free(&der);
    }
    closedir(dir);
    return rc;
}

mn_rc mn_endings_of_shelf(struct mn_endings *out)
{
    struct mn_soft_glance glance;
    mn_rc rc = MN_OK;
    mn_soft_shelf_look(&glance);
    for (unsigned number = 1; rc == MN_OK && number <= MN_SOFT_MAX; number++) {
        struct mn_soft_entry entry = {0};
        char title[128];
        if (!glance.at[number] || mn_soft_shelf_read(number, &entry) != MN_OK)
            continue;
        snprintf(title, sizeof title, _("Software certificate %u"), number);
        rc = append_der(out, MN_ENDING_SOFT, mn_bytes_span(&entry.certificate), title);
        mn_soft_entry_release(&entry);
    }
    return rc;
}

static mn_rc append_validity(struct mn_endings *out, const char *file, const char *authority,
                             const struct mn_validity *validity)
{
    char identity[MN_FINGERPRINT_TEXT_ROOM + 32], title[sizeof out->at->title];
    snprintf(identity, sizeof identity, "%s %" PRIu64, authority, validity->number);
    snprintf(title, sizeof title, _("Validity data %s"), mn_printable(file));
    return append(out, MN_ENDING_VALIDITY, identity, title, validity->next_update);
}

mn_rc mn_endings_of_validity(const char *file, const char *authority, struct mn_endings *out)
{
    struct mn_bytes bytes = {0}, data = {0};
    struct mn_authority_certificate whose = {0};
    struct mn_validity validity;
    mn_rc rc = mn_limited_file_read(authority, MN_AUTHORITY_FILE_MAX, &bytes);
    if (rc == MN_OK)
        rc = mn_authority_certificate_read(mn_bytes_span(&bytes), &whose);
    if (rc == MN_OK)
        rc = mn_limited_file_read(file, MN_VALIDITY_FILE_MAX, &data);
    if (rc == MN_OK)
        rc = mn_validity_check(mn_bytes_span(&data), mn_span(NULL, 0), mn_bytes_span(&whose.der),
                               &validity);
    if (rc == MN_OK)
        rc = append_validity(out, file, whose.fingerprint, &validity);
    mn_authority_certificate_release(&whose);
    mn_bytes_free(&data);
    mn_bytes_free(&bytes);
    return rc;
}
