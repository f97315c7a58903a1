#include "cli/owner/pin_choice.h"

#include <ctype.h>
#include <string.h>

#include "base/secret.h"
#include "cli/message.h"

/* What people take most often, by every list of stolen PINs: rows, repetitions and dates. */

static bool is_same(const char *pin, size_t len)
{
    for (size_t i = 1; i < len; i++)
        if (pin[i] != pin[0])
            return false;
    return true;
}

/* The length of the longest stretch in which the next character is always step after the last; from
 * 9 it goes on with 0. */
static size_t longest_row(const char *pin, size_t len, int step)
{
    size_t longest = 1, now = 1;
    for (size_t i = 1; i < len; i++) {
        bool digits = isdigit((unsigned char)pin[i]) && isdigit((unsigned char)pin[i - 1]);
        int next = digits ? '0' + (pin[i - 1] - '0' + step + 10) % 10 : pin[i - 1] + step;
        now = pin[i] == next ? now + 1 : 1;
        longest = now > longest ? now : longest;
    }
    return longest;
}

static bool is_pairs(const char *pin)
{
    bool twice = pin[0] == pin[2] && pin[1] == pin[3];
    bool doubled = pin[0] == pin[1] && pin[2] == pin[3];
    bool mirrored = pin[0] == pin[3] && pin[1] == pin[2];
    return twice || doubled || mirrored;
}

static int two_digits(const char *text)
{
    return (text[0] - '0') * 10 + (text[1] - '0');
}

/* A month and a day, in either order, or a year in which somebody alive was born. */
static bool is_date(const char *pin)
{
    int first = two_digits(pin), second = two_digits(pin + 2);
    bool month_day = first >= 1 && first <= 12 && second >= 1 && second <= 31;
    bool day_month = second >= 1 && second <= 12 && first >= 1 && first <= 31;
    return month_day || day_month || first == 19 || (first == 20 && second <= 39);
}

static const char *weakness_of_digits(const char *pin)
{
    if (is_same(pin, 4))
        return _("it is one digit four times");
    if (longest_row(pin, 4, 1) == 4 || longest_row(pin, 4, -1) == 4 || strncmp(pin, "2580", 4) == 0)
        return _("it is a row of digits");
    if (is_pairs(pin))
        return _("it is two digits, repeated");
    if (is_date(pin))
        return _("it could be a date or a year, and those are tried first");
    return NULL;
}

static size_t count_kinds(const char *pin, size_t len)
{
    size_t kinds = 0;
    for (size_t i = 0; i < len; i++)
        kinds += memchr(pin, pin[i], i) == NULL;
    return kinds;
}

static size_t count_digits(const char *pin, size_t len)
{
    size_t digits = 0;
    for (size_t i = 0; i < len; i++)
        digits += isdigit((unsigned char)pin[i]) != 0;
    return digits;
}

static const char *weakness_of_password(const char *pin, size_t len)
{
    size_t row = longest_row(pin, len, 1), back = longest_row(pin, len, -1);
    if (count_kinds(pin, len) < 5)
        return _("it has fewer than five different characters");
    if (row > 3 || back > 3)
        return _("it has a row of characters in it");
    if (count_digits(pin, len) == len)
        return _("it has digits only");
    if (count_digits(pin, len) == 0 && len < 10)
        return _("it is a short one of letters only, and words are guessed first");
    return NULL;
}

const char *mn_pin_weakness(enum mn_pin id, struct mn_span pin)
{
    char text[16] = {0};
    size_t len = pin.len < sizeof text ? pin.len : sizeof text;
    for (size_t i = 0; i < len; i++)
        text[i] = (char)toupper(pin.ptr[i]);
    const char *weakness =
        mn_pin_profile(id)->max == 4 ? weakness_of_digits(text) : weakness_of_password(text, len);
    mn_wipe(text, sizeof text);
    return weakness;
}
