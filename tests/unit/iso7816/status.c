#include "iso7816/status.h"

#include "runner.h"

START_TEST(only_63cx_is_a_counter)
{
    unsigned counters = 0;

    for (unsigned sw = 0; sw <= 0xFFFF; sw++)
        counters += mn_sw_is_counter((uint16_t)sw);
    ck_assert_uint_eq(counters, 16);
    for (unsigned x = 0; x < 16; x++) {
        ck_assert(mn_sw_is_counter((uint16_t)(0x63C0 + x)));
        ck_assert_uint_eq(mn_sw_counter((uint16_t)(0x63C0 + x)), x);
    }
    ck_assert(!mn_sw_is_counter(0x6300));
    ck_assert(!mn_sw_is_counter(0x9000));
}
END_TEST

START_TEST(three_status_words_mean_blocked)
{
    unsigned blocked = 0;

    for (unsigned sw = 0; sw <= 0xFFFF; sw++)
        blocked += mn_sw_is_blocked((uint16_t)sw);
    ck_assert_uint_eq(blocked, 3);
    ck_assert(mn_sw_is_blocked(0x63C0));
    ck_assert(mn_sw_is_blocked(0x6983));
    ck_assert(mn_sw_is_blocked(0x6984));
}
END_TEST

START_TEST(one_status_word_alone_is_success)
{
    for (unsigned sw = 0; sw <= 0xFFFF; sw++)
        ck_assert_int_eq(mn_sw_rc((uint16_t)sw) == MN_OK, sw == 0x9000);
}
END_TEST

START_TEST(a_status_word_says_what_the_caller_can_do)
{
    static const struct {
        uint16_t sw;
        mn_rc rc;
    } table[] = {
        {0x6982, MN_E_NOT_LOGGED_IN}, {0x6A82, MN_E_NOT_FOUND},   {0x6700, MN_E_REFUSED},
        {0x6881, MN_E_REFUSED},       {0x6981, MN_E_REFUSED},     {0x6983, MN_E_REFUSED},
        {0x6985, MN_E_REFUSED},       {0x6986, MN_E_REFUSED},     {0x6A86, MN_E_REFUSED},
        {0x6B00, MN_E_REFUSED},       {0x6D00, MN_E_REFUSED},     {0x6E00, MN_E_REFUSED},
        {0x6F00, MN_E_CARD_ANSWER},   {0x6300, MN_E_CARD_ANSWER}, {0x63C3, MN_E_CARD_ANSWER},
        {0x6282, MN_E_CARD_ANSWER},   {0x0000, MN_E_CARD_ANSWER}, {0xFFFF, MN_E_CARD_ANSWER},
        {0x9001, MN_E_CARD_ANSWER},   {0x66F1, MN_E_CARD_ANSWER},
    };

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        ck_assert_msg(mn_sw_rc(table[i].sw) == table[i].rc, "%04X", table[i].sw);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("iso7816/status");
    TCase *tcase = tcase_create("status");

    tcase_add_test(tcase, only_63cx_is_a_counter);
    tcase_add_test(tcase, three_status_words_mean_blocked);
    tcase_add_test(tcase, one_status_word_alone_is_success);
    tcase_add_test(tcase, a_status_word_says_what_the_caller_can_do);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
