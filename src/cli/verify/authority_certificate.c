#include "cli/verify/authority_certificate.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "cli/printable.h"
#include "crypto/certificate.h"
#include "crypto/certificates.h"
#include "crypto/common_name.h"

#define WEAKEST_RSA 2048

mn_rc mn_fingerprint_text(struct mn_span certificate, char out[MN_FINGERPRINT_TEXT_ROOM])
{
    uint8_t value[MN_FINGERPRINT_BYTES];
    mn_rc rc = mn_chain_fingerprint(certificate, value);
    out[0] = '\0';
    for (size_t i = 0; rc == MN_OK && i < sizeof value; i++)
        snprintf(out + (i ? 3 * i - 1 : 0), 4, "%s%02X", i ? ":" : "", value[i]);
    return rc;
}

bool mn_fingerprint_is(const char *typed, const char fingerprint[MN_FINGERPRINT_TEXT_ROOM])
{
    const char *at = fingerprint;
    for (; *typed; typed++) {
        if (*typed == ':' || isspace((unsigned char)*typed))
            continue;
        if (*at == ':')
            at++;
        if (toupper((unsigned char)*typed) != *at)
            return false;
        at++;
    }
    return *at == '\0' && at != fingerprint;
}

static mn_rc describe(struct mn_authority_certificate *out)
{
    char name[sizeof out->name];
    struct mn_certificate certificate = {0};
    mn_rc rc = mn_certificate_read(mn_bytes_span(&out->der), &certificate);
    bool strong = certificate.key_kind == MN_KEY_EC ||
                  (certificate.key_kind == MN_KEY_RSA && certificate.bits >= WEAKEST_RSA);
    if (rc == MN_OK && !strong)
        rc = MN_E_KEY_KIND;
    if (rc == MN_OK)
        rc = mn_common_name(mn_bytes_span(&out->der), name, sizeof name);
    if (rc == MN_OK)
        rc = mn_fingerprint_text(mn_bytes_span(&out->der), out->fingerprint);
    if (rc == MN_OK) {
        snprintf(out->name, sizeof out->name, "%s", mn_printable(name));
        snprintf(out->key, sizeof out->key, "%s %u",
                 certificate.key_kind == MN_KEY_EC ? "ECDSA" : "RSA", certificate.bits);
        out->not_before = certificate.not_before_time;
        out->not_after = certificate.not_after_time;
    }
    mn_certificate_release(&certificate);
    return rc;
}

mn_rc mn_authority_certificate_read(struct mn_span file, struct mn_authority_certificate *out)
{
    struct mn_certificates all = {0};
    *out = (struct mn_authority_certificate){0};
    mn_rc rc = mn_certificates_read(file, &all);
    if (rc == MN_OK && all.count != 1)
        rc = MN_E_FORMAT;
    if (rc == MN_OK) {
        mn_bytes_move(&out->der, &all.der[0]);
        rc = describe(out);
    }
    mn_certificates_free(&all);
    if (rc)
        mn_authority_certificate_release(out);
    return rc;
}

void mn_authority_certificate_release(struct mn_authority_certificate *authority)
{
    mn_bytes_free(&authority->der);
    *authority = (struct mn_authority_certificate){0};
}
