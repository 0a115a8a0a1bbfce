/* SPDX-License-Identifier: Apache-2.0 */
/* Single register accesses, as the wire would tell them: the event comes before the observer takes it in. And
 * an honest initialisation made of them, of which steps can be left out. */
#ifndef PRING_UNIT_SPEC_PROBE_H
#define PRING_UNIT_SPEC_PROBE_H

#include "spec_judge.h"

/* ---- registers ---- */

static void access_raw(bool write, uint32_t offset, uint32_t width, uint64_t raw, uint64_t made,
                       uint64_t seen)
{
    uint32_t start;
    enum pring_field field = offset < 0x100
                                 ? pring_field_of_register(offset & ~3u)
                                 : pring_field_of_config(bench_setup.device_type, offset - 0x100, &start);
    struct pring_event event = event_of(write ? PRING_EV_REG_WRITE : PRING_EV_REG_READ, field);

    event.addr = offset;
    event.len_bytes = width;
    event.queue = (uint8_t)(field == PRING_F_REG_QUEUE_NOTIFY ? made : bench_observer.queue_sel);
    event.raw = raw;
    event.made = made;
    event.seen = seen;
    pring_judge_event(&event);
}

static void observe_status(uint64_t value)
{
    struct pring_observer *o = &bench_observer;

    if (value == 0) {
        o->status_written = 0;
        o->driver_ok = o->queue[0].ready = false;
        o->features_written = 0;
        o->queue_sel = o->device_features_sel = o->driver_features_sel = 0;
        o->reset_pending = true;
    }
    o->status_written |= (uint8_t)value;
    o->driver_ok = o->status_written & 4;
    bench_flags = (uint8_t)value;
}

static void observe_ready(uint64_t value)
{
    struct pring_observed_queue *q = queue();

    q->ready = value & 1;
    q->size = q->size_written;
    q->driver_bytes = 6 + 2 * q->size;
    q->device_bytes = 6 + 8 * q->size;
    q->desc = q->desc_written;
    q->driver = q->driver_written;
    q->device = q->device_written;
}

static void observe_write(enum pring_field field, uint64_t value)
{
    struct pring_observer *o = &bench_observer;

    switch (field) {
    case PRING_F_REG_STATUS:
        observe_status(value);
        return;
    case PRING_F_REG_QUEUE_SEL:
        o->queue_sel = (uint32_t)value;
        return;
    case PRING_F_REG_DEVICE_FEATURES_SEL:
        o->device_features_sel = (uint32_t)value;
        return;
    case PRING_F_REG_DRIVER_FEATURES_SEL:
        o->driver_features_sel = (uint32_t)value;
        return;
    case PRING_F_REG_DRIVER_FEATURES:
        if (o->driver_features_sel < 2)
            o->features_written |= value << (32 * o->driver_features_sel);
        return;
    case PRING_F_REG_QUEUE_SIZE:
        queue()->size_written = (uint32_t)value;
        return;
    case PRING_F_REG_QUEUE_DESC_LOW:
        queue()->desc_written = value;
        return;
    case PRING_F_REG_QUEUE_DRIVER_LOW:
        queue()->driver_written = value;
        return;
    case PRING_F_REG_QUEUE_DEVICE_LOW:
        queue()->device_written = value;
        return;
    case PRING_F_REG_QUEUE_READY:
        observe_ready(value);
        return;
    default:
        return;
    }
}

static uint32_t offset_of(enum pring_field field)
{
    const struct pring_field_info *info = &pring_field_info[field];

    return info->offset + (info->group == PRING_GROUP_CONFIG ? 0x100u : 0);
}

static void wr(enum pring_field field, uint64_t value)
{
    access_raw(true, offset_of(field), 4, value, value, value);
    observe_write(field, value);
}

/* The device gives `raw`, the driver is shown `seen`. */
static void rd_as(enum pring_field field, uint64_t raw, uint64_t seen)
{
    access_raw(false, offset_of(field), 4, raw, raw, seen);
    if (field == PRING_F_REG_STATUS) {
        bench_observer.status_seen = (uint8_t)seen;
        bench_observer.reset_pending &= seen != 0;
    }
}

static void rd(enum pring_field field, uint64_t value)
{
    rd_as(field, value, value);
}

static void status(uint32_t bits) /* adds them */
{
    wr(PRING_F_REG_STATUS, bench_flags | bits);
}

/* ---- an honest initialisation ---- */

enum step {
    S_MAGIC = 1 << 0,
    S_VERSION = 1 << 1,
    S_ID = 1 << 2,
    S_RESET = 1 << 3,
    S_ACKNOWLEDGE = 1 << 4,
    S_DRIVER = 1 << 5,
    S_READ_FEATURES = 1 << 6,
    S_WRITE_FEATURES = 1 << 7,
    S_FEATURES_OK = 1 << 8,
    S_READ_BACK = 1 << 9,
    S_QUEUE = 1 << 10,
    S_DRIVER_OK = 1 << 11,
    S_ALL = (1 << 12) - 1,
    S_TO_ID = S_MAGIC | S_VERSION | S_ID,
    S_TO_DRIVER = S_TO_ID | S_RESET | S_ACKNOWLEDGE | S_DRIVER,
    S_TO_FEATURES = S_TO_DRIVER | S_READ_FEATURES | S_WRITE_FEATURES,
    S_TO_READ_BACK = S_TO_FEATURES | S_FEATURES_OK | S_READ_BACK,
};

static void read_features(uint64_t shown)
{
    for (uint32_t word = 0; word < 2; word++) {
        wr(PRING_F_REG_DEVICE_FEATURES_SEL, word);
        rd_as(PRING_F_REG_DEVICE_FEATURES, (uint32_t)(bench_features >> (32 * word)),
              (uint32_t)(shown >> (32 * word)));
    }
}

static void write_features(uint64_t accepted)
{
    for (uint32_t word = 0; word < 2; word++) {
        wr(PRING_F_REG_DRIVER_FEATURES_SEL, word);
        wr(PRING_F_REG_DRIVER_FEATURES, (uint32_t)(accepted >> (32 * word)));
    }
}

static void queue_addresses(void)
{
    wr(PRING_F_REG_QUEUE_DESC_LOW, bus(bench_rings + DESC));
    wr(PRING_F_REG_QUEUE_DESC_HIGH, 0);
    wr(PRING_F_REG_QUEUE_DRIVER_LOW, bus(bench_rings + DRIVER));
    wr(PRING_F_REG_QUEUE_DRIVER_HIGH, 0);
    wr(PRING_F_REG_QUEUE_DEVICE_LOW, bus(bench_rings + DEVICE));
    wr(PRING_F_REG_QUEUE_DEVICE_HIGH, 0);
}

static void set_up_queue(void)
{
    wr(PRING_F_REG_QUEUE_SEL, 0);
    rd(PRING_F_REG_QUEUE_READY, 0);
    rd(PRING_F_REG_QUEUE_SIZE_MAX, SIZE);
    wr(PRING_F_REG_QUEUE_SIZE, SIZE);
    queue_addresses();
    wr(PRING_F_REG_QUEUE_READY, 1);
}

static void device_reset(void)
{
    wr(PRING_F_REG_STATUS, 0);
    tell(PRING_EV_DEV_IDLE, 0);
    rd(PRING_F_REG_STATUS, 0);
}

static void identify(unsigned steps)
{
    if (steps & S_MAGIC)
        rd(PRING_F_REG_MAGIC_VALUE, 0x74726976);
    if (steps & S_VERSION)
        rd(PRING_F_REG_VERSION, 2);
    if (steps & S_ID)
        rd(PRING_F_REG_DEVICE_ID, bench_setup.device_type);
}

/* These steps, in their order. Accepts VERSION_1 and, on a block device, FLUSH and BLK_SIZE. */
static void init(unsigned steps)
{
    uint64_t accepted = bench_features & ~(1ull << F_EVENT_IDX);

    identify(steps);
    if (steps & S_RESET)
        device_reset();
    if (steps & S_ACKNOWLEDGE)
        status(1);
    if (steps & S_DRIVER)
        status(2);
    if (steps & S_READ_FEATURES)
        read_features(bench_features);
    if (steps & S_WRITE_FEATURES)
        write_features(accepted);
    if (steps & S_FEATURES_OK)
        status(8);
    if (steps & S_READ_BACK)
        rd(PRING_F_REG_STATUS, bench_flags);
    if (steps & S_QUEUE)
        set_up_queue();
    if (steps & S_DRIVER_OK)
        status(4);
}

static void begin_probe(void)
{
    tell(PRING_EV_BEGIN, PRING_ENTRY_PROBE);
}

/* A whole honest probe. */
static void probe(void)
{
    begin_probe();
    init(S_ALL);
    end_with(PRING_ENTRY_PROBE, 0);
}

/* An entropy device that runs, with these features besides. */
static void run_with(uint64_t features)
{
    bench_reset(PRING_DEVICE_RNG);
    bench_setup.features |= features;
    bench_apply();
    probe();
}

#endif
