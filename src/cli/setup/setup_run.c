#include "cli/setup/setup_run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/message.h"
#include "cli/printable.h"
#include "cli/setup/profile_hold.h"
#include "cli/prompt.h"
#include "cli/setup/setup_change.h"
#include "cli/verb.h"

/* The changes to make, and what keeps the program out meanwhile. */
struct plan {
    struct mn_setup_change *changes;
    int *holds; /* -1: none needed */
    size_t len;
    bool told; /* why nothing can be done somewhere */
};

/* --- what to change --- */

static void plan_free(struct plan *plan)
{
    for (size_t i = 0; i < plan->len; i++) {
        mn_setup_change_free(&plan->changes[i]);
        if (plan->holds[i] >= 0)
            close(plan->holds[i]);
    }
    free(plan->changes);
    free(plan->holds);
}

static bool is_sandboxed(const struct mn_setup_place *place)
{
    return strcmp(place->package, "native") != 0;
}

static void tell_sandbox(const struct mn_setup_call *call, const struct mn_setup_place *place)
{
    fprintf(stderr,
            _("mynakey: this %s is a %s: its sandbox sees neither the module nor, without leave, "
              "the card\nreader. No way in is known that is proved to work. The %s of the "
              "distribution's packages or of\nits makers' archive has no such sandbox.\n"),
            call->program->title, place->package, call->program->title);
}

/* Is there something to do here, as far as can be told without looking into the file's text? */
static bool is_worth_it(const struct mn_setup_call *call, const struct mn_setup_place *place,
                        struct plan *plan)
{
    if (place->fixed) {
        printf(_("%s: the system has it already, in %s.\n"), call->program->title,
               mn_printable(place->file));
        return false;
    }
    if (is_sandboxed(place) && !call->request.undo) {
        tell_sandbox(call, place);
        plan->told = true;
        if (!call->request.profile)
            return false;
    }
    if (place->state == MN_SETUP_UNUSED) {
        plan->told = plan->told || call->request.profile;
        if (call->request.profile)
            fprintf(stderr,
                    _("mynakey: %s has not used the profile in %s yet; start it with that once\n"),
                    call->program->title, mn_printable(place->folder));
        return false;
    }
    if (place->state == MN_SETUP_DONE && place->found.name[0]) {
        printf(_("%s: somebody entered %s in %s, under the name '%s'. That stays as it is.\n"),
               call->program->title, mn_printable(place->found.library), mn_printable(place->file),
               mn_printable(place->found.name));
        return false;
    }
    if (place->found.through_p11_kit && !call->request.undo)
        printf(_("%s: in %s p11-kit's proxy is entered, which offers the module already; its "
                 "tokens may show twice.\n"),
               call->program->title, mn_printable(place->file));
    return true;
}

static mn_rc plan_place(const struct mn_setup_call *call, const struct mn_setup_place *place,
                        struct mn_setup_change *change)
{
    const struct mn_setup_words words = {
        .library = mn_setup_library(call->token),
        .hosts = call->request.hosts,
        .folder = place->folder,
    };
    mn_rc rc = call->request.undo ? mn_setup_change_undo(change, place->file, place->edit)
                                  : mn_setup_change_add(change, place->file, place->edit, &words);

    if (rc)
        fprintf(stderr, "mynakey: %s: %s\n", mn_printable(place->file), mn_message_rc(rc));
    return rc;
}

static void tell_holder(const struct mn_setup_call *call, const struct mn_setup_place *place,
                        pid_t holder)
{
    if (holder > 0)
        fprintf(stderr,
                _("mynakey: %s is running (process %d) and has the profile in %s open.\nClose it, "
                  "then do this again. Nothing was changed.\n"),
                call->program->title, (int)holder, mn_printable(place->folder));
    else
        fprintf(stderr,
                _("mynakey: %s is running and has the profile in %s open.\nClose it, then do this "
                  "again. Nothing was changed.\n"),
                call->program->title, mn_printable(place->folder));
}

/* Two ways may lead to one file. */
static bool is_planned(const struct plan *plan, const char *file)
{
    for (size_t i = 0; i < plan->len; i++)
        if (strcmp(plan->changes[i].file, file) == 0)
            return true;
    return false;
}

/* Plans for a place, and keeps its program out from then on; what was read just before is compared
 * when it is written. One that is running is no matter where nothing is to be changed. What
 * supports a place is kept with that: letting go of a folder's lock lets go of all that we have on
 * it. */
static bool plan_held_place(const struct mn_setup_call *call, const struct mn_setup_place *place,
                            struct plan *plan)
{
    struct mn_setup_change *change = &plan->changes[plan->len];
    pid_t holder = 0;
    int fd = -1;
    bool good = plan_place(call, place, change) == MN_OK;

    if (!good || mn_setup_change_is_none(change) || is_planned(plan, change->file)) {
        mn_setup_change_free(change);
        return good;
    }
    good = place->supporting || mn_profile_hold(place->folder, &fd, &holder);
    if (!good)
        tell_holder(call, place, holder);
    plan->holds[plan->len++] = fd;
    return good && mn_setup_change_is_possible(change);
}

/* For a program that nothing keeps out. */
static bool is_closed(const struct mn_setup_call *call)
{
    if (!call->program->is_running || !call->program->is_running())
        return true;
    fprintf(stderr,
            _("mynakey: %s is running. Close it, then do this again. Nothing was changed.\n"),
            call->program->title);
    return false;
}

static bool make_plan(const struct mn_setup_call *call, const struct mn_setup_places *places,
                      struct plan *plan)
{
    bool wanted = false;

    plan->changes = calloc(places->len + 1, sizeof *plan->changes);
    plan->holds = calloc(places->len + 1, sizeof *plan->holds);
    if (!plan->changes || !plan->holds) {
        fprintf(stderr, "mynakey: %s\n", mn_message_rc(MN_E_MEMORY));
        return false;
    }
    for (size_t i = 0; i < places->len; i++) {
        /* What supports a place goes with it. */
        wanted = places->at[i].supporting ? wanted : is_worth_it(call, &places->at[i], plan);
        if (wanted && !plan_held_place(call, &places->at[i], plan))
            return false;
    }
    return plan->len == 0 || is_closed(call);
}

/* --- changing it --- */

static bool make_changes(const struct mn_setup_call *call, const struct plan *plan)
{
    printf(call->request.undo ? _("%s: this is taken back:\n") : _("%s: this is changed:\n"),
           call->program->title);
    for (size_t i = 0; i < plan->len; i++)
        mn_setup_change_print(&plan->changes[i]);
    fflush(stdout);
    /* Between the question and the answer it may have been started. */
    if (!mn_prompt_confirm(_("Go on?"), call->yes) || !is_closed(call))
        return false;
    for (size_t i = 0; i < plan->len; i++) {
        if (mn_setup_change_make(&plan->changes[i]))
            continue;
        for (size_t done = 0; done < i; done++)
            fprintf(stderr, _("mynakey: %s was changed already; --undo takes it back\n"),
                    mn_printable(plan->changes[done].file));
        return false;
    }
    printf(_("Done.\n"));
    return true;
}

/* The advice, with the library's path where it is named. */
void mn_setup_print_advice(const struct mn_setup_call *call)
{
    static const char name[] = "LIBRARY";
    const char *text = gettext(call->program->advice);
    const char *place;

    for (; (place = strstr(text, name)); text = place + sizeof name - 1)
        printf("%.*s%s", (int)(place - text), text, mn_setup_library(call->token));
    puts(text);
}

static bool is_set_up(const struct mn_setup_places *places)
{
    for (size_t i = 0; i < places->len; i++)
        if (places->at[i].state == MN_SETUP_DONE)
            return true;
    return false;
}

/* Nothing had to be changed: is that well? */
static int end_without_change(const struct mn_setup_call *call, const struct plan *plan,
                              const struct mn_setup_places *places)
{
    if (call->request.undo) {
        printf(_("%s: there is nothing of mynakey to take back.\n"), call->program->title);
        return MN_EXIT_OK;
    }
    if (!is_set_up(places)) {
        if (!plan->told)
            fprintf(stderr, "mynakey: %s\n", gettext(call->program->missing));
        fprintf(stderr, _("mynakey: nothing was changed\n"));
        return MN_EXIT_FAILED;
    }
    printf(_("%s: it is set up already; nothing was changed.\n"), call->program->title);
    return MN_EXIT_OK;
}

int mn_setup_run(const struct mn_setup_call *call)
{
    struct mn_setup_places places = {0};
    struct plan plan = {0};
    int status = MN_EXIT_FAILED;
    mn_rc rc = call->program->find(call->program, &call->request, &places);

    if (rc) {
        if (rc != MN_E_ARGUMENT)
            fprintf(stderr, "mynakey: %s: %s\n", call->program->title, mn_message_rc(rc));
        goto out;
    }
    if (places.len == 0 && call->request.profile) {
        fprintf(stderr, _("mynakey: %s has no profile '%s'; 'mynakey setup --list' lists them\n"),
                call->program->title, mn_printable(call->request.profile));
        goto out;
    }
    if (!make_plan(call, &places, &plan))
        goto out;
    if (plan.len == 0) {
        status = end_without_change(call, &plan, &places);
        goto out;
    }
    if (!make_changes(call, &plan))
        goto out;
    if (!call->request.undo && !call->program->writes_on_request)
        mn_setup_print_advice(call);
    status = MN_EXIT_OK;
out:
    plan_free(&plan);
    mn_setup_places_free(&places);
    return status;
}
