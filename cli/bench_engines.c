/* SPDX-License-Identifier: Apache-2.0 */
#include "bench_engines.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "engine.h"
#include "hunt.h"
#include "process.h"

enum { ROUNDS_MAX = 32, AFL_SECONDS = 3, JOBS_SECONDS = 4 };
static const char folder[] = "out/bench/engines";

static bool has(const char *words, const char *word)
{
    const char *at = strstr(words, word);
    return at && (at == words || at[-1] == ' ') && (at[strlen(word)] == ' ' || !at[strlen(word)]);
}

/* afl-fuzz alone, with its own mutator: what it costs itself, and nothing else of ours beside the run. */
static double time_afl(const struct pring_driver *driver, const char *work, const char *backend)
{
    struct pring_args args = {.count = 0};
    char path[PRING_PATH];
    snprintf(path, sizeof path, "%s/board", folder);
    remove(path);
    pring_engine_afl_settings(&args);
    pring_args_add(&args, "AFL_NO_AUTODICT=1");
    pring_args_add(&args, "afl-fuzz");
    pring_args_add(&args, "-i");
    pring_args_add(&args, "%s/first", folder);
    pring_args_add(&args, "-o");
    pring_args_add(&args, "%s/afl", folder);
    pring_args_add(&args, "-s1");
    pring_args_add(&args, "-t30000");
    pring_args_add(&args, "-mnone");
    pring_args_add(&args, "-V%d", AFL_SECONDS);
    pring_args_add(&args, "--");
    pring_args_add(&args, "%s/bin/%s.afl", driver->build, driver->name);
    pring_args_add(&args, "bench");
    pring_args_add(&args, "work=%s", work);
    pring_args_add(&args, "backend=%s", backend);
    pring_args_add(&args, "board=%s", path);
    char log[PRING_PATH];
    snprintf(log, sizeof log, "%s/log", folder);
    struct pring_process how = {.output = log, .errors = log, .is_worker = true};
    pid_t pid = pring_process_start(&args, &how);
    int code = pid > 0 ? pring_process_end(pid, true) : PRING_JOBS_MAX;
    pring_args_free(&args);
    struct pring_board *board = code == 0 ? pring_board_open(path) : NULL;
    double ns = board ? board->cost_ns : 0;
    if (board)
        pring_board_close(board);
    return ns;
}

static double rate(const struct pring_driver *driver, const struct pring_about *about, uint64_t jobs)
{
    static struct pring_hunt hunt;
    const struct pring_hunt_request request = {.driver = driver,
                                               .about = about,
                                               .backend = has(about->backends, "rtl") ? "rtl" : "model",
                                               .seed = 1,
                                               .jobs = jobs,
                                               .seconds = JOBS_SECONDS,
                                               .out = "out/bench/jobs",
                                               .is_fresh = true,
                                               .has_seeds = true};
    pring_hunt_run(&request, &hunt);
    return hunt.seconds > 0 ? (double)hunt.tally.runs / hunt.seconds : 0;
}

static int by_value(const void *a, const void *b)
{
    double one = *(const double *)a, other = *(const double *)b;
    return (one > other) - (one < other);
}

static double median(double *values, int count)
{
    qsort(values, (size_t)count, sizeof values[0], by_value);
    return count > 0 ? values[count / 2] : 0;
}

void pring_bench_engines_measure(const struct pring_driver *driver, const struct pring_about *about,
                                 int rounds, struct pring_bench_engines *out)
{
    double empty[ROUNDS_MAX] = {0}, model[ROUNDS_MAX] = {0}, rtl[ROUNDS_MAX] = {0}, two[ROUNDS_MAX] = {0};
    char path[PRING_PATH];
    uint64_t jobs = 1;
    bool has_afl = about->has_afl && pring_engine_prepare(driver, about, PRING_ENGINE_AFL, NULL, &jobs) == 0;
    bool has_rtl = has(about->backends, "rtl");
    rounds = rounds < ROUNDS_MAX ? rounds : ROUNDS_MAX;
    snprintf(path, sizeof path, "%s/first", folder);
    pring_folder_make(path);
    snprintf(path, sizeof path, "%s/first/one", folder);
    pring_file_write(path, "\n", 1);
    for (int i = 0; i < rounds; i++) { /* in turns: a busy machine disturbs all alike */
        empty[i] = has_afl ? time_afl(driver, "empty", "model") : 0;
        model[i] = has_afl ? time_afl(driver, "lifecycle", "model") : 0;
        rtl[i] = has_afl && has_rtl ? time_afl(driver, "lifecycle", "rtl") : 0;
        double one = rate(driver, about, 1);
        two[i] = one > 0 ? rate(driver, about, 2) / one : 0;
    }
    *out = (struct pring_bench_engines){.afl_empty = median(empty, rounds),
                                        .afl_model = median(model, rounds),
                                        .afl_rtl = median(rtl, rounds),
                                        .two_jobs = median(two, rounds)};
}
