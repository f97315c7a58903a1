/* What `mynakey show --json` says to programs; docs/owner.md promises the keys. */
#include <string.h>

#include "cli/owner/shown_certificate.h"
#include "cli/printable.h"

static void set_text(json_t *to, const char *key, const char *text)
{
    json_object_set_new(to, key, json_string(mn_printable(text)));
}

static void set_field(json_t *to, const char *key, const struct mn_bytes *field)
{
    if (field->len > 0)
        json_object_set_new(to, key, json_string(mn_printable_span(mn_bytes_span(field))));
}

static void set_fingerprint(json_t *to, const char *key, const uint8_t *bytes, size_t len)
{
    char text[2 * MN_FINGERPRINT_BYTES + 1];
    for (size_t i = 0; i < len; i++)
        snprintf(text + 2 * i, 3, "%02X", bytes[i]);
    json_object_set_new(to, key, json_string(text));
}

static const char *sex_name(const struct mn_bytes *sex)
{
    if (sex->len == 1 && sex->ptr[0] == '1')
        return "male";
    return sex->len == 1 && sex->ptr[0] == '2' ? "female" : "unknown";
}

static json_t *holder_json(const struct mn_jpki_holder *holder)
{
    json_t *json = json_object();
    int year, month, day;
    set_field(json, "name", &holder->name);
    set_field(json, "name_substitutes", &holder->name_substitutes);
    set_field(json, "address", &holder->address);
    set_field(json, "address_substitutes", &holder->address_substitutes);
    if (mn_jpki_holder_birth(holder, &year, &month, &day))
        json_object_set_new(json, "birth_date", json_sprintf("%04d-%02d-%02d", year, month, day));
    if (holder->sex.len > 0)
        json_object_set_new(json, "sex", json_string(sex_name(&holder->sex)));
    return json;
}

static json_t *line_json(const struct mn_described_line *line)
{
    json_t *json = json_object();
    if (line->label)
        set_text(json, "label", line->label);
    if (line->oid[0])
        set_text(json, "oid", line->oid);
    set_text(json, "text", line->text);
    if (line->meaning)
        set_text(json, "meaning", line->meaning);
    return json;
}

static json_t *extension_json(const struct mn_described_extension *extension)
{
    json_t *json = json_object(), *lines = json_array();
    set_text(json, "oid", extension->oid);
    if (extension->name)
        set_text(json, "name", extension->name);
    json_object_set_new(json, "critical", json_boolean(extension->critical));
    for (size_t i = 0; i < extension->len; i++)
        json_array_append_new(lines, line_json(&extension->lines[i]));
    json_object_set_new(json, "lines", lines);
    return json;
}

static void set_details(json_t *to, const struct mn_description *d)
{
    json_t *extensions = json_array();
    json_object_set_new(to, "version", json_integer(d->version));
    set_text(to, "signature_algorithm", d->signature_algorithm);
    for (size_t i = 0; i < d->len; i++)
        json_array_append_new(extensions, extension_json(&d->extensions[i]));
    json_object_set_new(to, "extensions", extensions);
}

json_t *mn_shown_json(const struct mn_shown *shown, bool detail)
{
    const struct mn_description *d = &shown->description;
    json_t *json = json_object();
    if (!json)
        return NULL;
    set_text(json, "certificate", mn_chosen_kind_name(shown->chosen->kind));
    if (shown->chosen->kind == MN_CHOSEN_SIGN)
        json_object_set_new(json, "copy", json_boolean(shown->chosen->is_copy));
    set_text(json, "subject", d->subject);
    set_text(json, "issuer", d->issuer);
    set_text(json, "serial", d->serial);
    set_text(json, "public_key", d->public_key);
    mn_term_add_json(json, &shown->term);
    set_fingerprint(json, "sha256", shown->sha256, sizeof shown->sha256);
    set_fingerprint(json, "sha1", shown->sha1, sizeof shown->sha1);
    if (shown->holder.name.len + shown->holder.address.len + shown->holder.birth_date.len > 0)
        json_object_set_new(json, "holder", holder_json(&shown->holder));
    if (shown->is_ca) {
        json_object_set_new(json, "published", json_boolean(shown->published != NULL));
        set_text(json, "compare_at", mn_shown_where_to_compare(shown));
    }
    if (detail)
        set_details(json, d);
    return json;
}
