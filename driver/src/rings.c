/* SPDX-License-Identifier: Apache-2.0 */
/* Memory that ring formats share with the device: the areas, and indirect tables. */
#include "rings.h"

#include "bytes.h"
#include "platform.h"

static bool is_aligned(const void *area, uint32_t align)
{
    return area != NULL && (uintptr_t)area % align == 0;
}

enum vio_status vio_rings_init(struct vio_queue *queue, const struct vio_platform *platform,
                               void *descriptors, void *driver_area, void *device_area,
                               struct vio_slot *slots, uint32_t size_max, const struct vio_areas *areas)
{
    if (!is_aligned(descriptors, 16) || !is_aligned(driver_area, areas->driver_align) ||
        !is_aligned(device_area, areas->device_align) || slots == NULL)
        return VIO_INVALID;
    memset(queue, 0, sizeof(*queue));
    queue->platform = platform;
    queue->descriptors = descriptors;
    queue->driver_area = driver_area;
    queue->device_area = device_area;
    queue->slots = slots;
    queue->size_max = size_max;
    return VIO_OK;
}

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
