#include "cli/owner/chosen_certificate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend/card_survey.h"
#include "backend/remembered.h"
#include "backend/soft_shelf.h"
#include "base/file.h"
#include "cli/message.h"
#include "cli/printable.h"
#include "cli/readers.h"
#include "cli/signing_card.h"
#include "cli/verb.h"
#include "crypto/common_name.h"

static const struct {
    const char *word, *title;
} kinds[MN_CHOSEN_COUNT] = {
    [MN_CHOSEN_AUTH] = {"auth", N_("Authentication certificate")},
    [MN_CHOSEN_SIGN] = {"sign", N_("Signing certificate")},
    [MN_CHOSEN_AUTH_CA] = {"auth-ca", N_("Certificate of the CA for authentication")},
    [MN_CHOSEN_SIGN_CA] = {"sign-ca", N_("Certificate of the CA for signing")},
    [MN_CHOSEN_SOFT] = {"soft", N_("Software certificate")},
    [MN_CHOSEN_FILE] = {"file", N_("File")},
};

enum mn_chosen_kind mn_chosen_kind_of(const char *word)
{
    int kind = 0;
    while (kind < MN_CHOSEN_FILE && strcmp(kinds[kind].word, word) != 0)
        kind++;
    return (enum mn_chosen_kind)kind;
}

const char *mn_chosen_kind_name(enum mn_chosen_kind kind)
{
    return kinds[kind].word;
}

bool mn_wanted_certificate_read(struct mn_wanted_certificate *choice, int argc, char **argv)
{
    if (argc == 0) {
        fprintf(stderr, _("mynakey: say which: auth, sign, auth-ca, sign-ca, soft or a file\n"));
        return false;
    }
    choice->kind = mn_chosen_kind_of(argv[0]);
    choice->name = choice->kind == MN_CHOSEN_FILE ? argv[0] : argc > 1 ? argv[1] : NULL;
    int most = choice->kind == MN_CHOSEN_SOFT ? 2 : 1;
    if (argc <= most)
        return true;
    fprintf(stderr, _("mynakey: what is '%s'?\n"), argv[most]);
    return false;
}

static int failed(mn_rc rc)
{
    fprintf(stderr, "mynakey: %s\n", mn_message_rc(rc));
    return MN_EXIT_FAILED;
}

/* --- from the card, without a PIN --- */

static bool is_ca(enum mn_chosen_kind kind)
{
    return kind == MN_CHOSEN_AUTH_CA || kind == MN_CHOSEN_SIGN_CA;
}

static mn_rc take_view(const struct mn_view *view, struct mn_chosen *out)
{
    const struct mn_bytes *ca = &view->ca_certificates[0];
    bool wants_ca = is_ca(out->kind);
    mn_rc rc = mn_bytes_set(&out->der, mn_bytes_span(wants_ca ? ca : &view->certificate));
    if (rc == MN_OK && !wants_ca && view->ca_len > 0)
        rc = mn_certificates_add(&out->others, mn_bytes_span(ca));
    if (rc == MN_OK && out->der.len == 0)
        rc = MN_E_NOT_FOUND;
    return rc;
}

static mn_rc load(struct mn_card_reader *reader, enum mn_role role, struct mn_chosen *out)
{
    struct mn_token token = {0};
    struct mn_view view = {0};
    unsigned long generation;
    mn_rc rc = mn_card_reader_token(reader, role, &token, &generation);
    if (rc == MN_OK)
        rc = token.ops->load(token.self, MN_WANT_CERTIFICATE | MN_WANT_CA_CERTIFICATE, &view);
    if (rc == MN_OK)
        rc = take_view(&view, out);
    mn_view_release(&view);
    mn_token_close(&token);
    return rc;
}

static int tell_absence(enum mn_chosen_kind kind, const struct mn_card_survey *survey)
{
    if (kind == MN_CHOSEN_AUTH && survey->roles[MN_ROLE_AUTH].has_certificate)
        fprintf(stderr, _("mynakey: this card shows its certificate only after its PIN\n"));
    else
        fprintf(stderr, _("mynakey: there is no such certificate on this card\n"));
    return MN_EXIT_FAILED;
}

/* *out is empty where it takes the signing password. */
static int look_at_card(struct mn_card_reader *reader, const struct mn_wanted_certificate *choice,
                        struct mn_chosen *out)
{
    struct mn_card_survey survey;
    mn_rc rc = mn_card_survey(reader, &survey);
    if (rc)
        return failed(rc);
    if (choice->kind == MN_CHOSEN_SIGN && (choice->fresh || !survey.remembered))
        return MN_EXIT_OK;
    out->is_copy = choice->kind == MN_CHOSEN_SIGN;
    bool auth = choice->kind == MN_CHOSEN_AUTH || choice->kind == MN_CHOSEN_AUTH_CA;
    rc = load(reader, auth ? MN_ROLE_AUTH : MN_ROLE_SIGN, out);
    if (rc == MN_E_NOT_FOUND)
        return tell_absence(choice->kind, &survey);
    return rc ? failed(rc) : MN_EXIT_OK;
}

static int get_from_card(const struct mn_wanted_certificate *choice, struct mn_chosen *out)
{
    struct mn_cli_readers readers;
    struct mn_card_reader *reader;
    mn_rc rc = mn_cli_readers_open(&readers);
    int status = rc ? failed(rc) : MN_EXIT_OK;
    if (status == MN_EXIT_OK)
        status =
            mn_cli_readers_tell(&readers, mn_cli_readers_find(&readers, choice->reader, &reader));
    if (status == MN_EXIT_OK)
        status = look_at_card(reader, choice, out);
    mn_cli_readers_close(&readers);
    return status;
}

/* --- with the signing password --- */

static int get_with_password(const struct mn_wanted_certificate *choice, struct mn_chosen *out)
{
    struct mn_signing_card *card;
    int status = mn_signing_card_find(choice->reader, &card);
    if (status)
        return status;
    fprintf(stderr, _("The signing certificate holds your name, address, date of birth and sex. "
                      "The card\nshows it only after the signing password.\n"));
    status = mn_signing_card_login(card, choice->pin_file, NULL);
    if (status == MN_EXIT_OK) {
        mn_rc rc = mn_bytes_set(&out->der, mn_signing_card_certificate(card));
        if (rc == MN_OK && mn_signing_card_ca_certificate(card).len > 0)
            rc = mn_certificates_add(&out->others, mn_signing_card_ca_certificate(card));
        status = rc ? failed(rc) : MN_EXIT_OK;
    }
    mn_signing_card_close(&card);
    return status;
}

/* --- from the shelf --- */

static bool is_meant(unsigned number, const struct mn_soft_entry *entry, const char *name)
{
    char digits[16];
    snprintf(digits, sizeof digits, "%u", number);
    return !name || strcmp(name, entry->label) == 0 || strcmp(name, digits) == 0;
}

/* Takes the entry over where it is the first that is meant; how many are so far, in *count. */
static void look_at_entry(unsigned number, const char *name, struct mn_chosen *out, unsigned *count)
{
    struct mn_soft_entry entry = {0};
    if (mn_soft_shelf_read(number, &entry) == MN_OK && is_meant(number, &entry, name) &&
        ++*count == 1) {
        mn_bytes_move(&out->der, &entry.certificate);
        out->others = entry.chain;
        entry.chain = (struct mn_certificates){0};
        snprintf(out->title, sizeof out->title, "%s %u: %s", gettext(kinds[out->kind].title),
                 number, mn_printable(entry.label));
    }
    mn_soft_entry_release(&entry);
}

static int get_from_shelf(const struct mn_wanted_certificate *choice, struct mn_chosen *out)
{
    unsigned count = 0;
    for (unsigned number = 1; number <= MN_SOFT_MAX; number++)
        look_at_entry(number, choice->name, out, &count);
    if (count == 1)
        return MN_EXIT_OK;
    if (count == 0)
        fprintf(stderr, _("mynakey: there is no such software certificate; 'mynakey soft list' "
                          "shows those there are\n"));
    else
        fprintf(stderr, _("mynakey: there are several; choose one by number or name, as 'mynakey "
                          "soft list' shows them\n"));
    return count == 0 ? MN_EXIT_FAILED : MN_EXIT_USAGE;
}

/* --- from a file --- */

static int get_from_file(const struct mn_wanted_certificate *choice, struct mn_chosen *out)
{
    struct mn_bytes content = {0};
    struct mn_certificates all = {0};
    mn_rc rc = mn_file_read(choice->name, MN_CERTIFICATES_FILE_MAX, &content);
    if (rc == MN_OK)
        rc = mn_certificates_read(mn_bytes_span(&content), &all);
    if (rc == MN_OK)
        rc = mn_bytes_set(&out->der, mn_bytes_span(&all.der[0]));
    for (size_t i = 1; rc == MN_OK && i < all.count; i++)
        rc = mn_certificates_add(&out->others, mn_bytes_span(&all.der[i]));
    snprintf(out->title, sizeof out->title, "%s: %s", gettext(kinds[out->kind].title),
             mn_printable(choice->name));
    if (rc)
        fprintf(stderr, "mynakey: %s: %s\n", mn_printable(choice->name), mn_message_rc(rc));
    mn_certificates_free(&all);
    mn_bytes_free(&content);
    return rc ? MN_EXIT_FAILED : MN_EXIT_OK;
}

int mn_chosen_get(const struct mn_wanted_certificate *choice, struct mn_chosen *out)
{
    *out = (struct mn_chosen){.kind = choice->kind};
    if (choice->kind == MN_CHOSEN_SOFT)
        return get_from_shelf(choice, out);
    if (choice->kind == MN_CHOSEN_FILE)
        return get_from_file(choice, out);
    snprintf(out->title, sizeof out->title, "%s", gettext(kinds[choice->kind].title));
    int status = get_from_card(choice, out);
    return status || out->der.len > 0 ? status : get_with_password(choice, out);
}

void mn_chosen_release(struct mn_chosen *chosen)
{
    mn_bytes_free(&chosen->der);
    mn_certificates_free(&chosen->others);
}
