#!/bin/bash
# Builds what can be given to other machines, into build/dist: for x86-64 Linux with glibc 2.17
# or later, the C library and the command as a tarball, its debug information, Debian packages,
# the Python wheel, the list of what is inside (SBOM), and SHA256SUMS.
#
# Needs what scripts/build.sh needs; the compiler for the old glibc comes from PyPI.
set -eu
cd "$(dirname "$0")/.."

target=x86_64-unknown-linux-gnu
glibc=2.17
version=$(sed -n 's/^#define BANKMETA_VERSION "\(.*\)"$/\1/p' include/bankmeta.h)
name=bankmeta-$version-x86_64-linux-gnu
work=$PWD/build/dist-work
dist=$PWD/build/dist
built=$(realpath --canonicalize-missing "${CARGO_TARGET_DIR:-target}")/$target/release
# The date in every archive: that of the last change.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH
export LC_ALL=C PIP_DISABLE_PIP_VERSION_CHECK=1
umask 022

say() { echo "dist: $*"; }

install_tools() {
    local requirements=packaging/requirements-dist.txt
    if ! cmp --silent "$requirements" "$work/tools/installed.txt"; then
        python3 -m venv --clear "$work/tools"
        "$work/tools/bin/python" -m pip install --quiet --require-hashes --requirement "$requirements"
        cp "$requirements" "$work/tools/installed.txt"
    fi
    export PATH=$work/tools/bin:$PATH
}

# Line tables for the separate debug information; no directory of this machine in any file.
compile() {
    local sources=${CARGO_HOME:-$HOME/.cargo}/registry/src
    export CARGO_PROFILE_RELEASE_DEBUG=line-tables-only CARGO_PROFILE_RELEASE_STRIP=none
    export CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUSTFLAGS="--remap-path-prefix=$PWD=/bankmeta --remap-path-prefix=$sources=/crates"
    export CFLAGS_x86_64_unknown_linux_gnu="-ffile-prefix-map=$sources=/crates"
    cargo zigbuild --quiet --release --locked --target "$target.$glibc" \
        --package bankmeta-capi --package bankmeta-cli
}

# What packaging/install.sh installs, stripped; and the debug information beside it.
split() {
    rm -rf "$work/built"
    mkdir -p "$work/built"
    objcopy --only-keep-debug --compress-debug-sections "$built/libbankmeta.so" "$work/built/libbankmeta.so.0.debug"
    (
        cd "$work/built"
        strip --strip-unneeded -o libbankmeta.so "$built/libbankmeta.so"
        objcopy --add-gnu-debuglink=libbankmeta.so.0.debug libbankmeta.so
    )
    strip -o "$work/built/bankmeta" "$built/bankmeta"
    crates/bankmeta-capi/one-object.sh "$built/libbankmeta.a" "$work/built/libbankmeta.a"
    packaging/man.sh "$work/built/bankmeta" >"$work/built/bankmeta.1"
    python3 packaging/components.py licences >"$work/built/LICENSES-OF-CRATES"
    python3 packaging/components.py sbom >"$dist/bankmeta-$version.cdx.json"
}

archive() { # <name of the archive> <directory> <what in it>
    tar --directory "$2" --create --sort=name --format=ustar --owner=0 --group=0 --numeric-owner \
        --mtime="@$SOURCE_DATE_EPOCH" "$3" | gzip -9n >"$dist/$1"
}

tarball() {
    local tree=$work/tarball/$name
    rm -rf "$work/tarball" "$work/debug"
    mkdir -p "$tree" "$work/debug/$name/lib"
    FROM=$work/built DESTDIR=$tree PREFIX=/ LIBDIR=/lib INCLUDEDIR=/include packaging/install.sh install >/dev/null
    cp -r README.md CHANGELOG.md SECURITY.md LICENSE-MIT LICENSE-APACHE docs examples "$tree/"
    archive "$name.tar.gz" "$work/tarball" "$name"
    # Unpacked in the same place, it lies where debuggers look for it.
    cp "$work/built/libbankmeta.so.0.debug" "$work/debug/$name/lib/"
    archive "$name-debug.tar.gz" "$work/debug" "$name"
}

# In a directory of its own: it calls the compiler by another name, and each build would make
# the other begin anew.
wheel() {
    "$work/tools/bin/maturin" build --quiet --release --locked --manifest-path bindings/python/Cargo.toml \
        --zig --target "$target" --compatibility manylinux2014 --target-dir "$work/wheel" --out "$dist"
}

rm -rf "$dist"
mkdir -p "$dist" "$work"
say "installing the compiler for glibc $glibc"
install_tools
say "compiling"
compile
split
say "tarball"
tarball
say "wheel"
wheel
if command -v dpkg-deb >/dev/null; then
    say "Debian packages"
    FROM=$work/built GLIBC=$glibc OUT=$dist packaging/deb.sh
else
    say "no dpkg-deb here: no Debian packages"
fi
(cd "$dist" && sha256sum -- * >SHA256SUMS)
ls -l "$dist"
