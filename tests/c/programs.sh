#!/bin/bash
# Programs as users write them, against the sandbox: tests, examples, the listings of the guide.
. "$(dirname "$0")/lib.sh"

sanitize="-fsanitize=address,undefined -fno-sanitize-recover=all"

build_programs() {
    local name standard
    for name in api sandbox wiped sigpipe threads shared fork; do
        check "compile test_$name" compile_test test_$name test_$name
    done
    # Not linked with the library: it loads it.
    check "compile test_dlopen" $cc -std=c99 $warnings -g -Iinclude tests/c/test_dlopen.c \
        tests/c/checks.c -o "$build/test_dlopen" -pthread -ldl
    for name in api sandbox; do
        check "compile test_$name, sanitized" compile_test test_$name-sanitized test_$name $sanitize
    done
    for standard in c++11 c++14 c++17 c++20; do
        check "compile test_cpp as $standard" compile_cxx test_cpp-$standard $standard tests/c/test_cpp.cpp
    done
    check "compile the C example" compile_c verify-c examples/c/verify.c
    check "compile the C++ example" compile_cxx verify-cpp c++11 examples/cpp/verify.cpp
    check "compile leaks.c, sanitized" compile_c leaks-sanitized $sanitize tests/c/leaks.c
    check "compile runner.c" compile_c runner-c tests/scenarios/runner.c
    check "compile runner.cpp" compile_cxx runner-cpp c++11 tests/scenarios/runner.cpp
    check "link the C example statically" $cc -std=c99 $warnings -Iinclude examples/c/verify.c \
        -o "$build/verify-static" "$build/one/libbankmeta.a" -lpthread -ldl -lm
}

# A server in front of the sandbox that closes every connection too early.
start_closing_server() {
    : >"$build/closing.port"
    python3 tests/c/closing_server.py "${BANKMETA_ENDPOINT##*:}" \
        >"$build/closing.port" 2>"$build/closing.log" &
    local closing_server=$!
    servers="$servers $closing_server"
    until grep -q . "$build/closing.port"; do
        kill -0 "$closing_server" || { cat "$build/closing.log"; exit 1; }
        sleep 0.1
    done
    closing_endpoint=https://127.0.0.1:$(cat "$build/closing.port")
}

run_programs() {
    local name standard
    for name in api sandbox wiped threads shared fork; do
        check "test_$name" "$build/test_$name"
    done
    check "test_sigpipe" env BANKMETA_ENDPOINT="$closing_endpoint" "$build/test_sigpipe"
    check "test_dlopen" env -u LD_LIBRARY_PATH "$build/test_dlopen" "$build/lib/libbankmeta.so.0"
    for name in api sandbox; do
        check "test_$name, sanitized" "$build/test_$name-sanitized"
    done
    check "the sanitizer finds a leak" fails_with LeakSanitizer "$build/leaks-sanitized"
    for standard in c++11 c++14 c++17 c++20; do
        check "test_cpp as $standard" "$build/test_cpp-$standard"
    done
    for name in c cpp static; do
        check "example $name" example_prints "$build/verify-$name"
    done
}

# The listings of docs/c.md, in order: programs are written to the file named above them,
# commands are run.
test_guide() {
    local guide=$PWD/docs/c.md
    rm -rf "$build/guide"
    mkdir "$build/guide"
    (
        cd "$build/guide"
        awk '/^`first\.c.*`:$/ { gsub(/[`:]/, ""); file = $0 }
             /^```$/ { out = "" } out != "" { print > out }
             /^```cp*$/ { out = file } /^```sh$/ { out = "commands.sh" }' "$guide"
        INCLUDE=$OLDPWD/include LIB=$build/lib bash -eu commands.sh >printed
        [ "$(sort -u printed)" = "match, billed yes" ] && [ "$(wc -l <printed)" = 3 ]
    )
}

prepare_library
cp "$lib_dir/libbankmeta.a" "$build/lib/"
prepare_one_object
build_programs
start_sandbox
start_closing_server
run_programs
check "the listings of docs/c.md" test_guide
finish
