#!/usr/bin/env bash
# Builds the wheel into build/wheels, and installs it in build/python/clean, an
# environment that holds nothing else. Needs cargo and a python3 with venv.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
build=$root/build
python=${PYTHON:-python3}
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}
export PIP_DISABLE_PIP_VERSION_CHECK=1

# pip is run as a module: its own script would break where a path is long.
[ -x "$build/python/tools/bin/python" ] || "$python" -m venv "$build/python/tools"
"$build/python/tools/bin/python" -m pip install --quiet --requirement "$here/requirements-build.txt"

rm -rf "$build/wheels"
"$build/python/tools/bin/maturin" build --quiet --release --locked \
    --manifest-path "$here/Cargo.toml" --out "$build/wheels"

"$python" -m venv --clear "$build/python/clean"
"$build/python/clean/bin/python" -m pip install --quiet --no-index "$build"/wheels/bankmeta-*.whl
