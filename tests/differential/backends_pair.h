/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two backends side by side: each has its own memory image, both get the same accesses, and at idle both must
 * look the same. The first difference ends the sequence by a jump: backends must survive that anyway.
 */
#ifndef BACKENDS_PAIR_H
#define BACKENDS_PAIR_H

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pring/backend.h>

enum { PAIR_PAGES = 32, PAIR_BYTES = PAIR_PAGES * 4096 };
enum { PAIR_LOG_LINES = 48, PAIR_LOG_LEN = 160, PAIR_AREAS = 1024, PAIR_SNAPSHOT_BYTES = 4 << 20 };
enum { PAIR_SETTLE_CYCLES = 1000000 }; /* more than the longest batch takes under the worst profile */

#define PAIR_USED_IDX    "used.idx of queue"
#define PAIR_AVAIL_EVENT "avail_event of queue"

struct pair;
struct side {
    struct pair *pair;
    const struct pring_backend *backend;
    void *self;
    const char *name;
    bool line;
    bool wanders; /* is now and then saved, misused and restored */
    uint8_t memory[PAIR_BYTES];
};

struct area { /* what lies where, to explain a difference, and what a failed chain leaves undefined */
    uint64_t addr, len_bytes;
    const char *what;
    uint32_t a, b;
    bool masked;
};

struct pair {
    struct side side[2];
    uint64_t base;
    uint32_t holes; /* bit i: page i gives a bus error */
    uint64_t random;
    uint64_t seed;
    struct pring_setup setup;
    struct pring_profile profile;
    struct area areas[PAIR_AREAS];
    uint32_t area_count;
    uint32_t steps;
    uint64_t compared_writes, compared_reads, chains_offered, chains_completed, broken, loose;
    char log[PAIR_LOG_LINES][PAIR_LOG_LEN];
    bool verbose;
    jmp_buf next; /* to the next sequence */
    uint8_t snapshot[PAIR_SNAPSHOT_BYTES];
};

/* ---- chance ---- */

static inline uint64_t pair_random(struct pair *p)
{
    uint64_t z = (p->random += UINT64_C(0x9e3779b97f4a7c15));

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static inline uint32_t pair_below(struct pair *p, uint32_t n)
{
    return (uint32_t)((pair_random(p) >> 32) % n);
}

static inline bool pair_chance(struct pair *p, uint32_t percent)
{
    return pair_below(p, 100) < percent;
}

/* ---- reports ---- */

__attribute__((format(printf, 2, 3))) static inline void pair_log(struct pair *p, const char *format, ...)
{
    char *line = p->log[p->steps++ % PAIR_LOG_LINES];
    va_list args;

    va_start(args, format);
    vsnprintf(line, PAIR_LOG_LEN, format, args);
    va_end(args);
    if (p->verbose)
        printf("%4u  %s\n", p->steps - 1, line);
}

static inline void pair_print_log(const struct pair *p)
{
    uint32_t first = p->steps > PAIR_LOG_LINES ? p->steps - PAIR_LOG_LINES : 0;

    for (uint32_t i = first; !p->verbose && i < p->steps; i++)
        printf("%4u  %s\n", i, p->log[i % PAIR_LOG_LINES]);
}

static inline void pair_print_setup(const struct pair *p)
{
    const struct pring_setup *s = &p->setup;
    const struct pring_profile *f = &p->profile;

    printf("      device %u, %u queues of %u, features 0x%" PRIx64 ", capacity %" PRIu64 ", holes 0x%" PRIx32
           "\n",
           s->device_type, s->queue_count, s->queue_size_max, s->features, s->blk.capacity_sectors, p->holes);
    printf("      memory at 0x%" PRIx64 "; latency %u/%u+%u, stalls %u %u %u %u %u%s\n", p->base,
           f->read_latency, f->write_latency, f->latency_jitter, f->stall_ar, f->stall_aw, f->stall_w,
           f->stall_b, f->stall_r, f->reorder_ids ? ", reordered" : "");
}

static inline uint64_t pair_get(const struct side *s, uint64_t addr, uint32_t len_bytes)
{
    uint64_t value = 0;

    for (uint32_t k = 0; k < len_bytes; k++)
        value |= (uint64_t)s->memory[addr - s->pair->base + k] << (8 * k);
    return value;
}

static inline void pair_print_used(const struct pair *p)
{
    for (uint32_t i = 0; i < p->area_count; i++)
        if (strcmp(p->areas[i].what, PAIR_USED_IDX) == 0)
            printf("      %s %u: %" PRIu64 " and %" PRIu64 "\n", p->areas[i].what, p->areas[i].a,
                   pair_get(&p->side[0], p->areas[i].addr, 2), pair_get(&p->side[1], p->areas[i].addr, 2));
}

__attribute__((format(printf, 2, 3), noreturn)) static inline void pair_differs(struct pair *p,
                                                                                const char *format, ...)
{
    va_list args;

    printf("DIFFERENCE in sequence --seed %" PRIu64 ", step %u: ", p->seed, p->steps);
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    printf("\n");
    pair_print_setup(p);
    pair_print_log(p);
    pair_print_used(p);
    fflush(stdout);
    longjmp(p->next, 1);
}

/* ---- the bus of one side ---- */

static inline bool pair_is_mapped(const struct pair *p, uint64_t addr, uint64_t n)
{
    uint64_t at = addr - p->base;

    return at <= PAIR_BYTES - n && ((p->holes >> (at / 4096)) & 1) == 0;
}

static inline void pair_check_burst(struct side *s, const struct pring_burst *burst, uint32_t offset,
                                    uint32_t n)
{
    bool in_page = burst->addr / 4096 == (burst->addr + burst->len_bytes - 1) / 4096;

    if (burst->len_bytes == 0 || n == 0 || offset > burst->len_bytes || n > burst->len_bytes - offset ||
        !in_page)
        pair_differs(s->pair, "%s: burst 0x%" PRIx64 " + %u (%u + %u) breaks the contract", s->name,
                     burst->addr, burst->len_bytes, offset, n);
}

static inline int pair_dma_read(void *ctx, const struct pring_burst *burst, uint32_t offset, uint32_t n,
                                uint8_t *out)
{
    struct side *s = ctx;

    pair_check_burst(s, burst, offset, n);
    if (!pair_is_mapped(s->pair, burst->addr + offset, n)) {
        memset(out, 0, n);
        return -1;
    }
    memcpy(out, s->memory + (burst->addr + offset - s->pair->base), n);
    return 0;
}

static inline int pair_dma_write(void *ctx, const struct pring_burst *burst, uint32_t offset, uint32_t n,
                                 const uint8_t *in, const uint8_t *strb)
{
    struct side *s = ctx;

    pair_check_burst(s, burst, offset, n);
    if (!pair_is_mapped(s->pair, burst->addr + offset, n))
        return -1;
    for (uint32_t i = 0; i < n; i++)
        if (!strb || strb[i])
            s->memory[burst->addr + offset - s->pair->base + i] = in[i];
    return 0;
}

static inline void pair_irq(void *ctx, bool level, uint64_t cycle)
{
    struct side *s = ctx;

    (void)cycle;
    if (s->line == level)
        pair_differs(s->pair, "%s: an interrupt edge to the level that it had", s->name);
    s->line = level;
}

static inline void pair_violation(void *ctx, uint32_t code, uint64_t cycle)
{
    struct side *s = ctx;

    pair_differs(s->pair, "%s: violation 0x%x in cycle %" PRIu64, s->name, code, cycle);
}

static const struct pring_bus_ops pair_bus = {pair_dma_read, pair_dma_write, pair_irq, pair_violation};

/* ---- memory of both ---- */

static inline void pair_put(struct pair *p, uint64_t addr, uint64_t value, uint32_t len_bytes)
{
    for (int i = 0; i < 2; i++)
        for (uint32_t k = 0; k < len_bytes; k++)
            p->side[i].memory[addr - p->base + k] = (uint8_t)(value >> (8 * k));
}

static inline struct area *pair_add_area(struct pair *p, uint64_t addr, uint64_t len_bytes, const char *what,
                                         uint32_t a, uint32_t b)
{
    static struct area lost;

    if (p->area_count == PAIR_AREAS)
        return &lost;
    p->areas[p->area_count] = (struct area){addr, len_bytes, what, a, b, false};
    return &p->areas[p->area_count++];
}

static inline const struct area *pair_area_at(const struct pair *p, uint64_t addr)
{
    for (uint32_t i = p->area_count; i-- > 0;)
        if (addr - p->areas[i].addr < p->areas[i].len_bytes)
            return &p->areas[i];
    return NULL;
}

static inline void pair_explain(struct pair *p, const struct area *area, uint32_t at)
{
    const struct side *x = &p->side[0], *y = &p->side[1];

    if (!area)
        pair_differs(p, "memory of no one at 0x%" PRIx64 ": %s 0x%02x, %s 0x%02x", p->base + at, x->name,
                     x->memory[at], y->name, y->memory[at]);
    pair_differs(p, "%s (%u, %u) + 0x%" PRIx64 ": %s 0x%02x, %s 0x%02x", area->what, area->a, area->b,
                 p->base + at - area->addr, x->name, x->memory[at], y->name, y->memory[at]);
}

/* Compares all memory but what is masked, and names the field that differs. Masked differences end here. */
static inline void pair_compare_memory(struct pair *p)
{
    if (memcmp(p->side[0].memory, p->side[1].memory, PAIR_BYTES) == 0)
        return;
    for (uint32_t at = 0; at < PAIR_BYTES; at++) {
        const struct area *area = pair_area_at(p, p->base + at);

        if (p->side[0].memory[at] != p->side[1].memory[at] && !(area && area->masked))
            pair_explain(p, area, at);
    }
    memcpy(p->side[1].memory, p->side[0].memory, PAIR_BYTES);
}

/* ---- accesses of both ---- */

static inline void pair_settle(struct side *s)
{
    uint32_t left = PAIR_SETTLE_CYCLES;

    while (!s->backend->idle(s->self)) {
        uint32_t run = s->backend->advance(s->self, left < 64 ? left : 64);

        left -= run < left ? run : left;
        if (left == 0)
            pair_differs(s->pair, "%s: not idle after %d cycles", s->name, PAIR_SETTLE_CYCLES);
    }
}

static inline uint32_t pair_read_one(struct side *s, uint32_t offset)
{
    uint32_t value = 0, cycles = 0;

    if (s->backend->reg_read(s->self, offset, &value, &cycles) < 0)
        pair_differs(s->pair, "%s: no answer to a read of 0x%03x", s->name, offset);
    return value;
}

static inline uint32_t pair_read(struct pair *p, uint32_t offset)
{
    uint32_t x = pair_read_one(&p->side[0], offset), y = pair_read_one(&p->side[1], offset);

    p->compared_reads++;
    if (x != y)
        pair_differs(p, "register 0x%03x: %s 0x%x, %s 0x%x", offset, p->side[0].name, x, p->side[1].name, y);
    return x;
}

static inline void pair_compare_line(struct pair *p)
{
    bool level = pair_read(p, 0x60) != 0;

    for (int i = 0; i < 2; i++)
        if (p->side[i].line != level)
            pair_differs(p, "%s: line %d with InterruptStatus %d", p->side[i].name, p->side[i].line, level);
}

static inline void pair_write_strb(struct pair *p, uint32_t offset, uint32_t value, uint8_t strb)
{
    pair_log(p, "write 0x%03x = 0x%08x strb 0x%x", offset, value, strb);
    for (int i = 0; i < 2; i++) {
        uint32_t cycles = 0;

        if (p->side[i].backend->reg_write(p->side[i].self, offset, value, strb, &cycles) < 0)
            pair_differs(p, "%s: no answer to a write of 0x%03x", p->side[i].name, offset);
        pair_settle(&p->side[i]);
    }
    p->compared_writes++;
    pair_read(p, 0x70);
    pair_compare_line(p);
}

static inline void pair_write(struct pair *p, uint32_t offset, uint32_t value)
{
    pair_write_strb(p, offset, value, 0xf);
}

static inline void pair_write64(struct pair *p, uint32_t offset, uint64_t value)
{
    pair_write(p, offset, (uint32_t)value);
    pair_write(p, offset + 4, (uint32_t)(value >> 32));
}

static inline void pair_resize(struct pair *p, uint64_t sectors)
{
    pair_log(p, "resize to %" PRIu64, sectors);
    for (int i = 0; i < 2; i++) {
        p->side[i].backend->resize(p->side[i].self, sectors);
        pair_settle(&p->side[i]);
    }
    pair_compare_line(p);
}

static inline void pair_power_on(struct pair *p)
{
    for (int i = 0; i < 2; i++) {
        p->side[i].line = false;
        p->side[i].backend->power_on(p->side[i].self, &p->setup, &p->profile);
        pair_settle(&p->side[i]);
    }
    p->area_count = 0;
}

/* Saves a side that can, makes it a different device, and brings it back: nothing of that may show. */
static inline void pair_wander(struct pair *p)
{
    for (int i = 0; i < 2; i++) {
        struct side *s = &p->side[i];
        struct pring_setup other = p->setup;
        bool line = s->line;

        if (!s->wanders || s->backend->save(s->self, p->snapshot, sizeof p->snapshot) > sizeof p->snapshot)
            continue;
        pair_log(p, "%s is saved and restored", s->name);
        other.seed = ~other.seed;
        other.queue_size_max = 1;
        s->backend->power_on(s->self, &other, &p->profile);
        s->backend->restore(s->self, p->snapshot);
        s->line = line;
    }
}

#endif
