/* Every kind of token, through the list of 2.40 that C_GetFunctionList gives; the chapters of the
 * other files go through that of 3.0, and both lead to the same functions (general.c).
 *
 * A test that is added with kinds_add runs once for each kind: its first line is kind_begin(_i),
 * after which kind is the token and the other kinds are there beside it. p11 is the list of 2.40,
 * which ends where that of 3.0 goes on: what only 3.0 has is called through list_3_0. */
#ifndef MN_TESTS_CRYPTOKI_KINDS_H
#define MN_TESTS_CRYPTOKI_KINDS_H

#include "stage.h"

#define CURVE_SLOT 130
#define KINDS      4

struct kind {
    const char *name;
    CK_SLOT_ID slot;
    const char *pin, *wrong_pin; /* the second has the form of one */
    bool on_card, decrypts, private_certificate;
    CK_MECHANISM_TYPE signs, hashes_and_signs; /* without a parameter */
    CK_ULONG signature_len, data_max;          /* of signs */
    CK_ULONG objects, public_objects;          /* with and without login */
};

extern const struct kind kinds[KINDS];
extern const struct kind *kind;
extern const CK_FUNCTION_LIST_3_0 *list_3_0;

/* Adds the test for every kind; its case has stage_attach. */
#define kinds_add(tcase, test) tcase_add_loop_test(tcase, test, 0, KINDS)

void kind_begin(int turn);

/* Puts both software certificates on the shelf; for tests that do not go through the kinds. */
void kinds_shelve(void);

/* Takes the token away and puts it back: the card, or the PKCS#12 file. */
void kind_remove(void);
void kind_insert(void);

CK_SESSION_HANDLE kind_open(bool read_write);
CK_SESSION_HANDLE kind_log_in(void);
CK_STATE kind_state(CK_SESSION_HANDLE session);

/* Begins a signature with hashes_and_signs; makes one; the token's own key. */
CK_RV kind_begin_sign(CK_SESSION_HANDLE session);
CK_RV kind_sign(CK_SESSION_HANDLE session);

/* A search for one class: how many, and the first. */
size_t kind_find(CK_SESSION_HANDLE session, CK_OBJECT_CLASS class, CK_OBJECT_HANDLE *first);

#endif
