/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The hardware device beside the C model: the same random acts, good and bad, on both; registers, interrupt
 * line and every byte of memory must be equal after each of them.
 */
#include "rtl_bench.h"

enum { RUNS = 2000, ACTS = 40 };

struct pair {
    struct bench *rtl, *model;
    uint64_t random, seed;
    struct pring_setup setup;
    uint32_t queue;
    bool wild; /* a payload address is unmapped; see payload_failed */
};

static uint32_t draw(struct pair *p, uint32_t n)
{
    p->random ^= p->random << 13;
    p->random ^= p->random >> 7;
    p->random ^= p->random << 17;
    return (uint32_t)((p->random >> 24) % n);
}

static bool one_in(struct pair *p, uint32_t n)
{
    return draw(p, n) == 0;
}

static void both_write(struct pair *p, uint32_t offset, uint32_t value, uint8_t strb)
{
    bench_write_strb(p->rtl, offset, value, strb);
    bench_settle(p->rtl);
    bench_write_strb(p->model, offset, value, strb);
}

static void both_put(struct pair *p, uint64_t addr, uint64_t value, unsigned len_bytes)
{
    bench_put(p->rtl, addr, value, len_bytes);
    bench_put(p->model, addr, value, len_bytes);
}

static void check_read(struct pair *p, uint32_t offset)
{
    uint32_t rtl = bench_read(p->rtl, offset), model = bench_read(p->model, offset);

    if (rtl != model)
        fail_msg("seed %lu: register %#x: rtl %#x, model %#x", (unsigned long)p->seed, offset, rtl, model);
}

/* What a failing chain wrote before it failed is nobody's business, and the design, which fetches ahead, may
 * have found the queue empty (avail_event) by then. */
static bool payload_failed(struct pair *p)
{
    return p->wild && (bench_read(p->rtl, REG_STATUS) & 0x40) != 0;
}

static void check_equal(struct pair *p)
{
    static const uint32_t regs[] = {REG_STATUS,
                                    REG_INTERRUPT_STATUS,
                                    REG_QUEUE_READY,
                                    REG_QUEUE_SIZE_MAX,
                                    REG_CONFIG_GENERATION,
                                    REG_DEVICE_FEATURES,
                                    0x100,
                                    0x120};

    for (size_t i = 0; i < sizeof regs / sizeof *regs; i++)
        check_read(p, regs[i]);
    assert_int_equal(p->rtl->irq_level, p->model->irq_level);
    if (payload_failed(p))
        return;
    if (memcmp(p->rtl->memory, p->model->memory, BENCH_BYTES) == 0)
        return;
    for (uint32_t i = 0; i < BENCH_BYTES; i++)
        if (p->rtl->memory[i] != p->model->memory[i])
            fail_msg("seed %lu%s: byte %#x: rtl %#x, model %#x", (unsigned long)p->seed,
                     p->wild ? " (wild)" : "", BENCH_BASE + i, p->rtl->memory[i], p->model->memory[i]);
}

/* ---- set-up ---- */

static void draw_setup(struct pair *p)
{
    static const uint16_t maxima[] = {1, 4, 8, 16, 64, 256};

    p->setup = one_in(p, 3) ? bench_rng_setup(draw(p, 1000)) : bench_blk_setup(BENCH_EVENT_IDX);
    if (p->setup.device_type == PRING_DEVICE_BLK)
        p->setup.features |=
            (uint64_t)draw(p, 1 << 14) & (BENCH_BIT(1) | BENCH_BIT(2) | BENCH_BIT(5) | BENCH_BIT(6) |
                                          BENCH_BIT(9) | BENCH_BIT(10) | BENCH_BIT(11) | BENCH_BIT(12));
    p->setup.queue_count = 1 + (one_in(p, 3) ? draw(p, 8) : 0);
    p->setup.queue_size_max = maxima[draw(p, 6)];
    p->setup.blk.capacity_sectors = 1 + draw(p, 70);
    p->setup.seed = p->random;
}

static void queue_areas(struct pair *p, uint32_t q)
{
    struct bench *b = p->rtl;

    b->desc = BENCH_DESC + 0x400 * (uint64_t)q + (one_in(p, 20) ? draw(p, 16) : 0);
    b->avail = BENCH_AVAIL + 0x100 * (uint64_t)q + 2 * (uint64_t)draw(p, 4) + one_in(p, 30);
    b->used = BENCH_USED + 0x400 * (uint64_t)q + 4 * (uint64_t)draw(p, 2) + (one_in(p, 30) ? draw(p, 4) : 0);
}

static void set_up_queue(struct pair *p, uint32_t q)
{
    struct bench *b = p->rtl;
    uint32_t size = p->setup.queue_size_max >> draw(p, 3);

    size = size > 32 ? 32 : size == 0 ? 1 : size;
    if (one_in(p, 40))
        size = draw(p, 300);
    queue_areas(p, q);
    p->queue = q;
    b->size = (uint16_t)(size == 0 ? 1 : size);
    b->avail_idx = 0;
    both_put(p, b->avail, 0, 6);
    both_write(p, REG_QUEUE_SEL, q, 15);
    both_write(p, REG_QUEUE_SIZE, size, 15);
    for (unsigned half = 0; half < 2; half++) {
        both_write(p, REG_QUEUE_DESC + 4 * half, (uint32_t)(b->desc >> 32 * half), 15);
        both_write(p, REG_QUEUE_DRIVER + 4 * half, (uint32_t)(b->avail >> 32 * half), 15);
        both_write(p, REG_QUEUE_DEVICE + 4 * half, (uint32_t)(b->used >> 32 * half), 15);
    }
    both_write(p, REG_QUEUE_READY, 1, 15);
}

static void negotiate(struct pair *p)
{
    uint64_t accept = p->setup.features;

    if (one_in(p, 2))
        accept &= ~BENCH_EVENT_IDX;
    if (one_in(p, 2))
        accept &= ~FLUSH_BIT;
    if (one_in(p, 30))
        accept ^= BENCH_BIT(draw(p, 64));
    both_write(p, REG_STATUS, 3, 15);
    for (uint32_t i = 0; i < 2; i++) {
        both_write(p, REG_DRIVER_FEATURES_SEL, i, 15);
        both_write(p, REG_DRIVER_FEATURES, (uint32_t)(accept >> (32 * i)), 15);
    }
    both_write(p, REG_STATUS, 8, 15);
    set_up_queue(p, draw(p, p->setup.queue_count));
    both_write(p, REG_STATUS, 4, 15);
}

/* ---- chains ---- */

static uint64_t draw_address(struct pair *p)
{
    if (one_in(p, 600)) {
        p->wild = true;
        return one_in(p, 2) ? 0 : ~UINT64_C(0) - 100;
    }
    return BENCH_DATA + draw(p, BENCH_BYTES - (BENCH_DATA - BENCH_BASE) - 0x4000);
}

static void both_desc(struct pair *p, uint16_t index, uint64_t addr, uint32_t len, uint16_t flags,
                      uint16_t next)
{
    if (one_in(p, 500))
        len = draw(p, 3);
    if (one_in(p, 500))
        flags = (uint16_t)draw(p, 8);
    if (one_in(p, 500))
        next = (uint16_t)draw(p, 300);
    bench_desc(p->rtl, index, addr, len, flags, next);
    p->model->desc = p->rtl->desc;
    bench_desc(p->model, index, addr, len, flags, next);
}

/* A chain over descriptors from `first` on, around the table's end; returns how many it took. */
static uint32_t draw_chain(struct pair *p, uint16_t first)
{
    uint16_t size = p->rtl->size;
    uint32_t room = size, reads = draw(p, 3), writes = 1 + draw(p, 3), n = 0, total = 0;

    if (reads + writes > room)
        reads = 0, writes = 1;
    for (uint32_t i = 0; i < reads + writes; i++) {
        bool last = i + 1 == reads + writes, write = i >= reads;
        uint32_t len = 1 + draw(p, 40);
        uint64_t addr = draw_address(p);

        if (p->setup.device_type == PRING_DEVICE_BLK) {
            if (i == 0 && !write) {
                len = one_in(p, 30) ? draw(p, 40) + 1 : 16;
                if (len != 16 && reads == 2)
                    len = 5;
                both_put(p, addr & ~UINT64_C(0) ? addr : BENCH_DATA, 0, 0);
                if (addr - BENCH_BASE < BENCH_BYTES - 64) {
                    both_put(p, addr, one_in(p, 3) ? draw(p, 12) : draw(p, 2), 4);
                    both_put(p, addr + 8, draw(p, 72), 8);
                }
            } else if (last) {
                len = 1 + (one_in(p, 4) ? draw(p, 30) : 0);
            } else {
                len = one_in(p, 3) ? 512 - total % 512 : one_in(p, 3) ? 20 : 1 + draw(p, 700);
            }
            if (i > 0)
                total += len;
        }
        both_desc(p, (uint16_t)((first + n) % size), addr, len,
                  (uint16_t)((write ? BENCH_WRITE : 0) | (last ? 0 : BENCH_NEXT)),
                  (uint16_t)((first + n + 1) % size));
        n++;
    }
    return n;
}

static void draw_batch(struct pair *p)
{
    struct bench *b = p->rtl;
    uint32_t used = 0, count = 1 + draw(p, 6);
    uint16_t first = (uint16_t)draw(p, b->size);

    for (uint32_t i = 0; i < count && i < b->size; i++) {
        uint32_t n;

        if (used + 6 > b->size && i > 0)
            break;
        n = draw_chain(p, (uint16_t)((first + used) % b->size));
        both_put(p, b->avail + 4 + 2 * (uint64_t)(b->avail_idx % b->size),
                 one_in(p, 500) ? draw(p, 300) : (first + used) % b->size, 2);
        used += n;
        b->avail_idx++;
    }
    both_put(p, b->avail, one_in(p, 4), 2);
    both_put(p, b->avail + 4 + 2 * (uint64_t)b->size, b->avail_idx - draw(p, 4), 2);
    both_put(p, b->avail + 2, b->avail_idx + (one_in(p, 600) ? draw(p, 65536) : 0), 2);
}

/* ---- acts ---- */

static void odd_access(struct pair *p)
{
    static const uint32_t writable[] = {0x000, 0x014, 0x020, 0x024, 0x030, 0x038, 0x044, 0x050, 0x060, 0x064,
                                        0x080, 0x094, 0x0a0, 0x0ac, 0x0c0, 0x0fc, 0x100, 0x120, 0x124, 0xff0};
    uint32_t offset = writable[draw(p, 20)], value = one_in(p, 2) ? draw(p, 5) : (uint32_t)(p->random >> 7);

    both_write(p, offset, value, one_in(p, 3) ? (uint8_t)draw(p, 16) : 15);
    check_read(p, 4 * draw(p, 1024));
    both_write(p, REG_QUEUE_SEL, p->queue, 15);
}

static void act(struct pair *p)
{
    switch (draw(p, 16)) {
    case 0:
        odd_access(p);
        break;
    case 1:
        both_write(p, REG_INTERRUPT_ACK, draw(p, 4), 15);
        break;
    case 2:
        if (one_in(p, 3)) {
            both_write(p, REG_QUEUE_READY, 0, 15);
            check_read(p, REG_QUEUE_READY);
            set_up_queue(p, draw(p, p->setup.queue_count));
        }
        break;
    case 3:
        if (one_in(p, 4)) {
            both_write(p, REG_STATUS, 0, 15);
            check_equal(p);
            negotiate(p);
        }
        break;
    case 4:
        p->rtl->backend->resize(p->rtl->self, p->seed % 90);
        p->model->backend->resize(p->model->self, p->seed % 90);
        break;
    case 5:
        both_write(p, REG_QUEUE_NOTIFY, draw(p, 9), 15);
        break;
    default:
        draw_batch(p);
        both_write(p, REG_QUEUE_NOTIFY, p->queue, 15);
        break;
    }
}

static void random_runs(void **state)
{
    static struct pair p; /* static: the two backends stay reachable */
    uint32_t broken = 0;

    (void)state;
    p.rtl = the_rtl();
    p.model = bench_new(&pring_backend_model);
    for (uint64_t seed = 1; seed <= RUNS; seed++) {
        p.seed = seed;
        p.random = seed * UINT64_C(0x9e3779b97f4a7c15) | 1;
        p.wild = false;
        draw_setup(&p);
        bench_power_on(p.model, &p.setup, &bench_ideal_memory);
        bench_power_on(p.rtl, &p.setup, one_in(&p, 2) ? &bench_slow_memory : &bench_ideal_memory);
        negotiate(&p);
        check_equal(&p);
        for (int i = 0; i < ACTS && !payload_failed(&p); i++) {
            act(&p);
            check_equal(&p);
        }
        broken += (bench_read(p.rtl, REG_STATUS) & 0x40) != 0;
    }
    print_message("%u runs, %u ended with DEVICE_NEEDS_RESET\n", RUNS, broken);
    assert_true(broken > RUNS / 20 && broken < RUNS * 9 / 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(random_runs)};

    return cmocka_run_group_tests_name("rtl_diff", tests, NULL, NULL);
}
