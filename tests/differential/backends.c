/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sim/device/TABLE.md is one behaviour for every backend: this test shows it. Two backends live through the
 * same random sequences of register accesses and rings, and are compared whenever both are idle.
 *
 * Registers: each read, and Status, InterruptStatus and the interrupt line after each write.
 * Memory: all of it, after each notification: used elements, used.idx, avail_event, payload; nothing else
 * moves.
 *
 * Not compared: the number and the grouping of bursts and interrupts; cycles. After a bus error on payload:
 * what that chain and later ones left in writable parts, avail_event, storage and the entropy stream; so the
 * sequence ends there. After a bus error on a used ring or used_event: memory, for the same reason and with
 * the same end.
 *
 * usage: backends [--runs N] [--seed S] [--failures N] [--verbose] [BACKEND BACKEND]
 * Without names: the model and the RTL if it is linked, else the model and itself. The second backend is now
 * and then saved, misused and restored, if it can be.
 */
#include "backends_chains.h"

#include "backend/model/model_odd.h"

enum {
    REG_STATUS = 0x70,
    REG_QUEUE_SEL = 0x30,
    REG_QUEUE_SIZE = 0x38,
    REG_QUEUE_READY = 0x44,
    REG_NOTIFY = 0x50
};
enum { STATUS_DRIVER_OK = 4, STATUS_NEEDS_RESET = 0x40 };

static struct pair the_pair;

/* ---- set-up ---- */

static uint64_t any_features(struct pair *p)
{
    uint64_t common = p->side[0].backend->features & p->side[1].backend->features;
    uint64_t bits = p->setup.device_type == PRING_DEVICE_BLK ? common : common & UINT64_C(0xffffffffff000000);

    if (pair_chance(p, 80)) /* the usual offer is generous */
        return bits & ~(pair_chance(p, 70) ? UINT64_C(1) << 5 : 0);
    return (bits & pair_random(p)) | UINT64_C(1) << 32;
}

static struct pring_setup_blk any_blk(struct pair *p)
{
    uint64_t r = pair_random(p), s = pair_random(p);

    return (struct pring_setup_blk){
        .capacity_sectors = pair_chance(p, 90) ? 8 + pair_below(p, 8) : UINT64_C(1) << 32,
        .size_max = (uint32_t)r,
        .seg_max = (uint32_t)(r >> 32),
        .blk_size = (uint32_t)s,
        .physical_block_exp = (uint8_t)(s >> 32),
        .alignment_offset = (uint8_t)(s >> 40),
        .min_io_size = (uint16_t)(s >> 48),
        .opt_io_size = (uint32_t)(r ^ s),
        .num_queues = (uint16_t)(r >> 16),
    };
}

static uint16_t any_stall(struct pair *p)
{
    return pair_chance(p, 50) ? (uint16_t)pair_below(p, 40000) : 0;
}

static struct pring_profile any_profile(struct pair *p)
{
    if (pair_chance(p, 50))
        return (struct pring_profile){0};
    return (struct pring_profile){
        .read_latency = pair_below(p, 30),
        .write_latency = pair_below(p, 30),
        .latency_jitter = pair_below(p, 10),
        .stall_ar = any_stall(p),
        .stall_aw = any_stall(p),
        .stall_w = any_stall(p),
        .stall_b = any_stall(p),
        .stall_r = any_stall(p),
        .reorder_ids = pair_chance(p, 50),
    };
}

static void any_setup(struct pair *p)
{
    static const uint64_t bases[] = {0x10000, 0x40000000, 0x100000000 - PAIR_BYTES / 2, 0x123456789000,
                                     0 - (uint64_t)PAIR_BYTES - 4096};
    uint32_t largest = p->side[0].backend->queue_size_max;

    if (p->side[1].backend->queue_size_max < largest)
        largest = p->side[1].backend->queue_size_max;
    while (largest > 4 && pair_chance(p, 60))
        largest /= 2;
    p->base = bases[pair_below(p, sizeof bases / sizeof *bases)];
    p->setup = (struct pring_setup){.device_type = pair_chance(p, 70) ? PRING_DEVICE_BLK : PRING_DEVICE_RNG};
    p->setup.queue_count = 1 + pair_below(p, PRING_QUEUES_MAX);
    p->setup.queue_size_max = largest < 256 ? largest : 256; /* what the image has room for */
    p->setup.features = any_features(p);
    p->setup.seed = pair_chance(p, 5) ? 0 : pair_random(p);
    p->setup.blk = any_blk(p);
    p->profile = any_profile(p);
    p->holes = pair_chance(p, 15) ? (uint32_t)1 << pair_below(p, PAIR_PAGES) : 0;
}

/* ---- a driver of sorts ---- */

struct driver {
    struct pair *pair;
    struct ring rings[CHAINS_QUEUES];
    uint32_t ring_count;
};

static void negotiate(struct pair *p)
{
    uint64_t accepted = (p->setup.features & (pair_chance(p, 70) ? UINT64_MAX : pair_random(p))) | UINT64_C(1)
                                                                                                       << 32;
    uint32_t words[4] = {(uint32_t)accepted, (uint32_t)(accepted >> 32), 0, 0};

    if (pair_chance(p, 8)) /* a bit too many or too few */
        words[pair_below(p, 4)] ^= (uint32_t)1 << pair_below(p, 32);
    if (pair_chance(p, 3)) /* EVENT_IDX and FLUSH, offered or not */
        words[0] |= UINT32_C(1) << 29 | 1 << 9;
    pair_write(p, REG_STATUS, 1);
    pair_write(p, REG_STATUS, 3);
    for (uint32_t i = 0; i < 4; i++) {
        pair_write(p, 0x14, i);
        pair_read(p, 0x10);
        pair_write(p, 0x24, i);
        pair_write(p, 0x20, words[i]);
    }
    pair_write(p, REG_STATUS, 11);
}

static void try_bad_sizes(struct pair *p)
{
    static const uint32_t sizes[] = {0, 3, 512, 1024, 2048, 32768, 65536, 65540, 0xffffffff};

    for (uint32_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        if (sizes[i] <= p->setup.queue_size_max && (sizes[i] & (sizes[i] - 1)) == 0 && sizes[i] != 0)
            continue;
        pair_write(p, REG_QUEUE_SIZE, sizes[i]);
        pair_write(p, REG_QUEUE_READY, 1);
        pair_read(p, REG_QUEUE_READY);
    }
}

static uint32_t any_size(struct pair *p)
{
    uint32_t size = 1;

    while (size < p->setup.queue_size_max && pair_chance(p, 85))
        size *= 2;
    return size;
}

static void set_up_ring(struct driver *d, uint32_t slot, uint32_t number)
{
    struct pair *p = d->pair;
    struct ring *r = &d->rings[slot];

    ring_place(p, r, slot, number, any_size(p));
    ring_clear(p, r);
    pair_write(p, REG_QUEUE_SEL, number);
    pair_read(p, 0x34);
    if (pair_chance(p, 10))
        try_bad_sizes(p);
    pair_write(p, REG_QUEUE_SIZE, r->size);
    pair_write64(p, 0x80, r->desc);
    pair_write64(p, 0x90, r->avail);
    pair_write64(p, 0xa0, r->used);
    pair_write(p, REG_QUEUE_READY, 1);
    pair_read(p, REG_QUEUE_READY);
}

/* What a reset must have forgotten: selectors, sizes. */
static void look_after_reset(struct pair *p)
{
    pair_read(p, 0x10);
    pair_read(p, 0x34);
    pair_read(p, 0x120);
    for (uint32_t i = 0; i < p->setup.queue_count; i++) {
        pair_write(p, REG_QUEUE_SEL, i);
        pair_write(p, REG_QUEUE_READY, 1);
        pair_read(p, REG_QUEUE_READY);
    }
    pair_write(p, 0x20, pair_chance(p, 50) ? 0 : (uint32_t)p->setup.features); /* without a selection */
}

static void start(struct driver *d)
{
    struct pair *p = d->pair;
    uint32_t first = pair_below(p, p->setup.queue_count);

    pair_write(p, REG_STATUS, 0);
    if (pair_chance(p, 20))
        look_after_reset(p);
    p->area_count = 0;
    d->ring_count = p->setup.queue_count < CHAINS_QUEUES ? p->setup.queue_count : CHAINS_QUEUES;
    negotiate(p);
    for (uint32_t i = 0; i < d->ring_count; i++)
        set_up_ring(d, i, (first + i) % p->setup.queue_count);
    if (pair_chance(p, 95))
        pair_write(p, REG_STATUS, 15);
}

/* ---- a batch, and what both made of it ---- */

static bool hole_in(const struct pair *p, uint64_t addr, uint64_t len_bytes)
{
    for (uint64_t at = addr; at < addr + len_bytes; at++)
        if (!pair_is_mapped(p, at, 1))
            return true;
    return false;
}

static bool is_part(const struct area *area)
{
    return strcmp(area->what, CHAINS_PART) == 0;
}

static bool parts_in_hole(const struct pair *p)
{
    for (uint32_t i = 0; i < p->area_count; i++)
        if (is_part(&p->areas[i]) && hole_in(p, p->areas[i].addr, p->areas[i].len_bytes))
            return true;
    return false;
}

/* A device may have taken all chains, and asked for the next, before it meets an error. */
static void mask_avail_event(struct pair *p)
{
    for (uint32_t i = 0; i < p->area_count; i++)
        p->areas[i].masked |= strcmp(p->areas[i].what, PAIR_AVAIL_EVENT) == 0;
}

/* Parts of chains that did not complete: those that became available at or behind used.idx. */
static void mask_incomplete(struct pair *p, uint16_t used_idx)
{
    for (uint32_t i = 0; i < p->area_count; i++)
        p->areas[i].masked |= is_part(&p->areas[i]) && (int16_t)(p->areas[i].b - used_idx) >= 0;
    mask_avail_event(p);
}

/* The used ring, and used_event: what is read or written once for each group of completions, however large.
 */
static bool ring_end_in_hole(const struct pair *p, const struct ring *r)
{
    return hole_in(p, r->used, 6 + (uint64_t)8 * r->size) ||
           hole_in(p, r->avail + 4 + (uint64_t)2 * r->size, 2);
}

/* So that the last line shows what the sequences were made of. */
static void count_batch(struct pair *p, struct ring *r, uint16_t used_idx, bool broken)
{
    p->chains_completed += (uint16_t)(used_idx - r->used_idx);
    p->broken += broken;
    r->used_idx = used_idx;
}

/* Returns false when the sequence must end, since the backends may now differ by right. */
static bool compare_batch(struct pair *p, struct ring *r, bool bad_address)
{
    bool broken = (pair_read(p, REG_STATUS) & STATUS_NEEDS_RESET) != 0;
    bool payload_error = broken && (bad_address || parts_in_hole(p));
    uint16_t used_idx = (uint16_t)pair_get(&p->side[0], r->used + 2, 2);

    pair_log(p, "queue %u: avail.idx %u, used.idx %u and %u%s", r->number, r->avail_idx, used_idx,
             (uint16_t)pair_get(&p->side[1], r->used + 2, 2), broken ? ", broken" : "");
    count_batch(p, r, used_idx, broken);
    if (broken && ring_end_in_hole(p, r)) {
        p->loose++;
        return false;
    }
    if (payload_error)
        mask_incomplete(p, used_idx);
    p->loose += payload_error;
    pair_compare_memory(p);
    return !payload_error;
}

static void set_suppression(struct pair *p, const struct ring *r)
{
    uint16_t event = (uint16_t)(r->avail_idx - pair_below(p, 6) + 2);

    pair_put(p, r->avail, pair_chance(p, 60) ? 0 : pair_random(p), 2);
    pair_put(p, r->avail + 4 + (uint64_t)2 * r->size, event, 2);
}

/* What a driver must not do, now and then: a head beyond the table, an index beyond the ring. */
static void make_mistake(struct pair *p, struct ring *r)
{
    if (pair_chance(p, 2))
        ring_offer(p, r, (uint16_t)(r->size + pair_below(p, 65536 - r->size)));
    if (pair_chance(p, 1))
        r->avail_idx =
            (uint16_t)(r->used_idx + r->size + 1 + (pair_chance(p, 50) ? 0 : pair_below(p, 60000)));
}

static bool run_batch(struct driver *d)
{
    struct pair *p = d->pair;
    struct ring *r = &d->rings[pair_below(p, d->ring_count)];
    uint32_t mark = p->area_count, count = 1 + pair_below(p, pair_chance(p, 20) ? 40 : 5);
    struct chains c;
    bool same;

    chains_begin(&c, p);
    p->chains_offered += chains_offer(&c, r, count);
    set_suppression(p, r);
    make_mistake(p, r);
    pair_put(p, r->avail + 2, r->avail_idx, 2);
    pair_write(p, REG_NOTIFY, r->number);
    same = compare_batch(p, r, c.bad_address);
    p->area_count = mark;
    return same;
}

/* ---- other things that drivers do ---- */

static void write_config_noise(struct pair *p, uint32_t value)
{
    uint32_t offset = pair_chance(p, 50) ? 0x120 : 0x100 + 4 * pair_below(p, 16);

    pair_write_strb(p, offset, value, (uint8_t)pair_below(p, 16));
    pair_read(p, offset);
}

/* Set-up that would take effect is left to set_up_ring, which knows what it means. */
static void write_noise(struct pair *p)
{
    static const uint32_t harmless[] = {0x00, 0x04, 0x10, 0x14, 0x18, 0x20, 0x24, 0x28, 0x34,
                                        0x3c, 0x40, 0x48, 0x4c, 0x60, 0x64, 0x68, 0x74, 0x8c,
                                        0xa8, 0xac, 0xb0, 0xbc, 0xc0, 0xf0, 0xf8, 0xfc};
    uint32_t value = pair_chance(p, 50) ? pair_below(p, 4) : (uint32_t)pair_random(p);

    if (pair_chance(p, 30))
        pair_write_strb(p, 4 * pair_below(p, 64), value, (uint8_t)pair_below(p, 15));
    else if (pair_chance(p, 40))
        write_config_noise(p, value);
    else
        pair_write(p, harmless[pair_below(p, sizeof harmless / sizeof *harmless)], value);
}

static void write_status_noise(struct pair *p)
{
    static const uint32_t values[] = {1, 3, 8, 0x10, 0x20, 0x40, 0x70, 0x80, 0x100, 0xffffff00};

    pair_write(p, REG_STATUS, values[pair_below(p, sizeof values / sizeof *values)]);
}

static void notify_noise(struct driver *d)
{
    struct pair *p = d->pair;
    uint32_t queue = d->rings[0].number;

    switch (pair_below(p, 4)) {
    case 0:
        pair_write(p, REG_NOTIFY, queue);
        break;
    case 1:
        pair_write(p, REG_NOTIFY, 0x10000 + queue);
        break;
    case 2:
        pair_write(p, REG_NOTIFY, p->setup.queue_count + pair_below(p, 4));
        break;
    default:
        pair_write_strb(p, REG_NOTIFY, queue, (uint8_t)pair_below(p, 15));
        break;
    }
    pair_compare_memory(p);
}

/* Frozen registers: nothing of this may have an effect while the queue is ready. */
static void write_frozen(struct driver *d)
{
    static const uint32_t regs[] = {0x38, 0x80, 0x84, 0x90, 0x94, 0xa0, 0xa4};
    struct pair *p = d->pair;

    pair_write(p, REG_QUEUE_SEL, d->rings[0].number);
    if (pair_read(p, REG_QUEUE_READY) == 0)
        return;
    pair_write(p, regs[pair_below(p, sizeof regs / sizeof *regs)], (uint32_t)pair_random(p));
    pair_write(p, REG_QUEUE_READY, 1);
}

static void restart_ring(struct driver *d)
{
    struct pair *p = d->pair;
    struct ring *r = &d->rings[pair_below(p, d->ring_count)];

    pair_write(p, REG_QUEUE_SEL, r->number);
    pair_write(p, REG_QUEUE_READY, pair_below(p, 8) * 2);
    pair_read(p, REG_QUEUE_READY);
    pair_write(p, REG_NOTIFY, r->number);
    pair_compare_memory(p);
    ring_clear(p, r);
    pair_write(p, REG_QUEUE_READY, 1);
}

static void beyond_queues(struct pair *p)
{
    static const uint32_t regs[] = {0x38, 0x44, 0x80, 0x84, 0x90, 0x94, 0xa0, 0xa4};

    pair_write(p, REG_QUEUE_SEL, pair_chance(p, 50) ? p->setup.queue_count : 0x10000);
    pair_read(p, 0x34);
    pair_write(p, regs[pair_below(p, 8)], 1 + pair_below(p, 64));
    pair_read(p, REG_QUEUE_READY);
}

static void read_some(struct pair *p)
{
    for (uint32_t i = 0; i < 4; i++)
        pair_read(p, 4 * pair_below(p, pair_chance(p, 80) ? 80 : 1024));
}

/* Returns false when the sequence must end. */
static bool step(struct driver *d)
{
    struct pair *p = d->pair;
    uint32_t which = pair_below(p, 100);

    if (which < 50)
        return run_batch(d);
    if (which < 60)
        pair_write(p, 0x64, pair_below(p, 5));
    else if (which < 70)
        read_some(p);
    else if (which < 80)
        write_noise(p);
    else if (which < 82)
        write_status_noise(p);
    else if (which < 86)
        notify_noise(d);
    else if (which < 88)
        write_frozen(d);
    else if (which < 91)
        pair_resize(p,
                    pair_chance(p, 90) ? 6 + pair_below(p, 10) : pair_random(p) >> (32 + pair_below(p, 32)));
    else if (which < 94)
        restart_ring(d);
    else if (which < 95)
        beyond_queues(p);
    else if (which < 98)
        pair_wander(p);
    else
        start(d);
    return true;
}

/* ---- one sequence ---- */

static void fill_memory(struct pair *p)
{
    for (uint32_t at = 0; at < PAIR_BYTES; at += 8) {
        uint64_t word = pair_random(p);

        memcpy(p->side[0].memory + at, &word, 8);
        memcpy(p->side[1].memory + at, &word, 8);
    }
}

static void run_sequence(struct pair *p)
{
    struct driver d = {.pair = p};
    uint32_t steps = 5 + pair_below(p, 25);

    any_setup(p);
    fill_memory(p);
    pair_power_on(p);
    start(&d);
    for (uint32_t i = 0; i < steps; i++) {
        if (!step(&d))
            return;
        if ((pair_read(p, REG_STATUS) & STATUS_NEEDS_RESET) != 0 && pair_chance(p, 40))
            start(&d);
    }
    pair_write(p, REG_STATUS, 0);
    pair_compare_memory(p);
}

/* Returns whether both did the same. */
static bool run_seed(struct pair *p, uint64_t seed)
{
    p->seed = p->random = seed;
    p->steps = 0;
    if (setjmp(p->next) != 0)
        return false;
    run_sequence(p);
    return true;
}

/* ---- command line ---- */

static const struct pring_backend *const backends[] = {
    &pring_backend_model,
    &pring_backend_model_reverse,
    &pring_backend_model_polling,
#ifdef PRING_WITH_RTL
    &pring_backend_rtl,
#endif
};
enum { BACKENDS = sizeof backends / sizeof *backends };

static const struct pring_backend *by_name(const char *name)
{
    for (int i = 0; i < BACKENDS; i++)
        if (strcmp(backends[i]->name, name) == 0)
            return backends[i];
    fprintf(stderr, "backends: no backend is named %s\n", name);
    exit(2);
}

static void open_side(struct pair *p, int i, const struct pring_backend *backend)
{
    struct side *s = &p->side[i];

    s->pair = p;
    s->backend = backend;
    s->name = backend->name;
    if (backend->open(&pair_bus, s, &s->self) < 0)
        exit(2);
}

struct options {
    uint64_t seed, runs, failures;
    const char *names[2];
};

static struct options parse(int argc, char **argv)
{
#ifdef PRING_WITH_RTL
    struct options o = {1, 3000, 1, {"model", "rtl"}};
#else
    struct options o = {1, 20000, 1, {"model", "model"}};
#endif
    int names = 0;

    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--verbose") == 0)
            the_pair.verbose = true;
        else if (strcmp(argv[i], "--runs") == 0 && i + 1 < argc)
            o.runs = strtoull(argv[++i], NULL, 0);
        else if (strcmp(argv[i], "--seed") == 0 && i + 1 < argc)
            o.seed = strtoull(argv[++i], NULL, 0);
        else if (strcmp(argv[i], "--failures") == 0 && i + 1 < argc)
            o.failures = strtoull(argv[++i], NULL, 0);
        else if (argv[i][0] != '-' && names < 2)
            o.names[names++] = argv[i];
        else {
            fprintf(stderr, "backends: unknown option %s\n", argv[i]);
            exit(2);
        }
    }
    return o;
}

static void print_summary(const struct pair *p, uint64_t runs, uint64_t seed, uint64_t failures)
{
    printf("%s and %s: %" PRIu64 " sequences from seed %" PRIu64 ", %" PRIu64 " writes, %" PRIu64
           " reads compared\n",
           p->side[0].name, p->side[1].name, runs, seed, p->compared_writes, p->compared_reads);
    printf("  %" PRIu64 " chains offered, %" PRIu64 " completed; NEEDS_RESET %" PRIu64
           " times, compared loosely %" PRIu64 " times\n",
           p->chains_offered, p->chains_completed, p->broken, p->loose);
    printf("  %" PRIu64 " differences\n", failures);
}

int main(int argc, char **argv)
{
    struct options o = parse(argc, argv);
    struct pair *p = &the_pair;
    uint64_t failures = 0, run = 0;

    for (int i = 0; i < 2; i++)
        open_side(p, i, by_name(o.names[i]));
    if (p->side[0].backend == p->side[1].backend)
        p->side[1].name = "its twin";
    p->side[1].wanders = (p->side[1].backend->caps & PRING_CAP_SNAPSHOT) != 0;
    for (; run < o.runs && failures < o.failures; run++)
        failures += !run_seed(p, o.seed + run);
    print_summary(p, run, o.seed, failures);
    return failures != 0;
}
