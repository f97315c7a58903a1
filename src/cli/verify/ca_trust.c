#include "cli/verify/ca_trust.h"

#include <stdio.h>
#include <stdlib.h>

#include "cli/verify/limited_file.h"
#include "cli/message.h"
#include "cli/printable.h"
#include "cli/revocation_file.h"
#include "cli/verb.h"
#include "cli/verify/clock_text.h"
#include "crypto/certificate.h"
#include "crypto/chain.h"
#include "crypto/common_name.h"
#include "crypto/jpki_anchor.h"

#define STEPS_MAX 8 /* from a certificate up to its anchor */

static int failed(const char *path, mn_rc rc)
{
    fprintf(stderr, "mynakey: %s: %s\n", mn_printable(path), mn_message_rc(rc));
    return MN_EXIT_FAILED;
}

int mn_ca_trust_read(struct mn_ca_trust *trust, const char *anchor_file, const char *list_file)
{
    struct mn_bytes file = {0};
    mn_rc rc = MN_OK;
    if (anchor_file) {
        rc = mn_limited_file_read(anchor_file, MN_CERTIFICATES_FILE_MAX, &file);
        if (rc == MN_OK)
            rc = mn_certificates_read(mn_bytes_span(&file), &trust->named);
        mn_bytes_free(&file);
    }
    if (rc)
        return failed(anchor_file, rc);
    if (list_file)
        rc = mn_revocation_file_read(list_file, &trust->list_file);
    return rc ? failed(list_file, rc) : MN_EXIT_OK;
}

void mn_ca_trust_release(struct mn_ca_trust *trust)
{
    mn_certificates_free(&trust->named);
    mn_certificates_free(&trust->published);
    mn_bytes_free(&trust->list_file);
    mn_revocation_list_free(&trust->list);
}

/* --- up to a CA that is trusted --- */

static bool has(const struct mn_certificates *list, struct mn_span certificate)
{
    for (size_t i = 0; i < list->count; i++)
        if (mn_span_equal(mn_bytes_span(&list->der[i]), certificate))
            return true;
    return false;
}

/* JPKI publishes fingerprints; the certificates themselves come with the signatures. */
static mn_rc gather_published(struct mn_ca_trust *trust, const struct mn_certificates *others)
{
    mn_rc rc = MN_OK;
    for (size_t i = 0; rc == MN_OK && i < others->count; i++) {
        struct mn_span der = mn_bytes_span(&others->der[i]);
        uint8_t fingerprint[MN_FINGERPRINT_BYTES];
        rc = mn_chain_fingerprint(der, fingerprint);
        const struct mn_jpki_anchor *anchor = rc ? NULL : mn_jpki_anchor_find(fingerprint);
        if (anchor && anchor->signs && !has(&trust->published, der))
            rc = mn_certificates_add(&trust->published, der);
    }
    return rc;
}

/* The one that vouches for certificate; empty: none. */
static struct mn_span issuer_in(const struct mn_certificates *list, struct mn_span certificate)
{
    for (size_t i = 0; i < list->count; i++)
        if (mn_chain_check_issued(certificate, mn_bytes_span(&list->der[i])) == MN_OK)
            return mn_bytes_span(&list->der[i]);
    return mn_span(NULL, 0);
}

static bool narrow(struct mn_ca_finding *finding, struct mn_span certificate)
{
    struct mn_certificate c = {0};
    if (mn_certificate_read(certificate, &c) != MN_OK)
        return false;
    if (c.not_before_time > finding->valid_from)
        finding->valid_from = c.not_before_time;
    if (finding->valid_until == 0 || c.not_after_time < finding->valid_until)
        finding->valid_until = c.not_after_time;
    mn_certificate_release(&c);
    return true;
}

/* The anchor that certificate leads to, empty where there is none; the time that all of them are
 * valid goes into *finding. */
static struct mn_span climb(const struct mn_ca_trust *trust, struct mn_span certificate,
                            const struct mn_certificates *others, struct mn_ca_finding *finding)
{
    const struct mn_span none = mn_span(NULL, 0);
    for (int step = 0; step < STEPS_MAX; step++) {
        if (!narrow(finding, certificate))
            return none;
        struct mn_span above = issuer_in(&trust->published, certificate);
        finding->published = above.len > 0;
        if (above.len == 0)
            above = issuer_in(&trust->named, certificate);
        if (above.len > 0)
            return narrow(finding, above) ? above : none;
        certificate = issuer_in(others, certificate);
        if (certificate.len == 0)
            return none;
    }
    return none;
}

/* The whole chain by all the rules, at a time when its dates are no matter. */
static mn_rc check_chain(const struct mn_ca_trust *trust, struct mn_span certificate,
                         const struct mn_certificates *others, time_t at)
{
    mn_rc rc = mn_chain_check(certificate, others, &trust->published, at);
    return rc == MN_OK ? MN_OK : mn_chain_check(certificate, others, &trust->named, at);
}

static void describe(struct mn_ca_finding *finding, struct mn_span anchor)
{
    uint8_t fingerprint[MN_FINGERPRINT_BYTES];
    const struct mn_jpki_anchor *known = NULL;
    char name[sizeof finding->name] = "";
    if (mn_chain_fingerprint(anchor, fingerprint) == MN_OK)
        known = mn_jpki_anchor_find(fingerprint);
    if (!known)
        (void)mn_common_name(anchor, name, sizeof name);
    snprintf(finding->name, sizeof finding->name, "%s",
             known     ? known->name
             : name[0] ? mn_printable(name)
                       : _("(without a name)"));
    (void)mn_fingerprint_text(anchor, finding->fingerprint);
}

static struct mn_span find_anchor(struct mn_ca_trust *trust, struct mn_span certificate,
                                  const struct mn_certificates *others,
                                  struct mn_ca_finding *finding, struct mn_problem *problem)
{
    struct mn_span anchor = mn_span(NULL, 0);
    mn_rc rc = gather_published(trust, others);
    if (rc == MN_OK)
        anchor = climb(trust, certificate, others, finding);
    if (rc == MN_OK && anchor.len == 0)
        rc = MN_E_UNTRUSTED;
    if (rc == MN_OK)
        rc = check_chain(trust, certificate, others, finding->valid_from);
    finding->trusted = rc == MN_OK;
    if (rc == MN_OK)
        describe(finding, anchor);
    else if (rc == MN_E_CRYPTO || rc == MN_E_MEMORY)
        mn_problem_set(problem, MN_EXIT_FAILED, "%s", mn_message_rc(rc));
    else
        mn_problem_set(problem, MN_EXIT_UNTRUSTED,
                       _("the signer's certificate comes from no CA of JPKI whose fingerprint is "
                         "published, nor from one that --anchor names"));
    return finding->trusted ? anchor : mn_span(NULL, 0);
}

/* --- what the CA has withdrawn --- */

/* Reads the list with each certificate that may have signed it, until one has. */
static mn_rc read_list(struct mn_ca_trust *trust, struct mn_span anchor)
{
    const struct mn_certificates *const all[] = {&trust->published, &trust->named};
    struct mn_span file = mn_bytes_span(&trust->list_file);
    mn_rc rc = mn_revocation_list_read(file, anchor, &trust->list);
    for (size_t l = 0; l < 2; l++)
        for (size_t i = 0; rc == MN_E_OTHER_AUTHORITY && i < all[l]->count; i++)
            rc = mn_revocation_list_read(file, mn_bytes_span(&all[l]->der[i]), &trust->list);
    return rc;
}

static void judge_list(const struct mn_ca_trust *trust, const struct mn_ca_finding *finding,
                       struct mn_problem *problem)
{
    char text[MN_CLOCK_TEXT_ROOM];
    if (finding->list_says.revoked) {
        mn_clock_text(finding->list_says.when, text);
        mn_problem_set(problem, MN_EXIT_REVOKED,
                       _("the CA has revoked the certificate, as of %s (%s)"), text,
                       mn_revocation_reason_name(finding->list_says.reason));
    }
    if (finding->list_until && finding->list_until < trust->now) {
        mn_clock_text(finding->list_until, text);
        mn_problem_set(problem, MN_EXIT_EXPIRED,
                       _("the list of --crl ended on %s; what was revoked since is not in it"),
                       text);
    }
}

static void ask_list(struct mn_ca_trust *trust, struct mn_span certificate, struct mn_span anchor,
                     struct mn_ca_finding *finding, struct mn_problem *problem)
{
    mn_rc rc = trust->list ? MN_OK : read_list(trust, anchor);
    if (rc == MN_OK)
        rc = mn_revocation_list_find(trust->list, certificate, &finding->list_says);
    if (rc == MN_OK) {
        finding->list_asked = true;
        mn_revocation_list_times(trust->list, &finding->list_from, &finding->list_until);
        judge_list(trust, finding, problem);
    } else if (rc == MN_E_OTHER_AUTHORITY || rc == MN_E_OTHER_CERTIFICATE) {
        mn_problem_set(problem, MN_EXIT_NO_VALIDITY,
                       _("the list of --crl does not speak of the signer's certificate"));
    } else {
        mn_problem_set(problem, MN_EXIT_NO_VALIDITY, _("the list of --crl cannot be used: %s"),
                       mn_message_rc(rc));
    }
}

void mn_ca_trust_check(struct mn_ca_trust *trust, struct mn_span certificate,
                       const struct mn_certificates *others, struct mn_ca_finding *out,
                       struct mn_problem *problem)
{
    *out = (struct mn_ca_finding){0};
    struct mn_span anchor = find_anchor(trust, certificate, others, out, problem);
    if (out->trusted && trust->list_file.len > 0)
        ask_list(trust, certificate, anchor, out, problem);
}
