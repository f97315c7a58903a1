#!/usr/bin/env bash
# The tree is formatted as .clang-format says. Part of the list where clang-format 14 is installed:
# every version formats a little differently.
#
#     format.sh CLANG-FORMAT
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/tap.sh

every_file_is_formatted() {
    find src include tests -name '*.[ch]' -print0 | xargs -0 "$clang_format" --dry-run -Werror
}

clang_format=$1
check every_file_is_formatted
finish
