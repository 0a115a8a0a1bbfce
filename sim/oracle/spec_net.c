/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Packets and commands [5.1.4.2, 5.1.6], looked at when they are lent. MTU and queue pairs are those that the
 * driver was shown; where they changed, what asks least of it. Pairs count as enabled from the command on,
 * and a command that was answered by an error takes none away.
 */
#include <pring/role.h>

#include "oracle/spec_monitors.h"

enum { FLAGS = 0, GSO_TYPE = 1, NUM_BUFFERS = 10, DATA_VALID = 2, RSC_INFO = 4 };
enum { ETHERNET_BYTES = 14, MAC_BYTES = 6 };
enum { CLASS_RX = 0, CLASS_MAC = 1, CLASS_MQ = 4, MAC_TABLE_SET = 0, VQ_PAIRS_SET = 0, RX_BASIC = 2 };

/* Segmentation by the device: HOST_TSO4, _TSO6, _UFO, _USO. */
#define HOST_GSO (SPEC_BIT(11) | SPEC_BIT(12) | SPEC_BIT(14) | SPEC_BIT(56))

static bool accepted(const struct pring_observer *o, unsigned bit)
{
    return o->features_written >> bit & 1;
}

/* ---- configuration ---- */

void spec_net_begin(struct spec_net *s)
{
    s->mtu_least = s->mtu = s->pairs = 0;
    s->misled = false;
}

void spec_net_reset(struct spec_net *s)
{
    s->enabled = 0;
}

/* NET-CFG-DRV-01 */
void spec_net_config(struct spec_net *s, const struct pring_event *event, struct pring_judge *judge)
{
    if (event->kind != PRING_EV_REG_READ) {
        spec_accuse(judge, "NET-CFG-DRV-01", event, "%s is written.", pring_field_info[event->field].name);
        return;
    }
    if (event->field == PRING_F_CONFIG_MTU) {
        s->mtu_least = s->mtu && s->mtu_least < event->seen ? s->mtu_least : (uint32_t)event->seen;
        s->mtu = event->seen > s->mtu ? (uint32_t)event->seen : s->mtu;
    } else if (event->field == PRING_F_CONFIG_MAX_VIRTQUEUE_PAIRS) {
        s->misled |= event->seen != pring_judge_observer(judge)->setup.net.pairs;
        s->pairs = event->seen > s->pairs ? (uint32_t)event->seen : s->pairs;
    }
}

/* ---- packets ---- */

/* NET-TX-DRV-01, -02, -18, -24 */
static void judge_header(const struct pring_observer *o, const uint8_t *h, const struct pring_event *event,
                         struct pring_judge *judge)
{
    uint32_t buffers = h[NUM_BUFFERS] | (uint32_t)h[NUM_BUFFERS + 1] << 8;

    if (h[FLAGS] & (DATA_VALID | RSC_INFO))
        spec_accuse(judge, "NET-TX-DRV-24", event, "A packet is sent with flags 0x%x.", h[FLAGS]);
    else if (h[FLAGS] && !accepted(o, PRING_F_NET_CSUM))
        spec_accuse(judge, "NET-TX-DRV-02", event, "A packet is sent with flags 0x%x without CSUM.",
                    h[FLAGS]);
    if (h[GSO_TYPE] && !(o->features_written & HOST_GSO))
        spec_accuse(judge, "NET-TX-DRV-18", event, "A packet is sent with gso_type %u.", h[GSO_TYPE]);
    if (buffers)
        spec_accuse(judge, "NET-TX-DRV-01", event, "A packet is sent with num_buffers %u.", buffers);
}

/* NET-CFG-DRV-09 */
static void judge_size(const struct spec_net *s, const struct pring_observer *o, const uint8_t *h,
                       const struct pring_event *event, struct pring_judge *judge)
{
    uint64_t bytes = event->chain->readable_bytes - PRING_NET_HEADER_SIZE;

    if (accepted(o, PRING_F_NET_MTU) && s->mtu && h[GSO_TYPE] == 0 && bytes > s->mtu + ETHERNET_BYTES)
        spec_accuse(judge, "NET-CFG-DRV-09", event, "A packet of %llu bytes is sent, and the MTU is %u.",
                    (unsigned long long)bytes, s->mtu);
}

/* NET-MQ-DRV-03, -04 */
static void transmit(const struct spec_net *s, uint32_t unit, const struct pring_event *event,
                     struct pring_judge *judge)
{
    const struct pring_observer *o = pring_judge_observer(judge);
    uint8_t header[PRING_NET_HEADER_SIZE];

    if (unit && unit >= s->enabled)
        spec_accuse(judge, s->enabled ? "NET-MQ-DRV-04" : "NET-MQ-DRV-03", event,
                    "A packet is sent on pair %u, and %u are enabled.", unit, s->enabled ? s->enabled : 1);
    if (!spec_chain_bytes(&o->queue[event->queue], event->chain, 0, header, sizeof(header)))
        return;
    judge_header(o, header, event, judge);
    judge_size(s, o, header, event, judge);
}

/* NET-RXBUF-DRV-03, NET-CFG-DRV-08; with MRG_RXBUF a packet may lie in many small buffers. */
static void receive(const struct spec_net *s, const struct pring_event *event, struct pring_judge *judge)
{
    const struct pring_observer *o = pring_judge_observer(judge);
    uint64_t bytes = event->chain->writable_bytes;

    if (accepted(o, PRING_F_NET_MRG_RXBUF)) {
        if (bytes < PRING_NET_HEADER_SIZE)
            spec_accuse(judge, "NET-RXBUF-DRV-03", event, "A receive buffer has %llu bytes.",
                        (unsigned long long)bytes);
    } else if (accepted(o, PRING_F_NET_MTU) && s->mtu &&
               bytes < (uint64_t)PRING_NET_HEADER_SIZE + ETHERNET_BYTES + s->mtu_least) {
        spec_accuse(judge, "NET-CFG-DRV-08", event, "A receive buffer has %llu bytes, and the MTU is %u.",
                    (unsigned long long)bytes, s->mtu_least);
    }
}

/* ---- commands ---- */

/* Where a counted list of addresses ends, from `at` on; 0: not within the data. */
static uint64_t list_end(const struct pring_observed_queue *q, const struct pring_chain *chain, uint64_t at)
{
    uint8_t n[4];

    if (!spec_chain_bytes(q, chain, at, n, sizeof(n)))
        return 0;
    at += sizeof(n) +
          (uint64_t)MAC_BYTES * (n[0] | (uint32_t)n[1] << 8 | (uint32_t)n[2] << 16 | (uint32_t)n[3] << 24);
    return at <= chain->readable_bytes ? at : 0;
}

/* NET-MAC-DRV-03 */
static void judge_table(const struct pring_observed_queue *q, const struct pring_event *event,
                        struct pring_judge *judge)
{
    uint64_t first = list_end(q, event->chain, 2), end = first ? list_end(q, event->chain, first) : 0;

    if (end != event->chain->readable_bytes)
        spec_accuse(judge, "NET-MAC-DRV-03", event, "%llu bytes are no two counted lists of addresses.",
                    (unsigned long long)event->chain->readable_bytes - 2);
}

/* NET-MQ-DRV-02 */
static void judge_pairs(struct spec_net *s, const struct pring_observed_queue *q,
                        const struct pring_event *event, struct pring_judge *judge)
{
    uint32_t most = s->pairs ? s->pairs : pring_judge_observer(judge)->setup.net.pairs, pairs;
    uint8_t n[2];

    if (!spec_chain_bytes(q, event->chain, 2, n, sizeof(n)))
        return;
    pairs = n[0] | (uint32_t)n[1] << 8;
    if (pairs == 0 || pairs > most)
        spec_accuse(judge, "NET-MQ-DRV-02", event, "%u queue pairs are asked for, of %u.", pairs, most);
    if (pairs > s->enabled)
        s->enabled = pairs;
}

/* NET-FILT-DRV-01, -02, NET-MAC-DRV-01 */
static void command(struct spec_net *s, const struct pring_event *event, struct pring_judge *judge)
{
    const struct pring_observer *o = pring_judge_observer(judge);
    const struct pring_observed_queue *q = &o->queue[event->queue];
    uint8_t head[2];

    if (!spec_chain_bytes(q, event->chain, 0, head, sizeof(head)))
        return;
    if (head[0] == CLASS_RX && head[1] < RX_BASIC && !accepted(o, PRING_F_NET_CTRL_RX))
        spec_accuse(judge, "NET-FILT-DRV-01", event, "Receive mode %u is set without CTRL_RX.", head[1]);
    else if (head[0] == CLASS_RX && head[1] >= RX_BASIC && !accepted(o, PRING_F_NET_CTRL_RX_EXTRA))
        spec_accuse(judge, "NET-FILT-DRV-02", event, "Receive mode %u is set without CTRL_RX_EXTRA.",
                    head[1]);
    else if (head[0] == CLASS_MAC && !accepted(o, PRING_F_NET_CTRL_RX))
        spec_accuse(judge, "NET-MAC-DRV-01", event, "A command about addresses is sent without CTRL_RX.");
    else if (head[0] == CLASS_MAC && head[1] == MAC_TABLE_SET)
        judge_table(q, event, judge);
    else if (head[0] == CLASS_MQ && head[1] == VQ_PAIRS_SET)
        judge_pairs(s, q, event, judge);
}

void spec_net_lend(struct spec_net *s, const struct pring_event *event, struct pring_judge *judge)
{
    const struct pring_observer *o = pring_judge_observer(judge);
    uint32_t unit;

    s->misled |= spec_is_poked(judge, event->queue); /* a command may have gone unseen */
    if (s->poked || s->misled || event->chain->fault != PRING_CHAIN_GOOD)
        return;
    switch (pring_role_of(&o->setup, o->features_written, event->queue, &unit)) {
    case PRING_ROLE_TRANSMIT:
        transmit(s, unit, event, judge);
        return;
    case PRING_ROLE_RECEIVE:
        receive(s, event, judge);
        return;
    case PRING_ROLE_CONTROL:
        command(s, event, judge);
        return;
    default:
        return;
    }
}
