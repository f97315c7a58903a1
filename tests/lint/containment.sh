#!/usr/bin/env bash
# Foreign types stay in the rooms that docs/architecture.md names for them.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/tap.sh

# The places of the table's row that begins with NAMES.
places() {
    sed -n '/^| names | only in |/,/^$/p' docs/architecture.md | grep -F "| \`$1" | cut -d'|' -f3 |
        tr -d ' ' | tr ',' '\n'
}

# What the compiler sees of a file: comments may speak of anything.
without_comments() {
    gcc -fpreprocessed -dD -E -P "$1" 2>/dev/null
}

stays_there() { # NAMES PATTERN
    local allowed file place seen=
    allowed=$(places "$1")
    [ -n "$allowed" ] || fail "docs/architecture.md has no line for $1"
    while read -r file; do
        without_comments "$file" | grep -nE "$2" >"$found" || continue
        for place in $allowed; do
            [[ $file != "$place" && $file != "$place"/* ]] || { seen=yes && continue 2; }
        done
        cat "$found"
        fail "$file names $1"
    done < <(find src include -name '*.[ch]')
    [ -n "$seen" ] || fail "$1 was found nowhere: is the pattern right?"
}

names_of_cryptoki_stay_above() {
    stays_there 'CK_*' '\bC(K|KR|KM|KA|KO|KF|KU|KS|KN)_[A-Za-z]'
}

pcsc_stays_in_two_files() {
    stays_there 'SCARD*' '\b(LP)?(SCARD|SCard)|winscard|pcsclite\.h'
}

openssl_stays_in_crypto() {
    stays_there '<openssl/...>' '# *include *<openssl/|\b(EVP|X509|RSA|ERR|OSSL)_'
}

libcurl_stays_in_two_files() {
    stays_there '<curl/...>' '# *include *<curl/|\b(curl|CURL)[A-Z_]*_[A-Za-z]'
}

sqlite_stays_in_authority() {
    stays_there 'sqlite3' 'sqlite3?[_.][a-z]|SQLITE_'
}

found=$(mktemp)
trap 'rm -f "$found"' EXIT
check names_of_cryptoki_stay_above
check pcsc_stays_in_two_files
check openssl_stays_in_crypto
check libcurl_stays_in_two_files
check sqlite_stays_in_authority
finish
