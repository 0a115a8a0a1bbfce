/* SPDX-License-Identifier: Apache-2.0 */
/* What a run costs: the same lifecycle bare, judged, and on the model, in turns, so that a busy machine
 * disturbs all alike. Processor time, medians. Lines NAME<tab>VALUE for `pring bench`. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <pring/run.h>
#include <pring/wire.h>
#ifdef PRING_WITH_RTL
#include <pring/rtl_bench.h>
/* Lets `cycles` idle cycles of the register block alone pass: a design of its own, which not every build
 * links. */
uint64_t pring_rtl_regs_idle(uint64_t cycles) __attribute__((weak));
#endif

#include "fuzz/args.h"
#include "fuzz/engine_time.h"
#include "fuzz/modes.h"
#include "fuzz/target.h"

enum { ROUNDS_MAX = 32 };
enum row {
    ROW_BARE,
    ROW_RTL,
    ROW_SYSTEMC,
    ROW_MODEL,
    ROW_EMPTY,
    ROW_MODEL_FUZZED,
    ROW_RTL_FUZZED,
    ROW_REGS,
    ROW_COUNT
};
static const char *const row_names[ROW_COUNT] = {"bare",  "rtl",          "systemc",    "model",
                                                 "empty", "model_fuzzed", "rtl_fuzzed", "regs_ns_per_cycle"};
static double samples[ROW_COUNT][ROUNDS_MAX];
static struct pring_scenario lifecycle;

static double processor_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static void run_on(const struct pring_backend *backend, const struct pring_scenario *scenario,
                   struct pring_result *result)
{
    const struct pring_run_request request = {
        .island = pring_arg_island(), .backend = backend, .scenario = scenario};
    pring_bench_run(&request, result);
}

/* ns a run, over about 60 ms. */
static double time_runs(const struct pring_backend *backend)
{
    static struct pring_result result;
    double start = processor_ns(), now = start;
    uint64_t runs = 0;
    for (; now - start < 60e6; now = processor_ns())
        for (int i = 0; i < 16; i++, runs++)
            run_on(backend, &lifecycle, &result);
    return (now - start) / (double)runs;
}

static int lifecycle_target(const uint8_t *bytes, size_t len_bytes)
{
    (void)bytes; /* every run is the whole lifecycle: else rows could not be compared */
    if (len_bytes > 0)
        pring_target_run(&lifecycle, PRING_DEVICE_BLK);
    return 0;
}

static double time_fuzzed(const struct pring_backend *backend)
{
    static struct pring_board board;
    pring_campaign = (struct pring_campaign){
        .island = pring_arg_island(), .backend = backend, .hints = &board.hints, .board = &board};
    return pring_engine_time(lifecycle_target, 0.2);
}

static double time_empty(void)
{
    double ns = -1;
    FILE *program = popen(pring_arg("empty", "false"), "re");
    if (program && fscanf(program, "%lf", &ns) != 1)
        ns = -1;
    if (program)
        pclose(program);
    return ns;
}

static uint64_t bare_cycles;

#ifdef PRING_WITH_RTL
static void time_rtl(int round)
{
    static struct pring_result result;
    const struct pring_backend *rtl = &pring_backend_rtl;
    samples[ROW_RTL][round] = time_runs(rtl);
    samples[ROW_RTL_FUZZED][round] = time_fuzzed(rtl);
    void *self = pring_wire_backend_self(rtl);
    if (pring_rtl_record(self, true) < 0)
        return;
    run_on(rtl, &lifecycle, &result);
    double start = processor_ns(), now = start;
    uint64_t runs = 0;
    for (; now - start < 60e6; now = processor_ns())
        for (int i = 0; i < 16; i++, runs++)
            bare_cycles = pring_rtl_replay(self, NULL);
    samples[ROW_BARE][round] = (now - start) / (double)runs;
    pring_rtl_record(self, false);
    run_on(rtl, &lifecycle, &result);
    enum { REGS_CYCLES = 200000 };
    start = processor_ns();
    uint64_t cycles = pring_rtl_regs_idle ? pring_rtl_regs_idle(REGS_CYCLES) : 0;
    samples[ROW_REGS][round] = cycles ? (processor_ns() - start) / (double)cycles : -1;
}
#else
static void time_rtl(int round)
{
    samples[ROW_RTL][round] = samples[ROW_RTL_FUZZED][round] = -1;
    samples[ROW_BARE][round] = samples[ROW_REGS][round] = -1;
}
#endif

/* Beside the row of the RTL: what stands in slot 0 is the same design. */
static void time_systemc(int round)
{
    const struct pring_backend *systemc = pring_bench_backend("systemc");
    samples[ROW_SYSTEMC][round] = systemc ? time_runs(systemc) : -1;
}

static int by_value(const void *a, const void *b)
{
    double one = *(const double *)a, other = *(const double *)b;
    return (one > other) - (one < other);
}

static double median(enum row row, int rounds)
{
    qsort(samples[row], (size_t)rounds, sizeof samples[row][0], by_value);
    return samples[row][rounds / 2];
}

static uint32_t control_transactions;

/* A transaction of the device that carries no sector: rings, descriptors, header, status. */
static void count_control(const struct pring_event *event)
{
    const struct pring_observed_queue *queue = &pring_wire_observer()->queue[0];
    if (event->kind != PRING_EV_DEV_READ && event->kind != PRING_EV_DEV_WRITE)
        return;
    for (uint32_t i = 0; i < queue->size; i++)
        if (queue->segment[i].len_bytes >= 512 &&
            event->addr - queue->segment[i].addr < queue->segment[i].len_bytes)
            return;
    control_transactions++;
}

/* EVENT_IDX off. */
static uint32_t control_of(const struct pring_backend *backend, uint16_t requests)
{
    static struct pring_scenario scenario;
    static struct pring_result result;
    pring_scenario_lifecycle(&scenario, requests, false);
    control_transactions = 0;
    pring_wire_listen(count_control);
    run_on(backend, &scenario, &result);
    pring_wire_deafen(count_control);
    return control_transactions;
}

static void count_things(void)
{
    static struct pring_result result;
    const struct pring_backend *exact = pring_bench_backend("rtl");
    exact = exact ? exact : &pring_backend_model;
    run_on(exact, &lifecycle, &result);
    printf("cycles_per_lifecycle\t%" PRIu64 "\nverdict\t%s\ncompleted\t%u\n", result.cycles,
           pring_verdict_name(result.verdict), result.completed);
    printf("control_per_request\t%d\n", (int)(control_of(exact, 5) - control_of(exact, 4)));
    const struct pring_backend *systemc = pring_bench_backend("systemc");
    if (!systemc)
        return;
    run_on(systemc, &lifecycle, &result);
    printf("systemc_cycles\t%" PRIu64 "\n", result.cycles);
}

int pring_mode_bench(void)
{
    static struct pring_result result;
    int rounds = (int)pring_arg_number("rounds", 9);
    rounds = rounds < ROUNDS_MAX ? rounds : ROUNDS_MAX;
    pring_scenario_lifecycle(&lifecycle, 4, true);
    count_things();
    run_on(&pring_backend_model, &lifecycle, &result);
    for (int round = 0; round < rounds; round++) {
        samples[ROW_EMPTY][round] = time_empty();
        samples[ROW_MODEL_FUZZED][round] = time_fuzzed(&pring_backend_model);
        samples[ROW_MODEL][round] = time_runs(&pring_backend_model);
        time_systemc(round);
        time_rtl(round);
    }
    for (enum row row = ROW_BARE; row < ROW_COUNT; row++)
        printf("%s\t%.3f\n", row_names[row], median(row, rounds));
    printf("bare_cycles\t%" PRIu64 "\n", bare_cycles);
    return 0;
}
