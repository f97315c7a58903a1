/* A module with a mistake in it, of the kind that the environment variable FAULT names: the tests
 * run with sanitizers prove with it that a mistake in ours would not go unnoticed. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "mynakey/cryptoki.h"

CK_RV C_GetFunctionList(CK_FUNCTION_LIST **list);

__attribute__((visibility("default"))) CK_RV C_GetFunctionList(CK_FUNCTION_LIST **list)
{
    const char *fault = getenv("FAULT");
    volatile size_t len = fault ? strlen(fault) : 0;
    *list = NULL;
    if (fault && strcmp(fault, "overflow") == 0) {
        char *room = malloc(len);
        volatile char *end = room + len;
        *end = 1;
        free(room);
    } else if (fault && strcmp(fault, "undefined") == 0) {
        volatile int largest = INT_MAX;
        largest += (int)len;
    }
    return CKR_FUNCTION_FAILED;
}
