/* SPDX-License-Identifier: Apache-2.0 */
/* The ledger of lent chains; what does not depend on the ring format. Contracts: vio_queue.h. */
#include <vio/vio_queue.h>
#include <vio/vio_transport.h>

#include "bytes.h"
#include "platform.h"
#include "rings.h"

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
    queue->uncommitted = 0;
    queue->batch = false;
}

enum vio_status vio_queue_initialize(struct vio_queue *queue, uint32_t number, uint32_t elements)
{
    enum vio_status status;

    if (queue->initialized)
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

/* ---- lending ---- */

/* What there is of a chain up to the first empty place. `count` 0: none, or it breaks the contract. */
struct chain_size {
    size_t count;
    uint64_t writable_bytes;
};

static struct chain_size measure_chain(const struct vio_buffer chain[], size_t places)
{
    const struct chain_size wrong = {0, 0};
    uint64_t readable_bytes = 0, writable_bytes = 0;
    size_t count = 0;

    for (; count < places && chain[count].data != NULL; count++) {
        if (chain[count].len_bytes == 0)
            return wrong;
        if (chain[count].device_writable)
            writable_bytes += chain[count].len_bytes;
        else if (writable_bytes > 0) /* FRAME-DRV-01, PACKED-SG-DRV-03 */
            return wrong;
        else
            readable_bytes += chain[count].len_bytes;
        if (readable_bytes + writable_bytes > UINT64_C(1) << 32) /* SPLIT-DESC-DRV-01 */
            return wrong;
    }
    return (struct chain_size){count, writable_bytes};
}

static enum vio_dir slot_dir(const struct vio_slot *slot)
{
    return slot->device_writable ? VIO_FROM_DEVICE : VIO_TO_DEVICE;
}

static void unmap_slots(struct vio_queue *queue, uint16_t index, size_t count)
{
    const struct vio_platform *platform = queue->platform;

    for (; count > 0; count--) {
        const struct vio_slot *slot = &queue->slots[index];

        vio_take_back(platform, slot->bus, slot->len_bytes, slot_dir(slot));
        index = slot->next;
    }
}

/* Maps the chain into the first `count` free slots, which stay free. */
static enum vio_status map_chain(struct vio_queue *queue, const struct vio_buffer chain[], size_t count)
{
    const struct vio_platform *platform = queue->platform;
    uint16_t index = queue->free_head;

    for (size_t i = 0; i < count; i++) {
        struct vio_slot *slot = &queue->slots[index];

        slot->len_bytes = chain[i].len_bytes;
        slot->device_writable = chain[i].device_writable;
        if (vio_lend(platform, chain[i].data, slot->len_bytes, slot_dir(slot), &slot->bus) != VIO_OK) {
            unmap_slots(queue, queue->free_head, i);
            return VIO_NO_MEMORY;
        }
        index = slot->next;
    }
    return VIO_OK;
}

/* Moves the first `count` free slots to the ledger, as one chain. */
static struct vio_slot *lend_slots(struct vio_queue *queue, size_t count, void *token)
{
    struct vio_slot *head = &queue->slots[queue->free_head];
    struct vio_slot *slot = head;

    for (size_t i = 1; i < count; i++) {
        slot = &queue->slots[slot->next];
        slot->state = VIO_SLOT_TAIL;
    }
    head->state = VIO_SLOT_HEAD;
    head->token = token;
    head->count = (uint16_t)count;
    head->order = queue->order++;
    queue->free_head = slot->next;
    queue->free_count -= (uint32_t)count;
    queue->chain_count++;
    return head;
}

/* One place in the ring for the whole chain: where a table is there, and long enough. */
static bool goes_indirect(const struct vio_queue *queue, size_t count)
{
    return queue->indirect && count > 1 && count <= queue->entries_max;
}

/* Not longer than the ring either way (SPLIT-IND-DRV-03, PACKED-SG-DRV-02). */
static enum vio_status lend_chain(struct vio_queue *queue, const struct vio_buffer chain[],
                                  const struct chain_size *size, void *token)
{
    size_t count = size->count;
    bool indirect = goes_indirect(queue, count);
    size_t places = indirect ? 1 : count;
    uint16_t head = queue->free_head;
    enum vio_status status;
    struct vio_slot *slot;

    if (places > queue->free_count || count > queue->size)
        return VIO_NO_MEMORY;
    status = indirect ? vio_indirect_map(queue, head, chain, count) : map_chain(queue, chain, count);
    if (status != VIO_OK)
        return status;
    slot = lend_slots(queue, places, token);
    slot->entries = (uint16_t)(indirect ? count : 0);
    slot->writable_bytes = size->writable_bytes;
    queue->ops->publish(queue, head);
    return VIO_OK;
}

enum vio_status vio_queue_add(struct vio_queue *queue, const struct vio_buffer chain[], size_t count,
                              void *token)
{
    struct chain_size size;

    if (!queue->initialized)
        return VIO_NOT_READY;
    if (queue->refusal != VIO_REFUSED_NOTHING)
        return VIO_BROKEN;
    size = measure_chain(chain, count);
    if (token == NULL || size.count == 0)
        return VIO_INVALID;
    return lend_chain(queue, chain, &size, token);
}

enum vio_status vio_queue_kick(struct vio_queue *queue)
{
    if (!queue->initialized)
        return VIO_NOT_READY;
    if (queue->refusal != VIO_REFUSED_NOTHING)
        return VIO_BROKEN;
    if (queue->pending == 0)
        return VIO_OK;
    queue->ops->commit(queue);
    if (queue->ops->must_notify(queue) && queue->transport != NULL)
        queue->transport->ops->queue_notify(queue->transport, queue);
    return VIO_OK;
}

enum vio_status vio_queue_provide(struct vio_queue *queue, const struct vio_buffer chain[], size_t count,
                                  void *token)
{
    enum vio_status status = vio_queue_add(queue, chain, count, token);

    return status == VIO_OK ? vio_queue_kick(queue) : status;
}

/* ---- taking back ---- */

/* What was lent as the chain of this head is the driver's again; so are its slots, except their order. */
static uint16_t release_slots(struct vio_queue *queue, uint16_t head)
{
    uint32_t count = queue->slots[head].count;
    uint16_t index = head;

    for (uint32_t i = 0;; i++) {
        queue->slots[index].state = VIO_SLOT_FREE;
        if (i + 1 == count)
            break;
        index = queue->slots[index].next;
    }
    queue->free_count += count;
    queue->chain_count--;
    return index;
}

/* The head's token; NULL if the chain was abandoned. With IN_ORDER the slots are at their place in the free
 * list already: they come back in the order in which they went. */
static void *release_chain(struct vio_queue *queue, uint16_t head)
{
    struct vio_slot *slot = &queue->slots[head];
    uint16_t last;

    if (slot->entries > 0)
        vio_indirect_unmap(queue, head, slot->entries);
    else
        unmap_slots(queue, head, slot->count);
    last = release_slots(queue, head);
    if (queue->in_order) {
        queue->oldest = queue->slots[last].next;
        return slot->token;
    }
    queue->slots[last].next = queue->free_head;
    queue->free_head = head;
    return slot->token;
}

/* Index, ownership, length: in this order, on the full width (invariant 3). */
static enum vio_refusal judge_completion(const struct vio_queue *queue, uint32_t id, uint32_t len)
{
    if (id >= queue->size)
        return VIO_REFUSED_ID_RANGE;
    if (queue->slots[id].state == VIO_SLOT_FREE)
        return VIO_REFUSED_ID_NOT_LENT;
    if (queue->slots[id].state == VIO_SLOT_TAIL)
        return VIO_REFUSED_ID_MID_CHAIN;
    if (len > queue->slots[id].writable_bytes)
        return VIO_REFUSED_LEN;
    if ((uint16_t)(queue->order - queue->slots[id].order) <= queue->uncommitted) /* invariant 13 */
        return VIO_REFUSED_ID_NOT_LENT;
    return VIO_REFUSED_NOTHING;
}

/* The chain that was used next, judged, and not taken yet. False: none, or broken. */
static bool look_at_next(struct vio_queue *queue, uint16_t *head, uint32_t *len, uint32_t *ahead)
{
    uint32_t id;
    enum vio_refusal refusal;

    if (!queue->ops->fetch(queue, &id, len, ahead))
        return false;
    refusal = judge_completion(queue, id, *len);
    if (refusal != VIO_REFUSED_NOTHING) {
        vio_queue_break(queue, refusal);
        return false;
    }
    *head = (uint16_t)id;
    return true;
}

/* One used entry stands for all chains up to the one that it names [2.7.9, 2.8.5]. */
static bool open_batch(struct vio_queue *queue)
{
    uint32_t ahead;
    uint16_t head;

    if (!look_at_next(queue, &head, &queue->batch_written, &ahead))
        return false;
    if ((uint16_t)(queue->slots[head].order - queue->slots[queue->oldest].order) >= ahead) {
        vio_queue_break(queue, VIO_REFUSED_ORDER);
        return false;
    }
    queue->batch_head = head;
    queue->batch = true;
    return true;
}

/* Those before the last of a batch count as used to the end. */
static bool next_in_order(struct vio_queue *queue, uint16_t *head, uint32_t *len)
{
    uint64_t writable_bytes;

    if (!queue->batch && !open_batch(queue))
        return false;
    *head = queue->oldest;
    writable_bytes = queue->slots[*head].writable_bytes;
    *len = writable_bytes < UINT32_MAX ? (uint32_t)writable_bytes : UINT32_MAX;
    if (*head == queue->batch_head) {
        *len = queue->batch_written;
        queue->batch = false;
    }
    return true;
}

bool vio_queue_pop(struct vio_queue *queue, void **token, uint32_t *written_bytes)
{
    uint16_t head;
    uint32_t ahead;
    bool any;

    if (!queue->initialized || queue->refusal != VIO_REFUSED_NOTHING)
        return false;
    if (queue->in_order)
        any = next_in_order(queue, &head, written_bytes);
    else
        any = look_at_next(queue, &head, written_bytes, &ahead);
    if (!any)
        return false;
    queue->ops->advance(queue, head);
    *token = release_chain(queue, head);
    return true;
}

static bool drain(struct vio_queue *queue)
{
    bool any = false;
    void *token;
    uint32_t written_bytes;

    while (queue->callbacks && vio_queue_pop(queue, &token, &written_bytes)) {
        any = true;
        queue->client->chain_ready(queue->client, token, written_bytes, VIO_OK);
    }
    return any;
}

/* Tells the device from where on to interrupt and looks again, until nothing came in between. */
void vio_queue_used_interrupt(struct vio_queue *queue)
{
    if (!queue->initialized || queue->client == NULL || !queue->callbacks)
        return;
    do {
        queue->ops->arm(queue);
    } while (drain(queue) && queue->initialized && queue->callbacks);
}

bool vio_queue_enable_callbacks(struct vio_queue *queue)
{
    queue->callbacks = true;
    if (!queue->initialized)
        return false;
    if (queue->client == NULL) {
        queue->ops->arm(queue);
        return vio_queue_used_chains(queue) > 0;
    }
    vio_queue_used_interrupt(queue);
    return false;
}

void vio_queue_disable_callbacks(struct vio_queue *queue)
{
    queue->callbacks = false;
    if (queue->initialized)
        queue->ops->arm(queue);
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
    queue->ops->close(queue);
    for (uint32_t i = 0; i < queue->size; i++) {
        if (queue->slots[i].state == VIO_SLOT_HEAD)
            tell(queue, release_chain(queue, (uint16_t)i), VIO_CANCELLED);
    }
}

void vio_queue_abandon(struct vio_queue *queue, enum vio_status status)
{
    if (!queue->initialized)
        return;
    vio_queue_break(queue, VIO_REFUSED_ABANDONED);
    for (uint32_t i = 0; i < queue->size; i++) {
        void *token = queue->slots[i].token;

        if (queue->slots[i].state != VIO_SLOT_HEAD)
            continue;
        queue->slots[i].token = NULL;
        tell(queue, token, status);
    }
}
