#include "cli/authority/approval_rules.h"

#include <stdio.h>

#include "base/file.h"
#include "cli/message.h"
#include "cli/printable.h"
#include "cli/revocation_file.h"
#include "cli/verb.h"

static int failed(const char *file, mn_rc rc)
{
    fprintf(stderr, "mynakey: %s: %s\n", mn_printable(file), mn_message_rc(rc));
    return MN_EXIT_FAILED;
}

static int read_anchors(struct mn_approval_rules *rules, const char *path)
{
    struct mn_bytes file = {0};
    if (!path)
        return MN_EXIT_OK;
    fprintf(stderr,
            _("WARNING: the CA certificates in %s are trusted now, not JPKI's published "
              "ones. That is good for test cards only.\n"),
            mn_printable(path));
    mn_rc rc = mn_file_read(path, MN_CERTIFICATES_FILE_MAX, &file);
    if (rc == MN_OK)
        rc = mn_certificates_read(mn_bytes_span(&file), &rules->anchors);
    mn_bytes_free(&file);
    return rc ? failed(path, rc) : MN_EXIT_OK;
}

static int read_crl(struct mn_approval_rules *rules, const char *path)
{
    mn_rc rc = path ? mn_revocation_file_read(path, &rules->crl) : MN_OK;
    return rc ? failed(path, rc) : MN_EXIT_OK;
}

static int read_authority(struct mn_approval_rules *rules, const struct mn_office *office)
{
    struct mn_certificate own = {0};
    mn_rc rc = mn_certificate_read(mn_bytes_span(&office->profile.certificate), &own);
    rules->authority_until = own.not_after_time;
    mn_certificate_release(&own);
    return rc ? mn_office_tell(MN_E_DAMAGED) : MN_EXIT_OK;
}

static int open_examiner(struct mn_approval_rules *rules, const struct mn_approval *approval,
                         const struct mn_office *office)
{
    const struct mn_examiner_rules by = {.registry = office->registry,
                                         .anchors = approval->anchor ? &rules->anchors : NULL,
                                         .revocations = mn_bytes_span(&rules->crl),
                                         .now = office->writer.now};
    mn_rc rc = mn_examiner_open(&by, &rules->examiner);
    return rc ? mn_office_tell(rc) : MN_EXIT_OK;
}

int mn_approval_rules_open(struct mn_approval_rules *rules, const struct mn_approval *approval,
                           const struct mn_office *office)
{
    int status = read_anchors(rules, approval->anchor);
    if (status == MN_EXIT_OK)
        status = read_crl(rules, approval->crl);
    if (status == MN_EXIT_OK)
        status = read_authority(rules, office);
    if (status == MN_EXIT_OK)
        status = open_examiner(rules, approval, office);
    return status;
}

void mn_approval_rules_release(struct mn_approval_rules *rules)
{
    mn_examiner_close(&rules->examiner);
    mn_certificates_free(&rules->anchors);
    mn_bytes_free(&rules->crl);
}
