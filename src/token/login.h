/* Logging in and out, and changing the PIN. What a PIN may be and whether it is sent is decided
 * below, in the backend (docs/pin-safety.md); the slot is entered. */
#ifndef MN_TOKEN_LOGIN_H
#define MN_TOKEN_LOGIN_H

#include "token/slot.h"

/* So many PINs may be refused in a row without the card being asked. A person is asked again each
 * time; a program that offers one and the same PIN over and over has to be told something else than
 * CKR_PIN_INCORRECT, or it never stops (password callbacks of NSS that do not heed "retry"). */
#define MN_FREE_REFUSALS_MAX 100

/* C_Login. */
CK_RV mn_login(struct mn_slot *slot, struct mn_session *session, CK_USER_TYPE type,
               const CK_BYTE *pin, CK_ULONG len);

/* C_Logout: the key on the card is closed as well. */
CK_RV mn_logout(struct mn_slot *slot);

/* C_SetPIN, in a session that may write. */
CK_RV mn_set_pin(struct mn_slot *slot, const CK_BYTE *old_pin, CK_ULONG old_len,
                 const CK_BYTE *new_pin, CK_ULONG new_len);

#endif
