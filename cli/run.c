/* SPDX-License-Identifier: Apache-2.0 */
/* `pring run`: checks what was asked for, lists the files, and becomes NAME.fuzz. */
#include <errno.h>
#include <fts.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "build.h"
#include "device.h"
#include "option.h"
#include "process.h"
#include "run_watch.h"

static const char *driver_name, *backend_name, *device_name, *bug_name, *wave_path, *sweep_name;
static bool wants_trace, wants_json;
static struct pring_run_watch watch;
static uint64_t shuffle_runs, sample_runs, seed = 1;

static const struct pring_option options[] = {
    {"What", "driver", "NAME|DIR", "see 'pring list drivers'", "vio", PRING_TEXT, &driver_name, 0, 0},
    {"What", "backend", "NAME,..|all", "model, rtl, systemc, qemu; several are compared", "rtl", PRING_TEXT,
     &backend_name, 0, 0},
    {"What", "device", "NAME", "without a FILE: which device", "all it drives", PRING_TEXT, &device_name, 0,
     0},
    {"What", "bug", "NAME", "with a planted bug", NULL, PRING_TEXT, &bug_name, 0, 0},
    {"How", "sweep", "KIND", "one fault at each position in turn: irq, load, fail, unplug", NULL, PRING_TEXT,
     &sweep_name, 0, 0},
    {"How", "twice", NULL, "each again, also in a process of its own: `unstable` if it is not the same", NULL,
     PRING_FLAG, &watch.twice, 0, 0},
    {"How", "shuffle", "N", "N runs of the files in random order: is anything left over?", NULL, PRING_NUMBER,
     &shuffle_runs, 1, 1u << 30},
    {"How", "sample", "N", "N generated inputs instead of files", NULL, PRING_NUMBER, &sample_runs, 1,
     1u << 30},
    {"How", "seed", "N", "of --shuffle and --sample", "1", PRING_NUMBER, &seed, 0, UINT32_MAX},
    {"Out", "trace", NULL, "the conversation, field by field", NULL, PRING_FLAG, &wants_trace, 0, 0},
    {"Out", "wave", "FILE.fst", "the pins of the device, for gtkwave", NULL, PRING_TEXT, &wave_path, 0, 0},
    {"Out", "wave-on-fail", "DIR", "what fails runs once more, with trace and wave", NULL, PRING_TEXT,
     &watch.wave_on_fail, 0, 0},
    {"Out", "json", NULL, "one object a line and run", NULL, PRING_FLAG, &wants_json, 0, 0},
    {"Out", "junit", "FILE", "each run as a test case, with the command that replays it", NULL, PRING_TEXT,
     &watch.junit, 0, 0},
    {NULL, NULL, NULL, NULL, NULL, PRING_FLAG, NULL, 0, 0},
};

/* Corpus files of libFuzzer are named by 40 hexadecimal digits. */
static bool is_input(const char *name)
{
    size_t len = strlen(name);
    return (len > 4 && strcmp(name + len - 4, ".scn") == 0) ||
           (len == 40 && strspn(name, "0123456789abcdef") == 40);
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* One path a line into a nameless file, which the program inherits. -1: a message was printed. */
static int list_files(char **operands, int *files)
{
    int fd = memfd_create("pring-files", 0);
    FTS *tree = fd < 0 ? NULL : fts_open(operands, FTS_PHYSICAL | FTS_NOCHDIR | FTS_COMFOLLOW, by_name);
    bool is_good = tree != NULL;
    *files = 0;
    for (FTSENT *entry; tree && (entry = fts_read(tree));) {
        if (entry->fts_info == FTS_NS || entry->fts_info == FTS_DNR || entry->fts_info == FTS_ERR) {
            pring_fail(PRING_USAGE, "%s: %s", entry->fts_path, strerror(entry->fts_errno));
            is_good = false;
        } else if (entry->fts_info == FTS_F &&
                   (entry->fts_level == FTS_ROOTLEVEL || is_input(entry->fts_name))) {
            dprintf(fd, "%s\n", entry->fts_path);
            ++*files;
        }
    }
    if (tree)
        fts_close(tree);
    return is_good ? fd : -1;
}

static int add_words(struct pring_args *args, const struct pring_driver *driver, int operand_count,
                     char **operands)
{
    uint16_t device = 0;
    if (device_name && !(device = pring_device_by_name(device_name)))
        return PRING_USAGE;
    pring_args_add(args, "%s", driver->program);
    pring_args_add(args, sample_runs ? "sample" : "run");
    pring_args_add(args, "backend=%s", backend_name);
    pring_args_add(args, "seed=%" PRIu64, seed);
    pring_args_add(args, "device=%u", device);
    pring_args_add(args, "json=%d", wants_json);
    pring_args_add(args, "trace=%d", wants_trace);
    if (wave_path)
        pring_args_add(args, "wave=%s", wave_path);
    if (sweep_name) {
        pring_args_add(args, "sweep=%s", sweep_name);
        pring_args_add(args, "folder=out/sweep");
        pring_args_add(args, "given=%s", driver->given);
        if (!pring_folder_make("out/sweep"))
            return pring_fail(PRING_SETUP, "out/sweep: %s", strerror(errno));
    }
    if (shuffle_runs)
        pring_args_add(args, "shuffle=%" PRIu64, shuffle_runs);
    if (sample_runs) {
        pring_args_add(args, "sample=%" PRIu64, sample_runs);
        pring_args_add(args, "differs=out/sample");
        return pring_folder_make("out/sample") ? PRING_CLEAN
                                               : pring_fail(PRING_SETUP, "out/sample: %s", strerror(errno));
    }
    if (operand_count == 0)
        return shuffle_runs ? pring_fail(PRING_USAGE, "--shuffle needs files") : PRING_CLEAN;
    int files = 0, fd = list_files(operands, &files);
    if (fd < 0)
        return PRING_USAGE;
    if (files == 0)
        return pring_fail(PRING_USAGE, "there are no scenarios (*.scn) in %s", operands[0]);
    pring_args_add(args, "list=/dev/fd/%d", fd);
    return PRING_CLEAN;
}

/* all, one, or several with commas between them. */
static int check_backends(const struct pring_driver *driver)
{
    struct pring_about about;
    char names[512], *rest = NULL;
    if (backend_name && strcmp(backend_name, "all") == 0)
        return PRING_CLEAN;
    int code = pring_about_driver(driver, &about);
    if (code != PRING_CLEAN || !backend_name)
        return code == PRING_CLEAN ? pring_backend_check(driver, &about, &backend_name) : code;
    snprintf(names, sizeof names, "%s", backend_name);
    for (const char *name = strtok_r(names, ",", &rest); name && code == PRING_CLEAN;
         name = strtok_r(NULL, ",", &rest))
        code = pring_backend_check(driver, &about, &name);
    return code;
}

static int check_sweep(void)
{
    static const char *const kinds[] = {"irq", "load", "fail", "unplug"};
    bool is_known = !sweep_name;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0] && !is_known; i++)
        is_known = strcmp(sweep_name, kinds[i]) == 0;
    if (!is_known)
        return pring_fail(PRING_USAGE, "--sweep is '%s'; irq, load, fail or unplug was expected", sweep_name);
    if (sweep_name && (shuffle_runs || sample_runs || wants_trace || wave_path))
        return pring_fail(PRING_USAGE,
                          "--sweep goes with none of --shuffle, --sample, --trace and --wave; it names "
                          "a file for each finding, run that with --trace");
    return PRING_CLEAN;
}

static int run(int operand_count, char **operands)
{
    struct pring_driver driver;
    struct pring_args args = {.count = 0};
    if (sample_runs && (operand_count || shuffle_runs))
        return pring_fail(PRING_USAGE,
                          "--sample makes its own inputs: it goes neither with files nor with --shuffle");
    if (pring_run_is_watched(&watch) && (sample_runs || shuffle_runs))
        return pring_fail(PRING_USAGE,
                          "--junit, --wave-on-fail and --twice are for scenarios one by one: they go with "
                          "neither --sample nor --shuffle");
    if (watch.twice && sweep_name)
        return pring_fail(PRING_USAGE, "--twice does not go with --sweep");
    int code = check_sweep();
    if (code == PRING_CLEAN)
        code = pring_driver_resolve(driver_name, bug_name, &driver);
    if (code == PRING_CLEAN)
        code = pring_build_driver(&driver);
    if (code == PRING_CLEAN)
        code = check_backends(&driver);
    if (code == PRING_CLEAN)
        code = add_words(&args, &driver, operand_count, operands);
    if (code != PRING_CLEAN)
        return code;
    if (pring_run_is_watched(&watch))
        return pring_run_watched(&watch, &driver, &args);
    fflush(NULL);
    execv(args.word[0], args.word);
    return pring_fail(PRING_SETUP, "%s: %s", args.word[0], strerror(errno));
}

const struct pring_command pring_command_run = {
    .name = "run",
    .summary = "run scenarios",
    .operands = "FILE|DIR ...",
    .overview = "run scenarios; --trace explains, --wave F.fst records",
    .options = options,
    .more = "Without a FILE: a built-in honest workload. Exit 1: a bug, or not what the scenario's expect "
            "line for this\n"
            "driver allows, or backends that do not agree.\n",
    .run = run,
};
