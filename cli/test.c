/* SPDX-License-Identifier: Apache-2.0 */
/* `pring test`: builds everything, runs ctest, and ends with its closing line. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "build.h"
#include "option.h"
#include "process.h"
#include "test_report.h"

static const char *only, *label = "full", *junit_path;
static uint64_t jobs;

static const struct pring_option options[] = {
    {"What", "only", "WORD", "tests whose name contains WORD", "all", PRING_TEXT, &only, 0, 0},
    {"What", "label", "LABEL", "quick: seconds; full: what CI runs; nightly: everything", "full", PRING_TEXT,
     &label, 0, 0},
    {"How", "jobs", "N", "at once", "one for each processor", PRING_NUMBER, &jobs, 1, 256},
    {"Out", "junit", "FILE", "each test, and the command that replays a failure", NULL, PRING_TEXT,
     &junit_path, 0, 0},
    {NULL, NULL, NULL, NULL, NULL, PRING_FLAG, NULL, 0, 0},
};

/* A test that is no more than a folder's own has no label: it runs in full. */
static int choose(struct pring_args *args)
{
    if (strcmp(label, "quick") == 0) {
        pring_args_add(args, "-L");
        pring_args_add(args, "^quick$");
    } else if (strcmp(label, "full") == 0) {
        pring_args_add(args, "-LE");
        pring_args_add(args, "^nightly$");
    } else if (strcmp(label, "nightly") != 0) {
        return pring_fail(PRING_USAGE, "--label is '%s'; quick, full or nightly was expected", label);
    }
    if (only) {
        pring_args_add(args, "-R");
        pring_args_add(args, "%s", only);
    }
    return PRING_CLEAN;
}

static int run(int operand_count, char **operands)
{
    (void)operand_count;
    (void)operands;
    struct pring_args args = {.count = 0};
    char xml[] = "/tmp/pring-test-XXXXXX";
    int fd = -1;
    pring_args_add(&args, "ctest");
    int code = choose(&args);
    if (code == PRING_CLEAN)
        code = pring_build_target(PRING_BUILD_DIR, NULL, "everything");
    if (code != PRING_CLEAN)
        return code;
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    pring_args_add(&args, "--test-dir");
    pring_args_add(&args, "%s", PRING_BUILD_DIR);
    pring_args_add(&args, "--output-on-failure");
    pring_args_add(&args, "-j%" PRIu64, jobs ? jobs : processors > 0 ? (uint64_t)processors : 1);
    if (junit_path && (fd = mkstemp(xml)) < 0)
        return pring_fail(PRING_SETUP, "%s cannot be made", xml);
    if (junit_path) {
        pring_args_add(&args, "--output-junit");
        pring_args_add(&args, "%s", xml);
    }
    struct pring_process how = {.output = NULL};
    pid_t pid = pring_process_start(&args, &how);
    code = pid < 0 ? PRING_SETUP : pring_process_end(pid, true);
    pring_args_free(&args);
    code = code ? PRING_FINDING : PRING_CLEAN;
    if (fd >= 0) {
        int told = pring_test_report(xml, junit_path);
        code = told == PRING_CLEAN ? code : told;
        close(fd);
        unlink(xml);
    }
    return code;
}

const struct pring_command pring_command_test = {
    .name = "test",
    .summary = "all tests",
    .operands = NULL,
    .overview = "all tests of the bench itself",
    .options = options,
    .more = NULL,
    .run = run,
};
