#!/usr/bin/env bash
# Looks for what the other scripts need, and installs what Debian can give. With the argument
# `languages`, also the languages of tests/languages.
set -eu

say() { printf 'setup: %s\n' "$*"; }

missing=0
need() {
    command -v "$1" >/dev/null 2>&1 || { say "$1 is missing: $2"; missing=1; }
}
need cargo "install Rust, see https://rustup.rs"
need cc "install a C compiler, for example Debian's gcc"
need python3 "install Python 3.9 or newer"
[ "$missing" = 0 ] || exit 1

packages=()
command -v g++ >/dev/null 2>&1 || packages+=(g++)
command -v valgrind >/dev/null 2>&1 || packages+=(valgrind)
command -v clang++ >/dev/null 2>&1 || packages+=(clang)
command -v abidiff >/dev/null 2>&1 || packages+=(abigail-tools)
command -v cmake >/dev/null 2>&1 || packages+=(cmake)
command -v pkg-config >/dev/null 2>&1 || packages+=(pkg-config)
command -v groff >/dev/null 2>&1 || packages+=(groff-base)
python3 -c 'import ensurepip, venv' 2>/dev/null || packages+=(python3-venv)
if [ "${WITH_CURL:-}" = 1 ] && ! printf '#include <curl/curl.h>\n' | cc -E - >/dev/null 2>&1; then
    packages+=(libcurl4-openssl-dev)
fi
if [ "${1:-}" = languages ]; then
    command -v node >/dev/null 2>&1 || packages+=(nodejs)
    command -v npm >/dev/null 2>&1 || packages+=(npm)
    command -v go >/dev/null 2>&1 || packages+=(golang-go)
    command -v cobc >/dev/null 2>&1 || packages+=(gnucobol3)
    command -v javac >/dev/null 2>&1 || packages+=(default-jdk-headless)
    [ -f /usr/share/java/jna.jar ] || packages+=(libjna-java)
    perl -MFFI::Platypus -e 1 2>/dev/null || packages+=(libffi-platypus-perl)
fi
if [ "${WITH_DOXYGEN:-}" = 1 ]; then
    command -v doxygen >/dev/null 2>&1 || packages+=(doxygen)
fi
[ "${#packages[@]}" -gt 0 ] || exit 0

if ! command -v apt-get >/dev/null 2>&1; then
    say "please install: ${packages[*]}"
    exit 1
fi
as_root=()
if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null 2>&1 || { say "please install as root: apt-get install ${packages[*]}"; exit 1; }
    as_root=(sudo)
fi
say "installing Debian packages: ${packages[*]}"
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
