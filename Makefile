# What a newcomer types first: `make demo`, then `make test`.
# Everything built lands in target/ and build/; `make clean` removes both.

.PHONY: help setup demo test soak bench header lint clean

help:
	@echo "make demo    verify the same cards from Rust, C, C++, Python and the command line, against the local sandbox"
	@echo "make test    everything: lints, unit tests, vectors, C, Python, scenarios, the vendor's SDKs"
	@echo "make soak    the whole sweep of faults, and how late the client ends under each"
	@echo "make bench   speed beside bare clients"
	@echo "make header  generate include/bankmeta.h anew"
	@echo "make lint    formatting and lints only"

setup:
	@scripts/setup.sh

demo: setup
	@scripts/demo.sh

test: setup
	@scripts/test.sh

soak: setup
	@scripts/soak.sh

bench: setup
	@scripts/bench.sh

header:
	cargo run --quiet --package bankmeta-ffi --example header

lint:
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --quiet -- --deny warnings

clean:
	rm -rf target build
