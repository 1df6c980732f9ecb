#!/bin/bash
# Makes the Debian packages libbankmeta0, libbankmeta-dev and bankmeta, of files that
# packaging/dist.sh compiled.
#
# Variables: FROM, the directory of those files; GLIBC, the oldest C library they run with; OUT,
# where the packages go; SOURCE_DATE_EPOCH.
set -eu
cd "$(dirname "$0")/.."

version=$(sed -n 's/^#define BANKMETA_VERSION "\(.*\)"$/\1/p' include/bankmeta.h)
abi=$(sed -n 's/^#define BANKMETA_ABI_VERSION //p' include/bankmeta.h)
library=libbankmeta$abi
revision=$version-1
libdir=usr/lib/x86_64-linux-gnu
maintainer="The bankmeta developers <developers@bankmeta.invalid>"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
umask 022

# move <package> <path...>: out of the staged tree, into the package's.
move() {
    local package=$1 path
    shift
    for path; do
        mkdir -p "$work/$package/$(dirname "$path")"
        mv "$work/staged/$path" "$work/$package/$path"
    done
}

copyright() {
    cat <<END
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: bankmeta

Files: *
Copyright: 2026 The bankmeta developers
License: MIT or Apache-2.0
Comment: the crates that are linked in, and their licences, stand in LICENSES-OF-CRATES.

License: MIT
$(sed -n '5,$ { s/^$/./; s/^/ /; p }' LICENSE-MIT)

License: Apache-2.0
 On Debian systems, the licence stands in /usr/share/common-licenses/Apache-2.0.
END
}

changelog() {
    printf 'bankmeta (%s) unstable; urgency=medium\n\n  * See changelog.gz.\n\n -- %s  %s\n' \
        "$revision" "$maintainer" "$(LC_ALL=C date -u -R -d "@$SOURCE_DATE_EPOCH")"
}

documents() { # <package>
    local doc=$work/$1/usr/share/doc/$1
    mkdir -p "$doc"
    copyright >"$doc/copyright"
    gzip -9n <CHANGELOG.md >"$doc/changelog.gz"
    changelog | gzip -9n >"$doc/changelog.Debian.gz"
    gzip -9n <"$FROM/LICENSES-OF-CRATES" >"$doc/LICENSES-OF-CRATES.gz"
}

build() { # <package> <section> <depends> <description>
    local tree=$work/$1
    documents "$1"
    mkdir -p "$tree/DEBIAN"
    (cd "$tree" && find usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum >DEBIAN/md5sums)
    cat >"$tree/DEBIAN/control" <<END
Package: $1
Source: bankmeta
Version: $revision
Architecture: amd64
Section: $2
Priority: optional
Maintainer: $maintainer
Installed-Size: $(du -sk --apparent-size "$tree/usr" | cut -f1)
Depends: $3
Multi-Arch: $([ "$1" = bankmeta ] && echo foreign || echo same)
Description: $4
 The operation tells whether a bank card number, a name, an ID number and a
 mobile number belong to one person. Every answer and every error says whether
 the call was billed.
END
    dpkg-deb --root-owner-group -Zxz --build "$tree" "$OUT" >/dev/null
}

DESTDIR=$work/staged PREFIX=/usr LIBDIR=/$libdir FROM=$FROM packaging/install.sh install >/dev/null
rm -r "$work/staged/usr/share/doc"
gzip -9n "$work/staged/usr/share/man/man1/bankmeta.1"

chmod 644 "$work/staged/$libdir"/*.so.*
move "$library" "$libdir/libbankmeta.so.$abi" "$(cd "$work/staged" && echo "$libdir"/libbankmeta.so."$abi".*)"
move libbankmeta-dev "$libdir/libbankmeta.so" "$libdir/libbankmeta.a" "$libdir/pkgconfig" "$libdir/cmake" usr/include
move bankmeta usr/bin usr/share/man
# A file that no package took would be missed by its users.
[ -z "$(find "$work/staged" ! -type d)" ] || { echo "deb: in no package:" && find "$work/staged" ! -type d && exit 1; }

mkdir -p "$work/$library/DEBIAN"
echo "libbankmeta $abi $library (>= $version)" >"$work/$library/DEBIAN/shlibs"
echo "activate-noawait ldconfig" >"$work/$library/DEBIAN/triggers"
# Stated, not asked of dpkg-shlibdeps: it would name the C library of this machine. That nothing
# newer is needed is tested by tests/install/dist.sh.
build "$library" libs "libc6 (>= $GLIBC)" "Client for Alibaba Cloud's BankMetaVerifyIntl: shared library"
build libbankmeta-dev libdevel "$library (= $revision), libc6-dev" \
    "Client for Alibaba Cloud's BankMetaVerifyIntl: headers and static library"
build bankmeta utils "libc6 (>= $GLIBC)" "Client for Alibaba Cloud's BankMetaVerifyIntl: command and sandbox"
