/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hand-made conversations for the requirement monitors, with the real judge and the real memory. Stands in
 * for wire, guest and run, as the wire would: a register event comes before the observer takes it in. A test
 * program includes it once. rd() and wr() are single accesses, begin_probe() and init() an honest
 * initialisation of which steps can be left out, post() a request.
 */
#ifndef PRING_UNIT_SPEC_BENCH_H
#define PRING_UNIT_SPEC_BENCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <sys/personality.h>
#include <unistd.h>

#include <pring/machine.h>
#include <pring/memory.h>

#include "oracle/judge.h"

/* ---- what stands in ---- */

static struct pring_observer bench_observer;
static struct pring_platform bench_platform;

const struct pring_observer *pring_wire_observer(void)
{
    return &bench_observer;
}
const struct pring_platform *pring_machine_platform(void)
{
    return &bench_platform;
}
const struct pring_report *pring_machine_report(void)
{
    return NULL;
}
void pring_stop_soon(enum pring_stop why)
{
    (void)why;
}

/* The monitors alone. */
extern const struct pring_oracle pring_oracle_spec, pring_oracle_device;
const struct pring_oracle *const pring_oracles[] = {&pring_oracle_spec, &pring_oracle_device};
const uint32_t pring_oracle_count = sizeof(pring_oracles) / sizeof(pring_oracles[0]);

/* The machine's memory has fixed addresses, where without sanitizers the heap might lie. */
static __attribute__((constructor)) void bench_stand_still(int argc, char **argv)
{
    int now = personality(0xffffffff);

    (void)argc;
    if (now < 0 || now & ADDR_NO_RANDOMIZE || personality((unsigned)now | ADDR_NO_RANDOMIZE) < 0)
        return;
    execv("/proc/self/exe", argv);
}

/* ---- a run ---- */

enum { SIZE = 8 };
enum { F_FLUSH = 9, F_BLK_SIZE = 6, F_EVENT_IDX = 29, F_VERSION_1 = 32 };
enum { DESC = 0, DRIVER = 256, DEVICE = 512, RING_BYTES = 1024 };

static struct pring_setup bench_setup;
static struct pring_options bench_options;
static struct pring_dut bench_dut;
static uint8_t *bench_rings; /* table, available and used ring at DESC, DRIVER, DEVICE */
static uint8_t bench_flags;  /* what Status holds */
static uint64_t bench_features;
static uint16_t bench_avail_idx;

static uint64_t bus(const void *ptr)
{
    return (uint64_t)(uintptr_t)ptr;
}

static struct pring_observed_queue *queue(void)
{
    return &bench_observer.queue[0];
}

/* Set-up, options and traits may be changed behind it, before the first event; then bench_apply(). */
static void bench_apply(void)
{
    bench_observer.setup = bench_setup;
    bench_observer.capacity_sectors = bench_setup.blk.capacity_sectors;
    bench_features = bench_setup.features;
    pring_judge_reset(&bench_dut, &bench_setup, &bench_options);
}

static void bench_reset(uint32_t device_type)
{
    memset(&bench_observer, 0, sizeof(bench_observer));
    memset(&bench_platform, 0, sizeof(bench_platform));
    bench_setup = (struct pring_setup){.device_type = device_type,
                                       .queue_count = 1,
                                       .queue_size_max = SIZE,
                                       .features = 1ull << F_VERSION_1 | 1ull << F_EVENT_IDX,
                                       .seed = 1,
                                       .blk = {.capacity_sectors = 64, .blk_size = 512}};
    if (device_type == PRING_DEVICE_BLK)
        bench_setup.features |= 1ull << F_FLUSH | 1ull << F_BLK_SIZE;
    bench_options = (struct pring_options){.latency_ns = 2000, .spacing_ns = 500};
    bench_dut = (struct pring_dut){.abi = PRING_ABI};
    bench_flags = 0;
    bench_avail_idx = 0;
    assert_int_equal(pring_memory_open(), 0);
    pring_memory_reset();
    bench_rings = pring_memory_alloc(RING_BYTES, 16, true);
    bench_apply();
}

static int setup_blk(void **state)
{
    (void)state;
    bench_reset(PRING_DEVICE_BLK);
    return 0;
}
static int setup_rng(void **state)
{
    (void)state;
    bench_reset(PRING_DEVICE_RNG);
    return 0;
}
#define BLK_TEST(name) cmocka_unit_test_setup(name, setup_blk)
#define RNG_TEST(name) cmocka_unit_test_setup(name, setup_rng)

static struct pring_event event_of(enum pring_event_kind kind, enum pring_field field)
{
    return (struct pring_event){.kind = (uint8_t)kind, .field = (uint8_t)field, .pc = 0x401000};
}

static void tell(enum pring_event_kind kind, uint64_t made)
{
    struct pring_event event = event_of(kind, 0);

    event.made = event.seen = made;
    pring_judge_event(&event);
}

static void end_with(enum pring_entry entry, int64_t result)
{
    struct pring_event event = event_of(PRING_EV_END, 0);

    event.made = entry;
    event.seen = (uint64_t)result;
    pring_judge_event(&event);
}

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

/* ---- rings ---- */

static void store(enum pring_field field, uint16_t index, uint64_t before, uint64_t value)
{
    struct pring_event event = event_of(PRING_EV_STORE, field);

    event.index = index;
    event.raw = before;
    event.made = event.seen = value;
    pring_judge_event(&event);
}

static void load(enum pring_field field, uint16_t index, uint64_t value)
{
    struct pring_event event = event_of(PRING_EV_LOAD, field);

    event.index = index;
    event.raw = event.made = event.seen = value;
    pring_judge_event(&event);
}

/* Chain of `count` descriptors from `head` on, lent. Flags need no NEXT. */
static struct pring_chain *lend(uint16_t head, const struct pring_segment *segments, uint16_t count,
                                uint8_t fault)
{
    struct pring_observed_queue *q = queue();
    struct pring_chain *chain = &q->chain[head];
    struct pring_event event = event_of(PRING_EV_LEND, PRING_F_AVAIL_RING);

    *chain = (struct pring_chain){.head = head, .count = count, .state = PRING_CHAIN_LENT, .fault = fault};
    for (uint16_t i = 0; i < count; i++) {
        q->segment[head + i] = segments[i];
        q->segment[head + i].next = (uint16_t)(head + i + 1);
        if (segments[i].flags & PRING_DESC_WRITE)
            chain->writable_bytes += segments[i].len_bytes;
        else
            chain->readable_bytes += segments[i].len_bytes;
    }
    q->lent_count++;
    event.chain = chain;
    pring_judge_event(&event);
    return chain;
}

/* What a driver does for a request: index, chain, and the device is told. */
static struct pring_chain *post_silently(uint16_t head, const struct pring_segment *segments, uint16_t count)
{
    bench_avail_idx++;
    store(PRING_F_AVAIL_IDX, 0, (uint16_t)(bench_avail_idx - 1), bench_avail_idx);
    return lend(head, segments, count, PRING_CHAIN_GOOD);
}

static struct pring_chain *post(uint16_t head, const struct pring_segment *segments, uint16_t count)
{
    struct pring_chain *chain = post_silently(head, segments, count);

    wr(PRING_F_REG_QUEUE_NOTIFY, 0);
    chain->state = PRING_CHAIN_GATED;
    return chain;
}

static struct pring_segment part(const void *ptr, uint32_t len_bytes, uint16_t flags)
{
    return (struct pring_segment){.addr = bus(ptr), .len_bytes = len_bytes, .flags = flags};
}

static void show(uint16_t head, uint32_t len_bytes)
{
    struct pring_event event = event_of(PRING_EV_SHOWN, PRING_F_DONE);

    event.made = event.seen = head;
    event.raw = len_bytes;
    pring_judge_event(&event);
}

static void done(int result, size_t done_bytes)
{
    static struct pring_request request;
    struct pring_event event = event_of(PRING_EV_DONE, 0);

    event.request = &request;
    event.seen = (uint64_t)(int64_t)result;
    event.raw = done_bytes;
    pring_judge_event(&event);
}

/* ---- the rest ---- */

static void guest_call(uint8_t kind, uint64_t addr, uint64_t len_bytes)
{
    struct pring_call call = {.kind = kind, .addr = addr, .len_bytes = len_bytes};
    struct pring_event event = event_of(PRING_EV_CALL, 0);

    event.call = &call;
    pring_judge_event(&event);
}

static void fire(uint8_t action, enum pring_field label, enum pring_field target, bool lied)
{
    struct pring_fault fault = {.action = action, .label = (uint8_t)label, .target = (uint8_t)target};
    struct pring_event event = event_of(PRING_EV_FAULT, label);

    event.fault = &fault;
    event.made = lied;
    pring_judge_event(&event);
}

static void expect(const char *rule)
{
    const struct pring_accusation *bug = pring_judge_bug();

    if (!bug)
        fail_msg("no accusation, %s expected", rule);
    assert_string_equal(bug->oracle, "spec");
    assert_string_equal(bug->rule, rule);
}

static void expect_silence(void)
{
    const struct pring_accusation *bug = pring_judge_bug();

    if (bug)
        fail_msg("%s: %s", bug->rule, bug->why);
}

static void expect_device(const char *rule)
{
    struct pring_result result = {0};

    pring_judge_verdict(&result);
    if (!result.device_findings)
        fail_msg("no device finding, %s expected", rule);
    assert_string_equal(result.device_bug.oracle, "device");
    assert_string_equal(result.device_bug.rule, rule);
}

static void expect_good_device(void)
{
    struct pring_result result = {0};

    pring_judge_verdict(&result);
    if (result.device_findings)
        fail_msg("%s: %s", result.device_bug.rule, result.device_bug.why);
}

/* Not every program needs all of the above. */
static void (*const bench_unused[])(void) __attribute__((unused)) = {
    (void (*)(void))probe,     (void (*)(void))post,          (void (*)(void))part,
    (void (*)(void))show,      (void (*)(void))done,          (void (*)(void))guest_call,
    (void (*)(void))fire,      (void (*)(void))expect,        (void (*)(void))expect_silence,
    (void (*)(void))load,      (void (*)(void))expect_device, (void (*)(void))expect_good_device,
    (void (*)(void))setup_rng, (void (*)(void))setup_blk,     (void (*)(void))run_with,
};

#endif
