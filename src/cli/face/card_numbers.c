#include "cli/face/card_numbers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "cli/japanese_date.h"
#include "cli/message.h"

static bool are_digits(const char *text, size_t len)
{
    return strlen(text) == len && strspn(text, "0123456789") == len;
}

/* The check digit of My Number: weights 2 to 7, 2 to 6 from the right, modulo 11 (ordinance of the
 * Ministry of Internal Affairs and Communications 85 of 2014, article 5). */
static int check_digit(const char *digits)
{
    int sum = 0;
    for (int n = 1; n <= 11; n++)
        sum += (digits[11 - n] - '0') * (n <= 6 ? n + 1 : n - 5);
    return sum % 11 <= 1 ? 0 : 11 - sum % 11;
}

enum mn_number_fault mn_number_a_read(const char *text, char out[MN_NUMBER_A_DIGITS + 1])
{
    size_t len = 0;
    out[0] = '\0';
    for (const char *at = text; *at; at++) {
        if (*at == ' ' || *at == '-')
            continue;
        if (*at < '0' || *at > '9' || len == MN_NUMBER_A_DIGITS)
            return MN_NUMBER_DIGITS;
        out[len++] = *at;
        out[len] = '\0';
    }
    if (len != MN_NUMBER_A_DIGITS)
        return MN_NUMBER_DIGITS;
    return out[11] - '0' == check_digit(out) ? MN_NUMBER_FINE : MN_NUMBER_CHECK;
}

/* Does the card print a year of our era (西暦), as those of foreign nationals do? *birth then has
 * what follows the mark. */
static bool is_western(const char **birth)
{
    static const char *const marks[] = {"西暦", "AD", "ad"};
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        size_t len = strlen(marks[i]);
        if (strncmp(*birth, marks[i], len) == 0) {
            *birth += len;
            return true;
        }
    }
    return false;
}

/* The year as the card prints it: of the era, or the last two digits of the western one. */
static bool read_birth(const char *birth, struct mn_date *date, int *year)
{
    bool western = is_western(&birth);
    if (!mn_date_read(birth, date) || !mn_date_era(date, year))
        return false;
    if (western)
        *year = date->year % 100;
    return *year <= 99;
}

enum mn_number_fault mn_number_b_make(const char *birth, const char *expiry, const char *code,
                                      char out[MN_NUMBER_B_DIGITS + 1])
{
    struct mn_date date;
    int year = 0;
    out[0] = '\0';
    if (!read_birth(birth, &date, &year))
        return MN_NUMBER_BIRTH;
    if (!are_digits(expiry, 4) || strncmp(expiry, "20", 2) != 0)
        return MN_NUMBER_EXPIRY;
    if (!are_digits(code, 4))
        return MN_NUMBER_CODE;
    snprintf(out, MN_NUMBER_B_DIGITS + 1, "%02u%02u%02u%.4s%.4s", (unsigned)year % 100,
             (unsigned)date.month % 100, (unsigned)date.day % 100, expiry, code);
    return MN_NUMBER_FINE;
}

enum mn_number_fault mn_number_b_read(const char *line, char out[MN_NUMBER_B_DIGITS + 1])
{
    char *copy = strdup(line), *rest = NULL, *words[4];
    size_t count = 0;
    enum mn_number_fault fault = MN_NUMBER_PARTS;
    out[0] = '\0';
    if (!copy)
        return MN_NUMBER_PARTS;
    size_t len = strlen(copy);
    for (char *word = strtok_r(copy, " \t", &rest); word && count < 4;
         word = strtok_r(NULL, " \t", &rest))
        words[count++] = word;
    if (count == 3)
        fault = mn_number_b_make(words[0], words[1], words[2], out);
    mn_wipe(copy, len);
    free(copy);
    return fault;
}

const char *mn_number_fault_text(enum mn_number_fault fault)
{
    switch (fault) {
    case MN_NUMBER_FINE:
        break;
    case MN_NUMBER_DIGITS:
        return _("My Number has 12 digits");
    case MN_NUMBER_CHECK:
        return _("the last digit of that number does not fit the others: one is mistyped");
    case MN_NUMBER_BIRTH:
        return _("that is no date of birth; write it as 1980-02-17 or S55.2.17");
    case MN_NUMBER_EXPIRY:
        return _("the year in which the card expires has four digits and begins with 20");
    case MN_NUMBER_CODE:
        return _(
            "the security code has four digits; it stands on the front of the card, where its\n"
            "expiry does");
    case MN_NUMBER_PARTS:
        return _("the file has to have one line with date of birth, year of expiry and security\n"
                 "code, blanks between them: 1980-02-17 2035 1234");
    }
    return "";
}
