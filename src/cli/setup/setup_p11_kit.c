/* p11-kit: the system's file, which the installation puts where p11-kit looks, else the person's
 * own. Root has none of its own: p11-kit does not look into root's home. */
#include "cli/setup/setup_programs.h"

#include <stdio.h>
#include <unistd.h>

#include "cli/home_folder.h"

#define FILE_NAME "mynakey.module"

static const char *const system_folders[] = {MN_P11_KIT_FOLDERS};

mn_rc mn_setup_find_p11_kit(const struct mn_setup_program *program,
                            const struct mn_setup_request *request, struct mn_setup_places *out)
{
    struct mn_setup_place place = {
        .edit = &mn_edit_p11_kit, .package = "native", .makes_file = true};

    (void)program;
    (void)request;
    for (size_t i = 0; i < sizeof system_folders / sizeof system_folders[0]; i++) {
        snprintf(place.folder, sizeof place.folder, "%s", system_folders[i]);
        if (!mn_path_join(place.folder, FILE_NAME, place.file) || access(place.file, F_OK) != 0)
            continue;
        place.fixed = true;
        return mn_setup_places_append(out, &place);
    }
    if (geteuid() == 0 || !mn_home_path(MN_HOME_CONFIG, "pkcs11/modules", place.folder) ||
        !mn_path_join(place.folder, FILE_NAME, place.file))
        return MN_OK;
    return mn_setup_places_append(out, &place);
}
