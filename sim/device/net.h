/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The network device [5.1], with a mirror at the other end of its wire: each packet that is sent comes back
 * on the receive queue of the same pair. So what is received is a function of what was sent, on every
 * backend.
 */
#ifndef PRING_DEVICE_NET_H
#define PRING_DEVICE_NET_H

#include "engine.h"

/* Bit numbers [5.1.3]. */
enum pring_net_feature {
    PRING_NET_CSUM = 0,
    PRING_NET_GUEST_CSUM = 1,
    PRING_NET_MTU = 3,
    PRING_NET_MAC = 5,
    PRING_NET_MRG_RXBUF = 15,
    PRING_NET_STATUS = 16,
    PRING_NET_CTRL_VQ = 17,
    PRING_NET_CTRL_RX = 18,
    PRING_NET_CTRL_RX_EXTRA = 20,
    PRING_NET_MQ = 22,
    PRING_NET_CTRL_MAC_ADDR = 23,
    PRING_NET_SPEED_DUPLEX = 63,
};

enum {
    PRING_NET_HEADER_BYTES = 12,
    PRING_NET_FRAME_MAX = PRING_PAYLOAD_BYTES - PRING_NET_HEADER_BYTES,
    PRING_NET_ETHERNET_BYTES = 14,
};

struct pring_net {
    struct pring_engine engine;
    struct pring_setup_net config; /* mac is the current one; survives a reset */
    uint16_t pairs;                /* that may be used: 1 until MQ_VQ_PAIRS_SET */
    uint8_t modes;                 /* bit n: command n of class RX is on */
    uint16_t unicast, multicast;   /* entries of the MAC filter table */
};

enum pring_net_role { PRING_NET_NONE, PRING_NET_RECEIVE, PRING_NET_TRANSMIT, PRING_NET_CONTROL };

void pring_net_init(struct pring_net *net, const struct pring_setup *setup, struct pring_vq *queues,
                    struct pring_workspace *work);
/* What a queue is for, with the features that were accepted [5.1.2]. */
enum pring_net_role pring_net_role(const struct pring_net *net, uint16_t queue);

/* net_packet.c, net_control.c: answer a chain of a transmit or control queue */
int pring_net_transmit(struct pring_net *net, struct pring_stream *stream);
int pring_net_control(struct pring_net *net, struct pring_stream *stream);

static inline bool pring_net_offers(const struct pring_net *net, enum pring_net_feature feature)
{
    return ((net->engine.dev.avail_features >> feature) & 1) != 0;
}

static inline bool pring_net_has(const struct pring_net *net, enum pring_net_feature feature)
{
    return ((net->engine.dev.acked_features >> feature) & 1) != 0;
}

#endif
