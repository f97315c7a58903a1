#!/usr/bin/env bash
# The page of a published site in a browser: it fits on a desktop and on a phone, asks nothing of
# anybody, and can be read by everybody. MYNAKEY_KEEP_PICTURES=FOLDER keeps the pictures that it takes
# (docs/ has them).
set -euo pipefail
. "$(dirname "$0")/../tap.sh"

here=$(cd "$(dirname "$0")" && pwd)
mynakey=$(realpath "$MYNAKEY_BUILD")/src/cli/mynakey
command -v chromium >/dev/null || cannot_run "chromium is not installed"
world=$(mktemp -d)
trap 'rm -rf "$world"' EXIT
mkdir "$world/home" "$world/pictures"
export HOME=$world/home XDG_DATA_HOME=$world/data LC_ALL=C.UTF-8
unset XDG_CONFIG_HOME LANGUAGE
cd "$world"

publish_page() {
    echo "correct horse battery staple" >passphrase
    "$mynakey" authority init --name "架空市電子証明書センター" --site https://validity.example.jp --key p256 \
        --yes --passphrase-file passphrase
    "$mynakey" authority publish site --passphrase-file passphrase
    timeout 200 "$here/site-page.py" "file://$world/site/index.html" pictures >seen
}

# A page that is one file asks for that file only.
it_fits_and_asks_for_nothing_else() { # VIEW
    cat seen
    grep -x "$1 beyond=0 asked=1 contrast=good" seen
}

the_picture_has_the_right_size() { # VIEW SIZE
    same size "$2" "$(python3 -c 'import struct, sys
print(*struct.unpack(">II", open(sys.argv[1], "rb").read(24)[16:]))' "pictures/validity-site-$1.png")"
}

check publish_page
check it_fits_and_asks_for_nothing_else desktop
check it_fits_and_asks_for_nothing_else phone
check it_fits_and_asks_for_nothing_else phone-dark
check the_picture_has_the_right_size desktop "1280 900"
check the_picture_has_the_right_size phone "390 844"
[ -z "${MYNAKEY_KEEP_PICTURES-}" ] || cp pictures/*.png "$MYNAKEY_KEEP_PICTURES"
finish
