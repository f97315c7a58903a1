#!/usr/bin/env bash
# Every constant of the Cryptoki headers with its name, as lines of a C table.
#
#     names.sh OUTPUT COMPILER [OPTION...]
set -euo pipefail

output=$1
shift
echo '#include "mynakey/cryptoki.h"' | "$@" -E -dM - |
    sed -nE 's/^#define (CK[A-Z]?_[A-Z0-9_]+) .*[0-9].*$/    {"\1", \1},/p' | LC_ALL=C sort >"$output"
[ -s "$output" ]
