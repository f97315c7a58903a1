/* Waits until the PC/SC service is there and has so many cards in its readers: what with-card waits
 * for before it starts a test.
 *
 *     card_seen NUMBER [SECONDS]      with 0 seconds it looks once; exit status 1: not seen */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <winscard.h>

#define READERS_MAX 16

static int count_cards(void)
{
    SCARDCONTEXT context;
    char names[4096];
    DWORD len = sizeof names;
    SCARD_READERSTATE states[READERS_MAX] = {{0}};
    DWORD readers = 0;
    int cards = 0;
    if (SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context) != SCARD_S_SUCCESS)
        return -1;
    if (SCardListReaders(context, NULL, names, &len) == SCARD_S_SUCCESS) {
        for (const char *n = names; *n && readers < READERS_MAX; n += strlen(n) + 1)
            states[readers++].szReader = n;
        if (SCardGetStatusChange(context, 0, states, readers) == SCARD_S_SUCCESS)
            for (DWORD i = 0; i < readers; i++)
                cards += (states[i].dwEventState & SCARD_STATE_PRESENT) != 0;
    }
    SCardReleaseContext(context);
    return cards;
}

int main(int argc, char **argv)
{
    if (argc < 2)
        return EXIT_FAILURE;
    int wanted = atoi(argv[1]);
    time_t end = time(NULL) + (argc > 2 ? atoi(argv[2]) : 20);
    int seen = count_cards();
    while (seen < wanted && time(NULL) < end) {
        nanosleep(&(struct timespec){.tv_nsec = 20 * 1000 * 1000}, NULL);
        seen = count_cards();
    }
    return seen >= wanted ? EXIT_SUCCESS : EXIT_FAILURE;
}
