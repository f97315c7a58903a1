/* pkcs11.txt, in which NSS keeps the modules of a database: sections of "name=value" lines, an
 * empty line between them. The module's own is called mynakey. The flag FRIENDLY is not set:
 * Thunderbird would not ask for the password and could not sign. */
#include "cli/setup/setup_edit.h"
#include "cli/setup/setup_library.h"

#include <string.h>
#include <strings.h>

#define OUR_NAME "mynakey"

struct section {
    struct mn_span text;    /* its lines and the empty one behind them */
    struct mn_span name;    /* values, without quotes around them */
    struct mn_span library; /* ptr NULL: no such line */
    struct mn_span library_line;
};

static bool is_empty(struct mn_span line)
{
    return mn_trim(line).len == 0;
}

/* The value, if the line has this name. */
static bool has_name(struct mn_span line, const char *name, struct mn_span *value)
{
    size_t len = strlen(name);

    line = mn_trim(line);
    if (line.len <= len || strncasecmp((const char *)line.ptr, name, len) != 0 ||
        line.ptr[len] != '=')
        return false;
    *value = mn_trim(mn_span(line.ptr + len + 1, line.len - len - 1));
    if (value->len >= 2 && (value->ptr[0] == '"' || value->ptr[0] == '\'') &&
        value->ptr[value->len - 1] == value->ptr[0])
        *value = mn_span(value->ptr + 1, value->len - 2);
    return true;
}

/* Takes a section off *text; what is before its first line comes with it. False when none is left:
 * what *text still has is not a section. */
static bool take_section(struct mn_span *text, struct section *out)
{
    struct mn_span rest = *text, line, value;
    bool begun = false;

    *out = (struct section){.text = *text};
    while (mn_take_line(&rest, &line)) {
        if (is_empty(line)) {
            if (begun)
                break;
            /* It belongs to what was before. */
            out->text.ptr = rest.ptr;
            continue;
        }
        begun = true;
        if (has_name(line, "name", &value) && !out->name.ptr)
            out->name = value;
        if (has_name(line, "library", &value) && !out->library.ptr) {
            out->library = value;
            out->library_line = line;
        }
    }
    if (!begun)
        return false;
    out->text.len = (size_t)(rest.ptr - out->text.ptr);
    *text = rest;
    return true;
}

static bool is_own(const struct section *s)
{
    return mn_span_is(s->name, OUR_NAME);
}

static bool has_our_library(const struct section *s)
{
    char path[PATH_MAX];

    mn_span_copy(s->library, path, sizeof path);
    return mn_setup_library_is_ours(path);
}

static bool is_p11_kit(const struct section *s)
{
    static const char proxy[] = "p11-kit-proxy.so";
    size_t len = sizeof proxy - 1;

    return s->library.len >= len && memcmp(s->library.ptr + s->library.len - len, proxy, len) == 0;
}

static bool find(struct mn_span text, struct mn_setup_found *out)
{
    struct section s;
    bool own = false, other = false;

    *out = (struct mn_setup_found){0};
    while (take_section(&text, &s)) {
        out->through_p11_kit = out->through_p11_kit || is_p11_kit(&s);
        if (own || !(is_own(&s) || (has_our_library(&s) && !other)))
            continue;
        own = is_own(&s);
        other = !own;
        mn_span_copy(s.library, out->library, sizeof out->library);
        mn_span_copy(own ? mn_span(NULL, 0) : s.name, out->name, sizeof out->name);
        if (other && out->name[0] == '\0')
            out->name[0] = '?';
    }
    return own || other;
}

static mn_rc append_library(struct mn_bytes *out, const char *library)
{
    mn_rc rc = mn_append_text(out, "library=");

    if (rc == MN_OK)
        rc = mn_append_text(out, library);
    return rc == MN_OK ? mn_append_text(out, "\n") : rc;
}

static mn_rc append_section(struct mn_span text, const char *library, struct mn_bytes *out)
{
    mn_rc rc = mn_bytes_append(out, text);

    if (rc == MN_OK && text.len > 0 && text.ptr[text.len - 1] != '\n')
        rc = mn_append_text(out, "\n\n");
    else if (rc == MN_OK && text.len > 1 && text.ptr[text.len - 2] != '\n')
        rc = mn_append_text(out, "\n");
    if (rc == MN_OK)
        rc = append_library(out, library);
    return rc == MN_OK ? mn_append_text(out, "name=" OUR_NAME "\n\n") : rc;
}

/* The whole text, with another library in this section. */
static mn_rc replace_library(struct mn_span text, const struct section *s, const char *library,
                             struct mn_bytes *out)
{
    struct mn_span line = s->library_line;
    const uint8_t *from = line.ptr ? line.ptr : s->text.ptr;
    const uint8_t *to = from + line.len;
    mn_rc rc = mn_bytes_append(out, mn_span(text.ptr, (size_t)(from - text.ptr)));

    if (rc == MN_OK)
        rc = append_library(out, library);
    if (rc == MN_OK)
        rc = mn_bytes_append(out, mn_span(to, (size_t)(text.ptr + text.len - to)));
    return rc;
}

static mn_rc add(struct mn_span text, const struct mn_setup_words *words, struct mn_bytes *out)
{
    struct mn_span rest = text;
    struct section s;
    bool elsewhere = false;

    while (take_section(&rest, &s)) {
        if (is_own(&s))
            return mn_span_is(s.library, words->library)
                       ? mn_bytes_append(out, text)
                       : replace_library(text, &s, words->library, out);
        elsewhere = elsewhere || has_our_library(&s);
    }
    return elsewhere ? mn_bytes_append(out, text) : append_section(text, words->library, out);
}

static mn_rc remove_own(struct mn_span text, struct mn_bytes *out)
{
    struct mn_span rest = text;
    const uint8_t *kept = text.ptr;
    struct section s;
    mn_rc rc = MN_OK;

    while (rc == MN_OK && take_section(&rest, &s)) {
        if (!is_own(&s))
            continue;
        rc = mn_bytes_append(out, mn_span(kept, (size_t)(s.text.ptr - kept)));
        kept = s.text.ptr + s.text.len;
    }
    return rc == MN_OK ? mn_bytes_append(out, mn_span(kept, (size_t)(text.ptr + text.len - kept)))
                       : rc;
}

const struct mn_setup_edit mn_edit_nss = {find, add, remove_own};
