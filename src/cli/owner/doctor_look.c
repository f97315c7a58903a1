#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/message.h"
#include "cli/owner/doctor.h"
#include "cli/owner/usb_readers.h"
#include "cli/printable.h"
#include "cli/readers.h"
#include "cli/setup/setup_programs.h"

#define RESTART "sudo systemctl restart pcscd.socket pcscd.service"

__attribute__((format(printf, 5, 6))) static void add(struct mn_findings *all, const char *about,
                                                      enum mn_finding_state state,
                                                      const char *remedy, const char *text, ...)
{
    va_list arguments;
    if (all->len == MN_FINDINGS_MAX)
        return;
    struct mn_finding *finding = &all->at[all->len++];
    *finding = (struct mn_finding){.about = about, .state = state, .remedy = remedy};
    va_start(arguments, text);
    vsnprintf(finding->text, sizeof finding->text, text, arguments);
    va_end(arguments);
}

/* --- the service --- */

static void look_for_pcscd(const char *root, struct mn_findings *all)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/usr/sbin/pcscd", root);
    if (access(path, X_OK) == 0)
        add(all, "service", MN_FINDING_BAD, "sudo systemctl enable --now pcscd.socket",
            _("The smart card service (pcscd) is installed, but does not answer."));
    else
        add(all, "service", MN_FINDING_BAD, "sudo apt install pcscd libccid",
            _("The smart card service (pcscd) is not installed."));
}

/* Sessions at the machine itself are let in by the policy that pcscd brings; others are not. */
static void tell_not_allowed(struct mn_findings *all)
{
    add(all, "service", MN_FINDING_BAD,
        "printf 'polkit.addRule(function(a, s) { if (a.id.indexOf(\"org.debian.pcsc-lite.\") == 0 "
        "&& s.user == \"%s\") return \"yes\"; });\\n' \"$USER\" | "
        "sudo tee /etc/polkit-1/rules.d/50-mynakey.rules",
        _("The smart card service (pcscd) runs, but its polkit rules keep this user out: as a rule "
          "one who is logged in from afar. The command lets you in, always."));
}

/* Can the service be spoken to? */
static bool look_at_service(const char *root, mn_rc rc, struct mn_findings *all)
{
    if (rc == MN_OK)
        add(all, "service", MN_FINDING_GOOD, NULL,
            _("The smart card service (pcscd) runs, and you may use it."));
    else if (rc == MN_E_NOT_ALLOWED)
        tell_not_allowed(all);
    else if (rc == MN_E_NO_SERVICE)
        look_for_pcscd(root, all);
    else
        add(all, "service", MN_FINDING_BAD, RESTART,
            _("The smart card service (pcscd) does not work: %s."), mn_message_rc(rc));
    return rc == MN_OK;
}

/* --- readers on USB --- */

static const char *name_of(const struct mn_usb_reader *reader)
{
    return reader->name[0] ? mn_printable(reader->name) : _("a reader");
}

/* The modules below the one that has the reader hold each other: they go together. */
static void tell_held(const struct mn_usb_reader *reader, struct mn_findings *all)
{
    bool sony = reader->holder[0] == 'p' && reader->holder[1] == 'o';
    add(all, "kernel-driver", MN_FINDING_BAD,
        sony ? "echo 'blacklist port100' | sudo tee /etc/modprobe.d/mynakey-nfc.conf\n"
               "sudo modprobe -r port100\n" RESTART
             : "echo 'blacklist pn533_usb' | sudo tee /etc/modprobe.d/mynakey-nfc.conf\n"
               "sudo modprobe -r pn533_usb\n" RESTART,
        _("%s (USB %04x:%04x): the kernel's driver %s holds it, so that the smart card service "
          "cannot have it."),
        name_of(reader), reader->vendor, reader->product, reader->holder);
}

static void look_at_usb_reader(const struct mn_usb_reader *reader, bool has_ccid_driver,
                               struct mn_findings *all)
{
    const char *name = name_of(reader);
    if (reader->holder[0])
        tell_held(reader, all);
    else if (reader->is_known || (reader->is_ccid && has_ccid_driver))
        add(all, "driver", MN_FINDING_GOOD, NULL,
            _("%s (USB %04x:%04x): a driver for it is installed."), name, reader->vendor,
            reader->product);
    else if (reader->is_ccid)
        add(all, "driver", MN_FINDING_BAD, "sudo apt install libccid\n" RESTART,
            _("%s (USB %04x:%04x): its driver is not installed."), name, reader->vendor,
            reader->product);
    else if (reader->vendor == 0x072F)
        add(all, "driver", MN_FINDING_BAD, "sudo apt install libacsccid1\n" RESTART,
            _("%s (USB %04x:%04x): its maker's driver is not installed."), name, reader->vendor,
            reader->product);
    else if (reader->product == 0x0DC8 || reader->product == 0x0DC9)
        add(all, "driver", MN_FINDING_BAD, "sudo apt install libccid\n" RESTART,
            _("%s (USB %04x:%04x): a driver that knows it is not installed."), name, reader->vendor,
            reader->product);
    else
        add(all, "driver", MN_FINDING_HINT, NULL,
            _("%s (USB %04x:%04x): no driver of the smart card service that is installed knows "
              "it. Of Sony's readers, libccid serves the RC-S300."),
            name, reader->vendor, reader->product);
}

static void look_at_usb(const char *root, struct mn_findings *all)
{
    struct mn_usb_readers readers;
    mn_usb_readers_find(root, &readers);
    for (size_t i = 0; i < readers.len; i++)
        look_at_usb_reader(&readers.at[i], readers.has_ccid_driver, all);
}

/* --- readers of the service, and their cards --- */

static void look_at_card(struct mn_card_reader *reader, const char *name, struct mn_findings *all)
{
    mn_rc rc = mn_card_reader_recognise(reader);
    if (rc == MN_OK)
        add(all, "card", MN_FINDING_GOOD, NULL, _("%s: a My Number Card is in it."), name);
    else if (rc == MN_E_BUSY)
        add(all, "card", MN_FINDING_BAD, NULL,
            _("%s: another program has the card for itself. Close it, or wait for it."), name);
    else
        add(all, "card", MN_FINDING_BAD, NULL, "%s: %s", name, mn_message_rc(rc));
    all->has_card = all->has_card || rc == MN_OK;
}

static void look_at_readers(struct mn_reader_pool *pool, struct mn_findings *all)
{
    size_t connected = 0;
    for (size_t i = 0; i < mn_reader_pool_count(pool); i++) {
        struct mn_card_reader_state state;
        mn_card_reader_state(mn_reader_pool_at(pool, i), &state);
        connected += state.connected;
        if (state.connected && state.card_present)
            look_at_card(mn_reader_pool_at(pool, i), mn_printable(state.name), all);
        else if (state.connected)
            add(all, "card", MN_FINDING_HINT, NULL,
                _("%s: no card answers. If there is one, turn it: into a slot it goes chip first, "
                  "as a rule with the chip up; on a contactless reader it lies flat, alone."),
                mn_printable(state.name));
    }
    if (connected == 0)
        add(all, "reader", MN_FINDING_BAD, NULL,
            _("The smart card service shows no reader. Is one connected?"));
}

/* --- the module --- */

static bool knows_module(const struct mn_setup_program *program)
{
    const struct mn_setup_request request = {0};
    struct mn_setup_places places = {0};
    bool knows = false;
    if (program->find && program->find(program, &request, &places) == MN_OK)
        for (size_t i = 0; i < places.len; i++)
            knows = knows || places.at[i].state == MN_SETUP_DONE;
    mn_setup_places_free(&places);
    return knows;
}

static void look_at_programs(const char *module, struct mn_findings *all)
{
    bool any = false;
    if (access(module, R_OK) != 0) {
        add(all, "module", MN_FINDING_BAD, NULL, _("The module is not at %s."), module);
        return;
    }
    for (const struct mn_setup_program *p = mn_setup_programs; p->name; p++)
        if (knows_module(p)) {
            any = true;
            add(all, "program", MN_FINDING_GOOD, NULL, _("%s knows the module."), p->title);
        }
    if (!any)
        add(all, "program", MN_FINDING_HINT, "mynakey setup --list",
            _("No program knows the module yet. 'mynakey setup PROGRAM' tells it to one; the "
              "command lists them."));
}

void mn_doctor_look(const char *root, const char *module, struct mn_findings *out)
{
    struct mn_cli_readers readers;
    *out = (struct mn_findings){0};
    mn_rc rc = mn_cli_readers_open(&readers);
    if (rc == MN_OK)
        rc = mn_reader_pool_trouble(readers.pool);
    bool serves = look_at_service(root, rc, out);
    look_at_usb(root, out);
    if (serves)
        look_at_readers(readers.pool, out);
    mn_cli_readers_close(&readers);
    look_at_programs(module, out);
}
