/* SPDX-License-Identifier: Apache-2.0 */
/* virtio over MMIO, register layout version 2 [4.2]. */
#ifndef VIO_MMIO_H
#define VIO_MMIO_H

#include <vio/vio_transport.h>

#define VIO_MMIO_QUEUES_MAX 16

/* Members are private. */
struct vio_mmio {
    struct vio_transport transport;
    const struct vio_platform *platform;
    struct vio_driver *driver;
    struct vio_queue *queues[VIO_MMIO_QUEUES_MAX];
    size_t queue_count;
    uint64_t features;
    uint32_t device_type;
    uint32_t status_shadow; /* as written last; 0: not ours, or reset */
    bool rings_lent;        /* QueueReady was written, and no reset ended since */
};

/* Touches nothing. VIO_INVALID: the platform is incomplete. */
enum vio_status vio_mmio_init(struct vio_mmio *mmio, const struct vio_platform *platform);

/* Reads MagicValue, Version and DeviceID, and nothing else [4.2.3.1.1]. VIO_INIT_OK: device_type is valid.
 * initialize() does it again, and compares. */
struct vio_init_result vio_mmio_identify(struct vio_mmio *mmio);

/* Does the device own memory of ours? */
bool vio_mmio_owns_memory(const struct vio_mmio *mmio);

#endif
