#!/usr/bin/env bash
# Speed beside bare clients. Run it on a quiet machine.
set -eu
cd "$(dirname "$0")/.."
WITH_CURL=1 scripts/setup.sh
scripts/build.sh
bindings/python/build.sh
target=$(cd "${CARGO_TARGET_DIR:-target}" && pwd)/release

echo "bench: building the loops"
cargo build --quiet --release --locked --package bankmeta-bench
cc -O2 -Wall -Wextra -Werror bench/curl_loop.c -o build/bin/curl_loop -lcurl
cc -O2 -Wall -Wextra -Werror -Iinclude bench/c_client.c -o build/bin/c_client -Lbuild/lib -lbankmeta -Wl,-rpath,"$PWD/build/lib"
tests/interop/install.sh

python3 bench/run.py --target "$target" --bin build/bin \
    --python build/python/clean/bin/python --vendor-python build/interop/bin/python "$@"
