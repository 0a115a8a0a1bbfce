/* SPDX-License-Identifier: Apache-2.0 */
/* Commands on the control queue [5.1.6.5], one at a time. Contracts: vio_net.h. */
#include "net.h"

#include "bytes.h"

#define NET_OF(member, pointer) ((struct vio_net *)((char *)(pointer)-offsetof(struct vio_net, member)))

enum { CLASS_RX = 0, CLASS_MAC = 1, CLASS_MQ = 4 };
enum { MAC_TABLE_SET = 0, MAC_ADDR_SET = 1, MQ_PAIRS_SET = 0 };
enum { ACK_OK = 0, ACK_ERROR = 1, ACK_UNTOUCHED = 0xff };

/* May a command that needs this feature be given now? Its data may be written then. */
static enum vio_status check(const struct vio_net *net, uint64_t feature)
{
    if (net->pairs_used == 0 || !net->queues[1]->initialized)
        return VIO_NOT_READY;
    if (!vio_net_has(net, feature))
        return VIO_UNSUPPORTED;
    return net->control_busy ? VIO_NO_MEMORY : VIO_OK;
}

static enum vio_status command(struct vio_net *net, uint8_t class_number, uint8_t number, uint32_t len_bytes)
{
    struct vio_net_shared *shared = net->setup.shared;
    const struct vio_buffer chain[3] = {{shared->command, sizeof(shared->command), false},
                                        {shared->data, len_bytes, false},
                                        {&shared->ack, sizeof(shared->ack), true}};
    enum vio_status status;

    vio_store8(&shared->command[0], class_number);
    vio_store8(&shared->command[1], number);
    vio_store8(&shared->ack, ACK_UNTOUCHED);
    net->control_busy = true; /* before: the answer may come from within */
    status = vio_queue_provide(net->setup.control, chain, 3, net);
    if (status != VIO_OK)
        net->control_busy = false;
    return status;
}

enum vio_status vio_net_set_mode(struct vio_net *net, enum vio_net_mode mode, bool on)
{
    uint64_t feature = mode <= VIO_NET_ALL_MULTICAST ? VIO_NET_F_CTRL_RX : VIO_NET_F_CTRL_RX_EXTRA;
    enum vio_status status = check(net, feature); /* NET-FILT-DRV-01, 02 */

    if (status != VIO_OK)
        return status;
    if ((uint32_t)mode > VIO_NET_NO_BROADCAST)
        return VIO_INVALID;
    net->pairs_wanted = 0;
    net->mac_change = false;
    vio_store8(net->setup.shared->data, on);
    return command(net, CLASS_RX, (uint8_t)mode, 1);
}

static void write_mac(uint8_t *at, const uint8_t mac[6])
{
    for (uint32_t i = 0; i < 6; i++)
        vio_store8(at + i, mac[i]);
}

enum vio_status vio_net_set_mac(struct vio_net *net, const uint8_t mac[6])
{
    enum vio_status status = check(net, VIO_NET_F_CTRL_MAC_ADDR);

    if (status != VIO_OK)
        return status;
    net->pairs_wanted = 0;
    net->mac_change = true;
    memcpy(net->mac_wanted, mac, sizeof(net->mac_wanted));
    write_mac(net->setup.shared->data, mac);
    return command(net, CLASS_MAC, MAC_ADDR_SET, 6);
}

/* Count and addresses; what it takes. */
static uint32_t write_table(uint8_t *at, const uint8_t (*macs)[6], uint32_t count)
{
    for (uint32_t i = 0; i < 4; i++)
        vio_store8(at + i, (uint8_t)(count >> 8 * i)); /* not aligned in the second table */
    for (uint32_t i = 0; i < count; i++)
        write_mac(at + 4 + 6 * i, macs[i]);
    return 4 + 6 * count;
}

enum vio_status vio_net_set_mac_tables(struct vio_net *net, const uint8_t (*unicast)[6],
                                       uint32_t unicast_count, const uint8_t (*multicast)[6],
                                       uint32_t multicast_count)
{
    enum vio_status status = check(net, VIO_NET_F_CTRL_RX); /* NET-MAC-DRV-01 */
    uint32_t len_bytes;

    if (status != VIO_OK)
        return status;
    if (unicast_count > VIO_NET_MACS_MAX || multicast_count > VIO_NET_MACS_MAX - unicast_count)
        return VIO_INVALID;
    net->pairs_wanted = 0;
    net->mac_change = false;
    len_bytes = write_table(net->setup.shared->data, unicast, unicast_count); /* NET-MAC-DRV-03 */
    len_bytes += write_table(net->setup.shared->data + len_bytes, multicast, multicast_count);
    return command(net, CLASS_MAC, MAC_TABLE_SET, len_bytes);
}

enum vio_status vio_net_set_pairs(struct vio_net *net, uint16_t pairs)
{
    enum vio_status status = check(net, VIO_NET_F_MQ);

    if (status != VIO_OK)
        return status;
    if (pairs == 0 || pairs > net->pairs_used) /* NET-MQ-DRV-01, 02 */
        return VIO_INVALID;
    net->pairs_wanted = pairs;
    net->mac_change = false;
    if (pairs < net->pairs_enabled)
        net->pairs_enabled = pairs;
    vio_store16(net->setup.shared->data, pairs);
    return command(net, CLASS_MQ, MQ_PAIRS_SET, 2);
}

/* ---- the answer ---- */

static enum vio_status judge_answer(const struct vio_net_shared *shared)
{
    uint8_t ack = vio_load8(&shared->ack);

    if (ack == ACK_OK)
        return VIO_OK;
    return ack == ACK_ERROR ? VIO_IO_ERROR : VIO_MALFORMED;
}

void vio_net_answered(struct vio_queue_client *client, void *token, uint32_t written_bytes,
                      enum vio_status status)
{
    struct vio_net *net = NET_OF(control_client, client);

    (void)token;
    (void)written_bytes;                       /* the ack was set to a value that no device gives */
    net->control_busy = status == VIO_TIMEOUT; /* then the device keeps what the command shares with it */
    if (status == VIO_OK)
        status = judge_answer(net->setup.shared);
    if (status == VIO_OK && net->pairs_wanted > 0)
        net->pairs_enabled = net->pairs_wanted;
    if (status == VIO_OK && net->mac_change)
        memcpy(net->config.mac, net->mac_wanted, sizeof(net->config.mac));
    net->setup.client->control_done(net->setup.client, status);
}
