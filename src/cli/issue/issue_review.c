#include "cli/issue/issue_review.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/columns.h"
#include "cli/message.h"

static void print_row(const char *label, const char *value)
{
    static const char *const labels[] = {N_("Name"), N_("Address"), N_("Year of birth"), N_("Mail"),
                                         N_("Key"),  N_("Valid"),   N_("Site")};
    size_t width = 0;
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++)
        if (mn_columns(gettext(labels[i])) > width)
            width = mn_columns(gettext(labels[i]));
    mn_columns_print(stdout, label, width, value);
}

static void date_text(time_t date, char text[16])
{
    struct tm tm = {0};
    localtime_r(&date, &tm);
    strftime(text, 16, "%Y-%m-%d", &tm);
}

static void print_validity(const struct mn_issue_review *review)
{
    char from[16], to[16], text[64];
    date_text(review->not_before, from);
    date_text(review->not_after, to);
    snprintf(text, sizeof text, _("%s to %s"), from, to);
    print_row(_("Valid"), text);
}

/* The length of the UTF-8 character at the beginning of text. */
static size_t character_len(struct mn_span text)
{
    size_t len = text.len > 0;
    while (len < text.len && (text.ptr[len] & 0xC0) == 0x80)
        len++;
    return len;
}

/* substitutes has one digit a character of text, 0 where it is the right one; or it is empty. */
static void print_substitutes(struct mn_span text, struct mn_span substitutes, bool is_name)
{
    for (size_t n = 0; n < substitutes.len; n++) {
        size_t len = character_len(text);
        if (substitutes.ptr[n] != '0')
            printf(is_name
                       ? _("Warning: character %d of the name, '%.*s', stands for one that the\n"
                           "card's certificate cannot hold. It is taken over as it is.\n")
                       : _("Warning: character %d of the address, '%.*s', stands for one that the\n"
                           "card's certificate cannot hold. It is taken over as it is.\n"),
                   (int)n + 1, (int)len, (const char *)text.ptr);
        text = mn_span(text.ptr + len, text.len - len);
    }
}

static void print_field(const char *label, const struct mn_bytes *field)
{
    char *text = strndup((const char *)field->ptr, field->len);
    print_row(label, text ? text : "");
    free(text);
}

void mn_issue_review_print(const struct mn_issue_review *review)
{
    const struct mn_issue_options *options = review->options;
    const struct mn_jpki_holder *holder = review->holder;
    char year[16];
    printf(_("This will be in your certificate, and everybody who gets it can read it:\n"));
    print_field(_("Name"), &holder->name);
    print_field(_("Address"), &holder->address);
    if (review->birth_year) {
        snprintf(year, sizeof year, "%04d", review->birth_year);
        print_row(_("Year of birth"), year);
    }
    if (options->own_mail)
        print_row(_("Mail"), options->own_mail);
    print_row(_("Key"), mn_key_choice_name(options->key));
    print_validity(review);
    if (options->site)
        print_row(_("Site"), options->site);
    print_substitutes(mn_bytes_span(&holder->name), mn_bytes_span(&holder->name_substitutes), true);
    print_substitutes(mn_bytes_span(&holder->address), mn_bytes_span(&holder->address_substitutes),
                      false);
    if (review->not_after == review->card_not_after)
        printf(_("It ends with the certificate on the card.\n"));
    printf(_("The file %s.mnsgn has the card's own certificate in it, with your date of birth and\n"
             "your sex. Give it only to whom you would give those.\n"),
           options->out);
    printf(
        review->published_root
            ? _("The card's certificate comes from a published CA of JPKI; whether it was revoked\n"
                "was not checked.\n")
            : _("The card's certificate was checked with the CA certificate that you gave, which\n"
                "is not one of JPKI's published ones.\n"));
}
