#include "crypto/algorithm.h"

#include "runner.h"

#define SPAN(text) mn_span(text, sizeof(text) - 1)

/* OBJECT IDENTIFIERs, and AlgorithmIdentifiers as PSS has them. */
#define SHA256_OID "\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01"
#define SHA384_OID "\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x02"
#define SHA1_OID   "\x06\x05\x2B\x0E\x03\x02\x1A"
#define RSA_OID    "\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x01"
#define EC_OID     "\x06\x08\x2A\x86\x48\xCE\x3D\x04\x03"
#define NULL_VALUE "\x05\x00"
#define SHA256_ID  "\x30\x0D" SHA256_OID NULL_VALUE
#define SHA384_ID  "\x30\x0D" SHA384_OID NULL_VALUE
#define SHA1_ID    "\x30\x09" SHA1_OID NULL_VALUE
#define MGF1(id)   "\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x01\x08" id
#define MGF1_256   "\x30\x1A" MGF1(SHA256_ID)
#define MGF1_1     "\x30\x16" MGF1(SHA1_ID)
#define PSS        RSA_OID "\x0A"

static const struct {
    struct mn_span identifier;
    mn_rc rc;
    enum mn_hash hash;
} hashes[] = {
    {{(const uint8_t *)SHA256_OID, 11}, MN_OK, MN_SHA256},
    {{(const uint8_t *)SHA256_OID NULL_VALUE, 13}, MN_OK, MN_SHA256},
    {{(const uint8_t *)SHA384_OID, 11}, MN_OK, MN_SHA384},
    {{(const uint8_t *)SHA256_OID "\x05\x01", 13}, MN_E_DAMAGED, 0},
    {{(const uint8_t *)SHA256_OID NULL_VALUE NULL_VALUE, 15}, MN_E_DAMAGED, 0},
    {{(const uint8_t *)NULL_VALUE, 2}, MN_E_DAMAGED, 0},
    {{(const uint8_t *)SHA1_OID, 7}, MN_E_WEAK, MN_SHA1},
    {{(const uint8_t *)EC_OID "\x02", 10}, MN_E_UNSUPPORTED, 0},
};

START_TEST(a_hash_is_read_or_refused_by_name)
{
    enum mn_hash hash = hashes[_i].hash;

    ck_assert_str_eq(mn_rc_name(mn_algorithm_read_hash(hashes[_i].identifier, &hash)),
                     mn_rc_name(hashes[_i].rc));
    ck_assert_int_eq(hash, hashes[_i].hash);
}
END_TEST

static void wants(mn_rc rc, struct mn_span identifier)
{
    struct mn_algorithm algorithm;

    ck_assert_str_eq(mn_rc_name(mn_algorithm_read(identifier, MN_SHA256, &algorithm)),
                     mn_rc_name(rc));
}

START_TEST(a_signature_algorithm_has_to_fit_the_hash)
{
    wants(MN_OK, SPAN(RSA_OID "\x0B" NULL_VALUE));
    wants(MN_OK, SPAN(RSA_OID "\x0B"));
    wants(MN_OK, SPAN(RSA_OID "\x01" NULL_VALUE));
    wants(MN_OK, SPAN(EC_OID "\x02"));
    wants(MN_E_DAMAGED, SPAN(EC_OID "\x02" NULL_VALUE));
    wants(MN_E_DAMAGED, SPAN(EC_OID "\x03"));
    wants(MN_E_DAMAGED, SPAN(RSA_OID "\x0C" NULL_VALUE));
    wants(MN_E_DAMAGED, SPAN(NULL_VALUE));
    wants(MN_E_WEAK, SPAN(RSA_OID "\x05" NULL_VALUE));
    wants(MN_E_WEAK, SPAN(EC_OID "\x01"));
    wants(MN_E_UNSUPPORTED, SPAN("\x06\x03\x2B\x65\x70")); /* Ed25519 */
}
END_TEST

START_TEST(the_parameters_of_pss_are_read)
{
    struct mn_algorithm algorithm;

    ck_assert_int_eq(
        mn_algorithm_read(SPAN(PSS "\x30\x34"
                                   "\xA0\x0F" SHA256_ID "\xA1\x1C" MGF1_256 "\xA2\x03\x02\x01\x20"),
                          MN_SHA256, &algorithm),
        MN_OK);
    ck_assert(algorithm.is_pss);
    ck_assert_int_eq(algorithm.pss.hash, MN_SHA256);
    ck_assert_int_eq(algorithm.pss.mgf_hash, MN_SHA256);
    ck_assert_uint_eq(algorithm.pss.salt_len, 32);
    ck_assert_int_eq(mn_algorithm_read(SPAN(PSS "\x30\x35"
                                                "\xA0\x0F" SHA256_ID "\xA1\x1C" MGF1_256
                                                "\xA2\x04\x02\x02\x00\xDE"),
                                       MN_SHA256, &algorithm),
                     MN_OK);
    ck_assert_uint_eq(algorithm.pss.salt_len, 222);
    ck_assert_int_eq(mn_algorithm_read(SPAN(PSS "\x30\x2F"
                                                "\xA0\x0F" SHA256_ID "\xA1\x1C" MGF1_256),
                                       MN_SHA256, &algorithm),
                     MN_OK);
    ck_assert_uint_eq(algorithm.pss.salt_len, 20);
}
END_TEST

START_TEST(wrong_parameters_of_pss_are_refused)
{
    wants(MN_E_DAMAGED, SPAN(PSS));
    wants(MN_E_DAMAGED, SPAN(PSS NULL_VALUE));
    wants(MN_E_WEAK, SPAN(PSS "\x30\x00")); /* SHA-1, as what is absent means */
    wants(MN_E_WEAK, SPAN(PSS "\x30\x11"
                              "\xA0\x0F" SHA256_ID));
    wants(MN_E_WEAK, SPAN(PSS "\x30\x2B"
                              "\xA0\x0F" SHA256_ID "\xA1\x18" MGF1_1));
    wants(MN_E_WEAK, SPAN(PSS "\x30\x2B"
                              "\xA0\x0B" SHA1_ID "\xA1\x1C" MGF1_256));
    wants(MN_E_DAMAGED, SPAN(PSS "\x30\x2F"
                                 "\xA0\x0F" SHA384_ID "\xA1\x1C" MGF1_256)); /* not the digest's */
    /* salts below 0, with a needless zero, longer than any; a trailer field */
    wants(MN_E_DAMAGED, SPAN(PSS "\x30\x34"
                                 "\xA0\x0F" SHA256_ID "\xA1\x1C" MGF1_256 "\xA2\x03\x02\x01\xFF"));
    wants(MN_E_DAMAGED,
          SPAN(PSS "\x30\x35"
                   "\xA0\x0F" SHA256_ID "\xA1\x1C" MGF1_256 "\xA2\x04\x02\x02\x00\x20"));
    wants(MN_E_DAMAGED,
          SPAN(PSS "\x30\x36"
                   "\xA0\x0F" SHA256_ID "\xA1\x1C" MGF1_256 "\xA2\x05\x02\x03\x01\x00\x00"));
    wants(MN_E_DAMAGED, SPAN(PSS "\x30\x34"
                                 "\xA0\x0F" SHA256_ID "\xA1\x1C" MGF1_256 "\xA3\x03\x02\x01\x01"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("crypto/algorithm");
    TCase *tcase = tcase_create("algorithm");

    tcase_add_loop_test(tcase, a_hash_is_read_or_refused_by_name, 0,
                        sizeof hashes / sizeof hashes[0]);
    tcase_add_test(tcase, a_signature_algorithm_has_to_fit_the_hash);
    tcase_add_test(tcase, the_parameters_of_pss_are_read);
    tcase_add_test(tcase, wrong_parameters_of_pss_are_refused);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
