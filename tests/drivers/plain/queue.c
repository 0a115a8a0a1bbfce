/* SPDX-License-Identifier: Apache-2.0 */
/* Split rings. What the driver wrote there it never reads back; what the device wrote, once. */
#include "driver.h"

#include <string.h>

int queue_is_reception(const struct device *d, uint32_t number)
{
    if (d->type == TYPE_NET && number >= 2 * d->units)
        return 0; /* control */
    return number % 2 == 0;
}

static void forget_all(struct queue *q)
{
    q->avail_idx = 0;
    q->last_used = 0;
    q->lent_count = 0;
    memset(q->slots, 0, sizeof(q->slots));
    memset((void *)q->memory, 0, offsetof(struct queue_memory, slot));
}

int queue_setup(struct device *d, uint32_t number)
{
    struct queue *q = &d->queues[number];
    uint32_t size_max;

    reg_set(d, R_QUEUE_SEL, number);
    if (reg_get(d, R_QUEUE_READY) != 0)
        return -1;
    size_max = reg_get(d, R_QUEUE_SIZE_MAX);
    q->number = number;
    q->size = QUEUE_SIZE_MAX;
    while (q->size > size_max)
        q->size /= 2;
    if (q->size < 2 * CHAIN_MAX)
        return -1;
    q->slot_count = q->size / CHAIN_MAX;
    forget_all(q);
    reg_set(d, R_QUEUE_SIZE, q->size);
    reg_set_address(d, R_QUEUE_DESC, q->bus + offsetof(struct queue_memory, desc));
    reg_set_address(d, R_QUEUE_DRIVER, q->bus + offsetof(struct queue_memory, avail));
    reg_set_address(d, R_QUEUE_DEVICE, q->bus + offsetof(struct queue_memory, used));
    pring_barrier(PRING_BARRIER_WRITE);
    reg_set(d, R_QUEUE_READY, 1);
    return 0;
}

uint64_t slot_bus(const struct queue *q, uint32_t slot, size_t offset)
{
    return q->bus + offsetof(struct queue_memory, slot) + slot * sizeof(struct slot_memory) + offset;
}

static void put_desc(struct queue *q, uint32_t index, uint64_t bus, uint32_t len, uint16_t flags)
{
    volatile struct desc *desc = &q->memory->desc[index];

    desc->addr = bus;
    desc->len = len;
    desc->flags = flags;
    desc->next = (uint16_t)(flags & D_NEXT ? index + 1 : 0);
}

void queue_post(struct device *d, struct queue *q, uint32_t slot, uint32_t out, uint32_t in, uint64_t into)
{
    struct slot *s = &q->slots[slot];
    uint32_t head = slot * CHAIN_MAX;

    if (out > 0)
        put_desc(q, head, slot_bus(q, slot, 0), out, in > 0 ? D_NEXT : 0);
    if (in > 0)
        put_desc(q, out > 0 ? head + 1 : head, into, in, D_WRITE);
    s->writable = in;
    s->done = 0;
    s->lent = 1;
    q->lent_count++;
    q->memory->avail.ring[q->avail_idx % q->size] = (uint16_t)head;
    q->avail_idx++;
    pring_barrier(PRING_BARRIER_WRITE);
    q->memory->avail.idx = q->avail_idx;
    pring_barrier(PRING_BARRIER_FULL);
    if (!(q->memory->used.flags & USED_NO_NOTIFY))
        reg_set(d, R_QUEUE_NOTIFY, q->number);
}

void queue_post_reception(struct device *d, struct queue *q, uint32_t slot)
{
    uint32_t bytes = d->type == TYPE_NET ? net_reception_bytes(d) : SLOT_BYTES;

    memset((void *)q->memory->slot[slot].data, 0, bytes);
    q->slots[slot].busy = 1;
    queue_post(d, q, slot, 0, bytes, slot_bus(q, slot, 0));
}

/* Takes back one chain; -1 if the device names one that it does not own. */
static int take_back(struct queue *q, uint32_t id, uint32_t len)
{
    uint32_t slot = id / CHAIN_MAX;
    struct slot *s;

    if (id % CHAIN_MAX != 0)
        return -1;
    if (slot >= q->slot_count)
        return -1;
    s = &q->slots[slot];
    if (!s->lent)
        return -1;
    if (len > s->writable)
        return -1;
    s->written = len;
    s->lent = 0;
    q->lent_count--;
    s->done = 1;
    return 0;
}

static void received(struct device *d, struct queue *q, uint32_t slot)
{
    if (d->type == TYPE_NET)
        net_received(d, q, slot);
    else if (q->number == 2)
        console_told(d, q, slot);
    else
        console_received(d, q, slot);
    if (!d->broken)
        queue_post_reception(d, q, slot);
}

/* Interrupts are masked by the caller, or it is the handler. */
void queue_drain(struct device *d, struct queue *q)
{
    uint16_t idx, pending;

    if (!d->running)
        return;
    if (d->broken)
        return;
    idx = q->memory->used.idx;
    pending = (uint16_t)(idx - q->last_used);
    if (pending > q->lent_count) {
        device_break(d, "used.idx jumped");
        return;
    }
    pring_barrier(PRING_BARRIER_READ);
    while (q->last_used != idx) {
        volatile struct used_elem *elem = &q->memory->used.ring[q->last_used % q->size];
        uint32_t id = elem->id;
        uint32_t len = elem->len;

        q->last_used++;
        if (take_back(q, id, len) != 0) {
            device_break(d, "used element is wrong");
            return;
        }
        if (queue_is_reception(d, q->number))
            received(d, q, id / CHAIN_MAX);
        if (d->broken)
            return;
    }
}

/* ---- slots for what is sent ---- */

struct sleeper {
    struct device *d;
    struct queue *q;
    uint32_t slot;
};

static int slot_free(void *arg)
{
    struct sleeper *sleeper = arg;

    for (uint32_t i = 0; i < sleeper->q->slot_count; i++) {
        if (!sleeper->q->slots[i].busy)
            return 1;
    }
    return sleeper->d->broken;
}

int slot_take(struct device *d, struct queue *q, uint32_t *slot)
{
    struct sleeper sleeper = {d, q, 0};

    if (!pring_wait(slot_free, &sleeper, TIMEOUT_NS))
        return -1;
    if (d->broken)
        return -1;
    for (uint32_t i = 0; i < q->slot_count; i++) {
        if (q->slots[i].busy)
            continue;
        q->slots[i].busy = 1;
        *slot = i;
        return 0;
    }
    return -1;
}

/* Memory that the device may still write is not given to the next request. */
void slot_put(struct queue *q, uint32_t slot)
{
    if (q->slots[slot].lent)
        return;
    q->slots[slot].busy = 0;
}

static int slot_done(void *arg)
{
    struct sleeper *sleeper = arg;

    return sleeper->q->slots[sleeper->slot].done || sleeper->d->broken;
}

/* 0: the device gave the slot back. */
int slot_run(struct device *d, struct queue *q, uint32_t slot, uint32_t out, uint32_t in, uint64_t into)
{
    struct sleeper sleeper = {d, q, slot};
    unsigned saved;

    if (d->broken)
        return -1;
    saved = pring_irq_save();
    queue_post(d, q, slot, out, in, into);
    pring_irq_restore(saved);
    if (!pring_wait(slot_done, &sleeper, TIMEOUT_NS)) {
        saved = pring_irq_save();
        queue_drain(d, q); /* the interrupt may be what was lost */
        pring_irq_restore(saved);
    }
    if (q->slots[slot].done)
        return 0;
    device_break(d, "no answer");
    return -1;
}
