#include "made_registry.h"

#include <check.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "authority/registry.h"
#include "crypto/library.h"
#include "base/scratch.h"

static struct mn_registry *registry;

const char *made_registry_path(void)
{
    return mn_scratch_path("registry");
}

const struct mn_registry_writer *made_writer(void)
{
    static const struct mn_registry_writer writer = {
        .who = "hana", .what = "test", .now = MADE_NOW};

    return &writer;
}

void made_registry_begin(void)
{
    uint8_t certificate[] = "a certificate";
    struct mn_registry_profile profile = {
        .certificate = {.ptr = certificate, .len = sizeof certificate},
        .key = (char[]){"authority.pfx"},
        .years = 2};

    ck_assert_int_eq(mn_crypto_open(), MN_OK);
    ck_assert_int_eq(mn_registry_create(made_registry_path(), &profile, "hana", MADE_NOW), MN_OK);
    ck_assert_int_eq(mn_registry_open(made_registry_path(), &registry), MN_OK);
}

void made_registry_end(void)
{
    mn_registry_close(&registry);
    mn_crypto_close();
}

struct mn_registry *made_registry(void)
{
    return registry;
}

struct mn_registration made_registration(unsigned n)
{
    static char certificate[32], name[64];
    struct mn_registration it = {.address = "東京都清瀬市観布子南",
                                 .birth_date = "19800217",
                                 .mail = "mikiya@example.jp",
                                 .name = name,
                                 .valid_until = MADE_UNTIL,
                                 .certificate_until = MADE_UNTIL + 86400};
    int len = snprintf(certificate, sizeof certificate, "certificate %u", n);

    snprintf(name, sizeof name, "黒桐　%u", n);
    it.certificate = mn_span(certificate, (size_t)len);
    it.card_signature = mn_span("signature", 9);
    ck_assert_int_eq(mn_digest_of(MN_SHA256, it.certificate, it.fingerprint), MN_OK);
    ck_assert_int_eq(mn_digest_of(MN_SHA256, mn_span(it.fingerprint, 32), it.key_hash), MN_OK);
    return it;
}

void made_add(unsigned n, int64_t number)
{
    struct mn_registration it = made_registration(n);
    int64_t given;

    ck_assert_int_eq(mn_registry_begin(registry, made_writer()), MN_OK);
    ck_assert_int_eq(mn_registered_add(registry, &it, &given), MN_OK);
    ck_assert_int_eq(mn_registry_commit(registry), MN_OK);
    ck_assert_int_eq(given, number);
}

static mn_rc keep(const struct mn_registered *one, void *self)
{
    struct mn_registered *kept = self;

    *kept = *one;
    return MN_OK;
}

struct mn_registered made_look(int64_t number)
{
    const struct mn_registered_query query = {.number = number};
    struct mn_registered one = {0};

    ck_assert_int_eq(mn_registered_each(registry, &query, keep, &one), MN_OK);
    one.name = one.address = one.birth_date = one.mail = NULL;
    return one;
}

static bool run(const char *sql, bool foreign_keys)
{
    sqlite3 *db = NULL;
    bool done;

    ck_assert_int_eq(sqlite3_open(made_registry_path(), &db), SQLITE_OK);
    ck_assert_int_eq(sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_FKEY, foreign_keys ? 1 : 0, NULL),
                     SQLITE_OK);
    done = sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK;
    sqlite3_close(db);
    return done;
}

bool made_slip(const char *sql)
{
    return run(sql, true);
}

void made_tamper(const char *sql)
{
    ck_assert(run(sql, false));
}
