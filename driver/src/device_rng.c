/* SPDX-License-Identifier: Apache-2.0 */
/* Entropy as a kind of vio_device. */
#include "device.h"

enum { QUEUE_SIZE = 32, ENTRIES = 6 };
VIO_DEVICE_HAS_ROOM(1, QUEUE_SIZE, ENTRIES);

static void build(struct vio_device *device, uint8_t *buffers)
{
    struct vio_queue *queue = vio_device_add_queue(device, QUEUE_SIZE, ENTRIES);

    (void)buffers;
    vio_rng_init(&device->as.rng, queue, &device->client);
    (void)vio_queue_set_client(queue, &device->as.rng.queue_client);
    device->driver = &device->as.rng.driver;
}

static enum vio_status submit(struct vio_device *device, struct vio_request *request)
{
    return vio_rng_submit(&device->as.rng, request);
}

static void inform(const struct vio_device *device, struct vio_device_info *info)
{
    info->free_descriptors = vio_queue_free_descriptors(&device->queues[0]);
}

const struct vio_device_kind vio_device_rng = {
    .device_type = VIO_RNG_DEVICE_TYPE,
    .shared_bytes = VIO_DEVICE_QUEUE_BYTES(QUEUE_SIZE, ENTRIES),
    .build = build,
    .submit = submit,
    .inform = inform,
    .renews = true,
};
