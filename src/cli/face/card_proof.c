#include "cli/face/card_proof.h"

#include <stdio.h>

#include "base/file.h"
#include "card/data_file.h"
#include "cli/message.h"
#include "cli/printable.h"
#include "cli/verb.h"
#include "crypto/digest.h"
#include "crypto/library.h"
#include "crypto/random.h"
#include "crypto/rsa_public_key.h"

/* --- the card's own key --- */

mn_rc mn_card_challenge_ask(struct mn_card *card, struct mn_card_challenge *out)
{
    uint8_t value[MN_HASH_MAX], info[MN_DIGEST_INFO_MAX];
    size_t len = 0;
    *out = (struct mn_card_challenge){0};
    mn_rc rc = mn_random(out->question, sizeof out->question);
    if (rc == MN_OK)
        rc = mn_digest_of(MN_SHA256, mn_span(out->question, sizeof out->question), value);
    if (rc)
        return rc;
    mn_digest_info(MN_SHA256, value, info, &len);
    rc = mn_data_file_prove(card, mn_span(info, len), out->answer);
    out->answered = rc == MN_OK;
    bool declined = rc == MN_E_REFUSED || rc == MN_E_NOT_FOUND || rc == MN_E_NOT_LOGGED_IN ||
                    rc == MN_E_CARD_ANSWER;
    return declined ? MN_OK : rc;
}

/* --- signatures --- */

/* A failure that says nothing of the signature is an error; a key that is no key, or a signature
 * that does not fit, is a finding. */
static mn_rc judge(mn_rc rc, enum mn_proof *out)
{
    *out = rc == MN_OK ? MN_PROOF_GOOD : MN_PROOF_BAD;
    return rc == MN_E_MEMORY || rc == MN_E_CRYPTO ? rc : MN_OK;
}

static mn_rc verify_with(const struct mn_card_key *key, const struct mn_span *parts, size_t count,
                         struct mn_span signature, enum mn_proof *out)
{
    struct mn_bytes info = {0};
    mn_rc rc = mn_rsa_public_key_make(key->modulus, key->exponent, &info);
    if (rc == MN_OK)
        rc = mn_rsa_public_key_verify(mn_bytes_span(&info), parts, count, signature);
    mn_bytes_free(&info);
    return judge(rc, out);
}

/* The certificate's own signature, as far as there is a key to check it with. */
static mn_rc look_at_authority(const struct mn_cv_certificate *certificate,
                               struct mn_span authority, struct mn_card_proof *out)
{
    mn_key_name_text(certificate->subject, out->issuer);
    mn_key_name_text(certificate->authority, out->certifier);
    if (authority.len == 0)
        return MN_OK;
    return judge(mn_rsa_public_key_verify(authority, &certificate->body, 1, certificate->signature),
                 &out->authority);
}

/* A certificate that is not there is no finding; one that is none is. */
static bool read_certificate(struct mn_span file, struct mn_span authority,
                             struct mn_cv_certificate *out, struct mn_card_proof *proof)
{
    bool asked = authority.len > 0;
    *proof = (struct mn_card_proof){.data = MN_PROOF_ABSENT, .card = MN_PROOF_ABSENT};
    proof->authority = asked ? MN_PROOF_ABSENT : MN_PROOF_UNASKED;
    if (file.len == 0)
        return false;
    if (mn_cv_certificate_read(file, out) == MN_OK)
        return true;
    proof->data = MN_PROOF_BAD;
    return false;
}

/* key is the card's, as it was found to be signed with the data. */
static mn_rc look_at_answer(const struct mn_card_key *key,
                            const struct mn_card_challenge *challenge, enum mn_proof *out)
{
    const struct mn_span question = mn_span(challenge->question, sizeof challenge->question);
    *out = MN_PROOF_ABSENT;
    if (!challenge->answered)
        return MN_OK;
    return verify_with(key, &question, 1, mn_span(challenge->answer, sizeof challenge->answer),
                       out);
}

/* --- the text --- */

static bool is_digest_of(struct mn_span digest, struct mn_span data, mn_rc *rc)
{
    uint8_t value[MN_HASH_MAX];
    *rc = mn_digest_of(MN_SHA256, data, value);
    return *rc == MN_OK && mn_span_equal(digest, mn_span(value, mn_hash_len(MN_SHA256)));
}

/* What was read is what the signed digests say. What was not read is not looked at. */
static mn_rc compare_digests(const struct mn_text_evidence *evidence,
                             const struct mn_text_digests *digests, enum mn_proof *out)
{
    struct mn_text_fields fields;
    mn_rc rc = MN_OK;
    bool good = true;
    if (evidence->fields.len > 0)
        good = mn_text_fields_read(evidence->fields, &fields) == MN_OK &&
               is_digest_of(digests->fields, fields.covered, &rc);
    if (good && rc == MN_OK && evidence->number.len > 0)
        good = is_digest_of(digests->number, evidence->number, &rc);
    if (rc == MN_OK && !good)
        *out = MN_PROOF_BAD;
    return rc;
}

static mn_rc look_at_text(const struct mn_text_evidence *evidence, const struct mn_card_key *issuer,
                          enum mn_proof *out)
{
    struct mn_text_digests digests;
    if (evidence->digests.len == 0)
        return MN_OK;
    *out = MN_PROOF_BAD;
    if (mn_text_digests_read(evidence->digests, &digests) != MN_OK)
        return MN_OK;
    mn_rc rc = verify_with(issuer, &digests.covered, 1, digests.signature, out);
    return rc || *out == MN_PROOF_BAD ? rc : compare_digests(evidence, &digests, out);
}

static mn_rc look_at_card_key(struct mn_span file, const struct mn_card_key *issuer,
                              const struct mn_card_challenge *challenge, enum mn_proof *out)
{
    struct mn_text_card_key key;
    if (file.len == 0)
        return MN_OK;
    *out = MN_PROOF_BAD;
    if (mn_text_card_key_read(file, &key) != MN_OK)
        return MN_OK;
    mn_rc rc = verify_with(issuer, &key.covered, 1, key.signature, out);
    return rc || *out == MN_PROOF_BAD ? rc : look_at_answer(&key.key, challenge, out);
}

mn_rc mn_card_proof_of_text(const struct mn_text_evidence *evidence,
                            const struct mn_card_challenge *challenge, struct mn_span authority,
                            struct mn_card_proof *out)
{
    struct mn_cv_certificate certificate;
    if (!read_certificate(evidence->certificate, authority, &certificate, out))
        return MN_OK;
    mn_rc rc = look_at_authority(&certificate, authority, out);
    if (rc == MN_OK)
        rc = look_at_text(evidence, &certificate.key, &out->data);
    return rc ? rc : look_at_card_key(evidence->card_key, &certificate.key, challenge, &out->card);
}

/* --- the face --- */

mn_rc mn_card_proof_of_face(const struct mn_face_fields *face, struct mn_span certificate,
                            const struct mn_card_challenge *challenge, struct mn_span authority,
                            struct mn_card_proof *out)
{
    struct mn_cv_certificate issuer;
    if (!read_certificate(certificate, authority, &issuer, out))
        return MN_OK;
    mn_rc rc = look_at_authority(&issuer, authority, out);
    if (rc == MN_OK)
        rc = verify_with(&issuer.key, face->covered, MN_FACE_PARTS, face->signature, &out->data);
    if (rc)
        return rc;
    /* The card's key is among what was signed: where that is not so, its answer says nothing. */
    if (out->data != MN_PROOF_GOOD)
        return MN_OK;
    return look_at_answer(&face->key, challenge, &out->card);
}

/* --- telling --- */

/* The owner gave a key, and nothing that it signed, or that the certificate signed, was there: who
 * leaves out what proves a card must not pass for one that was proved. */
static bool is_missing(const struct mn_card_proof *proof)
{
    return proof->authority == MN_PROOF_ABSENT ||
           (proof->authority == MN_PROOF_GOOD && proof->data == MN_PROOF_ABSENT);
}

/* The owner wanted to know it of this card, and whether it is a copy stayed open. */
static bool is_unproved(const struct mn_card_proof *proof)
{
    return proof->authority != MN_PROOF_UNASKED && proof->card == MN_PROOF_ABSENT;
}

int mn_card_proof_status(const struct mn_card_proof *proof)
{
    int status = MN_EXIT_OK;
    if (proof->data == MN_PROOF_BAD)
        status = MN_EXIT_CHANGED;
    else if (proof->card == MN_PROOF_BAD)
        status = MN_EXIT_BAD_SIGNATURE;
    else if (proof->authority == MN_PROOF_BAD || is_missing(proof))
        status = MN_EXIT_UNTRUSTED;
    if (status) {
        fprintf(stderr,
                _("mynakey: the card's proof is not in order: do not rely on what it says\n"));
    } else if (is_unproved(proof)) {
        fprintf(stderr, _("mynakey: the card did not answer what only the right card can answer: "
                          "it may be a copy\n"));
        status = MN_EXIT_UNCHECKED;
    }
    return status;
}

static void print_data(const struct mn_card_proof *proof)
{
    if (proof->data == MN_PROOF_GOOD)
        printf(_("  The data are signed by the key in this card's certificate (%s), and were not\n"
                 "  changed since.\n"),
               proof->issuer);
    else if (proof->data == MN_PROOF_BAD)
        printf(_("  FORGED OR DAMAGED: the data are not what was signed. Do not believe them.\n"));
    else
        printf(_("  Signature not checked: the card does not give what it takes.\n"));
}

static void print_card(const struct mn_card_proof *proof)
{
    if (proof->card == MN_PROOF_GOOD)
        printf(_("  The card proved that it has the key that was signed with them: it is no copy\n"
                 "  of another card's data.\n"));
    else if (proof->card == MN_PROOF_BAD)
        printf(_("  A COPY: the card does not have the key that was signed with the data.\n"));
    else
        printf(_("  Whether the card is the one that the data were made for was not checked.\n"));
}

static void print_authority(const struct mn_card_proof *proof)
{
    if (proof->authority == MN_PROOF_GOOD)
        printf(_("  The certificate is signed by the key that you gave (named %s in it).\n"),
               proof->certifier);
    else if (proof->authority == MN_PROOF_BAD)
        printf(_("  NOT SIGNED by the key that you gave: the certificate names the key %s.\n"),
               proof->certifier);
    else if (proof->authority == MN_PROOF_ABSENT)
        printf(_("  The card gives no certificate that your key could be compared with.\n"));
    else if (proof->certifier[0] != '\0')
        printf(_("  Whether that certificate is the government's was not checked: mynakey does\n"
                 "  not know the key that signed it (%s). If you have it: --ca-key FILE.\n"),
               proof->certifier);
}

void mn_card_proof_print(const struct mn_card_proof *proof)
{
    printf(_("Proof\n"));
    print_data(proof);
    print_card(proof);
    print_authority(proof);
}

static const char *word(enum mn_proof proof)
{
    static const char *const words[] = {[MN_PROOF_UNASKED] = "not-checked",
                                        [MN_PROOF_ABSENT] = "absent",
                                        [MN_PROOF_BAD] = "bad",
                                        [MN_PROOF_GOOD] = "good"};
    return words[proof];
}

json_t *mn_card_proof_json(const struct mn_card_proof *proof)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s}", "data", word(proof->data), "card",
                     word(proof->card), "authority", word(proof->authority), "issuer_key",
                     proof->issuer, "authority_key", proof->certifier);
}

/* --- the owner's key --- */

bool mn_card_proof_read_key(const char *path, struct mn_bytes *out)
{
    enum { LONGEST = 1 << 16 };
    struct mn_bytes file = {0};
    mn_rc rc = mn_file_read(path, LONGEST, &file);
    mn_crypto_let_host_configure();
    if (rc == MN_OK)
        rc = mn_crypto_open();
    if (rc == MN_OK) {
        rc = mn_rsa_public_key_read(mn_bytes_span(&file), out);
        mn_crypto_close();
    }
    mn_bytes_free(&file);
    if (rc == MN_E_FORMAT || rc == MN_E_KEY_KIND)
        fprintf(stderr,
                _("mynakey: '%s' is no RSA public key of 2048 to 4096 bits in PEM or DER\n"),
                mn_printable(path));
    else if (rc)
        fprintf(stderr, "mynakey: %s: %s\n", mn_printable(path), mn_message_rc(rc));
    return rc == MN_OK;
}
