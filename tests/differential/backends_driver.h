/* SPDX-License-Identifier: Apache-2.0 */
/* A driver of sorts: it starts the device, and does what drivers do besides requests, some of it wrong. */
#ifndef BACKENDS_DRIVER_H
#define BACKENDS_DRIVER_H

#include "backends_chains.h"

enum {
    REG_STATUS = 0x70,
    REG_QUEUE_SEL = 0x30,
    REG_QUEUE_SIZE = 0x38,
    REG_QUEUE_READY = 0x44,
    REG_NOTIFY = 0x50
};
enum { STATUS_DRIVER_OK = 4, STATUS_NEEDS_RESET = 0x40 };

struct driver {
    struct pair *pair;
    struct ring rings[CHAINS_QUEUES];
    uint32_t ring_count;
};

static inline void negotiate(struct pair *p)
{
    uint64_t accepted = (p->setup.features & (pair_chance(p, 70) ? UINT64_MAX : pair_random(p))) | UINT64_C(1)
                                                                                                       << 32;
    uint32_t words[4] = {(uint32_t)accepted, (uint32_t)(accepted >> 32), 0, 0};

    if (pair_chance(p, 8)) /* a bit too many or too few */
        words[pair_below(p, 4)] ^= (uint32_t)1 << pair_below(p, 32);
    if (pair_chance(p, 3)) /* EVENT_IDX and FLUSH, offered or not */
        words[0] |= UINT32_C(1) << 29 | 1 << 9;
    pair_write(p, REG_STATUS, 1);
    pair_write(p, REG_STATUS, 3);
    for (uint32_t i = 0; i < 4; i++) {
        pair_write(p, 0x14, i);
        pair_read(p, 0x10);
        pair_write(p, 0x24, i);
        pair_write(p, 0x20, words[i]);
    }
    pair_write(p, REG_STATUS, 11);
}

static inline void try_bad_sizes(struct pair *p)
{
    static const uint32_t sizes[] = {0, 3, 512, 1024, 2048, 32768, 65536, 65540, 0xffffffff};

    for (uint32_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        if (sizes[i] <= p->setup.queue_size_max && (sizes[i] & (sizes[i] - 1)) == 0 && sizes[i] != 0)
            continue;
        pair_write(p, REG_QUEUE_SIZE, sizes[i]);
        pair_write(p, REG_QUEUE_READY, 1);
        pair_read(p, REG_QUEUE_READY);
    }
}

static inline uint32_t any_size(struct pair *p)
{
    uint32_t size = 1;

    while (size < p->setup.queue_size_max && pair_chance(p, 85))
        size *= 2;
    return size;
}

static inline void set_up_ring(struct driver *d, uint32_t slot, uint32_t number)
{
    struct pair *p = d->pair;
    struct ring *r = &d->rings[slot];

    ring_place(p, r, slot, number, any_size(p));
    ring_clear(p, r);
    pair_write(p, REG_QUEUE_SEL, number);
    pair_read(p, 0x34);
    if (pair_chance(p, 10))
        try_bad_sizes(p);
    pair_write(p, REG_QUEUE_SIZE, r->size);
    pair_write64(p, 0x80, r->desc);
    pair_write64(p, 0x90, r->avail);
    pair_write64(p, 0xa0, r->used);
    pair_write(p, REG_QUEUE_READY, 1);
    pair_read(p, REG_QUEUE_READY);
}

/* What a reset must have forgotten: selectors, sizes. */
static inline void look_after_reset(struct pair *p)
{
    pair_read(p, 0x10);
    pair_read(p, 0x34);
    pair_read(p, 0x120);
    for (uint32_t i = 0; i < p->setup.queue_count; i++) {
        pair_write(p, REG_QUEUE_SEL, i);
        pair_write(p, REG_QUEUE_READY, 1);
        pair_read(p, REG_QUEUE_READY);
    }
    pair_write(p, 0x20, pair_chance(p, 50) ? 0 : (uint32_t)p->setup.features); /* without a selection */
}

static inline void start(struct driver *d)
{
    struct pair *p = d->pair;
    uint32_t first = pair_below(p, p->setup.queue_count);

    pair_write(p, REG_STATUS, 0);
    if (pair_chance(p, 20))
        look_after_reset(p);
    p->area_count = 0;
    d->ring_count = p->setup.queue_count < CHAINS_QUEUES ? p->setup.queue_count : CHAINS_QUEUES;
    negotiate(p);
    for (uint32_t i = 0; i < d->ring_count; i++)
        set_up_ring(d, i, (first + i) % p->setup.queue_count);
    if (pair_chance(p, 95))
        pair_write(p, REG_STATUS, 15);
}

/* ---- other things that drivers do ---- */

static inline void write_config_noise(struct pair *p, uint32_t value)
{
    uint32_t offset = pair_chance(p, 50) ? 0x120 : 0x100 + 4 * pair_below(p, 16);

    pair_write_strb(p, offset, value, (uint8_t)pair_below(p, 16));
    pair_read(p, offset);
}

/* Set-up that would take effect is left to set_up_ring, which knows what it means. */
static inline void write_noise(struct pair *p)
{
    static const uint32_t harmless[] = {0x00, 0x04, 0x10, 0x14, 0x18, 0x20, 0x24, 0x28, 0x34,
                                        0x3c, 0x40, 0x48, 0x4c, 0x60, 0x64, 0x68, 0x74, 0x8c,
                                        0xa8, 0xac, 0xb0, 0xbc, 0xc0, 0xf0, 0xf8, 0xfc};
    uint32_t value = pair_chance(p, 50) ? pair_below(p, 4) : (uint32_t)pair_random(p);

    if (pair_chance(p, 30))
        pair_write_strb(p, 4 * pair_below(p, 64), value, (uint8_t)pair_below(p, 15));
    else if (pair_chance(p, 40))
        write_config_noise(p, value);
    else
        pair_write(p, harmless[pair_below(p, sizeof harmless / sizeof *harmless)], value);
}

static inline void write_status_noise(struct pair *p)
{
    static const uint32_t values[] = {1, 3, 8, 0x10, 0x20, 0x40, 0x70, 0x80, 0x100, 0xffffff00};

    pair_write(p, REG_STATUS, values[pair_below(p, sizeof values / sizeof *values)]);
}

static inline void notify_noise(struct driver *d)
{
    struct pair *p = d->pair;
    uint32_t queue = d->rings[0].number;

    switch (pair_below(p, 4)) {
    case 0:
        pair_write(p, REG_NOTIFY, queue);
        break;
    case 1:
        pair_write(p, REG_NOTIFY, 0x10000 + queue);
        break;
    case 2:
        pair_write(p, REG_NOTIFY, p->setup.queue_count + pair_below(p, 4));
        break;
    default:
        pair_write_strb(p, REG_NOTIFY, queue, (uint8_t)pair_below(p, 15));
        break;
    }
    pair_compare_memory(p);
}

/* Frozen registers: nothing of this may have an effect while the queue is ready. */
static inline void write_frozen(struct driver *d)
{
    static const uint32_t regs[] = {0x38, 0x80, 0x84, 0x90, 0x94, 0xa0, 0xa4};
    struct pair *p = d->pair;

    pair_write(p, REG_QUEUE_SEL, d->rings[0].number);
    if (pair_read(p, REG_QUEUE_READY) == 0)
        return;
    pair_write(p, regs[pair_below(p, sizeof regs / sizeof *regs)], (uint32_t)pair_random(p));
    pair_write(p, REG_QUEUE_READY, 1);
}

static inline void restart_ring(struct driver *d)
{
    struct pair *p = d->pair;
    struct ring *r = &d->rings[pair_below(p, d->ring_count)];

    pair_write(p, REG_QUEUE_SEL, r->number);
    pair_write(p, REG_QUEUE_READY, pair_below(p, 8) * 2);
    pair_read(p, REG_QUEUE_READY);
    pair_write(p, REG_NOTIFY, r->number);
    pair_compare_memory(p);
    ring_clear(p, r);
    pair_write(p, REG_QUEUE_READY, 1);
}

static inline void beyond_queues(struct pair *p)
{
    static const uint32_t regs[] = {0x38, 0x44, 0x80, 0x84, 0x90, 0x94, 0xa0, 0xa4};

    pair_write(p, REG_QUEUE_SEL, pair_chance(p, 50) ? p->setup.queue_count : 0x10000);
    pair_read(p, 0x34);
    pair_write(p, regs[pair_below(p, 8)], 1 + pair_below(p, 64));
    pair_read(p, REG_QUEUE_READY);
}

static inline void read_some(struct pair *p)
{
    for (uint32_t i = 0; i < 4; i++)
        pair_read(p, 4 * pair_below(p, pair_chance(p, 80) ? 80 : 1024));
}

#endif
