/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Packed rings [2.8] between the driver's memory and the mirror. QEMU writes its completions over the
 * descriptors, so those that are lent are kept here by buffer id: by them payload finds its way back. A chain
 * becomes visible to QEMU by the flags of its head, written last; so do its completions to the driver.
 */
#include <string.h>

#include "qemu.h"

enum { DESC_BYTES = 16, DESC_LEN = 8, DESC_ID = 12, DESC_FLAGS = 14, EVENT_BYTES = 4, AVAIL = 7, USED = 15 };

struct descriptor { /* as in memory; little-endian, as this machine is */
    uint64_t addr;
    uint32_t len_bytes;
    uint16_t id, flags;
};

static uint64_t place_at(const struct qemu_queue *queue, uint32_t place)
{
    return queue->desc + DESC_BYTES * (uint64_t)(place % queue->size);
}

static void advance(uint32_t *place, bool *wrap, uint32_t places, uint32_t size)
{
    *place += places;
    if (*place >= size) {
        *place -= size;
        *wrap = !*wrap;
    }
}

/* ---- descriptors that are lent ---- */

static void lend(struct qemu_packed *ring, const struct descriptor *chain, uint32_t places)
{
    uint16_t *link = &ring->first[chain[places - 1].id];
    for (uint32_t i = 0; i < places; i++) {
        uint16_t cell = ring->free;
        ring->free = ring->cell[cell].next;
        ring->cell[cell] =
            (struct qemu_segment){chain[i].addr, chain[i].len_bytes, chain[i].flags, QEMU_NO_CELL};
        *link = cell;
        link = &ring->cell[cell].next;
    }
    ring->places += places;
}

/* Returns the places that the chain took. */
static uint32_t take_back(struct qemu_packed *ring, uint16_t id)
{
    uint32_t places = 0;
    for (uint16_t cell = ring->first[id], next; cell != QEMU_NO_CELL; cell = next, places++) {
        next = ring->cell[cell].next;
        ring->cell[cell].next = ring->free;
        ring->free = cell;
    }
    ring->first[id] = QEMU_NO_CELL;
    ring->places -= places;
    return places;
}

void qemu_packed_start(struct qemu_queue *queue, const struct qemu_mirror *mirror)
{
    struct qemu_packed *ring = &queue->packed;
    queue->avail = queue->used = 0;
    ring->avail_place = ring->used_place = ring->places = 0;
    ring->avail_wrap = ring->used_wrap = true;
    ring->free = 0;
    for (uint16_t i = 0; i < QEMU_QUEUE_SIZE_MAX; i++) {
        ring->first[i] = QEMU_NO_CELL;
        ring->cell[i].next = (uint16_t)(i + 1);
    }
    qemu_mirror_clear(mirror, queue->desc, DESC_BYTES * (uint64_t)queue->size);
    qemu_mirror_clear(mirror, queue->driver, EVENT_BYTES);
    qemu_mirror_clear(mirror, queue->device, EVENT_BYTES);
}

/* ---- towards QEMU ---- */

/* An indirect table stays where it is: QEMU does not write to it. */
static void table_in(const struct qemu_mirror *mirror, const struct descriptor *table, uint32_t *left)
{
    for (uint32_t at = 0; at + DESC_BYTES <= table->len_bytes && *left > 0; at += DESC_BYTES) {
        struct descriptor d = {0};
        qemu_mirror_in(mirror, table->addr + at, DESC_BYTES);
        if (!qemu_mirror_peek(mirror, table->addr + at, &d, sizeof d) ||
            !qemu_segment_in(mirror, &(struct qemu_segment){d.addr, d.len_bytes, d.flags, 0}, left))
            return;
    }
}

static void payload_in(const struct qemu_mirror *mirror, const struct descriptor *chain, uint32_t places)
{
    uint32_t left = QEMU_CHAIN_BYTES_MAX;
    for (uint32_t i = 0; i < places; i++) {
        if (chain[i].flags & QEMU_DESC_INDIRECT)
            table_in(mirror, &chain[i], &left);
        else if (!qemu_segment_in(
                     mirror, &(struct qemu_segment){chain[i].addr, chain[i].len_bytes, chain[i].flags, 0},
                     &left))
            return;
    }
}

/* The next chain that is available, whole. 0: there is none, or it is none that can be followed. */
static uint32_t read_chain(const struct qemu_queue *queue, const struct qemu_mirror *mirror,
                           struct descriptor *chain)
{
    const struct qemu_packed *ring = &queue->packed;
    for (uint32_t n = 0; n < queue->size - ring->places; n++) {
        uint64_t addr = place_at(queue, ring->avail_place + n);
        if (!qemu_mirror_peek(mirror, addr, &chain[n], sizeof chain[n]))
            return 0;
        bool avail = chain[n].flags >> AVAIL & 1, used = chain[n].flags >> USED & 1;
        if (n == 0 && (avail != ring->avail_wrap || used == ring->avail_wrap))
            return 0;
        if (!(chain[n].flags & QEMU_DESC_NEXT)) {
            uint16_t id = chain[n].id;
            return id < QEMU_QUEUE_SIZE_MAX && ring->first[id] == QEMU_NO_CELL ? n + 1 : 0;
        }
    }
    return 0;
}

void qemu_packed_push(struct qemu_queue *queue, const struct qemu_mirror *mirror)
{
    static struct descriptor chain[QEMU_QUEUE_SIZE_MAX];
    struct qemu_packed *ring = &queue->packed;
    uint32_t places;
    qemu_mirror_in(mirror, queue->driver, EVENT_BYTES);
    while ((places = read_chain(queue, mirror, chain)) > 0) {
        payload_in(mirror, chain, places);
        for (uint32_t i = places; i-- > 0;)
            qemu_mirror_put(mirror, place_at(queue, ring->avail_place + i), &chain[i], DESC_FLAGS,
                            chain[i].flags);
        lend(ring, chain, places);
        advance(&ring->avail_place, &ring->avail_wrap, places, queue->size);
        queue->avail++;
    }
}

/* ---- and back ---- */

static bool table_out(const struct qemu_mirror *mirror, const struct qemu_segment *table, uint32_t *left)
{
    bool goes_on = true;
    for (uint32_t at = 0; at + DESC_BYTES <= table->len_bytes && goes_on; at += DESC_BYTES) {
        uint64_t addr = table->addr + at;
        struct qemu_segment segment = {qemu_mirror_64(mirror, addr), qemu_mirror_32(mirror, addr + DESC_LEN),
                                       qemu_mirror_16(mirror, addr + DESC_FLAGS), 0};
        goes_on = qemu_segment_out(mirror, &segment, left);
    }
    return goes_on;
}

static void payload_out(const struct qemu_packed *ring, const struct qemu_mirror *mirror, uint16_t id,
                        uint32_t left)
{
    bool goes_on = left > 0;
    for (uint16_t cell = ring->first[id]; cell != QEMU_NO_CELL && goes_on; cell = ring->cell[cell].next) {
        const struct qemu_segment *segment = &ring->cell[cell];
        goes_on = segment->flags & QEMU_DESC_INDIRECT ? table_out(mirror, segment, &left)
                                                      : qemu_segment_out(mirror, segment, &left);
    }
}

uint64_t qemu_packed_pull(struct qemu_queue *queue, const struct qemu_mirror *mirror)
{
    struct qemu_packed *ring = &queue->packed;
    uint64_t bytes = 0;
    while (ring->places > 0) {
        uint64_t addr = place_at(queue, ring->used_place);
        uint16_t flags = qemu_mirror_16(mirror, addr + DESC_FLAGS), id;
        if ((flags >> AVAIL & 1) != ring->used_wrap || (flags >> USED & 1) != ring->used_wrap)
            break;
        id = qemu_mirror_16(mirror, addr + DESC_ID);
        if (id >= QEMU_QUEUE_SIZE_MAX || ring->first[id] == QEMU_NO_CELL)
            break;
        bytes += qemu_mirror_32(mirror, addr + DESC_LEN);
        payload_out(ring, mirror, id, qemu_mirror_32(mirror, addr + DESC_LEN));
        qemu_mirror_out(mirror, addr + DESC_LEN, DESC_FLAGS - DESC_LEN);
        qemu_mirror_out(mirror, addr + DESC_FLAGS, sizeof flags);
        advance(&ring->used_place, &ring->used_wrap, take_back(ring, id), queue->size);
        queue->used++;
    }
    return bytes;
}
