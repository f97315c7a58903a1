#!/usr/bin/env bash
# OpenSSH with the module that offers the authentication token alone: logins to a server on this
# machine, by ssh itself and by the agent.
set -euo pipefail
. "$(dirname "$0")/program.sh"
needs /usr/bin/python3 ssh sshd ssh-keygen ssh-agent ssh-add openssl
[ -n "${WORLD-}" ] || [ "$EUID" -eq 0 ] || cannot_run "only root can run sshd"
in_world

user=$(id -un)

# The user's home is the world's, and the server has a name.
make_home() {
    sed -i "s|^\($user:.*:\)[^:]*\(:[^:]*\)$|\1$HOME\2|" /etc/passwd
    mkdir -m 700 "$HOME/.ssh"
    echo "127.0.0.1 localhost server.example.jp" >/etc/hosts
    ssh-keygen -q -t ed25519 -N '' -f host_key
    echo "server.example.jp $(cut -d' ' -f1,2 host_key.pub)" >"$HOME/.ssh/known_hosts"
    openssl x509 -in "$PKI/auth.pem" -noout -pubkey >auth.pub
    ssh-keygen -i -m PKCS8 -f auth.pub >our_key
    print=$(ssh-keygen -lf our_key | cut -d' ' -f2)
}

# Whoever enters is told what makes 42.
start_sshd() {
    cat >sshd_config <<END
ListenAddress 127.0.0.1
HostKey $TMPDIR/host_key
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
LogLevel VERBOSE
ForceCommand expr 6 '*' 7
END
    mkdir -p /run/sshd
    rm -f sshd.log
    "$(command -v sshd)" -D -e -f sshd_config 2>sshd.log &
    end_with_the_test $!
    until_true grep -s "Server listening" sshd.log
}

# It takes modules below /usr/lib and /usr/local/lib, unless it is told of other places.
start_agent() {
    local elsewhere=(-P "$installed/*")
    [[ $installed != /usr/* ]] || elsewhere=()
    ssh-agent -D -a "$TMPDIR/agent" "${elsewhere[@]}" >agent.said &
    end_with_the_test $!
    until_true test -S agent
    export SSH_AUTH_SOCK=$TMPDIR/agent
}

the_page_shows_the_key() {
    with_logins 0 run_page key
    same keys 1 "$(wc -l <card.pub)"
    same key "$(cut -d' ' -f2 our_key)" "$(cut -d' ' -f2 card.pub)"
    cat card.pub >>"$HOME/.ssh/authorized_keys"
}

ssh_keygen_lists() { # NUMBER_OF_KEYS
    with_logins 0 ssh-keygen -D "$MODULE_AUTH" >listed
    cat listed
    same keys "$1" "$(wc -l <listed)"
    grep -F "$(cut -d' ' -f2 our_key)" listed
}

every_certificate_is_listed() {
    ssh_keygen_lists 2
}

without_ca_certificates_exactly_one_key_is_listed() {
    run_page one-key
    ssh_keygen_lists 1
}

nobody_enters_without_the_card() {
    start_sshd
    must_fail ssh server.example.jp true
}

# The server tells whose key it was: entered_with_our_key TIMES
entered_with_our_key() {
    cat sshd.log
    same "logins" "$1" "$(grep -c "Accepted publickey for $user .* $print" sshd.log)"
}

the_page_enters() { # BLOCK
    start_sshd
    with_logins 1 enter type_page auth "$1"
    entered_with_our_key 1
}

enter() { # COMMAND...
    "$@" >said
    cat said
    same "said there" 1 "$(tr -d '\r' <said | grep -cx 42)"
}

the_agent_enters_and_asks_once() {
    start_sshd
    start_agent
    with_logins 1 type_page auth agent-add
    with_logins 0 enter run_page login-by-config
    with_logins 0 enter run_page login-by-config
    entered_with_our_key 2
    run_page agent-remove
    must_fail ssh-add -L
}

the_agent_signs() { # LETTER
    rm -f letter.txt.sig
    echo "$1" >letter.txt
    run_page agent-sign
    ssh-keygen -Y verify -n file -I somebody -f signers -s letter.txt.sig <letter.txt
}

the_agent_signs_twenty_times_in_a_row() {
    local i
    start_agent
    echo "somebody $(cat our_key)" >signers
    with_logins 1 type_page auth agent-add
    for i in {1..20}; do
        with_logins 0 the_agent_signs "letter $i"
    done
}

log_in() {
    start_sshd
    type_page auth login
}

log_in_with_another_module() {
    start_sshd
    run_page wrong-module
}

add_to_the_agent() {
    start_agent
    type_page auth agent-add
}

cd "$TMPDIR"
version ssh -V
install_mynakey
make_home
check every_certificate_is_listed
check nobody_enters_without_the_card
check the_page_shows_the_key
check the_page_enters login
run_page config
check the_page_enters login-by-config
check the_agent_enters_and_asks_once
check the_agent_signs_twenty_times_in_a_row
check a_wrong_pin_is_told_and_sent_once auth wrong-pin log_in
check a_wrong_pin_is_told_and_sent_once auth agent-refused add_to_the_agent
check the_last_try_is_kept_back auth last-try log_in
check a_missing_card_is_told no-card log_in
check a_missing_card_is_told agent-refused add_to_the_agent
check fails_as_on_the_page no-module log_in_with_another_module
check without_ca_certificates_exactly_one_key_is_listed
finish_with_the_card "$(package_version openssh-client)" \
    "login, and ssh-agent with twenty signatures, authentication token"
