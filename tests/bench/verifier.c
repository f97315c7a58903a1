/* Signatures checked per second by src/crypto, beside OpenSSL's CMS_verify, and how fast a large
 * content goes through, beside EVP_DigestUpdate: all in one process and in turns, so that whatever
 * else the machine does slows both alike.
 *
 *     verifier rsa|ec COUNT MEGABYTES
 *
 * Prints two lines: "files" with signatures per second by us, by OpenSSL with the signer's
 * certificate checked and without, and the ratio to the latter, which is the faster; "content" with
 * megabytes per second by us, by OpenSSL, and the ratio. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "crypto/cms.h"
#include "crypto/draft.h"
#include "crypto/library.h"
#include "crypto/private_key.h"
#include "crypto/signed_data.h"

#define FILES     1000 /* different ones, which are gone through as often as COUNT asks for */
#define PART_SIZE (1024 * 1024)

static struct mn_private_key *key;
static struct mn_bytes certificate, files[FILES];
static X509_STORE *store;
static unsigned char part[PART_SIZE];

static void must(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "verifier: %s failed\n", what);
    exit(1);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* --- what is checked --- */

static void make_certificate(enum mn_key_choice choice)
{
    struct mn_draft draft = {.name = "bench",
                             .address = "somewhere",
                             .not_before = time(NULL) - 60,
                             .not_after = time(NULL) + 86400};
    must(mn_private_key_generate(choice, &key) == MN_OK, "the key");
    must(mn_draft_issue(&draft, key, &certificate) == MN_OK, "the certificate");
    const unsigned char *at = certificate.ptr;
    X509 *x = d2i_X509(NULL, &at, (long)certificate.len);
    store = X509_STORE_new();
    must(x && store && X509_STORE_add_cert(store, x) == 1, "the store");
    X509_STORE_set_purpose(store, X509_PURPOSE_ANY);
    X509_free(x);
}

static mn_rc sign(void *self, struct mn_span content, uint8_t *out, size_t *len)
{
    struct mn_private_key *with = self;
    return mn_private_key_kind(with) == MN_KEY_RSA
               ? mn_private_key_sign_pkcs1(with, content, out, len)
               : mn_private_key_sign_ecdsa(with, content, out, len);
}

/* A small file is its own number. */
static struct mn_span content_of(size_t *i)
{
    return mn_span(i, sizeof *i);
}

static void sign_files(void)
{
    const struct mn_cms_signer signer = {mn_bytes_span(&certificate), NULL, sign, key};
    for (size_t i = 0; i < FILES; i++) {
        struct mn_cms *cms;
        must(mn_cms_begin(&signer, &cms) == MN_OK && mn_cms_add(cms, content_of(&i)) == MN_OK &&
                 mn_cms_finish(cms, time(NULL), &files[i]) == MN_OK,
             "signing");
        mn_cms_free(&cms);
    }
}

/* --- files --- */

static double check_ours(struct mn_signer_keys *keys)
{
    double from = now();
    for (size_t i = 0; i < FILES; i++) {
        struct mn_signed_data *s;
        struct mn_signature signature;
        must(mn_signed_data_read(mn_bytes_span(&files[i]), &s) == MN_OK &&
                 mn_signed_data_add(s, content_of(&i)) == MN_OK &&
                 mn_signed_data_check(s, 0, keys, &signature) == MN_OK,
             "mn_signed_data_check");
        mn_signed_data_free(&s);
    }
    return now() - from;
}

static double check_theirs(unsigned flags)
{
    double from = now();
    for (size_t i = 0; i < FILES; i++) {
        const unsigned char *at = files[i].ptr;
        CMS_ContentInfo *message = d2i_CMS_ContentInfo(NULL, &at, (long)files[i].len);
        BIO *content = BIO_new_mem_buf(&i, (int)sizeof i);
        must(message && CMS_verify(message, NULL, store, content, NULL, CMS_BINARY | flags) == 1,
             "CMS_verify");
        BIO_free(content);
        CMS_ContentInfo_free(message);
    }
    return now() - from;
}

static void compare_files(const char *kind, unsigned long count)
{
    struct mn_signer_keys *keys;
    double ours = 0, theirs = 0, theirs_whole = 0, done = 0;
    must(mn_signer_keys_new(&keys) == MN_OK, "memory");
    for (; done < (double)count; done += FILES) {
        ours += check_ours(keys);
        theirs_whole += check_theirs(CMS_CADES);
        theirs += check_theirs(CMS_NO_SIGNER_CERT_VERIFY);
    }
    mn_signer_keys_free(&keys);
    printf("files   %-4s %9.0f %9.0f %9.0f %6.2f\n", kind, done / ours, done / theirs_whole,
           done / theirs, theirs / ours);
}

/* --- a large content --- */

static double stream_ours(unsigned long parts)
{
    struct mn_signed_data *s;
    double from = now();
    must(mn_signed_data_read(mn_bytes_span(&files[0]), &s) == MN_OK, "reading");
    for (unsigned long i = 0; i < parts; i++)
        must(mn_signed_data_add(s, mn_span(part, sizeof part)) == MN_OK, "mn_signed_data_add");
    mn_signed_data_free(&s);
    return now() - from;
}

static double stream_theirs(unsigned long parts)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    double from = now();
    must(ctx && EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) == 1, "EVP_DigestInit_ex");
    for (unsigned long i = 0; i < parts; i++)
        must(EVP_DigestUpdate(ctx, part, sizeof part) == 1, "EVP_DigestUpdate");
    EVP_MD_CTX_free(ctx);
    return now() - from;
}

static void compare_content(const char *kind, unsigned long megabytes)
{
    double ours = 0, theirs = 0, done = 0;
    for (; done < (double)megabytes; done += 64) {
        ours += stream_ours(64);
        theirs += stream_theirs(64);
    }
    printf("content %-4s %9.0f %9s %9.0f %6.2f\n", kind, done / ours, "", done / theirs,
           theirs / ours);
}

int main(int argc, char **argv)
{
    if (argc != 4)
        return 2;
    must(mn_crypto_open() == MN_OK, "OpenSSL");
    make_certificate(strcmp(argv[1], "ec") == 0 ? MN_CHOICE_P256 : MN_CHOICE_RSA_2048);
    sign_files();
    compare_files(argv[1], strtoul(argv[2], NULL, 10));
    compare_content(argv[1], strtoul(argv[3], NULL, 10));
    for (size_t i = 0; i < FILES; i++)
        mn_bytes_free(&files[i]);
    mn_bytes_free(&certificate);
    X509_STORE_free(store);
    mn_private_key_free(&key);
    mn_crypto_close();
    return 0;
}
