#include "authority/publication.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define MN_LOG_ROOM "authority"
#include "authority/publication_state.h"
#include "authority/registered.h"
#include "authority/site_folder.h"
#include "authority/site_page.h"
#include "base/log.h"
#include "crypto/revocation_draft.h"
#include "crypto/validity_maker.h"

/* After so many answers it is noted how far it has come. */
#define CHECKPOINT 4096

/* One publication under way. */
struct work {
    const struct mn_publication_order *order;
    struct mn_publication_result *result;
    struct mn_site_folder folder;
    struct mn_publication_state state;
    time_t now; /* thisUpdate of all that is signed: later than all before */
    struct mn_cms_signer signer;
    struct mn_validity_maker *maker; /* NULL: the key is not open */
    struct mn_revocation_draft *draft;
};

static mn_rc refuse(struct work *w, enum mn_publication_trouble trouble)
{
    w->result->trouble = trouble;
    return MN_E_REFUSED;
}

static mn_rc open_key(struct work *w)
{
    mn_rc rc = w->maker ? MN_OK : w->order->key(w->order->self, &w->signer);

    return rc == MN_OK && !w->maker ? mn_validity_maker_open(&w->signer, &w->maker) : rc;
}

/* --- what is said of one --- */

/* Good until its end; one whose end has passed was so from the approval on. */
static struct mn_validity statement_of(const struct work *w, const struct mn_registered *one)
{
    bool ended = one->valid_until <= w->now;
    struct mn_validity what = {.number = (uint64_t)one->number,
                               .state = MN_VALIDITY_GOOD,
                               .produced_at = w->now,
                               .this_update = ended ? one->approved_at : w->now,
                               .next_update = one->valid_until};

    if (one->state == MN_REGISTERED_GOOD)
        return what;
    what.state = MN_VALIDITY_REVOKED;
    what.revoked_at = one->revoked_at;
    what.reason = one->reason;
    what.this_update = w->now;
    what.next_update = w->now + MN_PUBLICATION_PERIOD;
    return what;
}

static mn_rc say(struct work *w, const struct mn_registered *one)
{
    struct mn_validity what = statement_of(w, one);
    struct mn_bytes der = {0};
    char name[64];
    mn_rc rc = open_key(w);

    snprintf(name, sizeof name, "validity/%" PRId64 ".ors", one->number);
    if (rc == MN_OK)
        rc = mn_validity_make(w->maker, one->certificate, &what, &der);
    if (rc == MN_OK)
        rc = mn_site_folder_write(&w->folder, name, mn_bytes_span(&der));
    mn_bytes_free(&der);
    if (rc != MN_OK)
        return rc;
    w->state.latest = w->now;
    w->result->anything = true;
    w->result->answers++;
    if (w->order->progress)
        w->order->progress(w->result->answers, w->order->self);
    return MN_OK;
}

/* What was written up to now is not written again after a crash. */
static mn_rc note(struct work *w)
{
    mn_rc rc = mn_site_folder_sync(&w->folder);

    return rc == MN_OK ? mn_publication_state_write(&w->folder, &w->state) : rc;
}

/* In the order of the changes. */
static mn_rc say_changed(const struct mn_registered *one, void *self)
{
    struct work *w = self;
    mn_rc rc = say(w, one);

    if (rc != MN_OK)
        return rc;
    w->state.change = one->change;
    if (one->state == MN_REGISTERED_REVOKED) {
        w->state.list_until = 0; /* so that it is due also after a crash */
        if (w->state.revoked_until == 0)
            w->state.revoked_until = w->now + MN_PUBLICATION_PERIOD;
    }
    return w->result->answers % CHECKPOINT == 0 ? note(w) : MN_OK;
}

static mn_rc say_again(const struct mn_registered *one, void *self)
{
    return say(self, one);
}

/* --- the list of the withdrawn --- */

/* One whose certificate has ended stands in it for a while yet (RFC 5280, 3.3). */
static mn_rc list_one(const struct mn_registered *one, void *self)
{
    struct work *w = self;

    if (one->certificate_until + MN_PUBLICATION_PERIOD < w->now)
        return MN_OK;
    return mn_revocation_draft_add_certificate(w->draft, one->certificate, one->revoked_at,
                                               one->reason);
}

/* Its number grows also where nobody remembers the last one. */
static mn_rc write_list(struct work *w)
{
    const struct mn_registered_query query = {
        .kind = MN_REGISTERED_WITHDRAWN, .now = w->now, .with_certificate = true};
    time_t until = w->now + MN_PUBLICATION_PERIOD;
    uint64_t number = (uint64_t)w->now > w->state.list ? (uint64_t)w->now : w->state.list + 1;
    struct mn_bytes der = {0};
    mn_rc rc = open_key(w);

    if (rc == MN_OK)
        rc = mn_revocation_draft_begin(&w->signer, number, w->now, until, &w->draft);
    if (rc == MN_OK)
        rc = mn_registered_each(w->order->registry, &query, list_one, w);
    if (rc == MN_OK)
        rc = mn_revocation_draft_finish(w->draft, &der);
    if (rc == MN_OK)
        rc = mn_site_folder_write(&w->folder, "revoked.crl", mn_bytes_span(&der));
    if (w->draft)
        mn_revocation_draft_free(&w->draft);
    mn_bytes_free(&der);
    if (rc != MN_OK)
        return rc;
    w->state.list = number;
    w->state.list_until = until;
    w->state.latest = w->now;
    w->result->list = true;
    w->result->anything = true;
    return MN_OK;
}

/* --- all of it --- */

/* Is the folder this authority's, and older than the registry? */
static mn_rc look(struct work *w)
{
    uint8_t fingerprint[MN_FINGERPRINT_BYTES];
    static const uint8_t none[MN_FINGERPRINT_BYTES];
    int64_t last = 0;
    mn_rc rc = mn_publication_state_read(&w->folder, &w->state);

    if (rc == MN_E_DAMAGED)
        return refuse(w, MN_PUBLICATION_STATE);
    if (rc == MN_OK)
        rc = mn_chain_fingerprint(mn_bytes_span(&w->order->profile->certificate), fingerprint);
    if (rc == MN_OK)
        rc = mn_registered_last_change(w->order->registry, &last);
    if (rc != MN_OK)
        return rc;
    if (memcmp(w->state.authority, none, sizeof none) == 0)
        memcpy(w->state.authority, fingerprint, sizeof fingerprint);
    if (memcmp(w->state.authority, fingerprint, sizeof fingerprint) != 0)
        return refuse(w, MN_PUBLICATION_OTHER_AUTHORITY);
    if (last < w->state.change)
        return refuse(w, MN_PUBLICATION_OLD_REGISTRY);
    if (w->state.latest > w->order->now + MN_VALIDITY_CLOCKS_DIFFER)
        return refuse(w, MN_PUBLICATION_CLOCK);
    w->now = w->order->now > w->state.latest ? w->order->now : w->state.latest + 1;
    return MN_OK;
}

static bool ends_soon(const struct work *w, time_t until)
{
    return until - MN_PUBLICATION_MARGIN <= w->now;
}

static mn_rc sign_all(struct work *w)
{
    const struct mn_registered_query changed = {
        .changed_above = w->state.change, .by_change = true, .with_certificate = true};
    const struct mn_registered_query withdrawn = {
        .kind = MN_REGISTERED_WITHDRAWN, .now = w->now, .with_certificate = true};
    mn_rc rc = mn_registered_each(w->order->registry, &changed, say_changed, w);

    if (rc == MN_OK && w->state.revoked_until && ends_soon(w, w->state.revoked_until)) {
        rc = mn_registered_each(w->order->registry, &withdrawn, say_again, w);
        if (rc == MN_OK)
            w->state.revoked_until = w->now + MN_PUBLICATION_PERIOD;
    }
    if (rc == MN_OK && ends_soon(w, w->state.list_until))
        rc = write_list(w);
    return rc;
}

static mn_rc write_page(struct work *w)
{
    static const enum mn_site_page pages[] = {MN_SITE_HTACCESS, MN_SITE_NGINX, MN_SITE_INDEX};
    mn_rc rc =
        mn_site_folder_update(&w->folder, "authority.cer",
                              mn_bytes_span(&w->order->profile->certificate), &w->result->anything);

    for (size_t i = 0; rc == MN_OK && i < sizeof pages / sizeof pages[0]; i++) {
        struct mn_bytes page = {0};

        rc = mn_site_page_write(pages[i], w->order->profile, &page);
        if (rc == MN_OK)
            rc = mn_site_folder_update(&w->folder, mn_site_page_name(pages[i]),
                                       mn_bytes_span(&page), &w->result->anything);
        mn_bytes_free(&page);
    }
    return rc;
}

/* Where nothing was to be done, nothing is written. */
static mn_rc end(struct work *w)
{
    mn_rc rc = MN_OK;

    if (w->result->anything)
        rc = note(w);
    if (rc == MN_OK)
        rc = mn_site_folder_show(&w->folder);
    w->result->again_at = w->state.list_until - MN_PUBLICATION_MARGIN;
    if (w->state.revoked_until && w->state.revoked_until < w->state.list_until)
        w->result->again_at = w->state.revoked_until - MN_PUBLICATION_MARGIN;
    return rc;
}

mn_rc mn_publish(const struct mn_publication_order *order, struct mn_publication_result *out)
{
    struct work w = {.order = order, .result = out};
    mn_rc rc;

    *out = (struct mn_publication_result){0};
    rc =
        mn_site_folder_open(order->folder, order->patience, order->waiting, order->self, &w.folder);
    if (rc == MN_E_FILE_EXISTS)
        rc = refuse(&w, MN_PUBLICATION_FOREIGN_FOLDER);
    if (rc == MN_OK)
        rc = look(&w);
    if (rc == MN_OK)
        rc = mn_site_folder_make(&w.folder, "validity");
    if (rc == MN_OK)
        rc = sign_all(&w);
    if (rc == MN_OK)
        rc = write_page(&w);
    if (rc == MN_OK)
        rc = end(&w);
    if (rc != MN_OK)
        mn_log_error("not all was published: %s", mn_rc_name(rc));
    mn_validity_maker_free(&w.maker);
    mn_site_folder_close(&w.folder, rc != MN_OK);
    return rc;
}
