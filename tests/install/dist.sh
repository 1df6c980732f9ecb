#!/bin/bash
# Tests what `make dist` made, as somebody else's machine would meet it: unpacks, compiles, runs
# against the sandbox, and looks into every file. The Debian packages are installed and purged
# again, where this is Debian and the user is root. Ends with `N passed, N failed`.
set -eu
cd "$(dirname "$0")/../.."

rm -rf build/test-dist
mkdir -p build/test-dist
build=$PWD/build/test-dist
dist=$PWD/build/dist
tools=$PWD/build/dist-work/tools/bin
. tests/support.sh
version=$(sed -n 's/^#define BANKMETA_VERSION "\(.*\)"$/\1/p' include/bankmeta.h)
name=bankmeta-$version-x86_64-linux-gnu
tree=$build/$name

unpack() {
    local wheel=("$dist"/bankmeta-*-manylinux2014_x86_64*.whl)
    check "SHA256SUMS" sh -c "cd '$dist' && sha256sum --check --strict SHA256SUMS"
    check "SHA256SUMS names every file" test "$(cut -c67- "$dist/SHA256SUMS")" = \
        "$(cd "$dist" && LC_ALL=C ls | grep -vx SHA256SUMS)"
    check "unpack" tar -xzf "$dist/$name.tar.gz" -C "$build"
    check "unpack the debug information" tar -xzf "$dist/$name-debug.tar.gz" -C "$build"
    check "unpack the wheel" python3 -m zipfile -e "${wheel[0]}" "$build/wheel"
    bankmeta=$tree/bin/bankmeta
}

elf_files() {
    find "$tree" "$build/wheel" -type f -exec sh -c 'head -c 4 "$1" | grep -q ELF' sh {} \; -print
}

# No version above 2.17; what has no version is weak, so its absence is fine, or Python's.
runs_with_old_glibc() { # <file>
    local newest
    newest=$(readelf -VW "$1" | grep -o 'GLIBC_[0-9.]*' | sort -Vu | tail -1)
    echo "$1: $newest"
    [ "$(printf 'GLIBC_2.17\n%s\n' "$newest" | sort -V | tail -1)" = GLIBC_2.17 ] || return 1
    ! readelf --dyn-syms -W "$1" | awk '$7 == "UND" && $5 != "WEAK" && NF > 7' | grep -v -e @ -e ' _*Py' || return 1
    ! readelf -d "$1" | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p' \
        | grep -Ev '^(libc\.so\.6|lib(m|pthread|dl|rt|util)\.so\.[0-9]+|ld-linux-x86-64\.so\.2)$'
}

names_no_directory_of_this_machine() { # <file>
    ! strings -a "$1" | grep -F -e "$PWD" -e "$HOME/"
}

check_files() {
    local file
    elf_files >"$build/elf"
    check "library, debug information, command and wheel are there" test "$(wc -l <"$build/elf")" = 4
    grep -v 'debug$' "$build/elf" >"$build/loaded"
    while read -r file; do
        check "$file runs with glibc 2.17" runs_with_old_glibc "$file"
    done <"$build/loaded"
    for file in $(cat "$build/elf") "$tree/lib/libbankmeta.a"; do
        check "$file names no directory of this machine" names_no_directory_of_this_machine "$file"
    done
    check "the shared library is below 3 MB" test "$(stat -Lc %s "$tree/lib/libbankmeta.so")" -lt 3000000
    check "symbols of the shared library" diff crates/bankmeta-ffi/symbols.txt \
        <(nm -D --defined-only "$tree/lib/libbankmeta.so" | awk '{ print $3 }' | LC_ALL=C sort)
    for file in README.md docs/install.md share/man/man1/bankmeta.1 share/doc/bankmeta/LICENSES-OF-CRATES; do
        check "$file is there" test -s "$tree/$file"
    done
}

# The function's line in its source, which only the debug information knows.
debug_information_is_found() {
    local address
    address=0x$(nm -D "$tree/lib/libbankmeta.so" | awk '$3 == "bankmeta_verify" { print $1 }')
    addr2line -e "$tree/lib/libbankmeta.so" "$address" | tee "$build/line"
    grep -q '/crates/bankmeta-ffi/src/client.rs:[1-9]' "$build/line"
}

sbom_is_right() {
    local sbom=$dist/bankmeta-$version.cdx.json
    "$build/python/bin/python" - "$sbom" <<'END' || return 1
import sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

with open(sys.argv[1], encoding="utf-8") as sbom:
    sys.exit(JsonStrictValidator(SchemaVersion.V1_5).validate_str(sbom.read()))
END
    # What is linked, and nothing that only builds or tests it.
    grep -q '"name": "ring"' "$sbom" && ! grep -E '"name": "(cbindgen|serde_derive|pyo3-macros)"' "$sbom"
}

compile_with_tarball() { # <program> <module>
    PKG_CONFIG_PATH=$tree/lib/pkgconfig sh -c "cc -std=c99 -Wall -Werror examples/c/verify.c -o '$build/$1' \
        \$(pkg-config --cflags --libs $2)"
}

# A linker that knows what glibc 2.17 has: it refuses what came later.
compile_for_old_glibc() { # <program> <library>
    "$tools/python" -m ziglang cc -target x86_64-linux-gnu.2.17 -std=c99 -I"$tree/include" examples/c/verify.c \
        -o "$build/$1" "$2" -lutil -lrt -lpthread -lm -ldl -lunwind
}

use_tarball() {
    local program
    check "C example, shared" compile_with_tarball shared bankmeta
    check "C example, static" compile_with_tarball static bankmeta-static
    check "C example for glibc 2.17, shared" compile_for_old_glibc shared-old "$tree/lib/libbankmeta.so"
    check "C example for glibc 2.17, static" compile_for_old_glibc static-old "$tree/lib/libbankmeta.a"
    for program in shared static shared-old static-old; do
        check "run the C example, $program" \
            example_verifies env LD_LIBRARY_PATH="$tree/lib" "$build/$program"
    done
}

# `pip` refuses a wheel whose files and list of files differ.
use_wheel() {
    check "install the wheel" "$build/python/bin/python" -m pip install --quiet --no-index "$dist"/*.whl
    printf '6222021234567890128\t张三\n' >"$build/person"
    check "run the Python example" sh -c \
        "'$build/python/bin/python' examples/python/verify.py <'$build/person' | grep -q '^match .*billed yes'"
}

installed() { # <package>
    dpkg-query -W -f '${Status}\n' "$1" 2>/dev/null | grep -q ' installed$'
}

why_no_packages() {
    local package
    command -v dpkg >/dev/null || { echo "there is no dpkg here"; return; }
    [ "$(id -u)" = 0 ] || { echo "only root can install packages"; return; }
    for package in libbankmeta0 libbankmeta-dev bankmeta; do
        ! installed $package || { echo "$package is installed already, and stays"; return; }
    done
}

use_packages() {
    local packages="libbankmeta0 libbankmeta-dev bankmeta"
    check "dpkg -i" sh -c "dpkg -i '$dist'/*.deb"
    dpkg -L $packages | sort -u | while read -r path; do [ -d "$path" ] || echo "$path"; done >"$build/listed"
    check "every file is there" test "$(grep -c . "$build/listed")" -gt 15
    check "the checksums are right" test -z "$(dpkg --verify $packages)"
    check "the loader knows the library" grep -q 'libbankmeta.so.0 .*/libbankmeta.so.0' <(ldconfig -p)
    check "the command is in the path" grep -qx "bankmeta $version" <(/usr/bin/bankmeta --version)
    (
        unset PKG_CONFIG_PATH LD_LIBRARY_PATH
        cc -std=c99 -Wall -Werror examples/c/verify.c -o "$build/packaged" $(pkg-config --cflags --libs bankmeta)
    ) || true
    check "run the C example with the package's library" example_verifies "$build/packaged"
    check "the listings of docs/install.md" guide "Debian packages"
    check "dpkg --purge" dpkg --purge $packages
    check "no file is left" test -z "$(while read -r path; do ls -d "$path" 2>/dev/null; done <"$build/listed")"
    check "no package is left" refuses "no packages found" dpkg-query -W $packages
    check "the loader has forgotten it" test -z "$(ldconfig -p | grep bankmeta)"
}

guide() { # <heading>
    listings docs/install.md "$1" >"$build/guide.sh"
    [ -s "$build/guide.sh" ] && DIST=$dist DIRECTORY=$build/guide bash -eu "$build/guide.sh" </dev/null
}

unpack
check_files
check "debug information is found" debug_information_is_found
python3 -m venv "$build/python"
"$build/python/bin/python" -m pip install --quiet --disable-pip-version-check -r tests/install/requirements.txt
check "the SBOM is valid CycloneDX 1.5 and has what is linked" sbom_is_right
start_sandbox
use_tarball
use_wheel
mkdir "$build/guide"
check "the listings of docs/install.md" guide "Tarball"
why=$(why_no_packages)
if [ -z "$why" ]; then
    use_packages
else
    echo "SKIPPED: the Debian packages: $why"
fi
finish
