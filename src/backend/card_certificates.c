#define MN_LOG_ROOM "backend"
#include "backend/card_certificates.h"

#include "backend/card_visit.h"
#include "backend/remembered.h"
#include "base/log.h"
#include "card/jpki.h"

/* --- reading them --- */

/* An object that is not there, or cannot be read or understood, takes nothing else with it. */
static bool is_absence(mn_rc rc)
{
    return rc == MN_E_NOT_FOUND || rc == MN_E_CARD_ANSWER || rc == MN_E_REFUSED ||
           rc == MN_E_NOT_LOGGED_IN;
}

/* An answer that is no statement about the file: it may have been a fault of this once. */
static bool is_doubtful(mn_rc rc)
{
    return rc == MN_E_CARD_ANSWER || rc == MN_E_REFUSED;
}

/* A public certificate, from the copy on disk where the card's file still begins as it does. What
 * is found missing here is missing as long as the card stays, so a doubtful answer is not the last
 * word. */
static mn_rc read_public(struct mn_card_certificates *c, struct mn_card *card, uint16_t ef,
                         struct mn_bytes *out)
{
    struct mn_card_cache *cache = mn_card_visit_cache(c->reader);
    struct mn_bytes known = {0};
    mn_card_cache_get(cache, ef, &known);
    mn_rc rc = mn_jpki_certificate(card, ef, MN_DATA_PLAIN, mn_bytes_span(&known), out);
    if (is_doubtful(rc))
        rc = mn_jpki_certificate(card, ef, MN_DATA_PLAIN, mn_bytes_span(&known), out);
    if (rc == MN_OK && !mn_span_equal(mn_bytes_span(&known), mn_bytes_span(out)))
        mn_card_cache_put(cache, ef, mn_bytes_span(out));
    mn_bytes_free(&known);
    return rc;
}

/* A certificate behind the PIN: only in a login, and kept by nothing here. */
static mn_rc read_private(struct mn_card_certificates *c, struct mn_card *card, uint16_t ef,
                          struct mn_bytes *out)
{
    if (!mn_card_login_is_open(c->login))
        return MN_OK;
    mn_rc rc = mn_card_login_holds(c->login, card) ? MN_OK : mn_card_login_reopen(c->login, card);
    if (rc == MN_OK)
        rc = mn_jpki_certificate(card, ef, MN_DATA_PERSONAL, (struct mn_span){0}, out);
    if (rc == MN_E_NOT_LOGGED_IN)
        mn_card_login_drop(c->login);
    return rc;
}

/* In a visit. */
static mn_rc read_all(struct mn_card_certificates *c, struct mn_card *card, unsigned want,
                      struct mn_view *out)
{
    const struct mn_role_profile *profile = mn_role_profile(c->role);
    mn_rc rc = MN_OK;
    if (want & MN_WANT_CERTIFICATE)
        rc = c->facts->certificate_is_public
                 ? read_public(c, card, profile->certificate, &out->certificate)
                 : read_private(c, card, profile->certificate, &out->certificate);
    if (is_absence(rc))
        rc = MN_OK;
    if (rc == MN_OK && (want & MN_WANT_CA_CERTIFICATE)) {
        rc = read_public(c, card, profile->ca_certificate, &out->ca_certificates[0]);
        out->ca_len = out->ca_certificates[0].len > 0 ? 1 : 0;
    }
    return is_absence(rc) ? MN_OK : rc;
}

/* Takes from the copy what it has; what is still wanted comes back. */
static unsigned read_remembered(const struct mn_card_certificates *c, unsigned want,
                                struct mn_view *out, mn_rc *rc)
{
    if (!(want & MN_WANT_CERTIFICATE) || c->remembered.len == 0)
        return want;
    *rc = mn_bytes_set(&out->certificate, mn_bytes_span(&c->remembered));
    return want & ~MN_WANT_CERTIFICATE;
}

static bool found_all(unsigned want, const struct mn_view *view)
{
    return (!(want & MN_WANT_CERTIFICATE) || view->certificate.len > 0) &&
           (!(want & MN_WANT_CA_CERTIFICATE) || view->ca_len > 0);
}

/* Files with the ids of the authentication role's certificates are in no other application of the
 * card, so they are read without a look at what is current first, which saves a command: what is a
 * certificate is the right one, and anything else is looked into. Ids of the signature role's are
 * in others, where they hold personal data that nobody asked for. */
mn_rc mn_card_certificates_read(struct mn_card_certificates *c, struct mn_card *card, unsigned want,
                                struct mn_view *out)
{
    mn_rc rc = MN_OK;
    want = read_remembered(c, want, out, &rc);
    if (rc == MN_OK && want && !(c->role == MN_ROLE_AUTH && c->facts->certificate_is_public))
        rc = mn_card_visit_enter(c->reader);
    if (rc == MN_OK)
        rc = read_all(c, card, want, out);
    if (rc == MN_OK && !found_all(want, out) && !mn_card_is_in(card, MN_APPLICATION_JPKI)) {
        rc = mn_card_visit_enter(c->reader);
        if (rc == MN_OK)
            rc = read_all(c, card, want, out);
    }
    return rc;
}

/* --- the copy --- */

/* A copy of the certificate that its owner wanted kept is shown to everybody, as what is public. */
void mn_card_certificates_recall(struct mn_card_certificates *c)
{
    struct mn_token_facts *facts = c->facts;
    if (c->role == MN_ROLE_SIGN &&
        mn_remembered_get(facts->model, facts->serial, &c->remembered) == MN_OK)
        facts->certificate_is_public = true;
}

/* An answer without sense may be a fault of this once: what the card says of itself decides. */
static bool is_gone(struct mn_card *card, enum mn_role role, mn_rc rc)
{
    bool has = true;
    if (rc == MN_E_CARD_ANSWER && mn_jpki_has_certificate(card, role, &has) == MN_OK)
        return !has;
    return rc == MN_E_NOT_FOUND;
}

/* Where the card has another one by now, or none, the owner's consent holds for that. What cannot
 * be mended is only logged: it must not keep the owner from the card. */
bool mn_card_certificates_are_true(struct mn_card_certificates *c, struct mn_card *card, mn_rc *rc)
{
    const struct mn_token_facts *facts = c->facts;
    uint16_t ef = mn_role_profile(c->role)->certificate;
    struct mn_span copy = mn_bytes_span(&c->remembered);
    struct mn_bytes now = {0};
    if (copy.len == 0)
        return true;
    *rc = mn_jpki_certificate(card, ef, MN_DATA_PERSONAL, copy, &now);
    bool gone = is_gone(card, c->role, *rc);
    bool other = *rc == MN_OK && !mn_span_equal(copy, mn_bytes_span(&now));
    mn_rc mended = MN_OK;
    if (other)
        mended = mn_remembered_put(facts->model, facts->serial, mn_bytes_span(&now));
    if (gone || (other && mended))
        mended = mn_remembered_remove(facts->model, facts->serial);
    mn_bytes_free(&now);
    if (gone || other)
        mn_log_info("the remembered certificate is not the card's any more: %s",
                    mn_rc_name(mended));
    return !(gone || other) || mended;
}

void mn_card_certificates_free(struct mn_card_certificates *c)
{
    mn_bytes_free(&c->remembered);
}
