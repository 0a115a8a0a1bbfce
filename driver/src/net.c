/* SPDX-License-Identifier: Apache-2.0 */
/* A network device's features, configuration and queues. Contracts: vio_net.h. */
#include "net.h"

#include "bytes.h"

#define UNDERSTOOD                                                                                           \
    (VIO_NET_F_MTU | VIO_NET_F_MAC | VIO_NET_F_MRG_RXBUF | VIO_NET_F_STATUS | VIO_NET_F_CTRL_VQ | CONTROLLED)
#define CONTROLLED (VIO_NET_F_CTRL_RX | VIO_NET_F_CTRL_RX_EXTRA | VIO_NET_F_MQ | VIO_NET_F_CTRL_MAC_ADDR)

enum { MTU_DEFAULT = 1500, MTU_LEAST = 68, PAIRS_LIMIT = 0x8000 };
enum { LINK_UP = 1 };

/* ---- configuration [5.1.4] ---- */

enum field { MAC, STATUS = MAC + 6, PAIRS, MTU, FIELD_COUNT };

static const struct {
    uint64_t feature;
    uint32_t offset, width, absent;
} layout[FIELD_COUNT] = {
    [MAC] = {VIO_NET_F_MAC, 0, 1, 0},
    [MAC + 1] = {VIO_NET_F_MAC, 1, 1, 0},
    [MAC + 2] = {VIO_NET_F_MAC, 2, 1, 0},
    [MAC + 3] = {VIO_NET_F_MAC, 3, 1, 0},
    [MAC + 4] = {VIO_NET_F_MAC, 4, 1, 0},
    [MAC + 5] = {VIO_NET_F_MAC, 5, 1, 0},
    [STATUS] = {VIO_NET_F_STATUS, 6, 2, LINK_UP},
    [PAIRS] = {VIO_NET_F_MQ, 8, 2, 1},
    [MTU] = {VIO_NET_F_MTU, 10, 2, MTU_DEFAULT},
};

/* Those from `first` to before `end`, as they were at one moment (CFG-DRV-02). */
static enum vio_status read_fields(struct vio_net *net, enum field first, enum field end,
                                   uint64_t value[FIELD_COUNT])
{
    struct vio_config_field fields[FIELD_COUNT];
    struct vio_transport *transport = net->setup.transport;
    size_t count = 0;
    enum vio_status status = VIO_OK;

    for (uint32_t i = first; i < end; i++) {
        value[i] = layout[i].absent;
        if (vio_net_has(net, layout[i].feature))
            fields[count++] = (struct vio_config_field){.offset = layout[i].offset, .width = layout[i].width};
    }
    if (count > 0)
        status = transport->ops->config_read(transport, fields, count);
    for (uint32_t i = end; count > 0;)
        if (vio_net_has(net, layout[--i].feature))
            value[i] = fields[--count].value;
    return status;
}

/* What may be another one at any time. Without STATUS the link is up (NET-CFG-DRV-05). */
static enum vio_status read_state(struct vio_net *net)
{
    uint64_t value[FIELD_COUNT];
    enum vio_status status = read_fields(net, MAC, PAIRS, value);

    if (status != VIO_OK)
        return status;
    for (uint32_t i = 0; i < 6 && vio_net_has(net, VIO_NET_F_MAC); i++)
        net->config.mac[i] = (uint8_t)value[MAC + i];
    net->config.link_up = (value[STATUS] & LINK_UP) != 0;
    return VIO_OK;
}

/* Before there are queues, since their numbers depend on it. */
static enum vio_status read_numbers(struct vio_net *net)
{
    uint64_t value[FIELD_COUNT];
    enum vio_status status = read_fields(net, PAIRS, FIELD_COUNT, value);

    if (status != VIO_OK)
        return status;
    if (value[PAIRS] == 0 || value[PAIRS] > PAIRS_LIMIT || value[MTU] < MTU_LEAST)
        return VIO_MALFORMED;
    net->config.pairs_max = (uint16_t)value[PAIRS];
    net->config.mtu = (uint16_t)value[MTU];
    return VIO_OK;
}

/* ---- features ---- */

/* Is there room for the largest packet (NET-CFG-DRV-08, NET-RXBUF-DRV-02, 03)? */
static bool buffers_do(const struct vio_net *net, uint64_t mtu)
{
    uint64_t largest = VIO_NET_HEADER_BYTES + VIO_NET_ETHERNET_BYTES + mtu;
    uint64_t parts = 1;

    if (vio_net_has(net, VIO_NET_F_MRG_RXBUF))
        parts =
            net->setup.buffers_per_pair < VIO_NET_PARTS_MAX ? net->setup.buffers_per_pair : VIO_NET_PARTS_MAX;
    return net->setup.buffer_bytes >= VIO_NET_HEADER_BYTES && parts * net->setup.buffer_bytes >= largest;
}

/* Who accepts MTU promises to receive what it says; who does not is sent the usual frames. */
static bool mtu_is_too_much(struct vio_net *net)
{
    uint64_t value[FIELD_COUNT];

    return vio_net_has(net, VIO_NET_F_MTU) && read_fields(net, MTU, FIELD_COUNT, value) == VIO_OK &&
           !buffers_do(net, value[MTU]);
}

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
    if (mtu_is_too_much(net))
        net->features &= ~VIO_NET_F_MTU;
    net->pairs_used = net->pairs_enabled = 0;
    net->config.pairs_max = 1;
    *accepted = net->features;
    return true;
}

/* ---- queues [5.1.2] ---- */

/* Pairs beyond the first need MQ; the control queue comes behind all pairs that the device has, used or not.
 */
static uint32_t net_queue_number(struct vio_driver *driver, size_t position)
{
    struct vio_net *net = (struct vio_net *)driver;
    uint32_t pairs = net->setup.pairs;

    if (position == 0) {
        net->numbers = read_numbers(net);
        net->pairs_used = net->config.pairs_max < pairs ? net->config.pairs_max : pairs;
    }
    if (net->numbers != VIO_OK) /* net_prepare says so, and the device is given up */
        return VIO_QUEUE_NONE;
    if (position < 2 * pairs)
        return position < 2 * net->pairs_used ? (uint32_t)position : VIO_QUEUE_NONE;
    return vio_net_has(net, VIO_NET_F_CTRL_VQ) ? 2u * net->config.pairs_max : VIO_QUEUE_NONE;
}

/* ---- init ---- */

static enum vio_status net_prepare(struct vio_driver *driver)
{
    struct vio_net *net = (struct vio_net *)driver;

    net->epoch++;
    net->nonsense = 0;
    net->control_busy = false;
    memset(net->pair, 0, sizeof(net->pair));
    if (net->numbers != VIO_OK)
        return net->numbers;
    memcpy(net->config.mac, net->setup.mac, sizeof(net->config.mac));
    net->config.has_checksum = vio_net_has(net, VIO_NET_F_CSUM);
    net->config.has_modes = vio_net_has(net, VIO_NET_F_CTRL_RX);
    net->config.has_more_modes = vio_net_has(net, VIO_NET_F_CTRL_RX_EXTRA);
    net->config.has_mac_change = vio_net_has(net, VIO_NET_F_CTRL_MAC_ADDR);
    net->pairs_enabled = 1; /* NET-MQ-DRV-03 */
    return buffers_do(net, net->config.mtu) ? vio_net_fill(net) : VIO_NO_MEMORY;
}

/* From DRIVER_OK on the device tells what changes. */
static enum vio_status net_initialized(struct vio_driver *driver)
{
    return read_state((struct vio_net *)driver);
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
    .device_initialized = net_initialized,
    .config_changed = net_config_changed,
};

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
