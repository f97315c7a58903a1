#include <stdio.h>
#include <sys/utsname.h>

#include "backend/card_survey.h"
#include "backend/owner_visit.h"
#include "cli/message.h"
#include "cli/option.h"
#include "cli/owner/trace_tap.h"
#include "cli/prompt.h"
#include "cli/readers.h"
#include "cli/verb.h"

/* The transcript is for those who mend the program: it is in English everywhere. */

static void print_help(void)
{
    printf(_("Usage: mynakey trace [--include-personal [--yes]] [--reader NAME]\n\n"
             "Looks at the card as other verbs do and shows every command: what is asked, how\n"
             "it was answered, how long it took. For a bug report. Asks for no PIN and sends\n"
             "none; what the card answers is told by its length only.\n\n"
             "  --include-personal  show the answers too: serial number, certificate\n"
             "  --yes               do not ask whether you mean that\n"
             "  --reader NAME       the card in the reader whose name has NAME in it\n\n"
             "Exit status: 0 done, 3 no card was found, 1 failure, 2 usage.\n"));
}

static void tell(FILE *out, const char *what, mn_rc rc)
{
    fprintf(out, "= %s: %s\n", what, mn_rc_name(rc));
}

static void ask_tries(struct mn_card_reader *reader, FILE *out)
{
    struct mn_owner_visit visit;
    mn_rc rc = mn_owner_visit_begin(&visit, reader);
    tell(out, "visit", rc);
    if (rc)
        return;
    for (int id = 0; id < MN_PIN_COUNT; id++) {
        int tries;
        rc = mn_owner_visit_tries(&visit, (enum mn_pin)id, &tries);
        fprintf(out, "= tries of %s: %s %d\n", mn_pin_profile((enum mn_pin)id)->name,
                mn_rc_name(rc), tries);
    }
    mn_owner_visit_end(&visit, MN_OK);
}

/* Without a PIN: those of the authentication role. */
static void read_certificates(struct mn_card_reader *reader, FILE *out)
{
    struct mn_token token = {0};
    struct mn_view view = {0};
    unsigned long generation;
    mn_rc rc = mn_card_reader_token(reader, MN_ROLE_AUTH, &token, &generation);
    if (rc == MN_OK)
        rc = token.ops->load(token.self, MN_WANT_CERTIFICATE | MN_WANT_CA_CERTIFICATE, &view);
    tell(out, "certificates", rc);
    mn_view_release(&view);
    mn_token_close(&token);
}

static int trace_card(struct mn_cli_readers *readers, const char *wanted, FILE *out)
{
    struct mn_card_reader *reader;
    struct mn_card_survey survey;
    mn_rc rc = mn_cli_readers_find(readers, wanted, &reader);
    tell(out, "find", rc);
    if (rc)
        return mn_cli_readers_tell(readers, rc);
    tell(out, "survey", mn_card_survey(reader, &survey));
    read_certificates(reader, out);
    ask_tries(reader, out);
    return MN_EXIT_OK;
}

static int trace(const char *wanted, bool personal)
{
    struct mn_trace trace = {.out = stdout, .personal = personal};
    struct mn_cli_readers readers;
    struct utsname system;
    printf("mynakey %s", MN_VERSION);
    if (uname(&system) == 0)
        printf(", %s %s %s", system.sysname, system.release, system.machine);
    putchar('\n');
    mn_rc rc = mn_cli_readers_open_tapped(&readers, mn_trace_tap, &trace);
    if (rc)
        fprintf(stderr, "mynakey: %s\n", mn_message_rc(rc));
    int status = rc ? MN_EXIT_FAILED : trace_card(&readers, wanted, trace.out);
    mn_cli_readers_close(&readers);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, _("mynakey: the output could not be written\n"));
        return MN_EXIT_FAILED;
    }
    return status;
}

int mn_verb_trace(int argc, char **argv)
{
    const char *reader = NULL;
    bool personal = false, yes = false;
    const struct mn_option words[] = {{"include-personal", .set = &personal},
                                      {"yes", .set = &yes},
                                      {"reader", .word = &reader},
                                      {0}};
    int status = mn_options_read(argc, argv, words, print_help);
    if (status >= 0)
        return status;
    if (!mn_options_end(argc, argv, "trace"))
        return MN_EXIT_USAGE;
    if (personal &&
        !mn_prompt_confirm(_("The transcript will hold the card's serial number and your "
                             "authentication certificate. Do you want that?"),
                           yes))
        return MN_EXIT_FAILED;
    return trace(reader, personal);
}
