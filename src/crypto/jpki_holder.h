/* Who a JPKI signing certificate is about: its subjectAltName carries the four basic particulars
 * of its holder as otherNames (1.2.392.200149.8.5.5). The authentication certificate has none. */
#ifndef MN_CRYPTO_JPKI_HOLDER_H
#define MN_CRYPTO_JPKI_HOLDER_H

#include "base/bytes.h"
#include "crypto/parsed_certificate.h"

/* The certificate's profile allows 200 characters of address; each field may be this long at most,
 * in bytes. */
#define MN_HOLDER_FIELD_MAX 1024

/* All in UTF-8 as the certificate has it, not NUL ended; what is absent is empty. The substitute
 * fields have one digit for each character of the field they go with: 1 where the character stands
 * for one that the certificate's character set lacks. They are empty unless they have just as many
 * digits as there are characters. */
struct mn_jpki_holder {
    struct mn_bytes name; /* family name, ideographic space, given name */
    struct mn_bytes name_substitutes;
    struct mn_bytes address;
    struct mn_bytes address_substitutes;
    struct mn_bytes birth_date; /* nine digits: an era, or 0, and year, month and day */
    struct mn_bytes sex;        /* "1" male, "2" female, else unknown or not applicable */
};

/* MN_E_NOT_FOUND when the certificate has none of the fields; MN_E_BAD_CERTIFICATE when it is none,
 * when a field is too long, not UTF-8, there twice, or has another form than UTF8String;
 * MN_E_CRYPTO, MN_E_MEMORY: then *out is empty. */
mn_rc mn_jpki_holder_read(struct mn_span certificate, struct mn_jpki_holder *out);

/* The same of one that is parsed already. */
mn_rc mn_jpki_holder_read_parsed(const struct mn_parsed_certificate *parsed,
                                 struct mn_jpki_holder *out);

/* Wipes and frees; *h is empty afterwards. */
void mn_jpki_holder_release(struct mn_jpki_holder *h);

/* The Gregorian year, month and day of birth_date, each 0 where it is unknown. False, with zeros,
 * when the field is absent or has another form. */
bool mn_jpki_holder_birth(const struct mn_jpki_holder *h, int *year, int *month, int *day);

/* Was any character of the field replaced? Then the card's face has the right one. */
bool mn_jpki_holder_is_replaced(const struct mn_bytes *substitutes);

#endif
