/* SPDX-License-Identifier: Apache-2.0 */
/* Between mmio_init.c and mmio.c. */
#ifndef VIO_SOURCE_MMIO_H
#define VIO_SOURCE_MMIO_H

#include <vio/vio_mmio.h>

#include "mmio_regs.h"

uint32_t vio_mmio_get(const struct vio_mmio *mmio, uint32_t offset);
void vio_mmio_set(const struct vio_mmio *mmio, uint32_t offset, uint32_t value);

/* Polls a register until it has the value; false: wait_steps_max used up. */
bool vio_mmio_await(const struct vio_mmio *mmio, uint32_t offset, uint32_t value);

bool vio_mmio_is_running(const struct vio_mmio *mmio);
void vio_mmio_add_status(struct vio_mmio *mmio, uint32_t bits);

/* Writes Status 0 and waits until it reads 0. */
bool vio_mmio_reset_device(struct vio_mmio *mmio);

/* For a device that runs. */
void vio_mmio_notify(const struct vio_mmio *mmio, const struct vio_queue *queue);

/* Gives a queue to the device, as this number. */
enum vio_init vio_mmio_setup_queue(struct vio_mmio *mmio, struct vio_queue *queue, uint32_t number);
enum vio_status vio_mmio_queue_reset(struct vio_transport *transport, struct vio_queue *queue);
enum vio_status vio_mmio_queue_restart(struct vio_transport *transport, struct vio_queue *queue);

struct vio_init_result vio_mmio_initialize(struct vio_transport *transport, struct vio_driver *driver,
                                           struct vio_queue *const queues[], size_t queue_count);

#endif
