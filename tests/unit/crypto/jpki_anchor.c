#include "crypto/jpki_anchor.h"

#include <string.h>

#include "runner.h"

START_TEST(every_anchor_is_found_by_its_fingerprint)
{
    size_t count;
    const struct mn_jpki_anchor *all = mn_jpki_anchors(&count);

    ck_assert_uint_eq(count, 5);
    for (size_t i = 0; i < count; i++) {
        ck_assert_ptr_eq(mn_jpki_anchor_find(all[i].fingerprint), &all[i]);
        ck_assert_ptr_nonnull(strstr(all[i].published, all[i].name));
        ck_assert_int_eq(all[i].signs, strncmp(all[i].name, "signca", 6) == 0);
    }
}
END_TEST

START_TEST(a_fingerprint_that_differs_in_one_bit_is_not_known)
{
    size_t count;
    const struct mn_jpki_anchor *all = mn_jpki_anchors(&count);
    uint8_t other[MN_FINGERPRINT_BYTES];

    memcpy(other, all[0].fingerprint, sizeof other);
    other[sizeof other - 1] ^= 1;
    ck_assert_ptr_null(mn_jpki_anchor_find(other));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("crypto/jpki_anchor");
    TCase *tcase = tcase_create("jpki_anchor");

    tcase_add_test(tcase, every_anchor_is_found_by_its_fingerprint);
    tcase_add_test(tcase, a_fingerprint_that_differs_in_one_bit_is_not_known);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
