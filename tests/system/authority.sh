#!/usr/bin/env bash
# `mynakey authority`: requests are judged, registered, withdrawn and found again. openssl makes the
# requests that our own program would not make.
set -euo pipefail
. "$(dirname "$0")/deciding.sh"
in_world
cd "$TMPDIR"

# --- making one --------------------------------------------------------------------------------------

init_makes_three_files_that_only_the_owner_reads() {
    found_authority --site https://validity.example.jp/
    same "files" "authority.cer authority.pfx registry.db" \
        "$(find "$office" -type f -printf '%f\n' | sort | xargs)"
    same "modes" 600 "$(stat -c %a "$office"/* | sort -u)"
    same "mode of the folder" 700 "$(stat -c %a "$office")"
    said "fingerprint"
    same "fingerprint" "$(openssl dgst -sha256 -r "$office/authority.cer" | cut -d' ' -f1)" \
        "$(grep -xE '[0-9a-f]{64}' "$TMPDIR/said")"
}

the_certificate_is_good_for_validity_only() {
    openssl x509 -inform DER -in "$office/authority.cer" -noout -text -nameopt utf8 >text
    cat text
    grep "Subject: CN=検証局 first" text
    grep -A1 "X509v3 Key Usage: critical" text | grep -x " *Digital Signature, CRL Sign"
    grep -A1 "Extended Key Usage" text | grep -x " *OCSP Signing"
    grep "CA:FALSE" text
    openssl x509 -inform DER -in "$office/authority.cer" -out "$TMPDIR/authority.pem"
    openssl verify -CAfile "$TMPDIR/authority.pem" "$TMPDIR/authority.pem"
    openssl pkcs12 -in "$office/authority.pfx" -passin "pass:$passphrase" -nodes -out "$TMPDIR/key.pem"
    same "public key" "$(openssl x509 -in "$TMPDIR/authority.pem" -noout -pubkey)" \
        "$(openssl pkey -in "$TMPDIR/key.pem" -pubout)"
}

an_rsa_key_is_the_usual_one() {
    authority 0 init --authority "$TMPDIR/rsa" --name rsa --passphrase-file "$TMPDIR/passphrase" --yes
    openssl x509 -inform DER -in "$TMPDIR/rsa/authority.cer" -noout -text | grep "(3072 bit)"
}

a_second_one_in_the_same_place_is_refused() {
    sha256sum "$office"/authority.* >before
    authority 1 init --authority "$office" --name other --passphrase-file "$TMPDIR/passphrase" --yes
    said "There is an authority already"
    sha256sum --check --quiet before
}

a_weak_passphrase_makes_none() {
    echo 123456789012 >weak
    authority 1 init --authority "$TMPDIR/weak-one" --name weak --passphrase-file weak --yes
    said "too weak"
    same "files" "" "$(ls -A "$TMPDIR/weak-one")"
}

what_init_cannot_take_is_told() {
    local there=$TMPDIR/none
    authority 2 init --authority "$there" --passphrase-file "$TMPDIR/passphrase" --yes
    authority 2 init --authority "$there" --name "$(printf 'a%.0s' {1..65})" --key p256 \
        --passphrase-file "$TMPDIR/passphrase" --yes
    authority 2 init --authority "$there" --name a --key rsa1024
    authority 2 init --authority "$there" --name a --site 'ftp://example.jp'
    authority 2 init --authority "$there" --name a --years 6
    authority 2 init --authority "$there" --name a --key-uri authority.pfx
    authority 2 init --authority "$there" --name a --key-uri 'pkcs11:token=Box?pin-value=1234' --yes
    said "pin-value"
    grep -F 1234 "$TMPDIR/said" && fail "the PIN is told"
    same "files" "" "$(ls -A "$there")"
}

# Tokens as those of `mynakey sign` are made: its words come with its tests, for this one only.
a_key_in_a_token_stays_there() {
    . "$system/signing.sh"
    [ -n "$softhsm" ] || fail "SoftHSM2 is not installed"
    mkdir "$TMPDIR/box"
    cd "$TMPDIR/box"
    make_tokens_possible
    make_token Box
    openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out vouch.key
    openssl pkcs8 -topk8 -nocrypt -in vouch.key -out vouch.p8
    softhsm2-util --import vouch.p8 --token Box --label vouch --id 01 --pin "$token_pin"
    echo 99999 >wrong-pin
    authority 1 init --authority "$TMPDIR/token" --name token --key-uri 'pkcs11:token=Box;object=vouch' \
        --pin-file wrong-pin --yes
    same "files" "" "$(ls -A "$TMPDIR/token")"
    authority 1 init --authority "$TMPDIR/token" --name token --key-uri 'pkcs11:token=Box;object=none' \
        --pin-file token-pin --yes
    authority 0 init --authority "$TMPDIR/token" --name token --key-uri 'pkcs11:token=Box;object=vouch' \
        --pin-file token-pin --yes
    same "files" "authority.cer registry.db" "$(find "$TMPDIR/token" -type f -printf '%f\n' | sort | xargs)"
    same "public key" "$(openssl pkey -in vouch.key -pubout)" \
        "$(openssl x509 -inform DER -in "$TMPDIR/token/authority.cer" -noout -pubkey)"
    authority 0 backup --authority "$TMPDIR/token" "$TMPDIR/token-backup"
    said "stays in its token"
}

the_name_is_asked_for_at_a_terminal() {
    "$system/at-terminal.py" "What is the authority called?" "Asked" "Make it?" yes \
        "Passphrase for the .pfx file" "$passphrase" "The same passphrase once more" "$passphrase" -- \
        "$MYNAKEY" authority init --authority "$TMPDIR/asked" --key p256
    openssl x509 -inform DER -in "$TMPDIR/asked/authority.cer" -noout -subject -nameopt RFC2253 |
        grep "CN=Asked"
}

without_an_authority_nothing_goes() {
    authority 1 list --authority "$TMPDIR/nowhere"
    said "'mynakey authority init' makes one"
    authority 2 dissolve
    authority 2
}

the_usual_place_is_in_the_persons_own_folder() {
    authority 0 init --name usual --key p256 --passphrase-file "$TMPDIR/passphrase" --yes
    [ -e "$XDG_DATA_HOME/mynakey/authority/registry.db" ]
    authority 0 list
    said "There is none."
}

# --- requests that are good --------------------------------------------------------------------------

own_requests_are_made() {
    mkdir "$TMPDIR/requests"
    cd "$TMPDIR/requests"
    issue 0 --no-add --key p256 --with-birth-year --own-mail mikiya@example.jp --mail authority@example.jp
    issue 0 --no-add --key p256 --out second --own-mail mikiya@example.jp --mail authority@example.jp
    issue 0 --no-add --out third
}

review_shows_what_the_decision_needs() {
    cd "$TMPDIR/requests"
    at_office 0 review MyNumCert.cer MyNumCert.mnsgn --anchor "$PKI/sign-ca.pem"
    said "$name"
    said "$address"
    said 1980
    said mikiya@example.jp
    said "proved to be the owner's"
    said "WARNING"
    said "the CA certificate that you gave"
    said "not checked"
    said "It can be approved."
    at_office 0 list
    said "There is none."
}

a_test_card_is_none_of_jpkis() {
    cd "$TMPDIR/requests"
    at_office 30 review MyNumCert.cer MyNumCert.mnsgn
    said "JPKI"
    at_office 30 approve MyNumCert.cer MyNumCert.mnsgn --yes
    at_office 0 list
    said "There is none."
}

approve_gives_the_next_number() {
    cd "$TMPDIR/requests"
    ask_office 0 approve --anchor "$PKI/sign-ca.pem" --yes --json MyNumCert.cer MyNumCert.mnsgn
    same "number" 1 "$(field number)"
    same "name" "$name" "$(field name)"
    same "fingerprint" "$(openssl dgst -sha256 -r MyNumCert.cer | cut -d' ' -f1)" "$(field sha256)"
    local end
    end=$(openssl x509 -inform DER -in MyNumCert.cer -noout -enddate | cut -d= -f2)
    same "two years" "$(date -ud "$end" +%Y-%m-%dT%H:%M:%SZ)" "$(field valid_until)"
    approve 0 second.cer second.mnsgn
    said "Number 2: $name"
    said "1 registered, 0 refused"
}

the_authoritys_key_is_not_needed_for_it() {
    mv "$office/authority.pfx" "$TMPDIR/away"
    cd "$TMPDIR/requests"
    approve 0 third.mnsgn third.cer
    mv "$TMPDIR/away" "$office/authority.pfx"
    said "Number 3: "
}

the_same_persons_earlier_numbers_are_shown() {
    cd "$TMPDIR/requests"
    good_request again
    at_office 0 review again.cer again.mnsgn --anchor "$PKI/sign-ca.pem"
    grep -E "Registered before +1, 2, 3$" "$TMPDIR/said"
}

the_same_certificate_is_not_registered_twice() {
    cd "$TMPDIR/requests"
    approve 30 MyNumCert.cer MyNumCert.mnsgn
    said "registered already (number 1)"
    approve 30 MyNumCert.eml
    at_office 0 list --json
    same "certificates" 3 "$(grep -c '"number"' "$TMPDIR/said")"
}

nor_is_the_same_key_in_another_certificate() {
    cd "$TMPDIR/requests"
    good_request once
    openssl x509 -inform DER -in once.cer -out once.pem
    openssl x509 -in once.pem -signkey once.key -days 20 -clrext -outform DER -out twice.cer 2>/dev/null
    card_signs twice
    approve 30 once.cer once.mnsgn twice.cer twice.mnsgn
    said "Number 4: "
    said "This key is registered with another certificate (number 4)"
}

years_are_counted_to_the_certificates_end() {
    cd "$TMPDIR/requests"
    certificate long "$name" "/street=$address" 2000
    card_signs long
    ask_office 0 approve --anchor "$PKI/sign-ca.pem" --yes --json --years 1 long.cer long.mnsgn
    same "number" 5 "$(field number)"
    same "a year" "$(date -ud '+1 year' +%Y-%m-%d)" "$(field valid_until | cut -dT -f1)"
    ask_office 0 renew 5 --yes --json
    same "two years" "$(date -ud '+2 years' +%Y-%m-%d)" "$(field valid_until | cut -dT -f1)"
    at_office 1 renew 5 --years 1 --yes
    said "already"
    at_office 1 renew 1 --yes
    said "the certificate itself ends"
    at_office 2 renew 5 --years 7 --yes
    at_office 1 renew 99 --yes
    said "there is no number 99"
}

without_a_clear_yes_nothing_is_registered() {
    cd "$TMPDIR/requests"
    local status=0
    setsid --wait "$MYNAKEY" authority approve --authority "$office" --anchor "$PKI/sign-ca.pem" \
        --site https://elsewhere.example again.cer again.mnsgn </dev/null >"$TMPDIR/said" 2>&1 || status=$?
    same "exit status" 1 "$status"
    at_office 0 log
    must_fail grep elsewhere "$TMPDIR/said"
    "$system/at-terminal.py" "Register 1 of 1?" n -- "$MYNAKEY" authority approve --authority "$office" \
        --anchor "$PKI/sign-ca.pem" again.cer again.mnsgn >"$TMPDIR/said" || status=$?
    same "exit status" 1 "$status"
    at_office 0 list 6
    said "There is none."
}

a_yes_at_the_terminal_registers() {
    cd "$TMPDIR/requests"
    "$system/at-terminal.py" "Register 1 of 1?" yes -- "$MYNAKEY" authority approve --authority "$office" \
        --anchor "$PKI/sign-ca.pem" again.cer again.mnsgn >"$TMPDIR/said"
    cat "$TMPDIR/said"
    said "It can be approved."
    said "Number 6: "
}

# --- mails -------------------------------------------------------------------------------------------

a_new_authority_for_mails() {
    found_authority --site https://validity.example.jp
}

a_mail_as_issue_writes_it_is_taken() {
    cd "$TMPDIR/requests"
    ask_office 0 approve --anchor "$PKI/sign-ca.pem" --yes --json --answer answer.eml MyNumCert.eml
    same "number" 1 "$(field number)"
}

the_answer_has_the_number_and_the_site() {
    cd "$TMPDIR/requests"
    python3 - answer.eml >text <<'END_OF_PROGRAM'
import email, email.policy, sys
mail = email.message_from_binary_file(open(sys.argv[1], "rb"), policy=email.policy.default)
print(mail["To"], mail["Subject"], mail.get_body().get_content().replace("\r", ""), sep="\n")
END_OF_PROGRAM
    cat text
    grep -x "mikiya@example.jp" text
    grep -x "番号： 1" text
    grep -x "Number: 1" text
    grep -F "mynakey verify FILE --number 1 --site https://validity.example.jp" text
}

# As other programs send the same attachments: encoded differently, named differently, wrapped up.
re_encoded_mails_are_taken() {
    cd "$TMPDIR/requests"
    python3 "$system/other-mails.py" second.cer second.mnsgn mails
    local number=2 mail
    for mail in mails/*.eml; do
        "$MYNAKEY" authority review --authority "$office" --anchor "$PKI/sign-ca.pem" --json "$mail" \
            >"$TMPDIR/answered" 2>"$TMPDIR/said" || fail "$mail: $(cat "$TMPDIR/said" "$TMPDIR/answered")"
        same "refusals of $mail" "" "$(field refused)"
    done
    same "mails" 7 "$(find mails -name '*.eml' | wc -l)"
    approve 0 mails/gmail.eml
    said "Number $number: "
}

a_mailbox_has_many() {
    cd "$TMPDIR/requests"
    good_request box1
    good_request box2
    python3 "$system/other-mails.py" --mailbox box.mbox box1.cer box1.mnsgn box2.cer box2.mnsgn \
        second.cer second.mnsgn
    approve 1 box.mbox --answer answers
    said "name a folder"
    [ ! -e answers ]
    mkdir answers
    approve 30 box.mbox --answer answers
    said "Number 3: "
    said "Number 4: "
    said "2 registered, 1 refused"
    same "answers" "3.eml 4.eml refused-1.eml" \
        "$(find answers -type f -printf '%f\n' | sed -E 's/[0-9]{8}-[0-9]{6}-//' | sort | xargs)"
    python3 - answers/refused-*-1.eml <<'END_OF_PROGRAM' | grep -F "registered already (number 2)"
import email, email.policy, sys
mail = email.message_from_binary_file(open(sys.argv[1], "rb"), policy=email.policy.default)
print(mail.get_body().get_content())
END_OF_PROGRAM
}

a_mail_that_is_none_hides_no_other() {
    cd "$TMPDIR/requests"
    python3 "$system/other-mails.py" --mailbox good.mbox box1.cer box1.mnsgn
    local begin='From x@example.jp Mon Jan  1 00:00:00 2024'
    printf '%s\nnothing that is a mail\n\n%s\n\0\n\n' "$begin" "$begin" | cat - good.mbox >bad.mbox
    at_office 30 review bad.mbox
    said "bad.mbox, message 1"
    said "bad.mbox, message 2"
    said "bad.mbox, message 4"
    said "registered already (number 3)"
    printf '%s\nnothing that is a mail\n' "$begin" | cat good.mbox - >bad.mbox
    at_office 30 review bad.mbox
    said "registered already (number 3)"
    said "bad.mbox, message 4"
}

mails_without_a_request_are_refused() {
    cd "$TMPDIR/requests"
    printf 'From: a@example.jp\nSubject: hello\n\nhello\n' >hello.eml
    at_office 30 review hello.eml
    said "There is no certificate (.cer)."
    python3 "$system/other-mails.py" --only box1.cer half.eml
    at_office 30 review half.eml
    said "There is no signature of the card (.mnsgn)."
    python3 "$system/other-mails.py" --twice box1.cer box1.mnsgn twice.eml
    at_office 30 review twice.eml
    said "several certificates or signatures in one mail"
    # Noise, always the same: some other would begin as a mail does.
    head -c 100000 /dev/zero | openssl enc -aes-128-ctr -K "$(printf '%032d' 1)" -iv "$(printf '%032d' 0)" >noise.eml
    at_office 1 review noise.eml
    said "there is no request in it"
    local len
    for len in 300 900 1500 3000 6000; do
        head -c "$len" MyNumCert.eml >cut.eml
        at_office 30 review cut.eml
    done
    : >empty.eml
    at_office 1 review empty.eml
    at_office 1 review nothing-there.eml
}

an_answer_goes_to_nobody_without_an_address() {
    cd "$TMPDIR/requests"
    good_request silent
    approve 0 silent.cer silent.mnsgn --answer silent.eml
    said "nobody knows whom to answer"
    [ ! -e silent.eml ]
}

an_answer_wants_a_site() {
    cd "$TMPDIR/requests"
    office=$TMPDIR/siteless
    found_authority
    approve 1 second.eml --answer silent.eml
    said "--site"
    approve 0 second.eml --answer second-answer.eml --site validity.example.jp
    sha256sum second-answer.eml >before
    approve 1 second.eml --answer second-answer.eml
    said "is there already"
    sha256sum --check --quiet before
    approve 30 second.eml --answer refusal.eml
}

# --- requests that are refused -----------------------------------------------------------------------

a_new_authority_for_refusals() {
    found_authority
    mkdir "$TMPDIR/bad"
}

# is_refused WORDS CODE FILE [OPTION...]: in both languages' words and by its code; nothing is registered.
is_refused() {
    ask_office 30 approve --anchor "$PKI/sign-ca.pem" --yes --json "$3.cer" "$3.mnsgn" "${@:4}"
    [[ " $(field refused) " = *" $2 "* ]] || fail "refused for: $(field refused)"
    approve 30 "$3.cer" "$3.mnsgn" "${@:4}"
    said "$1"
    at_office 0 list
    said "There is none."
}

what_is_no_certificate_or_signature() {
    cd "$TMPDIR/bad"
    good_request good
    head -c 200 good.cer >cut.cer
    cp good.mnsgn cut.mnsgn
    is_refused "証明書（.cer）を読むことができません" not-a-certificate cut
    cp good.cer cut2.cer
    head -c 200 good.mnsgn >cut2.mnsgn
    is_refused "The signature (.mnsgn) cannot be read" not-a-signature cut2
    cp good.mnsgn swapped.cer
    cp good.cer swapped.mnsgn
    is_refused "証明書ではありません" not-a-certificate swapped
    approve 30 good.cer
    said "There is no signature"
    approve 30 good.mnsgn
    said "There is no certificate"
}

the_signature_of_another_certificate() {
    cd "$TMPDIR/bad"
    certificate other "$name"
    cp good.mnsgn other.mnsgn
    is_refused "is not for this certificate" signature-of-another other
}

a_signature_that_was_changed() {
    cd "$TMPDIR/bad"
    cp good.cer forged.cer
    python3 -c 'import sys
data = bytearray(open("good.mnsgn", "rb").read())
data[-1] ^= 1
open("forged.mnsgn", "wb").write(data)'
    is_refused "署名（.mnsgn）が正しくありません" bad-signature forged
}

a_card_of_nobody() {
    cd "$TMPDIR/bad"
    certificate self "$name"
    openssl x509 -inform DER -in self.cer -out self.pem
    openssl cms -sign -binary -cades -md sha256 -in self.cer -signer self.pem -inkey self.key -outform DER \
        -out self.mnsgn
    is_refused "could not be traced" card-untrusted self
}

a_card_that_has_expired() {
    cd "$TMPDIR/bad"
    certificate expired "$name"
    card_signs expired expired.cer sign-expired
    is_refused "有効期間が終わっています" card-expired expired
}

the_cards_other_certificate() {
    cd "$TMPDIR/bad"
    certificate auth "$name"
    openssl cms -sign -binary -cades -md sha256 -in auth.cer -signer "$PKI/auth.pem" -inkey "$PKI/auth.key" \
        -certfile "$PKI/auth-ca.pem" -outform DER -out auth.mnsgn
    cat "$PKI/auth-ca.pem" "$PKI/sign-ca.pem" >both.pem
    ask_office 30 approve --anchor both.pem --yes --json auth.cer auth.mnsgn
    [[ " $(field refused) " = *" card-holder "* ]]
}

two_signers() {
    cd "$TMPDIR/bad"
    cp good.cer two.cer
    openssl cms -sign -binary -cades -md sha256 -in two.cer -signer "$PKI/sign.pem" -inkey "$PKI/sign.key" \
        -signer "$PKI/auth.pem" -inkey "$PKI/auth.key" -certfile "$PKI/sign-ca.pem" -outform DER \
        -out two.mnsgn
    is_refused "More than one has signed" several-signers two
}

another_name_or_address_or_year() {
    cd "$TMPDIR/bad"
    certificate name "浅上　藤乃"
    card_signs name
    is_refused "氏名が、カードの氏名と一致しません" name name
    certificate address "$name" "/street=$address-1"
    card_signs address
    is_refused "The address in the certificate" address address
    certificate nowhere "$name" ""
    card_signs nowhere
    is_refused "The address in the certificate" address nowhere
    certificate year "$name" "/street=$address/description=birth year 1981"
    card_signs year
    is_refused "The year of birth" birth-year year
    certificate spaced "黒桐 幹也"
    card_signs spaced
    is_refused "The name in the certificate" name spaced
}

a_certificate_that_says_more() {
    cd "$TMPDIR/bad"
    certificate more "$name" "/street=$address/O=Digital Agency"
    card_signs more
    is_refused "says more than name" says-more more
    certificate server "$name" "/street=$address" 30 -addext "subjectAltName=DNS:bank.example.jp"
    card_signs server
    is_refused "says more than name" says-more server
    certificate ca "$name" "/street=$address" 30 -extensions none -addext "basicConstraints=critical,CA:TRUE"
    card_signs ca
    is_refused "says more than name" says-more ca
}

a_certificate_whose_key_somebody_else_has() {
    cd "$TMPDIR/bad"
    certificate borrowed "$name"
    # The public key is another's, whose private half the maker does not have.
    openssl x509 -inform DER -in borrowed.cer -out borrowed.pem
    openssl pkey -in "$PKI/card.key" -pubout -out others.pub
    openssl req -new -utf8 -config "$TMPDIR/openssl.cnf" -key borrowed.key -subj "/CN=$name/street=$address" \
        -out borrowed.csr
    openssl x509 -req -in borrowed.csr -CA borrowed.pem -CAkey borrowed.key -force_pubkey others.pub \
        -days 20 -set_serial 5 -extfile "$TMPDIR/openssl.cnf" -extensions plain -outform DER -out borrowed.cer
    card_signs borrowed
    is_refused "not signed with its own key" possession borrowed
}

a_weak_key() {
    cd "$TMPDIR/bad"
    openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:1024 -out weak.pem
    openssl req -x509 -utf8 -config "$TMPDIR/openssl.cnf" -key weak.pem -subj "/CN=$name/street=$address" \
        -days 30 -outform DER -out weak.cer
    card_signs weak
    is_refused "too weak" weak-key weak
}

make_crl() { # FILE DAYS [SERIAL]
    mkdir -p "$TMPDIR/crl"
    : >"$TMPDIR/crl/index"
    [ -z "${3-}" ] || printf 'R\t%s\t%s\t%s\tunknown\t/CN=a\n' "$(date -ud '+1 year' +%y%m%d%H%M%SZ)" \
        "$(date -ud '-1 day' +%y%m%d%H%M%SZ)" "$3" >"$TMPDIR/crl/index"
    cat >"$TMPDIR/crl/cnf" <<END_OF_SETTINGS
[ca]
default_ca = it
[it]
database = $TMPDIR/crl/index
default_md = sha256
END_OF_SETTINGS
    openssl ca -gencrl -config "$TMPDIR/crl/cnf" -cert "$PKI/${ca:-sign-ca}.pem" \
        -keyfile "$PKI/${ca:-sign-ca}.key" -crldays "$2" -out "$1" 2>/dev/null
}

a_card_that_was_revoked() {
    cd "$TMPDIR/bad"
    make_crl revoked.crl 10 "$(openssl x509 -in "$PKI/sign.pem" -noout -serial | cut -d= -f2)"
    good_request revoked
    is_refused "カードの署名用電子証明書は失効しています" card-revoked revoked --crl revoked.crl
}

a_list_of_revocations_that_says_nothing_is_no_answer() {
    cd "$TMPDIR/bad"
    echo hello >text.crl
    approve 1 revoked.cer revoked.mnsgn --crl text.crl
    openssl crl -in revoked.crl -outform DER -out der.crl
    approve 1 revoked.cer revoked.mnsgn --crl nowhere.crl
    : >nothing.crl
    approve 1 revoked.cer revoked.mnsgn --crl nothing.crl
    at_office 0 list
    said "There is none."
}

a_card_that_is_not_in_the_list_is_fine() {
    cd "$TMPDIR/bad"
    make_crl clear.crl 10
    at_office 0 review --anchor "$PKI/sign-ca.pem" --crl clear.crl revoked.cer revoked.mnsgn
    said "checked with the list of"
}

# Somebody took the wrong file: nobody is refused for that.
a_list_that_is_for_no_card_answers_nobody() {
    cd "$TMPDIR/bad"
    ca=auth-ca make_crl other.crl 10
    mkdir answers
    approve 1 revoked.cer revoked.mnsgn --crl other.crl --answer answers --site https://site.example.jp/
    said "other.crl: this list of revocations is for none of these cards"
    same "answers" "" "$(ls answers)"
    "$system/at-terminal.py" -- "$MYNAKEY" authority approve revoked.cer revoked.mnsgn --authority "$office" \
        --anchor "$PKI/sign-ca.pem" --crl other.crl >asked && fail "it went on"
    grep "is for none of these cards" asked
    at_office 0 list
    said "There is none."
}

# With one that gets as far as its card, but another's, the list is as wrong as before.
what_is_refused_anyway_says_nothing_of_the_list() {
    cd "$TMPDIR/bad"
    is_refused "not signed with its own key" possession borrowed --crl clear.crl
    approve 1 borrowed.cer borrowed.mnsgn revoked.cer revoked.mnsgn --crl other.crl
    said "is for none of these cards"
    approve 30 good.cer --crl other.crl
    said "There is no signature"
}

# A batch may have cards of several CAs: what the list is not for is told of each, and the others go on.
a_list_of_another_ca_is_told_of_each_card_that_it_is_not_for() {
    cd "$TMPDIR/bad"
    good_request second
    at_office 30 review --anchor "$PKI/sign-ca.pem" --crl other.crl revoked.cer revoked.mnsgn second.cer \
        second.mnsgn
    same "told" 2 "$(grep -c "does not tell whether the card's certificate has been revoked" "$TMPDIR/said")"
    # Of two cards the list is for one, and clear.crl for the other.
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout newer-ca.key -subj "/CN=Newer CA" \
        -days 30 -out newer-ca.pem 2>/dev/null
    openssl x509 -in "$PKI/sign.pem" -x509toreq -copy_extensions copyall -signkey "$PKI/sign.key" -out newer.csr
    openssl x509 -req -in newer.csr -CA newer-ca.pem -CAkey newer-ca.key -copy_extensions copyall -set_serial 7 \
        -days 20 -out newer.pem
    certificate third "$name"
    openssl cms -sign -binary -cades -nosmimecap -md sha256 -in third.cer -signer newer.pem -inkey "$PKI/sign.key" \
        -certfile newer-ca.pem -outform DER -out third.mnsgn
    cat "$PKI/sign-ca.pem" newer-ca.pem >both.pem
    at_office 30 approve --anchor both.pem --yes --crl clear.crl --answer answers --site https://site.example.jp/ \
        third.cer third.mnsgn second.cer second.mnsgn
    said "失効リストで確認できません"
    said "1 registered, 1 refused"
}

# --- afterwards --------------------------------------------------------------------------------------

a_new_authority_for_the_rest() {
    found_authority
    mkdir "$TMPDIR/rest-requests"
    cd "$TMPDIR/rest-requests"
    local n
    for n in 1 2 3; do
        good_request "r$n"
        approve 0 "r$n.cer" "r$n.mnsgn"
    done
}

revoking_is_for_good_and_has_a_reason() {
    at_office 2 revoke 1 --yes
    at_office 2 revoke 1 --reason boredom --yes
    said "there is no reason 'boredom'"
    at_office 2 revoke 1 --reason certificateHold --yes
    said "for good"
    at_office 1 revoke 9 --reason keyCompromise --yes
    said "there is no number 9"
    at_office 2 revoke one --reason keyCompromise --yes
    at_office 0 revoke 1 --reason keyCompromise --yes
    at_office 1 revoke 1 --reason superseded --yes
    said "withdrawn already"
    at_office 1 renew 1 --yes
    said "for good"
    ask_office 0 list --number 1 --json
    grep '"reason":"keyCompromise"' "$TMPDIR/answered"
}

one_that_cannot_be_withdrawn_keeps_the_others() {
    at_office 1 revoke 2 9 --reason superseded --yes
    ask_office 0 list --state good --json
    same "good ones" 2 "$(grep -c '"number"' "$TMPDIR/answered")"
}

revoking_asks() {
    "$system/at-terminal.py" "Withdraw for good?" no -- "$MYNAKEY" authority revoke 2 --reason superseded \
        --authority "$office" >"$TMPDIR/said" && fail "it was withdrawn"
    at_office 0 list --state good
    said "     2  good"
}

reissue_puts_one_in_the_place_of_another() {
    cd "$TMPDIR/rest-requests"
    good_request next
    ask_office 0 reissue 2 next.cer next.mnsgn --anchor "$PKI/sign-ca.pem" --yes --json
    same "number" 4 "$(field number)"
    same "replaces" 2 "$(field replaces)"
    ask_office 0 list 2 --json
    grep '"reason":"superseded","replaced_by":4' "$TMPDIR/answered"
    good_request next2
    at_office 1 reissue 2 next2.cer next2.mnsgn --anchor "$PKI/sign-ca.pem" --yes
    said "in the place of number 2 there is number 4 already"
    at_office 1 reissue 77 next2.cer next2.mnsgn --anchor "$PKI/sign-ca.pem" --yes
    at_office 30 reissue 3 next.cer next.mnsgn --anchor "$PKI/sign-ca.pem" --yes
    at_office 0 list --state good
    said "     3  good"
}

the_list_finds_by_name_address_number_and_state() {
    at_office 0 list 黒桐
    same "lines" 4 "$(grep -c 黒桐 "$TMPDIR/said")"
    at_office 0 list --name 浅上
    said "There is none."
    at_office 0 list --address 清瀬 --state revoked
    same "lines" 2 "$(grep -c 清瀬 "$TMPDIR/said")"
    at_office 0 list 3
    same "lines" 1 "$(wc -l <"$TMPDIR/said")"
    at_office 0 list --expiring 5
    said "There is none."
    at_office 0 list --expiring 40
    same "lines" 2 "$(wc -l <"$TMPDIR/said")"
    at_office 2 list --state gone
    at_office 2 list --expiring soon
    at_office 2 list --number -3
}

json_and_csv_are_well_formed() {
    ask_office 0 list --json
    same "numbers" "1 2 3 4" "$(python3 -c 'import json, sys
print(*[one["number"] for one in json.load(open(sys.argv[1]))])' "$TMPDIR/answered")"
    ask_office 0 list --csv
    python3 - "$TMPDIR/answered" "$name" "$address" <<'END_OF_PROGRAM'
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1], encoding="utf-8-sig", newline="")))
assert [row["number"] for row in rows] == ["1", "2", "3", "4"], rows
assert {row["name"] for row in rows} == {sys.argv[2]} and {row["address"] for row in rows} == {sys.argv[3]}
assert [row["state"] for row in rows] == ["revoked", "revoked", "good", "good"]
END_OF_PROGRAM
    ask_office 0 list --name nobody --json
    same "list" "[]" "$(cat "$TMPDIR/answered")"
}

the_log_tells_who_did_what_when() {
    at_office 0 log
    grep -E "1 +20[0-9TZ:-]+ +[^ ]+ +init +-" "$TMPDIR/said"
    grep -E "revoke +1 +reason=keyCompromise" "$TMPDIR/said"
    grep -E "revoke +2 +reason=superseded by=4" "$TMPDIR/said"
    at_office 0 log 3
    same "lines" 1 "$(wc -l <"$TMPDIR/said")"
    at_office 0 log --check
    said "Nothing was changed"
    must_fail grep -E "黒桐|清瀬" <(sqlite3 "$office/registry.db" "SELECT * FROM journal")
}

the_log_finds_tampering() {
    ask_office 0 log --check --json
    local head
    head=$(field head)
    at_office 0 log --check --head "$head"
    at_office 1 log --check --head "${head//[0-9]/0}"
    said "written anew"
    at_office 2 log --check --head short
    cp "$office/registry.db" "$TMPDIR/tampered.db"
    mkdir "$TMPDIR/tampered"
    sqlite3 "$office/registry.db" ".backup $TMPDIR/tampered/registry.db"
    sqlite3 "$TMPDIR/tampered/registry.db" "DROP TRIGGER journal_is_not_changed;
        UPDATE journal SET who = 'somebody else' WHERE entry = 3"
    authority 1 log --check --authority "$TMPDIR/tampered"
    said "entry 3"
    sqlite3 "$office/registry.db" ".backup $TMPDIR/tampered/registry.db"
    sqlite3 "$TMPDIR/tampered/registry.db" "UPDATE person SET address = '東京都清瀬市' WHERE id = 1"
    authority 1 log --check --authority "$TMPDIR/tampered"
    said "of number 1 is not in the log"
    rm -r "$TMPDIR/tampered"
}

a_backup_can_take_the_registrys_place() {
    at_office 0 backup "$TMPDIR/backup"
    said "authority.pfx"
    same "mode" 600 "$(stat -c %a "$TMPDIR/backup")"
    at_office 1 backup "$TMPDIR/backup"
    at_office 1 backup "$TMPDIR/no/folder"
    mkdir "$TMPDIR/restored"
    cp "$TMPDIR/backup" "$TMPDIR/restored/registry.db"
    ask_authority 0 list --authority "$TMPDIR/restored" --json
    mv "$TMPDIR/answered" "$TMPDIR/restored.json"
    ask_office 0 list --json
    cmp "$TMPDIR/restored.json" "$TMPDIR/answered"
    authority 0 log --check --authority "$TMPDIR/restored"
}

# A backup can be looked at there, but not a registry as it is used.
on_media_that_cannot_be_written_that_is_told() {
    mkdir -p "$TMPDIR/disc/backup" "$TMPDIR/disc/office"
    cp "$TMPDIR/backup" "$TMPDIR/disc/backup/registry.db"
    cp "$office/registry.db" "$TMPDIR/disc/office/"
    mount --bind "$TMPDIR/disc" "$TMPDIR/disc"
    mount -o remount,bind,ro "$TMPDIR/disc"
    authority 0 list --authority "$TMPDIR/disc/backup"
    authority 1 revoke 3 --reason superseded --yes --authority "$TMPDIR/disc/backup"
    said "nothing can be written there"
    authority 1 list --authority "$TMPDIR/disc/office"
    said "nothing can be written there"
    umount "$TMPDIR/disc"
    authority 0 list --authority "$TMPDIR/disc/office"
}

# The registry is held by a program that sqlite3 knows nothing of: a lock on the file beside it.
the_second_writer_is_told_who_is_at_it() {
    cd "$TMPDIR/rest-requests"
    exec 7>>"$office/registry.db.lock"
    flock 7
    echo "approve, hana, process 1" >"$office/registry.db.lock"
    "$MYNAKEY" authority revoke 3 --reason superseded --yes --authority "$office" >"$TMPDIR/said" 2>&1 7>&- &
    local writer=$!
    for _ in {1..100}; do
        ! grep "approve, hana, process 1" "$TMPDIR/said" || break
        sleep 0.1
    done
    said "approve, hana, process 1"
    at_office 0 list --state good
    flock -u 7
    wait "$writer"
    at_office 0 list --state revoked
    same "withdrawn" 3 "$(wc -l <"$TMPDIR/said")"
}

it_speaks_japanese() {
    speak_japanese
    at_office 0 list nobody
    said "ありません"
    at_office 0 log --check
    said "変更されていません"
}

nothing_personal_is_outside_of_the_registry() {
    must_fail grep -rl --exclude='registry.db*' -e 黒桐 -e 清瀬 -e 1980 "$TMPDIR/rest" "$TMPDIR/mails"
}

office=$TMPDIR/first
for test in init_makes_three_files_that_only_the_owner_reads the_certificate_is_good_for_validity_only \
    an_rsa_key_is_the_usual_one a_second_one_in_the_same_place_is_refused a_weak_passphrase_makes_none \
    what_init_cannot_take_is_told a_key_in_a_token_stays_there \
    the_name_is_asked_for_at_a_terminal without_an_authority_nothing_goes \
    the_usual_place_is_in_the_persons_own_folder own_requests_are_made \
    review_shows_what_the_decision_needs a_test_card_is_none_of_jpkis approve_gives_the_next_number \
    the_authoritys_key_is_not_needed_for_it the_same_persons_earlier_numbers_are_shown \
    the_same_certificate_is_not_registered_twice nor_is_the_same_key_in_another_certificate \
    years_are_counted_to_the_certificates_end without_a_clear_yes_nothing_is_registered \
    a_yes_at_the_terminal_registers; do
    check "$test"
done
office=$TMPDIR/mails
for test in a_new_authority_for_mails a_mail_as_issue_writes_it_is_taken \
    the_answer_has_the_number_and_the_site re_encoded_mails_are_taken a_mailbox_has_many \
    mails_without_a_request_are_refused an_answer_goes_to_nobody_without_an_address \
    an_answer_wants_a_site; do
    check "$test"
done
office=$TMPDIR/refusals
for test in a_new_authority_for_refusals what_is_no_certificate_or_signature \
    the_signature_of_another_certificate a_signature_that_was_changed a_card_of_nobody \
    a_card_that_has_expired the_cards_other_certificate two_signers another_name_or_address_or_year \
    a_certificate_that_says_more a_certificate_whose_key_somebody_else_has a_weak_key \
    a_card_that_was_revoked a_list_of_revocations_that_says_nothing_is_no_answer \
    a_card_that_is_not_in_the_list_is_fine a_list_that_is_for_no_card_answers_nobody \
    what_is_refused_anyway_says_nothing_of_the_list \
    a_list_of_another_ca_is_told_of_each_card_that_it_is_not_for; do
    check "$test"
done
office=$TMPDIR/rest
for test in a_new_authority_for_the_rest revoking_is_for_good_and_has_a_reason \
    one_that_cannot_be_withdrawn_keeps_the_others revoking_asks reissue_puts_one_in_the_place_of_another \
    the_list_finds_by_name_address_number_and_state json_and_csv_are_well_formed \
    the_log_tells_who_did_what_when the_log_finds_tampering a_backup_can_take_the_registrys_place \
    on_media_that_cannot_be_written_that_is_told the_second_writer_is_told_who_is_at_it \
    nothing_personal_is_outside_of_the_registry it_speaks_japanese; do
    check "$test"
done
finish
