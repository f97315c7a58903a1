/* registrymodifications.xcu, LibreOffice's settings: one <item> for each that was changed. CertDir
 * is the folder whose certificates and modules it uses. */
#include "cli/setup/setup_edit.h"

#include <string.h>

#define ITEM                                                                                       \
    "<item oor:path=\"/org.openoffice.Office.Common/Security/Scripting\">"                         \
    "<prop oor:name=\"CertDir\" oor:op=\"fuse\"><value>"
#define ITEM_END "</value></prop></item>\n"

static struct mn_span from_to(const uint8_t *from, const uint8_t *to)
{
    return mn_span(from, (size_t)(to - from));
}

/* Where s has this text, or NULL. */
static const uint8_t *place_of(struct mn_span s, const char *text)
{
    return s.len ? memmem(s.ptr, s.len, text, strlen(text)) : NULL;
}

/* The item with the folder, its newline with it, and the value inside it. One without a value says
 * nothing. */
static bool find_item(struct mn_span text, struct mn_span *item, struct mn_span *value)
{
    struct mn_span rest = text;
    const uint8_t *begin, *end, *to, *later;

    while ((begin = place_of(rest, "<item "))) {
        rest = from_to(begin, text.ptr + text.len);
        end = place_of(rest, "</item>");
        if (!end)
            return false;
        /* One before it that has no end is none, and stays. */
        while ((later = place_of(from_to(begin + 1, end), "<item ")))
            begin = later;
        *item = from_to(begin, end + strlen("</item>"));
        rest = from_to(item->ptr + item->len, text.ptr + text.len);
        if (!place_of(*item, "Office.Common/Security/Scripting\"") ||
            !place_of(*item, "oor:name=\"CertDir\""))
            continue;
        begin = place_of(*item, "<value>");
        to = place_of(*item, "</value>");
        if (!begin || !to || begin >= to)
            continue;
        *value = mn_trim(from_to(begin + strlen("<value>"), to));
        if (value->len == 0)
            continue;
        if (rest.len > 0 && rest.ptr[0] == '\n')
            item->len++;
        return true;
    }
    return false;
}

static const struct {
    const char *entity;
    char character;
} entities[] = {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}};

#define ENTITIES (sizeof entities / sizeof entities[0])

static void copy_unescaped(struct mn_span s, char *out, size_t size)
{
    size_t at = 0;

    while (s.len > 0 && at + 1 < size) {
        size_t len = 1, i;
        for (i = 0; i < ENTITIES; i++) {
            len = strlen(entities[i].entity);
            if (s.len >= len && memcmp(s.ptr, entities[i].entity, len) == 0)
                break;
        }
        if (i == ENTITIES)
            len = 1;
        if (s.ptr[0] != 0)
            out[at++] = (char)(i < ENTITIES ? entities[i].character : s.ptr[0]);
        s = mn_span(s.ptr + len, s.len - len);
    }
    out[at] = '\0';
}

static mn_rc append_escaped(struct mn_bytes *out, const char *s)
{
    mn_rc rc = MN_OK;

    for (; rc == MN_OK && *s; s++) {
        const char *entity = NULL;
        for (size_t i = 0; i < ENTITIES; i++)
            if (*s == entities[i].character)
                entity = entities[i].entity;
        rc = entity ? mn_append_text(out, entity) : mn_bytes_append(out, mn_span(s, 1));
    }
    return rc;
}

static bool find(struct mn_span text, struct mn_setup_found *out)
{
    struct mn_span item, value;

    *out = (struct mn_setup_found){0};
    if (!find_item(text, &item, &value))
        return false;
    copy_unescaped(value, out->library, sizeof out->library);
    return out->library[0] != '\0';
}

static mn_rc add(struct mn_span text, const struct mn_setup_words *words, struct mn_bytes *out)
{
    struct mn_setup_found found;
    const uint8_t *end = place_of(text, "</oor:items>");
    mn_rc rc;

    /* A text without that end is nothing that LibreOffice wrote. */
    if (!end || find(text, &found))
        return mn_bytes_append(out, text);
    rc = mn_bytes_append(out, from_to(text.ptr, end));
    if (rc == MN_OK)
        rc = mn_append_text(out, ITEM);
    if (rc == MN_OK)
        rc = append_escaped(out, words->folder);
    if (rc == MN_OK)
        rc = mn_append_text(out, ITEM_END);
    if (rc == MN_OK)
        rc = mn_bytes_append(out, from_to(end, text.ptr + text.len));
    /* Where an item before it has no end, this would be no item. */
    return rc == MN_OK && !find(mn_bytes_span(out), &found) ? mn_bytes_set(out, text) : rc;
}

static mn_rc remove_item(struct mn_span text, struct mn_bytes *out)
{
    struct mn_span item, value;
    mn_rc rc;

    if (!find_item(text, &item, &value))
        return mn_bytes_append(out, text);
    rc = mn_bytes_append(out, from_to(text.ptr, item.ptr));
    return rc == MN_OK ? mn_bytes_append(out, from_to(item.ptr + item.len, text.ptr + text.len))
                       : rc;
}

const struct mn_setup_edit mn_edit_libreoffice = {find, add, remove_item};
