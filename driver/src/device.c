/* SPDX-License-Identifier: Apache-2.0 */
/* The stack put together. Contracts: vio_device.h. */
#include <vio/vio_device.h>

#include "bytes.h"

#define DEVICE_OF(member, pointer)                                                                           \
    ((struct vio_device *)((char *)(pointer)-offsetof(struct vio_device, member)))

/* ---- requests ---- */

static enum vio_status submit_now(struct vio_device *device, struct vio_request *request)
{
    if (device->device_type == VIO_RNG_DEVICE_TYPE)
        return vio_rng_submit(&device->rng, request);
    return vio_blk_submit(&device->blk, request);
}

/* With requests in flight, "no memory" passes: when one comes back, there is room again. */
static enum vio_status try_submit(struct vio_device *device, struct vio_request *request)
{
    enum vio_status status;

    device->active++; /* before: the answer may come from within */
    status = submit_now(device, request);
    if (status != VIO_OK)
        device->active--;
    return status;
}

static struct vio_request *take_waiting(struct vio_device *device)
{
    struct vio_request *request = device->waiting_first;

    if (request != NULL)
        device->waiting_first = request->next;
    if (device->waiting_first == NULL)
        device->waiting_last = NULL;
    return request;
}

static void put_back(struct vio_device *device, struct vio_request *request)
{
    request->next = device->waiting_first;
    device->waiting_first = request;
    if (device->waiting_last == NULL)
        device->waiting_last = request;
}

static void append(struct vio_device *device, struct vio_request *request)
{
    request->next = NULL;
    if (device->waiting_last != NULL)
        device->waiting_last->next = request;
    else
        device->waiting_first = request;
    device->waiting_last = request;
}

static void give_back(struct vio_device *device, struct vio_request *request, enum vio_status status,
                      size_t done_bytes)
{
    void *owner = request->owner;

    request->owner = NULL; /* free, before the submitter may want another */
    device->done(device->mmio.platform->ctx, owner, status, done_bytes);
}

/* Taken off the list first: a request may finish from within, and lead back here. */
static void start_waiting(struct vio_device *device)
{
    struct vio_request *request;

    while (device->device_type != 0 && (request = take_waiting(device)) != NULL) {
        enum vio_status status = try_submit(device, request);

        if (status == VIO_NO_MEMORY && device->active > 0) {
            put_back(device, request);
            return;
        }
        if (status != VIO_OK)
            give_back(device, request, status, 0);
    }
}

static void device_finished(struct vio_request_client *client, struct vio_request *request,
                            enum vio_status status, size_t done_bytes)
{
    struct vio_device *device = DEVICE_OF(client, client);

    device->active--;
    device->finished++;
    give_back(device, request, status, done_bytes);
    start_waiting(device);
}

/* Starts it, or lets it wait: behind others, or for room. */
static enum vio_status start_or_append(struct vio_device *device, struct vio_request *request)
{
    enum vio_status status = VIO_NO_MEMORY;

    if (device->waiting_first == NULL)
        status = try_submit(device, request);
    if (status != VIO_NO_MEMORY || device->active == 0)
        return status;
    append(device, request);
    return VIO_OK;
}

static struct vio_request *free_request(struct vio_device *device)
{
    for (uint32_t i = 0; i < VIO_DEVICE_REQUESTS_MAX; i++) {
        if (device->requests[i].owner == NULL)
            return &device->requests[i];
    }
    return NULL;
}

enum vio_status vio_device_submit(struct vio_device *device, enum vio_op op, uint64_t offset, void *data,
                                  size_t len_bytes, void *owner)
{
    struct vio_request *request = free_request(device);
    enum vio_status status;

    if (device->device_type == 0)
        return VIO_NOT_READY;
    if (device->mmio.transport.broken)
        return VIO_BROKEN;
    if (request == NULL)
        return VIO_NO_MEMORY;
    *request = (struct vio_request){
        .op = op, .offset = offset, .data = data, .len_bytes = len_bytes, .owner = owner};
    status = start_or_append(device, request);
    if (status != VIO_OK)
        request->owner = NULL;
    return status;
}

bool vio_device_holds(const struct vio_device *device, const void *owner)
{
    for (uint32_t i = 0; i < VIO_DEVICE_REQUESTS_MAX; i++) {
        if (device->requests[i].owner == owner)
            return true;
    }
    return false;
}

uint64_t vio_device_capacity_bytes(const struct vio_device *device)
{
    uint64_t sectors = device->blk.config.capacity_sectors;

    if (device->device_type != VIO_BLK_DEVICE_TYPE || sectors > UINT64_MAX / VIO_BLK_SECTOR_BYTES)
        return UINT64_MAX;
    return sectors * VIO_BLK_SECTOR_BYTES;
}

uint64_t vio_device_block_bytes(const struct vio_device *device)
{
    return device->device_type == VIO_BLK_DEVICE_TYPE ? device->blk.config.block_bytes : UINT64_MAX;
}

bool vio_device_busy(const struct vio_device *device)
{
    return device->active > 0;
}
bool vio_device_owns_memory(const struct vio_device *device)
{
    return vio_mmio_owns_memory(&device->mmio);
}

/* ---- life ---- */

enum vio_status vio_device_init(struct vio_device *device, const struct vio_platform *platform,
                                struct vio_device_memory *memory, vio_device_done *done)
{
    struct vio_queue *queue = &device->queue;
    enum vio_status status;

    memset(device, 0, sizeof(*device));
    device->done = done;
    device->client.finished = device_finished;
    status = vio_mmio_init(&device->mmio, platform);
    if (status != VIO_OK)
        return status;
    vio_rng_init(&device->rng, &device->queue, &device->client);
    (void)vio_blk_init(&device->blk, &device->mmio.transport, &queue, 1, memory->blk, &device->client);
    status = vio_split_queue_init(&device->queue, platform, memory->descriptors, memory->available,
                                  memory->used, device->slots, VIO_DEVICE_QUEUE_SIZE_MAX);
    if (status != VIO_OK)
        return status;
    return vio_queue_set_indirect(&device->queue, memory->tables, device->records, VIO_DEVICE_TABLE_ENTRIES);
}

static struct vio_driver *driver_for(struct vio_device *device, uint32_t device_type)
{
    if (device_type == VIO_RNG_DEVICE_TYPE) {
        (void)vio_queue_set_client(&device->queue, &device->rng.queue_client);
        return &device->rng.driver;
    }
    if (device_type == VIO_BLK_DEVICE_TYPE) {
        (void)vio_queue_set_client(&device->queue, &device->blk.queue_client);
        return &device->blk.driver;
    }
    return NULL;
}

struct vio_init_result vio_device_start(struct vio_device *device)
{
    struct vio_transport *transport = &device->mmio.transport;
    struct vio_queue *queue = &device->queue;
    struct vio_init_result result = vio_mmio_identify(&device->mmio);
    struct vio_driver *driver;

    if (result.error != VIO_INIT_OK)
        return result;
    driver = driver_for(device, result.device_type);
    if (driver == NULL) {
        result.error =
            vio_device_type_is_known(result.device_type) ? VIO_INIT_INCOMPATIBLE_TYPE : VIO_INIT_UNKNOWN_TYPE;
        return result;
    }
    result = transport->ops->initialize(transport, driver, &queue, 1);
    if (result.error == VIO_INIT_OK && transport->broken) /* in an interrupt since DRIVER_OK */
        result.error = VIO_INIT_NEEDS_RESET;
    if (result.error == VIO_INIT_OK)
        device->device_type = result.device_type;
    else
        (void)transport->ops->reset(transport); /* vio_device_owns_memory tells how it went */
    return result;
}

static void fail_waiting(struct vio_device *device, enum vio_status status)
{
    struct vio_request *request;

    while ((request = take_waiting(device)) != NULL)
        give_back(device, request, status, 0);
}

enum vio_status vio_device_stop(struct vio_device *device, bool gone)
{
    struct vio_transport *transport = &device->mmio.transport;
    enum vio_status status = VIO_OK;

    device->device_type = 0; /* nothing is started from here on */
    if (gone)
        transport->ops->lost(transport);
    else
        status = transport->ops->reset(transport);
    if (status != VIO_OK)
        vio_queue_abandon(&device->queue, VIO_TIMEOUT);
    fail_waiting(device, VIO_CANCELLED);
    return status;
}

/* ---- interrupt and time ---- */

static enum vio_status stop_if_broken(struct vio_device *device)
{
    if (device->device_type == 0 || !device->mmio.transport.broken)
        return VIO_OK;
    (void)vio_device_stop(device, false);
    return VIO_BROKEN;
}

enum vio_status vio_device_interrupt(struct vio_device *device)
{
    struct vio_transport *transport = &device->mmio.transport;
    enum vio_status status = transport->ops->interrupt(transport);

    return status == VIO_OK ? stop_if_broken(device) : status;
}

enum vio_status vio_device_expire(struct vio_device *device)
{
    if (device->device_type ==
        0) /* it is being stopped, perhaps below us: the rings are no business of ours */
        return VIO_OK;
    vio_queue_used_interrupt(&device->queue); /* the interrupt may be all that was lost */
    if (stop_if_broken(device) != VIO_OK)
        return VIO_BROKEN;
    if (device->device_type != 0 && device->active > 0 && device->finished == device->finished_seen) {
        (void)vio_device_stop(device, false);
        return VIO_TIMEOUT;
    }
    device->finished_seen = device->finished;
    return VIO_OK;
}
