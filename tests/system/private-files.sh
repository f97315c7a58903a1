#!/usr/bin/env bash
# What is written, and what happens where it cannot be: modes whatever the umask, links that somebody planted, a
# full disk, a home that is missing or cannot be written. That costs the cache and never the operation, unless
# what was asked for is the file itself; then no PIN is spent where that could be known before.
set -euo pipefail
. "$(dirname "$0")/world.sh"
. "$(dirname "$0")/soft.sh"
export LC_ALL=C.UTF-8
in_world
cd "$TMPDIR"
letter letter.txt
printf '%s\n' "$SIGN_PIN" >sign.pin
printf '1234\n' >text.pin
printf 'S55.2.17 2035 2285\n' >face.pin

# The module's work and the command's, whatever the home is like: everything_works [ENV-OPTION...]
everything_works() {
    local before
    before=$(verifies)
    env "$@" pkcs11-tool --module "$MODULE" --token-label "$(label_of auth)" --login --pin "$AUTH_PIN" --sign \
        --id 01 --mechanism SHA256-RSA-PKCS --input-file letter.txt --output-file auth.sig
    signature_fits auth.pub letter.txt auth.sig
    env "$@" pkcs11-tool --module "$MODULE" --list-objects | grep -c "Certificate Object"
    env "$@" "$MYNAKEY" status | grep -F "valid until"
    env "$@" "$MYNAKEY" show auth >/dev/null
    env "$@" "$MYNAKEY" text --pin-file text.pin | grep -F 黒桐
    same "VERIFY commands" 2 "$(($(verifies) - before))"
}

cannot() { # STATUS VERIFIES COMMAND...
    local status=0 before
    before=$(verifies)
    "${@:3}" >said 2>&1 </dev/null || status=$?
    cat said
    same "exit status" "$1" "$status"
    same "VERIFY commands" "$2" "$(($(verifies) - before))"
    [ -s said ] || fail "nothing was said"
}

# --- homes that are none ---------------------------------------------------------------------------

unset_folders=(-u XDG_CACHE_HOME -u XDG_CONFIG_HOME -u XDG_DATA_HOME -u XDG_STATE_HOME -u XDG_RUNTIME_DIR)

without_a_home_everything_works() {
    everything_works "${unset_folders[@]}" -u HOME
}

with_a_home_that_is_not_there_everything_works() {
    everything_works "${unset_folders[@]}" HOME=/proc/none
}

with_a_home_that_cannot_be_written_everything_works() {
    everything_works "${unset_folders[@]}" HOME=/proc
}

# As root writes to whatever is not read-only, it is a file system of its own.
with_a_home_that_is_read_only_everything_works() {
    mkdir fixed
    mount -t tmpfs -o ro mynakey fixed
    everything_works "${unset_folders[@]}" HOME="$PWD/fixed"
    umount fixed
}

with_a_home_on_a_full_disk_everything_works() {
    mkdir full
    mount -t tmpfs -o size=64k mynakey full
    fill full
    everything_works "${unset_folders[@]}" HOME="$PWD/full"
    same "what is there" filler "$(find full -type f -printf '%f\n' | xargs)"
    umount full
}

fill() { # FOLDER
    dd if=/dev/zero of="$1/filler" bs=1k status=none 2>/dev/null || true
}

# --- what was asked for cannot be written -------------------------------------------------------------

# A small disk of which nothing is left: on_full_disk STATUS VERIFIES COMMAND...
on_full_disk() {
    mkdir -p disk
    mount -t tmpfs -o size=64k mynakey disk
    fill disk
    cannot "$@"
    same "what is there" filler "$(find disk -type f -printf '%f\n' | xargs)"
    umount disk
}

a_full_disk_takes_no_certificate() {
    on_full_disk 1 0 "$MYNAKEY" show auth --out disk/auth.cer
}

a_full_disk_takes_no_signature() {
    on_full_disk 1 1 "$MYNAKEY" sign --with sign --yes --anchor "$PKI/sign-ca.pem" --pin-file sign.pin \
        --output disk/letter.mnsgn letter.txt
}

a_full_disk_remembers_nothing() {
    on_full_disk 1 1 env XDG_DATA_HOME="$PWD/disk" "$MYNAKEY" remember --yes --pin-file sign.pin
}

a_full_disk_takes_no_pictures() {
    on_full_disk 1 1 "$MYNAKEY" face --pin-file face.pin --out disk
}

a_full_disk_takes_no_authority() {
    echo "kiyoi mizu no nagare 7" >passphrase
    on_full_disk 1 0 env XDG_DATA_HOME="$PWD/disk" "$MYNAKEY" authority init --name office --key p256 --yes \
        --passphrase-file passphrase
}

a_full_disk_takes_no_soft_certificate() {
    make_authority
    make_certificate p256 -algorithm EC -pkeyopt ec_paramgen_curve:P-256
    on_full_disk 1 0 env XDG_DATA_HOME="$PWD/disk" "$MYNAKEY" soft add p256.pfx \
        --passphrase-file <(echo "$passphrase")
    pkcs11-tool --module "$MODULE" --list-slots >listed
    must_fail grep p256 listed
}

# What can be known before a PIN is sent, is.
a_read_only_folder_costs_no_try() {
    mkdir -p locked
    mount -t tmpfs -o ro mynakey locked
    cannot 1 0 "$MYNAKEY" sign --with sign --yes --anchor "$PKI/sign-ca.pem" --pin-file sign.pin \
        --output locked/letter.mnsgn letter.txt
    cannot 1 0 "$MYNAKEY" show sign --pin-file sign.pin --out locked/sign.cer
    cannot 1 0 "$MYNAKEY" face --pin-file face.pin --out locked
    cannot 1 0 env XDG_DATA_HOME="$PWD/locked" "$MYNAKEY" remember --yes --pin-file sign.pin
    umount locked
}

output_that_is_not_taken_is_a_failure() { # WORD...
    local status=0
    "$MYNAKEY" "$@" >/dev/full 2>said </dev/null || status=$?
    cat said
    same "exit status" 1 "$status"
    [ -s said ] || fail "nothing was said"
}

# --- modes -----------------------------------------------------------------------------------------

list_both() {
    tool auth --list-objects >/dev/null
    tool sign --list-objects >/dev/null
}

# Whatever is written for the owner alone is his alone: with_umask MASK
with_umask() {
    rm -rf "$HOME/.cache" "$HOME/.local" log
    umask "$1"
    printf 'log-level = debug\nlog-file = %s\n' "$PWD/log" >mynakey.conf
    export MYNAKEY_CONFIG=$PWD/mynakey.conf
    list_both
    "$MYNAKEY" remember --yes --pin-file sign.pin
    unset MYNAKEY_CONFIG
    local there
    there=$(find "$XDG_CACHE_HOME/mynakey" "$XDG_DATA_HOME/mynakey" log -printf '%y%m\n' | LC_ALL=C sort -u | xargs)
    same "modes" "d700 f600" "$there"
    [ "$(find "$XDG_CACHE_HOME/mynakey" -name '*.cer' | wc -l)" -ge 3 ] || fail "nothing in the cache"
}

# A link in the place of a file of the cache is replaced, what it leads to stays.
a_planted_link_is_not_followed() {
    echo mine >victim
    list_both
    find "$XDG_CACHE_HOME/mynakey" -type f -exec ln -sf "$PWD/victim" {} \;
    list_both
    same "what the link leads to" mine "$(cat victim)"
    same "links" "" "$(find "$XDG_CACHE_HOME/mynakey" -name '*.cer' -type l)"
    ln -sf "$PWD/victim" log-link
    printf 'log-level = debug\nlog-file = %s\n' "$PWD/log-link" >mynakey.conf
    MYNAKEY_CONFIG=$PWD/mynakey.conf tool auth --list-objects >/dev/null
    same "what the log's link leads to" mine "$(cat victim)"
}

certificate_of auth auth.der >/dev/null
mv auth.der.pub auth.pub
check without_a_home_everything_works
check with_a_home_that_is_not_there_everything_works
check with_a_home_that_cannot_be_written_everything_works
check with_a_home_that_is_read_only_everything_works
check with_a_home_on_a_full_disk_everything_works
check a_full_disk_takes_no_certificate
check a_full_disk_takes_no_signature
check a_full_disk_remembers_nothing
check a_full_disk_takes_no_pictures
check a_full_disk_takes_no_authority
check a_full_disk_takes_no_soft_certificate
check a_read_only_folder_costs_no_try
check output_that_is_not_taken_is_a_failure status
check output_that_is_not_taken_is_a_failure show auth
check output_that_is_not_taken_is_a_failure pin status
check output_that_is_not_taken_is_a_failure text --pin-file text.pin
check with_umask 000
check with_umask 077
check a_planted_link_is_not_followed
finish
