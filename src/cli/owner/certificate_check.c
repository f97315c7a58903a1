#include "cli/owner/certificate_check.h"

#include <string.h>

#include "cli/verb.h"
#include "crypto/certificate.h"
#include "crypto/chain.h"

/* --- the chain --- */

static const struct mn_jpki_anchor *published(struct mn_span der)
{
    uint8_t fingerprint[MN_FINGERPRINT_BYTES];
    return mn_chain_fingerprint(der, fingerprint) == MN_OK ? mn_jpki_anchor_find(fingerprint)
                                                           : NULL;
}

/* A CA of JPKI counts for the certificates that it issues. */
static bool counts_for(const struct mn_jpki_anchor *anchor, enum mn_chosen_kind kind)
{
    if (kind == MN_CHOSEN_AUTH || kind == MN_CHOSEN_AUTH_CA)
        return !anchor->signs;
    return anchor->signs || (kind != MN_CHOSEN_SIGN && kind != MN_CHOSEN_SIGN_CA);
}

/* Adds what is published among what came with the certificate, itself included. */
static mn_rc find_published(const struct mn_chosen *chosen, struct mn_certificates *anchors,
                            const struct mn_jpki_anchor **first)
{
    mn_rc rc = MN_OK;
    for (size_t i = 0; rc == MN_OK && i <= chosen->others.count; i++) {
        struct mn_span der =
            mn_bytes_span(i < chosen->others.count ? &chosen->others.der[i] : &chosen->der);
        const struct mn_jpki_anchor *anchor = published(der);
        if (!anchor || !counts_for(anchor, chosen->kind))
            continue;
        rc = mn_certificates_add(anchors, der);
        if (!*first)
            *first = anchor;
    }
    return rc;
}

static mn_rc copy_all(const struct mn_certificates *from, struct mn_certificates *to)
{
    mn_rc rc = MN_OK;
    for (size_t i = 0; rc == MN_OK && i < from->count; i++)
        rc = mn_certificates_add(to, mn_bytes_span(&from->der[i]));
    return rc;
}

static mn_rc check_chain(const struct mn_chosen *chosen, const struct mn_certificate *certificate,
                         const struct mn_certificates *anchors, bool given, time_t now,
                         struct mn_certificate_check *out)
{
    mn_rc rc = mn_chain_check(mn_bytes_span(&chosen->der), &chosen->others, anchors, now);
    bool own_dates = out->term.state == MN_TERM_EXPIRED || out->term.state == MN_TERM_NOT_YET;
    bool self =
        mn_span_equal(mn_bytes_span(&certificate->subject), mn_bytes_span(&certificate->issuer)) &&
        chosen->others.count == 0 && chosen->kind >= MN_CHOSEN_SOFT;
    if (rc == MN_OK || (rc == MN_E_EXPIRED && own_dates))
        out->chain = given ? MN_CHAIN_GIVEN : MN_CHAIN_PUBLISHED;
    else if (rc == MN_E_EXPIRED)
        out->chain = MN_CHAIN_CA_EXPIRED;
    else if (rc == MN_E_UNTRUSTED)
        out->chain = self && !given ? MN_CHAIN_SELF_SIGNED : MN_CHAIN_UNTRUSTED;
    if (out->chain != MN_CHAIN_PUBLISHED)
        out->anchor = NULL;
    return rc == MN_E_EXPIRED || rc == MN_E_UNTRUSTED ? MN_OK : rc;
}

/* --- the use --- */

static void check_use(enum mn_chosen_kind kind, const struct mn_certificate *certificate,
                      struct mn_certificate_check *out)
{
    bool is_ca = kind == MN_CHOSEN_AUTH_CA || kind == MN_CHOSEN_SIGN_CA ||
                 (kind == MN_CHOSEN_FILE && certificate->key_usage != MN_USAGE_ANY &&
                  (certificate->key_usage & MN_USAGE_CERTIFICATE_SIGN));
    out->key_usage = certificate->key_usage;
    out->key_usage_wanted = is_ca ? MN_USAGE_CERTIFICATE_SIGN : MN_USAGE_DIGITAL_SIGNATURE;
    if (kind == MN_CHOSEN_SIGN)
        out->key_usage_wanted |= MN_USAGE_NON_REPUDIATION;
    bool has_to_say = kind != MN_CHOSEN_SOFT && kind != MN_CHOSEN_FILE;
    out->use_is_right = (out->key_usage & out->key_usage_wanted) == out->key_usage_wanted &&
                        !(has_to_say && out->key_usage == MN_USAGE_ANY);
}

/* --- the list --- */

/* Whoever signed the list has to be an anchor, or to lead to one. */
static mn_rc read_list(const struct mn_check_means *means, const struct mn_certificates *candidates,
                       const struct mn_certificates *anchors, time_t now,
                       struct mn_revocation_list **list)
{
    mn_rc nearest = MN_E_OTHER_AUTHORITY;
    for (size_t i = 0; i < candidates->count; i++) {
        struct mn_span issuer = mn_bytes_span(&candidates->der[i]);
        if (mn_chain_check(issuer, candidates, anchors, now) != MN_OK)
            continue;
        mn_rc rc = mn_revocation_list_read(mn_bytes_span(&means->list), issuer, list);
        if (rc == MN_OK)
            return rc;
        if (rc != MN_E_OTHER_AUTHORITY)
            nearest = rc;
    }
    return nearest;
}

static void look_into_list(const struct mn_revocation_list *list, struct mn_span certificate,
                           time_t now, struct mn_certificate_check *out)
{
    mn_rc rc = mn_revocation_list_find(list, certificate, &out->finding);
    mn_revocation_list_times(list, &out->list_from, &out->list_until);
    out->revocation_rc = rc;
    if (rc == MN_E_OTHER_CERTIFICATE)
        out->revocation = MN_REVOCATION_OTHER;
    else if (rc)
        out->revocation = MN_REVOCATION_UNUSABLE;
    else if (out->finding.revoked)
        out->revocation = MN_REVOCATION_REVOKED;
    else if (now < out->list_from || (out->list_until && now > out->list_until))
        out->revocation = MN_REVOCATION_STALE;
    else
        out->revocation = out->finding.partial ? MN_REVOCATION_PARTIAL : MN_REVOCATION_NONE;
}

static mn_rc check_revocation(const struct mn_chosen *chosen, const struct mn_check_means *means,
                              const struct mn_certificates *anchors, time_t now,
                              struct mn_certificate_check *out)
{
    struct mn_certificates candidates = {0};
    struct mn_revocation_list *list = NULL;
    if (means->list.len == 0)
        return MN_OK;
    mn_rc rc = copy_all(anchors, &candidates);
    if (rc == MN_OK)
        rc = copy_all(&chosen->others, &candidates);
    if (rc == MN_OK)
        rc = copy_all(&means->issuers, &candidates);
    if (rc == MN_OK) {
        out->revocation = MN_REVOCATION_UNUSABLE;
        out->revocation_rc = read_list(means, &candidates, anchors, now, &list);
    }
    if (list)
        look_into_list(list, mn_bytes_span(&chosen->der), now, out);
    mn_revocation_list_free(&list);
    mn_certificates_free(&candidates);
    return rc;
}

/* --- all --- */

mn_rc mn_certificate_check(const struct mn_chosen *chosen, const struct mn_check_means *means,
                           time_t now, struct mn_certificate_check *out)
{
    struct mn_certificate certificate = {0};
    struct mn_certificates anchors = {0};
    bool given = means->anchors.count > 0;
    *out = (struct mn_certificate_check){.chain = MN_CHAIN_UNTRUSTED,
                                         .is_own = chosen->kind == MN_CHOSEN_SOFT};
    mn_rc rc = mn_certificate_read(mn_bytes_span(&chosen->der), &certificate);
    if (rc)
        return rc;
    out->term = mn_term_of(&certificate, now);
    check_use(chosen->kind, &certificate, out);
    rc = given ? copy_all(&means->anchors, &anchors)
               : find_published(chosen, &anchors, &out->anchor);
    if (rc == MN_OK)
        rc = check_chain(chosen, &certificate, &anchors, given, now, out);
    if (rc == MN_OK)
        rc = check_revocation(chosen, means, &anchors, now, out);
    mn_certificates_free(&anchors);
    mn_certificate_release(&certificate);
    return rc;
}

int mn_certificate_check_status(const struct mn_certificate_check *check)
{
    bool dates = check->term.state == MN_TERM_EXPIRED || check->term.state == MN_TERM_NOT_YET;
    if (check->revocation == MN_REVOCATION_REVOKED)
        return MN_EXIT_REVOKED;
    /* Anybody makes a file with any name in it, and signs it with its own key. */
    bool says_so_itself = check->chain == MN_CHAIN_SELF_SIGNED && !check->is_own;
    if (check->chain == MN_CHAIN_UNTRUSTED || says_so_itself)
        return MN_EXIT_UNTRUSTED;
    if (dates || check->chain == MN_CHAIN_CA_EXPIRED)
        return MN_EXIT_EXPIRED;
    if (!check->use_is_right)
        return MN_EXIT_WRONG_USE;
    bool answered =
        check->revocation == MN_REVOCATION_UNCHECKED || check->revocation == MN_REVOCATION_NONE;
    return answered ? MN_EXIT_OK : MN_EXIT_UNCHECKED;
}
