/* Dates as Japan counts them: by eras. */
#ifndef MN_CLI_JAPANESE_DATE_H
#define MN_CLI_JAPANESE_DATE_H

#include <stdbool.h>
#include <stddef.h>

/* A day of the Gregorian calendar. */
struct mn_date {
    int year, month, day;
};

struct mn_era {
    const char *name;  /* in Japanese, UTF-8: "昭和" */
    const char *latin; /* "Showa" */
    char letter;       /* 'S' */
};

/* The eras by number: 1 is Meiji, 5 Reiwa, as JIS X 0301 counts them. NULL for another. */
const struct mn_era *mn_era_of_number(int number);

/* Is there such a day? */
bool mn_date_exists(const struct mn_date *date);

/* The era of a day that exists, and the year in it, the first being 1; NULL before 1868-01-25. The
 * day that an era begins belongs to it. */
const struct mn_era *mn_date_era(const struct mn_date *date, int *year);

/* Eight digits, YYYYMMDD, of a day that exists. len is that of text. */
bool mn_date_read_digits(const char *text, size_t len, struct mn_date *out);

/* A day as people write it: 1980-02-17, 1980/2/17, 19800217, S55.2.17, 昭和55年2月17日, also with
 * full-width digits; 元 is the first year. Only where the day is in that era. */
bool mn_date_read(const char *text, struct mn_date *out);

/* In words of the locale, with the era where there is one; translated. Static storage, good for
 * the next call but one. */
const char *mn_date_text(const struct mn_date *date);

#endif
