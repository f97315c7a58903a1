#!/usr/bin/env bash
# `mynakey sign`: files of any kind signed with keys that live anywhere, and judged by OpenSSL.
set -euo pipefail
. "$(dirname "$0")/signing.sh"
in_world --persona fresh

# --- software certificates --------------------------------------------------------------------------

a_pfx_file_signs() { # NAME
    enter "pfx-$1"
    sign 0 letter.txt --with "$store/$1.pfx" --passphrase-file "$store/passphrase"
    openssl_accepts letter.txt "$store/ca.pem"
    same "mode" 644 "$(stat -c %a letter.txt.mnsgn)"
}

without_a_listed_certificate_it_says_where_one_comes_from() {
    enter none
    without_terminal 1 letter.txt
    said "mynakey soft add"
    no_signature_is_here
}

the_only_listed_certificate_needs_no_name() {
    enter only
    "$MYNAKEY" soft add "$store/rsa.pfx" --passphrase-file "$store/passphrase"
    sign 0 letter.txt --passphrase-file "$store/passphrase"
    openssl_accepts letter.txt "$store/ca.pem"
}

the_cas_certificate_is_inside() {
    cd "$TMPDIR/only"
    openssl cms -cmsout -print -inform DER -in letter.txt.mnsgn -out printed
    same "certificates inside" 2 "$(grep -c "d.certificate:" printed)"
}

of_several_one_has_to_be_named() {
    enter several
    "$MYNAKEY" soft add "$store/p256.pfx" --passphrase-file "$store/passphrase"
    without_terminal 1 letter.txt
    said "software certificate 1 (Employee rsa)"
    said "software certificate 2 (Employee p256)"
    no_signature_is_here
}

it_is_named_by_label_or_number() {
    enter named
    local name
    for name in "Employee p256" 2; do
        sign 0 letter.txt --force --with "soft:$name" --passphrase-file "$store/passphrase"
        openssl cms -cmsout -print -inform DER -in letter.txt.mnsgn | grep -F "ecdsa-with-SHA256"
        openssl_accepts letter.txt "$store/ca.pem"
    done
    without_terminal 1 letter.txt --force --with soft:Nobody
    said "Nobody"
}

an_expired_certificate_is_refused_before_the_question() {
    enter expired
    "$MYNAKEY" soft add "$store/old.pfx" --passphrase-file "$store/passphrase"
    without_terminal 1 letter.txt --with "soft:Employee old"
    said "ended on"
    no_signature_is_here
}

a_certificate_whose_file_is_gone_is_refused_before_the_question() {
    enter gone
    cp "$store/third.pfx" gone.pfx
    "$MYNAKEY" soft add gone.pfx --passphrase-file "$store/passphrase"
    rm gone.pfx
    without_terminal 1 letter.txt --with "soft:Employee third"
    said "gone.pfx is not there"
    no_signature_is_here
    rm -r "$XDG_DATA_HOME/mynakey/soft"
}

an_expired_certificate_in_a_pfx_file_signs_nothing() {
    enter expired-file
    sign 1 letter.txt --with "$store/old.pfx" --passphrase-file "$store/passphrase"
    said "ended on"
    no_signature_is_here
}

a_key_that_nobody_would_believe_signs_nothing() { # NAME
    enter "key-$1"
    sign 1 letter.txt --with "$store/$1.pfx" --passphrase-file "$store/passphrase"
    said "not of the kind or size"
    no_signature_is_here
}

a_wrong_passphrase_signs_nothing() {
    enter wrong-passphrase
    echo nonsense >wrong
    sign 1 letter.txt --with "$store/rsa.pfx" --passphrase-file wrong
    said "passphrase does not open"
    no_signature_is_here
}

a_file_that_is_no_pfx_signs_nothing() {
    enter no-pfx
    sign 1 letter.txt --with letter.txt --passphrase-file "$store/passphrase"
    sign 1 letter.txt --with nothing.pfx --passphrase-file "$store/passphrase"
    said "nothing.pfx"
    no_signature_is_here
}

the_certificate_that_was_issued_signs_at_once() {
    enter issued
    printf '%s\n' "$SIGN_PIN" >"$TMPDIR/pin"
    echo "kiyoi mizu no nagare 7" >strong
    "$MYNAKEY" issue --pin-file "$TMPDIR/pin" --passphrase-file strong --yes --key p256 \
        --anchor "$PKI/sign-ca.pem"
    with_verifies 0 sign 0 letter.txt --passphrase-file strong
    openssl x509 -inform DER -in MyNumCert.cer -out own.pem
    openssl_accepts letter.txt own.pem
    rm -r "$XDG_DATA_HOME/mynakey/soft"
}

the_passphrase_is_asked_for_at_the_terminal() {
    enter terminal
    at_terminal 0 "Passphrase of $store/rsa.pfx: " "$passphrase" -- letter.txt --with "$store/rsa.pfx"
    must_fail said "$passphrase"
    openssl_accepts letter.txt "$store/ca.pem"
}

# --- the card ---------------------------------------------------------------------------------------

with_card_key() { # STATUS WORD...
    printf '%s\n' "${password:-$SIGN_PIN}" >"$TMPDIR/pin"
    sign "$1" --with sign --pin-file "$TMPDIR/pin" --anchor "$PKI/sign-ca.pem" "${@:2}"
}

the_card_signs_many_files_with_one_password() {
    enter card
    echo one >one
    echo two >two
    with_verifies 1 with_card_key 0 --yes letter.txt one two
    local file
    for file in letter.txt one two; do openssl_accepts "$file" "$PKI/sign-ca.pem"; done
}

a_wrong_password_is_sent_once() {
    enter card-wrong
    echo one >one
    password=WRONG1 with_verifies 1 with_card_key 1 --yes letter.txt one
    said "one try was used"
    no_signature_is_here
}

a_card_of_unknown_origin_signs_nothing() {
    enter card-unknown
    printf '%s\n' "$SIGN_PIN" >"$TMPDIR/pin"
    sign 1 --with sign --pin-file "$TMPDIR/pin" --yes letter.txt
    said "none of those that JPKI has published"
    no_signature_is_here
}

without_a_yes_no_password_is_sent() {
    enter card-unasked
    printf '%s\n' "$SIGN_PIN" >"$TMPDIR/pin"
    with_verifies 0 without_terminal 1 --with sign --pin-file "$TMPDIR/pin" letter.txt
    said "date of birth and sex"
    said "--yes"
    no_signature_is_here
}

a_no_signs_nothing() {
    enter card-no
    with_verifies 0 at_terminal 1 "Sign?" no -- letter.txt --with sign --anchor "$PKI/sign-ca.pem"
    no_signature_is_here
}

# A certificate with the card's signature is a request: who signs a stranger's has asked for a stranger.
a_certificate_is_told_before_the_password_is_asked_for() {
    enter card-certificate
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout stranger.key -subj /CN=a \
        -days 9 -outform DER -out stranger.cer 2>openssl.out
    cp stranger.cer holiday.jpg
    echo nothing >empty.CER
    with_verifies 0 at_terminal 1 "Sign?" no -- --with sign --anchor "$PKI/sign-ca.pem" stranger.cer \
        holiday.jpg empty.CER letter.txt
    local file
    for file in stranger.cer holiday.jpg empty.CER; do said "WARNING: $file is a certificate"; done
    must_fail said "letter.txt is a certificate"
    with_token 0 1 "pkcs11:token=Box;object=rsa" stranger.cer
    said "WARNING: stranger.cer is a certificate"
    sign 0 stranger.cer --force --with "$store/rsa.pfx" --passphrase-file "$store/passphrase"
    must_fail said "WARNING"
}

a_yes_asks_for_the_password() {
    enter card-yes
    with_verifies 1 at_terminal 0 "Sign?" yes "Signing password: " "$SIGN_PIN" -- letter.txt --with sign \
        --anchor "$PKI/sign-ca.pem"
    openssl_accepts letter.txt "$PKI/sign-ca.pem"
}

# --- tokens -----------------------------------------------------------------------------------------

a_token_of_another_maker_signs() { # NAME
    enter "token-$1"
    echo one >one
    with_token 0 1 "pkcs11:token=Box;object=$1" letter.txt one
    openssl_accepts letter.txt "$store/ca.pem"
    openssl_accepts one "$store/ca.pem"
}

the_key_may_be_named_by_its_id() {
    enter token-id
    with_token 0 1 "pkcs11:token=Box;id=%02" letter.txt
    openssl cms -cmsout -print -inform DER -in letter.txt.mnsgn | grep -F "ecdsa-with-SHA256"
}

the_module_may_be_named() {
    enter token-module
    sign 0 --with "pkcs11:token=Box;object=rsa?module-path=$softhsm" --pin-file "$TMPDIR/token-pin" letter.txt
    openssl_accepts letter.txt "$store/ca.pem"
    sign 1 --with "pkcs11:token=Box;object=rsa?module-path=/nonexistent.so" --pin-file "$TMPDIR/token-pin" \
        --force letter.txt
    said "/nonexistent.so"
    with_token 1 0 "pkcs11:token=Box;object=rsa?module-name=other" --force letter.txt
    said "no token fits"
}

the_pin_may_be_named_by_the_uri() {
    enter token-source
    sign 0 --with "pkcs11:token=Box;object=rsa?pin-source=file:$TMPDIR/token-pin" letter.txt
    sign 0 --with "pkcs11:token=Box;object=rsa?pin-source=$TMPDIR/token-pin" --force letter.txt
    sign 0 --with "pkcs11:token=Box;object=rsa?pin-value=$token_pin" --force letter.txt
    said "can be read by every program"
    openssl_accepts letter.txt "$store/ca.pem"
}

a_command_as_pin_source_is_not_run() {
    enter token-command
    sign 1 --with "pkcs11:token=Box;object=rsa?pin-source=%7Ctouch%20ran" letter.txt
    same logins 0 "$(logins_said)"
    [ ! -e ran ]
    no_signature_is_here
}

a_wrong_pin_is_sent_to_a_token_once() {
    enter token-wrong
    echo one >one
    echo 1111 >wrong
    sign 1 --with "pkcs11:token=Box;object=rsa" --pin-file wrong letter.txt one
    same logins 1 "$(logins_said)"
    no_signature_is_here
}

of_two_tokens_that_fit_neither_is_sent_a_pin() {
    enter token-two
    with_token 1 0 "pkcs11:object=rsa" letter.txt
    said "token=Box "
    said "token=Chest "
    no_signature_is_here
}

of_two_keys_that_fit_neither_signs() {
    enter token-keys
    with_token 1 1 "pkcs11:token=Box" letter.txt
    said "add object= or id="
    no_signature_is_here
}

no_such_token_or_key_is_told() {
    enter token-none
    with_token 1 0 "pkcs11:token=Nowhere" letter.txt
    said "no token fits"
    with_token 1 1 "pkcs11:token=Box;object=nothing" letter.txt
    said "has no key for signatures"
    no_signature_is_here
}

a_uri_that_cannot_be_read_is_told() {
    enter token-uri
    with_token 2 0 "pkcs11:token=%zz" letter.txt
    with_token 2 0 "pkcs11:token=Box;nonsense=1" letter.txt
    no_signature_is_here
}

an_expired_certificate_in_a_token_is_told_before_the_pin() {
    enter token-expired
    with_token 1 0 "pkcs11:token=Chest;object=old" letter.txt
    said "ended on"
    no_signature_is_here
}

a_key_without_certificate_signs_nothing() {
    enter token-bare
    with_token 1 1 "pkcs11:token=Chest;object=bare" letter.txt
    said "no certificate that belongs to the key"
    no_signature_is_here
}

a_key_that_wants_its_pin_each_time_gets_it_each_time() {
    enter token-each-time
    echo one >one
    with_token 0 3 "pkcs11:token=Chest;object=third" letter.txt one
    openssl_accepts letter.txt "$store/ca.pem"
    openssl_accepts one "$store/ca.pem"
}

after_a_refused_pin_such_a_key_is_sent_no_other() {
    enter token-each-wrong
    echo one >one
    at_terminal 1 "PIN of the token Chest: " "$token_pin" "for this signature: " 1111 -- letter.txt one \
        --with "pkcs11:token=Chest;object=third"
    same logins 2 "$(logins_said)"
    no_signature_is_here
}

our_own_module_is_a_module_like_others() {
    enter token-own
    printf '%s\n' "$SIGN_PIN" >"$TMPDIR/pin"
    with_verifies 1 sign 0 --with "pkcs11:token=JPKI%20Signature?module-path=$MODULE" --pin-file "$TMPDIR/pin" \
        --yes letter.txt
    said "date of birth and sex"
    openssl_accepts letter.txt "$PKI/sign-ca.pem"
    printf 'WRONG1\n' >"$TMPDIR/pin"
    with_verifies 1 sign 1 --with "pkcs11:token=JPKI%20Signature?module-path=$MODULE" --pin-file "$TMPDIR/pin" \
        --yes --force letter.txt
}

# Over since long: only `openssl ca` takes dates in each of its versions.
make_old_certificate() {
    cat >old.cnf <<'END_OF_SETTINGS'
[ca]
default_ca = this
[this]
database = old.index
new_certs_dir = .
rand_serial = yes
private_key = ca.key
certificate = ca.pem
default_md = sha256
copy_extensions = copy
policy = any
[any]
commonName = supplied
END_OF_SETTINGS
    : >old.index
    openssl ca -config old.cnf -batch -notext -startdate 20240101000000Z -enddate 20250101000000Z \
        -in old.csr -out old.pem
}

make_keys() {
    make_certificates
    make_certificate short -algorithm RSA -pkeyopt rsa_keygen_bits:1024
    make_certificate odd -algorithm EC -pkeyopt ec_paramgen_curve:secp256k1
    make_certificate third -algorithm EC -pkeyopt ec_paramgen_curve:P-384
    make_certificate bare -algorithm EC -pkeyopt ec_paramgen_curve:P-256
    make_certificate old -algorithm EC -pkeyopt ec_paramgen_curve:P-256
    make_old_certificate
    openssl pkcs12 -export -in old.pem -inkey old.key -passout "pass:$passphrase" -out old.pfx
}

# A key that wants a login for each use.
put_careful_key() {
    openssl pkey -in third.key -outform DER -out third.key.der
    box_tool Chest --write-object third.key.der --type privkey --id 05 --label third --always-auth
    put_certificate Chest third 05
}

make_tokens() {
    make_tokens_possible
    make_token Box
    make_token Chest
    put_into Box rsa 01
    put_into Box p256 02
    put_into Chest rsa 01
    put_into Chest old 03
    put_into Chest bare 04
    box_tool Chest --delete-object --type cert --id 04
    put_careful_key
}

cd "$TMPDIR"
store=$PWD
{ make_keys && make_tokens; } >"$WORLD/prepared" 2>&1 || { cat "$WORLD/prepared" && exit 1; }
check a_pfx_file_signs rsa
check a_pfx_file_signs p256
check a_pfx_file_signs third
check without_a_listed_certificate_it_says_where_one_comes_from
check the_only_listed_certificate_needs_no_name
check the_cas_certificate_is_inside
check of_several_one_has_to_be_named
check it_is_named_by_label_or_number
check an_expired_certificate_is_refused_before_the_question
check a_certificate_whose_file_is_gone_is_refused_before_the_question
check an_expired_certificate_in_a_pfx_file_signs_nothing
check a_key_that_nobody_would_believe_signs_nothing short
check a_key_that_nobody_would_believe_signs_nothing odd
check a_wrong_passphrase_signs_nothing
check a_file_that_is_no_pfx_signs_nothing
check the_certificate_that_was_issued_signs_at_once
check the_passphrase_is_asked_for_at_the_terminal
check the_card_signs_many_files_with_one_password
check a_wrong_password_is_sent_once
check a_card_of_unknown_origin_signs_nothing
check without_a_yes_no_password_is_sent
check a_no_signs_nothing
check a_certificate_is_told_before_the_password_is_asked_for
check a_yes_asks_for_the_password
check a_token_of_another_maker_signs rsa
check a_token_of_another_maker_signs p256
check the_key_may_be_named_by_its_id
check the_module_may_be_named
check the_pin_may_be_named_by_the_uri
check a_command_as_pin_source_is_not_run
check a_wrong_pin_is_sent_to_a_token_once
check of_two_tokens_that_fit_neither_is_sent_a_pin
check of_two_keys_that_fit_neither_signs
check no_such_token_or_key_is_told
check a_uri_that_cannot_be_read_is_told
check an_expired_certificate_in_a_token_is_told_before_the_pin
check a_key_without_certificate_signs_nothing
check a_key_that_wants_its_pin_each_time_gets_it_each_time
check after_a_refused_pin_such_a_key_is_sent_no_other
check our_own_module_is_a_module_like_others
finish
