#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <jansson.h>

#include "backend/card_survey.h"
#include "cli/message.h"
#include "cli/soft/soft.h"
#include "cli/readers.h"
#include "cli/verb.h"

/* One reader's findings. */
struct finding {
    char reader[MN_READER_NAME_MAX];
    bool card_present;
    mn_rc rc; /* of the survey */
    struct mn_card_survey survey;
};

struct findings {
    struct finding *at;
    size_t len;
    mn_rc trouble; /* why there are none, where that is known */
};

static const char *const role_names[MN_ROLE_COUNT] = {
    [MN_ROLE_AUTH] = N_("Authentication (PIN of 4 digits)"),
    [MN_ROLE_SIGN] = N_("Signature (password of 6 to 16 A-Z 0-9)"),
};

static mn_rc survey_readers(struct mn_reader_pool *pool, struct findings *out)
{
    size_t len = mn_reader_pool_count(pool);
    out->trouble = mn_reader_pool_trouble(pool);
    out->at = calloc(len ? len : 1, sizeof *out->at);
    if (!out->at)
        return MN_E_MEMORY;
    for (out->len = 0; out->len < len; out->len++) {
        struct finding *f = &out->at[out->len];
        struct mn_card_reader *reader = mn_reader_pool_at(pool, out->len);
        struct mn_card_reader_state state;
        mn_card_reader_state(reader, &state);
        snprintf(f->reader, sizeof f->reader, "%s", state.name);
        f->card_present = state.card_present;
        f->rc = state.card_present ? mn_card_survey(reader, &f->survey) : MN_E_NO_CARD;
    }
    return MN_OK;
}

/* --- text --- */

static void print_tries(const struct mn_role_survey *role, unsigned most)
{
    if (!role->has_certificate)
        printf(_("no certificate on this card"));
    else if (role->tries < 0)
        printf(_("the card does not tell the tries left"));
    else if (role->tries == 0)
        printf(_("BLOCKED: the municipal office can set a new one"));
    else if (role->tries == 1)
        printf(_("1 of %u tries left: one more mistake blocks it"), most);
    else
        printf(_("%d of %u tries left"), role->tries, most);
    putchar('\n');
}

static const char *kind_name(enum mn_card_kind kind)
{
    return kind == MN_CARD_PHONE ? _("My Number Card on a phone") : _("My Number Card");
}

static void print_remembered(const struct mn_card_survey *survey)
{
    if (survey->remembered)
        printf(_("  Signing certificate: a copy is kept here ('mynakey forget' removes it)\n"));
    else if (survey->roles[MN_ROLE_SIGN].has_certificate)
        printf(_("  Signing certificate: shown only after its password\n"));
}

static void print_finding(const struct finding *f)
{
    printf(_("Reader: %s\n"), f->reader);
    if (f->rc) {
        printf("  %s\n", mn_message_rc(f->rc));
        return;
    }
    printf(_("  Card: %s, serial %s\n"), kind_name(f->survey.info.kind), f->survey.info.serial);
    for (int role = 0; role < MN_ROLE_COUNT; role++) {
        printf("  %s: ", gettext(role_names[role]));
        print_tries(&f->survey.roles[role], mn_role_pin((enum mn_role)role)->tries_max);
    }
    print_remembered(&f->survey);
}

static bool print_text(const struct findings *all)
{
    bool installed = access(MN_MODULE_PATH, R_OK) == 0;
    printf(_("Module: %s%s\n"), MN_MODULE_PATH, installed ? "" : _(" (not installed there)"));
    if (all->trouble && all->trouble != MN_E_NO_SERVICE)
        printf(_("No card reader can be reached: %s\n"), mn_message_rc(all->trouble));
    else if (all->len == 0)
        printf(_("No card reader was found. Is one connected, and is pcscd installed?\n"));
    for (size_t i = 0; i < all->len; i++)
        print_finding(&all->at[i]);
    mn_soft_print();
    return true;
}

/* --- JSON --- */

static json_t *role_json(const struct mn_role_survey *role, enum mn_role id)
{
    json_t *tries = role->tries < 0 ? json_null() : json_integer(role->tries);
    return json_pack("{s:s, s:b, s:o, s:i}", "role", mn_role_profile(id)->name, "certificate",
                     role->has_certificate, "tries_left", tries, "tries_max",
                     (int)mn_role_pin(id)->tries_max);
}

static json_t *finding_json(const struct finding *f)
{
    json_t *reader = json_pack("{s:s, s:b}", "reader", f->reader, "card_present", f->card_present);
    if (f->rc) {
        json_object_set_new(reader, "problem", json_string(mn_rc_name(f->rc)));
        return reader;
    }
    json_t *roles = json_array();
    for (int role = 0; role < MN_ROLE_COUNT; role++)
        json_array_append_new(roles, role_json(&f->survey.roles[role], (enum mn_role)role));
    json_object_set_new(reader, "serial", json_string(f->survey.info.serial));
    json_object_set_new(reader, "model", json_string(f->survey.info.model));
    json_object_set_new(reader, "roles", roles);
    json_object_set_new(reader, "signing_certificate_remembered",
                        json_boolean(f->survey.remembered));
    return reader;
}

static bool print_json(const struct findings *all)
{
    json_t *readers = json_array();
    for (size_t i = 0; i < all->len; i++)
        json_array_append_new(readers, finding_json(&all->at[i]));
    json_t *root = json_pack("{s:s, s:b, s:o}", "module", MN_MODULE_PATH, "module_installed",
                             access(MN_MODULE_PATH, R_OK) == 0, "readers", readers);
    if (root)
        json_object_set_new(root, "software_certificates", mn_soft_json());
    if (root && all->trouble)
        json_object_set_new(root, "problem", json_string(mn_rc_name(all->trouble)));
    bool done = root && json_dumpf(root, stdout, JSON_INDENT(2)) == 0 && putchar('\n') != EOF;
    json_decref(root);
    return done;
}

/* --- the verb --- */

static mn_rc survey(struct findings *out)
{
    struct mn_cli_readers readers;
    mn_rc rc = mn_cli_readers_open(&readers);
    if (rc == MN_OK)
        rc = survey_readers(readers.pool, out);
    mn_cli_readers_close(&readers);
    return rc;
}

static bool has_card(const struct findings *all)
{
    for (size_t i = 0; i < all->len; i++)
        if (all->at[i].rc == MN_OK)
            return true;
    return false;
}

static void print_help(void)
{
    printf(
        _("Usage: mynakey status [--json]\n\n"
          "Shows where the PKCS#11 module is, the readers, the card in each, how many tries each\n"
          "PIN has left, and whether a copy of the signing certificate is kept. Asks for no PIN\n"
          "and costs no try.\n\n"
          "  --json   the same for programs\n\n"
          "Exit status: 0 a My Number Card was found, 3 none was found, 1 failure, 2 usage.\n"));
}

int mn_verb_status(int argc, char **argv)
{
    static const struct option options[] = {
        {"json", no_argument, NULL, 'j'}, {"help", no_argument, NULL, 'h'}, {0}};
    struct findings all = {0};
    bool json = false;
    for (int c; (c = getopt_long(argc, argv, "h", options, NULL)) != -1;) {
        if (c == 'h') {
            print_help();
            return MN_EXIT_OK;
        }
        if (c != 'j')
            return MN_EXIT_USAGE;
        json = true;
    }
    if (optind < argc) {
        fprintf(stderr, _("mynakey: status takes no word '%s'\n"), argv[optind]);
        return MN_EXIT_USAGE;
    }
    mn_rc rc = survey(&all);
    if (rc) {
        fprintf(stderr, "mynakey: %s\n", mn_message_rc(rc));
        free(all.at);
        return MN_EXIT_FAILED;
    }
    bool printed = (json ? print_json : print_text)(&all);
    int status = has_card(&all) ? MN_EXIT_OK : MN_EXIT_NO_CARD;
    free(all.at);
    if (!printed || fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, _("mynakey: the output could not be written\n"));
        return MN_EXIT_FAILED;
    }
    return status;
}
