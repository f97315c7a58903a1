#!/usr/bin/env bash
# Software certificates: `mynakey soft`, and what programs do with the token that comes of it. What the
# token makes, OpenSSL checks with the certificate alone.
set -euo pipefail
. "$(dirname "$0")/world.sh"
. "$(dirname "$0")/soft.sh"
in_world
export LC_ALL=C

soft_tool() { # NAME PKCS11-TOOL-OPTION...
    pkcs11-tool --module "$MODULE" --token-label "Employee $1" "${@:2}"
}

login_tool() { # NAME PKCS11-TOOL-OPTION...
    soft_tool "$1" --login --pin "$passphrase" "${@:2}"
}

refused_with() { # SENTENCE COMMAND...
    local status=0
    "${@:2}" >said 2>&1 || status=$?
    cat said
    same "exit status" 1 "$status"
    grep -F "$1" said
    same lines 1 "$(wc -l <said)"
}

a_file_becomes_a_token() { # NAME
    add "$1.pfx"
    "$MYNAKEY" soft list >said
    cat said
    grep "Employee $1" said
    grep -F "File: $PWD/$1.pfx" said
    pkcs11-tool --module "$MODULE" --list-slots | grep "token label *: Employee $1"
}

its_certificates_are_there_without_a_passphrase() { # NAME
    soft_tool "$1" --list-objects >objects
    cat objects
    same certificates 2 "$(grep -c "^Certificate Object" objects)"
    must_fail grep "Private Key Object" objects
    soft_tool "$1" --read-object --type cert --label "Employee $1" --output-file read.der
    cmp read.der <(openssl x509 -in "$1.pem" -outform DER)
    soft_tool "$1" --read-object --type cert --label "Employee $1 CA" --output-file read.der
    cmp read.der <(openssl x509 -in ca.pem -outform DER)
}

it_cannot_be_added_twice() {
    refused_with "software certificate 1 has this certificate or this file already" add rsa.pfx
}

the_status_shows_it() {
    "$MYNAKEY" status >said
    grep "Software certificate 1: Employee rsa" said
    "$MYNAKEY" status --json >said
    python3 -c 'import json; soft = json.load(open("said"))["software_certificates"]
assert [c["slot"] for c in soft] == [129, 130, 131] and all(c["file_there"] for c in soft), soft'
}

alone_it_has_its_own_module() {
    pkcs11-tool --module "$MODULE_SOFT" --list-slots >said
    same tokens 3 "$(grep -c "token label" said)"
    must_fail grep JPKI said
    pkcs11-tool --module "$MODULE_AUTH" --list-slots >said
    must_fail grep Employee said
}

rsa_signs() { # MECHANISM HASH
    letter letter.txt
    login_tool rsa --sign --mechanism "$1" --input-file letter.txt --output-file sig
    openssl dgst "-$2" -verify rsa.pub -signature sig letter.txt | grep -x "Verified OK"
}

rsa_signs_with_pss() { # HASH MGF-HASH SALT [RAW]
    letter letter.txt
    local mechanism=${1^^}-RSA-PKCS-PSS options=()
    cp letter.txt input
    if [ "${4-}" = raw ]; then
        mechanism=RSA-PKCS-PSS options=(--hash-algorithm "${1^^}")
        [ "$1" != sha1 ] || options=(--hash-algorithm SHA-1)
        openssl dgst "-$1" -binary letter.txt >input
    fi
    login_tool rsa --sign --mechanism "$mechanism" "${options[@]}" --mgf "MGF1-${2^^}" --salt-len "$3" \
        --input-file input --output-file sig
    openssl dgst "-$1" -verify rsa.pub -sigopt rsa_padding_mode:pss -sigopt "rsa_pss_saltlen:$3" \
        -sigopt "rsa_mgf1_md:$2" -signature sig letter.txt | grep -x "Verified OK"
}

ec_signs() { # NAME MECHANISM HASH
    letter letter.txt
    login_tool "$1" --sign --mechanism "$2" --signature-format openssl --input-file letter.txt \
        --output-file sig
    openssl dgst "-$3" -verify "$1.pub" -signature sig letter.txt | grep -x "Verified OK"
}

ec_signs_a_hash() { # NAME
    letter letter.txt
    openssl dgst -sha256 -binary letter.txt >input
    login_tool "$1" --sign --mechanism ECDSA --signature-format openssl --input-file input --output-file sig
    openssl dgst -sha256 -verify "$1.pub" -signature sig letter.txt | grep -x "Verified OK"
}

it_decrypts() { # PKCS11-TOOL-OPTIONS -- OPENSSL-OPTIONS
    local options=()
    while [ "$1" != -- ]; do options+=("$1") && shift; done
    shift
    openssl rand 32 >secret
    openssl pkeyutl -encrypt -pubin -inkey rsa.pub "$@" -in secret -out encrypted
    login_tool rsa --decrypt "${options[@]}" --input-file encrypted --output-file plain
    cmp secret plain
}

a_wrong_passphrase_is_refused_and_locks_nothing() {
    local _
    for _ in 1 2 3 4; do
        must_fail soft_tool rsa --login --pin "wrong horse" --list-objects >said 2>&1
        grep CKR_PIN_INCORRECT said
    done
    login_tool rsa --list-objects --type privkey | grep "Private Key Object"
}

a_new_pin_is_the_files_new_passphrase() {
    soft_tool p256 --change-pin --pin "$passphrase" --new-pin "battery staple"
    must_fail login_tool p256 --list-objects
    openssl pkcs12 -in p256.pfx -passin "pass:battery staple" -nodes -nocerts 2>/dev/null |
        openssl pkey -pubout | cmp - p256.pub
    [ ! -e p256.pfx.old ]
    same mode 600 "$(stat -c %a p256.pfx)"
    soft_tool p256 --change-pin --pin "battery staple" --new-pin "$passphrase"
    login_tool p256 --list-objects --type privkey | grep "Private Key Object"
}

without_the_file_there_is_no_token() {
    mv p256.pfx away
    "$MYNAKEY" soft list | grep "p256.pfx (not there)"
    must_fail soft_tool p256 --list-objects
    mv away p256.pfx
    soft_tool p256 --list-objects
}

removing_leaves_the_file() {
    "$MYNAKEY" soft remove 3 >said
    cat said
    grep -F "$PWD/p384.pfx" said
    [ -e p384.pfx ]
    must_fail soft_tool p384 --list-objects
    refused_with "there is no software certificate 3" "$MYNAKEY" soft remove 3
    [ "$(find "$XDG_DATA_HOME/mynakey/soft" -mindepth 1 -maxdepth 1 | wc -l)" = 2 ]
}

# While it waits for its passphrase it has begun for sure.
nothing_of_its_memory_would_be_left_behind() {
    mkfifo pipe
    ulimit -Sc "$(ulimit -Hc)"
    "$MYNAKEY" soft add p384.pfx --passphrase-file pipe >said 2>&1 &
    exec 9>pipe
    grep -E "^Max core file size +0 +0 " "/proc/$!/limits"
    exec 9>&-
    must_fail wait $!
    rm pipe
}

# U+009B begins a command to a terminal.
a_name_in_a_certificate_commands_no_terminal() {
    openssl req -x509 -key p256.key -utf8 -subj "/CN="$'\xc2\x9b'"2Jx" -days 9 -out named.pem
    openssl pkcs12 -export -in named.pem -inkey p256.key -passout "pass:$passphrase" -out named.pfx
    add named.pfx --label "A name"
    "$MYNAKEY" soft list >listed
    LC_ALL=C grep -aF "Of: ?2Jx" listed
    must_fail env LC_ALL=C grep -aF $'\xc2\x9b' listed
    "$MYNAKEY" soft remove "$(sed -n 's/^Software certificate \([0-9]*\): A name$/\1/p' listed)"
}

it_is_added_without_a_passphrase_by_its_certificate() {
    "$MYNAKEY" soft add p384.pfx --cert p384.pem --label "By certificate" </dev/null
    pkcs11-tool --module "$MODULE_SOFT" --token-label "By certificate" --login --pin "$passphrase" \
        --list-objects --type privkey | grep "Private Key Object"
}

another_ones_certificate_is_found_out() {
    "$MYNAKEY" soft remove 3
    refused_with "There is no certificate that belongs to the key" add p384.pfx --cert p256-other.pem
}

# --- files that are none ---------------------------------------------------------------------------

a_truncated_file_is_told() { # BYTES
    head -c "$1" rsa.pfx >cut.pfx
    refused_with cut.pfx add cut.pfx
}

a_damaged_file_is_told() {
    local at
    for at in 5 40 200 1000; do
        cp rsa.pfx damaged.pfx
        printf '\xff\xff' | dd of=damaged.pfx bs=1 seek="$at" conv=notrunc 2>/dev/null
        refused_with damaged.pfx add damaged.pfx
    done
}

what_is_no_such_file_is_told() { # FILE
    refused_with "$1" add "$1"
}

a_wrong_passphrase_is_told() {
    echo "wrong horse" >wrong
    refused_with "The passphrase does not open the file" \
        "$MYNAKEY" soft add fresh.pfx --passphrase-file wrong
}

# Read where OpenSSL has the old ciphers, else told in one sentence.
an_old_cipher_is_read_or_told() {
    openssl pkcs12 -export -legacy -in fresh.pem -inkey fresh.key -passout "pass:$passphrase" \
        -out old.pfx
    if add old.pfx >said 2>&1; then
        "$MYNAKEY" soft remove 3
    else
        cat said
        grep "encrypted in" said
    fi
}

a_file_that_breaks_after_it_was_added_is_no_token_to_log_in_to() {
    cp p256.pfx kept
    head -c 300 kept >p256.pfx
    must_fail login_tool p256 --list-objects >said 2>&1
    cat said
    grep CKR_TOKEN_NOT_RECOGNIZED said
    cp kept p256.pfx
    login_tool p256 --list-objects --type privkey | grep "Private Key Object"
}

cd "$TMPDIR"
make_certificates
make_certificate p384 -algorithm EC -pkeyopt ec_paramgen_curve:P-384
make_certificate fresh -algorithm RSA -pkeyopt rsa_keygen_bits:3072
make_certificate p256-other -algorithm EC -pkeyopt ec_paramgen_curve:P-256
for name in rsa p256 p384; do
    check a_file_becomes_a_token "$name"
    check its_certificates_are_there_without_a_passphrase "$name"
done
check it_cannot_be_added_twice
check the_status_shows_it
check alone_it_has_its_own_module
for hash in sha1 sha224 sha256 sha384 sha512; do
    check rsa_signs "${hash^^}-RSA-PKCS" "$hash"
    check rsa_signs_with_pss "$hash" "$hash" 20
    check rsa_signs_with_pss "$hash" "$hash" 0 raw
    check ec_signs p256 "ECDSA-${hash^^}" "$hash"
    check ec_signs p384 "ECDSA-${hash^^}" "$hash"
done
check rsa_signs_with_pss sha512 sha1 100
check ec_signs_a_hash p256
check it_decrypts --mechanism RSA-PKCS --
check it_decrypts --mechanism RSA-PKCS-OAEP --hash-algorithm SHA-1 -- -pkeyopt rsa_padding_mode:oaep
check it_decrypts --mechanism RSA-PKCS-OAEP --hash-algorithm SHA256 --mgf MGF1-SHA256 -- \
    -pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256 -pkeyopt rsa_mgf1_md:sha256
check it_decrypts --mechanism RSA-PKCS-OAEP --hash-algorithm SHA512 --mgf MGF1-SHA256 -- \
    -pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha512 -pkeyopt rsa_mgf1_md:sha256
check a_wrong_passphrase_is_refused_and_locks_nothing
check a_new_pin_is_the_files_new_passphrase
check without_the_file_there_is_no_token
check a_file_that_breaks_after_it_was_added_is_no_token_to_log_in_to
check removing_leaves_the_file
check it_is_added_without_a_passphrase_by_its_certificate
check another_ones_certificate_is_found_out
check a_name_in_a_certificate_commands_no_terminal
check nothing_of_its_memory_would_be_left_behind
for bytes in 0 1 20 300 1500; do check a_truncated_file_is_told "$bytes"; done
check a_damaged_file_is_told
echo "not a certificate at all" >text.pfx
head -c 3000000 /dev/zero >huge.pfx
mkdir folder.pfx
for file in text.pfx huge.pfx folder.pfx missing.pfx; do check what_is_no_such_file_is_told "$file"; done
check a_wrong_passphrase_is_told
check an_old_cipher_is_read_or_told
finish
