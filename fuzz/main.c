/* SPDX-License-Identifier: Apache-2.0 */
/* NAME.fuzz: one driver, every backend, every mode that runs it. `pring` starts it; see args.h for its words.
 */
#include <stdio.h>
#include <string.h>

#include <pring/run.h>

#include "fuzz/args.h"
#include "fuzz/engine.h"
#include "fuzz/modes.h"

static const struct {
    const char *name;
    int (*run)(void);
} modes[] = {
    {"fuzz", pring_engine_run},    {"run", pring_mode_run},       {"minimize", pring_mode_minimize},
    {"facts", pring_mode_facts},   {"bench", pring_mode_bench},   {"list", pring_mode_list},
    {"sample", pring_mode_sample}, {"doctor", pring_mode_doctor}, {"why", pring_mode_why},
};

int main(int argc, char **argv)
{
    if (argc > 1)
        pring_args_take(argc - 2, argv + 2);
    for (size_t i = 0; argc > 1 && i < sizeof modes / sizeof modes[0]; i++) {
        if (strcmp(modes[i].name, argv[1]) != 0)
            continue;
        if (pring_bench_open() < 0)
            return 3;
        return modes[i].run();
    }
    fputs("This program belongs to `pring`; call that: pring --help\n", stderr);
    return 2;
}
