/* What can be found out about a certificate without asking anybody: `mynakey check`. */
#ifndef MN_CLI_CERTIFICATE_CHECK_H
#define MN_CLI_CERTIFICATE_CHECK_H

#include <time.h>

#include "cli/owner/chosen_certificate.h"
#include "cli/term.h"
#include "crypto/jpki_anchor.h"
#include "crypto/revocation_list.h"

enum mn_chain_state {
    MN_CHAIN_PUBLISHED,   /* it leads to a CA that JPKI has published */
    MN_CHAIN_GIVEN,       /* to a certificate that was given for it, which says nothing of JPKI */
    MN_CHAIN_SELF_SIGNED, /* nobody else vouches for it, nor is meant to in it */
    MN_CHAIN_UNTRUSTED,   /* to none of them */
    MN_CHAIN_CA_EXPIRED,  /* to one of them, but a CA's certificate is past its end */
};

enum mn_revocation_state {
    MN_REVOCATION_UNCHECKED, /* there is no list */
    MN_REVOCATION_NONE,      /* the list speaks for it and does not have it */
    MN_REVOCATION_REVOKED,   /* the list has it */
    MN_REVOCATION_STALE,     /* not in the list, but there is a newer one by now */
    MN_REVOCATION_PARTIAL,   /* not in the list, which is for some reasons only */
    MN_REVOCATION_OTHER,     /* the list does not speak for it */
    MN_REVOCATION_UNUSABLE,  /* the list cannot be read or believed; rc says why */
};

struct mn_certificate_check {
    struct mn_term term;
    enum mn_chain_state chain;
    bool is_own;                          /* a software certificate: its owner vouches for it */
    const struct mn_jpki_anchor *anchor;  /* published, where the chain is */
    uint32_t key_usage, key_usage_wanted; /* MN_USAGE_... */
    bool use_is_right;
    enum mn_revocation_state revocation;
    mn_rc revocation_rc;
    struct mn_revocation_finding finding;
    time_t list_from, list_until; /* of the list that was used; 0: not known */
};

/* Files that are given for it, as they were read; zeroed ones are none. */
struct mn_check_means {
    struct mn_certificates anchors; /* empty: the published CAs of JPKI */
    struct mn_certificates issuers; /* of lists: have to lead to an anchor themselves */
    struct mn_bytes list;           /* DER or PEM */
};

/* Checks all. MN_E_BAD_CERTIFICATE, MN_E_CRYPTO, MN_E_MEMORY: nothing was found out. */
mn_rc mn_certificate_check(const struct mn_chosen *chosen, const struct mn_check_means *means,
                           time_t now, struct mn_certificate_check *out);

/* The exit status that follows: the worst that was found (cli/verb.h). */
int mn_certificate_check_status(const struct mn_certificate_check *check);

#endif
