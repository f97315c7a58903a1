/* Readers without a PC/SC service: backend/token_places.h over stand-in tokens, for the tests of
 * slots. Linked in the backend's place. There is one set of readers in a test. */
#ifndef MN_TESTS_UNIT_TOKEN_STANDIN_READERS_H
#define MN_TESTS_UNIT_TOKEN_STANDIN_READERS_H

#include "backend/token_places.h"
#include "card/profile.h"
#include "standin.h"

#define STANDIN_READERS 4

/* Plugs in the reader of that number, with that name the first time. */
void standin_plug(unsigned reader, const char *name);
void standin_unplug(unsigned reader);

/* A card with both roles: the certificate of the authentication role is public. */
void standin_insert(unsigned reader);
void standin_remove(unsigned reader);

/* What the card in it is: MN_OK for a My Number Card. */
void standin_set_verdict(unsigned reader, mn_rc verdict);

/* A command failed for want of the card, before anybody looked at the reader. */
void standin_notice_removal(unsigned reader);

/* The role's token in that reader. */
struct standin *standin_role(unsigned reader, enum mn_role role);

/* Its place, with that id. */
struct mn_token_place standin_place(unsigned reader, enum mn_role role, unsigned id);

/* Sees what has changed, and releases all tokens, for tests without slots of their own. */
void standin_look(void);
void standin_close(void);

/* How often the card was asked what it is; whether any thread waits. */
unsigned standin_recognised(unsigned reader);
bool standin_is_awaited(void);

#endif
