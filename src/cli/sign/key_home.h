/* Inside: where a key to sign with lives (cli/sign/signing_key.h). The file of a software
 * certificate, the card, and a token of any module are one each. */
#ifndef MN_CLI_KEY_HOME_H
#define MN_CLI_KEY_HOME_H

#include "backend/soft_shelf.h"
#include "cli/sign/signing_key.h"

#define MN_KEY_NAME_ROOM 256

/* What opening finds. Zeroed before; the caller frees. */
struct mn_key_found {
    struct mn_bytes public_info;   /* DER SubjectPublicKeyInfo; empty: the home does not tell */
    struct mn_certificates nearby; /* the key's own, if there is one, and what else lies there: of
                                      several for the key the first one counts */
};

struct mn_key_home_ops {
    /* Asks for what opens the key, and opens it. Tells on standard error why not. */
    int (*open)(void *self, struct mn_key_found *found);

    /* As mn_signing_key_sign. MN_E_NOT_LOGGED_IN is final: it is not called again. */
    mn_rc (*sign)(void *self, struct mn_span content, uint8_t *out, size_t *len);

    void (*close)(void *self);
};

/* A zeroed one is none. */
struct mn_key_home {
    const struct mn_key_home_ops *ops;
    void *self;
    char name[MN_KEY_NAME_ROOM]; /* for people, fit for a terminal */
    bool tells_holder;           /* whoever opens it */
};

/* One for each kind: all that can be known without a question. choice outlives the home. They have
 * told on standard error why they do not give MN_EXIT_OK, and *out is zeroed then. */
int mn_key_home_shelf(const struct mn_signing_key_choice *choice, struct mn_key_home *out);
int mn_key_home_file(const struct mn_signing_key_choice *choice, struct mn_key_home *out);
int mn_key_home_card(const struct mn_signing_key_choice *choice, struct mn_key_home *out);
int mn_key_home_token(const struct mn_signing_key_choice *choice, struct mn_key_home *out);

/* The file that an entry of the shelf names, whose certificates are taken over from it on success;
 * out has its name already. */
int mn_key_home_entry(const struct mn_signing_key_choice *choice, struct mn_soft_entry *entry,
                      struct mn_key_home *out);

/* May this certificate sign at that time? Told on standard error, beginning with name, why not;
 * where name is NULL nothing is told. */
bool mn_key_certificate_is_good(struct mn_span certificate, const char *name, time_t now);

#endif
