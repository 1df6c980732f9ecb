#!/bin/bash
# The headers, alone and twice, by both compilers as every language they promise.
. "$(dirname "$0")/lib.sh"

compile_header() { # <compiler> <language> <standard> <header> <flags...>
    local compiler=$1 language=$2 standard=$3 header=$4
    shift 4
    printf '#include <%s>\n#include <%s>\nint main(void);\nint main(void) { return 0; }\n' "$header" "$header" \
        | sed "$([ "$language" = c++ ] && echo 's/(void)/()/g')" \
        | $compiler -x "$language" -std="$standard" $warnings "$@" -Iinclude -c - -o /dev/null
}

# What strict programs switch on besides; the macros are used, as a header alone would hide them.
strict_c="-Wstrict-prototypes -Wold-style-definition -Wconversion -Wsign-conversion -Wcast-qual -Wshadow -Wundef -Wc++-compat"
strict_cxx="-Wold-style-cast -Wconversion -Wsign-conversion -Wcast-qual -Wshadow -Wundef -Woverloaded-virtual"
compile_macros() { # <compiler> <language> <standard> <header> <flags...>
    local compiler=$1 language=$2 standard=$3 header=$4
    shift 4
    printf '#include <%s>\n%s\n%s\n' "$header" \
        'int fits(const char *, size_t *);' \
        'int fits(const char *text, size_t *length) { *length = text ? BANKMETA_NUL : 0; return BANKMETA_CHECK_VERSION(); }' \
        | $compiler -x "$language" -std="$standard" $warnings "$@" -Iinclude -c - -o /dev/null
}

test_headers() { # <C compiler> <C++ compiler>
    local standard
    for standard in c99 c11 c17 c2x; do
        check "bankmeta.h as $standard by $1" compile_header "$1" c $standard bankmeta.h
    done
    for standard in c++98 c++11 c++14 c++17 c++20; do
        check "bankmeta.h as $standard by $2" compile_header "$2" c++ $standard bankmeta.h
    done
    for standard in c++11 c++14 c++17 c++20; do
        check "bankmeta.hpp as $standard by $2" compile_header "$2" c++ $standard bankmeta.hpp
        check "bankmeta.hpp as $standard by $2, without exceptions" \
            compile_header "$2" c++ $standard bankmeta.hpp -fno-exceptions -fno-rtti
    done
    check "the strictest warnings of C by $1" compile_macros "$1" c c99 bankmeta.h $strict_c
    for standard in c++11 c++17; do
        check "the strictest warnings of $standard by $2" \
            compile_macros "$2" c++ $standard bankmeta.hpp $strict_cxx
    done
}

test_headers gcc g++
test_headers clang clang++
check "a header that does not compile is found" fails compile_header gcc c c99 bankmeta.hpp
finish
