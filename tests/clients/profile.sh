# For the tests of programs that use the module through a profile of NSS. Sourced.
# shellcheck shell=bash

. "$(dirname "${BASH_SOURCE[0]}")/program.sh"

make_empty_profile() { # FOLDER
    local role
    mkdir "$1"
    certutil -N -d "sql:$1" --empty-password
    for role in auth sign; do
        certutil -A -d "sql:$1" -n "test authority $role" -t C,C,C -a -i "$PKI/$role-ca.pem"
    done
}

# A profile that trusts the authorities and has a module under the name mynakey.
make_profile() { # FOLDER MODULE
    make_empty_profile "$1"
    modutil -force -dbdir "sql:$1" -add mynakey -libfile "$2" >added 2>&1 || { cat added && return 1; }
}
