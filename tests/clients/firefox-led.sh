# For the tests that lead a Firefox through firefox-visit.py. Sourced.
# shellcheck shell=bash

. "$(dirname "${BASH_SOURCE[0]}")/profile.sh"

# The folder profile, where Firefox's profiles are. A new one each time: Firefox remembers what it was
# answered.
make_firefox_profile() {
    local home=$HOME/.mozilla/firefox
    rm -rf "$home"
    mkdir -p "$home"
    make_empty_profile "$home/test"
    certutil -A -d "sql:$home/test" -n "test server's authority" -t C,, -a -i server-ca.pem
    printf '%s\n' '[Profile0]' Name=test IsRelative=1 Path=test Default=1 >"$home/profiles.ini"
    ln -sfn "$home/test" profile
}

# Starts it. TOKEN gets its PIN, and the certificate with SERIAL is chosen.
lead_firefox() { # TOKEN PIN SERIAL
    start_program firefox env PIN="$2" "$clients/firefox-visit.py" profile "$1" "$3"
}

# As programs of Mozilla's write it.
serial_of() { # CERTIFICATE.pem
    openssl x509 -in "$1" -noout -serial | cut -d= -f2 | sed 's/..\B/&:/g'
}

# Gives an order; its answer is in the file said.
firefox() { # ORDER...
    local line=''
    tell firefox "$@"
    : >said
    until [ "$line" = "the end" ]; do
        IFS= read -r -t 250 line <&"${from_caller[firefox]}" || fail "Firefox does not answer"
        printf '%s\n' "$line" | tee -a said
    done
}

firefox_quits() {
    firefox quit
    grep -x "Firefox ended with status 0" said
    end_callers
}
