/* SPDX-License-Identifier: Apache-2.0 */
/* The ledger of lent chains; what does not depend on the ring format. Contracts: vio_queue.h. */
#include <vio/vio_queue.h>
#include <vio/vio_transport.h>

#include "bytes.h"
#include "platform.h"

void vio_queue_set_client(struct vio_queue *queue, struct vio_queue_client *client)
{
    queue->client = client;
}

void vio_queue_set_transport(struct vio_queue *queue, struct vio_transport *transport)
{
    queue->transport = transport;
}

size_t vio_queue_free_descriptors(const struct vio_queue *queue)
{
    return queue->initialized ? queue->free_count : 0;
}

size_t vio_queue_lent_chains(const struct vio_queue *queue)
{
    return queue->chain_count;
}

enum vio_refusal vio_queue_refusal(const struct vio_queue *queue)
{
    return queue->refusal;
}

void vio_queue_physical_addresses(const struct vio_queue *queue, struct vio_queue_addresses *addresses)
{
    *addresses = queue->addresses;
}

uint32_t vio_queue_negotiate_size(const struct vio_queue *queue, uint32_t device_max)
{
    return queue->ops->negotiate_size(device_max < queue->size_max ? device_max : queue->size_max);
}

void vio_queue_break(struct vio_queue *queue, enum vio_refusal refusal)
{
    if (queue->refusal != VIO_REFUSED_NOTHING)
        return;
    queue->refusal = refusal;
    if (queue->transport != NULL)
        queue->transport->broken = true;
}

/* ---- life ---- */

static void free_all_slots(struct vio_queue *queue)
{
    memset(queue->slots, 0, queue->size * sizeof(queue->slots[0]));
    for (uint32_t i = 0; i < queue->size; i++)
        queue->slots[i].next = (uint16_t)(i + 1); /* that of the last is never followed */
    queue->free_head = 0;
    queue->free_count = queue->size;
    queue->chain_count = 0;
}

enum vio_status vio_queue_initialize(struct vio_queue *queue, uint32_t number, uint32_t elements,
                                     uint64_t features)
{
    enum vio_status status;

    if (queue->initialized)
        return VIO_INVALID;
    if (elements == 0 || elements != vio_queue_negotiate_size(queue, elements))
        return VIO_INVALID;
    queue->number = number;
    queue->size = elements;
    queue->event_idx = (features & VIO_F_EVENT_IDX) != 0;
    queue->callbacks = true;
    queue->refusal = VIO_REFUSED_NOTHING;
    free_all_slots(queue);
    status = queue->ops->open(queue);
    queue->initialized = status == VIO_OK;
    return status;
}

/* ---- lending ---- */

static bool chain_is_valid(const struct vio_buffer chain[], size_t count)
{
    bool writable = false;
    uint64_t total_bytes = 0;

    for (size_t i = 0; i < count; i++) {
        if (chain[i].data == NULL || chain[i].len_bytes == 0)
            return false;
        if (writable && !chain[i].device_writable) /* FRAME-DRV-01 */
            return false;
        writable = chain[i].device_writable;
        total_bytes += chain[i].len_bytes;
        if (total_bytes > UINT64_C(1) << 32) /* SPLIT-DESC-DRV-01 */
            return false;
    }
    return count > 0;
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
static uint16_t lend_slots(struct vio_queue *queue, size_t count, void *token)
{
    uint16_t head = queue->free_head;
    uint16_t index = head;
    uint64_t writable_bytes = 0;

    for (size_t i = 0; i < count; i++) {
        struct vio_slot *slot = &queue->slots[index];

        slot->state = i == 0 ? VIO_SLOT_HEAD : VIO_SLOT_TAIL;
        if (slot->device_writable)
            writable_bytes += slot->len_bytes;
        index = slot->next;
    }
    queue->slots[head].token = token;
    queue->slots[head].count = (uint32_t)count;
    queue->slots[head].writable_bytes = writable_bytes;
    queue->free_head = index;
    queue->free_count -= (uint32_t)count;
    queue->chain_count++;
    return head;
}

enum vio_status vio_queue_provide(struct vio_queue *queue, const struct vio_buffer chain[], size_t count,
                                  void *token)
{
    enum vio_status status;

    if (!queue->initialized)
        return VIO_NOT_READY;
    if (queue->refusal != VIO_REFUSED_NOTHING)
        return VIO_BROKEN;
    if (token == NULL || !chain_is_valid(chain, count))
        return VIO_INVALID;
    if (count > queue->free_count)
        return VIO_NO_MEMORY;
    status = map_chain(queue, chain, count);
    if (status != VIO_OK)
        return status;
    queue->ops->publish(queue, lend_slots(queue, count, token));
    if (queue->ops->must_notify(queue) && queue->transport != NULL)
        queue->transport->ops->queue_notify(queue->transport, queue->number);
    return VIO_OK;
}

/* ---- taking back ---- */

/* The head's token; NULL if the chain was abandoned. */
static void *release_chain(struct vio_queue *queue, uint16_t head)
{
    uint32_t count = queue->slots[head].count;
    void *token = queue->slots[head].token;
    uint16_t index = head;

    unmap_slots(queue, head, count);
    for (uint32_t i = 0;; i++) {
        queue->slots[index].state = VIO_SLOT_FREE;
        if (i + 1 == count)
            break;
        index = queue->slots[index].next;
    }
    queue->slots[index].next = queue->free_head;
    queue->free_head = head;
    queue->free_count += count;
    queue->chain_count--;
    return token;
}

/* Index, ownership, length: in this order, on the full width. */
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
    return VIO_REFUSED_NOTHING;
}

bool vio_queue_pop(struct vio_queue *queue, void **token, uint32_t *written_bytes)
{
    uint32_t id, len;
    enum vio_refusal refusal;

    if (!queue->initialized || queue->refusal != VIO_REFUSED_NOTHING)
        return false;
    if (!queue->ops->fetch(queue, &id, &len))
        return false;
    refusal = judge_completion(queue, id, len);
    if (refusal != VIO_REFUSED_NOTHING) {
        vio_queue_break(queue, refusal);
        return false;
    }
    *token = release_chain(queue, (uint16_t)id);
    *written_bytes = len;
    return true;
}

static bool drain(struct vio_queue *queue)
{
    bool any = false;
    void *token;
    uint32_t written_bytes;

    while (vio_queue_pop(queue, &token, &written_bytes)) {
        any = true;
        queue->client->chain_ready(queue->client, token, written_bytes, VIO_OK);
    }
    return any;
}

/* Tells the device from where on to interrupt and looks again, until nothing came in between. */
void vio_queue_used_interrupt(struct vio_queue *queue)
{
    if (!queue->initialized || queue->client == NULL)
        return;
    do {
        queue->ops->arm(queue);
    } while (drain(queue) && queue->initialized);
}

void vio_queue_enable_callbacks(struct vio_queue *queue)
{
    queue->callbacks = true;
    vio_queue_used_interrupt(queue);
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
    queue->initialized = false; /* first: the client may want to provide again */
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
