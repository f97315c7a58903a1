#include "persona.h"

#include <string.h>

#include "cardsim.h"

#define ALL (-1)

static const struct cardsim_persona personas[] = {
    {"fresh", "", ALL, ALL, "a plastic card as it comes from the town office"},
    {"last-try-auth", "", 1, ALL, "one try left for the authentication PIN"},
    {"last-try-sign", "", ALL, 1, "one try left for the signing password"},
    {"auth-blocked", "", 0, ALL, "authentication PIN blocked"},
    {"sign-blocked", "", ALL, 0, "signing password blocked"},
    {"no-sign-certificate", "sign_certificate=empty sign_pin=unset", ALL, 0,
     "a child's card: no signing certificate, its password never set"},
    {"expired", "certificates=expired", ALL, ALL, "both certificates have expired"},
    {"substituted", "certificates=substituted", ALL, ALL,
     "another person, with substitute characters; 80 days left of the signing certificate"},
    {"juki", "label=JPKIAPICCTOKEN ef0008=0 auth_role=0", ALL, ALL,
     "the predecessor, with the signing role only"},
    {"phone", "label=JPKIAPGPSETOKEN jpki_only=1 auth_certificate_needs_pin=1 atr=3B80800101", ALL,
     ALL, "a phone that acts as a card"},
    {"foreign", "my_number_card=0 atr=3B80800101", ALL, ALL, "another card altogether"},
    {"short-apdu", "extended=0", ALL, ALL, "takes no extended-length commands"},
    {"no-sfi", "sfi=0", ALL, ALL, "takes no short EF ids"},
    {"no-pss", "pss=0", ALL, ALL, "has no PSS schemes"},
    {"forged-text", "altered=address", ALL, ALL, "its text says another address than was signed"},
    {"forged-photo", "altered=photo", ALL, ALL, "its photograph is another than was signed"},
    {"copied", "copied=1", ALL, ALL, "a copy: right files, but not the key that signs for them"},
    {"mute", "mute=1", ALL, ALL, "put in the wrong way round"},
    {"slow", "command_us=15000 byte_us=40 signature_ms=350", ALL, ALL,
     "takes as long as a card does; the only one that sleeps"},
};

#define PERSONAS (sizeof(personas) / sizeof(personas[0]))

const struct cardsim_persona *cardsim_persona_find(const char *name)
{
    for (size_t i = 0; i < PERSONAS; i++) {
        if (strcmp(personas[i].name, name) == 0)
            return &personas[i];
    }
    return NULL;
}

void cardsim_print_personas(FILE *out)
{
    for (size_t i = 0; i < PERSONAS; i++)
        fprintf(out, "%s\t%s\n", personas[i].name, personas[i].meaning);
}
