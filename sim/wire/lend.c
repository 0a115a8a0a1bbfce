/* SPDX-License-Identifier: Apache-2.0 */
/* Chains: lent when avail.idx is stored, the device's from then until the driver was shown their end. */
#include "wire/wire_state.h"

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

void wire_chain_lent(unsigned q, const struct pring_chain *chain)
{
    mark(wire_obs(q), chain, true);
}

void wire_tell_lend(unsigned q, const struct pring_chain *chain)
{
    struct pring_event event =
        wire_event(PRING_EV_LEND, wire_obs(q)->packed ? PRING_F_PACKED_FLAGS : PRING_F_AVAIL_RING);
    event.queue = (uint8_t)q;
    event.index = chain->slot;
    event.made = event.seen = chain->id;
    event.chain = chain;
    wire_emit(&event);
}

static void lend_one(unsigned q, uint16_t slot)
{
    struct pring_observed_queue *o = wire_obs(q);
    uint16_t head = (uint16_t)wire_peek(o->driver + 4 + 2 * (uint64_t)(slot % o->size), 2);
    struct pring_chain lost = {.head = head, .id = head, .queue = (uint8_t)q, .fault = PRING_CHAIN_INDEX};
    struct pring_chain *chain = head < o->size ? &o->chain[head] : &lost;
    bool relent = chain->state != PRING_CHAIN_FREE;
    if (chain != &lost && !relent) {
        wire_forget_table(o, chain);
        *chain = (struct pring_chain){.head = head, .id = head, .queue = (uint8_t)q};
    }
    if (relent) {
        lost.fault = PRING_CHAIN_RELENT;
        chain = &lost;
    }
    chain->slot = (uint16_t)(slot % o->size);
    chain->serial = ++wire.serial;
    if (chain != &lost) {
        chain->state = PRING_CHAIN_LENT;
        wire_walk(o, chain);
        o->lent_count++;
    }
    wire_tell_lend(q, chain);
    if (chain != &lost)
        wire_chain_lent(q, chain);
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

static void take_back(struct pring_observed_queue *o, struct pring_chain *chain)
{
    mark(o, chain, false);
    uint16_t index = chain->head;
    for (uint16_t i = 0; i < chain->direct; i++) {
        o->lent_head[index] = 0;
        index = o->segment[index].next;
    }
    chain->state = PRING_CHAIN_FREE;
    if (o->packed && chain->id < o->size && o->head_of_id[chain->id] == chain->head + 1)
        o->head_of_id[chain->id] = 0;
    o->lent_count--;
}

void wire_return(unsigned q, uint32_t id)
{
    struct pring_chain *chain = wire_chain_of(q, id);
    if (chain)
        take_back(wire_obs(q), chain);
}

void wire_return_all(unsigned q)
{
    struct pring_observed_queue *o = wire_obs(q);
    for (uint32_t head = 0; o->lent_count && head < o->size; head++)
        if (o->chain[head].state != PRING_CHAIN_FREE)
            take_back(o, &o->chain[head]);
}

uint16_t wire_batch_of(unsigned q, uint32_t id, uint16_t places)
{
    const struct pring_observed_queue *o = wire_obs(q);
    const struct pring_chain *last = wire_chain_of(q, id);
    uint32_t count = 0;
    for (uint32_t head = 0; last && head < o->size; head++)
        count += o->chain[head].state != PRING_CHAIN_FREE && o->chain[head].serial <= last->serial;
    return (uint16_t)(count && count <= places ? count : 1);
}

uint32_t wire_return_up_to(unsigned q, uint32_t id)
{
    struct pring_observed_queue *o = wire_obs(q);
    const struct pring_chain *last = wire_chain_of(q, id);
    uint32_t serial = last ? last->serial : 0, places = 0;
    for (uint32_t head = 0; o->lent_count && head < o->size; head++)
        if (o->chain[head].state != PRING_CHAIN_FREE && o->chain[head].serial <= serial) {
            places += o->chain[head].places;
            take_back(o, &o->chain[head]);
        }
    return places;
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
    for (uint16_t i = 0, batch; i < count; i = (uint16_t)(i + batch)) {
        uint64_t element = o->device + 4 + 8 * (uint64_t)((uint16_t)(from + i) % o->size);
        uint32_t id = (uint32_t)wire_peek(element, 4);
        batch = wire_in_order() ? wire_batch_of(q, id, (uint16_t)(count - i)) : 1;
        if (batch > 1)
            (void)wire_return_up_to(q, id);
        else
            wire_return(q, id);
    }
}
