/* The places where tokens can be: which readers and settings give which. */
#include "backend/token_places.h"

#include <stdio.h>

#include "backend/desk.h"
#include "backend/made_pfx.h"
#include "base/scratch.h"
#include "runner.h"

static struct mn_token_places *places;

static void open_places(void)
{
    struct mn_readers readers;
    ck_assert_int_eq(cardsim_bench_open(mn_desk.bench, &readers), MN_OK);
    ck_assert_int_eq(mn_token_places_open(&readers, &mn_desk.settings, NULL, &places), MN_OK);
    ck_assert_ptr_null(readers.ops);
    ck_assert_uint_eq(mn_token_places_count(places), 0); /* nobody has looked */
    ck_assert_int_eq(mn_token_places_refresh(places), MN_OK);
}

static void close_places(void)
{
    mn_token_places_close(&places);
    ck_assert_ptr_null(places);
}

static void assert_place(size_t index, const char *name, const char *use)
{
    struct mn_token_place place = mn_token_places_at(places, index);
    ck_assert_uint_eq(place.id, index + 1);
    ck_assert_str_eq(place.name, name);
    ck_assert_str_eq(place.use, use);
    ck_assert(place.is_hardware);
}

START_TEST(a_reader_has_a_place_for_each_role)
{
    ck_assert_int_eq(cardsim_plug(mn_desk.bench, "Second"), MN_OK);
    ck_assert_uint_eq(mn_token_places_count(places), 2);
    ck_assert_int_eq(mn_token_places_refresh(places), MN_OK);
    ck_assert_uint_eq(mn_token_places_count(places), 4);
    assert_place(0, MN_DESK_READER, "authentication");
    assert_place(1, MN_DESK_READER, "signature");
    assert_place(2, "Second", "authentication");
    assert_place(3, "Second", "signature");
}
END_TEST

START_TEST(a_role_that_is_not_offered_has_no_place)
{
    close_places();
    mn_desk.settings.offer_auth = false;
    open_places();
    ck_assert_uint_eq(mn_token_places_count(places), 1);
    assert_place(0, MN_DESK_READER, "signature");
}
END_TEST

START_TEST(each_place_opens_the_token_of_its_role)
{
    static const char *const labels[] = {"JPKI Authentication", "JPKI Signature"};
    for (size_t i = 0; i < 2; i++) {
        struct mn_token_place place = mn_token_places_at(places, i);
        struct mn_token_place_state state;
        struct mn_token token = {0};
        unsigned long generation;
        mn_token_place_state(&place, &state);
        ck_assert(state.connected && state.occupied);
        ck_assert_int_eq(place.ops->recognise(place.self), MN_OK);
        ck_assert_int_eq(place.ops->open(place.self, &token, &generation), MN_OK);
        ck_assert_uint_eq(generation, state.generation);
        ck_assert_str_eq(token.facts->label, labels[i]);
        mn_token_close(&token);
    }
}
END_TEST

START_TEST(what_leaves_a_place_changes_its_generation)
{
    struct mn_token_place place = mn_token_places_at(places, 0);
    struct mn_token_place_state before, after;
    struct mn_token token = {0};
    unsigned long generation;
    mn_token_place_state(&place, &before);
    cardsim_remove(mn_desk.bench, MN_DESK_READER);
    ck_assert_int_eq(mn_token_places_refresh(places), MN_OK);
    mn_token_place_state(&place, &after);
    ck_assert(after.connected && !after.occupied);
    ck_assert_uint_ne(after.generation, before.generation);
    ck_assert_int_eq(place.ops->recognise(place.self), MN_E_NO_CARD);
    ck_assert_int_eq(place.ops->open(place.self, &token, &generation), MN_E_NO_CARD);
}
END_TEST

START_TEST(places_of_cards_leave_the_ids_of_software_alone)
{
    char name[32];
    for (int i = 0; i < MN_TOKEN_PLACE_SOFT / 2 + 1; i++) {
        snprintf(name, sizeof name, "Reader %d", i);
        ck_assert_int_eq(cardsim_plug(mn_desk.bench, name), MN_OK);
    }
    ck_assert_int_eq(mn_token_places_refresh(places), MN_OK);
    ck_assert_uint_eq(mn_token_places_count(places), MN_TOKEN_PLACE_SOFT);
    ck_assert_uint_eq(mn_token_places_at(places, MN_TOKEN_PLACE_SOFT - 1).id, MN_TOKEN_PLACE_SOFT);
}
END_TEST

START_TEST(what_is_on_the_shelf_has_a_place_of_that_number)
{
    struct mn_soft_entry entry = made_entry(mn_scratch_path("soft.pfx"));
    struct mn_token_place_state state;
    unsigned number;
    ck_assert_int_eq(mn_soft_shelf_add(&entry, &number), MN_OK);
    mn_soft_entry_release(&entry);
    ck_assert_int_eq(mn_token_places_refresh(places), MN_OK);
    ck_assert_uint_eq(mn_token_places_count(places), 3);
    struct mn_token_place place = mn_token_places_at(places, 2);
    ck_assert_uint_eq(place.id, MN_TOKEN_PLACE_SOFT + 1);
    ck_assert(!place.is_hardware);
    mn_token_place_state(&place, &state);
    ck_assert(state.connected && !state.occupied); /* its file is not there */
    unsigned long before = state.generation;
    ck_assert_int_eq(place.ops->recognise(place.self), MN_E_NO_CARD);
    made_pfx(mn_scratch_path("soft.pfx"));
    ck_assert_int_eq(mn_token_places_refresh(places), MN_OK);
    mn_token_place_state(&place, &state);
    ck_assert(state.occupied);
    ck_assert_uint_ne(state.generation, before);
    ck_assert_int_eq(place.ops->recognise(place.self), MN_OK);
    ck_assert_int_eq(mn_soft_shelf_remove(number), MN_OK);
    ck_assert_int_eq(mn_token_places_refresh(places), MN_OK);
    mn_token_place_state(&place, &state);
    ck_assert(!state.connected);
    ck_assert_int_eq(place.ops->recognise(place.self), MN_E_NO_READER);
}
END_TEST

START_TEST(software_alone_looks_at_no_reader)
{
    close_places();
    mn_desk.settings.offer_auth = false;
    mn_desk.settings.offer_sign = false;
    open_places();
    ck_assert_uint_eq(mn_token_places_count(places), 0);
    ck_assert_int_eq(mn_token_places_wait(places, 0), MN_E_TIMEOUT);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("backend/token_places");
    TCase *tcase = tcase_create("places");

    mn_desk_attach(tcase);
    tcase_add_checked_fixture(tcase, open_places, close_places);
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, a_reader_has_a_place_for_each_role);
    tcase_add_test(tcase, a_role_that_is_not_offered_has_no_place);
    tcase_add_test(tcase, each_place_opens_the_token_of_its_role);
    tcase_add_test(tcase, what_leaves_a_place_changes_its_generation);
    tcase_add_test(tcase, places_of_cards_leave_the_ids_of_software_alone);
    tcase_add_test(tcase, what_is_on_the_shelf_has_a_place_of_that_number);
    tcase_add_test(tcase, software_alone_looks_at_no_reader);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
