/* What `mynakey show` says to people. */
#include <stdio.h>
#include <string.h>

#include "cli/colour.h"
#include "cli/japanese_date.h"
#include "cli/message.h"
#include "cli/owner/rows.h"
#include "cli/owner/shown_certificate.h"
#include "cli/printable.h"

/* --- the holder --- */

static const char *field_text(const struct mn_bytes *field)
{
    return mn_printable_span(mn_bytes_span(field));
}

static const char *sex_text(const struct mn_bytes *sex)
{
    if (sex->len == 1 && sex->ptr[0] == '1')
        return _("male");
    if (sex->len == 1 && sex->ptr[0] == '2')
        return _("female");
    return _("unknown, or not applicable");
}

/* Does the era that the certificate names go with the date? The day on which one follows the other
 * belongs to both. */
static bool era_fits(const struct mn_jpki_holder *holder, const struct mn_date *date)
{
    int year = 0;
    const struct mn_era *named = mn_era_of_number(holder->birth_date.ptr[0] - '0');
    const struct mn_era *counted = mn_date_era(date, &year);
    struct mn_date before = {date->year, date->month, date->day - 1};
    if (!named || named == counted)
        return holder->birth_date.ptr[0] == '0' || named;
    return date->day > 1 && mn_date_era(&before, &year) == named;
}

static void add_birth(struct mn_rows *rows, const struct mn_jpki_holder *holder)
{
    struct mn_date date;
    const char *label = _("Date of birth");
    if (!mn_jpki_holder_birth(holder, &date.year, &date.month, &date.day))
        mn_rows_add(rows, label, "%s", field_text(&holder->birth_date));
    else if (mn_date_exists(&date) && era_fits(holder, &date))
        mn_rows_add(rows, label, "%s", mn_date_text(&date));
    else if (mn_date_exists(&date))
        mn_rows_add(rows, label, _("%s\n(the certificate names another era for this day)"),
                    mn_date_text(&date));
    else if (date.year > 0)
        mn_rows_add(rows, label, _("%04d, month or day not known"), date.year);
    else
        mn_rows_add(rows, label, _("not known"));
}

/* The length of the UTF-8 character at the beginning of text. */
static size_t character_len(struct mn_span text)
{
    size_t len = text.len > 0;
    while (len < text.len && (text.ptr[len] & 0xC0) == 0x80)
        len++;
    return len;
}

/* Which characters stand for others that the certificate cannot hold? */
static void add_substitutes(struct mn_rows *rows, const struct mn_bytes *field,
                            const struct mn_bytes *digits)
{
    struct mn_span text = mn_bytes_span(field);
    for (size_t n = 0; n < digits->len; n++) {
        size_t len = character_len(text);
        if (digits->ptr[n] != '0')
            mn_rows_add(rows, "",
                        _("(character %zu, '%s', stands for another one: the card's face has it)"),
                        n + 1, mn_printable_span(mn_span(text.ptr, len)));
        text = mn_span(text.ptr + len, text.len - len);
    }
}

static void add_holder(struct mn_rows *rows, const struct mn_jpki_holder *holder)
{
    if (holder->name.len > 0)
        mn_rows_add(rows, _("Name"), "%s", field_text(&holder->name));
    add_substitutes(rows, &holder->name, &holder->name_substitutes);
    if (holder->address.len > 0)
        mn_rows_add(rows, _("Address"), "%s", field_text(&holder->address));
    add_substitutes(rows, &holder->address, &holder->address_substitutes);
    if (holder->birth_date.len > 0)
        add_birth(rows, holder);
    if (holder->sex.len > 0)
        mn_rows_add(rows, _("Sex"), "%s", sex_text(&holder->sex));
}

/* --- the basic view --- */

/* In lines of 16 bytes. */
static void add_fingerprint(struct mn_rows *rows, const char *label, const uint8_t *bytes,
                            size_t len)
{
    char text[3 * MN_FINGERPRINT_BYTES + 1];
    for (size_t i = 0; i < len; i++)
        snprintf(text + 3 * i, 4, "%02X%c", bytes[i], i % 16 == 15 ? '\n' : ':');
    text[3 * len - 1] = '\0';
    mn_rows_add(rows, label, "%s", text);
}

static void add_basics(struct mn_rows *rows, const struct mn_shown *shown)
{
    const struct mn_description *d = &shown->description;
    char from[MN_INSTANT_ROOM], until[MN_INSTANT_ROOM];
    mn_instant_text(shown->term.from, from);
    mn_instant_text(shown->term.until, until);
    add_holder(rows, &shown->holder);
    mn_rows_add(rows, _("Issued to"), "%s", mn_printable(d->subject));
    mn_rows_add(rows, _("Issued by"), "%s", mn_printable(d->issuer));
    mn_rows_add(rows, _("Serial number"), "%s", d->serial);
    mn_rows_add(rows, _("Valid from"), "%s", from);
    mn_rows_add(rows, _("Valid until"), "%s", until);
    add_fingerprint(rows, "SHA-256", shown->sha256, sizeof shown->sha256);
    add_fingerprint(rows, "SHA-1", shown->sha1, sizeof shown->sha1);
}

static void print_published(FILE *out, const struct mn_shown *shown, bool colour)
{
    fputs(mn_colour(colour, shown->published ? MN_COLOUR_GOOD : MN_COLOUR_WARNING), out);
    if (shown->published)
        fprintf(out, _("The SHA-256 fingerprint is the one that JPKI has published for %s."),
                shown->published->name);
    else
        fprintf(out, _("The SHA-256 fingerprint is none of those that JPKI has published and that "
                       "are\nknown here."));
    fputs(mn_colour_end(colour), out);
    fprintf(out, _("\nCompare it yourself: %s\n"), mn_shown_where_to_compare(shown));
}

/* --- the detailed view --- */

static void add_details(struct mn_rows *rows, const struct mn_description *d)
{
    mn_rows_add(rows, _("Version"), "%u", d->version);
    mn_rows_add(rows, _("Public key"), "%s", d->public_key);
    mn_rows_add(rows, _("Signed by its issuer with"), "%s", d->signature_algorithm);
}

static void print_line(FILE *out, const struct mn_described_line *line)
{
    fputs("    ", out);
    if (line->label)
        fprintf(out, "%s: ", gettext(line->label));
    fputs(mn_printable(line->text), out);
    if (line->meaning)
        fprintf(out, _(" (%s)"), gettext(line->meaning));
    if (line->oid[0] && strcmp(line->oid, line->text) != 0)
        fprintf(out, " [%s]", line->oid);
    fputc('\n', out);
}

static void print_extension(FILE *out, const struct mn_described_extension *extension, bool colour)
{
    const char *title = extension->title ? gettext(extension->title) : _("Unknown extension");
    fprintf(out, "\n  %s%s%s", mn_colour(colour, MN_COLOUR_TITLE), title, mn_colour_end(colour));
    fprintf(out, " [%s%s%s]", extension->name ? extension->name : "", extension->name ? " " : "",
            extension->oid);
    if (extension->critical)
        fprintf(out, _(", critical"));
    fputc('\n', out);
    for (size_t i = 0; i < extension->len; i++)
        print_line(out, &extension->lines[i]);
}

void mn_shown_print(FILE *out, const struct mn_shown *shown, bool detail, bool colour)
{
    struct mn_rows rows = {0};
    fprintf(out, "%s%s%s", mn_colour(colour, MN_COLOUR_TITLE), shown->chosen->title,
            mn_colour_end(colour));
    fputs(shown->chosen->is_copy ? _(" (the copy that is kept here)\n") : "\n", out);
    add_basics(&rows, shown);
    if (detail)
        add_details(&rows, &shown->description);
    mn_rows_print(out, &rows);
    mn_rows_release(&rows);
    for (size_t i = 0; detail && i < shown->description.len; i++)
        print_extension(out, &shown->description.extensions[i], colour);
    fputc('\n', out);
    mn_term_print(out, &shown->term, colour);
    fputc('\n', out);
    if (shown->is_ca)
        print_published(out, shown, colour);
}
