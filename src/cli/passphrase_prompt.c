#include "cli/passphrase_prompt.h"

#include <stdio.h>
#include <string.h>

#include "cli/message.h"
#include "cli/prompt.h"
#include "cli/verb.h"
#include "crypto/library.h"

#define ATTEMPTS                                                                                   \
    3 /* at the terminal; a person who is refused more often wants to look for help                \
       */

bool mn_passphrase_is_strong(const struct mn_secret *passphrase,
                             const struct mn_passphrase_owner *owner)
{
    enum mn_passphrase_fault fault = mn_passphrase_judge(mn_secret_span(passphrase), owner);
    if (fault == MN_PASSPHRASE_FINE)
        return true;
    fprintf(stderr,
            _("mynakey: this passphrase is too weak: %s.\n"
              "'mynakey issue --generate-passphrase' prints a strong one.\n"),
            mn_passphrase_fault_text(fault));
    return false;
}

bool mn_passphrase_ask_new(const char *file, const struct mn_passphrase_owner *owner,
                           struct mn_secret **out)
{
    const struct mn_secret_question question = {
        .text = _("Passphrase for the .pfx file"),
        .again = _("The same passphrase once more"),
        .rule = _(
            "The .pfx file will have your new private key in it. Choose a passphrase of at least\n"
            "12 characters that nobody guesses: who has the file may try as often as he likes."),
        .option = "--passphrase-file",
        .file = file,
    };
    int attempts = file ? 1 : ATTEMPTS;
    while (attempts-- > 0 && mn_prompt_secret(&question, out)) {
        if (mn_passphrase_is_strong(*out, owner))
            return true;
        mn_secret_free(out);
    }
    *out = NULL;
    return false;
}

bool mn_passphrase_ask(const char *file, const char *of, struct mn_secret **out)
{
    char text[512];
    const struct mn_secret_question question = {
        .text = text, .option = "--passphrase-file", .file = file};
    snprintf(text, sizeof text, _("Passphrase of %s"), of);
    return mn_prompt_secret(&question, out);
}

int mn_passphrase_print_new(void)
{
    char made[MN_PASSPHRASE_MADE] = "";
    mn_rc rc = mn_crypto_open();
    if (rc == MN_OK) {
        rc = mn_passphrase_make(made);
        mn_crypto_close();
    }
    if (rc) {
        fprintf(stderr, "mynakey: %s\n", mn_message_rc(rc));
        return MN_EXIT_FAILED;
    }
    printf("%s\n", made);
    bool printed = fflush(stdout) == 0 && !ferror(stdout);
    mn_wipe(made, sizeof made);
    if (!printed) {
        fprintf(stderr, _("mynakey: the output could not be written\n"));
        return MN_EXIT_FAILED;
    }
    fprintf(stderr, _("%d bits by chance. Write it down and keep it apart from the file.\n"),
            MN_PASSPHRASE_BITS);
    return MN_EXIT_OK;
}
