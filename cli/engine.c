/* SPDX-License-Identifier: Apache-2.0 */
#include "engine.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hunt.h"
#include "option.h"
#include "process.h"

enum { INPUT_BYTES_MAX = 512 };

static const char *const names[] = {"libfuzzer", "afl", "both"};

int pring_engine_by_name(const char *name, enum pring_engine *engine)
{
    *engine = PRING_ENGINE_LIBFUZZER;
    for (int i = 0; name && i < 3; i++)
        if (strcmp(name, names[i]) == 0) {
            *engine = (enum pring_engine)i;
            return PRING_CLEAN;
        }
    return name ? pring_fail(PRING_USAGE, "--engine is '%s'; libfuzzer, afl or both was expected", name)
                : PRING_CLEAN;
}

const char *pring_engine_name(enum pring_engine engine)
{
    return names[engine];
}

int pring_engine_check_feedback(const char *feedback, const char *backend)
{
    if (!feedback || strcmp(feedback, "edges") == 0 || strcmp(feedback, "faults") == 0)
        return PRING_CLEAN;
    if (strcmp(feedback, "rtl") != 0)
        return pring_fail(PRING_USAGE, "--feedback is '%s'; edges, faults or rtl was expected", feedback);
    if (strcmp(backend, "rtl") != 0)
        return pring_fail(PRING_USAGE, "--feedback rtl looks at lines of the RTL; it needs --backend rtl");
    return PRING_CLEAN;
}

/* NAME.fuzz, NAME.lines.afl ... */
static void name_program(const struct pring_driver *driver, const char *feedback, bool is_afl, char *name,
                         size_t size_bytes)
{
    bool has_lines = feedback && strcmp(feedback, "rtl") == 0;
    snprintf(name, size_bytes, "%s%s.%s", driver->name, has_lines ? ".lines" : "", is_afl ? "afl" : "fuzz");
}

int pring_engine_prepare(const struct pring_driver *driver, const struct pring_about *about,
                         enum pring_engine engine, const char *feedback, uint64_t *jobs)
{
    char target[PRING_NAME * 2];
    int code = PRING_CLEAN;
    if (engine == PRING_ENGINE_BOTH && *jobs == 1)
        return pring_fail(PRING_USAGE, "--engine both needs --jobs 2 or more: one for each engine");
    if (*jobs == 0)
        *jobs = engine == PRING_ENGINE_BOTH ? 2 : 1;
    if (engine != PRING_ENGINE_LIBFUZZER && !about->has_afl)
        return pring_fail(
            PRING_SETUP,
            "there is no AFL++ in this build: apt-get install afl++, then remove %s/CMakeCache.txt",
            driver->build);
    for (int is_afl = 0; is_afl < 2 && code == PRING_CLEAN; is_afl++) {
        if (engine == (is_afl ? PRING_ENGINE_LIBFUZZER : PRING_ENGINE_AFL))
            continue;
        name_program(driver, feedback, is_afl, target, sizeof target);
        code = pring_build_target(driver->build, target, target);
    }
    return code;
}

static bool is_afl(const struct pring_hunt *hunt, int index)
{
    enum pring_engine engine = hunt->request->engine;
    return engine == PRING_ENGINE_AFL || (engine == PRING_ENGINE_BOTH && index % 2 == 1);
}

/* What the target is told, whichever engine is around it. */
static void add_target(struct pring_args *args, const struct pring_hunt *hunt, int index)
{
    const struct pring_hunt_request *request = hunt->request;
    uint64_t share = request->runs / request->jobs + ((uint64_t)index < request->runs % request->jobs);
    pring_args_add(args, "fuzz");
    pring_args_add(args, "backend=%s", request->backend);
    pring_args_add(args, "device=%u", request->device);
    pring_args_add(args, "runs=%" PRIu64, share);
    pring_args_add(args, "strict=%d", request->strict);
    pring_args_add(args, "feedback=%s", request->feedback ? request->feedback : "faults");
    pring_args_add(args, "mutate=%s", request->plain_bytes ? "bytes" : "records");
    pring_args_add(args, "board=%s/state/%d.board", hunt->folder, index);
}

/* A worker that replaces another one draws otherwise, or it would die of the same input again. */
static uint64_t seed_of(const struct pring_hunt *hunt, int index)
{
    return hunt->request->seed + (uint64_t)index * 1000003 + hunt->worker[index].restarts * 7919u;
}

static void add_libfuzzer(struct pring_args *args, const struct pring_hunt *hunt, int index)
{
    char program[PRING_NAME * 2];
    name_program(hunt->request->driver, hunt->request->feedback, false, program, sizeof program);
    pring_args_add(args, "%s/bin/%s", hunt->request->driver->build, program);
    add_target(args, hunt, index);
    pring_args_add(args, "seed=%" PRIu64, seed_of(hunt, index));
    pring_args_add(args, "max_len=%d", INPUT_BYTES_MAX);
    pring_args_add(args, "reload=%d", hunt->request->jobs > 1);
    pring_args_add(args, "artifacts=%s/state/artifacts/", hunt->folder);
    pring_args_add(args, "corpus=%s/corpus", hunt->folder);
    if (hunt->seed_files > 0)
        pring_args_add(args, "seeds=%s/state/seeds.list", hunt->folder);
}

void pring_engine_afl_settings(struct pring_args *args)
{
    static const char *const settings[] = {"AFL_NO_UI=1",
                                           "AFL_NO_COLOR=1",
                                           "AFL_SKIP_CPUFREQ=1",
                                           "AFL_TRY_AFFINITY=1",
                                           "AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1",
                                           "AFL_IGNORE_SEED_PROBLEMS=1",
                                           "AFL_DISABLE_TRIM=1",
                                           "AFL_FORKSRV_INIT_TMOUT=60000",
                                           "ASAN_OPTIONS=abort_on_error=1:symbolize=0",
                                           "UBSAN_OPTIONS=halt_on_error=0:abort_on_error=1:symbolize=0"};
    pring_args_add(args, "env");
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++)
        pring_args_add(args, "%s", settings[i]);
}

static void add_environment(struct pring_args *args, const struct pring_hunt *hunt, int index)
{
    const struct pring_hunt_request *request = hunt->request;
    pring_engine_afl_settings(args);
    pring_args_add(args, "AFL_CUSTOM_MUTATOR_ONLY=1");
    pring_args_add(args, "AFL_CUSTOM_MUTATOR_LIBRARY=%s/bin/pring_mutator.so", request->driver->build);
    pring_args_add(args, "PRING_BOARD=%s/state/%d.board", hunt->folder, index);
    pring_args_add(args, "PRING_CORPUS=%s/corpus", hunt->folder);
    pring_args_add(args, "PRING_SCRATCH=%s/state", hunt->folder);
    pring_args_add(args, "PRING_MUTATE=%s", request->plain_bytes ? "bytes" : "records");
    pring_args_add(args, "PRING_SHARE=%d", request->jobs > 1);
}

static void add_afl(struct pring_args *args, const struct pring_hunt *hunt, int index)
{
    const struct pring_driver *driver = hunt->request->driver;
    uint32_t restarts = hunt->worker[index].restarts;
    char program[PRING_NAME * 2];
    add_environment(args, hunt, index);
    pring_args_add(args, "afl-fuzz");
    pring_args_add(args, "-i");
    pring_args_add(args, "%s/state/first/%d.%u", hunt->folder, index, restarts);
    pring_args_add(args, "-o");
    pring_args_add(args, "%s/state/afl/%d.%u", hunt->folder, index, restarts);
    pring_args_add(args, "-s");
    pring_args_add(args, "%" PRIu64, seed_of(hunt, index));
    pring_args_add(args, "-t"); /* ms; a second line only: the bench itself ends runs that do not end */
    pring_args_add(args, "30000");
    pring_args_add(args, "-m");
    pring_args_add(args, "none");
    pring_args_add(args, "-G");
    pring_args_add(args, "%d", INPUT_BYTES_MAX);
    pring_args_add(args, "--");
    name_program(driver, hunt->request->feedback, true, program, sizeof program);
    pring_args_add(args, "%s/bin/%s", driver->build, program);
    add_target(args, hunt, index);
}

void pring_engine_start(struct pring_hunt *hunt, int index)
{
    struct pring_worker *worker = &hunt->worker[index];
    char log[PRING_PATH * 2], path[PRING_PATH * 2];
    struct pring_args args = {.count = 0};
    worker->is_afl = is_afl(hunt, index);
    if (worker->is_afl) {
        snprintf(path, sizeof path, "%s/state/afl", hunt->folder);
        pring_folder_make(path);
        snprintf(path, sizeof path, "%s/state/first/%d.%u", hunt->folder, index, worker->restarts);
        pring_campaign_first_inputs(hunt, path);
        add_afl(&args, hunt, index);
    } else {
        add_libfuzzer(&args, hunt, index);
    }
    snprintf(log, sizeof log, "%s/state/%d.log", hunt->folder, index);
    struct pring_process how = {.output = log, .errors = log, .is_worker = true};
    worker->last_moved = pring_seconds();
    worker->pid = pring_process_start(&args, &how);
    pring_args_free(&args);
}

void pring_engine_stop(struct pring_hunt *hunt, int index)
{
    struct pring_worker *worker = &hunt->worker[index];
    worker->board->stop = 1;
    if (worker->pid > 0 && worker->is_afl)
        kill(worker->pid, SIGTERM);
}

double pring_engine_stability(const struct pring_hunt *hunt)
{
    double least = -1;
    char path[PRING_PATH * 2];
    for (int i = 0; i < (int)hunt->request->jobs; i++) {
        size_t len = 0;
        snprintf(path, sizeof path, "%s/state/afl/%d.%u/default/fuzzer_stats", hunt->folder, i,
                 hunt->worker[i].restarts);
        char *text = hunt->worker[i].is_afl ? pring_file_read(path, &len) : NULL;
        const char *at = text ? strstr(text, "stability") : NULL;
        at = at ? strchr(at, ':') : NULL;
        double own = at ? strtod(at + 1, NULL) : -1;
        if (own >= 0 && (least < 0 || own < least))
            least = own;
        free(text);
    }
    return least;
}
