/* SPDX-License-Identifier: Apache-2.0 */
/* `pring coverage`: which lines of a driver a corpus reaches. The driver is compiled once more with counters
 * for llvm-cov, and everything else is as in a campaign. */
#include <errno.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "build.h"
#include "cover.h"
#include "option.h"
#include "process.h"

static const char *driver_name, *out_path, *backend_name = "model";

static const struct pring_option options[] = {
    {"What", "driver", "NAME|DIR", "see 'pring list drivers'", "vio", PRING_TEXT, &driver_name, 0, 0},
    {"How", "backend", "NAME,..|all", "where the corpus is replayed", "model", PRING_TEXT, &backend_name, 0,
     0},
    {"Out", "out", "DIR", "the text and the pages", "out/NAME/coverage", PRING_TEXT, &out_path, 0, 0},
    {NULL, NULL, NULL, NULL, NULL, PRING_FLAG, NULL, 0, 0},
};

/* ---- what is replayed ---- */

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

/* How many were added, or -1: there is no such file or folder. */
static int add_inputs(int list, const char *path)
{
    char *paths[] = {(char *)(uintptr_t)path, NULL};
    int count = 0;
    FTS *tree = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR | FTS_COMFOLLOW, by_name);
    for (FTSENT *entry; tree && count >= 0 && (entry = fts_read(tree));) {
        if (entry->fts_info == FTS_NS || entry->fts_info == FTS_ERR)
            count = -1;
        if (entry->fts_info != FTS_F || (entry->fts_level != FTS_ROOTLEVEL && !is_input(entry->fts_name)))
            continue;
        dprintf(list, "%s\n", entry->fts_path);
        count++;
    }
    if (tree)
        fts_close(tree);
    return count;
}

/* What was asked for; else the seeds and what campaigns with this driver have collected. */
static int list_corpus(const struct pring_driver *driver, int operand_count, char **operands, int *inputs)
{
    char collected[PRING_PATH];
    int list = memfd_create("pring-corpus", 0);
    *inputs = 0;
    if (list < 0)
        return pring_fail(PRING_SETUP, "%s", strerror(errno)), -1;
    for (int i = 0; i < operand_count; i++) {
        int count = add_inputs(list, operands[i]);
        if (count < 0)
            return pring_fail(PRING_USAGE, "%s: %s", operands[i], strerror(ENOENT)), -1;
        *inputs += count;
    }
    if (operand_count > 0)
        return list;
    *inputs = add_inputs(list, PRING_SOURCE_DIR "/corpus/seeds");
    if (access(PRING_SOURCE_DIR "/corpus/regressions", R_OK) == 0)
        *inputs += add_inputs(list, PRING_SOURCE_DIR "/corpus/regressions");
    snprintf(collected, sizeof collected, "out/%s/corpus", driver->label);
    int count = add_inputs(list, collected);
    *inputs += count > 0 ? count : 0;
    return list;
}

static int replay(const struct pring_driver *driver, int list, const char *folder)
{
    struct pring_args args = {.count = 0};
    char log[PRING_PATH * 2];
    struct pring_process how = {.output = log, .errors = log};
    snprintf(log, sizeof log, "%s/replay.log", folder);
    unlink(log);
    pring_args_add(&args, "env");
    pring_args_add(&args, "LLVM_PROFILE_FILE=%s/replay.profraw", folder);
    pring_args_add(&args, "%.900s/bin/%s_cover.fuzz", driver->build, driver->name);
    pring_args_add(&args, "run");
    pring_args_add(&args, "backend=%s", backend_name);
    pring_args_add(&args, "list=/dev/fd/%d", list);
    pid_t pid = pring_process_start(&args, &how);
    int code = pid < 0 ? PRING_SETUP : pring_process_end(pid, true);
    pring_args_free(&args);
    if (code == PRING_CLEAN || code == PRING_FINDING) /* a corpus may hold findings: not the question here */
        return PRING_CLEAN;
    return pring_fail(code == PRING_USAGE ? PRING_USAGE : PRING_SETUP, "the replay ended with exit %d (%s)",
                      code, log);
}

/* ---- llvm's tools ---- */

/* Those of the compiler that has built the driver: "-14" if it is called clang-14. */
static void tool_path(const struct pring_driver *driver, const char *tool, char *out, size_t size_bytes)
{
    static const char key[] = "CMAKE_C_COMPILER:";
    char cache[PRING_PATH + 32], suffix[16] = "", command[128], answer[PRING_PATH];
    size_t len = 0;
    snprintf(cache, sizeof cache, "%s/CMakeCache.txt", driver->build);
    char *text = pring_file_read(cache, &len);
    const char *line = text ? strstr(text, key) : NULL;
    if (line) {
        const char *end = line + strcspn(line, "\n"), *dash = end;
        while (dash > line && dash[-1] >= '0' && dash[-1] <= '9')
            dash--;
        if (dash > line && dash < end && dash[-1] == '-')
            snprintf(suffix, sizeof suffix, "%.*s", (int)(end - dash + 1), dash - 1);
    }
    free(text);
    struct pring_args args = {.count = 0};
    snprintf(command, sizeof command, "command -v %s%s || command -v %s", tool, suffix, tool);
    pring_args_add(&args, "sh");
    pring_args_add(&args, "-c");
    pring_args_add(&args, "%s", command);
    pring_process_capture(&args, answer, sizeof answer);
    pring_args_free(&args);
    snprintf(out, size_bytes, "%.*s", (int)strcspn(answer, "\n"), answer);
}

struct tools {
    char profdata[PRING_PATH], cov[PRING_PATH];
};

static int find_tools(const struct pring_driver *driver, struct tools *tools)
{
    tool_path(driver, "llvm-profdata", tools->profdata, sizeof tools->profdata);
    tool_path(driver, "llvm-cov", tools->cov, sizeof tools->cov);
    if (tools->profdata[0] && tools->cov[0])
        return PRING_CLEAN;
    return pring_fail(PRING_SETUP, "llvm-cov and llvm-profdata are missing: apt-get install llvm");
}

static int merge(const struct tools *tools, const char *folder)
{
    struct pring_args args = {.count = 0};
    char ignored[4096];
    pring_args_add(&args, "%s", tools->profdata);
    pring_args_add(&args, "merge");
    pring_args_add(&args, "-sparse");
    pring_args_add(&args, "%s/replay.profraw", folder);
    pring_args_add(&args, "-o");
    pring_args_add(&args, "%s/replay.profdata", folder);
    int code = pring_process_capture(&args, ignored, sizeof ignored);
    pring_args_free(&args);
    return code == 0 ? PRING_CLEAN : pring_fail(PRING_SETUP, "%s failed", tools->profdata);
}

/* llvm-cov WHAT, standing at the top of the tree: names in the driver's objects begin there. */
static int tell(const struct tools *tools, const struct pring_driver *driver, const char *folder,
                const char *what, const char *option, const char *output)
{
    struct pring_args args = {.count = 0};
    struct pring_process how = {.output = output};
    unlink(output); /* else it grows */
    pring_args_add(&args, "env");
    pring_args_add(&args, "-C%s", PRING_SOURCE_DIR);
    pring_args_add(&args, "%s", tools->cov);
    pring_args_add(&args, "%s", what);
    pring_args_add(&args, "%.900s/bin/%s_cover.fuzz", driver->build, driver->name);
    pring_args_add(&args, "-instr-profile=%s/replay.profdata", folder);
    pring_args_add(&args, "%s", option);
    if (strcmp(what, "show") == 0) {
        pring_args_add(&args, "-output-dir=%s/html", folder);
        pring_args_add(&args, "-project-title=%s", driver->label);
    }
    pid_t pid = pring_process_start(&args, &how);
    int code = pid < 0 ? PRING_SETUP : pring_process_end(pid, true);
    pring_args_free(&args);
    return code == 0 ? PRING_CLEAN : pring_fail(PRING_SETUP, "%s %s failed", tools->cov, what);
}

/* ---- the command ---- */

static int report(const struct pring_driver *driver, const char *folder, int inputs)
{
    struct tools tools;
    char lines[PRING_PATH * 2], nowhere[PRING_PATH * 2], text[PRING_PATH * 2];
    snprintf(lines, sizeof lines, "%s/lines.info", folder);
    snprintf(nowhere, sizeof nowhere, "%s/html.log", folder);
    snprintf(text, sizeof text, "%s/unreached.txt", folder);
    int code = find_tools(driver, &tools);
    if (code == PRING_CLEAN)
        code = merge(&tools, folder);
    if (code == PRING_CLEAN)
        code = tell(&tools, driver, folder, "export", "-format=lcov", lines);
    if (code == PRING_CLEAN)
        code = tell(&tools, driver, folder, "show", "-format=html", nowhere);
    if (code == PRING_CLEAN)
        code = pring_cover_print(lines, text, driver->label, inputs);
    if (code == PRING_CLEAN)
        printf("  text   %s\n  pages  %s/html/index.html\n", text, folder);
    return code;
}

static int run(int operand_count, char **operands)
{
    static struct pring_driver driver;
    char target[PRING_NAME + 16], given[PRING_PATH], folder[PRING_PATH * 5];
    int inputs = 0;
    int code = pring_driver_resolve(driver_name, NULL, &driver);
    if (code == PRING_CLEAN)
        code = pring_build_driver(&driver); /* configures what is outside the tree */
    snprintf(target, sizeof target, "%s_cover.fuzz", driver.name);
    if (code == PRING_CLEAN)
        code = pring_build_target(driver.build, target, target);
    if (code != PRING_CLEAN)
        return code;
    int list = list_corpus(&driver, operand_count, operands, &inputs);
    if (list < 0)
        return PRING_USAGE;
    if (inputs == 0)
        return pring_fail(PRING_USAGE, "there is nothing to replay in %s",
                          operand_count ? operands[0] : "out");
    snprintf(given, sizeof given, "out/%s/coverage", driver.label);
    if (!pring_folder_make(out_path ? out_path : given) || !realpath(out_path ? out_path : given, folder))
        return pring_fail(PRING_SETUP, "%s: %s", out_path ? out_path : given, strerror(errno));
    code = replay(&driver, list, folder);
    close(list);
    return code == PRING_CLEAN ? report(&driver, folder, inputs) : code;
}

const struct pring_command pring_command_coverage = {
    .name = "coverage",
    .summary = "which lines of a driver a corpus reaches",
    .operands = "[CORPUS ...]",
    .overview = "which lines of a driver a corpus reaches",
    .options = options,
    .more = "CORPUS: files and folders with scenarios or inputs. Without one: the seeds, and what campaigns "
            "with this\n"
            "driver have collected in out/. Writes the unreached lines as text, and pages with every line's "
            "count.\n",
    .run = run,
};
