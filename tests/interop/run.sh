#!/usr/bin/env bash
# The vendor's own SDKs call the sandbox: $BANKMETA or the command built last.
set -eu
cd "$(dirname "$0")/../.."

if [ -z "${BANKMETA:-}" ]; then
    target=${CARGO_TARGET_DIR:-target}
    for candidate in "$target/release/bankmeta" "$target/debug/bankmeta"; do
        if [ -x "$candidate" ]; then
            BANKMETA=$candidate
            break
        fi
    done
fi
if [ -z "${BANKMETA:-}" ]; then
    echo "no bankmeta command: build it with \`cargo build -p bankmeta-cli\` or set BANKMETA" >&2
    exit 1
fi
BANKMETA=$(realpath "$BANKMETA")
export BANKMETA

tests/interop/install.sh
exec build/interop/bin/python -m pytest --quiet -p no:cacheprovider tests/interop "$@"
