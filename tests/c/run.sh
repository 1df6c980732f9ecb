#!/bin/bash
# Tests the C and C++ faces as their users meet them: header, libraries, programs.
#
# Needs the libraries and the command, built before: cargo build --release -p bankmeta-capi
# -p bankmeta-cli; and python3. Variables: LIB_DIR, BANKMETA (the command), BUILD_DIR, CC, CXX,
# CARGO_TARGET_DIR, PROFILE. Ends with `N passed, N failed`.
set -eu
cd "$(dirname "$0")/../.."

lib_dir=$(realpath "${LIB_DIR:-${CARGO_TARGET_DIR:-target}/${PROFILE:-release}}")
bankmeta=$(realpath "${BANKMETA:-$lib_dir/bankmeta}")
mkdir -p "${BUILD_DIR:-build/c}"
build=$(realpath "${BUILD_DIR:-build/c}")
cc=${CC:-gcc}
cxx=${CXX:-g++}
warnings="-Wall -Wextra -Wpedantic -Werror"
symbols=crates/bankmeta-ffi/symbols.txt
passed=0
failed=0

# check <what> <command...>: runs it, and shows its output only if it fails.
check() {
    local what=$1
    shift
    if "$@" >"$build/output" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: $what"
        sed 's/^/    /' "$build/output"
    fi
}

# The other way round: for what must be refused.
fails() {
    ! "$@"
}

compile_header() { # <compiler> <language> <standard> <header>
    printf '#include <%s>\n#include <%s>\nint main(void);\nint main(void) { return 0; }\n' "$4" "$4" \
        | sed "$([ "$2" = c++ ] && echo 's/(void)/()/g')" \
        | $1 -x "$2" -std="$3" $warnings -Iinclude -c - -o /dev/null
}

test_headers() {
    local standard
    for standard in c99 c11 c17 c2x; do
        check "bankmeta.h as $standard" compile_header "$cc" c $standard bankmeta.h
    done
    for standard in c++98 c++11 c++14 c++17 c++20; do
        check "bankmeta.h as $standard" compile_header "$cxx" c++ $standard bankmeta.h
    done
    for standard in c++11 c++14 c++17 c++20; do
        check "bankmeta.hpp as $standard" compile_header "$cxx" c++ $standard bankmeta.hpp
    done
}

exported() {
    nm -D --defined-only "$build/lib/libbankmeta.so" | awk '{ print $3 }' | LC_ALL=C sort
}

globals_of_one_object() {
    nm -g --defined-only "$build/one/libbankmeta.a" | awk 'NF == 3 { print $3 }' | LC_ALL=C sort
}

needs_no_other_library() {
    local needed
    needed=$(readelf -d "$build/lib/libbankmeta.so" | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p')
    ! echo "$needed" | grep -Ev '^(libc\.so\.6|libgcc_s\.so\.1|lib(m|pthread|dl|rt)\.so\.[0-9]+|ld-linux.*)$'
}

# The libraries, with the names under which they are installed.
prepare_libraries() {
    rm -rf "$build/lib" "$build/one"
    mkdir -p "$build/lib" "$build/one"
    cp "$lib_dir/libbankmeta.so" "$build/lib/libbankmeta.so.0"
    ln -s libbankmeta.so.0 "$build/lib/libbankmeta.so"
    cp "$lib_dir/libbankmeta.a" "$build/lib/"
    crates/bankmeta-capi/one-object.sh "$build/lib/libbankmeta.a" "$build/one/libbankmeta.a"
    export LD_LIBRARY_PATH=$build/lib
}

test_libraries() {
    check "symbols of the shared library" diff <(exported) $symbols
    check "symbols of the one-object static library" diff <(globals_of_one_object) $symbols
    check "soname" grep -q 'SONAME.*\[libbankmeta.so.0\]' <(readelf -d "$build/lib/libbankmeta.so")
    check "libraries needed" needs_no_other_library
}

compile_c() { # <program> <flags and sources...>
    local program=$1
    shift
    $cc -std=c99 $warnings -g -Iinclude "$@" -o "$build/$program" -L"$build/lib" -lbankmeta -pthread
}

compile_cxx() { # <program> <standard and flags> <source>
    $cxx -std=$2 $warnings -g -Iinclude "$3" -o "$build/$1" -L"$build/lib" -lbankmeta
}

# The name for the present $standard and $flags.
surface_program() {
    echo "test_cpp_surface-$standard${flags:+-quiet}"
}

build_programs() {
    local name standard flags sanitize="-fsanitize=address,undefined -fno-sanitize-recover=all"
    for name in api sandbox protocol tables wiped sigpipe; do
        check "compile test_$name" compile_c test_$name tests/c/test_$name.c tests/c/support.c
    done
    for name in api sandbox protocol tables; do
        check "compile test_$name, sanitized" \
            compile_c test_$name-sanitized $sanitize tests/c/test_$name.c tests/c/support.c
    done
    for standard in c++11 c++14 c++17 c++20; do
        check "compile test_cpp as $standard" compile_cxx test_cpp-$standard $standard tests/c/test_cpp.cpp
        for flags in "" "-fno-exceptions -fno-rtti"; do
            check "compile test_cpp_surface as $standard $flags" \
                compile_cxx "$(surface_program)" "$standard $flags" tests/c/test_cpp_surface.cpp
        done
    done
    check "compile the C example" compile_c verify-c examples/c/verify.c
    check "compile the C++ example" compile_cxx verify-cpp c++11 examples/cpp/verify.cpp
    has_curl && check "compile own_http.c" compile_c own_http examples/c/own_http.c -lcurl
    check "compile leaks.c" compile_c leaks tests/c/leaks.c
    check "compile leaks.c, sanitized" compile_c leaks-sanitized $sanitize tests/c/leaks.c
    check "compile runner.c" compile_c runner-c tests/scenarios/runner.c
    check "compile runner.cpp" compile_cxx runner-cpp c++11 tests/scenarios/runner.cpp
    check "link the C example statically" $cc -std=c99 $warnings -Iinclude examples/c/verify.c \
        -o "$build/verify-static" "$build/one/libbankmeta.a" -lpthread -ldl -lm
}

start_sandbox() {
    "$bankmeta" sandbox --quota off >"$build/sandbox.json" 2>"$build/sandbox.log" &
    sandbox=$!
    servers=$sandbox
    trap 'kill $servers 2>/dev/null || true' EXIT
    until grep -q endpoint "$build/sandbox.json"; do
        kill -0 "$sandbox" || { cat "$build/sandbox.log"; exit 1; }
        sleep 0.1
    done
    BANKMETA_ENDPOINT=$(said endpoint)
    BANKMETA_CA_FILE=$(said ca_file)
    ALIBABA_CLOUD_ACCESS_KEY_ID=$(said access_key_id)
    ALIBABA_CLOUD_ACCESS_KEY_SECRET=$(said access_key_secret)
    export BANKMETA_ENDPOINT BANKMETA_CA_FILE ALIBABA_CLOUD_ACCESS_KEY_ID ALIBABA_CLOUD_ACCESS_KEY_SECRET
}

# A server in front of the sandbox that closes every connection too early.
start_closing_server() {
    python3 tests/c/closing_server.py "${BANKMETA_ENDPOINT##*:}" \
        >"$build/closing.port" 2>"$build/closing.log" &
    closing_server=$!
    servers="$servers $closing_server"
    until grep -q . "$build/closing.port"; do
        kill -0 "$closing_server" || { cat "$build/closing.log"; exit 1; }
        sleep 0.1
    done
    closing_endpoint=https://127.0.0.1:$(cat "$build/closing.port")
}

said() {
    sed -n "s/.*\"$1\": *\"\([^\"]*\)\".*/\1/p" "$build/sandbox.json"
}

memcheck() {
    valgrind --quiet --error-exitcode=9 --leak-check=full \
        --errors-for-leak-kinds=definite,indirect,possible --suppressions=tests/c/valgrind.supp "$@"
}

# A match, a card with a name of somebody else, a missing name: what an example prints of them.
people() {
    printf '6222021234567890128\t张三\t11010519491231002X\t13800138000\n'
    printf '6222021234567890128\t李四\n'
    printf '6222021234567890128\n'
}

# <command...>: an example prints the right lines, fails for the third, and shows no input.
example_prints() {
    local status=0
    people | "$@" >"$build/example" || status=$?
    [ $status = 1 ] || return 1
    sed 's/request id [0-9A-Za-z-]*$/request id ID/' "$build/example" >"$build/example.plain"
    cat "$build/example"
    sed -n 1p "$build/example.plain" \
        | grep -qx 'match  sub code 101 (verification passed)  billed yes  request id ID' || return 1
    sed -n 2p "$build/example.plain" | grep -q '^mismatch  sub code 201 .*billed yes' || return 1
    sed -n 3p "$build/example.plain" | grep -q '^error  name.*billed no' || return 1
    ! grep -e 6222 -e 张三 -e 1380 -e 110105 "$build/example"
}

run_programs() {
    local name standard flags
    for name in api sandbox protocol tables; do
        check "test_$name" "$build/test_$name"
        check "test_$name, sanitized" "$build/test_$name-sanitized"
    done
    check "test_wiped" "$build/test_wiped"
    check "test_sigpipe" env BANKMETA_ENDPOINT="$closing_endpoint" "$build/test_sigpipe"
    check "the sanitizer finds a leak" fails "$build/leaks-sanitized"
    for standard in c++11 c++14 c++17 c++20; do
        check "test_cpp as $standard" "$build/test_cpp-$standard"
        for flags in "" "-fno-exceptions -fno-rtti"; do
            check "test_cpp_surface as $standard $flags" "$build/$(surface_program)"
        done
    done
    for name in c cpp static; do
        check "example $name" example_prints "$build/verify-$name"
    done
}

run_memchecks() {
    local name
    for name in test_api test_sandbox test_protocol test_tables test_cpp-c++17 test_cpp_surface-c++17; do
        check "$name under valgrind" memcheck "$build/$name"
    done
    for name in c cpp; do
        check "example $name under valgrind" example_prints memcheck "$build/verify-$name"
    done
    check "valgrind finds a leak" fails memcheck "$build/leaks"
}

# libcurl's headers; scripts/setup.sh installs them.
has_curl() {
    printf '#include <curl/curl.h>\n' | $cc -E - >/dev/null 2>&1 \
        || { echo "skipped: own_http.c, for want of libcurl's headers"; return 1; }
}

set_fault() { # <fault as JSON, or null>
    python3 -c 'import ssl, sys, urllib.request as url
endpoint, ca_file, fault = sys.argv[1:]
request = url.Request(endpoint + "/_sandbox/behaviour", data=b"{\"fault\": %s}" % fault.encode())
url.urlopen(request, context=ssl.create_default_context(cafile=ca_file))
' "$BANKMETA_ENDPOINT" "$BANKMETA_CA_FILE" "$1"
}

# <line> <command...>: own_http, run so, prints an error in which this stands.
own_http_says() {
    local wanted=$1
    shift
    printf '6222021234567890128\t张三\n' | env "$@" "$build/own_http" >"$build/own_http.out" && return 1
    cat "$build/own_http.out"
    grep -q "$wanted" "$build/own_http.out" && ! grep -e 6222 -e 张三 "$build/own_http.out"
}

# A port where nothing listens, a server that closes before the request arrives, one that closes
# without a reply, one that refuses the signature.
own_http_tells_the_fate() {
    own_http_says 'connect, fate not_sent, billed no' BANKMETA_ENDPOINT=https://127.0.0.1:1 &&
        own_http_says 'fate not_sent, billed no' BANKMETA_ENDPOINT="$closing_endpoint" &&
        own_http_says 'the access key secret is wrong.*fate rejected, billed no' \
            ALIBABA_CLOUD_ACCESS_KEY_SECRET=wrong || return 1
    set_fault '{"kind": "close"}'
    own_http_says 'connection_lost, fate unknown, billed maybe' || { set_fault null; return 1; }
    set_fault null
}

# The listings of docs/c.md, in order: files are written under the name above them, commands
# collected by what their section needs.
write_listings() {
    rm -rf "$build/guide"
    mkdir "$build/guide"
    (
        cd "$build/guide"
        awk '/^## / { commands = "commands.sh" }
             /^## With pkg-config/ || /^## With CMake/ { commands = "installed.sh" }
             /^## With your own HTTP/ { commands = "curl.sh" }
             /^`[A-Za-z]+[.][a-z]+`:$/ { gsub(/[`:]/, ""); file = $0 }
             /^```$/ { out = "" } out != "" { print > out }
             /^```(c|cpp|cmake)$/ { out = file } /^```sh$/ { out = commands }' "$OLDPWD/docs/c.md"
    )
    cp examples/c/own_http.c "$build/guide/"
}

# <commands> <lines>: they print `match, billed yes` so often, and with dlopen the version.
listings_print() {
    local include=$PWD/include
    cd "$build/guide"
    INCLUDE=$include LIB=$build/lib bash -eu "$1" >printed
    cat printed
    [ "$(grep -cx 'match, billed yes' printed)" = "$2" ] \
        && ! grep -vx -e 'match, billed yes' -e 'bankmeta [0-9.]* fits' printed
}

# BANKMETA_PREFIX is where `make install` put the library.
installed_listings_print() {
    export PKG_CONFIG_PATH=$BANKMETA_PREFIX/lib/pkgconfig CMAKE_PREFIX_PATH=$BANKMETA_PREFIX
    listings_print installed.sh 2
}

test_guide() {
    check "the listings of docs/c.md are there" write_listings
    check "the listings of docs/c.md" run_alone listings_print commands.sh 4
    if has_curl; then
        check "own_http.c tells the fate" own_http_tells_the_fate
        check "the listings of docs/c.md with libcurl" run_alone listings_print curl.sh 1
    fi
    if [ -n "${BANKMETA_PREFIX:-}" ]; then
        check "the listings of docs/c.md with pkg-config and CMake" run_alone installed_listings_print
    else
        echo "skipped: the listings with pkg-config and CMake, as BANKMETA_PREFIX is not set"
    fi
}

# In a subshell, so that directory and variables stay as they are.
run_alone() {
    ("$@")
}

test_reference() {
    if command -v doxygen >/dev/null; then
        check "the reference, where every function is documented" doxygen docs/Doxyfile
    else
        echo "skipped: the reference, for want of Doxygen"
    fi
}

test_headers
prepare_libraries
test_libraries
build_programs
start_sandbox
start_closing_server
run_programs
run_memchecks
test_guide
test_reference
echo "$passed passed, $failed failed"
[ $failed = 0 ]
