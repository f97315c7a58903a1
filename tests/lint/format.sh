#!/usr/bin/env bash
# The tree is formatted as .clang-format says. Part of the list where clang-format 14 is installed:
# every version formats a little differently.
#
#     format.sh CLANG-FORMAT
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/tap.sh

is_formatted() {
    "$clang_format" --dry-run -Werror "$1"
}

clang_format=$1
while read -r file; do
    check is_formatted "$file"
done < <(find src include tests -name '*.[ch]' | LC_ALL=C sort)
finish
