#include "cli/face/opening.h"

#include <stdio.h>
#include <string.h>

#include "cli/face/card_numbers.h"
#include "cli/message.h"
#include "cli/pin_prompt.h"
#include "cli/prompt.h"

#define OPTION "--pin-file"

#define LINE_ROOM (MN_SECRET_MAX + 1)

enum kind { KIND_PIN, KIND_A, KIND_B };

static enum kind kind_of(enum mn_pin id)
{
    if (id == MN_PIN_SURFACE_A || id == MN_PIN_TEXT_A)
        return KIND_A;
    return id == MN_PIN_SURFACE_B || id == MN_PIN_TEXT_B ? KIND_B : KIND_PIN;
}

static void tell_tries(enum mn_pin id, int tries)
{
    if (tries > 0)
        fprintf(stderr, _("Tries left: %d (%s)\n"), tries, mn_pin_title(id));
}

static bool keep(const char *digits, struct mn_secret **out)
{
    mn_rc rc = mn_secret_new(mn_span(digits, strlen(digits)), out);
    if (rc)
        fprintf(stderr, "mynakey: %s\n", mn_message_rc(rc));
    return rc == MN_OK;
}

static bool judge(enum mn_number_fault fault)
{
    if (fault == MN_NUMBER_FINE)
        return true;
    fprintf(stderr, _("mynakey: %s; no try was used\n"), mn_number_fault_text(fault));
    return false;
}

/* A secret as a text, for reading it. False when it has a NUL in it or is too long to be right. */
static bool as_text(const struct mn_secret *secret, char text[LINE_ROOM])
{
    struct mn_span s = mn_secret_span(secret);
    if (s.len >= LINE_ROOM || memchr(s.ptr, '\0', s.len))
        return false;
    memcpy(text, s.ptr, s.len);
    text[s.len] = '\0';
    return true;
}

static bool ask_a(const char *file, struct mn_secret **out)
{
    const struct mn_secret_question q = {
        .text = _("My Number"),
        .rule = _("Your My Number, 12 digits, stands on the back of the card."),
        .option = OPTION,
        .file = file};
    char text[LINE_ROOM] = "", digits[MN_NUMBER_A_DIGITS + 1] = "";
    struct mn_secret *typed = NULL;
    bool good = mn_prompt_secret(&q, &typed) &&
                judge(as_text(typed, text) ? mn_number_a_read(text, digits) : MN_NUMBER_DIGITS) &&
                keep(digits, out);
    mn_secret_free(&typed);
    mn_wipe(text, sizeof text);
    mn_wipe(digits, sizeof digits);
    return good;
}

/* From a file: one line with all of it. */
static bool read_b(const char *file, struct mn_secret **out)
{
    const struct mn_secret_question q = {
        .text = _("Date of birth, year of expiry, security code"), .option = OPTION, .file = file};
    char text[LINE_ROOM] = "", digits[MN_NUMBER_B_DIGITS + 1] = "";
    struct mn_secret *typed = NULL;
    bool good = mn_prompt_secret(&q, &typed) &&
                judge(as_text(typed, text) ? mn_number_b_read(text, digits) : MN_NUMBER_PARTS) &&
                keep(digits, out);
    mn_secret_free(&typed);
    mn_wipe(text, sizeof text);
    mn_wipe(digits, sizeof digits);
    return good;
}

static bool ask_code(char code[LINE_ROOM])
{
    const struct mn_secret_question q = {.text = _("Security code, 4 digits"), .option = OPTION};
    struct mn_secret *typed = NULL;
    bool good = mn_prompt_secret(&q, &typed) && as_text(typed, code);
    mn_secret_free(&typed);
    return good;
}

static bool ask_b(struct mn_secret **out)
{
    char birth[LINE_ROOM] = "", expiry[LINE_ROOM] = "", code[LINE_ROOM] = "";
    char digits[MN_NUMBER_B_DIGITS + 1] = "";
    fprintf(stderr,
            _("All of it stands on the front of the card. Where that has the year of birth as\n"
              "1980 and not as 昭和55 (cards of foreign nationals), write it AD1980-02-17.\n"));
    bool good =
        mn_prompt_line(_("Date of birth (1980-02-17 or S55.2.17)"), OPTION, birth, sizeof birth) &&
        mn_prompt_line(_("Year in which the card expires (2035)"), OPTION, expiry, sizeof expiry) &&
        ask_code(code) && judge(mn_number_b_make(birth, expiry, code, digits)) && keep(digits, out);
    mn_wipe(birth, sizeof birth);
    mn_wipe(expiry, sizeof expiry);
    mn_wipe(code, sizeof code);
    mn_wipe(digits, sizeof digits);
    return good;
}

bool mn_opening_ask(enum mn_pin id, const char *file, int tries, struct mn_secret **out)
{
    *out = NULL;
    tell_tries(id, tries);
    switch (kind_of(id)) {
    case KIND_A:
        return ask_a(file, out);
    case KIND_B:
        return file ? read_b(file, out) : ask_b(out);
    case KIND_PIN:
        break;
    }
    return mn_prompt_pin(id, OPTION, file, out);
}
