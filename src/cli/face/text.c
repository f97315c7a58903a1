#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "base/secret.h"
#include "card/data_file.h"
#include "cli/columns.h"
#include "cli/face/card_proof.h"
#include "cli/face/card_reading.h"
#include "cli/face/person_text.h"
#include "cli/message.h"
#include "cli/option.h"
#include "cli/printable.h"
#include "cli/prompt.h"
#include "cli/verb.h"

struct options {
    const char *reader, *pin_file, *ca_key;
    bool by_number_b, my_number, json, yes;
};

/* The files of the card, as they were read. */
struct text {
    bool wants_number;
    struct mn_bytes number, fields, digests, certificate, card_key;
    struct mn_card_challenge challenge;
};

static void release(struct text *text)
{
    mn_bytes_free(&text->number);
    mn_bytes_free(&text->fields);
    mn_bytes_free(&text->digests);
    mn_bytes_free(&text->certificate);
    mn_bytes_free(&text->card_key);
}

static void print_help(void)
{
    printf(_("Usage: mynakey text [OPTION...]\n\n"
             "Shows name, address, date of birth and sex as the card has them for filling in\n"
             "forms, and checks that they are what was signed. Asks for the 4-digit PIN of the\n"
             "card's text.\n\n"
             "  --by-number-b    ask for what stands on the card's front instead of the PIN\n"
             "  --my-number      show My Number too, after a warning\n"
             "  --yes            do not ask whether My Number may be shown\n"
             "  --pin-file FILE  the PIN is in FILE ('-': standard input); with --by-number-b\n"
             "                   one line: date of birth, year of expiry, security code\n"
             "  --ca-key FILE    check the card's certificate with this public key (PEM, DER)\n"
             "  --reader NAME    the card in the reader whose name has NAME in it\n"
             "  --json           the same for programs\n\n"
             "Exit status: 0 shown, 10 the data are not what was signed, 11 a copy, 15 not\n"
             "signed by the key that you gave, 41 (with --ca-key) the card did not prove that\n"
             "it is no copy, 1 failure, 2 usage, 3 no card was found.\n"));
}

/* --- reading --- */

/* What only the proof needs may be missing. */
static mn_rc read_optional(struct mn_card *card, uint16_t ef, struct mn_bytes *out)
{
    mn_rc rc = mn_data_file_read(card, ef, out);
    bool declined = rc == MN_E_NOT_FOUND || rc == MN_E_REFUSED || rc == MN_E_NOT_LOGGED_IN ||
                    rc == MN_E_CARD_ANSWER;
    return declined ? MN_OK : rc;
}

static mn_rc read_text(struct mn_card *card, void *self)
{
    struct text *text = self;
    mn_rc rc = mn_data_file_read(card, MN_EF_TEXT_FIELDS, &text->fields);
    if (rc == MN_OK && text->wants_number)
        rc = mn_data_file_read_filled(card, MN_EF_TEXT_NUMBER, &text->number);
    if (rc == MN_OK)
        rc = read_optional(card, MN_EF_TEXT_DIGESTS, &text->digests);
    if (rc == MN_OK)
        rc = read_optional(card, MN_EF_CERTIFICATE, &text->certificate);
    if (rc == MN_OK)
        rc = read_optional(card, MN_EF_TEXT_CARD_KEY, &text->card_key);
    return rc ? rc : mn_card_challenge_ask(card, &text->challenge);
}

static mn_rc prove(const struct text *text, struct mn_span authority, struct mn_card_proof *out)
{
    const struct mn_text_evidence evidence = {.number = mn_bytes_span(&text->number),
                                              .fields = mn_bytes_span(&text->fields),
                                              .digests = mn_bytes_span(&text->digests),
                                              .certificate = mn_bytes_span(&text->certificate),
                                              .card_key = mn_bytes_span(&text->card_key)};
    return mn_card_proof_of_text(&evidence, &text->challenge, authority, out);
}

/* --- telling --- */

/* Twelve digits in groups of four, as the card has them printed. */
static void group_digits(const char *digits, char out[15])
{
    snprintf(out, 15, "%.4s %.4s %.4s", digits, digits + 4, digits + 8);
}

static void print_text(const struct mn_text_fields *fields, const char *number,
                       const struct mn_card_proof *proof)
{
    char grouped[15];
    const struct {
        const char *label, *value;
    } lines[] = {
        {_("Name"), mn_printable_span(fields->name)},
        {_("Address"), mn_printable_span(fields->address)},
        {_("Date of birth"), mn_digits_date_text(fields->birth)},
        {_("Sex"), mn_sex_text(fields->sex)},
        {_("My Number"), number[0] != '\0' ? grouped : NULL},
    };
    size_t width = 0;
    group_digits(number[0] != '\0' ? number : "            ", grouped);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        if (lines[i].value && mn_columns(lines[i].label) > width)
            width = mn_columns(lines[i].label);
    printf(_("Text of the card\n"));
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        if (lines[i].value)
            mn_columns_print(stdout, lines[i].label, width, lines[i].value);
    mn_card_proof_print(proof);
    mn_wipe(grouped, sizeof grouped);
}

static bool print_json(const struct mn_text_fields *fields, const char *number,
                       const struct mn_card_proof *proof)
{
    char birth[MN_DATE_ISO];
    mn_digits_date_iso(fields->birth, birth);
    json_t *root = json_pack("{s:s, s:s, s:s, s:s, s:o}", "name", mn_printable_span(fields->name),
                             "address", mn_printable_span(fields->address), "birth_date", birth,
                             "sex", mn_sex_word(fields->sex), "proof", mn_card_proof_json(proof));
    if (root && number[0] != '\0')
        json_object_set_new(root, "my_number", json_string(number));
    bool done = root && json_dumpf(root, stdout, JSON_INDENT(2)) == 0 && putchar('\n') != EOF;
    json_decref(root);
    return done;
}

static int failed(mn_rc rc)
{
    fprintf(stderr, "mynakey: %s\n", mn_message_rc(rc));
    return MN_EXIT_FAILED;
}

static int tell(const struct text *text, struct mn_span authority, bool json)
{
    struct mn_text_fields fields;
    struct mn_card_proof proof;
    char number[MN_MY_NUMBER_DIGITS + 1] = "";
    mn_rc rc = mn_text_fields_read(mn_bytes_span(&text->fields), &fields);
    if (rc == MN_OK && text->wants_number)
        rc = mn_text_number_read(mn_bytes_span(&text->number), number);
    if (rc == MN_OK)
        rc = prove(text, authority, &proof);
    if (rc)
        return failed(rc);
    bool done = true;
    if (json)
        done = print_json(&fields, number, &proof);
    else
        print_text(&fields, number, &proof);
    done = mn_message_written() && done;
    mn_wipe(number, sizeof number);
    int status = mn_card_proof_status(&proof);
    return done ? status : MN_EXIT_FAILED;
}

/* --- the verb --- */

/* The Act on the Use of Numbers to Identify a Specific Individual in Administrative Procedures,
 * articles 15, 19 and 20. */
static bool may_show_number(const struct options *options)
{
    fprintf(stderr,
            _("My Number will be shown. It is for tax, social security, disasters and the other\n"
              "purposes that the law names (番号法, articles 15, 19 and 20). For anything else\n"
              "nobody may ask you for it, nor keep the number of anybody outside of their own\n"
              "household. Take care who sees this screen and what keeps its contents.\n"));
    return mn_prompt_confirm(_("Show it?"), options->yes);
}

static int show(const struct options *options)
{
    struct text text = {.wants_number = options->my_number};
    struct mn_cli_readers readers = {0};
    struct mn_bytes authority = {0};
    const struct mn_card_reading reading = {.id =
                                                options->by_number_b ? MN_PIN_TEXT_B : MN_PIN_TEXT,
                                            .reader = options->reader,
                                            .pin_file = options->pin_file,
                                            .read = read_text,
                                            .self = &text};
    if (options->my_number && !may_show_number(options))
        return MN_EXIT_FAILED;
    if (options->ca_key && !mn_card_proof_read_key(options->ca_key, &authority))
        return MN_EXIT_FAILED;
    int status = mn_card_reading_run(&reading, &readers);
    if (status == MN_EXIT_OK)
        status = tell(&text, mn_bytes_span(&authority), options->json);
    mn_bytes_free(&authority);
    release(&text);
    mn_cli_readers_close(&readers);
    return status;
}

int mn_verb_text(int argc, char **argv)
{
    struct options options = {0};
    const struct mn_option words[] = {{"by-number-b", .set = &options.by_number_b},
                                      {"my-number", .set = &options.my_number},
                                      {"yes", .set = &options.yes},
                                      {"pin-file", .word = &options.pin_file},
                                      {"ca-key", .word = &options.ca_key},
                                      {"reader", .word = &options.reader},
                                      {"json", .set = &options.json},
                                      {0}};
    int status = mn_options_read(argc, argv, words, print_help);
    if (status >= 0)
        return status;
    if (!mn_options_end(argc, argv, "text"))
        return MN_EXIT_USAGE;
    if (options.by_number_b && options.my_number) {
        fprintf(stderr, _("mynakey: number B does not open My Number; use the PIN for it\n"));
        return MN_EXIT_USAGE;
    }
    return show(&options);
}
