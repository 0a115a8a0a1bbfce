/* SPDX-License-Identifier: Apache-2.0 */
/* Between net.c, net_packet.c and net_control.c. */
#ifndef VIO_SOURCE_NET_H
#define VIO_SOURCE_NET_H

#include <vio/vio_net.h>

/* [5.1.3] */
#define VIO_NET_F_CSUM          (UINT64_C(1) << 0)
#define VIO_NET_F_GUEST_CSUM    (UINT64_C(1) << 1)
#define VIO_NET_F_MTU           (UINT64_C(1) << 3)
#define VIO_NET_F_MAC           (UINT64_C(1) << 5)
#define VIO_NET_F_MRG_RXBUF     (UINT64_C(1) << 15)
#define VIO_NET_F_STATUS        (UINT64_C(1) << 16)
#define VIO_NET_F_CTRL_VQ       (UINT64_C(1) << 17)
#define VIO_NET_F_CTRL_RX       (UINT64_C(1) << 18)
#define VIO_NET_F_CTRL_RX_EXTRA (UINT64_C(1) << 20)
#define VIO_NET_F_MQ            (UINT64_C(1) << 22)
#define VIO_NET_F_CTRL_MAC_ADDR (UINT64_C(1) << 23)

#define VIO_NET_ETHERNET_BYTES 14u

/* Packets in a row that make no sense until the queue breaks: a device that sends nothing else, as fast as we
 * lend, would keep us for ever (invariant 7). */
#define VIO_NET_NONSENSE_MAX 64u

static inline bool vio_net_has(const struct vio_net *net, uint64_t feature)
{
    return (net->features & feature) != 0;
}

/* Lends every receive buffer that fits its queue. VIO_NO_MEMORY: not even one of a pair. */
enum vio_status vio_net_fill(struct vio_net *net);

void vio_net_received(struct vio_queue_client *client, void *token, uint32_t written_bytes,
                      enum vio_status status);
void vio_net_sent(struct vio_queue_client *client, void *token, uint32_t written_bytes,
                  enum vio_status status);
void vio_net_answered(struct vio_queue_client *client, void *token, uint32_t written_bytes,
                      enum vio_status status);

#endif
