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

/* What concerns no device type: as far as we and the rings go. Indirect tables are each queue's own affair,
 * the rest is not. */
static uint64_t generic_features(const struct vio_mmio *mmio, struct vio_queue *const queues[], size_t count)
{
    uint64_t all = UINT64_MAX, any = 0;

    for (size_t i = 0; i < count; i++) {
        all &= vio_queue_features(queues[i]);
        any |= vio_queue_features(queues[i]);
    }
    all &= VIO_F_EVENT_IDX | VIO_F_IN_ORDER | VIO_F_RING_PACKED;
    return (all | (any & VIO_F_INDIRECT_DESC) | VIO_F_VERSION_1 | VIO_F_ACCESS_PLATFORM |
            VIO_F_ORDER_PLATFORM | VIO_F_NOTIFICATION_DATA | VIO_F_RING_RESET) &
           ~mmio->transport.features_refused;
}

/* Can queues and platform live with it? */
static bool is_enough(const struct vio_mmio *mmio, struct vio_queue *const queues[], size_t count)
{
    if (mmio->platform->translates && (mmio->features & VIO_F_ACCESS_PLATFORM) == 0) /* RFEAT-DRV-05 */
        return false;
    for (size_t i = 0; i < count; i++) {
        if (vio_queue_accept(queues[i], mmio->features) != VIO_OK)
            return false;
    }
    return true;
}

/* FEAT-DRV-01, 05: what was offered, understood, and not more. */
static bool choose_features(struct vio_mmio *mmio, uint64_t offered, struct vio_queue *const queues[],
                            size_t count)
{
    uint64_t accepted = 0;

    if (!mmio->driver->ops->negotiate_features(mmio->driver, offered, &accepted))
        return false;
    accepted &= VIO_F_DEVICE_TYPE_BITS;
    mmio->features = offered & (accepted | generic_features(mmio, queues, count));
    return is_enough(mmio, queues, count);
}

static struct vio_init_result negotiate(struct vio_mmio *mmio, struct vio_queue *const queues[], size_t count)
{
    struct vio_init_result result = result_of(mmio, VIO_INIT_VIRTIO_VERSION);
    uint32_t status;

    result.offered = read_features(mmio);
    if ((result.offered & VIO_F_VERSION_1) == 0) /* RFEAT-DRV-02 */
        return result;
    result.error = VIO_INIT_FEATURES;
    if (!choose_features(mmio, result.offered, queues, count)) /* FEAT-DRV-07 */
        return result;
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

static uint32_t number_of(const struct vio_mmio *mmio, size_t position)
{
    const struct vio_driver_ops *ops = mmio->driver->ops;

    return ops->queue_number != NULL ? ops->queue_number(mmio->driver, position) : (uint32_t)position;
}

static struct vio_init_result setup_queues(struct vio_mmio *mmio, struct vio_queue *const queues[],
                                           size_t count)
{
    struct vio_init_result result = result_of(mmio, VIO_INIT_OK);

    mmio->queue_count = 0;
    for (size_t i = 0; i < count && result.error == VIO_INIT_OK; i++) {
        result.queue = number_of(mmio, i);
        if (result.queue == VIO_QUEUE_NONE)
            continue;
        result.error = vio_mmio_setup_queue(mmio, queues[i], result.queue);
        if (result.error == VIO_INIT_OK)
            mmio->queues[mmio->queue_count++] = queues[i];
    }
    if (result.error == VIO_INIT_OK)
        result.queue = 0;
    return result;
}

/* ---- all of it ---- */

static struct vio_init_result prepare(struct vio_mmio *mmio, struct vio_queue *const queues[], size_t count)
{
    struct vio_init_result result = negotiate(mmio, queues, count);

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
    /* What was provided before could not be notified. Each notification may bring an interrupt, and that
     * break a queue half-way: nothing more is asked of the device then. What is not shown yet, since a
     * callback started the device, will be notified when it is. */
    for (size_t i = 0; i < mmio->queue_count && !mmio->transport.broken; i++) {
        if (vio_queue_lent_chains(mmio->queues[i]) > 0 && mmio->queues[i]->pending == 0)
            vio_mmio_notify(mmio, mmio->queues[i]);
    }
    if (mmio->driver->ops->device_initialized != NULL)
        result.cause = mmio->driver->ops->device_initialized(mmio->driver);
    if (result.cause != VIO_OK)
        result.error = VIO_INIT_DRIVER;
    return result;
}

static bool is_ours(const struct vio_mmio *mmio, const struct vio_queue *queue)
{
    for (size_t i = 0; i < mmio->queue_count; i++) {
        if (mmio->queues[i] == queue)
            return true;
    }
    return false;
}

/* The first queue that cannot be used: not there, in use elsewhere, being closed, or twice in the list;
 * `count`: none. */
static size_t find_misuse(const struct vio_mmio *mmio, struct vio_queue *const queues[], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (queues[i] == NULL || queues[i]->closing)
            return i;
        if (queues[i]->initialized && !is_ours(mmio, queues[i]))
            return i;
        for (size_t earlier = 0; earlier < i; earlier++) {
            if (queues[earlier] == queues[i])
                return i;
        }
    }
    return count;
}

static bool is_misuse(const struct vio_mmio *mmio, const struct vio_driver *driver,
                      struct vio_queue *const queues[], size_t count)
{
    if (driver == NULL || driver->ops == NULL || driver->ops->negotiate_features == NULL)
        return true;
    for (size_t i = 0; i < mmio->queue_count; i++) {
        if (mmio->queues[i]->closing) /* a callback of the reset that is under way */
            return true;
    }
    return count > VIO_MMIO_QUEUES_MAX || find_misuse(mmio, queues, count) < count;
}

/* Nothing but identification, and the reset, comes before ACKNOWLEDGE; FAILED neither (invariant 9). */
static enum vio_init claim(struct vio_mmio *mmio, struct vio_driver *driver)
{
    enum vio_init error = vio_mmio_identify(mmio).error;

    if (error != VIO_INIT_OK)
        return error;
    if (!vio_device_type_is_known(mmio->device_type))
        return VIO_INIT_UNKNOWN_TYPE;
    if (mmio->device_type != driver->ops->device_type)
        return VIO_INIT_INCOMPATIBLE_TYPE;
    mmio->driver = driver;
    mmio->transport.broken = false;
    if (!vio_mmio_reset_device(mmio)) /* INIT-DRV-01 */
        return VIO_INIT_RESET;
    vio_mmio_add_status(mmio, VIO_STATUS_ACKNOWLEDGE);
    vio_mmio_add_status(mmio, VIO_STATUS_DRIVER);
    return VIO_INIT_OK;
}

struct vio_init_result vio_mmio_initialize(struct vio_transport *transport, struct vio_driver *driver,
                                           struct vio_queue *const queues[], size_t queue_count)
{
    struct vio_mmio *mmio = (struct vio_mmio *)transport;
    struct vio_init_result result;

    if (is_misuse(mmio, driver, queues, queue_count))
        return (struct vio_init_result){.error = VIO_INIT_INVALID};
    if (mmio->rings_lent && transport->ops->reset(transport) != VIO_OK)
        return result_of(mmio, VIO_INIT_RESET);
    result = result_of(mmio, claim(mmio, driver));
    result.device_type = mmio->device_type;
    if (result.error != VIO_INIT_OK)
        return result;
    result = prepare(mmio, queues, queue_count);
    if (result.error != VIO_INIT_OK) {
        vio_mmio_add_status(mmio, VIO_STATUS_FAILED); /* INIT-DRV-12 */
        return result;
    }
    return run(mmio);
}
