/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The split ring [2.7]. The driver's side is written from the private slots and never read back; the
 * device's side is read through vio_load*, each word once.
 */
#include <vio/vio_queue_split.h>

#include "bytes.h"
#include "platform.h"

#define SIZE_LIMIT 32768u /* [2.7] */

#define DESC_NEXT  1u
#define DESC_WRITE 2u

#define AVAIL_NO_INTERRUPT 1u
#define USED_NO_NOTIFY     1u

/* ---- where things are ---- */

static uint8_t *desc_at(const struct vio_queue *queue, uint32_t index)
{
    return (uint8_t *)queue->descriptors + 16u * index;
}

static uint8_t *avail_flags(const struct vio_queue *queue)
{
    return queue->available;
}
static uint8_t *avail_idx(const struct vio_queue *queue)
{
    return (uint8_t *)queue->available + 2;
}

static uint8_t *avail_ring(const struct vio_queue *queue, uint16_t idx)
{
    return (uint8_t *)queue->available + 4 + 2u * (idx & (queue->size - 1));
}

static uint8_t *used_event(const struct vio_queue *queue)
{
    return (uint8_t *)queue->available + 4 + 2u * queue->size;
}

static const uint8_t *used_flags(const struct vio_queue *queue)
{
    return queue->used;
}
static const uint8_t *used_idx(const struct vio_queue *queue)
{
    return (const uint8_t *)queue->used + 2;
}

static const uint8_t *used_ring(const struct vio_queue *queue, uint16_t idx)
{
    return (const uint8_t *)queue->used + 4 + 8u * (idx & (queue->size - 1));
}

static const uint8_t *avail_event(const struct vio_queue *queue)
{
    return (const uint8_t *)queue->used + 4 + 8u * queue->size;
}

static void barrier(const struct vio_queue *queue, enum vio_barrier kind)
{
    queue->platform->barrier(queue->platform->ctx, kind);
}

/* ---- life ---- */

static uint32_t split_negotiate_size(uint32_t size)
{
    uint32_t power = SIZE_LIMIT;

    while (power > size)
        power /= 2;
    return power;
}

static enum vio_status map_ring(struct vio_queue *queue, void *ring, size_t len_bytes, uint64_t align,
                                uint64_t *bus)
{
    const struct vio_platform *platform = queue->platform;

    if (vio_lend(platform, ring, len_bytes, VIO_SHARED, bus) != VIO_OK)
        return VIO_NO_MEMORY;
    if (*bus % align == 0) /* SPLIT-DRV-01 */
        return VIO_OK;
    vio_take_back(platform, *bus, len_bytes, VIO_SHARED);
    return VIO_NO_MEMORY;
}

static void unmap_ring(struct vio_queue *queue, size_t len_bytes, uint64_t bus)
{
    vio_take_back(queue->platform, bus, len_bytes, VIO_SHARED);
}

static enum vio_status map_rings(struct vio_queue *queue)
{
    size_t desc_bytes = VIO_SPLIT_DESCRIPTORS_BYTES(queue->size);
    size_t avail_bytes = VIO_SPLIT_AVAILABLE_BYTES(queue->size);
    size_t used_bytes = VIO_SPLIT_USED_BYTES(queue->size);
    struct vio_queue_addresses *at = &queue->addresses;

    if (map_ring(queue, queue->descriptors, desc_bytes, 16, &at->descriptor_area) != VIO_OK)
        return VIO_NO_MEMORY;
    if (map_ring(queue, queue->available, avail_bytes, 2, &at->driver_area) != VIO_OK)
        goto undo_descriptors;
    if (map_ring(queue, queue->used, used_bytes, 4, &at->device_area) != VIO_OK)
        goto undo_available;
    return VIO_OK;
undo_available:
    unmap_ring(queue, avail_bytes, at->driver_area);
undo_descriptors:
    unmap_ring(queue, desc_bytes, at->descriptor_area);
    return VIO_NO_MEMORY;
}

/* All of the rings is zero before the device sees them; used.flags has to be (SPLIT-ASUP-DRV-01). */
static enum vio_status split_open(struct vio_queue *queue)
{
    memset(queue->descriptors, 0, VIO_SPLIT_DESCRIPTORS_BYTES(queue->size));
    memset(queue->available, 0, VIO_SPLIT_AVAILABLE_BYTES(queue->size));
    memset(queue->used, 0, VIO_SPLIT_USED_BYTES(queue->size));
    queue->avail_idx_shadow = 0;
    queue->used_idx_seen = 0;
    queue->used_idx_snapshot = 0;
    return map_rings(queue);
}

static void split_close(struct vio_queue *queue)
{
    unmap_ring(queue, VIO_SPLIT_DESCRIPTORS_BYTES(queue->size), queue->addresses.descriptor_area);
    unmap_ring(queue, VIO_SPLIT_AVAILABLE_BYTES(queue->size), queue->addresses.driver_area);
    unmap_ring(queue, VIO_SPLIT_USED_BYTES(queue->size), queue->addresses.device_area);
}

/* ---- to the device ---- */

static void write_descriptor(struct vio_queue *queue, uint16_t index, bool last)
{
    const struct vio_slot *slot = &queue->slots[index];
    uint8_t *desc = desc_at(queue, index);
    uint32_t flags = (slot->device_writable ? DESC_WRITE : 0) | (last ? 0 : DESC_NEXT);

    vio_store64(desc, slot->bus);
    vio_store32(desc + 8, slot->len_bytes);
    vio_store16(desc + 12, (uint16_t)flags);
    vio_store16(desc + 14, last ? 0 : slot->next);
}

static void split_publish(struct vio_queue *queue, uint16_t head)
{
    uint32_t count = queue->slots[head].count;
    uint16_t index = head;

    for (uint32_t i = 0; i < count; i++) {
        write_descriptor(queue, index, i + 1 == count);
        index = queue->slots[index].next;
    }
    vio_store16(avail_ring(queue, queue->avail_idx_shadow), head);
    queue->avail_idx_shadow++;
    barrier(queue, VIO_BARRIER_WRITE); /* SPLIT-IDX-DRV-01 */
    vio_store16(avail_idx(queue), queue->avail_idx_shadow);
}

/* About the entry published last [2.7.10]. */
static bool split_must_notify(struct vio_queue *queue)
{
    barrier(queue, VIO_BARRIER_FULL); /* SPLIT-NOTE-DRV-01 */
    if (queue->event_idx)
        return vio_load16(avail_event(queue)) == (uint16_t)(queue->avail_idx_shadow - 1);
    return (vio_load16(used_flags(queue)) & USED_NO_NOTIFY) == 0;
}

/* ---- from the device ---- */

/* Loads used.idx once; true: it covers something new. */
static bool look(struct vio_queue *queue)
{
    uint16_t idx = vio_load16(used_idx(queue));
    uint16_t ahead = (uint16_t)(idx - queue->used_idx_seen);

    if (ahead > queue->chain_count) {
        vio_queue_break(queue, VIO_REFUSED_USED_IDX);
        return false;
    }
    queue->used_idx_snapshot = idx;
    if (ahead == 0)
        return false;
    barrier(queue, VIO_BARRIER_READ); /* the elements after the index that covers them */
    return true;
}

static bool split_fetch(struct vio_queue *queue, uint32_t *id, uint32_t *len)
{
    const uint8_t *element;

    if (queue->used_idx_seen == queue->used_idx_snapshot && !look(queue))
        return false;
    element = used_ring(queue, queue->used_idx_seen);
    *id = vio_load32(element);
    *len = vio_load32(element + 4);
    queue->used_idx_seen++;
    return true;
}

/* With EVENT_IDX the flags stay 0 (SPLIT-USUP-DRV-03): "never" is the event that is furthest away. */
static void split_arm(struct vio_queue *queue)
{
    if (queue->event_idx)
        vio_store16(used_event(queue), (uint16_t)(queue->used_idx_seen - (queue->callbacks ? 0 : 1)));
    else
        vio_store16(avail_flags(queue), (uint16_t)(queue->callbacks ? 0 : AVAIL_NO_INTERRUPT));
    barrier(queue, VIO_BARRIER_FULL); /* before used.idx is looked at again */
}

static const struct vio_queue_ops split_ops = {
    .negotiate_size = split_negotiate_size,
    .open = split_open,
    .close = split_close,
    .publish = split_publish,
    .must_notify = split_must_notify,
    .fetch = split_fetch,
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
    queue->platform = platform;
    queue->descriptors = descriptors;
    queue->available = available;
    queue->used = used;
    queue->slots = slots;
    queue->size_max = size_max;
    return VIO_OK;
}
