#include "cli/setup/setup_programs.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "cli/message.h"

#define FILE_MAX 0x1000000

const struct mn_setup_program mn_setup_programs[] = {
    {
        .name = "firefox",
        .title = "Firefox",
        .token = MN_SETUP_AUTH, /* it asks for the PIN of every token that it knows */
        .token_with_soft = MN_SETUP_AUTH_SOFT,
        .find = mn_setup_find_mozilla,
        .missing = N_("Firefox was not used here yet. Start Firefox once and close it again."),
        .advice =
            N_("Start Firefox: where a site wants a certificate, it asks for the PIN and offers "
               "yours."),
    },
    {
        .name = "thunderbird",
        .title = "Thunderbird",
        .token = MN_SETUP_SIGN,
        .token_with_soft = MN_SETUP_SOFT, /* which is there so that the card need not be */
        .find = mn_setup_find_mozilla,
        .missing =
            N_("Thunderbird was not used here yet. Start Thunderbird once and close it again."),
        .advice =
            N_("Start Thunderbird and choose the certificate under Account Settings, End-to-End "
               "Encryption, S/MIME."),
    },
    {
        .name = "libreoffice",
        .title = "LibreOffice",
        .token = MN_SETUP_SIGN, /* it gives one password to every token, so it has but one kind */
        .token_with_soft = MN_SETUP_SOFT,
        .find = mn_setup_find_libreoffice,
        .is_running = mn_setup_libreoffice_is_running,
        .missing = N_("LibreOffice was not used here yet. Start LibreOffice once and close it "
                      "again."),
        .advice = N_("Start LibreOffice: File, Digital Signatures asks for the password and offers "
                     "the certificate."),
    },
    {
        .name = "ssh",
        .title = "OpenSSH",
        .token = MN_SETUP_AUTH,
        .find = mn_setup_find_ssh,
        .writes_on_request = true,
        .missing = N_("There is no home folder for the settings of OpenSSH."),
        .advice =
            N_("The line for ~/.ssh/authorized_keys on the server is the one for \"JPKI "
               "Authentication\":\n"
               "    ssh-keygen -D LIBRARY\n"
               "One login:\n"
               "    ssh -I LIBRARY HOST\n"
               "Several, with the PIN asked for once:\n"
               "    ssh-add -s LIBRARY\n"
               "Always for a host, in ~/.ssh/config ('mynakey setup ssh --write --host HOST' adds "
               "it):\n"
               "    Host HOST\n"
               "        PKCS11Provider LIBRARY"),
    },
    {
        .name = "p11-kit",
        .title = "p11-kit",
        .token = MN_SETUP_BOTH,
        .find = mn_setup_find_p11_kit,
        .missing =
            N_("Root has no modules of its own in p11-kit; install mynakey, which enters the "
               "module for everybody."),
        .advice = N_("'p11-kit list-modules' shows the module; GnuTLS and others find it there."),
    },
    {
        .name = "java",
        .title = "Java",
        .token = MN_SETUP_SIGN,
        .advice = N_("Nothing to change. Write these three lines into a file:\n"
                     "    name = mynakey\n"
                     "    library = LIBRARY\n"
                     "    slotListIndex = 0\n"
                     "and name it to keytool and jarsigner:\n"
                     "    -keystore NONE -storetype PKCS11 \\\n"
                     "    -providerClass sun.security.pkcs11.SunPKCS11 -providerArg FILE"),
    },
    {
        .name = "openssl",
        .title = "OpenSSL",
        .token = MN_SETUP_BOTH,
        .advice =
            N_("Nothing to change. The engine or the provider for PKCS#11 takes in its settings "
               "the\nmodule's path, and OpenSSL the keys by URL:\n"
               "    LIBRARY\n"
               "    pkcs11:token=JPKI%20Authentication;type=private"),
    },
    {
        .name = "pam",
        .title = "PAM",
        .token = MN_SETUP_AUTH,
        .advice = N_("Only the system's administrator changes how people log in. A line for a file "
                     "in\n/etc/pam.d, with pam_p11 installed:\n"
                     "    auth required pam_p11.so LIBRARY"),
    },
    {0},
};

const struct mn_setup_program *mn_setup_program_named(const char *name)
{
    for (const struct mn_setup_program *p = mn_setup_programs; p->name; p++)
        if (strcmp(p->name, name) == 0)
            return p;
    return NULL;
}

static void look(struct mn_setup_place *place)
{
    struct mn_bytes text = {0};
    mn_rc rc = mn_file_read(place->file, FILE_MAX, &text);

    if (rc == MN_E_FILE_MISSING)
        place->state = place->makes_file ? MN_SETUP_ABSENT : MN_SETUP_UNUSED;
    else if (rc != MN_OK)
        place->state = MN_SETUP_UNREADABLE;
    else
        place->state = place->edit->find(mn_bytes_span(&text), &place->found) ? MN_SETUP_DONE
                                                                              : MN_SETUP_ABSENT;
    mn_bytes_free(&text);
}

/* A place does not have the module when what supports it is not there. */
static void join(struct mn_setup_place *main, const struct mn_setup_place *supporting)
{
    if (supporting->state == MN_SETUP_UNREADABLE ||
        (main->state == MN_SETUP_DONE && supporting->state != MN_SETUP_DONE))
        main->state = supporting->state;
}

mn_rc mn_setup_places_append(struct mn_setup_places *places, const struct mn_setup_place *place)
{
    struct mn_setup_place *more = reallocarray(places->at, places->len + 1, sizeof *more);

    if (!more)
        return MN_E_MEMORY;
    places->at = more;
    more[places->len] = *place;
    look(&more[places->len]);
    if (place->supporting)
        join(&more[places->len - 1], &more[places->len]);
    places->len++;
    return MN_OK;
}

void mn_setup_places_free(struct mn_setup_places *places)
{
    free(places->at);
    *places = (struct mn_setup_places){0};
}
