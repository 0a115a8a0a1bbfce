/* SPDX-License-Identifier: Apache-2.0 */
/* `pring list`: the tables of the bench, the drivers and bugs in the tree. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pring/requirement.h>
#include <pring/scenario.h>

#include "build.h"
#include "device.h"
#include "option.h"
#include "place.h"
#include "process.h"

static const struct {
    uint16_t type;
    const char *name, *help;
} devices[] = {
    {PRING_DEVICE_RNG, "rng", "entropy source, device type 4, one queue [5.4]"},
    {PRING_DEVICE_BLK, "blk", "block device, device type 2, up to 8 queues [5.2]"},
    {PRING_DEVICE_NET, "net", "network device, device type 1, up to 3 queue pairs, control queue [5.1]"},
    {PRING_DEVICE_CONSOLE, "console", "console, device type 3, up to 3 ports [5.3]"},
};
enum { DEVICE_COUNT = sizeof devices / sizeof devices[0] };

uint16_t pring_device_by_name(const char *name)
{
    for (int i = 0; i < DEVICE_COUNT; i++)
        if (strcmp(devices[i].name, name) == 0)
            return devices[i].type;
    fprintf(stderr, "pring: there is no device '%s'; there are", name);
    for (int i = 0; i < DEVICE_COUNT; i++)
        fprintf(stderr, " %s", devices[i].name);
    fputc('\n', stderr);
    return 0;
}

const char *pring_device_name(uint16_t type)
{
    for (int i = 0; i < DEVICE_COUNT; i++)
        if (devices[i].type == type)
            return devices[i].name;
    return "?";
}

void pring_devices_print(void)
{
    for (int i = 0; i < DEVICE_COUNT; i++)
        printf("%-14s %s\n", devices[i].name, devices[i].help);
}

static int list_devices(void)
{
    pring_devices_print();
    return PRING_CLEAN;
}

static int list_drivers(void)
{
    struct pring_names *names = pring_drivers_in_tree();
    for (int i = 0; names && i < names->count; i++)
        printf("%-14s %s/\n", names->name[i], names->path[i] + strlen(PRING_SOURCE_DIR) + 1);
    puts("or a folder of yours: sources, and a CMakeLists.txt with pring_add_driver(NAME SOURCES ...)");
    free(names);
    return PRING_CLEAN;
}

static int list_bugs(void)
{
    struct pring_names *names = pring_bugs_planted();
    for (int i = 0; names && i < names->count; i++) {
        char oracle[128] = "?", finder[128] = "";
        pring_patch_header(names->path[i], "Oracle", oracle, sizeof oracle);
        pring_patch_header(names->path[i], "Finder", finder, sizeof finder);
        printf("%-34s oracle %-12s %s\n", names->name[i], oracle, finder);
    }
    free(names);
    return PRING_CLEAN;
}

static int list_faults(void)
{
    for (uint32_t i = 0; i < pring_fault_row_count; i++) {
        const struct pring_fault_row *row = &pring_fault_rows[i];
        printf("%-32s %-7s %s\n", row->name, row->device ? pring_device_name((uint16_t)row->device) : "",
               row->help);
    }
    return PRING_CLEAN;
}

static int list_requirements(void)
{
    for (int i = 1; i < PRING_REQ_COUNT; i++) {
        const struct pring_requirement_info *info = &pring_requirement_info[i];
        printf("%-20s %-6s %-8s %s\n", info->id,
               pring_requirement_role_name((enum pring_requirement_role)info->role),
               pring_requirement_level_name((enum pring_requirement_level)info->level), info->wording);
    }
    return PRING_CLEAN;
}

/* These are in the programs that run drivers, not in this one. */
static int ask_program(const char *what)
{
    struct pring_driver driver;
    struct pring_args args = {.count = 0};
    int code = pring_driver_resolve(NULL, NULL, &driver);
    if (code == PRING_CLEAN)
        code = pring_build_driver(&driver);
    if (code != PRING_CLEAN)
        return code;
    pring_args_add(&args, "%s", driver.program);
    pring_args_add(&args, "list");
    pring_args_add(&args, "what=%s", what);
    fflush(NULL);
    execv(args.word[0], args.word);
    return pring_fail(PRING_SETUP, "%s: %s", args.word[0], strerror(errno));
}

static int list_backends(void)
{
    return ask_program("backends");
}

static int list_oracles(void)
{
    return ask_program("oracles");
}

static const struct {
    const char *name;
    int (*list)(void);
} lists[] = {{"drivers", list_drivers}, {"devices", list_devices}, {"backends", list_backends},
             {"faults", list_faults},   {"oracles", list_oracles}, {"requirements", list_requirements},
             {"bugs", list_bugs}};
enum { LIST_COUNT = sizeof lists / sizeof lists[0] };

static int run(int operand_count, char **operands)
{
    for (int i = 0; operand_count == 1 && i < LIST_COUNT; i++)
        if (strcmp(operands[0], lists[i].name) == 0)
            return lists[i].list();
    fprintf(stderr, "pring list: '%s'; one of these was expected:", operand_count ? operands[0] : "");
    for (int i = 0; i < LIST_COUNT; i++)
        fprintf(stderr, " %s", lists[i].name);
    fputc('\n', stderr);
    return PRING_USAGE;
}

static const struct pring_option options[] = {{NULL, NULL, NULL, NULL, NULL, PRING_FLAG, NULL, 0, 0}};

const struct pring_command pring_command_list = {
    .name = "list",
    .summary = "what there is",
    .operands = "WHAT",
    .overview = "drivers devices backends faults oracles requirements bugs",
    .options = options,
    .more = "WHAT: drivers devices backends faults oracles requirements bugs\n",
    .run = run,
};
