#!/usr/bin/env bash
# Builds what users get: the command, the C library, the wheel, the examples.
set -eu
cd "$(dirname "$0")/.."
target=${CARGO_TARGET_DIR:-target}

echo "build: the command, the C library and the Rust example (release)"
cargo build --quiet --release --locked --package bankmeta-cli --package bankmeta-capi
cargo build --quiet --release --locked --package bankmeta --examples

mkdir -p build/lib build/install build/bin
cp "$target/release/libbankmeta.so" build/lib/libbankmeta.so.0
ln -sf libbankmeta.so.0 build/lib/libbankmeta.so
# What `make install` installs.
cp "$target/release/libbankmeta.so" "$target/release/bankmeta" build/install/
crates/bankmeta-capi/one-object.sh "$target/release/libbankmeta.a" build/install/libbankmeta.a
packaging/man.sh build/install/bankmeta >build/install/bankmeta.1
python3 packaging/components.py licences >build/install/LICENSES-OF-CRATES

echo "build: the C and C++ examples and scenario runners"
flags="-O2 -Wall -Wextra -Wpedantic -Werror -Iinclude"
link="-Lbuild/lib -lbankmeta -Wl,-rpath,$PWD/build/lib"
cc  -std=c11   $flags examples/c/verify.c         -o build/bin/verify_c     $link
c++ -std=c++11 $flags examples/cpp/verify.cpp     -o build/bin/verify_cpp   $link
cc  -std=c11   $flags tests/scenarios/runner.c    -o build/bin/scenario_c   $link
c++ -std=c++11 $flags tests/scenarios/runner.cpp  -o build/bin/scenario_cpp $link
