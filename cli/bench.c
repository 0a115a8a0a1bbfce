/* SPDX-License-Identifier: Apache-2.0 */
/* `pring bench`: what a run costs, as ratios; `pring bench bugs`: how soon planted bugs are found. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench_bugs.h"
#include "bench_counts.h"
#include "bench_engines.h"
#include "build.h"
#include "hunt.h"
#include "option.h"
#include "process.h"

static struct pring_bench_bugs bugs = {.trials = 10, .seconds = 60, .jobs = 1, .seed = 1, .runs = 20000};
static const char *corpus_name = "none", *driver_name;
static bool wants_json;
static uint64_t rounds = 9;

static const struct pring_option options[] = {
    {"Costs", "driver", "NAME|DIR", "one that drives blk", "vio", PRING_TEXT, &driver_name, 0, 0},
    {"Costs", "rounds", "N", "measurements of each row; medians are shown", "9", PRING_NUMBER, &rounds, 1,
     32},
    {"Costs", "json", NULL, "for machines", NULL, PRING_FLAG, &wants_json, 0, 0},
    {"Bugs", "trials", "N", "hunts for each planted bug, seed 1, 2 ...", "10", PRING_NUMBER, &bugs.trials, 1,
     1000},
    {"Bugs", "time", "SECONDS", "for each hunt at most", "60", PRING_NUMBER, &bugs.seconds, 1, 86400},
    {"Bugs", "corpus", "none|seeds", "what a hunt begins with", "none", PRING_TEXT, &corpus_name, 0, 0},
    {"Bugs", "jobs", "N", "hunts at the same time", "1", PRING_NUMBER, &bugs.jobs, 1, PRING_JOBS_MAX},
    {"Bugs", "seed", "N", "of the first trial", "1", PRING_NUMBER, &bugs.seed, 0, UINT32_MAX / 2},
    {"Bugs", "backend", "NAME", "model, rtl, systemc", "rtl", PRING_TEXT, &bugs.backend, 0, 0},
    {"Bugs", "only", "NAME", "one bug", "all", PRING_TEXT, &bugs.only, 0, 0},
    {"Bugs", "runs", "N", "for each hunt of feedback at most", "20000", PRING_NUMBER, &bugs.runs, 1,
     UINT64_MAX >> 1},
    {NULL, NULL, NULL, NULL, NULL, PRING_FLAG, NULL, 0, 0},
};

struct measured {
    double bare, rtl, systemc, model, empty, model_fuzzed, rtl_fuzzed, regs;
    struct pring_bench_engines engines;
    struct pring_bench_counts counts;
    double cycles, control, completed, bare_cycles, systemc_cycles;
    double rtl_rate, model_rate; /* runs per second with real mutation; 0: not there */
    char verdict[16];
};

static void take(struct measured *measured, const char *name, const char *value)
{
    const struct {
        const char *name;
        double *out;
    } numbers[] = {{"bare", &measured->bare},
                   {"rtl", &measured->rtl},
                   {"systemc", &measured->systemc},
                   {"systemc_cycles", &measured->systemc_cycles},
                   {"model", &measured->model},
                   {"empty", &measured->empty},
                   {"model_fuzzed", &measured->model_fuzzed},
                   {"rtl_fuzzed", &measured->rtl_fuzzed},
                   {"regs_ns_per_cycle", &measured->regs},
                   {"cycles_per_lifecycle", &measured->cycles},
                   {"control_per_request", &measured->control},
                   {"completed", &measured->completed},
                   {"bare_cycles", &measured->bare_cycles}};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        if (strcmp(name, numbers[i].name) == 0)
            *numbers[i].out = strtod(value, NULL);
    if (strcmp(name, "verdict") == 0)
        snprintf(measured->verdict, sizeof measured->verdict, "%s", value);
}

static int measure(const struct pring_driver *driver, struct measured *measured)
{
    char text[4096], *rest = NULL;
    struct pring_args args = {.count = 0};
    pring_args_add(&args, "%s", driver->program);
    pring_args_add(&args, "bench");
    pring_args_add(&args, "rounds=%" PRIu64, rounds);
    pring_args_add(&args, "empty=%s/bin/pring_empty", driver->build);
    int code = pring_process_capture(&args, text, sizeof text);
    pring_args_free(&args);
    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        char *tab = strchr(line, '\t');
        if (!tab)
            continue;
        *tab = '\0';
        take(measured, line, tab + 1);
    }
    if (code != 0 || measured->empty <= 0 || measured->model <= 0)
        return pring_fail(PRING_SETUP, "%s cannot be measured (exit %d)", driver->label, code);
    return PRING_CLEAN;
}

/* Runs per second of a real campaign, seeds included. */
static double measure_rate(const struct pring_driver *driver, const struct pring_about *about,
                           const char *backend)
{
    static struct pring_hunt hunt;
    const struct pring_hunt_request request = {.driver = driver,
                                               .about = about,
                                               .backend = backend,
                                               .seed = 1,
                                               .jobs = 1,
                                               .seconds = 5,
                                               .out = "out/bench/rate",
                                               .is_fresh = true,
                                               .has_seeds = true};
    pring_hunt_run(&request, &hunt);
    return hunt.seconds > 0 ? (double)hunt.tally.runs / hunt.seconds : 0;
}

static double ratio(double one, double other)
{
    return one > 0 && other > 0 ? one / other : 0;
}

/* What AFL++ reaches of the rate that its empty target and the run itself, in one process, allow: 1 would
 * mean that nothing but those two takes time. */
static double afl_over_empty(double afl_ns, double afl_empty_ns, double fuzzed_ns, double empty_ns)
{
    return fuzzed_ns > 0 ? ratio(afl_empty_ns + fuzzed_ns - empty_ns, afl_ns) : 0;
}

static void print_json(const struct measured *m)
{
    printf("{\"ratios\": {\"rtl_over_bare\": %.3f, \"model_over_empty\": %.3f, \"systemc_over_rtl\": %.3f, "
           "\"rtl_fuzzed_over_bare\": %.3f, "
           "\"afl_over_empty\": %.3f, \"afl_rtl_over_empty\": %.3f, \"afl_rate_share\": %.3f, \"two_jobs\": "
           "%.3f}, "
           "\"cycles_per_lifecycle\": %.0f, "
           "\"control_per_request\": %.0f, \"rows\": [",
           ratio(m->rtl, m->bare), ratio(m->model_fuzzed, m->empty), ratio(m->systemc, m->rtl),
           ratio(m->rtl_fuzzed, m->bare),
           afl_over_empty(m->engines.afl_model, m->engines.afl_empty, m->model_fuzzed, m->empty),
           afl_over_empty(m->engines.afl_rtl, m->engines.afl_empty, m->rtl_fuzzed, m->empty),
           ratio(m->engines.afl_empty, m->engines.afl_model), m->engines.two_jobs, m->cycles, m->control);
    const struct {
        const char *name;
        double ns, rate;
    } rows[] = {{"bare", m->bare, 0},
                {"rtl", m->rtl, m->rtl_rate},
                {"systemc", m->systemc, 0},
                {"empty", m->empty, 0},
                {"model", m->model, m->model_rate},
                {"model_fuzzed", m->model_fuzzed, 0},
                {"rtl_fuzzed", m->rtl_fuzzed, 0},
                {"afl_empty", m->engines.afl_empty, 0},
                {"afl_model", m->engines.afl_model, 0},
                {"afl_rtl", m->engines.afl_rtl, 0}};
    const char *before = "";
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].ns <= 0)
            continue;
        printf("%s{\"name\": \"%s\", \"us_per_run\": %.3f", before, rows[i].name, rows[i].ns / 1000);
        if (rows[i].rate > 0)
            printf(", \"fuzzed_runs_per_second\": %.0f", rows[i].rate);
        putchar('}');
        before = ", ";
    }
    printf("], \"driver_instructions\": {");
    for (int i = 0; i < m->counts.count; i++)
        printf("%s\"%s\": %u", i > 0 ? ", " : "", m->counts.row[i].name, m->counts.row[i].most);
    printf("}, \"ns_per_cycle\": {\"device\": %.2f, \"regs\": %.2f}}\n", ratio(m->bare, m->bare_cycles),
           m->regs > 0 ? m->regs : 0);
}

static void print_row(const char *name, double ns, double to, const char *of, const char *help)
{
    if (ns <= 0)
        return;
    printf("%-14s %9.2f us", name, ns / 1000);
    if (to > 0)
        printf("  %5.2f x %-6s", ns / to, of);
    else
        printf("  %14s", "");
    printf("  %s\n", help);
}

static void print_engines(const struct measured *m)
{
    const struct pring_bench_engines *e = &m->engines;
    if (e->afl_empty > 0) {
        print_row("afl empty", e->afl_empty, 0, "", "AFL++ and an empty target, both processes");
        print_row("afl model", e->afl_model, e->afl_empty, "empty",
                  "AFL++, each run the lifecycle on the model");
        print_row("afl rtl", e->afl_rtl, e->afl_empty, "empty", "the same on the RTL");
        printf("\nAFL++ at the same work, of its empty target's rate: %.0f %% on the model",
               100 * afl_over_empty(e->afl_model, e->afl_empty, m->model_fuzzed, m->empty));
        if (e->afl_rtl > 0)
            printf(", %.0f %% on the RTL",
                   100 * afl_over_empty(e->afl_rtl, e->afl_empty, m->rtl_fuzzed, m->empty));
        puts(" (at least 60 %).");
    }
    printf("Two libFuzzer jobs make %.2f times the runs of one (at least 1.8 on two free cores).\n",
           e->two_jobs);
}

static void print_table(const struct measured *m)
{
    puts("One lifecycle: reset, negotiate, one queue, four block requests, teardown. Processor time, "
         "medians.\n");
    print_row("bare", m->bare, 0, "", "the Verilated device alone, its pins replayed");
    print_row("rtl", m->rtl, m->bare, "bare",
              "with the whole judge and the sanitised driver (at most 1.5 x)");
    print_row("systemc", m->systemc, m->rtl, "rtl",
              "the same on the SystemC platform (at most 1.15 x, the same cycles)");
    print_row("empty", m->empty, 0, "", "libFuzzer with ASan, an empty target");
    print_row("model fuzzed", m->model_fuzzed, m->empty, "empty",
              "C model, judge and driver in libFuzzer (at most 8 x)");
    print_row("rtl fuzzed", m->rtl_fuzzed, m->bare, "bare",
              "rtl in libFuzzer, with all feedback but lines of the RTL (at most 1.6 x)");
    print_row("model", m->model, 0, "", "the same without libFuzzer");
    print_engines(m);
    if (m->bare > 0)
        printf("\n%.0f clock cycles a lifecycle (at most 700), %.2f ns of host time each", m->cycles,
               ratio(m->bare, m->bare_cycles));
    if (m->bare > 0 && m->regs > 0)
        printf("; %.2f ns in the registers alone", m->regs);
    puts(m->bare > 0 ? "." : "");
    if (m->bare > 0)
        printf("%.0f control transactions of the device for one more block request, EVENT_IDX off (at most "
               "7).\n",
               m->control);
    for (int i = 0; i < m->counts.count; i++)
        printf("%u instructions of the reference driver for a request of three buffers, %s (at most %u).\n",
               m->counts.row[i].most, m->counts.row[i].name, m->counts.row[i].limit);
    printf("With real mutation: ");
    if (m->rtl_rate > 0)
        printf("%.0f runs/s on rtl, ", m->rtl_rate);
    printf("%.0f runs/s on model.\n", m->model_rate);
}

/* Limits on counts are kept everywhere; those on time are for a person to judge, on this machine. */
static int judge(const struct measured *m)
{
    enum { CYCLES_MAX = 700, CONTROL_MAX = 7 };
    if (strcmp(m->verdict, "ok") != 0 || m->completed < 4)
        return pring_fail(PRING_FINDING, "the lifecycle ended %s with %.0f of 4 requests", m->verdict,
                          m->completed);
    if (m->bare > 0 && (m->cycles > CYCLES_MAX || m->control > CONTROL_MAX)) /* the model has no bus */
        return pring_fail(PRING_FINDING, "over the limit: %.0f cycles (%d), %.0f control transactions (%d)",
                          m->cycles, CYCLES_MAX, m->control, CONTROL_MAX);
    if (m->rtl > 0 && m->systemc > 0 && m->systemc_cycles != m->cycles)
        return pring_fail(PRING_FINDING, "%.0f cycles on systemc, but %.0f on rtl", m->systemc_cycles,
                          m->cycles);
    for (int i = 0; i < m->counts.count; i++)
        if (m->counts.row[i].most > m->counts.row[i].limit)
            return pring_fail(PRING_FINDING, "over the limit: %u instructions of the driver, %s (%u)",
                              m->counts.row[i].most, m->counts.row[i].name, m->counts.row[i].limit);
    return PRING_CLEAN;
}

static int bench_costs(void)
{
    struct pring_driver driver;
    struct pring_about about;
    struct measured measured = {.bare = 0};
    int code = pring_driver_resolve(driver_name, NULL, &driver);
    if (code == PRING_CLEAN)
        code = pring_build_driver(&driver);
    if (code == PRING_CLEAN)
        code = pring_build_target(driver.build, "pring_empty", "the empty target");
    if (code == PRING_CLEAN)
        code = pring_about_driver(&driver, &about);
    if (code == PRING_CLEAN)
        code = measure(&driver, &measured);
    if (code != PRING_CLEAN)
        return code;
    measured.model_rate = measure_rate(&driver, &about, "model");
    if (measured.rtl > 0)
        measured.rtl_rate = measure_rate(&driver, &about, "rtl");
    pring_bench_engines_measure(&driver, &about, rounds < 3 ? (int)rounds : 3, &measured.engines);
    pring_bench_counts_measure(&measured.counts);
    if (wants_json)
        print_json(&measured);
    else
        print_table(&measured);
    return judge(&measured);
}

static int run(int operand_count, char **operands)
{
    if (operand_count == 0)
        return bench_costs();
    bool is_feedback = strcmp(operands[0], "feedback") == 0;
    if (operand_count > 1 || (!is_feedback && strcmp(operands[0], "bugs") != 0))
        return pring_fail(PRING_USAGE, "bench: '%s'; nothing, bugs or feedback was expected", operands[0]);
    if (strcmp(corpus_name, "none") != 0 && strcmp(corpus_name, "seeds") != 0)
        return pring_fail(PRING_USAGE, "--corpus is '%s'; none or seeds was expected", corpus_name);
    bugs.has_seeds = strcmp(corpus_name, "seeds") == 0;
    bugs.wants_json = wants_json;
    return is_feedback ? pring_bench_feedback_run(&bugs) : pring_bench_bugs_run(&bugs);
}

const struct pring_command pring_command_bench = {
    .name = "bench",
    .summary = "what a run costs, and how soon bugs are found",
    .operands = "[bugs|feedback]",
    .overview = "what a run costs, as ratios; bugs: how soon they are found; feedback: thanks to what",
    .options = options,
    .more = "AFL++ hands each run over to another process, so it is measured against itself. At the same "
            "work: the time of a\n"
            "run on its empty target, plus that of the lifecycle in libFuzzer without libFuzzer's own, "
            "divided by\n"
            "the time of a run when it does the lifecycle. (afl_rate_share in the JSON: without the "
            "lifecycle above the\n"
            "line; a run that takes longer than the hand-over makes that small on any machine.) All by "
            "processor time.\n"
            "bench bugs: each bug is hunted on the device, and on the backend if any, that its patch names. "
            "Exit 1\n"
            "if a planted bug is found by its oracle in less than nine of ten trials, or if the clean driver "
            "has a\n"
            "finding.\n"
            "bench feedback: the runs until each planted bug is met, by plain bytes, by records, and by "
            "records with\n"
            "the feedback of label x fault x reaction. Counts: the same on every machine.\n",
    .run = run,
};
