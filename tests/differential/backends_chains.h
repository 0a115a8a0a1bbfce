/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random rings for both backends: mostly good chains, some bad ones. Payload areas of one batch never overlap
 * each other or a ring, since only the order of effects within memory would be tested by that, and devices
 * may overlap those.
 */
#ifndef BACKENDS_CHAINS_H
#define BACKENDS_CHAINS_H

#include "backends_pair.h"

enum { CHAINS_QUEUES = 2, CHAINS_QUEUE_PAGES = 8, CHAINS_PARTS_MAX = 64, CHAINS_BATCH_MAX = 40 };
#define CHAINS_PART "part of a chain (queue, avail index)"
enum { DESC_NEXT = 1, DESC_WRITE = 2, DESC_INDIRECT = 4 };

struct ring {
    uint32_t number; /* of the queue */
    uint32_t size;
    uint64_t desc, avail, used;
    uint16_t avail_idx, used_idx;
    uint32_t order[PRING_QUEUE_SIZE_MAX]; /* descriptors in the order in which a batch takes them */
    uint32_t taken;
};

struct part {
    uint64_t addr;
    uint32_t len_bytes;
    bool writable;
};
struct plan { /* one chain before it is cut into descriptors */
    struct part parts[CHAINS_PARTS_MAX];
    uint32_t count;
};

struct chains {
    struct pair *pair;
    uint64_t payload, payload_end; /* free bytes of this batch */
    bool may_break;                /* a chain of this batch may be bad */
    bool bad_address;              /* and one points to where no memory is */
};

/* ---- rings ---- */

static inline uint64_t ring_areas(const struct pair *p, uint32_t slot)
{
    return p->base + (uint64_t)slot * CHAINS_QUEUE_PAGES * 4096;
}

/* Anywhere in some pages, now and then at an address that the standard forbids but no device checks. */
static inline uint64_t any_place(struct pair *p, uint64_t start, uint32_t pages, uint32_t len_bytes,
                                 uint32_t align)
{
    uint32_t unit = pair_chance(p, 3) ? 1 : align;

    return start + (uint64_t)unit * pair_below(p, (pages * 4096 - len_bytes) / unit + 1);
}

static inline void ring_place(struct pair *p, struct ring *r, uint32_t slot, uint32_t number, uint32_t size)
{
    uint64_t at = ring_areas(p, slot);

    *r = (struct ring){.number = number, .size = size};
    r->desc = any_place(p, at, 3, 16 * size, 16);
    r->avail = any_place(p, at + 3 * 4096, 2, 6 + 2 * size, 2);
    r->used = any_place(p, at + 5 * 4096, 3, 6 + 8 * size, 4);
    pair_add_area(p, r->desc, (uint64_t)16 * size, "descriptor table of queue", number, 0);
    pair_add_area(p, r->avail, 6 + (uint64_t)2 * size, "available ring of queue", number, 0);
    pair_add_area(p, r->used, 2, "used.flags of queue", number, 0);
    pair_add_area(p, r->used + 2, 2, PAIR_USED_IDX, number, 0);
    pair_add_area(p, r->used + 4, (uint64_t)8 * size, "used elements (8 bytes each) of queue", number, 0);
    pair_add_area(p, r->used + 4 + (uint64_t)8 * size, 2, PAIR_AVAIL_EVENT, number, 0);
}

static inline void ring_clear(struct pair *p, struct ring *r)
{
    r->avail_idx = r->used_idx = 0;
    pair_put(p, r->avail, 0, 4);
    pair_put(p, r->used, 0, 4);
}

static inline void ring_shuffle(struct pair *p, struct ring *r)
{
    uint32_t begin = pair_below(p, r->size);
    bool shuffled = pair_chance(p, 50);

    r->taken = 0;
    for (uint32_t i = 0; i < r->size; i++)
        r->order[i] = (begin + i) % r->size;
    for (uint32_t i = r->size; shuffled && i > 1; i--) {
        uint32_t k = pair_below(p, i), other = r->order[k];

        r->order[k] = r->order[i - 1];
        r->order[i - 1] = other;
    }
}

static inline void ring_offer(struct pair *p, struct ring *r, uint16_t head)
{
    pair_put(p, r->avail + 4 + (uint64_t)2 * (r->avail_idx & (r->size - 1)), head, 2);
    r->avail_idx++;
}

/* ---- payload ---- */

static inline void chains_begin(struct chains *c, struct pair *p)
{
    c->pair = p;
    c->payload = ring_areas(p, CHAINS_QUEUES) + pair_below(p, 4096);
    c->payload_end = p->base + PAIR_BYTES;
    c->may_break = pair_chance(p, 15);
    c->bad_address = false;
}

static inline bool chains_has_room(const struct chains *c, uint64_t len_bytes)
{
    return c->payload + len_bytes + 64 < c->payload_end;
}

/* Adds `len_bytes` in pieces of any length at any address. */
static inline void plan_add(struct chains *c, struct plan *plan, uint32_t len_bytes, bool writable)
{
    struct pair *p = c->pair;

    while (len_bytes > 0 && plan->count < CHAINS_PARTS_MAX) {
        bool last = plan->count + 4 > CHAINS_PARTS_MAX || pair_chance(p, 70);
        uint32_t n = last ? len_bytes : 1 + pair_below(p, len_bytes);

        c->payload += pair_below(p, 4) ? 0 : pair_below(p, 40);
        if (!chains_has_room(c, n))
            return;
        plan->parts[plan->count++] = (struct part){c->payload, n, writable};
        c->payload += n;
        len_bytes -= n;
    }
}

static inline void plan_put(const struct chains *c, const struct plan *plan, const uint8_t *bytes,
                            uint32_t count)
{
    for (uint32_t i = 0, k = 0; i < plan->count; i++)
        for (uint32_t n = 0; n < plan->parts[i].len_bytes && k < count; n++)
            pair_put(c->pair, plan->parts[i].addr + n, bytes[k++], 1);
}

/* ---- requests ---- */

static inline uint32_t any_length(struct pair *p)
{
    static const uint32_t lengths[] = {0, 0, 1, 2, 7, 8, 9, 20, 63, 64, 65, 511, 512, 513, 1024};

    return pair_chance(p, 80) ? lengths[pair_below(p, sizeof lengths / sizeof *lengths)]
                              : pair_below(p, 1500);
}

static inline uint32_t data_length(struct pair *p)
{
    return pair_chance(p, 85) ? 512 * pair_below(p, pair_chance(p, 10) ? 9 : 3) : any_length(p);
}

static inline uint64_t any_sector(struct pair *p)
{
    uint64_t capacity = p->setup.blk.capacity_sectors;

    switch (pair_below(p, 12)) {
    case 0:
        return capacity + pair_below(p, 3) - 1;
    case 1:
        return pair_random(p) >> pair_below(p, 64);
    case 2:
        return UINT64_MAX - pair_below(p, 4);
    default:
        return pair_below(p, 12);
    }
}

static inline uint32_t any_type(struct pair *p)
{
    static const uint32_t types[] = {0, 0, 0, 0, 1, 1, 1, 1, 4, 8, 8, 2, 5, 11, 13};

    return pair_chance(p, 95) ? types[pair_below(p, sizeof types / sizeof *types)] : (uint32_t)pair_random(p);
}

static inline void plan_blk(struct chains *c, struct plan *plan)
{
    struct pair *p = c->pair;
    uint32_t type = any_type(p), header_bytes = pair_chance(p, 96) ? 16 : pair_below(p, 16);
    uint32_t out = type == 1 ? data_length(p) : (pair_chance(p, 10) ? any_length(p) : 0);
    uint32_t in = type == 0                         ? data_length(p)
                  : type == 8 && pair_chance(p, 85) ? 20
                                                    : (pair_chance(p, 10) ? any_length(p) : 0);
    uint64_t sector = any_sector(p), reserved = pair_random(p);
    uint8_t header[16];

    for (uint32_t i = 0; i < 8; i++) {
        header[i] = (uint8_t)((i < 4 ? type : reserved) >> (8 * (i % 4)));
        header[8 + i] = (uint8_t)(sector >> (8 * i));
    }
    plan_add(c, plan, header_bytes, false);
    plan_add(c, plan, out, false);
    plan_put(c, plan, header, header_bytes);
    plan_add(c, plan, in, true);
    plan_add(c, plan, pair_chance(p, 96), true);
}

static inline void plan_rng(struct chains *c, struct plan *plan)
{
    plan_add(c, plan, pair_chance(c->pair, 15) ? any_length(c->pair) : 0, false);
    plan_add(c, plan, any_length(c->pair), true);
}

/* ---- descriptors ---- */

static inline void put_desc(struct pair *p, const struct ring *r, uint32_t index, const struct part *part,
                            uint16_t flags, uint16_t next)
{
    uint64_t at = r->desc + (uint64_t)16 * index;

    pair_put(p, at, part->addr, 8);
    pair_put(p, at + 8, part->len_bytes, 4);
    pair_put(p, at + 12, flags, 2);
    pair_put(p, at + 14, next, 2);
}

/* An address without memory behind it, or with just four bytes of it. */
static inline void move_part(struct chains *c, const struct ring *r, uint64_t desc)
{
    struct pair *p = c->pair;
    uint64_t end = p->base + PAIR_BYTES;

    c->bad_address = true;
    pair_put(p, desc, pair_chance(p, 50) ? end - 4 : pair_random(p), 8);
    pair_add_area(p, end - 4, 4, CHAINS_PART, r->number, r->avail_idx);
}

/* A length beyond all memory: good where the bytes are only passed over, else a bus error where memory ends.
 */
static inline void stretch_part(struct chains *c, const struct ring *r, uint64_t desc)
{
    static const uint32_t lengths[] = {0xffffffff, 0xfffffe00, 0x80000000, 0x7fffffff};
    struct pair *p = c->pair;
    uint64_t addr = pair_get(&p->side[0], desc, 8);

    c->bad_address = true;
    pair_put(p, desc + 8, lengths[pair_below(p, 4)], 4);
    pair_add_area(p, addr, p->base + PAIR_BYTES - addr, CHAINS_PART, r->number, r->avail_idx);
}

/* One field of a chain made wrong; the rules are those of the device table, "bad chain". */
static inline void spoil(struct chains *c, const struct ring *r, uint32_t first, uint32_t count)
{
    struct pair *p = c->pair;
    uint32_t index = r->order[first + pair_below(p, count)], kind = pair_below(p, 7);
    uint64_t at = r->desc + (uint64_t)16 * index;
    uint16_t flags = (uint16_t)pair_get(&p->side[0], at + 12, 2);

    if (kind == 0)
        pair_put(p, at + 8, 0, 4);
    else if (kind == 1)
        pair_put(p, at + 12, flags | DESC_INDIRECT, 2);
    else if (kind == 2) /* a wrong order, or a good chain with another meaning */
        pair_put(p, at + 12, flags ^ DESC_WRITE, 2);
    else if (kind == 5)
        move_part(c, r, at);
    else if (kind == 6)
        stretch_part(c, r, at);
    else /* a loop, or out of the table */
        pair_put(p, at + 12, flags | DESC_NEXT, 2);
    if (kind == 3 || kind == 4)
        pair_put(p, at + 14, kind == 3 ? r->order[first] : r->size + pair_below(p, 65536 - r->size), 2);
    pair_log(p, "queue %u: descriptor %u is spoiled (%u)", r->number, index, kind);
}

static inline void log_chain(struct pair *p, const struct ring *r, const struct plan *plan, uint32_t head)
{
    char text[PAIR_LOG_LEN] = "";
    int at = 0;

    for (uint32_t i = 0; i < plan->count && at < PAIR_LOG_LEN - 12; i++)
        at += snprintf(text + at, PAIR_LOG_LEN - (size_t)at, " %c%u", plan->parts[i].writable ? 'w' : 'r',
                       plan->parts[i].len_bytes);
    pair_log(p, "queue %u: chain %u:%.120s", r->number, head, text);
}

/* Returns false when the table is full. */
static inline bool put_chain(struct chains *c, struct ring *r, const struct plan *plan)
{
    struct pair *p = c->pair;
    uint32_t first = r->taken;

    if (plan->count == 0 || plan->count > r->size - r->taken)
        return false;
    for (uint32_t i = 0; i < plan->count; i++) {
        const struct part *part = &plan->parts[i];
        bool last = i + 1 == plan->count;
        uint16_t flags = (uint16_t)((part->writable ? DESC_WRITE : 0) | (last ? 0 : DESC_NEXT));

        put_desc(p, r, r->order[first + i], part, flags,
                 (uint16_t)(last ? pair_random(p) : r->order[first + i + 1]));
        pair_add_area(p, part->addr, part->len_bytes, CHAINS_PART, r->number, r->avail_idx);
    }
    r->taken += plan->count;
    log_chain(p, r, plan, r->order[first]);
    if (c->may_break && pair_chance(p, 10))
        spoil(c, r, first, plan->count);
    return true;
}

/* Makes up to `count` chains available; returns how many. */
static inline uint32_t chains_offer(struct chains *c, struct ring *r, uint32_t count)
{
    struct pair *p = c->pair;
    uint32_t made = 0;

    ring_shuffle(p, r);
    for (; made < count; made++) {
        struct plan plan = {.count = 0};
        uint32_t first = r->taken;

        if (p->setup.device_type == PRING_DEVICE_BLK)
            plan_blk(c, &plan);
        else
            plan_rng(c, &plan);
        if (!put_chain(c, r, &plan))
            break;
        ring_offer(p, r, (uint16_t)r->order[first]);
    }
    return made;
}

#endif
