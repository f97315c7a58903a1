/* Two software certificates for a target: with an RSA key on slot 129, with a key on P-256 on slot
 * 130. */
#ifndef MN_TESTS_FUZZ_SOFT_SHELF_H
#define MN_TESTS_FUZZ_SOFT_SHELF_H

#include <openssl/evp.h>

#define SHELF_SLOTS      2
#define SHELF_FIRST_SLOT 129
#define SHELF_PASSPHRASE "correct horse"

/* Puts them on the shelf in the folder (folder.h), for this process. The public keys stay ours. */
void soft_shelf_fill(EVP_PKEY *keys[SHELF_SLOTS]);

#endif
