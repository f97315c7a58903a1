/* A certificate in words, for its owner to read: every field and every extension. */
#ifndef MN_CRYPTO_DESCRIPTION_H
#define MN_CRYPTO_DESCRIPTION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"

#define MN_OID_ROOM 128 /* of a dotted object identifier, NUL included; longer ones are cut */

/* One thing that an extension says. Labels and meanings are English and static; whoever shows them
 * translates them. Texts are UTF-8 as the certificate has them: not fit for a terminal yet. */
struct mn_described_line {
    const char *label;     /* what it is: "Directory name"; NULL: the extension's title says that */
    char oid[MN_OID_ROOM]; /* the identifier that label or text stand for; empty: none */
    char *text;
    const char *meaning; /* of the text; NULL: it speaks for itself, or is not known */
};

struct mn_described_extension {
    char oid[MN_OID_ROOM];
    const char *name;  /* in the standard: "keyUsage"; NULL: not known */
    const char *title; /* for people; NULL: not known, and its only line is its bytes in hex */
    bool critical;
    struct mn_described_line *lines;
    size_t len;
};

struct mn_description {
    unsigned version;          /* 1 to 3 */
    char *serial;              /* hex, whole bytes: "07A4C2D1" */
    char *subject, *issuer;    /* "C=JP, O=JPKI, ...", in the certificate's order */
    char *signature_algorithm; /* "sha256WithRSAEncryption" */
    char *public_key;          /* "RSA 2048"; "?" where it cannot be read */
    struct mn_described_extension *extensions;
    size_t len;
};

/* Reads a DER certificate of one of the three versions there are. An extension that cannot be read
 * is described by its bytes in hex. MN_E_BAD_CERTIFICATE, MN_E_CRYPTO, MN_E_MEMORY: then *out is
 * empty. */
mn_rc mn_description_read(struct mn_span certificate, struct mn_description *out);

/* Wipes and frees: it may be about a person. */
void mn_description_release(struct mn_description *description);

/* The certificate as text (RFC 7468) in *out, which the caller frees. MN_E_BAD_CERTIFICATE,
 * MN_E_CRYPTO, MN_E_MEMORY. */
mn_rc mn_description_to_pem(struct mn_span certificate, struct mn_bytes *out);

#endif
