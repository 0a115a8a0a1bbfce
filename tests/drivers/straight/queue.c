/* SPDX-License-Identifier: Apache-2.0 */
/* The split ring. What the driver wrote there it never reads back; what the device wrote, once. */
#include "driver.h"

#include <string.h>

static uint32_t choose_size(uint32_t size_max)
{
    uint32_t size = QUEUE_SIZE_MAX;

    while (size > size_max)
        size /= 2;
    return size;
}

static void forget_all(struct device *d)
{
    d->avail_idx = 0;
    d->last_used = 0;
    d->lent_count = 0;
    memset(d->slots, 0, sizeof(d->slots));
    memset((void *)d->rings, 0, sizeof(*d->rings));
}

int queue_setup(struct device *d)
{
    uint32_t size;

    reg_set(d, R_QUEUE_SEL, 0);
    if (reg_get(d, R_QUEUE_READY) != 0)
        return -1;
    size = choose_size(reg_get(d, R_QUEUE_SIZE_MAX));
    d->chain_max = d->type == TYPE_BLK ? CHAIN_MAX : 1;
    if (size < d->chain_max)
        return -1;
    d->queue_size = size;
    d->slot_count = size / d->chain_max;
    if (d->slot_count > SLOTS_MAX)
        d->slot_count = SLOTS_MAX;
    forget_all(d);
    reg_set(d, R_QUEUE_SIZE, size);
    reg_set_address(d, R_QUEUE_DESC, d->rings_bus + offsetof(struct rings, desc));
    reg_set_address(d, R_QUEUE_DRIVER, d->rings_bus + offsetof(struct rings, avail));
    reg_set_address(d, R_QUEUE_DEVICE, d->rings_bus + offsetof(struct rings, used));
    pring_barrier(PRING_BARRIER_WRITE);
    reg_set(d, R_QUEUE_READY, 1);
    return 0;
}

/* Interrupts are masked by the caller. */
void queue_post(struct device *d, uint32_t slot, const struct part *parts, uint32_t count)
{
    struct slot *s = &d->slots[slot];
    uint32_t head = slot * d->chain_max;

    s->writable = 0;
    for (uint32_t i = 0; i < count; i++) {
        volatile struct desc *desc = &d->rings->desc[head + i];
        int last = i + 1 == count;

        desc->addr = parts[i].bus;
        desc->len = parts[i].len;
        desc->flags = (uint16_t)(parts[i].flags | (last ? 0 : D_NEXT));
        desc->next = (uint16_t)(last ? 0 : head + i + 1);
        if (parts[i].flags & D_WRITE)
            s->writable += parts[i].len;
    }
    s->done = 0;
    s->lent = 1;
    d->lent_count++;
    d->rings->avail.ring[d->avail_idx % d->queue_size] = (uint16_t)head;
    d->avail_idx++;
    pring_barrier(PRING_BARRIER_WRITE);
    d->rings->avail.idx = d->avail_idx;
    pring_barrier(PRING_BARRIER_FULL);
    if (!(d->rings->used.flags & USED_NO_NOTIFY))
        reg_set(d, R_QUEUE_NOTIFY, 0);
}

/* Takes back one chain; -1 if the device names one that it does not own. */
static int take_back(struct device *d, uint32_t id, uint32_t len)
{
    uint32_t slot = id / d->chain_max;
    struct slot *s;

    if (id % d->chain_max != 0)
        return -1;
    if (slot >= d->slot_count)
        return -1;
    s = &d->slots[slot];
    if (!s->lent)
        return -1;
    if (len > s->writable)
        return -1;
    s->written = len;
    s->lent = 0;
    d->lent_count--;
    s->done = 1;
    return 0;
}

/* Interrupts are masked by the caller, or it is the handler. */
void queue_drain(struct device *d)
{
    uint16_t idx, pending;

    if (!d->running)
        return;
    if (d->broken)
        return;
    idx = d->rings->used.idx;
    pending = (uint16_t)(idx - d->last_used);
    if (pending > d->lent_count) {
        device_break(d, "used.idx jumped");
        return;
    }
    pring_barrier(PRING_BARRIER_READ);
    while (d->last_used != idx) {
        volatile struct used_elem *elem = &d->rings->used.ring[d->last_used % d->queue_size];
        uint32_t id = elem->id;
        uint32_t len = elem->len;

        d->last_used++;
        if (take_back(d, id, len) != 0) {
            device_break(d, "used element is wrong");
            return;
        }
    }
}
