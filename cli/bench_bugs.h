/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRING_CLI_BENCH_BUGS_H
#define PRING_CLI_BENCH_BUGS_H

#include <stdbool.h>
#include <stdint.h>

struct pring_bench_bugs {
    uint64_t trials, seconds, jobs, seed;
    const char *backend, *only; /* NULL: rtl; all */
    bool has_seeds;
};
/* The exit code. */
int pring_bench_bugs_run(struct pring_bench_bugs *bench);

#endif
