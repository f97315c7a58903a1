#include "contents.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"

#define SPAN(literal) mn_span(literal, sizeof(literal) - 1)

/* The names in the PKI folder, in the order of enum cardsim_content. */
static const char *const certificate_files[CARDSIM_CERTIFICATE_SETS][4] = {
    {"sign.der", "sign-ca.der", "auth.der", "auth-ca.der"},
    {"sign-expired.der", "sign-ca.der", "auth-expired.der", "auth-ca.der"},
    {"sign-substituted.der", "sign-ca.der", "auth.der", "auth-ca.der"},
};

/* Serial number (15 digits), municipality (5), expiry, as one simple-TLV record (tag 01). */
static const char card_number[] = "\x01\x1C"
                                  "4000000127198431322120350217";

/* The names in the PKI folder of the files that make-faces has made. */
static const char *const made_files[CARDSIM_CONTENT_COUNT] = {
    [CARDSIM_CONTENT_TEXT_NUMBER] = "text-0001",
    [CARDSIM_CONTENT_TEXT_ATTRIBUTES] = "text-0002",
    [CARDSIM_CONTENT_TEXT_DIGESTS] = "text-0003",
    [CARDSIM_CONTENT_TEXT_CERTIFICATE] = "text-0004",
    [CARDSIM_CONTENT_TEXT_BASICS] = "text-0005",
    [CARDSIM_CONTENT_TEXT_SESSION_KEY] = "text-0006",
    [CARDSIM_CONTENT_TEXT_CARD_KEY] = "text-0007",
    [CARDSIM_CONTENT_SURFACE_AGE] = "surface-0001",
    [CARDSIM_CONTENT_SURFACE_FACE] = "surface-0002",
    [CARDSIM_CONTENT_SURFACE_BASICS] = "surface-0003",
    [CARDSIM_CONTENT_SURFACE_CERTIFICATE] = "surface-0004",
    [CARDSIM_CONTENT_SURFACE_MY_NUMBER] = "surface-0005",
    [CARDSIM_CONTENT_SURFACE_UNKNOWN] = "surface-0006",
};
enum { LARGEST = 0x8000 };

static mn_rc load(const char *pki, const char *name, size_t limit, struct mn_bytes *out)
{
    char path[4096];
    int len = snprintf(path, sizeof(path), "%s/%s", pki, name);
    if (len < 0 || (size_t)len >= sizeof(path))
        return MN_E_FILE;
    return mn_file_read(path, limit, out);
}

mn_rc cardsim_contents_load(struct cardsim_contents *contents, const char *pki)
{
    mn_rc rc = MN_OK;
    for (size_t pair = 0; pair < CARDSIM_CERTIFICATE_SETS && rc == MN_OK; pair++) {
        for (size_t i = 0; i < 4 && rc == MN_OK; i++)
            rc = load(pki, certificate_files[pair][i], CARDSIM_CERTIFICATE_FILE,
                      &contents->certificate[pair][i]);
    }
    for (size_t i = 0; i < CARDSIM_CONTENT_COUNT && rc == MN_OK; i++) {
        if (made_files[i])
            rc = load(pki, made_files[i], LARGEST, &contents->made[i]);
    }
    return rc;
}

/* content, and the padding byte up to size. */
static mn_rc set_padded(struct mn_bytes *file, struct mn_span content, size_t size, uint8_t padding)
{
    uint8_t whole[CARDSIM_CERTIFICATE_FILE];
    memset(whole, padding, size);
    if (content.len > 0)
        memcpy(whole, content.ptr, content.len);
    return mn_bytes_set(file, mn_span(whole, size));
}

static mn_rc build_certificates(struct cardsim_contents *contents,
                                const struct cardsim_switches *switches)
{
    const struct mn_bytes *pair = contents->certificate[switches->value[CARDSIM_SW_CERTIFICATES]];
    uint8_t padding = (uint8_t)switches->value[CARDSIM_SW_PADDING];
    bool empty = switches->value[CARDSIM_SW_SIGN_CERTIFICATE] == CARDSIM_SIGN_CERTIFICATE_EMPTY;
    mn_rc rc = MN_OK;
    for (size_t i = 0; i < 4 && rc == MN_OK; i++) {
        struct mn_span content = mn_bytes_span(&pair[i]);
        if (empty && i == CARDSIM_CONTENT_SIGN_CERTIFICATE)
            content = mn_span(NULL, 0);
        rc = set_padded(&contents->file[i], content, CARDSIM_CERTIFICATE_FILE, padding);
    }
    return rc;
}

/* Text with blanks behind, as PKCS#11 has it in fixed fields. */
static void put_text(uint8_t *field, size_t size, const char *text)
{
    memset(field, ' ', size);
    memcpy(field, text, strlen(text));
}

/* A CK_TOKEN_INFO, integers of four bytes, big-endian. */
static mn_rc build_token_info(struct cardsim_contents *contents,
                              const struct cardsim_switches *switches)
{
    /* flags: RNG, LOGIN_REQUIRED, USER_PIN_INITIALIZED, TOKEN_INITIALIZED; sessions 1 at most, 0
     * open, of each sort; PIN 16 at most and 6 at least; four times "memory not told"; "03", "01"
     */
    static const uint8_t numbers[] = "\x00\x00\x04\x0D"
                                     "\x00\x00\x00\x01\x00\x00\x00\x00"
                                     "\x00\x00\x00\x01\x00\x00\x00\x00"
                                     "\x00\x00\x00\x10\x00\x00\x00\x06"
                                     "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"
                                     "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"
                                     "03"
                                     "01"
                                     "9999999999999999";
    uint8_t info[160];
    _Static_assert(sizeof(info) == 32 + 32 + 16 + 16 + sizeof(numbers) - 1, "its published size");
    put_text(info, 32, switches->text[CARDSIM_SW_LABEL]);
    put_text(info + 32, 32, "00000000000000000000000000000001");
    put_text(info + 64, 16, "E16R01NJ");
    put_text(info + 80, 16, switches->text[CARDSIM_SW_SERIAL]);
    memcpy(info + 96, numbers, sizeof(numbers) - 1);
    return mn_bytes_set(&contents->file[CARDSIM_CONTENT_TOKEN_INFO], mn_span(info, sizeof(info)));
}

static mn_rc build_presence(struct cardsim_contents *contents,
                            const struct cardsim_switches *switches)
{
    bool sign = switches->value[CARDSIM_SW_SIGN_CERTIFICATE] > CARDSIM_SIGN_CERTIFICATE_EMPTY;
    bool auth = switches->value[CARDSIM_SW_AUTH_ROLE];
    const uint8_t presence[3] = {sign ? 0x8F : 0x00, auth ? 0x8F : 0x00, 0x00};
    return mn_bytes_set(&contents->file[CARDSIM_CONTENT_PRESENCE],
                        mn_span(presence, sizeof(presence)));
}

/* What is altered after it was signed: the place of a byte from the beginning of a text in the
 * file. */
static const struct {
    enum cardsim_content content;
    const char *text;
    int at;
} alterations[] = {
    [CARDSIM_ALTERED_ADDRESS] = {CARDSIM_CONTENT_TEXT_ATTRIBUTES, "１２", 2},
    [CARDSIM_ALTERED_NUMBER] = {CARDSIM_CONTENT_TEXT_NUMBER, "537686677188", 3},
    [CARDSIM_ALTERED_BIRTH] = {CARDSIM_CONTENT_SURFACE_FACE, "19800217", 3},
    [CARDSIM_ALTERED_PHOTO] = {CARDSIM_CONTENT_SURFACE_FACE, "jP  ", 2000},
    [CARDSIM_ALTERED_AGE] = {CARDSIM_CONTENT_SURFACE_AGE, "19800217", 3},
};

/* One bit of a file is another. In a digit or the photograph that makes another one. */
static void alter(struct cardsim_contents *contents, unsigned what)
{
    if (what == CARDSIM_ALTERED_NONE)
        return;
    struct mn_bytes *file = &contents->file[alterations[what].content];
    const char *text = alterations[what].text;
    uint8_t *found = memmem(file->ptr, file->len, text, strlen(text));
    if (found && found + alterations[what].at < file->ptr + file->len)
        found[alterations[what].at] ^= 1;
}

/* FF20 with its length in one byte more than it needs; the places in DF21 move with it. */
static mn_rc lengthen(struct mn_bytes *file)
{
    enum { TAG = 2, PLACES = 6, COUNT = 4 };
    struct mn_bytes longer = {0};
    mn_rc rc = mn_bytes_set(&longer, mn_span(file->ptr, TAG));
    if (rc == MN_OK)
        rc = mn_bytes_append(&longer, SPAN("\x81"));
    if (rc == MN_OK)
        rc = mn_bytes_append(&longer, mn_span(file->ptr + TAG, file->len - TAG));
    for (size_t i = 0; i < COUNT && rc == MN_OK; i++)
        longer.ptr[PLACES + 1 + 2 * i + 1]++;
    if (rc == MN_OK)
        mn_bytes_move(file, &longer);
    mn_bytes_free(&longer);
    return rc;
}

static mn_rc build_person(struct cardsim_contents *contents,
                          const struct cardsim_switches *switches)
{
    mn_rc rc = mn_bytes_set(&contents->file[CARDSIM_CONTENT_CARD_NUMBER], SPAN(card_number));
    for (size_t i = 0; i < CARDSIM_CONTENT_COUNT && rc == MN_OK; i++) {
        if (made_files[i])
            rc = mn_bytes_set(&contents->file[i], mn_bytes_span(&contents->made[i]));
    }
    if (rc == MN_OK && switches->value[CARDSIM_SW_LONG_LENGTHS])
        rc = lengthen(&contents->file[CARDSIM_CONTENT_TEXT_ATTRIBUTES]);
    if (rc == MN_OK)
        alter(contents, switches->value[CARDSIM_SW_ALTERED]);
    return rc;
}

mn_rc cardsim_contents_build(struct cardsim_contents *contents,
                             const struct cardsim_switches *switches)
{
    mn_rc rc = build_certificates(contents, switches);
    if (rc == MN_OK)
        rc = build_token_info(contents, switches);
    if (rc == MN_OK)
        rc = build_presence(contents, switches);
    if (rc == MN_OK)
        rc = build_person(contents, switches);
    return rc;
}

void cardsim_contents_free(struct cardsim_contents *contents)
{
    for (size_t pair = 0; pair < CARDSIM_CERTIFICATE_SETS; pair++) {
        for (size_t i = 0; i < 4; i++)
            mn_bytes_free(&contents->certificate[pair][i]);
    }
    for (size_t i = 0; i < CARDSIM_CONTENT_COUNT; i++) {
        mn_bytes_free(&contents->made[i]);
        mn_bytes_free(&contents->file[i]);
    }
}
