/* What src/lib.rs does for the Rust loops: run, time, print one line of JSON. */

static double seconds(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int ascending(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static int measure(int (*call)(void *), void *context)
{
    const char *text = getenv("BENCH_CALLS");
    size_t calls = text ? strtoul(text, NULL, 10) : 1000;
    double *latencies = calloc(calls, sizeof *latencies);
    if (latencies == NULL || calls == 0)
        return 1;
    for (size_t i = 0; i < calls / 10; ++i)
        if (call(context) != 0)
            return 1;
    double cpu = seconds(CLOCK_PROCESS_CPUTIME_ID), started = seconds(CLOCK_MONOTONIC);
    for (size_t i = 0; i < calls; ++i) {
        double before = seconds(CLOCK_MONOTONIC);
        if (call(context) != 0)
            return 1;
        latencies[i] = seconds(CLOCK_MONOTONIC) - before;
    }
    double elapsed = seconds(CLOCK_MONOTONIC) - started;
    cpu = seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    qsort(latencies, calls, sizeof *latencies, ascending);
    printf("{\"calls_per_second\":%.1f,\"median_us\":%.2f,\"p99_us\":%.2f,\"cpu_us\":%.2f}\n",
           (double)calls / elapsed, latencies[calls / 2] * 1e6, latencies[calls * 99 / 100] * 1e6,
           cpu * 1e6 / (double)calls);
    free(latencies);
    return 0;
}
