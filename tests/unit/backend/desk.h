/* A desk: a bench with one reader and a fresh card in it, a pool over the bench, and the two tokens
 * of the card. Each test gets a new one, with a home folder of its own. */
#ifndef MN_TESTS_UNIT_BACKEND_DESK_H
#define MN_TESTS_UNIT_BACKEND_DESK_H

#include <check.h>

#include "backend/card_reader.h"
#include "base/settings.h"
#include "card/pin.h"
#include "cardsim_plug.h"

#define MN_DESK_READER "Reader"

struct mn_desk {
    struct cardsim_bench *bench;
    struct cardsim *card; /* in MN_DESK_READER at first */
    struct mn_settings settings;
    struct mn_reader_pool *pool;
    struct mn_token tokens[MN_ROLE_COUNT];
    unsigned long generations[MN_ROLE_COUNT]; /* of the cards that the tokens are of */
};

extern struct mn_desk mn_desk;

/* The signing password of the fresh card as people may type it. */
#define MN_DESK_PASSWORD "abc123"

/* Gives each test of the case a desk. The pool is open and was refreshed; no token is open. */
void mn_desk_attach(TCase *tcase);

/* Takes the card out and puts another one in, of that persona; "name=value ..." are switches. */
void mn_desk_exchange(const char *persona, const char *switches);

/* Sets "name=value ..." on the card that is there. */
void mn_desk_set(const char *switches);

/* The same stay of the card, but a new pool, as after C_Finalize and C_Initialize. */
void mn_desk_close_pool(void);
void mn_desk_open_pool(void);

void mn_desk_refresh(void);

/* The reader of that index; the first is MN_DESK_READER. */
struct mn_card_reader *mn_desk_reader(size_t index);
struct mn_card_reader_state mn_desk_state(void);

/* Opens the role's token in the first reader, whatever is in it. */
mn_rc mn_desk_try_token(enum mn_role role);

/* The role's token, opened where it is not. */
struct mn_token *mn_desk_token(enum mn_role role);
void mn_desk_close_token(enum mn_role role);

mn_rc mn_desk_login(enum mn_role role, const char *pin);
mn_rc mn_desk_set_pin(enum mn_role role, const char *old_pin, const char *new_pin);
void mn_desk_logout(enum mn_role role);
bool mn_desk_is_open(enum mn_role role);
mn_rc mn_desk_sign(enum mn_role role);
mn_rc mn_desk_load(enum mn_role role, unsigned want, struct mn_view *out);

/* The tries left as the token says, which has to know them. */
int mn_desk_tries(enum mn_role role);

/* How often a PIN went to the card for the role. */
unsigned mn_desk_verifies(enum mn_role role);

/* How many commands the card has got since it was last asked. */
unsigned mn_desk_commands(void);

/* Another connection to the card, as another program would have it, asks for the application and a
 * signature of the role. Is it given? */
bool mn_desk_other_can_sign(enum mn_role role);

#endif
