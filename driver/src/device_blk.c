/* SPDX-License-Identifier: Apache-2.0 */
/* Block as a kind of vio_device: requests go to the queues that there are, one after the other. */
#include "device.h"

enum { QUEUES = VIO_DEVICE_UNITS_MAX, FIRST_SIZE = 32, QUEUE_SIZE = 16, ENTRIES = 6 };
VIO_DEVICE_HAS_ROOM(QUEUES, FIRST_SIZE + (QUEUES - 1) * QUEUE_SIZE, ENTRIES);

static void build(struct vio_device *device, uint8_t *buffers)
{
    struct vio_blk *blk = &device->as.blk;

    (void)buffers;
    for (uint32_t i = 0; i < QUEUES; i++)
        (void)vio_device_add_queue(device, i == 0 ? FIRST_SIZE : QUEUE_SIZE, ENTRIES);
    (void)vio_blk_init(blk, &device->mmio.transport, device->list, device->queue_count,
                       vio_device_take_shared(device, VIO_BLK_COMMANDS_MAX * sizeof(struct vio_blk_shared)),
                       &device->client);
    for (uint32_t i = 0; i < device->queue_count; i++)
        (void)vio_queue_set_client(device->list[i], &blk->queue_client);
    device->driver = &blk->driver;
}

static enum vio_status submit(struct vio_device *device, struct vio_request *request)
{
    return vio_blk_submit(&device->as.blk, request);
}

/* queues_used is 1 or more while the device runs. */
static uint32_t unit(const struct vio_device *device, const struct vio_request *request)
{
    return request->order % device->as.blk.queues_used;
}

static void inform(const struct vio_device *device, struct vio_device_info *info)
{
    const struct vio_blk *blk = &device->as.blk;
    uint64_t sectors = blk->config.capacity_sectors;

    if (sectors <= UINT64_MAX / VIO_BLK_SECTOR_BYTES)
        info->capacity_bytes = sectors * VIO_BLK_SECTOR_BYTES;
    info->block_bytes = blk->config.block_bytes;
    info->free_descriptors = 0;
    for (uint32_t i = 0; i < blk->queues_used; i++)
        info->free_descriptors += vio_queue_free_descriptors(blk->queues[i]);
}

const struct vio_device_kind vio_device_blk = {
    .device_type = VIO_BLK_DEVICE_TYPE,
    .shared_bytes = VIO_DEVICE_QUEUE_BYTES(FIRST_SIZE, ENTRIES) +
                    (QUEUES - 1) * VIO_DEVICE_QUEUE_BYTES(QUEUE_SIZE, ENTRIES) +
                    VIO_BLK_COMMANDS_MAX * sizeof(struct vio_blk_shared),
    .build = build,
    .submit = submit,
    .unit = unit,
    .inform = inform,
    .renews = true,
};
