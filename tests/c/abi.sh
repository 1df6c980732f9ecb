#!/bin/bash
# The header against the committed ABI: additions are allowed, changes and removals fail.
#
#     abi.sh              compares
#     abi.sh --baseline   writes the baseline anew: `make abi-baseline`
. "$(dirname "$0")/lib.sh"

# The sizes of types belong to a machine.
baseline=crates/bankmeta-ffi/abi/$(uname -m).abi
soname=$(sed -n 's/^#define BANKMETA_ABI_VERSION /libbankmeta.so./p' include/bankmeta.h)

# describe <directory of bankmeta.h> <description>: no path and no line number is kept.
describe() {
    python3 tests/c/abi_shim.py "$1/bankmeta.h" >"$build/shim.c" &&
        gcc -std=c99 -g -fPIC -shared -I"$1" "$build/shim.c" -Wl,-soname,"$soname" -o "$build/libshim.so" &&
        abidw --no-show-locs --no-comp-dir-path --no-corpus-path --drop-private-types \
            --headers-dir "$1" --out-file "$build/described" "$build/libshim.so" &&
        sed "s,path='[^']*',path='bankmeta.h'," "$build/described" >"$2"
}

# compatible <description>: with the baseline.
compatible() {
    abidiff --no-added-syms "$baseline" "$1"
}

# planted <what> <sed script>: the change is made to a copy of the header.
planted() {
    rm -rf "$build/$1"
    mkdir "$build/$1"
    sed "$2" include/bankmeta.h >"$build/$1/bankmeta.h"
    ! cmp -s include/bankmeta.h "$build/$1/bankmeta.h" && describe "$build/$1" "$build/$1.abi"
}

if [ "${1:-}" = --baseline ]; then
    mkdir -p "$(dirname "$baseline")"
    describe include "$baseline"
    echo "wrote $baseline"
    exit
fi

check "describe the header" describe include "$build/now.abi"
check "the ABI is compatible with the baseline" compatible "$build/now.abi"

check "plant another type" planted type 's/size_t value_length/int32_t value_length/'
check "another type of a parameter is found" \
    fails_with 'parameter 4 of type .* changed' compatible "$build/type.abi"
check "plant a removal" planted removal 's/^const char \*bankmeta_version(void);//'
check "a removed function is found" \
    fails_with 'const char\* bankmeta_version()' compatible "$build/removal.abi"
check "plant another result" planted result 's/^size_t \(bankmeta_answer_attempt_count\)/int32_t \1/'
check "another type of a result is found" fails_with 'return type changed' compatible "$build/result.abi"
check "plant another number" planted number 's/^#define BANKMETA_DNS 210/#define BANKMETA_DNS 211/'
check "another number of a status is found" fails_with 'BANKMETA_DNS_is_210' compatible "$build/number.abi"
check "plant an addition" \
    planted addition 's/^int32_t bankmeta_abi_version(void);/&\nint32_t bankmeta_another(void);/'
check "an addition is allowed" compatible "$build/addition.abi"
finish
