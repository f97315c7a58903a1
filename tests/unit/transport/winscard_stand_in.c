#include "transport/winscard_stand_in.h"

#include <check.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <reader.h>

#define READERS_MAX     8
#define ORDERS_MAX      32
#define CONTEXTS_MAX    32
#define PROPERTIES_CODE 0x42330012
#define PNP             "\\\\?PnP?\\Notification"

struct mn_winscard_card mn_winscard_card = {.protocol = SCARD_PROTOCOL_T1,
                                            .status = SCARD_PRESENT | SCARD_POWERED};

const SCARD_IO_REQUEST g_rgSCardT0Pci = {SCARD_PROTOCOL_T0, sizeof(SCARD_IO_REQUEST)};
const SCARD_IO_REQUEST g_rgSCardT1Pci = {SCARD_PROTOCOL_T1, sizeof(SCARD_IO_REQUEST)};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;

static struct {
    LONG code[ORDERS_MAX];
    unsigned len, served, calls;
} orders[MN_WINSCARD_CALLS];

static struct {
    char name[MAX_READERNAME + 64];
    DWORD state;
} readers[READERS_MAX];
static size_t readers_len;

/* A context's number is its place and one; so is a connection's. */
static struct {
    bool open, sleeps, cancelled;
} contexts[CONTEXTS_MAX];
static bool connections[CONTEXTS_MAX];

static bool stopped;
static void (*watcher)(enum mn_winscard_call call);

/* --- for the test --- */

void mn_winscard_order(enum mn_winscard_call call, LONG code)
{
    pthread_mutex_lock(&lock);
    ck_assert_uint_lt(orders[call].len, ORDERS_MAX);
    orders[call].code[orders[call].len++] = code;
    pthread_mutex_unlock(&lock);
}

void mn_winscard_watch(void (*new_watcher)(enum mn_winscard_call call))
{
    pthread_mutex_lock(&lock);
    watcher = new_watcher;
    pthread_mutex_unlock(&lock);
}

unsigned mn_winscard_count(enum mn_winscard_call call)
{
    pthread_mutex_lock(&lock);
    unsigned calls = orders[call].calls;
    pthread_mutex_unlock(&lock);
    return calls;
}

unsigned mn_winscard_contexts(void)
{
    unsigned count = 0;

    pthread_mutex_lock(&lock);
    for (size_t i = 0; i < CONTEXTS_MAX; i++)
        count += contexts[i].open;
    pthread_mutex_unlock(&lock);
    return count;
}

unsigned mn_winscard_connections(void)
{
    unsigned count = 0;

    pthread_mutex_lock(&lock);
    for (size_t i = 0; i < CONTEXTS_MAX; i++)
        count += connections[i];
    pthread_mutex_unlock(&lock);
    return count;
}

void mn_winscard_service(bool runs)
{
    pthread_mutex_lock(&lock);
    stopped = !runs;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

static size_t find(const char *reader)
{
    size_t i = 0;

    while (i < readers_len && strcmp(readers[i].name, reader) != 0)
        i++;
    return i;
}

void mn_winscard_plug(const char *reader, DWORD state)
{
    pthread_mutex_lock(&lock);
    ck_assert_uint_lt(readers_len, READERS_MAX);
    ck_assert_uint_lt(strlen(reader), sizeof readers[0].name);
    strcpy(readers[readers_len].name, reader);
    readers[readers_len++].state = state;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

void mn_winscard_unplug(const char *reader)
{
    pthread_mutex_lock(&lock);
    size_t i = find(reader);
    ck_assert_uint_lt(i, readers_len);
    memmove(&readers[i], &readers[i + 1], (readers_len - i - 1) * sizeof readers[0]);
    readers_len--;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

void mn_winscard_set_state(const char *reader, DWORD state)
{
    pthread_mutex_lock(&lock);
    size_t i = find(reader);
    ck_assert_uint_lt(i, readers_len);
    readers[i].state = state;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

static unsigned count_sleepers(void)
{
    unsigned count = 0;

    for (size_t i = 0; i < CONTEXTS_MAX; i++)
        count += contexts[i].sleeps;
    return count;
}

void mn_winscard_await_sleepers(unsigned count)
{
    pthread_mutex_lock(&lock);
    while (count_sleepers() < count)
        pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
}

/* --- what each call begins with --- */

/* Takes the lock; is the call to be served? Else *code is what it gives. */
static bool enter(enum mn_winscard_call call, LONG *code)
{
    pthread_mutex_lock(&lock);
    void (*watch)(enum mn_winscard_call) = watcher;
    pthread_mutex_unlock(&lock);
    if (watch)
        watch(call);
    pthread_mutex_lock(&lock);
    orders[call].calls++;
    *code = SCARD_S_SUCCESS;
    if (orders[call].served < orders[call].len)
        *code = orders[call].code[orders[call].served++];
    else if (stopped && call != MN_IS_VALID_CONTEXT && call != MN_RELEASE_CONTEXT)
        *code = SCARD_E_NO_SERVICE;
    return *code == SCARD_S_SUCCESS;
}

static LONG leave(LONG code)
{
    pthread_mutex_unlock(&lock);
    return code;
}

static bool is_open(SCARDCONTEXT context)
{
    return context >= 1 && context <= CONTEXTS_MAX && contexts[context - 1].open;
}

static bool is_connected(SCARDHANDLE card)
{
    return card >= 1 && card <= CONTEXTS_MAX && connections[card - 1];
}

/* --- contexts --- */

LONG SCardEstablishContext(DWORD scope, LPCVOID reserved1, LPCVOID reserved2, LPSCARDCONTEXT out)
{
    LONG code;
    size_t i = 0;

    ck_assert(scope == SCARD_SCOPE_SYSTEM && !reserved1 && !reserved2);
    if (!enter(MN_ESTABLISH_CONTEXT, &code))
        return leave(code);
    while (contexts[i].open)
        i++;
    contexts[i].open = true;
    *out = (SCARDCONTEXT)i + 1;
    return leave(SCARD_S_SUCCESS);
}

LONG SCardReleaseContext(SCARDCONTEXT context)
{
    LONG code;

    (void)enter(MN_RELEASE_CONTEXT, &code);
    ck_assert_msg(is_open(context), "a context that is not open is released");
    contexts[context - 1].open = false;
    return leave(code);
}

LONG SCardIsValidContext(SCARDCONTEXT context)
{
    LONG code;

    if (enter(MN_IS_VALID_CONTEXT, &code) && !is_open(context))
        code = SCARD_E_INVALID_HANDLE;
    return leave(code);
}

/* --- readers --- */

LONG SCardListReaders(SCARDCONTEXT context, LPCSTR groups, LPSTR names, LPDWORD len)
{
    LONG code;
    DWORD need = 1;

    ck_assert_ptr_null(groups);
    if (!enter(MN_LIST_READERS, &code))
        return leave(code);
    ck_assert(is_open(context));
    for (size_t i = 0; i < readers_len; i++)
        need += strlen(readers[i].name) + 1;
    if (readers_len == 0)
        return leave(SCARD_E_NO_READERS_AVAILABLE);
    if (names && *len < need)
        code = SCARD_E_INSUFFICIENT_BUFFER;
    for (size_t i = 0; names && code == SCARD_S_SUCCESS && i < readers_len; i++) {
        strcpy(names, readers[i].name);
        names += strlen(names) + 1;
        *names = '\0';
    }
    *len = need;
    return leave(code);
}

/* Fills in what is now; is anything different from what the caller knows? */
static LONG look(SCARD_READERSTATE *states, DWORD count, bool *differs)
{
    *differs = false;
    for (DWORD i = 0; i < count; i++) {
        SCARD_READERSTATE *s = &states[i];
        if (strcmp(s->szReader, PNP) == 0) {
            s->dwEventState = (DWORD)readers_len << 16;
        } else {
            size_t at = find(s->szReader);
            if (at == readers_len)
                return SCARD_E_UNKNOWN_READER;
            s->dwEventState = readers[at].state;
        }
        if (s->dwEventState != s->dwCurrentState) {
            s->dwEventState |= SCARD_STATE_CHANGED;
            *differs = true;
        }
    }
    return SCARD_S_SUCCESS;
}

/* As pcsc-lite's: a cancel counts only while somebody sleeps. */
static LONG sleep_until_change(SCARDCONTEXT context, const struct timespec *until,
                               SCARD_READERSTATE *states, DWORD count)
{
    LONG code = SCARD_S_SUCCESS;
    bool differs = false;

    contexts[context - 1].sleeps = true;
    contexts[context - 1].cancelled = false;
    pthread_cond_broadcast(&changed);
    while (code == SCARD_S_SUCCESS && !differs) {
        if (pthread_cond_timedwait(&changed, &lock, until) != 0)
            code = SCARD_E_TIMEOUT;
        else if (stopped)
            code = SCARD_E_NO_SERVICE;
        else if (contexts[context - 1].cancelled)
            code = SCARD_E_CANCELLED;
        else
            code = look(states, count, &differs);
    }
    contexts[context - 1].sleeps = false;
    return code;
}

LONG SCardGetStatusChange(SCARDCONTEXT context, DWORD timeout, SCARD_READERSTATE *states,
                          DWORD count)
{
    struct timespec until;
    LONG code;
    bool differs;

    if (!enter(MN_GET_STATUS_CHANGE, &code))
        return leave(code);
    ck_assert(is_open(context));
    code = look(states, count, &differs);
    if (code != SCARD_S_SUCCESS || differs)
        return leave(code);
    if (timeout == 0)
        return leave(SCARD_E_TIMEOUT);
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += (time_t)(timeout / 1000);
    until.tv_nsec += (long)(timeout % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    return leave(sleep_until_change(context, &until, states, count));
}

LONG SCardCancel(SCARDCONTEXT context)
{
    LONG code;

    if (!enter(MN_CANCEL, &code))
        return leave(code);
    ck_assert_msg(is_open(context), "a context that is not open is cancelled");
    contexts[context - 1].cancelled = true;
    pthread_cond_broadcast(&changed);
    return leave(SCARD_S_SUCCESS);
}

/* --- connections --- */

LONG SCardConnect(SCARDCONTEXT context, LPCSTR reader, DWORD share_mode, DWORD protocols,
                  LPSCARDHANDLE card, LPDWORD protocol)
{
    LONG code;
    size_t i = 0;

    if (!enter(MN_CONNECT, &code))
        return leave(code);
    ck_assert(is_open(context));
    if (find(reader) == readers_len)
        return leave(SCARD_E_UNKNOWN_READER);
    mn_winscard_card.connected_in = context;
    mn_winscard_card.share_mode = share_mode;
    mn_winscard_card.protocols = protocols;
    while (connections[i])
        i++;
    connections[i] = true;
    *card = (SCARDHANDLE)i + 1;
    *protocol = mn_winscard_card.protocol;
    return leave(SCARD_S_SUCCESS);
}

LONG SCardReconnect(SCARDHANDLE card, DWORD share_mode, DWORD protocols, DWORD initialization,
                    LPDWORD protocol)
{
    LONG code;

    if (!enter(MN_RECONNECT, &code))
        return leave(code);
    ck_assert(is_connected(card));
    mn_winscard_card.share_mode = share_mode;
    mn_winscard_card.protocols = protocols;
    mn_winscard_card.initialization = initialization;
    *protocol = mn_winscard_card.protocol;
    return leave(SCARD_S_SUCCESS);
}

LONG SCardDisconnect(SCARDHANDLE card, DWORD disposition)
{
    LONG code;

    (void)enter(MN_DISCONNECT, &code);
    ck_assert_msg(is_connected(card), "a connection that is not open is closed");
    connections[card - 1] = false;
    mn_winscard_card.disposition = disposition;
    return leave(code);
}

LONG SCardBeginTransaction(SCARDHANDLE card)
{
    LONG code;

    if (enter(MN_BEGIN_TRANSACTION, &code))
        ck_assert(is_connected(card));
    return leave(code);
}

LONG SCardEndTransaction(SCARDHANDLE card, DWORD disposition)
{
    LONG code;

    if (enter(MN_END_TRANSACTION, &code)) {
        ck_assert(is_connected(card));
        mn_winscard_card.disposition = disposition;
    }
    return leave(code);
}

LONG SCardTransmit(SCARDHANDLE card, const SCARD_IO_REQUEST *pci, LPCBYTE command,
                   DWORD command_len, SCARD_IO_REQUEST *answer_pci, LPBYTE answer,
                   LPDWORD answer_len)
{
    LONG code;

    if (!enter(MN_TRANSMIT, &code))
        return leave(code);
    ck_assert(is_connected(card));
    ck_assert_ptr_null(answer_pci);
    ck_assert_int_eq(mn_bytes_set(&mn_winscard_card.command, mn_span(command, command_len)), MN_OK);
    mn_winscard_card.command_in_t0 = pci == &g_rgSCardT0Pci;
    if (*answer_len < mn_winscard_card.answer.len)
        return leave(SCARD_E_INSUFFICIENT_BUFFER);
    memcpy(answer, mn_winscard_card.answer.ptr, mn_winscard_card.answer.len);
    *answer_len =
        mn_winscard_card.answer_len ? mn_winscard_card.answer_len : mn_winscard_card.answer.len;
    return leave(SCARD_S_SUCCESS);
}

LONG SCardStatus(SCARDHANDLE card, LPSTR reader, LPDWORD reader_len, LPDWORD state,
                 LPDWORD protocol, LPBYTE atr, LPDWORD atr_len)
{
    LONG code;

    if (!enter(MN_STATUS, &code))
        return leave(code);
    ck_assert(is_connected(card));
    ck_assert(!reader && !atr && reader_len && atr_len);
    *state = mn_winscard_card.status;
    *protocol = mn_winscard_card.protocol;
    return leave(SCARD_S_SUCCESS);
}

LONG SCardControl(SCARDHANDLE card, DWORD control, LPCVOID in, DWORD in_len, LPVOID out,
                  DWORD out_len, LPDWORD returned)
{
    struct mn_winscard_card *c = &mn_winscard_card;
    struct mn_span answer;
    DWORD claimed;
    LONG code;

    (void)in;
    ck_assert_uint_eq(in_len, 0);
    if (!enter(MN_CONTROL, &code))
        return leave(code);
    ck_assert(is_connected(card));
    ck_assert(control == CM_IOCTL_GET_FEATURE_REQUEST || control == PROPERTIES_CODE);
    answer = control == PROPERTIES_CODE ? c->properties : c->features;
    claimed = control == PROPERTIES_CODE ? c->properties_len : c->features_len;
    if (answer.len > out_len)
        return leave(SCARD_E_INSUFFICIENT_BUFFER);
    if (answer.len > 0)
        memcpy(out, answer.ptr, answer.len);
    *returned = claimed ? claimed : answer.len;
    return leave(SCARD_S_SUCCESS);
}

/* --- words --- */

/* pcsc-lite 1.9 and 2.0 differ in what it gives back. */
__typeof__(pcsc_stringify_error(0)) pcsc_stringify_error(const LONG code)
{
    static char word[] = "a PC/SC error";

    (void)code;
    return word;
}
