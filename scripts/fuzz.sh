#!/usr/bin/env bash
# Fuzzes each target of fuzz/ for some seconds, as many at once as there are processors:
#
#     fuzz.sh SECONDS
#
# Starts from the committed corpus and leaves that alone; what is found while it runs is kept in
# build/fuzz/corpus for the next time. An input that makes a target fail is left in
# build/fuzz/found. The flags for rustc are not stable, therefore RUSTC_BOOTSTRAP.
set -eu
cd "$(dirname "$0")/.."
seconds=${1:?fuzz.sh SECONDS}
version=0.13.2
tool=build/tools/bin/cargo-fuzz
out=build/fuzz

if ! "$tool" --version 2>/dev/null | grep -qF " $version"; then
    echo "fuzz: installing cargo-fuzz $version"
    cargo install --quiet --locked --root build/tools --version "$version" cargo-fuzz
fi
RUSTC_BOOTSTRAP=1 "$tool" fuzz build --target-dir "$out" 2>"$out.log" || { cat "$out.log"; exit 1; }
host=$(rustc -vV | sed -n 's/^host: //p')
mkdir -p "$out/found"

fuzz() { # <target>
    local corpus=$out/corpus/$1 log=$out/$1.log
    mkdir -p "$corpus"
    if ! "$out/$host/release/$1" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
        -dict=fuzz/words.dict -artifact_prefix="$out/found/$1-" -print_final_stats=1 \
        "$corpus" "fuzz/corpus/$1" >"$log" 2>&1; then
        tail -n 60 "$log"
        echo "fuzz: $1 failed; the input is in $out/found, the whole report in $log"
        return 1
    fi
    sed -n "s/^Done/fuzz: $1 made/p" "$log"
    # A target that was not run is no success.
    grep -q '^Done [1-9][0-9]* runs' "$log"
}

targets=$(sed -n 's/^path = "fuzz_targets\/\(.*\)\.rs"$/\1/p' fuzz/Cargo.toml)
export -f fuzz
export out host seconds
printf '%s\n' $targets | xargs -P "$(nproc)" -I{} bash -euc 'fuzz {}'
