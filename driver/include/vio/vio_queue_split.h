/* SPDX-License-Identifier: Apache-2.0 */
/* Split virtqueues [2.7]. Their memory is the caller's; the core maps it shared. */
#ifndef VIO_QUEUE_SPLIT_H
#define VIO_QUEUE_SPLIT_H

#include <vio/vio_queue.h>

/* What the rings of `size` elements take, the event words included [2.7]. */
#define VIO_SPLIT_DESCRIPTORS_BYTES(size) (16u * (size))
#define VIO_SPLIT_AVAILABLE_BYTES(size)   (6u + 2u * (size))
#define VIO_SPLIT_USED_BYTES(size)        (6u + 8u * (size))

/* `size_max`: a power of two, 1..32768; the memory and `slots` have room for as many. `descriptors` is
 * aligned to 16, `available` to 2, `used` to 4, also as bus addresses; `slots` is private memory.
 * VIO_INVALID: one of these does not hold. */
enum vio_status vio_split_queue_init(struct vio_queue *queue, const struct vio_platform *platform,
                                     void *descriptors, void *available, void *used, struct vio_slot *slots,
                                     uint32_t size_max);

#endif
