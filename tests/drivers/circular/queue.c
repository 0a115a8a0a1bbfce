/* SPDX-License-Identifier: Apache-2.0 */
/* The packed ring. What the driver wrote there it never reads back; what the device wrote, once. */
#include "driver.h"

#include <string.h>

static void ask_for_events(struct device *d)
{
    uint32_t event = EVENT_ENABLE;

    if (has(d, F_EVENT_IDX))
        event = (uint32_t)EVENT_AT << 16 | (d->used_wrap ? EVENT_WRAP : 0) | d->used;
    d->memory->driver.off_wrap_flags = event;
    pring_barrier(PRING_BARRIER_FULL);
}

int queue_setup(struct device *d)
{
    uint32_t size_max;

    reg_set(d, R_QUEUE_SEL, 0);
    if (reg_get(d, R_QUEUE_READY) != 0)
        return -1;
    size_max = reg_get(d, R_QUEUE_SIZE_MAX);
    d->size = QUEUE_SIZE_MAX;
    if (d->size > size_max)
        d->size = size_max;
    if (d->size < PARTS)
        return -1;
    d->next = 0;
    d->used = 0;
    d->next_wrap = 1;
    d->used_wrap = 1;
    memset((void *)d->memory, 0, offsetof(struct shared, data));
    reg_set(d, R_QUEUE_SIZE, d->size);
    reg_set_address(d, R_QUEUE_DESC, d->bus + offsetof(struct shared, desc));
    reg_set_address(d, R_QUEUE_DRIVER, d->bus + offsetof(struct shared, driver));
    reg_set_address(d, R_QUEUE_DEVICE, d->bus + offsetof(struct shared, device));
    pring_barrier(PRING_BARRIER_WRITE);
    reg_set(d, R_QUEUE_READY, 1);
    return 0;
}

/* All but the flags. */
static void put(volatile struct desc *desc, uint64_t bus, uint32_t len, uint16_t id)
{
    desc->addr = bus;
    desc->len = len;
    desc->id = id;
}

static uint16_t mine(const struct device *d)
{
    return d->next_wrap ? D_AVAIL : D_USED;
}

static void step(struct device *d)
{
    d->next++;
    if (d->next == d->size) {
        d->next = 0;
        d->next_wrap = !d->next_wrap;
    }
}

/* One place in the ring, whatever the chain has. */
static uint16_t put_table(struct device *d, uint64_t data, uint32_t len)
{
    volatile struct desc *table = d->memory->table;
    uint16_t flags = mine(d) | D_INDIRECT;

    put(&table[0], data, len / 2, 0);
    table[0].flags = D_WRITE;
    put(&table[1], data + len / 2, len - len / 2, 0);
    table[1].flags = D_WRITE;
    put(&d->memory->desc[d->next], d->bus + offsetof(struct shared, table), sizeof(d->memory->table), d->id);
    step(d);
    d->places = 1;
    return flags;
}

/* The flags of the head are for the caller to store, last. */
static uint16_t put_direct(struct device *d, uint64_t data, uint32_t len)
{
    uint16_t flags = mine(d) | D_WRITE | D_NEXT;

    put(&d->memory->desc[d->next], data, len / 2, d->id);
    step(d);
    put(&d->memory->desc[d->next], data + len / 2, len - len / 2, d->id);
    d->memory->desc[d->next].flags = mine(d) | D_WRITE;
    step(d);
    d->places = PARTS;
    return flags;
}

/* Is the place that the device asks for among those of this chain? */
static int is_wanted(const struct device *d)
{
    uint32_t event = d->memory->device.off_wrap_flags;
    uint32_t off = event & (EVENT_WRAP - 1);

    if ((event >> 16 & 3) == EVENT_DISABLE)
        return 0;
    if ((event >> 16 & 3) != EVENT_AT || !has(d, F_EVENT_IDX))
        return 1;
    if (((event & EVENT_WRAP) != 0) != d->next_wrap)
        off -= d->size;
    return (uint16_t)(d->next - off - 1) < d->places;
}

/* Two parts of at least one byte each. */
void queue_post(struct device *d, uint32_t len)
{
    uint64_t data = d->bus + offsetof(struct shared, data);
    uint32_t head = d->next;
    uint16_t flags;

    d->id = (uint16_t)(d->id + 7); /* any number */
    if (has(d, F_INDIRECT_DESC))
        flags = put_table(d, data, len);
    else
        flags = put_direct(d, data, len);
    d->writable = len;
    d->lent = 1;
    ask_for_events(d);
    pring_barrier(PRING_BARRIER_WRITE);
    d->memory->desc[head].flags = flags;
    pring_barrier(PRING_BARRIER_FULL);
    if (is_wanted(d))
        reg_set(d, R_QUEUE_NOTIFY, 0);
}

static int is_right(const struct device *d, uint32_t id, uint32_t len)
{
    if (id != d->id)
        return 0;
    if (len > d->writable)
        return 0;
    return 1;
}

static int is_used(const struct device *d)
{
    uint16_t flags = d->memory->desc[d->used].flags;

    return (flags & (D_AVAIL | D_USED)) == (d->used_wrap ? D_AVAIL | D_USED : 0);
}

void queue_drain(struct device *d)
{
    volatile struct desc *desc;
    uint32_t id, len;

    if (!d->running)
        return;
    if (d->broken)
        return;
    if (!d->lent)
        return;
    if (!is_used(d))
        return;
    pring_barrier(PRING_BARRIER_READ);
    desc = &d->memory->desc[d->used];
    id = desc->id;
    len = desc->len;
    if (!is_right(d, id, len)) {
        device_break(d, "used descriptor is wrong");
        return;
    }
    d->used += d->places;
    if (d->used >= d->size) {
        d->used -= d->size;
        d->used_wrap = !d->used_wrap;
    }
    d->written = len;
    d->lent = 0;
}

/* Not in the packed ring: RING_RESET is not accepted. */
int queue_renew(struct device *d)
{
    (void)d;
    return -1;
}

PRING_DUT(circular);
PRING_DUT(circular) = {
    .abi = PRING_ABI,
    .in_flight_max = 1,
    .device_types = driver_types,
    .traits = DRIVER_TRAITS,
    .probe = driver_probe,
    .remove = driver_remove,
    .submit = driver_submit,
    .reset = driver_reset,
    .features_needed = F_RING_PACKED,
};
