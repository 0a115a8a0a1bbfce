/* SPDX-License-Identifier: Apache-2.0 */
/* Packets [5.1.6.2, 5.1.6.4]: taken from a transmit queue, checksum done, and mirrored. */
#include "bytes.h"
#include "deliver.h"
#include "net.h"

enum { FLAGS = 0, GSO_TYPE = 1, CSUM_START = 6, CSUM_OFFSET = 8, NUM_BUFFERS = 10 }; /* of the header */
enum { FLAG_NEEDS_CSUM = 1, GSO_NONE = 0 };

/* ---- the checksum that the driver left to the device (NET-TX-DRV-15 to -17) ---- */

static uint16_t sum_of(const uint8_t *bytes, uint32_t count)
{
    uint32_t sum = 0;

    for (uint32_t i = 0; i < count; i++)
        sum += i % 2 == 0 ? (uint32_t)bytes[i] << 8 : bytes[i];
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)sum;
}

/* false: the place of the checksum does not lie in the packet. */
static bool finish_checksum(const uint8_t *header, uint8_t *frame, uint32_t count)
{
    uint32_t start = pring_get16(header + CSUM_START), at = start + pring_get16(header + CSUM_OFFSET);
    uint16_t sum;

    if (at + 2 > count)
        return false;
    sum = (uint16_t)~sum_of(frame + start, count - start);
    frame[at] = (uint8_t)(sum >> 8); /* network order */
    frame[at + 1] = (uint8_t)sum;
    return true;
}

/* ---- the mirror ---- */

/* NET-RX-DEV-01 to -05, -17: nothing that needs a feature of the guest is made of it. */
static int receive(struct pring_net *net, uint16_t queue, uint8_t *packet, uint32_t count)
{
    bool merge = pring_net_has(net, PRING_NET_MRG_RXBUF);
    int buffers =
        pring_deliver_count(&net->engine, queue, count, merge ? PRING_DELIVER_SPREAD : PRING_DELIVER_WHOLE);

    if (buffers <= 0)
        return buffers;
    memset(packet, 0, PRING_NET_HEADER_BYTES);
    pring_put16(packet + NUM_BUFFERS, (uint16_t)buffers);
    return pring_deliver(&net->engine, queue, (uint32_t)buffers, packet, count);
}

static bool fits(const struct pring_net *net, uint64_t frame_bytes)
{
    if (frame_bytes == 0 || frame_bytes > PRING_NET_FRAME_MAX)
        return false;
    return !pring_net_has(net, PRING_NET_MTU) ||
           frame_bytes <= (uint64_t)net->config.mtu + PRING_NET_ETHERNET_BYTES;
}

int pring_net_transmit(struct pring_net *net, struct pring_stream *stream)
{
    uint8_t *packet = net->engine.work->payload;
    uint64_t total = stream->chain->readable_bytes;
    uint32_t frame_bytes;

    if (total < PRING_NET_HEADER_BYTES || !fits(net, total - PRING_NET_HEADER_BYTES) ||
        net->engine.queue / 2 >= net->pairs)
        return 0;
    if (pring_stream_read(stream, packet, (uint32_t)total) < 0)
        return -1;
    frame_bytes = (uint32_t)total - PRING_NET_HEADER_BYTES;
    if (packet[GSO_TYPE] != GSO_NONE)
        return 0;
    if (pring_net_has(net, PRING_NET_CSUM) && (packet[FLAGS] & FLAG_NEEDS_CSUM) != 0 &&
        !finish_checksum(packet, packet + PRING_NET_HEADER_BYTES, frame_bytes))
        return 0;
    return receive(net, (uint16_t)(net->engine.queue - 1), packet, (uint32_t)total);
}
