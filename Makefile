# What a newcomer types first: `make demo`, then `make test`.
# Everything built lands in target/ and build/; `make clean` removes both.

.PHONY: help setup demo test soak bench header abi-baseline lint clean

help:
	@echo "make demo    verify the same cards from Rust, C, C++, Python and the command line, against the local sandbox"
	@echo "make test    everything: lints, unit tests, vectors, C, Python, scenarios, the vendor's SDKs"
	@echo "make soak    what takes too long for every day: all faults, the deadline, the quota, fuzzing (SECONDS=600 a target)"
	@echo "make bench   speed beside bare clients"
	@echo "make header  generate include/bankmeta.h anew"
	@echo "make abi-baseline  write the C ABI down that later versions are compared with"
	@echo "make lint    formatting and lints only"

setup:
	@scripts/setup.sh

demo: setup
	@scripts/demo.sh

test: setup
	@scripts/test.sh

soak: setup
	@scripts/soak.sh $(or $(SECONDS),600)

bench: setup
	@scripts/bench.sh

header:
	cargo run --quiet --package bankmeta-ffi --example header

# The C ABI that later versions are compared with; see docs/abi.md before you change it.
abi-baseline: setup
	@tests/c/abi.sh --baseline

lint:
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --quiet -- --deny warnings

clean:
	rm -rf target build
