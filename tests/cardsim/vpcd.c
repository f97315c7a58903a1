#include "vpcd.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "answer.h"

enum { ORDER_OFF = 0, ORDER_ON = 1, ORDER_RESET = 2, ORDER_ATR = 4, MESSAGE_MAX = 0xFFFF };

/* Without both, the kernel keeps small messages back for as long as 40 ms each. The second does not
 * last and is set again after every reading. */
static void hurry(int fd)
{
    int on = 1;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    (void)setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof(on));
}

int vpcd_connect(unsigned port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) != 0) {
        close(fd);
        return -1;
    }
    hurry(fd);
    return fd;
}

static bool receive(int fd, uint8_t *bytes, size_t len)
{
    while (len > 0) {
        ssize_t got = recv(fd, bytes, len, 0);
        if (got <= 0)
            return false;
        hurry(fd);
        bytes += got;
        len -= (size_t)got;
    }
    return true;
}

/* Length and bytes in one go: two writes would be two packets. */
static bool send_message(int fd, const uint8_t *bytes, size_t len)
{
    uint8_t message[2 + MESSAGE_MAX] = {(uint8_t)(len >> 8), (uint8_t)len};
    size_t total = 2 + len, sent = 0;
    if (len > 0)
        memcpy(message + 2, bytes, len);
    while (sent < total) {
        ssize_t put = send(fd, message + sent, total - sent, MSG_NOSIGNAL);
        if (put <= 0)
            return false;
        sent += (size_t)put;
    }
    return true;
}

static enum vpcd_outcome obey(int fd, struct cardsim *card, uint8_t order)
{
    uint8_t atr[CARDSIM_ATR_MAX];
    switch (order) {
    case ORDER_OFF:
        cardsim_power_off(card);
        return VPCD_SERVED;
    case ORDER_ON:
        cardsim_power_on(card);
        return VPCD_SERVED;
    case ORDER_RESET:
        cardsim_warm_reset(card);
        return VPCD_SERVED;
    case ORDER_ATR:
        return send_message(fd, atr, cardsim_atr(card, atr)) ? VPCD_SERVED : VPCD_LOST;
    default:
        return VPCD_SERVED;
    }
}

/* For a card that does not answer, vpcd has no message: it waits. Only the end of the connection
 * tells it; a reset thus looks like a card taken out and put in again. */
static enum vpcd_outcome answer(int fd, struct cardsim *card, struct mn_span command)
{
    static uint8_t bytes[CARDSIM_ANSWER_ROOM];
    size_t len = sizeof(bytes);
    mn_rc rc = cardsim_transmit(card, command, bytes, &len);
    if (rc == MN_E_REMOVED)
        return VPCD_REMOVED;
    if (rc != MN_OK || len == 0 || len > MESSAGE_MAX)
        return VPCD_LOST;
    return send_message(fd, bytes, len) ? VPCD_SERVED : VPCD_LOST;
}

enum vpcd_outcome vpcd_serve(int fd, struct cardsim *card)
{
    uint8_t length[2], message[MESSAGE_MAX];
    if (!receive(fd, length, sizeof(length)))
        return VPCD_LOST;
    size_t len = (size_t)length[0] << 8 | length[1];
    if (!receive(fd, message, len))
        return VPCD_LOST;
    if (len == 1)
        return obey(fd, card, message[0]);
    return answer(fd, card, mn_span(message, len));
}
