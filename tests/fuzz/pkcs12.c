/* A software certificate's file: the input is a PKCS#12 file with the passphrase "1234", or without
 * any. Those without a MAC are read to their end whatever is in them. */
#include "crypto/pkcs12.h"

#include "crypto/library.h"
#include "target.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    FUZZ_REQUIRE(mn_crypto_open() == MN_OK);
    return 0;
}

static void use(const struct mn_private_key *key)
{
    uint8_t value[32] = {1}, signature[MN_SIGNATURE_MAX];
    size_t len = sizeof signature, expected = mn_private_key_signature_len(key);
    mn_rc rc;

    if (mn_private_key_kind(key) == MN_KEY_RSA)
        rc = mn_private_key_sign_pkcs1(key, mn_span(value, sizeof value), signature, &len);
    else
        rc = mn_private_key_sign_ecdsa(key, mn_span(value, sizeof value), signature, &len);
    FUZZ_REQUIRE(rc != MN_OK || len == expected);
}

static void read_with(struct mn_span file, const char *passphrase, size_t len)
{
    struct mn_pkcs12 content;

    if (mn_pkcs12_read(file, mn_span(passphrase, len), &content) == MN_OK) {
        FUZZ_REQUIRE(content.key && content.certificate.len > 0);
        use(content.key);
    } else {
        FUZZ_REQUIRE(!content.key && content.certificate.len == 0 && content.others.count == 0);
    }
    mn_pkcs12_release(&content);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    read_with(mn_span(data, size), "1234", 4);
    read_with(mn_span(data, size), "", 0);
    return 0;
}
