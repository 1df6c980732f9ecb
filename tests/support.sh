# Shared by the test scripts in shell: counted checks, a sandbox, the listings of a guide.
# They set `build`, a directory of their own, and `bankmeta`, the command.
passed=0
failed=0
# Process ids of what runs until the script ends.
servers=

# check <what> <command...>: runs it, and shows its output only if it fails.
check() {
    local what=$1
    shift
    if "$@" >"$build/output" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: $what"
        sed 's/^/    /' "$build/output"
    fi
}

# The other way round: for what must be refused, with a message that says a word of why.
refuses() { # <word> <command...>
    local word=$1
    shift
    ! "$@" >"$build/refusal" 2>&1 || return 1
    cat "$build/refusal"
    grep -q -e "$word" "$build/refusal"
}

finish() {
    echo "$passed passed, $failed failed"
    [ $failed = 0 ]
}

start_sandbox() {
    rm -f "$build/sandbox.json" # that of an earlier run would be read too early
    "$bankmeta" sandbox --quota off >"$build/sandbox.json" 2>"$build/sandbox.log" &
    sandbox=$!
    servers="$servers $sandbox"
    trap 'kill $servers 2>/dev/null || true' EXIT
    until grep -qs endpoint "$build/sandbox.json"; do
        kill -0 "$sandbox" || { cat "$build/sandbox.log"; exit 1; }
        sleep 0.1
    done
    BANKMETA_ENDPOINT=$(said endpoint)
    BANKMETA_CA_FILE=$(said ca_file)
    ALIBABA_CLOUD_ACCESS_KEY_ID=$(said access_key_id)
    ALIBABA_CLOUD_ACCESS_KEY_SECRET=$(said access_key_secret)
    export BANKMETA_ENDPOINT BANKMETA_CA_FILE ALIBABA_CLOUD_ACCESS_KEY_ID ALIBABA_CLOUD_ACCESS_KEY_SECRET
}

stop_sandbox() {
    kill "$sandbox"
    wait "$sandbox" 2>/dev/null || true
}

said() {
    sed -n "s/.*\"$1\": *\"\([^\"]*\)\".*/\1/p" "$build/sandbox.json"
}

# <command...>: an example answers a right card and refuses a mistyped one, without showing it.
example_verifies() {
    local status=0
    printf '6222021234567890128\t张三\t11010519491231002X\n6222021234567890l28\t张三\n' \
        | "$@" >"$build/example" || status=$?
    cat "$build/example"
    [ $status = 1 ] || return 1
    sed -n 1p "$build/example" | grep -q '^match  sub code 101 (verification passed)  billed yes' || return 1
    sed -n 2p "$build/example" | grep -q '^error  card_number: .*billed no' || return 1
    ! grep -e 6222 -e 张三 -e 110105 "$build/example"
}

# The shell listings that stand below a heading of a guide; those that begin with "```sh word" only
# if the word is among the further arguments.
listings() { # <guide> <heading> [word...]
    local guide=$1 heading=$2
    shift 2
    awk -v heading="## $heading" -v words=" $* " '/^## / { inside = $0 == heading }
        /^```$/ { listing = 0 } inside && listing { print }
        /^```sh/ { listing = NF == 1 || index(words, " " $2 " ") }' "$guide"
}
