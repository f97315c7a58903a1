# For the tests of programs that use the module: what they need, what they find, and what is held of
# each of them. Sourced.
# shellcheck shell=bash

clients=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$clients/../system/world.sh"
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

# --- names -----------------------------------------------------------------------------------------

# Key, public key and certificate of a role have the token's label; the authority's has " CA" behind it.
url_of() { # ROLE [TYPE]
    local label
    label=$(label_of "$1")
    label=${label// /%20}
    echo "pkcs11:token=$label${2:+;object=$label;type=$2}"
}

# --- OpenSSL's engine of libp11 --------------------------------------------------------------------

engine=$(openssl version -e | sed 's/^ENGINESDIR: "\(.*\)"$/\1/')/pkcs11.so

# ROLE.cnf for OPENSSL_CONF. It holds the PIN, so that it stands on no command line.
make_engine_settings() { # ROLE
    cat >"$1.cnf" <<END
openssl_conf = init
[init]
engines = engines
[engines]
pkcs11 = pkcs11
[pkcs11]
engine_id = pkcs11
dynamic_path = $engine
MODULE_PATH = $MODULE
PIN = $(pin_of "$1")
init = 0
[req]
distinguished_name = name
[name]
END
}

# --- TLS -------------------------------------------------------------------------------------------

# server.key, server.pem and server-ca.pem for localhost.
make_server_certificate() {
    openssl req -x509 -newkey rsa:2048 -nodes -keyout server-ca.key -out server-ca.pem -days 2 \
        -subj "/CN=authority of the test's server" -addext basicConstraints=critical,CA:TRUE \
        -addext keyUsage=critical,keyCertSign 2>made || { cat made && return 1; }
    openssl req -x509 -newkey rsa:2048 -nodes -keyout server.key -out server.pem -days 2 \
        -CA server-ca.pem -CAkey server-ca.key -subj /CN=localhost \
        -addext subjectAltName=DNS:localhost -addext basicConstraints=critical,CA:FALSE \
        -addext extendedKeyUsage=serverAuth 2>made || { cat made && return 1; }
}

server_port=4433
server_url=https://localhost:$server_port/

# Until the test's end an HTTPS server listens that demands a certificate: start_server ROLE TLSv1.x
start_server() {
    rm -f server.seen
    "$clients/tls-server.py" "$server_port" server "$PKI/$1-ca.pem" "$2" server.seen &
    end_with_the_test $!
    until_true test -e server.seen
}

# Nobody but the holder of the role's key came, and with this version.
server_saw() { # ROLE TLSv1.x
    [ -s server.seen ] || fail "nobody came to the server"
    same "seen by the server" "$2 $(sha256sum <"$PKI/$1.der" | cut -d' ' -f1)" "$(sort -u server.seen)"
}

server_refuses_strangers() {
    must_fail curl --silent --show-error --max-time 20 --cacert server-ca.pem "$server_url"
    [ ! -s server.seen ]
}

# --- processes -------------------------------------------------------------------------------------

# A process of the test's own that ends with the test, whatever happens.
end_with_the_test() { # PID
    test_processes+=("$1")
    trap end_test_processes EXIT
}
test_processes=()

end_test_processes() {
    local pid
    for pid in "${test_processes[@]}"; do
        kill "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
}

until_true() { # COMMAND...
    local _
    for _ in {1..200}; do
        if "$@"; then return 0; fi
        sleep 0.1
    done
    fail "not even after 20 seconds: $*"
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
    same "PINs refused" 0 "$(refused_verifies)" >&2
}

no_pin_was_refused() {
    [ "$(verifies)" -gt 0 ] || fail "no PIN was sent at all"
    same "PINs refused" 0 "$(refused_verifies)"
}

no_process_is_left() {
    until_true nothing_is_left || fail "still running: $(processes_left)"
}

finish_with_the_card() {
    check no_pin_was_refused
    check no_process_is_left
    finish
}
