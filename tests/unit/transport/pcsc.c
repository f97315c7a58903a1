#include "transport/pcsc.h"

#include <stdlib.h>
#include <string.h>

#include "runner.h"
#include "transport/readers.h"
#include "transport/winscard_stand_in.h"

#define READER "Reader 00 00"

static struct mn_transport transport;

static void plug_reader(void)
{
    mn_winscard_plug(READER, SCARD_STATE_PRESENT);
}

/* Whatever became of it, nothing is left open. */
static void close_all(void)
{
    mn_transport_close(&transport);
    ck_assert_uint_eq(mn_winscard_connections(), 0);
    ck_assert_uint_eq(mn_winscard_contexts(), 0);
    mn_bytes_free(&mn_winscard_card.command);
}

static void open_connection(void)
{
    ck_assert_int_eq(mn_pcsc_connect(READER, &transport), MN_OK);
}

static mn_rc begin(bool *was_reset)
{
    return transport.ops->begin(transport.self, was_reset);
}

static void begin_well(void)
{
    bool was_reset;

    ck_assert_int_eq(begin(&was_reset), MN_OK);
}

/* --- codes --- */

START_TEST(every_code_of_the_service_has_a_meaning)
{
    static const struct {
        LONG code;
        mn_rc rc;
    } table[] = {
        {SCARD_E_NO_SERVICE, MN_E_NO_SERVICE},
        {SCARD_E_SERVICE_STOPPED, MN_E_NO_SERVICE},
        {SCARD_E_INVALID_HANDLE, MN_E_NO_SERVICE},
        {SCARD_E_UNKNOWN_READER, MN_E_NO_READER},
        {SCARD_E_READER_UNAVAILABLE, MN_E_NO_READER},
        {SCARD_E_NO_READERS_AVAILABLE, MN_E_NO_READER},
        {SCARD_E_NO_SMARTCARD, MN_E_NO_CARD},
        {SCARD_W_REMOVED_CARD, MN_E_NO_CARD},
        {SCARD_W_UNRESPONSIVE_CARD, MN_E_FOREIGN_CARD},
        {SCARD_W_UNSUPPORTED_CARD, MN_E_FOREIGN_CARD},
        {SCARD_E_PROTO_MISMATCH, MN_E_FOREIGN_CARD},
        {SCARD_E_SHARING_VIOLATION, MN_E_BUSY},
        {SCARD_E_NO_MEMORY, MN_E_MEMORY},
        {SCARD_W_SECURITY_VIOLATION, MN_E_NOT_ALLOWED},
    };
    const LONG first = SCARD_F_INTERNAL_ERROR, last = SCARD_W_CARD_NOT_AUTHENTICATED;

    ck_assert_int_eq(mn_pcsc_rc(SCARD_S_SUCCESS), MN_OK);
    for (LONG code = first; code <= last; code++) {
        mn_rc wanted = MN_E_COMM;

        for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
            if (table[i].code == code)
                wanted = table[i].rc;
        ck_assert_msg(mn_pcsc_rc(code) == wanted, "%lX", (unsigned long)code);
    }
    ck_assert_int_eq(mn_pcsc_rc(1), MN_E_COMM);
    ck_assert_int_eq(mn_pcsc_rc(-1), MN_E_COMM);
}
END_TEST

/* --- connecting --- */

START_TEST(a_connection_is_shared_and_sends_nothing)
{
    open_connection();
    ck_assert_uint_eq(mn_winscard_card.share_mode, SCARD_SHARE_SHARED);
    ck_assert_uint_eq(mn_winscard_card.protocols, SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1);
    ck_assert_uint_eq(mn_winscard_count(MN_TRANSMIT), 0);
    ck_assert_uint_eq(mn_winscard_count(MN_BEGIN_TRANSACTION), 0);
    mn_transport_close(&transport);
    ck_assert_uint_eq(mn_winscard_card.disposition, SCARD_LEAVE_CARD);
}
END_TEST

START_TEST(each_connection_has_a_context_of_its_own)
{
    struct mn_transport other;
    SCARDCONTEXT first;

    open_connection();
    first = mn_winscard_card.connected_in;
    ck_assert_int_eq(mn_pcsc_connect(READER, &other), MN_OK);
    ck_assert_uint_ne(mn_winscard_card.connected_in, first);
    ck_assert_uint_eq(mn_winscard_contexts(), 2);
    mn_transport_close(&other);
    ck_assert_uint_eq(mn_winscard_contexts(), 1);
}
END_TEST

START_TEST(a_connection_that_cannot_be_made_leaves_nothing_open)
{
    static const struct {
        LONG code;
        mn_rc rc;
    } table[] = {{SCARD_E_UNKNOWN_READER, MN_E_NO_READER},
                 {SCARD_E_NO_SMARTCARD, MN_E_NO_CARD},
                 {SCARD_W_REMOVED_CARD, MN_E_NO_CARD},
                 {SCARD_E_SHARING_VIOLATION, MN_E_BUSY},
                 {SCARD_W_UNRESPONSIVE_CARD, MN_E_FOREIGN_CARD},
                 {SCARD_E_NO_SERVICE, MN_E_NO_SERVICE},
                 {SCARD_F_COMM_ERROR, MN_E_COMM},
                 {SCARD_E_TIMEOUT, MN_E_COMM},
                 {SCARD_W_SECURITY_VIOLATION, MN_E_NOT_ALLOWED}};

    mn_winscard_order(MN_CONNECT, table[_i].code);
    ck_assert_int_eq(mn_pcsc_connect(READER, &transport), table[_i].rc);
    ck_assert_ptr_null(transport.ops);
}
END_TEST

START_TEST(without_a_service_there_is_no_connection)
{
    mn_winscard_service(false);
    ck_assert_int_eq(mn_pcsc_connect(READER, &transport), MN_E_NO_SERVICE);
    ck_assert_ptr_null(transport.ops);
    ck_assert_uint_eq(mn_winscard_count(MN_CONNECT), 0);
    ck_assert_uint_eq(mn_winscard_count(MN_RELEASE_CONTEXT), 0);
}
END_TEST

START_TEST(a_service_that_hangs_up_refuses_the_user)
{
    mn_winscard_order(MN_ESTABLISH_CONTEXT, SCARD_F_COMM_ERROR);
    ck_assert_int_eq(mn_pcsc_connect(READER, &transport), MN_E_NOT_ALLOWED);
    ck_assert_ptr_null(transport.ops);
}
END_TEST

/* --- conversations --- */

START_TEST(the_first_conversation_tells_of_a_reset_and_the_next_does_not)
{
    bool was_reset = false;

    open_connection();
    ck_assert_int_eq(begin(&was_reset), MN_OK);
    ck_assert(was_reset);
    transport.ops->end(transport.self);
    ck_assert_uint_eq(mn_winscard_card.disposition, SCARD_LEAVE_CARD);
    ck_assert_int_eq(begin(&was_reset), MN_OK);
    ck_assert(!was_reset);
    ck_assert_uint_eq(mn_winscard_count(MN_RECONNECT), 0);
}
END_TEST

START_TEST(a_reset_by_another_program_is_told_and_the_card_left_as_it_is)
{
    static const LONG codes[] = {SCARD_W_RESET_CARD, SCARD_W_UNPOWERED_CARD};
    bool was_reset = false;

    open_connection();
    begin_well();
    transport.ops->end(transport.self);
    mn_winscard_order(MN_BEGIN_TRANSACTION, codes[_i]);
    mn_winscard_card.initialization = 99;
    ck_assert_int_eq(begin(&was_reset), MN_OK);
    ck_assert(was_reset);
    ck_assert_uint_eq(mn_winscard_card.initialization, SCARD_LEAVE_CARD);
    ck_assert_uint_eq(mn_winscard_card.share_mode, SCARD_SHARE_SHARED);
    ck_assert_uint_eq(mn_winscard_count(MN_BEGIN_TRANSACTION), 3);
    transport.ops->end(transport.self);
    ck_assert_int_eq(begin(&was_reset), MN_OK);
    ck_assert(!was_reset);
}
END_TEST

START_TEST(a_card_that_is_reset_again_and_again_is_given_up_for_now)
{
    bool was_reset = false;

    open_connection();
    begin_well();
    transport.ops->end(transport.self);
    for (int i = 0; i < 5; i++)
        mn_winscard_order(MN_BEGIN_TRANSACTION, SCARD_W_RESET_CARD);
    ck_assert_int_eq(begin(&was_reset), MN_E_COMM);
    ck_assert_uint_eq(mn_winscard_count(MN_BEGIN_TRANSACTION), 6);
    ck_assert_int_eq(begin(&was_reset), MN_OK);
    ck_assert(was_reset);
}
END_TEST

START_TEST(a_conversation_that_cannot_begin_says_why)
{
    static const struct {
        LONG code;
        mn_rc rc;
    } table[] = {{SCARD_W_REMOVED_CARD, MN_E_REMOVED},
                 {SCARD_E_NO_SMARTCARD, MN_E_REMOVED},
                 {SCARD_E_READER_UNAVAILABLE, MN_E_REMOVED},
                 {SCARD_E_NO_SERVICE, MN_E_REMOVED},
                 {SCARD_E_INVALID_HANDLE, MN_E_REMOVED},
                 {SCARD_W_UNRESPONSIVE_CARD, MN_E_REMOVED},
                 {SCARD_E_SHARING_VIOLATION, MN_E_BUSY},
                 {SCARD_F_COMM_ERROR, MN_E_COMM},
                 {SCARD_E_NOT_TRANSACTED, MN_E_COMM},
                 {SCARD_E_INVALID_VALUE, MN_E_COMM},
                 {SCARD_E_TIMEOUT, MN_E_COMM},
                 {SCARD_E_CANCELLED, MN_E_COMM}};
    bool was_reset;

    open_connection();
    mn_winscard_order(MN_BEGIN_TRANSACTION, table[_i].code);
    ck_assert_int_eq(begin(&was_reset), table[_i].rc);
    ck_assert_uint_eq(mn_winscard_count(MN_BEGIN_TRANSACTION), 1);
    /* The same where it is found out after a reset. */
    mn_winscard_order(MN_BEGIN_TRANSACTION, SCARD_W_RESET_CARD);
    mn_winscard_order(MN_RECONNECT, table[_i].code);
    ck_assert_int_eq(begin(&was_reset), table[_i].rc);
    ck_assert_uint_eq(mn_winscard_count(MN_BEGIN_TRANSACTION), 2);
}
END_TEST

START_TEST(a_reset_is_told_even_if_the_conversation_begins_only_later)
{
    bool was_reset = false;

    open_connection();
    begin_well();
    transport.ops->end(transport.self);
    mn_winscard_order(MN_BEGIN_TRANSACTION, SCARD_W_RESET_CARD);
    mn_winscard_order(MN_RECONNECT, SCARD_E_SHARING_VIOLATION);
    ck_assert_int_eq(begin(&was_reset), MN_E_BUSY);
    ck_assert_int_eq(begin(&was_reset), MN_OK);
    ck_assert(was_reset);
}
END_TEST

/* --- commands --- */

static uint8_t answer[MN_ANSWER_MAX];
static size_t answer_len;

static mn_rc transmit(size_t room)
{
    answer_len = room;
    return transport.ops->transmit(transport.self, mn_span("\x00\xB0\x86\x00\x00", 5), answer,
                                   &answer_len);
}

START_TEST(a_command_and_its_answer_are_carried_as_they_are)
{
    open_connection();
    begin_well();
    mn_winscard_card.answer = mn_span("abc\x90\x00", 5);
    ck_assert_int_eq(transmit(sizeof answer), MN_OK);
    ck_assert(mn_span_equal(mn_span(answer, answer_len), mn_winscard_card.answer));
    ck_assert(mn_span_equal(mn_bytes_span(&mn_winscard_card.command),
                            mn_span("\x00\xB0\x86\x00\x00", 5)));
    ck_assert(!mn_winscard_card.command_in_t0);
}
END_TEST

START_TEST(the_longest_answer_has_room)
{
    static uint8_t longest[MN_ANSWER_MAX];

    memset(longest, 0x5A, sizeof longest);
    open_connection();
    begin_well();
    mn_winscard_card.answer = mn_span(longest, sizeof longest);
    ck_assert_int_eq(transmit(sizeof answer), MN_OK);
    ck_assert_uint_eq(answer_len, sizeof longest);
    ck_assert_int_eq(memcmp(answer, longest, sizeof longest), 0);
}
END_TEST

START_TEST(the_protocol_is_the_one_that_the_card_has_now)
{
    mn_winscard_card.protocol = SCARD_PROTOCOL_T0;
    mn_winscard_card.answer = mn_span("\x90\x00", 2);
    open_connection();
    begin_well();
    ck_assert_int_eq(transmit(sizeof answer), MN_OK);
    ck_assert(mn_winscard_card.command_in_t0);
    transport.ops->end(transport.self);
    mn_winscard_card.protocol = SCARD_PROTOCOL_T1;
    mn_winscard_order(MN_BEGIN_TRANSACTION, SCARD_W_RESET_CARD);
    begin_well();
    ck_assert_int_eq(transmit(sizeof answer), MN_OK);
    ck_assert(!mn_winscard_card.command_in_t0);
}
END_TEST

START_TEST(an_answer_longer_than_its_room_is_the_cards_fault)
{
    open_connection();
    begin_well();
    mn_winscard_card.answer = mn_span("abc\x90\x00", 5);
    ck_assert_int_eq(transmit(4), MN_E_CARD_ANSWER);
}
END_TEST

START_TEST(an_answer_without_status_word_was_not_carried)
{
    open_connection();
    begin_well();
    mn_winscard_card.answer = mn_span("\x90", (size_t)_i);
    ck_assert_int_eq(transmit(sizeof answer), MN_E_COMM);
    mn_winscard_card.status = SCARD_ABSENT;
    ck_assert_int_eq(transmit(sizeof answer), MN_E_REMOVED);
}
END_TEST

/* The driver says that it was good, and counts bytes that are in no room of ours. */
START_TEST(an_answer_that_claims_more_than_its_room_was_not_carried)
{
    static const DWORD claims[] = {MN_ANSWER_MAX + 1, 0x7FFFFFFF, (DWORD)-1};

    open_connection();
    begin_well();
    mn_winscard_card.answer = mn_span("abc\x90\x00", 5);
    mn_winscard_card.answer_len = claims[_i];
    ck_assert_int_eq(transmit(sizeof answer), MN_E_COMM);
    ck_assert_uint_eq(answer_len, sizeof answer);
    mn_winscard_card.answer_len = MN_ANSWER_MAX;
    ck_assert_int_eq(transmit(sizeof answer), MN_OK);
}
END_TEST

/* What the call says, what the status then says, and what it means. */
static const struct {
    LONG code, status_code;
    DWORD state;
    mn_rc rc;
} failures[] = {
    {SCARD_W_REMOVED_CARD, SCARD_S_SUCCESS, SCARD_PRESENT, MN_E_REMOVED},
    {SCARD_E_NO_SMARTCARD, SCARD_S_SUCCESS, SCARD_PRESENT, MN_E_REMOVED},
    {SCARD_E_READER_UNAVAILABLE, SCARD_S_SUCCESS, SCARD_PRESENT, MN_E_REMOVED},
    {SCARD_E_NO_SERVICE, SCARD_E_NO_SERVICE, 0, MN_E_REMOVED},
    {SCARD_F_COMM_ERROR, SCARD_S_SUCCESS, SCARD_ABSENT, MN_E_REMOVED},
    {SCARD_F_COMM_ERROR, SCARD_S_SUCCESS, SCARD_PRESENT, MN_E_COMM},
    {SCARD_F_COMM_ERROR, SCARD_W_REMOVED_CARD, 0, MN_E_REMOVED},
    {SCARD_F_COMM_ERROR, SCARD_E_READER_UNAVAILABLE, 0, MN_E_REMOVED},
    {SCARD_F_COMM_ERROR, SCARD_W_RESET_CARD, 0, MN_E_COMM},
    {SCARD_F_COMM_ERROR, SCARD_F_COMM_ERROR, 0, MN_E_COMM},
    {SCARD_E_NOT_TRANSACTED, SCARD_S_SUCCESS, SCARD_ABSENT, MN_E_REMOVED},
    {SCARD_E_NOT_TRANSACTED, SCARD_S_SUCCESS, SCARD_PRESENT, MN_E_COMM},
    {SCARD_W_RESET_CARD, SCARD_W_RESET_CARD, 0, MN_E_COMM},
    {SCARD_W_UNPOWERED_CARD, SCARD_S_SUCCESS, SCARD_PRESENT, MN_E_COMM},
    {SCARD_E_TIMEOUT, SCARD_S_SUCCESS, SCARD_PRESENT, MN_E_COMM},
    {SCARD_E_CANCELLED, SCARD_S_SUCCESS, SCARD_PRESENT, MN_E_COMM},
    {SCARD_E_SHARING_VIOLATION, SCARD_S_SUCCESS, SCARD_PRESENT, MN_E_COMM},
    {SCARD_E_INVALID_VALUE, SCARD_E_TIMEOUT, 0, MN_E_COMM},
};
#define FAILURES (int)(sizeof failures / sizeof failures[0])

static void order_failure(enum mn_winscard_call call, int i)
{
    mn_winscard_order(call, failures[i].code);
    mn_winscard_order(MN_STATUS, failures[i].status_code);
    mn_winscard_card.status = failures[i].state;
}

START_TEST(a_command_that_was_not_carried_is_not_repeated)
{
    open_connection();
    begin_well();
    order_failure(MN_TRANSMIT, _i);
    ck_assert_int_eq(transmit(sizeof answer), failures[_i].rc);
    ck_assert_uint_eq(mn_winscard_count(MN_TRANSMIT), 1);
    ck_assert_uint_eq(mn_winscard_count(MN_RECONNECT), 0);
}
END_TEST

START_TEST(a_reset_in_the_middle_is_told_by_the_next_conversation)
{
    bool was_reset = false;

    open_connection();
    begin_well();
    mn_winscard_order(MN_TRANSMIT, SCARD_W_RESET_CARD);
    mn_winscard_order(MN_STATUS, SCARD_W_RESET_CARD);
    ck_assert_int_eq(transmit(sizeof answer), MN_E_COMM);
    mn_winscard_order(MN_END_TRANSACTION, SCARD_W_RESET_CARD);
    transport.ops->end(transport.self);
    mn_winscard_order(MN_BEGIN_TRANSACTION, SCARD_W_RESET_CARD);
    ck_assert_int_eq(begin(&was_reset), MN_OK);
    ck_assert(was_reset);
}
END_TEST

/* --- power --- */

START_TEST(a_power_cycle_takes_the_power_and_is_told_as_a_reset)
{
    bool was_reset = false;

    open_connection();
    begin_well();
    ck_assert_int_eq(transport.ops->power_cycle(transport.self), MN_OK);
    ck_assert_uint_eq(mn_winscard_card.initialization, SCARD_UNPOWER_CARD);
    transport.ops->end(transport.self);
    ck_assert_int_eq(begin(&was_reset), MN_OK);
    ck_assert(was_reset);
}
END_TEST

START_TEST(a_power_cycle_that_fails_is_tried_once_more)
{
    open_connection();
    begin_well();
    order_failure(MN_RECONNECT, _i);
    ck_assert_int_eq(transport.ops->power_cycle(transport.self), MN_OK);
    ck_assert_uint_eq(mn_winscard_count(MN_RECONNECT), 2);
    ck_assert_uint_eq(mn_winscard_card.initialization, SCARD_UNPOWER_CARD);
}
END_TEST

START_TEST(a_power_cycle_that_fails_is_told_as_a_reset_too)
{
    bool was_reset = false;

    open_connection();
    begin_well();
    mn_winscard_order(MN_RECONNECT, SCARD_F_COMM_ERROR);
    order_failure(MN_RECONNECT, _i);
    ck_assert_int_eq(transport.ops->power_cycle(transport.self), failures[_i].rc);
    ck_assert_uint_eq(mn_winscard_count(MN_RECONNECT), 2);
    ck_assert_int_eq(begin(&was_reset), MN_OK);
    ck_assert(was_reset);
}
END_TEST

/* --- what the reader says of itself --- */

#define FEATURES         "\x06\x04\x42\x33\x00\x06\x12\x04\x42\x33\x00\x12"
#define PROPERTY_65536   "\x01\x02\x00\x00\x0A\x04\x00\x00\x01\x00"
#define SPAN_OF(literal) mn_span(literal, sizeof literal - 1)
#define CLAIMED_TOO_LONG 5000

static bool carries(struct mn_span features, struct mn_span properties)
{
    bool result;

    mn_winscard_card.features = features;
    mn_winscard_card.properties = properties;
    open_connection();
    result = transport.ops->carries_extended(transport.self);
    mn_transport_close(&transport);
    ck_assert_uint_eq(mn_winscard_count(MN_TRANSMIT), 0);
    return result;
}

START_TEST(a_reader_that_takes_long_commands_says_so)
{
    ck_assert(carries(SPAN_OF(FEATURES), SPAN_OF(PROPERTY_65536)));
    ck_assert(carries(SPAN_OF(FEATURES), SPAN_OF("\x0A\x04\x01\x01\x00\x00")));
}
END_TEST

START_TEST(a_reader_that_takes_short_commands_only_says_so)
{
    ck_assert(!carries(SPAN_OF(FEATURES), SPAN_OF("\x0A\x04\x00\x00\x00\x00")));
    ck_assert(!carries(SPAN_OF(FEATURES), SPAN_OF("\x0A\x04\x05\x01\x00")));
    ck_assert(!carries(SPAN_OF(FEATURES), SPAN_OF("\x0A\x04\x00\x01\x00\x00")));
}
END_TEST

START_TEST(silence_means_short_commands_only)
{
    ck_assert(!carries(SPAN_OF(""), SPAN_OF("")));
    ck_assert(!carries(SPAN_OF("\x06\x04\x42\x33\x00\x06"), SPAN_OF(PROPERTY_65536)));
    ck_assert(!carries(SPAN_OF(FEATURES), SPAN_OF("")));
    ck_assert(!carries(SPAN_OF(FEATURES), SPAN_OF("\x01\x02\x00\x00")));
    mn_winscard_order(MN_CONTROL, SCARD_E_UNSUPPORTED_FEATURE);
    ck_assert(!carries(SPAN_OF(FEATURES), SPAN_OF(PROPERTY_65536)));
    mn_winscard_order(MN_CONTROL, SCARD_S_SUCCESS);
    mn_winscard_order(MN_CONTROL, SCARD_E_NOT_TRANSACTED);
    ck_assert(!carries(SPAN_OF(FEATURES), SPAN_OF(PROPERTY_65536)));
}
END_TEST

START_TEST(what_a_reader_cuts_short_says_nothing)
{
    for (size_t len = 0; len < sizeof FEATURES - 1; len++)
        ck_assert(!carries(mn_span(FEATURES, len), SPAN_OF(PROPERTY_65536)));
    for (size_t len = 0; len < sizeof PROPERTY_65536 - 1; len++)
        ck_assert(!carries(SPAN_OF(FEATURES), mn_span(PROPERTY_65536, len)));
}
END_TEST

START_TEST(lengths_without_sense_say_nothing)
{
    ck_assert(!carries(SPAN_OF("\x12\x05\x42\x33\x00\x12"), SPAN_OF(PROPERTY_65536)));
    ck_assert(!carries(SPAN_OF(FEATURES), SPAN_OF("\x01\xFF\x00\x00\x0A\x04\x00\x00\x01\x00")));
    ck_assert(!carries(SPAN_OF(FEATURES), SPAN_OF("\x0A\x03\x00\x00\x01")));
    ck_assert(!carries(SPAN_OF(FEATURES), SPAN_OF("\x0A\x08\x00\x00\x01\x00\x00\x00\x00\x00")));
    ck_assert(!carries(SPAN_OF(FEATURES), SPAN_OF("\x0A")));
}
END_TEST

/* Under AddressSanitizer one byte too many is seen. */
START_TEST(a_driver_that_claims_more_than_its_room_is_not_believed)
{
    uint8_t full[256];

    memset(full, 0, sizeof full);
    mn_winscard_card.features_len = CLAIMED_TOO_LONG;
    ck_assert(!carries(mn_span(full, sizeof full), SPAN_OF(PROPERTY_65536)));
    mn_winscard_card.features_len = 0;
    mn_winscard_card.properties_len = CLAIMED_TOO_LONG;
    ck_assert(!carries(SPAN_OF(FEATURES), mn_span(full, sizeof full)));
}
END_TEST

static TCase *conversations_case(void)
{
    TCase *tcase = tcase_create("conversations");

    tcase_add_checked_fixture(tcase, plug_reader, close_all);
    tcase_add_test(tcase, every_code_of_the_service_has_a_meaning);
    tcase_add_test(tcase, a_connection_is_shared_and_sends_nothing);
    tcase_add_test(tcase, each_connection_has_a_context_of_its_own);
    tcase_add_loop_test(tcase, a_connection_that_cannot_be_made_leaves_nothing_open, 0, 9);
    tcase_add_test(tcase, without_a_service_there_is_no_connection);
    tcase_add_test(tcase, a_service_that_hangs_up_refuses_the_user);
    tcase_add_test(tcase, the_first_conversation_tells_of_a_reset_and_the_next_does_not);
    tcase_add_loop_test(tcase, a_reset_by_another_program_is_told_and_the_card_left_as_it_is, 0, 2);
    tcase_add_test(tcase, a_card_that_is_reset_again_and_again_is_given_up_for_now);
    tcase_add_loop_test(tcase, a_conversation_that_cannot_begin_says_why, 0, 12);
    tcase_add_test(tcase, a_reset_is_told_even_if_the_conversation_begins_only_later);
    return tcase;
}

static TCase *commands_case(void)
{
    TCase *tcase = tcase_create("commands");

    tcase_add_checked_fixture(tcase, plug_reader, close_all);
    tcase_add_test(tcase, a_command_and_its_answer_are_carried_as_they_are);
    tcase_add_test(tcase, the_longest_answer_has_room);
    tcase_add_test(tcase, the_protocol_is_the_one_that_the_card_has_now);
    tcase_add_test(tcase, an_answer_longer_than_its_room_is_the_cards_fault);
    tcase_add_loop_test(tcase, an_answer_without_status_word_was_not_carried, 0, 2);
    tcase_add_loop_test(tcase, an_answer_that_claims_more_than_its_room_was_not_carried, 0, 3);
    tcase_add_loop_test(tcase, a_command_that_was_not_carried_is_not_repeated, 0, FAILURES);
    tcase_add_test(tcase, a_reset_in_the_middle_is_told_by_the_next_conversation);
    tcase_add_test(tcase, a_power_cycle_takes_the_power_and_is_told_as_a_reset);
    tcase_add_loop_test(tcase, a_power_cycle_that_fails_is_tried_once_more, 0, FAILURES);
    tcase_add_loop_test(tcase, a_power_cycle_that_fails_is_told_as_a_reset_too, 0, FAILURES);
    tcase_add_test(tcase, a_reader_that_takes_long_commands_says_so);
    tcase_add_test(tcase, a_reader_that_takes_short_commands_only_says_so);
    tcase_add_test(tcase, silence_means_short_commands_only);
    tcase_add_test(tcase, what_a_reader_cuts_short_says_nothing);
    tcase_add_test(tcase, lengths_without_sense_say_nothing);
    tcase_add_test(tcase, a_driver_that_claims_more_than_its_room_is_not_believed);
    return tcase;
}

int main(void)
{
    Suite *suite = suite_create("transport/pcsc");

    suite_add_tcase(suite, conversations_case());
    suite_add_tcase(suite, commands_case());
    return mn_test_run(suite);
}
