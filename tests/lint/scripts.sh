#!/usr/bin/env bash
# Every script of ours is clean for shellcheck.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/tap.sh

# Those that end in .sh, and those that begin as scripts do.
scripts() {
    find . \( -path './build*' -o -path ./.git \) -prune -o -type f -print | LC_ALL=C sort |
        xargs awk 'FNR == 1 {if (/^#!.*[ \/](ba)?sh/ || FILENAME ~ /\.sh$/) print FILENAME; nextfile}'
}

every_script_is_clean() {
    [ "$(scripts | wc -l)" -gt 10 ] || fail "where are the scripts?"
    scripts | xargs shellcheck
}

check every_script_is_clean
finish
