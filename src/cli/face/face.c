#include <stdio.h>
#include <unistd.h>

#include "card/data_file.h"
#include "cli/face/card_proof.h"
#include "cli/face/card_reading.h"
#include "cli/face/face_report.h"
#include "cli/message.h"
#include "cli/option.h"
#include "cli/verb.h"

struct options {
    const char *reader, *pin_file, *ca_key, *out;
    bool by_number_a, force, open, json;
};

/* The files of the card, as they were read. */
struct card_face {
    struct mn_bytes content, certificate;
    struct mn_card_challenge challenge;
};

static void print_help(void)
{
    printf(_("Usage: mynakey face [OPTION...]\n\n"
             "Shows date of birth, sex and expiry as the chip has them, to be compared with\n"
             "the card's face, and the pictures of name, address and owner; checks that the\n"
             "card is no forgery. Asks for what stands on the front: date of birth, year of\n"
             "expiry and security code (number B). No PIN is needed.\n\n"
             "  --by-number-a    ask for My Number instead\n"
             "  --out DIR        write the pictures to DIR: name.png address.png photo.jp2\n"
             "                   photo.png\n"
             "  --force          replace files that have these names\n"
             "  --open           open them in the desktop's viewer\n"
             "  --pin-file FILE  the answer is in FILE ('-': standard input): one line with\n"
             "                   date of birth, year and code, or My Number\n"
             "  --ca-key FILE    check the card's certificate with this public key (PEM, DER)\n"
             "  --reader NAME    the card in the reader whose name has NAME in it\n"
             "  --json           the same for programs\n\n"
             "Exit status: 0 shown, 10 the data are not what was signed, 11 a copy, 15 not\n"
             "signed by the key that you gave, 41 (with --ca-key) the card did not prove that\n"
             "it is no copy, 1 failure, 2 usage, 3 no card was found.\n"));
}

static mn_rc read_face(struct mn_card *card, void *self)
{
    struct card_face *face = self;
    mn_rc rc = mn_data_file_read(card, MN_EF_FACE, &face->content);
    if (rc == MN_OK)
        rc = mn_data_file_read(card, MN_EF_CERTIFICATE, &face->certificate);
    bool declined = rc == MN_E_NOT_FOUND || rc == MN_E_REFUSED || rc == MN_E_NOT_LOGGED_IN ||
                    rc == MN_E_CARD_ANSWER;
    if (rc && !(declined && face->content.len > 0))
        return rc;
    return mn_card_challenge_ask(card, &face->challenge);
}

static int tell(const struct card_face *read, struct mn_span authority,
                const struct mn_face_folder *folder, const struct options *options)
{
    struct mn_face_fields face;
    struct mn_card_proof proof;
    mn_rc rc = mn_face_fields_read(mn_bytes_span(&read->content), &face);
    if (rc == MN_OK)
        rc = mn_card_proof_of_face(&face, mn_bytes_span(&read->certificate), &read->challenge,
                                   authority, &proof);
    if (rc) {
        fprintf(stderr, "mynakey: %s\n", mn_message_rc(rc));
        return MN_EXIT_FAILED;
    }
    const struct mn_face_report report = {.face = &face,
                                          .proof = &proof,
                                          .folder = folder,
                                          .open = options->open,
                                          .json = options->json};
    bool done = mn_face_report_give(&report);
    int status = mn_card_proof_status(&proof);
    return done ? status : MN_EXIT_FAILED;
}

static int read_and_tell(const struct options *options, struct mn_span authority,
                         struct mn_face_folder *folder)
{
    struct card_face read = {0};
    struct mn_cli_readers readers = {0};
    const struct mn_card_reading reading = {.id = options->by_number_a ? MN_PIN_SURFACE_A
                                                                       : MN_PIN_SURFACE_B,
                                            .reader = options->reader,
                                            .pin_file = options->pin_file,
                                            .read = read_face,
                                            .self = &read};
    int status = mn_card_reading_run(&reading, &readers);
    bool brief = options->open && !options->out;
    if (status == MN_EXIT_OK && brief && !mn_face_folder_make_brief(folder))
        status = MN_EXIT_FAILED;
    if (status == MN_EXIT_OK) {
        status = tell(&read, authority, brief || options->out ? folder : NULL, options);
        if (brief)
            (void)rmdir(folder->path); /* where nothing could be written to it */
    }
    mn_bytes_free(&read.content);
    mn_bytes_free(&read.certificate);
    mn_cli_readers_close(&readers);
    return status;
}

/* What can be wrong without the card is found before the card is asked. */
static int show(const struct options *options)
{
    struct mn_face_folder folder;
    struct mn_bytes authority = {0};
    if (options->out && !mn_face_folder_prepare(&folder, options->out, options->force))
        return MN_EXIT_FAILED;
    if (options->ca_key && !mn_card_proof_read_key(options->ca_key, &authority))
        return MN_EXIT_FAILED;
    int status = read_and_tell(options, mn_bytes_span(&authority), &folder);
    mn_bytes_free(&authority);
    return status;
}

int mn_verb_face(int argc, char **argv)
{
    struct options options = {0};
    const struct mn_option words[] = {{"by-number-a", .set = &options.by_number_a},
                                      {"out", .word = &options.out},
                                      {"force", .set = &options.force},
                                      {"open", .set = &options.open},
                                      {"pin-file", .word = &options.pin_file},
                                      {"ca-key", .word = &options.ca_key},
                                      {"reader", .word = &options.reader},
                                      {"json", .set = &options.json},
                                      {0}};
    int status = mn_options_read(argc, argv, words, print_help);
    if (status >= 0)
        return status;
    return mn_options_end(argc, argv, "face") ? show(&options) : MN_EXIT_USAGE;
}
