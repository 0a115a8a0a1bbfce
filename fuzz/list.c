/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include <pring/oracle.h>

#include "fuzz/args.h"
#include "fuzz/modes.h"
#include "fuzz/target.h"

static void list_backends(void)
{
    static const struct {
        uint32_t cap;
        const char *word;
    } caps[] = {{PRING_CAP_SEES_DMA, "sees DMA"},
                {PRING_CAP_SNAPSHOT, "snapshots"},
                {PRING_CAP_EXACT_CYCLES, "cycle-accurate"},
                {PRING_CAP_DETERMINISTIC, "deterministic"},
                {PRING_CAP_WAVES, "waveforms"},
                {PRING_CAP_UNORDERED, "unordered effects"}};
    const struct pring_backend *backend;
    for (uint32_t i = 0; (backend = pring_bench_backend_at(i)); i++) {
        printf("%-14s", backend->name);
        const char *comma = " ";
        for (size_t k = 0; k < sizeof caps / sizeof caps[0]; k++)
            if (backend->caps & caps[k].cap) {
                printf("%s%s", comma, caps[k].word);
                comma = ", ";
            }
        putchar('\n');
    }
    puts("qemu           QEMU's devices, in a process of their own: for `run`, by name only");
}

/* For `pring`: what is in this program. */
static void list_about(void)
{
    const struct pring_backend *backend;
    for (uint32_t i = 0; (backend = pring_bench_backend_at(i)); i++)
        printf("backend %s\n", backend->name);
    const uint16_t *type = pring_arg_island()->dut->device_types;
    for (; type && *type; type++)
        printf("device %u\n", *type);
#ifdef PRING_WITH_AFL
    puts("engine afl");
#endif
}

int pring_mode_list(void)
{
    if (strcmp(pring_arg("what", ""), "about") == 0)
        list_about();
    else if (strcmp(pring_arg("what", ""), "backend") == 0)
        return pring_bench_backend(pring_arg("name", "")) ? 0 : 2;
    else if (strcmp(pring_arg("what", ""), "oracles") == 0)
        for (uint32_t i = 0; i < pring_oracle_count; i++)
            printf("%-14s %s\n", pring_oracles[i]->name, pring_oracles[i]->help);
    else
        list_backends();
    return 0;
}
