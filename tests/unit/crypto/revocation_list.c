#include "crypto/revocation_list.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "crypto/authority_draft.h"
#include "crypto/certificate.h"
#include "crypto/library.h"
#include "crypto/private_key.h"
#include "crypto/revocation_draft.h"
#include "made.h"
#include "runner.h"

#define WHEN 1780000000 /* in 2026 */
#define WEEK (7 * 86400)

/* The CA of most certificates here, one that speaks for others, and one of the CA's name. */
static struct mn_bytes ca, speaker, namesake;

static void prepare(void)
{
    ca = made_certificate(&(struct made_plan){
        .key = made_rsa_key(), .name = "ca", .ca = true, .usage = "keyCertSign,cRLSign"});
    speaker = made_certificate(&(struct made_plan){
        .key = made_ec_key(), .name = "speaker", .ca = true, .usage = "cRLSign"});
    namesake = made_certificate(&(struct made_plan){
        .key = made_ec_key(), .name = "ca", .ca = true, .usage = "keyCertSign,cRLSign"});
}

static void forget(void)
{
    mn_bytes_free(&ca);
    mn_bytes_free(&speaker);
    mn_bytes_free(&namesake);
    EVP_PKEY_free(made_rsa_key());
    EVP_PKEY_free(made_ec_key());
}

static void open_library(void)
{
    ck_assert_int_eq(mn_crypto_open(), MN_OK);
}

/* A list as OpenSSL makes it: what the tests put in stands in the struct. */
struct plan {
    const char *issuer; /* "ca" or "speaker" */
    EVP_PKEY *key;      /* NULL: the issuer's */
    const EVP_MD *hash; /* NULL: SHA-256 */
    const char *point;  /* issuingDistributionPoint: this directory name */
    bool indirect;
    const char *idp;            /* instead: in the words of OpenSSL's configuration */
    int reason;                 /* of the entries; -1: none said */
    const char *entries_issuer; /* certificateIssuer of the first entry */
    const char *oid;            /* a critical extension of this name, holding NULL */
    const char *entry_oid;
    bool delta, forever;
};

static void add_unknown(X509_CRL *crl, X509_REVOKED *entry, const char *oid)
{
    static const unsigned char null[] = {5, 0};
    ASN1_OBJECT *name = OBJ_txt2obj(oid, 1);
    ASN1_OCTET_STRING *content = ASN1_OCTET_STRING_new();
    X509_EXTENSION *extension;

    ASN1_OCTET_STRING_set(content, null, sizeof null);
    extension = X509_EXTENSION_create_by_OBJ(NULL, name, 1, content);
    ck_assert_int_eq(
        crl ? X509_CRL_add_ext(crl, extension, -1) : X509_REVOKED_add_ext(entry, extension, -1), 1);
    X509_EXTENSION_free(extension);
    ASN1_OCTET_STRING_free(content);
    ASN1_OBJECT_free(name);
}

static void add_entry(X509_CRL *crl, long serial, const struct plan *plan, const char *issuer)
{
    X509_REVOKED *entry = X509_REVOKED_new();
    ASN1_INTEGER *number = ASN1_INTEGER_new();
    ASN1_TIME *when = ASN1_TIME_set(NULL, WHEN - 60);
    GENERAL_NAMES *names = made_names(issuer);
    ASN1_ENUMERATED *reason = ASN1_ENUMERATED_new();

    ASN1_INTEGER_set(number, serial);
    ASN1_ENUMERATED_set(reason, plan->reason);
    X509_REVOKED_set_serialNumber(entry, number);
    X509_REVOKED_set_revocationDate(entry, when);
    if (plan->reason >= 0)
        ck_assert_int_eq(X509_REVOKED_add1_ext_i2d(entry, NID_crl_reason, reason, 0, 0), 1);
    if (names)
        ck_assert_int_eq(X509_REVOKED_add1_ext_i2d(entry, NID_certificate_issuer, names, 1, 0), 1);
    if (plan->entry_oid)
        add_unknown(NULL, entry, plan->entry_oid);
    ck_assert_int_eq(X509_CRL_add0_revoked(crl, entry), 1);
    ASN1_ENUMERATED_free(reason);
    GENERAL_NAMES_free(names);
    ASN1_TIME_free(when);
    ASN1_INTEGER_free(number);
}

static void add_point(X509_CRL *crl, const struct plan *plan)
{
    ISSUING_DIST_POINT *point = ISSUING_DIST_POINT_new();

    if (plan->point) {
        point->distpoint = DIST_POINT_NAME_new();
        point->distpoint->type = 0; /* fullName */
        point->distpoint->name.fullname = made_names(plan->point);
    }
    point->indirectCRL = plan->indirect ? 0xFF : -1;
    ck_assert_int_eq(X509_CRL_add1_ext_i2d(crl, NID_issuing_distribution_point, point, 1, 0), 1);
    ISSUING_DIST_POINT_free(point);
}

static void add_in_words(X509_CRL *crl, int nid, const char *value)
{
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, nid, value);

    ck_assert_ptr_nonnull(extension);
    ck_assert_int_eq(X509_CRL_add_ext(crl, extension, -1), 1);
    X509_EXTENSION_free(extension);
}

static void add_delta(X509_CRL *crl)
{
    ASN1_INTEGER *base = ASN1_INTEGER_new();

    ASN1_INTEGER_set(base, 1);
    ck_assert_int_eq(X509_CRL_add1_ext_i2d(crl, NID_delta_crl, base, 1, 0), 1);
    ASN1_INTEGER_free(base);
}

/* With the entries 5 and 6. */
static X509_CRL *new_crl(const struct plan *plan)
{
    X509_CRL *crl = X509_CRL_new();
    GENERAL_NAMES *issuer = made_names(plan->issuer);
    ASN1_TIME *from = ASN1_TIME_set(NULL, WHEN), *until = ASN1_TIME_set(NULL, WHEN + WEEK);
    EVP_PKEY *key = strcmp(plan->issuer, "ca") == 0 ? made_rsa_key() : made_ec_key();

    X509_CRL_set_version(crl, X509_CRL_VERSION_2);
    X509_CRL_set_issuer_name(crl, sk_GENERAL_NAME_value(issuer, 0)->d.directoryName);
    X509_CRL_set1_lastUpdate(crl, from);
    if (!plan->forever)
        X509_CRL_set1_nextUpdate(crl, until);
    add_entry(crl, 5, plan, plan->entries_issuer);
    add_entry(crl, 6, plan, NULL);
    if (plan->point || plan->indirect)
        add_point(crl, plan);
    if (plan->idp)
        add_in_words(crl, NID_issuing_distribution_point, plan->idp);
    if (plan->oid)
        add_unknown(crl, NULL, plan->oid);
    if (plan->delta)
        add_delta(crl);
    ck_assert_int_gt(
        X509_CRL_sign(crl, plan->key ? plan->key : key, plan->hash ? plan->hash : EVP_sha256()), 0);
    ASN1_TIME_free(until);
    ASN1_TIME_free(from);
    GENERAL_NAMES_free(issuer);
    return crl;
}

static struct mn_bytes der_of(X509_CRL *crl)
{
    unsigned char *der = NULL;
    int len = i2d_X509_CRL(crl, &der);
    struct mn_bytes bytes = {0};

    ck_assert_int_gt(len, 0);
    ck_assert_int_eq(mn_bytes_set(&bytes, mn_span(der, (size_t)len)), MN_OK);
    OPENSSL_free(der);
    return bytes;
}

static mn_rc read_list(const struct plan *plan, const struct mn_bytes *issuer,
                       struct mn_revocation_list **out)
{
    X509_CRL *crl = new_crl(plan);
    struct mn_bytes der = der_of(crl);
    mn_rc rc = mn_revocation_list_read(mn_bytes_span(&der), mn_bytes_span(issuer), out);

    mn_bytes_free(&der);
    X509_CRL_free(crl);
    return rc;
}

static mn_rc refusal(const struct plan *plan, const struct mn_bytes *issuer)
{
    struct mn_revocation_list *list;
    mn_rc rc = read_list(plan, issuer, &list);

    ck_assert(rc == MN_OK || !list);
    mn_revocation_list_free(&list);
    return rc;
}

/* A certificate by the CA, or by whom the plan says. */
static struct mn_bytes certificate(uint8_t serial, struct made_plan plan)
{
    plan.key = made_ec_key();
    plan.name = plan.name ? plan.name : "somebody";
    plan.issuer = plan.issuer ? plan.issuer : "ca";
    plan.signer = plan.signer ? plan.signer : made_rsa_key();
    plan.serial = mn_span(&serial, 1);
    return made_certificate(&plan);
}

/* Is this certificate in a list after this plan, by the issuer that it names? */
static mn_rc ask(const struct plan *plan, uint8_t serial, struct made_plan certificate_plan,
                 struct mn_revocation_finding *out)
{
    struct mn_bytes der = certificate(serial, certificate_plan);
    struct mn_revocation_list *list;
    mn_rc rc = read_list(plan, strcmp(plan->issuer, "ca") == 0 ? &ca : &speaker, &list);

    ck_assert_int_eq(rc, MN_OK);
    rc = mn_revocation_list_find(list, mn_bytes_span(&der), out);
    mn_revocation_list_free(&list);
    ck_assert_ptr_null(list);
    mn_bytes_free(&der);
    return rc;
}

START_TEST(a_certificate_in_the_list_is_found_with_time_and_reason)
{
    struct plan plan = {.issuer = "ca", .reason = MN_REASON_KEY_COMPROMISE};
    struct mn_revocation_finding found;

    ck_assert_int_eq(ask(&plan, 5, (struct made_plan){0}, &found), MN_OK);
    ck_assert(found.revoked);
    ck_assert(!found.partial);
    ck_assert_int_eq(found.when, WHEN - 60);
    ck_assert_int_eq(found.reason, MN_REASON_KEY_COMPROMISE);
    ck_assert_int_eq(ask(&plan, 7, (struct made_plan){0}, &found), MN_OK);
    ck_assert(!found.revoked);
    ck_assert_int_eq(found.when, 0);
    plan.reason = -1;
    ck_assert_int_eq(ask(&plan, 6, (struct made_plan){0}, &found), MN_OK);
    ck_assert(found.revoked);
    ck_assert_int_eq(found.reason, MN_REASON_UNSPECIFIED);
    plan.reason = MN_REASON_REMOVE_FROM_CRL;
    ck_assert_int_eq(ask(&plan, 5, (struct made_plan){0}, &found), MN_OK);
    ck_assert(!found.revoked);
}
END_TEST

START_TEST(a_list_speaks_for_its_own_issuers_certificates_only)
{
    struct plan plan = {.issuer = "ca", .reason = -1};
    struct mn_revocation_finding found;

    ck_assert_int_eq(ask(&plan, 5, (struct made_plan){.issuer = "another"}, &found),
                     MN_E_OTHER_CERTIFICATE);
    ck_assert(!found.revoked);
}
END_TEST

/* The CAs of JPKI have one name and, every few years, a new key. */
START_TEST(a_list_by_one_key_of_a_ca_does_not_speak_for_those_by_another)
{
    struct plan plan = {.issuer = "ca", .reason = -1};
    struct mn_revocation_finding found;

    for (uint8_t serial = 5; serial <= 7; serial += 2) {
        ck_assert_int_eq(ask(&plan, serial, (struct made_plan){.signer = made_ec_key()}, &found),
                         MN_E_OTHER_CERTIFICATE);
        ck_assert(!found.revoked);
    }
}
END_TEST

START_TEST(a_list_for_one_point_speaks_for_the_certificates_that_name_it)
{
    struct plan plan = {.issuer = "ca", .reason = -1, .point = "town"};
    struct mn_revocation_finding found;

    ck_assert_int_eq(ask(&plan, 5, (struct made_plan){.crl_point = "town"}, &found), MN_OK);
    ck_assert(found.revoked);
    ck_assert_int_eq(ask(&plan, 5, (struct made_plan){.crl_point = "village"}, &found),
                     MN_E_OTHER_CERTIFICATE);
    ck_assert_int_eq(ask(&plan, 5, (struct made_plan){0}, &found), MN_E_OTHER_CERTIFICATE);
    plan.point = NULL;
    ck_assert_int_eq(ask(&plan, 5, (struct made_plan){.crl_point = "village"}, &found), MN_OK);
    ck_assert(found.revoked);
    plan.point = "ca";
    ck_assert_int_eq(ask(&plan, 5, (struct made_plan){0}, &found), MN_OK);
    ck_assert(found.revoked);
}
END_TEST

START_TEST(an_indirect_list_speaks_for_those_that_name_its_issuer)
{
    struct plan plan = {
        .issuer = "speaker", .reason = -1, .indirect = true, .entries_issuer = "ca"};
    struct made_plan named = {.crl_point = "town", .crl_issuer = "speaker"};
    struct mn_revocation_finding found;

    ck_assert_int_eq(ask(&plan, 5, named, &found), MN_OK);
    ck_assert(found.revoked);
    /* The entry behind has the issuer of the one before (RFC 5280, 5.3.3). */
    ck_assert_int_eq(ask(&plan, 6, named, &found), MN_OK);
    ck_assert(found.revoked);
    ck_assert_int_eq(ask(&plan, 7, named, &found), MN_OK);
    ck_assert(!found.revoked);
    /* The serial number is another issuer's. */
    plan.entries_issuer = "another";
    ck_assert_int_eq(ask(&plan, 5, named, &found), MN_OK);
    ck_assert(!found.revoked);
    plan.entries_issuer = NULL;
    ck_assert_int_eq(ask(&plan, 5, named, &found), MN_OK);
    ck_assert(!found.revoked);
    named.crl_issuer = "nobody";
    ck_assert_int_eq(ask(&plan, 5, named, &found), MN_E_OTHER_CERTIFICATE);
    ck_assert_int_eq(ask(&plan, 5, (struct made_plan){0}, &found), MN_E_OTHER_CERTIFICATE);
    plan.point = "town";
    named.crl_issuer = "speaker";
    ck_assert_int_eq(ask(&plan, 7, named, &found), MN_OK);
    plan.indirect = false;
    ck_assert_int_eq(ask(&plan, 5, named, &found), MN_E_OTHER_CERTIFICATE);
}
END_TEST

START_TEST(an_indirect_list_without_a_points_name_is_found_by_the_issuers)
{
    struct plan plan = {.issuer = "speaker",
                        .reason = -1,
                        .indirect = true,
                        .point = "speaker",
                        .entries_issuer = "ca"};
    struct mn_revocation_finding found;

    ck_assert_int_eq(ask(&plan, 5, (struct made_plan){.crl_issuer = "speaker"}, &found), MN_OK);
    ck_assert(found.revoked);
}
END_TEST

START_TEST(a_list_for_users_says_nothing_of_cas_and_one_for_cas_nothing_of_users)
{
    struct plan users = {.issuer = "ca", .reason = -1, .idp = "critical,onlyuser:TRUE"},
                cas = {.issuer = "ca", .reason = -1, .idp = "critical,onlyCA:TRUE"},
                attributes = {.issuer = "ca", .reason = -1, .idp = "critical,onlyAA:TRUE"},
                some = {
                    .issuer = "ca", .reason = -1, .idp = "critical,onlysomereasons:keyCompromise"};
    struct made_plan user = {0}, below = {.ca = true};
    struct mn_revocation_finding found;

    ck_assert_int_eq(ask(&users, 5, user, &found), MN_OK);
    ck_assert_int_eq(ask(&users, 5, below, &found), MN_E_OTHER_CERTIFICATE);
    ck_assert_int_eq(ask(&cas, 5, user, &found), MN_E_OTHER_CERTIFICATE);
    ck_assert_int_eq(ask(&cas, 5, below, &found), MN_OK);
    ck_assert(found.revoked);
    ck_assert_int_eq(ask(&attributes, 5, user, &found), MN_E_OTHER_CERTIFICATE);
    ck_assert_int_eq(ask(&some, 7, user, &found), MN_OK);
    ck_assert(!found.revoked);
    ck_assert(found.partial);
}
END_TEST

START_TEST(what_is_not_understood_and_critical_is_refused)
{
    struct plan whole = {.issuer = "ca", .reason = -1, .oid = "2.25.1"},
                entry = {.issuer = "ca", .reason = -1, .entry_oid = "2.25.1"},
                delta = {.issuer = "ca", .reason = -1, .delta = true},
                issuer = {.issuer = "ca", .reason = -1, .entries_issuer = "ca"},
                reason = {.issuer = "ca", .reason = -1, .entry_oid = "2.5.29.21"},
                twice = {.issuer = "ca", .reason = 1, .entry_oid = "2.5.29.21"},
                old = {.issuer = "ca", .reason = -1, .hash = EVP_sha1()};

    ck_assert_int_eq(refusal(&whole, &ca), MN_E_UNSUPPORTED);
    ck_assert_int_eq(refusal(&entry, &ca), MN_E_UNSUPPORTED);
    ck_assert_int_eq(refusal(&delta, &ca), MN_E_UNSUPPORTED);
    ck_assert_int_eq(refusal(&old, &ca), MN_E_UNSUPPORTED);
    ck_assert_int_eq(refusal(&issuer, &ca), MN_E_DAMAGED);
    ck_assert_int_eq(refusal(&reason, &ca), MN_E_DAMAGED);
    ck_assert_int_eq(refusal(&twice, &ca), MN_E_DAMAGED);
}
END_TEST

START_TEST(a_list_of_another_issuer_is_told_from_a_forged_one)
{
    struct plan plan = {.issuer = "ca", .reason = -1},
                forged = {.issuer = "ca", .reason = -1, .key = made_ec_key()};
    struct mn_bytes mute = made_certificate(
        &(struct made_plan){.key = made_rsa_key(), .name = "ca", .usage = "keyCertSign"});
    struct mn_bytes open =
        made_certificate(&(struct made_plan){.key = made_rsa_key(), .name = "ca"});
    struct mn_bytes none = {0};

    ck_assert_int_eq(refusal(&plan, &ca), MN_OK);
    ck_assert_int_eq(refusal(&plan, &open), MN_OK);
    ck_assert_int_eq(refusal(&plan, &speaker), MN_E_OTHER_AUTHORITY);
    ck_assert_int_eq(refusal(&plan, &mute), MN_E_OTHER_AUTHORITY);
    ck_assert_int_eq(refusal(&plan, &namesake), MN_E_BAD_SIGNATURE);
    ck_assert_int_eq(refusal(&forged, &ca), MN_E_BAD_SIGNATURE);
    ck_assert_int_eq(refusal(&plan, &none), MN_E_BAD_CERTIFICATE);
    mn_bytes_free(&open);
    mn_bytes_free(&mute);
}
END_TEST

START_TEST(times_are_told)
{
    struct plan plan = {.issuer = "ca", .reason = -1};
    struct mn_revocation_list *list;
    time_t from, until;

    ck_assert_int_eq(read_list(&plan, &ca, &list), MN_OK);
    mn_revocation_list_times(list, &from, &until);
    ck_assert_int_eq(from, WHEN);
    ck_assert_int_eq(until, WHEN + WEEK);
    mn_revocation_list_free(&list);
    plan.forever = true;
    ck_assert_int_eq(read_list(&plan, &ca, &list), MN_OK);
    mn_revocation_list_times(list, &from, &until);
    ck_assert_int_eq(until, 0);
    mn_revocation_list_free(&list);
}
END_TEST

static mn_rc read_bytes(struct mn_span file)
{
    struct mn_revocation_list *list;
    mn_rc rc = mn_revocation_list_read(file, mn_bytes_span(&ca), &list);

    mn_revocation_list_free(&list);
    return rc;
}

START_TEST(pem_is_read_too)
{
    X509_CRL *crl = new_crl(&(struct plan){.issuer = "ca", .reason = -1});
    BIO *bio = BIO_new(BIO_s_mem());
    char *text;
    long len;

    BIO_puts(bio, "A list\n");
    ck_assert_int_eq(PEM_write_bio_X509_CRL(bio, crl), 1);
    len = BIO_get_mem_data(bio, &text);
    ck_assert_int_eq(read_bytes(mn_span(text, (size_t)len)), MN_OK);
    ck_assert_int_ne(read_bytes(mn_span(text, (size_t)len - 40)), MN_OK);
    ck_assert_int_eq(PEM_write_bio_X509_CRL(bio, crl), 1);
    len = BIO_get_mem_data(bio, &text);
    ck_assert_int_eq(read_bytes(mn_span(text, (size_t)len)), MN_E_DAMAGED);
    BIO_free(bio);
    X509_CRL_free(crl);
}
END_TEST

START_TEST(what_is_no_list_and_what_is_cut_or_changed_is_refused)
{
    X509_CRL *crl = new_crl(&(struct plan){.issuer = "ca", .reason = -1, .point = "town"});
    struct mn_bytes der = der_of(crl);
    uint8_t *large = calloc(1, MN_REVOCATION_LIST_MAX + 1);

    for (size_t len = 0; len < der.len; len++) {
        mn_rc rc = read_bytes(mn_span(der.ptr, len));

        ck_assert(rc == MN_E_DAMAGED || (len == 0 && rc == MN_E_FORMAT));
    }
    for (size_t i = 0; i < der.len; i++) {
        der.ptr[i] ^= 0x04;
        ck_assert_msg(read_bytes(mn_bytes_span(&der)) != MN_OK, "byte %zu", i);
        der.ptr[i] ^= 0x04;
    }
    ck_assert_int_eq(read_bytes(mn_bytes_span(&der)), MN_OK);
    ck_assert_int_eq(mn_bytes_append(&der, mn_span("", 1)), MN_OK);
    ck_assert_int_eq(read_bytes(mn_bytes_span(&der)), MN_E_DAMAGED);
    ck_assert_int_eq(read_bytes(mn_bytes_span(&ca)), MN_E_FORMAT);
    ck_assert_int_eq(read_bytes(mn_span("hello", 5)), MN_E_FORMAT);
    ck_assert_int_eq(read_bytes(mn_span(large, MN_REVOCATION_LIST_MAX + 1)), MN_E_EXCESSIVE);
    free(large);
    mn_bytes_free(&der);
    X509_CRL_free(crl);
}
END_TEST

/* --- lists that are made here --- */

static mn_rc sign(void *self, struct mn_span content, uint8_t *out, size_t *len)
{
    const struct mn_private_key *key = self;

    return mn_private_key_kind(key) == MN_KEY_RSA
               ? mn_private_key_sign_pkcs1(key, content, out, len)
               : mn_private_key_sign_ecdsa(key, content, out, len);
}

static struct mn_bytes authority_of(const struct mn_private_key *key)
{
    struct mn_span info = mn_private_key_public_info(key);
    const unsigned char *at = info.ptr;
    EVP_PKEY *half = d2i_PUBKEY(NULL, &at, (long)info.len);
    struct mn_bytes der = made_certificate(&(struct made_plan){
        .key = half, .name = "ca", .signer = made_ec_key(), .usage = "digitalSignature,cRLSign"});

    EVP_PKEY_free(half);
    return der;
}

/* One that it signed itself: it stands in its own list below. */
static struct mn_bytes own_certificate(struct mn_private_key *key)
{
    const struct mn_authority_draft draft = {.name = "ca",
                                             .public_key_info = mn_private_key_public_info(key),
                                             .not_before = WHEN - WEEK,
                                             .not_after = WHEN + WEEK};
    const struct mn_cms_signer signer = {.sign = sign, .self = key};
    struct mn_bytes der = {0};

    ck_assert_int_eq(mn_authority_draft_issue(&draft, &signer, &der), MN_OK);
    return der;
}

/* Does OpenSSL take the signature for the authority's, and how many entries does it see? */
static int judge(const struct mn_bytes *der, const struct mn_bytes *authority)
{
    const unsigned char *at = der->ptr, *certificate = authority->ptr;
    X509_CRL *crl = d2i_X509_CRL(NULL, &at, (long)der->len);
    X509 *x = d2i_X509(NULL, &certificate, (long)authority->len);
    int count = -1;

    ck_assert_ptr_nonnull(crl);
    ck_assert_int_eq(X509_CRL_get_version(crl), X509_CRL_VERSION_2);
    ck_assert_int_ge(X509_CRL_get_ext_by_NID(crl, NID_crl_number, -1), 0);
    if (X509_CRL_verify(crl, X509_get0_pubkey(x)) == 1)
        count = X509_CRL_get_REVOKED(crl) ? sk_X509_REVOKED_num(X509_CRL_get_REVOKED(crl)) : 0;
    X509_free(x);
    X509_CRL_free(crl);
    return count;
}

static const enum mn_key_choice choices[] = {MN_CHOICE_RSA_2048, MN_CHOICE_P256, MN_CHOICE_P384};

START_TEST(a_list_that_is_made_is_read_again)
{
    struct mn_private_key *key;
    struct mn_bytes authority, der = {0};
    struct mn_cms_signer signer;
    struct mn_certificate fields;
    struct mn_revocation_draft *draft;
    struct mn_revocation_list *list;
    struct mn_revocation_finding found;

    ck_assert_int_eq(mn_private_key_generate(choices[_i], &key), MN_OK);
    authority = own_certificate(key);
    signer = (struct mn_cms_signer){mn_bytes_span(&authority), NULL, sign, key};
    ck_assert_int_eq(mn_certificate_read(mn_bytes_span(&authority), &fields), MN_OK);
    ck_assert_int_eq(mn_revocation_draft_begin(&signer, 300, WHEN, WHEN + WEEK, &draft), MN_OK);
    ck_assert_int_eq(mn_revocation_draft_add(draft, mn_bytes_span(&fields.serial), WHEN - 60,
                                             MN_REASON_SUPERSEDED),
                     MN_OK);
    ck_assert_int_eq(
        mn_revocation_draft_add(draft, mn_span("\x02\x01\x63", 3), WHEN, MN_REASON_UNSPECIFIED),
        MN_OK);
    ck_assert_int_eq(mn_revocation_draft_finish(draft, &der), MN_OK);
    mn_revocation_draft_free(&draft);
    ck_assert_ptr_null(draft);
    ck_assert_int_eq(judge(&der, &authority), 2);
    ck_assert_int_eq(mn_revocation_list_read(mn_bytes_span(&der), mn_bytes_span(&authority), &list),
                     MN_OK);
    ck_assert_int_eq(mn_revocation_list_find(list, mn_bytes_span(&authority), &found), MN_OK);
    ck_assert(found.revoked);
    ck_assert_int_eq(found.when, WHEN - 60);
    ck_assert_int_eq(found.reason, MN_REASON_SUPERSEDED);
    mn_revocation_list_free(&list);
    mn_certificate_release(&fields);
    mn_bytes_free(&der);
    mn_bytes_free(&authority);
    mn_private_key_free(&key);
}
END_TEST

START_TEST(an_empty_list_is_one_too_and_what_cannot_be_said_is_refused)
{
    struct mn_private_key *key;
    struct mn_bytes authority, der = {0};
    struct mn_cms_signer signer;
    struct mn_revocation_draft *draft;

    ck_assert_int_eq(mn_private_key_generate(MN_CHOICE_P256, &key), MN_OK);
    authority = authority_of(key);
    signer = (struct mn_cms_signer){mn_bytes_span(&authority), NULL, sign, key};
    ck_assert_int_eq(mn_revocation_draft_begin(&signer, 1, WHEN, WHEN + WEEK, &draft), MN_OK);
    ck_assert_int_eq(mn_revocation_draft_finish(draft, &der), MN_OK);
    ck_assert_int_eq(judge(&der, &authority), 0);
    ck_assert_int_eq(mn_revocation_draft_add(draft, mn_span("5", 1), WHEN, MN_REASON_SUPERSEDED),
                     MN_E_ARGUMENT);
    ck_assert_int_eq(mn_revocation_draft_add(draft, mn_span("\x02\x01\x05", 3), WHEN,
                                             (enum mn_revocation_reason)7),
                     MN_E_ARGUMENT);
    mn_revocation_draft_free(&draft);
    ck_assert_int_eq(mn_revocation_draft_begin(&signer, 0, WHEN, WHEN + WEEK, &draft),
                     MN_E_ARGUMENT);
    ck_assert_int_eq(mn_revocation_draft_begin(&signer, 1, WHEN, WHEN, &draft), MN_E_ARGUMENT);
    ck_assert_ptr_null(draft);
    signer.certificate = mn_span("0", 1);
    ck_assert_int_eq(mn_revocation_draft_begin(&signer, 1, WHEN, WHEN + WEEK, &draft),
                     MN_E_BAD_CERTIFICATE);
    mn_bytes_free(&der);
    mn_bytes_free(&authority);
    mn_private_key_free(&key);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("crypto/revocation_list");
    TCase *tcase = tcase_create("revocation_list");

    tcase_add_unchecked_fixture(tcase, prepare, forget);
    tcase_add_checked_fixture(tcase, open_library, mn_crypto_close);
    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, a_certificate_in_the_list_is_found_with_time_and_reason);
    tcase_add_test(tcase, a_list_speaks_for_its_own_issuers_certificates_only);
    tcase_add_test(tcase, a_list_by_one_key_of_a_ca_does_not_speak_for_those_by_another);
    tcase_add_test(tcase, a_list_for_one_point_speaks_for_the_certificates_that_name_it);
    tcase_add_test(tcase, an_indirect_list_speaks_for_those_that_name_its_issuer);
    tcase_add_test(tcase, an_indirect_list_without_a_points_name_is_found_by_the_issuers);
    tcase_add_test(tcase, a_list_for_users_says_nothing_of_cas_and_one_for_cas_nothing_of_users);
    tcase_add_test(tcase, what_is_not_understood_and_critical_is_refused);
    tcase_add_test(tcase, a_list_of_another_issuer_is_told_from_a_forged_one);
    tcase_add_test(tcase, times_are_told);
    tcase_add_test(tcase, pem_is_read_too);
    tcase_add_test(tcase, what_is_no_list_and_what_is_cut_or_changed_is_refused);
    tcase_add_loop_test(tcase, a_list_that_is_made_is_read_again, 0, 3);
    tcase_add_test(tcase, an_empty_list_is_one_too_and_what_cannot_be_said_is_refused);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
