/* What a CA sends back: the input is a file with certificates, DER, PKCS#7 or PEM. */
#include "crypto/certificate.h"
#include "crypto/chain.h"
#include "golden.h"

#define WHEN 1795325400

static struct mn_span known;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    known = fuzz_golden("letter-ca.cer");
    return 0;
}

static void sort(struct mn_certificates *list)
{
    struct mn_certificate first;
    struct mn_bytes leaf = {0};
    struct mn_certificates issuers = {0};
    size_t before = list->count;

    if (mn_certificate_read(mn_bytes_span(&list->der[before - 1]), &first) == MN_OK &&
        mn_chain_sort(list, mn_bytes_span(&first.public_key_info), &leaf, &issuers) == MN_OK)
        FUZZ_REQUIRE(leaf.len > 0 && list->count + issuers.count + 1 == before);
    mn_certificates_free(&issuers);
    mn_bytes_free(&leaf);
    mn_certificate_release(&first);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mn_certificates list = {0}, anchors = {0};

    FUZZ_REQUIRE(mn_certificates_add(&list, known) == MN_OK);
    FUZZ_REQUIRE(mn_certificates_add(&anchors, known) == MN_OK);
    if (mn_certificates_read(mn_span(data, size), &list) == MN_OK) {
        FUZZ_REQUIRE(list.count > 1 && list.count <= MN_CERTIFICATES_MAX);
        (void)mn_chain_check(mn_bytes_span(&list.der[1]), &list, &anchors, WHEN);
        sort(&list);
    } else {
        FUZZ_REQUIRE(list.count == 1);
    }
    mn_certificates_free(&anchors);
    mn_certificates_free(&list);
    return 0;
}
