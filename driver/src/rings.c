/* SPDX-License-Identifier: Apache-2.0 */
/* Memory that ring formats share with the device: the areas, and indirect tables. */
#include "rings.h"

#include "platform.h"

static enum vio_status map_area(struct vio_queue *queue, void *area, size_t len_bytes, uint64_t align,
                                uint64_t *bus)
{
    const struct vio_platform *platform = queue->platform;

    if (vio_lend(platform, area, len_bytes, VIO_SHARED, bus) != VIO_OK)
        return VIO_NO_MEMORY;
    if ((*bus & (align - 1)) == 0) /* SPLIT-DRV-01, PACKED-DRV-01 */
        return VIO_OK;
    vio_take_back(platform, *bus, len_bytes, VIO_SHARED);
    return VIO_NO_MEMORY;
}

static void unmap_area(struct vio_queue *queue, size_t len_bytes, uint64_t bus)
{
    vio_take_back(queue->platform, bus, len_bytes, VIO_SHARED);
}

static size_t tables_bytes(const struct vio_queue *queue)
{
    return (size_t)queue->size * queue->entries_max * VIO_DESC_BYTES;
}

enum vio_status vio_rings_map(struct vio_queue *queue, const struct vio_areas *areas)
{
    struct vio_queue_addresses *at = &queue->addresses;

    if (map_area(queue, queue->descriptors, areas->descriptor_bytes, 16, &at->descriptor_area) != VIO_OK)
        return VIO_NO_MEMORY;
    if (map_area(queue, queue->driver_area, areas->driver_bytes, areas->driver_align, &at->driver_area) !=
        VIO_OK)
        goto undo_descriptors;
    if (map_area(queue, queue->device_area, areas->device_bytes, areas->device_align, &at->device_area) !=
        VIO_OK)
        goto undo_driver;
    if (queue->indirect &&
        map_area(queue, queue->tables, tables_bytes(queue), 16, &queue->tables_bus) != VIO_OK)
        goto undo_device;
    return VIO_OK;
undo_device:
    unmap_area(queue, areas->device_bytes, at->device_area);
undo_driver:
    unmap_area(queue, areas->driver_bytes, at->driver_area);
undo_descriptors:
    unmap_area(queue, areas->descriptor_bytes, at->descriptor_area);
    return VIO_NO_MEMORY;
}

void vio_rings_unmap(struct vio_queue *queue, const struct vio_areas *areas)
{
    unmap_area(queue, areas->descriptor_bytes, queue->addresses.descriptor_area);
    unmap_area(queue, areas->driver_bytes, queue->addresses.driver_area);
    unmap_area(queue, areas->device_bytes, queue->addresses.device_area);
    if (queue->indirect)
        unmap_area(queue, tables_bytes(queue), queue->tables_bus);
}

/* ---- indirect tables ---- */

enum vio_status vio_queue_set_indirect(struct vio_queue *queue, void *tables, struct vio_record *records,
                                       uint32_t entries_max)
{
    if (queue->initialized || tables == NULL || records == NULL || (uintptr_t)tables % 16 != 0)
        return VIO_INVALID;
    if (entries_max == 0 || entries_max > VIO_QUEUE_SIZE_LIMIT)
        return VIO_INVALID;
    queue->tables = tables;
    queue->records = records;
    queue->entries_max = entries_max;
    return VIO_OK;
}

static enum vio_dir record_dir(const struct vio_record *record)
{
    return record->device_writable ? VIO_FROM_DEVICE : VIO_TO_DEVICE;
}

void vio_indirect_unmap(struct vio_queue *queue, uint16_t head, size_t count)
{
    const struct vio_record *record = vio_records(queue, head);

    for (; count > 0; count--, record++)
        vio_take_back(queue->platform, record->bus, record->len_bytes, record_dir(record));
}

enum vio_status vio_indirect_map(struct vio_queue *queue, uint16_t head, const struct vio_buffer chain[],
                                 size_t count)
{
    struct vio_record *record = vio_records(queue, head);
    struct vio_slot *slot = &queue->slots[head];

    for (size_t i = 0; i < count; i++, record++) {
        record->len_bytes = chain[i].len_bytes;
        record->device_writable = chain[i].device_writable;
        if (vio_lend(queue->platform, chain[i].data, record->len_bytes, record_dir(record), &record->bus) !=
            VIO_OK) {
            vio_indirect_unmap(queue, head, i);
            return VIO_NO_MEMORY;
        }
    }
    slot->bus = queue->tables_bus + (uint64_t)head * queue->entries_max * VIO_DESC_BYTES;
    slot->len_bytes = (uint32_t)count * VIO_DESC_BYTES;
    slot->device_writable = false; /* means nothing beside INDIRECT */
    return VIO_OK;
}
