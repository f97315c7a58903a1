/* A list of withdrawn certificates: the input is one, DER or PEM, or one in DER and behind it a
 * certificate that is looked for in it. Signatures hold, so that what is behind them is read, too.
 */
#include "crypto/revocation_list.h"

#include <openssl/asn1.h>

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

static void look(struct mn_span file, struct mn_span certificate)
{
    struct mn_revocation_list *list = NULL;
    time_t from, until;

    if (mn_revocation_list_read(file, authority, &list) == MN_OK) {
        mn_revocation_list_times(list, &from, &until);
        find(list, certificate);
        find(list, authority);
    } else {
        FUZZ_REQUIRE(!list);
    }
    mn_revocation_list_free(&list);
}

/* How much of the input is the first of several; all of it where that cannot be said. */
static size_t first_of(const uint8_t *data, size_t size)
{
    const unsigned char *at = data;
    long len;
    int tag, class, how;

    if (size == 0 || data[0] != 0x30)
        return size;
    how = ASN1_get_object(&at, &len, &tag, &class, (long)size);
    return how == V_ASN1_CONSTRUCTED ? (size_t)(at - data) + (size_t)len : size;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t first = first_of(data, size);

    look(mn_span(data, size), subject);
    if (first < size)
        look(mn_span(data, first), mn_span(data + first, size - first));
    return 0;
}
