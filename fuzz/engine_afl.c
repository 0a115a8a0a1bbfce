/* SPDX-License-Identifier: Apache-2.0 */
/*
 * AFL++ around the target: NAME.afl, made of the same objects as NAME.fuzz. afl-fuzz starts it, it becomes
 * the fork server, and one child of it runs input after input, taken from memory that it shares with
 * afl-fuzz.
 *
 * Drivers are compiled once, with counters that AFL++'s run-time knows nothing of. Here they are copied into
 * its map after each run, together with our own flags; the map is a function of the input alone.
 */
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "fuzz/args.h"
#include "fuzz/engine.h"
#include "fuzz/modes.h"
#include "fuzz/target.h"

/* AFL++'s run-time */
extern uint8_t *__afl_area_ptr;
extern uint8_t *__afl_fuzz_ptr;
extern uint32_t *__afl_fuzz_len;
extern int __afl_sharedmem_fuzzing;
void __afl_manual_init(void);
int __afl_persistent_loop(unsigned count);
void __sanitizer_cov_trace_pc_guard_init(uint32_t *start, uint32_t *stop);

int __afl_sharedmem_fuzzing = 1;
/* afl-fuzz looks for these words in the file. */
__attribute__((used)) static const char *const marks[] = {"##SIG_AFL_PERSISTENT##",
                                                          "##SIG_AFL_DEFER_FORKSRV##"};

enum { SLOTS_MAX = 1 << 16 };
static uint32_t slots[SLOTS_MAX]; /* of the map, one for each of our counters, in a row */
static size_t slot_count;

/* The map is as large as all instrumented code asks for, here in the way of one more file of it; and as
 * early, before AFL++'s own constructors look at the sum. */
__attribute__((constructor(2))) static void reserve(void)
{
    struct pring_counters counters[PRING_COUNTERS_MAX];
    for (size_t i = 0, count = pring_coverage_counters(counters); i < count; i++)
        slot_count += counters[i].len_bytes;
    if (slot_count == 0 || slot_count > SLOTS_MAX)
        abort();
    __sanitizer_cov_trace_pc_guard_init(slots, slots + slot_count);
    if (slots[slot_count - 1] - slots[0] != slot_count - 1) /* AFL_INST_RATIO leaves some out */
        abort();
}

/* __afl_area_ptr moves after the fork. */
static void show(const struct pring_counters *counters, size_t count)
{
    uint8_t *map = __afl_area_ptr + slots[0];
    for (size_t i = 0; i < count; map += counters[i++].len_bytes)
        memcpy(map, counters[i].start, counters[i].len_bytes);
}

static void clear(const struct pring_counters *counters, size_t count)
{
    for (size_t i = 0; i < count; i++)
        memset(counters[i].start, 0, counters[i].len_bytes);
}

/* A child that finds a run under way on the board takes the place of one that died of it. */
static void note_death(struct pring_board *board)
{
    uint32_t len = board->input_bytes;
    if (len == 0 || len > PRING_BOARD_INPUT)
        return;
    memcpy(board->death, board->input, len);
    board->death_bytes = len;
    board->input_bytes = 0;
    __atomic_store_n(&board->deaths, board->deaths + 1, __ATOMIC_RELEASE);
}

/* afl-fuzz would start a process that ends again and again; so this one waits until the supervisor ends both.
 */
void pring_engine_end(void)
{
    pring_campaign.board->over = 1;
    for (;;)
        pause();
}

/* What is done once in a process (a backend opens, a driver's pools are measured) is done before the fork:
 * else the first run of a child would show more than the same run later. */
static void warm_up(void)
{
    static struct pring_scenario scenario;
    static struct pring_result result;
    const struct pring_campaign *campaign = &pring_campaign;
    for (uint32_t i = 0; i < campaign->device_count; i++) {
        pring_scenario_honest(&scenario, campaign->devices[i]);
        const struct pring_run_request request = {.island = campaign->island,
                                                  .backend = campaign->backend,
                                                  .scenario = &scenario,
                                                  .state_hash = true,
                                                  .triage = true};
        pring_bench_run(&request, &result);
    }
}

static void run_all(int (*target)(const uint8_t *bytes, size_t len_bytes))
{
    struct pring_counters counters[PRING_COUNTERS_MAX];
    size_t count = pring_coverage_counters(counters);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    __afl_manual_init();
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* and in the child */
    note_death(pring_campaign.board);
    while (__afl_persistent_loop(UINT_MAX)) {
        clear(counters, count);
        target(__afl_fuzz_ptr, *__afl_fuzz_len);
        show(counters, count);
    }
}

/* Two processes take turns, so both are measured, in a machine that may be busy with other things. */
static clockid_t fuzzer_clock;

static double processor_ns(void)
{
    struct timespec own, fuzzer;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &own);
    clock_gettime(fuzzer_clock, &fuzzer);
    return ((double)own.tv_sec + (double)fuzzer.tv_sec) * 1e9 + (double)own.tv_nsec + (double)fuzzer.tv_nsec;
}

static void measure(void)
{
    enum { WARM_RUNS = 500, LOOK_EVERY = 64 };
    static uint64_t runs;
    static double start_ns;
    if (++runs == WARM_RUNS)
        start_ns = processor_ns();
    else if (runs > WARM_RUNS && runs % LOOK_EVERY == 0)
        pring_campaign.board->cost_ns = (processor_ns() - start_ns) / (double)(runs - WARM_RUNS);
}

static int do_nothing(const uint8_t *bytes, size_t len_bytes)
{
    (void)bytes;
    (void)len_bytes;
    measure();
    return 0;
}

/* Every run is the whole lifecycle: else rows could not be compared. */
static int do_lifecycle(const uint8_t *bytes, size_t len_bytes)
{
    static struct pring_scenario lifecycle;
    (void)bytes;
    (void)len_bytes;
    if (lifecycle.work_count == 0)
        pring_scenario_lifecycle(&lifecycle, 4, true);
    pring_target_run(&lifecycle, PRING_DEVICE_BLK);
    measure();
    return 0;
}

/* afl-fuzz insists on sanitizer options of its own, and findings on having names: with its options nothing is
 * symbolized. The program starts once more with the options that NAME.fuzz has. */
static void drop_options(char **argv)
{
    static const char *const names[] = {"ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"};
    bool is_any = false;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        is_any |= getenv(names[i]) != NULL;
        unsetenv(names[i]);
    }
    if (!is_any)
        return;
    execv("/proc/self/exe", argv);
    perror("pring: /proc/self/exe");
    exit(3);
}

int main(int argc, char **argv)
{
    drop_options(argv);
    bool is_bench = argc > 1 && strcmp(argv[1], "bench") == 0;
    if (argc < 2 || (!is_bench && strcmp(argv[1], "fuzz") != 0)) {
        fputs("This program belongs to `pring`; call that: pring --help\n", stderr);
        return 2;
    }
    pring_args_take(argc - 2, argv + 2);
    if (pring_bench_open() < 0)
        return 3;
    pring_campaign_take();
    pring_campaign.pure_maps = true;
    pring_campaign.is_loaded = true; /* inputs of others come through the mutator, which counts them */
    pring_campaign.corpus = NULL;
    warm_up();
    clock_getcpuclockid(getppid(), &fuzzer_clock);
    if (!is_bench)
        run_all(pring_target);
    else
        run_all(strcmp(pring_arg("work", "lifecycle"), "empty") == 0 ? do_nothing : do_lifecycle);
    return 0;
}
