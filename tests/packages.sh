# Debian packages: which are missing, and getting them. Sourced.
# shellcheck shell=bash

# To build, to install and to run the simulated card.
# shellcheck disable=SC2034 # for those who source this
packages_to_build=(build-essential meson ninja-build pkg-config libpcsclite-dev libssl-dev
    libp11-kit-dev libjansson-dev libcurl4-openssl-dev libsqlite3-dev libgmime-3.0-dev
    libopenjp2-7-dev libpng-dev libsixel-dev gettext check)
# shellcheck disable=SC2034
packages_to_run=(pcscd opensc opensc-pkcs11 openssl p11-kit vsmartcard-vpcd iproute2)
# What the system tests use besides.
# shellcheck disable=SC2034
packages_to_test=(ca-certificates curl gnutls-bin libnss3-tools openssh-client locales nginx-light sqlite3
    libopenjp2-tools pinentry-tty groff-base zsh softhsm2 systemd gdb)
# The programs of tests/clients.
# shellcheck disable=SC2034
packages_for_clients=(libengine-pkcs11-openssl gnutls-bin openssh-client openssh-server
    libnss3-tools libnss3-dev poppler-utils default-jdk-headless unzip libpam-p11 libpam-pkcs11
    p11-kit-modules firefox-esr python3 libreoffice-writer xvfb xdotool netpbm xmlsec1
    thunderbird osslsigncode chromium fonts-noto-cjk)

missing_packages() {
    local package
    for package; do
        dpkg-query --show --showformat='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
            echo "$package"
    done
}

# A command as root: as we are, or through sudo.
as_root() {
    if [ "$EUID" -eq 0 ]; then
        "$@"
    else
        sudo -- "$@"
    fi
}

can_be_root() {
    [ "$EUID" -eq 0 ] || command -v sudo >/dev/null
}

install_packages() {
    local missing
    mapfile -t missing < <(missing_packages "$@")
    [ "${#missing[@]}" -gt 0 ] || return 0
    if ! command -v apt-get >/dev/null; then
        echo "This is no Debian. What is needed has these names there: $*" >&2
        return 1
    fi
    if ! can_be_root; then
        echo "These packages are missing, and only root can install them (there is no sudo):" >&2
        echo "    apt-get install ${missing[*]}" >&2
        return 1
    fi
    echo "Installing with apt-get: ${missing[*]}"
    local log
    log=$(mktemp)
    if ! { as_root apt-get update -q &&
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \
            "${missing[@]}"; } >"$log" 2>&1 </dev/null; then
        cat "$log" >&2
        rm -f "$log"
        echo "apt-get could not install them. Is the network there, and are the package sources?" >&2
        return 1
    fi
    rm -f "$log"
}
