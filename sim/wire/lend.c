/* SPDX-License-Identifier: Apache-2.0 */
/* Chains: walked when avail.idx is stored, the device's from then until the driver was shown their end. */
#include "wire/wire_state.h"

static struct pring_segment segment_read(const struct pring_observed_queue *o, uint16_t index)
{
    uint64_t addr = o->desc + 16 * (uint64_t)index;
    uint64_t rest = wire_peek(addr + 8, 8);
    struct pring_segment segment = {
        .addr = wire_peek(addr, 8),
        .len_bytes = (uint32_t)rest,
        .flags = (uint16_t)(rest >> 32),
        .next = (uint16_t)(rest >> 48),
    };
    return segment;
}

static uint8_t segment_fault(const struct pring_segment *segment, bool behind_writable)
{
    if (segment->flags & PRING_DESC_INDIRECT)
        return PRING_CHAIN_INDIRECT;
    if (behind_writable && !(segment->flags & PRING_DESC_WRITE))
        return PRING_CHAIN_ORDER;
    return segment->len_bytes == 0 ? PRING_CHAIN_ZERO : PRING_CHAIN_GOOD;
}

/* Walks the table from the chain's head into segments; stops at the first breach [2.7.5.3]. */
static void walk(struct pring_observed_queue *o, struct pring_chain *chain)
{
    uint16_t index = chain->head;
    bool writable = false;
    for (;;) {
        if (index >= o->size) {
            chain->fault = PRING_CHAIN_INDEX;
            return;
        }
        if (chain->count == o->size) {
            chain->fault = PRING_CHAIN_LOOP;
            return;
        }
        struct pring_segment segment = segment_read(o, index);
        o->segment[index] = segment;
        o->lent_head[index] = (uint16_t)(chain->head + 1);
        chain->count++;
        chain->fault = segment_fault(&segment, writable);
        if (segment.flags & PRING_DESC_WRITE) {
            writable = true;
            chain->writable_bytes += segment.len_bytes;
        } else {
            chain->readable_bytes += segment.len_bytes;
        }
        if (chain->fault || !(segment.flags & PRING_DESC_NEXT))
            return;
        index = segment.next;
    }
}

static void mark_segment(const struct pring_segment *segment, bool posted)
{
    uint8_t flags = PRING_BYTE_POSTED;
    if (segment->flags & PRING_DESC_WRITE)
        flags |= PRING_BYTE_POSTED_W;
    if (segment->len_bytes == 0 || !pring_memory_exists(segment->addr, segment->len_bytes))
        return;
    if (posted) {
        pring_bytes_clear(segment->addr, segment->len_bytes, PRING_BYTE_DEVICE);
        pring_bytes_set(segment->addr, segment->len_bytes, flags);
    } else {
        pring_bytes_clear(segment->addr, segment->len_bytes, PRING_BYTE_POSTED | PRING_BYTE_POSTED_W);
    }
}

static void mark(const struct pring_observed_queue *o, const struct pring_chain *chain, bool posted)
{
    uint16_t index = chain->head;
    for (uint16_t i = 0; i < chain->count; i++) {
        mark_segment(&o->segment[index], posted);
        index = o->segment[index].next;
    }
}

static void lend_one(unsigned q, uint16_t slot)
{
    struct pring_observed_queue *o = wire_obs(q);
    uint16_t head = (uint16_t)wire_peek(o->driver + 4 + 2 * (uint64_t)(slot % o->size), 2);
    struct pring_chain lost = {.head = head, .queue = (uint8_t)q, .fault = PRING_CHAIN_INDEX};
    struct pring_chain *chain = head < o->size ? &o->chain[head] : &lost;
    bool relent = chain->state != PRING_CHAIN_FREE;
    if (chain != &lost && !relent)
        *chain = (struct pring_chain){.head = head, .queue = (uint8_t)q};
    if (relent) {
        lost.fault = PRING_CHAIN_RELENT;
        chain = &lost;
    }
    chain->slot = (uint16_t)(slot % o->size);
    chain->serial = ++wire.serial;
    if (chain != &lost) {
        chain->state = PRING_CHAIN_LENT;
        walk(o, chain);
        o->lent_count++;
    }
    struct pring_event event = wire_event(PRING_EV_LEND, PRING_F_AVAIL_RING);
    event.queue = (uint8_t)q;
    event.index = chain->slot;
    event.made = event.seen = head;
    event.chain = chain;
    wire_emit(&event);
    if (chain != &lost)
        mark(o, chain, true);
}

void wire_lend(unsigned q, uint16_t idx)
{
    struct pring_observed_queue *o = wire_obs(q);
    uint16_t count = (uint16_t)(idx - o->avail_idx), from = o->avail_idx;
    o->avail_idx = idx;
    if (count > o->size)
        return; /* nonsense: a monitor says so, the device will */
    for (uint16_t i = 0; i < count; i++)
        lend_one(q, (uint16_t)(from + i));
}

void wire_return(unsigned q, uint32_t head)
{
    struct pring_observed_queue *o = wire_obs(q);
    if (head >= o->size || o->chain[head].state == PRING_CHAIN_FREE)
        return;
    struct pring_chain *chain = &o->chain[head];
    mark(o, chain, false);
    uint16_t index = chain->head;
    for (uint16_t i = 0; i < chain->count; i++) {
        o->lent_head[index] = 0;
        index = o->segment[index].next;
    }
    chain->state = PRING_CHAIN_FREE;
    o->lent_count--;
}

void wire_return_all(unsigned q)
{
    struct pring_observed_queue *o = wire_obs(q);
    for (uint32_t head = 0; o->lent_count && head < o->size; head++)
        wire_return(q, head);
}

/* The driver may now read the elements up to idx: the chains that they name are its own again, whatever made
 * them. */
void wire_cover(unsigned q, uint16_t idx)
{
    struct pring_observed_queue *o = wire_obs(q);
    uint16_t count = (uint16_t)(idx - o->covered), from = o->covered;
    if (count == 0 || count > o->size)
        return;
    struct pring_event event = wire_event(PRING_EV_COVER, PRING_F_USED_IDX);
    event.queue = (uint8_t)q;
    event.made = count;
    event.seen = idx;
    wire_emit(&event);
    o->covered = idx;
    for (uint16_t i = 0; i < count; i++) {
        uint64_t element = o->device + 4 + 8 * (uint64_t)((uint16_t)(from + i) % o->size);
        wire_return(q, (uint32_t)wire_peek(element, 4));
    }
}

static bool over_a_ring(uint64_t addr, uint64_t len_bytes)
{
    for (unsigned q = 0; wire.ready_mask >> q; q++) {
        const struct pring_observed_queue *o = wire_obs(q);
        if (!(wire.ready_mask >> q & 1))
            continue;
        if ((addr < o->desc + 16 * (uint64_t)o->size && o->desc < addr + len_bytes) ||
            (addr < o->driver + wire_avail_bytes(o) && o->driver < addr + len_bytes) ||
            (addr < o->device + wire.queue[q].end && o->device < addr + len_bytes))
            return true;
    }
    return false;
}

bool wire_chain_hopeless(unsigned q, uint16_t head)
{
    const struct pring_observed_queue *o = wire_obs(q);
    uint16_t index = head;
    uint64_t total = 0;
    for (uint32_t hops = 0; hops < o->size && index < o->size; hops++) {
        struct pring_segment segment = segment_read(o, index);
        total += segment.len_bytes;
        if (total > WIRE_CHAIN_BYTES_MAX)
            return true;
        if (segment.flags & PRING_DESC_WRITE && over_a_ring(segment.addr, segment.len_bytes))
            return true;
        if (!(segment.flags & PRING_DESC_NEXT))
            return false;
        index = segment.next;
    }
    return false;
}

bool wire_chain_byte(const struct pring_chain *chain, bool writable, uint64_t at, uint64_t *addr)
{
    const struct pring_observed_queue *o = wire_obs(chain->queue);
    uint16_t index = chain->head;
    for (uint16_t i = 0; i < chain->count; i++) {
        const struct pring_segment *segment = &o->segment[index];
        if (!!(segment->flags & PRING_DESC_WRITE) == writable) {
            if (at < segment->len_bytes) {
                *addr = segment->addr + at;
                return true;
            }
            at -= segment->len_bytes;
        }
        index = segment->next;
    }
    return false;
}
