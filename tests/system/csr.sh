#!/usr/bin/env bash
# `mynakey csr` and `mynakey soft import-cert`: a certificate from a CA, which OpenSSL plays here.
set -euo pipefail
. "$(dirname "$0")/issuing.sh"
in_world --none

# csr STATUS OPTION...
csr() {
    local status=0
    printf '%s\n' "$passphrase" >"$TMPDIR/passphrase"
    "$MYNAKEY" csr --passphrase-file "$TMPDIR/passphrase" --key p256 "${@:2}" >"$TMPDIR/said" 2>&1 ||
        status=$?
    cat "$TMPDIR/said"
    same "exit status" "$1" "$status"
}

# import STATUS OPTION...
import() {
    local status=0
    printf '%s\n' "$passphrase" >"$TMPDIR/passphrase"
    "$MYNAKEY" soft import-cert --passphrase-file "$TMPDIR/passphrase" "${@:2}" >"$TMPDIR/said" 2>&1 ||
        status=$?
    cat "$TMPDIR/said"
    same "exit status" "$1" "$status"
}

# A CA with one below it, in the folder ca.
make_ca() {
    mkdir "$TMPDIR/ca"
    cd "$TMPDIR/ca"
    local name
    for name in root middle; do
        openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out $name.key 2>/dev/null ||
            openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out $name.key
    done
    printf '%s\n' 'basicConstraints=critical,CA:TRUE' 'keyUsage=critical,keyCertSign' \
        'subjectKeyIdentifier=hash' >ca.ext
    openssl req -new -x509 -key root.key -subj "/CN=Test Root" -days 90 -out root.pem
    openssl req -new -key middle.key -subj "/CN=Test Middle" -out middle.csr
    openssl x509 -req -in middle.csr -CA root.pem -CAkey root.key -set_serial 2 -days 60 -extfile ca.ext \
        -out middle.pem
}

# certify REQUEST OUT
certify() {
    openssl x509 -req -in "$1" -CA "$TMPDIR/ca/middle.pem" -CAkey "$TMPDIR/ca/middle.key" \
        -set_serial "$RANDOM" -days 30 -copy_extensions copy -out "$2"
}

a_request_is_made() { # PROFILE OPTION...
    enter "$1"
    csr 0 --profile "$1" --name "黒桐　幹也" "${@:2}"
    same "files" "MyRequest.csr MyRequest.pfx" "$(find . -type f -printf '%f\n' | sort | xargs)"
    same "mode of the .pfx" 600 "$(stat -c %a MyRequest.pfx)"
    openssl req -in MyRequest.csr -noout -verify -text -nameopt utf8 >text 2>&1
    grep "verify OK" text
    grep "黒桐　幹也" text
    same "the key" "$(openssl req -in MyRequest.csr -noout -pubkey)" \
        "$(openssl pkcs12 -in MyRequest.pfx -passin "pass:$passphrase" -nodes -nocerts | openssl pkey -pubout)"
}

it_asks_for() { # PROFILE WORDS
    grep -F "$2" "$TMPDIR/$1/text"
}

the_subject_has_what_was_said() {
    enter subject
    csr 0 --profile client --name Mikiya --organization "Garan no Dou" --unit Investigation \
        --locality Mifune --state Tokyo --country JP --out folder-less
    openssl req -in folder-less.csr -noout -subject -nameopt sname,sep_comma_plus_space >subject
    cat subject
    same subject "subject=C=JP, ST=Tokyo, L=Mifune, O=Garan no Dou, OU=Investigation, CN=Mikiya" \
        "$(cat subject)"
}

# cannot STATUS WORDS OPTION...
cannot() {
    enter cannot
    csr "$1" "${@:3}"
    said "$2"
    nothing_is_here
}

a_weak_passphrase_makes_no_request() {
    passphrase=password2026 cannot 1 "everybody tries first" --profile client --name Mikiya
}

a_request_that_is_there_is_not_overwritten() {
    enter there
    echo old >MyRequest.csr
    csr 1 --profile client --name Mikiya
    said MyRequest.csr
    same "files here" MyRequest.csr "$(ls -A)"
    csr 0 --profile client --name Mikiya --force
    same content old "$(cat MyRequest-20*.csr)"
}

# What the CA sends, in each of its forms.
answer_as() { # FORM OUT
    case $1 in
    pem) cat ee.pem "$TMPDIR/ca/middle.pem" "$TMPDIR/ca/root.pem" >"$2" ;;
    reversed) cat "$TMPDIR/ca/root.pem" "$TMPDIR/ca/middle.pem" ee.pem >"$2" ;;
    der) openssl x509 -in ee.pem -outform DER -out "$2" ;;
    pkcs7 | pkcs7-pem)
        openssl crl2pkcs7 -nocrl -certfile ee.pem -certfile "$TMPDIR/ca/middle.pem" \
            -certfile "$TMPDIR/ca/root.pem" -outform "$([ "$1" = pkcs7 ] && echo DER || echo PEM)" -out "$2"
        ;;
    esac
}

a_request_is_certified() {
    enter certified
    csr 0 --profile smime --name "黒桐　幹也" --email mikiya@example.jp
    certify MyRequest.csr ee.pem
}

# In a folder of its own: the request and the certificate made for it.
enter_certified() { # FOLDER
    cp -r "$TMPDIR/certified" "$TMPDIR/$1"
    enter "$1"
}

a_certificate_joins_its_key() { # FORM CERTIFICATES
    enter_certified "import-$1"
    answer_as "$1" answer
    import 0 --no-add MyRequest.pfx answer
    openssl pkcs12 -in MyRequest.pfx -passin "pass:$passphrase" -nodes -out all.pem
    same "certificates" "$2" "$(grep -c "BEGIN CERTIFICATE" all.pem)"
    same "the key's certificate" "$(openssl x509 -in ee.pem -noout -fingerprint)" \
        "$(awk '/^Bag/ {own = 0} /localKeyID/ {own = 1} own' all.pem | openssl x509 -noout -fingerprint)"
    same "mode of the .pfx" 600 "$(stat -c %a MyRequest.pfx)"
    same "files of that kind" 1 "$(find . -name '*.pfx' | wc -l)"
}

nss_takes_the_file() { # FORM
    enter "import-$1"
    pk12util -l MyRequest.pfx -W "$passphrase" >listed
    mkdir nss
    certutil -N -d sql:nss --empty-password
    pk12util -i MyRequest.pfx -W "$passphrase" -d sql:nss
    certutil -K -d sql:nss | grep '^<'
}

a_certificate_joined_becomes_a_token() {
    enter_certified import-token
    import 0 MyRequest.pfx ee.pem
    said "It is a token now"
    "$MYNAKEY" soft list >listed
    cat listed
    grep -F "$PWD/MyRequest.pfx" listed
}

# A real certificate is somebody's: the file with it stays.
a_later_certificate_leaves_the_file_before_it() {
    enter_certified import-later
    import 0 --no-add MyRequest.pfx ee.pem
    certify MyRequest.csr ee.pem
    import 0 --no-add MyRequest.pfx ee.pem
    same "files of that kind" 2 "$(find . -name '*.pfx' | wc -l)"
}

a_file_with_other_keys_stays_too() {
    enter_certified import-more
    openssl pkcs12 -in MyRequest.pfx -passin "pass:$passphrase" -nodes -out first.pem
    openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out second.pem
    openssl pkey -in first.pem -out keys.pem
    cat second.pem >>keys.pem
    openssl x509 -in first.pem -out self.pem
    certtool --to-p12 --load-privkey keys.pem --load-certificate self.pem --outder --p12-name two \
        --password "$passphrase" --outfile two.pfx
    import 0 --no-add two.pfx ee.pem
    same "keys in the old file" 2 "$(openssl pkcs12 -in two-*.pfx -passin "pass:$passphrase" -nodes |
        grep -c "BEGIN PRIVATE KEY")"
}

# import_cannot WORDS FILE: with the file as what the CA sent; the .pfx stays as it was.
import_cannot() {
    local before
    before=$(md5sum MyRequest.pfx)
    import 1 MyRequest.pfx "$2"
    said "$1"
    same "MyRequest.pfx" "$before" "$(md5sum MyRequest.pfx)"
}

what_does_not_fit_is_refused() {
    enter_certified import-wrong
    import_cannot "belongs to the key" "$TMPDIR/ca/root.pem"
    echo nonsense >nonsense
    import_cannot nonsense nonsense
    import_cannot none none
    passphrase="another one entirely 7" import_cannot "passphrase" ee.pem
    same "status of a call without files" 2 "$("$MYNAKEY" soft import-cert >/dev/null 2>&1 || echo $?)"
}

cd "$TMPDIR"
make_ca >made 2>&1
check a_request_is_made smime --email mikiya@example.jp
check it_asks_for smime "E-mail Protection"
check it_asks_for smime "email:mikiya@example.jp"
check a_request_is_made client
check it_asks_for client "TLS Web Client Authentication"
check a_request_is_made code-signing
check it_asks_for code-signing "Code Signing"
check the_subject_has_what_was_said
check a_weak_passphrase_makes_no_request
check cannot 2 "--email" --profile smime --name Mikiya
check cannot 2 "--profile" --name Mikiya
check cannot 2 "--name" --profile client
check cannot 2 "two letters" --profile client --name Mikiya --country Japan
check cannot 2 "--key" --profile client --name Mikiya --key rsa1024
check a_request_that_is_there_is_not_overwritten
check a_request_is_certified
check a_certificate_joins_its_key pem 3
check nss_takes_the_file pem
check a_certificate_joins_its_key reversed 3
check nss_takes_the_file reversed
check a_certificate_joins_its_key der 1
check nss_takes_the_file der
check a_certificate_joins_its_key pkcs7 3
check nss_takes_the_file pkcs7
check a_certificate_joins_its_key pkcs7-pem 3
check nss_takes_the_file pkcs7-pem
check a_certificate_joined_becomes_a_token
check a_later_certificate_leaves_the_file_before_it
check a_file_with_other_keys_stays_too
check what_does_not_fit_is_refused
finish
