#!/usr/bin/env bash
# What takes too long for every day: the whole sweep of faults, and how late the
# client ends under each fault that makes it wait.
set -eu
cd "$(dirname "$0")/.."

printf '== the sweep: every case\n'
BANKMETA_SOAK=1 cargo test --release --locked --quiet --package bankmeta-sandbox --test sweep -- --nocapture
printf '\n== overshoot of the deadline\n'
cargo run --release --locked --quiet --package bankmeta-sandbox --example overshoot
