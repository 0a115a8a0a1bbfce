/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The device's side of a virtqueue, split or packed, in plain C, and the memory that it can reach: what the
 * driver under test mapped, in the direction it said, and nothing else. Written from the specification, not
 * from the driver: it shares no constant with it. Bus addresses are not pointers. One per program.
 */
#ifndef DRIVER_HONEST_H
#define DRIVER_HONEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <vio/vio_queue_packed.h>
#include <vio/vio_queue_split.h>

enum { HONEST_MAPS = 8192, HONEST_SEGMENTS = 64, HONEST_STEPS = 50 };
#define HONEST_BUS (UINT64_C(0x5) << 40)

static struct {
    struct vio_platform platform;
    struct {
        uint64_t bus;
        size_t len;
        enum vio_dir dir;
    } maps[HONEST_MAPS];
    unsigned map_count;
    unsigned barriers;
    int map_fails_at; /* the n-th from now is refused; 0: none */
    bool maps_refused;
} honest;

/* ---- memory ---- */

static inline enum vio_status honest_map(void *ctx, void *ptr, size_t len, enum vio_dir dir, uint64_t *bus)
{
    (void)ctx;
    assert_true(len > 0);
    if (honest.maps_refused || (honest.map_fails_at > 0 && --honest.map_fails_at == 0))
        return VIO_NO_MEMORY;
    assert_true(honest.map_count < HONEST_MAPS);
    *bus = (uintptr_t)ptr + HONEST_BUS;
    honest.maps[honest.map_count].bus = *bus;
    honest.maps[honest.map_count].len = len;
    honest.maps[honest.map_count++].dir = dir;
    return VIO_OK;
}

static inline void honest_unmap(void *ctx, uint64_t bus, size_t len, enum vio_dir dir)
{
    (void)ctx;
    for (unsigned i = honest.map_count; i-- > 0;) {
        if (honest.maps[i].bus == bus && honest.maps[i].len == len && honest.maps[i].dir == dir) {
            honest.maps[i] = honest.maps[--honest.map_count];
            return;
        }
    }
    fail_msg("unmapped what was not mapped");
}

static inline void honest_barrier(void *ctx, enum vio_barrier kind)
{
    (void)ctx;
    (void)kind;
    honest.barriers++;
}

/* What the device sees at a bus address: mapped now, for reading or writing. */
static inline uint8_t *honest_at(uint64_t bus, size_t len, bool write)
{
    for (unsigned i = honest.map_count; i-- > 0;) {
        uint64_t at = bus - honest.maps[i].bus;

        if (at < honest.maps[i].len && len <= honest.maps[i].len - at &&
            (honest.maps[i].dir & (write ? VIO_FROM_DEVICE : VIO_TO_DEVICE)) != 0)
            return (uint8_t *)(uintptr_t)(bus - HONEST_BUS);
    }
    fail_msg("the device was sent to memory that is not lent so");
    return NULL;
}

static inline uint32_t honest_get(uint64_t bus, unsigned width)
{
    const uint8_t *at = honest_at(bus, width, false);
    uint32_t value = 0;

    for (unsigned i = width; i-- > 0;)
        value = value << 8 | at[i];
    return value;
}

static inline void honest_put(uint64_t bus, unsigned width, uint32_t value)
{
    uint8_t *at = honest_at(bus, width, true);

    for (unsigned i = 0; i < width; i++)
        at[i] = (uint8_t)(value >> 8 * i);
}

static inline uint64_t honest_get64(uint64_t bus)
{
    return honest_get(bus, 4) | (uint64_t)honest_get(bus + 4, 4) << 32;
}

/* ---- one queue ---- */

struct honest_queue {
    bool ready, packed, event_idx, in_order, indirect;
    uint32_t size;
    uint64_t desc, driver, device;
    uint16_t avail_at, used_at; /* split: free-running. Packed: places */
    bool avail_wrap, used_wrap;
    uint16_t signalled; /* split: used index at the last interrupt decision. Packed: places used since */
};

struct honest_chain {
    uint16_t id, places;
    unsigned count;
    struct {
        uint64_t bus;
        uint32_t len;
        bool writable;
    } segment[HONEST_SEGMENTS];
};

static inline void honest_open(struct honest_queue *q, uint32_t size, uint64_t desc, uint64_t driver,
                               uint64_t device, uint64_t features)
{
    *q = (struct honest_queue){.ready = true, .size = size, .desc = desc, .driver = driver, .device = device};
    q->indirect = features >> 28 & 1;
    q->event_idx = features >> 29 & 1;
    q->packed = features >> 34 & 1;
    q->in_order = features >> 35 & 1;
    q->avail_wrap = q->used_wrap = true;
    assert_int_equal(desc % 16, 0);
    assert_int_equal(driver % (q->packed ? 4 : 2), 0);
    assert_int_equal(device % 4, 0);
    assert_true(size >= 1 && size <= 32768 && (q->packed || (size & (size - 1)) == 0));
}

static inline void honest_segment(struct honest_chain *chain, uint64_t desc, uint32_t flags)
{
    assert_true(chain->count < HONEST_SEGMENTS);
    chain->segment[chain->count].bus = honest_get64(desc);
    chain->segment[chain->count].len = honest_get(desc + 8, 4);
    chain->segment[chain->count].writable = (flags & 2) != 0;
    assert_true(chain->segment[chain->count].len > 0);
    if (chain->count > 0 && chain->segment[chain->count - 1].writable)
        assert_true(chain->segment[chain->count].writable);
    chain->count++;
}

static inline void honest_table(const struct honest_queue *q, struct honest_chain *chain, uint64_t desc)
{
    uint64_t table = honest_get64(desc);
    uint32_t entries = honest_get(desc + 8, 4) / 16;

    assert_true(q->indirect);
    assert_int_equal(honest_get(desc + 8, 4) % 16, 0);
    assert_true(entries >= 1 && entries <= q->size);
    for (uint32_t i = 0; i < entries; i++) {
        uint32_t flags = honest_get(table + 16 * i + (q->packed ? 14 : 12), 2);

        if (q->packed)
            assert_int_equal(flags & ~2u, 0);
        else
            assert_int_equal(flags & ~2u, i + 1 < entries ? 1 : 0);
        if (!q->packed && i + 1 < entries)
            assert_int_equal(honest_get(table + 16 * i + 14, 2), i + 1);
        honest_segment(chain, table + 16 * i, flags);
    }
}

static inline bool honest_take_split(struct honest_queue *q, struct honest_chain *chain)
{
    uint16_t index;

    if ((uint16_t)honest_get(q->driver + 2, 2) == q->avail_at)
        return false;
    index = (uint16_t)honest_get(q->driver + 4 + 2 * (q->avail_at % q->size), 2);
    q->avail_at++;
    *chain = (struct honest_chain){.id = index};
    for (uint32_t flags = 1; (flags & 1) != 0; chain->places++) {
        uint64_t desc = q->desc + 16 * index;

        assert_true(index < q->size && chain->places < q->size);
        flags = honest_get(desc + 12, 2);
        assert_int_equal(flags & ~7u, 0);
        if ((flags & 4) != 0) {
            assert_int_equal(flags, 4);
            honest_table(q, chain, desc);
        } else {
            honest_segment(chain, desc, flags);
        }
        if (q->in_order && (flags & 1) != 0)
            assert_int_equal(honest_get(desc + 14, 2), (index + 1u) % q->size);
        index = (uint16_t)honest_get(desc + 14, 2);
    }
    return true;
}

static inline void honest_step(const struct honest_queue *q, uint16_t *at, bool *wrap, uint32_t places)
{
    if ((*at = (uint16_t)(*at + places)) >= q->size) {
        *at = (uint16_t)(*at - q->size);
        *wrap = !*wrap;
    }
}

static inline bool honest_take_packed(struct honest_queue *q, struct honest_chain *chain)
{
    uint32_t flags = honest_get(q->desc + 16 * q->avail_at + 14, 2);

    if ((flags >> 7 & 1) != q->avail_wrap || (flags >> 15) == q->avail_wrap)
        return false;
    *chain = (struct honest_chain){0};
    for (flags = 1; (flags & 1) != 0; chain->places++) {
        uint64_t desc = q->desc + 16 * q->avail_at;

        flags = honest_get(desc + 14, 2);
        assert_true(chain->places < q->size);
        assert_int_equal(flags & 0x7f78, 0);
        assert_true((flags >> 7 & 1) == q->avail_wrap && (flags >> 15) != q->avail_wrap);
        if ((flags & 4) != 0) {
            assert_int_equal(flags & 3, 0);
            honest_table(q, chain, desc);
        } else {
            honest_segment(chain, desc, flags);
        }
        chain->id = (uint16_t)honest_get(desc + 12, 2);
        honest_step(q, &q->avail_at, &q->avail_wrap, 1);
    }
    return true;
}

/* The next available chain. */
static inline bool honest_take(struct honest_queue *q, struct honest_chain *chain)
{
    return q->ready && (q->packed ? honest_take_packed(q, chain) : honest_take_split(q, chain));
}

/* Uses a chain; with `batch` more than one, it is the last of so many in order that took `places` in all. */
static inline void honest_use_batch(struct honest_queue *q, const struct honest_chain *chain,
                                    uint32_t written, unsigned batch, uint32_t places)
{
    uint64_t desc = q->desc + 16 * q->used_at;
    uint64_t element = q->device + 4 + 8 * (q->used_at % q->size);

    if (!q->packed) {
        honest_put(element, 4, chain->id);
        honest_put(element + 4, 4, written);
        q->used_at = (uint16_t)(q->used_at + batch);
        honest_put(q->device + 2, 2, q->used_at);
        return;
    }
    honest_put(desc + 8, 4, written > 0 ? written : 0xdeadbeef); /* without WRITE it means nothing */
    honest_put(desc + 12, 2, chain->id);
    honest_put(desc + 14, 2, (q->used_wrap ? 0x8080u : 0) | (written > 0 ? 2 : 0));
    honest_step(q, &q->used_at, &q->used_wrap, places);
    q->signalled = (uint16_t)(q->signalled + places);
}

static inline void honest_use(struct honest_queue *q, const struct honest_chain *chain, uint32_t written)
{
    honest_use_batch(q, chain, written, 1, chain->places);
}

static inline bool honest_wants_packed(struct honest_queue *q)
{
    uint32_t flags = honest_get(q->driver + 2, 2), event = honest_get(q->driver, 2);
    uint16_t places = q->signalled, at = (uint16_t)(event & 0x7fff);

    q->signalled = 0;
    assert_true(flags <= (q->event_idx ? 2u : 1u));
    if (flags != 2)
        return flags == 0 && places > 0;
    if ((event >> 15) != q->used_wrap)
        at = (uint16_t)(at - q->size);
    return (uint16_t)(q->used_at - at - 1) < places;
}

/* Does the driver want to hear of what was used since this was asked last? */
static inline bool honest_wants_interrupt(struct honest_queue *q)
{
    uint16_t before = q->signalled, event;

    if (q->packed)
        return honest_wants_packed(q);
    q->signalled = q->used_at;
    if (!q->event_idx)
        return honest_get(q->driver, 2) == 0 && q->used_at != before;
    assert_int_equal(honest_get(q->driver, 2), 0);
    event = (uint16_t)honest_get(q->driver + 4 + 2 * q->size, 2);
    return (uint16_t)(q->used_at - event - 1) < (uint16_t)(q->used_at - before);
}

/* Asks to be notified of the next chain, or never. */
static inline void honest_ask(struct honest_queue *q, bool wanted)
{
    if (!q->packed) {
        honest_put(q->device, 2, wanted || q->event_idx ? 0 : 1);
        if (q->event_idx)
            honest_put(q->device + 4 + 8 * q->size, 2, (uint16_t)(q->avail_at - (wanted ? 0 : 1)));
        return;
    }
    honest_put(q->device, 2, q->avail_at | (q->avail_wrap ? 0x8000u : 0));
    honest_put(q->device + 2, 2, !wanted ? 1 : q->event_idx ? 2 : 0);
}

/* The readable bytes of a chain, in one piece; how many. */
static inline size_t honest_read(const struct honest_chain *chain, uint8_t *out, size_t max)
{
    size_t total = 0;

    for (unsigned i = 0; i < chain->count && !chain->segment[i].writable; i++) {
        assert_true(total + chain->segment[i].len <= max);
        memcpy(out + total, honest_at(chain->segment[i].bus, chain->segment[i].len, false),
               chain->segment[i].len);
        total += chain->segment[i].len;
    }
    return total;
}

/* Fills the writable part from its start; how much fits. */
static inline uint32_t honest_write(const struct honest_chain *chain, const uint8_t *in, size_t len)
{
    uint32_t total = 0;

    for (unsigned i = 0; i < chain->count; i++) {
        uint32_t n = chain->segment[i].len < len - total ? chain->segment[i].len : (uint32_t)(len - total);

        if (!chain->segment[i].writable || n == 0)
            continue;
        memcpy(honest_at(chain->segment[i].bus, n, true), in + total, n);
        total += n;
    }
    return total;
}

static inline uint32_t honest_writable(const struct honest_chain *chain)
{
    uint32_t total = 0;

    for (unsigned i = 0; i < chain->count; i++)
        total += chain->segment[i].writable ? chain->segment[i].len : 0;
    return total;
}

#endif
