/* Requests for registration as mails in a mailbox, as many as are asked for, each by a person of
 * its own with a card and a key of its own: the simulated card, whose certificate is issued anew to
 * each, so that nothing can be known from the request before. For tests/bench/authority.
 *
 *     requests PKI-FOLDER COUNT >requests.mbox
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "base/file.h"
#include "cli/issue/mail.h"
#include "crypto/cms.h"
#include "crypto/draft.h"
#include "crypto/library.h"
#include "crypto/private_key.h"
#include "keys.h"

#define FAMILY "黒桐　"
#define GIVEN  "幹也" /* in whose place two others come */

static struct cardsim_keys *card_keys;
static X509 *card_model;
static EVP_PKEY *ca_key;

static void must(mn_rc rc)
{
    if (rc == MN_OK)
        return;
    fprintf(stderr, "requests: %s\n", mn_rc_name(rc));
    exit(1);
}

static struct mn_bytes read_pki(const char *folder, const char *name)
{
    char path[512];
    struct mn_bytes content = {0};

    snprintf(path, sizeof path, "%s/%s", folder, name);
    must(mn_file_read(path, 64 * 1024, &content));
    return content;
}

static mn_rc sign_as_card(void *self, struct mn_span content, uint8_t *out, size_t *len)
{
    (void)self;
    *len = CARDSIM_SIGNATURE;
    return cardsim_keys_sign(card_keys, CARDSIM_KEY_SIGN, CARDSIM_SCHEME_PKCS1, content, out);
}

static void need(bool there)
{
    must(there ? MN_OK : MN_E_CRYPTO);
}

/* One of 6400 characters of the plane where kanji are. */
static void write_character(long n, char out[3])
{
    need(UTF8_putc((unsigned char *)out, 3, 0x4E00 + (unsigned long)n % 6400) == 3);
}

/* A name that no other below 40 million has. */
static void name_person(long n, char name[sizeof FAMILY GIVEN])
{
    memcpy(name, FAMILY GIVEN, sizeof FAMILY GIVEN);
    write_character(n, name + strlen(FAMILY));
    write_character(n / 6400, name + strlen(FAMILY) + 3);
}

/* The name in the subjectAltName becomes another of the same length. */
static void rename_holder(X509 *x, const char *name)
{
    int at = X509_get_ext_by_NID(x, NID_subject_alt_name, -1);
    ASN1_OCTET_STRING *names = X509_EXTENSION_get_data(X509_get_ext(x, at));
    size_t len = (size_t)ASN1_STRING_length(names);
    unsigned char *copy = OPENSSL_memdup(ASN1_STRING_get0_data(names), len);
    unsigned char *place = copy ? memmem(copy, len, FAMILY GIVEN, strlen(FAMILY GIVEN)) : NULL;

    need(place != NULL);
    memcpy(place, name, strlen(name));
    ASN1_STRING_set0(names, copy, (int)len);
}

/* The card's certificate, issued to somebody else. */
static struct mn_bytes make_card(long n, const char *name)
{
    X509 *x = X509_dup(card_model);
    unsigned char *der = NULL;
    struct mn_bytes made = {0};

    need(x && ASN1_INTEGER_set(X509_get_serialNumber(x), 1000000 + n));
    rename_holder(x, name);
    need(X509_sign(x, ca_key, EVP_sha256()) > 0);
    int len = i2d_X509(x, &der);
    need(len > 0);
    must(mn_bytes_set(&made, mn_span(der, (size_t)len)));
    OPENSSL_free(der);
    X509_free(x);
    return made;
}

static struct mn_bytes make_certificate(const char *name, time_t now)
{
    const struct mn_draft draft = {.name = name,
                                   .address = "東京都清瀬市観布子南１２－７－２０２",
                                   .not_before = now,
                                   .not_after = now + 86400};
    struct mn_private_key *key = NULL;
    struct mn_bytes der = {0};

    must(mn_private_key_generate(MN_CHOICE_P256, &key));
    must(mn_draft_issue(&draft, key, &der));
    mn_private_key_free(&key);
    return der;
}

static struct mn_bytes make_signature(const struct mn_cms_signer *signer, struct mn_span content,
                                      time_t now)
{
    struct mn_bytes made = {0};
    struct mn_cms *cms = NULL;

    must(mn_cms_begin(signer, &cms));
    must(mn_cms_add(cms, content));
    must(mn_cms_finish(cms, now, &made));
    mn_cms_free(&cms);
    return made;
}

static void write_mail(long n, const struct mn_certificates *issuers, time_t now)
{
    char name[sizeof FAMILY GIVEN];
    struct mn_bytes card, certificate, signature, text = {0};

    name_person(n, name);
    card = make_card(n, name);
    certificate = make_certificate(name, now);
    const struct mn_cms_signer signer = {
        .certificate = mn_bytes_span(&card), .issuers = issuers, .sign = sign_as_card};
    signature = make_signature(&signer, mn_bytes_span(&certificate), now);
    const struct mn_mail_part parts[] = {
        {"MyNumCert.cer", "application/pkix-cert", mn_bytes_span(&certificate)},
        {"MyNumCert.mnsgn", "application/pkcs7-signature", mn_bytes_span(&signature)}};
    const struct mn_mail mail = {.to = "authority@example.jp",
                                 .from = "mikiya@example.jp",
                                 .subject = "request",
                                 .text = "request\n",
                                 .date = now,
                                 .parts = parts,
                                 .len = 2};

    must(mn_mail_write(&mail, &text));
    printf("From mikiya@example.jp Sun Nov 22 05:30:00 2026\n");
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] != '\r')
            putchar(text.ptr[i]);
    putchar('\n');
    mn_bytes_free(&text);
    mn_bytes_free(&signature);
    mn_bytes_free(&certificate);
    mn_bytes_free(&card);
}

static void load_pki(const char *folder, struct mn_certificates *issuers)
{
    struct mn_bytes card = read_pki(folder, "sign.der"), ca = read_pki(folder, "sign-ca.der");
    struct mn_bytes key = read_pki(folder, "sign-ca.key");
    const unsigned char *at = card.ptr;
    BIO *pem = BIO_new_mem_buf(key.ptr, (int)key.len);

    must(cardsim_keys_load(folder, &card_keys));
    must(mn_certificates_add(issuers, mn_bytes_span(&ca)));
    need((card_model = d2i_X509(NULL, &at, (long)card.len)) != NULL);
    need(pem && (ca_key = PEM_read_bio_PrivateKey(pem, NULL, NULL, NULL)) != NULL);
    BIO_free(pem);
    mn_bytes_free(&key);
    mn_bytes_free(&ca);
    mn_bytes_free(&card);
}

int main(int argc, char **argv)
{
    struct mn_certificates issuers = {0};
    long count = argc == 3 ? strtol(argv[2], NULL, 10) : 0;

    if (count < 1) {
        fprintf(stderr, "usage: requests PKI-FOLDER COUNT\n");
        return 2;
    }
    must(mn_crypto_open());
    load_pki(argv[1], &issuers);
    for (long n = 0; n < count; n++)
        write_mail(n, &issuers, time(NULL));
    EVP_PKEY_free(ca_key);
    X509_free(card_model);
    mn_certificates_free(&issuers);
    cardsim_keys_free(card_keys);
    mn_crypto_close();
    return fflush(stdout) == 0 ? 0 : 1;
}
