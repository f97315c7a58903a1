/* A list of withdrawn certificates: the input is one, DER or PEM. Signatures hold, so that what is
 * behind them is read, too. */
#include "crypto/revocation_list.h"

#include "golden.h"

static struct mn_span authority, subject;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    authority = fuzz_golden("authority.cer");
    subject = fuzz_golden("subject.cer");
    return 0;
}

static void find(const struct mn_revocation_list *list, struct mn_span certificate)
{
    struct mn_revocation_finding finding;

    if (mn_revocation_list_find(list, certificate, &finding) != MN_OK)
        FUZZ_REQUIRE(!finding.revoked && finding.when == 0);
    else
        FUZZ_REQUIRE(finding.revoked || finding.when == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mn_revocation_list *list = NULL;
    time_t from, until;

    if (mn_revocation_list_read(mn_span(data, size), authority, &list) == MN_OK) {
        mn_revocation_list_times(list, &from, &until);
        find(list, subject);
        find(list, authority);
    } else {
        FUZZ_REQUIRE(!list);
    }
    mn_revocation_list_free(&list);
    return 0;
}
