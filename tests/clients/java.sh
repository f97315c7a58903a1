#!/usr/bin/env bash
# Java's provider SunPKCS11: keytool and jarsigner with the signing token.
set -euo pipefail
. "$(dirname "$0")/program.sh"
needs java keytool jarsigner openssl unzip
in_world

# It takes a slot by its place among the slots: the module for one role has that role's first.
make_settings() { # ROLE MODULE
    cat >"$1.cfg" <<END
name = $1
library = $2
slotListIndex = 0
END
}

# A Java program with a role's token as its keystore: java_as ROLE COMMAND [OPTION...]
java_as() {
    PIN=$(pin_of "$1") "$2" -keystore NONE -storetype PKCS11 -storepass:env PIN \
        -providerClass sun.security.pkcs11.SunPKCS11 -providerArg "$1.cfg" "${@:3}"
}

# Letters, digits and blanks of a label become the name of the entry.
keytool_lists_the_key() { # ROLE
    with_logins 1 java_as "$1" keytool -list -v >listed
    cat listed
    sed -n "/^Alias name: $(label_of "$1")$/,/^Alias name/p" listed >entry
    grep -x "Entry type: PrivateKeyEntry" entry
    grep -F "SHA256: $(openssl x509 -in "$PKI/$1.pem" -noout -fingerprint -sha256 | cut -d= -f2)" entry
}

keytool_makes_a_request() { # ROLE
    with_logins 1 java_as "$1" keytool -certreq -alias "$(label_of "$1")" -file request.pem
    openssl req -in request.pem -verify -noout
    cmp <(openssl req -in request.pem -noout -pubkey) <(openssl x509 -in "$PKI/$1.pem" -noout -pubkey)
}

jarsigner_signs() { # ROLE ALGORITHM
    with_logins 1 java_as "$1" jarsigner -digestalg SHA-256 -sigalg "$2" -sigfile TEST \
        -signedjar signed.jar letter.jar "$(label_of "$1")"
    rm -rf META-INF && unzip -q signed.jar 'META-INF/*'
}

# Not with -strict: JPKI's certificates have critical policies with qualifiers, which Java warns of
# whoever signed.
jarsigner_verifies() { # ROLE
    rm -f trusted.p12
    keytool -importcert -noprompt -alias authority -file "$PKI/$1-ca.pem" -keystore trusted.p12 \
        -storetype PKCS12 -storepass changeit
    with_logins 0 jarsigner -verify -verbose -certs -keystore trusted.p12 -storepass changeit \
        signed.jar >said
    cat said
    grep -x "jar verified." said
    grep "^smk .* letter.txt$" said
}

openssl_verifies() { # ROLE
    openssl cms -verify -binary -purpose any -CAfile "$PKI/$1-ca.pem" -inform DER \
        -in META-INF/TEST.RSA -content META-INF/TEST.SF -signer signer.pem -out read
    cmp META-INF/TEST.SF read
    cmp <(openssl x509 -in signer.pem -outform DER) "$PKI/$1.der"
}

cd "$TMPDIR"
version java -version
export JAVA_TOOL_OPTIONS="-Duser.home=$HOME -Duser.language=en -Xshare:auto"
letter letter.txt
jar --create --file letter.jar letter.txt 2>/dev/null
make_settings sign "$MODULE_SIGN"
check keytool_lists_the_key sign
check keytool_makes_a_request sign
check jarsigner_signs sign SHA256withRSA
check jarsigner_verifies sign
check openssl_verifies sign
finish_with_the_card
