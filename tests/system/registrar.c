/* For the tests of what is published: registers certificates without a card.
 *
 *     registrar REGISTRY COUNT          makes so many, registers them, and writes NUMBER.cer of
 * each registrar REGISTRY COUNT same     registers one certificate again and again, for large
 * numbers
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "authority/registered.h"
#include "base/file.h"
#include "crypto/chain.h"
#include "crypto/draft.h"
#include "crypto/library.h"
#include "crypto/private_key.h"

#define YEAR (365 * 86400)

static void must(mn_rc rc, const char *what)
{
    if (rc == MN_OK)
        return;
    fprintf(stderr, "%s: %s\n", what, mn_rc_name(rc));
    exit(1);
}

static void issue(struct mn_private_key *key, struct mn_bytes *out)
{
    time_t now = time(NULL);
    struct mn_draft draft = {.name = "架空　花子",
                             .address = "東京都架空市中央１－２－３",
                             .not_before = now - 60,
                             .not_after = now + 3 * YEAR};

    must(mn_draft_issue(&draft, key, out), "draft");
}

static int64_t enter(struct mn_registry *registry, struct mn_span certificate, unsigned n,
                     bool same)
{
    time_t now = time(NULL);
    struct mn_registration it = {.certificate = certificate,
                                 .card_signature = mn_span("signature", 9),
                                 .name = "架空　花子",
                                 .address = "東京都架空市中央１－２－３",
                                 .birth_date = "19850401",
                                 .mail = "hanako@example.org",
                                 .valid_until = now + 2 * YEAR,
                                 .certificate_until = now + 3 * YEAR};
    int64_t number = 0;

    must(mn_chain_fingerprint(certificate, it.fingerprint), "fingerprint");
    if (same)
        memcpy(it.fingerprint, &n, sizeof n);
    memcpy(it.key_hash, it.fingerprint, sizeof it.key_hash);
    must(mn_registered_add(registry, &it, &number), "add");
    return number;
}

int main(int argc, char **argv)
{
    struct mn_registry_writer writer = {.who = "test", .what = "test", .now = time(NULL)};
    struct mn_registry *registry;
    struct mn_private_key *key;
    struct mn_bytes certificate = {0};
    bool same = argc == 4;

    if (argc != 3 && argc != 4)
        return 2;
    must(mn_crypto_open(), "OpenSSL");
    must(mn_registry_open(argv[1], &registry), argv[1]);
    must(mn_private_key_generate(MN_CHOICE_P256, &key), "key");
    must(mn_registry_begin(registry, &writer), "begin");
    for (unsigned n = 0; n < (unsigned)atoi(argv[2]); n++) {
        char name[32];
        int64_t number;

        if (!same || n == 0)
            issue(key, &certificate);
        number = enter(registry, mn_bytes_span(&certificate), n, same);
        snprintf(name, sizeof name, "%" PRId64 ".cer", number);
        if (!same)
            must(mn_file_write_private(name, mn_bytes_span(&certificate)), name);
    }
    must(mn_registry_commit(registry), "commit");
    mn_registry_close(&registry);
    mn_private_key_free(&key);
    mn_bytes_free(&certificate);
    mn_crypto_close();
    return 0;
}
