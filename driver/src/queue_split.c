/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The split ring [2.7]. The driver's side is written from the private slots and never read back (invariant
 * 1); the device's side is read through vio_load*, each word once.
 */
#include <vio/vio_queue_split.h>

#include "bytes.h"
#include "rings.h"

#define AVAIL_NO_INTERRUPT 1u
#define USED_NO_NOTIFY     1u

/* ---- where things are ---- */

static uint8_t *desc_at(const struct vio_queue *queue, uint32_t index)
{
    return (uint8_t *)queue->descriptors + 16u * index;
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

static void write_descriptor(uint8_t *desc, uint64_t bus, uint32_t len_bytes, uint32_t flags, uint32_t next)
{
    vio_store64(desc, bus);
    vio_store32(desc + 8, len_bytes);
    vio_store16(desc + 12, (uint16_t)flags);
    vio_store16(desc + 14, (uint16_t)next);
}

static uint32_t flags_of(bool device_writable, bool last)
{
    return (device_writable ? VIO_DESC_WRITE : 0) | (last ? 0 : VIO_DESC_NEXT);
}

static void write_chain(struct vio_queue *queue, uint16_t head)
{
    uint32_t count = queue->slots[head].count;
    uint16_t index = head;

    for (uint32_t i = 0; i < count; i++) {
        const struct vio_slot *slot = &queue->slots[index];
        bool last = i + 1 == count;

        write_descriptor(desc_at(queue, index), slot->bus, slot->len_bytes,
                         flags_of(slot->device_writable, last), last ? 0 : slot->next);
        index = slot->next;
    }
}

/* Entries follow each other (SPLIT-IND-DRV-05); INDIRECT stands alone in the ring (SPLIT-IND-DRV-02, 04). */
static void write_table(struct vio_queue *queue, uint16_t head)
{
    const struct vio_record *record = vio_records(queue, head);
    const struct vio_slot *slot = &queue->slots[head];
    uint8_t *desc = vio_table(queue, head);

    for (uint32_t i = 0; i < slot->entries; i++, record++, desc += VIO_DESC_BYTES) {
        bool last = i + 1 == slot->entries;

        write_descriptor(desc, record->bus, record->len_bytes, flags_of(record->device_writable, last),
                         last ? 0 : i + 1);
    }
    write_descriptor(desc_at(queue, head), slot->bus, slot->len_bytes, VIO_DESC_INDIRECT, 0);
}

static void split_publish(struct vio_queue *queue, uint16_t head)
{
    if (queue->slots[head].entries > 0)
        write_table(queue, head);
    else
        write_chain(queue, head);
    vio_store16(avail_ring(queue, queue->avail_idx_shadow), head);
    queue->avail_idx_shadow++;
    queue->pending++;
    queue->uncommitted++;
}

static void split_commit(struct vio_queue *queue)
{
    vio_queue_barrier(queue, VIO_BARRIER_WRITE); /* SPLIT-IDX-DRV-01 */
    vio_store16(avail_idx(queue), queue->avail_idx_shadow);
    queue->uncommitted = 0;
}

/* About the entries published last: with EVENT_IDX, is the one asked for among them [2.7.10]? */
static bool split_must_notify(struct vio_queue *queue)
{
    uint16_t pending = queue->pending;

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
static bool look(struct vio_queue *queue)
{
    uint16_t idx = vio_load16(used_idx(queue));
    uint16_t ahead = (uint16_t)(idx - queue->used_idx_seen);

    if (ahead > queue->chain_count - queue->uncommitted) {
        vio_queue_break(queue, VIO_REFUSED_USED_IDX);
        return false;
    }
    queue->used_idx_snapshot = idx;
    if (ahead == 0)
        return false;
    vio_queue_barrier(queue, VIO_BARRIER_READ); /* the elements after the index that covers them */
    return true;
}

static bool split_fetch(struct vio_queue *queue, uint32_t *id, uint32_t *len, uint32_t *ahead)
{
    const uint8_t *element;

    if (queue->used_idx_seen == queue->used_idx_snapshot && !look(queue))
        return false;
    element = used_ring(queue, queue->used_idx_seen);
    *id = vio_load32(element);
    *len = vio_load32(element + 4);
    *ahead = (uint16_t)(queue->used_idx_snapshot - queue->used_idx_seen);
    return true;
}

static void split_advance(struct vio_queue *queue, uint16_t head)
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
static void split_arm(struct vio_queue *queue)
{
    if (queue->event_idx)
        vio_store16(used_event(queue), (uint16_t)(queue->used_idx_seen - (queue->callbacks ? 0 : 1)));
    else
        vio_store16(avail_flags(queue), (uint16_t)(queue->callbacks ? 0 : AVAIL_NO_INTERRUPT));
    vio_queue_barrier(queue, VIO_BARRIER_FULL); /* before used.idx is looked at again */
}

static const struct vio_queue_ops split_ops = {
    .negotiate_size = split_negotiate_size,
    .open = split_open,
    .close = split_close,
    .publish = split_publish,
    .commit = split_commit,
    .must_notify = split_must_notify,
    .position = split_position,
    .fetch = split_fetch,
    .advance = split_advance,
    .used_chains = split_used_chains,
    .arm = split_arm,
};

enum vio_status vio_split_queue_init(struct vio_queue *queue, const struct vio_platform *platform,
                                     void *descriptors, void *available, void *used, struct vio_slot *slots,
                                     uint32_t size_max)
{
    if (size_max == 0 || split_negotiate_size(size_max) != size_max)
        return VIO_INVALID;
    if ((uintptr_t)descriptors % 16 != 0 || (uintptr_t)available % 2 != 0 || (uintptr_t)used % 4 != 0)
        return VIO_INVALID;
    if (descriptors == NULL || available == NULL || used == NULL || slots == NULL)
        return VIO_INVALID;
    memset(queue, 0, sizeof(*queue));
    queue->ops = &split_ops;
    queue->split = &split_ops;
    queue->platform = platform;
    queue->descriptors = descriptors;
    queue->driver_area = available;
    queue->device_area = used;
    queue->slots = slots;
    queue->size_max = size_max;
    return VIO_OK;
}
