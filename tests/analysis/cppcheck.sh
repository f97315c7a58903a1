#!/usr/bin/env bash
# What cppcheck says of src/.
#
#     cppcheck.sh CPPCHECK BUILD-FOLDER
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/tap.sh

look() { # ARGUMENT...
    "$cppcheck" -q --enable=warning,performance,portability --inline-suppr --error-exitcode=1 \
        --template='{file}:{line}: {severity}: {message} [{id}]' "$@"
}

it_finds_what_was_planted() {
    local said
    if said=$(look tests/analysis/planted.c 2>&1); then fail "nothing was found"; fi
    grep -F '[uninitvar]' <<<"$said"
}

# What it says of other people's headers is not ours. C_Decrypt and C_DecryptUpdate hand on what they are given in the
# order of the standard: the names alone differ from those in p11-kit's header, which the compiler would not let pass
# for types.
it_finds_nothing_in_src() {
    mkdir -p "$build/analysis/cppcheck"
    look --project="$build/compile_commands.json" --file-filter='*/src/*' -j "$(nproc)" \
        --cppcheck-build-dir="$build/analysis/cppcheck" \
        --library=tests/analysis/openssl.cfg \
        --suppress='*:/usr/include/*' --suppress='funcArgOrderDifferent:*/src/cryptoki/decrypting.c'
}

cppcheck=$1
build=$(cd "$2" && pwd)
check it_finds_what_was_planted
check it_finds_nothing_in_src
finish
