/* SPDX-License-Identifier: Apache-2.0 */
/* Headers of packets, control messages and answers [5.1.6, 5.3.6]: which other values break a requirement. */
#include <pring/lie.h>
#include <pring/role.h>

enum { NEEDS_CSUM = 1, DATA_VALID = 2, RSC_INFO = 4 };
enum { ACK_OK = 0, ACK_ERR = 1 };
enum { DEVICE_ADD = 1, DEVICE_REMOVE = 2, CONSOLE_PORT = 4, RESIZE = 5, PORT_OPEN = 6, PORT_NAME = 7 };

static bool accepted(const struct pring_observer *o, unsigned bit)
{
    return o->features_written >> bit & 1;
}

/* Flags that nobody knows are for the driver to ignore (NET-RX-DRV-01). Our device never says NEEDS_CSUM of a
 * packet, and vouches for none. */
static const char *lie_flags(const struct pring_observer *o, uint64_t shown)
{
    if (shown & RSC_INFO)
        return "NET-RX-DEV-21";
    if (!accepted(o, PRING_F_NET_GUEST_CSUM))
        return "NET-RX-DEV-05";
    if (shown & NEEDS_CSUM)
        return "NET-RX-DEV-16";
    return shown & DATA_VALID ? "NET-RX-DEV-24" : NULL;
}

/* The port and the kind of a message make sense together only as the device sent them. */
static const char *lie_message(const struct pring_observer *o, enum pring_field field, uint64_t shown)
{
    if (field == PRING_F_PORT_ID && shown >= o->setup.console.ports)
        return "CON-MP-DEV-02";
    if (field == PRING_F_PORT_EVENT && shown == DEVICE_REMOVE)
        return "CON-MP-DEV-03";
    if (field == PRING_F_PORT_EVENT && shown == DEVICE_ADD)
        return "CON-MP-DEV-01";
    return "control";
}

const char *pring_lie_header(const struct pring_observer *o, enum pring_field field, uint64_t honest,
                             uint64_t shown)
{
    if (honest == shown)
        return NULL;
    switch (field) {
    case PRING_F_NET_FLAGS:
        return lie_flags(o, shown);
    case PRING_F_NET_GSO_TYPE: /* no kind of it was accepted: it is not offered */
        return "NET-RX-DEV-17";
    case PRING_F_NET_NUM_BUFFERS:
        return accepted(o, PRING_F_NET_MRG_RXBUF) ? "NET-RXBUF-DEV-01" : "NET-RX-DEV-01";
    case PRING_F_NET_ACK:
        return shown == ACK_ERR ? NULL : "answer"; /* a command may fail; success must be true */
    case PRING_F_PORT_ID:
    case PRING_F_PORT_EVENT:
    case PRING_F_PORT_VALUE:
        return lie_message(o, field, shown);
    default: /* the rest means nothing without NEEDS_CSUM and segmentation */
        return NULL;
    }
}
