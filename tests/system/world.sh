# For the system tests: entering a simulated world, and what is asked there again and again. Sourced.
# shellcheck shell=bash

system=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$system/../tap.sh"
with_card=$system/with-card

must_be_possible() {
    local reason
    reason=$("$with_card" --possible) || cannot_run "$reason"
}

# Runs the rest of the script in a world made with these options.
in_world() {
    [ -z "${WORLD-}" ] || return 0
    must_be_possible
    exec "$with_card" "$@" -- "$0"
}

# --- the two tokens --------------------------------------------------------------------------------

label_of() { # auth|sign
    case $1 in
    auth) echo "JPKI Authentication" ;;
    sign) echo "JPKI Signature" ;;
    esac
}

pin_of() { # auth|sign
    case $1 in
    auth) echo "$AUTH_PIN" ;;
    sign) echo "$SIGN_PIN" ;;
    esac
}

# pkcs11-tool with our module on a role's token, the PIN given: tool ROLE OPTION...
tool() {
    pkcs11-tool --module "$MODULE" --token-label "$(label_of "$1")" --login --pin "$(pin_of "$1")" \
        "${@:2}"
}

# The number of the object that the token has of this type: id_of ROLE TYPE
id_of() {
    tool "$1" --list-objects --type "$2" | sed -n 's/^  ID: *//p' | head -n 1
}

certificate_of() { # ROLE OUT
    tool "$1" --read-object --type cert --id "$(id_of "$1" privkey)" --output-file "$2" &&
        openssl x509 -inform DER -in "$2" -pubkey -noout >"$2.pub"
}

# pkcs11-tool's own test of threads: each initialises the module, asks what it is, lists its slots and looks
# at both tokens, while the main one logs in and tests the key. Version 0.23 gives those that are not done by
# then half a minute.
eight_threads_end_well() {
    local threads=() _
    for _ in {1..4}; do
        threads+=(--test-threads IN:GI:SL:T0:T1 --test-threads IL:GI:SL:T1:T0)
    done
    tool auth "${threads[@]}" --test >said 2>&1
    cat said
    same "threads that ended well" 8 "$(grep -cE "Test thread [0-9]+ returning rv( = 0$|:CKR_OK)" said)"
    grep -x "No errors" said
}

# What is signed everywhere.
letter() {
    echo "The quick brown fox jumps over the lazy dog." >"$1"
}

# signature_fits KEY LETTER SIGNATURE [OPENSSL-OPTION...]
signature_fits() {
    openssl dgst -sha256 -verify "$1" "${@:4}" -signature "$3" "$2" | grep -x "Verified OK"
}

# Makes an /etc that can be written, in this world only, and leaves p11-kit no modules but those that
# the test puts there: other people's are not tested here.
make_p11_kit_private() {
    cp -a /etc "$WORLD/etc" 2>/dev/null || true # as another user than root, not all of it
    mount --bind "$WORLD/etc" /etc
    rm -rf /etc/pkcs11/modules
    mkdir -p /etc/pkcs11/modules
    mount -t tmpfs mynakey "$(pkg-config --variable=p11_module_configs p11-kit-1)"
}

# The installed files appear where they belong, in this world only.
install_in_this_world() {
    local install=$WORLD/install
    DESTDIR=$install meson install -C "$MYNAKEY_BUILD" --no-rebuild --quiet
    cp -a "$install/etc/." /etc/
    mount --bind "$install/usr/local" /usr/local
}

# The tokens of one entry in what `p11-kit list-modules` printed: tokens_of ENTRY <LISTED
tokens_of() {
    awk -v "entry=$1" '/^[^ ]/ {inside = $0 ~ "^(module: )?" entry "(:|$)"}
        inside && /^ +token: / {sub(/^ +token: /, ""); print}' | LC_ALL=C sort | xargs
}

# Writes openssl.cnf: who has OpenSSL read it loads the module through a provider, as soon as it is read.
configure_a_provider() {
    cat >openssl.cnf <<END
openssl_conf = init
[init]
providers = providers
[providers]
default = default_section
ours = our_section
[default_section]
activate = 1
[our_section]
module = $MYNAKEY_BUILD/tests/host/host-provider.so
activate = 1
END
}

# --- in Japanese -----------------------------------------------------------------------------------

# From here on the command speaks Japanese. Where it looks for its words, this world gets a folder of its
# own, and the locale is made in one, for few machines have it.
speak_japanese() {
    local folder there
    folder=$(grep -aoE '/[[:alnum:]/_.-]+/share/locale' "$MYNAKEY" | head -n 1)
    there=$folder
    while [ ! -d "$there" ]; do there=$(dirname "$there"); done
    [ "$there" != / ]
    [ -d "$WORLD/locale" ] || {
        mkdir "$WORLD/locale"
        localedef --inputfile ja_JP --charmap UTF-8 "$WORLD/locale/ja_JP.UTF-8"
        mount -t tmpfs mynakey "$there"
        mkdir -p "$folder"
        cp -r "$MYNAKEY_BUILD/src/cli/po/ja" "$folder/"
    }
    export LOCPATH=$WORLD/locale LC_ALL=ja_JP.UTF-8
}

# --- the card's own record -------------------------------------------------------------------------

# A line is "NUMBER COMMAND STATUS LENGTH", the bytes of PINs are **. A VERIFY without any is the
# question for the tries left.

# Tells the simulated card something: card remove, card insert, card tries...
card() {
    "$MYNAKEY_BUILD/tests/cardsim/mynakey-cardsim" --tell "$CARD_CONTROL" "$@"
}

until_the_card_is_gone() {
    local _
    for _ in {1..600}; do
        "$MYNAKEY_BUILD/tests/system/card_seen" 1 0 || return 0
        sleep 0.1
    done
    fail "the card is still there"
}

# A card that left in the midst of a command and came back before pcscd looked is not seen. Mostly a second
# is enough; else it leaves once more.
put_the_card_back() {
    local _
    sleep 1
    for _ in {1..20}; do
        card insert
        "$MYNAKEY_BUILD/tests/system/card_seen" 1 2 && return 0
        card remove
        sleep 1
    done
    fail "the card does not come back"
}

# --- the service -----------------------------------------------------------------------------------

stop_service() {
    local pid _
    pid=$(cat "$WORLD/pcscd.pid")
    kill "$pid"
    for _ in {1..600}; do
        readlink "/proc/$pid/exe" >/dev/null || return 0
        sleep 0.1
    done
    fail "pcscd does not end"
}

# Runs COMMAND until the world ends, without the callers' ends, for a program ends with its orders.
until_the_world_ends() { # COMMAND...
    (
        for fd in "${to_caller[@]}" "${from_caller[@]}"; do exec {fd}>&-; done
        exec "$@" </dev/null
    ) &
    disown
}

# Returns when it has seen so many cards: start_service CARDS
start_service() {
    # shellcheck disable=SC2086 # it is words
    until_the_world_ends $PCSCD >>"$WORLD/pcscd.log" 2>&1
    echo $! >"$WORLD/pcscd.pid"
    "$MYNAKEY_BUILD/tests/system/card_seen" "$1" || fail "pcscd has not seen $1 cards"
}

# --- what the card was sent ------------------------------------------------------------------------

commands() {
    grep -c '^[0-9]' "$CARD_LOG" || true
}

# How many PINs the card was sent, and how many it refused.
verifies() {
    grep -cE '^[0-9]+ ..20[0-9A-F]*\*\*' "$CARD_LOG" || true
}

refused_verifies() {
    grep -E '^[0-9]+ ..20[0-9A-F]*\*\*' "$CARD_LOG" | grep -cv ' 9000 ' || true
}

# --- a program that does what it is told (caller.c) -------------------------------------------------

declare -A to_caller from_caller
caller_pids=()
trap end_callers EXIT

start_caller() { # NAME [MODULE]
    # It is instrumented where the module is, so leaks can be looked for.
    start_program "$1" env ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=1" \
        "$MYNAKEY_BUILD/tests/system/caller" "${2:-$MODULE}"
}

# Any program that answers each line with one: start_program NAME COMMAND...
start_program() {
    local in out
    rm -f "$TMPDIR/$1.in" "$TMPDIR/$1.out"
    mkfifo "$TMPDIR/$1.in" "$TMPDIR/$1.out"
    "${@:2}" <"$TMPDIR/$1.in" >"$TMPDIR/$1.out" &
    caller_pids+=($!)
    exec {in}>"$TMPDIR/$1.in" {out}<"$TMPDIR/$1.out"
    to_caller[$1]=$in from_caller[$1]=$out
}

# A program ends with its orders.
end_callers() {
    local name fd pid
    for name in "${!to_caller[@]}"; do
        fd=${to_caller[$name]}
        exec {fd}>&-
    done
    to_caller=() from_caller=()
    for pid in "${caller_pids[@]}"; do wait "$pid" || true; done
    caller_pids=()
}

# Gives the program a command and does not wait: tell NAME WORD...
tell() {
    printf '%s\n' "${*:2}" >&"${to_caller[$1]}"
}

# Prints the program's answer to the command that it was told: hear NAME
hear() {
    local reply
    IFS= read -r -t 60 reply <&"${from_caller[$1]}" || fail "$1 does not answer"
    printf '%s\n' "$reply"
}

# Prints the program's answer to a command: call NAME WORD...
call() {
    tell "$@"
    hear "$1" || fail "to: ${*:2}"
}

# Holds that the program answers a command so: answers EXPECTED NAME WORD...
answers() {
    same "${*:3}" "$1" "$(call "${@:2}")"
}
