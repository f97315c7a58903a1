/* What a validity authority says: the input is an .ors. Signatures hold, so that what is behind
 * them is read, too. */
#include "crypto/validity_data.h"

#include "golden.h"

#define WHEN 1795325400

static struct mn_span authority, subject;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    authority = fuzz_golden("authority.cer");
    subject = fuzz_golden("subject.cer");
    return 0;
}

static void check(struct mn_span der, struct mn_span about)
{
    struct mn_validity what;
    mn_rc rc = mn_validity_check(der, about, authority, &what);

    if (rc != MN_OK) {
        FUZZ_REQUIRE(rc == MN_E_OTHER_CERTIFICATE || what.number == 0);
        return;
    }
    FUZZ_REQUIRE(what.number >= 1 && what.number <= MN_VALIDITY_NUMBER_MAX);
    FUZZ_REQUIRE(what.state == MN_VALIDITY_REVOKED || what.revoked_at == 0);
    (void)mn_validity_at(&what, WHEN);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mn_span der = mn_span(data, size);
    struct mn_bytes whose = {0};

    check(der, subject);
    check(der, (struct mn_span){0});
    if (mn_validity_authority(der, &whose) == MN_OK)
        FUZZ_REQUIRE(whose.len > 0 && whose.len < size);
    mn_bytes_free(&whose);
    return 0;
}
