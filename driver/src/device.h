/* SPDX-License-Identifier: Apache-2.0 */
/* Between device.c and the kinds, device_*.c. */
#ifndef VIO_SOURCE_DEVICE_H
#define VIO_SOURCE_DEVICE_H

#include <vio/vio_device.h>

#define VIO_DEVICE_ROUNDED(bytes) (((bytes) + 15) / 16 * 16)
#define VIO_DEVICE_QUEUE_BYTES(size, entries)                                                                \
    (VIO_DEVICE_ROUNDED(VIO_SPLIT_DESCRIPTORS_BYTES(size)) +                                                 \
     VIO_DEVICE_ROUNDED(VIO_SPLIT_AVAILABLE_BYTES(size)) + VIO_DEVICE_ROUNDED(VIO_SPLIT_USED_BYTES(size)) +  \
     16u * (size) * (entries))

/* Of a kind with so many queues, slots in all of them, and entries for each. */
#define VIO_DEVICE_HAS_ROOM(queues, slots, entries)                                                          \
    _Static_assert((queues) <= VIO_DEVICE_QUEUES_MAX && (slots) <= VIO_DEVICE_SLOTS_MAX &&                   \
                       (slots) * (entries) <= VIO_DEVICE_RECORDS_MAX,                                        \
                   "struct vio_device has no room for its queues")

/* While a kind builds its device: the next queue, with its rings, and tables for chains of up to `entries`
 * buffers; the next bytes of the shared memory. */
struct vio_queue *vio_device_add_queue(struct vio_device *device, uint32_t size, uint32_t entries);
void *vio_device_take_shared(struct vio_device *device, size_t len_bytes);

#endif
