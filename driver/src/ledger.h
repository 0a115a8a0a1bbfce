/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ledger of lent chains: what adding and popping does in any ring format. A format gives its own steps as
 * functions, which are compiled into these; so a request takes few instructions, and the rules stand once.
 */
#ifndef VIO_SOURCE_LEDGER_H
#define VIO_SOURCE_LEDGER_H

#include "platform.h"
#include "rings.h"

/* A chain on its way into the ring. */
struct vio_chain {
    const struct vio_buffer *buffers;
    size_t count;        /* up to the first empty place. 0: none, or it breaks the contract */
    uint64_t bus_offset; /* from the address of coherent memory to that for the device */
    uint32_t writable_bytes;
    uint16_t head, last; /* its slots in the ring */
    uint16_t head_flags; /* packed: what makes it the device's */
    bool coherent;       /* all of it can be reached as it is: nothing was mapped */
    bool indirect;
};

/* What was used next. */
struct vio_used {
    uint32_t id, len;
    uint32_t ahead; /* no more chains than so many were used */
};

/* The format's steps. */
typedef void vio_write_step(const struct vio_queue *queue, struct vio_chain *chain);
typedef void vio_publish_step(struct vio_queue *queue, const struct vio_chain *chain);
typedef bool vio_fetch_step(struct vio_queue *queue, struct vio_used *used);
typedef void vio_advance_step(struct vio_queue *queue, uint32_t head);
typedef void vio_arm_step(struct vio_queue *queue);

/* Buffers that have to be mapped, as they stand in the slots or records from the head on; all or none. */
enum vio_status vio_chain_map(struct vio_queue *queue, const struct vio_buffer buffers[], size_t count,
                              bool indirect);
void vio_chain_unmap(struct vio_queue *queue, uint16_t head);

/* Of an id at which no chain begins: in the middle of one, or nothing lent. */
enum vio_refusal vio_ledger_name_stranger(const struct vio_queue *queue, uint32_t id);

/* ---- lending ---- */

/* Where the device finds the buffer; `mapped`: as what was mapped for it, if anything was. */
static inline uint64_t vio_chain_bus(const struct vio_chain *chain, const struct vio_buffer *buffer,
                                     const uint64_t *mapped)
{
    return chain->coherent ? (uintptr_t)buffer->data + chain->bus_offset : *mapped;
}

/* Changes nothing. A chain of more buffers than any ring has does not fit, however many more they are. */
static inline struct vio_chain vio_ledger_measure(const struct vio_queue *queue,
                                                  const struct vio_buffer buffers[], size_t places)
{
    struct vio_chain chain = {.buffers = buffers};
    uint64_t readable_bytes = 0, writable_bytes = 0;
    uintptr_t first = UINTPTR_MAX, behind = 0; /* of all bytes */
    const struct vio_buffer *buffer = buffers;
    const struct vio_buffer *end =
        buffers + (places <= VIO_QUEUE_SIZE_LIMIT ? places : VIO_QUEUE_SIZE_LIMIT + 1);

    for (; buffer != end && buffer->data != NULL; buffer++) {
        uintptr_t at = (uintptr_t)buffer->data;

        if (buffer->len_bytes == 0)
            return chain;
        if (buffer->device_writable)
            writable_bytes += buffer->len_bytes;
        else if (writable_bytes > 0) /* FRAME-DRV-01, PACKED-SG-DRV-03 */
            return chain;
        else
            readable_bytes += buffer->len_bytes;
        first = at < first ? at : first;
        behind = at + buffer->len_bytes > behind ? at + buffer->len_bytes : behind;
    }
    if (readable_bytes + writable_bytes > UINT64_C(1) << 32) /* SPLIT-DESC-DRV-01 */
        return chain;
    chain.count = (size_t)(buffer - buffers);
    chain.writable_bytes = (uint32_t)(writable_bytes < UINT32_MAX ? writable_bytes : UINT32_MAX);
    chain.coherent = vio_is_coherent(queue->platform, (const void *)first, behind - first);
    chain.bus_offset = vio_coherent_offset(queue->platform);
    return chain;
}

/* One place in the ring for the whole chain: where a table is there, and long enough. */
static inline bool vio_ledger_goes_indirect(const struct vio_queue *queue, size_t count)
{
    return queue->indirect && count > 1 && count <= queue->entries_max;
}

/* Not longer than the ring either way (SPLIT-IND-DRV-03, PACKED-SG-DRV-02). */
static inline bool vio_ledger_fits(const struct vio_queue *queue, const struct vio_chain *chain)
{
    if (chain->indirect)
        return queue->free_count > 0 && chain->count <= queue->size;
    return chain->count <= queue->free_count;
}

/* Moves the slots head .. last to the ledger. */
static inline void vio_ledger_lend(struct vio_queue *queue, const struct vio_chain *chain, void *token)
{
    struct vio_slot *slot = &queue->slots[chain->head];
    uint16_t places = chain->indirect ? 1 : (uint16_t)chain->count;

    slot->token = token;
    slot->writable_bytes = chain->writable_bytes;
    slot->count = places;
    slot->entries = chain->indirect ? (uint16_t)chain->count : 0;
    slot->last = chain->last;
    slot->order = queue->order++;
    slot->mapped = !chain->coherent;
    slot->state = VIO_SLOT_HEAD;
    queue->free_head = queue->slots[chain->last].next;
    queue->free_count -= places;
    queue->chain_count++;
}

/* Contract: vio_queue_add. `write` puts the chain where the device does not look yet and says where it ends,
 * `publish` makes it the next one. */
static inline enum vio_status vio_ledger_add(struct vio_queue *queue, const struct vio_buffer buffers[],
                                             size_t places, void *token, vio_write_step *write,
                                             vio_publish_step *publish)
{
    struct vio_chain chain = vio_ledger_measure(queue, buffers, places);

    if (token == NULL || chain.count == 0)
        return VIO_INVALID;
    chain.indirect = vio_ledger_goes_indirect(queue, chain.count);
    chain.head = queue->free_head;
    if (!vio_ledger_fits(queue, &chain))
        return VIO_NO_MEMORY;
    if (!chain.coherent && vio_chain_map(queue, buffers, chain.count, chain.indirect) != VIO_OK)
        return VIO_NO_MEMORY;
    write(queue, &chain);
    vio_ledger_lend(queue, &chain, token);
    publish(queue, &chain);
    return VIO_OK;
}

/* ---- taking back ---- */

/* Index, ownership, length: in this order, on the full width (invariant 3). */
static inline enum vio_refusal vio_ledger_judge(const struct vio_queue *queue, const struct vio_used *used)
{
    const struct vio_slot *slot;

    if (used->id >= queue->size)
        return VIO_REFUSED_ID_RANGE;
    slot = &queue->slots[used->id];
    if (slot->state != VIO_SLOT_HEAD)
        return vio_ledger_name_stranger(queue, used->id);
    if (used->len > slot->writable_bytes)
        return VIO_REFUSED_LEN;
    if (slot->order - queue->committed < queue->order - queue->committed) /* invariant 13 */
        return VIO_REFUSED_ID_NOT_LENT;
    return VIO_REFUSED_NOTHING;
}

/* What was lent as the chain of this head is the driver's again, so are its slots. The token; NULL if the
 * chain was abandoned. With IN_ORDER the slots are at their place in the free list already: they come back in
 * the order in which they went. */
static inline void *vio_ledger_release(struct vio_queue *queue, uint32_t head)
{
    struct vio_slot *slot = &queue->slots[head];
    struct vio_slot *last = &queue->slots[slot->last];

    if (slot->mapped)
        vio_chain_unmap(queue, (uint16_t)head);
    slot->state = VIO_SLOT_FREE;
    queue->free_count += slot->count;
    queue->chain_count--;
    if (queue->in_order) {
        queue->oldest = last->next;
        return slot->token;
    }
    last->next = queue->free_head;
    queue->free_head = (uint16_t)head;
    return slot->token;
}

/* The chain that was used next, judged, and not taken yet. False: none, or broken. */
static inline bool vio_ledger_look(struct vio_queue *queue, struct vio_used *used, vio_fetch_step *fetch)
{
    enum vio_refusal refusal;

    if (!fetch(queue, used))
        return false;
    refusal = vio_ledger_judge(queue, used);
    if (refusal == VIO_REFUSED_NOTHING)
        return true;
    vio_queue_break(queue, refusal);
    return false;
}

/* The same for IN_ORDER. */
bool vio_ledger_pop_in_order(struct vio_queue *queue, void **token, uint32_t *written_bytes);

/* Contract: vio_queue_pop, of a queue that works. */
static inline bool vio_ledger_pop(struct vio_queue *queue, void **token, uint32_t *written_bytes,
                                  vio_fetch_step *fetch, vio_advance_step *advance)
{
    struct vio_used used;

    if (queue->in_order)
        return vio_ledger_pop_in_order(queue, token, written_bytes);
    if (!vio_ledger_look(queue, &used, fetch))
        return false;
    *written_bytes = used.len;
    advance(queue, used.id);
    *token = vio_ledger_release(queue, used.id);
    return true;
}

/* Is there somebody to hand chains to? A callback may do anything, so this is asked again after each
 * (invariant 14). */
static inline bool vio_ledger_is_heard(const struct vio_queue *queue)
{
    return queue->initialized && queue->refusal == VIO_REFUSED_NOTHING && queue->callbacks &&
           queue->client != NULL;
}

/* Hands what came back to the client. Once all is taken, tells the device from where on to interrupt and
 * looks again, until nothing came in between (invariant 8). */
static inline void vio_ledger_serve(struct vio_queue *queue, vio_fetch_step *fetch, vio_advance_step *advance,
                                    vio_arm_step *arm)
{
    bool armed = false;
    void *token;
    uint32_t written_bytes;

    while (vio_ledger_is_heard(queue)) {
        if (vio_ledger_pop(queue, &token, &written_bytes, fetch, advance)) {
            queue->client->chain_ready(queue->client, token, written_bytes, VIO_OK);
            armed = false;
        } else if (armed) {
            break;
        } else {
            arm(queue);
            armed = true;
        }
    }
}

#endif
