#include "writer.h"

#include <string.h>

#include "kinds.h"
#include "page.h"

#define LEN(array) (sizeof(array) / sizeof(array)[0])

/* --- slot and token --- */

static const char *const slot_flags[] = {"CKF_TOKEN_PRESENT", "CKF_REMOVABLE_DEVICE",
                                         "CKF_HW_SLOT"};
static const char *const token_flags[] = {"CKF_RNG",
                                          "CKF_WRITE_PROTECTED",
                                          "CKF_LOGIN_REQUIRED",
                                          "CKF_USER_PIN_INITIALIZED",
                                          "CKF_RESTORE_KEY_NOT_NEEDED",
                                          "CKF_CLOCK_ON_TOKEN",
                                          "CKF_PROTECTED_AUTHENTICATION_PATH",
                                          "CKF_DUAL_CRYPTO_OPERATIONS",
                                          "CKF_TOKEN_INITIALIZED",
                                          "CKF_SECONDARY_AUTHENTICATION",
                                          "CKF_USER_PIN_COUNT_LOW",
                                          "CKF_USER_PIN_FINAL_TRY",
                                          "CKF_USER_PIN_LOCKED",
                                          "CKF_USER_PIN_TO_BE_CHANGED",
                                          "CKF_SO_PIN_COUNT_LOW",
                                          "CKF_SO_PIN_FINAL_TRY",
                                          "CKF_SO_PIN_LOCKED",
                                          "CKF_SO_PIN_TO_BE_CHANGED"};
static const char *const mechanism_flags[] = {"CKF_HW",
                                              "CKF_ENCRYPT",
                                              "CKF_DECRYPT",
                                              "CKF_DIGEST",
                                              "CKF_SIGN",
                                              "CKF_SIGN_RECOVER",
                                              "CKF_VERIFY",
                                              "CKF_VERIFY_RECOVER",
                                              "CKF_GENERATE",
                                              "CKF_GENERATE_KEY_PAIR",
                                              "CKF_WRAP",
                                              "CKF_UNWRAP",
                                              "CKF_DERIVE",
                                              "CKF_EC_F_P",
                                              "CKF_EC_NAMEDCURVE",
                                              "CKF_EC_UNCOMPRESS",
                                              "CKF_EC_COMPRESS"};

/* A flag without a name is a number at the end. */
static void write_flags(FILE *out, CK_FLAGS flags, const char *const names[], size_t len)
{
    for (size_t i = 0; i < len; i++) {
        CK_FLAGS flag = page_number(names[i]);
        if (flags & flag)
            fprintf(out, " %s", names[i]);
        flags &= ~flag;
    }
    if (flags)
        fprintf(out, " 0x%lx", flags);
    fputc('\n', out);
}

static void write_text(FILE *out, const char *name, const CK_UTF8CHAR *text, size_t size)
{
    while (size > 0 && text[size - 1] == ' ')
        size--;
    fprintf(out, "  %s \"%.*s\"\n", name, (int)size, (const char *)text);
}

static void write_number(FILE *out, const char *name, CK_ULONG number)
{
    if (number == CK_UNAVAILABLE_INFORMATION)
        fprintf(out, "  %s CK_UNAVAILABLE_INFORMATION\n", name);
    else
        fprintf(out, "  %s %lu\n", name, number);
}

static void write_limit(FILE *out, const char *name, CK_ULONG most)
{
    if (most == CK_EFFECTIVELY_INFINITE)
        fprintf(out, "  %s CK_EFFECTIVELY_INFINITE\n", name);
    else
        write_number(out, name, most);
}

static void write_slot(FILE *out)
{
    CK_SLOT_INFO info;
    ck_assert_uint_eq(p11->C_GetSlotInfo(kind->slot, &info), CKR_OK);
    fprintf(out, "slot\n");
    write_text(out, "slotDescription", info.slotDescription, sizeof info.slotDescription);
    write_text(out, "manufacturerID", info.manufacturerID, sizeof info.manufacturerID);
    fprintf(out, "  hardwareVersion %u.%u\n", info.hardwareVersion.major,
            info.hardwareVersion.minor);
    fprintf(out, "  firmwareVersion %u.%u\n", info.firmwareVersion.major,
            info.firmwareVersion.minor);
    fprintf(out, "  flags");
    write_flags(out, info.flags, slot_flags, LEN(slot_flags));
}

/* Which card or certificate it is, stands in the serial number; the card tells its model and
 * versions itself. */
static void write_identity(FILE *out, const CK_TOKEN_INFO *info)
{
    if (kind->on_card) {
        fprintf(out, "  model varies\n  hardwareVersion varies\n  firmwareVersion varies\n");
    } else {
        write_text(out, "model", info->model, sizeof info->model);
        fprintf(out, "  hardwareVersion %u.%u\n", info->hardwareVersion.major,
                info->hardwareVersion.minor);
        fprintf(out, "  firmwareVersion %u.%u\n", info->firmwareVersion.major,
                info->firmwareVersion.minor);
    }
    fprintf(out, "  serialNumber varies\n");
}

static void write_token_info(FILE *out)
{
    CK_TOKEN_INFO info;
    ck_assert_uint_eq(p11->C_GetTokenInfo(kind->slot, &info), CKR_OK);
    fprintf(out, "token\n");
    write_text(out, "label", info.label, sizeof info.label);
    write_text(out, "manufacturerID", info.manufacturerID, sizeof info.manufacturerID);
    write_identity(out, &info);
    write_limit(out, "ulMaxSessionCount", info.ulMaxSessionCount);
    write_limit(out, "ulMaxRwSessionCount", info.ulMaxRwSessionCount);
    write_number(out, "ulMinPinLen", info.ulMinPinLen);
    write_number(out, "ulMaxPinLen", info.ulMaxPinLen);
    write_number(out, "ulTotalPublicMemory", info.ulTotalPublicMemory);
    write_number(out, "ulFreePublicMemory", info.ulFreePublicMemory);
    write_number(out, "ulTotalPrivateMemory", info.ulTotalPrivateMemory);
    write_number(out, "ulFreePrivateMemory", info.ulFreePrivateMemory);
    write_text(out, "utcTime", info.utcTime, sizeof info.utcTime);
    fprintf(out, "  flags");
    write_flags(out, info.flags, token_flags, LEN(token_flags));
}

static void write_mechanisms(FILE *out)
{
    CK_MECHANISM_TYPE types[64];
    CK_MECHANISM_INFO info;
    CK_ULONG len = LEN(types);
    ck_assert_uint_eq(p11->C_GetMechanismList(kind->slot, types, &len), CKR_OK);
    fprintf(out, "mechanisms\n");
    for (CK_ULONG i = 0; i < len; i++) {
        ck_assert_uint_eq(p11->C_GetMechanismInfo(kind->slot, types[i], &info), CKR_OK);
        fprintf(out, "  %s %lu-%lu", page_name("CKM_", types[i]), info.ulMinKeySize,
                info.ulMaxKeySize);
        write_flags(out, info.flags, mechanism_flags, LEN(mechanism_flags));
    }
}

/* --- objects --- */

enum form { TRUTH, NAME, NUMBER, TEXT, BYTES, MECHANISMS, VARIES };

/* What is not here is a truth. */
static const struct {
    CK_ATTRIBUTE_TYPE type;
    enum form form;
    const char *prefix; /* of names */
} forms[] = {{CKA_CLASS, NAME, "CKO_"},
             {CKA_KEY_TYPE, NAME, "CKK_"},
             {CKA_CERTIFICATE_TYPE, NAME, "CKC_"},
             {CKA_CERTIFICATE_CATEGORY, NAME, "CK_CERTIFICATE_CATEGORY_"},
             {CKA_JAVA_MIDP_SECURITY_DOMAIN, NAME, "CK_SECURITY_DOMAIN_"},
             {CKA_NAME_HASH_ALGORITHM, NAME, "CKM_"},
             {CKA_KEY_GEN_MECHANISM, NAME, "CKM_"},
             {CKA_PROFILE_ID, NAME, "CKP_"},
             {CKA_MODULUS_BITS, NUMBER, NULL},
             {CKA_LABEL, TEXT, NULL},
             {CKA_UNIQUE_ID, TEXT, NULL},
             {CKA_URL, TEXT, NULL},
             {CKA_PUBLIC_EXPONENT, BYTES, NULL},
             {CKA_EC_PARAMS, BYTES, NULL},
             {CKA_ALLOWED_MECHANISMS, MECHANISMS, NULL},
             {CKA_ID, VARIES, NULL},
             {CKA_START_DATE, VARIES, NULL},
             {CKA_END_DATE, VARIES, NULL},
             {CKA_SUBJECT, VARIES, NULL},
             {CKA_ISSUER, VARIES, NULL},
             {CKA_SERIAL_NUMBER, VARIES, NULL},
             {CKA_VALUE, VARIES, NULL},
             {CKA_CHECK_VALUE, VARIES, NULL},
             {CKA_HASH_OF_SUBJECT_PUBLIC_KEY, VARIES, NULL},
             {CKA_HASH_OF_ISSUER_PUBLIC_KEY, VARIES, NULL},
             {CKA_PUBLIC_KEY_INFO, VARIES, NULL},
             {CKA_MODULUS, VARIES, NULL},
             {CKA_EC_POINT, VARIES, NULL}};

static enum form form_of(CK_ATTRIBUTE_TYPE type, const char **prefix)
{
    for (size_t i = 0; i < LEN(forms); i++) {
        *prefix = forms[i].prefix;
        if (forms[i].type == type)
            return type == CKA_ID && kind->on_card ? BYTES : forms[i].form;
    }
    return TRUTH;
}

static CK_ULONG number_at(const CK_BYTE *value)
{
    CK_ULONG number;
    memcpy(&number, value, sizeof number);
    return number;
}

static void write_name(FILE *out, const char *prefix, CK_ULONG number)
{
    bool unknown = number == CK_UNAVAILABLE_INFORMATION;
    fprintf(out, " %s", unknown ? "CK_UNAVAILABLE_INFORMATION" : page_name(prefix, number));
}

static void write_value(FILE *out, CK_ATTRIBUTE_TYPE type, const CK_BYTE *value, CK_ULONG len)
{
    const char *prefix;
    switch (form_of(type, &prefix)) {
    case TRUTH:
        fprintf(out, len != 1 ? " ?" : *value == CK_TRUE ? " true" : *value ? " ?" : " false");
        break;
    case NAME:
        write_name(out, prefix, len == sizeof(CK_ULONG) ? number_at(value) : CKM_VENDOR_DEFINED);
        break;
    case NUMBER:
        fprintf(out, " %lu", len == sizeof(CK_ULONG) ? number_at(value) : len);
        break;
    case TEXT:
        fprintf(out, " \"%.*s\"", (int)len, (const char *)value);
        break;
    case BYTES:
        fprintf(out, " 0x");
        for (CK_ULONG i = 0; i < len; i++)
            fprintf(out, "%02X", value[i]);
        break;
    case MECHANISMS:
        for (CK_ULONG at = 0; at + sizeof(CK_ULONG) <= len; at += sizeof(CK_ULONG))
            write_name(out, "CKM_", number_at(value + at));
        break;
    case VARIES:
        fprintf(out, " varies");
        break;
    }
    fputc('\n', out);
}

static void write_attribute(FILE *out, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object,
                            const char *name, CK_ATTRIBUTE_TYPE type)
{
    CK_BYTE value[4096];
    CK_ATTRIBUTE template = {type, value, sizeof value};
    CK_RV rv = p11->C_GetAttributeValue(session, object, &template, 1);
    if (rv == CKR_ATTRIBUTE_TYPE_INVALID)
        return;
    fprintf(out, "  %s", name);
    if (rv == CKR_OK)
        write_value(out, type, value, template.ulValueLen);
    else
        fprintf(out, " %s\n", page_name("CKR_", rv));
}

/* Of several names the first, but the standard's own for what it once called CKA_ECDSA_PARAMS. */
static const char *name_of(CK_ATTRIBUTE_TYPE type)
{
    return type == CKA_EC_PARAMS ? "CKA_EC_PARAMS" : page_name("CKA_", type);
}

static void write_object(FILE *out, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object)
{
    CK_BYTE id[64];
    size_t at = 0;
    const char *name;
    CK_ULONG type, len = read_value(session, object, CKA_UNIQUE_ID, id);
    fprintf(out, "object %.*s\n", (int)len, (const char *)id);
    while ((name = page_next_name("CKA_", &at, &type)))
        if (strcmp(name, name_of(type)) == 0)
            write_attribute(out, session, object, name, type);
}

static void write_found(FILE *out, CK_SESSION_HANDLE session, const char *when)
{
    CK_OBJECT_HANDLE found[8];
    CK_BYTE id[4096];
    CK_ULONG count = find(session, NULL, 0, found);
    fprintf(out, "%s\n", when);
    for (CK_ULONG i = 0; i < count; i++) {
        int len = (int)read_value(session, found[i], CKA_UNIQUE_ID, id);
        fprintf(out, "  %.*s\n", len, (const char *)id);
    }
}

void write_token(FILE *out)
{
    CK_OBJECT_HANDLE found[8];
    CK_SESSION_HANDLE session = kind_open(false);
    write_slot(out);
    write_token_info(out);
    write_mechanisms(out);
    write_found(out, session, "found without login");
    ck_assert_uint_eq(login_with(session, CKU_USER, kind->pin), CKR_OK);
    write_found(out, session, "found after login");
    CK_ULONG count = find(session, NULL, 0, found);
    for (CK_ULONG i = 0; i < count; i++)
        write_object(out, session, found[i]);
}
