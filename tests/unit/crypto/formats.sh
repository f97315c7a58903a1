#!/usr/bin/env bash
# The formats of src/crypto, held against the programs of others: what is made here is read by
# OpenSSL, NSS and GnuTLS, and the PKCS#12 files that they make are read here.
#
#     formats.sh FORMATS_TOOL
set -euo pipefail
. "$(dirname "$0")/../../tap.sh"
tool=$(realpath "$1")

openssl_verifies_the_signature() {
    openssl x509 -inform DER -in own.cer -out own.pem
    openssl cms -verify -binary -cades -inform DER -in own.p7s -content content -CAfile own.pem \
        -purpose any -out /dev/null
    echo more >>content
    must_fail openssl cms -verify -binary -inform DER -in own.p7s -content content -CAfile own.pem \
        -purpose any -out /dev/null
}

openssl_reads_the_pkcs12() {
    openssl pkcs12 -in own.pfx -passin pass:secret -info -nodes -out read.pem 2>info
    openssl pkey -in read.pem -pubout | cmp - <(openssl x509 -inform DER -in own.cer -noout -pubkey)
    grep -E 'MAC: sha256, Iteration 600000' info
    [ "$(grep -cE 'PBES2, PBKDF2, AES-256-CBC, Iteration 600000, PRF hmacWithSHA256' info)" = 2 ]
    must_fail openssl pkcs12 -in own.pfx -passin pass:Secret -nodes -out read.pem
}

# certutil asks, and asks again without end, where there is a database already.
new_nss() {
    rm -rf nss
    mkdir nss
    certutil -N -d nss --empty-password
}

nss_reads_the_pkcs12() {
    new_nss
    pk12util -i own.pfx -d nss -W secret -K ''
    certutil -K -d nss | grep 架空
}

gnutls_reads_the_pkcs12() {
    certtool --p12-info --inder --infile own.pfx --password secret >info
    grep 'BEGIN CERTIFICATE' info
    grep 'BEGIN.*PRIVATE KEY' info
}

openssl_and_gnutls_accept_the_request() {
    openssl req -inform DER -in own.csr -verify -noout
    certtool --crq-info --inder --infile own.csr | grep 'email.*hanako@example.org\|hanako@example.org'
}

openssl_reads_the_validity_data() {
    openssl x509 -inform DER -in authority.cer -out authority.pem
    openssl ocsp -respin 300.ors -sha256 -issuer own.pem -cert own.pem -VAfile authority.pem -no_nonce \
        >said 2>&1
    grep -x 'Response verify OK' said
    grep -x 'own.pem: revoked' said
    grep 'Reason: keyCompromise' said
    must_fail openssl ocsp -respin 300.ors -sha256 -issuer own.pem -cert own.pem -VAfile own.pem -no_nonce
}

openssl_reads_the_list_of_revocations() {
    openssl crl -inform DER -in revoked.crl -CAfile authority.pem -noout 2>&1 | grep -x 'verify OK'
    openssl crl -inform DER -in revoked.crl -noout -text >said
    grep "Serial Number: $(openssl x509 -in own.pem -noout -serial | sed s/serial=//)" said
    grep 'Key Compromise' said
}

# The commands that the page of a published site tells (src/authority/site/index.html).
openssl_takes_the_signer_out() {
    printf content >FILE
    cp own.p7s FILE.mnsgn
    openssl cms -verify -binary -noverify -inform DER -in FILE.mnsgn -content FILE -signer C.pem -out /dev/null
    openssl x509 -in C.pem -outform DER | cmp - own.cer
    openssl cms -verify -cades -binary -inform DER -in FILE.mnsgn -content FILE -CAfile C.pem -purpose any \
        -out /dev/null
    echo more >>FILE
    must_fail openssl cms -verify -binary -noverify -inform DER -in FILE.mnsgn -content FILE -signer C.pem \
        -out /dev/null
}

others_read_what_is_made() { # rsa|ec
    printf content >content
    "$tool" make "$1"
    openssl_reads_the_pkcs12
    nss_reads_the_pkcs12
    gnutls_reads_the_pkcs12
    openssl_and_gnutls_accept_the_request
    openssl_takes_the_signer_out
    openssl_verifies_the_signature
    openssl_reads_the_validity_data
    openssl_reads_the_list_of_revocations
}

# The key and certificate that the others put into their files.
make_theirs() {
    openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -subj /CN=theirs -days 2 \
        2>/dev/null
}

reads() { # FILE PASSPHRASE WANTED
    same "$1" "$3" "$("$tool" read "$1" "$2")"
}

what_openssl_makes_is_read() {
    make_theirs
    openssl pkcs12 -export -inkey key.pem -in cert.pem -passout pass:secret -out a.p12
    reads a.p12 secret "MN_OK 0"
    reads a.p12 wrong "MN_E_PASSPHRASE 0"
    openssl pkcs12 -export -inkey key.pem -in cert.pem -passout pass: -out a.p12
    reads a.p12 "" "MN_OK 0"
    openssl pkcs12 -export -inkey key.pem -in cert.pem -passout pass:secret -nomac -out a.p12
    reads a.p12 secret "MN_OK 0"
    openssl pkcs12 -export -descert -keypbe PBE-SHA1-3DES -inkey key.pem -in cert.pem \
        -macalg sha1 -passout pass:secret -out a.p12
    reads a.p12 secret "MN_OK 0"
    openssl pkcs12 -export -nokeys -in cert.pem -passout pass:secret -out a.p12
    reads a.p12 secret "MN_E_NO_KEY 0"
}

# RC2 for the certificates, as Windows and OpenSSL before 3.0 have it.
an_old_file_of_openssl_is_read() {
    make_theirs
    openssl pkcs12 -export -legacy -inkey key.pem -in cert.pem -passout pass:secret -out a.p12
    reads a.p12 secret "MN_OK 0"
    reads a.p12 wrong "MN_E_PASSPHRASE 0"
    OPENSSL_MODULES=/nowhere reads a.p12 secret "MN_E_ALGORITHM 0"
}

what_nss_makes_is_read() {
    make_theirs
    openssl pkcs12 -export -inkey key.pem -in cert.pem -name theirs -passout pass:x -out a.p12
    new_nss
    pk12util -i a.p12 -d nss -W x -K ''
    pk12util -o b.p12 -n theirs -d nss -W secret -K ''
    reads b.p12 secret "MN_OK 0"
    reads b.p12 Secret "MN_E_PASSPHRASE 0"
}

what_gnutls_makes_is_read() {
    make_theirs
    certtool --to-p12 --load-privkey key.pem --load-certificate cert.pem --load-ca-certificate cert.pem \
        --p12-name theirs --password secret --outder --outfile c.p12
    "$tool" read c.p12 secret | grep '^MN_OK '
    reads c.p12 Secret "MN_E_PASSPHRASE 0"
}

# What `mynakey issue` and `mynakey csr` wrote one day, by a simulated card, of which nothing else was kept.
the_issued_files_of_that_day_are_read() {
    openssl x509 -inform DER -in "$golden/card-ca.cer" -out card-ca.pem
    openssl cms -verify -cades -binary -inform DER -in "$golden/issued.mnsgn" -content "$golden/issued.cer" \
        -CAfile card-ca.pem -purpose any -attime 1800000000 -out /dev/null
    reads "$golden/issued.pfx" "kiyoi mizu no nagare 7" "MN_OK 0"
    openssl pkcs12 -in "$golden/issued.pfx" -passin "pass:kiyoi mizu no nagare 7" -nokeys |
        openssl x509 -outform DER | cmp - "$golden/issued.cer"
    openssl req -in "$golden/request.csr" -noout -verify
    python3 - "$golden" <<'END'
import email, email.policy, pathlib, sys
folder = pathlib.Path(sys.argv[1])
mail = email.message_from_bytes((folder / "issued.eml").read_bytes(), policy=email.policy.default)
found = {part.get_filename(): part.get_content() for part in mail.iter_attachments()}
assert found == {name: (folder / name).read_bytes() for name in ("issued.cer", "issued.mnsgn")}, found.keys()
END
}

golden=$(realpath "$(dirname "$0")/../../golden")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
check others_read_what_is_made rsa
check others_read_what_is_made ec
check what_openssl_makes_is_read
check an_old_file_of_openssl_is_read
check what_nss_makes_is_read
check what_gnutls_makes_is_read
check the_issued_files_of_that_day_are_read
finish
