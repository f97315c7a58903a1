#!/usr/bin/env bash
# From nothing to a signature: installs what is needed, builds and installs mynakey, and shows it at
# work, on the My Number Card in your reader or, where there is none, on a simulated one.
#
#     ./quickstart.sh           your card if there is one: its tokens are listed, no PIN is asked for
#     ./quickstart.sh --demo    the simulated card in any case
#
# For Debian 12 and 13, as root or as a user with sudo. It may be run again at any time. It starts no
# service of its own that stays, and leaves a running pcscd alone.
set -euo pipefail
cd "$(dirname "$0")"
. tests/packages.sh

say() {
    printf '\n%s\n' "$*"
}

give_up() { # WHAT HAPPENED, WHAT TO DO
    printf '\n%s\n%s\n' "$1" "$2" >&2
    exit 1
}

# Shows a command as one would type it, and runs it.
run() {
    printf '    $ %s\n' "${*@Q}" | sed -E "s/'([A-Za-z0-9_.,:=\/+-]+)'/\1/g"
    "$@" 2>&1 | sed 's/^/    /'
}

installed_module() {
    sed -n 's/^module: *//p' "$(installed_file mynakey.module)"
}

installed_file() { # NAME
    meson introspect build --installed | tr ',' '\n' | sed -n "s|.*: *\"\(.*/$1\)\".*|\1|p"
}

# --- the steps ----------------------------------------------------------------------------------------

install_what_is_needed() {
    say "1. What is needed from Debian"
    install_packages "${packages_to_build[@]}" "${packages_to_run[@]}" ||
        give_up "The packages are not installed." "Mend that and run ./quickstart.sh again."
    echo "Everything is installed."
}

build_and_install() {
    local log
    log=$(mktemp)
    say "2. Building and installing mynakey"
    if ! { { [ -e build/build.ninja ] || meson setup build; } && ninja -C build quickstart; } >"$log" 2>&1; then
        cat "$log"
        give_up "The build failed; what it said stands above." \
            "In a changed tree, remove the folder build and try again."
    fi
    can_be_root ||
        give_up "Built, but not installed: that needs root, and there is no sudo." \
            "As root: meson install -C build"
    if ! as_root meson install -C build --no-rebuild >"$log" 2>&1; then
        cat "$log"
        give_up "The installation failed; what it said stands above." "Is the disk full, or read-only?"
    fi
    rm -f "$log"
    echo "The module:  $(installed_module)"
    echo "The command: $(installed_file bin/mynakey)"
    echo "p11-kit knows the module by $(installed_file mynakey.module), so programs find it by themselves."
}

show_the_card_in_the_reader() {
    say "3. The card in your reader"
    run pkcs11-tool --module "$(installed_module)" --list-slots
    echo "Each token is one of the card's two keys: JPKI Authentication opens with the PIN of 4 digits,"
    echo "JPKI Signature with the password of 6 to 16 characters. No PIN was asked for and none sent."
    run "$(installed_file bin/mynakey)" status
    echo "./quickstart.sh --demo shows signatures, with a simulated card."
}

run_the_demo() {
    local reason with_card=(tests/system/with-card)
    if ! reason=$(tests/system/with-card --possible); then
        if [ "$EUID" -eq 0 ] || ! can_be_root; then
            give_up "The simulated card cannot run here: $reason." "Run ./quickstart.sh as root."
        fi
        with_card=(sudo -- "${with_card[@]}")
    fi
    "${with_card[@]}" -- "$PWD/quickstart.sh" --in-the-world "$(installed_module)"
}

# --- in the simulated world, where the only card is the simulated one ----------------------------------

demo() {
    export MODULE=$1
    cd "$TMPDIR"
    say "3. The simulated card's tokens"
    run pkcs11-tool --module "$MODULE" --list-slots
    echo "One card, two tokens: it has two keys, and each has a PIN of its own."
    echo "Its PINs stand in the commands below because everybody may know them. Never type your own"
    echo "card's PIN there: without --pin, pkcs11-tool asks for it."
    echo "I agree." >letter.txt
    demo_role "4. Signing as who you are" "JPKI Authentication" "$AUTH_PIN" auth \
        "The authentication key proves who you are, for logins. Its PIN has 4 digits."
    demo_role "5. Signing as what you want" "JPKI Signature" "$SIGN_PIN" sign \
        "The signature key makes your declaration binding. Its password has 6 to 16 characters."
}

demo_role() { # HEADING TOKEN PIN NAME MEANING
    local id at=(pkcs11-tool --module "$MODULE" --token-label "$2" --login --pin "$3")
    say "$1"
    echo "$5"
    id=$("${at[@]}" --list-objects --type privkey 2>/dev/null | sed -n 's/^  ID: *//p')
    run "${at[@]}" --sign --mechanism SHA256-RSA-PKCS --id "$id" --input-file letter.txt \
        --output-file "letter.$4.sig"
    run "${at[@]}" --read-object --type cert --id "$id" --output-file "$4.der"
    echo "The signature of letter.txt is in letter.$4.sig, the certificate that belongs to it in $4.der."
    echo "OpenSSL, which knows nothing of the card, checks the one with the other:"
    openssl x509 -inform DER -in "$4.der" -pubkey -noout >"$4.pub"
    run openssl dgst -sha256 -verify "$4.pub" -signature "letter.$4.sig" letter.txt
    run openssl verify -CAfile "$PKI/$4-ca.pem" "$4.der"
}

case ${1-} in
--in-the-world)
    demo "$2"
    exit
    ;;
'' | --demo) ;;
*)
    sed -n '2,/^$/s/^# \{0,1\}//p' "$0"
    exit 2
    ;;
esac

[ -e /etc/debian_version ] ||
    give_up "This script knows Debian 12 and 13 only." "README.md says what to install elsewhere."
install_what_is_needed
build_and_install
if [ "${1-}" != --demo ] && build/src/cli/mynakey status >/dev/null 2>&1; then
    show_the_card_in_the_reader
else
    [ "${1-}" = --demo ] || say "There is no My Number Card in a reader here, so a simulated one shows it."
    run_the_demo || give_up "The demonstration failed; what happened stands above." \
        "./check.sh --quick tells more."
fi
say "Done."
