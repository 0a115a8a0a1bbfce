/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Queues for the machine of driver_machine.h, each with memory of its own, and the transport that they are
 * for. How many, and of how many places, a program says before: QUEUES and SIZE.
 */
#ifndef DRIVER_QUEUES_H
#define DRIVER_QUEUES_H

#include "driver_machine.h"

static _Alignas(16) uint8_t ring[QUEUES][16 * SIZE], driver_area[QUEUES][64], device_area[QUEUES][256];
static struct vio_slot slots[QUEUES][SIZE];
static struct vio_queue queue[QUEUES];
static struct vio_queue *queues[QUEUES];
static struct vio_mmio mmio;
static struct vio_transport *const transport = &mmio.transport;

/* As new, and the machine interrupts this transport; with_packed: in either format, else split. */
static inline void queues_init(bool with_packed)
{
    assert_int_equal(vio_mmio_init(&mmio, &honest.platform), VIO_OK);
    machine.transport = transport;
    for (unsigned i = 0; i < QUEUES; i++) {
        queues[i] = &queue[i];
        assert_int_equal(vio_split_queue_init(&queue[i], &honest.platform, ring[i], driver_area[i],
                                              device_area[i], slots[i], SIZE),
                         VIO_OK);
        if (with_packed)
            assert_int_equal(vio_packed_queue_allow(&queue[i]), VIO_OK);
    }
}

#endif
