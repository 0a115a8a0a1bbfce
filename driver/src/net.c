/* SPDX-License-Identifier: Apache-2.0 */
/* A network device's features, configuration and queues. Contracts: vio_net.h. */
#include "net.h"

#include "bytes.h"

#define UNDERSTOOD                                                                                           \
    (VIO_NET_F_MTU | VIO_NET_F_MAC | VIO_NET_F_MRG_RXBUF | VIO_NET_F_STATUS | VIO_NET_F_CTRL_VQ | CONTROLLED)
#define CONTROLLED (VIO_NET_F_CTRL_RX | VIO_NET_F_CTRL_RX_EXTRA | VIO_NET_F_MQ | VIO_NET_F_CTRL_MAC_ADDR)

enum { MTU_DEFAULT = 1500, MTU_LEAST = 68, PAIRS_LIMIT = 0x8000 };
enum { AT_MAC = 0, AT_STATUS = 6, AT_PAIRS = 8, AT_MTU = 10, LINK_UP = 1 };

/* ---- features ---- */

/* None without the one that it needs [5.1.3.1, FEAT-DRV-02]; several pairs only where there are several. */
static bool net_negotiate(struct vio_driver *driver, uint64_t offered, uint64_t *accepted)
{
    struct vio_net *net = (struct vio_net *)driver;

    net->features = offered & UNDERSTOOD;
    if (net->setup.with_checksum)
        net->features |= offered & (VIO_NET_F_CSUM | VIO_NET_F_GUEST_CSUM);
    if (net->setup.control == NULL)
        net->features &= ~VIO_NET_F_CTRL_VQ;
    if (!vio_net_has(net, VIO_NET_F_CTRL_VQ))
        net->features &= ~CONTROLLED;
    if (!vio_net_has(net, VIO_NET_F_CTRL_RX)) /* NET-MAC-DRV-01 */
        net->features &= ~VIO_NET_F_CTRL_MAC_ADDR;
    if (net->setup.pairs == 1)
        net->features &= ~VIO_NET_F_MQ;
    net->pairs_used = net->pairs_enabled = 0;
    net->config.pairs_max = 1;
    *accepted = net->features;
    return true;
}

/* ---- queues [5.1.2] ---- */

static enum vio_status read_one(struct vio_net *net, uint32_t offset, uint64_t *value)
{
    struct vio_config_field field = {.offset = offset, .width = 2};
    enum vio_status status = net->setup.transport->ops->config_read(net->setup.transport, &field, 1);

    *value = field.value;
    return status;
}

/* How many pairs there are; 0: the device tells nonsense. */
static uint16_t read_pairs(struct vio_net *net)
{
    uint64_t pairs;

    if (read_one(net, AT_PAIRS, &pairs) != VIO_OK || pairs == 0 || pairs > PAIRS_LIMIT)
        return 0;
    return (uint16_t)pairs;
}

/* Pairs beyond the first need MQ; the control queue comes behind all pairs that the device has, used or not.
 */
static uint32_t net_queue_number(struct vio_driver *driver, size_t position)
{
    struct vio_net *net = (struct vio_net *)driver;
    uint32_t pairs = net->setup.pairs;

    if (position == 0) {
        net->pairs_used = 1;
        if (vio_net_has(net, VIO_NET_F_MQ))
            net->config.pairs_max = read_pairs(net);
        if (net->config.pairs_max > 1)
            net->pairs_used = net->config.pairs_max < pairs ? net->config.pairs_max : pairs;
    }
    if (position < 2 * pairs)
        return position < 2 * net->pairs_used ? (uint32_t)position : VIO_QUEUE_NONE;
    if (!vio_net_has(net, VIO_NET_F_CTRL_VQ) || net->config.pairs_max == 0)
        return VIO_QUEUE_NONE;
    return 2u * net->config.pairs_max;
}

/* ---- configuration ---- */

static bool changes_at_run_time(struct vio_net *net, uint64_t value[8])
{
    struct vio_config_field fields[8];
    size_t count = 0;

    for (uint32_t i = 0; i < 6 && vio_net_has(net, VIO_NET_F_MAC); i++)
        fields[count++] = (struct vio_config_field){.offset = AT_MAC + i, .width = 1};
    if (vio_net_has(net, VIO_NET_F_STATUS))
        fields[count++] = (struct vio_config_field){.offset = AT_STATUS, .width = 2};
    if (count > 0 && net->setup.transport->ops->config_read(net->setup.transport, fields, count) != VIO_OK)
        return false;
    for (size_t i = 0; i < count; i++)
        value[i] = fields[i].value;
    return true;
}

/* Link and address, of one moment. Without STATUS the link is up (NET-CFG-DRV-05). */
static enum vio_status read_state(struct vio_net *net)
{
    uint64_t value[8] = {0};
    size_t at = 0;

    if (!changes_at_run_time(net, value))
        return VIO_TIMEOUT;
    for (uint32_t i = 0; i < 6 && vio_net_has(net, VIO_NET_F_MAC); i++)
        net->config.mac[i] = (uint8_t)value[at++];
    net->config.link_up = !vio_net_has(net, VIO_NET_F_STATUS) || (value[at] & LINK_UP) != 0;
    return VIO_OK;
}

static enum vio_status read_mtu(struct vio_net *net)
{
    uint64_t mtu = MTU_DEFAULT;

    if (vio_net_has(net, VIO_NET_F_MTU) && read_one(net, AT_MTU, &mtu) != VIO_OK)
        return VIO_TIMEOUT;
    if (mtu < MTU_LEAST)
        return VIO_MALFORMED;
    net->config.mtu = (uint16_t)mtu;
    return VIO_OK;
}

/* Is there room for the largest packet (NET-CFG-DRV-08, NET-RXBUF-DRV-02, 03)? */
static bool buffers_do(const struct vio_net *net)
{
    uint64_t largest = VIO_NET_HEADER_BYTES + VIO_NET_ETHERNET_BYTES + (uint64_t)net->config.mtu;
    uint64_t parts = 1;

    if (vio_net_has(net, VIO_NET_F_MRG_RXBUF))
        parts =
            net->setup.buffers_per_pair < VIO_NET_PARTS_MAX ? net->setup.buffers_per_pair : VIO_NET_PARTS_MAX;
    return net->setup.buffer_bytes >= VIO_NET_HEADER_BYTES && parts * net->setup.buffer_bytes >= largest;
}

static enum vio_status net_prepare(struct vio_driver *driver)
{
    struct vio_net *net = (struct vio_net *)driver;
    enum vio_status status;

    net->epoch++;
    net->control_busy = false;
    memset(net->pair, 0, sizeof(net->pair));
    if (net->config.pairs_max == 0)
        return VIO_MALFORMED;
    memcpy(net->config.mac, net->setup.mac, sizeof(net->config.mac));
    net->config.has_checksum = vio_net_has(net, VIO_NET_F_CSUM);
    net->config.has_modes = vio_net_has(net, VIO_NET_F_CTRL_RX);
    net->config.has_more_modes = vio_net_has(net, VIO_NET_F_CTRL_RX_EXTRA);
    net->config.has_mac_change = vio_net_has(net, VIO_NET_F_CTRL_MAC_ADDR);
    net->pairs_enabled = 1; /* NET-MQ-DRV-03 */
    status = read_mtu(net);
    if (status == VIO_OK)
        status = read_state(net);
    if (status == VIO_OK)
        status = buffers_do(net) ? vio_net_fill(net) : VIO_NO_MEMORY;
    return status;
}

static enum vio_status net_config_changed(struct vio_driver *driver)
{
    struct vio_net *net = (struct vio_net *)driver;
    enum vio_status status = read_state(net);

    if (status == VIO_OK && net->setup.client->config_changed != NULL)
        net->setup.client->config_changed(net->setup.client);
    return status;
}

static const struct vio_driver_ops net_ops = {
    .device_type = VIO_NET_DEVICE_TYPE,
    .negotiate_features = net_negotiate,
    .queue_number = net_queue_number,
    .pre_device_initialization = net_prepare,
    .config_changed = net_config_changed,
};

/* ---- init ---- */

static bool is_complete(const struct vio_net_setup *setup)
{
    if (setup->transport == NULL || setup->client == NULL || setup->shared == NULL || setup->queues == NULL)
        return false;
    if (setup->client->received == NULL || setup->client->sent == NULL || setup->client->control_done == NULL)
        return false;
    if (setup->buffers == NULL || setup->records == NULL || setup->buffers_per_pair == 0)
        return false;
    if ((uintptr_t)setup->buffers % 4 != 0 || setup->buffer_bytes % 4 != 0)
        return false; /* a header is read in its own widths */
    return setup->pairs >= 1 && setup->pairs <= VIO_NET_PAIRS_MAX;
}

enum vio_status vio_net_init(struct vio_net *net, const struct vio_net_setup *setup)
{
    if (!is_complete(setup))
        return VIO_INVALID;
    memset(net, 0, sizeof(*net));
    net->driver.ops = &net_ops;
    net->setup = *setup;
    net->receive_client.chain_ready = vio_net_received;
    net->transmit_client.chain_ready = vio_net_sent;
    net->control_client.chain_ready = vio_net_answered;
    for (uint32_t i = 0; i < 2 * setup->pairs; i++) {
        net->queues[i] = setup->queues[i];
        (void)vio_queue_set_client(setup->queues[i],
                                   i % 2 == 0 ? &net->receive_client : &net->transmit_client);
    }
    if (setup->control != NULL)
        (void)vio_queue_set_client(setup->control, &net->control_client);
    return VIO_OK;
}
