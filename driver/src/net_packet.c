/* SPDX-License-Identifier: Apache-2.0 */
/* Packets, in and out. Contracts: vio_net.h. */
#include "net.h"

#include "bytes.h"

#define NET_OF(member, pointer) ((struct vio_net *)((char *)(pointer)-offsetof(struct vio_net, member)))

/* The header [5.1.6]. */
enum { AT_FLAGS = 0, AT_SUM_START = 6, AT_SUM_OFFSET = 8, AT_BUFFERS = 10 };
enum { NEEDS_CSUM = 1, DATA_VALID = 2 };

/* ---- receive: buffers ---- */

static void keep_out(struct vio_net *net, struct vio_net_buffer *buffer)
{
    buffer->out = true;
    net->pair[buffer->pair].out_count++;
}

/* One that cannot be mapped now stays out, and has its turn again with the next packet. */
static void lend(struct vio_net *net, struct vio_net_buffer *buffer)
{
    const struct vio_buffer chain = {buffer->data, net->setup.buffer_bytes, true};

    buffer->out = false;
    if (vio_queue_add(net->queues[2 * buffer->pair], &chain, 1, buffer) == VIO_NO_MEMORY)
        keep_out(net, buffer);
}

/* As many as the queue has room for; when one cannot be mapped, those behind it wait as well. */
static enum vio_status fill_pair(struct vio_net *net, uint32_t pair)
{
    struct vio_queue *queue = net->queues[2 * pair];
    uint32_t first = pair * net->setup.buffers_per_pair;
    const uint32_t *out_count = &net->pair[pair].out_count;

    for (uint32_t i = first; i < first + net->setup.buffers_per_pair; i++) {
        struct vio_net_buffer *buffer = &net->setup.records[i];

        *buffer =
            (struct vio_net_buffer){net->setup.buffers + (size_t)i * net->setup.buffer_bytes, pair, false};
        memset(buffer->data, 0, net->setup.buffer_bytes); /* invariant 12 */
        if (vio_queue_free_descriptors(queue) <= *out_count)
            continue;
        if (*out_count == 0)
            lend(net, buffer);
        else
            keep_out(net, buffer);
    }
    (void)vio_queue_kick(queue);
    return vio_queue_lent_chains(queue) > 0 ? VIO_OK : VIO_NO_MEMORY;
}

enum vio_status vio_net_fill(struct vio_net *net)
{
    enum vio_status status = VIO_OK;

    for (uint32_t pair = 0; pair < net->pairs_used && status == VIO_OK; pair++) /* NET-RXBUF-DRV-04 */
        status = fill_pair(net, pair);
    return status;
}

static void refill_pair(struct vio_net *net, uint32_t number)
{
    uint32_t first = number * net->setup.buffers_per_pair, left = net->pair[number].out_count;

    net->pair[number].out_count = 0;
    for (uint32_t i = first; left > 0 && i < first + net->setup.buffers_per_pair; i++) {
        if (!net->setup.records[i].out)
            continue;
        lend(net, &net->setup.records[i]);
        left--;
    }
    (void)vio_queue_kick(net->queues[2 * number]);
}

void vio_net_refill(struct vio_net *net)
{
    for (uint32_t pair = 0; pair < net->pairs_used; pair++) {
        if (net->pair[pair].out_count > 0)
            refill_pair(net, pair);
    }
}

/* The buffers of the packet go back to the device, with one notification. */
static void recycle(struct vio_net *net, uint32_t number)
{
    struct vio_net_pair *pair = &net->pair[number];

    for (uint32_t i = 0; i < pair->part_count; i++)
        lend(net, pair->taken[i]);
    pair->part_count = 0;
    pair->parts_expected = 0;
    refill_pair(net, number);
}

/* ---- receive: packets ---- */

/* From the header, each word once. Flags that were not negotiated, or do not exist, say nothing
 * (NET-RX-DRV-01). */
static void take_checksum(const struct vio_net *net, struct vio_net_checksum *checksum, const uint8_t *header)
{
    uint8_t flags = vio_load8(header + AT_FLAGS);

    *checksum = (struct vio_net_checksum){.state = VIO_NET_CHECKSUM_UNKNOWN};
    if (!vio_net_has(net, VIO_NET_F_GUEST_CSUM))
        return;
    if ((flags & NEEDS_CSUM) != 0) {
        checksum->state = VIO_NET_CHECKSUM_PARTIAL;
        checksum->start = vio_load16(header + AT_SUM_START);
        checksum->offset = vio_load16(header + AT_SUM_OFFSET);
    } else if ((flags & DATA_VALID) != 0) {
        checksum->state = VIO_NET_CHECKSUM_GOOD;
    }
}

/* How many buffers the packet takes; 0: nonsense. */
static uint32_t buffers_of(const struct vio_net *net, const uint8_t *header)
{
    uint32_t count = 1;

    if (vio_net_has(net, VIO_NET_F_MRG_RXBUF))
        count = vio_load16(header + AT_BUFFERS);
    return count <= VIO_NET_PARTS_MAX && count <= net->setup.buffers_per_pair ? count : 0;
}

static void add_part(struct vio_net_pair *pair, struct vio_net_buffer *buffer, uint32_t skip,
                     uint32_t written)
{
    pair->taken[pair->part_count] = buffer;
    pair->parts[pair->part_count].data = buffer->data + skip;
    pair->parts[pair->part_count].len_bytes = written - skip;
    pair->part_count++;
}

/* False: this is no packet. */
static bool begin_packet(struct vio_net *net, struct vio_net_pair *pair, struct vio_net_buffer *buffer,
                         uint32_t written)
{
    if (written < VIO_NET_HEADER_BYTES)
        return false;
    pair->parts_expected = buffers_of(net, buffer->data);
    take_checksum(net, &pair->checksum, buffer->data);
    add_part(pair, buffer, VIO_NET_HEADER_BYTES, written);
    return pair->parts_expected > 0;
}

static bool is_packet(const struct vio_net_pair *pair)
{
    uint64_t total = 0;

    for (uint32_t i = 0; i < pair->part_count; i++)
        total += pair->parts[i].len_bytes;
    if (total < VIO_NET_ETHERNET_BYTES)
        return false;
    return pair->checksum.state != VIO_NET_CHECKSUM_PARTIAL ||
           (uint64_t)pair->checksum.start + pair->checksum.offset + 2 <= total;
}

static void count_dropped(struct vio_net *net, uint32_t number)
{
    net->dropped++;
    if (++net->nonsense >= VIO_NET_NONSENSE_MAX)
        vio_queue_break(net->queues[2 * number], VIO_REFUSED_DRIVER);
}

/* The client may have reset and started the device meanwhile: then all buffers are lent anew (invariant 14).
 */
static void deliver(struct vio_net *net, uint32_t number)
{
    struct vio_net_pair *pair = &net->pair[number];
    struct vio_net_client *client = net->setup.client;
    uint32_t epoch = net->epoch;

    if (is_packet(pair)) {
        net->nonsense = 0;
        client->received(client, number, pair->parts, pair->part_count, &pair->checksum);
    } else {
        count_dropped(net, number);
    }
    if (net->epoch == epoch)
        recycle(net, number);
}

/* Where the next packet begins nobody knows after a count that cannot be. */
static void drop(struct vio_net *net, struct vio_net_buffer *buffer, bool lost_track)
{
    struct vio_net_pair *pair = &net->pair[buffer->pair];

    count_dropped(net, buffer->pair);
    if (lost_track) {
        vio_queue_break(net->queues[2 * buffer->pair], VIO_REFUSED_DRIVER);
        return;
    }
    pair->part_count = 0;
    pair->parts_expected = 0;
    lend(net, buffer);
    (void)vio_queue_kick(net->queues[2 * buffer->pair]);
}

void vio_net_received(struct vio_queue_client *client, void *token, uint32_t written_bytes,
                      enum vio_status status)
{
    struct vio_net *net = NET_OF(receive_client, client);
    struct vio_net_buffer *buffer = token;
    struct vio_net_pair *pair = &net->pair[buffer->pair];

    if (status != VIO_OK)
        return; /* of a reset: the next start lends it again */
    if (pair->parts_expected == 0) {
        if (!begin_packet(net, pair, buffer, written_bytes)) {
            drop(net, buffer, written_bytes >= VIO_NET_HEADER_BYTES);
            return;
        }
    } else {
        add_part(pair, buffer, 0, written_bytes);
    }
    if (pair->part_count == pair->parts_expected)
        deliver(net, buffer->pair);
}

/* ---- send ---- */

static struct vio_net_send *free_send(struct vio_net_pair *pair, uint32_t *index)
{
    for (*index = 0; *index < VIO_NET_SENDS_MAX; (*index)++) {
        if (pair->sends[*index].owner == NULL)
            return &pair->sends[*index];
    }
    return NULL;
}

/* All bytes are written, also those that say nothing: no segmentation, num_buffers 0 (NET-TX-DRV-01, 02, 18).
 */
static void write_header(uint8_t *header, const struct vio_net_checksum *checksum)
{
    bool partial = checksum != NULL && checksum->state == VIO_NET_CHECKSUM_PARTIAL;

    vio_store32(header, partial ? NEEDS_CSUM : 0);
    vio_store16(header + 4, 0);
    vio_store16(header + AT_SUM_START, partial ? checksum->start : 0);
    vio_store16(header + AT_SUM_OFFSET, partial ? checksum->offset : 0);
    vio_store16(header + AT_BUFFERS, 0);
}

static enum vio_status check_send(const struct vio_net *net, uint32_t pair, uint32_t len_bytes,
                                  const struct vio_net_checksum *checksum)
{
    if (net->pairs_used == 0 || !net->queues[1]->initialized)
        return VIO_NOT_READY;
    if (pair >= net->pairs_enabled) /* NET-MQ-DRV-04 */
        return VIO_INVALID;
    if (len_bytes < VIO_NET_ETHERNET_BYTES || len_bytes > VIO_NET_ETHERNET_BYTES + (uint32_t)net->config.mtu)
        return VIO_INVALID; /* NET-CFG-DRV-09 */
    if (checksum == NULL || checksum->state != VIO_NET_CHECKSUM_PARTIAL)
        return VIO_OK;
    if (!net->config.has_checksum)
        return VIO_UNSUPPORTED;
    return (uint32_t)checksum->start + checksum->offset + 2 <= len_bytes ? VIO_OK : VIO_INVALID;
}

enum vio_status vio_net_send(struct vio_net *net, uint32_t pair, void *data, uint32_t len_bytes,
                             const struct vio_net_checksum *checksum, void *owner)
{
    enum vio_status status = check_send(net, pair, len_bytes, checksum);
    struct vio_net_send *send;
    struct vio_buffer chain[2];
    uint32_t index;

    if (status != VIO_OK)
        return status;
    if (owner == NULL || data == NULL)
        return VIO_INVALID;
    send = free_send(&net->pair[pair], &index);
    if (send == NULL)
        return VIO_NO_MEMORY;
    write_header(net->setup.shared->headers[pair][index], checksum);
    chain[0] = (struct vio_buffer){net->setup.shared->headers[pair][index], VIO_NET_HEADER_BYTES, false};
    chain[1] = (struct vio_buffer){data, len_bytes, false};
    *send = (struct vio_net_send){.owner = owner, .pair = pair}; /* before: the answer may come from within */
    status = vio_queue_provide(net->queues[2 * pair + 1], chain, 2, send);
    if (status != VIO_OK)
        send->owner = NULL;
    return status;
}

void vio_net_sent(struct vio_queue_client *client, void *token, uint32_t written_bytes,
                  enum vio_status status)
{
    struct vio_net *net = NET_OF(transmit_client, client);
    struct vio_net_send *send = token;
    void *owner = send->owner;

    (void)written_bytes;       /* nothing was writable, the queue made sure of it */
    if (status != VIO_TIMEOUT) /* else the device keeps the header as well (invariant 5) */
        send->owner = NULL;
    net->setup.client->sent(net->setup.client, owner, status);
}
