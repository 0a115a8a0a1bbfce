/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Chains in memory, taken down as they are when they are lent: descriptors of the ring and, behind one with
 * INDIRECT, those of its table [2.7.5.3]. Those of tables lie in cells of their own behind the ring's, linked
 * like them, and stay until the head is lent anew: faults may still name bytes of a chain that came back.
 */
#include "wire/wire_state.h"

enum { DESC_BYTES = 16 };

struct table { /* the ring's, or an indirect one */
    uint64_t addr;
    uint32_t entries;
    bool is_indirect;
};

static struct table ring_table(const struct pring_observed_queue *o)
{
    return (struct table){o->desc, o->size, false};
}

static struct table table_of(const struct pring_segment *segment)
{
    return (struct table){segment->addr, segment->len_bytes / DESC_BYTES, true};
}

static bool is_indirect(const struct pring_segment *segment)
{
    return segment->flags & PRING_DESC_INDIRECT;
}

static bool accepts_indirect(void)
{
    return wire.obs.features_written >> 28 & 1;
}

/* WRITE beside INDIRECT says nothing (SPLIT-IND-DEV-01). */
static struct pring_segment segment_read(const struct table *table, uint16_t index)
{
    uint64_t addr = table->addr + DESC_BYTES * (uint64_t)index;
    uint64_t rest = wire_peek(addr + 8, 8);
    struct pring_segment segment = {
        .addr = wire_peek(addr, 8),
        .len_bytes = (uint32_t)rest,
        .flags = (uint16_t)(rest >> 32),
        .next = (uint16_t)(rest >> 48),
    };
    if (is_indirect(&segment))
        segment.flags &= (uint16_t)~PRING_DESC_WRITE;
    return segment;
}

/* ---- cells ---- */

void wire_forget_table(struct pring_observed_queue *o, struct pring_chain *chain)
{
    uint16_t cell = chain->table; /* not by way of the ring's: they may be another chain's by now */
    for (uint16_t i = chain->direct; cell && i < chain->count; i++) {
        uint16_t next = o->segment[cell].next;
        o->segment[cell].next = o->cell_free;
        o->cell_free = cell;
        cell = next;
    }
    chain->count = chain->direct;
    chain->table = 0;
}

uint16_t wire_take_cell(struct pring_observed_queue *o)
{
    uint16_t cell = o->cell_free;
    if (!cell && o->cells == PRING_TABLE_CELLS)
        for (uint32_t head = 0; head < o->size; head++)
            if (o->chain[head].state == PRING_CHAIN_FREE)
                wire_forget_table(o, &o->chain[head]);
    cell = o->cell_free;
    if (cell)
        o->cell_free = o->segment[cell].next;
    else if (o->cells < PRING_TABLE_CELLS)
        cell = (uint16_t)(PRING_QUEUE_SIZE_MAX + o->cells++);
    return cell;
}

/* ---- the walk ---- */

static uint8_t pointer_fault(const struct pring_segment *segment, bool in_table)
{
    if (!accepts_indirect())
        return PRING_CHAIN_INDIRECT;
    if (in_table)
        return PRING_CHAIN_NESTED;
    if (segment->flags & PRING_DESC_NEXT)
        return PRING_CHAIN_BEYOND;
    return segment->len_bytes == 0 || segment->len_bytes % DESC_BYTES ? PRING_CHAIN_TABLE : PRING_CHAIN_GOOD;
}

static uint8_t segment_fault(const struct pring_segment *segment, bool behind_writable, bool in_table)
{
    if (is_indirect(segment))
        return pointer_fault(segment, in_table);
    if (behind_writable && !(segment->flags & PRING_DESC_WRITE))
        return PRING_CHAIN_ORDER;
    return segment->len_bytes == 0 ? PRING_CHAIN_ZERO : PRING_CHAIN_GOOD;
}

/* Counts the segment; where it lies in `segment`, or 0 with a fault: nowhere. */
static uint16_t place(struct pring_observed_queue *o, struct pring_chain *chain, const struct table *table,
                      uint16_t index)
{
    if (table->is_indirect) {
        index = wire_take_cell(o);
        chain->fault = index ? PRING_CHAIN_GOOD : PRING_CHAIN_CUT;
        chain->count += index != 0;
        chain->table = chain->table ? chain->table : index;
        return index;
    }
    o->lent_head[index] = (uint16_t)(chain->head + 1);
    chain->direct = ++chain->count;
    return index;
}

static void add_bytes(struct pring_chain *chain, const struct pring_segment *segment)
{
    if (is_indirect(segment))
        return;
    if (segment->flags & PRING_DESC_WRITE)
        chain->writable_bytes += segment->len_bytes;
    else
        chain->readable_bytes += segment->len_bytes;
}

/* More descriptors than the table has is a loop; more buffers than the queue has places is as bad. What leads
 * to a table is no buffer. */
static uint8_t length_fault(const struct pring_observed_queue *o, const struct pring_chain *chain,
                            const struct table *table)
{
    uint32_t inside = table->is_indirect ? chain->count - chain->direct : chain->count;
    if (inside == table->entries)
        return PRING_CHAIN_LOOP;
    return table->is_indirect && chain->count - 1U == o->size ? PRING_CHAIN_LONG : PRING_CHAIN_GOOD;
}

/* From the chain's head on; stops at the first breach [2.7.5.3]. */
void wire_walk(struct pring_observed_queue *o, struct pring_chain *chain)
{
    struct table table = ring_table(o);
    uint16_t index = chain->head, *link = NULL;
    for (;;) {
        if (index >= table.entries) {
            chain->fault = PRING_CHAIN_INDEX;
            return;
        }
        chain->fault = length_fault(o, chain, &table);
        if (chain->fault)
            return;
        struct pring_segment segment = segment_read(&table, index);
        uint16_t at = place(o, chain, &table, index);
        if (chain->fault)
            return;
        o->segment[at] = segment;
        if (link && table.is_indirect)
            *link = at;
        link = &o->segment[at].next;
        chain->fault = segment_fault(&segment, chain->writable_bytes != 0, table.is_indirect);
        add_bytes(chain, &segment);
        index = segment.next;
        if (!chain->fault && is_indirect(&segment)) {
            table = table_of(&segment);
            index = 0;
        } else if (chain->fault || !(segment.flags & PRING_DESC_NEXT)) {
            return;
        }
    }
}

/* ---- questions ---- */

bool wire_over_a_ring(uint64_t addr, uint64_t len_bytes)
{
    for (unsigned q = 0; wire.ready_mask >> q; q++) {
        const struct pring_observed_queue *o = wire_obs(q);
        if (!(wire.ready_mask >> q & 1))
            continue;
        if ((addr < o->desc + DESC_BYTES * (uint64_t)o->size && o->desc < addr + len_bytes) ||
            (addr < o->driver + o->driver_bytes && o->driver < addr + len_bytes) ||
            (addr < o->device + o->device_bytes && o->device < addr + len_bytes))
            return true;
    }
    return false;
}

bool wire_chain_hopeless(unsigned q, uint16_t head)
{
    const struct pring_observed_queue *o = wire_obs(q);
    struct table table = ring_table(o);
    uint16_t index = head;
    uint64_t total = 0;
    for (uint32_t hops = 0; hops < o->size + table.is_indirect && index < table.entries; hops++) {
        struct pring_segment segment = segment_read(&table, index);
        if (is_indirect(&segment)) {
            if (segment_fault(&segment, false, table.is_indirect))
                return false; /* the device goes no further */
            table = table_of(&segment);
            index = 0;
            continue;
        }
        total += segment.len_bytes;
        if (total > WIRE_CHAIN_BYTES_MAX)
            return true;
        if (segment.flags & PRING_DESC_WRITE && wire_over_a_ring(segment.addr, segment.len_bytes))
            return true;
        if (!(segment.flags & PRING_DESC_NEXT))
            return false;
        index = segment.next;
    }
    return false;
}

const struct pring_segment *wire_chain_next(const struct pring_chain *chain, uint16_t *n, uint16_t *index)
{
    const struct pring_segment *segment = NULL;
    while (*n < chain->count && !segment) {
        segment = &wire_obs(chain->queue)->segment[*n ? *index : chain->head];
        *index = segment->next;
        ++*n;
        if (is_indirect(segment))
            segment = NULL;
    }
    return segment;
}

bool wire_chain_table(const struct pring_chain *chain, uint64_t *addr, uint32_t *entries)
{
    const struct pring_segment *segment = NULL;
    uint16_t index = chain->head;
    for (uint16_t i = 0; i < chain->direct; i++) {
        segment = &wire_obs(chain->queue)->segment[index];
        index = segment->next;
    }
    if (!segment || chain->count == chain->direct)
        return false;
    *addr = segment->addr;
    *entries = segment->len_bytes / DESC_BYTES;
    return true;
}

bool wire_chain_byte(const struct pring_chain *chain, bool writable, uint64_t at, uint64_t *addr)
{
    const struct pring_segment *segment;
    uint16_t index;
    for (uint16_t n = 0; (segment = wire_chain_next(chain, &n, &index));) {
        if (!!(segment->flags & PRING_DESC_WRITE) != writable)
            continue;
        if (at < segment->len_bytes) {
            *addr = segment->addr + at;
            return true;
        }
        at -= segment->len_bytes;
    }
    return false;
}
