#include "cli/authority/fault_words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The words go to people whose language nobody knows, so both are sent, whatever the locale of who
 * sends them. */
struct words {
    const char *japanese, *english;
};

#define FAULT(code, japanese, english) [code] = {japanese, english}

static const struct words faults_words[MN_FAULTS] = {
    FAULT(MN_FAULT_CERTIFICATE,
          "証明書（.cer）を読むことができません。ファイルが壊れているか、証明書ではありません。",
          "The certificate (.cer) cannot be read: the file is damaged or is no certificate."),
    FAULT(MN_FAULT_SIGNATURE_FILE,
          "署名（.mnsgn）を読むことができません。ファイルが壊れているか、署名ではありません。",
          "The signature (.mnsgn) cannot be read: the file is damaged or is no signature."),
    FAULT(MN_FAULT_SIGNERS, "署名（.mnsgn）に署名者が複数います。カードの署名だけが必要です。",
          "More than one has signed; only the card's signature is wanted."),
    FAULT(MN_FAULT_OTHER_CONTENT,
          "署名（.mnsgn）は、この証明書（.cer）に対するものではありません。"
          "同時に作られた二つのファイルを送ってください。",
          "The signature (.mnsgn) is not for this certificate (.cer). Send the two files that were "
          "made together."),
    FAULT(MN_FAULT_SIGNATURE, "署名（.mnsgn）が正しくありません。",
          "The signature (.mnsgn) is not correct."),
    FAULT(
        MN_FAULT_SIGNING_TIME,
        "署名の日時がないか、未来の日時です。パソコンの時計を確かめて、もう一度発行してください。",
        "The time of signing is missing or in the future. Check your computer's clock and issue "
        "again."),
    FAULT(MN_FAULT_CARD_UNTRUSTED,
          "署名した電子証明書が、公的個人認証サービス（JPKI）の発行したものと確認できません。",
          "The signer's certificate could not be traced to Japan's public certification service "
          "(JPKI)."),
    FAULT(MN_FAULT_CARD_PERIOD,
          "カードの署名用電子証明書の有効期間が終わっています（または始まっていません）。"
          "市区町村の窓口で更新してください。",
          "The signing certificate of the card has expired (or was not valid yet). The municipal "
          "office renews it."),
    FAULT(MN_FAULT_CARD_REVOKED,
          "カードの署名用電子証明書は失効しています。市区町村の窓口で新しいものを受け取ってください"
          "。",
          "The signing certificate of the card has been revoked. The municipal office issues a new "
          "one."),
    FAULT(MN_FAULT_CARD_UNKNOWN,
          "カードの署名用電子証明書が失効していないことを、失効リストで確認できません。",
          "The list of revocations does not tell whether the card's certificate has been revoked."),
    FAULT(MN_FAULT_CARD_HOLDER,
          "署名した電子証明書に氏名と住所がありません。署名用電子証明書で署名してください。",
          "The signer's certificate has no name and address. Sign with the card's signing "
          "certificate."),
    FAULT(MN_FAULT_NAME, "証明書の氏名が、カードの氏名と一致しません。",
          "The name in the certificate is not the name on the card."),
    FAULT(MN_FAULT_ADDRESS, "証明書の住所が、カードの住所と一致しません。",
          "The address in the certificate is not the address on the card."),
    FAULT(MN_FAULT_BIRTH_YEAR, "証明書の生年が、カードの生年と一致しません。",
          "The year of birth in the certificate is not the one on the card."),
    FAULT(MN_FAULT_MORE,
          "証明書に、氏名・住所・生年・メールアドレス以外の、確認できない記載があります。",
          "The certificate says more than name, address, year of birth and mail address, which "
          "cannot be checked."),
    FAULT(MN_FAULT_POSSESSION, "証明書が、その証明書自身の鍵で署名されていません。",
          "The certificate is not signed with its own key."),
    FAULT(MN_FAULT_KEY,
          "証明書の鍵が弱すぎるか、使えない種類です。RSA 2048ビット以上、またはP-256、P-384、"
          "P-521が必要です。",
          "The key of the certificate is too weak, or of a kind that is not used. RSA of 2048 bits "
          "or more, P-256, P-384 or P-521 is needed."),
    FAULT(MN_FAULT_PERIOD, "証明書の有効期間が終わっています（または始まっていません）。",
          "The certificate has expired (or is not valid yet)."),
    FAULT(MN_FAULT_REGISTERED, "この証明書は、すでに登録されています（番号 %" PRId64 "）。",
          "This certificate is registered already (number %" PRId64 ")."),
    FAULT(MN_FAULT_KEY_REGISTERED,
          "この鍵は、別の証明書の鍵として登録されています（番号 %" PRId64
          "）。新しい鍵で発行してください。",
          "This key is registered with another certificate (number %" PRId64
          "). Issue again with a new key."),
};

static const struct words gap_words[MN_GAPS] = {
    FAULT(MN_GAP_CERTIFICATE, "証明書（.cer）がありません。", "There is no certificate (.cer)."),
    FAULT(MN_GAP_SIGNATURE, "カードの署名（.mnsgn）がありません。",
          "There is no signature of the card (.mnsgn)."),
    FAULT(MN_GAP_AMBIGUOUS, "一通に証明書または署名が複数あります。一通に一組だけ送ってください。",
          "There are several certificates or signatures in one mail. Send one of each."),
    FAULT(MN_GAP_OTHER_OWNER, "前の証明書の持ち主とは別の方のカードで署名されています。",
          "It is signed with the card of another person than the owner of the earlier "
          "certificate."),
};

const char *mn_gap_name(enum mn_request_gap gap)
{
    static const char *const names[MN_GAPS] = {
        [MN_GAP_NONE] = "none",
        [MN_GAP_CERTIFICATE] = "no-certificate",
        [MN_GAP_SIGNATURE] = "no-signature",
        [MN_GAP_AMBIGUOUS] = "ambiguous",
        [MN_GAP_OTHER_OWNER] = "other-owner",
    };

    return names[gap];
}

static mn_rc add(struct mn_bytes *text, const char *words)
{
    return mn_bytes_append(text, mn_span(words, strlen(words)));
}

/* The number goes where a sentence has a place for it. */
static mn_rc add_sentence(struct mn_bytes *text, const char *sentence, int64_t number)
{
    const char *place = strstr(sentence, "%" PRId64);
    char digits[24];
    mn_rc rc = add(text, "- ");

    if (rc == MN_OK && place) {
        snprintf(digits, sizeof digits, "%" PRId64, number);
        rc = mn_bytes_append(text, mn_span(sentence, (size_t)(place - sentence)));
        if (rc == MN_OK)
            rc = add(text, digits);
        sentence = place + strlen("%" PRId64);
    }
    if (rc == MN_OK)
        rc = add(text, sentence);
    return rc == MN_OK ? add(text, "\n") : rc;
}

static mn_rc add_language(enum mn_request_gap gap, uint32_t faults, int64_t registered,
                          bool japanese, struct mn_bytes *text)
{
    const struct words *words = &gap_words[gap];
    mn_rc rc = MN_OK;

    if (gap != MN_GAP_NONE)
        rc = add_sentence(text, japanese ? words->japanese : words->english, 0);
    for (int i = 0; i < MN_FAULTS && rc == MN_OK; i++) {
        words = &faults_words[i];
        if (faults & UINT32_C(1) << i)
            rc = add_sentence(text, japanese ? words->japanese : words->english, registered);
    }
    return rc;
}

mn_rc mn_fault_words(enum mn_request_gap gap, uint32_t faults, int64_t registered,
                     struct mn_bytes *text)
{
    mn_rc rc = add_language(gap, faults, registered, true, text);

    if (rc == MN_OK)
        rc = add(text, "\n");
    return rc == MN_OK ? add_language(gap, faults, registered, false, text) : rc;
}
