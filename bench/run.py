"""Measures every client beside the bare ureq loop, against a server that answers
with fixed bytes, and signing beside the bare cryptography.

    run.py --target DIR --python PATH --vendor-python PATH --bin DIR

Rounds alternate between the clients, so that what disturbs one disturbs all; of
each client the median round is shown.
"""

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).parent


def loops(arguments):
    """Name, command and calls a round."""
    target, binaries = Path(arguments.target), Path(arguments.bin)
    return [
        ("bare ureq", [str(target / "bare_ureq")], 30_000),
        ("libcurl", [str(binaries / "curl_loop")], 30_000),
        ("Rust", [str(target / "rust_client")], 30_000),
        ("Rust, everything on", ["env", "BENCH_EVERYTHING=1", str(target / "rust_client")], 30_000),
        ("C", [str(binaries / "c_client")], 30_000),
        ("Python", [arguments.python, str(HERE / "python_client.py")], 20_000),
        ("vendor's Python SDK", [arguments.vendor_python, str(HERE / "vendor_sdk.py")], 1_000),
    ]


def pinned(command, cores):
    return ["taskset", "-c", cores, *command]


def one_round(command, calls, environment, cores):
    environment = {**environment, "BENCH_CALLS": str(calls)}
    done = subprocess.run(pinned(command, cores), env=environment, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


@contextlib.contextmanager
def served(server, cores):
    """The environment of the clients while the server runs."""
    with tempfile.TemporaryDirectory() as directory:
        environment = {**os.environ, "BENCH_CA_FILE": f"{directory}/ca.pem", "BENCH_SIGNATURE": "acs3"}
        process = subprocess.Popen(
            pinned(server, cores), env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        ready = json.loads(process.stdout.readline())
        environment["BANKMETA_ENDPOINT"], environment["BANKMETA_CA_FILE"] = ready["endpoint"], ready["ca_file"]
        try:
            yield environment
        finally:
            process.terminate()
            process.wait()


def table(title, arguments, server, server_cores, client_cores, rounds):
    results = {}
    with served(server, server_cores) as environment:
        for _ in range(rounds):
            for name, command, calls in loops(arguments):
                results.setdefault(name, []).append(one_round(command, calls, environment, client_cores))
    show(title, results)


def show(title, results):
    print(f"\n{title}")
    print(f"{'':22}{'calls/s':>9}{'ratio':>7}{'median':>10}{'p99':>10}{'CPU/call':>10}")
    bare = statistics.median(row["calls_per_second"] for row in results["bare ureq"])
    for name, rows in results.items():
        middle = {key: statistics.median(row[key] for row in rows) for key in rows[0]}
        print(
            f"{name:22}{middle['calls_per_second']:9.0f}{middle['calls_per_second'] / bare:7.2f}"
            f"{middle['median_us']:7.1f} us{middle['p99_us']:7.1f} us{middle['cpu_us']:7.1f} us"
        )


def full_quota(arguments):
    print("\n64 threads that hold the quota of 48 calls a second for 10 s, against the same server")
    with served([str(Path(arguments.target) / "responder")], "0,1") as environment:
        done = subprocess.run([str(Path(arguments.target) / "full_quota")], env=environment, stdout=subprocess.PIPE, check=True)
    row = json.loads(done.stdout)
    print(f"{row['calls_per_second']:.2f} calls/s, {row['cpu_share'] * 100:.2f} % of one core")


def signing(arguments):
    print("\nsigning four factors, in nanoseconds")
    done = subprocess.run([str(Path(arguments.target) / "sign")], stdout=subprocess.PIPE, check=True)
    for line in done.stdout.splitlines():
        row = json.loads(line)
        print(f"{row['signature']:6} whole {row['sign_ns']:6.0f}   bare hash and HMAC {row['bare_ns']:6.0f}")


def main():
    parser = argparse.ArgumentParser()
    for option in ("--target", "--bin", "--python", "--vendor-python"):
        parser.add_argument(option, required=True)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    responder = [str(Path(arguments.target) / "responder")]
    table("client and server on one core", arguments, responder, "0", "0", arguments.rounds)
    table("client and server free on two cores", arguments, responder, "0,1", "0,1", arguments.rounds)
    full_quota(arguments)
    signing(arguments)


if __name__ == "__main__":
    main()
