#!/bin/bash
# Verifies a card from each language that calls the shared library through a foreign function
# interface, against the sandbox. Languages that are not at hand are skipped, and named;
# `make setup-languages` installs them. Ends with `N passed, N failed, N skipped`.
#
# Needs scripts/build.sh run before.
set -eu
cd "$(dirname "$0")/../.."

mkdir -p build/languages
build=$PWD/build/languages
rm -rf "$build/installed"
. tests/support.sh
skipped=0
at_hand=
koffi=3.3.4

skip() { # <language> <why>
    echo "SKIPPED: $1: $2 (make setup-languages)"
    skipped=$((skipped + 1))
}

# <command...>: one person in; a line on standard output, or an error.
run_example() { # <card number> <name> <command...>
    local person="$1\t$2\n"
    shift 2
    status=0
    printf "$person" | "$@" >"$build/printed" 2>"$build/errors" || status=$?
    cat "$build/printed" "$build/errors"
}

answers() { # <command...>
    run_example 6222021234567890128 张三 "$@"
    [ $status = 0 ] && [ "$(cat "$build/printed")" = "match, billed yes" ] && [ ! -s "$build/errors" ]
}

# The error's text comes whole, and shows nothing of what was typed.
refuses_a_letter() { # <command...>
    run_example 6222021234567890l28 张三 "$@"
    [ $status != 0 ] && [ ! -s "$build/printed" ] || return 1
    grep -q '^card_number: .*digits.*billed no' "$build/errors" && ! grep -e 6222 -e l28 -e 张三 "$build/errors"
}

# What else can fail: the client, since the CA file is missing; nothing is freed that was not made.
reports_a_missing_ca_file() { # <command...>
    run_example 6222021234567890128 张三 env BANKMETA_CA_FILE=/nowhere/ca.pem "$@"
    [ $status != 0 ] && [ ! -s "$build/printed" ] && grep -q 'ca_file' "$build/errors"
}

try() { # <language> <command...>
    local language=$1
    shift
    at_hand="$at_hand $language"
    check "$language: a match" answers "$@"
    check "$language: a card number with a letter" refuses_a_letter "$@"
    check "$language: a CA file that is missing" reports_a_missing_ca_file "$@"
}

try_python() {
    try Python python3 examples/ctypes/verify.py
}

install_koffi() {
    [ ! -d "$build/node/node_modules/koffi" ] || return 0
    command -v npm >/dev/null || return 1
    mkdir -p "$build/node"
    npm install --prefix "$build/node" --silent --no-audit --no-fund --no-save "koffi@$koffi"
}

try_node() {
    command -v node >/dev/null || { skip Node.js "there is no node"; return; }
    install_koffi || { skip Node.js "koffi cannot be installed"; return; }
    try Node.js env NODE_PATH="$build/node/node_modules" node examples/node/verify.js
}

try_perl() {
    perl -MFFI::Platypus -e 1 2>/dev/null || { skip Perl "FFI::Platypus is not installed"; return; }
    try Perl perl examples/perl/verify.pl
}

try_go() {
    command -v go >/dev/null || { skip Go "there is no go"; return; }
    check "Go: build" env CGO_ENABLED=1 GOCACHE="$build/go" GO111MODULE=off \
        go build -o "$build/verify-go" examples/go/verify.go
    try Go "$build/verify-go"
}

try_java() {
    local jna=/usr/share/java/jna.jar native=/usr/lib/x86_64-linux-gnu/jni
    command -v javac >/dev/null || { skip Java "there is no javac"; return; }
    [ -f $jna ] || { skip Java "JNA is not installed"; return; }
    check "Java: build" javac -cp $jna -d "$build/java" examples/java/Verify.java
    try Java java -Djna.boot.library.path=$native -cp "$jna:$build/java" Verify
}

try_cobol() {
    command -v cobc >/dev/null || { skip COBOL "there is no cobc"; return; }
    # The names are looked up when they are called, so the linker would leave the library out.
    check "COBOL: build" cobc -x -free -o "$build/verify-cobol" -Q -Wl,--no-as-needed \
        -L"$libdir" -lbankmeta examples/cobol/verify.cob
    try COBOL "$build/verify-cobol"
}

# The listings of docs/install.md, of the languages that are at hand; each prints the verdict.
test_guide() {
    rm -rf "$build/guide"
    mkdir -p "$build/guide/build"
    listings docs/install.md "Other languages" $at_hand >"$build/guide/commands.sh"
    printf '6222021234567890128\t张三\n' >"$build/guide/person.txt"
    ln -s "$PWD/examples" "$build/guide/examples"
    (
        cd "$build/guide" && LIB=$libdir GOCACHE=$build/go bash -eu commands.sh >printed &&
            cat printed && [ -s printed ] && [ "$(sort -u printed)" = "match, billed yes" ]
    )
}

# As installed, since two of them ask pkg-config and the linker.
PREFIX=$build/installed packaging/install.sh install >/dev/null
libdir=$build/installed/lib
export PKG_CONFIG_PATH=$libdir/pkgconfig LD_LIBRARY_PATH=$libdir
bankmeta=$build/installed/bin/bankmeta
start_sandbox
try_python
try_node
try_perl
try_go
try_java
try_cobol
check "the listings of docs/install.md" test_guide
stop_sandbox
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ]
