/* SPDX-License-Identifier: Apache-2.0 */
/* A queue before its first chain and after its last; what does not depend on the ring format. Contracts:
 * vio_queue.h. */
#include <vio/vio_queue.h>
#include <vio/vio_transport.h>

#include "bytes.h"
#include "ledger.h"

enum vio_status vio_queue_set_client(struct vio_queue *queue, struct vio_queue_client *client)
{
    if (queue->initialized)
        return VIO_INVALID;
    queue->client = client;
    return VIO_OK;
}

enum vio_status vio_queue_set_transport(struct vio_queue *queue, struct vio_transport *transport)
{
    if (queue->initialized)
        return VIO_INVALID;
    queue->transport = transport;
    return VIO_OK;
}

bool vio_queue_number(const struct vio_queue *queue, uint32_t *number)
{
    if (queue->initialized)
        *number = queue->number;
    return queue->initialized;
}

size_t vio_queue_free_descriptors(const struct vio_queue *queue)
{
    return queue->initialized ? queue->free_count : 0;
}

size_t vio_queue_lent_chains(const struct vio_queue *queue)
{
    return queue->chain_count;
}

size_t vio_queue_used_chains(const struct vio_queue *queue)
{
    if (!queue->initialized || queue->refusal != VIO_REFUSED_NOTHING)
        return 0;
    return queue->ops->used_chains(queue);
}

enum vio_refusal vio_queue_refusal(const struct vio_queue *queue)
{
    return queue->refusal;
}

void vio_queue_break(struct vio_queue *queue, enum vio_refusal refusal)
{
    if (queue->refusal != VIO_REFUSED_NOTHING)
        return;
    queue->refusal = refusal; /* invariant 4 */
    if (queue->transport != NULL)
        queue->transport->broken = true;
}

/* ---- negotiation ---- */

uint64_t vio_queue_features(const struct vio_queue *queue)
{
    uint64_t features = VIO_F_EVENT_IDX | VIO_F_IN_ORDER;

    if (queue->packed != NULL)
        features |= VIO_F_RING_PACKED;
    if (queue->tables != NULL)
        features |= VIO_F_INDIRECT_DESC;
    return features;
}

enum vio_status vio_queue_accept(struct vio_queue *queue, uint64_t features)
{
    const struct vio_queue_ops *ops = (features & VIO_F_RING_PACKED) != 0 ? queue->packed : queue->split;

    if (queue->initialized)
        return VIO_INVALID;
    if (ops == NULL)
        return VIO_UNSUPPORTED;
    queue->ops = ops;
    queue->size_negotiated = 0;
    queue->event_idx = (features & VIO_F_EVENT_IDX) != 0;
    queue->in_order = (features & VIO_F_IN_ORDER) != 0;
    queue->indirect = (features & VIO_F_INDIRECT_DESC) != 0 && queue->tables != NULL;
    return VIO_OK;
}

uint32_t vio_queue_negotiate_size(struct vio_queue *queue, uint32_t device_max)
{
    if (queue->initialized)
        return 0;
    queue->size_negotiated =
        queue->ops->negotiate_size(device_max < queue->size_max ? device_max : queue->size_max);
    return queue->size_negotiated;
}

enum vio_status vio_queue_physical_addresses(const struct vio_queue *queue,
                                             struct vio_queue_addresses *addresses)
{
    if (!queue->initialized)
        return VIO_NOT_READY;
    *addresses = queue->addresses;
    return VIO_OK;
}

uint32_t vio_queue_notification_data(const struct vio_queue *queue)
{
    return queue->number | (uint32_t)queue->ops->position(queue) << 16;
}

/* ---- life ---- */

/* The last slot leads back to the first: with IN_ORDER they are taken round and round (SPLIT-DESC-DRV-02,
 * 03). */
static void free_all_slots(struct vio_queue *queue)
{
    memset(queue->slots, 0, queue->size * sizeof(queue->slots[0]));
    for (uint32_t i = 0; i + 1 < queue->size; i++)
        queue->slots[i].next = (uint16_t)(i + 1);
    queue->free_head = 0;
    queue->free_count = queue->size;
    queue->chain_count = 0;
    queue->oldest = 0;
    queue->order = 0;
    queue->pending = 0;
    queue->committed = 0;
    queue->batch = false;
}

enum vio_status vio_queue_initialize(struct vio_queue *queue, uint32_t number, uint32_t elements)
{
    enum vio_status status;

    if (queue->initialized || queue->closing)
        return VIO_INVALID;
    if (elements == 0 || elements > queue->size_negotiated ||
        elements != queue->ops->negotiate_size(elements))
        return VIO_INVALID;
    queue->size = elements;
    status = queue->ops->open(queue);
    if (status != VIO_OK)
        return status;
    queue->number = number;
    queue->callbacks = true;
    queue->refusal = VIO_REFUSED_NOTHING;
    free_all_slots(queue);
    queue->initialized = true;
    return VIO_OK;
}

/* ---- the end ---- */

static void tell(struct vio_queue *queue, void *token, enum vio_status status)
{
    if (token != NULL && queue->client != NULL)
        queue->client->chain_ready(queue->client, token, 0, status);
}

void vio_queue_close(struct vio_queue *queue)
{
    if (!queue->initialized)
        return;
    queue->initialized = false; /* first: the client may want to provide again (invariant 6) */
    queue->closing = true;      /* or to start again: not before all was told (invariant 14) */
    queue->ops->close(queue);
    for (uint32_t i = 0; i < queue->size; i++) {
        if (queue->slots[i].state == VIO_SLOT_HEAD)
            tell(queue, vio_ledger_release(queue, i), VIO_CANCELLED);
    }
    queue->closing = false;
}

void vio_queue_abandon(struct vio_queue *queue, enum vio_status status)
{
    if (!queue->initialized)
        return;
    vio_queue_break(queue, VIO_REFUSED_ABANDONED);
    for (uint32_t i = 0; i < queue->size; i++) {
        void *token = queue->slots[i].token;

        if (queue->refusal == VIO_REFUSED_NOTHING) /* the client reset and started the device meanwhile */
            return;

        if (queue->slots[i].state != VIO_SLOT_HEAD)
            continue;
        queue->slots[i].token = NULL;
        tell(queue, token, status);
    }
}
