/* The numbers on the card's face that open its text and its images: number A (照合番号A), which is
 * the My Number, and number B (照合番号B), which is made of what is printed on the card. */
#ifndef MN_CLI_FACE_CARD_NUMBERS_H
#define MN_CLI_FACE_CARD_NUMBERS_H

#include <stdbool.h>
#include <stddef.h>

#define MN_NUMBER_A_DIGITS 12
#define MN_NUMBER_B_DIGITS 14

enum mn_number_fault {
    MN_NUMBER_FINE,
    MN_NUMBER_DIGITS, /* A: not twelve digits */
    MN_NUMBER_CHECK,  /* A: the last digit does not fit the others: one is mistyped */
    MN_NUMBER_BIRTH,  /* B: no date, or none in an era */
    MN_NUMBER_EXPIRY, /* B: no year of four digits in this century */
    MN_NUMBER_CODE,   /* B: not four digits */
    MN_NUMBER_PARTS,  /* B: not three words */
};

/* Number A as people write it, with blanks or hyphens between groups; out gets the digits, NUL
 * ended. */
enum mn_number_fault mn_number_a_read(const char *text, char out[MN_NUMBER_A_DIGITS + 1]);

/* Number B from the date of birth (mn_date_read), the year in which the card expires and the
 * security code of four digits; out gets the digits, NUL ended: year of the era, month and day,
 * year, code. With 西暦 or AD before the date, its year is that of our era instead. */
enum mn_number_fault mn_number_b_make(const char *birth, const char *expiry, const char *code,
                                      char out[MN_NUMBER_B_DIGITS + 1]);

/* The same from one line with the three, blanks between them. */
enum mn_number_fault mn_number_b_read(const char *line, char out[MN_NUMBER_B_DIGITS + 1]);

/* The fault in a sentence, translated. */
const char *mn_number_fault_text(enum mn_number_fault fault);

#endif
