/* Every call of the PC/SC service failing once, with every code that it could have. From C_* down
 * to the SCard* functions all is the module's own. */
#include "stage.h"
#include "trial.h"
#include "scard.h"

static void arm(const struct trouble *trouble, unsigned place)
{
    scard_arm((enum scard_fault)trouble->how, trouble->code, place);
}

static unsigned calls(const struct trouble *trouble)
{
    return scard_calls((enum scard_fault)trouble->how);
}

#define FAILURE(text, fault, value)                                                                \
    {                                                                                              \
        .name = text, .arm = arm, .chances = calls, .mend = scard_mend, .look = scard_look,        \
        .start_once = true, .how = fault, .code = value                                            \
    }
#define SAYS(code)   FAILURE(#code, SCARD_FAULT_SAYS, code)
#define LOSES(code)  FAILURE(#code " when it is done", SCARD_FAULT_LOSES, code)
#define REALLY(code) FAILURE(#code ", and so it is", SCARD_FAULT_TRUE, code)

int main(void)
{
    static const struct trouble failures[] = {
        SAYS(SCARD_E_NO_SERVICE),
        SAYS(SCARD_W_REMOVED_CARD),
        SAYS(SCARD_W_RESET_CARD),
        SAYS(SCARD_E_SHARING_VIOLATION),
        SAYS(SCARD_E_COMM_DATA_LOST),
        SAYS(SCARD_F_COMM_ERROR),
        SAYS(SCARD_E_NO_MEMORY),
        SAYS(SCARD_E_TIMEOUT),
        SAYS(SCARD_E_READER_UNAVAILABLE),
        SAYS(SCARD_E_INVALID_HANDLE),
        LOSES(SCARD_E_NO_SERVICE),
        LOSES(SCARD_W_REMOVED_CARD),
        LOSES(SCARD_W_RESET_CARD),
        LOSES(SCARD_E_COMM_DATA_LOST),
        LOSES(SCARD_F_COMM_ERROR),
        LOSES(SCARD_E_NO_MEMORY),
        LOSES(SCARD_E_TIMEOUT),
        LOSES(SCARD_E_READER_UNAVAILABLE),
        LOSES(SCARD_E_INVALID_HANDLE),
        REALLY(SCARD_E_NO_SERVICE),
        REALLY(SCARD_W_REMOVED_CARD),
        REALLY(SCARD_W_RESET_CARD),
        REALLY(SCARD_E_READER_UNAVAILABLE),
        FAILURE("a byte too many claimed", SCARD_FAULT_CLAIMS, 1),
        FAILURE("a gigabyte too many claimed", SCARD_FAULT_CLAIMS, 0x40000000),
    };
    stage_prepare(NULL);
    return trial_run("service", failures, sizeof failures / sizeof failures[0]);
}
