#!/usr/bin/env bash
# What takes too long for every day: the whole sweep of faults, how late the client
# ends under each fault that makes it wait, how it follows the service's quota,
# ten thousand people in the search for what leaks, and the fuzzing:
#
#     soak.sh [SECONDS of fuzzing for each target]
set -eu
cd "$(dirname "$0")/.."

printf '== the sweep: every case\n'
BANKMETA_SOAK=1 cargo test --release --locked --quiet --package bankmeta-sandbox --test sweep -- --nocapture

cargo build --release --locked --quiet --package bankmeta-sandbox --examples
examples=$(cd "${CARGO_TARGET_DIR:-target}" && pwd)/release/examples
printf '\n== overshoot of the deadline\n'
if [ "$(id -u)" = 0 ] && unshare --mount true 2>/dev/null; then
    # In a mount namespace of its own, where the system's name server is a deaf one.
    unshare --mount sh -euc '
        conf=$(mktemp)
        echo "nameserver 127.0.0.1" >"$conf"
        mount --bind "$conf" "$(realpath /etc/resolv.conf)"
        rm "$conf"
        exec "$0"' "$examples/overshoot"
else
    "$examples/overshoot"
fi
printf '\n== the service'"'"'s quota\n'
"$examples/quota_story"
printf '\n== privacy: ten thousand people\n'
scripts/build.sh
bindings/python/build.sh
tests/privacy/run.sh --people 10000 --per-case 4
printf '\n== fuzzing\n'
scripts/fuzz.sh "${1:-600}"
