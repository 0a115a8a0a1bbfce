/* SPDX-License-Identifier: Apache-2.0 */
/* Packets and commands. */
#include "driver.h"

#include <string.h>

enum { HEADER_BYTES = 12, ETHERNET_BYTES = 14, MTU_USUAL = 1500, MTU_MIN = 68, NUM_BUFFERS = 10 };
enum { MTU_MAX = SLOT_BYTES - HEADER_BYTES - ETHERNET_BYTES };
enum { MAC = R_CONFIG, PAIRS = R_CONFIG + 8, MTU = R_CONFIG + 10 };
enum { GSO_TYPE = 1, FLAGS = 0 };
enum { ANSWER_OK = 0, ANSWER_UNTOUCHED = 0xff };

/* ---- features and configuration ---- */

uint64_t net_features(uint64_t offered)
{
    uint64_t wanted = F(NET_MAC) | F(NET_MTU) | F(NET_MRG_RXBUF);

    if (offered & F(NET_CTRL_VQ))
        wanted |= F(NET_CTRL_VQ) | F(NET_CTRL_RX) | F(NET_MQ) | F(NET_CTRL_MAC_ADDR);
    return wanted;
}

/* How many pairs there are is asked once: queues are made before the device runs. */
static void read_pairs(struct device *d)
{
    uint32_t pairs = (uint32_t)pring_reg_read(d->dev, PAIRS, 2);

    d->units = pairs;
    if (pairs == 0)
        d->units = 1;
    if (pairs > UNITS_MAX)
        d->units = UNITS_MAX;
}

/* Buffers are made for an MTU that was right when the device was started. */
int net_read_config(struct device *d)
{
    uint32_t mtu = MTU_USUAL;

    for (uint32_t i = 0; has(d, NET_MAC) && i < 6; i++)
        d->mac[i] = (uint8_t)pring_reg_read(d->dev, MAC + i, 1);
    if (has(d, NET_MTU))
        mtu = (uint32_t)pring_reg_read(d->dev, MTU, 2);
    if (has(d, NET_MQ) && !d->running)
        read_pairs(d);
    if (d->running)
        return 0;
    if (mtu < MTU_MIN)
        return -1;
    if (mtu > MTU_MAX)
        return -1;
    d->mtu = mtu;
    return 0;
}

/* ---- reception ---- */

uint32_t net_reception_bytes(const struct device *d)
{
    return HEADER_BYTES + ETHERNET_BYTES + d->mtu;
}

static void append(struct packet *p, const volatile uint8_t *bytes, uint32_t len)
{
    if (len > sizeof(p->bytes) - p->len)
        len = (uint32_t)sizeof(p->bytes) - p->len;
    memcpy(p->bytes + p->len, (const void *)bytes, len);
    p->len += len;
}

/* The header is that of the first buffer; how many follow is the device's word, and no more than there are.
 */
static int begin(struct device *d, struct packet *p, const volatile uint8_t *data, uint32_t len)
{
    uint32_t count = 1;

    if (len < HEADER_BYTES)
        return -1;
    if (has(d, NET_MRG_RXBUF))
        count = data[NUM_BUFFERS] | (uint32_t)data[NUM_BUFFERS + 1] << 8;
    if (count == 0)
        return -1;
    if (count > SLOTS_MAX)
        return -1;
    p->left = count;
    p->len = 0;
    return 0;
}

void net_received(struct device *d, struct queue *q, uint32_t slot)
{
    struct packet *p = &d->packet[q->number / 2];
    const volatile uint8_t *data = q->memory->slot[slot].data;
    uint32_t len = q->slots[slot].written;

    if (p->left == 0) {
        if (begin(d, p, data, len) != 0) {
            device_break(d, "received packet without a header");
            return;
        }
        data += HEADER_BYTES;
        len -= HEADER_BYTES;
    }
    append(p, data, len);
    p->left--;
    if (p->left > 0)
        return;
    pring_receive(d->dev, q->number / 2, p->bytes, p->len);
}

/* ---- transmission ---- */

static int net_send(struct device *d, struct pring_request *r)
{
    struct queue *q = &d->queues[2 * r->unit + 1];
    volatile uint8_t *data;
    uint32_t slot;
    int result;

    if (slot_take(d, q, &slot) != 0)
        return -1;
    data = q->memory->slot[slot].data;
    for (uint32_t i = 0; i < HEADER_BYTES; i++)
        data[i] = 0;
    memcpy((void *)(data + HEADER_BYTES), r->data, r->len_bytes);
    result = slot_run(d, q, slot, HEADER_BYTES + (uint32_t)r->len_bytes, 0, 0);
    slot_put(q, slot);
    return result;
}

/* ---- commands ---- */

static int net_command(struct device *d, uint8_t class, uint8_t command, const void *value, uint32_t len)
{
    struct queue *q = &d->queues[2 * d->units];
    volatile struct slot_memory *m;
    uint32_t slot;
    int result;

    if (slot_take(d, q, &slot) != 0)
        return -1;
    m = &q->memory->slot[slot];
    m->data[0] = class;
    m->data[1] = command;
    memcpy((void *)(m->data + 2), value, len);
    m->answer = ANSWER_UNTOUCHED;
    result = slot_run(d, q, slot, 2 + len, 1, slot_bus(q, slot, offsetof(struct slot_memory, answer)));
    if (result == 0 && m->answer != ANSWER_OK)
        result = -1;
    slot_put(q, slot);
    return result;
}

static int set_pairs(struct device *d, const uint8_t *value)
{
    uint32_t pairs = value[0] | (uint32_t)value[1] << 8;

    if (!has(d, NET_MQ))
        return -1;
    if (pairs == 0)
        return -1;
    if (pairs > d->units)
        return -1;
    if (net_command(d, 4, 0, value, 2) != 0)
        return -1;
    d->pairs_enabled = pairs;
    return 0;
}

static int net_control(struct device *d, struct pring_request *r)
{
    if (!has(d, NET_CTRL_VQ))
        return -1;
    switch (r->offset) {
    case PRING_COMMAND_PROMISC:
        if (!has(d, NET_CTRL_RX))
            return -1;
        return net_command(d, 0, 0, r->data, 1);
    case PRING_COMMAND_ALLMULTI:
        if (!has(d, NET_CTRL_RX))
            return -1;
        return net_command(d, 0, 1, r->data, 1);
    case PRING_COMMAND_MAC:
        if (!has(d, NET_CTRL_RX))
            return -1;
        if (!has(d, NET_CTRL_MAC_ADDR))
            return -1;
        return net_command(d, 1, 1, r->data, 6);
    case PRING_COMMAND_PAIRS:
        return set_pairs(d, r->data);
    default:
        return -1;
    }
}

int net_submit(struct device *d, struct pring_request *r)
{
    if (r->op == PRING_CONTROL)
        return net_control(d, r);
    if (r->op != PRING_SEND)
        return -1;
    if (r->unit >= d->pairs_enabled)
        return -1;
    if (r->len_bytes == 0)
        return -1;
    if (r->len_bytes > d->mtu + ETHERNET_BYTES)
        return -1;
    return net_send(d, r);
}
