#!/bin/bash
# What the libraries export and what they need.
. "$(dirname "$0")/lib.sh"

exported() {
    nm -D --defined-only "$build/lib/libbankmeta.so" | awk '{ print $3 }' | LC_ALL=C sort
}

globals_of_one_object() {
    nm -g --defined-only "$build/one/libbankmeta.a" | awk 'NF == 3 { print $3 }' | LC_ALL=C sort
}

# In the library as cargo makes it the symbols of Rust itself are global too.
globals_of_archive() {
    nm -g --defined-only "$lib_dir/libbankmeta.a" 2>/dev/null | awk '$3 ~ /^bankmeta_/ { print $3 }' | LC_ALL=C sort
}

needs_no_other_library() {
    local needed
    needed=$(readelf -d "$build/lib/libbankmeta.so" | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p')
    ! echo "$needed" | grep -Ev '^(libc\.so\.6|libgcc_s\.so\.1|lib(m|pthread|dl|rt)\.so\.[0-9]+|ld-linux.*)$'
}

prepare_library
prepare_one_object
check "symbols of the shared library" diff <(exported) $symbols
check "symbols of the static library" diff <(globals_of_archive) $symbols
check "symbols of the one-object static library" diff <(globals_of_one_object) $symbols
check "soname" grep -q 'SONAME.*\[libbankmeta.so.0\]' <(readelf -d "$build/lib/libbankmeta.so")
check "libraries needed" needs_no_other_library
finish
