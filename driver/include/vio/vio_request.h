/* SPDX-License-Identifier: Apache-2.0 */
/* A request to a device. It stays where it is, unchanged, until it is finished. */
#ifndef VIO_REQUEST_H
#define VIO_REQUEST_H

#include <vio/vio_platform.h>

enum vio_op {
    VIO_OP_READ,    /* block: len_bytes from byte `offset`, both multiples of 512 */
    VIO_OP_WRITE,   /* block */
    VIO_OP_FLUSH,   /* block: no data */
    VIO_OP_GET_ID,  /* block: 20 bytes; len_bytes at least that */
    VIO_OP_ENTROPY, /* rng: at most len_bytes */
    VIO_OP_DISCARD, /* block: [offset, offset + len_bytes) may be forgotten; no data; multiples of 512 */
    VIO_OP_ZERO,    /* block: the same reads as zero; no data */

    /* Of vio_device alone; by themselves network and console have calls of their own. */
    VIO_OP_SEND,            /* network: one frame to pair `unit`; console: bytes to port `unit` */
    VIO_OP_PROMISCUOUS,     /* network: one byte, 0 or 1 */
    VIO_OP_ALL_MULTICAST,   /* network: likewise */
    VIO_OP_SET_MAC,         /* network: six bytes */
    VIO_OP_SET_PAIRS,       /* network: two bytes, little-endian */
    VIO_OP_OPEN_PORT,       /* console: one byte: port `unit` is open, or closed */
    VIO_OP_EMERGENCY_WRITE, /* console: one byte */
    VIO_OP_SET_MODE,        /* network: enum vio_net_mode, then 0 or 1 */
    VIO_OP_SET_TABLES, /* network: a byte, that many unicast addresses; a byte, that many multicast ones */
};

struct vio_request {
    enum vio_op op;
    uint64_t offset;
    void *data; /* lent to the device */
    size_t len_bytes;
    uint32_t unit; /* block: which queue, modulo those in use; network: the pair; console: the port */
    void *owner;   /* the submitter's; the drivers do not look at it */

    struct vio_request *next; /* private */
    size_t at_bytes;          /* private: transferred so far */
    uint32_t order;           /* private: requests before it */
};

/* Who submitted is told through this, once: from the interrupt, from a reset, or from within the submitting
 * call. VIO_OK: done_bytes were transferred. VIO_TIMEOUT: the device would not let go of `data`, which
 * stays lent until a reset succeeds: neither read it nor free it. Any other status: `data` is the submitter's
 * again, and means nothing. */
struct vio_request_client {
    void (*finished)(struct vio_request_client *client, struct vio_request *request, enum vio_status status,
                     size_t done_bytes);
};

#endif
