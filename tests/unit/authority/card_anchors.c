#include "authority/card_anchors.h"

#include "base/file.h"
#include "crypto/library.h"
#include "runner.h"

static struct mn_bytes one, other;

static struct mn_bytes read_golden(const char *path)
{
    struct mn_bytes der = {0};

    ck_assert_int_eq(mn_file_read(path, 64 * 1024, &der), MN_OK);
    return der;
}

static void begin(void)
{
    ck_assert_int_eq(mn_crypto_open(), MN_OK);
    one = read_golden(MN_GOLDEN "card-ca.cer");
    other = read_golden(MN_GOLDEN "letter-ca.cer");
}

static void end(void)
{
    mn_bytes_free(&one);
    mn_bytes_free(&other);
    mn_crypto_close();
}

/* What is no certificate is passed over, and what is there twice counts once. */
static struct mn_card_anchors *named_anchors(void)
{
    const struct mn_span all[] = {mn_bytes_span(&one), mn_span("0", 1), mn_bytes_span(&one),
                                  mn_bytes_span(&other)};
    struct mn_certificates named = {0};
    struct mn_card_anchors *anchors;

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        ck_assert_int_eq(mn_certificates_add(&named, all[i]), MN_OK);
    ck_assert_int_eq(mn_card_anchors_open(&named, &anchors), MN_OK);
    mn_certificates_free(&named);
    return anchors;
}

START_TEST(those_that_are_named_count_whatever_came_with_a_request)
{
    struct mn_card_anchors *anchors = named_anchors();
    const struct mn_parsed_certificate *const *chosen, *first;
    const struct mn_certificates none = {0};
    const struct mn_jpki_anchor *published;
    size_t count;

    chosen = mn_card_anchors_chosen(anchors, &count);
    ck_assert_uint_eq(count, 2);
    first = chosen[0];
    ck_assert(mn_span_equal(mn_parsed_certificate_der(first), mn_bytes_span(&one)));
    ck_assert_int_eq(mn_card_anchors_choose(anchors, &none, &published), MN_OK);
    ck_assert_ptr_null(published);
    chosen = mn_card_anchors_chosen(anchors, &count);
    ck_assert_uint_eq(count, 2);
    ck_assert_ptr_eq(chosen[0], first);
    ck_assert(mn_card_anchors_has(anchors, mn_bytes_span(&other)));
    ck_assert(!mn_card_anchors_has(anchors, mn_span("0", 1)));
    mn_card_anchors_close(&anchors);
    ck_assert_ptr_null(anchors);
    mn_card_anchors_close(&anchors);
}
END_TEST

START_TEST(without_a_name_nothing_counts_whose_fingerprint_is_not_published)
{
    struct mn_card_anchors *anchors;
    struct mn_certificates others = {0};
    const struct mn_jpki_anchor *published;
    size_t count = 1;

    ck_assert_int_eq(mn_card_anchors_open(NULL, &anchors), MN_OK);
    ck_assert_int_eq(mn_certificates_add(&others, mn_bytes_span(&one)), MN_OK);
    ck_assert_int_eq(mn_certificates_add(&others, mn_bytes_span(&other)), MN_OK);
    ck_assert_int_eq(mn_card_anchors_choose(anchors, &others, &published), MN_OK);
    ck_assert_ptr_null(published);
    (void)mn_card_anchors_chosen(anchors, &count);
    ck_assert_uint_eq(count, 0);
    ck_assert(!mn_card_anchors_has(anchors, mn_bytes_span(&one)));
    mn_certificates_free(&others);
    mn_card_anchors_close(&anchors);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("card_anchors");
    TCase *tests = tcase_create("card_anchors");

    tcase_add_checked_fixture(tests, begin, end);
    tcase_add_test(tests, those_that_are_named_count_whatever_came_with_a_request);
    tcase_add_test(tests, without_a_name_nothing_counts_whose_fingerprint_is_not_published);
    suite_add_tcase(suite, tests);
    return mn_test_run(suite);
}
