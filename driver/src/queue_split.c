/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The split ring [2.7]. The driver's side is written from the private slots and never read back (invariant
 * 1); the device's side is read through vio_load*, each word once.
 */
#include <vio/vio_queue_split.h>

#include "bytes.h"
#include "ledger.h"

#define AVAIL_NO_INTERRUPT 1u
#define USED_NO_NOTIFY     1u

/* ---- where things are ---- */

static uint8_t *desc_at(const struct vio_queue *queue, size_t index)
{
    return (uint8_t *)queue->descriptors + VIO_DESC_BYTES * index;
}

static uint8_t *avail_flags(const struct vio_queue *queue)
{
    return queue->driver_area;
}
static uint8_t *avail_idx(const struct vio_queue *queue)
{
    return (uint8_t *)queue->driver_area + 2;
}

static uint8_t *avail_ring(const struct vio_queue *queue, uint16_t idx)
{
    return (uint8_t *)queue->driver_area + 4 + 2u * (idx & (queue->size - 1));
}

static uint8_t *used_event(const struct vio_queue *queue)
{
    return (uint8_t *)queue->driver_area + 4 + 2u * queue->size;
}

static const uint8_t *used_flags(const struct vio_queue *queue)
{
    return queue->device_area;
}
static const uint8_t *used_idx(const struct vio_queue *queue)
{
    return (const uint8_t *)queue->device_area + 2;
}

static const uint8_t *used_ring(const struct vio_queue *queue, uint16_t idx)
{
    return (const uint8_t *)queue->device_area + 4 + 8u * (idx & (queue->size - 1));
}

static const uint8_t *avail_event(const struct vio_queue *queue)
{
    return (const uint8_t *)queue->device_area + 4 + 8u * queue->size;
}

/* ---- life ---- */

static uint32_t split_negotiate_size(uint32_t size)
{
    uint32_t power = VIO_QUEUE_SIZE_LIMIT;

    while (power > size)
        power /= 2;
    return power;
}

static struct vio_areas areas_of(const struct vio_queue *queue)
{
    return (struct vio_areas){.descriptor_bytes = VIO_SPLIT_DESCRIPTORS_BYTES(queue->size),
                              .driver_bytes = VIO_SPLIT_AVAILABLE_BYTES(queue->size),
                              .device_bytes = VIO_SPLIT_USED_BYTES(queue->size),
                              .driver_align = 2,
                              .device_align = 4};
}

/* All of the rings is zero before the device sees them; used.flags has to be (SPLIT-ASUP-DRV-01). */
static enum vio_status split_open(struct vio_queue *queue)
{
    struct vio_areas areas = areas_of(queue);

    memset(queue->descriptors, 0, areas.descriptor_bytes);
    memset(queue->driver_area, 0, areas.driver_bytes);
    memset(queue->device_area, 0, areas.device_bytes);
    queue->avail_idx_shadow = 0;
    queue->used_idx_seen = 0;
    queue->used_idx_snapshot = 0;
    return vio_rings_map(queue, &areas);
}

static void split_close(struct vio_queue *queue)
{
    struct vio_areas areas = areas_of(queue);

    vio_rings_unmap(queue, &areas);
}

/* ---- to the device ---- */

static void write_descriptor(uint8_t *desc, uint64_t bus, uint32_t len_bytes, uint32_t flags, size_t next)
{
    vio_store64(desc, bus);
    vio_store32(desc + 8, len_bytes);
    vio_store16(desc + 12, (uint16_t)flags);
    vio_store16(desc + 14, (uint16_t)next);
}

static uint32_t flags_of(const struct vio_buffer *buffer)
{
    return buffer->device_writable ? VIO_DESC_WRITE : 0;
}

static void write_chain(const struct vio_queue *queue, struct vio_chain *chain)
{
    const struct vio_buffer *buffer = chain->buffers;
    size_t index = chain->head;

    for (size_t left = chain->count; left > 1; left--, buffer++) {
        const struct vio_slot *slot = &queue->slots[index];
        size_t next = slot->next;

        write_descriptor(desc_at(queue, index), vio_chain_bus(chain, buffer, &slot->bus), buffer->len_bytes,
                         flags_of(buffer) | VIO_DESC_NEXT, next);
        index = next;
    }
    write_descriptor(desc_at(queue, index), vio_chain_bus(chain, buffer, &queue->slots[index].bus),
                     buffer->len_bytes, flags_of(buffer), 0);
    chain->last = (uint16_t)index;
}

/* Entries follow each other (SPLIT-IND-DRV-05); INDIRECT stands alone in the ring (SPLIT-IND-DRV-02, 04). */
static void write_table(const struct vio_queue *queue, const struct vio_chain *chain)
{
    const struct vio_record *record = vio_records(queue, chain->head);
    const struct vio_buffer *buffer = chain->buffers;
    uint8_t *desc = vio_table(queue, chain->head);

    for (size_t i = 0; i < chain->count; i++, record++, buffer++, desc += VIO_DESC_BYTES) {
        bool last = i + 1 == chain->count;

        write_descriptor(desc, vio_chain_bus(chain, buffer, &record->bus), buffer->len_bytes,
                         flags_of(buffer) | (last ? 0 : VIO_DESC_NEXT), last ? 0 : i + 1);
    }
    write_descriptor(desc_at(queue, chain->head), vio_table_bus(queue, chain->head),
                     (uint32_t)chain->count * VIO_DESC_BYTES, VIO_DESC_INDIRECT, 0);
}

static void split_write(const struct vio_queue *queue, struct vio_chain *chain)
{
    chain->last = chain->head;
    if (chain->indirect)
        write_table(queue, chain);
    else
        write_chain(queue, chain);
}

static void split_publish(struct vio_queue *queue, const struct vio_chain *chain)
{
    vio_store16(avail_ring(queue, queue->avail_idx_shadow), chain->head);
    queue->avail_idx_shadow++;
    queue->pending++;
}

static enum vio_status split_add(struct vio_queue *queue, const struct vio_buffer chain[], size_t count,
                                 void *token)
{
    return vio_ledger_add(queue, chain, count, token, split_write, split_publish);
}

/* About the entries published last: with EVENT_IDX, is the one asked for among them [2.7.10]? */
static bool split_commit(struct vio_queue *queue)
{
    uint16_t pending = queue->pending;

    vio_queue_barrier(queue, VIO_BARRIER_WRITE); /* SPLIT-IDX-DRV-01 */
    vio_store16(avail_idx(queue), queue->avail_idx_shadow);
    queue->committed = queue->order;
    queue->pending = 0;
    vio_queue_barrier(queue, VIO_BARRIER_FULL); /* SPLIT-NOTE-DRV-01 */
    if (queue->event_idx)
        return (uint16_t)(queue->avail_idx_shadow - vio_load16(avail_event(queue)) - 1) < pending;
    return (vio_load16(used_flags(queue)) & USED_NO_NOTIFY) == 0;
}

static uint16_t split_position(const struct vio_queue *queue)
{
    return queue->avail_idx_shadow;
}

/* ---- from the device ---- */

/* Loads used.idx once; true: it covers something new. */
static inline bool look(struct vio_queue *queue)
{
    uint16_t idx = vio_load16(used_idx(queue));
    uint16_t ahead = (uint16_t)(idx - queue->used_idx_seen);

    if (ahead > queue->chain_count - (queue->order - queue->committed)) {
        vio_queue_break(queue, VIO_REFUSED_USED_IDX);
        return false;
    }
    queue->used_idx_snapshot = idx;
    if (ahead == 0)
        return false;
    vio_queue_barrier(queue, VIO_BARRIER_READ); /* the elements after the index that covers them */
    return true;
}

static inline bool split_fetch(struct vio_queue *queue, struct vio_used *used)
{
    const uint8_t *element;

    if (queue->used_idx_seen == queue->used_idx_snapshot && !look(queue))
        return false;
    element = used_ring(queue, queue->used_idx_seen);
    used->id = vio_load32(element);
    used->len = vio_load32(element + 4);
    used->ahead = (uint16_t)(queue->used_idx_snapshot - queue->used_idx_seen);
    return true;
}

static void split_advance(struct vio_queue *queue, uint32_t head)
{
    (void)head; /* each chain takes one place in the ring */
    queue->used_idx_seen++;
}

static uint32_t split_used_chains(const struct vio_queue *queue)
{
    uint16_t ahead = (uint16_t)(vio_load16(used_idx(queue)) - queue->used_idx_seen);

    return ahead < queue->chain_count ? ahead : queue->chain_count;
}

/* With EVENT_IDX the flags stay 0 (SPLIT-USUP-DRV-03): "never" is the event that is furthest away. */
static inline void split_arm(struct vio_queue *queue)
{
    if (queue->event_idx)
        vio_store16(used_event(queue), (uint16_t)(queue->used_idx_seen - (queue->callbacks ? 0 : 1)));
    else
        vio_store16(avail_flags(queue), (uint16_t)(queue->callbacks ? 0 : AVAIL_NO_INTERRUPT));
    vio_queue_barrier(queue, VIO_BARRIER_FULL); /* before used.idx is looked at again */
}

static void split_serve(struct vio_queue *queue)
{
    vio_ledger_serve(queue, split_fetch, split_advance, split_arm);
}

static const struct vio_queue_ops split_ops = {
    .negotiate_size = split_negotiate_size,
    .open = split_open,
    .close = split_close,
    .add = split_add,
    .commit = split_commit,
    .position = split_position,
    .fetch = split_fetch,
    .advance = split_advance,
    .used_chains = split_used_chains,
    .arm = split_arm,
    .serve = split_serve,
};

enum vio_status vio_split_queue_init(struct vio_queue *queue, const struct vio_platform *platform,
                                     void *descriptors, void *available, void *used, struct vio_slot *slots,
                                     uint32_t size_max)
{
    const struct vio_areas aligned = {.driver_align = 2, .device_align = 4};
    enum vio_status status;

    if (size_max == 0 || split_negotiate_size(size_max) != size_max)
        return VIO_INVALID;
    status = vio_rings_init(queue, platform, descriptors, available, used, slots, size_max, &aligned);
    if (status != VIO_OK)
        return status;
    queue->ops = &split_ops;
    queue->split = &split_ops;
    return VIO_OK;
}
