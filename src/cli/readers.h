/* The readers and the cards in them, for one run of the command. */
#ifndef MN_CLI_READERS_H
#define MN_CLI_READERS_H

#include "backend/card_reader.h"
#include "base/settings.h"

struct mn_cli_readers {
    struct mn_settings settings;
    bool crypto_open;
    struct mn_reader_pool *pool;
};

/* Reads the settings, opens libcrypto and the readers, looks once which are there. What follows a
 * failure is the same: mn_cli_readers_close. After a failure of the service (MN_E_NO_SERVICE)
 * libcrypto is open all the same. */
mn_rc mn_cli_readers_open(struct mn_cli_readers *readers);

/* The same over a source of readers that tap may put another in place of, which hands on to it. A
 * tap that fails has closed it. */
mn_rc mn_cli_readers_open_tapped(struct mn_cli_readers *readers,
                                 mn_rc (*tap)(void *context, struct mn_readers *source),
                                 void *context);
void mn_cli_readers_close(struct mn_cli_readers *readers);

/* The reader with the one My Number Card; where there are several, that whose name has wanted in it
 * (NULL: any). Sends no PIN. MN_E_ARGUMENT: more than one; MN_E_NO_CARD, MN_E_FOREIGN_CARD and the
 * other codes of mn_card_reader_recognise and mn_reader_pool_trouble: none. */
mn_rc mn_cli_readers_find(const struct mn_cli_readers *readers, const char *wanted,
                          struct mn_card_reader **out);

/* Tells the person on standard error what that code of mn_cli_readers_find means. Gives the enum
 * mn_exit that follows from it. */
int mn_cli_readers_tell(const struct mn_cli_readers *readers, mn_rc rc);

#endif
