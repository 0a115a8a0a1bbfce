/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small platform for the tests of the hardware device: one memory, one backend (the design, or the C model
 * beside it), and the driver's half of a split ring written out by hand, so that a test can do wrong what a
 * driver must not.
 */
#ifndef RTL_BENCH_H
#define RTL_BENCH_H

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
#include <pring/rtl_bench.h>

enum { /* bus addresses; each area starts in its own page */
       BASE = 0x10000,
       DESC = 0x10000,
       AVAIL = 0x18000,
       USED = 0x1a000,
       DATA = 0x20000,
       BYTES = 0x40000,
};
enum { NEXT = 1, WRITE = 2, INDIRECT = 4 };
enum { DMA_LOG_MAX = 1024 };

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

#define BIT(n)    (UINT64_C(1) << (n))
#define VERSION_1 BIT(32)
#define EVENT_IDX BIT(29)
#define FLUSH_BIT BIT(9)

struct dma {
    uint64_t addr;
    uint32_t len_bytes;
    bool is_write;
};

struct bench {
    const struct pring_backend *backend;
    void *self;
    uint8_t memory[BYTES];
    uint64_t hole_addr, hole_bytes; /* a bus error there; none when hole_bytes is 0 */
    jmp_buf *leave;                 /* the n-th access from now on does not return; NULL: all return */
    uint32_t leave_after;
    struct dma log[DMA_LOG_MAX];
    uint32_t log_count, irq_edges;
    bool irq_level, quiet; /* quiet: no DMA and no interrupt may happen */
    uint32_t violation;
    uint16_t size, avail_idx;
    uint64_t desc, avail, used;                                           /* where the areas are */
    void (*on_write)(struct bench *b, uint64_t addr, uint32_t len_bytes); /* after it became visible */
};

/* ---- the bus ---- */

static inline int bus_access(struct bench *b, const struct pring_burst *burst, uint32_t offset, uint32_t n)
{
    uint64_t first = burst->addr + offset, end = first + n;

    assert_true(n >= 1 && first / 4096 == (end - 1) / 4096);
    if (b->quiet)
        fail_msg("DMA of %u bytes at %#lx in silence", n, (unsigned long)first);
    if (b->leave && b->leave_after-- == 0)
        longjmp(*b->leave, 1);
    if (b->log_count < DMA_LOG_MAX)
        b->log[b->log_count++] = (struct dma){first, n, burst->is_write};
    if (b->hole_bytes != 0 && first < b->hole_addr + b->hole_bytes && end > b->hole_addr)
        return -1;
    return first - BASE <= BYTES - n ? 0 : -1; /* an address below the base wraps to a large one */
}

static inline int bus_read(void *ctx, const struct pring_burst *burst, uint32_t offset, uint32_t n,
                           uint8_t *out)
{
    struct bench *b = ctx;
    int error = bus_access(b, burst, offset, n);

    if (error < 0)
        memset(out, 0, n);
    else
        memcpy(out, b->memory + (burst->addr + offset - BASE), n);
    return error;
}

static inline int bus_write(void *ctx, const struct pring_burst *burst, uint32_t offset, uint32_t n,
                            const uint8_t *in, const uint8_t *strb)
{
    struct bench *b = ctx;
    int error = bus_access(b, burst, offset, n);

    for (uint32_t i = 0; error == 0 && i < n; i++)
        if (!strb || strb[i])
            b->memory[burst->addr + offset - BASE + i] = in[i];
    if (b->on_write)
        b->on_write(b, burst->addr + offset, n);
    return error;
}

static inline void bus_irq(void *ctx, bool level, uint64_t cycle)
{
    struct bench *b = ctx;

    (void)cycle;
    assert_int_not_equal(level, b->irq_level); /* edges only */
    assert_false(b->quiet && level);
    b->irq_level = level;
    b->irq_edges++;
}

static inline void bus_violation(void *ctx, uint32_t code, uint64_t cycle)
{
    struct bench *b = ctx;

    b->violation = code;
    fail_msg("violation %#x at cycle %lu", code, (unsigned long)cycle);
}

static const struct pring_bus_ops bench_bus = {bus_read, bus_write, bus_irq, bus_violation};

/* ---- memory ---- */

static inline uint8_t *at(struct bench *b, uint64_t addr)
{
    return b->memory + (addr - BASE);
}

static inline void put(struct bench *b, uint64_t addr, uint64_t value, unsigned len_bytes)
{
    for (unsigned i = 0; i < len_bytes; i++)
        at(b, addr)[i] = (uint8_t)(value >> (8 * i));
}

static inline uint64_t get(struct bench *b, uint64_t addr, unsigned len_bytes)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < len_bytes; i++)
        value |= (uint64_t)at(b, addr)[i] << (8 * i);
    return value;
}

/* ---- registers ---- */

static inline uint32_t rd(struct bench *b, uint32_t offset)
{
    uint32_t value = 0, cycles = 0;

    assert_int_equal(b->backend->reg_read(b->self, offset, &value, &cycles), 0);
    assert_true(cycles <= 3);
    return value;
}

static inline void wr_strb(struct bench *b, uint32_t offset, uint32_t value, uint8_t strb)
{
    uint32_t cycles = 0;

    assert_int_equal(b->backend->reg_write(b->self, offset, value, strb, &cycles), 0);
    assert_true(cycles <= 2);
}

static inline void wr(struct bench *b, uint32_t offset, uint32_t value)
{
    wr_strb(b, offset, value, 0xf);
}

static inline void wr64(struct bench *b, uint32_t offset, uint64_t value)
{
    wr(b, offset, (uint32_t)value);
    wr(b, offset + 4, (uint32_t)(value >> 32));
}

/* Until nothing is pending; interrupts on the way end an advance, not the wait. */
static inline void settle(struct bench *b)
{
    for (int i = 0; i < 200000 && !b->backend->idle(b->self); i++)
        b->backend->advance(b->self, 1);
    assert_true(b->backend->idle(b->self));
}

/* ---- the life of a device ---- */

static inline struct pring_setup blk_setup(uint64_t features)
{
    return (struct pring_setup){
        .device_type = PRING_DEVICE_BLK,
        .queue_count = 1,
        .queue_size_max = 256,
        .features = features | VERSION_1,
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

static inline struct pring_setup rng_setup(uint64_t seed)
{
    return (struct pring_setup){.device_type = PRING_DEVICE_RNG,
                                .queue_count = 1,
                                .queue_size_max = 256,
                                .features = VERSION_1 | EVENT_IDX,
                                .seed = seed};
}

static const struct pring_profile ideal_memory;
static const struct pring_profile slow_memory = {.read_latency = 20,
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
    struct bench *b = calloc(1, sizeof *b);

    b->backend = backend;
    assert_int_equal(backend->open(&bench_bus, b, &b->self), 0);
    return b;
}

/* One for the process, as the contract has it. */
static inline struct bench *the_rtl(void)
{
    static struct bench *b;

    if (!b)
        b = bench_new(&pring_backend_rtl);
    return b;
}

static inline void power_on(struct bench *b, const struct pring_setup *setup,
                            const struct pring_profile *profile)
{
    memset(b->memory, 0, sizeof b->memory);
    b->hole_bytes = 0;
    b->leave = NULL;
    b->on_write = NULL;
    b->log_count = b->irq_edges = b->violation = 0;
    b->irq_level = b->quiet = false;
    b->avail_idx = 0;
    b->desc = DESC;
    b->avail = AVAIL;
    b->used = USED;
    b->backend->power_on(b->self, setup, profile);
}

static inline void accept_features(struct bench *b, uint64_t features)
{
    wr(b, REG_STATUS, 1);
    wr(b, REG_STATUS, 3);
    for (uint32_t i = 0; i < 2; i++) {
        wr(b, REG_DRIVER_FEATURES_SEL, i);
        wr(b, REG_DRIVER_FEATURES, (uint32_t)(features >> (32 * i)));
    }
    wr(b, REG_STATUS, 11);
}

static inline void set_queue(struct bench *b, uint32_t queue, uint16_t size)
{
    b->size = size;
    b->avail_idx = 0;
    wr(b, REG_QUEUE_SEL, queue);
    wr(b, REG_QUEUE_SIZE, size);
    wr64(b, REG_QUEUE_DESC, b->desc);
    wr64(b, REG_QUEUE_DRIVER, b->avail);
    wr64(b, REG_QUEUE_DEVICE, b->used);
    wr(b, REG_QUEUE_READY, 1);
}

/* From reset to DRIVER_OK with one queue. */
static inline void bring_up(struct bench *b, uint64_t accepted, uint16_t size)
{
    accept_features(b, accepted | VERSION_1);
    set_queue(b, 0, size);
    wr(b, REG_STATUS, 15);
    assert_int_equal(rd(b, REG_STATUS), 15);
    b->log_count = 0;
}

static inline void start(struct bench *b, const struct pring_setup *setup, uint64_t accepted, uint16_t size)
{
    power_on(b, setup, &ideal_memory);
    bring_up(b, accepted, size);
}

/* ---- the driver's half of the ring ---- */

static inline void put_desc(struct bench *b, uint16_t index, uint64_t addr, uint32_t len, uint16_t flags,
                            uint16_t next)
{
    uint64_t to = b->desc + (uint64_t)16 * index;

    put(b, to, addr, 8);
    put(b, to + 8, len, 4);
    put(b, to + 12, flags, 2);
    put(b, to + 14, next, 2);
}

static inline void offer(struct bench *b, uint16_t head)
{
    put(b, b->avail + 4 + 2 * (uint64_t)(b->avail_idx % b->size), head, 2);
    b->avail_idx++;
    put(b, b->avail + 2, b->avail_idx, 2);
}

static inline void kick(struct bench *b)
{
    wr(b, REG_QUEUE_NOTIFY, 0);
}

static inline void kick_and_settle(struct bench *b)
{
    kick(b);
    settle(b);
}

static inline uint16_t used_idx(struct bench *b)
{
    return (uint16_t)get(b, b->used + 2, 2);
}

static inline void check_used(struct bench *b, uint16_t slot, uint32_t id, uint32_t len)
{
    uint64_t element = b->used + 4 + 8 * (uint64_t)(slot % b->size);

    assert_int_equal(get(b, element, 4), id);
    assert_int_equal(get(b, element + 4, 4), len);
}

/* A block request at descriptors first..first+2, data of n bytes at `data`, header and status in front of it.
 */
static inline void put_request(struct bench *b, uint16_t first, uint32_t type, uint64_t sector, uint64_t data,
                               uint32_t n)
{
    uint64_t header = DATA + (uint64_t)64 * first;

    put(b, header, type, 4);
    put(b, header + 8, sector, 8);
    put(b, header + 16, 0xff, 1);
    put_desc(b, first, header, 16, NEXT, (uint16_t)(first + 1));
    put_desc(b, (uint16_t)(first + 1), data, n, NEXT | (type == 1 ? 0 : WRITE), (uint16_t)(first + 2));
    put_desc(b, (uint16_t)(first + 2), header + 16, 1, WRITE, 0);
}

static inline uint32_t request_status(struct bench *b, uint16_t first)
{
    return (uint32_t)get(b, DATA + (uint64_t)64 * first + 16, 1);
}

/* Where tests put payload: clear of the headers above. */
static inline uint64_t payload(unsigned i)
{
    return DATA + 0x8000 + 0x1000 * (uint64_t)i;
}

static inline uint64_t fill_word(struct bench *b, uint64_t sector, uint32_t word)
{
    (void)b;
    return pring_cow_fill(42, sector, word);
}

#endif
