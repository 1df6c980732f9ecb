#!/usr/bin/env bash
# Searches everything that every face lets out for personal data and secrets:
#
#     run.sh [--people N] [--per-case K] [--seed S]
#
# Needs what scripts/build.sh and bindings/python/build.sh build. The Rust face is the core
# with the logs of rustls switched on; the others are what users get.
set -eu
cd "$(dirname "$0")/../.."
target=${CARGO_TARGET_DIR:-target}
python=build/python/clean/bin/python
export PYTHONDONTWRITEBYTECODE=1

# With the whole workspace's features, as the Rust tests are built.
cargo build --quiet --locked --workspace --bin privacy
exec "$target/debug/privacy" "$@" --face rust --face "command=${BANKMETA:-$target/release/bankmeta}" \
    --face "c=$python tests/privacy/c_face.py include/bankmeta.h build/lib/libbankmeta.so" \
    --face "python=$python tests/privacy/python_face.py"
