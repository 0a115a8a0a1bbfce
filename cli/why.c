/* SPDX-License-Identifier: Apache-2.0 */
/* `pring why`: what a run is waiting for in which nothing happens. The program knows (fuzz/why.c). */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "build.h"
#include "device.h"
#include "option.h"
#include "process.h"

static const char *driver_name, *backend_name, *device_name, *bug_name;

static const struct pring_option options[] = {
    {"What", "driver", "NAME|DIR", "see 'pring list drivers'", "vio", PRING_TEXT, &driver_name, 0, 0},
    {"What", "backend", "NAME", "model, rtl, systemc", "rtl", PRING_TEXT, &backend_name, 0, 0},
    {"What", "device", "NAME", "without a FILE: the honest workload of which device", "all it drives",
     PRING_TEXT, &device_name, 0, 0},
    {"What", "bug", "NAME", "with a planted bug", NULL, PRING_TEXT, &bug_name, 0, 0},
    {NULL, NULL, NULL, NULL, NULL, PRING_FLAG, NULL, 0, 0},
};

static int run(int operand_count, char **operands)
{
    struct pring_driver driver;
    struct pring_about about;
    struct pring_args args = {.count = 0};
    uint16_t device = 0;
    if (operand_count > 1)
        return pring_fail(PRING_USAGE, "why takes one FILE");
    if (operand_count == 1 && access(operands[0], R_OK) < 0)
        return pring_fail(PRING_USAGE, "%s: %s", operands[0], strerror(errno));
    if (device_name && !(device = pring_device_by_name(device_name)))
        return PRING_USAGE;
    int code = pring_driver_resolve(driver_name, bug_name, &driver);
    if (code == PRING_CLEAN)
        code = pring_build_driver(&driver);
    if (code == PRING_CLEAN)
        code = pring_about_driver(&driver, &about);
    if (code == PRING_CLEAN)
        code = pring_backend_check(&driver, &about, &backend_name);
    if (code != PRING_CLEAN)
        return code;
    pring_args_add(&args, "%s", driver.program);
    pring_args_add(&args, "why");
    pring_args_add(&args, "backend=%s", backend_name);
    pring_args_add(&args, "device=%u", device);
    if (operand_count == 1) {
        int list = memfd_create("pring-files", 0);
        dprintf(list, "%s\n", operands[0]);
        pring_args_add(&args, "list=/dev/fd/%d", list);
    }
    fflush(NULL);
    execv(args.word[0], args.word);
    return pring_fail(PRING_SETUP, "%s: %s", args.word[0], strerror(errno));
}

const struct pring_command pring_command_why = {
    .name = "why",
    .summary = "why nothing happens",
    .operands = "[FILE]",
    .overview = "the first unmet precondition of a run that does nothing",
    .options = options,
    .more = "From identification to the finished request: what came to pass, and when; then the first step "
            "that did not, "
            "and what\nstood in its way. Exit: 0, however the run ended.\n",
    .run = run,
};
