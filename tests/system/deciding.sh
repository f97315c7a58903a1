# For the tests of the authority: requests of every kind, and its commands. Sourced.
# shellcheck shell=bash

. "$(dirname "${BASH_SOURCE[0]}")/issuing.sh"

name=黒桐　幹也
address=東京都清瀬市観布子南１２－７－２０２

# The folder of the authority at work; a script takes another for another part.
office=${TMPDIR-}/office

# authority STATUS WORD...: what it said is in `said`.
authority() {
    local status=0
    "$MYNAKEY" authority "${@:2}" </dev/null >"$TMPDIR/said" 2>&1 || status=$?
    cat "$TMPDIR/said"
    same "exit status" "$1" "$status"
}

# As authority, but keeps standard output apart, for programs: `answered`.
ask_authority() {
    local status=0
    "$MYNAKEY" authority "${@:2}" </dev/null >"$TMPDIR/answered" 2>"$TMPDIR/said" || status=$?
    cat "$TMPDIR/said" "$TMPDIR/answered"
    same "exit status" "$1" "$status"
}

# The value of a field in the object that was answered: field NAME
field() {
    python3 -c 'import json, sys
value = json.load(open(sys.argv[1]))[sys.argv[2]]
print(value if not isinstance(value, list) else " ".join(map(str, value)))' "$TMPDIR/answered" "$1"
}

# Makes the authority at work, in the folder $office: found_authority OPTION...
found_authority() {
    printf '%s\n' "$passphrase" >"$TMPDIR/passphrase"
    authority 0 init --authority "$office" --name "検証局 ${office##*/}" --key p256 \
        --passphrase-file "$TMPDIR/passphrase" --yes "$@"
}

# At the authority at work: at_office STATUS WORD OPTION...
at_office() {
    authority "$1" "$2" --authority "$office" "${@:3}"
}

ask_office() {
    ask_authority "$1" "$2" --authority "$office" "${@:3}"
}

# approve STATUS FILE... [OPTION...]: with the test card's CA.
approve() {
    at_office "$1" approve --anchor "$PKI/sign-ca.pem" --yes "${@:2}"
}

# --- requests that our own program would not make ----------------------------------------------------

# certificate FILE NAME [SUBJECT-REST [DAYS [OPENSSL-OPTION...]]]: self-signed, as `mynakey issue` makes it.
certificate() {
    cat >"$TMPDIR/openssl.cnf" <<'END_OF_SETTINGS'
[req]
distinguished_name = none
x509_extensions = plain
string_mask = utf8only
[none]
[plain]
basicConstraints = critical, CA:FALSE
END_OF_SETTINGS
    openssl req -x509 -utf8 -config "$TMPDIR/openssl.cnf" -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
        -keyout "$1.key" -subj "/CN=$2${3-/street=$address}" -days "${4:-30}" \
        -outform DER -out "$1.cer" "${@:5}" \
        2>"$TMPDIR/openssl.said" || { cat "$TMPDIR/openssl.said" && false; }
}

# card_signs FILE [CONTENT [SIGNER [OPENSSL-OPTION...]]]: as the card would, with the simulated card's key.
card_signs() {
    openssl cms -sign -binary -cades -nosmimecap -md sha256 -in "${2:-$1.cer}" -signer "$PKI/${3:-sign}.pem" \
        -inkey "$PKI/sign.key" -certfile "$PKI/sign-ca.pem" -outform DER -out "$1.mnsgn" "${@:4}"
}

# A request that is good: good_request FILE
good_request() {
    certificate "$1" "$name"
    card_signs "$1"
}
