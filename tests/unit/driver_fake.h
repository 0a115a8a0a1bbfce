/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A platform made of arrays, for tests of the driver core. Bus addresses are pointers. Registers are words
 * that a test sets; what a write does is up to the test's own `on_write`. One per program.
 */
#ifndef DRIVER_FAKE_H
#define DRIVER_FAKE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <vio/vio_queue_split.h>

/* What is shared with a device is little-endian, whoever runs this. */
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define LE16(x) __builtin_bswap16((uint16_t)(x))
#define LE32(x) __builtin_bswap32((uint32_t)(x))
#define LE64(x) __builtin_bswap64((uint64_t)(x))
#else
#define LE16(x) ((uint16_t)(x))
#define LE32(x) ((uint32_t)(x))
#define LE64(x) ((uint64_t)(x))
#endif

enum { FAKE_WAITS = 50, FAKE_LOG = 256, FAKE_SIZE = 8 };

struct fake_access {
    uint32_t offset, width, value;
    bool is_write;
};

static struct {
    struct vio_platform platform;
    uint32_t reg[0x200 / 4];
    struct fake_access log[FAKE_LOG];
    unsigned log_count, waits, barriers;
    int maps;         /* live ones */
    int map_fails_at; /* the n-th from now is refused; 0: none */
    void (*on_write)(uint32_t offset, uint32_t value);
    void (*on_read)(uint32_t offset);
} fake;

static inline uint32_t fake_read(void *ctx, uint32_t offset, uint32_t width)
{
    uint32_t value;

    (void)ctx;
    if (fake.on_read)
        fake.on_read(offset);
    value = fake.reg[offset / 4] >> 8 * (offset % 4);
    if (width < 4)
        value &= (1u << 8 * width) - 1;
    if (fake.log_count < FAKE_LOG)
        fake.log[fake.log_count++] = (struct fake_access){offset, width, value, false};
    return value;
}

static inline void fake_write(void *ctx, uint32_t offset, uint32_t width, uint32_t value)
{
    (void)ctx;
    if (fake.log_count < FAKE_LOG)
        fake.log[fake.log_count++] = (struct fake_access){offset, width, value, true};
    if (fake.on_write)
        fake.on_write(offset, value);
}

static inline enum vio_status fake_map(void *ctx, void *ptr, size_t len_bytes, enum vio_dir dir,
                                       uint64_t *bus)
{
    (void)ctx;
    (void)len_bytes;
    (void)dir;
    if (fake.map_fails_at > 0 && --fake.map_fails_at == 0)
        return VIO_NO_MEMORY;
    fake.maps++;
    *bus = (uintptr_t)ptr;
    return VIO_OK;
}

static inline void fake_unmap(void *ctx, uint64_t bus, size_t len_bytes, enum vio_dir dir)
{
    (void)ctx;
    (void)len_bytes;
    (void)dir;
    assert_true(bus != 0);
    fake.maps--;
}

static inline void fake_barrier(void *ctx, enum vio_barrier kind)
{
    (void)ctx;
    (void)kind;
    fake.barriers++;
}

static inline void fake_wait(void *ctx)
{
    (void)ctx;
    fake.waits++;
}

static inline void fake_reset(void)
{
    memset(&fake, 0, sizeof fake);
    fake.platform = (struct vio_platform){.reg_read = fake_read,
                                          .reg_write = fake_write,
                                          .dma_map = fake_map,
                                          .dma_unmap = fake_unmap,
                                          .barrier = fake_barrier,
                                          .wait = fake_wait,
                                          .wait_steps_max = FAKE_WAITS};
}

/* ---- a split queue, and the device's side of it ---- */

struct fake_rings {
    _Alignas(16) struct {
        uint64_t addr;
        uint32_t len;
        uint16_t flags, next;
    } desc[FAKE_SIZE];
    struct {
        uint16_t flags, idx, ring[FAKE_SIZE], used_event;
    } avail;
    _Alignas(4) struct {
        uint16_t flags, idx;
        struct {
            uint32_t id, len;
        } ring[FAKE_SIZE];
        uint16_t avail_event;
    } used;
};

static struct fake_rings rings;
static struct vio_slot fake_slots[FAKE_SIZE];
static struct vio_queue queue;

static inline enum vio_status fake_queue_start(uint64_t features)
{
    assert_int_equal(vio_queue_accept(&queue, features), VIO_OK);
    assert_int_equal(vio_queue_negotiate_size(&queue, FAKE_SIZE), FAKE_SIZE);
    return vio_queue_initialize(&queue, 0, FAKE_SIZE);
}

static inline void fake_queue_init(void)
{
    memset(&rings, 0xa5, sizeof rings); /* nothing may depend on clean memory */
    memset(fake_slots, 0xa5, sizeof fake_slots);
    assert_int_equal(vio_split_queue_init(&queue, &fake.platform, rings.desc, &rings.avail, &rings.used,
                                          fake_slots, FAKE_SIZE),
                     VIO_OK);
}

/* The device completes something, in the slot of its turn. */
static inline void fake_use(uint32_t id, uint32_t len)
{
    uint16_t idx = LE16(rings.used.idx);

    rings.used.ring[idx % FAKE_SIZE].id = LE32(id);
    rings.used.ring[idx % FAKE_SIZE].len = LE32(len);
    rings.used.idx = LE16(idx + 1);
}

/* The head that was made available last. */
static inline uint16_t fake_head(void)
{
    return LE16(rings.avail.ring[(uint16_t)(LE16(rings.avail.idx) - 1) % FAKE_SIZE]);
}

#endif
