/* SPDX-License-Identifier: Apache-2.0 */
/* Instructions of the reference driver for a request: counts, not times. */
#ifndef PRING_CLI_BENCH_COUNTS_H
#define PRING_CLI_BENCH_COUNTS_H

enum { PRING_BENCH_COUNTS_MAX = 8 };

struct pring_bench_counts {
    int count; /* 0: cannot be counted here; the reason was printed */
    struct {
        char name[64];
        unsigned least, most, limit; /* over all sizes of the ring */
    } row[PRING_BENCH_COUNTS_MAX];
};
void pring_bench_counts_measure(struct pring_bench_counts *out);

#endif
