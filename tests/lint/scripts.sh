#!/usr/bin/env bash
# Every script of ours is clean for shellcheck.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/tap.sh

is_clean() {
    shellcheck "$1"
}

while read -r file; do
    check is_clean "$file"
done < <(find . \( -path './build*' -o -path ./.git \) -prune -o -type f -print |
    LC_ALL=C sort | xargs awk 'FNR == 1 {if (/^#!.*[ \/](ba)?sh/ || FILENAME ~ /\.sh$/) print FILENAME; nextfile}')
finish
