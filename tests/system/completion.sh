#!/usr/bin/env bash
# What the shells offer at the Tab key.
set -euo pipefail
. "$(dirname "$0")/../tap.sh"
completion=$(cd "$(dirname "$0")/../../src/cli/completion" && pwd)
PATH=$MYNAKEY_BUILD/src/cli:$PATH

# What bash offers for the last of WORD..., one a line.
bash_offers() { # WORD...
    bash --norc -c '. "$0"
        COMP_WORDS=(mynakey "$@") COMP_CWORD=$#
        _mynakey
        printf "%s\n" "${COMPREPLY[@]}"' "$completion/mynakey.bash" "$@"
}

# zsh has no words for a completion outside of its line editor: what the function hands over is shown.
zsh_offers() { # WORD...
    zsh -f -c 'compadd() { [[ $1 != -a ]] || { shift; print -l -- ${(P)1} | grep -- "^$PREFIX" } }
        _describe() { print -l -- ${${(P)2}%%:*} | grep -- "^$PREFIX" }
        _files() { print FILES }
        words=(mynakey "$@") CURRENT=$(($# + 1)) PREFIX=${words[-1]}
        file=$0; set --; source $file' "$completion/_mynakey" "$@" || true
}

every_verb_is_offered() { # SHELL
    same verbs "$(mynakey --help | sed -n 's/^  \([a-z][a-z-]*\) .*/\1/p')" \
        "$("$1_offers" '' | grep -v '^-')"
}

a_verb_is_completed() { # SHELL
    same verb status "$("$1_offers" stat)"
}

a_verb_of_a_verb_is_completed() { # SHELL
    same word import-cert "$("$1_offers" soft im | grep -v FILES)"
}

the_options_of_a_verb_are_offered() { # SHELL
    local offered
    offered=$("$1_offers" issue --)
    echo "$offered"
    grep -x -- --own-mail <<<"$offered"
    grep -x -- --help <<<"$offered"
    must_fail grep -x -- --undo <<<"$offered"
}

the_options_of_a_verb_of_a_verb_are_offered() { # SHELL
    local offered
    offered=$("$1_offers" soft add a.pfx --)
    echo "$offered"
    grep -x -- --passphrase-file <<<"$offered"
}

for shell in bash zsh; do
    check every_verb_is_offered $shell
    check a_verb_is_completed $shell
    check a_verb_of_a_verb_is_completed $shell
    check the_options_of_a_verb_are_offered $shell
    check the_options_of_a_verb_of_a_verb_are_offered $shell
done
finish
