#!/usr/bin/env bash
# Signatures and their time stamps, held against OpenSSL's commands: what is made here holds there, what
# is made there holds here, and a time stamp authority that is OpenSSL answers what is asked here.
#
#     signatures.sh SIGNATURE_TOOL
set -euo pipefail
. "$(dirname "$0")/../../tap.sh"
tool=$(realpath "$1")
golden=$(realpath "$(dirname "$0")/../../golden")

# A CA, two signers and a time stamp authority.
make_pki() {
    printf 'the content' >content
    openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -subj /CN=ca -days 2 2>/dev/null
    issue first 2048 digitalSignature,nonRepudiation
    issue second ec digitalSignature
    issue tsa 2048 digitalSignature extendedKeyUsage=critical,timeStamping
}

issue() { # NAME 2048|ec USAGE [EXTENSION]
    local kind=(-newkey "rsa:$2")
    [ "$2" != ec ] || kind=(-newkey ec -pkeyopt ec_paramgen_curve:P-384)
    openssl req -new "${kind[@]}" -nodes -keyout "$1.key" -subj "/CN=$1" -out "$1.csr" 2>/dev/null
    printf '%s\n' subjectKeyIdentifier=hash "keyUsage=critical,$3" "${4-}" >"$1.ext"
    openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile "$1.ext" \
        -out "$1.pem" 2>/dev/null
    openssl pkcs12 -export -in "$1.pem" -inkey "$1.key" -certfile ca.pem -passout pass:secret -out "$1.pfx"
}

openssl_verifies() { # FILE CONTENT [OPTION...]
    openssl cms -verify -binary -cades -inform DER -in "$1" -content "$2" -CAfile ca.pem -purpose any \
        -out /dev/null "${@:3}"
}

says() { # WANTED TOOL-ARGUMENT...
    same "${*:2}" "$1" "$("$tool" "${@:2}" || true)"
}

what_is_signed_here_holds_there() { # NAME
    says MN_OK sign "$1.pfx" content here.mnsgn
    openssl_verifies here.mnsgn content
    printf 'the Content' >changed
    must_fail openssl_verifies here.mnsgn changed
    says "signed MN_E_CHANGED" check here.mnsgn changed
}

what_is_signed_there_holds_here() { # NAME OPTION...
    openssl cms -sign -binary -cades -in content -signer "$1.pem" -inkey "$1.key" -outform DER \
        -out there.mnsgn "${@:2}"
    says "signed MN_OK" check there.mnsgn content
}

what_is_no_cades_signature_is_refused() {
    openssl cms -sign -binary -in content -signer first.pem -inkey first.key -outform DER -out plain.p7s
    says "signed MN_E_UNBOUND" check plain.p7s content
    openssl cms -sign -binary -cades -nodetach -in content -signer first.pem -inkey first.key -outform DER \
        -out whole.p7m
    says MN_E_FORMAT check whole.p7m content
    openssl cms -encrypt -binary -in content -outform DER -out sealed.p7m first.pem
    says MN_E_FORMAT check sealed.p7m content
}

a_second_signer_holds_beside_the_first() {
    says MN_OK sign first.pfx content one.mnsgn
    says MN_OK sign second.pfx content two.mnsgn one.mnsgn
    openssl_verifies two.mnsgn content
    says "signed signed MN_OK" check two.mnsgn content
    says MN_E_CHANGED sign second.pfx changed three.mnsgn one.mnsgn
    [ ! -e three.mnsgn ]
}

# One that grants, and one that knows no policy or digest of ours.
make_authority() {
    cat >tsa.cnf <<END
[tsa]
default_tsa = here
[here]
serial = $PWD/tsa.serial
signer_cert = $PWD/tsa.pem
signer_key = $PWD/tsa.key
certs = $PWD/ca.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = $1
accuracy = secs:1
ess_cert_id_chain = yes
ess_cert_id_alg = $2
END
    echo 01 >tsa.serial
}

a_time_stamp_of_openssls_holds_here_and_there() { # HASH OF THE AUTHORITY'S CERTIFICATE
    make_authority sha256 "$1"
    says MN_OK sign first.pfx content one.mnsgn
    says MN_OK ask one.mnsgn 0 query
    openssl ts -query -in query -text | grep 'Certificate required: yes'
    openssl ts -reply -config tsa.cnf -section here -queryfile query -out reply
    openssl ts -verify -in reply -queryfile query -CAfile ca.pem -untrusted tsa.pem
    says MN_OK attach one.mnsgn 0 query reply stamped.mnsgn
    openssl_verifies stamped.mnsgn content
    says "signed stamped MN_OK" check stamped.mnsgn content
    says MN_OK token stamped.mnsgn 0 token value
    openssl ts -verify -token_in -in token -data value -CAfile ca.pem -untrusted tsa.pem
    says MN_E_FILE_EXISTS attach stamped.mnsgn 0 query reply twice.mnsgn
}

a_second_signer_leaves_a_time_stamp() {
    says MN_OK sign second.pfx content both.mnsgn stamped.mnsgn
    openssl_verifies both.mnsgn content
    "$tool" check both.mnsgn content | grep -E '^(signed stamped signed|signed signed stamped) MN_OK$'
}

an_authority_that_refuses_is_told() {
    make_authority sha512 sha256
    says MN_OK ask one.mnsgn 0 query
    openssl ts -reply -config tsa.cnf -section here -queryfile query -out reply
    says MN_E_STAMP_REFUSED attach one.mnsgn 0 query reply refused.mnsgn
    [ ! -e refused.mnsgn ]
}

the_reply_to_another_query_is_refused() {
    make_authority sha256 sha256
    says MN_OK ask one.mnsgn 0 query
    openssl ts -reply -config tsa.cnf -section here -queryfile query -out reply
    says MN_OK ask one.mnsgn 0 query
    says MN_E_STAMP_FOREIGN attach one.mnsgn 0 query reply foreign.mnsgn
}

# Signed once and for all, with keys that nobody has kept: what was a signature stays one.
golden_signatures_hold() {
    openssl x509 -inform DER -in "$golden/letter-ca.cer" -out ca.pem
    says "signed MN_OK" check "$golden/letter-signed.mnsgn" "$golden/letter.txt"
    says "signed signed MN_OK" check "$golden/letter-two.mnsgn" "$golden/letter.txt"
    says "signed stamped MN_OK" check "$golden/letter-stamped.mnsgn" "$golden/letter.txt"
    says "signed MN_E_CHANGED" check "$golden/letter-signed.mnsgn" content
    for name in signed two stamped; do
        openssl_verifies "$golden/letter-$name.mnsgn" "$golden/letter.txt" -attime 1800000000
    done
}

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
make_pki
check what_is_signed_here_holds_there first
check what_is_signed_here_holds_there second
check what_is_signed_there_holds_here first
check what_is_signed_there_holds_here second -md sha384
check what_is_signed_there_holds_here first -keyopt rsa_padding_mode:pss
check what_is_signed_there_holds_here second -keyid -nosmimecap
check what_is_no_cades_signature_is_refused
check a_second_signer_holds_beside_the_first
check a_time_stamp_of_openssls_holds_here_and_there sha256
check a_time_stamp_of_openssls_holds_here_and_there sha1
check a_second_signer_leaves_a_time_stamp
check an_authority_that_refuses_is_told
check the_reply_to_another_query_is_refused
check golden_signatures_hold
finish
