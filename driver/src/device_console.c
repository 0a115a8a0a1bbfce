/* SPDX-License-Identifier: Apache-2.0 */
/* Console as a kind of vio_device: bytes are requests and come back when they were taken. */
#include "device.h"

enum { QUEUE_SIZE = 16, ENTRIES = 2, QUEUES = 2 * VIO_DEVICE_UNITS_MAX + 2 };
enum { BUFFERS = VIO_DEVICE_UNITS_MAX * VIO_DEVICE_BUFFERS, BUFFER_BYTES = 256 };
VIO_DEVICE_HAS_ROOM(QUEUES, QUEUES *QUEUE_SIZE, ENTRIES);

#define CONSOLE_OF(pointer)                                                                                  \
    ((struct vio_device_console *)((char *)(pointer)-offsetof(struct vio_device_console, client)))
#define DEVICE_OF(pointer) ((struct vio_device *)((char *)(pointer)-offsetof(struct vio_device, as)))

static void received(struct vio_console_client *client, uint32_t port, const uint8_t *data,
                     uint32_t len_bytes)
{
    struct vio_device *device = DEVICE_OF(CONSOLE_OF(client));

    device->user->received(device->mmio.platform->ctx, port, data, len_bytes);
}

static void finish(struct vio_device *device, struct vio_request *request, enum vio_status status)
{
    device->client.finished(&device->client, request, status, status == VIO_OK ? request->len_bytes : 0);
}

static void sent(struct vio_console_client *client, void *owner, enum vio_status status)
{
    finish(DEVICE_OF(CONSOLE_OF(client)), owner, status);
}

/* A port that the device has, but did not add yet, or took away: there may be one in a moment. Nor is it the
 * caller's business that messages to the device queue up. */
static enum vio_status not_ready_yet(const struct vio_console *console, const struct vio_request *request,
                                     enum vio_status status)
{
    if (status == VIO_NO_MEMORY && request->op == VIO_OP_OPEN_PORT)
        return VIO_NOT_READY;
    return status == VIO_INVALID && request->unit < console->ports_used &&
                   !console->ports[request->unit].present
               ? VIO_NOT_READY
               : status;
}

/* A command is done when it was said: there is no answer to it. */
static enum vio_status command(struct vio_console *console, const struct vio_request *request)
{
    const uint8_t *data = request->data;

    if (request->op == VIO_OP_OPEN_PORT)
        return vio_console_open(console, request->unit, data[0] != 0);
    if (request->op == VIO_OP_EMERGENCY_WRITE)
        return vio_console_emergency_write(console, (char)data[0]);
    return VIO_INVALID;
}

static enum vio_status submit(struct vio_device *device, struct vio_request *request)
{
    struct vio_console *console = &device->as.console.console;
    enum vio_status status;

    if (request->data == NULL || request->len_bytes == 0 || request->len_bytes > UINT32_MAX)
        return VIO_INVALID;
    if (request->op == VIO_OP_SEND) {
        status =
            vio_console_send(console, request->unit, request->data, (uint32_t)request->len_bytes, request);
        return not_ready_yet(console, request, status);
    }
    status = not_ready_yet(console, request, command(console, request));
    if (status == VIO_OK)
        finish(device, request, VIO_OK);
    return status;
}

static void refill(struct vio_device *device)
{
    vio_console_refill(&device->as.console.console);
}

static void inform(const struct vio_device *device, struct vio_device_info *info)
{
    info->free_descriptors = 0;
    for (uint32_t i = 0; i < device->as.console.console.ports_used; i++) {
        const struct vio_queue *receive = device->list[i == 0 ? 0 : 2 * i + 2];

        info->free_descriptors += vio_queue_lent_chains(receive) + vio_queue_free_descriptors(receive + 1);
    }
}

static void build(struct vio_device *device, uint8_t *buffers)
{
    struct vio_device_console *console = &device->as.console;
    struct vio_console_setup setup = {
        .transport = &device->mmio.transport,
        .client = &console->client,
        .queues = device->list,
        .multiport = true,
        .ports = VIO_DEVICE_UNITS_MAX,
        .buffers = buffers,
        .records = console->records,
        .buffers_per_port = VIO_DEVICE_BUFFERS,
        .buffer_bytes = BUFFER_BYTES,
    };

    for (uint32_t i = 0; i < QUEUES; i++)
        (void)vio_device_add_queue(device, QUEUE_SIZE, ENTRIES);
    setup.shared = vio_device_take_shared(device, sizeof(*setup.shared));
    console->client = (struct vio_console_client){.received = received, .sent = sent};
    (void)vio_console_init(&console->console, &setup);
    device->driver = &console->console.driver;
}

const struct vio_device_kind vio_device_console = {
    .device_type = VIO_CONSOLE_DEVICE_TYPE,
    .shared_bytes = QUEUES * VIO_DEVICE_QUEUE_BYTES(QUEUE_SIZE, ENTRIES) +
                    VIO_DEVICE_ROUNDED(sizeof(struct vio_console_shared)),
    .buffers_bytes = BUFFERS * BUFFER_BYTES,
    .build = build,
    .submit = submit,
    .inform = inform,
    .refill = refill,
};
