/* SPDX-License-Identifier: Apache-2.0 */
/* What the backend itself does, by raw events: accesses of memory, interrupts, completions that the wire
 * collects. */
#ifndef PRING_UNIT_SPEC_RAW_H
#define PRING_UNIT_SPEC_RAW_H

#include "spec_bench.h"

static uint8_t *buffer;

static inline void dma_write(uint64_t addr, const void *bytes, uint32_t len_bytes)
{
    struct pring_event event = event_of(PRING_EV_DEV_WRITE, 0);

    event.addr = addr;
    event.len_bytes = len_bytes;
    event.bytes = bytes;
    pring_judge_event(&event);
}

static inline void dma_read(uint64_t addr, uint32_t len_bytes)
{
    struct pring_event event = event_of(PRING_EV_DEV_READ, 0);

    event.addr = addr;
    event.len_bytes = len_bytes;
    pring_judge_event(&event);
}

static inline void payload(uint32_t from, uint32_t to)
{
    static const uint8_t bytes[64];

    dma_write(bus(buffer + from), bytes, to - from);
}

static inline void element(uint16_t slot, uint32_t id, uint32_t len)
{
    uint32_t words[2] = {id, len};

    dma_write(bus(bench_rings + DEVICE) + 4 + 8u * slot, words, 8);
}

static inline void used_idx(uint16_t idx)
{
    dma_write(bus(bench_rings + DEVICE) + 2, &idx, 2);
}

/* The wire collects a completion, and takes the interrupt off the backend. */
static inline void made(uint16_t number)
{
    struct pring_event event = event_of(PRING_EV_MADE, PRING_F_DONE);

    event.index = number;
    pring_judge_event(&event);
}

static inline void interrupt(uint32_t bits)
{
    struct pring_event event = event_of(PRING_EV_DEV_IRQ, PRING_F_REG_INTERRUPT_STATUS);

    event.made = 1;
    event.raw = bits;
    pring_judge_event(&event);
}

static inline void idle(void)
{
    tell(PRING_EV_DEV_IDLE, 0);
}

/* A driver that runs, and has lent chain 0 of 16 bytes. */
static inline void lent(uint16_t flags)
{
    struct pring_segment s;

    buffer = pring_memory_alloc(64, 16, true);
    s = part(buffer, 16, flags);
    probe();
    post(0, &s, 1);
}

static inline void complete(void)
{
    payload(0, 16);
    element(0, 0, 16);
    used_idx(1);
    made(0);
    interrupt(1);
    idle();
}

#endif
