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

static const char *only;
static uint64_t jobs;

static const struct pring_option options[] = {
    {"What", "only", "WORD", "tests whose name contains WORD", "all", PRING_TEXT, &only, 0, 0},
    {"How", "jobs", "N", "at once", "one for each processor", PRING_NUMBER, &jobs, 1, 256},
    {NULL, NULL, NULL, NULL, NULL, PRING_FLAG, NULL, 0, 0},
};

static int run(int operand_count, char **operands)
{
    (void)operand_count;
    (void)operands;
    struct pring_args args = {.count = 0};
    int code = pring_build_target(PRING_BUILD_DIR, NULL, "everything");
    if (code != PRING_CLEAN)
        return code;
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    pring_args_add(&args, "ctest");
    pring_args_add(&args, "--test-dir");
    pring_args_add(&args, "%s", PRING_BUILD_DIR);
    pring_args_add(&args, "--output-on-failure");
    pring_args_add(&args, "-j%" PRIu64, jobs ? jobs : processors > 0 ? (uint64_t)processors : 1);
    if (only) {
        pring_args_add(&args, "-R");
        pring_args_add(&args, "%s", only);
    }
    struct pring_process how = {.output = NULL};
    pid_t pid = pring_process_start(&args, &how);
    code = pid < 0 ? PRING_SETUP : pring_process_end(pid, true);
    pring_args_free(&args);
    return code ? PRING_FINDING : PRING_CLEAN;
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
