#include "iso7816/status.h"

bool mn_sw_is_counter(uint16_t sw)
{
    return (sw & 0xFFF0) == 0x63C0;
}

unsigned mn_sw_counter(uint16_t sw)
{
    return sw & 0x000F;
}

bool mn_sw_is_blocked(uint16_t sw)
{
    return sw == 0x63C0 || sw == MN_SW_AUTH_BLOCKED || sw == MN_SW_IEF_LOCKED;
}

mn_rc mn_sw_rc(uint16_t sw)
{
    if (sw == MN_SW_OK)
        return MN_OK;
    if (sw == MN_SW_SECURITY)
        return MN_E_NOT_LOGGED_IN;
    if (sw == MN_SW_FILE_NOT_FOUND)
        return MN_E_NOT_FOUND;
    switch (sw >> 8) {
    case 0x67:
    case 0x68:
    case 0x69:
    case 0x6A:
    case 0x6B:
    case 0x6D:
    case 0x6E:
        return MN_E_REFUSED;
    default:
        return MN_E_CARD_ANSWER;
    }
}
