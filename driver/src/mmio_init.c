/* SPDX-License-Identifier: Apache-2.0 */
/* From an unknown slot to DRIVER_OK, in the order of [3.1.1] and [4.2.3.1]. */
#include "mmio.h"

static struct vio_init_result result_of(const struct vio_mmio *mmio, enum vio_init error)
{
    return (struct vio_init_result){.error = error, .device_type = mmio->device_type};
}

/* MMIO-INIT-DRV-01 to 04: these three registers, in this order, and nothing else before the decision. */
struct vio_init_result vio_mmio_identify(struct vio_mmio *mmio)
{
    mmio->device_type = 0;
    if (vio_mmio_get(mmio, VIO_REG_MAGIC_VALUE) != VIO_MAGIC_VALUE)
        return result_of(mmio, VIO_INIT_NOT_VIRTIO);
    if (vio_mmio_get(mmio, VIO_REG_VERSION) != VIO_VERSION)
        return result_of(mmio, VIO_INIT_TRANSPORT_VERSION);
    mmio->device_type = vio_mmio_get(mmio, VIO_REG_DEVICE_ID);
    if (mmio->device_type == 0)
        return result_of(mmio, VIO_INIT_NO_DEVICE);
    return result_of(mmio, VIO_INIT_OK);
}

/* ---- features ---- */

static uint64_t read_features(const struct vio_mmio *mmio)
{
    uint64_t features;

    vio_mmio_set(mmio, VIO_REG_DEVICE_FEATURES_SEL, 0); /* MMIO-DRV-14 */
    features = vio_mmio_get(mmio, VIO_REG_DEVICE_FEATURES);
    vio_mmio_set(mmio, VIO_REG_DEVICE_FEATURES_SEL, 1);
    features |= (uint64_t)vio_mmio_get(mmio, VIO_REG_DEVICE_FEATURES) << 32;
    return features;
}

static void write_features(const struct vio_mmio *mmio)
{
    vio_mmio_set(mmio, VIO_REG_DRIVER_FEATURES_SEL, 0); /* MMIO-DRV-15 */
    vio_mmio_set(mmio, VIO_REG_DRIVER_FEATURES, (uint32_t)mmio->features);
    vio_mmio_set(mmio, VIO_REG_DRIVER_FEATURES_SEL, 1);
    vio_mmio_set(mmio, VIO_REG_DRIVER_FEATURES, (uint32_t)(mmio->features >> 32));
}

static struct vio_init_result negotiate(struct vio_mmio *mmio)
{
    const uint64_t generic = VIO_F_VERSION_1 | VIO_F_ACCESS_PLATFORM | VIO_F_ORDER_PLATFORM | VIO_F_EVENT_IDX;
    struct vio_init_result result = result_of(mmio, VIO_INIT_VIRTIO_VERSION);
    uint64_t accepted = 0;
    uint32_t status;

    result.offered = read_features(mmio);
    if ((result.offered & VIO_F_VERSION_1) == 0) /* RFEAT-DRV-02 */
        return result;
    result.error = VIO_INIT_FEATURES;
    if (!mmio->driver->ops->negotiate_features(mmio->driver, result.offered, &accepted))
        return result;
    mmio->features = result.offered & (accepted | generic); /* FEAT-DRV-01 */
    result.accepted = mmio->features;
    result.has_accepted = true;
    write_features(mmio);
    vio_mmio_add_status(mmio, VIO_STATUS_FEATURES_OK);
    status = vio_mmio_get(mmio, VIO_REG_STATUS); /* INIT-DRV-09 */
    if ((status & VIO_STATUS_FEATURES_OK) == 0)
        return result;
    result.error = (status & VIO_STATUS_NEEDS_RESET) == 0 ? VIO_INIT_OK : VIO_INIT_NEEDS_RESET;
    return result;
}

/* ---- queues ---- */

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

static enum vio_init setup_queue(struct vio_mmio *mmio, struct vio_queue *queue, uint32_t number)
{
    uint32_t size;

    if (vio_queue_accept(queue, mmio->features) != VIO_OK)
        return VIO_INIT_QUEUE_UNAVAILABLE;
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
    mmio->queues[mmio->queue_count++] = queue;
    return VIO_INIT_OK;
}

static struct vio_init_result setup_queues(struct vio_mmio *mmio, struct vio_queue *const queues[],
                                           size_t count)
{
    struct vio_init_result result = result_of(mmio, VIO_INIT_OK);

    mmio->queue_count = 0;
    for (uint32_t i = 0; i < count && result.error == VIO_INIT_OK; i++) {
        result.error = setup_queue(mmio, queues[i], i);
        result.queue = i;
    }
    return result;
}

/* ---- all of it ---- */

static struct vio_init_result prepare(struct vio_mmio *mmio, struct vio_queue *const queues[], size_t count)
{
    struct vio_init_result result = negotiate(mmio);

    if (result.error == VIO_INIT_OK)
        result = setup_queues(mmio, queues, count);
    if (result.error == VIO_INIT_OK && mmio->driver->ops->pre_device_initialization != NULL) {
        result.cause = mmio->driver->ops->pre_device_initialization(mmio->driver);
        if (result.cause != VIO_OK)
            result.error = VIO_INIT_DRIVER_PRE;
    }
    return result;
}

static struct vio_init_result run(struct vio_mmio *mmio)
{
    struct vio_init_result result = result_of(mmio, VIO_INIT_OK);

    vio_mmio_add_status(mmio, VIO_STATUS_DRIVER_OK);
    for (size_t i = 0; i < mmio->queue_count; i++) { /* what was provided before could not be notified */
        if (vio_queue_lent_chains(mmio->queues[i]) > 0)
            vio_mmio_notify(mmio, mmio->queues[i]);
    }
    if (mmio->driver->ops->device_initialized != NULL)
        result.cause = mmio->driver->ops->device_initialized(mmio->driver);
    if (result.cause != VIO_OK)
        result.error = VIO_INIT_DRIVER;
    return result;
}

struct vio_init_result vio_mmio_initialize(struct vio_transport *transport, struct vio_driver *driver,
                                           struct vio_queue *const queues[], size_t queue_count)
{
    struct vio_mmio *mmio = (struct vio_mmio *)transport;
    struct vio_init_result result;

    if (mmio->rings_lent && transport->ops->reset(transport) != VIO_OK)
        return result_of(mmio, VIO_INIT_RESET);
    if (queue_count > VIO_MMIO_QUEUES_MAX)
        return (struct vio_init_result){.error = VIO_INIT_QUEUE_UNAVAILABLE, .queue = VIO_MMIO_QUEUES_MAX};
    result = vio_mmio_identify(mmio);
    if (result.error != VIO_INIT_OK)
        return result;
    if (mmio->device_type != driver->ops->device_type)
        return result_of(mmio, VIO_INIT_INCOMPATIBLE_TYPE);
    mmio->driver = driver;
    transport->broken = false;
    if (!vio_mmio_reset_device(mmio)) /* INIT-DRV-01 */
        return result_of(mmio, VIO_INIT_RESET);
    vio_mmio_add_status(mmio, VIO_STATUS_ACKNOWLEDGE);
    vio_mmio_add_status(mmio, VIO_STATUS_DRIVER);
    result = prepare(mmio, queues, queue_count);
    if (result.error != VIO_INIT_OK) {
        vio_mmio_add_status(mmio, VIO_STATUS_FAILED); /* INIT-DRV-12 */
        return result;
    }
    return run(mmio);
}
