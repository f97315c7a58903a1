#!/usr/bin/env bash
# What the linker made of it: the modules export and need exactly what they must, and everything is
# hardened as the build file asks.
#
#     binaries.sh FILE...
set -euo pipefail
. "$(dirname "$0")/../tap.sh"

exports_of() {
    nm -D --defined-only "$1" | awk '{print $3}' | sed 's/@.*//' | LC_ALL=C sort | xargs
}

needs_of() {
    readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | LC_ALL=C sort
}

# The three by which PKCS#11 is entered (3.0, 5.4), and nothing that could clash with the host.
exports_the_three_entry_points() {
    same exports "C_GetFunctionList C_GetInterface C_GetInterfaceList" "$(exports_of "$1")"
}

# It lives inside browsers: every library more is a risk to its host.
needs_pcsc_and_libcrypto_only() {
    local library
    for library in $(needs_of "$1"); do
        case $library in
        libpcsclite.so.1 | libcrypto.so.3 | libc.so.6 | ld-linux*.so.*) ;;
        *) fail "needs $library" ;;
        esac
    done
}

# No thread, no handler of signals or of the end, no program, nothing set that the host would notice.
leaves_the_host_alone() {
    local functions
    functions=$(nm -D --undefined-only "$1" | awk '{print $2}' | sed 's/@.*//')
    grep -x pthread_mutex_lock <<<"$functions" # so they are listed
    must_fail grep -xE 'pthread_create|thrd_create|timer_create|(bsd_|sysv_)?signal|sigaction|sigset|atexit
on_exit|OPENSSL_atexit|_?exit|_Exit|quick_exit|fork|vfork|execv?[a-z]*|posix_spawnp?|system|popen|setenv|putenv
unsetenv|clearenv|f?chdir|setlocale|set[a-z]*uid|set[a-z]*gid|srand(om)?|setrlimit|prctl|mlockall
EVP_set_default_properties|EVP_default_properties_[a-z_]*|OSSL_LIB_CTX_set0_default|RAND_set_[A-Za-z0-9_]*
CRYPTO_set_mem_functions|ERR_clear_error|CONF_modules_[a-z_]*|ENGINE_[A-Za-z0-9_]*' <<<"$functions"
}

binds_everything_at_the_start() { # full RELRO
    readelf -lW "$1" | grep -q GNU_RELRO || fail "no RELRO"
    readelf -dW "$1" | grep -qE 'BIND_NOW|FLAGS_1.*NOW' || fail "lazy binding"
}

has_a_stack_that_is_not_executable() {
    readelf -lW "$1" | awk '$1 == "GNU_STACK" {seen = 1; if ($7 ~ /E/) bad = 1} END {exit !seen || bad}'
}

needs_no_text_relocations() {
    local dynamic
    dynamic=$(readelf -dW "$1")
    must_fail grep TEXTREL <<<"$dynamic"
}

can_be_loaded_anywhere() { # PIE, or a shared object
    readelf -hW "$1" | grep -qE 'Type: *DYN'
}

has_no_search_path() {
    local dynamic
    dynamic=$(readelf -dW "$1")
    must_fail grep -E 'R(UN)?PATH' <<<"$dynamic"
}

for file; do
    if [[ $file == *-pkcs11.so ]]; then
        check exports_the_three_entry_points "$file"
        check needs_pcsc_and_libcrypto_only "$file"
        check leaves_the_host_alone "$file"
    fi
    check binds_everything_at_the_start "$file"
    check has_a_stack_that_is_not_executable "$file"
    check needs_no_text_relocations "$file"
    check can_be_loaded_anywhere "$file"
    check has_no_search_path "$file"
done
finish
