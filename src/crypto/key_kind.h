/* The kinds of keys that are used here. */
#ifndef MN_CRYPTO_KEY_KIND_H
#define MN_CRYPTO_KEY_KIND_H

enum mn_key_kind {
    MN_KEY_NONE, /* no key, or one of a kind that is not used here */
    MN_KEY_RSA,
    MN_KEY_EC, /* on P-256, P-384 or P-521 */
};

#endif
