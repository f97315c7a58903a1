#include "iso7816/apdu.h"

#include <stdlib.h>

#define SHORT_NC_MAX 255
#define SHORT_NE_MAX 256
#define LONG_NC_MAX  65535
#define LONG_NE_MAX  65536

static size_t put_header(const struct mn_apdu *apdu, uint8_t *out)
{
    out[0] = apdu->cla;
    out[1] = apdu->ins;
    out[2] = apdu->p1;
    out[3] = apdu->p2;
    return 4;
}

static size_t put_u16(size_t value, uint8_t *out)
{
    out[0] = (uint8_t)(value >> 8);
    out[1] = (uint8_t)value;
    return 2;
}

static size_t put_data(struct mn_span data, uint8_t *out)
{
    for (size_t i = 0; i < data.len; i++)
        out[i] = data.ptr[i];
    return data.len;
}

/* Le of the greatest size is written as zero (5.2): the cast does it. */
static size_t put_short(const struct mn_apdu *apdu, uint8_t *out)
{
    size_t n = put_header(apdu, out);
    if (apdu->data.len > 0) {
        out[n++] = (uint8_t)apdu->data.len;
        n += put_data(apdu->data, out + n);
    }
    if (apdu->ne > 0)
        out[n++] = (uint8_t)apdu->ne;
    return n;
}

static size_t put_extended(const struct mn_apdu *apdu, uint8_t *out)
{
    size_t n = put_header(apdu, out);
    out[n++] = 0; /* what follows is in two bytes */
    if (apdu->data.len > 0) {
        n += put_u16(apdu->data.len, out + n);
        n += put_data(apdu->data, out + n);
    }
    if (apdu->ne > 0)
        n += put_u16(apdu->ne, out + n);
    return n;
}

mn_rc mn_apdu_encode(const struct mn_apdu *apdu, struct mn_bytes *out)
{
    if (apdu->data.len > LONG_NC_MAX || apdu->ne > LONG_NE_MAX)
        return MN_E_ARGUMENT;
    bool is_short = apdu->data.len <= SHORT_NC_MAX && apdu->ne <= SHORT_NE_MAX;
    uint8_t *buf = malloc(apdu->data.len + 9); /* header 4, Lc 3, Le 2 at most */
    if (!buf)
        return MN_E_MEMORY;
    size_t len = is_short ? put_short(apdu, buf) : put_extended(apdu, buf);
    mn_bytes_free(out);
    *out = (struct mn_bytes){.ptr = buf, .len = len};
    return MN_OK;
}
