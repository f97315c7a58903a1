/* What is remembered of a card on disk: its public certificates and the forms it takes.
 *
 * $XDG_CACHE_HOME/mynakey/ (default ~/.cache/mynakey), one folder a card, named by a hash of its
 * serial, files of mode 0600. Losing or never having it costs time only: no function here fails
 * for the caller. The signing certificate never enters. */
#ifndef MN_BACKEND_CARD_CACHE_H
#define MN_BACKEND_CARD_CACHE_H

#include "base/bytes.h"
#include "card/card.h"

struct mn_card_cache;

/* The place for a card; NULL (which every function takes) when there is none, when the settings
 * say no, or for want of memory. */
struct mn_card_cache *mn_card_cache_open(const char *model, const char *serial);
void mn_card_cache_free(struct mn_card_cache **cache);

/* The stored copy of the certificate in that elementary file, or an empty *out. */
void mn_card_cache_get(struct mn_card_cache *cache, uint16_t ef, struct mn_bytes *out);
void mn_card_cache_put(struct mn_card_cache *cache, uint16_t ef, struct mn_span certificate);

/* Fills the unknown ones among *facts from the stored ones; stores the known ones where they
 * differ. extended belongs to card and reader, and is stored for that reader name. */
void mn_card_cache_get_facts(struct mn_card_cache *cache, const char *reader,
                             struct mn_card_facts *facts);
void mn_card_cache_put_facts(struct mn_card_cache *cache, const char *reader,
                             const struct mn_card_facts *facts);

#endif
