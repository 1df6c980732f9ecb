#!/bin/bash
# Installs what scripts/build.sh built, or removes it again:
#
#     install.sh install|uninstall
#
# Variables: PREFIX, LIBDIR, INCLUDEDIR, DESTDIR as usual; FROM, the directory of the build.
set -eu
cd "$(dirname "$0")/.."

prefix=${PREFIX:-/usr/local}
libdir=${LIBDIR:-$prefix/lib}
includedir=${INCLUDEDIR:-$prefix/include}
destdir=${DESTDIR:-}
from=${FROM:-build/install}
abi=$(sed -n 's/^#define BANKMETA_ABI_VERSION //p' include/bankmeta.h)
version=$(sed -n 's/^#define BANKMETA_VERSION "\(.*\)"$/\1/p' include/bankmeta.h)
real=libbankmeta.so.$abi${version#"${version%%.*}"}
cmake=$libdir/cmake/bankmeta
doc=$prefix/share/doc/bankmeta

# Every file that is installed: its mode, where it goes, and where it comes from; with the
# mode `link`, what it leads to.
files() {
    cat <<END
755 $libdir/$real $from/libbankmeta.so
link $libdir/libbankmeta.so.$abi $real
link $libdir/libbankmeta.so libbankmeta.so.$abi
644 $libdir/libbankmeta.a $from/libbankmeta.a
644 $includedir/bankmeta.h include/bankmeta.h
644 $includedir/bankmeta.hpp include/bankmeta.hpp
644 $libdir/pkgconfig/bankmeta.pc packaging/bankmeta.pc.in
644 $libdir/pkgconfig/bankmeta-static.pc packaging/bankmeta-static.pc.in
644 $cmake/bankmeta-config.cmake packaging/bankmeta-config.cmake.in
644 $cmake/bankmeta-config-version.cmake packaging/bankmeta-config-version.cmake.in
755 $prefix/bin/bankmeta $from/bankmeta
644 $prefix/share/man/man1/bankmeta.1 $from/bankmeta.1
644 $doc/LICENSE-MIT LICENSE-MIT
644 $doc/LICENSE-APACHE LICENSE-APACHE
644 $doc/LICENSES-OF-CRATES $from/LICENSES-OF-CRATES
END
}

# From one directory to another, so that the installed tree can be moved.
between() {
    realpath --no-symlinks --canonicalize-missing --relative-to="$1" "$2"
}

fill_in() { # <template> <the directory it goes to>
    sed -e "s|@VERSION@|$version|" -e "s|@LIBRARY@|$real|" -e "s|@SONAME@|libbankmeta.so.$abi|" \
        -e "s|@PREFIX@|$(between "$2" "$prefix")|" -e "s|@LIBDIR@|$(between "$2" "$libdir")|" \
        -e "s|@INCLUDEDIR@|$(between "$2" "$includedir")|" "$1"
}

install_file() { # <mode> <destination> <source>
    local to=$destdir$2
    mkdir -p "$(dirname "$to")"
    # Anew, not over the old one: a running program may have it mapped.
    rm -f "$to"
    case $1-$3 in
        link-*) ln -s "$3" "$to" ;;
        *.in) fill_in "$3" "$(dirname "$2")" >"$to" && chmod "$1" "$to" ;;
        *) install -m "$1" "$3" "$to" ;;
    esac
}

remove_file() { # <mode> <destination>
    rm -f "$destdir$2"
}

# The loader's list is the machine's own: not for a tree that is only prepared here.
refresh_loader() {
    [ -n "$destdir" ] || [ "$(id -u)" != 0 ] || ! command -v ldconfig >/dev/null || ldconfig
}

each_file() { # <function>
    local mode to source
    files | while read -r mode to source; do
        "$1" "$mode" "$to" "$source"
    done
}

for directory in "$prefix" "$libdir" "$includedir"; do
    case $directory in
        *[[:space:]]*) echo "install: '$directory' holds a space: choose another directory" >&2; exit 2 ;;
        /*) ;;
        *) echo "install: '$directory' must begin with /" >&2; exit 2 ;;
    esac
done
case ${1:-} in
    install)
        [ -f "$from/libbankmeta.so" ] || { echo "install: nothing is built yet: run \`make build\` first" >&2; exit 1; }
        each_file install_file
        refresh_loader
        echo "installed bankmeta $version: $destdir$libdir, $destdir$includedir, $destdir$prefix/bin"
        ;;
    uninstall)
        each_file remove_file
        # Only directories that are ours alone; the others were there before or will be used again.
        rmdir "$destdir$cmake" "$destdir$doc" 2>/dev/null || true
        refresh_loader
        echo "removed bankmeta $version: $destdir$libdir, $destdir$includedir, $destdir$prefix/bin"
        ;;
    *) echo "usage: install.sh install|uninstall" >&2; exit 2 ;;
esac
