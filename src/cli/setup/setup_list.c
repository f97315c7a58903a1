/* What `mynakey setup --list` says. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "cli/message.h"
#include "cli/printable.h"
#include "cli/setup/setup_programs.h"

static const struct mn_setup_request everything;

static bool is_there(const char *path)
{
    return access(path, R_OK) == 0;
}

/* --- text --- */

static void print_state(const struct mn_setup_place *place)
{
    const char *library = place->found.library;

    switch (place->state) {
    case MN_SETUP_ABSENT:
        printf(_("not set up"));
        break;
    case MN_SETUP_UNUSED:
        printf(_("not used yet"));
        break;
    case MN_SETUP_UNREADABLE:
        printf(_("its file cannot be read"));
        break;
    case MN_SETUP_DONE:
        printf(is_there(library) ? _("set up with %s") : _("set up with %s, which is not there"),
               mn_printable(library));
        if (place->found.name[0])
            printf(_(", under the name '%s'"), mn_printable(place->found.name));
        break;
    }
    putchar('\n');
    if (place->found.through_p11_kit)
        printf(_("    (p11-kit's proxy, which is entered there, offers the module too)\n"));
}

static void print_place(const struct mn_setup_place *place)
{
    const char *name = place->profile[0] ? place->profile : place->folder;

    if (strcmp(place->package, "native") == 0)
        printf("  %s: ", mn_printable(name));
    else
        printf("  %s (%s): ", mn_printable(name), place->package);
    print_state(place);
}

static void print_program(const struct mn_setup_program *program,
                          const struct mn_setup_places *places)
{
    if (places->len == 0) {
        printf(_("%s: not found\n"), program->title);
        return;
    }
    printf("%s:\n", program->title);
    for (size_t i = 0; i < places->len; i++)
        if (!places->at[i].supporting)
            print_place(&places->at[i]);
}

/* --- JSON --- */

static const char *const state_names[] = {
    [MN_SETUP_ABSENT] = "absent",
    [MN_SETUP_DONE] = "done",
    [MN_SETUP_UNUSED] = "unused",
    [MN_SETUP_UNREADABLE] = "unreadable",
};

static json_t *place_json(const struct mn_setup_place *place)
{
    json_t *json =
        json_pack("{s:s, s:s, s:s, s:s, s:b}", "package", place->package, "folder",
                  mn_printable(place->folder), "file", mn_printable(place->file), "state",
                  state_names[place->state], "registered", place->state == MN_SETUP_DONE);

    if (json && place->profile[0])
        json_object_set_new(json, "profile", json_string(mn_printable(place->profile)));
    if (json && place->state == MN_SETUP_DONE) {
        json_object_set_new(json, "library", json_string(mn_printable(place->found.library)));
        json_object_set_new(json, "library_present", json_boolean(is_there(place->found.library)));
    }
    if (json && place->found.name[0])
        json_object_set_new(json, "name", json_string(mn_printable(place->found.name)));
    return json;
}

static json_t *program_json(const struct mn_setup_program *program,
                            const struct mn_setup_places *places)
{
    json_t *list = json_array();

    for (size_t i = 0; i < places->len; i++)
        if (!places->at[i].supporting)
            json_array_append_new(list, place_json(&places->at[i]));
    return json_pack("{s:s, s:b, s:o}", "program", program->name, "found", places->len > 0,
                     "places", list);
}

static bool print_json(json_t *programs)
{
    json_t *root =
        json_pack("{s:s, s:b, s:O}", "module", mn_setup_library(MN_SETUP_BOTH), "module_installed",
                  is_there(mn_setup_library(MN_SETUP_BOTH)), "programs", programs);
    bool done = root && json_dumpf(root, stdout, JSON_INDENT(2)) == 0 && putchar('\n') != EOF;

    json_decref(root);
    return done;
}

bool mn_setup_list(bool json)
{
    json_t *programs = json_array();
    bool done = programs;

    for (const struct mn_setup_program *p = mn_setup_programs; done && p->name; p++) {
        struct mn_setup_places places = {0};
        mn_rc rc = p->find ? p->find(p, &everything, &places) : MN_OK;
        if (rc)
            fprintf(stderr, "mynakey: %s: %s\n", p->title, mn_message_rc(rc));
        else if (json && p->find)
            json_array_append_new(programs, program_json(p, &places));
        else if (!json && p->find)
            print_program(p, &places);
        else if (!json)
            printf(_("%s: nothing to set up; 'mynakey setup %s' tells what to type\n"), p->title,
                   p->name);
        mn_setup_places_free(&places);
    }
    if (json)
        done = print_json(programs) && done;
    json_decref(programs);
    return done;
}
