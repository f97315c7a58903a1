/* The applications and their elementary files: which are there, who may read or use them. */
#ifndef CARDSIM_FILES_H
#define CARDSIM_FILES_H

#include "cardsim.h"
#include "contents.h"
#include "keys.h"
#include "switches.h"

enum cardsim_file_kind {
    CARDSIM_FILE_BINARY, /* READ BINARY */
    CARDSIM_FILE_RECORD, /* READ RECORD, one record */
    CARDSIM_FILE_PIN,    /* an internal EF: a reference to verify against */
    CARDSIM_FILE_KEY,    /* an internal EF: a private key */
    CARDSIM_FILE_SECRET, /* an internal EF that we only let exist */
};

struct cardsim_file {
    uint16_t id;
    enum cardsim_file_kind kind;
    enum cardsim_content content;   /* BINARY, RECORD */
    enum cardsim_pin pin;           /* PIN */
    enum cardsim_key key;           /* KEY */
    unsigned opened_by;             /* bits of the PINs any of which gives access; 0: free */
    enum cardsim_switch exists_if;  /* where not 0: the file exists unless that switch is 0 */
    enum cardsim_switch guarded_if; /* where not 0: opened_by counts only if that switch is not 0 */
};

struct cardsim_application {
    struct mn_span aid;
    const struct cardsim_file *files;
    size_t count;
    uint16_t default_key;                      /* the file of the key that P2 = 00 names; 0: none */
    uint8_t change_cla, change_ins, change_p1; /* the command that changes a PIN */
    bool authenticates;                        /* has INTERNAL AUTHENTICATE */
};

/* The application whose name begins with aid, or, without partial, is aid. NULL. */
const struct cardsim_application *cardsim_application_find(const struct cardsim_switches *switches,
                                                           struct mn_span aid);

/* The file of that id; NULL. Every id is below 001F: the short id is the same number (ISO/IEC
 * 7816-4:2020, 7.3.2). */
const struct cardsim_file *cardsim_file_find(const struct cardsim_switches *switches,
                                             const struct cardsim_application *application,
                                             uint16_t id);

/* The PINs any of which opens the file on this card, as bits; 0: free. */
unsigned cardsim_file_guard(const struct cardsim_switches *switches,
                            const struct cardsim_file *file);

/* The application that is current when a card has got power: the issuer's security domain. */
const struct cardsim_application *cardsim_application_issuer(void);

#endif
