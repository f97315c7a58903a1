#include "crypto/certificates.h"

#include <stdlib.h>

mn_rc mn_certificates_add(struct mn_certificates *list, struct mn_span der)
{
    struct mn_bytes *more;
    struct mn_bytes copy = {0};

    if (list->count >= MN_CERTIFICATES_MAX)
        return MN_E_EXCESSIVE;
    if (mn_bytes_set(&copy, der) != MN_OK)
        return MN_E_MEMORY;
    more = realloc(list->der, (list->count + 1) * sizeof *more);
    if (!more) {
        mn_bytes_free(&copy);
        return MN_E_MEMORY;
    }
    list->der = more;
    list->der[list->count++] = copy;
    return MN_OK;
}

void mn_certificates_free(struct mn_certificates *list)
{
    for (size_t i = 0; i < list->count; i++)
        mn_bytes_free(&list->der[i]);
    free(list->der);
    *list = (struct mn_certificates){0};
}
