/* SPDX-License-Identifier: Apache-2.0 */
/* Network as a kind of vio_device: frames are requests and come back when they were sent, commands when they
 * were answered; what is received goes up in one piece. */
#include "device.h"

#include "bytes.h"

enum { QUEUE_SIZE = 16, ENTRIES = 3, QUEUES = 2 * VIO_DEVICE_UNITS_MAX + 1 };
enum { BUFFERS = VIO_DEVICE_UNITS_MAX * VIO_DEVICE_BUFFERS };
enum { BUFFER_BYTES = (VIO_NET_HEADER_BYTES + VIO_NET_FRAME_BYTES + 3) / 4 * 4 };
enum { PACKET_BYTES = VIO_DEVICE_BUFFERS * BUFFER_BYTES };
VIO_DEVICE_HAS_ROOM(QUEUES, QUEUES *QUEUE_SIZE, ENTRIES);

#define NET_OF(pointer)    ((struct vio_device_net *)((char *)(pointer)-offsetof(struct vio_device_net, client)))
#define DEVICE_OF(pointer) ((struct vio_device *)((char *)(pointer)-offsetof(struct vio_device, as)))

/* ---- what comes in ---- */

/* The driver vouches for the sum of the parts: each is one of its buffers, and none twice. */
static size_t put_together(uint8_t *packet, const struct vio_net_part parts[], size_t count)
{
    size_t len_bytes = 0;

    for (size_t i = 0; i < count; i++) {
        memcpy(packet + len_bytes, parts[i].data, parts[i].len_bytes);
        len_bytes += parts[i].len_bytes;
    }
    return len_bytes;
}

/* [5.1.6.4]: the sender left it to us, up to what it stored in its place. The driver has checked that the
 * place lies in the packet. */
static void finish_checksum(uint8_t *packet, size_t len_bytes, const struct vio_net_checksum *checksum)
{
    uint8_t *at = packet + checksum->start + checksum->offset;
    uint32_t sum = 0;

    for (size_t i = checksum->start; i < len_bytes; i++)
        sum += (i - checksum->start) % 2 == 0 ? (uint32_t)packet[i] << 8 : packet[i];
    while (sum > 0xffff)
        sum = (sum & 0xffff) + (sum >> 16);
    at[0] = (uint8_t)(~sum >> 8); /* network order */
    at[1] = (uint8_t)~sum;
}

static void received(struct vio_net_client *client, uint32_t pair, const struct vio_net_part parts[],
                     size_t count, const struct vio_net_checksum *checksum)
{
    struct vio_device_net *net = NET_OF(client);
    struct vio_device *device = DEVICE_OF(net);
    bool partial = checksum->state == VIO_NET_CHECKSUM_PARTIAL;
    const uint8_t *data = parts[0].data;
    size_t len_bytes = parts[0].len_bytes;

    if (count > 1 || partial) {
        len_bytes = put_together(net->packet, parts, count);
        data = net->packet;
    }
    if (partial)
        finish_checksum(net->packet, len_bytes, checksum);
    device->user->received(device->mmio.platform->ctx, pair, data, len_bytes);
}

/* ---- what goes out ---- */

static void sent(struct vio_net_client *client, void *owner, enum vio_status status)
{
    struct vio_device *device = DEVICE_OF(NET_OF(client));
    struct vio_request *request = owner;

    device->client.finished(&device->client, request, status, status == VIO_OK ? request->len_bytes : 0);
}

static void control_done(struct vio_net_client *client, enum vio_status status)
{
    struct vio_device_net *net = NET_OF(client);
    struct vio_device *device = DEVICE_OF(net);
    struct vio_request *request = net->command;

    net->command = NULL;
    device->client.finished(&device->client, request, status, status == VIO_OK ? request->len_bytes : 0);
}

static enum vio_status set_tables(struct vio_net *net, const uint8_t *data, size_t len_bytes)
{
    size_t unicast = data[0], behind = 1 + 6 * unicast, multicast;

    if (behind >= len_bytes)
        return VIO_INVALID;
    multicast = data[behind];
    if (behind + 1 + 6 * multicast > len_bytes)
        return VIO_INVALID;
    return vio_net_set_mac_tables(net, (const uint8_t(*)[6])(data + 1), (uint32_t)unicast,
                                  (const uint8_t(*)[6])(data + behind + 1), (uint32_t)multicast);
}

static enum vio_status command(struct vio_net *net, const struct vio_request *request)
{
    const uint8_t *data = request->data;

    switch (request->op) {
    case VIO_OP_PROMISCUOUS:
        return vio_net_set_mode(net, VIO_NET_PROMISCUOUS, data[0] != 0);
    case VIO_OP_ALL_MULTICAST:
        return vio_net_set_mode(net, VIO_NET_ALL_MULTICAST, data[0] != 0);
    case VIO_OP_SET_MAC:
        return request->len_bytes >= 6 ? vio_net_set_mac(net, data) : VIO_INVALID;
    case VIO_OP_SET_MODE:
        return request->len_bytes >= 2 ? vio_net_set_mode(net, (enum vio_net_mode)data[0], data[1] != 0)
                                       : VIO_INVALID;
    case VIO_OP_SET_TABLES:
        return set_tables(net, data, request->len_bytes);
    case VIO_OP_SET_PAIRS:
        return request->len_bytes >= 2 ? vio_net_set_pairs(net, (uint16_t)(data[0] | data[1] << 8))
                                       : VIO_INVALID;
    default:
        return VIO_INVALID;
    }
}

static enum vio_status submit(struct vio_device *device, struct vio_request *request)
{
    struct vio_device_net *net = &device->as.net;
    struct vio_request *before = net->command;
    enum vio_status status;

    if (request->data == NULL)
        return VIO_INVALID;
    if (request->op == VIO_OP_SEND && request->len_bytes <= UINT32_MAX)
        return vio_net_send(&net->net, request->unit, request->data, (uint32_t)request->len_bytes, NULL,
                            request);
    if (request->len_bytes == 0)
        return VIO_INVALID;
    net->command = request; /* before: the answer may come from within */
    status = command(&net->net, request);
    if (status != VIO_OK)
        net->command = before;
    return status;
}

/* ---- all of it ---- */

static void refill(struct vio_device *device)
{
    vio_net_refill(&device->as.net.net);
}

static void inform(const struct vio_device *device, struct vio_device_info *info)
{
    const struct vio_net *net = &device->as.net.net;

    info->mtu_bytes = net->config.mtu;
    info->free_descriptors = 0;
    for (uint32_t i = 0; i < net->pairs_used; i++)
        info->free_descriptors += vio_queue_lent_chains(net->queues[2 * i]) +
                                  net->pair[i].part_count + /* of a packet that is coming in */
                                  vio_queue_free_descriptors(net->queues[2 * i + 1]);
}

static void build(struct vio_device *device, uint8_t *buffers)
{
    struct vio_device_net *net = &device->as.net;
    struct vio_net_setup setup = {
        .transport = &device->mmio.transport,
        .client = &net->client,
        .queues = device->list,
        .pairs = VIO_DEVICE_UNITS_MAX,
        .buffers = buffers,
        .records = net->records,
        .buffers_per_pair = VIO_DEVICE_BUFFERS,
        .buffer_bytes = BUFFER_BYTES,
        .mac = {0x02}, /* of nobody, locally administered */
        .with_checksum = true,
    };

    for (uint32_t i = 0; i < QUEUES; i++)
        setup.control = vio_device_add_queue(device, QUEUE_SIZE, ENTRIES); /* the last one */
    setup.shared = vio_device_take_shared(device, sizeof(*setup.shared));
    net->packet = buffers + BUFFERS * BUFFER_BYTES;
    net->client = (struct vio_net_client){.received = received, .sent = sent, .control_done = control_done};
    (void)vio_net_init(&net->net, &setup);
    device->driver = &net->net.driver;
}

const struct vio_device_kind vio_device_net = {
    .device_type = VIO_NET_DEVICE_TYPE,
    .shared_bytes = QUEUES * VIO_DEVICE_QUEUE_BYTES(QUEUE_SIZE, ENTRIES) +
                    VIO_DEVICE_ROUNDED(sizeof(struct vio_net_shared)),
    .buffers_bytes = BUFFERS * BUFFER_BYTES + PACKET_BYTES,
    .build = build,
    .submit = submit,
    .inform = inform,
    .refill = refill,
};
