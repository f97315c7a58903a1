/* Attributes of an object: an array that is built and then only read; none in it ever changes.
 *
 * The values may be personal data; they are wiped when they are freed. */
#ifndef MN_TOKEN_ATTRIBUTE_H
#define MN_TOKEN_ATTRIBUTE_H

#include <stdbool.h>

#include "base/bytes.h"
#include "mynakey/cryptoki.h"

struct mn_attribute {
    CK_ATTRIBUTE_TYPE type;
    bool sensitive; /* the object has it but shows it to nobody; value is empty */
    struct mn_bytes value;
};

/* A zeroed one has no attributes. */
struct mn_attributes {
    struct mn_attribute *at;
    size_t len;
};

/* Builds: adds one at the end. type is not there yet. MN_E_MEMORY leaves a as it was. */
mn_rc mn_attributes_add(struct mn_attributes *a, CK_ATTRIBUTE_TYPE type, struct mn_span value);
mn_rc mn_attributes_add_sensitive(struct mn_attributes *a, CK_ATTRIBUTE_TYPE type);

/* Wipes and frees all; a is empty afterwards. */
void mn_attributes_free(struct mn_attributes *a);

/* NULL when there is none of that type. */
const struct mn_attribute *mn_attributes_find(const struct mn_attributes *a,
                                              CK_ATTRIBUTE_TYPE type);

/* The value of a CK_BBOOL attribute; false also when it is not there. */
bool mn_attributes_flag(const struct mn_attributes *a, CK_ATTRIBUTE_TYPE type);

/* Same bytes and same length as the caller's; never for a sensitive one. */
bool mn_attribute_matches(const struct mn_attribute *attribute, const CK_ATTRIBUTE *wanted);

/* C_GetAttributeValue (3.0, 5.7.5): every attribute of the template is answered, whatever became of
 * the others; the result is that of the first that could not be given. CKR_ATTRIBUTE_SENSITIVE,
 * CKR_ATTRIBUTE_TYPE_INVALID, CKR_BUFFER_TOO_SMALL. */
CK_RV mn_attributes_copy_out(const struct mn_attributes *a, CK_ATTRIBUTE *template, CK_ULONG count);

/* Can a caller have a template of so many attributes? No object is larger than PTRDIFF_MAX. */
bool mn_template_is_possible(const CK_ATTRIBUTE *template, CK_ULONG count);

/* Is this a template to search by? CKR_ARGUMENTS_BAD, CKR_ATTRIBUTE_VALUE_INVALID. */
CK_RV mn_template_check(const CK_ATTRIBUTE *template, CK_ULONG count);

#endif
