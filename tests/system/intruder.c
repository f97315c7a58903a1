/* Another program at the same card: what a sharing module has to live with.
 *
 *     intruder READER select      selects the card's text application, in a conversation of its own
 *     intruder READER reset       resets the card
 *     intruder READER unpower     takes its power and gives it back
 *     intruder READER hold        has the card for itself until its standard input ends
 *
 * READER is the reader's number, from 0. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <winscard.h>

static const BYTE select_text[] = {0x00, 0xA4, 0x04, 0x0C, 0x0A, 0xD3, 0x92, 0x10,
                                   0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x08};

static int give_up(const char *what, LONG rv)
{
    fprintf(stderr, "intruder: %s: %s\n", what, pcsc_stringify_error(rv));
    return EXIT_FAILURE;
}

static int select_other(SCARDHANDLE card)
{
    BYTE answer[258];
    DWORD len = sizeof answer;
    LONG rv =
        SCardTransmit(card, SCARD_PCI_T1, select_text, sizeof select_text, NULL, answer, &len);
    if (rv != SCARD_S_SUCCESS)
        return give_up("SCardTransmit", rv);
    printf("%02X%02X\n", answer[len - 2], answer[len - 1]);
    return EXIT_SUCCESS;
}

static int interfere(SCARDHANDLE card, const char *how)
{
    DWORD disposition = SCARD_LEAVE_CARD;
    int status = EXIT_SUCCESS;
    LONG rv = SCardBeginTransaction(card);
    if (rv != SCARD_S_SUCCESS)
        return give_up("SCardBeginTransaction", rv);
    if (strcmp(how, "select") == 0) {
        status = select_other(card);
    } else if (strcmp(how, "reset") == 0) {
        disposition = SCARD_RESET_CARD;
    } else if (strcmp(how, "unpower") == 0) {
        disposition = SCARD_UNPOWER_CARD;
    } else {
        puts("held");
        fflush(stdout);
        while (getchar() != EOF)
            continue;
    }
    rv = SCardEndTransaction(card, disposition);
    return rv == SCARD_S_SUCCESS ? status : give_up("SCardEndTransaction", rv);
}

int main(int argc, char **argv)
{
    SCARDCONTEXT context;
    SCARDHANDLE card;
    DWORD protocol, len;
    char names[4096], *name = names;
    len = sizeof names;
    if (argc != 3)
        return EXIT_FAILURE;
    LONG rv = SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context);
    if (rv != SCARD_S_SUCCESS)
        return give_up("SCardEstablishContext", rv);
    int status = EXIT_FAILURE;
    rv = SCardListReaders(context, NULL, names, &len);
    if (rv != SCARD_S_SUCCESS) {
        status = give_up("SCardListReaders", rv);
        goto out;
    }
    for (int i = atoi(argv[1]); i > 0 && *name; i--)
        name += strlen(name) + 1;
    rv = SCardConnect(context, name, SCARD_SHARE_SHARED, SCARD_PROTOCOL_T1, &card, &protocol);
    if (rv != SCARD_S_SUCCESS) {
        status = give_up("SCardConnect", rv);
        goto out;
    }
    status = interfere(card, argv[2]);
    SCardDisconnect(card, SCARD_LEAVE_CARD);
out:
    SCardReleaseContext(context);
    return status;
}
