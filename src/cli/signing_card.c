#include "cli/signing_card.h"

#include <stdio.h>
#include <stdlib.h>

#include "backend/card_survey.h"
#include "card/pin.h"
#include "cli/message.h"
#include "cli/pin_prompt.h"
#include "cli/readers.h"
#include "cli/verb.h"

struct mn_signing_card {
    struct mn_cli_readers readers;
    struct mn_token_info info;
    struct mn_token token;
    struct mn_view view;
};

static int failed(mn_rc rc)
{
    fprintf(stderr, "mynakey: %s\n", mn_message_rc(rc));
    return MN_EXIT_FAILED;
}

/* --- finding it --- */

static int tell_last_try(void)
{
    fprintf(
        stderr,
        _("mynakey: %s\n"
          "'mynakey pin verify sign' uses it when you are sure of the password; that gives all\n"
          "tries back. If you are not, the office of your municipality sets a new one.\n"),
        mn_message_rc(MN_E_PIN_LAST_TRY));
    return MN_EXIT_FAILED;
}

/* Would a login make sense? What is refused here would be refused by the login too: this way
 * nobody types a password for nothing. */
static int survey(struct mn_signing_card *card, struct mn_card_reader *reader)
{
    struct mn_card_survey survey;
    mn_rc rc = mn_card_survey(reader, &survey);
    const struct mn_role_survey *role = &survey.roles[MN_ROLE_SIGN];
    if (rc)
        return failed(rc);
    card->info = survey.info;
    if (!role->has_certificate) {
        fprintf(stderr,
                _("mynakey: this card has no certificate for signing. Children under 15 and "
                  "people who\ndid not want one have none; the municipal office issues "
                  "it.\n"));
        return MN_EXIT_FAILED;
    }
    if (role->tries == 0)
        return failed(MN_E_PIN_BLOCKED);
    if (role->tries == 1 && card->readers.settings.spare_last_try)
        return tell_last_try();
    return MN_EXIT_OK;
}

static int find_reader(const struct mn_signing_card *card, const char *wanted,
                       struct mn_card_reader **out)
{
    mn_rc rc = mn_cli_readers_find(&card->readers, wanted, out);
    return mn_cli_readers_tell(&card->readers, rc);
}

int mn_signing_card_find(const char *reader_name, struct mn_signing_card **out)
{
    struct mn_signing_card *card = calloc(1, sizeof *card);
    struct mn_card_reader *reader;
    unsigned long generation;
    *out = NULL;
    if (!card)
        return failed(MN_E_MEMORY);
    mn_rc rc = mn_cli_readers_open(&card->readers);
    int status = rc ? failed(rc) : find_reader(card, reader_name, &reader);
    if (status == MN_EXIT_OK)
        status = survey(card, reader);
    if (status == MN_EXIT_OK) {
        rc = mn_card_reader_token(reader, MN_ROLE_SIGN, &card->token, &generation);
        status = rc ? failed(rc) : MN_EXIT_OK;
    }
    if (status == MN_EXIT_OK)
        *out = card;
    else
        mn_signing_card_close(&card);
    return status;
}

/* --- the login --- */

static void tell_tries(const struct mn_token *token)
{
    struct mn_pin_info info;
    if (token->ops->pin_info(token->self, &info) == MN_OK && info.tries >= 0)
        fprintf(stderr, _("mynakey: %d of %u tries are left\n"), info.tries, info.tries_max);
}

static int open_key(struct mn_token *token, const char *pin_file, struct mn_secret **pin)
{
    struct mn_secret *entered = NULL;
    if (!mn_prompt_pin(MN_PIN_SIGN, "--pin-file", pin_file, &entered))
        return MN_EXIT_FAILED;
    mn_rc rc = token->ops->login(token->self, mn_secret_span(entered));
    if (rc == MN_OK && pin) {
        *pin = entered;
        entered = NULL;
    }
    mn_secret_free(&entered);
    if (rc == MN_OK)
        return MN_EXIT_OK;
    failed(rc);
    if (rc == MN_E_PIN_WRONG)
        tell_tries(token);
    return MN_EXIT_FAILED;
}

int mn_signing_card_login(struct mn_signing_card *card, const char *pin_file,
                          struct mn_secret **pin)
{
    if (pin)
        *pin = NULL;
    int status = open_key(&card->token, pin_file, pin);
    if (status)
        return status;
    mn_rc rc = card->token.ops->load(card->token.self, MN_WANT_CERTIFICATE | MN_WANT_CA_CERTIFICATE,
                                     &card->view);
    if (rc == MN_OK && card->view.certificate.len == 0)
        rc = MN_E_BAD_CERTIFICATE; /* there, by the survey, but not to be read */
    if (rc == MN_OK)
        return MN_EXIT_OK;
    if (pin)
        mn_secret_free(pin);
    return failed(rc);
}

struct mn_span mn_signing_card_certificate(const struct mn_signing_card *card)
{
    return mn_bytes_span(&card->view.certificate);
}

struct mn_span mn_signing_card_ca_certificate(const struct mn_signing_card *card)
{
    return mn_bytes_span(&card->view.ca_certificates[0]);
}

const char *mn_signing_card_model(const struct mn_signing_card *card)
{
    return card->info.model;
}

const char *mn_signing_card_serial(const struct mn_signing_card *card)
{
    return card->info.serial;
}

mn_rc mn_signing_card_sign(struct mn_signing_card *card, const struct mn_scheme *scheme,
                           struct mn_span in, uint8_t *signature, size_t *len)
{
    return card->token.ops->sign(card->token.self, card->token.facts->key_ref, scheme, in,
                                 signature, len);
}

void mn_signing_card_close(struct mn_signing_card **card)
{
    struct mn_signing_card *c = *card;
    if (!c)
        return;
    mn_token_close(&c->token);
    mn_view_release(&c->view);
    mn_cli_readers_close(&c->readers);
    free(c);
    *card = NULL;
}
