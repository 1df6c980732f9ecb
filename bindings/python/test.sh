#!/usr/bin/env bash
# Builds the wheel and tests it as installed, over HTTPS against `bankmeta sandbox`
# (the command named by BANKMETA, or target/release/bankmeta, which is built if it
# is not there). Arguments go to pytest.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}
BANKMETA=$(realpath --canonicalize-missing "${BANKMETA:-$CARGO_TARGET_DIR/release/bankmeta}")
export BANKMETA
export PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1

[ -x "$BANKMETA" ] || cargo build --quiet --release --locked \
    --manifest-path "$root/Cargo.toml" --package bankmeta-cli
"$here/build.sh"
python=$root/build/python/clean/bin/python
"$python" -m pip install --quiet --requirement "$here/requirements-dev.txt"

# The wheel is for every Python from 3.9 on: those that are here can import it.
for other in python3.{9..14} "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.*/bin/python3; do
    "$other" -c "import sys; sys.exit(sys.version_info < (3, 9))" 2>/dev/null || continue
    PYTHONPATH=$(echo "$root"/build/python/clean/lib/python3*/site-packages) "$other" -W error -c \
        "import bankmeta, sys; bankmeta.AsyncClient; print('bankmeta imports in', sys.version.split()[0])"
done

# From a directory without sources, so that only the installed wheel can be imported.
mkdir -p "$root/build/python/run"
cd "$root/build/python/run"
"$python" -m pytest --config-file "$here/pyproject.toml" --rootdir "$here" \
    -p no:cacheprovider "$here/tests" "$@"
