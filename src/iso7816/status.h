/* Status words (ISO/IEC 7816-4:2020, 5.6; JICSAP 1.1 where this card follows it). */
#ifndef MN_ISO7816_STATUS_H
#define MN_ISO7816_STATUS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/rc.h"

#define MN_SW_OK              0x9000
#define MN_SW_SECURITY        0x6982 /* security status not satisfied */
#define MN_SW_AUTH_BLOCKED    0x6983 /* authentication method blocked (ISO) */
#define MN_SW_IEF_LOCKED      0x6984 /* reference data locked (JICSAP) */
#define MN_SW_CONDITIONS      0x6985 /* conditions of use not satisfied */
#define MN_SW_NO_CURRENT_EF   0x6986
#define MN_SW_FILE_NOT_FOUND  0x6A82
#define MN_SW_WRONG_P1P2      0x6A86
#define MN_SW_WRONG_LENGTH    0x6700
#define MN_SW_OFFSET_PAST_END 0x6B00
#define MN_SW_INS_UNKNOWN     0x6D00
#define MN_SW_UNKNOWN_FAULT   0x6F00

/* 63Cx, the only form in which a counter is told (docs/pin-safety.md). */
bool mn_sw_is_counter(uint16_t sw);

/* x of 63Cx: 0 to 15. Only after mn_sw_is_counter. */
unsigned mn_sw_counter(uint16_t sw);

/* 63C0, 6983 or 6984: the PIN's reference is blocked. */
bool mn_sw_is_blocked(uint16_t sw);

/* What a status word says of a command that is not about a PIN: MN_OK for 9000, NOT_LOGGED_IN for
 * 6982, NOT_FOUND for 6A82, REFUSED for the other answers a card gives on purpose (67xx, 68xx,
 * 69xx, 6Axx, 6Bxx, 6Dxx, 6Exx), CARD_ANSWER for the rest. */
mn_rc mn_sw_rc(uint16_t sw);

#endif
