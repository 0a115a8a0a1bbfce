/* SPDX-License-Identifier: Apache-2.0 */
/* The bench of device_bench.h for the C model, which is done with everything when an access returns. */
#ifndef MODEL_BENCH_H
#define MODEL_BENCH_H

#include "device_bench.h"

static inline struct bench *bench_new(const struct pring_backend *backend)
{
    return bench_open(backend, 0, 0, true);
}

/* What follows a bad queue or chain: NEEDS_RESET, told by a configuration interrupt (STATUS-DEV-03, -04). */
static inline void bench_check_broken(struct bench *b, uint16_t used_idx)
{
    assert_int_equal(bench_read(b, REG_STATUS), 15 | 0x40);
    assert_int_equal(bench_read(b, REG_INTERRUPT_STATUS) & 2, 2);
    assert_int_equal(bench_used_idx(b), used_idx);
}

#endif
