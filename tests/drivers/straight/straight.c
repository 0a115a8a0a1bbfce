/* SPDX-License-Identifier: Apache-2.0 */
/* Requests, and what the binding asks for. */
#include "driver.h"

#include <string.h>

/* ---- slots ---- */

static int slot_free(void *arg)
{
    struct device *d = arg;

    for (uint32_t i = 0; i < d->slot_count; i++) {
        if (!d->slots[i].busy)
            return 1;
    }
    return d->broken;
}

static int slot_take(struct device *d, uint32_t *slot)
{
    if (!pring_wait(slot_free, d, TIMEOUT_NS))
        return -1;
    if (d->broken)
        return -1;
    for (uint32_t i = 0; i < d->slot_count; i++) {
        if (d->slots[i].busy)
            continue;
        d->slots[i].busy = 1;
        *slot = i;
        return 0;
    }
    return -1;
}

/* Memory that the device may still write is not given to the next request. */
static void slot_put(struct device *d, uint32_t slot)
{
    if (d->slots[slot].lent)
        return;
    d->slots[slot].busy = 0;
}

struct sleeper {
    struct device *d;
    uint32_t slot;
};

static int slot_done(void *arg)
{
    struct sleeper *sleeper = arg;

    return sleeper->d->slots[sleeper->slot].done || sleeper->d->broken;
}

/* 0: the device gave the slot back. */
static int run(struct device *d, uint32_t slot, const struct part *parts, uint32_t count)
{
    struct sleeper sleeper = {d, slot};
    unsigned saved;

    if (d->broken)
        return -1;
    saved = pring_irq_save();
    queue_post(d, slot, parts, count);
    pring_irq_restore(saved);
    if (!pring_wait(slot_done, &sleeper, TIMEOUT_NS)) {
        saved = pring_irq_save();
        queue_drain(d); /* the interrupt may be what was lost */
        pring_irq_restore(saved);
    }
    if (d->slots[slot].done)
        return 0;
    device_break(d, "no answer");
    return -1;
}

static uint64_t slot_bus(const struct device *d, uint32_t slot, size_t offset)
{
    return d->memory_bus + slot * sizeof(struct slot_memory) + offset;
}

/* ---- entropy ---- */

static int rng_run(struct device *d, uint32_t slot, struct pring_request *r, size_t *done_bytes)
{
    volatile struct slot_memory *m = &d->memory[slot];
    uint32_t len = r->len_bytes < SLOT_BYTES ? (uint32_t)r->len_bytes : SLOT_BYTES;
    struct part part = {slot_bus(d, slot, offsetof(struct slot_memory, data)), len, D_WRITE};

    memset((void *)m->data, 0, len);
    if (run(d, slot, &part, 1) != 0)
        return -1;
    if (d->slots[slot].written == 0)
        return -1;
    *done_bytes = d->slots[slot].written;
    memcpy(r->data, (const void *)m->data, *done_bytes);
    return 0;
}

/* ---- block ---- */

static int blk_in_range(const struct device *d, uint64_t offset, size_t len)
{
    uint64_t sector = offset / SECTOR;
    uint64_t sectors = len / SECTOR;

    if (offset % SECTOR != 0)
        return 0;
    if (len % SECTOR != 0)
        return 0;
    if (sectors > d->capacity)
        return 0;
    if (sector > d->capacity - sectors)
        return 0;
    return 1;
}

/* One command of at most SLOT_BYTES of data: header, data, status. */
static int blk_command(struct device *d, uint32_t slot, uint32_t type, uint64_t sector, uint32_t len)
{
    volatile struct slot_memory *m = &d->memory[slot];
    uint16_t direction = type == BLK_IN || type == BLK_GET_ID ? D_WRITE : 0;
    struct part parts[CHAIN_MAX];
    uint32_t count = 0;

    m->header.type = type;
    m->header.reserved = 0;
    m->header.sector = sector;
    m->status = BLK_UNTOUCHED;
    parts[count++] =
        (struct part){slot_bus(d, slot, offsetof(struct slot_memory, header)), sizeof(m->header), 0};
    if (len > 0)
        parts[count++] = (struct part){slot_bus(d, slot, offsetof(struct slot_memory, data)), len, direction};
    parts[count++] = (struct part){slot_bus(d, slot, offsetof(struct slot_memory, status)), 1, D_WRITE};
    if (run(d, slot, parts, count) != 0)
        return -1;
    if (m->status != BLK_OK)
        return -1;
    return 0;
}

static int blk_transfer(struct device *d, uint32_t slot, struct pring_request *r, size_t *done_bytes)
{
    volatile struct slot_memory *m = &d->memory[slot];
    uint8_t *data = r->data;

    for (size_t at = 0; at < r->len_bytes; at += SLOT_BYTES) {
        size_t rest = r->len_bytes - at;
        uint32_t len = rest < SLOT_BYTES ? (uint32_t)rest : SLOT_BYTES;
        uint64_t sector = (r->offset + at) / SECTOR;

        if (r->op == PRING_WRITE) {
            memcpy((void *)m->data, data + at, len);
            if (blk_command(d, slot, BLK_OUT, sector, len) != 0)
                return -1;
        } else {
            memset((void *)m->data, 0, len);
            if (blk_command(d, slot, BLK_IN, sector, len) != 0)
                return -1;
            memcpy(data + at, (const void *)m->data, len);
        }
    }
    *done_bytes = r->len_bytes;
    return 0;
}

static int blk_get_id(struct device *d, uint32_t slot, struct pring_request *r, size_t *done_bytes)
{
    volatile struct slot_memory *m = &d->memory[slot];

    memset((void *)m->data, 0, ID_BYTES);
    if (blk_command(d, slot, BLK_GET_ID, 0, ID_BYTES) != 0)
        return -1;
    memcpy(r->data, (const void *)m->data, ID_BYTES);
    *done_bytes = ID_BYTES;
    return 0;
}

/* How many sectors one segment takes, and how many segments one command: as the device says, and no more. */
static uint32_t segment_sectors(const struct limits *limits, uint64_t rest)
{
    return rest < limits->sectors ? (uint32_t)rest : limits->sectors;
}

static uint32_t segments_max(const struct limits *limits)
{
    return limits->segments < SEGMENTS_MAX ? limits->segments : SEGMENTS_MAX;
}

/* Writes the segments of one command; how many sectors they are. */
static uint64_t blk_segments(volatile uint8_t *data, const struct limits *limits, uint64_t sector,
                             uint64_t rest, uint32_t *count)
{
    uint64_t done = 0;

    for (*count = 0; done < rest && *count < segments_max(limits); (*count)++) {
        struct blk_segment segment = {sector + done, segment_sectors(limits, rest - done), 0};

        memcpy((void *)(data + *count * sizeof(segment)), &segment, sizeof(segment));
        done += segment.sectors;
    }
    return done;
}

static int blk_range(struct device *d, uint32_t slot, struct pring_request *r, size_t *done_bytes)
{
    struct limits limits = r->op == PRING_DISCARD ? d->discard : d->zero;
    uint32_t type = r->op == PRING_DISCARD ? BLK_DISCARD : BLK_WRITE_ZEROES, count;
    uint64_t sector = r->offset / SECTOR, rest = r->len_bytes / SECTOR, done;

    if (limits.sectors == 0)
        return -1;
    if (limits.segments == 0)
        return -1;
    for (; rest > 0; sector += done, rest -= done) {
        done = blk_segments(d->memory[slot].data, &limits, sector, rest, &count);
        if (blk_command(d, slot, type, 0, count * sizeof(struct blk_segment)) != 0)
            return -1;
    }
    *done_bytes = r->len_bytes;
    return 0;
}

static int blk_run(struct device *d, uint32_t slot, struct pring_request *r, size_t *done_bytes)
{
    if (r->op == PRING_FLUSH)
        return blk_command(d, slot, BLK_FLUSH, 0, 0);
    if (r->op == PRING_ID)
        return blk_get_id(d, slot, r, done_bytes);
    if (r->op == PRING_DISCARD || r->op == PRING_ZERO)
        return blk_range(d, slot, r, done_bytes);
    return blk_transfer(d, slot, r, done_bytes);
}

/* ---- the calls of the bench ---- */

static int writable(const struct device *d, const struct pring_request *r)
{
    if (d->features & F_BLK_RO)
        return 0;
    return blk_in_range(d, r->offset, r->len_bytes);
}

static int allowed(const struct device *d, const struct pring_request *r)
{
    if (!d->bound)
        return 0;
    if (!d->running)
        return 0;
    if (d->broken)
        return 0;
    if (d->type == TYPE_RNG)
        return r->op == PRING_ENTROPY && r->len_bytes > 0;
    switch (r->op) {
    case PRING_READ:
        return blk_in_range(d, r->offset, r->len_bytes);
    case PRING_WRITE:
        return writable(d, r);
    case PRING_FLUSH:
        return (d->features & F_BLK_FLUSH) != 0;
    case PRING_DISCARD:
        return (d->features & F_BLK_DISCARD) && writable(d, r);
    case PRING_ZERO:
        return (d->features & F_BLK_ZEROES) && writable(d, r);
    case PRING_ID:
        return r->len_bytes >= ID_BYTES;
    default:
        return 0;
    }
}

int serve(struct device *d, struct pring_request *r)
{
    size_t done_bytes = 0;
    uint32_t slot;
    int result;

    if (!allowed(d, r))
        return -1;
    if (slot_take(d, &slot) != 0) {
        pring_done(r, -1, 0);
        return 0;
    }
    result = d->type == TYPE_RNG ? rng_run(d, slot, r, &done_bytes) : blk_run(d, slot, r, &done_bytes);
    slot_put(d, slot);
    pring_done(r, result, result == 0 ? done_bytes : 0);
    return 0;
}

/* ---- the life of the device ---- */

int memory_reserve(struct device *d)
{
    d->rings = pring_dma_alloc(sizeof(struct rings), 16, &d->rings_bus);
    if (d->rings == NULL)
        return -1;
    d->memory = pring_dma_alloc(SLOTS_MAX * sizeof(struct slot_memory), 16, &d->memory_bus);
    if (d->memory == NULL) {
        pring_dma_free((void *)d->rings);
        return -1;
    }
    return 0;
}

void memory_release(struct device *d)
{
    pring_dma_free((void *)d->rings);
    pring_dma_free((void *)d->memory);
}

int device_prepare(struct device *d)
{
    if (device_read_config(d) != 0)
        return -1;
    if (queue_setup(d) != 0)
        return -1;
    d->running = 1;
    return 0;
}

void device_started(struct device *d)
{
    (void)d;
}

void device_drain(struct device *d, uint32_t causes)
{
    if (causes & IRQ_USED)
        queue_drain(d);
}

static int straight_info(unsigned dev, struct pring_info *info)
{
    struct device *d = device_at(dev);
    uint64_t lent = 0;

    if (!d->bound)
        return -1;
    for (uint32_t i = 0; i < d->slot_count; i++)
        lent += d->slots[i].busy ? d->chain_max : 0;
    info->free_descriptors = d->slot_count * d->chain_max - lent;
    if (d->type == TYPE_BLK) {
        info->block_bytes = d->block_size;
        if (d->capacity <= UINT64_MAX / SECTOR)
            info->capacity_bytes = d->capacity * SECTOR;
    }
    return 0;
}

const uint16_t driver_types[] = {TYPE_BLK, TYPE_RNG, 0};

PRING_DUT(straight);
PRING_DUT(straight) = {
    .abi = PRING_ABI,
    .in_flight_max = SLOTS_MAX,
    .device_types = driver_types,
    .traits = DRIVER_TRAITS,
    .probe = driver_probe,
    .remove = driver_remove,
    .submit = driver_submit,
    .reset = driver_reset,
    .info = straight_info,
    .operations = 1u << PRING_DISCARD | 1u << PRING_ZERO,
};
