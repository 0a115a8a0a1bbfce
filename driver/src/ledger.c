/* SPDX-License-Identifier: Apache-2.0 */
/* The ledger's rarer duties: memory that has to be mapped buffer by buffer, IN_ORDER, the names of refusals.
 */
#include "ledger.h"

static enum vio_dir dir_of(bool device_writable)
{
    return device_writable ? VIO_FROM_DEVICE : VIO_TO_DEVICE;
}

/* ---- buffers in slots of the ring ---- */

static void unmap_slots(struct vio_queue *queue, uint16_t index, size_t count)
{
    for (; count > 0; count--) {
        const struct vio_slot *slot = &queue->slots[index];

        vio_take_back(queue->platform, slot->bus, slot->len_bytes, dir_of(slot->device_writable));
        index = slot->next;
    }
}

static enum vio_status map_slots(struct vio_queue *queue, const struct vio_buffer buffers[], size_t count)
{
    uint16_t index = queue->free_head;

    for (size_t i = 0; i < count; i++) {
        const struct vio_buffer *buffer = &buffers[i];
        struct vio_slot *slot = &queue->slots[index];

        slot->len_bytes = buffer->len_bytes;
        slot->device_writable = buffer->device_writable;
        if (vio_lend(queue->platform, buffer->data, slot->len_bytes, dir_of(slot->device_writable),
                     &slot->bus) != VIO_OK) {
            unmap_slots(queue, queue->free_head, i);
            return VIO_NO_MEMORY;
        }
        index = slot->next;
    }
    return VIO_OK;
}

/* ---- buffers in an indirect table ---- */

static void unmap_records(struct vio_queue *queue, uint16_t head, size_t count)
{
    const struct vio_record *record = vio_records(queue, head);

    for (; count > 0; count--, record++)
        vio_take_back(queue->platform, record->bus, record->len_bytes, dir_of(record->device_writable));
}

static enum vio_status map_records(struct vio_queue *queue, const struct vio_buffer buffers[], size_t count)
{
    struct vio_record *record = vio_records(queue, queue->free_head);

    for (size_t i = 0; i < count; i++, record++) {
        const struct vio_buffer *buffer = &buffers[i];

        record->len_bytes = buffer->len_bytes;
        record->device_writable = buffer->device_writable;
        if (vio_lend(queue->platform, buffer->data, record->len_bytes, dir_of(record->device_writable),
                     &record->bus) != VIO_OK) {
            unmap_records(queue, queue->free_head, i);
            return VIO_NO_MEMORY;
        }
    }
    return VIO_OK;
}

enum vio_status vio_chain_map(struct vio_queue *queue, const struct vio_buffer buffers[], size_t count,
                              bool indirect)
{
    return indirect ? map_records(queue, buffers, count) : map_slots(queue, buffers, count);
}

void vio_chain_unmap(struct vio_queue *queue, uint16_t head)
{
    const struct vio_slot *slot = &queue->slots[head];

    if (slot->entries > 0)
        unmap_records(queue, head, slot->entries);
    else
        unmap_slots(queue, head, slot->count);
}

/* ---- IN_ORDER ---- */

/* One used entry stands for all chains up to the one that it names [2.7.9, 2.8.5]. */
static bool open_batch(struct vio_queue *queue)
{
    struct vio_used used;
    uint16_t head;

    if (!vio_ledger_look(queue, &used, queue->ops->fetch))
        return false;
    head = (uint16_t)used.id;
    if (queue->slots[head].order - queue->slots[queue->oldest].order >= used.ahead) {
        vio_queue_break(queue, VIO_REFUSED_ORDER);
        return false;
    }
    queue->batch_head = head;
    queue->batch_written = used.len;
    queue->batch = true;
    return true;
}

/* Those before the last of a batch count as used to the end. */
bool vio_ledger_pop_in_order(struct vio_queue *queue, void **token, uint32_t *written_bytes)
{
    uint16_t head;

    if (!queue->batch && !open_batch(queue))
        return false;
    head = queue->oldest;
    *written_bytes = queue->slots[head].writable_bytes;
    if (head == queue->batch_head) {
        *written_bytes = queue->batch_written;
        queue->batch = false;
    }
    queue->ops->advance(queue, head);
    *token = vio_ledger_release(queue, head);
    return true;
}

/* ---- refusals ---- */

static bool is_inside(const struct vio_queue *queue, uint16_t head, uint32_t id)
{
    uint16_t index = head;

    for (uint32_t i = 0; i < queue->slots[head].count; i++) {
        if (index == id)
            return true;
        index = queue->slots[index].next;
    }
    return false;
}

/* Looks at every chain, but only once: the queue breaks. */
enum vio_refusal vio_ledger_name_stranger(const struct vio_queue *queue, uint32_t id)
{
    for (uint32_t i = 0; i < queue->size; i++) {
        if (queue->slots[i].state == VIO_SLOT_HEAD && is_inside(queue, (uint16_t)i, id))
            return VIO_REFUSED_ID_MID_CHAIN;
    }
    return VIO_REFUSED_ID_NOT_LENT;
}
