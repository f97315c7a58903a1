/* What card data say of a person, in words. */
#ifndef MN_CLI_FACE_PERSON_TEXT_H
#define MN_CLI_FACE_PERSON_TEXT_H

/* A digit of JIS X 0303 in a word, translated; or for programs: "male", "female", "not-applicable",
 * "unknown". */
const char *mn_sex_text(char sex);
const char *mn_sex_word(char sex);

/* Eight digits of a date in words of the locale, with the era; as they are where they are no date.
 * Good as long as what mn_date_text gives. */
const char *mn_digits_date_text(const char *digits);

/* The same as "1980-02-17", into out; empty where it is no date. */
#define MN_DATE_ISO 11
void mn_digits_date_iso(const char *digits, char out[MN_DATE_ISO]);

#endif
