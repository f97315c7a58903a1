# For the tests of programs that use software certificates: a company, and the files that it gives to its
# people. Sourced.
# shellcheck shell=bash

. "$(dirname "${BASH_SOURCE[0]}")/program.sh"

passphrase="correct horse"

# company-root.pem, which people trust, and company-ca.pem below it, which stands in their files.
make_company() {
    make_company_certificate company-root "Company root" -addext basicConstraints=critical,CA:TRUE \
        -addext keyUsage=critical,keyCertSign
    make_company_certificate company-ca "Company CA" -CA company-root.pem -CAkey company-root.key \
        -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign
}

make_company_certificate() { # NAME SUBJECT REQ-OPTION...
    openssl req -x509 -newkey rsa:2048 -nodes -keyout "$1.key" -out "$1.pem" -days 2 -subj "/CN=$2" \
        "${@:3}" 2>made || { cat made && return 1; }
}

# NAME.pfx, and NAME.pem, the certificate in it: make_pfx NAME USAGE EXTENDED-USAGE REQ-OPTION...
make_pfx() {
    make_company_certificate "$1" "Employee $1" -CA company-ca.pem -CAkey company-ca.key \
        -addext basicConstraints=critical,CA:FALSE -addext "keyUsage=critical,$2" -addext "extendedKeyUsage=$3" \
        "${@:4}"
    openssl x509 -in "$1.pem" -outform DER -out "$1.der"
    openssl pkcs12 -export -in "$1.pem" -inkey "$1.key" -certfile company-ca.pem \
        -passout "pass:$passphrase" -out "$1.pfx"
}

# The page's BLOCK at a terminal, where the file's passphrase is typed, once.
type_passphrase() { # BLOCK
    local commands
    commands=$(page_block sh "$1")
    echo "$1" >>"$WORLD/run"
    with_passphrase bash -euo pipefail -c "$commands"
}

with_passphrase() { # COMMAND...
    PIN=${typed_passphrase-$passphrase} timeout 100 "$clients/type-pin.py" 1 "$@"
}

# The file opens for another try: nothing is locked.
a_wrong_passphrase_is_told() { # BLOCK COMMAND...
    local typed_passphrase="wrong horse"
    fails_as_on_the_page "$@"
}

# A token whose FILE somebody moved away.
a_missing_file_is_told() { # FILE BLOCK COMMAND...
    mv "$1" away
    fails_as_on_the_page "${@:2}"
    mv away "$1"
}
