#include "token/attribute.h"

#include <stdlib.h>
#include <string.h>

#include "runner.h"

static struct mn_attributes attributes;

/* Templates are not const. */
static char text[] = "label";
static char other_text[] = "Label";

static void build(void)
{
    CK_ULONG number = CKO_DATA;
    CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
    ck_assert_int_eq(mn_attributes_add(&attributes, CKA_CLASS, mn_span(&number, sizeof number)),
                     MN_OK);
    ck_assert_int_eq(mn_attributes_add(&attributes, CKA_LABEL, mn_span("label", 5)), MN_OK);
    ck_assert_int_eq(mn_attributes_add(&attributes, CKA_TOKEN, mn_span(&yes, 1)), MN_OK);
    ck_assert_int_eq(mn_attributes_add(&attributes, CKA_PRIVATE, mn_span(&no, 1)), MN_OK);
    ck_assert_int_eq(mn_attributes_add(&attributes, CKA_URL, mn_span(NULL, 0)), MN_OK);
    ck_assert_int_eq(mn_attributes_add_sensitive(&attributes, CKA_PRIME_1), MN_OK);
}

static void release(void)
{
    mn_attributes_free(&attributes);
    ck_assert_uint_eq(attributes.len, 0);
}

START_TEST(an_attribute_is_found_by_its_type)
{
    const struct mn_attribute *found = mn_attributes_find(&attributes, CKA_LABEL);
    ck_assert_ptr_nonnull(found);
    ck_assert(mn_span_equal(mn_bytes_span(&found->value), mn_span("label", 5)));
    ck_assert_ptr_null(mn_attributes_find(&attributes, CKA_ID));
}
END_TEST

START_TEST(a_flag_is_true_only_where_it_says_so)
{
    ck_assert(mn_attributes_flag(&attributes, CKA_TOKEN));
    ck_assert(!mn_attributes_flag(&attributes, CKA_PRIVATE));
    ck_assert(!mn_attributes_flag(&attributes, CKA_SIGN));
    ck_assert(!mn_attributes_flag(&attributes, CKA_CLASS));
}
END_TEST

START_TEST(matching_compares_every_byte_and_the_length)
{
    const struct mn_attribute *label = mn_attributes_find(&attributes, CKA_LABEL);
    const struct mn_attribute *url = mn_attributes_find(&attributes, CKA_URL);
    CK_ATTRIBUTE same = {CKA_LABEL, text, 5};
    CK_ATTRIBUTE other = {CKA_LABEL, other_text, 5};
    CK_ATTRIBUTE shorter = {CKA_LABEL, text, 4};
    CK_ATTRIBUTE longer = {CKA_LABEL, text, 6};
    CK_ATTRIBUTE nothing = {CKA_URL, NULL, 0};
    CK_ATTRIBUTE endless = {CKA_LABEL, text, (CK_ULONG)-1};
    ck_assert(mn_attribute_matches(label, &same));
    ck_assert(!mn_attribute_matches(label, &other));
    ck_assert(!mn_attribute_matches(label, &shorter));
    ck_assert(!mn_attribute_matches(label, &longer));
    ck_assert(!mn_attribute_matches(label, &nothing));
    ck_assert(!mn_attribute_matches(label, &endless));
    ck_assert(mn_attribute_matches(url, &nothing));
}
END_TEST

START_TEST(a_sensitive_attribute_matches_nothing)
{
    CK_ATTRIBUTE nothing = {CKA_PRIME_1, NULL, 0};
    ck_assert(!mn_attribute_matches(mn_attributes_find(&attributes, CKA_PRIME_1), &nothing));
}
END_TEST

START_TEST(a_template_without_room_is_told_the_lengths)
{
    CK_ATTRIBUTE template[] = {
        {CKA_LABEL, NULL, 77}, {CKA_CLASS, NULL, 0}, {CKA_TOKEN, NULL, 0}, {CKA_URL, NULL, 5}};
    ck_assert_uint_eq(mn_attributes_copy_out(&attributes, template, 4), CKR_OK);
    ck_assert_uint_eq(template[0].ulValueLen, 5);
    ck_assert_uint_eq(template[1].ulValueLen, sizeof(CK_ULONG));
    ck_assert_uint_eq(template[2].ulValueLen, sizeof(CK_BBOOL));
    ck_assert_uint_eq(template[3].ulValueLen, 0);
}
END_TEST

START_TEST(a_template_with_room_is_filled_and_told_the_true_length)
{
    char label[8] = "xxxxxxx";
    CK_ULONG class;
    CK_ATTRIBUTE template[] = {{CKA_LABEL, label, sizeof label}, {CKA_CLASS, &class, sizeof class}};
    ck_assert_uint_eq(mn_attributes_copy_out(&attributes, template, 2), CKR_OK);
    ck_assert_uint_eq(template[0].ulValueLen, 5);
    ck_assert_mem_eq(label, "labelxx", 7);
    ck_assert_uint_eq(class, CKO_DATA);
}
END_TEST

/* The attributes around the bad one are answered all the same. */
static void check_one_bad(CK_ATTRIBUTE bad, CK_RV expected)
{
    char before[5], after[5];
    CK_ATTRIBUTE template[] = {{CKA_LABEL, before, 5}, bad, {CKA_LABEL, after, 5}};
    ck_assert_uint_eq(mn_attributes_copy_out(&attributes, template, 3), expected);
    ck_assert_uint_eq(template[0].ulValueLen, 5);
    ck_assert_mem_eq(before, "label", 5);
    ck_assert_uint_eq(template[1].ulValueLen, CK_UNAVAILABLE_INFORMATION);
    ck_assert_uint_eq(template[2].ulValueLen, 5);
    ck_assert_mem_eq(after, "label", 5);
}

START_TEST(what_cannot_be_given_does_not_keep_the_rest_back)
{
    char room[4];
    check_one_bad((CK_ATTRIBUTE){CKA_LABEL, room, 4}, CKR_BUFFER_TOO_SMALL);
    check_one_bad((CK_ATTRIBUTE){CKA_PRIME_1, room, 4}, CKR_ATTRIBUTE_SENSITIVE);
    check_one_bad((CK_ATTRIBUTE){CKA_PRIME_1, NULL, 0}, CKR_ATTRIBUTE_SENSITIVE);
    check_one_bad((CK_ATTRIBUTE){CKA_ID, room, 4}, CKR_ATTRIBUTE_TYPE_INVALID);
}
END_TEST

START_TEST(a_buffer_that_is_too_small_is_not_written)
{
    char room[4] = "abcd";
    CK_ATTRIBUTE template = {CKA_LABEL, room, 4};
    ck_assert_uint_eq(mn_attributes_copy_out(&attributes, &template, 1), CKR_BUFFER_TOO_SMALL);
    ck_assert_mem_eq(room, "abcd", 4);
}
END_TEST

START_TEST(a_template_needs_a_place_for_each_value)
{
    CK_ATTRIBUTE good[] = {{CKA_LABEL, text, 5}, {CKA_URL, NULL, 0}};
    CK_ATTRIBUTE bad[] = {{CKA_LABEL, text, 5}, {CKA_URL, NULL, 1}};
    ck_assert_uint_eq(mn_template_check(good, 2), CKR_OK);
    ck_assert_uint_eq(mn_template_check(NULL, 0), CKR_OK);
    ck_assert_uint_eq(mn_template_check(NULL, 1), CKR_ARGUMENTS_BAD);
    ck_assert_uint_eq(mn_template_check(bad, 2), CKR_ATTRIBUTE_VALUE_INVALID);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("token/attribute");
    TCase *tcase = tcase_create("attribute");

    tcase_add_checked_fixture(tcase, build, release);
    tcase_add_test(tcase, an_attribute_is_found_by_its_type);
    tcase_add_test(tcase, a_flag_is_true_only_where_it_says_so);
    tcase_add_test(tcase, matching_compares_every_byte_and_the_length);
    tcase_add_test(tcase, a_sensitive_attribute_matches_nothing);
    tcase_add_test(tcase, a_template_without_room_is_told_the_lengths);
    tcase_add_test(tcase, a_template_with_room_is_filled_and_told_the_true_length);
    tcase_add_test(tcase, what_cannot_be_given_does_not_keep_the_rest_back);
    tcase_add_test(tcase, a_buffer_that_is_too_small_is_not_written);
    tcase_add_test(tcase, a_template_needs_a_place_for_each_value);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
