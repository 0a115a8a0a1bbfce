/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Network device [5.1]: packets over one queue pair or several, mergeable receive buffers, checksums carried
 * through, and a control queue for receive modes, addresses and the number of pairs. Segmentation (GSO), RSS,
 * VLAN filters and coalescing are not here: what is sent and received are whole frames, without their check
 * sequence.
 */
#ifndef VIO_NET_H
#define VIO_NET_H

#include <vio/vio_transport.h>

#define VIO_NET_DEVICE_TYPE  1u
#define VIO_NET_PAIRS_MAX    4u
#define VIO_NET_QUEUES_MAX   (2u * VIO_NET_PAIRS_MAX + 1u)
#define VIO_NET_SENDS_MAX    16u /* in flight, of one pair */
#define VIO_NET_PARTS_MAX    16u /* buffers of one received packet */
#define VIO_NET_MACS_MAX     32u /* of both address tables together */
#define VIO_NET_HEADER_BYTES 12u
#define VIO_NET_FRAME_BYTES  1514u /* Ethernet header and the usual MTU */

/* Memory that the platform can map; the driver's until a reset succeeds. */
struct vio_net_shared {
    _Alignas(16) uint8_t headers[VIO_NET_PAIRS_MAX][VIO_NET_SENDS_MAX][16];
    uint8_t command[2];
    uint8_t ack;
    uint8_t padding[13];
    uint8_t data[8 + 6 * VIO_NET_MACS_MAX];
};

enum vio_net_checksum_state {
    VIO_NET_CHECKSUM_UNKNOWN, /* sent: complete. Received: nobody looked at it */
    VIO_NET_CHECKSUM_PARTIAL, /* sum from `start` on, to be stored at start + offset */
    VIO_NET_CHECKSUM_GOOD,    /* received only: the device vouches for it */
};

struct vio_net_checksum {
    enum vio_net_checksum_state state;
    uint16_t start, offset; /* bytes; valid with PARTIAL, and then within the packet */
};

struct vio_net_part {
    const uint8_t *data;
    uint32_t len_bytes;
};

/* May call the driver again from within. */
struct vio_net_client {
    /* A packet, in one part or several; they are the driver's again on return. */
    void (*received)(struct vio_net_client *client, uint32_t pair, const struct vio_net_part parts[],
                     size_t count, const struct vio_net_checksum *checksum);
    /* Once for each packet that was taken; VIO_TIMEOUT: the device keeps `data`, as with vio_request_client.
     */
    void (*sent)(struct vio_net_client *client, void *owner, enum vio_status status);
    /* Once for each command: VIO_OK, VIO_IO_ERROR (refused by the device), VIO_MALFORMED, VIO_CANCELLED. */
    void (*control_done)(struct vio_net_client *client, enum vio_status status);
    /* Link or address in `config` may be others now. NULL: don't care. */
    void (*config_changed)(struct vio_net_client *client);
};

/* What the device said of itself. */
struct vio_net_config {
    uint8_t mac[6];
    uint16_t mtu;       /* bytes behind the Ethernet header; default 1500 */
    uint16_t pairs_max; /* of the device; default 1 */
    bool link_up;       /* default true */
    bool has_checksum;  /* PARTIAL may be sent */
    bool has_modes, has_more_modes, has_mac_change;
};

/* Private: one receive buffer. */
struct vio_net_buffer {
    uint8_t *data;
    uint32_t pair;
    bool out; /* not lent, since it could not be mapped */
};

/* Private. */
struct vio_net_send {
    void *owner; /* NULL: free */
    uint32_t pair;
};
struct vio_net_pair {
    struct vio_net_send sends[VIO_NET_SENDS_MAX];
    struct vio_net_buffer *taken[VIO_NET_PARTS_MAX]; /* of the packet that is coming in */
    struct vio_net_part parts[VIO_NET_PARTS_MAX];
    uint32_t part_count, parts_expected; /* 0: no packet begun */
    uint32_t out_count;                  /* receive buffers that are out */
    struct vio_net_checksum checksum;
};

/* You fill it, and it may go after vio_net_init. */
struct vio_net_setup {
    struct vio_transport *transport;
    struct vio_net_client *client;
    struct vio_net_shared *shared;
    struct vio_queue *const *queues; /* receive 0, transmit 0, receive 1, ... as given to initialize() */
    uint32_t pairs;                  /* 1..VIO_NET_PAIRS_MAX; used as far as the device has them */
    struct vio_queue *control;       /* last in the list given to initialize(); NULL: none */
    uint8_t *buffers; /* to receive into, aligned to 4: buffer_bytes * buffers_per_pair * pairs; mappable */
    struct vio_net_buffer *records; /* buffers_per_pair * pairs, private */
    uint32_t buffers_per_pair;      /* 1 or more */
    uint32_t buffer_bytes; /* multiple of 4: 1528 (or what the MTU takes), or less where buffers are merged */
    uint8_t mac[6];        /* where the device has none */
    bool with_checksum;    /* accept CSUM and GUEST_CSUM: PARTIAL may be received then */
};

/* Members are private, but `config`, `pairs_enabled` and `dropped` may be read. */
struct vio_net {
    struct vio_driver driver;
    struct vio_queue_client receive_client, transmit_client, control_client;
    struct vio_net_setup setup;
    struct vio_queue *queues[VIO_NET_QUEUES_MAX];
    struct vio_net_pair pair[VIO_NET_PAIRS_MAX];
    struct vio_net_config config;
    uint64_t features;
    enum vio_status numbers;            /* of pairs and MTU: could they be read, and do they make sense? */
    uint32_t pairs_used, pairs_enabled; /* set up; to send on */
    uint32_t epoch;                     /* starts so far */
    uint32_t dropped;                   /* packets that made no sense */
    uint32_t nonsense;                  /* of those, so many in a row */
    uint16_t pairs_wanted;              /* by the command under way; 0: none */
    uint8_t mac_wanted[6];
    bool control_busy, mac_change;
};

/* Sets the clients of the queues. VIO_INVALID: a member of `setup` is missing or out of range. */
enum vio_status vio_net_init(struct vio_net *net, const struct vio_net_setup *setup);

/* Sends one frame; `data` is lent until sent(). VIO_INVALID: shorter than an Ethernet header, longer than the
 * MTU allows, a pair that is not enabled, no owner, or a checksum outside of the frame. VIO_UNSUPPORTED:
 * PARTIAL without has_checksum. VIO_NO_MEMORY: not now. VIO_NOT_READY, VIO_BROKEN. `checksum` NULL: it is
 * complete. */
enum vio_status vio_net_send(struct vio_net *net, uint32_t pair, void *data, uint32_t len_bytes,
                             const struct vio_net_checksum *checksum, void *owner);

/* Receive buffers that the platform could not map when they were due are lent: each packet that comes in does
 * that too, so call this when memory can be mapped again, or at times. */
void vio_net_refill(struct vio_net *net);

/* Commands: one at a time, else VIO_NO_MEMORY; the answer is control_done. VIO_UNSUPPORTED: not negotiated.
 */
enum vio_net_mode { /* [5.1.6.5.1] */
                    VIO_NET_PROMISCUOUS,
                    VIO_NET_ALL_MULTICAST,
                    VIO_NET_ALL_UNICAST, /* this and the next: has_more_modes */
                    VIO_NET_NO_MULTICAST,
                    VIO_NET_NO_UNICAST,
                    VIO_NET_NO_BROADCAST,
};
enum vio_status vio_net_set_mode(struct vio_net *net, enum vio_net_mode mode, bool on);
enum vio_status vio_net_set_mac(struct vio_net *net, const uint8_t mac[6]);
/* VIO_INVALID: more than VIO_NET_MACS_MAX together. */
enum vio_status vio_net_set_mac_tables(struct vio_net *net, const uint8_t (*unicast)[6],
                                       uint32_t unicast_count, const uint8_t (*multicast)[6],
                                       uint32_t multicast_count);
/* 1..pairs_used. Fewer count at once, more when the device agreed. */
enum vio_status vio_net_set_pairs(struct vio_net *net, uint16_t pairs);

#endif
