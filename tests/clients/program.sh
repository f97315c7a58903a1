# For the tests of programs that use the module: what they need, what they find, and what is held of
# each of them. Sourced.
# shellcheck shell=bash

clients=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$clients/../system/world.sh"
. "$clients/page.sh"
export LC_ALL=C.UTF-8
PATH=$PATH:/usr/sbin:/sbin

# --- before the world is made ----------------------------------------------------------------------

needs() { # COMMAND|FILE...
    local needed
    for needed; do
        [ -e "$needed" ] || command -v "$needed" >/dev/null || cannot_run "$needed is not installed"
    done
}

# The program's version, so that a report says what was tested.
version() { # COMMAND...
    echo "# $("$@" 2>&1 </dev/null | head -n 1)"
}

# The part of a package's version that its authors gave it.
package_version() { # PACKAGE
    dpkg-query --show --showformat='${Version}' "$1" | sed -E 's/^[0-9]+://; s/-[^-]*$//; s/(esr|[+~]).*//'
}

# --- names -----------------------------------------------------------------------------------------

# Key, public key and certificate of a role have the token's label; the authority's has " CA" behind it.
url_of() { # ROLE [TYPE]
    local label
    label=$(label_of "$1")
    label=${label// /%20}
    echo "pkcs11:token=$label${2:+;object=$label;type=$2}"
}

# --- mynakey, installed ----------------------------------------------------------------------------

# The build where its installation would put it, in this world only: the modules in their folder, p11-kit
# told of them, the command on the path.
install_mynakey() {
    make_p11_kit_private
    cp "$MYNAKEY_BUILD/p11-kit/mynakey.module" /etc/pkcs11/modules/
    installed=$(sed -n 's|^module: *\(.*\)/[^/]*$|\1|p' /etc/pkcs11/modules/mynakey.module)
    make_folder_private "$installed"
    cp --remove-destination "${MODULE%/*}"/mynakey-*pkcs11.so "$installed"
    export MODULE=$installed/${MODULE##*/} MODULE_AUTH=$installed/${MODULE_AUTH##*/}
    export MODULE_SIGN=$installed/${MODULE_SIGN##*/} MODULE_SOFT=$installed/${MODULE_SOFT##*/}
    PATH=${MYNAKEY%/*}:$PATH
}

# What is in FOLDER stays there, but what is put there stays in this world. Where there is no such
# folder, that goes for the nearest one above.
make_folder_private() { # FOLDER
    local folder=$1 behind
    while [ ! -d "$folder" ]; do folder=${folder%/*}; done
    behind=$WORLD/behind$folder
    mkdir -p "$behind"
    mount --rbind "$folder" "$behind"
    mount -t tmpfs -o mode=755 mynakey "$folder"
    find "$behind" -mindepth 1 -maxdepth 1 -exec ln -s -t "$folder" {} +
    mkdir -p "$1"
}

# --- OpenSSL's engine of libp11 --------------------------------------------------------------------

# shellcheck disable=SC2034 # for those who source this
engine=$(openssl version -e | sed 's/^ENGINESDIR: "\(.*\)"$/\1/')/pkcs11.so

# --- TLS -------------------------------------------------------------------------------------------

# server.key, server.pem and server-ca.pem for localhost.
make_server_certificate() {
    openssl req -x509 -newkey rsa:2048 -nodes -keyout server-ca.key -out server-ca.pem -days 2 \
        -subj "/CN=authority of the test's server" -addext basicConstraints=critical,CA:TRUE \
        -addext keyUsage=critical,keyCertSign 2>made || { cat made && return 1; }
    openssl req -x509 -newkey rsa:2048 -nodes -keyout server.key -out server.pem -days 2 \
        -CA server-ca.pem -CAkey server-ca.key -subj /CN=localhost \
        -addext subjectAltName=DNS:localhost,DNS:www.example.jp -addext basicConstraints=critical,CA:FALSE \
        -addext extendedKeyUsage=serverAuth 2>made || { cat made && return 1; }
}

server_port=4433
server_url=https://localhost:$server_port/

# As if it were somewhere on the net: with a name, at the usual port, and trusted as others are. After
# install_mynakey, since when /etc is ours.
make_public_server() {
    make_server_certificate
    echo "127.0.0.1 localhost www.example.jp" >/etc/hosts
    mkdir -p /etc/ssl/certs
    cp server-ca.pem /etc/ssl/certs/ca-certificates.crt
    cp server-ca.pem "/etc/ssl/certs/$(openssl x509 -in server-ca.pem -noout -hash).0"
    server_port=443 server_url=https://www.example.jp/
}

# Until the test's end an HTTPS server listens that demands a certificate: start_server ROLE TLSv1.x
start_server() {
    rm -f server.seen
    "$clients/tls-server.py" "$server_port" server "$PKI/$1-ca.pem" "$2" server.seen >server.log 2>&1 &
    end_with_the_test $!
    until_true test -e server.seen
}

# Nobody but the holder of the role's key came, and with this version.
server_saw() { # ROLE TLSv1.x
    [ -s server.seen ] || fail "nobody came to the server, which says: $(cat server.log)"
    same "seen by the server" "$2 $(sha256sum <"$PKI/$1.der" | cut -d' ' -f1)" "$(sort -u server.seen)"
}

server_refuses_strangers() {
    must_fail curl --silent --show-error --max-time 20 --cacert server-ca.pem "$server_url"
    [ ! -s server.seen ]
}

# The input of gnutls-cli, which ends with its input, whether or not the answer has come: so the input
# ends after the answer.
ask_and_wait() {
    printf 'GET / HTTP/1.0\r\n\r\n'
    until_true test -s server.seen >&2
}

# --- PDF -------------------------------------------------------------------------------------------

# The signature in signed.pdf is of that certificate, which that authority issued: OpenSSL's word alone.
pdf_is_signed_by() { # CA.pem CERTIFICATE.der
    "$clients/pdf-signature.py" signed.pdf signed.bytes signed.cms
    openssl cms -verify -binary -purpose any -CAfile "$1" -inform DER -in signed.cms \
        -content signed.bytes -signer signer.pem -out read
    cmp signed.bytes read
    cmp <(openssl x509 -in signer.pem -outform DER) "$2"
}

# --- processes -------------------------------------------------------------------------------------

# A process of the test's own that ends with the test, whatever happens.
end_with_the_test() { # PID
    test_processes+=("$1")
    trap end_test_processes EXIT
}
test_processes=()

# Some are no children of ours, and clear up before they end.
end_test_processes() {
    local pid
    for pid in "${test_processes[@]}"; do
        kill "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
        until_true has_ended "$pid"
    done
}

has_ended() { # PID
    ! readlink "/proc/$1/exe" >/dev/null
}

until_true() { # COMMAND...
    local _
    for _ in {1..1000}; do
        if "$@"; then return 0; fi
        sleep 0.1
    done
    fail "not even after 100 seconds: $*"
}

# In this world these are at home: the PC/SC service, the card, and bash, in which with-card and the
# tests are written.
processes_left() {
    local process program
    for process in /proc/[0-9]*; do
        program=$(readlink "$process/exe") || continue # it has ended
        case ${program##*/} in
        bash | pcscd | mynakey-cardsim) ;;
        *) tr '\0' ' ' <"$process/cmdline" && echo ;;
        esac
    done
}

nothing_is_left() {
    [ -z "$(processes_left)" ]
}

# --- the card's record -----------------------------------------------------------------------------

# Runs COMMAND, which logs in, but no more often than so: each login sends the card one PIN, and none
# is refused. What it holds is said on standard error: standard output is COMMAND's.
with_logins() { # MOST COMMAND...
    local before sent
    before=$(verifies)
    "${@:2}"
    sent=$(($(verifies) - before))
    [ "$sent" -le "$1" ] || fail "$sent PINs were sent for $1 logins" >&2
    [ "$sent" -gt 0 ] || [ "$1" -eq 0 ] || fail "no PIN was sent" >&2
    same "PINs refused" "$(refused_on_purpose)" "$(refused_verifies)" >&2
}

no_pin_was_refused() {
    [ "$(verifies)" -gt 0 ] || fail "no PIN was sent at all"
    same "PINs refused, but on purpose" "$(refused_on_purpose)" "$(refused_verifies)"
}

no_process_is_left() {
    until_true nothing_is_left || fail "still running: $(processes_left)"
}

# The card had no part in it.
no_pin_was_sent() {
    same "PINs sent" 0 "$(verifies)"
}

# The ends of these tests. Where nothing failed the last line says what was proved.
finish_with_the_card() { # [VERSION WHAT]
    check no_pin_was_refused
    finish_with_the_page "$@"
}

finish_without_a_pin() { # [VERSION WHAT]
    check no_pin_was_sent
    finish_with_the_page "$@"
}

finish_with_the_page() { # [VERSION WHAT]
    check no_process_is_left
    if [ -e "$page" ]; then
        check every_command_of_the_page_was_run
        check all_that_the_page_shows_was_seen
    fi
    [ "$tap_failed" -gt 0 ] || [ $# -eq 0 ] ||
        echo "# proved: $(sed -n '1s/^# //p' "$page") $1 on $(debian_here): $2"
    finish
}

debian_here() {
    (. /etc/os-release && echo "${NAME%% *} ${VERSION_ID-}")
}
