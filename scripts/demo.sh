#!/usr/bin/env bash
# The same cards from every language, against the local sandbox.
set -eu
cd "$(dirname "$0")/.."
scripts/build.sh
bindings/python/build.sh
exec build/python/clean/bin/python scripts/demo.py
