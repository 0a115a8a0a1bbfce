/* SPDX-License-Identifier: Apache-2.0 */
/* A running virtio-mmio device: notifications both ways, configuration, reset. Contracts: vio_transport.h. */
#include "mmio.h"

#include "bytes.h"

#define CONFIG_TRIES_MAX 64

uint32_t vio_mmio_get(const struct vio_mmio *mmio, uint32_t offset)
{
    return mmio->platform->reg_read(mmio->platform->ctx, offset, 4); /* MMIO-DRV-04 */
}

void vio_mmio_set(const struct vio_mmio *mmio, uint32_t offset, uint32_t value)
{
    mmio->platform->reg_write(mmio->platform->ctx, offset, 4, value);
}

bool vio_mmio_await(const struct vio_mmio *mmio, uint32_t offset, uint32_t value)
{
    for (uint32_t step = 0; step < mmio->platform->wait_steps_max; step++) {
        if (vio_mmio_get(mmio, offset) == value)
            return true;
        mmio->platform->wait(mmio->platform->ctx);
    }
    return false;
}

/* From the shadow, so that a device that lies about its status changes nothing (STATUS-DRV-02; invariant 9).
 */
void vio_mmio_add_status(struct vio_mmio *mmio, uint32_t bits)
{
    mmio->status_shadow |= bits;
    vio_mmio_set(mmio, VIO_REG_STATUS, mmio->status_shadow);
}

bool vio_mmio_is_running(const struct vio_mmio *mmio)
{
    return (mmio->status_shadow & VIO_STATUS_DRIVER_OK) != 0;
}

static struct vio_mmio *of(struct vio_transport *transport)
{
    return (struct vio_mmio *)transport;
}

bool vio_mmio_owns_memory(const struct vio_mmio *mmio)
{
    return mmio->rings_lent;
}

/* ---- notifications ---- */

void vio_mmio_notify(const struct vio_mmio *mmio, const struct vio_queue *queue)
{
    uint32_t value = queue->number;

    if ((mmio->features & VIO_F_NOTIFICATION_DATA) != 0)
        value = vio_queue_notification_data(queue); /* PACKED-DESC-DRV-03 */
    vio_mmio_set(mmio, VIO_REG_QUEUE_NOTIFY, value);
}

static void mmio_queue_notify(struct vio_transport *transport, const struct vio_queue *queue)
{
    if (vio_mmio_is_running(of(transport))) /* INIT-DRV-14 */
        vio_mmio_notify(of(transport), queue);
}

static void break_all(struct vio_mmio *mmio)
{
    mmio->transport.broken = true;
    for (size_t i = 0; i < mmio->queue_count; i++)
        vio_queue_break(mmio->queues[i], VIO_REFUSED_DEVICE);
}

static void config_interrupt(struct vio_mmio *mmio)
{
    const struct vio_driver_ops *ops = mmio->driver->ops;

    if ((vio_mmio_get(mmio, VIO_REG_STATUS) & VIO_STATUS_NEEDS_RESET) != 0)
        break_all(mmio);
    else if (ops->config_changed != NULL && ops->config_changed(mmio->driver) != VIO_OK)
        break_all(mmio);
}

/* Acknowledged before the rings are looked at: what comes in after that raises the line again (invariant 8).
 */
static enum vio_status mmio_interrupt(struct vio_transport *transport)
{
    struct vio_mmio *mmio = of(transport);
    uint32_t pending;

    if (!vio_mmio_is_running(mmio)) /* there may be no driver and no queue yet, or no more */
        return VIO_NOT_READY;
    pending = vio_mmio_get(mmio, VIO_REG_INTERRUPT_STATUS);
    pending &= VIO_INTERRUPT_USED | VIO_INTERRUPT_CONFIG; /* MMIO-DRV-20, 22 */
    if (pending == 0)
        return VIO_OK;
    vio_mmio_set(mmio, VIO_REG_INTERRUPT_ACK, pending);
    if ((pending & VIO_INTERRUPT_USED) != 0) {
        for (size_t i = 0; i < mmio->queue_count; i++)
            vio_queue_used_interrupt(mmio->queues[i]);
    }
    if ((pending & VIO_INTERRUPT_CONFIG) != 0 && vio_mmio_is_running(mmio) && !transport->broken)
        config_interrupt(mmio);
    return VIO_OK;
}

/* ---- configuration ---- */

static uint64_t read_field(const struct vio_mmio *mmio, const struct vio_config_field *field)
{
    const struct vio_platform *platform = mmio->platform;
    uint32_t offset = VIO_REG_CONFIG + field->offset;
    uint32_t width = field->width < 4 ? field->width : 4; /* MMIO-DRV-05, 06, 07 */
    uint64_t value = platform->reg_read(platform->ctx, offset, width);

    if (field->width == 8)
        value |= (uint64_t)platform->reg_read(platform->ctx, offset + 4, 4) << 32;
    return value;
}

/* CFG-DRV-01, 02, 03, invariants 7 and 10: the fields belong together if the generation stood still around
 * them. An interrupt in between may have found out that they never will. */
static enum vio_status mmio_config_read(struct vio_transport *transport, struct vio_config_field fields[],
                                        size_t count)
{
    struct vio_mmio *mmio = of(transport);

    for (uint32_t tries = 0; tries < CONFIG_TRIES_MAX && !transport->broken; tries++) {
        uint32_t generation = vio_mmio_get(mmio, VIO_REG_CONFIG_GENERATION);

        for (size_t i = 0; i < count; i++)
            fields[i].value = read_field(mmio, &fields[i]);
        if (vio_mmio_get(mmio, VIO_REG_CONFIG_GENERATION) == generation)
            return VIO_OK;
    }
    return VIO_TIMEOUT;
}

static void mmio_config_write(struct vio_transport *transport, const struct vio_config_field *field)
{
    const struct vio_platform *platform = of(transport)->platform;
    uint32_t offset = VIO_REG_CONFIG + field->offset;
    uint32_t width = field->width < 4 ? field->width : 4;

    platform->reg_write(platform->ctx, offset, width, (uint32_t)field->value);
    if (field->width == 8)
        platform->reg_write(platform->ctx, offset + 4, 4, (uint32_t)(field->value >> 32));
}

/* ---- the end ---- */

static void close_queues(struct vio_mmio *mmio)
{
    mmio->rings_lent = false;
    for (size_t i = 0; i < mmio->queue_count; i++)
        vio_queue_close(mmio->queues[i]);
    mmio->queue_count = 0;
}

/* MMIO-DRV-18, 19. A queue that does not stop is no reason not to reset. */
static void stop_queues(struct vio_mmio *mmio)
{
    for (size_t i = 0; i < mmio->queue_count; i++) {
        vio_mmio_set(mmio, VIO_REG_QUEUE_SEL, mmio->queues[i]->number);
        vio_mmio_set(mmio, VIO_REG_QUEUE_READY, 0);
        (void)vio_mmio_await(mmio, VIO_REG_QUEUE_READY, 0);
    }
}

bool vio_mmio_reset_device(struct vio_mmio *mmio)
{
    mmio->status_shadow = 0;
    vio_mmio_set(mmio, VIO_REG_STATUS, 0);
    return vio_mmio_await(mmio, VIO_REG_STATUS, 0); /* RESET-DRV-01 */
}

static enum vio_status mmio_reset(struct vio_transport *transport)
{
    struct vio_mmio *mmio = of(transport);
    bool running = vio_mmio_is_running(mmio);

    if (!mmio->rings_lent && !running)
        return VIO_OK;
    mmio->status_shadow &= ~VIO_STATUS_DRIVER_OK; /* not running from here on, whoever asks */
    if (running)
        stop_queues(mmio);
    if (!vio_mmio_reset_device(mmio)) {
        break_all(mmio); /* its rings are not to be touched any more */
        return VIO_TIMEOUT;
    }
    close_queues(mmio);
    return VIO_OK;
}

static void mmio_lost(struct vio_transport *transport)
{
    struct vio_mmio *mmio = of(transport);

    mmio->status_shadow = 0;
    close_queues(mmio);
}

static const struct vio_transport_ops mmio_ops = {
    .initialize = vio_mmio_initialize,
    .queue_notify = mmio_queue_notify,
    .interrupt = mmio_interrupt,
    .config_read = mmio_config_read,
    .config_write = mmio_config_write,
    .queue_reset = vio_mmio_queue_reset,
    .queue_restart = vio_mmio_queue_restart,
    .reset = mmio_reset,
    .lost = mmio_lost,
};

enum vio_status vio_mmio_init(struct vio_mmio *mmio, const struct vio_platform *platform)
{
    if (platform->reg_read == NULL || platform->reg_write == NULL || platform->dma_map == NULL)
        return VIO_INVALID;
    if (platform->dma_unmap == NULL || platform->barrier == NULL || platform->wait == NULL)
        return VIO_INVALID;
    if (platform->wait_steps_max == 0)
        return VIO_INVALID;
    memset(mmio, 0, sizeof(*mmio));
    mmio->transport.ops = &mmio_ops;
    mmio->platform = platform;
    return VIO_OK;
}
