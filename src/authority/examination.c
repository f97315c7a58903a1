#include "authority/examination.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MN_LOG_ROOM "authority"
#include "authority/card_anchors.h"
#include "base/log.h"
#include "crypto/chain.h"
#include "crypto/digest.h"
#include "crypto/parsed_certificate.h"
#include "crypto/revocation_list.h"
#include "crypto/signed_data.h"

#define CLOCKS_DIFFER 300 /* seconds that the owner's clock may be ahead */

struct mn_examiner {
    struct mn_examiner_rules rules;
    struct mn_revocation_list *list; /* read once, for ... */
    struct mn_bytes list_issuer;     /* ... this CA's certificate */
    struct mn_bytes other_issuer;    /* the last CA whose list it is not */
    struct mn_card_anchors *anchors;
    struct mn_signer_keys *keys;   /* the cards' certificates, as they were parsed */
    struct mn_certificates others; /* the certificates in the signature under examination */
};

static const char *const names[MN_FAULTS] = {
    [MN_FAULT_CERTIFICATE] = "not-a-certificate",
    [MN_FAULT_SIGNATURE_FILE] = "not-a-signature",
    [MN_FAULT_SIGNERS] = "several-signers",
    [MN_FAULT_OTHER_CONTENT] = "signature-of-another",
    [MN_FAULT_SIGNATURE] = "bad-signature",
    [MN_FAULT_SIGNING_TIME] = "signing-time",
    [MN_FAULT_CARD_UNTRUSTED] = "card-untrusted",
    [MN_FAULT_CARD_PERIOD] = "card-expired",
    [MN_FAULT_CARD_REVOKED] = "card-revoked",
    [MN_FAULT_CARD_UNKNOWN] = "card-revocation-unknown",
    [MN_FAULT_CARD_HOLDER] = "card-holder",
    [MN_FAULT_NAME] = "name",
    [MN_FAULT_ADDRESS] = "address",
    [MN_FAULT_BIRTH_YEAR] = "birth-year",
    [MN_FAULT_MORE] = "says-more",
    [MN_FAULT_POSSESSION] = "possession",
    [MN_FAULT_KEY] = "weak-key",
    [MN_FAULT_PERIOD] = "certificate-expired",
    [MN_FAULT_REGISTERED] = "registered",
    [MN_FAULT_KEY_REGISTERED] = "key-registered",
};

const char *mn_fault_name(enum mn_fault fault)
{
    return (unsigned)fault < MN_FAULTS ? names[fault] : "unknown";
}

mn_rc mn_examiner_open(const struct mn_examiner_rules *rules, struct mn_examiner **out)
{
    struct mn_examiner *x = calloc(1, sizeof *x);
    mn_rc rc = MN_E_MEMORY;

    if (x) {
        x->rules = *rules;
        rc = mn_card_anchors_open(rules->anchors, &x->anchors);
    }
    if (rc == MN_OK)
        rc = mn_signer_keys_new(&x->keys);
    if (rc != MN_OK)
        mn_examiner_close(&x);
    *out = x;
    return rc;
}

void mn_examiner_close(struct mn_examiner **examiner)
{
    struct mn_examiner *x = *examiner;

    *examiner = NULL;
    if (!x)
        return;
    mn_revocation_list_free(&x->list);
    mn_bytes_free(&x->list_issuer);
    mn_bytes_free(&x->other_issuer);
    mn_certificates_free(&x->others);
    mn_signer_keys_free(&x->keys);
    mn_card_anchors_close(&x->anchors);
    free(x);
}

static void blame(struct mn_examination *e, enum mn_fault fault)
{
    e->faults |= UINT32_C(1) << fault;
}

/* Is it this program that failed, or the machine, and not what was examined? */
static bool is_ours(mn_rc rc)
{
    return rc == MN_E_MEMORY || rc == MN_E_CRYPTO;
}

/* Blames where what was examined is not right; gives back what is nobody's fault. */
static mn_rc judge(struct mn_examination *e, mn_rc rc, enum mn_fault fault)
{
    if (rc == MN_OK || is_ours(rc))
        return rc;
    blame(e, fault);
    return MN_OK;
}

/* --- the certificate --- */

static void judge_key(struct mn_examination *e)
{
    const struct mn_certificate *c = &e->certificate;
    bool strong =
        c->key_kind == MN_KEY_RSA ? c->bits >= MN_EXAMINATION_RSA_MIN : c->key_kind == MN_KEY_EC;

    if (!strong)
        blame(e, MN_FAULT_KEY);
}

static void judge_period(struct mn_examination *e, time_t now)
{
    if (e->certificate.not_before_time > now + CLOCKS_DIFFER ||
        e->certificate.not_after_time <= now)
        blame(e, MN_FAULT_PERIOD);
}

static mn_rc hash_certificate(struct mn_span der, struct mn_examination *e)
{
    mn_rc rc = mn_digest_of(MN_SHA256, der, e->fingerprint);

    return rc == MN_OK ? mn_digest_of(MN_SHA256, mn_bytes_span(&e->certificate.public_key_info),
                                      e->key_hash)
                       : rc;
}

static mn_rc examine_certificate(struct mn_examiner *x, struct mn_span der,
                                 struct mn_examination *e)
{
    struct mn_parsed_certificate *parsed;
    mn_rc rc = mn_parsed_certificate_new(der, &parsed);

    if (rc == MN_OK)
        rc = mn_certificate_read_parsed(parsed, &e->certificate);
    if (rc == MN_OK)
        rc = mn_issued_read_parsed(parsed, &e->issued);
    if (rc != MN_OK) {
        rc = judge(e, rc, MN_FAULT_CERTIFICATE);
        goto out;
    }
    judge_key(e);
    judge_period(e, x->rules.now);
    if (!e->issued.plain)
        blame(e, MN_FAULT_MORE);
    rc = hash_certificate(der, e);
    if (rc == MN_OK)
        rc = judge(e, mn_issued_check_possession_parsed(parsed), MN_FAULT_POSSESSION);
out:
    mn_parsed_certificate_free(&parsed);
    return rc;
}

/* --- the card --- */

/* What leads up to an anchor beside it: neither the card's own certificate nor an anchor. Mostly
 * that is nothing, and reading certificates is what takes the time here. */
static mn_rc leave_out(struct mn_examiner *x, struct mn_span card)
{
    struct mn_certificates left = {0};
    mn_rc rc = MN_OK;

    for (size_t i = 0; i < x->others.count && rc == MN_OK; i++) {
        struct mn_span der = mn_bytes_span(&x->others.der[i]);

        if (!mn_span_equal(der, card) && !mn_card_anchors_has(x->anchors, der))
            rc = mn_certificates_add(&left, der);
    }
    mn_certificates_free(&x->others);
    x->others = left;
    return rc;
}

static mn_rc check_chain(struct mn_examiner *x, const struct mn_parsed_certificate *card,
                         struct mn_examination *e)
{
    mn_rc rc = mn_card_anchors_choose(x->anchors, &x->others, &e->anchor);
    const struct mn_parsed_certificate *const *anchors;
    size_t count;

    if (rc == MN_OK)
        rc = leave_out(x, mn_parsed_certificate_der(card));
    if (rc != MN_OK)
        return rc;
    anchors = mn_card_anchors_chosen(x->anchors, &count);
    return mn_chain_check_parsed(card, &x->others, anchors, count, x->rules.now);
}

static mn_rc judge_chain(struct mn_examiner *x, const struct mn_parsed_certificate *card,
                         struct mn_examination *e)
{
    mn_rc rc = check_chain(x, card, e);

    if (rc == MN_E_EXPIRED ||
        (rc == MN_OK && e->has_signing_time &&
         (e->signing_time < e->card.not_before_time || e->signing_time > e->card.not_after_time))) {
        blame(e, MN_FAULT_CARD_PERIOD);
        return MN_OK;
    }
    return judge(e, rc, MN_FAULT_CARD_UNTRUSTED);
}

/* The CA that issued the card's certificate, among the anchors and what came with it. */
static struct mn_span find_issuer(const struct mn_examiner *x,
                                  const struct mn_parsed_certificate *card)
{
    size_t count;
    const struct mn_parsed_certificate *const *anchors = mn_card_anchors_chosen(x->anchors, &count);

    for (size_t i = 0; i < count; i++)
        if (mn_chain_check_issued_parsed(card, anchors[i]) == MN_OK)
            return mn_parsed_certificate_der(anchors[i]);
    for (size_t i = 0; i < x->others.count; i++) {
        struct mn_span der = mn_bytes_span(&x->others.der[i]);

        if (mn_chain_check_issued(mn_parsed_certificate_der(card), der) == MN_OK)
            return der;
    }
    return mn_span(NULL, 0);
}

static mn_rc check_times(const struct mn_examiner *x, const struct mn_revocation_list *list)
{
    time_t from, until;

    mn_revocation_list_times(list, &from, &until);
    return from > x->rules.now + CLOCKS_DIFFER || (until && until <= x->rules.now) ? MN_E_EXPIRED
                                                                                   : MN_OK;
}

/* The list is large, and the same for all cards of a CA: it is read once. For those of another CA
 * it is none: MN_E_OTHER_AUTHORITY. */
static mn_rc read_list(struct mn_examiner *x, struct mn_span issuer)
{
    struct mn_revocation_list *list = NULL;
    mn_rc rc;

    if (x->list && mn_span_equal(mn_bytes_span(&x->list_issuer), issuer))
        return MN_OK;
    if (mn_span_equal(mn_bytes_span(&x->other_issuer), issuer))
        return MN_E_OTHER_AUTHORITY;
    rc = mn_revocation_list_read(x->rules.revocations, issuer, &list);
    if (rc == MN_E_OTHER_AUTHORITY && mn_bytes_set(&x->other_issuer, issuer) != MN_OK)
        rc = MN_E_MEMORY;
    if (rc == MN_OK)
        rc = check_times(x, list);
    if (rc == MN_OK)
        rc = mn_bytes_set(&x->list_issuer, issuer);
    if (rc == MN_OK) {
        mn_revocation_list_free(&x->list);
        x->list = list;
        list = NULL;
    }
    mn_revocation_list_free(&list);
    return rc;
}

/* Only of a card that is otherwise trusted: of another nobody asks its CA. */
static mn_rc judge_revocation(struct mn_examiner *x, const struct mn_parsed_certificate *card,
                              struct mn_examination *e)
{
    struct mn_revocation_finding finding;
    time_t until;
    mn_rc rc;

    if (x->rules.revocations.len == 0 || (e->faults & UINT32_C(1) << MN_FAULT_CARD_UNTRUSTED))
        return MN_OK;
    rc = read_list(x, find_issuer(x, card));
    if (rc == MN_E_OTHER_AUTHORITY)
        blame(e, MN_FAULT_CARD_UNKNOWN);
    if (rc != MN_OK)
        return rc == MN_E_OTHER_AUTHORITY ? MN_OK : rc;
    rc = mn_revocation_list_find_parsed(x->list, card, &finding);
    if (rc != MN_OK)
        return judge(e, rc, MN_FAULT_CARD_UNKNOWN);
    mn_revocation_list_times(x->list, &e->revocations_from, &until);
    e->revocation_checked = true;
    if (finding.revoked)
        blame(e, MN_FAULT_CARD_REVOKED);
    else if (finding.partial)
        blame(e, MN_FAULT_CARD_UNKNOWN);
    return MN_OK;
}

static char *string_of(const struct mn_bytes *field)
{
    return strndup(field->ptr ? (const char *)field->ptr : "", field->len);
}

static mn_rc read_holder(const struct mn_parsed_certificate *card, struct mn_examination *e)
{
    int year, month, day;
    mn_rc rc = mn_jpki_holder_read_parsed(card, &e->holder);

    if (rc == MN_OK && (e->holder.name.len == 0 || e->holder.address.len == 0))
        rc = MN_E_NOT_FOUND;
    if (rc != MN_OK)
        return judge(e, rc, MN_FAULT_CARD_HOLDER);
    e->name = string_of(&e->holder.name);
    e->address = string_of(&e->holder.address);
    if (!e->name || !e->address)
        return MN_E_MEMORY;
    if (mn_jpki_holder_birth(&e->holder, &year, &month, &day))
        snprintf(e->birth_date, sizeof e->birth_date, "%04u%02u%02u", (unsigned)year % 10000,
                 (unsigned)month % 100, (unsigned)day % 100);
    return MN_OK;
}

static mn_rc examine_card(struct mn_examiner *x, struct mn_span der, struct mn_examination *e)
{
    const struct mn_parsed_certificate *card;
    mn_rc rc = mn_signer_keys_certificate(x->keys, der, &card);

    if (rc == MN_OK)
        rc = mn_certificate_read_parsed(card, &e->card);
    if (rc != MN_OK)
        return judge(e, rc, MN_FAULT_CARD_UNTRUSTED);
    rc = judge_chain(x, card, e);
    if (rc == MN_OK)
        rc = judge_revocation(x, card, e);
    if (rc == MN_OK)
        rc = read_holder(card, e);
    return rc;
}

/* --- the signature --- */

static mn_rc judge_signature(struct mn_examination *e, mn_rc rc)
{
    if (is_ours(rc))
        return rc;
    if (rc == MN_E_CHANGED)
        blame(e, MN_FAULT_OTHER_CONTENT);
    else if (rc != MN_OK)
        blame(e, MN_FAULT_SIGNATURE);
    return MN_OK;
}

static void judge_signing_time(const struct mn_examiner *x, const struct mn_signature *s,
                               struct mn_examination *e)
{
    e->has_signing_time = s->has_time;
    e->signing_time = s->time;
    if (!s->has_time || s->time > x->rules.now + CLOCKS_DIFFER)
        blame(e, MN_FAULT_SIGNING_TIME);
}

static mn_rc examine_signature(struct mn_examiner *x, struct mn_span certificate,
                               struct mn_span file, struct mn_examination *e)
{
    struct mn_signed_data *data = NULL;
    struct mn_signature s = {0};
    mn_rc rc = mn_signed_data_read(file, &data);

    if (rc != MN_OK) {
        rc = judge(e, rc, MN_FAULT_SIGNATURE_FILE);
        goto out;
    }
    if (mn_signed_data_signers(data) != 1)
        blame(e, MN_FAULT_SIGNERS);
    rc = mn_signed_data_certificates(data, &x->others);
    if (rc == MN_OK)
        rc = mn_signed_data_add(data, certificate);
    if (rc == MN_OK)
        rc = judge_signature(e, mn_signed_data_check(data, 0, x->keys, &s));
    if (rc == MN_OK && s.certificate.len == 0)
        blame(e, MN_FAULT_CARD_UNTRUSTED);
    if (rc == MN_OK && !(e->faults & UINT32_C(1) << MN_FAULT_SIGNATURE))
        judge_signing_time(x, &s, e);
    if (rc == MN_OK && s.certificate.len > 0)
        rc = examine_card(x, s.certificate, e);
out:
    mn_signed_data_free(&data);
    mn_certificates_free(&x->others);
    return rc;
}

/* --- both, and what is registered --- */

static void compare_text(struct mn_examination *e, const char *is, const char *should,
                         enum mn_fault fault)
{
    if (should && (!is || strcmp(is, should) != 0))
        blame(e, fault);
}

static void compare(struct mn_examination *e)
{
    int year, month, day;

    compare_text(e, e->issued.name, e->name, MN_FAULT_NAME);
    compare_text(e, e->issued.address, e->address, MN_FAULT_ADDRESS);
    (void)mn_jpki_holder_birth(&e->holder, &year, &month, &day);
    if (e->name && e->issued.birth_year && e->issued.birth_year != (unsigned)year)
        blame(e, MN_FAULT_BIRTH_YEAR);
}

static mn_rc note_same(const struct mn_registered *one, void *self)
{
    struct mn_examination *e = self;

    e->registered = one->number;
    return MN_E_CANCELLED; /* there is one at most */
}

static mn_rc note_earlier(const struct mn_registered *one, void *self)
{
    struct mn_examination *e = self;

    if (e->earlier_count == MN_EXAMINATION_EARLIER) {
        e->has_more_earlier = true;
        return MN_E_CANCELLED;
    }
    e->earlier[e->earlier_count++] = one->number;
    return MN_OK;
}

/* Visits what a query finds; an end that the visit itself has wanted is none of a failure. */
static mn_rc look_up(struct mn_examiner *x, const struct mn_registered_query *query,
                     mn_rc (*visit)(const struct mn_registered *one, void *self),
                     struct mn_examination *e)
{
    mn_rc rc = mn_registered_each(x->rules.registry, query, visit, e);

    return rc == MN_E_CANCELLED ? MN_OK : rc;
}

static mn_rc find_registered(struct mn_examiner *x, struct mn_examination *e)
{
    const struct mn_registered_query same = {.fingerprint = e->fingerprint};
    const struct mn_registered_query same_key = {.key_hash = e->key_hash};
    const struct mn_registration owner = {
        .name = e->name, .address = e->address, .birth_date = e->birth_date};
    const struct mn_registered_query earlier = {.owner = &owner};
    mn_rc rc = look_up(x, &same, note_same, e);

    if (e->registered) {
        blame(e, MN_FAULT_REGISTERED);
    } else if (rc == MN_OK) {
        rc = look_up(x, &same_key, note_same, e);
        if (e->registered)
            blame(e, MN_FAULT_KEY_REGISTERED);
    }
    if (rc == MN_OK && e->name)
        rc = look_up(x, &earlier, note_earlier, e);
    return rc;
}

mn_rc mn_examiner_examine(struct mn_examiner *examiner, struct mn_span certificate,
                          struct mn_span signature, struct mn_examination *out)
{
    mn_rc rc;

    *out = (struct mn_examination){0};
    rc = examine_certificate(examiner, certificate, out);
    if (rc == MN_OK)
        rc = examine_signature(examiner, certificate, signature, out);
    if (rc != MN_OK || (out->faults & UINT32_C(1) << MN_FAULT_CERTIFICATE))
        return rc;
    compare(out);
    return find_registered(examiner, out);
}

void mn_examination_release(struct mn_examination *e)
{
    mn_certificate_release(&e->certificate);
    mn_issued_release(&e->issued);
    mn_certificate_release(&e->card);
    mn_jpki_holder_release(&e->holder);
    free(e->name);
    free(e->address);
    *e = (struct mn_examination){0};
}
