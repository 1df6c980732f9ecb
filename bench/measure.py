"""What src/lib.rs does for the Rust loops: run, time, print one line of JSON."""

import json
import os
import time


def measure(call):
    calls = int(os.environ["BENCH_CALLS"])
    for _ in range(calls // 10):
        call()
    latencies = []
    cpu, started = time.process_time(), time.perf_counter()
    for _ in range(calls):
        before = time.perf_counter()
        call()
        latencies.append(time.perf_counter() - before)
    elapsed, cpu = time.perf_counter() - started, time.process_time() - cpu
    latencies.sort()
    print(json.dumps({
        "calls_per_second": calls / elapsed,
        "median_us": latencies[calls // 2] * 1e6,
        "p99_us": latencies[calls * 99 // 100] * 1e6,
        "cpu_us": cpu * 1e6 / calls,
    }))
