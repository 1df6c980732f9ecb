#!/bin/bash
# The guide's listings, the example with libcurl, and the reference, as a reader meets them.
. "$(dirname "$0")/lib.sh"

# libcurl's headers; scripts/setup.sh installs them.
has_curl() {
    printf '#include <curl/curl.h>\n' | $cc -E - >/dev/null 2>&1 \
        || { echo "skipped: own_http.c, for want of libcurl's headers"; return 1; }
}

set_fault() { # <fault as JSON, or null>
    python3 -c 'import ssl, sys, urllib.request as url
endpoint, ca_file, fault = sys.argv[1:]
request = url.Request(endpoint + "/_sandbox/behaviour", data=b"{\"fault\": %s}" % fault.encode())
url.urlopen(request, context=ssl.create_default_context(cafile=ca_file))
' "$BANKMETA_ENDPOINT" "$BANKMETA_CA_FILE" "$1"
}

# <line> <command...>: own_http, run so, prints an error in which this stands.
own_http_says() {
    local wanted=$1
    shift
    printf '6222021234567890128\t张三\n' | env "$@" "$build/own_http" >"$build/own_http.out" && return 1
    cat "$build/own_http.out"
    grep -q "$wanted" "$build/own_http.out" && ! grep -e 6222 -e 张三 "$build/own_http.out"
}

# A port where nothing listens, a server that closes before the request arrives, one that closes
# without a reply, one that refuses the signature.
own_http_tells_the_fate() {
    own_http_says 'connect, fate not_sent, billed no' BANKMETA_ENDPOINT=https://127.0.0.1:1 &&
        own_http_says 'fate not_sent, billed no' BANKMETA_ENDPOINT="$closing_endpoint" &&
        own_http_says 'the access key secret is wrong.*fate rejected, billed no' \
            ALIBABA_CLOUD_ACCESS_KEY_SECRET=wrong || return 1
    set_fault '{"kind": "close"}'
    own_http_says 'connection_lost, fate unknown, billed maybe' || { set_fault null; return 1; }
    set_fault null
}

# The listings of docs/c.md, in order: files are written under the name above them, commands
# collected by what their section needs.
write_listings() {
    rm -rf "$build/guide"
    mkdir "$build/guide"
    (
        cd "$build/guide"
        awk '/^## / { commands = "commands.sh" }
             /^## With pkg-config/ || /^## With CMake/ { commands = "installed.sh" }
             /^## With your own HTTP/ { commands = "curl.sh" }
             /^`[A-Za-z]+[.][a-z]+`:$/ { gsub(/[`:]/, ""); file = $0 }
             /^```$/ { out = "" } out != "" { print > out }
             /^```(c|cpp|cmake)$/ { out = file } /^```sh$/ { out = commands }' "$OLDPWD/docs/c.md"
    )
    cp examples/c/own_http.c "$build/guide/"
}

# <commands> <lines>: they print `match, billed yes` so often, and with dlopen the version.
listings_print() {
    local include=$PWD/include
    cd "$build/guide"
    INCLUDE=$include LIB=$build/lib bash -eu "$1" >printed
    cat printed
    [ "$(grep -cx 'match, billed yes' printed)" = "$2" ] \
        && ! grep -vx -e 'match, billed yes' -e 'bankmeta [0-9.]* fits' printed
}

# BANKMETA_PREFIX is where `make install` put the library.
installed_listings_print() {
    export PKG_CONFIG_PATH=$BANKMETA_PREFIX/lib/pkgconfig CMAKE_PREFIX_PATH=$BANKMETA_PREFIX
    listings_print installed.sh 2
}

test_guide() {
    check "the listings of docs/c.md are there" write_listings
    check "the listings of docs/c.md" run_alone listings_print commands.sh 5
    if has_curl; then
        check "own_http.c tells the fate" own_http_tells_the_fate
        check "the listings of docs/c.md with libcurl" run_alone listings_print curl.sh 1
    fi
    if [ -n "${BANKMETA_PREFIX:-}" ]; then
        check "the listings of docs/c.md with pkg-config and CMake" run_alone installed_listings_print
    else
        echo "skipped: the listings with pkg-config and CMake, as BANKMETA_PREFIX is not set"
    fi
}

# In a subshell, so that directory and variables stay as they are.
run_alone() {
    ("$@")
}

test_reference() {
    if command -v doxygen >/dev/null; then
        check "the reference, where every function is documented" doxygen docs/Doxyfile
    else
        echo "skipped: the reference, for want of Doxygen"
    fi
}

prepare_library
cp "$lib_dir/libbankmeta.a" "$build/lib/"
start_sandbox
start_closing_server
if has_curl; then
    check "compile own_http.c" compile_c own_http examples/c/own_http.c -lcurl
fi
test_guide
test_reference
finish
