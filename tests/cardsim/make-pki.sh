#!/bin/sh
# Makes the keys and certificates of the simulated card in the folder OUTDIR:
#
#   sign-ca, auth-ca              the two authorities      .der .pem .key
#   sign, auth                    the card's certificates  .der .pem .key
#   sign-expired, auth-expired    the same keys, expired   .der .pem
#   sign-substituted              the same key, another person, 80 days left     .der .pem
#   card                          the card's own key            .key
#   text-ca, surface-ca           the authorities of the text and the surface application .key .pub
#   text-issuer, surface-issuer   the town's keys, which sign what is in them             .key
#   text-0001, surface-0002, ...  the files of these applications, made by the program MAKE-FACES
#
# Keys are unencrypted PKCS#8. Nothing here is secret, and nothing of it is kept in version control.
set -eu

if [ $# -ne 2 ]; then
    echo "usage: make-pki.sh OUTDIR MAKE-FACES" >&2
    exit 2
fi

here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
PKI_FOLDER=$(cd "$1" && pwd)
PKI_CA=none
PKI_NAME=none
export PKI_FOLDER PKI_CA PKI_NAME
# Neither the system's configuration nor its providers: the shape depends on pki.cnf alone.
OPENSSL_CONF=$here/pki.cnf
export OPENSSL_CONF

year=$(date -u +%Y)
# As JPKI does it: a leaf ends before its authority, at the end of a Japanese day.
ca_from=$((year - 6))0716005027Z
ca_to=$((year + 4))0715145959Z
from=$((year - 2))1027014102Z
to=$((year + 3))0217145959Z
soon=$(date -u -d '+80 days' +%Y%m%d145959Z)
past_from=$((year - 5))1027014102Z
past_to=$((year - 1))0217145959Z

# quietly COMMAND...: what openssl says is of interest only when it fails.
quietly() {
    "$@" >"$PKI_FOLDER/openssl.log" 2>&1 || {
        cat "$PKI_FOLDER/openssl.log" >&2
        exit 1
    }
}

# make_key NAME
make_key() {
    quietly openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 \
        -out "$PKI_FOLDER/$1.key"
}

# request KEY NAME-SECTION: a certificate request in request.pem.
request() {
    PKI_NAME=$2
    quietly openssl req -new -utf8 -key "$PKI_FOLDER/$1.key" -out "$PKI_FOLDER/request.pem"
}

# issue NAME FROM TO EXTENSIONS OPTION...: request.pem becomes NAME.pem and NAME.der.
issue() {
    name=$1
    extensions=$4
    start=$2
    end=$3
    shift 4
    quietly openssl ca -batch -notext -preserveDN -utf8 -startdate "$start" -enddate "$end" \
        -extensions "$extensions" -in "$PKI_FOLDER/request.pem" \
        -keyfile "$PKI_FOLDER/$PKI_CA.key" -out "$PKI_FOLDER/$name.pem" "$@"
    quietly openssl x509 -in "$PKI_FOLDER/$name.pem" -outform DER -out "$PKI_FOLDER/$name.der"
}

# make_role ROLE CA-SERIAL SERIAL: an authority and the certificates that it issued.
make_role() {
    PKI_CA=$1-ca
    : >"$PKI_FOLDER/$PKI_CA.index"
    make_key "$PKI_CA"
    make_key "$1"

    echo "$2" >"$PKI_FOLDER/$PKI_CA.serial"
    request "$PKI_CA" "$1_ca_name"
    issue "$PKI_CA" "$ca_from" "$ca_to" "$1_ca_extensions" -selfsign

    echo "$3" >"$PKI_FOLDER/$PKI_CA.serial"
    request "$1" "$1_name"
    issue "$1" "$from" "$to" "$1_extensions" -cert "$PKI_FOLDER/$PKI_CA.pem"
    issue "$1-expired" "$past_from" "$past_to" "$1_extensions" -cert "$PKI_FOLDER/$PKI_CA.pem"
    rm -f "$PKI_FOLDER/$PKI_CA".index* "$PKI_FOLDER/$PKI_CA".serial*
}

# The next certificate of the authority that make_role has just made.
make_substituted() {
    request sign sign_name
    echo 0705D9A0 >"$PKI_FOLDER/$PKI_CA.serial"
    : >"$PKI_FOLDER/$PKI_CA.index"
    issue sign-substituted "$from" "$soon" sign_substituted_extensions \
        -cert "$PKI_FOLDER/$PKI_CA.pem"
    rm -f "$PKI_FOLDER/$PKI_CA".index* "$PKI_FOLDER/$PKI_CA".serial*
}

make_role sign 067C6A21 0705D990
make_substituted
make_role auth 06D18006 07A4C2D1
make_key card
for application in text surface; do
    make_key "$application-ca"
    make_key "$application-issuer"
    quietly openssl pkey -in "$PKI_FOLDER/$application-ca.key" -pubout \
        -out "$PKI_FOLDER/$application-ca.pub"
done
quietly "$2" "$PKI_FOLDER"

# openssl ca leaves a second copy of each certificate, named by its serial number.
rm -f "$PKI_FOLDER/request.pem" "$PKI_FOLDER/openssl.log" \
    "$PKI_FOLDER"/[0-9A-F][0-9A-F][0-9A-F][0-9A-F][0-9A-F][0-9A-F][0-9A-F][0-9A-F].pem
