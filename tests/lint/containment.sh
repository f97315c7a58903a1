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

# What the compiler sees of the files, below $stripped: comments may speak of anything.
strip_comments() {
    local file
    while read -r file; do
        mkdir -p "$stripped/${file%/*}"
        gcc -fpreprocessed -dD -E -P "$file" >"$stripped/$file" 2>/dev/null
    done < <(find src include -name '*.[ch]')
}

stays_there() { # NAMES PATTERN
    local allowed file place seen=
    allowed=$(places "$1")
    [ -n "$allowed" ] || fail "docs/architecture.md has no line for $1"
    while read -r file; do
        file=${file#"$stripped/"}
        for place in $allowed; do
            [[ $file != "$place" && $file != "$place"/* ]] || { seen=yes && continue 2; }
        done
        grep -nE "$2" "$stripped/$file"
        fail "$file names $1"
    done < <(grep -rlE "$2" "$stripped")
    [ -n "$seen" ] || fail "$1 was found nowhere: is the pattern right?"
}

names_of_cryptoki_stay_above() {
    stays_there 'CK_*' '\bC(K|KR|KM|KA|KO|KF|KU|KS|KN)_[A-Za-z]'
}

pcsc_stays_in_transport() {
    stays_there 'SCARD*' '\b(LP)?(SCARD|SCard)|winscard|pcsclite\.h'
}

openssl_stays_in_crypto() {
    stays_there '<openssl/...>' '# *include *<openssl/|\b(EVP|X509|RSA|ERR|OSSL)_'
}

libcurl_stays_in_two_files() {
    stays_there '<curl/...>' '# *include *<curl/|\b(curl|CURL)[A-Z_]*_[A-Za-z]'
}

gmime_stays_in_one_file() {
    stays_there '<gmime/...>' '# *include *<gmime/|\b(g_mime|GMIME|GMime)'
}

sqlite_stays_in_authority() {
    stays_there 'sqlite3' 'sqlite3?[_.][a-z]|SQLITE_'
}

decoders_of_pictures_stay_with_the_face() {
    stays_there '<png.h>' '# *include *<(png|openjpeg|sixel)\.h>|\b(opj|png|sixel)_[a-z]'
}

stripped=$(mktemp -d)
trap 'rm -rf "$stripped"' EXIT
strip_comments
check names_of_cryptoki_stay_above
check pcsc_stays_in_transport
check openssl_stays_in_crypto
check libcurl_stays_in_two_files
check sqlite_stays_in_authority
check gmime_stays_in_one_file
check decoders_of_pictures_stay_with_the_face
finish
