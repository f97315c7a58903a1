#include "scard.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <reader.h>

#include "run.h"
#include "stage.h"

#define OPEN_MAX 16
#define FAULTS   4
#define PNP      "\\\\?PnP?\\Notification"

const SCARD_IO_REQUEST g_rgSCardT0Pci = {SCARD_PROTOCOL_T0, sizeof(SCARD_IO_REQUEST)};
const SCARD_IO_REQUEST g_rgSCardT1Pci = {SCARD_PROTOCOL_T1, sizeof(SCARD_IO_REQUEST)};

/* A context's number is its place and one; so is a connection's. */
static struct context {
    bool open, dead; /* dead: from before the service ended */
    struct mn_readers readers;
} contexts[OPEN_MAX];

static struct connection {
    bool open, dead;
    bool told; /* of the reset that the bench reports: it was told, or there is none to tell */
    bool must_reconnect;
    struct mn_transport transport;
} connections[OPEN_MAX];

static bool stopped;

/* --- what is wrong --- */

static struct {
    enum scard_fault fault;
    LONG code;
    unsigned place; /* 0: nothing is armed */
} armed;

static unsigned calls[FAULTS];

void scard_arm(enum scard_fault fault, LONG code, unsigned place)
{
    armed.fault = fault;
    armed.code = code;
    armed.place = calls[fault] + place;
}

unsigned scard_calls(enum scard_fault fault)
{
    return calls[fault];
}

/* A call that can have the fault: has it? */
static bool has(enum scard_fault fault)
{
    bool due = ++calls[fault] == armed.place && armed.fault == fault;
    if (due)
        armed.place = 0;
    return due;
}

static void stop_service(void)
{
    stopped = true;
    cardsim_bench_service(bench, false);
    for (size_t i = 0; i < OPEN_MAX; i++)
        contexts[i].dead = connections[i].dead = true;
}

static void make_true(LONG code)
{
    if (code == SCARD_W_REMOVED_CARD) {
        stage_remove_card();
    } else if (code == SCARD_W_RESET_CARD) {
        cardsim_warm_reset(card);
    } else if (code == SCARD_E_READER_UNAVAILABLE) {
        stage_unplug();
    } else if (code == SCARD_E_NO_SERVICE) {
        stop_service();
    }
}

static void start_service(void)
{
    if (stopped)
        cardsim_bench_service(bench, true);
    stopped = false;
}

void scard_mend(void)
{
    start_service();
    stage_new_stay();
}

/* By the linker's --wrap: who sleeps without a service sleeps in this. The service comes back just
 * then, something happens, and no time passes. */
int __wrap_pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *lock,
                                  const struct timespec *until);

int __wrap_pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *lock,
                                  const struct timespec *until)
{
    (void)condition;
    (void)lock;
    (void)until;
    start_service();
    stage_fall_asleep();
    return ETIMEDOUT;
}

void scard_look(void)
{
    for (size_t i = 0; i < OPEN_MAX; i++)
        if (contexts[i].open || connections[i].open)
            run_complain("a context or a connection is left open");
}

/* What every call begins with: SCARD_S_SUCCESS where it is to be served. */
static LONG enter(void)
{
    if (has(SCARD_FAULT_SAYS))
        return armed.code;
    if (has(SCARD_FAULT_TRUE)) {
        make_true(armed.code);
        return armed.code;
    }
    return stopped ? SCARD_E_NO_SERVICE : SCARD_S_SUCCESS;
}

/* What the calls end with whose work may have been done though they fail. */
static LONG leave(LONG code)
{
    return has(SCARD_FAULT_LOSES) ? armed.code : code;
}

static struct context *context_of(SCARDCONTEXT number)
{
    if (number < 1 || number > OPEN_MAX || !contexts[number - 1].open) {
        run_complain("a call for a context that is not open");
        return NULL;
    }
    return &contexts[number - 1];
}

static struct connection *connection_of(SCARDHANDLE number)
{
    if (number < 1 || number > OPEN_MAX || !connections[number - 1].open) {
        run_complain("a call for a connection that is not open");
        return NULL;
    }
    return &connections[number - 1];
}

static LONG code_of(mn_rc rc)
{
    switch ((int)rc) {
    case MN_OK:
        return SCARD_S_SUCCESS;
    case MN_E_NO_SERVICE:
        return SCARD_E_NO_SERVICE;
    case MN_E_NO_READER:
        return SCARD_E_UNKNOWN_READER;
    case MN_E_NO_CARD:
        return SCARD_E_NO_SMARTCARD;
    case MN_E_REMOVED:
        return SCARD_W_REMOVED_CARD;
    case MN_E_MEMORY:
        return SCARD_E_NO_MEMORY;
    case MN_E_TIMEOUT:
        return SCARD_E_TIMEOUT;
    case MN_E_CANCELLED:
        return SCARD_E_CANCELLED;
    default:
        return SCARD_E_NOT_TRANSACTED;
    }
}

/* --- contexts --- */

LONG SCardEstablishContext(DWORD scope, LPCVOID reserved1, LPCVOID reserved2, LPSCARDCONTEXT out)
{
    size_t i = 0;
    (void)scope;
    (void)reserved1;
    (void)reserved2;
    LONG code = enter();
    if (code != SCARD_S_SUCCESS)
        return code;
    while (i < OPEN_MAX && contexts[i].open)
        i++;
    stage_must(i < OPEN_MAX, "too many contexts");
    contexts[i] = (struct context){.open = true};
    stage_must(cardsim_bench_open(bench, &contexts[i].readers) == MN_OK, "context");
    *out = (SCARDCONTEXT)i + 1;
    return SCARD_S_SUCCESS;
}

LONG SCardReleaseContext(SCARDCONTEXT number)
{
    struct context *c = context_of(number);
    LONG code = enter();
    if (!c)
        return SCARD_E_INVALID_HANDLE;
    c->open = false;
    c->readers.ops->close(c->readers.self);
    return code;
}

LONG SCardIsValidContext(SCARDCONTEXT number)
{
    const struct context *c = context_of(number);
    LONG code = enter();
    if (code != SCARD_S_SUCCESS)
        return code;
    return c && !c->dead ? SCARD_S_SUCCESS : SCARD_E_INVALID_HANDLE;
}

/* The context of a call to be served, or why there is none. */
static LONG enter_context(SCARDCONTEXT number, struct context **c)
{
    *c = context_of(number);
    LONG code = enter();
    if (code == SCARD_S_SUCCESS && (!*c || (*c)->dead))
        code = SCARD_E_INVALID_HANDLE;
    return code;
}

/* --- readers --- */

LONG SCardListReaders(SCARDCONTEXT number, LPCSTR groups, LPSTR names, LPDWORD len)
{
    struct context *c;
    struct mn_reader_list list = {0};
    DWORD need = 1;
    (void)groups;
    LONG code = enter_context(number, &c);
    if (code != SCARD_S_SUCCESS)
        return code;
    stage_must(c->readers.ops->list(c->readers.self, &list) == MN_OK, "list");
    for (size_t i = 0; i < list.len; i++)
        need += strlen(list.at[i].name) + 1;
    if (list.len == 0)
        code = SCARD_E_NO_READERS_AVAILABLE;
    else if (names && *len < need)
        code = SCARD_E_INSUFFICIENT_BUFFER;
    for (size_t i = 0; names && code == SCARD_S_SUCCESS && i < list.len; i++) {
        strcpy(names, list.at[i].name);
        names += strlen(names) + 1;
        *names = '\0';
    }
    *len = need;
    mn_reader_list_free(&list);
    return code;
}

static DWORD state_of(const struct mn_reader_list *list, const char *name)
{
    if (strcmp(name, PNP) == 0)
        return (DWORD)list->len << 16;
    for (size_t i = 0; i < list->len; i++)
        if (strcmp(list->at[i].name, name) == 0)
            return (list->at[i].present ? SCARD_STATE_PRESENT : SCARD_STATE_EMPTY) |
                   (DWORD)(list->at[i].count & 0xFFFF) << 16;
    return SCARD_STATE_UNKNOWN;
}

/* Fills in what is; is anything different from what the caller knows? */
static bool describe(const struct mn_reader_list *list, SCARD_READERSTATE *states, DWORD count)
{
    bool differs = false;
    for (DWORD i = 0; i < count; i++) {
        states[i].dwEventState = state_of(list, states[i].szReader);
        if (states[i].dwEventState == states[i].dwCurrentState)
            continue;
        states[i].dwEventState |= SCARD_STATE_CHANGED;
        differs = true;
    }
    return differs;
}

LONG SCardGetStatusChange(SCARDCONTEXT number, DWORD timeout, SCARD_READERSTATE *states,
                          DWORD count)
{
    struct context *c;
    LONG code = enter_context(number, &c);
    while (code == SCARD_S_SUCCESS) {
        struct mn_reader_list list = {0};
        stage_must(c->readers.ops->list(c->readers.self, &list) == MN_OK, "list");
        bool differs = describe(&list, states, count);
        if (!differs && timeout == 0)
            code = SCARD_E_TIMEOUT;
        if (!differs && timeout > 0) {
            stage_fall_asleep();
            code = code_of(c->readers.ops->wait(c->readers.self, &list, (unsigned)timeout));
        }
        mn_reader_list_free(&list);
        if (differs)
            return SCARD_S_SUCCESS;
    }
    return code;
}

LONG SCardCancel(SCARDCONTEXT number)
{
    struct context *c;
    LONG code = enter_context(number, &c);
    if (code == SCARD_S_SUCCESS)
        c->readers.ops->cancel(c->readers.self);
    return code;
}

/* --- connections --- */

LONG SCardConnect(SCARDCONTEXT number, LPCSTR reader, DWORD share_mode, DWORD protocols,
                  LPSCARDHANDLE out, LPDWORD protocol)
{
    struct context *c;
    size_t i = 0;
    (void)share_mode;
    (void)protocols;
    LONG code = enter_context(number, &c);
    if (code != SCARD_S_SUCCESS)
        return code;
    while (i < OPEN_MAX && connections[i].open)
        i++;
    stage_must(i < OPEN_MAX, "too many connections");
    struct connection made = {.open = true};
    code = code_of(c->readers.ops->connect(c->readers.self, reader, &made.transport));
    if (code != SCARD_S_SUCCESS)
        return code;
    connections[i] = made;
    *out = (SCARDHANDLE)i + 1;
    *protocol = SCARD_PROTOCOL_T1;
    return SCARD_S_SUCCESS;
}

LONG SCardDisconnect(SCARDHANDLE number, DWORD disposition)
{
    struct connection *c = connection_of(number);
    LONG code = enter();
    (void)disposition;
    if (!c)
        return SCARD_E_INVALID_HANDLE;
    mn_transport_close(&c->transport);
    c->open = false;
    return code;
}

/* The connection of a call to be served, or why there is none. */
static LONG enter_connection(SCARDHANDLE number, struct connection **c)
{
    *c = connection_of(number);
    LONG code = enter();
    if (code == SCARD_S_SUCCESS && (!*c || (*c)->dead))
        code = SCARD_E_INVALID_HANDLE;
    return code;
}

LONG SCardReconnect(SCARDHANDLE number, DWORD share_mode, DWORD protocols, DWORD initialization,
                    LPDWORD protocol)
{
    struct connection *c;
    (void)share_mode;
    (void)protocols;
    LONG code = enter_connection(number, &c);
    if (code != SCARD_S_SUCCESS)
        return code;
    if (initialization != SCARD_LEAVE_CARD)
        code = code_of(c->transport.ops->power_cycle(c->transport.self));
    c->must_reconnect = c->told = false;
    *protocol = SCARD_PROTOCOL_T1;
    return leave(code);
}

LONG SCardBeginTransaction(SCARDHANDLE number)
{
    struct connection *c;
    bool was_reset = false;
    LONG code = enter_connection(number, &c);
    if (code != SCARD_S_SUCCESS)
        return code;
    if (c->must_reconnect)
        return SCARD_W_RESET_CARD;
    code = code_of(c->transport.ops->begin(c->transport.self, &was_reset));
    if (code == SCARD_S_SUCCESS && was_reset && c->told) {
        c->transport.ops->end(c->transport.self);
        c->must_reconnect = true;
        return SCARD_W_RESET_CARD;
    }
    c->told = true;
    return code;
}

/* Whatever it says, the conversation is over. */
LONG SCardEndTransaction(SCARDHANDLE number, DWORD disposition)
{
    struct connection *c = connection_of(number);
    LONG code = enter();
    (void)disposition;
    if (c)
        c->transport.ops->end(c->transport.self);
    return code;
}

LONG SCardTransmit(SCARDHANDLE number, const SCARD_IO_REQUEST *pci, LPCBYTE command,
                   DWORD command_len, SCARD_IO_REQUEST *answer_pci, LPBYTE answer,
                   LPDWORD answer_len)
{
    struct connection *c;
    size_t len = *answer_len;
    (void)pci;
    (void)answer_pci;
    LONG code = enter_connection(number, &c);
    if (code != SCARD_S_SUCCESS)
        return code;
    struct mn_span bytes = mn_span(command, command_len);
    code = code_of(c->transport.ops->transmit(c->transport.self, bytes, answer, &len));
    if (has(SCARD_FAULT_CLAIMS))
        *answer_len += (DWORD)armed.code;
    else if (code == SCARD_S_SUCCESS)
        *answer_len = len;
    return leave(code);
}

LONG SCardStatus(SCARDHANDLE number, LPSTR reader, LPDWORD reader_len, LPDWORD state,
                 LPDWORD protocol, LPBYTE atr, LPDWORD atr_len)
{
    struct connection *c;
    (void)reader;
    (void)reader_len;
    (void)atr;
    (void)atr_len;
    LONG code = enter_connection(number, &c);
    *state = SCARD_PRESENT | SCARD_POWERED;
    *protocol = SCARD_PROTOCOL_T1;
    return code;
}

LONG SCardControl(SCARDHANDLE number, DWORD control, LPCVOID in, DWORD in_len, LPVOID out,
                  DWORD out_len, LPDWORD returned)
{
    struct connection *c;
    (void)control;
    (void)in;
    (void)in_len;
    LONG code = enter_connection(number, &c);
    if (code != SCARD_S_SUCCESS)
        return code;
    memset(out, 0, out_len);
    *returned = has(SCARD_FAULT_CLAIMS) ? out_len + (DWORD)armed.code : 0;
    return SCARD_S_SUCCESS;
}

/* --- words --- */

/* pcsc-lite 1.9 and 2.0 differ in what it gives back. */
__typeof__(pcsc_stringify_error(0)) pcsc_stringify_error(const LONG code)
{
    static char word[] = "a PC/SC error";
    (void)code;
    return word;
}
