#include "cli/japanese_date.h"

#include <stdio.h>
#include <string.h>

#include "cli/message.h"

static const struct {
    struct mn_era era;
    struct mn_date first;
} eras[] = {
    {{"明治", "Meiji", 'M'}, {1868, 1, 25}},  {{"大正", "Taisho", 'T'}, {1912, 7, 30}},
    {{"昭和", "Showa", 'S'}, {1926, 12, 25}}, {{"平成", "Heisei", 'H'}, {1989, 1, 8}},
    {{"令和", "Reiwa", 'R'}, {2019, 5, 1}},
};

#define ERAS (int)(sizeof eras / sizeof eras[0])

const struct mn_era *mn_era_of_number(int number)
{
    return number >= 1 && number <= ERAS ? &eras[number - 1].era : NULL;
}

static int days_in(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

bool mn_date_exists(const struct mn_date *date)
{
    return date->year >= 1 && date->year <= 9999 && date->month >= 1 && date->month <= 12 &&
           date->day >= 1 && date->day <= days_in(date->year, date->month);
}

static long order(const struct mn_date *date)
{
    return date->year * 10000L + date->month * 100L + date->day;
}

static int era_index(const struct mn_date *date)
{
    int at = ERAS - 1;
    while (at >= 0 && order(date) < order(&eras[at].first))
        at--;
    return at;
}

const struct mn_era *mn_date_era(const struct mn_date *date, int *year)
{
    int at = era_index(date);
    if (at < 0)
        return NULL;
    *year = date->year - eras[at].first.year + 1;
    return &eras[at].era;
}

bool mn_date_read_digits(const char *text, size_t len, struct mn_date *out)
{
    int number = 0;
    if (len != 8)
        return false;
    for (size_t i = 0; i < len; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        number = number * 10 + (text[i] - '0');
    }
    *out = (struct mn_date){number / 10000, number / 100 % 100, number % 100};
    return mn_date_exists(out);
}

/* --- as people write it --- */

static void skip_blanks(const char **at)
{
    while (**at == ' ' || **at == '\t')
        (*at)++;
}

/* One digit, of either width (U+FF10 to U+FF19). */
static bool take_digit(const char **at, int *digit)
{
    const unsigned char *s = (const unsigned char *)*at;
    if (s[0] >= '0' && s[0] <= '9') {
        *digit = s[0] - '0';
        *at += 1;
        return true;
    }
    if (s[0] == 0xEF && s[1] == 0xBC && s[2] >= 0x90 && s[2] <= 0x99) {
        *digit = s[2] - 0x90;
        *at += 3;
        return true;
    }
    return false;
}

/* At most most digits; how many there were. */
static int take_number(const char **at, int most, int *number)
{
    int count = 0, digit;
    *number = 0;
    skip_blanks(at);
    while (count < most && take_digit(at, &digit)) {
        *number = *number * 10 + digit;
        count++;
    }
    return count;
}

static bool take_word(const char **at, const char *word)
{
    size_t len = strlen(word);
    skip_blanks(at);
    if (strncmp(*at, word, len) != 0)
        return false;
    *at += len;
    return true;
}

static bool take_separator(const char **at, const char *japanese)
{
    return take_word(at, "-") || take_word(at, "/") || take_word(at, ".") ||
           take_word(at, japanese);
}

/* The era at the front, by its name or letter; -1 for none. */
static int take_era(const char **at)
{
    skip_blanks(at);
    for (int i = 0; i < ERAS; i++) {
        const char letter[2] = {eras[i].era.letter, '\0'};
        const char small[2] = {(char)(eras[i].era.letter - 'A' + 'a'), '\0'};
        if (take_word(at, eras[i].era.name) || take_word(at, letter) || take_word(at, small))
            return i;
    }
    return -1;
}

/* Month and day behind a year, and nothing more. */
static bool take_month_and_day(const char **at, struct mn_date *out)
{
    if (!take_separator(at, "年") || take_number(at, 2, &out->month) == 0 ||
        !take_separator(at, "月") || take_number(at, 2, &out->day) == 0)
        return false;
    (void)take_word(at, "日");
    skip_blanks(at);
    return **at == '\0';
}

bool mn_date_read(const char *text, struct mn_date *out)
{
    const char *at = text;
    int era = take_era(&at), year = 0;
    skip_blanks(&at);
    if (era < 0 && strlen(at) == 8 && strspn(at, "0123456789") == 8)
        return mn_date_read_digits(at, 8, out);
    bool first = era >= 0 && take_word(&at, "元");
    int digits = first ? 1 : take_number(&at, era < 0 ? 4 : 2, &year);
    if (digits == 0 || (era < 0 && digits != 4))
        return false;
    if (era >= 0)
        year = eras[era].first.year + (first ? 1 : year) - 1;
    *out = (struct mn_date){.year = year};
    return take_month_and_day(&at, out) && mn_date_exists(out) &&
           (era < 0 || era_index(out) == era);
}

/* --- in words --- */

const char *mn_date_text(const struct mn_date *date)
{
    static char kept[2][96];
    static unsigned next;
    char *out = kept[next++ % 2];
    const size_t room = sizeof kept[0];
    int year = 0;
    const struct mn_era *era = mn_date_era(date, &year);
    if (!era)
        snprintf(out, room, _("%04d-%02d-%02d"), date->year, date->month, date->day);
    else if (year == 1)
        /* year, month, day, the era's name: its first year */
        snprintf(out, room, _("%04d-%02d-%02d (%s 1)"), date->year, date->month, date->day,
                 era->name);
    else
        snprintf(out, room, _("%04d-%02d-%02d (%s %d)"), date->year, date->month, date->day,
                 era->name, year);
    return out;
}
