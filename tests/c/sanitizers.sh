#!/bin/bash
# Both sides under the address sanitizer: the Rust code is built with it, and the C code with it
# and the undefined-behaviour sanitizer. This build has faults on purpose (`test-faults`) and is
# never shipped.
#
# The C objects are made by clang and linked with the runtime that rustc brings, which fits the
# Rust code; it holds both sanitizers. (clang's own also works; gcc's does not see Rust's blocks.)
# The flag for rustc is not stable, therefore RUSTC_BOOTSTRAP.
. "$(dirname "$0")/lib.sh"

host=$(rustc -vV | sed -n 's/^host: //p')
runtime=$(rustc --print sysroot)/lib/rustlib/$host/lib/librustc-stable_rt.asan.a
asan=build/asan

build_library() {
    RUSTC_BOOTSTRAP=1 RUSTFLAGS=-Zsanitizer=address CARGO_TARGET_DIR=$asan \
        cargo build --locked --quiet --target "$host" --package bankmeta-capi \
        --features bankmeta-ffi/test-faults
}

compile() { # <program> <flags and sources...>
    local program=$1 source objects=
    shift
    for source in "$@"; do
        clang -std=c99 $warnings -g -Iinclude -Itests/c -DWITH_FAULTS -fsanitize=address,undefined \
            -fno-sanitize-recover=all -c "$source" -o "$build/$(basename "$source").o"
        objects="$objects $build/$(basename "$source").o"
    done
    clang++ $objects -o "$build/$program" -Wl,--whole-archive "$runtime" -Wl,--no-whole-archive \
        -Wl,--export-dynamic -L"$build/lib" -lbankmeta -pthread -ldl -lm -lrt
}

write_table() {
    python3 tests/c/null_table.py >"$build/table.c"
}

# Every function of the header, called as it should be, is in the table.
table_is_whole() {
    local name
    while read -r name; do
        grep -q "fputs(\"$name: as it should be called" "$build/table.c" || { echo "$name is missing"; return 1; }
    done <$symbols
}

# The shipped library, as it is.
compile_table_for_shipped() {
    gcc -std=c99 $warnings -g -Iinclude -Itests/c -fsanitize=address,undefined \
        -fno-sanitize-recover=all "$build/table.c" tests/c/checks.c tests/c/support.c \
        -o "$build/table-shipped" -L"$build/shipped" -lbankmeta -pthread
}

unknown_type_is_refused() {
    sed 's/^int32_t bankmeta_abi_version(void);/struct odd bankmeta_abi_version(struct odd *odd);/' \
        include/bankmeta.h >"$build/odd.h"
    fails_with 'a type that is new here' python3 -c \
        "import sys; sys.path.insert(0, 'tests/c'); import pathlib, prototypes; prototypes.read(pathlib.Path('$build/odd.h'))"
}

# What libraries.sh compares with the list.
exported() {
    nm -D --defined-only "$build/lib/libbankmeta.so" | awk '{ print $3 }' | LC_ALL=C sort
}

build_library
prepare_library
rm -rf "$build/shipped"
mv "$build/lib" "$build/shipped"
lib_dir=$(realpath "$asan/$host/debug") prepare_library

check "a library with faults cannot pass for one to ship" \
    fails_with bankmeta_test_panic diff <(exported) $symbols
check "write the table" write_table
check "the table is whole" table_is_whole
check "a prototype that cannot be read is refused" unknown_type_is_refused
for name in test_api test_sandbox test_threads test_shared; do
    check "compile $name" compile $name tests/c/$name.c tests/c/checks.c tests/c/support.c
done
check "compile the table" compile table "$build/table.c" tests/c/checks.c tests/c/support.c
check "compile the table for the shipped library" compile_table_for_shipped
check "compile leaks.c" compile leaks tests/c/leaks.c
check "compile fault.c" compile fault tests/c/fault.c

start_sandbox
for name in test_api test_sandbox test_threads test_shared; do
    check "$name" "$build/$name"
done
check "the table, and a panic in every function" \
    env LSAN_OPTIONS=suppressions=tests/c/lsan.supp "$build/table"
check "the table, shipped library" env LD_LIBRARY_PATH="$build/shipped" "$build/table-shipped"
check "a leak of a Rust block is found" fails_with LeakSanitizer "$build/leaks"
check "a read out of bounds in Rust is found" fails_with 'heap-buffer-overflow' "$build/fault"
finish
