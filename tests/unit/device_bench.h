/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small platform for the tests of devices at their pins: one memory, one backend, and the driver's half of
 * a split ring written out by hand, so that a test can do wrong what a driver must not. model_bench.h and
 * rtl_bench.h say what else is expected of the C model and of the hardware.
 */
#ifndef DEVICE_BENCH_H
#define DEVICE_BENCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pring/backend.h>
#include <pring/device.h>

enum { /* bus addresses; each area starts in its own page */
       BENCH_BASE = 0x10000,
       BENCH_DESC = 0x10000,
       BENCH_AVAIL = 0x18000,
       BENCH_USED = 0x1a000,
       BENCH_DATA = 0x20000,
       BENCH_BYTES = 0x40000,
};
enum { BENCH_NEXT = 1, BENCH_WRITE = 2, BENCH_INDIRECT = 4 };
enum { BENCH_LOG_MAX = 1024 };

enum reg {
    REG_DEVICE_FEATURES = 0x10,
    REG_DEVICE_FEATURES_SEL = 0x14,
    REG_DRIVER_FEATURES = 0x20,
    REG_DRIVER_FEATURES_SEL = 0x24,
    REG_QUEUE_SEL = 0x30,
    REG_QUEUE_SIZE_MAX = 0x34,
    REG_QUEUE_SIZE = 0x38,
    REG_QUEUE_READY = 0x44,
    REG_QUEUE_NOTIFY = 0x50,
    REG_INTERRUPT_STATUS = 0x60,
    REG_INTERRUPT_ACK = 0x64,
    REG_STATUS = 0x70,
    REG_QUEUE_DESC = 0x80,
    REG_QUEUE_DRIVER = 0x90,
    REG_QUEUE_DEVICE = 0xa0,
    REG_CONFIG_GENERATION = 0xfc,
    REG_CONFIG = 0x100,
};

#define BENCH_BIT(n)    (UINT64_C(1) << (n))
#define BENCH_VERSION_1 BENCH_BIT(32)
#define BENCH_EVENT_IDX BENCH_BIT(29)

struct bench_access {
    uint64_t addr;
    uint32_t len_bytes;
    bool is_write;
};

struct bench {
    const struct pring_backend *backend;
    void *self;
    uint32_t read_cycles, write_cycles; /* a register access may take so many */
    bool is_instant;                    /* no access leaves work behind, and bursts come whole */
    uint8_t memory[BENCH_BYTES];
    uint64_t hole_addr, hole_bytes; /* a bus error there; none when hole_bytes is 0 */
    jmp_buf *leave;                 /* the n-th access from now on does not return; NULL: all return */
    uint32_t leave_after;
    struct bench_access log[BENCH_LOG_MAX];
    uint32_t log_count, irq_edges;
    bool irq_level, quiet; /* quiet: no DMA and no interrupt may happen */
    uint32_t violation;
    uint16_t size, avail_idx;
    uint64_t desc, avail, used;                                           /* where the areas are */
    void (*on_write)(struct bench *b, uint64_t addr, uint32_t len_bytes); /* after it became visible */
};

/* ---- the bus ---- */

static inline int bench_access(struct bench *b, const struct pring_burst *burst, uint32_t offset, uint32_t n)
{
    uint64_t first = burst->addr + offset, end = first + n;

    assert_false(b->is_instant && offset != 0);
    assert_true(n >= 1 && first / 4096 == (end - 1) / 4096);
    if (b->quiet)
        fail_msg("DMA of %u bytes at %#lx in silence", n, (unsigned long)first);
    if (b->leave && b->leave_after-- == 0)
        longjmp(*b->leave, 1);
    if (b->log_count < BENCH_LOG_MAX)
        b->log[b->log_count++] = (struct bench_access){first, n, burst->is_write};
    if (b->hole_bytes != 0 && first < b->hole_addr + b->hole_bytes && end > b->hole_addr)
        return -1;
    return first - BENCH_BASE <= BENCH_BYTES - n ? 0
                                                 : -1; /* an address below the base wraps to a large one */
}

static inline int bench_dma_read(void *ctx, const struct pring_burst *burst, uint32_t offset, uint32_t n,
                                 uint8_t *out)
{
    struct bench *b = ctx;
    int error = bench_access(b, burst, offset, n);

    if (error < 0)
        memset(out, 0, n);
    else
        memcpy(out, b->memory + (burst->addr + offset - BENCH_BASE), n);
    return error;
}

static inline int bench_dma_write(void *ctx, const struct pring_burst *burst, uint32_t offset, uint32_t n,
                                  const uint8_t *in, const uint8_t *strb)
{
    struct bench *b = ctx;
    int error = bench_access(b, burst, offset, n);

    assert_false(b->is_instant && strb);
    for (uint32_t i = 0; error == 0 && i < n; i++)
        if (!strb || strb[i])
            b->memory[burst->addr + offset - BENCH_BASE + i] = in[i];
    if (b->on_write)
        b->on_write(b, burst->addr + offset, n);
    return error;
}

static inline void bench_irq(void *ctx, bool level, uint64_t cycle)
{
    struct bench *b = ctx;

    (void)cycle;
    assert_int_not_equal(level, b->irq_level); /* edges only */
    assert_false(b->quiet && level);
    b->irq_level = level;
    b->irq_edges++;
}

static inline void bench_violation(void *ctx, uint32_t code, uint64_t cycle)
{
    struct bench *b = ctx;

    b->violation = code;
    fail_msg("violation %#x at cycle %lu", code, (unsigned long)cycle);
}

static const struct pring_bus_ops bench_bus = {bench_dma_read, bench_dma_write, bench_irq, bench_violation};

/* ---- memory ---- */

static inline uint8_t *bench_at(struct bench *b, uint64_t addr)
{
    return b->memory + (addr - BENCH_BASE);
}

static inline void bench_put(struct bench *b, uint64_t addr, uint64_t value, unsigned len_bytes)
{
    for (unsigned i = 0; i < len_bytes; i++)
        bench_at(b, addr)[i] = (uint8_t)(value >> (8 * i));
}

static inline uint64_t bench_get(struct bench *b, uint64_t addr, unsigned len_bytes)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < len_bytes; i++)
        value |= (uint64_t)bench_at(b, addr)[i] << (8 * i);
    return value;
}

/* ---- registers ---- */

static inline uint32_t bench_read(struct bench *b, uint32_t offset)
{
    uint32_t value = 0, cycles = 99;

    assert_int_equal(b->backend->reg_read(b->self, offset, &value, &cycles), 0);
    assert_true(cycles <= b->read_cycles);
    return value;
}

static inline void bench_write_strb(struct bench *b, uint32_t offset, uint32_t value, uint8_t strb)
{
    uint32_t cycles = 99;

    assert_int_equal(b->backend->reg_write(b->self, offset, value, strb, &cycles), 0);
    assert_true(cycles <= b->write_cycles);
    assert_true(!b->is_instant || b->backend->idle(b->self));
}

static inline void bench_write(struct bench *b, uint32_t offset, uint32_t value)
{
    bench_write_strb(b, offset, value, 0xf);
}

static inline void bench_write64(struct bench *b, uint32_t offset, uint64_t value)
{
    bench_write(b, offset, (uint32_t)value);
    bench_write(b, offset + 4, (uint32_t)(value >> 32));
}

/* ---- the life of a device ---- */

static inline struct pring_setup bench_blk_setup(uint64_t features)
{
    return (struct pring_setup){
        .device_type = PRING_DEVICE_BLK,
        .queue_count = 1,
        .queue_size_max = 256,
        .features = features | BENCH_VERSION_1,
        .seed = 42,
        .blk = {.capacity_sectors = 64,
                .size_max = 0x11223344,
                .seg_max = 0x55667788,
                .blk_size = 4096,
                .physical_block_exp = 3,
                .alignment_offset = 4,
                .min_io_size = 0x0506,
                .opt_io_size = 0x708090a,
                .num_queues = 0x0102},
    };
}

static inline struct pring_setup bench_rng_setup(uint64_t seed)
{
    return (struct pring_setup){.device_type = PRING_DEVICE_RNG,
                                .queue_count = 1,
                                .queue_size_max = 256,
                                .features = BENCH_VERSION_1 | BENCH_EVENT_IDX,
                                .seed = seed};
}

static const struct pring_profile bench_ideal_memory;

/* Opened once, as the contract has it; the areas lie where they lie until a test moves them. */
static inline struct bench *bench_open(const struct pring_backend *backend, uint32_t read_cycles,
                                       uint32_t write_cycles, bool is_instant)
{
    struct bench *b = calloc(1, sizeof *b);

    b->backend = backend;
    b->read_cycles = read_cycles;
    b->write_cycles = write_cycles;
    b->is_instant = is_instant;
    assert_int_equal(backend->open(&bench_bus, b, &b->self), 0);
    return b;
}

static inline void bench_power_on(struct bench *b, const struct pring_setup *setup,
                                  const struct pring_profile *profile)
{
    memset(b->memory, 0, sizeof b->memory);
    b->hole_bytes = 0;
    b->leave = NULL;
    b->on_write = NULL;
    b->log_count = b->irq_edges = b->violation = 0;
    b->irq_level = b->quiet = false;
    b->avail_idx = 0;
    b->desc = BENCH_DESC;
    b->avail = BENCH_AVAIL;
    b->used = BENCH_USED;
    b->backend->power_on(b->self, setup, profile);
}

static inline void bench_accept(struct bench *b, uint64_t features)
{
    bench_write(b, REG_STATUS, 1);
    bench_write(b, REG_STATUS, 3);
    for (uint32_t i = 0; i < 2; i++) {
        bench_write(b, REG_DRIVER_FEATURES_SEL, i);
        bench_write(b, REG_DRIVER_FEATURES, (uint32_t)(features >> (32 * i)));
    }
    bench_write(b, REG_STATUS, 11);
}

static inline void bench_queue(struct bench *b, uint32_t queue, uint16_t size)
{
    b->size = size;
    b->avail_idx = 0;
    bench_write(b, REG_QUEUE_SEL, queue);
    bench_write(b, REG_QUEUE_SIZE, size);
    bench_write64(b, REG_QUEUE_DESC, b->desc);
    bench_write64(b, REG_QUEUE_DRIVER, b->avail);
    bench_write64(b, REG_QUEUE_DEVICE, b->used);
    bench_write(b, REG_QUEUE_READY, 1);
}

/* From reset to DRIVER_OK with one queue. */
static inline void bench_bring_up(struct bench *b, uint64_t accepted, uint16_t size)
{
    bench_accept(b, accepted | BENCH_VERSION_1);
    bench_queue(b, 0, size);
    bench_write(b, REG_STATUS, 15);
    assert_int_equal(bench_read(b, REG_STATUS), 15);
    b->log_count = 0;
}

static inline void bench_start(struct bench *b, const struct pring_setup *setup, uint64_t accepted,
                               uint16_t size)
{
    bench_power_on(b, setup, &bench_ideal_memory);
    bench_bring_up(b, accepted, size);
}

/* ---- the driver's half of the ring ---- */

static inline void bench_desc(struct bench *b, uint16_t index, uint64_t addr, uint32_t len, uint16_t flags,
                              uint16_t next)
{
    uint64_t to = b->desc + (uint64_t)16 * index;

    bench_put(b, to, addr, 8);
    bench_put(b, to + 8, len, 4);
    bench_put(b, to + 12, flags, 2);
    bench_put(b, to + 14, next, 2);
}

static inline void bench_offer(struct bench *b, uint16_t head)
{
    bench_put(b, b->avail + 4 + 2 * (uint64_t)(b->avail_idx % b->size), head, 2);
    b->avail_idx++;
    bench_put(b, b->avail + 2, b->avail_idx, 2);
}

static inline void bench_kick(struct bench *b)
{
    bench_write(b, REG_QUEUE_NOTIFY, 0);
}

static inline uint16_t bench_used_idx(struct bench *b)
{
    return (uint16_t)bench_get(b, b->used + 2, 2);
}

static inline void bench_check_used(struct bench *b, uint16_t slot, uint32_t id, uint32_t len)
{
    uint64_t element = b->used + 4 + 8 * (uint64_t)(slot % b->size);

    assert_int_equal(bench_get(b, element, 4), id);
    assert_int_equal(bench_get(b, element + 4, 4), len);
}

#endif
