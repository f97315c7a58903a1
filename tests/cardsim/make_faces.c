/* make-faces PKI: makes what the text and the surface application of the simulated card hold, in
 * the folder where make-pki.sh has put the keys: text-0001 to -0007, surface-0001 to -0006, each
 * the content of one file. docs/card.md tells their layout. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>

#include "base/bytes.h"
#include "drawing.h"

#define TEXT(literal) mn_span(literal, sizeof(literal) - 1)
#define MODULUS       256
#define KEY_ID        16

static const char *folder;

static void give_up(const char *what)
{
    fprintf(stderr, "make-faces: %s\n", what);
    exit(EXIT_FAILURE);
}

static void need(bool good, const char *what)
{
    if (!good)
        give_up(what);
}

static void add(struct mn_bytes *to, struct mn_span part)
{
    need(mn_bytes_append(to, part) == MN_OK, "no memory");
}

/* A data object: tag of one or two bytes, the shortest length, value. */
static void add_object(struct mn_bytes *to, unsigned tag, struct mn_span value)
{
    uint8_t head[6];
    size_t len = 0;
    if (tag > 0xFF)
        head[len++] = (uint8_t)(tag >> 8);
    head[len++] = (uint8_t)tag;
    if (value.len > 0xFF) {
        head[len++] = 0x82;
        head[len++] = (uint8_t)(value.len >> 8);
    } else if (value.len > 0x7F) {
        head[len++] = 0x81;
    }
    head[len++] = (uint8_t)value.len;
    add(to, mn_span(head, len));
    if (value.len > 0)
        add(to, value);
}

static void in_folder(const char *name, char path[4096])
{
    int len = snprintf(path, 4096, "%s/%s", folder, name);
    need(len > 0 && len < 4096, name);
}

static void save(const char *name, struct mn_span content)
{
    char path[4096];
    in_folder(name, path);
    FILE *file = fopen(path, "wb");
    need(file && fwrite(content.ptr, 1, content.len, file) == content.len, name);
    need(fclose(file) == 0, name);
}

/* value as the one object of a file, with filler bytes behind it. */
static void save_file(const char *name, unsigned tag, struct mn_span value, size_t filler)
{
    struct mn_bytes file = {0};
    add_object(&file, tag, value);
    for (size_t i = 0; i < filler; i++)
        add(&file, TEXT("\xFF"));
    save(name, mn_bytes_span(&file));
    mn_bytes_free(&file);
}

static EVP_PKEY *load_key(const char *name)
{
    char path[4096];
    in_folder(name, path);
    FILE *file = fopen(path, "r");
    need(file, name);
    EVP_PKEY *key = PEM_read_PrivateKey(file, NULL, NULL, NULL);
    fclose(file);
    need(key && EVP_PKEY_get_size(key) == MODULUS, name);
    return key;
}

/* 90 exponent, 91 modulus. */
static void add_public_key(struct mn_bytes *to, EVP_PKEY *key)
{
    uint8_t modulus[MODULUS];
    BIGNUM *n = NULL;
    need(EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &n) > 0 &&
             BN_bn2binpad(n, modulus, MODULUS) == MODULUS,
         "a key without modulus");
    BN_free(n);
    add_object(to, 0x90, TEXT("\x01\x00\x01"));
    add_object(to, 0x91, mn_span(modulus, MODULUS));
}

static void hash(struct mn_span data, uint8_t out[SHA256_DIGEST_LENGTH])
{
    need(EVP_Digest(data.ptr, data.len, out, NULL, EVP_sha256(), NULL) > 0, "SHA-256");
}

/* PKCS #1 v1.5 over a DigestInfo that names SHA-256 and holds hashes, one or several. */
static void sign_hashes(EVP_PKEY *key, struct mn_span hashes, uint8_t signature[MODULUS])
{
    static const uint8_t algorithm[] = {0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
                                        0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00};
    struct mn_bytes inner = {0}, info = {0};
    size_t len = MODULUS;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);
    add(&inner, mn_span(algorithm, sizeof(algorithm)));
    add_object(&inner, 0x04, hashes);
    add_object(&info, 0x30, mn_bytes_span(&inner));
    need(context && EVP_PKEY_sign_init(context) > 0 &&
             EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) > 0 &&
             EVP_PKEY_sign(context, signature, &len, info.ptr, info.len) > 0 && len == MODULUS,
         "a signature");
    EVP_PKEY_CTX_free(context);
    mn_bytes_free(&inner);
    mn_bytes_free(&info);
}

static void sign(EVP_PKEY *key, struct mn_span data, uint8_t signature[MODULUS])
{
    uint8_t value[SHA256_DIGEST_LENGTH];
    hash(data, value);
    sign_hashes(key, mn_span(value, sizeof(value)), signature);
}

/* Adds the signature of all that is there so far. */
static void add_signature(struct mn_bytes *to, unsigned tag, EVP_PKEY *key)
{
    uint8_t signature[MODULUS];
    sign(key, mn_bytes_span(to), signature);
    add_object(to, tag, mn_span(signature, MODULUS));
}

/* --- the certificates --- */

static void make_certificate(const char *name, const char authority[KEY_ID], EVP_PKEY *ca,
                             const char subject[KEY_ID], EVP_PKEY *key)
{
    struct mn_bytes body = {0}, both = {0};
    uint8_t signature[MODULUS];
    add(&body, mn_span(authority, KEY_ID));
    add(&body, mn_span(subject, KEY_ID));
    add_public_key(&body, key);
    sign(ca, mn_bytes_span(&body), signature);
    add_object(&both, 0x5F4E, mn_bytes_span(&body));
    add_object(&both, 0x5F37, mn_span(signature, MODULUS));
    save_file(name, 0x7F21, mn_bytes_span(&both), 0);
    mn_bytes_free(&body);
    mn_bytes_free(&both);
}

/* A name of a key: seven digits, 08 05, three digits, zeros. */
#define TEXT_CA_ID    "6000033\x08\x05\x30\x30\x31\0\0\0"
#define SURFACE_CA_ID "6000023\x08\x05\x30\x30\x31\0\0\0"
#define ISSUER_ID     "1322121\x08\x05\x30\x30\x30\0\0\0"

/* --- the text application --- */

/* FF10: the twelve digits, and two bytes that belong to no object. */
#define MY_NUMBER     "537686677188"
#define NUMBER_FILLER 2

static void add_attributes(struct mn_bytes *to)
{
    add_object(to, 0xDF22, TEXT("黒桐　幹也"));
    add_object(to, 0xDF23, TEXT("東京都清瀬市観布子南１２－７－２０２"));
    add_object(to, 0xDF24, TEXT("19800217"));
    add_object(to, 0xDF25, TEXT("1"));
}

/* DF21, the places of the objects behind it from the beginning of the file, then these. head is
 * what stands before DF21's value. */
static void add_with_places(struct mn_bytes *to, struct mn_span objects, size_t count, size_t head)
{
    uint8_t places[2 * 16];
    size_t at = 0, start = head + 2 * count;
    for (size_t i = 0; i < count; i++) {
        places[2 * i] = (uint8_t)((start + at) >> 8);
        places[2 * i + 1] = (uint8_t)(start + at);
        size_t len = objects.ptr[at + 2], header = 3;
        if (len == 0x81) {
            len = objects.ptr[at + 3];
            header = 4;
        } else if (len == 0x82) {
            len = (size_t)objects.ptr[at + 3] << 8 | objects.ptr[at + 4];
            header = 5;
        }
        at += header + len;
    }
    add_object(to, 0xDF21, mn_span(places, 2 * count));
    add(to, objects);
}

static void make_text_digests(EVP_PKEY *issuer, struct mn_span attributes)
{
    struct mn_bytes file = {0}, digests = {0};
    uint8_t number[SHA256_DIGEST_LENGTH], rest[SHA256_DIGEST_LENGTH];
    add_object(&file, 0xFF10, TEXT(MY_NUMBER));
    for (size_t i = 0; i < NUMBER_FILLER; i++)
        add(&file, TEXT("\xFF"));
    hash(mn_bytes_span(&file), number);
    hash(attributes, rest);
    add_object(&digests, 0xDF31, mn_span(number, sizeof(number)));
    add_object(&digests, 0xDF32, mn_span(rest, sizeof(rest)));
    add_signature(&digests, 0xDF33, issuer);
    save_file("text-0003", 0xFF30, mn_bytes_span(&digests), 0);
    mn_bytes_free(&file);
    mn_bytes_free(&digests);
}

/* DF41 abilities, DF42 the name of a key, DF43 not explained. */
static void make_text_basics(void)
{
    struct mn_bytes basics = {0};
    uint8_t rest[0x80];
    memset(rest, 0xFF, sizeof(rest));
    add_object(&basics, 0xDF41, TEXT("\x01\x03\x0E\x01"));
    add_object(&basics, 0xDF42, TEXT("6000033000000001"));
    add_object(&basics, 0xDF43, mn_span(rest, sizeof(rest)));
    save_file("text-0005", 0xFF40, mn_bytes_span(&basics), 0);
    mn_bytes_free(&basics);
}

/* 0006, the key for session keys, and 0007, the public half of the card's own with a signature. */
static void make_text_keys(EVP_PKEY *issuer, EVP_PKEY *card, EVP_PKEY *session)
{
    struct mn_bytes key = {0}, value = {0};
    add_public_key(&key, session);
    save_file("text-0006", 0xA1, mn_bytes_span(&key), 0);
    mn_bytes_free(&key);
    add_public_key(&key, card);
    add_object(&value, 0xDF51, mn_bytes_span(&key));
    add_signature(&value, 0xDF52, issuer);
    save_file("text-0007", 0xFF50, mn_bytes_span(&value), 0);
    mn_bytes_free(&key);
    mn_bytes_free(&value);
}

static void make_text(EVP_PKEY *card)
{
    EVP_PKEY *ca = load_key("text-ca.key"), *issuer = load_key("text-issuer.key");
    struct mn_bytes attributes = {0}, value = {0};
    add_attributes(&attributes);
    add_with_places(&value, mn_bytes_span(&attributes), 4, 6);
    save_file("text-0001", 0xFF10, TEXT(MY_NUMBER), NUMBER_FILLER);
    save_file("text-0002", 0xFF20, mn_bytes_span(&value), 0);
    make_text_digests(issuer, mn_bytes_span(&attributes));
    make_certificate("text-0004", TEXT_CA_ID, ca, ISSUER_ID, issuer);
    make_text_basics();
    make_text_keys(issuer, card, ca);
    mn_bytes_free(&attributes);
    mn_bytes_free(&value);
    EVP_PKEY_free(ca);
    EVP_PKEY_free(issuer);
}

/* --- the surface application --- */

static void make_age(EVP_PKEY *issuer, struct mn_span card_key)
{
    struct mn_bytes value = {0};
    add_object(&value, 0xDF11, TEXT("19800217"));
    add_object(&value, 0xDF12, card_key);
    add_signature(&value, 0xDF13, issuer);
    save_file("surface-0001", 0xFF10, mn_bytes_span(&value), 0);
    mn_bytes_free(&value);
}

/* The part that is signed as one of three hashes; adds the hash to hashes. */
static void close_part(struct mn_bytes *objects, struct mn_bytes *part, struct mn_bytes *hashes)
{
    uint8_t value[SHA256_DIGEST_LENGTH];
    hash(mn_bytes_span(part), value);
    add(hashes, mn_span(value, sizeof(value)));
    add(objects, mn_bytes_span(part));
    mn_bytes_free(part);
}

static void add_drawing(struct mn_bytes *to, unsigned tag, enum drawing which)
{
    char path[4096];
    struct mn_bytes image = {0};
    in_folder("drawing", path);
    need(drawing_make(which, path, &image), "a drawing");
    add_object(to, tag, mn_bytes_span(&image));
    mn_bytes_free(&image);
    (void)remove(path);
}

static void make_face(EVP_PKEY *issuer, struct mn_span card_key)
{
    struct mn_bytes objects = {0}, part = {0}, hashes = {0}, value = {0};
    uint8_t signature[MODULUS];
    add_object(&part, 0xDF22, TEXT("19800217"));
    add_object(&part, 0xDF23, TEXT("1"));
    add_object(&part, 0xDF24, card_key);
    close_part(&objects, &part, &hashes);
    add_drawing(&part, 0xDF25, DRAWING_NAME);
    add_drawing(&part, 0xDF26, DRAWING_ADDRESS);
    close_part(&objects, &part, &hashes);
    add_drawing(&part, 0xDF27, DRAWING_PHOTO);
    close_part(&objects, &part, &hashes);
    sign_hashes(issuer, mn_bytes_span(&hashes), signature);
    add_object(&objects, 0xDF28, mn_span(signature, MODULUS));
    add_object(&objects, 0xDF29, TEXT("20350217"));
    add_drawing(&objects, 0xDF2A, DRAWING_CODE);
    add_with_places(&value, mn_bytes_span(&objects), 9, 8);
    save_file("surface-0002", 0xFF20, mn_bytes_span(&value), 100);
    mn_bytes_free(&objects);
    mn_bytes_free(&hashes);
    mn_bytes_free(&value);
}

/* DF31 layout, DF32 the name of a key, DF33 version, DF34 municipality, DF35 not explained. */
static void make_surface_basics(void)
{
    struct mn_bytes basics = {0};
    uint8_t rest[16 + 256];
    memset(rest, 0xA5, sizeof(rest));
    memcpy(rest, "5900025\x08\x05\x30\x30\x31\0\0\0", 16);
    add_object(&basics, 0xDF31, TEXT("\x06\x03\x0E\x01"));
    add_object(&basics, 0xDF32, mn_span("6000024\x08\x05\x30\x30\x31\0\0\0", KEY_ID));
    add_object(&basics, 0xDF33, TEXT("\x00"));
    add_object(&basics, 0xDF34, TEXT("13221"));
    add_object(&basics, 0xDF35, mn_span(rest, sizeof(rest)));
    save_file("surface-0003", 0xFF30, mn_bytes_span(&basics), 0);
    mn_bytes_free(&basics);
}

static void make_number(EVP_PKEY *issuer, struct mn_span card_key)
{
    struct mn_bytes value = {0};
    add_drawing(&value, 0xDF41, DRAWING_NUMBER);
    add_object(&value, 0xDF42, card_key);
    add_signature(&value, 0xDF43, issuer);
    save_file("surface-0005", 0xFF40, mn_bytes_span(&value), 0);
    mn_bytes_free(&value);
}

static void make_surface(EVP_PKEY *card)
{
    EVP_PKEY *ca = load_key("surface-ca.key"), *issuer = load_key("surface-issuer.key");
    struct mn_bytes card_key = {0};
    uint8_t unknown[16];
    memset(unknown, 0xFF, sizeof(unknown));
    add_public_key(&card_key, card);
    make_age(issuer, mn_bytes_span(&card_key));
    make_face(issuer, mn_bytes_span(&card_key));
    make_surface_basics();
    make_certificate("surface-0004", SURFACE_CA_ID, ca, ISSUER_ID, issuer);
    make_number(issuer, mn_bytes_span(&card_key));
    save("surface-0006", mn_span(unknown, sizeof(unknown)));
    mn_bytes_free(&card_key);
    EVP_PKEY_free(ca);
    EVP_PKEY_free(issuer);
}

int main(int argc, char **argv)
{
    if (argc != 2)
        give_up("usage: make-faces PKI");
    folder = argv[1];
    EVP_PKEY *card = load_key("card.key");
    make_text(card);
    make_surface(card);
    EVP_PKEY_free(card);
    return EXIT_SUCCESS;
}
