#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/message.h"
#include "cli/printable.h"
#include "cli/sign/key_home.h"
#include "cli/verb.h"

/* Which of the shelf's certificates is meant: of those with the name the one that can sign. */
struct choosing {
    const struct mn_signing_key_choice *choice;
    const char *name; /* NULL: any */
    unsigned wanted, usable;
    struct mn_key_home *out;
    int status;
};

typedef bool visit(struct choosing *choosing, unsigned number, struct mn_soft_entry *entry);

static bool is_wanted(const struct choosing *choosing, unsigned number,
                      const struct mn_soft_entry *entry)
{
    char digits[12];
    snprintf(digits, sizeof digits, "%u", number);
    return !choosing->name || strcmp(choosing->name, entry->label) == 0 ||
           strcmp(choosing->name, digits) == 0;
}

static void for_wanted(struct choosing *choosing, visit *what)
{
    struct mn_soft_glance glance;
    bool more = true;
    mn_soft_shelf_look(&glance);
    for (unsigned number = 1; more && number <= MN_SOFT_MAX; number++) {
        struct mn_soft_entry entry = {0};
        if (!glance.at[number] || mn_soft_shelf_read(number, &entry) != MN_OK)
            continue;
        if (is_wanted(choosing, number, &entry))
            more = what(choosing, number, &entry);
        mn_soft_entry_release(&entry);
    }
}

static bool is_usable(const struct choosing *choosing, const struct mn_soft_entry *entry,
                      const char *name)
{
    return mn_key_certificate_is_good(mn_bytes_span(&entry->certificate), name,
                                      choosing->choice->now) &&
           access(entry->path, R_OK) == 0;
}

static void name_it(unsigned number, const struct mn_soft_entry *entry, char out[MN_KEY_NAME_ROOM])
{
    snprintf(out, MN_KEY_NAME_ROOM, _("software certificate %u (%s)"), number,
             mn_printable(entry->label));
}

static bool count(struct choosing *choosing, unsigned number, struct mn_soft_entry *entry)
{
    (void)number;
    choosing->wanted++;
    choosing->usable += is_usable(choosing, entry, NULL);
    return true;
}

static bool take_usable(struct choosing *choosing, unsigned number, struct mn_soft_entry *entry)
{
    if (!is_usable(choosing, entry, NULL))
        return true;
    name_it(number, entry, choosing->out->name);
    choosing->status = mn_key_home_entry(choosing->choice, entry, choosing->out);
    return false;
}

static bool tell_why_not(struct choosing *choosing, unsigned number, struct mn_soft_entry *entry)
{
    char name[MN_KEY_NAME_ROOM];
    name_it(number, entry, name);
    if (mn_key_certificate_is_good(mn_bytes_span(&entry->certificate), name, choosing->choice->now))
        fprintf(stderr, _("mynakey: %s: its file %s is not there or cannot be read\n"), name,
                mn_printable(entry->path));
    return true;
}

static bool tell_name(struct choosing *choosing, unsigned number, struct mn_soft_entry *entry)
{
    char name[MN_KEY_NAME_ROOM];
    name_it(number, entry, name);
    if (is_usable(choosing, entry, NULL))
        fprintf(stderr, "    %s\n", name);
    return true;
}

static void tell_none(const char *name)
{
    if (name)
        fprintf(stderr,
                _("mynakey: no software certificate is called '%s'; 'mynakey soft list' shows "
                  "them\n"),
                mn_printable(name));
    else
        fprintf(stderr,
                _("mynakey: there is no software certificate to sign with. 'mynakey issue' makes "
                  "one,\n'mynakey soft add FILE.pfx' adds one, and --with names another key.\n"));
}

int mn_key_home_shelf(const struct mn_signing_key_choice *choice, struct mn_key_home *out)
{
    const char *colon = choice->where ? strchr(choice->where, ':') : NULL;
    struct choosing choosing = {
        .choice = choice, .name = colon ? colon + 1 : NULL, .out = out, .status = MN_EXIT_FAILED};
    for_wanted(&choosing, count);
    if (choosing.usable == 1) {
        for_wanted(&choosing, take_usable);
    } else if (choosing.wanted == 0) {
        tell_none(choosing.name);
    } else if (choosing.usable == 0) {
        for_wanted(&choosing, tell_why_not);
    } else {
        fprintf(stderr,
                _("mynakey: which of these? '--with soft:NAME' tells, by label or number:\n"));
        for_wanted(&choosing, tell_name);
    }
    return choosing.status;
}
