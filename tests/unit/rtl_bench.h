/* SPDX-License-Identifier: Apache-2.0 */
/* The bench of device_bench.h for the hardware device, or for the C model beside it. */
#ifndef RTL_BENCH_H
#define RTL_BENCH_H

#include "device_bench.h"

#include <pring/rtl_bench.h>

#define FLUSH_BIT BENCH_BIT(9)

static const struct pring_profile bench_slow_memory = {.read_latency = 20,
                                                       .write_latency = 20,
                                                       .latency_jitter = 7,
                                                       .stall_ar = 16384,
                                                       .stall_aw = 16384,
                                                       .stall_w = 16384,
                                                       .stall_b = 16384,
                                                       .stall_r = 16384,
                                                       .reorder_ids = true};

static inline struct bench *bench_new(const struct pring_backend *backend)
{
    return bench_open(backend, 3, 2, false);
}

/* One for the process, as the contract has it. */
static inline struct bench *the_rtl(void)
{
    static struct bench *b;

    if (!b)
        b = bench_new(&pring_backend_rtl);
    return b;
}

/* Until nothing is pending; interrupts on the way end an advance, not the wait. */
static inline void bench_settle(struct bench *b)
{
    for (int i = 0; i < 200000 && !b->backend->idle(b->self); i++)
        b->backend->advance(b->self, 1);
    assert_true(b->backend->idle(b->self));
}

static inline void bench_kick_and_settle(struct bench *b)
{
    bench_kick(b);
    bench_settle(b);
}

/* A block request at descriptors first..first+2, data of n bytes at `data`, header and status in front of it.
 */
static inline void put_request(struct bench *b, uint16_t first, uint32_t type, uint64_t sector, uint64_t data,
                               uint32_t n)
{
    uint64_t header = BENCH_DATA + (uint64_t)64 * first;

    bench_put(b, header, type, 4);
    bench_put(b, header + 8, sector, 8);
    bench_put(b, header + 16, 0xff, 1);
    bench_desc(b, first, header, 16, BENCH_NEXT, (uint16_t)(first + 1));
    bench_desc(b, (uint16_t)(first + 1), data, n, BENCH_NEXT | (type == 1 ? 0 : BENCH_WRITE),
               (uint16_t)(first + 2));
    bench_desc(b, (uint16_t)(first + 2), header + 16, 1, BENCH_WRITE, 0);
}

static inline uint32_t request_status(struct bench *b, uint16_t first)
{
    return (uint32_t)bench_get(b, BENCH_DATA + (uint64_t)64 * first + 16, 1);
}

/* Where tests put payload: clear of the headers above. */
static inline uint64_t payload(unsigned i)
{
    return BENCH_DATA + 0x8000 + 0x1000 * (uint64_t)i;
}

static inline uint64_t fill_word(struct bench *b, uint64_t sector, uint32_t word)
{
    (void)b;
    return pring_cow_fill(42, sector, word);
}

#endif
