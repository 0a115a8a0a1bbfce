/* SPDX-License-Identifier: Apache-2.0 */
/* The driver core on devices with a wire, at whose other end everything is sent back: network, console. */
#ifndef QEMU_WIRES_H
#define QEMU_WIRES_H

#include "checks.h"

#include <vio/vio_console.h>
#include <vio/vio_net.h>

enum { WIRE_QUEUES = 3, WIRE_BUFFERS = 12, WIRE_BUFFER_BYTES = 1528, WIRE_SENDS = 4 };

struct wire_memory { /* all that the device may touch; aligned to 16 */
    struct {
        _Alignas(16) uint8_t descriptors[VIO_SPLIT_DESCRIPTORS_BYTES(CHECK_QUEUE_SIZE)];
        _Alignas(16) uint8_t available[VIO_SPLIT_AVAILABLE_BYTES(CHECK_QUEUE_SIZE)];
        _Alignas(16) uint8_t used[VIO_SPLIT_USED_BYTES(CHECK_QUEUE_SIZE)];
    } ring[WIRE_QUEUES];
    struct vio_net_shared net;
    struct vio_console_shared console;
    _Alignas(16) uint8_t buffers[WIRE_BUFFERS][WIRE_BUFFER_BYTES];
    _Alignas(16) uint8_t sends[WIRE_SENDS][WIRE_BUFFER_BYTES];
};

/* As check_device. */
bool check_wire(struct check_world *world, struct wire_memory *memory, uint32_t device_type, bool packed);

#endif
