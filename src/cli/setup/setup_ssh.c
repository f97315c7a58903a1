/* OpenSSH: the person's own settings. */
#include "cli/setup/setup_programs.h"

#include <sys/stat.h>

#include "cli/home_folder.h"

mn_rc mn_setup_find_ssh(const struct mn_setup_program *program,
                        const struct mn_setup_request *request, struct mn_setup_places *out)
{
    struct mn_setup_place place = {.edit = &mn_edit_ssh, .package = "native", .makes_file = true};

    (void)program;
    (void)request;
    if (!mn_home_path(MN_HOME, ".ssh", place.folder) ||
        !mn_path_join(place.folder, "config", place.file))
        return MN_OK;
    return mn_setup_places_append(out, &place);
}
