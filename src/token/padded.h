/* Text in Cryptoki's structures: filled up with blanks and without a NUL (3.0, 3.1). */
#ifndef MN_TOKEN_PADDED_H
#define MN_TOKEN_PADDED_H

#include <stddef.h>

#include "mynakey/cryptoki.h"

/* Fills all size bytes of field with text and blanks. Text that is too long is cut, but never in
 * the middle of a UTF-8 character. */
void mn_padded(CK_UTF8CHAR *field, size_t size, const char *text);

/* How many of the first limit bytes of text are whole characters. */
size_t mn_padded_cut(const char *text, size_t limit);

#endif
