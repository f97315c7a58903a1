#!/usr/bin/env bash
# OpenSSH with the module that offers the authentication token alone: logins to a server on this
# machine, by ssh itself and by the agent.
set -euo pipefail
. "$(dirname "$0")/program.sh"
needs ssh sshd ssh-keygen ssh-agent ssh-add openssl
[ -n "${WORLD-}" ] || [ "$EUID" -eq 0 ] || cannot_run "only root can run sshd"
in_world

user=$(id -un)
ssh_options=(-F none -p 2222 -o UserKnownHostsFile=known_hosts -o GlobalKnownHostsFile=none
    -o StrictHostKeyChecking=yes -o PasswordAuthentication=no -o KbdInteractiveAuthentication=no
    -o IdentityFile=none -o ConnectTimeout=60)

make_keys() {
    openssl x509 -in "$PKI/auth.pem" -noout -pubkey >auth.pub
    ssh-keygen -i -m PKCS8 -f auth.pub >authorized_keys
    ssh-keygen -q -t ed25519 -N '' -f host_key
    echo "[localhost]:2222 $(cut -d' ' -f1,2 host_key.pub)" >known_hosts
}

# PINs are asked for by a program: this one writes down that it was asked.
make_askpass() {
    cat >askpass <<END
#!/bin/sh
echo "\$1" >>"$TMPDIR/asked"
echo "$AUTH_PIN"
END
    chmod 700 askpass
    export SSH_ASKPASS=$TMPDIR/askpass SSH_ASKPASS_REQUIRE=force
}

start_sshd() {
    cat >sshd_config <<END
Port 2222
ListenAddress 127.0.0.1
HostKey $TMPDIR/host_key
AuthorizedKeysFile $TMPDIR/authorized_keys
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
LogLevel VERBOSE
END
    mkdir -p /run/sshd
    "$(command -v sshd)" -D -e -f sshd_config 2>sshd.log &
    end_with_the_test $!
    until_true grep -s "Server listening" sshd.log
}

start_agent() {
    ssh-agent -D -a "$TMPDIR/agent" -P "$MODULE_AUTH" >agent.said &
    end_with_the_test $!
    until_true test -S agent
    export SSH_AUTH_SOCK=$TMPDIR/agent
}

ssh_keygen_lists() { # NUMBER_OF_KEYS
    with_logins 0 ssh-keygen -D "$MODULE_AUTH" >listed
    cat listed
    same keys "$1" "$(wc -l <listed)"
    grep -F "$(cut -d' ' -f2 authorized_keys)" listed
}

every_certificate_is_listed() {
    ssh_keygen_lists 2
}

without_ca_certificates_exactly_one_key_is_listed() {
    echo "ca-certificates = no" >mynakey.conf
    MYNAKEY_CONFIG=$TMPDIR/mynakey.conf ssh_keygen_lists 1
}

nobody_enters_without_the_card() {
    start_sshd
    must_fail ssh "${ssh_options[@]}" "$user@localhost" true
}

# The server tells whose key it was: entered_with_our_key TIMES
entered_with_our_key() {
    local print
    print=$(ssh-keygen -lf authorized_keys | cut -d' ' -f2)
    cat sshd.log
    same "logins" "$1" "$(grep -c "Accepted publickey for $user .* $print" sshd.log)"
}

ssh_enters_with_the_key() {
    start_sshd
    with_logins 1 ssh "${ssh_options[@]}" -I "$MODULE_AUTH" "$user@localhost" "expr 6 '*' 7" >said
    same "said there" 42 "$(cat said)"
    entered_with_our_key 1
}

the_agent_enters_and_asks_once() {
    start_sshd
    start_agent
    rm -f asked
    with_logins 1 ssh-add -s "$MODULE_AUTH"
    with_logins 0 ssh "${ssh_options[@]}" "$user@localhost" "expr 6 '*' 7" >said
    with_logins 0 ssh "${ssh_options[@]}" "$user@localhost" "expr 6 '*' 7" >>said
    same "said there" "42 42" "$(xargs <said)"
    entered_with_our_key 2
    same questions 1 "$(wc -l <asked)"
}

the_agent_signs() { # LETTER
    rm -f "$1.sig"
    ssh-keygen -Y sign -n file -f authorized_keys "$1"
    ssh-keygen -Y verify -n file -I somebody -f signers -s "$1.sig" <"$1"
}

the_agent_signs_twenty_times_in_a_row() {
    local i
    start_agent
    echo "somebody $(cat authorized_keys)" >signers
    with_logins 1 ssh-add -s "$MODULE_AUTH"
    for i in {1..20}; do
        echo "letter $i" >"letter$i"
        with_logins 0 the_agent_signs "letter$i"
    done
}

the_agent_gives_the_card_back() {
    start_agent
    with_logins 1 ssh-add -s "$MODULE_AUTH"
    ssh-add -e "$MODULE_AUTH"
    must_fail ssh-add -L
}

cd "$TMPDIR"
version ssh -V
make_keys
make_askpass
check every_certificate_is_listed
check without_ca_certificates_exactly_one_key_is_listed
check nobody_enters_without_the_card
rm -f sshd.log
check ssh_enters_with_the_key
rm -f sshd.log
check the_agent_enters_and_asks_once
check the_agent_signs_twenty_times_in_a_row
check the_agent_gives_the_card_back
finish_with_the_card
