/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A virtqueue [2.6]: chains of buffers go to the device, and come back once.
 *
 * One interface for all ring formats; an init function of the format (vio_queue_split.h,
 * vio_queue_packed.h) fills the private table. All memory is the caller's. The structures are complete so
 * that you can allocate them; their members are private and must not be moved while the queue is in use.
 *
 * A chain that was provided belongs to the queue until chain_ready or pop hands its token back. The
 * queue trusts its own records only (the slots, never shared with the device): a completion that
 * does not match them is refused, breaks the queue, and leaves everything lent until reset.
 */
#ifndef VIO_QUEUE_H
#define VIO_QUEUE_H

#include <vio/vio_driver.h>

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
    VIO_REFUSED_ORDER,        /* IN_ORDER, but a chain was used before an older one */
    VIO_REFUSED_DEVICE,       /* the transport says so: DEVICE_NEEDS_RESET, bad configuration */
    VIO_REFUSED_DRIVER,       /* the device driver says so: what came in makes no sense */
    VIO_REFUSED_ABANDONED,    /* given up by vio_queue_abandon */
};

struct vio_buffer {
    void *data;         /* NULL: an empty place, the chain ends before it */
    uint32_t len_bytes; /* >= 1 */
    bool device_writable;
};

/* Told of each chain that comes back, from vio_queue_used_interrupt or a reset; may provide again from
 * within: the device gets that when all that came back was told. `written_bytes` is never more than the
 * chain's writable bytes; 0 unless VIO_OK. */
struct vio_queue_client {
    void (*chain_ready)(struct vio_queue_client *client, void *token, uint32_t written_bytes,
                        enum vio_status status);
};

enum { VIO_SLOT_FREE = 0, VIO_SLOT_HEAD }; /* the rest of a chain counts as free, but is in no free list */

/* The private record of one descriptor of the ring. */
struct vio_slot {
    uint64_t bus;            /* with len_bytes and device_writable: what was mapped, if anything was */
    void *token;             /* in the head; NULL: abandoned */
    uint32_t writable_bytes; /* of the whole chain, at most UINT32_MAX; in its head */
    uint32_t len_bytes;
    uint16_t count;   /* of descriptors that the chain takes in the ring; in its head */
    uint16_t entries; /* of its indirect table, 0: none; in its head */
    uint16_t next;    /* in the chain, or of the free list */
    uint16_t last;    /* of the chain; in its head */
    uint32_t order;   /* chains lent before this one, modulo 2^32; in its head */
    bool mapped;      /* in the head: buffers of the chain have to be unmapped */
    bool device_writable;
    uint8_t state;
};

/* The private record of one entry of an indirect table. */
struct vio_record {
    uint64_t bus;
    uint32_t len_bytes;
    bool device_writable;
};

struct vio_queue_addresses {
    uint64_t descriptor_area, driver_area, device_area;
};

struct vio_used;

/* The ring format. */
struct vio_queue_ops {
    uint32_t (*negotiate_size)(uint32_t size);        /* the largest legal size <= size */
    enum vio_status (*open)(struct vio_queue *queue); /* zeroes and maps the rings */
    void (*close)(struct vio_queue *queue);           /* unmaps them */
    enum vio_status (*add)(struct vio_queue *queue, const struct vio_buffer chain[], size_t count,
                           void *token);
    bool (*commit)(struct vio_queue *queue); /* what was added is the device's afterwards. True: notify it */
    uint16_t (*position)(const struct vio_queue *queue); /* bits 31:16 of a notification [2.9] */
    bool (*fetch)(struct vio_queue *queue,
                  struct vio_used *used);                    /* without taking it. False: none, or broken */
    void (*advance)(struct vio_queue *queue, uint32_t head); /* behind this chain, which was used */
    uint32_t (*used_chains)(const struct vio_queue *queue);
    void (*arm)(struct vio_queue *queue);   /* tells the device when to interrupt */
    void (*serve)(struct vio_queue *queue); /* hands all that came back to the client, and arms */
};

struct vio_queue {
    const struct vio_queue_ops *ops; /* the format that was negotiated */
    const struct vio_queue_ops *split, *packed;
    const struct vio_platform *platform;
    struct vio_transport *transport;
    struct vio_queue_client *client;
    struct vio_slot *slots;
    void *descriptors, *driver_area, *device_area;
    struct vio_queue_addresses addresses;
    uint8_t *tables; /* entries_max descriptors of 16 bytes for each slot; NULL: none */
    struct vio_record *records;
    uint64_t tables_bus;
    uint32_t entries_max;
    uint32_t free_count;
    uint32_t number, size, size_max, size_negotiated;
    uint32_t chain_count;
    uint32_t order, committed; /* chains lent so far; of those, the device was shown so many */
    uint16_t free_head;
    uint16_t oldest;            /* IN_ORDER: the head that comes back next */
    uint16_t avail_idx_shadow;  /* split: as published. Packed: the next place in the ring */
    uint16_t used_idx_seen;     /* split: consumed up to here. Packed: the next place in the ring */
    uint16_t used_idx_snapshot; /* split: the device's, as loaded and checked last */
    uint16_t pending;           /* places in the ring written since the last decision to notify */
    uint16_t batch_head;        /* IN_ORDER: last chain of the batch that is being given back */
    uint16_t held_flags;        /* packed: what shows the device the chains lent since; */
    void *held_at;              /* and where */
    uint32_t batch_written;
    enum vio_refusal refusal;
    bool avail_wrap, used_wrap; /* packed */
    bool initialized, event_idx, in_order, indirect, batch, callbacks;
    bool closing;           /* lent chains are being told of the end */
    bool serving, kick_due; /* chains are being given back; a kick waits for the end of that */
};

/* Before initialize, else VIO_INVALID. Either may be NULL: without a client, use pop, and behind the last one
 * enable_callbacks, which asks for the next interrupt; without a transport, no one is notified. */
enum vio_status vio_queue_set_client(struct vio_queue *queue, struct vio_queue_client *client);
enum vio_status vio_queue_set_transport(struct vio_queue *queue, struct vio_transport *transport);

/* Gives the queue indirect tables [2.7.5.3, 2.8.7], so that a chain of up to `entries_max` buffers takes one
 * place in the ring. `tables`: size_max * entries_max * 16 bytes, aligned to 16, mapped shared; `records`:
 * size_max * entries_max, private. Before initialize; VIO_INVALID: too late, misaligned, or nothing given. */
enum vio_status vio_queue_set_indirect(struct vio_queue *queue, void *tables, struct vio_record *records,
                                       uint32_t entries_max);

/* Lends chain[0..count), or up to the first empty place: readable buffers first, then writable ones
 * [2.6.4.2]. `token` is not NULL and comes back with the chain. VIO_NO_MEMORY: does not fit now. VIO_INVALID:
 * empty chain, zero-length buffer, wrong order, over 2^32 bytes. VIO_NOT_READY, VIO_BROKEN. Unless VIO_OK,
 * nothing changed. */
enum vio_status vio_queue_provide(struct vio_queue *queue, const struct vio_buffer chain[], size_t count,
                                  void *token);

/* The same in two steps, for several chains at once: add them, then show and tell the device all of them. */
enum vio_status vio_queue_add(struct vio_queue *queue, const struct vio_buffer chain[], size_t count,
                              void *token);
enum vio_status vio_queue_kick(struct vio_queue *queue);

/* The next chain that came back. False: none. */
bool vio_queue_pop(struct vio_queue *queue, void **token, uint32_t *written_bytes);

/* Hands all chains that came back to the client. Spurious calls are harmless. */
void vio_queue_used_interrupt(struct vio_queue *queue);

/* The default is enabled. Enabling looks again, so that no chain is lost: what came back meanwhile is handed
 * to the client, or, without one, announced by `true`: pop it. */
bool vio_queue_enable_callbacks(struct vio_queue *queue);
void vio_queue_disable_callbacks(struct vio_queue *queue);

/* False before initialize. */
bool vio_queue_number(const struct vio_queue *queue, uint32_t *number);

size_t vio_queue_free_descriptors(const struct vio_queue *queue);
size_t vio_queue_lent_chains(const struct vio_queue *queue);
/* Came back and were not taken yet, as far as the device says: a hint, at most vio_queue_lent_chains(). */
size_t vio_queue_used_chains(const struct vio_queue *queue);
enum vio_refusal vio_queue_refusal(const struct vio_queue *queue);

/* ---- for transports ---- */

/* What the queue can do, of the bits that concern rings [6]. */
uint64_t vio_queue_features(const struct vio_queue *queue);

/* What was negotiated; picks the ring format. VIO_UNSUPPORTED: it has no memory for that format. VIO_INVALID:
 * it is initialised. The default is a split ring (else packed) and no feature. */
enum vio_status vio_queue_accept(struct vio_queue *queue, uint64_t features);

/* A legal size that fits queue and device; 0: none, or too late. May be called again, the last value counts.
 */
uint32_t vio_queue_negotiate_size(struct vio_queue *queue, uint32_t device_max);

/* Zeroes and maps the rings. `elements`: at most what was negotiated last, and legal, else VIO_INVALID.
 * VIO_NO_MEMORY: could not be mapped. Unless VIO_OK, nothing changed. */
enum vio_status vio_queue_initialize(struct vio_queue *queue, uint32_t number, uint32_t elements);

/* VIO_NOT_READY before initialize. */
enum vio_status vio_queue_physical_addresses(const struct vio_queue *queue,
                                             struct vio_queue_addresses *addresses);

/* What a notification says with NOTIFICATION_DATA [2.9]. */
uint32_t vio_queue_notification_data(const struct vio_queue *queue);

/* Refuses everything from now on. The first reason stays. */
void vio_queue_break(struct vio_queue *queue, enum vio_refusal refusal);

/* The device let go (it, or this queue, was reset): takes all back, each lent chain comes back as
 * VIO_CANCELLED. */
void vio_queue_close(struct vio_queue *queue);

/* The device will not answer and could not be reset: tells the client of each lent chain with `status`,
 * but leaves it lent and mapped until vio_queue_close. The queue is broken. */
void vio_queue_abandon(struct vio_queue *queue, enum vio_status status);

#endif
