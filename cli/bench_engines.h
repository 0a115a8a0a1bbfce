/* SPDX-License-Identifier: Apache-2.0 */
/* What engines cost beside the work. */
#ifndef PRING_CLI_BENCH_ENGINES_H
#define PRING_CLI_BENCH_ENGINES_H

#include "build.h"

struct pring_bench_engines { /* ns of processor time of a run by AFL++, of both its processes; 0: not there */
    double afl_empty, afl_model, afl_rtl;
    double two_jobs; /* runs/s of two libFuzzer jobs over those of one */
};
void pring_bench_engines_measure(const struct pring_driver *driver, const struct pring_about *about,
                                 int rounds, struct pring_bench_engines *out);

#endif
