/* The objects a token shows: which attributes each kind has, and where their values come from.
 *
 * One table a kind (3.0, 4.2 to 4.9). Most values are known without asking the token; those of the
 * certificate only once it was read. */
#ifndef MN_TOKEN_OBJECT_H
#define MN_TOKEN_OBJECT_H

#include "backend/token_ops.h"
#include "crypto/certificate.h"
#include "token/attribute.h"

enum mn_object_kind {
    MN_OBJECT_PRIVATE_KEY,
    MN_OBJECT_PUBLIC_KEY,
    MN_OBJECT_CERTIFICATE,
    MN_OBJECT_CA_CERTIFICATE,
    MN_OBJECT_PROFILE,
    MN_OBJECT_KINDS
};

struct mn_object_source {
    const struct mn_token_facts *facts;
    unsigned number;                          /* of the CA certificates: 0 is the first */
    const struct mn_certificate *certificate; /* NULL: not read, or there is none */
    struct mn_span der;                       /* the whole certificate */
    const CK_MECHANISM_TYPE *mechanisms;      /* NULL: not asked for yet */
    size_t mechanisms_len;
};

/* All attributes of an object of that kind whose values are known from source, into *out, which is
 * empty before. MN_E_MEMORY: then it is empty again. */
mn_rc mn_object_build(enum mn_object_kind kind, const struct mn_object_source *source,
                      struct mn_attributes *out);

/* Can an object of that kind, of a token with that kind of key, have the attribute, all things
 * known? */
bool mn_object_may_have(enum mn_object_kind kind, enum mn_key_kind key, CK_ATTRIBUTE_TYPE type);

#endif
