#include "cli/face/person_text.h"

#include <stdio.h>
#include <string.h>

#include "cli/japanese_date.h"
#include "cli/message.h"

const char *mn_sex_text(char sex)
{
    switch (sex) {
    case '1':
        return _("male");
    case '2':
        return _("female");
    case '9':
        return _("not applicable");
    default:
        return _("unknown");
    }
}

const char *mn_sex_word(char sex)
{
    switch (sex) {
    case '1':
        return "male";
    case '2':
        return "female";
    case '9':
        return "not-applicable";
    default:
        return "unknown";
    }
}

const char *mn_digits_date_text(const char *digits)
{
    struct mn_date date;
    return mn_date_read_digits(digits, strlen(digits), &date) ? mn_date_text(&date) : digits;
}

void mn_digits_date_iso(const char *digits, char out[MN_DATE_ISO])
{
    struct mn_date date;
    out[0] = '\0';
    if (mn_date_read_digits(digits, strlen(digits), &date))
        snprintf(out, MN_DATE_ISO, "%.4s-%.2s-%.2s", digits, digits + 4, digits + 6);
}
