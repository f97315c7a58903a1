/* Where the scenarios play: a simulated bench with one reader and one card, and the module over it.
 * One in a process. */
#ifndef MN_TESTS_STRESS_STAGE_H
#define MN_TESTS_STRESS_STAGE_H

#include <stdbool.h>

#include "cardsim_plug.h"
#include "mynakey/cryptoki.h"

#define READER "Simulated 00 00"

#define AUTH_SLOT 1
#define SIGN_SLOT 2

extern struct cardsim_bench *bench;
extern struct cardsim *card;
extern CK_FUNCTION_LIST_3_0 *p11;

/* Is a call of the module under way? What it allocates then is its own, or its card's. */
extern bool in_module;

/* Is there a service between the module and the bench? */
extern bool stage_has_service;

/* Makes bench and card, once for the process: before anything is forked. open is where the module
 * takes its readers from, as in mn_module_use_readers. */
void stage_prepare(mn_rc (*open)(struct mn_readers *out));

/* The bench itself as such a source. */
mn_rc stage_open_bench(struct mn_readers *out);

/* The reader with the card, and the card alone; harmless where it is as asked. A new stay is what a
 * person does who takes the card out and puts it in. */
void stage_unplug(void);
void stage_plug(void);
void stage_remove_card(void);
void stage_new_stay(void);

/* What happens when the module next sleeps until something happens; it is done once. NULL takes it
 * back. */
void stage_set_news(void (*news)(void));

/* Lets the news happen now, if they have not. */
bool stage_tell_news(void);

/* To be called by whatever the module sleeps in, just before. Where the news have come already, and
 * trouble kept the module from seeing them, there is a new stay: it need not sleep for ever. */
void stage_fall_asleep(void);

/* What the card signs with, by OpenSSL: is the signature of RSA_SIZE bytes over the data right? */
#define RSA_SIZE 256
bool stage_is_signature(CK_SLOT_ID slot, const CK_BYTE *data, size_t len, const CK_BYTE *signature);

/* A condition of the test itself; the process ends where it does not hold. */
void stage_must(bool good, const char *what);

#endif
