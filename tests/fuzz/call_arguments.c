#include "call_arguments.h"

#include <string.h>

#include "target.h"

#define LEN(array) (sizeof(array) / sizeof(array)[0])

/* --- memory --- */

#define BLOCKS_MAX 64
#define GUARD_LEN  16
#define GUARD      0xA5

static struct block {
    uint8_t *at;
    size_t len;
    bool guarded;
} blocks[BLOCKS_MAX];
static size_t blocks_len;

static void *take(size_t len, bool guarded)
{
    uint8_t *at = malloc(len + (guarded ? GUARD_LEN : 0));
    FUZZ_REQUIRE(at && blocks_len < BLOCKS_MAX);
    if (guarded)
        memset(at, GUARD, len + GUARD_LEN);
    blocks[blocks_len++] = (struct block){at, len, guarded};
    return at;
}

void arguments_release(void)
{
    for (size_t i = 0; i < blocks_len; i++) {
        for (size_t j = 0; blocks[i].guarded && j < GUARD_LEN; j++)
            FUZZ_REQUIRE(blocks[i].at[blocks[i].len + j] == GUARD);
        free(blocks[i].at);
    }
    blocks_len = 0;
}

/* --- data --- */

struct argument_data argument_copy(struct mn_span bytes)
{
    struct argument_data data = {take(bytes.len, false), bytes.len};
    if (bytes.len)
        memcpy(data.at, bytes.ptr, bytes.len);
    return data;
}

/* Most lengths that a boundary lies at; the bytes do not matter as much. */
struct argument_data argument_data(struct fuzz_input *input)
{
    static const CK_ULONG lens[] = {0,  1,   20,  28,  32,  48,  51,  64,  65,
                                    16, 117, 190, 214, 245, 246, 255, 256, 1000};
    unsigned what = fuzz_byte(input);
    if (what >= 0xF0)
        return (struct argument_data){NULL, what & 0xF};
    struct argument_data data = {.len = what < 0x80 ? lens[what % LEN(lens)] : what & 0x3F};
    data.at = take(data.len, false);
    memset(data.at, (int)what, data.len);
    if (data.len && what & 0x40)
        data.at[what % data.len] = fuzz_byte(input);
    return data;
}

struct argument_room *argument_room(struct fuzz_input *input)
{
    static const CK_ULONG rooms[] = {256, 64, 512, 32, 20, 48, 28, 63, 65, 255, 257, 1, 0, 4096};
    struct argument_room *room = take(sizeof *room, false);
    unsigned what = fuzz_byte(input);
    room->room = rooms[what % LEN(rooms)];
    room->len = room->room;
    room->at = what >= 0xC0 ? NULL : take(room->room, true);
    room->len_at = what == 0xFF ? NULL : &room->len;
    return room;
}

void argument_room_check(const struct argument_room *room, CK_RV rv)
{
    if (!room->at || !room->len_at)
        return;
    if (rv == CKR_OK)
        FUZZ_REQUIRE(room->len <= room->room);
    if (rv == CKR_BUFFER_TOO_SMALL)
        FUZZ_REQUIRE(room->len > room->room);
}

/* --- mechanisms --- */

static CK_MECHANISM_TYPE any_type(struct fuzz_input *input)
{
    static const CK_MECHANISM_TYPE types[] = {CKM_RSA_PKCS,
                                              CKM_SHA1_RSA_PKCS,
                                              CKM_SHA224_RSA_PKCS,
                                              CKM_SHA256_RSA_PKCS,
                                              CKM_SHA384_RSA_PKCS,
                                              CKM_SHA512_RSA_PKCS,
                                              CKM_RSA_PKCS_PSS,
                                              CKM_SHA1_RSA_PKCS_PSS,
                                              CKM_SHA224_RSA_PKCS_PSS,
                                              CKM_SHA256_RSA_PKCS_PSS,
                                              CKM_SHA384_RSA_PKCS_PSS,
                                              CKM_SHA512_RSA_PKCS_PSS,
                                              CKM_RSA_PKCS_OAEP,
                                              CKM_ECDSA,
                                              CKM_ECDSA_SHA1,
                                              CKM_ECDSA_SHA224,
                                              CKM_ECDSA_SHA256,
                                              CKM_ECDSA_SHA384,
                                              CKM_ECDSA_SHA512,
                                              CKM_SHA_1,
                                              CKM_SHA224,
                                              CKM_SHA256,
                                              CKM_SHA384,
                                              CKM_SHA512,
                                              CKM_RSA_X_509,
                                              CKM_AES_CBC};
    unsigned what = fuzz_byte(input);
    return what < 0xF8 ? types[what % LEN(types)] : fuzz_pair(input);
}

static CK_MECHANISM_TYPE any_hash(struct fuzz_input *input)
{
    static const CK_MECHANISM_TYPE hashes[] = {CKM_SHA256, CKM_SHA_1,  CKM_SHA224,
                                               CKM_SHA384, CKM_SHA512, CKM_MD5};
    return hashes[fuzz_below(input, LEN(hashes))];
}

static CK_RSA_PKCS_MGF_TYPE any_mgf(struct fuzz_input *input)
{
    static const CK_RSA_PKCS_MGF_TYPE mgfs[] = {CKG_MGF1_SHA256, CKG_MGF1_SHA1,   CKG_MGF1_SHA224,
                                                CKG_MGF1_SHA384, CKG_MGF1_SHA512, 99};
    return mgfs[fuzz_below(input, LEN(mgfs))];
}

static void put_pss(struct fuzz_input *input, CK_MECHANISM *mechanism)
{
    CK_RSA_PKCS_PSS_PARAMS *pss = take(sizeof *pss, false);
    *pss = (CK_RSA_PKCS_PSS_PARAMS){.hashAlg = any_hash(input), .mgf = any_mgf(input)};
    pss->sLen = fuzz_byte(input);
    mechanism->pParameter = pss;
    mechanism->ulParameterLen = sizeof *pss;
}

static void put_oaep(struct fuzz_input *input, CK_MECHANISM *mechanism)
{
    CK_RSA_PKCS_OAEP_PARAMS *oaep = take(sizeof *oaep, false);
    *oaep = (CK_RSA_PKCS_OAEP_PARAMS){.hashAlg = any_hash(input), .mgf = any_mgf(input)};
    oaep->source = fuzz_below(input, 4) ? CKZ_DATA_SPECIFIED : fuzz_byte(input);
    if (fuzz_below(input, 2)) {
        struct argument_data label = argument_data(input);
        oaep->pSourceData = label.at;
        oaep->ulSourceDataLen = label.len;
    }
    mechanism->pParameter = oaep;
    mechanism->ulParameterLen = sizeof *oaep;
}

/* Of any length, and any bytes. */
static void put_nonsense(struct fuzz_input *input, CK_MECHANISM *mechanism)
{
    struct mn_span bytes = fuzz_take(input, fuzz_below(input, 64));
    mechanism->pParameter = bytes.len ? argument_copy(bytes).at : NULL;
    mechanism->ulParameterLen = bytes.len;
}

CK_MECHANISM *argument_mechanism(struct fuzz_input *input)
{
    CK_MECHANISM *mechanism = take(sizeof *mechanism, false);
    *mechanism = (CK_MECHANISM){.mechanism = any_type(input)};
    switch (fuzz_byte(input) % 16) {
    case 1:
    case 2:
    case 3:
        put_pss(input, mechanism);
        break;
    case 4:
    case 5:
        put_oaep(input, mechanism);
        break;
    case 6:
        put_nonsense(input, mechanism);
        break;
    case 7:
        mechanism->ulParameterLen = fuzz_byte(input); /* and a NULL pointer */
        break;
    case 8:
        return NULL;
    default:
        break;
    }
    return mechanism;
}

/* --- templates --- */

#define TEMPLATE_MAX 6

static CK_ATTRIBUTE_TYPE any_attribute(struct fuzz_input *input)
{
    static const CK_ATTRIBUTE_TYPE types[] = {CKA_CLASS,
                                              CKA_TOKEN,
                                              CKA_PRIVATE,
                                              CKA_LABEL,
                                              CKA_UNIQUE_ID,
                                              CKA_VALUE,
                                              CKA_CERTIFICATE_TYPE,
                                              CKA_ISSUER,
                                              CKA_SERIAL_NUMBER,
                                              CKA_SUBJECT,
                                              CKA_ID,
                                              CKA_KEY_TYPE,
                                              CKA_SENSITIVE,
                                              CKA_SIGN,
                                              CKA_MODULUS,
                                              CKA_MODULUS_BITS,
                                              CKA_EC_PARAMS,
                                              CKA_EC_POINT,
                                              CKA_PUBLIC_EXPONENT,
                                              CKA_PRIVATE_EXPONENT,
                                              CKA_PRIME_1,
                                              CKA_ALLOWED_MECHANISMS,
                                              CKA_START_DATE,
                                              CKA_PUBLIC_KEY_INFO,
                                              CKA_WRAP_TEMPLATE,
                                              CKA_CHECK_VALUE,
                                              CKA_PROFILE_ID,
                                              CKA_ALWAYS_AUTHENTICATE};
    unsigned what = fuzz_byte(input);
    return what < 0xF0 ? types[what % LEN(types)] : fuzz_pair(input);
}

static struct argument_template empty_template(struct fuzz_input *input)
{
    struct argument_template template = {.len = fuzz_below(input, TEMPLATE_MAX + 2)};
    if (template.len > TEMPLATE_MAX)
        return (struct argument_template){NULL, 1};
    template.at = take(template.len * sizeof *template.at, false);
    for (CK_ULONG i = 0; i < template.len; i++)
        template.at[i] = (CK_ATTRIBUTE){.type = any_attribute(input)};
    return template;
}

struct argument_template argument_template(struct fuzz_input *input)
{
    struct argument_template template = empty_template(input);
    for (CK_ULONG i = 0; template.at && i < template.len; i++) {
        CK_ULONG number = fuzz_byte(input);
        struct argument_data value;
        if (number >= 0xE0)
            value = argument_data(input);
        else if (number & 1)
            value = argument_copy(mn_span((const uint8_t *)&number, 1));
        else
            value = argument_copy(mn_span((const uint8_t *)&(CK_ULONG){number / 2}, sizeof number));
        template.at[i].pValue = value.at;
        template.at[i].ulValueLen = value.len;
    }
    return template;
}

struct argument_template argument_rooms(struct fuzz_input *input)
{
    struct argument_template template = empty_template(input);
    for (CK_ULONG i = 0; template.at && i < template.len; i++) {
        const struct argument_room *room = argument_room(input);
        template.at[i].pValue = room->at;
        template.at[i].ulValueLen = room->room;
    }
    return template;
}
