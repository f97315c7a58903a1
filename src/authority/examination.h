/* What a request for registration has to be: a certificate that its owner made, and the card's
 * signature on it. Everything is looked at, also after a fault, so that all of it can be told at
 * once. Nothing is written anywhere. */
#ifndef MN_AUTHORITY_EXAMINATION_H
#define MN_AUTHORITY_EXAMINATION_H

#include <stdbool.h>

#include "authority/registered.h"
#include "crypto/certificate.h"
#include "crypto/certificates.h"
#include "crypto/issued.h"
#include "crypto/jpki_anchor.h"
#include "crypto/jpki_holder.h"

/* Why a request is refused. */
enum mn_fault {
    MN_FAULT_CERTIFICATE,    /* what should be the certificate is none */
    MN_FAULT_SIGNATURE_FILE, /* what should be the card's signature is none, or is broken */
    MN_FAULT_SIGNERS,        /* more than one has signed */
    MN_FAULT_OTHER_CONTENT,  /* it is the signature of another certificate */
    MN_FAULT_SIGNATURE,      /* it is wrong, or made in a way that is not taken */
    MN_FAULT_SIGNING_TIME,   /* it does not say when it was made, or that was in the future */
    MN_FAULT_CARD_UNTRUSTED, /* the signer's certificate does not come from JPKI */
    MN_FAULT_CARD_PERIOD,    /* it has ended, or had not begun when it signed */
    MN_FAULT_CARD_REVOKED,   /* the list of revocations has it */
    MN_FAULT_CARD_UNKNOWN,   /* the list says nothing of it, or is another CA's */
    MN_FAULT_CARD_HOLDER,    /* it does not say whose it is: no signing certificate of a card */
    MN_FAULT_NAME,           /* the certificate has another name than the card */
    MN_FAULT_ADDRESS,        /* another address */
    MN_FAULT_BIRTH_YEAR,     /* another year of birth */
    MN_FAULT_MORE,           /* the certificate says more of its owner, which nobody can check */
    MN_FAULT_POSSESSION,     /* whoever made it did not have its key */
    MN_FAULT_KEY,            /* the key is weak or of a kind that is not used */
    MN_FAULT_PERIOD,         /* the certificate has ended, or not begun */
    MN_FAULT_REGISTERED,     /* it is registered already */
    MN_FAULT_KEY_REGISTERED, /* another certificate with this key is registered */
    MN_FAULTS
};

/* Its name for programs, "card-untrusted"; never NULL. Static storage. */
const char *mn_fault_name(enum mn_fault fault);

#define MN_EXAMINATION_RSA_MIN 2048
#define MN_EXAMINATION_EARLIER 8 /* so many are listed */

/* By what it is judged; all is borrowed. */
struct mn_examiner_rules {
    struct mn_registry *registry;
    const struct mn_certificates *anchors; /* to lead to one of these; NULL: to one of JPKI's
                                              published CAs that issue signing certificates */
    struct mn_span revocations; /* a CRL of the CA of the cards, DER or PEM; empty: not looked at */
    time_t now;
};

/* Opaque; to be freed before mn_crypto_close. */
struct mn_examiner;

mn_rc mn_examiner_open(const struct mn_examiner_rules *rules, struct mn_examiner **out);
void mn_examiner_close(struct mn_examiner **examiner);

/* What was found. What could not be read is empty. */
struct mn_examination {
    uint32_t faults; /* 1 << enum mn_fault; 0: it can be registered */

    struct mn_certificate certificate;
    struct mn_issued issued;
    uint8_t fingerprint[MN_REGISTERED_HASH], key_hash[MN_REGISTERED_HASH];

    struct mn_certificate card;
    struct mn_jpki_holder holder;
    char *name, *address; /* the holder's, as strings */
    char birth_date[9];   /* YYYYMMDD, with zeros for what is not known; or empty */
    bool has_signing_time;
    time_t signing_time;                 /* as the signer says */
    const struct mn_jpki_anchor *anchor; /* NULL: it was one that the rules brought */
    bool revocation_checked;
    time_t revocations_from; /* when the list was made */

    int64_t registered;                      /* the number with this certificate or key, or 0 */
    int64_t earlier[MN_EXAMINATION_EARLIER]; /* numbers of the same person, the first ones */
    size_t earlier_count;
    bool has_more_earlier;
};

/* Judges a request; certificate and signature are the files' bytes, from anybody. MN_OK whatever
 * the faults; MN_E_CRYPTO, MN_E_MEMORY, MN_E_FILE, MN_E_DAMAGED when it could not be judged (of the
 * registry), MN_E_FORMAT, MN_E_EXPIRED and the like when the rules' revocations are no list, or an
 * old one. The caller releases *out in any case. */
mn_rc mn_examiner_examine(struct mn_examiner *examiner, struct mn_span certificate,
                          struct mn_span signature, struct mn_examination *out);
void mn_examination_release(struct mn_examination *e);

#endif
