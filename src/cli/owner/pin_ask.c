#include "cli/owner/pin_ask.h"

#include <stdio.h>

#include "card/pin.h"
#include "cli/message.h"
#include "cli/owner/pin_choice.h"
#include "cli/prompt.h"

static bool has_shape(enum mn_pin id, const struct mn_secret *pin, bool is_new)
{
    struct mn_span value = mn_secret_span(pin);
    mn_rc rc = is_new ? mn_pin_new_shape(id, value) : mn_pin_shape(id, value);
    if (rc)
        fprintf(stderr, "mynakey: %s\n%s\n", mn_message_rc(rc), mn_pin_rule(id));
    return rc == MN_OK;
}

bool mn_pin_ask_present(enum mn_pin id, const char *file, struct mn_secret **out)
{
    if (!mn_prompt_pin(id, "--pin-file", file, out))
        return false;
    bool good = has_shape(id, *out, false);
    if (!good)
        mn_secret_free(out);
    return good;
}

static bool is_accepted(enum mn_pin id, const struct mn_secret *pin, bool is_asked)
{
    char question[512];
    const char *weakness = mn_pin_weakness(id, mn_secret_span(pin));
    if (!weakness)
        return true;
    if (!is_asked) {
        fprintf(stderr, _("mynakey: the new one is weak: %s\n"), weakness);
        return true;
    }
    snprintf(question, sizeof question, _("The new one is weak: %s. Take it all the same?"),
             weakness);
    return mn_prompt_confirm(question, false);
}

bool mn_pin_ask_next(enum mn_pin id, const char *file, struct mn_secret **out)
{
    if (!mn_prompt_new_pin(id, "--new-pin-file", file, out))
        return false;
    bool good = has_shape(id, *out, true) && is_accepted(id, *out, !file);
    if (!good)
        mn_secret_free(out);
    return good;
}

bool mn_pin_are_same(enum mn_pin id, const struct mn_secret *a, const struct mn_secret *b)
{
    uint8_t folded[2][MN_PIN_BYTES_MAX];
    struct mn_span first = mn_secret_span(a), second = mn_secret_span(b);
    mn_pin_fold(id, first, folded[0]);
    mn_pin_fold(id, second, folded[1]);
    bool same = mn_span_equal(mn_span(folded[0], first.len), mn_span(folded[1], second.len));
    mn_wipe(folded, sizeof folded);
    return same;
}
