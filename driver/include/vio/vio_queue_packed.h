/* SPDX-License-Identifier: Apache-2.0 */
/* Packed virtqueues [2.8]. Their memory is the caller's; the core maps it shared. */
#ifndef VIO_QUEUE_PACKED_H
#define VIO_QUEUE_PACKED_H

#include <vio/vio_queue.h>

#define VIO_PACKED_RING_BYTES(size) (16u * (size))
#define VIO_PACKED_EVENT_BYTES      4u

/* `size_max`: 1..32768, any number; `ring` and `slots` have room for as many. `ring` is aligned to 16, the
 * event areas (4 bytes each) to 4, also as bus addresses; `slots` is private memory. VIO_INVALID: one of
 * these does not hold. */
enum vio_status vio_packed_queue_init(struct vio_queue *queue, const struct vio_platform *platform,
                                      void *ring, void *driver_event, void *device_event,
                                      struct vio_slot *slots, uint32_t size_max);

/* Lets a queue that vio_split_queue_init() set up be packed as well, in the same memory: RING_PACKED is
 * accepted where it is offered. `driver_area` was aligned to 4 then, else VIO_INVALID. */
enum vio_status vio_packed_queue_allow(struct vio_queue *queue);

#endif
