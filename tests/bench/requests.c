/* Requests for registration as mails in a mailbox, as many as are asked for, each by the simulated
 * card and with a key of its own. For tests/bench/authority.
 *
 *     requests PKI-FOLDER COUNT >requests.mbox
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "cli/issue/mail.h"
#include "crypto/cms.h"
#include "crypto/draft.h"
#include "crypto/library.h"
#include "crypto/private_key.h"
#include "keys.h"

static struct cardsim_keys *card_keys;

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

static struct mn_bytes make_certificate(time_t now)
{
    const struct mn_draft draft = {.name = "黒桐　幹也",
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

static void write_mail(const struct mn_cms_signer *signer, time_t now)
{
    struct mn_bytes certificate = make_certificate(now);
    struct mn_bytes signature = make_signature(signer, mn_bytes_span(&certificate), now);
    struct mn_bytes text = {0};
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
}

int main(int argc, char **argv)
{
    struct mn_certificates issuers = {0};
    struct mn_bytes card, ca;
    long count = argc == 3 ? strtol(argv[2], NULL, 10) : 0;

    if (count < 1) {
        fprintf(stderr, "usage: requests PKI-FOLDER COUNT\n");
        return 2;
    }
    must(mn_crypto_open());
    must(cardsim_keys_load(argv[1], &card_keys));
    card = read_pki(argv[1], "sign.der");
    ca = read_pki(argv[1], "sign-ca.der");
    must(mn_certificates_add(&issuers, mn_bytes_span(&ca)));
    const struct mn_cms_signer signer = {
        .certificate = mn_bytes_span(&card), .issuers = &issuers, .sign = sign_as_card};
    for (; count > 0; count--)
        write_mail(&signer, time(NULL));
    mn_certificates_free(&issuers);
    mn_bytes_free(&ca);
    mn_bytes_free(&card);
    cardsim_keys_free(card_keys);
    mn_crypto_close();
    return fflush(stdout) == 0 ? 0 : 1;
}
