#include "token/attribute.h"

#include <stdlib.h>
#include <string.h>

static mn_rc add(struct mn_attributes *a, struct mn_attribute *attribute)
{
    struct mn_attribute *grown = realloc(a->at, (a->len + 1) * sizeof *grown);
    if (!grown)
        return MN_E_MEMORY;
    a->at = grown;
    a->at[a->len++] = *attribute;
    *attribute = (struct mn_attribute){0};
    return MN_OK;
}

mn_rc mn_attributes_add(struct mn_attributes *a, CK_ATTRIBUTE_TYPE type, struct mn_span value)
{
    struct mn_attribute attribute = {.type = type};
    mn_rc rc = mn_bytes_set(&attribute.value, value);
    if (rc == MN_OK)
        rc = add(a, &attribute);
    mn_bytes_free(&attribute.value);
    return rc;
}

mn_rc mn_attributes_add_sensitive(struct mn_attributes *a, CK_ATTRIBUTE_TYPE type)
{
    return add(a, &(struct mn_attribute){.type = type, .sensitive = true});
}

void mn_attributes_free(struct mn_attributes *a)
{
    for (size_t i = 0; i < a->len; i++)
        mn_bytes_free(&a->at[i].value);
    free(a->at);
    *a = (struct mn_attributes){0};
}

const struct mn_attribute *mn_attributes_find(const struct mn_attributes *a, CK_ATTRIBUTE_TYPE type)
{
    for (size_t i = 0; i < a->len; i++)
        if (a->at[i].type == type)
            return &a->at[i];
    return NULL;
}

bool mn_attributes_flag(const struct mn_attributes *a, CK_ATTRIBUTE_TYPE type)
{
    const struct mn_attribute *found = mn_attributes_find(a, type);
    return found && found->value.len == sizeof(CK_BBOOL) && found->value.ptr[0] == CK_TRUE;
}

bool mn_attribute_matches(const struct mn_attribute *attribute, const CK_ATTRIBUTE *wanted)
{
    return !attribute->sensitive && mn_span_equal(mn_bytes_span(&attribute->value),
                                                  mn_span(wanted->pValue, wanted->ulValueLen));
}

/* One attribute of the caller's template: the five cases of 5.7.5. */
static CK_RV copy_one(const struct mn_attribute *from, CK_ATTRIBUTE *to)
{
    CK_ULONG room = to->ulValueLen;

    to->ulValueLen = CK_UNAVAILABLE_INFORMATION;
    if (!from)
        return CKR_ATTRIBUTE_TYPE_INVALID;
    if (from->sensitive)
        return CKR_ATTRIBUTE_SENSITIVE;
    if (to->pValue && room < from->value.len)
        return CKR_BUFFER_TOO_SMALL;
    if (to->pValue && from->value.len > 0)
        memcpy(to->pValue, from->value.ptr, from->value.len);
    to->ulValueLen = from->value.len;
    return CKR_OK;
}

CK_RV mn_attributes_copy_out(const struct mn_attributes *a, CK_ATTRIBUTE *template, CK_ULONG count)
{
    CK_RV rv = CKR_OK;
    for (CK_ULONG i = 0; i < count; i++) {
        CK_RV one = copy_one(mn_attributes_find(a, template[i].type), &template[i]);
        if (rv == CKR_OK)
            rv = one;
    }
    return rv;
}

bool mn_template_is_possible(const CK_ATTRIBUTE *template, CK_ULONG count)
{
    return template ? count <= PTRDIFF_MAX / sizeof *template : count == 0;
}

CK_RV mn_template_check(const CK_ATTRIBUTE *template, CK_ULONG count)
{
    if (!mn_template_is_possible(template, count))
        return CKR_ARGUMENTS_BAD;
    for (CK_ULONG i = 0; i < count; i++)
        if (!template[i].pValue && template[i].ulValueLen > 0)
            return CKR_ATTRIBUTE_VALUE_INVALID;
    return CKR_OK;
}
