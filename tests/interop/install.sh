#!/usr/bin/env bash
# The vendor's SDKs, in a virtual environment of their own: build/interop.
set -eu
cd "$(dirname "$0")/../.."
venv=build/interop
requirements=tests/interop/requirements.txt

if cmp --silent "$requirements" "$venv/installed.txt"; then
    exit 0
fi
mkdir -p build
python3 -m venv --clear "$venv"
"$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$requirements"
# Written last: a half-finished installation is begun anew.
cp "$requirements" "$venv/installed.txt"
