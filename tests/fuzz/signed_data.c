/* A .mnsgn from anybody: the input is one, of the letter in tests/golden. Signatures hold, so that
 * what is behind them is read, too. */
#include "crypto/signed_data.h"

#include "crypto/timestamp.h"
#include "golden.h"

static struct mn_span letter;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    letter = fuzz_golden("letter.txt");
    return 0;
}

static void check_signer(struct mn_signed_data *s, size_t i, struct mn_signer_keys *keys)
{
    struct mn_signature signature;
    struct mn_timestamp stamp;
    mn_rc rc = mn_signed_data_check(s, i, keys, &signature);

    if (rc == MN_OK || rc == MN_E_CHANGED)
        FUZZ_REQUIRE(signature.certificate.len > 0 && signature.value.len > 0);
    if (signature.time_stamp.len == 0)
        return;
    (void)mn_timestamp_read(signature.time_stamp, signature.value, &stamp);
    mn_timestamp_release(&stamp);
}

static void check(struct mn_signed_data *s)
{
    struct mn_signer_keys *keys = NULL;
    struct mn_certificates list = {0};

    FUZZ_REQUIRE(mn_signer_keys_new(&keys) == MN_OK);
    FUZZ_REQUIRE(mn_signed_data_signers(s) >= 1 && mn_signed_data_signers(s) <= MN_SIGNERS_MAX);
    FUZZ_REQUIRE(mn_signed_data_certificates(s, &list) == MN_OK);
    FUZZ_REQUIRE(mn_signed_data_add(s, letter) == MN_OK);
    for (size_t i = 0; i < mn_signed_data_signers(s); i++)
        check_signer(s, i, keys);
    mn_certificates_free(&list);
    mn_signer_keys_free(&keys);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mn_signed_data *s = NULL;

    if (mn_signed_data_read(mn_span(data, size), &s) == MN_OK)
        check(s);
    else
        FUZZ_REQUIRE(!s);
    mn_signed_data_free(&s);
    return 0;
}
