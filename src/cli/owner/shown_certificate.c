#include "cli/owner/shown_certificate.h"

#include <string.h>
#include <time.h>

#include "crypto/certificate.h"

static bool may_sign_certificates(const struct mn_certificate *certificate)
{
    return certificate->key_usage != MN_USAGE_ANY &&
           (certificate->key_usage & MN_USAGE_CERTIFICATE_SIGN);
}

mn_rc mn_shown_read(const struct mn_chosen *chosen, struct mn_shown *out)
{
    struct mn_certificate certificate = {0};
    struct mn_span der = mn_bytes_span(&chosen->der);
    *out = (struct mn_shown){.chosen = chosen};
    mn_rc rc = mn_certificate_read(der, &certificate);
    if (rc == MN_OK) {
        out->term = mn_term_of(&certificate, time(NULL));
        out->is_ca = may_sign_certificates(&certificate);
        memcpy(out->sha1, certificate.sha1, sizeof out->sha1);
        rc = mn_chain_fingerprint(der, out->sha256);
    }
    if (rc == MN_OK)
        rc = mn_description_read(der, &out->description);
    if (rc == MN_OK) {
        out->published = mn_jpki_anchor_find(out->sha256);
        rc = mn_jpki_holder_read(der, &out->holder);
        if (rc == MN_E_NOT_FOUND)
            rc = MN_OK;
    }
    mn_certificate_release(&certificate);
    if (rc)
        mn_shown_release(out);
    return rc;
}

void mn_shown_release(struct mn_shown *shown)
{
    mn_description_release(&shown->description);
    mn_jpki_holder_release(&shown->holder);
    *shown = (struct mn_shown){0};
}

const char *mn_shown_where_to_compare(const struct mn_shown *shown)
{
    if (shown->published)
        return shown->published->published;
    return shown->chosen->kind == MN_CHOSEN_AUTH_CA ? "https://www.jpki.go.jp/ca/ca_rules4.html"
                                                    : "https://www.jpki.go.jp/ca/ca_rules3.html";
}
