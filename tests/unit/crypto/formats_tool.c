/* For formats.sh: makes one file of each format, or reads a PKCS#12 file that another program made.
 *
 *     formats_tool make rsa|ec            own.cer own.pfx own.csr, and own.p7s of the file content;
 *                                        authority.cer, 300.ors about own.cer, revoked.crl with it
 *     formats_tool golden                 authority.cer subject.cer 300.ors 301.ors revoked.crl,
 * with fixed dates: as tests/golden has them formats_tool read FILE PASSPHRASE    prints the result
 * code, and how many other certificates
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "crypto/authority_draft.h"
#include "crypto/certificate.h"
#include "crypto/cms.h"
#include "crypto/draft.h"
#include "crypto/library.h"
#include "crypto/pkcs12.h"
#include "crypto/request.h"
#include "crypto/revocation_draft.h"
#include "crypto/validity_maker.h"

#define LIMIT (1024 * 1024)

static void must(mn_rc rc, const char *what)
{
    if (rc == MN_OK)
        return;
    fprintf(stderr, "%s: %s\n", what, mn_rc_name(rc));
    exit(1);
}

static struct mn_bytes content_of(const char *path)
{
    struct mn_bytes content = {0};

    must(mn_file_read(path, LIMIT, &content), path);
    return content;
}

static void save(const char *name, struct mn_bytes *content)
{
    must(mn_file_write_private(name, mn_bytes_span(content)), name);
    mn_bytes_free(content);
}

static mn_rc sign(void *self, struct mn_span content, uint8_t *out, size_t *len)
{
    struct mn_private_key *key = self;

    return mn_private_key_kind(key) == MN_KEY_RSA
               ? mn_private_key_sign_pkcs1(key, content, out, len)
               : mn_private_key_sign_ecdsa(key, content, out, len);
}

static void sign_content(const struct mn_pkcs12 *p, struct mn_bytes *out)
{
    struct mn_cms_signer signer = {mn_bytes_span(&p->certificate), NULL, sign, p->key};
    struct mn_bytes content = content_of("content");
    struct mn_cms *cms;

    must(mn_cms_begin(&signer, &cms), "cms");
    must(mn_cms_add(cms, mn_bytes_span(&content)), "cms");
    must(mn_cms_finish(cms, time(NULL), out), "cms");
    mn_cms_free(&cms);
    mn_bytes_free(&content);
}

static void say(const struct mn_cms_signer *authority, struct mn_span certificate,
                const struct mn_validity *what, const char *name)
{
    struct mn_validity_maker *maker;
    struct mn_bytes made = {0};

    must(mn_validity_maker_open(authority, &maker), "validity");
    must(mn_validity_make(maker, certificate, what, &made), "validity");
    mn_validity_maker_free(&maker);
    save(name, &made);
}

static struct mn_validity revoked_at(time_t now)
{
    return (struct mn_validity){.number = 300,
                                .state = MN_VALIDITY_REVOKED,
                                .revoked_at = now - 60,
                                .reason = MN_REASON_KEY_COMPROMISE,
                                .produced_at = now,
                                .this_update = now,
                                .next_update = now + 86400};
}

static void list_revocation(const struct mn_cms_signer *authority, struct mn_span certificate,
                            time_t now)
{
    struct mn_certificate fields;
    struct mn_revocation_draft *draft;
    struct mn_bytes made = {0};

    must(mn_certificate_read(certificate, &fields), "certificate");
    must(mn_revocation_draft_begin(authority, 7, now, now + 86400, &draft), "list");
    must(mn_revocation_draft_add(draft, mn_bytes_span(&fields.serial), now - 60,
                                 MN_REASON_KEY_COMPROMISE),
         "list");
    must(mn_revocation_draft_finish(draft, &made), "list");
    mn_revocation_draft_free(&draft);
    mn_certificate_release(&fields);
    save("revoked.crl", &made);
}

/* An authority with a key of its own, which the caller frees, as its certificate. */
static struct mn_cms_signer found(enum mn_key_choice choice, time_t now, struct mn_bytes *own)
{
    struct mn_private_key *key;
    struct mn_cms_signer authority = {.sign = sign};
    struct mn_authority_draft draft = {
        .name = "authority", .not_before = now - 86400, .not_after = now + 10 * 365 * 86400};

    must(mn_private_key_generate(choice, &key), "key");
    authority.self = key;
    draft.public_key_info = mn_private_key_public_info(key);
    must(mn_authority_draft_issue(&draft, &authority, own), "authority");
    authority.certificate = mn_bytes_span(own);
    return authority;
}

static void end(struct mn_cms_signer *authority, struct mn_bytes *own)
{
    struct mn_private_key *key = authority->self;

    save("authority.cer", own);
    mn_private_key_free(&key);
}

/* An authority and what it says about the certificate. */
static void vouch(enum mn_key_choice choice, struct mn_span certificate)
{
    time_t now = time(NULL);
    struct mn_validity what = revoked_at(now);
    struct mn_bytes own = {0};
    struct mn_cms_signer authority = found(choice, now, &own);

    say(&authority, certificate, &what, "300.ors");
    list_revocation(&authority, certificate, now);
    end(&authority, &own);
}

static void make_golden(void)
{
    const time_t now = 1795325400; /* 2026-11-22T05:30:00Z */
    struct mn_validity revoked = revoked_at(now), good = {.number = 301,
                                                          .produced_at = now,
                                                          .this_update = now,
                                                          .next_update = now + 2 * 365 * 86400};
    struct mn_draft draft = {
        .name = "架空　花子", .not_before = now - 86400, .not_after = now + 2 * 365 * 86400};
    struct mn_bytes own = {0}, subject = {0};
    struct mn_cms_signer authority = found(MN_CHOICE_P256, now, &own);

    must(mn_draft_issue(&draft, authority.self, &subject), "draft");
    say(&authority, mn_bytes_span(&subject), &revoked, "300.ors");
    say(&authority, mn_bytes_span(&subject), &good, "301.ors");
    list_revocation(&authority, mn_bytes_span(&subject), now);
    save("subject.cer", &subject);
    end(&authority, &own);
}

static void make(enum mn_key_choice choice)
{
    static const struct mn_request_part subject[] = {{"C", "JP"}, {"CN", "架空　花子"}};
    struct mn_draft draft = {.name = "架空　花子",
                             .address = "東京都架空市中央１－２－３",
                             .birth_year = 1985,
                             .mail = "hanako@example.org",
                             .ocsp_url = "http://ocsp.example.org/",
                             .not_before = time(NULL) - 60,
                             .not_after = time(NULL) + 86400};
    struct mn_request request = {MN_REQUEST_SMIME, subject, 2, "hanako@example.org"};
    struct mn_pkcs12 p = {0};
    struct mn_bytes made = {0};

    must(mn_private_key_generate(choice, &p.key), "key");
    must(mn_draft_issue(&draft, p.key, &p.certificate), "draft");
    must(mn_pkcs12_write(&p, "架空　花子", mn_span("secret", 6), &made), "pkcs12");
    save("own.pfx", &made);
    sign_content(&p, &made);
    save("own.p7s", &made);
    must(mn_request_make(&request, p.key, &made), "request");
    save("own.csr", &made);
    vouch(choice, mn_bytes_span(&p.certificate));
    save("own.cer", &p.certificate);
    mn_pkcs12_release(&p);
}

static void read_file(const char *path, const char *passphrase)
{
    struct mn_bytes file = content_of(path);
    struct mn_pkcs12 p;
    mn_rc rc = mn_pkcs12_read(mn_bytes_span(&file), mn_span(passphrase, strlen(passphrase)), &p);

    printf("%s %zu\n", mn_rc_name(rc), p.others.count);
    mn_pkcs12_release(&p);
    mn_bytes_free(&file);
}

int main(int argc, char **argv)
{
    if (argc < 2 || argc > 4 || (argc == 2 && strcmp(argv[1], "golden") != 0))
        return 2;
    must(mn_crypto_open(), "OpenSSL");
    if (strcmp(argv[1], "golden") == 0)
        make_golden();
    else if (strcmp(argv[1], "make") == 0)
        make(strcmp(argv[2], "ec") == 0 ? MN_CHOICE_P256 : MN_CHOICE_RSA_2048);
    else
        read_file(argv[2], argc == 4 ? argv[3] : "");
    mn_crypto_close();
    return 0;
}
