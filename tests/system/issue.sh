#!/usr/bin/env bash
# `mynakey issue` and `mynakey renew`: a certificate in files, signed by the card, and judged by programs
# that know nothing of ours.
set -euo pipefail
. "$(dirname "$0")/issuing.sh"

# --- what it makes ---------------------------------------------------------------------------------

one_password_makes_three_files() { # FOLDER OPTION...
    enter "$1"
    with_verifies 1 issue 0 --no-add "${@:2}"
    same "files" "MyNumCert.cer MyNumCert.mnsgn MyNumCert.pfx" "$(find . -type f -printf '%f\n' | sort | xargs)"
    same "mode of the .pfx" 600 "$(stat -c %a MyNumCert.pfx)"
}

the_certificate_has_the_cards_name_and_address() { # FOLDER
    cd "$TMPDIR/$1"
    openssl x509 -inform DER -in MyNumCert.cer -noout -subject -nameopt utf8,sep_multiline,lname >subject
    cat subject
    grep -x " *commonName=黒桐　幹也" subject
    grep "東京都清瀬市観布子南１２－７－２０２" subject
    openssl x509 -inform DER -in MyNumCert.cer -noout -text >text
    grep -F "Version: 3" text
}

hex() {
    od -An -v -tx1 | tr -d ' \n'
}

# In no spelling: not the card's field, nor the date in any form, nor their object identifiers.
sex_and_birth_are_nowhere_in_the_certificate() { # FOLDER
    local bytes field
    bytes=$(hex <"$TMPDIR/$1/MyNumCert.cer")
    for field in 319800217 19800217 800217 550217; do
        must_fail grep -F "$(printf %s "$field" | hex)" <<<"$bytes"
    done
    # 1.2.392.200149.8.5.5: none of the card's own fields was copied whole.
    must_fail grep -F 2a83088c9b55080505 <<<"$bytes"
}

openssl_accepts_the_certificate() { # FOLDER
    cd "$TMPDIR/$1"
    openssl x509 -inform DER -in MyNumCert.cer -out MyNumCert.pem
    openssl verify -CAfile MyNumCert.pem MyNumCert.pem
    openssl verify -x509_strict -CAfile MyNumCert.pem -purpose smimesign MyNumCert.pem
    openssl verify -x509_strict -CAfile MyNumCert.pem -purpose sslclient MyNumCert.pem
}

openssl_accepts_the_cards_signature() { # FOLDER
    cd "$TMPDIR/$1"
    openssl cms -verify -binary -inform DER -in MyNumCert.mnsgn -content MyNumCert.cer \
        -CAfile "$PKI/sign-ca.pem" -out verified.cer 2>said-by-openssl || { cat said-by-openssl && false; }
    cmp MyNumCert.cer verified.cer
    openssl cms -cmsout -print -inform DER -in MyNumCert.mnsgn -out printed
    grep -E "object: id-smime-aa-signingCertificateV2" printed
    grep -E "object: signingTime" printed
    grep -E "object: messageDigest" printed
    same "certificates inside" 2 "$(grep -c "d.certificate:" printed)"
}

another_certificate_does_not_fit_the_signature() { # FOLDER
    cd "$TMPDIR/$1"
    cp MyNumCert.cer other.cer
    printf '\1' | dd of=other.cer bs=1 seek=200 conv=notrunc status=none
    must_fail openssl cms -verify -binary -inform DER -in MyNumCert.mnsgn -content other.cer \
        -CAfile "$PKI/sign-ca.pem" -out /dev/null
}

openssl_opens_the_key_file() { # FOLDER
    cd "$TMPDIR/$1"
    openssl pkcs12 -info -in MyNumCert.pfx -passin "pass:$passphrase" -nodes -out all.pem 2>info
    cat info
    local iterations=${MYNAKEY_PKCS12_ITERATIONS:-'[0-9]{6,}'}
    grep -E "PBES2, PBKDF2, AES-256-CBC, Iteration $iterations, PRF hmacWithSHA256" info
    same "the key's and the certificate's public key" \
        "$(openssl x509 -inform DER -in MyNumCert.cer -noout -pubkey)" "$(openssl pkey -in all.pem -pubout)"
    must_fail openssl pkcs12 -in MyNumCert.pfx -passin pass:wrong -nodes -out /dev/null
}

nss_imports_the_key_file() { # FOLDER
    cd "$TMPDIR/$1"
    mkdir nss
    certutil -N -d sql:nss --empty-password
    pk12util -l MyNumCert.pfx -W "$passphrase" >listed
    grep -c "^Certificate" listed
    pk12util -i MyNumCert.pfx -W "$passphrase" -d sql:nss
    certutil -K -d sql:nss >keys
    cat keys
    same "keys" 1 "$(grep -c '^<' keys)"
}

the_key_is() { # FOLDER PATTERN
    openssl x509 -inform DER -in "$TMPDIR/$1/MyNumCert.cer" -noout -text >"$TMPDIR/text"
    grep -E "$2" "$TMPDIR/text"
}

it_is_valid_for_two_years() { # FOLDER
    local from to
    from=$(openssl x509 -inform DER -in "$TMPDIR/$1/MyNumCert.cer" -noout -startdate)
    to=$(openssl x509 -inform DER -in "$TMPDIR/$1/MyNumCert.cer" -noout -enddate)
    local years=$(($(date -ud "${to#*=}" +%Y) - $(date -ud "${from#*=}" +%Y)))
    same "years" 2 "$years"
}

the_year_of_birth_is_there_when_asked_for() {
    enter birth-year
    issue 0 --no-add --key p256 --with-birth-year
    hex <MyNumCert.cer | grep -F "$(printf 1980 | hex)"
    sex_and_birth_are_nowhere_in_the_certificate birth-year
}

without_asking_the_year_of_birth_is_not_there() { # FOLDER
    must_fail grep -F "$(printf 1980 | hex)" <<<"$(hex <"$TMPDIR/$1/MyNumCert.cer")"
}

the_site_is_in_the_certificate() {
    enter site
    issue 0 --no-add --key p256 --site https://validity.example.jp/ors
    openssl x509 -inform DER -in MyNumCert.cer -noout -text >text
    grep -F "https://validity.example.jp/ors" text
}

other_names_are_taken() {
    enter names
    issue 0 --no-add --key p256 --out 証明書
    same "files" 3 "$(find . -name '証明書.*' | wc -l)"
    mkdir folder
    issue 0 --no-add --key p256 --out folder/name
    [ -e folder/name.pfx ]
}

both_secrets_may_come_from_standard_input() {
    enter standard-input
    printf '%s\n' "$SIGN_PIN" "$passphrase" |
        "$MYNAKEY" issue --no-add --yes --key p256 --pin-file - --passphrase-file - \
            --anchor "$PKI/sign-ca.pem"
    openssl pkcs12 -in MyNumCert.pfx -passin "pass:$passphrase" -nodes -out /dev/null
}

what_is_put_in_is_shown() {
    enter shown
    issue 0 --no-add --key p256
    said "黒桐　幹也"
    said "東京都清瀬市観布子南１２－７－２０２"
    must_fail said 1980
    must_fail said "$SIGN_PIN"
    must_fail said "$passphrase"
}

# --- what it refuses -------------------------------------------------------------------------------

a_wrong_password_is_sent_once() {
    enter wrong-password
    SIGN_PIN=WRONG1 refuses 1 1 "one try was used"
    said "4 of 5 tries are left"
}

a_password_of_the_wrong_shape_is_not_sent() {
    enter wrong-shape
    SIGN_PIN=ABC refuses 1 0 "no try was used"
}

# Before the password is sent, unless the reason is the card's own.
a_weak_passphrase_is_refused() { # VERIFIES PASSPHRASE REASON
    enter weak
    passphrase=$2 refuses 1 "$1" "$3"
    said "--generate-passphrase"
}

a_passphrase_that_cannot_be_read_is_told_before_the_password() {
    enter unreadable
    refuses 1 0 "cannot be read" --passphrase-file "$TMPDIR/no-such-file"
}

a_passphrase_may_come_from_a_pipe() {
    enter pipe
    with_verifies 1 issue 0 --no-add --key p256 --passphrase-file <(echo "$passphrase")
    openssl pkcs12 -in MyNumCert.pfx -passin "pass:$passphrase" -noout
}

without_a_terminal_for_the_passphrase_no_password_is_sent() {
    enter no-terminal
    printf '%s\n' "$SIGN_PIN" >"$TMPDIR/pin"
    with_verifies 0 must_fail setsid --wait "$MYNAKEY" issue --no-add --yes --pin-file "$TMPDIR/pin" \
        --anchor "$PKI/sign-ca.pem" </dev/null >"$TMPDIR/said" 2>&1
    said "--passphrase-file"
    nothing_is_here
}

nothing_is_made_unless_it_is_confirmed() {
    enter unconfirmed
    local status=0 before
    before=$(verifies)
    printf '%s\n' "$SIGN_PIN" >"$TMPDIR/pin"
    setsid "$MYNAKEY" issue --no-add --pin-file "$TMPDIR/pin" --passphrase-file "$TMPDIR/passphrase" \
        --anchor "$PKI/sign-ca.pem" </dev/null >"$TMPDIR/said" 2>&1 || status=$?
    cat "$TMPDIR/said"
    same "exit status" 1 "$status"
    said "--yes"
    same "VERIFY commands" "$before" "$(verifies)"
    nothing_is_here
}

# At a terminal, the questions answered: at_terminal STATUS [QUESTION ANSWER]... -- OPTION...
at_terminal() {
    local status=0 words=("${@:2}") place=0
    while [ "${words[place]}" != -- ]; do place=$((place + 1)); done
    "$system/at-terminal.py" "${words[@]::place}" -- "$MYNAKEY" issue --no-add --key p256 \
        --anchor "$PKI/sign-ca.pem" "${words[@]:place+1}" >"$TMPDIR/said" || status=$?
    cat "$TMPDIR/said"
    same "exit status" "$1" "$status"
}

a_no_at_the_terminal_makes_nothing() {
    enter no
    at_terminal 1 "Signing password: " "$SIGN_PIN" "Issue it?" no --
    said "黒桐　幹也"
    nothing_is_here
}

a_terminal_is_asked_for_one_password_and_two_passphrases() {
    enter terminal
    with_verifies 1 at_terminal 0 "Signing password: " "$SIGN_PIN" "Issue it?" yes \
        "Passphrase for the .pfx file: " "$passphrase" "once more: " "$passphrase" --
    must_fail said "$SIGN_PIN"
    must_fail said "$passphrase"
    openssl pkcs12 -in MyNumCert.pfx -passin "pass:$passphrase" -nodes -out /dev/null
}

a_weak_passphrase_at_the_terminal_is_asked_for_again() {
    enter again
    at_terminal 0 "Signing password: " "$SIGN_PIN" "Issue it?" yes \
        "Passphrase for the .pfx file: " password2026 "once more: " password2026 \
        "Passphrase for the .pfx file: " "$passphrase" "once more: " "$passphrase" --
    said "everybody tries first"
    openssl pkcs12 -in MyNumCert.pfx -passin "pass:$passphrase" -nodes -out /dev/null
}

two_different_passphrases_make_nothing() {
    enter different
    at_terminal 1 "Signing password: " "$SIGN_PIN" "Issue it?" yes \
        "Passphrase for the .pfx file: " "$passphrase" "once more: " "$passphrase." --
    nothing_is_here
}

# The names are looked at before the password is asked for.
a_file_that_is_there_is_not_overwritten() { # ENDING
    enter "there-$1"
    echo old >"MyNumCert.$1"
    with_verifies 0 issue 1 --no-add --key p256
    said "MyNumCert.$1"
    said "--force"
    same "files here" "MyNumCert.$1" "$(ls -A)"
    same "content" old "$(cat "MyNumCert.$1")"
}

force_moves_old_files_to_dated_names() {
    enter force
    echo old >MyNumCert.pfx
    issue 0 --no-add --key p256 --force
    same "files here" 4 "$(find . -type f | wc -l)"
    same "content" old "$(cat MyNumCert-20*.pfx)"
    said "$(echo MyNumCert-20*.pfx)"
    openssl pkcs12 -in MyNumCert.pfx -passin "pass:$passphrase" -nodes -out /dev/null
}

a_folder_that_is_not_there_is_told_first() {
    enter no-folder
    with_verifies 0 issue 1 --no-add --out none/MyNumCert
    nothing_is_here
}

a_full_disk_leaves_nothing() { # BYTES
    enter "disk-$1"
    mount -t tmpfs -o "size=$1" mynakey .
    cd .
    cd "$TMPDIR/disk-$1"
    issue 1 --no-add --key p256
    said "no room left"
    nothing_is_here
    cd ..
    umount "disk-$1"
}

words_that_make_no_sense_are_refused_before_the_card() { # OPTION...
    enter words
    with_verifies 0 issue 2 --no-add "$@"
    nothing_is_here
}

a_card_of_unknown_origin_is_refused() {
    enter unknown-origin
    local status=0
    printf '%s\n' "$SIGN_PIN" >"$TMPDIR/pin"
    printf '%s\n' "$passphrase" >"$TMPDIR/passphrase"
    "$MYNAKEY" issue --no-add --yes --pin-file "$TMPDIR/pin" --passphrase-file "$TMPDIR/passphrase" \
        >"$TMPDIR/said" 2>&1 || status=$?
    cat "$TMPDIR/said"
    same "exit status" 1 "$status"
    # So that its owner can compare.
    said "$(openssl x509 -in "$PKI/sign-ca.pem" -noout -fingerprint -sha256 | sed 's/.*=//')"
    nothing_is_here
}

another_anchor_does_not_help() {
    enter another-anchor
    refuses 1 1 "" --anchor "$PKI/auth-ca.pem"
}

an_anchor_that_is_no_certificate_is_told_before_the_password() {
    enter no-anchor
    refuses 1 0 "" --anchor "$TMPDIR/none.pem"
    echo nonsense >"$TMPDIR/nonsense.pem"
    refuses 1 0 "" --anchor "$TMPDIR/nonsense.pem"
}

# --- the message -----------------------------------------------------------------------------------

a_message_has_certificate_and_signature_and_never_the_key() {
    enter mail
    EMAIL=mikiya@example.jp issue 0 --no-add --key p256 --mail office@example.jp
    python3 - <<'END'
import email, email.policy
raw = open("MyNumCert.eml", "rb").read()
assert raw.isascii() and all(len(line) <= 998 for line in raw.split(b"\r\n")) and b"\n" not in raw.replace(b"\r\n", b"")
message = email.message_from_bytes(raw, policy=email.policy.default)
assert not message.defects, message.defects
assert message["Subject"] == "MyNumSignの証明書発行希望", message["Subject"]
assert message["To"] == "office@example.jp" and message["From"] == "mikiya@example.jp"
assert message["Date"].datetime
parts = list(message.walk())
assert not any(part.defects for part in parts)
attached = {part.get_filename(): part.get_content() for part in message.iter_attachments()}
assert set(attached) == {"MyNumCert.cer", "MyNumCert.mnsgn"}, attached.keys()
for name, content in attached.items():
    assert content == open(name, "rb").read(), name
assert open("MyNumCert.pfx", "rb").read()[:64] not in raw
assert "証明書" in message.get_body().get_content()
END
}

a_japanese_name_is_attached_under_its_name() {
    enter mail-ja
    issue 0 --no-add --key p256 --out 証明書 --mail office@example.jp
    python3 - <<'END'
import email, email.policy
message = email.message_from_bytes(open("証明書.eml", "rb").read(), policy=email.policy.default)
names = {part.get_filename() for part in message.iter_attachments()}
assert names == {"証明書.cer", "証明書.mnsgn"}, names
assert "From" not in message
END
}

# --- passphrases made for the owner ----------------------------------------------------------------

a_passphrase_can_be_made() {
    enter generate
    with_verifies 0 "$MYNAKEY" issue --generate-passphrase >made 2>bits
    grep -xE '([0-9a-hjkmnp-tv-z]{5}-){4}[0-9a-hjkmnp-tv-z]{5}' made
    grep "125 bits" bits
    passphrase=$(cat made) issue 0 --no-add --key p256
}

# --- in Japanese -----------------------------------------------------------------------------------

it_speaks_japanese() {
    enter japanese
    speak_japanese
    issue 0 --no-add --key p256
    said "  氏名      黒桐　幹也"
    said "  住所      東京都清瀬市観布子南１２－７－２０２"
    enter japanese-refused
    passphrase=password2026 refuses 1 0 "最初に試される"
}

# --- the token it becomes --------------------------------------------------------------------------

soft_tool() {
    pkcs11-tool --module "$MODULE" --token-label MyNumCert --login --pin "$passphrase" "$@"
}

it_is_a_token_at_once() {
    enter token
    issue 0
    said "It is a token now"
    letter letter.txt
    soft_tool --list-objects --type privkey
    soft_tool --sign --mechanism SHA256-RSA-PKCS --input-file letter.txt --output-file letter.sig
    openssl x509 -inform DER -in MyNumCert.cer -noout -pubkey >pub
    signature_fits pub letter.txt letter.sig
}

the_next_takes_its_place_and_the_old_key_stays_a_token() {
    cd "$TMPDIR/token"
    renew 0
    "$MYNAKEY" soft list >listed
    cat listed
    grep -F "$PWD/MyNumCert.pfx" listed
    grep -F "$PWD/$(echo MyNumCert-20*.pfx)" listed
    same "entries" 2 "$(grep -c "^Software certificate" listed)"
    # Who names the token by its label gets the new key.
    openssl x509 -inform DER -in MyNumCert.cer -noout -pubkey >pub
    soft_tool --sign --mechanism SHA256-RSA-PKCS --input-file letter.txt --output-file letter.sig
    signature_fits pub letter.txt letter.sig
}

a_shelf_that_cannot_be_written_leaves_the_files_and_says_so() {
    enter no-shelf
    XDG_DATA_HOME=/proc/none issue 1 --key p256
    said "mynakey soft add MyNumCert.pfx"
    same "files" 3 "$(find . -type f | wc -l)"
}

# --- renewing --------------------------------------------------------------------------------------

# renew STATUS OPTION...: as issue.
renew() {
    local status=0
    printf '%s\n' "$SIGN_PIN" >"$TMPDIR/pin"
    printf '%s\n' "$passphrase" >"$TMPDIR/passphrase"
    "$MYNAKEY" renew --pin-file "$TMPDIR/pin" --passphrase-file "$TMPDIR/passphrase" --yes \
        --anchor "$PKI/sign-ca.pem" "${@:2}" >"$TMPDIR/said" 2>&1 || status=$?
    cat "$TMPDIR/said"
    same "exit status" "$1" "$status"
}

there_is_nothing_to_renew_yet() {
    enter renew-nothing
    with_verifies 0 renew 1
    said "mynakey issue"
    nothing_is_here
}

renewing_takes_over_the_old_choices() {
    enter renew
    issue 0 --no-add --key p384 --with-birth-year --own-mail mikiya@example.jp \
        --site https://validity.example.jp/ors
    cp MyNumCert.cer old.cer
    with_verifies 1 renew 0 --no-add
    said "renewing is due"
    openssl x509 -inform DER -in MyNumCert.cer -noout -text >text
    grep "NIST CURVE: P-384" text
    grep "email:mikiya@example.jp" text
    grep -F "OCSP - URI:https://validity.example.jp/ors" text
    grep "birth year 1980" <(openssl x509 -inform DER -in MyNumCert.cer -noout -subject)
    same "the old certificate" "$(md5sum <old.cer)" "$(md5sum <MyNumCert-20*.cer)"
    same "old files" 3 "$(find . -name 'MyNumCert-20*' | wc -l)"
    must_fail cmp old.cer MyNumCert.cer
}

renewing_may_choose_otherwise() {
    enter renew-otherwise
    issue 0 --no-add --key p384
    renew 0 --no-add --key p256
    openssl x509 -inform DER -in MyNumCert.cer -noout -text | grep "NIST CURVE: P-256"
}

a_renewing_that_fails_leaves_all_as_it_was() {
    enter renew-fails
    issue 0 --no-add --key p256
    local before
    before=$(md5sum ./*)
    passphrase=password2026 renew 1 --no-add
    same "files" "$before" "$(md5sum ./*)"
}

# --- what a card's owner is told -------------------------------------------------------------------

substitute_characters_are_told() {
    enter substituted
    issue 0 --no-add --key p256
    said "character 2 of the name, '崎'"
    said "character 7 of the address, '辻'"
    said "character 8 of the address, '堂'"
    openssl x509 -inform DER -in MyNumCert.cer -noout -subject -nameopt utf8 | grep "高崎　花子"
}

it_never_outlives_the_cards_certificate() {
    enter outlive
    issue 0 --no-add --key p256
    said "It ends with the certificate on the card."
    same "its end" "$(openssl x509 -in "$PKI/sign-substituted.pem" -noout -enddate)" \
        "$(openssl x509 -inform DER -in MyNumCert.cer -noout -enddate)"
}

renewing_is_told_to_be_due() {
    enter due
    issue 0 --key p256
    "$MYNAKEY" status >"$TMPDIR/said"
    cat "$TMPDIR/said"
    said "mynakey renew"
    renew 0 --no-add
    said "it is time to renew it"
}

of_two_cards_one_has_to_be_chosen() {
    enter two
    with_verifies 0 issue 2 --no-add --key p256
    said "--reader NAME"
    said "Virtual PCD 00 01"
    nothing_is_here
}

the_card_in_the_reader_that_is_named_is_used() {
    enter named
    with_verifies 0 issue 0 --no-add --key p256 --reader "00 01" # the other card's record has it
    said "高崎　花子"
    with_verifies 1 issue 0 --no-add --key p256 --reader "00 00" --force
    said "黒桐　幹也"
}

another_key_is_chosen() { # KIND PATTERN
    enter "key-$1"
    issue 0 --no-add --key "$1"
    the_key_is "key-$1" "$2"
    openssl_accepts_the_certificate "key-$1"
    openssl_opens_the_key_file "key-$1"
    nss_imports_the_key_file "key-$1"
}

it_is_refused() { # WORDS VERIFIES
    enter refused
    refuses 1 "$2" "$1"
}

meet() { # PERSONA
    case $1 in
    fresh)
        check one_password_makes_three_files first
        check the_certificate_has_the_cards_name_and_address first
        check sex_and_birth_are_nowhere_in_the_certificate first
        check without_asking_the_year_of_birth_is_not_there first
        check openssl_accepts_the_certificate first
        check openssl_accepts_the_cards_signature first
        check another_certificate_does_not_fit_the_signature first
        check openssl_opens_the_key_file first
        check nss_imports_the_key_file first
        check the_key_is first "Public-Key: \(3072 bit\)"
        check it_is_valid_for_two_years first
        check another_key_is_chosen rsa2048 "Public-Key: \(2048 bit\)"
        check another_key_is_chosen p256 "NIST CURVE: P-256"
        check another_key_is_chosen p384 "NIST CURVE: P-384"
        check the_year_of_birth_is_there_when_asked_for
        check the_site_is_in_the_certificate
        check other_names_are_taken
        check both_secrets_may_come_from_standard_input
        check what_is_put_in_is_shown
        check a_wrong_password_is_sent_once
        check a_password_of_the_wrong_shape_is_not_sent
        check a_weak_passphrase_is_refused 0 short "fewer than 12"
        check a_weak_passphrase_is_refused 0 481516234210 "nothing but digits"
        check a_weak_passphrase_is_refused 0 "P@ssw0rd-2026" "everybody tries first"
        check a_weak_passphrase_is_refused 0 abababababab "again and again"
        check a_weak_passphrase_is_refused 1 "lentil abc123 rhubarb" "the card's password"
        check a_weak_passphrase_is_refused 1 "kuroo 19800217 kiyose" "date of birth"
        check a_passphrase_that_cannot_be_read_is_told_before_the_password
        check a_passphrase_may_come_from_a_pipe
        check without_a_terminal_for_the_passphrase_no_password_is_sent
        check nothing_is_made_unless_it_is_confirmed
        check a_no_at_the_terminal_makes_nothing
        check a_terminal_is_asked_for_one_password_and_two_passphrases
        check a_weak_passphrase_at_the_terminal_is_asked_for_again
        check two_different_passphrases_make_nothing
        check a_file_that_is_there_is_not_overwritten cer
        check a_file_that_is_there_is_not_overwritten mnsgn
        check a_file_that_is_there_is_not_overwritten pfx
        check force_moves_old_files_to_dated_names
        check a_folder_that_is_not_there_is_told_first
        check a_full_disk_leaves_nothing 4k
        check a_full_disk_leaves_nothing 8k
        check words_that_make_no_sense_are_refused_before_the_card --key rsa1024
        check words_that_make_no_sense_are_refused_before_the_card --days 0
        check words_that_make_no_sense_are_refused_before_the_card --days 9999
        check words_that_make_no_sense_are_refused_before_the_card --site example.jp
        check words_that_make_no_sense_are_refused_before_the_card --mail nobody
        check words_that_make_no_sense_are_refused_before_the_card --own-mail "a@b, c@d"
        check words_that_make_no_sense_are_refused_before_the_card --out folder/
        check words_that_make_no_sense_are_refused_before_the_card --password ABC123
        check words_that_make_no_sense_are_refused_before_the_card ABC123
        check a_card_of_unknown_origin_is_refused
        check another_anchor_does_not_help
        check an_anchor_that_is_no_certificate_is_told_before_the_password
        check a_message_has_certificate_and_signature_and_never_the_key
        check a_japanese_name_is_attached_under_its_name
        check a_passphrase_can_be_made
        check it_speaks_japanese
        check there_is_nothing_to_renew_yet
        check renewing_takes_over_the_old_choices
        check renewing_may_choose_otherwise
        check it_is_a_token_at_once
        check the_next_takes_its_place_and_the_old_key_stays_a_token
        check a_shelf_that_cannot_be_written_leaves_the_files_and_says_so
        check a_renewing_that_fails_leaves_all_as_it_was
        ;;
    substituted)
        check substitute_characters_are_told
        check it_never_outlives_the_cards_certificate
        check renewing_is_told_to_be_due
        ;;
    two)
        check of_two_cards_one_has_to_be_chosen
        check the_card_in_the_reader_that_is_named_is_used
        ;;
    expired) check it_is_refused "has expired" 1 ;;
    no-sign-certificate) check it_is_refused "no certificate for signing" 0 ;;
    sign-blocked) check it_is_refused "blocked" 0 ;;
    last-try-sign) check it_is_refused "kept back" 0 ;;
    esac
}

if [ -n "${WORLD-}" ]; then
    cd "$TMPDIR"
    meet "$1"
    finish
fi
must_be_possible
for persona in fresh substituted expired no-sign-certificate sign-blocked last-try-sign; do
    echo "# persona $persona"
    relay "$with_card" --persona "$persona" -- "$0" "$persona"
done
echo "# two cards"
relay "$with_card" --persona fresh --second --persona substituted -- "$0" two
finish
