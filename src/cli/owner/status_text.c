/* What `mynakey status` says to people. */
#include <unistd.h>

#include "cli/colour.h"
#include "cli/columns.h"
#include "cli/message.h"
#include "cli/owner/status_findings.h"
#include "cli/printable.h"
#include "cli/soft/soft.h"

/* Where it goes, and whether it has colours there. */
struct page {
    FILE *out;
    bool colour;
};

static const char *const pin_names[MN_ROLE_COUNT] = {
    [MN_ROLE_AUTH] = N_("Authentication PIN (4 digits)"),
    [MN_ROLE_SIGN] = N_("Signature password (6 to 16 of A-Z 0-9)"),
};

static const char *const certificate_names[MN_ROLE_COUNT] = {
    [MN_ROLE_AUTH] = N_("Authentication certificate"),
    [MN_ROLE_SIGN] = N_("Signing certificate"),
};

static void print_title(const struct page *page, const char *title)
{
    fprintf(page->out, "%s%s%s", mn_colour(page->colour, MN_COLOUR_TITLE), title,
            mn_colour_end(page->colour));
}

static size_t widest(const char *const *names, size_t len)
{
    size_t width = 0;
    for (size_t i = 0; i < len; i++)
        if (mn_columns(gettext(names[i])) > width)
            width = mn_columns(gettext(names[i]));
    return width;
}

static size_t width_of_labels(void)
{
    size_t pins = widest(pin_names, MN_ROLE_COUNT);
    size_t certificates = widest(certificate_names, MN_ROLE_COUNT);
    return pins > certificates ? pins : certificates;
}

static void print_label(const struct page *page, const char *label)
{
    mn_columns_label(page->out, label, width_of_labels());
}

/* --- tries --- */

static enum mn_colour colour_of_tries(int tries, unsigned most)
{
    if (tries <= 1)
        return MN_COLOUR_BAD;
    return tries < (int)most ? MN_COLOUR_WARNING : MN_COLOUR_GOOD;
}

static void print_counter(const struct page *page, int tries, unsigned most)
{
    fputs(mn_colour(page->colour, colour_of_tries(tries, most)), page->out);
    if (tries == 0)
        fprintf(page->out, _("BLOCKED: the municipal office can set a new one"));
    else if (tries == 1)
        fprintf(page->out, _("1 of %u tries left: one more mistake blocks it"), most);
    else
        fprintf(page->out, _("%d of %u tries left"), tries, most);
    fputs(mn_colour_end(page->colour), page->out);
}

static void print_tries(const struct page *page, enum mn_role id, const struct mn_role_survey *role)
{
    print_label(page, gettext(pin_names[id]));
    if (!role->has_certificate)
        fprintf(page->out, _("not set"));
    else if (role->tries < 0)
        fprintf(page->out, _("the card does not tell the tries left"));
    else
        print_counter(page, role->tries, mn_role_pin(id)->tries_max);
    fputc('\n', page->out);
}

/* --- certificates --- */

static void print_advice(const struct page *page, const struct mn_term *term)
{
    if (term->state == MN_TERM_ENDS_SOON)
        fprintf(page->out, _("    The municipal office renews it from three months before its end; "
                             "take the card there.\n"));
    else if (term->state == MN_TERM_EXPIRED)
        fprintf(page->out, _("    The municipal office issues a new one; take the card there.\n"));
}

static void print_certificate(const struct page *page, enum mn_role id,
                              const struct mn_status_reader *reader)
{
    const struct mn_status_certificate *certificate = &reader->certificates[id];
    print_label(page, gettext(certificate_names[id]));
    if (!reader->survey.roles[id].has_certificate) {
        fprintf(page->out, _("none on this card\n"));
        return;
    }
    if (!certificate->readable) {
        fprintf(page->out, id == MN_ROLE_SIGN
                               ? _("shown only after its password ('mynakey show sign')\n")
                               : _("shown only after its PIN\n"));
        return;
    }
    if (certificate->name[0])
        fprintf(page->out, _("%s, "), certificate->name);
    mn_term_print(page->out, &certificate->term, page->colour);
    fputc('\n', page->out);
    print_advice(page, &certificate->term);
    if (id == MN_ROLE_SIGN)
        fprintf(page->out, _("    A copy of it is kept here ('mynakey forget' removes it).\n"));
}

/* --- readers --- */

static const char *kind_name(enum mn_card_kind kind)
{
    return kind == MN_CARD_PHONE ? _("My Number Card on a phone") : _("My Number Card");
}

static void print_reader(const struct page *page, const struct mn_status_reader *reader)
{
    fputc('\n', page->out);
    print_title(page, _("Reader:"));
    fprintf(page->out, " %s\n", mn_printable(reader->name));
    if (reader->rc) {
        fprintf(page->out, "  %s\n", mn_message_rc(reader->rc));
        return;
    }
    print_label(page, _("Card"));
    fprintf(page->out, _("%s, serial %s\n"), kind_name(reader->survey.info.kind),
            reader->survey.info.serial);
    for (int role = 0; role < MN_ROLE_COUNT; role++)
        print_tries(page, (enum mn_role)role, &reader->survey.roles[role]);
    for (int role = 0; role < MN_ROLE_COUNT; role++)
        print_certificate(page, (enum mn_role)role, reader);
}

static void print_readers(const struct page *page, const struct mn_status *status)
{
    if (status->trouble == MN_E_NO_SERVICE)
        fprintf(page->out, _("\nNo card reader can be reached: the smart card service (pcscd) does "
                             "not run.\n'mynakey doctor' tells why, and the command that mends "
                             "it.\n"));
    else if (status->trouble)
        fprintf(page->out, _("\nNo card reader can be reached: %s\n"),
                mn_message_rc(status->trouble));
    else if (status->reader_count == 0)
        fprintf(page->out,
                _("\nNo card reader was found. Is one connected? 'mynakey doctor' tells more.\n"));
    for (size_t i = 0; i < status->reader_count; i++)
        print_reader(page, &status->readers[i]);
}

/* --- programs --- */

static void print_program(const struct page *page, const struct mn_status_program *found,
                          size_t width)
{
    mn_columns_label(page->out, found->program->title, width);
    if (found->library_missing)
        fprintf(page->out, _("set up with a library that is not there: 'mynakey setup %s'"),
                found->program->name);
    else if (found->set_up == found->places)
        fprintf(page->out, _("set up"));
    else if (found->set_up > 0)
        fprintf(page->out, _("set up at %zu of %zu places ('mynakey setup --list')"), found->set_up,
                found->places);
    else
        fprintf(page->out, _("not set up: 'mynakey setup %s'"), found->program->name);
    fputc('\n', page->out);
}

static void print_programs(const struct page *page, const struct mn_status *status)
{
    size_t width = 0;
    for (size_t i = 0; i < status->program_count; i++)
        if (mn_columns(status->programs[i].program->title) > width)
            width = mn_columns(status->programs[i].program->title);
    fputc('\n', page->out);
    print_title(page, _("Programs"));
    fputc('\n', page->out);
    if (status->program_count == 0)
        fprintf(page->out, _("  none found that want to be told ('mynakey setup --list')\n"));
    for (size_t i = 0; i < status->program_count; i++)
        print_program(page, &status->programs[i], width);
}

void mn_status_print(FILE *out, const struct mn_status *status, bool colour)
{
    const struct page page = {out, colour};
    bool installed = access(MN_MODULE_PATH, R_OK) == 0;
    print_title(&page, _("Module:"));
    fprintf(out, " %s%s\n", MN_MODULE_PATH, installed ? "" : _(" (not installed there)"));
    print_readers(&page, status);
    print_programs(&page, status);
    mn_soft_print(out, colour);
}
