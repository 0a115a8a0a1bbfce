/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A virtqueue [2.6]: chains of buffers go to the device, and come back once.
 *
 * One interface for all ring formats; an init function of the format (vio_queue_split.h) fills the
 * private table. All memory is the caller's. The structures are complete so that you can allocate
 * them; their members are private and must not be moved while the queue is in use.
 *
 * A chain that was provided belongs to the queue until chain_ready or pop hands its token back. The
 * queue trusts its own records only (the slots, never shared with the device): a completion that
 * does not match them is refused, breaks the queue, and leaves everything lent until reset.
 */
#ifndef VIO_QUEUE_H
#define VIO_QUEUE_H

#include <vio/vio_platform.h>

struct vio_queue;
struct vio_transport;

/* Why a queue broke: what the device did. */
enum vio_refusal {
    VIO_REFUSED_NOTHING = 0,
    VIO_REFUSED_USED_IDX,     /* used.idx is further ahead than chains are lent */
    VIO_REFUSED_ID_RANGE,     /* used.id is no slot of the ring (all 32 bits count) */
    VIO_REFUSED_ID_NOT_LENT,  /* nothing is lent there: unknown, or returned twice */
    VIO_REFUSED_ID_MID_CHAIN, /* lent, but not the head of a chain */
    VIO_REFUSED_LEN,          /* used.len is more than the chain's writable bytes */
    VIO_REFUSED_DEVICE,       /* the transport says so: DEVICE_NEEDS_RESET, bad configuration */
    VIO_REFUSED_ABANDONED,    /* given up by vio_queue_abandon */
};

struct vio_buffer {
    void *data;
    uint32_t len_bytes; /* >= 1 */
    bool device_writable;
};

/* Told of each chain that comes back, from vio_queue_used_interrupt or a reset; may provide again from
 * within. `written_bytes` is never more than the chain's writable bytes; 0 unless VIO_OK. */
struct vio_queue_client {
    void (*chain_ready)(struct vio_queue_client *client, void *token, uint32_t written_bytes,
                        enum vio_status status);
};

enum vio_slot_state { VIO_SLOT_FREE = 0, VIO_SLOT_HEAD, VIO_SLOT_TAIL };

/* The private record of one descriptor. */
struct vio_slot {
    uint64_t bus;
    uint64_t writable_bytes; /* of the whole chain; in its head */
    void *token;             /* in the head; NULL: abandoned */
    uint32_t len_bytes;
    uint32_t count; /* of descriptors in the chain; in its head */
    uint16_t next;  /* in the chain, or of the free list */
    bool device_writable;
    enum vio_slot_state state;
};

struct vio_queue_addresses {
    uint64_t descriptor_area, driver_area, device_area;
};

/* The ring format. */
struct vio_queue_ops {
    uint32_t (*negotiate_size)(uint32_t size);               /* the largest legal size <= size */
    enum vio_status (*open)(struct vio_queue *queue);        /* zeroes and maps the rings */
    void (*close)(struct vio_queue *queue);                  /* unmaps them */
    void (*publish)(struct vio_queue *queue, uint16_t head); /* the chain is the device's afterwards */
    bool (*must_notify)(struct vio_queue *queue);
    bool (*fetch)(struct vio_queue *queue, uint32_t *id, uint32_t *len); /* false: nothing, or broken */
    void (*arm)(struct vio_queue *queue); /* tells the device when to interrupt */
};

struct vio_queue {
    const struct vio_queue_ops *ops;
    const struct vio_platform *platform;
    struct vio_transport *transport;
    struct vio_queue_client *client;
    struct vio_slot *slots;
    void *descriptors, *available, *used;
    struct vio_queue_addresses addresses;
    uint32_t number, size, size_max;
    uint32_t free_count, chain_count;
    uint16_t free_head;
    uint16_t avail_idx_shadow;
    uint16_t used_idx_seen;     /* consumed up to here */
    uint16_t used_idx_snapshot; /* the device's, as loaded and checked last */
    enum vio_refusal refusal;
    bool initialized, event_idx, callbacks;
};

/* Before initialize. Either may be NULL: without a client, use pop; without a transport, no one is notified.
 */
void vio_queue_set_client(struct vio_queue *queue, struct vio_queue_client *client);
void vio_queue_set_transport(struct vio_queue *queue, struct vio_transport *transport);

/* Lends chain[0..count): readable buffers first, then writable ones [2.6.4.2]. `token` is not NULL
 * and comes back with the chain. VIO_NO_MEMORY: not now. VIO_INVALID, VIO_NOT_READY, VIO_BROKEN. */
enum vio_status vio_queue_provide(struct vio_queue *queue, const struct vio_buffer chain[], size_t count,
                                  void *token);

/* The next chain that came back. False: none. */
bool vio_queue_pop(struct vio_queue *queue, void **token, uint32_t *written_bytes);

/* Hands all chains that came back to the client. Spurious calls are harmless. */
void vio_queue_used_interrupt(struct vio_queue *queue);

/* The default is enabled; enabling looks again, so that none is lost. */
void vio_queue_enable_callbacks(struct vio_queue *queue);
void vio_queue_disable_callbacks(struct vio_queue *queue);

size_t vio_queue_free_descriptors(const struct vio_queue *queue);
size_t vio_queue_lent_chains(const struct vio_queue *queue);
enum vio_refusal vio_queue_refusal(const struct vio_queue *queue);

/* ---- for transports ---- */

/* A legal size that fits queue and device; 0: none. */
uint32_t vio_queue_negotiate_size(const struct vio_queue *queue, uint32_t device_max);

/* Zeroes and maps the rings. `elements` as negotiated, `features` as accepted. VIO_NO_MEMORY: nothing
 * changed. */
enum vio_status vio_queue_initialize(struct vio_queue *queue, uint32_t number, uint32_t elements,
                                     uint64_t features);
void vio_queue_physical_addresses(const struct vio_queue *queue, struct vio_queue_addresses *addresses);

/* Refuses everything from now on. The first reason stays. */
void vio_queue_break(struct vio_queue *queue, enum vio_refusal refusal);

/* The device was reset: takes all back, each lent chain comes back as VIO_CANCELLED. */
void vio_queue_close(struct vio_queue *queue);

/* The device will not answer and could not be reset: tells the client of each lent chain with `status`,
 * but leaves it lent and mapped until vio_queue_close. The queue is broken. */
void vio_queue_abandon(struct vio_queue *queue, enum vio_status status);

#endif
