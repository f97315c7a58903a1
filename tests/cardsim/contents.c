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

/* FF10: the twelve digits, and two bytes that belong to no object. */
static const char text_number[] = "\xFF\x10\x0C"
                                  "537686677188"
                                  "\xFF\xFF";

/* FF20: DF21 offsets of the rest, DF22 name, DF23 address, DF24 birth, DF25 sex. */
static const char text_attributes[] = "\xFF\x20\x65"
                                      "\xDF\x21\x08\x00\x0E\x00\x20\x00\x59\x00\x64"
                                      "\xDF\x22\x0F"
                                      "黒桐　幹也"
                                      "\xDF\x23\x36"
                                      "東京都清瀬市観布子南１２－７－２０２"
                                      "\xDF\x24\x08"
                                      "19800217"
                                      "\xDF\x25\x01"
                                      "1";

/* FF40: DF41 abilities, DF42 the name of the signing authority's key, DF43 not explained. */
static const char text_basics_head[] = "\xFF\x40\x81\x9E"
                                       "\xDF\x41\x04\x01\x03\x0E\x01"
                                       "\xDF\x42\x10"
                                       "6000033000000001"
                                       "\xDF\x43\x81\x80";
enum { TEXT_BASICS_REST = 0x80 };

static mn_rc load_certificate(const char *pki, const char *name, struct mn_bytes *out)
{
    char path[4096];
    int len = snprintf(path, sizeof(path), "%s/%s", pki, name);
    if (len < 0 || (size_t)len >= sizeof(path))
        return MN_E_FILE;
    return mn_file_read(path, CARDSIM_CERTIFICATE_FILE, out);
}

mn_rc cardsim_contents_load(struct cardsim_contents *contents, const char *pki)
{
    mn_rc rc = MN_OK;
    for (size_t pair = 0; pair < CARDSIM_CERTIFICATE_SETS && rc == MN_OK; pair++) {
        for (size_t i = 0; i < 4 && rc == MN_OK; i++)
            rc = load_certificate(pki, certificate_files[pair][i], &contents->certificate[pair][i]);
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

static mn_rc build_person(struct cardsim_contents *contents)
{
    uint8_t basics[sizeof(text_basics_head) - 1 + TEXT_BASICS_REST];
    memset(basics, 0xFF, sizeof(basics));
    memcpy(basics, text_basics_head, sizeof(text_basics_head) - 1);
    const struct {
        enum cardsim_content content;
        struct mn_span span;
    } fixed[] = {
        {CARDSIM_CONTENT_CARD_NUMBER, SPAN(card_number)},
        {CARDSIM_CONTENT_TEXT_NUMBER, SPAN(text_number)},
        {CARDSIM_CONTENT_TEXT_ATTRIBUTES, SPAN(text_attributes)},
        {CARDSIM_CONTENT_TEXT_BASICS, mn_span(basics, sizeof(basics))},
    };
    mn_rc rc = MN_OK;
    for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]) && rc == MN_OK; i++)
        rc = mn_bytes_set(&contents->file[fixed[i].content], fixed[i].span);
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
        rc = build_person(contents);
    return rc;
}

void cardsim_contents_free(struct cardsim_contents *contents)
{
    for (size_t pair = 0; pair < CARDSIM_CERTIFICATE_SETS; pair++) {
        for (size_t i = 0; i < 4; i++)
            mn_bytes_free(&contents->certificate[pair][i]);
    }
    for (size_t i = 0; i < CARDSIM_CONTENT_COUNT; i++)
        mn_bytes_free(&contents->file[i]);
}
