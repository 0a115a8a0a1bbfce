/* SPDX-License-Identifier: Apache-2.0 */
#include "net.h"

#include "bytes.h"

enum { CONFIG_BYTES = 17 };
enum { LINK_UP = 1, FULL_DUPLEX = 1 };

enum pring_net_role pring_net_role(const struct pring_net *net, uint16_t queue)
{
    uint16_t pairs = pring_net_has(net, PRING_NET_MQ) ? net->config.pairs : 1;

    if (queue < 2 * pairs)
        return queue % 2 == 0 ? PRING_NET_RECEIVE : PRING_NET_TRANSMIT;
    return queue == 2 * pairs && pring_net_has(net, PRING_NET_CTRL_VQ) ? PRING_NET_CONTROL : PRING_NET_NONE;
}

/* The whole space [5.1.4]; a field without its feature stays 0. */
static void net_read_config(const struct pring_device *dev, uint32_t offset, void *data, size_t len_bytes)
{
    const struct pring_net *net = (const struct pring_net *)dev;
    uint8_t c[CONFIG_BYTES] = {0};

    if (pring_net_offers(net, PRING_NET_MAC))
        memcpy(c, net->config.mac, sizeof net->config.mac);
    if (pring_net_offers(net, PRING_NET_STATUS))
        pring_put16(c + 6, LINK_UP);
    if (pring_net_offers(net, PRING_NET_MQ))
        pring_put16(c + 8, net->config.pairs);
    if (pring_net_offers(net, PRING_NET_MTU))
        pring_put16(c + 10, net->config.mtu);
    if (pring_net_offers(net, PRING_NET_SPEED_DUPLEX)) {
        pring_put32(c + 12, net->config.speed);
        c[16] = FULL_DUPLEX;
    }
    pring_engine_copy_config(c, sizeof c, offset, data, len_bytes);
}

static int net_serve(struct pring_engine *engine, struct pring_stream *stream)
{
    struct pring_net *net = (struct pring_net *)engine;

    if (pring_net_role(net, engine->queue) == PRING_NET_TRANSMIT)
        return pring_net_transmit(net, stream);
    return pring_net_control(net, stream);
}

/* Buffers for reception wait until there is something to receive: a notification says nothing new. */
static void net_queue_event(struct pring_device *dev, uint16_t queue)
{
    enum pring_net_role role = pring_net_role((const struct pring_net *)dev, queue);

    if (role == PRING_NET_TRANSMIT || role == PRING_NET_CONTROL)
        pring_engine_queue_event(dev, queue);
}

static void clear(struct pring_net *net)
{
    net->pairs = 1;
    net->modes = 0;
    net->unicast = net->multicast = 0; /* NET-MAC-DEV-01 */
}

static void net_reset(struct pring_device *dev, struct pring_mem **mem, struct pring_irq **irq)
{
    pring_engine_reset(dev, mem, irq);
    clear((struct pring_net *)dev);
}

static const struct pring_device_ops net_ops = {
    .device_type = PRING_DEVICE_NET,
    .read_config = net_read_config,
    .write_config = pring_engine_write_no_config,
    .activate = pring_engine_activate,
    .reset = net_reset,
    .queue_event = net_queue_event,
    .kick = pring_engine_kick,
    .cow = pring_engine_no_cow,
};

void pring_net_init(struct pring_net *net, const struct pring_setup *setup, struct pring_vq *queues,
                    struct pring_workspace *work)
{
    pring_engine_init(&net->engine, setup, queues, work);
    net->engine.dev.ops = &net_ops;
    net->engine.serve = net_serve;
    net->config = setup->net;
    clear(net);
}
