#!/usr/bin/env bash
# `mynakey show`: certificates in words and in files; a PIN for the signing certificate alone.
set -euo pipefail
. "$(dirname "$0")/world.sh"
export LC_ALL=C.UTF-8 TZ=Asia/Tokyo

show_is() { # EXIT STATUS WORD... (the signing password is on standard input)
    local status=0
    setsid --wait "$MYNAKEY" show "${@:2}" >said 2>&1 <<<"$SIGN_PIN" || status=$?
    cat said
    same "exit status" "$1" "$status"
}

with_verifies() { # COUNT COMMAND...
    local before
    before=$(verifies)
    "${@:2}"
    same "VERIFY commands" "$1" "$(($(verifies) - before))"
}

row() { # LABEL VALUE
    grep -E "^  $1 +" said | grep -F -- "$2"
}

subject_field() { # CERTIFICATE -serial|...
    openssl x509 -inform DER -in "$1" -noout "$2" | sed 's/^[^=]*=//'
}

# What OpenSSL tells of the certificate is what is shown: matches CERTIFICATE
matches() {
    local fingerprint
    row "Serial number" "$(subject_field "$1" -serial)"
    row "Valid until" "$(date -d "$(subject_field "$1" -enddate)" "+%Y-%m-%d %H:%M:%S JST")"
    row "Valid from" "$(date -d "$(subject_field "$1" -startdate)" "+%Y-%m-%d %H:%M:%S JST")"
    fingerprint=$(openssl x509 -inform DER -in "$1" -noout -fingerprint -sha256 | sed 's/^[^=]*=//')
    grep -F "SHA-256" said | grep -F "${fingerprint:0:47}"
    grep -xE " +${fingerprint:48}" said
    fingerprint=$(openssl x509 -inform DER -in "$1" -noout -fingerprint -sha1 | sed 's/^[^=]*=//')
    grep -F "SHA-1 " said | grep -F "${fingerprint:0:47}"
}

auth_is_shown_without_a_pin() {
    with_verifies 0 show_is 0 auth
    matches "$PKI/auth.der"
    row "Issued to" "C=JP, CN=997794E9AGCIEG13221003A"
    must_fail grep -E "^  (Name|Address)" said
}

a_ca_says_whether_it_is_a_published_one() {
    with_verifies 0 show_is 0 sign-ca
    matches "$PKI/sign-ca.der"
    grep -F "none of those that JPKI has published" said
    grep -F "https://www.jpki.go.jp/ca/ca_rules3.html" said
    with_verifies 0 show_is 0 auth-ca
    matches "$PKI/auth-ca.der"
    grep -F "https://www.jpki.go.jp/ca/ca_rules4.html" said
}

sign_is_shown_for_its_password() {
    with_verifies 1 show_is 0 sign --pin-file -
    grep -F "shows it only after the signing password" said
    matches "$PKI/sign.der"
    row Name "黒桐　幹也"
    row Address "東京都清瀬市観布子南１２－７－２０２"
    row "Date of birth" "1980-02-17 (昭和 55)"
    row Sex male
    must_fail grep "stands for another" said
}

a_wrong_password_is_sent_once() {
    local status=0 before
    before=$(verifies)
    "$MYNAKEY" show sign --pin-file - >said 2>&1 <<<WRONG1 || status=$?
    cat said
    same "exit status" 1 "$status"
    same "VERIFY commands" 1 "$(($(verifies) - before))"
    grep "4 of 5 tries are left" said
    with_verifies 1 show_is 0 sign --pin-file - # gives them back
}

without_a_terminal_nothing_is_asked() {
    with_verifies 0 show_is 1 sign
    grep -F -- "--pin-file" said
}

a_copy_is_shown_without_a_password() {
    "$MYNAKEY" remember --yes --pin-file - <<<"$SIGN_PIN"
    with_verifies 0 show_is 0 sign
    grep -F "(the copy that is kept here)" said
    row Name "黒桐　幹也"
    with_verifies 1 show_is 0 sign --fresh --pin-file -
    must_fail grep -F "(the copy" said
    "$MYNAKEY" forget
}

the_detailed_view_has_every_extension() {
    show_is 0 sign --detail --pin-file -
    for oid in 2.5.29.15 2.5.29.17 2.5.29.32 2.5.29.18 2.5.29.31 2.5.29.35 2.5.29.14; do
        grep -F " $oid]" said
    done
    grep -F "Key usage [keyUsage 2.5.29.15], critical" said
    grep -F "1.2.392.200149.8.5.1.0.20 (JPKI, testing: signing certificate)" said
    grep -F "Its rules: http://www.jpki.invalid/cps.html" said
    grep -F "Date of birth: 319800217 [1.2.392.200149.8.5.5.4]" said
    grep -F "O=公的個人認証サービス試験用" said
    grep -F "CN=Kiyose-shi CRLDP" said
    row "Public key" "RSA 2048"
    row "Signed by its issuer with" sha256WithRSAEncryption
}

an_unknown_extension_is_shown_by_its_bytes() {
    openssl req -x509 -newkey rsa:2048 -nodes -keyout k.pem -out odd.pem -days 9 -subj "/CN=odd" \
        -addext 1.2.3.4.5=critical,DER:040201FF 2>/dev/null
    show_is 0 odd.pem --detail
    grep -F "Unknown extension [1.2.3.4.5], critical" said
    grep -xF "    04:02:01:FF" said
}

programs_get_all_of_it() {
    show_is 0 auth --json --detail
    python3 - said "$system/../../docs/owner.md" "$(subject_field "$PKI/auth.der" -serial)" <<'END'
import json, sys
shown = json.load(open(sys.argv[1]))
assert shown["serial"] == sys.argv[3] and shown["certificate"] == "auth", shown
usage = next(e for e in shown["extensions"] if e["name"] == "extKeyUsage")
assert [l["text"] for l in usage["lines"]] == ["clientAuth"], usage
END
    "$MYNAKEY" show sign --json --detail --pin-file - <<<"$SIGN_PIN" >said 2>/dev/null
    "$MYNAKEY" show sign-ca --json >ca
    python3 - "$system/../../docs/owner.md" said ca <<'END'
import json, sys
def keys(value):
    if isinstance(value, dict):
        for key, below in value.items():
            yield key
            yield from keys(below)
    elif isinstance(value, list):
        for one in value:
            yield from keys(one)
page, sign, ca = open(sys.argv[1]).read(), *(json.load(open(f)) for f in sys.argv[2:])
assert sign["holder"] == {"name": "黒桐　幹也", "name_substitutes": "00000", "birth_date": "1980-02-17", "sex": "male",
    "address": "東京都清瀬市観布子南１２－７－２０２", "address_substitutes": "0" * 18}, sign["holder"]
assert ca["published"] is False and ca["compare_at"].startswith("https://www.jpki.go.jp/"), ca
missing = {k for k in [*keys(sign), *keys(ca)] if f"`{k}`" not in page}
assert not missing, missing
END
}

it_is_written_to_files() {
    show_is 0 auth --out a.cer
    cmp a.cer "$PKI/auth.der"
    show_is 0 auth --out a.pem
    cmp <(openssl x509 -in a.pem -outform DER) "$PKI/auth.der"
    show_is 0 auth --out a.txt
    cat a.txt
    grep -F "CN=997794E9AGCIEG13221003A" a.txt
    same "mode" 644 "$(stat -c %a a.cer)"
}

what_is_personal_is_for_its_owner_alone() {
    for form in cer pem txt; do
        show_is 0 sign --pin-file - --out "s.$form"
        same "mode of .$form" 600 "$(stat -c %a "s.$form")"
    done
    cmp s.cer "$PKI/sign.der"
    grep -F "黒桐　幹也" s.txt
}

no_file_is_replaced_unasked() {
    echo mine >taken.cer
    with_verifies 0 show_is 1 sign --pin-file - --out taken.cer
    grep -F -- "--force" said
    same content mine "$(cat taken.cer)"
    show_is 0 sign --pin-file - --out taken.cer --force
    cmp taken.cer "$PKI/sign.der"
    same mode 600 "$(stat -c %a taken.cer)"
    with_verifies 0 show_is 2 sign --pin-file - --out name.doc
    [ ! -e name.doc ]
}

a_file_is_shown_in_any_form() {
    with_verifies 0 show_is 0 "$PKI/sign.pem"
    row Name "黒桐　幹也"
    openssl crl2pkcs7 -nocrl -certfile "$PKI/auth.pem" -outform DER -out chain.p7b
    show_is 0 chain.p7b
    matches "$PKI/auth.der"
    show_is 1 /dev/null
    show_is 1 none.cer
    grep "none.cer" said
    show_is 2
    show_is 2 auth more
}

a_software_certificate_is_shown_by_number_or_name() {
    show_is 1 soft
    openssl req -x509 -newkey rsa:2048 -nodes -keyout k.pem -out c.pem -days 9 -subj "/CN=Employee" 2>/dev/null
    openssl pkcs12 -export -inkey k.pem -in c.pem -out e.pfx -passout pass:kiyoi
    "$MYNAKEY" soft add e.pfx --passphrase-file - <<<kiyoi
    for which in "" 1 Employee; do
        # shellcheck disable=SC2086 # it may be none
        show_is 0 soft $which
        grep -F "Software certificate 1: Employee" said
        row "Issued to" "CN=Employee"
    done
    show_is 1 soft Nobody
    "$MYNAKEY" soft remove 1
}

it_speaks_japanese() {
    speak_japanese
    show_is 0 sign --detail --pin-file -
    grep -xF "署名用電子証明書" said
    row 氏名 "黒桐　幹也"
    row 生年月日 "1980年2月17日（昭和55年）"
    row 性別 男
    grep -F "鍵の用途 [keyUsage 2.5.29.15]、クリティカル" said
    grep -F "nonRepudiation（本人の意思を示す署名（否認防止））" said
    must_fail grep -E "Valid|Issued|Unknown|stands|fingerprint" said
}

substitute_characters_are_told() {
    show_is 0 sign --pin-file -
    row Name "高崎　花子"
    grep -F "(character 2, '崎', stands for another one: the card's face has it)" said
    grep -F "(character 7, '辻'," said
    grep -F "(character 8, '堂'," said
    row "Date of birth" "2001-02-03 (平成 13)"
    row Sex female
}

absence_is_told() {
    with_verifies 0 show_is 1 sign --pin-file -
    with_verifies 0 show_is 3 auth --reader "no such reader"
}

no_card_is_told() {
    with_verifies 0 show_is 3 auth
}

a_phone_keeps_its_certificate() {
    with_verifies 0 show_is 1 auth
    grep "only after its PIN" said
}

meet() { # PERSONA
    case $1 in
    fresh)
        check auth_is_shown_without_a_pin
        check a_ca_says_whether_it_is_a_published_one
        check sign_is_shown_for_its_password
        check a_wrong_password_is_sent_once
        check without_a_terminal_nothing_is_asked
        check a_copy_is_shown_without_a_password
        check the_detailed_view_has_every_extension
        check an_unknown_extension_is_shown_by_its_bytes
        check programs_get_all_of_it
        check it_is_written_to_files
        check what_is_personal_is_for_its_owner_alone
        check no_file_is_replaced_unasked
        check a_file_is_shown_in_any_form
        check a_software_certificate_is_shown_by_number_or_name
        check it_speaks_japanese
        ;;
    substituted) check substitute_characters_are_told ;;
    no-sign-certificate) check absence_is_told ;;
    foreign) check no_card_is_told ;;
    phone) check a_phone_keeps_its_certificate ;;
    esac
}

if [ -n "${WORLD-}" ]; then
    cd "$TMPDIR"
    meet "$1"
    finish
fi
must_be_possible
for persona in fresh substituted no-sign-certificate foreign phone; do
    echo "# persona $persona"
    relay "$with_card" --persona "$persona" -- "$0" "$persona"
done
finish
