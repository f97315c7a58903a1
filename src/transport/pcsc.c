#define MN_LOG_ROOM "transport"
#include "transport/pcsc.h"

#include <stdlib.h>
#include <string.h>

#include <winscard.h>
#include <reader.h>

#include "base/log.h"
#include "transport/context.h"

/* How often a conversation's begin is tried anew because the card was reset in between. */
#define BEGIN_TRIES 5

/* Room for a reader's answer to a control code. */
#define CONTROL_MAX 256

#define PROTOCOLS (SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1)

struct pcsc {
    SCARDCONTEXT context;
    SCARDHANDLE card;
    DWORD protocol;
    bool reset; /* to be reported by the next begin */
    bool extended;
};

mn_rc mn_pcsc_rc(long code)
{
    switch (code) {
    case SCARD_S_SUCCESS:
        return MN_OK;
    case SCARD_E_NO_SERVICE:
    case SCARD_E_SERVICE_STOPPED:
    case SCARD_E_INVALID_HANDLE:
        return MN_E_NO_SERVICE;
    case SCARD_E_UNKNOWN_READER:
    case SCARD_E_READER_UNAVAILABLE:
    case SCARD_E_NO_READERS_AVAILABLE:
        return MN_E_NO_READER;
    case SCARD_E_NO_SMARTCARD:
    case SCARD_W_REMOVED_CARD:
        return MN_E_NO_CARD;
    case SCARD_W_UNRESPONSIVE_CARD:
    case SCARD_W_UNSUPPORTED_CARD:
    case SCARD_E_PROTO_MISMATCH:
        return MN_E_FOREIGN_CARD;
    case SCARD_E_SHARING_VIOLATION:
        return MN_E_BUSY;
    case SCARD_W_SECURITY_VIOLATION:
        return MN_E_NOT_ALLOWED;
    case SCARD_E_NO_MEMORY:
        return MN_E_MEMORY;
    default:
        return MN_E_COMM;
    }
}

/* The same for a connection that was good: whatever is gone now was there, and a service that
 * restarted has forgotten the connection. */
static mn_rc lost_rc(LONG code)
{
    mn_rc rc = mn_pcsc_rc(code);
    switch ((int)rc) {
    case MN_E_NO_SERVICE:
    case MN_E_NO_READER:
    case MN_E_NO_CARD:
    case MN_E_FOREIGN_CARD:
        return MN_E_REMOVED;
    default:
        return rc;
    }
}

static LONG reconnect(struct pcsc *p, DWORD initialisation)
{
    return SCardReconnect(p->card, SCARD_SHARE_SHARED, PROTOCOLS, initialisation, &p->protocol);
}

static mn_rc begin(void *self, bool *was_reset)
{
    struct pcsc *p = self;
    LONG code = SCARD_W_RESET_CARD;
    for (int i = 0; i < BEGIN_TRIES && code != SCARD_S_SUCCESS; i++) {
        code = SCardBeginTransaction(p->card);
        if (code != SCARD_W_RESET_CARD && code != SCARD_W_UNPOWERED_CARD)
            break;
        p->reset = true;
        LONG again = reconnect(p, SCARD_LEAVE_CARD);
        if (again != SCARD_S_SUCCESS) {
            code = again;
            break;
        }
    }
    if (code != SCARD_S_SUCCESS) {
        mn_log_info("no conversation: %s", pcsc_stringify_error(code));
        return lost_rc(code);
    }
    *was_reset = p->reset;
    p->reset = false;
    return MN_OK;
}

/* Drivers report a card pulled in the middle as all sorts of failures: ask what is true. */
static mn_rc failure_rc(struct pcsc *p, LONG code)
{
    DWORD state = 0, protocol = 0, reader_len = 0, atr_len = 0;
    if (lost_rc(code) == MN_E_REMOVED)
        return MN_E_REMOVED;
    LONG status = SCardStatus(p->card, NULL, &reader_len, &state, &protocol, NULL, &atr_len);
    bool absent =
        status == SCARD_S_SUCCESS ? (state & SCARD_ABSENT) != 0 : lost_rc(status) == MN_E_REMOVED;
    return absent ? MN_E_REMOVED : MN_E_COMM;
}

static mn_rc transmit(void *self, struct mn_span command, uint8_t *answer, size_t *answer_len)
{
    struct pcsc *p = self;
    const SCARD_IO_REQUEST *pci = p->protocol == SCARD_PROTOCOL_T0 ? SCARD_PCI_T0 : SCARD_PCI_T1;
    DWORD len = *answer_len;
    LONG code = SCardTransmit(p->card, pci, command.ptr, command.len, NULL, answer, &len);
    if (code == SCARD_E_INSUFFICIENT_BUFFER)
        return MN_E_CARD_ANSWER;
    if (code != SCARD_S_SUCCESS) {
        mn_log_info("%s", pcsc_stringify_error(code));
        return failure_rc(p, code);
    }
    if (len < 2 || len > *answer_len) {
        /* A card answers with a status word at least, and what does not fit is said with a code: it
         * is the driver that has nothing, or does not know what it has. */
        mn_log_info("an answer of %lu bytes", (unsigned long)len);
        return failure_rc(p, SCARD_E_NOT_TRANSACTED);
    }
    *answer_len = len;
    return MN_OK;
}

static void end(void *self)
{
    struct pcsc *p = self;
    SCardEndTransaction(p->card, SCARD_LEAVE_CARD);
}

static mn_rc power_cycle(void *self)
{
    struct pcsc *p = self;
    p->reset = true;
    LONG code = reconnect(p, SCARD_UNPOWER_CARD);
    /* Once more, for a card that keeps its power keeps its keys open. */
    if (code != SCARD_S_SUCCESS)
        code = reconnect(p, SCARD_UNPOWER_CARD);
    return code == SCARD_S_SUCCESS ? MN_OK : failure_rc(p, code);
}

static bool carries_extended(void *self)
{
    const struct pcsc *p = self;
    return p->extended;
}

static void close_connection(void *self)
{
    struct pcsc *p = self;
    SCardDisconnect(p->card, SCARD_LEAVE_CARD);
    mn_pcsc_context_close(&p->context);
    free(p);
}

static const struct mn_transport_ops ops = {
    .begin = begin,
    .transmit = transmit,
    .end = end,
    .power_cycle = power_cycle,
    .carries_extended = carries_extended,
    .close = close_connection,
};

/* What the reader answers to a control code, into out; its length, 0 for nothing that can be used.
 * No command goes to the card. */
static DWORD ask_reader(SCARDHANDLE card, DWORD code, uint8_t out[CONTROL_MAX])
{
    DWORD len = 0;
    LONG result = SCardControl(card, code, NULL, 0, out, CONTROL_MAX, &len);
    return result == SCARD_S_SUCCESS && len <= CONTROL_MAX ? len : 0;
}

/* The control code of a reader's feature (PC/SC part 10, 2.2), or 0. */
static DWORD feature_code(SCARDHANDLE card, uint8_t feature)
{
    uint8_t list[CONTROL_MAX];
    DWORD len = ask_reader(card, CM_IOCTL_GET_FEATURE_REQUEST, list);
    for (DWORD i = 0; i + 6 <= len; i += 6)
        if (list[i] == feature && list[i + 1] == 4)
            return (DWORD)list[i + 2] << 24 | (DWORD)list[i + 3] << 16 | (DWORD)list[i + 4] << 8 |
                   list[i + 5];
    return 0;
}

/* A reader that takes more data in a command than a short one can have says so (PC/SC part 10,
 * 2.6.14, dwMaxAPDUDataSize). Its silence means no. */
static bool ask_extended(SCARDHANDLE card)
{
    uint8_t tlv[CONTROL_MAX];
    DWORD code = feature_code(card, FEATURE_GET_TLV_PROPERTIES);
    DWORD len = code ? ask_reader(card, code, tlv) : 0;
    for (DWORD i = 0; i + 2 <= len && i + 2 + tlv[i + 1] <= len; i += 2 + (DWORD)tlv[i + 1]) {
        if (tlv[i] != PCSCv2_PART10_PROPERTY_dwMaxAPDUDataSize || tlv[i + 1] != 4)
            continue;
        uint32_t most = (uint32_t)tlv[i + 2] | (uint32_t)tlv[i + 3] << 8 |
                        (uint32_t)tlv[i + 4] << 16 | (uint32_t)tlv[i + 5] << 24;
        return most > 256;
    }
    return false;
}

mn_rc mn_pcsc_connect(const char *reader, struct mn_transport *out)
{
    mn_rc rc = MN_E_MEMORY;
    struct pcsc *p = calloc(1, sizeof *p);
    if (!p)
        return rc;
    rc = mn_pcsc_context_open(&p->context);
    if (rc) {
        free(p);
        return rc;
    }
    LONG code =
        SCardConnect(p->context, reader, SCARD_SHARE_SHARED, PROTOCOLS, &p->card, &p->protocol);
    if (code != SCARD_S_SUCCESS) {
        mn_log_info("no connection: %s", pcsc_stringify_error(code));
        mn_pcsc_context_close(&p->context);
        free(p);
        return mn_pcsc_rc(code);
    }
    p->reset = true;
    p->extended = ask_extended(p->card);
    *out = (struct mn_transport){.ops = &ops, .self = p};
    return MN_OK;
}
