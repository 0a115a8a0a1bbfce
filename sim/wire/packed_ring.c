/* SPDX-License-Identifier: Apache-2.0 */
/* Chains of packed rings [2.8]: the device's from the store of the head's flags until the driver has loaded
 * flags that say used. Places are used again before buffers are, so a chain's segments are kept apart from
 * its places. */
#include "wire/wire_state.h"

struct walked { /* what one look at a descriptor gives */
    struct pring_segment segment;
    uint16_t id, flags;
};

static struct walked look_at(uint64_t addr)
{
    uint64_t rest = wire_peek(addr + 8, 8);
    uint16_t flags = (uint16_t)(rest >> 48);
    return (struct walked){
        .segment = {.addr = wire_peek(addr, 8),
                    .len_bytes = (uint32_t)rest,
                    .flags = flags & (PRING_DESC_NEXT | PRING_DESC_WRITE | PRING_DESC_INDIRECT)},
        .id = (uint16_t)(rest >> 32),
        .flags = flags,
    };
}

static struct walked look(const struct pring_observed_queue *o, uint32_t place)
{
    return look_at(o->desc + PACKED_BYTES * (uint64_t)place);
}

static bool is_available(uint16_t flags, bool wrap)
{
    return (flags & (PACKED_AVAIL | PACKED_USED)) == (wrap ? PACKED_AVAIL : PACKED_USED);
}

static void step(const struct pring_observed_queue *o, uint16_t *place, bool *wrap, uint32_t places)
{
    uint32_t next = *place + places;
    if (next >= o->size) {
        next -= o->size;
        *wrap = !*wrap;
    }
    *place = (uint16_t)next;
}

/* A free entry of the segment table, from `wanted` on; size: there is none. */
static uint32_t free_segment(const struct pring_observed_queue *o, uint32_t wanted)
{
    for (uint32_t i = 0; i < o->size; i++) {
        uint32_t at = wanted + i < o->size ? wanted + i : wanted + i - o->size;
        if (!o->lent_head[at])
            return at;
    }
    return o->size;
}

/* ---- walking ---- */

/* How many places the chain takes, by NEXT alone, and the id of the last one. */
static void measure(const struct pring_observed_queue *o, uint32_t place, struct pring_chain *chain)
{
    for (chain->places = 0; chain->places < o->size;) {
        struct walked w = look(o, place);
        chain->places++;
        chain->id = w.id;
        if (!(w.segment.flags & PRING_DESC_NEXT))
            return;
        place = place + 1 < o->size ? place + 1 : 0;
    }
    chain->fault = PRING_CHAIN_LOOP;
}

static uint8_t segment_fault(const struct pring_segment *segment, bool behind_writable)
{
    if (behind_writable && !(segment->flags & PRING_DESC_WRITE))
        return PRING_CHAIN_ORDER;
    return segment->len_bytes == 0 ? PRING_CHAIN_ZERO : PRING_CHAIN_GOOD;
}

static uint8_t pointer_fault(const struct pring_segment *segment, const struct pring_chain *chain)
{
    if (!(wire.obs.features_written >> 28 & 1))
        return PRING_CHAIN_INDIRECT;
    if (segment->flags & PRING_DESC_NEXT || chain->count)
        return PRING_CHAIN_BEYOND;
    return segment->len_bytes == 0 || segment->len_bytes % PACKED_BYTES ? PRING_CHAIN_TABLE
                                                                        : PRING_CHAIN_GOOD;
}

/* Adds one segment to the chain, where there is room for it: `at`. */
static void add_segment(struct pring_observed_queue *o, struct pring_chain *chain, uint16_t *last,
                        const struct pring_segment *segment, uint32_t at)
{
    if (chain->count)
        o->segment[*last].next = (uint16_t)at;
    else
        chain->head = (uint16_t)at;
    o->segment[at] = *segment;
    *last = (uint16_t)at;
    chain->count++;
    if (segment->flags & PRING_DESC_INDIRECT)
        return;
    chain->fault = segment_fault(segment, chain->writable_bytes != 0);
    if (segment->flags & PRING_DESC_WRITE)
        chain->writable_bytes += segment->len_bytes;
    else
        chain->readable_bytes += segment->len_bytes;
}

/* One behind the other, and of their flags only WRITE counts [2.8.8]. */
static void walk_table(struct pring_observed_queue *o, struct pring_chain *chain, uint16_t last)
{
    struct pring_segment table = o->segment[last];
    for (uint32_t i = 0; !chain->fault && i < table.len_bytes / PACKED_BYTES; i++) {
        struct walked w = look_at(table.addr + PACKED_BYTES * (uint64_t)i);
        uint16_t at = wire_take_cell(o);
        w.segment.flags &= PRING_DESC_WRITE;
        chain->table = chain->table ? chain->table : at;
        if (at)
            add_segment(o, chain, &last, &w.segment, at);
        else
            chain->fault = PRING_CHAIN_CUT;
    }
}

/* The entry of a chain that came back is used again: its table goes first, which is found from there. */
static void renew(struct pring_observed_queue *o, uint32_t at)
{
    if (o->chain[at].state == PRING_CHAIN_FREE)
        wire_forget_table(o, &o->chain[at]);
}

/* Stops at the first breach. A driver that overruns its ring leaves no room here either. */
static void walk(struct pring_observed_queue *o, struct pring_chain *chain)
{
    uint32_t place = chain->slot, at = place;
    uint16_t last = 0;
    uint8_t too_long = chain->fault;
    chain->fault = 0;
    for (uint16_t i = 0; i < chain->places && !chain->fault; i++) {
        struct walked w = look(o, place);
        bool is_pointer = w.segment.flags & PRING_DESC_INDIRECT;
        at = free_segment(o, at);
        uint8_t fault = at == o->size ? PRING_CHAIN_LOOP : is_pointer ? pointer_fault(&w.segment, chain) : 0;
        if (is_pointer)
            w.segment.flags &= (uint16_t)~PRING_DESC_WRITE;
        if (at < o->size) {
            renew(o, at);
            add_segment(o, chain, &last, &w.segment, at);
            o->lent_head[at] = (uint16_t)(chain->head + 1);
            chain->direct = chain->count;
        }
        chain->fault = fault ? fault : chain->fault;
        if (is_pointer && !chain->fault)
            walk_table(o, chain, last);
        place = place + 1 < o->size ? place + 1 : 0;
    }
    if (too_long)
        chain->fault = too_long;
}

/* ---- to the device ---- */

static void lend_one(unsigned q)
{
    struct pring_observed_queue *o = wire_obs(q);
    struct pring_chain lost = {.queue = (uint8_t)q, .slot = o->avail_place};
    measure(o, o->avail_place, &lost);
    uint32_t at = free_segment(o, o->avail_place);
    bool overrun = o->ring_count + (uint32_t)lost.places > o->size && !lost.fault;
    bool relent = pring_chain_of_id(o, lost.id) != NULL;
    struct pring_chain *chain = at == o->size || relent || overrun ? &lost : &o->chain[at];
    for (uint16_t i = 0; i < lost.places; i++)
        wire.queue[q].packed.stored[(o->avail_place + i) % o->size] = false;
    step(o, &o->avail_place, &o->avail_wrap, lost.places);
    uint32_t in_ring = o->ring_count + (uint32_t)lost.places;
    o->ring_count = (uint16_t)(in_ring < o->size ? in_ring : o->size);
    o->avail_idx++;
    lost.serial = ++wire.serial;
    if (overrun || at == o->size)
        lost.fault = PRING_CHAIN_OVERRUN;
    else if (relent)
        lost.fault = PRING_CHAIN_RELENT;
    if (chain != &lost) {
        wire_forget_table(o, chain);
        *chain = lost;
        chain->state = PRING_CHAIN_LENT;
        walk(o, chain);
        chain->head = (uint16_t)at;
        if (chain->id < o->size)
            o->head_of_id[chain->id] = (uint16_t)(at + 1);
        o->lent_count++;
    }
    wire_tell_lend(q, chain);
    if (chain != &lost)
        wire_chain_lent(q, chain);
}

/* Flags in front of which others are missing make nothing available; with those that were missing, all behind
 * them are. Flags that the device left there may look so as well: only the driver's own count. */
void wire_packed_lend(unsigned q, uint32_t place)
{
    struct pring_observed_queue *o = wire_obs(q);
    const bool *stored = wire.queue[q].packed.stored;
    wire.queue[q].packed.stored[place] = true;
    if (place != o->avail_place)
        return;
    for (uint32_t i = 0; i < o->size; i++) {
        uint64_t flags = wire_peek(o->desc + PACKED_BYTES * (uint64_t)o->avail_place + 14, 2);
        if (!stored[o->avail_place] || !is_available((uint16_t)flags, o->avail_wrap))
            return;
        lend_one(q);
    }
}

/* ---- from the device ---- */

static bool is_used(uint64_t flags, bool wrap)
{
    return (flags & (PACKED_AVAIL | PACKED_USED)) == (wrap ? PACKED_AVAIL | PACKED_USED : 0);
}

/* The driver has seen that the place which it looks at next is used: the chain that is named there is its own
 * again, whatever made it so, and the place behind that chain is next. */
void wire_packed_cover(unsigned q, uint32_t place)
{
    struct pring_observed_queue *o = wire_obs(q);
    uint64_t desc = o->desc + PACKED_BYTES * (uint64_t)place;
    if (place != o->used_place || o->ring_count == 0 || !is_used(wire_peek(desc + 14, 2), o->used_wrap))
        return;
    uint32_t id = (uint32_t)wire_peek(desc + 12, 2);
    const struct pring_chain *chain = pring_chain_of_id(o, id);
    bool is_batch = chain && wire_in_order(); /* it stands for those in front of it, too [2.8.9] */
    uint16_t count = is_batch ? wire_batch_of(q, id, UINT16_MAX) : 1;
    struct pring_event event = wire_event(PRING_EV_COVER, PRING_F_PACKED_FLAGS);
    event.queue = (uint8_t)q;
    event.index = (uint16_t)place;
    event.made = count;
    event.seen = (uint16_t)(o->covered + count);
    wire_emit(&event);
    uint32_t places = chain ? chain->places : wire.queue[q].packed.shown_places[place];
    if (is_batch)
        places = wire_return_up_to(q, id);
    if (places == 0 || places > o->ring_count)
        places = places ? o->ring_count : 1;
    o->used_idx_seen = o->covered = (uint16_t)(o->covered + count);
    o->looked_place = (uint16_t)place;
    o->ring_count = (uint16_t)(o->ring_count - places);
    step(o, &o->used_place, &o->used_wrap, places);
    wire_return(q, id);
}
