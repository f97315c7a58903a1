/* For signatures.sh: what src/crypto does with signatures, from the command line. Its last word is
 * the result code.
 *
 *     signature_tool sign PFX CONTENT OUT [EARLIER]   the passphrase is "secret"
 *     signature_tool check FILE CONTENT               each signer, and each time stamp
 *     signature_tool ask FILE SIGNER QUERY            and QUERY.kept, for attach
 *     signature_tool attach FILE SIGNER QUERY REPLY OUT
 *     signature_tool token FILE SIGNER TOKEN VALUE    what is in the file
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "crypto/cms.h"
#include "crypto/library.h"
#include "crypto/pkcs12.h"
#include "crypto/signed_data.h"
#include "crypto/timestamp.h"

#define LIMIT (1024 * 1024)
#define WHEN  1780000000

static void finish(mn_rc rc)
{
    printf("%s\n", mn_rc_name(rc));
    exit(rc != MN_OK);
}

static struct mn_bytes content_of(const char *path)
{
    struct mn_bytes content = {0};
    mn_rc rc = mn_file_read(path, LIMIT, &content);

    if (rc != MN_OK)
        finish(rc);
    return content;
}

static void save(const char *path, struct mn_span content)
{
    mn_rc rc = mn_file_write_private(path, content);

    if (rc != MN_OK)
        finish(rc);
}

static mn_rc sign_with(void *self, struct mn_span content, uint8_t *out, size_t *len)
{
    struct mn_private_key *key = self;

    return mn_private_key_kind(key) == MN_KEY_RSA
               ? mn_private_key_sign_pkcs1(key, content, out, len)
               : mn_private_key_sign_ecdsa(key, content, out, len);
}

static mn_rc sign(char **args, const char *earlier)
{
    struct mn_bytes pfx = content_of(args[0]), content = content_of(args[1]), beside = {0};
    struct mn_bytes out = {0};
    struct mn_pkcs12 p;
    struct mn_cms *cms = NULL;
    mn_rc rc = mn_pkcs12_read(mn_bytes_span(&pfx), mn_span("secret", 6), &p);
    struct mn_cms_signer signer = {mn_bytes_span(&p.certificate), &p.others, sign_with, p.key};

    if (earlier)
        beside = content_of(earlier);
    if (rc == MN_OK)
        rc = earlier ? mn_cms_begin_beside(&signer, mn_bytes_span(&beside), &cms)
                     : mn_cms_begin(&signer, &cms);
    if (rc == MN_OK)
        rc = mn_cms_add(cms, mn_bytes_span(&content));
    if (rc == MN_OK)
        rc = mn_cms_finish(cms, WHEN, &out);
    if (rc == MN_OK)
        save(args[2], mn_bytes_span(&out));
    mn_cms_free(&cms);
    mn_pkcs12_release(&p);
    mn_bytes_free(&out);
    mn_bytes_free(&beside);
    mn_bytes_free(&content);
    mn_bytes_free(&pfx);
    return rc;
}

static mn_rc check_stamp(const struct mn_signature *signature)
{
    struct mn_timestamp stamp;
    mn_rc rc;

    if (signature->time_stamp.len == 0)
        return MN_OK;
    rc = mn_timestamp_read(signature->time_stamp, signature->value, &stamp);
    printf("stamped ");
    mn_timestamp_release(&stamp);
    return rc;
}

static mn_rc check(char **args)
{
    struct mn_bytes file = content_of(args[0]), content = content_of(args[1]);
    struct mn_signed_data *s;
    mn_rc rc = mn_signed_data_read(mn_bytes_span(&file), &s);

    if (rc == MN_OK)
        rc = mn_signed_data_add(s, mn_bytes_span(&content));
    for (size_t i = 0; rc == MN_OK && i < mn_signed_data_signers(s); i++) {
        struct mn_signature signature;

        rc = mn_signed_data_check(s, i, NULL, &signature);
        printf("signed ");
        if (rc == MN_OK)
            rc = check_stamp(&signature);
    }
    mn_signed_data_free(&s);
    mn_bytes_free(&content);
    mn_bytes_free(&file);
    return rc;
}

/* The signature value and the token of one signer. */
static void take_apart(const char *path, const char *signer, struct mn_bytes *value,
                       struct mn_bytes *token)
{
    struct mn_bytes file = content_of(path);
    struct mn_signed_data *s;
    struct mn_signature signature;
    mn_rc rc = mn_signed_data_read(mn_bytes_span(&file), &s);

    if (rc != MN_OK)
        finish(rc);
    (void)mn_signed_data_check(s, strtoul(signer, NULL, 10), NULL, &signature);
    rc = mn_bytes_set(value, signature.value);
    if (rc == MN_OK)
        rc = mn_bytes_set(token, signature.time_stamp);
    mn_signed_data_free(&s);
    mn_bytes_free(&file);
    if (rc != MN_OK)
        finish(rc);
}

static void name_kept(const char *query, char *out, size_t size)
{
    snprintf(out, size, "%s.kept", query);
}

static mn_rc ask(char **args)
{
    struct mn_bytes value = {0}, token = {0}, der = {0};
    struct mn_timestamp_query query;
    char kept[256];
    mn_rc rc;

    take_apart(args[0], args[1], &value, &token);
    rc = mn_timestamp_ask(mn_bytes_span(&value), &query, &der);
    if (rc == MN_OK) {
        name_kept(args[2], kept, sizeof kept);
        save(args[2], mn_bytes_span(&der));
        save(kept, mn_span(&query, sizeof query));
    }
    mn_bytes_free(&der);
    mn_bytes_free(&token);
    mn_bytes_free(&value);
    return rc;
}

static mn_rc attach(char **args)
{
    struct mn_bytes file = content_of(args[0]), reply = content_of(args[3]), kept;
    struct mn_bytes value = {0}, token = {0}, out = {0};
    struct mn_timestamp_query query;
    char name[256];
    mn_rc rc;

    name_kept(args[2], name, sizeof name);
    kept = content_of(name);
    memcpy(&query, kept.ptr, sizeof query);
    take_apart(args[0], args[1], &value, &token);
    rc = mn_timestamp_take(mn_bytes_span(&reply), &query, &token);
    if (rc == MN_OK)
        rc = mn_timestamp_attach(mn_bytes_span(&file), mn_bytes_span(&value), mn_bytes_span(&token),
                                 &out);
    if (rc == MN_OK)
        save(args[4], mn_bytes_span(&out));
    mn_bytes_free(&out);
    mn_bytes_free(&token);
    mn_bytes_free(&value);
    mn_bytes_free(&kept);
    mn_bytes_free(&reply);
    mn_bytes_free(&file);
    return rc;
}

static mn_rc give_token(char **args)
{
    struct mn_bytes value = {0}, token = {0};

    take_apart(args[0], args[1], &value, &token);
    save(args[2], mn_bytes_span(&token));
    save(args[3], mn_bytes_span(&value));
    mn_bytes_free(&token);
    mn_bytes_free(&value);
    return MN_OK;
}

int main(int argc, char **argv)
{
    char **args = argv + 2;
    mn_rc rc = MN_E_ARGUMENT;

    if (mn_crypto_open() != MN_OK)
        return 1;
    if (argc >= 5 && strcmp(argv[1], "sign") == 0)
        rc = sign(args, argv[5]);
    else if (argc == 4 && strcmp(argv[1], "check") == 0)
        rc = check(args);
    else if (argc == 5 && strcmp(argv[1], "ask") == 0)
        rc = ask(args);
    else if (argc == 7 && strcmp(argv[1], "attach") == 0)
        rc = attach(args);
    else if (argc == 6 && strcmp(argv[1], "token") == 0)
        rc = give_token(args);
    mn_crypto_close();
    finish(rc);
}
