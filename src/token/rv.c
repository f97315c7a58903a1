#include "token/rv.h"

/* No default: the compiler names a code that is forgotten here. */
CK_RV mn_rv(mn_rc rc)
{
    switch (rc) {
    case MN_OK:
        return CKR_OK;

    case MN_E_ARGUMENT:
        return CKR_ARGUMENTS_BAD;
    case MN_E_MEMORY:
        return CKR_HOST_MEMORY;
    case MN_E_TOO_SMALL:
        return CKR_BUFFER_TOO_SMALL;
    case MN_E_UNSUPPORTED:
        return CKR_MECHANISM_INVALID; /* a scheme is all that a token is asked for by name */
    case MN_E_INTERNAL:
    case MN_E_FILE_MISSING:
    case MN_E_FILE:
    case MN_E_FILE_EXISTS:
    case MN_E_DISK_FULL:
    case MN_E_FILE_LOCKED:
    case MN_E_SETTING:
    case MN_RC_COUNT:
        return CKR_GENERAL_ERROR;

    case MN_E_NO_READER:
    case MN_E_NO_CARD:
        return CKR_TOKEN_NOT_PRESENT;
    case MN_E_REMOVED:
        return CKR_DEVICE_REMOVED;
    case MN_E_NO_SERVICE:
    case MN_E_NOT_ALLOWED:
    case MN_E_BUSY:
    case MN_E_COMM:
    case MN_E_CARD_ANSWER:
    case MN_E_NOT_FOUND:
    case MN_E_REFUSED:
        return CKR_DEVICE_ERROR;
    case MN_E_FOREIGN_CARD:
    case MN_E_OLD_CARD:
        return CKR_TOKEN_NOT_RECOGNIZED;
    case MN_E_CANCELLED:
        return CKR_CRYPTOKI_NOT_INITIALIZED; /* only C_Finalize cancels a wait */
    case MN_E_TIMEOUT:
        return CKR_NO_EVENT;
    case MN_E_NOT_LOGGED_IN:
        return CKR_USER_NOT_LOGGED_IN;

    case MN_E_NEW_PIN_LENGTH:
        return CKR_PIN_LEN_RANGE;
    case MN_E_NEW_PIN_CHARACTERS:
        return CKR_PIN_INVALID;
    /* CKR_PIN_LEN_RANGE and CKR_PIN_INVALID are not among the results that the standard names for
     * C_Login (3.0, 5.6.8), and NSS asks its user again after CKR_PIN_INCORRECT only: with any
     * other code a dropped digit would end the whole attempt. OpenSSH and GnuTLS do not mind. The
     * old PIN of C_SetPIN is the same PIN. */
    case MN_E_PIN_LENGTH:
    case MN_E_PIN_CHARACTERS:
    case MN_E_PIN_WRONG:
    case MN_E_PIN_REPEATED:
        return CKR_PIN_INCORRECT;
    case MN_E_PIN_BLOCKED:
    case MN_E_PIN_LAST_TRY:
        return CKR_PIN_LOCKED;
    case MN_E_PIN_UNSET:
        return CKR_USER_PIN_NOT_INITIALIZED;
    case MN_E_PIN_UNKNOWN:
        return CKR_FUNCTION_FAILED;

    case MN_E_CRYPTO:
    case MN_E_BAD_CERTIFICATE:
    case MN_E_KEY_KIND:
        return CKR_FUNCTION_FAILED;
    case MN_E_BAD_CIPHERTEXT:
        return CKR_ENCRYPTED_DATA_INVALID;
    case MN_E_CIPHERTEXT_LENGTH:
        return CKR_ENCRYPTED_DATA_LEN_RANGE;
    case MN_E_BAD_SIGNATURE:
        return CKR_SIGNATURE_INVALID;
    case MN_E_SIGNATURE_LENGTH:
        return CKR_SIGNATURE_LEN_RANGE;
    case MN_E_DATA_LENGTH:
        return CKR_DATA_LEN_RANGE;

    /* No token reads such files. */
    case MN_E_CHANGED:
    case MN_E_WEAK:
    case MN_E_UNBOUND:
    case MN_E_SUBSTITUTED:
    case MN_E_STAMP_REFUSED:
    case MN_E_STAMP_FOREIGN:
    case MN_E_STAMP_CERTIFICATE:
        return CKR_FUNCTION_FAILED;

    case MN_E_PASSPHRASE:
        return CKR_PIN_INCORRECT;
    case MN_E_FORMAT:
    case MN_E_DAMAGED:
    case MN_E_EXCESSIVE:
    case MN_E_ALGORITHM:
    case MN_E_NO_KEY:
    case MN_E_NO_CERTIFICATE:
    case MN_E_UNTRUSTED:
    case MN_E_EXPIRED:
    case MN_E_OTHER_AUTHORITY:
    case MN_E_OTHER_CERTIFICATE:
        return CKR_TOKEN_NOT_RECOGNIZED; /* a token is what the file should have been */
    }
    return CKR_GENERAL_ERROR;
}
