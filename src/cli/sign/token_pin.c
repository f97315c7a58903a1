#include "cli/sign/token_pin.h"

#include <stdio.h>
#include <string.h>

#include "cli/message.h"
#include "cli/printable.h"
#include "cli/prompt.h"

static bool begins(const char *text, const char *head)
{
    return strncmp(text, head, strlen(head)) == 0;
}

static bool is_at_terminal(const struct mn_token_pin *pin)
{
    return !pin->file && !pin->source && !pin->value;
}

/* The path in a pin-source: a file URI (RFC 8089) on this machine, or the path itself. NULL: it is
 * neither. RFC 7512 lets it be a command, too ("|command"), which whoever hands out the URI would
 * have run here. */
static const char *source_path(const char *source)
{
    if (begins(source, "file:///"))
        return source + strlen("file://");
    if (begins(source, "file:/") && source[strlen("file:/")] != '/')
        return source + strlen("file:");
    return source[0] == '\0' || source[0] == '|' || begins(source, "file:") ? NULL : source;
}

bool mn_token_pin_is_askable(const struct mn_token_pin *pin)
{
    if (pin->locked) {
        fprintf(stderr, _("mynakey: %s says that its PIN is locked\n"), pin->token);
        return false;
    }
    if (pin->unset) {
        fprintf(stderr, _("mynakey: %s has no PIN yet: its own program sets one\n"), pin->token);
        return false;
    }
    if (pin->last && !is_at_terminal(pin)) {
        fprintf(stderr,
                _("mynakey: %s has one try left for its PIN. It is not spent on a PIN that nobody "
                  "types now:\nnothing was sent. Without --pin-file, pin-source and pin-value you "
                  "are asked.\n"),
                pin->token);
        return false;
    }
    if (!pin->file && pin->source && !source_path(pin->source)) {
        fprintf(stderr,
                _("mynakey: pin-source=%s is not the path of a file; others are not used\n"),
                mn_printable(pin->source));
        return false;
    }
    return !is_at_terminal(pin) || mn_prompt_can_ask("--pin-file");
}

static const char *rule_of(const struct mn_token_pin *pin)
{
    if (pin->last)
        return _("Only one try is left: a mistake now locks the PIN.");
    if (pin->low)
        return _("A wrong PIN was entered before: few tries are left.");
    return NULL;
}

bool mn_token_pin_ask(const struct mn_token_pin *pin, struct mn_secret **out)
{
    char text[512];
    const char *file = pin->file ? pin->file : pin->source ? source_path(pin->source) : NULL;
    struct mn_secret_question question = {
        .text = text, .rule = rule_of(pin), .option = "--pin-file", .file = file};
    *out = NULL;
    if (!mn_token_pin_is_askable(pin))
        return false;
    if (!file && pin->value) {
        mn_rc rc = mn_secret_new(mn_span(pin->value, strlen(pin->value)), out);
        if (rc)
            fprintf(stderr, "mynakey: %s\n", mn_message_rc(rc));
        return rc == MN_OK;
    }
    snprintf(text, sizeof text, pin->for_one ? _("PIN of %s, for this signature") : _("PIN of %s"),
             pin->token);
    return mn_prompt_secret(&question, out);
}
