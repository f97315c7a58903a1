#include "authority/examination.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/scratch.h"
#include "crypto/cms.h"
#include "crypto/draft.h"
#include "crypto/library.h"
#include "crypto/private_key.h"
#include "keys.h"
#include "made_registry.h"
#include "runner.h"

#define NAME    "黒桐　幹也"
#define ADDRESS "東京都清瀬市観布子南１２－７－２０２"
#define DAY     86400

/* The simulated card, whose key lies open: its certificates count from the day they were made. */
static struct cardsim_keys *card_keys;
static struct mn_bytes card;
static struct mn_certificates anchors;
static struct mn_private_key *key;
static struct mn_examiner *examiner;
static time_t now;

static struct mn_bytes read_pki(const char *name)
{
    char path[512];
    struct mn_bytes content = {0};

    snprintf(path, sizeof path, "%s/%s", CARDSIM_PKI, name);
    ck_assert_int_eq(mn_file_read(path, 64 * 1024, &content), MN_OK);
    return content;
}

static void begin(void)
{
    struct mn_bytes ca;
    struct mn_examiner_rules rules = {0};

    now = time(NULL);
    made_registry_begin();
    ca = read_pki("sign-ca.der");
    card = read_pki("sign.der");
    ck_assert_int_eq(mn_certificates_add(&anchors, mn_bytes_span(&ca)), MN_OK);
    mn_bytes_free(&ca);
    ck_assert_int_eq(cardsim_keys_load(CARDSIM_PKI, &card_keys), MN_OK);
    ck_assert_int_eq(mn_private_key_generate(MN_CHOICE_P256, &key), MN_OK);
    rules.registry = made_registry();
    rules.anchors = &anchors;
    rules.now = now;
    ck_assert_int_eq(mn_examiner_open(&rules, &examiner), MN_OK);
}

static void end(void)
{
    mn_examiner_close(&examiner);
    mn_private_key_free(&key);
    cardsim_keys_free(card_keys);
    mn_certificates_free(&anchors);
    mn_bytes_free(&card);
    made_registry_end();
}

static mn_rc sign_as_card(void *self, struct mn_span content, uint8_t *out, size_t *len)
{
    ck_assert_ptr_null(self);
    ck_assert_uint_ge(*len, CARDSIM_SIGNATURE);
    *len = CARDSIM_SIGNATURE;
    return cardsim_keys_sign(card_keys, CARDSIM_KEY_SIGN, CARDSIM_SCHEME_PKCS1, content, out);
}

static struct mn_bytes signature_of(struct mn_span content, time_t when)
{
    const struct mn_cms_signer signer = {
        .certificate = mn_bytes_span(&card), .issuers = &anchors, .sign = sign_as_card};
    struct mn_bytes made = {0};
    struct mn_cms *cms = NULL;

    ck_assert_int_eq(mn_cms_begin(&signer, &cms), MN_OK);
    ck_assert_int_eq(mn_cms_add(cms, content), MN_OK);
    ck_assert_int_eq(mn_cms_finish(cms, when, &made), MN_OK);
    mn_cms_free(&cms);
    return made;
}

/* How a request differs from one that is good; times are from now on. */
struct plan {
    const char *name, *address;
    unsigned birth_year;
    time_t from, to, signed_at;
    uint32_t faults;
};

#define FAULT(what) (UINT32_C(1) << MN_FAULT_##what)

static const struct plan plans[] = {
    {.to = DAY},
    {.to = DAY, .birth_year = 1980},
    {.to = DAY, .from = 200, .signed_at = 200}, /* clocks differ */
    {.to = DAY, .birth_year = 1981, .faults = FAULT(BIRTH_YEAR)},
    {.to = DAY, .name = "浅上　藤乃", .faults = FAULT(NAME)},
    {.to = DAY, .name = "黒桐 幹也", .faults = FAULT(NAME)},
    {.to = DAY, .name = NAME "　", .faults = FAULT(NAME)},
    {.to = DAY, .address = "東京都", .faults = FAULT(ADDRESS)},
    {.to = DAY, .name = "浅上　藤乃", .address = "東京都", .faults = FAULT(NAME) | FAULT(ADDRESS)},
    {.from = -2 * DAY, .to = -DAY, .faults = FAULT(PERIOD)},
    {.from = DAY, .to = 2 * DAY, .faults = FAULT(PERIOD)},
    {.to = DAY, .signed_at = DAY, .faults = FAULT(SIGNING_TIME)},
    {.to = DAY, .signed_at = -5 * 366 * DAY, .faults = FAULT(CARD_PERIOD)},
};

static struct mn_bytes certificate_of(const struct plan *plan)
{
    const struct mn_draft draft = {.name = plan->name ? plan->name : NAME,
                                   .address = plan->address ? plan->address : ADDRESS,
                                   .birth_year = plan->birth_year,
                                   .not_before = now + plan->from,
                                   .not_after = now + plan->to};
    struct mn_bytes der = {0};

    ck_assert_int_eq(mn_draft_issue(&draft, key, &der), MN_OK);
    return der;
}

START_TEST(what_is_wrong_is_told_and_nothing_else)
{
    struct mn_bytes der = certificate_of(&plans[_i]);
    struct mn_bytes signature = signature_of(mn_bytes_span(&der), now + plans[_i].signed_at);
    struct mn_examination found;

    ck_assert_int_eq(
        mn_examiner_examine(examiner, mn_bytes_span(&der), mn_bytes_span(&signature), &found),
        MN_OK);
    ck_assert_msg(found.faults == plans[_i].faults, "faults %x, not %x", (unsigned)found.faults,
                  (unsigned)plans[_i].faults);
    ck_assert_str_eq(found.name, NAME);
    ck_assert_str_eq(found.address, ADDRESS);
    ck_assert_str_eq(found.birth_date, "19800217");
    ck_assert_ptr_null(found.anchor);
    ck_assert(!found.revocation_checked);
    mn_examination_release(&found);
    mn_bytes_free(&signature);
    mn_bytes_free(&der);
}
END_TEST

static void add(const struct mn_examination *found, struct mn_span certificate)
{
    struct mn_registration it = {.certificate = certificate,
                                 .card_signature = mn_span("signature", 9),
                                 .name = found->name,
                                 .address = found->address,
                                 .birth_date = found->birth_date,
                                 .mail = "",
                                 .valid_until = now + DAY,
                                 .certificate_until = now + DAY};
    int64_t number;

    memcpy(it.fingerprint, found->fingerprint, sizeof it.fingerprint);
    memcpy(it.key_hash, found->key_hash, sizeof it.key_hash);
    ck_assert_int_eq(mn_registry_begin(made_registry(), made_writer()), MN_OK);
    ck_assert_int_eq(mn_registered_add(made_registry(), &it, &number), MN_OK);
    ck_assert_int_eq(mn_registry_commit(made_registry()), MN_OK);
    ck_assert_int_eq(number, 1);
}

START_TEST(what_is_registered_is_recognised)
{
    const struct plan good = {.to = DAY}, other = {.to = 2 * DAY};
    struct mn_bytes der = certificate_of(&good), second = certificate_of(&other);
    struct mn_bytes signature = signature_of(mn_bytes_span(&der), now);
    struct mn_bytes second_signature = signature_of(mn_bytes_span(&second), now);
    struct mn_examination found;

    ck_assert_int_eq(
        mn_examiner_examine(examiner, mn_bytes_span(&der), mn_bytes_span(&signature), &found),
        MN_OK);
    ck_assert_uint_eq(found.earlier_count, 0);
    add(&found, mn_bytes_span(&der));
    mn_examination_release(&found);

    ck_assert_int_eq(
        mn_examiner_examine(examiner, mn_bytes_span(&der), mn_bytes_span(&signature), &found),
        MN_OK);
    ck_assert_uint_eq(found.faults, FAULT(REGISTERED));
    ck_assert_int_eq(found.registered, 1);
    ck_assert_uint_eq(found.earlier_count, 1);
    ck_assert_int_eq(found.earlier[0], 1);
    mn_examination_release(&found);

    ck_assert_int_eq(mn_examiner_examine(examiner, mn_bytes_span(&second),
                                         mn_bytes_span(&second_signature), &found),
                     MN_OK);
    ck_assert_uint_eq(found.faults, FAULT(KEY_REGISTERED));
    ck_assert_int_eq(found.registered, 1);
    mn_examination_release(&found);
    mn_bytes_free(&second_signature);
    mn_bytes_free(&second);
    mn_bytes_free(&signature);
    mn_bytes_free(&der);
}
END_TEST

START_TEST(no_changed_certificate_is_taken)
{
    const struct plan good = {.to = DAY};
    struct mn_bytes der = certificate_of(&good);
    struct mn_bytes signature = signature_of(mn_bytes_span(&der), now);

    for (size_t i = 0; i < der.len; i++) {
        struct mn_examination found;

        der.ptr[i] ^= 1;
        ck_assert_int_eq(
            mn_examiner_examine(examiner, mn_bytes_span(&der), mn_bytes_span(&signature), &found),
            MN_OK);
        ck_assert_msg(found.faults != 0, "byte %zu", i);
        mn_examination_release(&found);
        der.ptr[i] ^= 1;
    }
    mn_bytes_free(&signature);
    mn_bytes_free(&der);
}
END_TEST

START_TEST(cut_and_empty_files_are_refused)
{
    const struct plan good = {.to = DAY};
    struct mn_bytes der = certificate_of(&good);
    struct mn_bytes signature = signature_of(mn_bytes_span(&der), now);

    for (size_t len = 0; len < signature.len; len += 97) {
        struct mn_examination found;

        ck_assert_int_eq(
            mn_examiner_examine(examiner, mn_bytes_span(&der), mn_span(signature.ptr, len), &found),
            MN_OK);
        ck_assert_uint_eq(found.faults, FAULT(SIGNATURE_FILE));
        mn_examination_release(&found);
    }
    mn_bytes_free(&signature);
    mn_bytes_free(&der);
}
END_TEST

START_TEST(every_fault_has_a_name_of_its_own)
{
    for (int i = 0; i < MN_FAULTS; i++)
        for (int k = 0; k < i; k++)
            ck_assert_str_ne(mn_fault_name((enum mn_fault)i), mn_fault_name((enum mn_fault)k));
    ck_assert_str_eq(mn_fault_name(MN_FAULTS), "unknown");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("authority/examination");
    TCase *tcase = tcase_create("examination");

    mn_scratch_attach(tcase);
    tcase_add_checked_fixture(tcase, begin, end);
    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, what_is_wrong_is_told_and_nothing_else, 0,
                        (int)(sizeof plans / sizeof plans[0]));
    tcase_add_test(tcase, what_is_registered_is_recognised);
    tcase_add_test(tcase, no_changed_certificate_is_taken);
    tcase_add_test(tcase, cut_and_empty_files_are_refused);
    tcase_add_test(tcase, every_fault_has_a_name_of_its_own);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
