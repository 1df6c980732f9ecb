#!/usr/bin/env bash
# Everything, in the order in which a failure is cheapest to find.
set -eu
cd "$(dirname "$0")/.."

step() {
    local started=$SECONDS what=$1
    shift
    printf '\n== %s\n' "$what"
    "$@"
    printf '== %s: %d s\n' "$what" $((SECONDS - started))
}

target=$(mkdir -p "${CARGO_TARGET_DIR:-target}" && cd "${CARGO_TARGET_DIR:-target}" && pwd)
export BANKMETA=$target/release/bankmeta
python=build/python/clean/bin/python

step "formatting" cargo fmt --all --check
step "formatting of the fuzzing" cargo fmt --manifest-path fuzz/Cargo.toml --check
step "lints" cargo clippy --workspace --all-targets --locked --quiet -- --deny warnings
step "lints of the faults on purpose" cargo clippy --package bankmeta-ffi --features test-faults --locked --quiet -- \
    --deny warnings
step "Rust tests" cargo test --workspace --locked --quiet
step "what users get" scripts/build.sh
step "C and C++" tests/c/run.sh
step "fuzzing, 20 s a target" scripts/fuzz.sh 20
step "installing" tests/install/run.sh
step "other languages over the shared library" tests/languages/run.sh
step "Python" bindings/python/test.sh
step "scenarios in every face" python3 tests/scenarios/run.py --bankmeta "$BANKMETA" \
    --face "rust=$target/release/examples/scenario_runner" \
    --face "c=build/bin/scenario_c" --face "c++=build/bin/scenario_cpp" \
    --face "python=$python tests/scenarios/runner.py"
step "privacy: a sample of people" tests/privacy/run.sh --people 320 --per-case 3
step "listings of the README" python3 scripts/readme.py --python "$python"
step "the vendor's SDKs" tests/interop/run.sh
printf '\neverything passed in %d s\n' "$SECONDS"
