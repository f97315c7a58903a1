/* What object identifiers stand for, where people may meet them in a certificate. Inside the
 * room and outside: no OpenSSL types. */
#ifndef MN_CRYPTO_OBJECT_NAME_H
#define MN_CRYPTO_OBJECT_NAME_H

struct mn_object_name {
    const char *oid;     /* dotted */
    const char *name;    /* its name in the standard: "keyUsage"; NULL: it has none */
    const char *meaning; /* in English, for people; whoever shows it translates it */
};

/* NULL where it is not known. Static storage. */
const struct mn_object_name *mn_object_name_find(const char *oid);

#endif
