#include "kinds.h"

#include <stdio.h>
#include <string.h>

#include "backend/made_pfx.h"
#include "base/scratch.h"

const struct kind kinds[KINDS] = {{.name = "authentication",
                                   .slot = AUTH_SLOT,
                                   .pin = CARDSIM_AUTH_PIN,
                                   .wrong_pin = "9999",
                                   .on_card = true,
                                   .signs = CKM_RSA_PKCS,
                                   .hashes_and_signs = CKM_SHA256_RSA_PKCS,
                                   .signature_len = RSA_SIZE,
                                   .data_max = RSA_SIZE - 11,
                                   .objects = 5,
                                   .public_objects = 4},
                                  {.name = "signature",
                                   .slot = SIGN_SLOT,
                                   .pin = CARDSIM_SIGN_PIN,
                                   .wrong_pin = "XYZXYZ",
                                   .on_card = true,
                                   .private_certificate = true,
                                   .signs = CKM_RSA_PKCS,
                                   .hashes_and_signs = CKM_SHA256_RSA_PKCS,
                                   .signature_len = RSA_SIZE,
                                   .data_max = RSA_SIZE - 11,
                                   .objects = 4,
                                   .public_objects = 1},
                                  {.name = "software-rsa",
                                   .slot = SOFT_SLOT,
                                   .pin = SOFT_PASSPHRASE,
                                   .wrong_pin = "wrong horse",
                                   .decrypts = true,
                                   .signs = CKM_RSA_PKCS,
                                   .hashes_and_signs = CKM_SHA256_RSA_PKCS,
                                   .signature_len = RSA_SIZE,
                                   .data_max = RSA_SIZE - 11,
                                   .objects = 5,
                                   .public_objects = 4},
                                  {.name = "software-ec",
                                   .slot = CURVE_SLOT,
                                   .pin = SOFT_PASSPHRASE,
                                   .wrong_pin = "wrong horse",
                                   .signs = CKM_ECDSA,
                                   .hashes_and_signs = CKM_ECDSA_SHA256,
                                   .signature_len = 64,
                                   .data_max = 64,
                                   .objects = 4,
                                   .public_objects = 3}};

const struct kind *kind;
const CK_FUNCTION_LIST_3_0 *list_3_0;

static char curve_pfx[512], away[600];
static const char *pfx;

void kinds_shelve(void)
{
    unsigned number;
    pfx = stage_shelve();
    snprintf(curve_pfx, sizeof curve_pfx, "%s", mn_scratch_path("curve.pfx"));
    struct mn_soft_entry entry = made_on_curve(curve_pfx);
    ck_assert_int_eq(mn_soft_shelf_add(&entry, &number), MN_OK);
    ck_assert_uint_eq(number, CURVE_SLOT - SOFT_SLOT + 1);
    mn_soft_entry_release(&entry);
}

void kind_begin(int turn)
{
    CK_FUNCTION_LIST *list;
    kinds_shelve();
    list_3_0 = p11; /* the stage's own */
    ck_assert_uint_eq(C_GetFunctionList(&list), CKR_OK);
    p11 = (void *)list;
    kind = &kinds[turn];
}

static const char *file_of_kind(void)
{
    return kind->slot == CURVE_SLOT ? curve_pfx : pfx;
}

void kind_remove(void)
{
    snprintf(away, sizeof away, "%s.away", file_of_kind());
    if (kind->on_card)
        cardsim_remove(bench, READER);
    else
        ck_assert_int_eq(rename(file_of_kind(), away), 0);
}

void kind_insert(void)
{
    if (kind->on_card)
        cardsim_insert(bench, READER, card);
    else
        ck_assert_int_eq(rename(away, file_of_kind()), 0);
}

CK_SESSION_HANDLE kind_open(bool read_write)
{
    return open_session(kind->slot, read_write);
}

CK_SESSION_HANDLE kind_log_in(void)
{
    CK_SESSION_HANDLE session = kind_open(false);
    ck_assert_uint_eq(login_with(session, CKU_USER, kind->pin), CKR_OK);
    return session;
}

CK_STATE kind_state(CK_SESSION_HANDLE session)
{
    CK_SESSION_INFO info;
    ck_assert_uint_eq(p11->C_GetSessionInfo(session, &info), CKR_OK);
    return info.state;
}

CK_RV kind_begin_sign(CK_SESSION_HANDLE session)
{
    CK_MECHANISM mechanism = {kind->hashes_and_signs, NULL, 0};
    return p11->C_SignInit(session, &mechanism, only(session, CKO_PRIVATE_KEY));
}

CK_RV kind_sign(CK_SESSION_HANDLE session)
{
    CK_BYTE data[] = "something", signature[RSA_SIZE];
    CK_ULONG len = sizeof signature;
    CK_RV rv = kind_begin_sign(session);
    if (rv == CKR_OK)
        rv = p11->C_Sign(session, data, sizeof data, signature, &len);
    ck_assert(rv != CKR_OK || len == kind->signature_len);
    return rv;
}

size_t kind_find(CK_SESSION_HANDLE session, CK_OBJECT_CLASS class, CK_OBJECT_HANDLE *first)
{
    CK_OBJECT_HANDLE found[8] = {0};
    size_t count = find_class(session, class, found);
    *first = found[0];
    return count;
}
