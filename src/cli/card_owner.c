#include "cli/card_owner.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "cli/message.h"
#include "cli/verb.h"
#include "crypto/certificates.h"
#include "crypto/chain.h"
#include "crypto/jpki_anchor.h"

static int failed(mn_rc rc)
{
    fprintf(stderr, "mynakey: %s\n", mn_message_rc(rc));
    return MN_EXIT_FAILED;
}

/* Before anything is asked: a file that cannot be read is worth no password. */
static int read_anchors(struct mn_card_owner *owner, const char *path)
{
    struct mn_bytes content = {0};
    if (!path)
        return MN_EXIT_OK;
    mn_rc rc = mn_file_read(path, MN_CERTIFICATES_FILE_MAX, &content);
    if (rc == MN_OK)
        rc = mn_certificates_read(mn_bytes_span(&content), &owner->anchors);
    mn_bytes_free(&content);
    if (rc)
        fprintf(stderr, "mynakey: %s: %s\n", path, mn_message_rc(rc));
    return rc ? MN_EXIT_FAILED : MN_EXIT_OK;
}

static void print_fingerprint(const uint8_t fingerprint[MN_FINGERPRINT_BYTES])
{
    for (size_t i = 0; i < MN_FINGERPRINT_BYTES; i++)
        fprintf(stderr, "%s%02X", i ? ":" : "    ", fingerprint[i]);
    fputc('\n', stderr);
}

/* The CA certificate on the card is an anchor where its fingerprint is a published one. */
static int trust_published(struct mn_card_owner *owner)
{
    struct mn_span ca = mn_signing_card_ca_certificate(owner->card);
    uint8_t fingerprint[MN_FINGERPRINT_BYTES];
    mn_rc rc = ca.len > 0 ? mn_chain_fingerprint(ca, fingerprint) : MN_E_NOT_FOUND;
    if (rc)
        return failed(rc);
    const struct mn_jpki_anchor *anchor = mn_jpki_anchor_find(fingerprint);
    if (!anchor || !anchor->signs) {
        fprintf(
            stderr,
            _("mynakey: the CA certificate on this card is none of those that JPKI has published.\n"
              "Its SHA-256 fingerprint:\n"));
        print_fingerprint(fingerprint);
        fprintf(stderr,
                _("JPKI publishes those of its CAs at https://www.jpki.go.jp/ca/ca_rules3.html. "
                  "If it is\nthere, or this is a test card, give the certificate with "
                  "--anchor FILE.\n"));
        return MN_EXIT_FAILED;
    }
    owner->published = true;
    rc = mn_certificates_add(&owner->anchors, ca);
    return rc ? failed(rc) : MN_EXIT_OK;
}

static int check_chain(struct mn_card_owner *owner, time_t now)
{
    struct mn_span ca = mn_signing_card_ca_certificate(owner->card);
    struct mn_certificates others = {0};
    mn_rc rc = ca.len > 0 ? mn_certificates_add(&others, ca) : MN_OK;
    if (rc == MN_OK)
        rc =
            mn_chain_check(mn_signing_card_certificate(owner->card), &others, &owner->anchors, now);
    mn_certificates_free(&others);
    if (rc == MN_E_UNTRUSTED)
        fprintf(stderr, _("mynakey: the certificate on this card was not issued by a CA that is "
                          "trusted\n"));
    else if (rc == MN_E_EXPIRED)
        fprintf(stderr,
                _("mynakey: the signing certificate on this card has expired, or is not valid "
                  "yet.\nThe municipal office renews it.\n"));
    else if (rc)
        failed(rc);
    return rc ? MN_EXIT_FAILED : MN_EXIT_OK;
}

static int read_holder(struct mn_card_owner *owner)
{
    struct mn_span der = mn_signing_card_certificate(owner->card);
    mn_rc rc = mn_certificate_read(der, &owner->certificate);
    if (rc == MN_OK)
        rc = mn_jpki_holder_read(der, &owner->holder);
    if (rc == MN_OK && (owner->holder.name.len == 0 || owner->holder.address.len == 0))
        rc = MN_E_NOT_FOUND;
    if (rc == MN_OK)
        mn_jpki_holder_birth(&owner->holder, &owner->year, &owner->month, &owner->day);
    return rc ? failed(rc) : MN_EXIT_OK;
}

int mn_card_owner_find(struct mn_card_owner *owner, const char *reader, const char *anchor)
{
    int status = read_anchors(owner, anchor);
    return status ? status : mn_signing_card_find(reader, &owner->card);
}

int mn_card_owner_login(struct mn_card_owner *owner, const char *pin_file, time_t now)
{
    int status = mn_signing_card_login(owner->card, pin_file, &owner->pin);
    if (status == MN_EXIT_OK && owner->anchors.count == 0)
        status = trust_published(owner);
    if (status == MN_EXIT_OK)
        status = check_chain(owner, now);
    if (status == MN_EXIT_OK)
        status = read_holder(owner);
    return status;
}

int mn_card_owner_open(struct mn_card_owner *owner, const char *reader, const char *pin_file,
                       const char *anchor, time_t now)
{
    int status = mn_card_owner_find(owner, reader, anchor);
    return status ? status : mn_card_owner_login(owner, pin_file, now);
}

void mn_card_owner_release(struct mn_card_owner *owner)
{
    mn_certificate_release(&owner->certificate);
    mn_jpki_holder_release(&owner->holder);
    mn_certificates_free(&owner->anchors);
    mn_secret_free(&owner->pin);
    mn_signing_card_close(&owner->card);
    *owner = (struct mn_card_owner){0};
}
