/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One split ring of an entropy device, which takes every good chain: used.len is the number of writable bytes
 * up to 64.
 */
#ifndef MODEL_RING_H
#define MODEL_RING_H

#include "model_one.h"

static struct pring_setup setup;

static inline int open_ring(void **state)
{
    open_bench(state);
    setup = bench_rng_setup(1);
    return 0;
}

static inline int start(void **state)
{
    (void)state;
    bench_start(b, &setup, 0, 8);
    return 0;
}

static inline int start_event_idx(void **state)
{
    (void)state;
    bench_start(b, &setup, BENCH_EVENT_IDX, 8);
    return 0;
}

/* A good chain of one writable element whose length names it. */
static inline void good(uint16_t head)
{
    bench_desc(b, head, BENCH_DATA + (uint64_t)64 * head, head + 1U, BENCH_WRITE, 0);
}

static inline void offer_good(uint16_t head)
{
    good(head);
    bench_offer(b, head);
}

static inline bool touched(uint64_t addr, uint64_t len_bytes)
{
    for (uint32_t i = 0; i < b->log_count; i++)
        if (b->log[i].addr < addr + len_bytes && b->log[i].addr + b->log[i].len_bytes > addr)
            return true;
    return false;
}

#define TEST(name)           cmocka_unit_test_setup(name, start)
#define TEST_EVENT_IDX(name) cmocka_unit_test_setup(name, start_event_idx)

#endif
