/* SPDX-License-Identifier: Apache-2.0 */
/* The control queue [5.1.6.5]: class, command, data; then the device's answer, the last writable byte. */
#include "bytes.h"
#include "net.h"

enum { CLASS_RX = 0, CLASS_MAC = 1, CLASS_MQ = 4 };
enum { MAC_TABLE_SET = 0, MAC_ADDR_SET = 1, MQ_VQ_PAIRS_SET = 0, RX_COMMANDS = 6, RX_BASIC = 2 };
enum { ACK_OK = 0, ACK_ERR = 1 };
enum { HEAD_BYTES = 2, MAC_BYTES = 6, COMMAND_MAX = PRING_PAYLOAD_BYTES };

/* NET-FILT-DEV-01, -04, -06, -08, -11, -13 */
static bool set_mode(struct pring_net *net, uint8_t command, const uint8_t *data, uint32_t count)
{
    enum pring_net_feature needs = command < RX_BASIC ? PRING_NET_CTRL_RX : PRING_NET_CTRL_RX_EXTRA;

    if (command >= RX_COMMANDS || !pring_net_has(net, needs) || count != 1 || data[0] > 1)
        return false;
    net->modes = (uint8_t)((net->modes & ~(1u << command)) | (uint32_t)data[0] << command);
    return true;
}

/* One list of a table: how long it is with its count, or 0: it goes beyond the data. */
static uint64_t list_bytes(const uint8_t *data, uint64_t count, uint16_t *entries)
{
    uint64_t bytes = count < 4 ? 0 : 4 + (uint64_t)MAC_BYTES * pring_get32(data);

    if (bytes == 0 || bytes > count)
        return 0;
    *entries = (uint16_t)pring_get32(data);
    return bytes;
}

/* NET-MAC-DEV-02 */
static bool set_table(struct pring_net *net, const uint8_t *data, uint32_t count)
{
    uint16_t unicast, multicast;
    uint64_t first = list_bytes(data, count, &unicast), second;

    if (!pring_net_has(net, PRING_NET_CTRL_RX) || first == 0)
        return false;
    second = list_bytes(data + first, count - first, &multicast);
    if (second == 0 || first + second != count)
        return false;
    net->unicast = unicast;
    net->multicast = multicast;
    return true;
}

/* NET-MAC-DEV-03 */
static bool set_address(struct pring_net *net, const uint8_t *data, uint32_t count)
{
    if (!pring_net_has(net, PRING_NET_CTRL_MAC_ADDR) || count != MAC_BYTES)
        return false;
    memcpy(net->config.mac, data, MAC_BYTES);
    net->engine.dev.config_generation++;
    return true;
}

static bool set_pairs(struct pring_net *net, const uint8_t *data, uint32_t count)
{
    uint32_t pairs = count == 2 ? pring_get16(data) : 0;

    if (!pring_net_has(net, PRING_NET_MQ) || pairs == 0 || pairs > net->config.pairs)
        return false;
    net->pairs = (uint16_t)pairs;
    return true;
}

static bool obey(struct pring_net *net, const uint8_t *bytes, uint32_t count)
{
    uint8_t command = bytes[1];

    bytes += HEAD_BYTES;
    count -= HEAD_BYTES;
    switch (bytes[-HEAD_BYTES]) {
    case CLASS_RX:
        return set_mode(net, command, bytes, count);
    case CLASS_MAC:
        if (command == MAC_ADDR_SET)
            return set_address(net, bytes, count);
        return command == MAC_TABLE_SET && set_table(net, bytes, count);
    case CLASS_MQ:
        return command == MQ_VQ_PAIRS_SET && set_pairs(net, bytes, count);
    default:
        return false;
    }
}

int pring_net_control(struct pring_net *net, struct pring_stream *stream)
{
    uint8_t *bytes = net->engine.work->payload, ack = ACK_ERR;
    uint64_t count = stream->chain->readable_bytes;

    if (stream->chain->writable_bytes == 0)
        return 0;
    if (count >= HEAD_BYTES && count <= COMMAND_MAX) {
        if (pring_stream_read(stream, bytes, (uint32_t)count) < 0)
            return -1;
        ack = obey(net, bytes, (uint32_t)count) ? ACK_OK : ACK_ERR;
    }
    pring_stream_skip(stream, stream->chain->writable_bytes - 1);
    return pring_stream_write(stream, &ack, 1);
}
