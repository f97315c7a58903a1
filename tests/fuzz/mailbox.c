/* Requests that came by mail: the input is a message or a mailbox, as `mynakey authority approve`
 * reads it. */
#include "cli/authority/mailbox.h"

#include <string.h>

#include "cli/issue/mail.h"
#include "crypto/library.h"
#include "input_file.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    FUZZ_REQUIRE(mn_crypto_open() == MN_OK);
    return 0;
}

static int visit(const struct mn_request_source *source, void *self)
{
    unsigned *count = self;

    FUZZ_REQUIRE(source->from && *source->from);
    FUZZ_REQUIRE(source->certificate.len <= MN_REQUEST_FILE_MAX);
    FUZZ_REQUIRE(source->signature.len <= MN_REQUEST_FILE_MAX);
    FUZZ_REQUIRE(!source->sender || mn_mail_is_address(source->sender));
    return ++*count == 1000;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned count = 0;

    (void)mn_mailbox_each(fuzz_input_file(data, size), visit, &count);
    FUZZ_REQUIRE(count <= size + 1);
    return 0;
}
