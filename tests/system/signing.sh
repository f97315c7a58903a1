# For the tests of signing files: keys of several kinds, and OpenSSL as the judge. Sourced.
# shellcheck shell=bash

. "$(dirname "${BASH_SOURCE[0]}")/world.sh"
. "$(dirname "${BASH_SOURCE[0]}")/soft.sh"
export LC_ALL=C

token_pin=5678
softhsm=$(compgen -G '/usr/lib/softhsm/libsofthsm2.so' || compgen -G '/usr/lib/*/softhsm/libsofthsm2.so' | head -n 1)

# An own folder for a test, with one small file.
enter() {
    mkdir -p "$TMPDIR/$1"
    cd "$TMPDIR/$1" || return
    letter letter.txt
}

# sign STATUS WORD...: in the folder that is current. What it said is in `said`.
sign() {
    local status=0
    "$MYNAKEY" sign "${@:2}" >"$TMPDIR/said" 2>&1 || status=$?
    cat "$TMPDIR/said"
    same "exit status" "$1" "$status"
}

said() {
    grep -F -- "$1" "$TMPDIR/said"
}

# At a terminal, the questions answered: at_terminal STATUS [QUESTION ANSWER]... -- WORD...
at_terminal() {
    local status=0 words=("${@:2}") place=0
    while [ "${words[place]}" != -- ]; do place=$((place + 1)); done
    "$system/at-terminal.py" "${words[@]::place}" -- "$MYNAKEY" sign "${words[@]:place+1}" \
        >"$TMPDIR/said" || status=$?
    cat "$TMPDIR/said"
    same "exit status" "$1" "$status"
}

# Where nobody can be asked: without_terminal STATUS WORD...
without_terminal() {
    local status=0
    setsid --wait "$MYNAKEY" sign "${@:2}" </dev/null >"$TMPDIR/said" 2>&1 || status=$?
    cat "$TMPDIR/said"
    same "exit status" "$1" "$status"
}

# Runs the rest and holds how many PINs reached the card.
with_verifies() { # COUNT COMMAND...
    local before
    before=$(verifies)
    "${@:2}"
    same "VERIFY commands" "$1" "$(($(verifies) - before))"
}

# The command of docs/formats.md, for FILE: openssl_accepts FILE CA
openssl_accepts() {
    local words word
    read -ra words < <(grep -F 'openssl cms -verify -cades' "$system/../../docs/formats.md")
    for word in "${!words[@]}"; do
        case ${words[word]} in
        FILE) words[word]=$1 ;;
        FILE.mnsgn) words[word]=$1.mnsgn ;;
        ca.pem) words[word]=$2 ;;
        /dev/null) words[word]=verified ;;
        esac
    done
    "${words[@]}" 2>said-by-openssl || { cat said-by-openssl && false; }
    cmp "$1" verified
    rm verified said-by-openssl
}

no_signature_is_here() {
    same "signatures" "" "$(find . -name '*.mnsgn*')"
}

# --- tokens of another maker ------------------------------------------------------------------------

make_tokens_possible() {
    export SOFTHSM2_CONF=$PWD/softhsm2.conf
    mkdir tokens
    cat >softhsm2.conf <<END_OF_SETTINGS
directories.tokendir = $PWD/tokens
objectstore.backend = file
log.level = ERROR
END_OF_SETTINGS
    make_p11_kit_private
    # p11-kit writes each call of the module to standard error.
    printf 'module: %s\nlog-calls: yes\n' "$softhsm" >/etc/pkcs11/modules/box.module
    echo "$token_pin" >token-pin
}

box_tool() { # TOKEN OPTION...
    pkcs11-tool --module "$softhsm" --token-label "$1" --login --pin "$token_pin" "${@:2}"
}

make_token() { # TOKEN
    softhsm2-util --init-token --free --label "$1" --pin "$token_pin" --so-pin 12345678
}

# A key and its certificate, both with the name as label: put_into TOKEN NAME ID
put_into() {
    openssl pkcs8 -topk8 -nocrypt -in "$2.key" -out "$2.p8"
    softhsm2-util --import "$2.p8" --token "$1" --label "$2" --id "$3" --pin "$token_pin"
    put_certificate "$@"
}

put_certificate() { # TOKEN NAME ID
    openssl x509 -in "$2.pem" -outform DER -out "$2.der"
    box_tool "$1" --write-object "$2.der" --type cert --id "$3" --label "$2"
}

# How often the last call sent a PIN to a token that p11-kit watches.
logins_said() {
    tr -d '\r' <"$TMPDIR/said" | grep -c '^C_Login$' || true
}

# with_token STATUS LOGINS URI WORD...: signs with what the URI names, its PIN from a file.
with_token() {
    sign "$1" --with "$3" --pin-file "$TMPDIR/token-pin" "${@:4}"
    same "logins" "$2" "$(logins_said)"
}
