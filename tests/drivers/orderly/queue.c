/* SPDX-License-Identifier: Apache-2.0 */
/* The split ring. What the driver wrote there it never reads back; what the device wrote, once. */
#include "driver.h"

#include <string.h>

int queue_setup(struct device *d)
{
    uint32_t size_max;

    reg_set(d, R_QUEUE_SEL, 0);
    if (reg_get(d, R_QUEUE_READY) != 0)
        return -1;
    size_max = reg_get(d, R_QUEUE_SIZE_MAX);
    d->size = QUEUE_SIZE_MAX;
    while (d->size > size_max)
        d->size /= 2;
    if (d->size < PARTS)
        return -1;
    d->next = 0;
    d->avail_idx = 0;
    d->last_used = 0;
    memset((void *)d->memory, 0, offsetof(struct shared, data));
    reg_set(d, R_QUEUE_SIZE, d->size);
    reg_set_address(d, R_QUEUE_DESC, d->bus + offsetof(struct shared, desc));
    reg_set_address(d, R_QUEUE_DRIVER, d->bus + offsetof(struct shared, avail));
    reg_set_address(d, R_QUEUE_DEVICE, d->bus + offsetof(struct shared, used));
    pring_barrier(PRING_BARRIER_WRITE);
    reg_set(d, R_QUEUE_READY, 1);
    return 0;
}

static void put(volatile struct desc *desc, uint64_t bus, uint32_t len, uint16_t flags, uint32_t next)
{
    desc->addr = bus;
    desc->len = len;
    desc->flags = flags;
    desc->next = (uint16_t)next;
}

static uint32_t after(const struct device *d, uint32_t index)
{
    return (index + 1) % d->size;
}

/* One place in the ring, whatever the chain has. */
static void put_table(struct device *d, uint32_t head, uint64_t data, uint32_t len)
{
    volatile struct desc *table = d->memory->table[head];
    uint64_t bus = d->bus + offsetof(struct shared, table) + head * sizeof(d->memory->table[0]);

    put(&table[0], data, len / 2, D_WRITE | D_NEXT, 1);
    put(&table[1], data + len / 2, len - len / 2, D_WRITE, 0);
    put(&d->memory->desc[head], bus, PARTS * sizeof(table[0]), D_INDIRECT, 0);
    d->next = after(d, head);
}

static void put_one(struct device *d, uint32_t head, uint64_t data)
{
    put(&d->memory->desc[head], data, 1, D_WRITE, 0);
    d->next = after(d, head);
}

static void put_direct(struct device *d, uint32_t head, uint64_t data, uint32_t len)
{
    uint32_t second = after(d, head);

    put(&d->memory->desc[head], data, len / 2, D_WRITE | D_NEXT, second);
    put(&d->memory->desc[second], data + len / 2, len - len / 2, D_WRITE, 0);
    d->next = after(d, second);
}

static void notify(const struct device *d)
{
    uint32_t value = 0; /* the queue's number */

    if (has(d, F_NOTIFICATION_DATA))
        value |= (uint32_t)d->avail_idx << 16;
    reg_set(d, R_QUEUE_NOTIFY, value);
}

void queue_post(struct device *d, uint32_t len)
{
    uint64_t data = d->bus + offsetof(struct shared, data);

    d->head = d->next;
    if (len == 1)
        put_one(d, d->head, data);
    else if (has(d, F_INDIRECT_DESC))
        put_table(d, d->head, data, len);
    else
        put_direct(d, d->head, data, len);
    d->writable = len;
    d->lent = 1;
    d->memory->avail.ring[d->avail_idx % d->size] = (uint16_t)d->head;
    d->avail_idx++;
    pring_barrier(PRING_BARRIER_WRITE);
    d->memory->avail.idx = d->avail_idx;
    pring_barrier(PRING_BARRIER_FULL);
    if (!(d->memory->used.flags & USED_NO_NOTIFY))
        notify(d);
}

static int is_right(const struct device *d, uint32_t id, uint32_t len)
{
    if (id != d->head)
        return 0;
    if (len > d->writable)
        return 0;
    return 1;
}

void queue_drain(struct device *d)
{
    volatile struct used_elem *elem;
    uint32_t id, len;
    uint16_t ahead;

    if (!d->running)
        return;
    if (d->broken)
        return;
    ahead = (uint16_t)(d->memory->used.idx - d->last_used);
    if (ahead == 0)
        return;
    if (ahead > (d->lent ? 1 : 0)) {
        device_break(d, "used.idx jumped");
        return;
    }
    pring_barrier(PRING_BARRIER_READ);
    elem = &d->memory->used.ring[d->last_used % d->size];
    id = elem->id;
    len = elem->len;
    if (!is_right(d, id, len)) {
        device_break(d, "used element is wrong");
        return;
    }
    d->last_used++;
    d->written = len;
    d->lent = 0;
}

/* The device has let go of the queue when both registers read 0. */
int queue_renew(struct device *d)
{
    int polls = 0;

    if (!has(d, F_RING_RESET))
        return -1;
    reg_set(d, R_QUEUE_SEL, 0);
    reg_set(d, R_QUEUE_RESET, 1);
    while (reg_get(d, R_QUEUE_RESET) != 0) {
        if (++polls == RESET_POLLS_MAX)
            return -1;
        pring_delay_ns(POLL_NS);
    }
    if (reg_get(d, R_QUEUE_READY) != 0)
        return -1;
    d->lent = 0;
    return queue_setup(d);
}

PRING_DUT(orderly);
PRING_DUT(orderly) = {
    .abi = PRING_ABI,
    .in_flight_max = 1,
    .device_types = driver_types,
    .traits = DRIVER_TRAITS,
    .probe = driver_probe,
    .remove = driver_remove,
    .submit = driver_submit,
    .reset = driver_reset,
};
