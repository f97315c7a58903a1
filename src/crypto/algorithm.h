/* The algorithms of a signature as CMS names them (RFC 5754, 5753, 4056), for the files of this
 * room only. */
#ifndef MN_CRYPTO_ALGORITHM_H
#define MN_CRYPTO_ALGORITHM_H

#include "crypto/der.h"
#include "crypto/key_kind.h"
#include "crypto/rsa_scheme.h"

struct mn_algorithm {
    enum mn_key_kind kind;
    enum mn_hash hash;
    bool is_pss;
    struct mn_pss pss; /* when is_pss */
};

/* The hash that an AlgorithmIdentifier (its value) names: SHA-256, SHA-384 or SHA-512. MN_E_WEAK
 * for older ones, MN_E_UNSUPPORTED for others, MN_E_DAMAGED. */
mn_rc mn_algorithm_read_hash(struct mn_span identifier, enum mn_hash *out);

/* The signature algorithm that an AlgorithmIdentifier (its value) names, for a SignerInfo whose
 * digest algorithm is hash. As above; MN_E_DAMAGED also when it names another hash. */
mn_rc mn_algorithm_read(struct mn_span identifier, enum mn_hash hash, struct mn_algorithm *out);

#endif
