# What the C scripts share; each of them begins with it and ends with `finish`.
#
# Variables: LIB_DIR (where the libraries are; target/release), BANKMETA (the command), BUILD_DIR,
# CC, CXX, CARGO_TARGET_DIR, PROFILE.
set -eu
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

lib_dir=$(realpath "${LIB_DIR:-${CARGO_TARGET_DIR:-target}/${PROFILE:-release}}")
bankmeta=$(realpath "${BANKMETA:-$lib_dir/bankmeta}")
part=$(basename "$0" .sh)
build=${BUILD_DIR:-build/c}/$part
mkdir -p "$build"
build=$(realpath "$build")
cc=${CC:-gcc}
cxx=${CXX:-g++}
warnings="-Wall -Wextra -Wpedantic -Werror"
symbols=crates/bankmeta-ffi/symbols.txt
. tests/support.sh

# The other way round: for what must be refused.
fails() {
    ! "$@"
}

# fails_with <text> <command...>: it fails, and says why in these words.
fails_with() {
    local text=$1 output
    shift
    if output=$("$@" 2>&1); then
        echo "did not fail: $*"
        return 1
    fi
    printf '%s\n' "$output"
    grep -qe "$text" <<<"$output"
}

# The last line: what run.sh adds up.
finish() {
    echo "$part: $passed passed, $failed failed"
    [ $failed = 0 ] && [ $passed -gt 0 ]
}

# The shared library, with the name under which it is installed.
prepare_library() {
    rm -rf "$build/lib"
    mkdir -p "$build/lib"
    cp "$lib_dir/libbankmeta.so" "$build/lib/libbankmeta.so.0"
    ln -s libbankmeta.so.0 "$build/lib/libbankmeta.so"
    export LD_LIBRARY_PATH=$build/lib
}

# A static library that has only the public symbols.
prepare_one_object() {
    mkdir -p "$build/one"
    crates/bankmeta-capi/one-object.sh "$lib_dir/libbankmeta.a" "$build/one/libbankmeta.a"
}

compile_c() { # <program> <flags and sources...>
    local program=$1
    shift
    $cc -std=c99 $warnings -g -Iinclude "$@" -o "$build/$program" -L"$build/lib" -lbankmeta -pthread
}

compile_cxx() { # <program> <standard and flags> <source>
    $cxx -std=$2 $warnings -g -Iinclude "$3" -o "$build/$1" -L"$build/lib" -lbankmeta
}

# A program of tests/c that uses what they share.
compile_test() { # <program> <name> <flags...>
    local program=$1 name=$2
    shift 2
    compile_c "$program" "$@" "tests/c/$name.c" tests/c/checks.c tests/c/support.c
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
