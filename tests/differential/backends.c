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
#include "backends_batch.h"
#include "backends_setup.h"

#include "backend/model/model_odd.h"

static struct pair the_pair;

/* ---- one sequence ---- */

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
