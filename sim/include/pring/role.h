/* SPDX-License-Identifier: Apache-2.0 */
/* What a queue is for [5.1.2, 5.2.2, 5.3.2, 5.4.2]: depends on the features that the driver has accepted. */
#ifndef PRING_ROLE_H
#define PRING_ROLE_H

#include <pring/setup.h>

#ifdef __cplusplus
extern "C" {
#endif

enum pring_role {
    PRING_ROLE_UNUSED = 0,
    PRING_ROLE_REQUEST,         /* entropy, block */
    PRING_ROLE_RECEIVE,         /* of a pair or port */
    PRING_ROLE_TRANSMIT,        /* of a pair or port */
    PRING_ROLE_CONTROL,         /* net: commands, and their answers in the same chain */
    PRING_ROLE_CONTROL_RECEIVE, /* console */
    PRING_ROLE_CONTROL_TRANSMIT,
};

enum { /* feature bits that decide [5.1.3, 5.3.3] */
       PRING_F_NET_CSUM = 0,
       PRING_F_NET_GUEST_CSUM = 1,
       PRING_F_NET_MTU = 3,
       PRING_F_NET_MAC = 5,
       PRING_F_NET_MRG_RXBUF = 15,
       PRING_F_NET_STATUS = 16,
       PRING_F_NET_CTRL_VQ = 17,
       PRING_F_NET_CTRL_RX = 18,
       PRING_F_NET_CTRL_RX_EXTRA = 20,
       PRING_F_NET_MQ = 22,
       PRING_F_NET_CTRL_MAC_ADDR = 23,
       PRING_F_CONSOLE_SIZE = 0,
       PRING_F_CONSOLE_MULTIPORT = 1,
       PRING_F_CONSOLE_EMERG_WRITE = 2,
};
enum { PRING_NET_HEADER_SIZE = 12, PRING_CONSOLE_MESSAGE_SIZE = 8, PRING_UNITS_MAX = 3 };

/* ST-NETQ-DRV-01, ST-CONQ-DRV-01. *unit: the pair or port, 0 for the others. */
enum pring_role pring_role_of(const struct pring_setup *setup, uint64_t accepted, uint32_t queue,
                              uint32_t *unit);

#ifdef __cplusplus
}
#endif
#endif
