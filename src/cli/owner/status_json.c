/* What `mynakey status --json` says to programs; docs/owner.md promises the keys. */
#include <unistd.h>

#include "cli/owner/status_findings.h"
#include "cli/printable.h"
#include "cli/soft/soft.h"

static json_t *role_json(const struct mn_status_reader *reader, enum mn_role id)
{
    const struct mn_role_survey *role = &reader->survey.roles[id];
    const struct mn_status_certificate *certificate = &reader->certificates[id];
    json_t *tries = role->tries < 0 ? json_null() : json_integer(role->tries);
    json_t *one = json_pack("{s:s, s:b, s:o, s:i, s:b}", "role", mn_role_profile(id)->name,
                            "certificate", role->has_certificate, "tries_left", tries, "tries_max",
                            (int)mn_role_pin(id)->tries_max, "readable", certificate->readable);
    if (one && certificate->readable)
        mn_term_add_json(one, &certificate->term);
    if (one && certificate->name[0])
        json_object_set_new(one, "holder", json_string(certificate->name));
    return one;
}

static json_t *reader_json(const struct mn_status_reader *found)
{
    json_t *reader = json_pack("{s:s, s:b}", "reader", mn_printable(found->name), "card_present",
                               found->card_present);
    if (found->rc) {
        json_object_set_new(reader, "problem", json_string(mn_rc_name(found->rc)));
        return reader;
    }
    json_t *roles = json_array();
    for (int role = 0; role < MN_ROLE_COUNT; role++)
        json_array_append_new(roles, role_json(found, (enum mn_role)role));
    json_object_set_new(reader, "kind",
                        json_string(found->survey.info.kind == MN_CARD_PHONE ? "phone" : "card"));
    json_object_set_new(reader, "serial", json_string(found->survey.info.serial));
    json_object_set_new(reader, "model", json_string(found->survey.info.model));
    json_object_set_new(reader, "roles", roles);
    json_object_set_new(reader, "signing_certificate_remembered",
                        json_boolean(found->survey.remembered));
    return reader;
}

static json_t *program_json(const struct mn_status_program *found)
{
    return json_pack("{s:s, s:i, s:i, s:b}", "program", found->program->name, "places",
                     (int)found->places, "set_up", (int)found->set_up, "library_present",
                     !found->library_missing);
}

static json_t *status_json(const struct mn_status *status)
{
    json_t *readers = json_array(), *programs = json_array();
    for (size_t i = 0; i < status->reader_count; i++)
        json_array_append_new(readers, reader_json(&status->readers[i]));
    for (size_t i = 0; i < status->program_count; i++)
        json_array_append_new(programs, program_json(&status->programs[i]));
    json_t *root =
        json_pack("{s:s, s:b, s:o, s:o, s:o}", "module", MN_MODULE_PATH, "module_installed",
                  access(MN_MODULE_PATH, R_OK) == 0, "readers", readers, "programs", programs,
                  "software_certificates", mn_soft_json());
    if (root && status->trouble)
        json_object_set_new(root, "problem", json_string(mn_rc_name(status->trouble)));
    return root;
}

bool mn_status_print_json(FILE *out, const struct mn_status *status, bool one_line)
{
    json_t *root = status_json(status);
    bool done = root && json_dumpf(root, out, one_line ? JSON_COMPACT : JSON_INDENT(2)) == 0 &&
                fputc('\n', out) != EOF;
    json_decref(root);
    return done;
}
