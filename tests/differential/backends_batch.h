/* SPDX-License-Identifier: Apache-2.0 */
/* A batch of requests, and what both backends made of it. */
#ifndef BACKENDS_BATCH_H
#define BACKENDS_BATCH_H

#include "backends_driver.h"

static inline bool hole_in(const struct pair *p, uint64_t addr, uint64_t len_bytes)
{
    for (uint64_t at = addr; at < addr + len_bytes; at++)
        if (!pair_is_mapped(p, at, 1))
            return true;
    return false;
}

static inline bool is_part(const struct area *area)
{
    return strcmp(area->what, CHAINS_PART) == 0;
}

static inline bool parts_in_hole(const struct pair *p)
{
    for (uint32_t i = 0; i < p->area_count; i++)
        if (is_part(&p->areas[i]) && hole_in(p, p->areas[i].addr, p->areas[i].len_bytes))
            return true;
    return false;
}

/* A device may have taken all chains, and asked for the next, before it meets an error. */
static inline void mask_avail_event(struct pair *p)
{
    for (uint32_t i = 0; i < p->area_count; i++)
        p->areas[i].masked |= strcmp(p->areas[i].what, PAIR_AVAIL_EVENT) == 0;
}

/* Parts of chains that did not complete: those that became available at or behind used.idx. */
static inline void mask_incomplete(struct pair *p, uint16_t used_idx)
{
    for (uint32_t i = 0; i < p->area_count; i++)
        p->areas[i].masked |= is_part(&p->areas[i]) && (int16_t)(p->areas[i].b - used_idx) >= 0;
    mask_avail_event(p);
}

/* The used ring, and used_event: what is read or written once for each group of completions, however large.
 */
static inline bool ring_end_in_hole(const struct pair *p, const struct ring *r)
{
    return hole_in(p, r->used, 6 + (uint64_t)8 * r->size) ||
           hole_in(p, r->avail + 4 + (uint64_t)2 * r->size, 2);
}

/* So that the last line shows what the sequences were made of. */
static inline void count_batch(struct pair *p, struct ring *r, uint16_t used_idx, bool broken)
{
    p->chains_completed += (uint16_t)(used_idx - r->used_idx);
    p->broken += broken;
    r->used_idx = used_idx;
}

/* Returns false when the sequence must end, since the backends may now differ by right. */
static inline bool compare_batch(struct pair *p, struct ring *r, bool bad_address)
{
    bool broken = (pair_read(p, REG_STATUS) & STATUS_NEEDS_RESET) != 0;
    bool payload_error = broken && (bad_address || parts_in_hole(p));
    uint16_t used_idx = (uint16_t)pair_get(&p->side[0], r->used + 2, 2);

    pair_log(p, "queue %u: avail.idx %u, used.idx %u and %u%s", r->number, r->avail_idx, used_idx,
             (uint16_t)pair_get(&p->side[1], r->used + 2, 2), broken ? ", broken" : "");
    count_batch(p, r, used_idx, broken);
    if (broken && ring_end_in_hole(p, r)) {
        p->loose++;
        return false;
    }
    if (payload_error)
        mask_incomplete(p, used_idx);
    p->loose += payload_error;
    pair_compare_memory(p);
    return !payload_error;
}

static inline void set_suppression(struct pair *p, const struct ring *r)
{
    uint16_t event = (uint16_t)(r->avail_idx - pair_below(p, 6) + 2);

    pair_put(p, r->avail, pair_chance(p, 60) ? 0 : pair_random(p), 2);
    pair_put(p, r->avail + 4 + (uint64_t)2 * r->size, event, 2);
}

/* What a driver must not do, now and then: a head beyond the table, an index beyond the ring. */
static inline void make_mistake(struct pair *p, struct ring *r)
{
    if (pair_chance(p, 2))
        ring_offer(p, r, (uint16_t)(r->size + pair_below(p, 65536 - r->size)));
    if (pair_chance(p, 1))
        r->avail_idx =
            (uint16_t)(r->used_idx + r->size + 1 + (pair_chance(p, 50) ? 0 : pair_below(p, 60000)));
}

static inline bool run_batch(struct driver *d)
{
    struct pair *p = d->pair;
    struct ring *r = &d->rings[pair_below(p, d->ring_count)];
    uint32_t mark = p->area_count, count = 1 + pair_below(p, pair_chance(p, 20) ? 40 : 5);
    struct chains c;
    bool same;

    chains_begin(&c, p);
    p->chains_offered += chains_offer(&c, r, count);
    set_suppression(p, r);
    make_mistake(p, r);
    pair_put(p, r->avail + 2, r->avail_idx, 2);
    pair_write(p, REG_NOTIFY, r->number);
    same = compare_batch(p, r, c.bad_address);
    p->area_count = mark;
    return same;
}

#endif
