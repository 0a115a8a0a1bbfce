/* SPDX-License-Identifier: Apache-2.0 */
/* `pring fuzz`: what was asked for becomes a campaign. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "build.h"
#include "device.h"
#include "hunt.h"
#include "option.h"

static const char *driver_name, *backend_name, *device_name, *bug_name, *out_path, *json_path, *junit_path,
    *known_path, *corpus_name, *engine_name, *feedback_name;
static uint64_t seed = 1, jobs, seconds, runs;
static bool is_strict;

static const struct pring_option options[] = {
    {"What", "driver", "NAME|DIR", "see 'pring list drivers', or a folder of yours", "vio", PRING_TEXT,
     &driver_name, 0, 0},
    {"What", "device", "NAME", "rng, blk, net, console", "all it drives", PRING_TEXT, &device_name, 0, 0},
    {"What", "backend", "NAME", "model (fast), rtl (cycle-accurate), systemc (rtl on a TLM bus)", "rtl",
     PRING_TEXT, &backend_name, 0, 0},
    {"What", "bug", "NAME", "hunt a planted bug; see 'pring list bugs'", NULL, PRING_TEXT, &bug_name, 0, 0},
    {"How", "engine", "NAME", "libfuzzer, afl (AFL++), or both on one corpus", "libfuzzer", PRING_TEXT,
     &engine_name, 0, 0},
    {"How", "feedback", "NAME", "what breeds: edges, faults too, or lines of the RTL too: rtl", "faults",
     PRING_TEXT, &feedback_name, 0, 0},
    {"How", "seed", "N", "of the random numbers", "1", PRING_NUMBER, &seed, 0, UINT32_MAX},
    {"How", "jobs", "N", "processes on one corpus", "1; both: 2", PRING_NUMBER, &jobs, 1, PRING_JOBS_MAX},
    {"How", "corpus", "seeds|none", "what to begin with", "seeds", PRING_TEXT, &corpus_name, 0, 0},
    {"Until", "time", "SECONDS", "wall time", "60", PRING_NUMBER, &seconds, 1, 1u << 30},
    {"Until", "runs", "N", "a number of runs: with one libfuzzer job the same result everywhere", NULL,
     PRING_NUMBER, &runs, 1, UINT64_MAX >> 1},
    {"Out", "out", "DIR", "corpus and findings; resumes what is there", "out/DRIVER", PRING_TEXT, &out_path,
     0, 0},
    {"Out", "json", "FILE", "the summary for machines", NULL, PRING_TEXT, &json_path, 0, 0},
    {"Out", "junit", "FILE", "the findings as test cases", NULL, PRING_TEXT, &junit_path, 0, 0},
    {"Out", "known", "FILE", "findings accepted: lines KEY | YYYY-MM-DD | REASON", NULL, PRING_TEXT,
     &known_path, 0, 0},
    {"Out", "strict", NULL, "stuck and degraded are findings too", NULL, PRING_FLAG, &is_strict, 0, 0},
    {NULL, NULL, NULL, NULL, NULL, PRING_FLAG, NULL, 0, 0},
};

static int check(const struct pring_driver *driver, struct pring_about *about,
                 struct pring_hunt_request *request)
{
    if (corpus_name && strcmp(corpus_name, "none") != 0 && strcmp(corpus_name, "seeds") != 0)
        return pring_fail(PRING_USAGE, "--corpus is '%s'; seeds or none was expected", corpus_name);
    int code = pring_engine_by_name(engine_name, &request->engine);
    request->feedback = feedback_name;
    if (code != PRING_CLEAN)
        return code;
    if (device_name && !(request->device = pring_device_by_name(device_name)))
        return PRING_USAGE;
    code = pring_build_driver(driver);
    if (code == PRING_CLEAN)
        code = pring_about_driver(driver, about);
    if (code == PRING_CLEAN)
        code = pring_backend_check(driver, about, &backend_name);
    if (code == PRING_CLEAN && strcmp(backend_name, "qemu") == 0)
        return pring_fail(PRING_USAGE, "backend qemu takes a tenth of a second a run: it is for 'pring run'");
    bool drives = request->device == 0;
    for (int i = 0; i < about->device_count; i++)
        drives |= about->devices[i] == request->device;
    if (code == PRING_CLEAN && !drives)
        return pring_fail(PRING_USAGE, "%s does not drive %s", driver->label, device_name);
    request->jobs = jobs;
    if (code == PRING_CLEAN)
        code = pring_engine_check_feedback(feedback_name, backend_name);
    if (code == PRING_CLEAN)
        code = pring_engine_prepare(driver, about, request->engine, feedback_name, &request->jobs);
    return code;
}

static int run(int operand_count, char **operands)
{
    (void)operand_count;
    (void)operands;
    static struct pring_hunt hunt;
    struct pring_driver driver;
    struct pring_about about;
    struct pring_known *known = NULL;
    struct pring_hunt_request request = {
        .driver = &driver, .about = &about, .progress = stderr, .report = stdout};
    char out[PRING_PATH];
    int code = pring_driver_resolve(driver_name, bug_name, &driver);
    if (code == PRING_CLEAN)
        code = pring_known_read(known_path, &known);
    if (code == PRING_CLEAN)
        code = check(&driver, &about, &request);
    if (code != PRING_CLEAN)
        return code;
    /* A number of runs and no folder: nothing of the past may change the result. */
    request.is_fresh = runs > 0 && !out_path;
    snprintf(out, sizeof out, "out/%s%s", driver.label, request.is_fresh ? "-runs" : "");
    request.backend = backend_name;
    request.seed = seed;
    request.runs = runs;
    request.seconds = seconds ? seconds : runs ? 0 : 60;
    request.out = out_path ? out_path : out;
    request.has_seeds = !corpus_name || strcmp(corpus_name, "none") != 0;
    request.strict = is_strict;
    request.known = known;
    code = pring_hunt_run(&request, &hunt);
    int written = pring_machine_json(&hunt, json_path);
    if (written == PRING_CLEAN)
        written = pring_machine_junit(&hunt, junit_path);
    pring_known_free(known);
    return written == PRING_CLEAN ? code : written;
}

const struct pring_command pring_command_fuzz = {
    .name = "fuzz",
    .summary = "hunt for bugs",
    .operands = NULL,
    .overview = "hunt for bugs in a driver for a minute",
    .options = options,
    .more =
        "Ctrl-C ends with the summary. A finding is a small text file with the command that runs it. A "
        "clean\n"
        "campaign of half a million runs that hardly reached the driver says 'vacuous' and exits with 3.\n",
    .run = run,
};
