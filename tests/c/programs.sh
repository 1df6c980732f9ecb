#!/bin/bash
# Programs as users write them, against the sandbox: tests and examples.
. "$(dirname "$0")/lib.sh"

sanitize="-fsanitize=address,undefined -fno-sanitize-recover=all"

# The name for the present $standard and $flags.
surface_program() {
    echo "test_cpp_surface-$standard${flags:+-quiet}"
}

build_programs() {
    local name standard flags
    for name in api sandbox protocol tables watch wiped sigpipe threads shared fork; do
        check "compile test_$name" compile_test test_$name test_$name
    done
    # Not linked with the library: it loads it.
    check "compile test_dlopen" $cc -std=c99 $warnings -g -Iinclude tests/c/test_dlopen.c \
        tests/c/checks.c -o "$build/test_dlopen" -pthread -ldl
    for name in api sandbox protocol tables watch; do
        check "compile test_$name, sanitized" compile_test test_$name-sanitized test_$name $sanitize
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
    check "compile leaks.c, sanitized" compile_c leaks-sanitized $sanitize tests/c/leaks.c
    check "compile runner.c" compile_c runner-c tests/scenarios/runner.c
    check "compile runner.cpp" compile_cxx runner-cpp c++11 tests/scenarios/runner.cpp
    check "link the C example statically" $cc -std=c99 $warnings -Iinclude examples/c/verify.c \
        -o "$build/verify-static" "$build/one/libbankmeta.a" -lpthread -ldl -lm
}

run_programs() {
    local name standard flags
    for name in api sandbox protocol tables watch wiped threads shared fork; do
        check "test_$name" "$build/test_$name"
    done
    check "test_sigpipe" env BANKMETA_ENDPOINT="$closing_endpoint" "$build/test_sigpipe"
    check "test_dlopen" env -u LD_LIBRARY_PATH "$build/test_dlopen" "$build/lib/libbankmeta.so.0"
    for name in api sandbox protocol tables watch; do
        check "test_$name, sanitized" "$build/test_$name-sanitized"
    done
    check "the sanitizer finds a leak" fails_with LeakSanitizer "$build/leaks-sanitized"
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

prepare_library
cp "$lib_dir/libbankmeta.a" "$build/lib/"
prepare_one_object
build_programs
start_sandbox
start_closing_server
run_programs
finish
