#include "authority/publication_state.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LIMIT 1024
#define FORMAT                                                                                     \
    "mynakey site 1\nauthority %s\nchange %" PRId64 "\nlist %" PRIu64 "\nlist-until %" PRId64      \
    "\nrevoked-until %" PRId64 "\nlatest %" PRId64 "\n"
#define READ_FORMAT                                                                                \
    "mynakey site 1\nauthority %64[0-9a-f]\nchange %" SCNd64 "\nlist %" SCNu64                     \
    "\nlist-until %" SCNd64 "\nrevoked-until %" SCNd64 "\nlatest %" SCNd64 "%c"

static void to_hex(const uint8_t *bytes, char *hex)
{
    for (size_t i = 0; i < MN_FINGERPRINT_BYTES; i++)
        snprintf(hex + 2 * i, 3, "%02x", bytes[i]);
}

static bool from_hex(const char *hex, uint8_t *bytes)
{
    unsigned value;

    for (size_t i = 0; i < MN_FINGERPRINT_BYTES; i++) {
        if (sscanf(hex + 2 * i, "%2x", &value) != 1)
            return false;
        bytes[i] = (uint8_t)value;
    }
    return true;
}

/* text ends in a NUL. */
static bool parse(const char *text, struct mn_publication_state *out)
{
    int64_t list_until, revoked_until, latest;
    char hex[2 * MN_FINGERPRINT_BYTES + 1], end = 0;

    if (sscanf(text, READ_FORMAT, hex, &out->change, &out->list, &list_until, &revoked_until,
               &latest, &end) != 7 ||
        end != '\n' || strlen(hex) != 2 * MN_FINGERPRINT_BYTES || out->change < 0)
        return false;
    out->list_until = (time_t)list_until;
    out->revoked_until = (time_t)revoked_until;
    out->latest = (time_t)latest;
    return from_hex(hex, out->authority);
}

mn_rc mn_publication_state_read(const struct mn_site_folder *folder,
                                struct mn_publication_state *out)
{
    struct mn_bytes text = {0};
    mn_rc rc = mn_site_folder_read(folder, MN_SITE_STATE, LIMIT, &text);

    *out = (struct mn_publication_state){0};
    if (rc == MN_E_FILE_MISSING)
        return MN_OK;
    if (rc == MN_OK)
        rc = mn_bytes_append(&text, mn_span("", 1));
    if (rc == MN_OK && !parse((const char *)text.ptr, out)) {
        *out = (struct mn_publication_state){0};
        rc = MN_E_DAMAGED;
    }
    mn_bytes_free(&text);
    return rc;
}

mn_rc mn_publication_state_write(const struct mn_site_folder *folder,
                                 const struct mn_publication_state *state)
{
    char text[LIMIT], hex[2 * MN_FINGERPRINT_BYTES + 1];
    int len;

    to_hex(state->authority, hex);
    len =
        snprintf(text, sizeof text, FORMAT, hex, state->change, state->list,
                 (int64_t)state->list_until, (int64_t)state->revoked_until, (int64_t)state->latest);
    return mn_site_folder_write(folder, MN_SITE_STATE, mn_span(text, (size_t)len));
}
