#!/bin/bash
# The shipped library under valgrind: leaks and reads out of bounds by memcheck, races by helgrind.
. "$(dirname "$0")/lib.sh"

memcheck() {
    valgrind --quiet --error-exitcode=9 --leak-check=full \
        --errors-for-leak-kinds=definite,indirect,possible --suppressions=tests/c/valgrind.supp "$@"
}

# Rust's locks are futexes, which helgrind does not see: under it run only programs whose threads
# share what no lock guards. That nothing else is shared without a lock is the compiler's promise
# (Send and Sync), as only the C crates have unsafe code.
helgrind() {
    valgrind --quiet --tool=helgrind --error-exitcode=9 "$@"
}

prepare_library
for name in test_api test_sandbox test_protocol test_tables test_watch test_threads test_shared test_fork; do
    check "compile $name" compile_test $name $name
done
for name in test_cpp test_cpp_surface; do
    check "compile $name" compile_cxx $name c++17 tests/c/$name.cpp
done
check "compile leaks.c" compile_c leaks tests/c/leaks.c
check "compile race.c" compile_c race tests/c/race.c
check "compile the C example" compile_c verify-c examples/c/verify.c
check "compile the C++ example" compile_cxx verify-cpp c++11 examples/cpp/verify.cpp
start_sandbox

for name in test_api test_sandbox test_protocol test_tables test_watch test_threads test_cpp test_cpp_surface; do
    check "$name under memcheck" memcheck "$build/$name"
done
# A child ends with what its parent had, so only reads and writes are looked at.
check "test_fork under memcheck" memcheck --leak-check=no "$build/test_fork"
for name in c cpp; do
    check "example $name under memcheck" example_prints memcheck "$build/verify-$name"
done
check "memcheck finds a leak" fails_with 'lost in loss record' memcheck "$build/leaks"

check "test_shared under helgrind" helgrind "$build/test_shared"
check "helgrind finds a race" fails_with 'Possible data race' helgrind "$build/race"
finish
