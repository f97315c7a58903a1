# Software certificates for the tests that need some. Sourced, after world.sh.
# shellcheck shell=bash

passphrase="correct horse"

make_authority() {
    openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 100 \
        -subj "/CN=Company CA" 2>/dev/null
}

# make_certificate NAME GENPKEY-OPTION... : NAME.key, NAME.pem, NAME.pfx
make_certificate() {
    openssl genpkey -quiet "${@:2}" -out "$1.key" 2>/dev/null || openssl genpkey "${@:2}" -out "$1.key" 2>/dev/null
    openssl req -new -key "$1.key" -subj "/CN=Employee $1" -addext "keyUsage=digitalSignature,keyEncipherment" \
        -addext "subjectAltName=email:employee@example.com" -out "$1.csr"
    openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 90 -copy_extensions copy \
        -out "$1.pem" 2>/dev/null
    openssl x509 -in "$1.pem" -pubkey -noout >"$1.pub"
    openssl pkcs12 -export -in "$1.pem" -inkey "$1.key" -certfile ca.pem -passout "pass:$passphrase" \
        -out "$1.pfx"
}

add() { # FILE OPTION...
    "$MYNAKEY" soft add "$1" --passphrase-file passphrase "${@:2}"
}

make_certificates() {
    echo "$passphrase" >passphrase
    make_authority
    make_certificate rsa -algorithm RSA -pkeyopt rsa_keygen_bits:2048
    make_certificate p256 -algorithm EC -pkeyopt ec_paramgen_curve:P-256
}
