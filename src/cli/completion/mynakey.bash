# bash completion for mynakey. What can be typed is asked of the command's own --help, so it is never
# out of date.
# shellcheck shell=bash

_mynakey_help() { # WORD...
    LC_ALL=C mynakey "$@" --help 2>/dev/null </dev/null
}

# The words that may follow a verb: its own verbs, or the things its usage lists by |.
_mynakey_words() { # VERB
    _mynakey_help "$1" | sed -n "s/^\(Usage:\)\{0,1\} *mynakey $1 \([a-z][a-z0-9|-]*\).*/\2/p" | tr '|' '\n'
}

_mynakey_options() { # WORD...
    _mynakey_help "$@" | grep -oE -- '(^|[[:space:]]|\[|\|)--[a-z][a-z-]*' | grep -oE -- '--[a-z-]+'
}

_mynakey() {
    local word=${COMP_WORDS[COMP_CWORD]} verb=${COMP_WORDS[1]-} second=${COMP_WORDS[2]-}
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        mapfile -t COMPREPLY < <(compgen -W "$(_mynakey_help | sed -n 's/^  \([a-z][a-z-]*\) .*/\1/p')
            --help --version" -- "$word")
        return
    fi
    if [[ $word == -* ]]; then
        local from=("$verb")
        [ "$COMP_CWORD" -eq 2 ] || [[ ! $second =~ ^[a-z] ]] ||
            ! _mynakey_help "$verb" "$second" >/dev/null || from+=("$second")
        mapfile -t COMPREPLY < <(compgen -W "$(_mynakey_options "${from[@]}") --help" -- "$word")
        return
    fi
    if [ "$COMP_CWORD" -eq 2 ]; then
        mapfile -t COMPREPLY < <(compgen -W "$(_mynakey_words "$verb")" -- "$word")
    fi
    # Everything else that can be typed is a file, or cannot be known.
    [ "${#COMPREPLY[@]}" -gt 0 ] || compopt -o default 2>/dev/null || true
}

complete -F _mynakey mynakey
