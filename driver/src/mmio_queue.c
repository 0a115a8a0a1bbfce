/* SPDX-License-Identifier: Apache-2.0 */
/* One queue of a virtio-mmio device: given to it, and taken away again [4.2.3.2, 2.6.1]. */
#include "mmio.h"

static void write_address(const struct vio_mmio *mmio, uint32_t reg, uint64_t bus)
{
    vio_mmio_set(mmio, reg, (uint32_t)bus);
    vio_mmio_set(mmio, reg + 4, (uint32_t)(bus >> 32));
}

/* Nothing of the queue is written while QueueReady is set (MMIO-DRV-17). From the last line on the device
 * owns the rings. */
static void hand_over(struct vio_mmio *mmio, const struct vio_queue *queue)
{
    struct vio_queue_addresses addresses;

    (void)vio_queue_physical_addresses(queue, &addresses); /* it is initialised */
    vio_mmio_set(mmio, VIO_REG_QUEUE_SIZE, queue->size);
    write_address(mmio, VIO_REG_QUEUE_DESC, addresses.descriptor_area);
    write_address(mmio, VIO_REG_QUEUE_DRIVER, addresses.driver_area);
    write_address(mmio, VIO_REG_QUEUE_DEVICE, addresses.device_area);
    mmio->platform->barrier(mmio->platform->ctx, VIO_BARRIER_WRITE);
    mmio->rings_lent = true;
    vio_mmio_set(mmio, VIO_REG_QUEUE_READY, 1);
}

enum vio_init vio_mmio_setup_queue(struct vio_mmio *mmio, struct vio_queue *queue, uint32_t number)
{
    uint32_t size;

    vio_mmio_set(mmio, VIO_REG_QUEUE_SEL, number);
    if (vio_mmio_get(mmio, VIO_REG_QUEUE_READY) != 0)
        return VIO_INIT_QUEUE_IN_USE;
    size = vio_queue_negotiate_size(queue, vio_mmio_get(mmio, VIO_REG_QUEUE_SIZE_MAX)); /* MMIO-DRV-16 */
    if (size == 0)
        return VIO_INIT_QUEUE_UNAVAILABLE;
    (void)vio_queue_set_transport(queue, &mmio->transport);
    if (vio_queue_initialize(queue, number, size) != VIO_OK)
        return VIO_INIT_QUEUE_MEMORY;
    hand_over(mmio, queue);
    return VIO_INIT_OK;
}

/* ---- one queue alone ---- */

static bool has_queue(const struct vio_mmio *mmio, const struct vio_queue *queue)
{
    for (size_t i = 0; i < mmio->queue_count; i++) {
        if (mmio->queues[i] == queue)
            return true;
    }
    return false;
}

/* Is this call possible at all? */
static enum vio_status check(const struct vio_mmio *mmio, const struct vio_queue *queue)
{
    if (!vio_mmio_is_running(mmio) || !has_queue(mmio, queue))
        return VIO_NOT_READY;
    return (mmio->features & VIO_F_RING_RESET) != 0 ? VIO_OK : VIO_UNSUPPORTED;
}

/* MMIO-DRV-23, QRESET-DRV-01: done when QueueReset reads 0, and QueueReady with it: a device that does not
 * have the register says the former, but not the latter. */
static enum vio_status await_queue_reset(const struct vio_mmio *mmio)
{
    if (!vio_mmio_await(mmio, VIO_REG_QUEUE_RESET, 0))
        return VIO_TIMEOUT;
    return vio_mmio_get(mmio, VIO_REG_QUEUE_READY) == 0 ? VIO_OK : VIO_BROKEN;
}

enum vio_status vio_mmio_queue_reset(struct vio_transport *transport, struct vio_queue *queue)
{
    struct vio_mmio *mmio = (struct vio_mmio *)transport;
    enum vio_status status = check(mmio, queue);

    if (status != VIO_OK)
        return status;
    if (!queue->initialized)
        return VIO_OK; /* it was reset already */
    vio_mmio_set(mmio, VIO_REG_QUEUE_SEL, queue->number);
    vio_mmio_set(mmio, VIO_REG_QUEUE_RESET, 1);
    status = await_queue_reset(mmio);
    if (status != VIO_OK) {
        vio_queue_break(queue, VIO_REFUSED_DEVICE);
        return status;
    }
    vio_queue_close(queue);
    return VIO_OK;
}

enum vio_status vio_mmio_queue_restart(struct vio_transport *transport, struct vio_queue *queue)
{
    struct vio_mmio *mmio = (struct vio_mmio *)transport;
    enum vio_status status = check(mmio, queue);

    if (status != VIO_OK)
        return status;
    if (queue->initialized || queue->closing)
        return VIO_INVALID;
    switch (vio_mmio_setup_queue(mmio, queue, queue->number)) {
    case VIO_INIT_OK:
        return VIO_OK;
    case VIO_INIT_QUEUE_MEMORY:
        return VIO_NO_MEMORY;
    default:
        return VIO_BROKEN;
    }
}
