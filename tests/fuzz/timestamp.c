/* What a time stamp authority answers: the input is a reply, or a token. Signatures hold, so that
 * what is behind them is read, too. */
#include "crypto/timestamp.h"

#include <string.h>

#include "crypto/signed_data.h"
#include "golden.h"

static struct mn_span letter;
static struct mn_signature signature;
static struct mn_timestamp_query query = {
    .nonce = {0x9B, 0x50, 0x66, 0x49, 0x9E, 0xB2, 0xAE, 0xC9}};

/* The signature that the golden stamp is of. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    static struct mn_signed_data *stamped; /* the signature is of it */

    (void)argc;
    (void)argv;
    letter = fuzz_golden("letter-signed.mnsgn");
    FUZZ_REQUIRE(mn_signed_data_read(fuzz_golden("letter-stamped.mnsgn"), &stamped) == MN_OK);
    (void)mn_signed_data_check(stamped, 0, NULL, &signature);
    FUZZ_REQUIRE(signature.value.len > 0);
    FUZZ_REQUIRE(mn_digest_of(MN_SHA256, signature.value, query.imprint) == MN_OK);
    return 0;
}

static void read_token(struct mn_span token)
{
    struct mn_timestamp stamp;

    if (mn_timestamp_read(token, signature.value, &stamp) == MN_OK)
        FUZZ_REQUIRE(stamp.certificate.len > 0 && stamp.accuracy >= -1);
    else
        FUZZ_REQUIRE(stamp.certificate.len == 0 && stamp.others.count == 0);
    mn_timestamp_release(&stamp);
}

static void attach(struct mn_span token)
{
    struct mn_signed_data *signed_letter = NULL;
    struct mn_signature its;
    struct mn_bytes out = {0};

    FUZZ_REQUIRE(mn_signed_data_read(letter, &signed_letter) == MN_OK);
    (void)mn_signed_data_check(signed_letter, 0, NULL, &its);
    if (mn_timestamp_attach(letter, its.value, token, &out) == MN_OK)
        FUZZ_REQUIRE(out.len > letter.len);
    else
        FUZZ_REQUIRE(out.len == 0);
    mn_bytes_free(&out);
    mn_signed_data_free(&signed_letter);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mn_span input = mn_span(data, size);
    struct mn_bytes token = {0};

    read_token(input);
    if (mn_timestamp_take(input, &query, &token) == MN_OK) {
        FUZZ_REQUIRE(token.len > 0 && token.len < size);
        attach(mn_bytes_span(&token));
    }
    mn_bytes_free(&token);
    attach(input);
    return 0;
}
