#include "authority/card_anchors.h"

#include <stdlib.h>

#include "crypto/chain.h"

struct mn_card_anchors {
    bool are_named;
    struct mn_parsed_certificate *known[MN_CERTIFICATES_MAX];
    size_t known_count;
    const struct mn_parsed_certificate *chosen[MN_CERTIFICATES_MAX];
    size_t count;
};

/* The one with these bytes, parsed now where it was not yet; NULL when it cannot be. */
static mn_rc know(struct mn_card_anchors *a, struct mn_span der,
                  const struct mn_parsed_certificate **out)
{
    mn_rc rc;

    for (size_t i = 0; i < a->known_count; i++) {
        *out = a->known[i];
        if (mn_span_equal(mn_parsed_certificate_der(*out), der))
            return MN_OK;
    }
    *out = NULL;
    if (a->known_count == MN_CERTIFICATES_MAX)
        return MN_E_EXCESSIVE;
    rc = mn_parsed_certificate_new(der, &a->known[a->known_count]);
    if (rc == MN_OK)
        *out = a->known[a->known_count++];
    return rc == MN_E_BAD_CERTIFICATE ? MN_OK : rc;
}

static mn_rc choose(struct mn_card_anchors *a, struct mn_span der)
{
    const struct mn_parsed_certificate *one;
    mn_rc rc;

    if (mn_card_anchors_has(a, der))
        return MN_OK;
    rc = know(a, der, &one);
    if (rc == MN_OK && one)
        a->chosen[a->count++] = one;
    return rc;
}

mn_rc mn_card_anchors_open(const struct mn_certificates *named, struct mn_card_anchors **out)
{
    struct mn_card_anchors *a = calloc(1, sizeof *a);
    mn_rc rc = a ? MN_OK : MN_E_MEMORY;

    if (a)
        a->are_named = named != NULL;
    for (size_t i = 0; rc == MN_OK && named && i < named->count; i++)
        rc = choose(a, mn_bytes_span(&named->der[i]));
    if (rc != MN_OK)
        mn_card_anchors_close(&a);
    *out = a;
    return rc;
}

void mn_card_anchors_close(struct mn_card_anchors **anchors)
{
    struct mn_card_anchors *a = *anchors;

    *anchors = NULL;
    if (!a)
        return;
    for (size_t i = 0; i < a->known_count; i++)
        mn_parsed_certificate_free(&a->known[i]);
    free(a);
}

mn_rc mn_card_anchors_choose(struct mn_card_anchors *anchors, const struct mn_certificates *others,
                             const struct mn_jpki_anchor **published)
{
    mn_rc rc = MN_OK;

    *published = NULL;
    if (anchors->are_named)
        return MN_OK;
    anchors->count = 0;
    for (size_t i = 0; i < others->count && rc == MN_OK; i++) {
        struct mn_span der = mn_bytes_span(&others->der[i]);
        uint8_t fingerprint[MN_FINGERPRINT_BYTES];
        const struct mn_jpki_anchor *anchor;

        rc = mn_chain_fingerprint(der, fingerprint);
        anchor = rc == MN_OK ? mn_jpki_anchor_find(fingerprint) : NULL;
        if (anchor && anchor->signs) {
            rc = choose(anchors, der);
            *published = anchor;
        }
    }
    return rc;
}

const struct mn_parsed_certificate *const *
mn_card_anchors_chosen(const struct mn_card_anchors *anchors, size_t *count)
{
    *count = anchors->count;
    return anchors->chosen;
}

bool mn_card_anchors_has(const struct mn_card_anchors *anchors, struct mn_span der)
{
    for (size_t i = 0; i < anchors->count; i++)
        if (mn_span_equal(mn_parsed_certificate_der(anchors->chosen[i]), der))
            return true;
    return false;
}
