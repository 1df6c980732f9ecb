# What a newcomer types first: `make demo`, then `make test`.
# Everything built lands in target/ and build/; `make clean` removes both.

.PHONY: help setup setup-languages build install uninstall dist demo test test-dist soak bench header \
	abi-baseline doc-c lint clean

help:
	@echo "make demo    verify the same cards from Rust, C, C++, Python and the command line, against the local sandbox"
	@echo "make test    everything: lints, unit tests, vectors, C, Python, scenarios, the vendor's SDKs"
	@echo "make soak    what takes too long for every day: all faults, the deadline, the quota, fuzzing (SECONDS=600 a target)"
	@echo "make build, make install PREFIX=/usr/local, make uninstall"
	@echo "make setup-languages  what the tests of other languages need; make test skips those it does not find"
	@echo "make dist    packages for other machines, in build/dist; make test-dist tests them"
	@echo "make bench   speed beside bare clients"
	@echo "make header  generate include/bankmeta.h anew"
	@echo "make abi-baseline  write the C ABI down that later versions are compared with"
	@echo "make doc-c   the reference of the C and C++ faces, in build/doc-c/html"
	@echo "make lint    formatting and lints only"

setup:
	@scripts/setup.sh

setup-languages:
	@scripts/setup.sh languages

build:
	@scripts/build.sh

# PREFIX, LIBDIR, INCLUDEDIR and DESTDIR reach the script through the environment.
install:
	@packaging/install.sh install

uninstall:
	@packaging/install.sh uninstall

dist:
	@packaging/dist.sh

demo: setup
	@scripts/demo.sh

# For an example in C, and the reference.
test: export WITH_CURL = 1
test: export WITH_DOXYGEN = 1
test: setup
	@scripts/test.sh

soak: setup
	@scripts/soak.sh $(or $(SECONDS),600)

test-dist: setup dist
	@tests/install/dist.sh

bench: setup
	@scripts/bench.sh

header:
	cargo run --quiet --package bankmeta-ffi --example header

# The C ABI that later versions are compared with; see docs/abi.md before you change it.
abi-baseline: setup
	@tests/c/abi.sh --baseline

doc-c:
	@mkdir -p build
	doxygen docs/Doxyfile

lint:
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --quiet -- --deny warnings

clean:
	rm -rf target build
