#include <getopt.h> /* optind */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/file_set.h"
#include "cli/colour.h"
#include "cli/message.h"
#include "cli/option.h"
#include "cli/owner/shown_certificate.h"
#include "cli/printable.h"
#include "cli/verb.h"
#include "crypto/library.h"

struct options {
    struct mn_wanted_certificate choice;
    const char *out;
    bool detail, json, force;
};

static void print_help(void)
{
    printf(_("Usage: mynakey show auth|sign|auth-ca|sign-ca [OPTION...]\n"
             "       mynakey show soft [NUMBER|NAME] [OPTION...]\n"
             "       mynakey show FILE [OPTION...]\n\n"
             "Shows a certificate: of the card, of its CAs, a software certificate, or one in\n"
             "a file (DER, PEM or PKCS#7). Only 'sign' asks for a password, and only where no\n"
             "copy is kept ('mynakey remember').\n\n"
             "  --detail         every extension too\n"
             "  --json           the same for programs\n"
             "  --out FILE       write it to FILE: .cer (DER), .pem, or .txt (the text)\n"
             "  --force          replace FILE\n"
             "  --fresh          for sign: from the card, though a copy is kept\n"
             "  --pin-file FILE  for sign: the password is in FILE; - is standard input\n"
             "  --reader NAME    the card in the reader whose name has NAME in it\n\n"
             "Exit status: 0 shown, 1 failure, 2 usage, 3 no card was found.\n"));
}

static int failed(mn_rc rc)
{
    fprintf(stderr, "mynakey: %s\n", mn_message_rc(rc));
    return MN_EXIT_FAILED;
}

/* --- to a file --- */

enum form { DER, PEM, TEXT, UNKNOWN };

static enum form form_of(const char *path)
{
    static const char *const endings[] = {[DER] = ".cer", [PEM] = ".pem", [TEXT] = ".txt"};
    size_t len = strlen(path);
    int form = DER;
    while (form < UNKNOWN && (len <= 4 || strcmp(path + len - 4, endings[form]) != 0))
        form++;
    return (enum form)form;
}

static mn_rc render(const struct mn_shown *shown, bool detail, struct mn_bytes *out)
{
    char *text = NULL;
    size_t len = 0;
    FILE *page = open_memstream(&text, &len);
    if (!page)
        return MN_E_MEMORY;
    mn_shown_print(page, shown, detail, false);
    mn_rc rc = fclose(page) == 0 ? mn_bytes_set(out, mn_span(text, len)) : MN_E_MEMORY;
    free(text);
    return rc;
}

static mn_rc write_private(const char *path, struct mn_span content, bool replace)
{
    struct mn_file_item item = {.path = path, .content = content};
    struct mn_file_set set = {.items = &item, .len = 1};
    if (replace)
        return mn_file_write_private(path, content);
    mn_rc rc = mn_file_set_write(&set);
    mn_file_set_release(&set);
    return rc;
}

/* What tells of a person is for its owner alone. */
static int write_out(const struct options *options, const struct mn_shown *shown)
{
    struct mn_bytes content = {0};
    struct mn_span der = mn_bytes_span(&shown->chosen->der);
    bool personal = shown->chosen->kind == MN_CHOSEN_SIGN || shown->holder.name.len > 0;
    enum form form = form_of(options->out);
    mn_rc rc = form == DER   ? mn_bytes_set(&content, der)
               : form == PEM ? mn_description_to_pem(der, &content)
                             : render(shown, options->detail, &content);
    if (rc == MN_OK)
        rc = personal ? write_private(options->out, mn_bytes_span(&content), options->force)
                      : mn_file_write_shared(options->out, mn_bytes_span(&content), options->force);
    mn_bytes_free(&content);
    if (rc) {
        fprintf(stderr, "mynakey: %s: %s\n", mn_printable(options->out), mn_message_rc(rc));
        return MN_EXIT_FAILED;
    }
    printf(personal ? _("Written: %s, which only you can read\n") : _("Written: %s\n"),
           mn_printable(options->out));
    return MN_EXIT_OK;
}

/* Before a password is typed for nothing. */
static int check_out(const struct options *options)
{
    struct mn_file_item item = {.path = options->out};
    struct mn_file_set set = {.items = &item, .len = 1};
    if (!options->out)
        return MN_EXIT_OK;
    if (form_of(options->out) == UNKNOWN) {
        fprintf(stderr, _("mynakey: the name after --out ends in .cer, .pem or .txt\n"));
        return MN_EXIT_USAGE;
    }
    mn_rc rc = options->force ? MN_OK : mn_file_set_check(&set);
    mn_file_set_release(&set);
    if (rc == MN_OK)
        return MN_EXIT_OK;
    fprintf(stderr, "mynakey: %s: %s\n", mn_printable(options->out), mn_message_rc(rc));
    if (rc == MN_E_FILE_EXISTS)
        fprintf(stderr, _("mynakey: --force replaces it\n"));
    return MN_EXIT_FAILED;
}

/* --- to the terminal --- */

static bool print(const struct options *options, const struct mn_shown *shown)
{
    if (!options->json) {
        mn_shown_print(stdout, shown, options->detail, mn_colour_wanted(STDOUT_FILENO));
        return true;
    }
    json_t *json = mn_shown_json(shown, options->detail);
    bool done = json && json_dumpf(json, stdout, JSON_INDENT(2)) == 0 && putchar('\n') != EOF;
    json_decref(json);
    return done;
}

static int show(const struct options *options, const struct mn_chosen *chosen)
{
    struct mn_shown shown;
    mn_rc rc = mn_shown_read(chosen, &shown);
    if (rc)
        return failed(rc);
    int status = MN_EXIT_OK;
    if (options->out)
        status = write_out(options, &shown);
    else if (!print(options, &shown) || fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, _("mynakey: the output could not be written\n"));
        status = MN_EXIT_FAILED;
    }
    mn_shown_release(&shown);
    return status;
}

static int run(const struct options *options)
{
    struct mn_chosen chosen = {0};
    int status = check_out(options);
    if (status)
        return status;
    mn_crypto_let_host_configure(); /* it may load the module into this process */
    mn_rc rc = mn_crypto_open();
    if (rc)
        return failed(rc);
    status = mn_chosen_get(&options->choice, &chosen);
    if (status == MN_EXIT_OK)
        status = show(options, &chosen);
    mn_chosen_release(&chosen);
    mn_crypto_close();
    return status;
}

int mn_verb_show(int argc, char **argv)
{
    struct options options = {0};
    const struct mn_option words[] = {{"detail", .set = &options.detail},
                                      {"json", .set = &options.json},
                                      {"out", .word = &options.out},
                                      {"force", .set = &options.force},
                                      {"fresh", .set = &options.choice.fresh},
                                      {"pin-file", .word = &options.choice.pin_file},
                                      {"reader", .word = &options.choice.reader},
                                      {0}};
    int status = mn_options_read(argc, argv, words, print_help);
    if (status >= 0)
        return status;
    if (!mn_wanted_certificate_read(&options.choice, argc - optind, argv + optind))
        return MN_EXIT_USAGE;
    if (options.json && options.out) {
        fprintf(stderr, _("mynakey: --json goes to standard output, not with --out\n"));
        return MN_EXIT_USAGE;
    }
    return run(&options);
}
