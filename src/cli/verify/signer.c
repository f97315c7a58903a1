#include "cli/verify/signer.h"

#include <stdlib.h>
#include <string.h>

#include "cli/message.h"
#include "cli/printable.h"
#include "cli/verb.h"
#include "crypto/certificate.h"
#include "crypto/issued.h"
#include "crypto/jpki_holder.h"

bool mn_signer_is_valid_at(const struct mn_signer *signer, time_t at)
{
    return signer->valid_from <= at && at <= signer->valid_until;
}

static void free_signer(struct mn_signer *signer)
{
    mn_bytes_free(&signer->certificate);
    free(signer->name);
    free(signer->address);
    free(signer);
}

void mn_signers_release(struct mn_signers *signers)
{
    for (size_t i = 0; i < signers->len; i++)
        free_signer(signers->at[i]);
    free(signers->at);
    signers->at = NULL;
    signers->len = 0;
}

/* --- what the certificate says --- */

static mn_rc keep_text(struct mn_span text, char **out)
{
    if (text.len == 0)
        return MN_OK;
    *out = strdup(mn_printable_span(text));
    return *out ? MN_OK : MN_E_MEMORY;
}

/* A card's certificate has its owner in fields of JPKI's own. */
static mn_rc read_holder(struct mn_signer *signer)
{
    struct mn_jpki_holder holder;
    int year, month, day;
    mn_rc rc = mn_jpki_holder_read(mn_bytes_span(&signer->certificate), &holder);
    if (rc)
        return rc;
    rc = keep_text(mn_bytes_span(&holder.name), &signer->name);
    if (rc == MN_OK)
        rc = keep_text(mn_bytes_span(&holder.address), &signer->address);
    if (mn_jpki_holder_birth(&holder, &year, &month, &day))
        signer->birth_year = (unsigned)year;
    mn_jpki_holder_release(&holder);
    return rc;
}

static mn_rc read_issued(struct mn_signer *signer)
{
    struct mn_issued issued;
    mn_rc rc = mn_issued_read(mn_bytes_span(&signer->certificate), &issued);
    if (rc)
        return rc;
    if (issued.name)
        rc = keep_text(mn_span(issued.name, strlen(issued.name)), &signer->name);
    if (rc == MN_OK && issued.address)
        rc = keep_text(mn_span(issued.address, strlen(issued.address)), &signer->address);
    signer->birth_year = issued.birth_year;
    mn_issued_release(&issued);
    return rc;
}

static mn_rc read_certificate(struct mn_signer *signer)
{
    struct mn_span der = mn_bytes_span(&signer->certificate);
    struct mn_certificate c = {0};
    mn_rc rc = mn_certificate_read(der, &c);
    if (rc == MN_OK)
        rc = mn_fingerprint_text(der, signer->fingerprint);
    if (rc == MN_OK) {
        signer->valid_from = c.not_before_time;
        signer->valid_until = c.not_after_time;
        signer->self_signed = mn_span_equal(mn_bytes_span(&c.subject), mn_bytes_span(&c.issuer)) &&
                              mn_issued_check_possession(der) == MN_OK;
    }
    mn_certificate_release(&c);
    if (rc == MN_OK && !signer->self_signed) {
        rc = read_holder(signer);
        if (rc == MN_E_MEMORY || rc == MN_E_CRYPTO)
            return rc;
        rc = MN_OK;
    }
    return rc == MN_OK && !signer->name ? read_issued(signer) : rc;
}

/* --- who vouches for it --- */

/* Of several statements about it one that is not right counts. */
static bool find_statement(const struct mn_signers *signers, struct mn_signer *signer)
{
    bool found = false;
    for (size_t i = 0; i < signers->statement_count; i++) {
        const struct mn_statement *s = &signers->statements[i];
        if (!mn_statement_is_about(s, mn_bytes_span(&signer->certificate)))
            continue;
        if (!found || s->problem.status != MN_EXIT_OK)
            signer->statement = s;
        found = true;
    }
    return found;
}

static void judge_self_signed(const struct mn_signers *signers, struct mn_signer *signer)
{
    if (find_statement(signers, signer)) {
        mn_problem_take(&signer->problem, &signer->statement->problem);
        return;
    }
    /* None is: because of one that could not be had, or that is not the one asked for? */
    for (size_t i = 0; i < signers->statement_count; i++) {
        const struct mn_statement *s = &signers->statements[i];
        if (!s->authentic || s->problem.status == MN_EXIT_OTHER_CERTIFICATE)
            mn_problem_take(&signer->problem, &s->problem);
    }
    if (signers->statement_count > 0)
        mn_problem_set(&signer->problem, MN_EXIT_OTHER_CERTIFICATE,
                       _("the validity data are about another certificate than the signer's"));
    mn_problem_set(&signer->problem, MN_EXIT_NO_VALIDITY,
                   _("nobody was asked whether the signer's certificate is valid: --number and "
                     "--site say where"));
}

static mn_rc judge_issued_by_ca(const struct mn_signers *signers, struct mn_signer *signer,
                                const struct mn_signed_data *signed_data)
{
    struct mn_certificates others = {0};
    mn_rc rc = mn_signed_data_certificates(signed_data, &others);
    if (rc == MN_OK)
        mn_ca_trust_check(signers->ca_trust, mn_bytes_span(&signer->certificate), &others,
                          &signer->ca, &signer->problem);
    if (signer->ca.trusted) {
        signer->valid_from = signer->ca.valid_from;
        signer->valid_until = signer->ca.valid_until;
    }
    mn_certificates_free(&others);
    return rc;
}

/* --- the list --- */

/* One that no CA was found for is looked at anew each time: the next file may have the CA's. */
static const struct mn_signer *find_known(const struct mn_signers *signers,
                                          struct mn_span certificate)
{
    for (size_t i = 0; i < signers->len; i++) {
        const struct mn_signer *known = signers->at[i];
        if ((known->self_signed || known->ca.trusted) &&
            mn_span_equal(mn_bytes_span(&known->certificate), certificate))
            return known;
    }
    return NULL;
}

static mn_rc add(struct mn_signers *signers, struct mn_signer *signer)
{
    /* NOLINTNEXTLINE(bugprone-sizeof-expression): the array is one of pointers */
    struct mn_signer **grown = realloc(signers->at, (signers->len + 1) * sizeof *grown);
    if (!grown)
        return MN_E_MEMORY;
    signers->at = grown;
    signers->at[signers->len++] = signer;
    signer->ordinal = (unsigned)signers->len;
    return MN_OK;
}

mn_rc mn_signers_find(struct mn_signers *signers, struct mn_span certificate,
                      const struct mn_signed_data *signed_data, const struct mn_signer **out)
{
    *out = find_known(signers, certificate);
    if (*out)
        return MN_OK;
    struct mn_signer *made = calloc(1, sizeof *made);
    if (!made)
        return MN_E_MEMORY;
    mn_rc rc = mn_bytes_set(&made->certificate, certificate);
    if (rc == MN_OK)
        rc = read_certificate(made);
    if (rc == MN_OK && made->self_signed)
        judge_self_signed(signers, made);
    else if (rc == MN_OK)
        rc = judge_issued_by_ca(signers, made, signed_data);
    if (rc == MN_OK)
        rc = add(signers, made);
    if (rc)
        free_signer(made);
    else
        *out = made;
    return rc;
}
