/* A token without a card: the upper seam (backend/token_ops.h) over an OpenSSL key.
 *
 * It counts what it is asked, and a test says what it answers. */
#ifndef MN_TESTS_UNIT_TOKEN_STANDIN_H
#define MN_TESTS_UNIT_TOKEN_STANDIN_H

#include <stdbool.h>

#include "backend/token_ops.h"

#define STANDIN_PIN    "1234"
#define STANDIN_KEY_ID 0x01
#define STANDIN_CA_ID  0x81
#define STANDIN_SIZE   256 /* of a signature */

struct standin {
    struct mn_token_facts facts;
    struct mn_bytes certificate, ca_certificate; /* empty: it has none */
    bool open;                                   /* the key is open */
    bool has_pss;                                /* as a card has it; where keys are lent, all */
    bool has_second_ca;                          /* the owner's certificate once more, as a CA's */
    int tries;
    bool closed;

    /* What fails, as long as it is set. */
    mn_rc identify_fails, login_fails, load_fails, sign_fails, pin_info_fails;
    unsigned load_fails_for; /* MN_WANT_*: only when one of these is wanted */

    /* Called in the middle of a signature. */
    void (*while_signing)(void *context);
    void *context;

    /* How often it was asked. */
    unsigned identified, logins, loads, certificates, ca_certificates, signatures, offers, logouts,
        pin_infos, decryptions, lent;
};

/* Makes the keys and certificates that all stand-ins share, once; they live as long as the program.
 * An unchecked fixture: the tests that fork off have them already. */
void standin_make(void);

/* A token whose certificate can be read without login, or only after it. Released with
 * standin_release. */
void standin_init_public(struct standin *s);
void standin_init_private(struct standin *s);
void standin_release(struct standin *s);

/* The seam over it: the token signs by itself, as a card does, or lends its key, which decrypts
 * too. */
struct mn_token standin_token(struct standin *s);
struct mn_token standin_lending_token(struct standin *s);

/* The owner's and the CA's certificate as every stand-in has them, and one without an RSA key. */
struct mn_span standin_certificate(void);
struct mn_span standin_ca_certificate(void);
struct mn_span standin_ec_certificate(void);

#endif
