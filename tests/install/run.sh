#!/bin/bash
# Installs the library as its users do, moves the tree elsewhere, builds the examples against it
# with pkg-config and with CMake, runs them against the sandbox, and uninstalls.
#
# Needs scripts/build.sh run before, pkg-config, cmake, groff and rustc. Ends with `N passed, N failed`.
set -eu
cd "$(dirname "$0")/../.."

rm -rf build/test-install
mkdir -p build/test-install
build=$PWD/build/test-install
. tests/support.sh
multiarch=lib/x86_64-linux-gnu
version=$(sed -n 's/^#define BANKMETA_VERSION "\(.*\)"$/\1/p' include/bankmeta.h)

install_trees() {
    check "install into a plain PREFIX" make --silent install PREFIX="$build/first"
    check "install into a DESTDIR, with directories of a distribution" make --silent install \
        PREFIX=/usr LIBDIR=/usr/$multiarch INCLUDEDIR=/usr/include/bankmeta DESTDIR="$build/staged"
    check "nothing outside of the DESTDIR's prefix" test "$(ls "$build/staged")" = usr
    mkdir "$build/moved"
    mv "$build/first" "$build/moved/plain"
    mv "$build/staged/usr" "$build/moved/distribution"
    bankmeta=$build/moved/plain/bin/bankmeta
}

check_refusals() {
    check "a relative PREFIX is refused" refuses "must begin with /" packaging_install PREFIX=usr
    check "a PREFIX with a space is refused" refuses "holds a space" packaging_install "PREFIX=/a b"
    check "without a build there is a hint" refuses "make build" packaging_install FROM="$build" PREFIX="$build/none"
    check "and nothing is installed" test ! -e "$build/none"
}

packaging_install() {
    env "$@" packaging/install.sh install
}

check_links() { # <libdir>
    check "links in $1" test "$(readlink "$1/libbankmeta.so")$(readlink "$1/libbankmeta.so.0")" = \
        "libbankmeta.so.0libbankmeta.so.0.${version#*.}"
    check "soname in $1" grep -q 'SONAME.*\[libbankmeta.so.0\]' <(readelf -d "$1/libbankmeta.so")
}

# <example> <library> <flags...>: builds build/<example>-<library>-<tree> with what pkg-config says.
compile() {
    local example=$1 library=$2 compiler="cc -std=c99"
    shift 2
    [ "$example" = c ] || compiler="c++ -std=c++11"
    $compiler -Wall -Wextra -Wpedantic -Werror "examples/$example/verify.$example" \
        -o "$build/$example-$library-$tree" "$@"
}

try_pkg_config() { # <libdir>
    local example
    export PKG_CONFIG_PATH=$1/pkgconfig
    check "pkg-config knows the version, $tree" test "$(pkg-config --modversion bankmeta)" = "$version"
    for example in c cpp; do
        check "pkg-config, $example, shared, $tree" compile $example shared $(pkg-config --cflags --libs bankmeta)
        check "pkg-config, $example, static, $tree" compile $example static $(pkg-config --cflags --libs bankmeta-static)
        check "run $example, shared, $tree" \
            example_verifies env LD_LIBRARY_PATH="$1" "$build/$example-shared-$tree"
        check "run $example, static, $tree" example_verifies "$build/$example-static-$tree"
        check "$example, static, needs no libbankmeta.so, $tree" needs_no_bankmeta "$build/$example-static-$tree"
    done
    # -static also takes the C library; a warning about getaddrinfo is its own.
    check "pkg-config --static with cc -static, $tree" compile c all-static -static -Wl,--no-warnings \
        $(pkg-config --static --cflags --libs bankmeta)
    check "run c, all static, $tree" example_verifies "$build/c-all-static-$tree"
}

needs_no_bankmeta() {
    ! readelf -d "$1" | grep -q libbankmeta
}

try_cmake() { # <prefix>
    local program directory=$build/cmake-$tree
    check "cmake configures, $tree" cmake -S tests/install -B "$directory" -DCMAKE_PREFIX_PATH="$1" \
        -DSOURCES="$PWD/examples"
    check "cmake builds, $tree" cmake --build "$directory"
    for program in c-bankmeta c-bankmeta-static cpp-bankmeta cpp-bankmeta-static; do
        check "run $program of cmake, $tree" example_verifies "$directory/$program"
    done
    check "cmake linked the shared library, $tree" grep -q 'NEEDED.*libbankmeta.so.0' \
        <(readelf -d "$directory/c-bankmeta")
    check "cmake linked the static library, $tree" needs_no_bankmeta "$directory/cpp-bankmeta-static"
}

# While the major version is 0, only the same minor version fits.
try_cmake_versions() {
    local wanted
    for wanted in "$version" "${version%.*}"; do
        check "find_package(bankmeta $wanted)" finds_package "$wanted"
    done
    for wanted in 0.0 "${version%.*}.99" 0.99 1.0; do
        check "not find_package(bankmeta $wanted)" refuses "$wanted" finds_package "$wanted"
    done
}

finds_package() {
    rm -rf "$build/versions"
    mkdir "$build/versions"
    printf 'cmake_minimum_required(VERSION 3.10)\nproject(p NONE)\nfind_package(bankmeta %s REQUIRED)\n' "$1" \
        >"$build/versions/CMakeLists.txt"
    cmake -S "$build/versions" -B "$build/versions/build" -DCMAKE_PREFIX_PATH="$build/moved/plain"
}

# What the compiler says that static linking needs, but for what `cc` adds by itself.
native_libraries() {
    cargo rustc --quiet --locked --package bankmeta-capi --crate-type staticlib -- --print native-static-libs 2>&1 \
        | sed -n 's/.*native-static-libs: //p' | tr ' ' '\n' | grep -vxe -lc -e -lgcc_s | sort -u
}

words() {
    tr ' ' '\n' | grep . | sort -u
}

check_static_needs() {
    local pc=$build/moved/plain/lib/pkgconfig config=$build/moved/plain/lib/cmake/bankmeta/bankmeta-config.cmake
    native_libraries >"$build/native"
    check "rustc names native libraries" grep -qx -e -lpthread "$build/native"
    check "Libs.private is what rustc says" diff "$build/native" \
        <(sed -n 's/^Libs.private: //p' "$pc/bankmeta.pc" | words)
    check "Libs of bankmeta-static is what rustc says" diff "$build/native" \
        <(sed -n 's/^Libs: .*\.a //p' "$pc/bankmeta-static.pc" | words)
    check "CMake's static target needs what rustc says" diff "$build/native" \
        <(sed -n 's/.*INTERFACE_LINK_LIBRARIES "\(.*\)"/\1/p' "$config" | tr ';' '\n' | sed 's/^/-l/' | sort)
}

check_two_rust_libraries() {
    local own=$build/moved/plain/lib/libbankmeta.a other=$build/libother.a order
    check "compile another static Rust library" rustc --edition 2024 --crate-type staticlib -C opt-level=1 \
        tests/install/other.rs -o "$other"
    for order in "$own $other" "$other $own"; do
        check "two static Rust libraries link" cc -std=c99 -Wall -Wextra -Werror -Iinclude \
            tests/install/two_libraries.c -o "$build/two" $order -lutil -lrt -lpthread -lm -ldl
        check "two static Rust libraries run" "$build/two"
    done
    check "global symbols of the installed static library" diff crates/bankmeta-ffi/symbols.txt \
        <(nm -g --defined-only "$own" | awk 'NF == 3 { print $3 }' | LC_ALL=C sort)
}

plain() {
    sed 's/…/.../g' | tr -s '[:space:]' ' '
}

# Every line of every help text stands in the page, as a reader sees it.
man_page_is_complete() {
    local subcommand line
    groff -man -ww -K utf8 -Tutf8 -P-cbou -rLL=500n "$build/moved/plain/share/man/man1/bankmeta.1" \
        >"$build/page.formatted" 2>"$build/page.warnings" || return 1
    cat "$build/page.warnings"
    [ ! -s "$build/page.warnings" ] || return 1
    plain <"$build/page.formatted" >"$build/page"
    for subcommand in "" verify doctor sandbox; do
        "$bankmeta" $subcommand --help | grep -v -e '^Usage: bankmeta <COMMAND>' -e '^Options:' -e '^Exit codes:' \
            -e '^  help ' -e '^Commands:' | sed 's/^  [a-z]*   *\([A-Z]\)/\1/; s/:$//; s/^Usage: //' | sed '/^ *$/d' \
            >"$build/help"
        [ "$(wc -l <"$build/help")" -gt 3 ] || return 1
        # One line after the other: the page may break them elsewhere.
        while read -r line; do
            grep -qF -e "$(printf '%s' "$line" | plain)" "$build/page" || { echo "not in the page: $line"; return 1; }
        done <"$build/help"
    done
}

check_uninstall() {
    local tree=$build/leaves
    check "install once more" make --silent install PREFIX="$tree"
    touch "$tree/lib/of-another-package"
    check "install over it" make --silent install PREFIX="$tree"
    check "uninstall" make --silent uninstall PREFIX="$tree"
    check "nothing of ours is left" test "$(find "$tree" ! -type d)" = "$tree/lib/of-another-package"
    check "no directory of ours is left" test -z "$(find "$tree" -name 'bankmeta*')"
}

# The listings of docs/install.md about an installation from source.
test_guide() {
    local heading
    for heading in "From source" "pkg-config" "CMake"; do
        listings docs/install.md "$heading" >"$build/guide.sh"
        [ -s "$build/guide.sh" ] || { echo "no listing below $heading"; return 1; }
        PREFIX=$build/guide bash -eu "$build/guide.sh" </dev/null || return 1
    done
}

install_trees
check_refusals
start_sandbox
for tree in plain distribution; do
    libdir=$build/moved/$tree/lib
    [ $tree = plain ] || libdir=$build/moved/$tree/$multiarch
    check_links "$libdir"
    try_pkg_config "$libdir"
    try_cmake "$build/moved/$tree"
done
try_cmake_versions
check_static_needs
check_two_rust_libraries
check "the man page says what --help says" man_page_is_complete
check "the listings of docs/install.md" test_guide
check "the listings of docs/c.md against the installed tree" \
    env BANKMETA_PREFIX="$build/moved/plain" BUILD_DIR="$build" tests/c/run.sh guide
stop_sandbox
check_uninstall
finish
