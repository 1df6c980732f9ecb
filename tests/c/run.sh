#!/bin/bash
# Tests the C and C++ faces as their users meet them: every script of this directory that ends in
# counts, and the sum of them. Arguments: which parts to run, all by default.
#
# Needs the libraries and the command, built before: cargo build --release -p bankmeta-capi
# -p bankmeta-cli; and what scripts/setup.sh installs. Variables: see lib.sh.
set -eu
here=$(dirname "$0")
parts=("$@")
[ $# -gt 0 ] || parts=(headers libraries abi programs memory sanitizers guide)
passed=0
failed=0
ended=0
for part in "${parts[@]}"; do
    started=$SECONDS
    status=0
    output=$("$here/$part.sh" 2>&1) || status=$?
    counts=$(tail -n 1 <<<"$output")
    if [[ $counts =~ ^$part:\ ([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
        passed=$((passed + BASH_REMATCH[1]))
        failed=$((failed + BASH_REMATCH[2]))
    else
        ended=1
        output="$output
$part.sh ended without its counts (status $status)"
    fi
    printf '%s, %d s\n' "$output" $((SECONDS - started))
done
echo "$passed passed, $failed failed"
[ $failed = 0 ] && [ $ended = 0 ] && [ $passed -gt 0 ]
