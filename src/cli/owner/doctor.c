#include "cli/owner/doctor.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "cli/colour.h"
#include "cli/message.h"
#include "cli/option.h"
#include "cli/verb.h"

static void print_help(void)
{
    printf(_("Usage: mynakey doctor [--json] [--root FOLDER]\n\n"
             "Looks why a card cannot be used: the smart card service and whether you may use\n"
             "it, drivers, the kernel's hold on a reader, the card, the programs. Names the\n"
             "command that mends each finding, and changes nothing itself. Asks for no PIN.\n\n"
             "  --json         the same for programs\n"
             "  --root FOLDER  look at the system's files below FOLDER\n\n"
             "Exit status: 0 nothing is wrong, 1 something is, 3 nothing but that no My Number\n"
             "Card was found, 2 usage.\n"));
}

static const char *word_of(enum mn_finding_state state)
{
    if (state == MN_FINDING_GOOD)
        return _("good");
    return state == MN_FINDING_HINT ? _("look") : _("WRONG");
}

static const char *name_of(enum mn_finding_state state)
{
    if (state == MN_FINDING_GOOD)
        return "good";
    return state == MN_FINDING_HINT ? "hint" : "bad";
}

static enum mn_colour colour_of(enum mn_finding_state state)
{
    if (state == MN_FINDING_GOOD)
        return MN_COLOUR_GOOD;
    return state == MN_FINDING_HINT ? MN_COLOUR_WARNING : MN_COLOUR_BAD;
}

static void print_remedy(const char *remedy)
{
    for (const char *line = remedy; line && *line;) {
        size_t len = strcspn(line, "\n");
        printf("    %.*s\n", (int)len, line);
        line += len + (line[len] == '\n');
    }
}

static bool print_text(const struct mn_findings *all)
{
    bool colour = mn_colour_wanted(STDOUT_FILENO);
    for (size_t i = 0; i < all->len; i++) {
        const struct mn_finding *f = &all->at[i];
        printf("%s%s%s: %s\n", mn_colour(colour, colour_of(f->state)), word_of(f->state),
               mn_colour_end(colour), f->text);
        print_remedy(f->remedy);
    }
    return true;
}

static bool print_json(const struct mn_findings *all)
{
    json_t *findings = json_array();
    for (size_t i = 0; i < all->len; i++) {
        const struct mn_finding *f = &all->at[i];
        json_array_append_new(findings,
                              json_pack("{s:s, s:s, s:s, s:s?}", "about", f->about, "state",
                                        name_of(f->state), "text", f->text, "remedy", f->remedy));
    }
    json_t *root = json_pack("{s:o}", "findings", findings);
    bool done = root && json_dumpf(root, stdout, JSON_INDENT(2)) == 0 && putchar('\n') != EOF;
    json_decref(root);
    return done;
}

static int status_of(const struct mn_findings *all)
{
    for (size_t i = 0; i < all->len; i++)
        if (all->at[i].state == MN_FINDING_BAD)
            return MN_EXIT_FAILED;
    return all->has_card ? MN_EXIT_OK : MN_EXIT_NO_CARD;
}

int mn_verb_doctor(int argc, char **argv)
{
    static struct mn_findings findings;
    const char *root = "";
    bool json = false;
    const struct mn_option words[] = {{"json", .set = &json}, {"root", .word = &root}, {0}};
    int status = mn_options_read(argc, argv, words, print_help);
    if (status >= 0)
        return status;
    if (!mn_options_end(argc, argv, "doctor"))
        return MN_EXIT_USAGE;
    mn_doctor_look(root, MN_MODULE_PATH, &findings);
    bool printed = (json ? print_json : print_text)(&findings);
    if (!printed || fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, _("mynakey: the output could not be written\n"));
        return MN_EXIT_FAILED;
    }
    return status_of(&findings);
}
