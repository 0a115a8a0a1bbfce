/* SPDX-License-Identifier: Apache-2.0 */
/* The stack put together; what differs between device types is in device_*.c. Contracts: vio_device.h. */
#include "device.h"

#include "bytes.h"

#define DEVICE_OF(member, pointer)                                                                           \
    ((struct vio_device *)((char *)(pointer)-offsetof(struct vio_device, member)))

/* ---- requests ---- */

static enum vio_status try_submit(struct vio_device *device, struct vio_request *request)
{
    enum vio_status status;

    device->active++; /* before: the answer may come from within */
    status = device->kind->submit(device, request);
    if (status != VIO_OK)
        device->active--;
    return status;
}

static uint32_t unit_bit(const struct vio_request *request)
{
    return UINT32_C(1) << request->unit % 32;
}

/* In the order of their arrival, also if it was taken off and has to wait on. */
static void keep_waiting(struct vio_device *device, struct vio_request *request)
{
    struct vio_request **at = &device->waiting;

    while (*at != NULL && (int32_t)((*at)->order - request->order) < 0)
        at = &(*at)->next;
    request->next = *at;
    *at = request;
}

/* The oldest of a unit that is not blocked. */
static struct vio_request *take_waiting(struct vio_device *device, uint32_t blocked)
{
    struct vio_request **at = &device->waiting;
    struct vio_request *request;

    while (*at != NULL && (unit_bit(*at) & blocked) != 0)
        at = &(*at)->next;
    request = *at;
    if (request != NULL)
        *at = request->next;
    return request;
}

static void give_back(struct vio_device *device, struct vio_request *request, enum vio_status status,
                      size_t done_bytes)
{
    void *owner = request->owner;

    request->owner = NULL; /* free, before the submitter may want another */
    device->user->done(device->mmio.platform->ctx, owner, status, done_bytes);
}

/* With requests in flight "no memory" passes: when one comes back, there is room again. "Not ready" passes
 * when the device says so, or time does. */
static bool may_wait(const struct vio_device *device, enum vio_status status)
{
    return status == VIO_NOT_READY || (status == VIO_NO_MEMORY && device->active > 0);
}

/* None before an older one of its unit. Taken off the list first: a request may finish from within, and lead
 * back here. True: one or more are with the device now. */
static bool start_waiting(struct vio_device *device)
{
    struct vio_request *request;
    uint32_t blocked = 0;
    bool any = false;

    while (device->running && (request = take_waiting(device, blocked)) != NULL) {
        enum vio_status status = try_submit(device, request);

        if (may_wait(device, status)) {
            blocked |= unit_bit(request);
            keep_waiting(device, request);
        } else if (status != VIO_OK) {
            give_back(device, request, status, 0);
        } else {
            any = true;
        }
    }
    return any;
}

static void device_finished(struct vio_request_client *client, struct vio_request *request,
                            enum vio_status status, size_t done_bytes)
{
    struct vio_device *device = DEVICE_OF(client, client);

    device->active--;
    device->finished++;
    give_back(device, request, status, done_bytes);
    (void)start_waiting(device);
}

static bool is_behind_another(const struct vio_device *device, const struct vio_request *request)
{
    for (const struct vio_request *other = device->waiting; other != NULL; other = other->next) {
        if (other->unit == request->unit)
            return true;
    }
    return false;
}

/* Starts it, or lets it wait: behind others, or for room. */
static enum vio_status start_or_wait(struct vio_device *device, struct vio_request *request)
{
    enum vio_status status = VIO_NOT_READY;

    if (!is_behind_another(device, request))
        status = try_submit(device, request);
    if (!may_wait(device, status))
        return status;
    keep_waiting(device, request);
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

enum vio_status vio_device_submit(struct vio_device *device, const struct vio_request *wanted)
{
    struct vio_request *request = free_request(device);
    enum vio_status status;

    if (wanted->owner == NULL)
        return VIO_INVALID;
    if (!device->running)
        return VIO_NOT_READY;
    if (device->mmio.transport.broken)
        return VIO_BROKEN;
    if (request == NULL)
        return VIO_NO_MEMORY;
    *request = *wanted;
    request->order = device->order++;
    if (device->kind->unit != NULL)
        request->unit = device->kind->unit(device, request);
    status = start_or_wait(device, request);
    if (status != VIO_OK)
        request->owner = NULL;
    return status;
}

/* NULL is nobody's. */
static uint32_t find_request(const struct vio_device *device, const void *owner)
{
    uint32_t at = 0;

    while (at < VIO_DEVICE_REQUESTS_MAX && (owner == NULL || device->requests[at].owner != owner))
        at++;
    return at;
}

bool vio_device_holds(const struct vio_device *device, const void *owner)
{
    return find_request(device, owner) < VIO_DEVICE_REQUESTS_MAX;
}

struct vio_device_info vio_device_info(const struct vio_device *device)
{
    struct vio_device_info info = {UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX};

    if (device->running)
        device->kind->inform(device, &info);
    return info;
}

bool vio_device_busy(const struct vio_device *device)
{
    return device->active > 0 || device->waiting != NULL;
}
bool vio_device_owns_memory(const struct vio_device *device)
{
    return vio_mmio_owns_memory(&device->mmio);
}

/* ---- life ---- */

const struct vio_device_kind *vio_device_identify(struct vio_device *device,
                                                  const struct vio_platform *platform,
                                                  const struct vio_device_kind *const kinds[],
                                                  const struct vio_device_user *user)
{
    struct vio_init_result found;

    memset(device, 0, sizeof(*device));
    if (vio_mmio_init(&device->mmio, platform) != VIO_OK)
        return NULL;
    found = vio_mmio_identify(&device->mmio);
    for (size_t i = 0; kinds[i] != NULL && found.error == VIO_INIT_OK; i++) {
        if (kinds[i]->device_type == found.device_type)
            device->kind = kinds[i];
    }
    device->user = user;
    device->client.finished = device_finished;
    return device->kind;
}

void *vio_device_take_shared(struct vio_device *device, size_t len_bytes)
{
    uint8_t *at = device->shared;

    device->shared += VIO_DEVICE_ROUNDED(len_bytes);
    return at;
}

/* Aligned as it is, and of a legal size, there is nothing to refuse. */
struct vio_queue *vio_device_add_queue(struct vio_device *device, uint32_t size, uint32_t entries)
{
    struct vio_queue *queue = &device->queues[device->queue_count];
    void *descriptors = vio_device_take_shared(device, VIO_SPLIT_DESCRIPTORS_BYTES(size));
    void *available = vio_device_take_shared(device, VIO_SPLIT_AVAILABLE_BYTES(size));
    void *used = vio_device_take_shared(device, VIO_SPLIT_USED_BYTES(size));

    (void)vio_split_queue_init(queue, device->mmio.platform, descriptors, available, used,
                               &device->slots[device->slot_count], size);
    (void)vio_queue_set_indirect(queue, vio_device_take_shared(device, 16 * (size_t)size * entries),
                                 &device->records[device->record_count], entries);
    device->slot_count += size;
    device->record_count += size * entries;
    device->list[device->queue_count++] = queue;
    return queue;
}

enum vio_status vio_device_build(struct vio_device *device, void *shared, void *buffers)
{
    if (device->kind == NULL || shared == NULL || (uintptr_t)shared % 16 != 0)
        return VIO_INVALID;
    if (device->kind->buffers_bytes > 0 && (buffers == NULL || (uintptr_t)buffers % 4 != 0))
        return VIO_INVALID;
    device->shared = shared;
    device->kind->build(device, buffers);
    return VIO_OK;
}

struct vio_init_result vio_device_start(struct vio_device *device)
{
    struct vio_transport *transport = &device->mmio.transport;
    struct vio_init_result result = {.error = VIO_INIT_RESET};

    if (device->running && vio_device_stop(device, false) != VIO_OK)
        return result;
    result = transport->ops->initialize(transport, device->driver, device->list, device->queue_count);
    if (result.error == VIO_INIT_OK && transport->broken) /* in an interrupt since DRIVER_OK */
        result.error = VIO_INIT_NEEDS_RESET;
    if (result.error == VIO_INIT_OK)
        device->running = true;
    else
        (void)transport->ops->reset(transport); /* vio_device_owns_memory tells how it went */
    return result;
}

/* Those that wait now: who is told of one may hand in another, which waits behind them. */
static void fail_waiting(struct vio_device *device, enum vio_status status)
{
    uint32_t end = device->order;

    while (device->waiting != NULL && (int32_t)(device->waiting->order - end) < 0)
        give_back(device, take_waiting(device, 0), status, 0);
}

enum vio_status vio_device_stop(struct vio_device *device, bool gone)
{
    struct vio_transport *transport = &device->mmio.transport;
    enum vio_status status = VIO_OK;

    device->running = false; /* nothing is started from here on */
    if (gone)
        transport->ops->lost(transport);
    else
        status = transport->ops->reset(transport);
    for (uint32_t i = 0; i < device->queue_count && status != VIO_OK && !device->running; i++)
        vio_queue_abandon(&device->queues[i], VIO_TIMEOUT); /* the user may start it again from within */
    fail_waiting(device, VIO_CANCELLED);
    return status;
}

/* ---- interrupt and time ---- */

static void refill(struct vio_device *device)
{
    if (device->running && device->kind->refill != NULL)
        device->kind->refill(device);
}

static enum vio_status stop_if_broken(struct vio_device *device)
{
    if (!device->running || !device->mmio.transport.broken)
        return VIO_OK;
    (void)vio_device_stop(device, false);
    return VIO_BROKEN;
}

enum vio_status vio_device_interrupt(struct vio_device *device)
{
    struct vio_transport *transport = &device->mmio.transport;
    enum vio_status status = transport->ops->interrupt(transport);

    if (status == VIO_OK)
        status = stop_if_broken(device);
    (void)start_waiting(device); /* for what no request stands for: a port was added */
    refill(device);
    return status;
}

/* The device lets go of the queue and gets it back, empty; the requests in it come back. Those that were
 * handed in meanwhile waited for that. */
static enum vio_status renew_queue(struct vio_device *device, struct vio_queue *queue)
{
    struct vio_transport *transport = &device->mmio.transport;
    enum vio_status status;

    if (!device->kind->renews)
        return VIO_UNSUPPORTED;
    status = transport->ops->queue_reset(transport, queue);
    if (status == VIO_UNSUPPORTED)
        return status;
    if (status == VIO_OK)
        status = transport->ops->queue_restart(transport, queue);
    if (status != VIO_OK) {
        (void)vio_device_stop(device, false);
        return VIO_BROKEN;
    }
    (void)start_waiting(device);
    return VIO_OK;
}

static enum vio_status renew_queues(struct vio_device *device)
{
    enum vio_status status = VIO_UNSUPPORTED;

    for (uint32_t i = 0; i < device->queue_count && device->running; i++) {
        if (vio_queue_lent_chains(device->list[i]) == 0)
            continue;
        status = renew_queue(device, device->list[i]);
        if (status != VIO_OK)
            return status;
    }
    return status;
}

static bool stops_waiting(struct vio_device *device, struct vio_request *request)
{
    for (struct vio_request **at = &device->waiting; *at != NULL; at = &(*at)->next) {
        if (*at != request)
            continue;
        *at = request->next;
        return true;
    }
    return false;
}

enum vio_status vio_device_cancel(struct vio_device *device, const void *owner)
{
    uint32_t at = find_request(device, owner);
    struct vio_request *request = &device->requests[at];
    enum vio_status status = VIO_OK;

    if (at == VIO_DEVICE_REQUESTS_MAX || !device->running)
        return VIO_OK;
    if (stops_waiting(device, request))
        give_back(device, request, VIO_CANCELLED, 0);
    else
        status = renew_queue(device, device->list[request->unit % device->queue_count]);
    return status == VIO_UNSUPPORTED ? VIO_OK : status;
}

/* Nothing came back since the last time. What was lent the device keeps until it is stopped; what was not
 * needs no such violence. */
static enum vio_status give_up(struct vio_device *device)
{
    if (device->active > 0) {
        enum vio_status status = renew_queues(device);

        if (status != VIO_UNSUPPORTED)
            return status;
        (void)vio_device_stop(device, false);
        return VIO_TIMEOUT;
    }
    fail_waiting(device, VIO_NOT_READY);
    return VIO_OK;
}

enum vio_status vio_device_expire(struct vio_device *device)
{
    if (!device->running) /* it is being stopped, perhaps below us: the rings are no business of ours */
        return VIO_OK;
    for (uint32_t i = 0; i < device->queue_count; i++)
        vio_queue_used_interrupt(&device->queues[i]); /* the interrupt may be all that was lost */
    if (stop_if_broken(device) != VIO_OK)
        return VIO_BROKEN;
    refill(device);
    if (!start_waiting(device) && vio_device_busy(device) && device->finished == device->finished_seen)
        return give_up(device);
    device->finished_seen = device->finished;
    return VIO_OK;
}
