#!/usr/bin/env bash
# The project on a machine that has nothing: a minimal Debian made from the package sources that this
# machine uses, in a folder, entered by chroot. Needs root and takes minutes: check.sh runs it, meson
# does not.
#
#     fresh-machine.sh SUITE [--check]      bookworm or trixie; --check runs ./check.sh --quick there
#
# All of it happens in namespaces of its own: whatever happens, no mount and no process stays.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
. "$here/../tap.sh"
. "$here/../packages.sh"

# "URI SUITE COMPONENT" of every line of this machine's package sources that is of its own release.
sources_here() {
    local codename
    codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
    # shellcheck disable=SC2016 # these are apt's own
    apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
        awk -v "own=$codename" '$2 == own || index($2, own "-") == 1' | LC_ALL=C sort -u |
        sed "s/ $codename\(-[a-z]*\)\{0,1\} / $suite\1 /"
}

make_debian() {
    local mirror
    sources_here >"$root.sources"
    mirror=$(awk -v "suite=$suite" '$2 == suite && $3 == "main" {print $1; exit}' "$root.sources")
    [ -n "$mirror" ] || fail "this machine's package sources name no mirror of its own release"
    mkdir -p "$cache"
    debootstrap --variant=minbase --cache-dir="$cache" \
        --keyring=/usr/share/keyrings/debian-archive-keyring.gpg "$suite" "$root" "$mirror"
    chmod 755 "$root"
    awk '{print "deb", $1, $2, $3}' "$root.sources" >"$root/etc/apt/sources.list"
    apt-config dump | grep -E '^Acquire::(https?|Check-|ForceIPv4|Retries)' \
        >"$root/etc/apt/apt.conf.d/as-the-machine" || true
    # Nobody mourns this system if the power fails.
    echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/fast"
    cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
    mkdir -p "$root/src"
    (cd "$top" && git ls-files -z --cached --others --exclude-standard | xargs -0 ls -d 2>/dev/null |
        tar -c -T -) | tar -x --no-same-owner -C "$root/src"
}

mount_what_a_machine_has() { # FOLDER
    local node root=$1
    mount --bind "$root" "$root" # its / is a mount, as everywhere: else nothing there can unshare mounts
    mount -t proc proc "$root/proc"
    mount -t tmpfs -o mode=755 dev "$root/dev"
    for node in null zero full random urandom tty; do
        touch "$root/dev/$node"
        mount --bind "/dev/$node" "$root/dev/$node"
    done
    mkdir "$root/dev/pts" "$root/dev/shm"
    mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
    ln -s pts/ptmx "$root/dev/ptmx"
    ln -s /proc/self/fd "$root/dev/fd"
    mount -t tmpfs shm "$root/dev/shm"
    mount --bind "$cache" "$root/var/cache/apt/archives"
}

# A second machine, as bare as the first one was, for the packages.
keep_a_copy_as_it_is_now() {
    cp -a "$root" "$bare"
}

there() { # COMMAND...: on the new machine, with nothing of our environment but the proxies
    in_machine "$root" "$@"
}

in_machine() { # FOLDER COMMAND...
    local machine=$1
    shift
    local keep=(PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin) name
    for name in http_proxy https_proxy no_proxy CI; do
        [ -z "${!name-}" ] || keep+=("$name=${!name}")
    done
    env -i "${keep[@]}" HOME=/root chroot "${user[@]}" "$machine" sh -c 'cd /src && exec "$@"' sh "$@"
}
user=()

the_machine_is_made() {
    make_debian
}

a_user_without_root_is_told_what_to_do() {
    user=(--userspec=65534:65534)
    must_fail there ./quickstart.sh --demo >said 2>&1
    cat said
    grep -i root said
}

the_quick_start_signs_with_both_keys() {
    there ./quickstart.sh --demo >said 2>&1 || {
        cat said
        return 1
    }
    cat said
    same "verified signatures" 2 "$(grep -c '^ *Verified OK' said)"
}

a_card_in_the_reader_is_shown_and_no_pin_asked_for() {
    # shellcheck disable=SC2016 # the world's own CARD_LOG
    there tests/system/with-card -- sh -c './quickstart.sh && cat "$CARD_LOG"' >said 2>&1 || {
        cat said
        return 1
    }
    cat said
    grep "token label *: JPKI Signature" said
    grep "Authentication.*3 of 3 tries left" said
    must_fail grep -E '\*\*' said # a PIN in the card's record
}

a_user_with_sudo_needs_no_more() {
    there sh -ec 'apt-get install -q -y --no-install-recommends sudo
        useradd -m taro
        echo "taro ALL=(ALL) NOPASSWD: ALL" >/etc/sudoers.d/taro
        cp -r /src /var/taro
        rm -rf /var/taro/build*
        chown -R taro: /var/taro'
    user=(--userspec=taro:taro)
    there sh -c 'cd /var/taro && HOME=/var/taro ./quickstart.sh --demo' >said 2>&1 || {
        cat said
        return 1
    }
    cat said
    same "verified signatures" 2 "$(grep -c '^ *Verified OK' said)"
}

p11_kit_finds_the_installed_module() {
    there p11-kit list-modules | grep mynakey-pkcs11.so
    there test -x /usr/local/bin/mynakey
}

nothing_of_it_runs_any_more() {
    local process words
    for process in /proc/[0-9]*; do
        words=$(tr '\0' ' ' <"$process/cmdline") || continue
        case $words in
        '' | *fresh-machine.sh*) ;;
        *) fail "still running: $words" ;;
        esac
    done
}

no_mount_was_left_there() {
    same mounts "$mounts" "$(mounts_now)"
}

mounts_now() {
    cut -d' ' -f5 /proc/self/mountinfo | LC_ALL=C sort
}

the_quick_check_passes() {
    export CI=true
    there ./check.sh --quick >said 2>&1 || {
        grep -v ' passed$' said # what did not
        return 1
    }
    tail -n 1 said
    tail -n 1 said | grep -E '^[1-9][0-9]* passed, 0 failed, 0 skipped$'
}

# OpenSSL's provider is packaged since Debian 13. The other programs are newer there. What is built for
# their tests needs their libraries.
the_programs_of_the_tests_are_installed() {
    {
        there apt-get install -q -y --no-install-recommends "${packages_for_clients[@]}" pkcs11-provider &&
            there meson setup --reconfigure build-gcc &&
            there ninja -C build-gcc
    } >said 2>&1 || {
        cat said
        return 1
    }
}

program_tests() {
    (cd "$top" && find tests/clients -name '*.sh' -perm -u+x | LC_ALL=C sort)
}

# As `apt-get build-dep` and `dpkg-buildpackage` do for everybody.
the_packages_are_built() {
    # shellcheck disable=SC2016 # a script for the machine's own shell
    there sh -ec 'apt-get install -q -y --no-install-recommends dpkg-dev fakeroot debhelper
        rm -rf /var/packages && mkdir /var/packages && cp -r /src /var/packages/mynakey
        cd /var/packages/mynakey && rm -rf build*
        apt-get build-dep -q -y --no-install-recommends ./
        DEB_BUILD_OPTIONS="nocheck parallel=$(nproc)" dpkg-buildpackage -b -us -uc'
    mkdir "$bare/packages"
    mv "$root"/var/packages/*.deb "$bare/packages/"
    rm "$bare"/packages/*-dbgsym_*
}

on_the_bare_one() { # SCRIPT
    in_machine "$bare" sh -ec "$1"
}

the_packages_install_on_a_bare_machine() {
    on_the_bare_one 'apt-get update -q && apt-get install -q -y /packages/*.deb'
}

# Programs find the module by its own folder, as those of the system do.
the_installed_packages_work() {
    # shellcheck disable=SC2016
    on_the_bare_one 'apt-get install -q -y --no-install-recommends p11-kit pkg-config
        mynakey --version
        test "$(mynakey setup --module)" = "$(pkg-config --variable=module mynakey-pkcs11)"
        test -f "$(mynakey setup --module)"
        p11-kit list-modules | tee /tmp/listed
        grep "mynakey-pkcs11.so" /tmp/listed
        LC_ALL=C.UTF-8 mynakey --help | grep -w status'
    # shellcheck disable=SC2016
    on_the_bare_one 'for page in man1/mynakey.1 man5/mynakey.conf.5 man7/mynakey-pkcs11.7; do
            test -f "/usr/share/man/$page.gz" || grep -q "path-exclude.*/man" /etc/dpkg/dpkg.cfg.d/*
        done'
}

the_removed_packages_leave_nothing() {
    on_the_bare_one 'apt-get purge -q -y mynakey libmynakey-pkcs11'
    # shellcheck disable=SC2016
    on_the_bare_one 'left=$(find / -xdev -path /packages -prune -o -path /src -prune -o -path /var/lib/dpkg -prune \
            -o -path /var/log -prune -o -path /tmp -prune -o -path /var/cache -prune \
            -o -path /var/lib/apt -prune -o -name "*mynakey*" -print)
        test -z "$left" || { echo "$left"; exit 1; }'
}

inside() {
    mount -t proc proc /proc
    check the_machine_is_made
    if [ "$tap_failed" -eq 0 ]; then
        keep_a_copy_as_it_is_now
        mount_what_a_machine_has "$root"
        mount_what_a_machine_has "$bare"
        mounts=$(mounts_now)
        cd "$root.scratch"
        check a_user_without_root_is_told_what_to_do
        check the_quick_start_signs_with_both_keys
        check p11_kit_finds_the_installed_module
        check nothing_of_it_runs_any_more
        echo "# a second time"
        check the_quick_start_signs_with_both_keys
        check nothing_of_it_runs_any_more
        check a_card_in_the_reader_is_shown_and_no_pin_asked_for
        [ "$suite" != bookworm ] || check a_user_with_sudo_needs_no_more # once is enough
        check the_packages_are_built
        check the_packages_install_on_a_bare_machine
        check the_installed_packages_work
        check the_removed_packages_leave_nothing
        [ -z "$with_check" ] || check the_quick_check_passes
        if [ -n "$with_check" ] && [ "$suite" != bookworm ]; then
            check the_programs_of_the_tests_are_installed
            for program in $(program_tests); do
                echo "# $program"
                relay there env CI=true MYNAKEY_BUILD=/src/build-gcc "$program"
            done
        fi
        check nothing_of_it_runs_any_more
        check no_mount_was_left_there
    fi
    finish
}

if [ "$1" = --inside ]; then
    suite=$2 with_check=$3 root=$4 cache=$5 bare=$4.bare
    inside
fi

suite=$1 with_check=${2-}
[ "$EUID" -eq 0 ] || cannot_run "only root can make a Debian in a folder"
command -v debootstrap >/dev/null || cannot_run "debootstrap is not installed"
cache=$top/build-packages/$suite
place=$(mktemp -d /var/tmp/mynakey-fresh.XXXXXX)
trap 'rm -rf --one-file-system "$place"' EXIT
mkdir "$place/root" "$place/root.scratch"
# Not exec: the trap removes the folder when everything in the namespaces has ended.
unshare --mount --pid --fork --kill-child --propagation private \
    "$here/fresh-machine.sh" --inside "$suite" "$with_check" "$place/root" "$cache"
