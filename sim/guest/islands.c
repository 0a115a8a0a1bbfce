/* SPDX-License-Identifier: Apache-2.0 */
/* Drivers' static data: as the program image was loaded (and constructors left it) at the start of every run.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "guest/guest.h"

struct snapshot {
    char *data; /* NULL: nothing to restore */
    char *bss;  /* NULL: all zero */
};
static struct snapshot *snapshots;

const struct pring_island *pring_island_by_name(const char *name)
{
    for (uint32_t i = 0; i < pring_island_count; i++)
        if (!strcmp(pring_islands[i].name, name))
            return &pring_islands[i];
    return NULL;
}

static size_t data_bytes(const struct pring_island *island)
{
    return (size_t)(island->data_end - island->data_start);
}

static size_t bss_bytes(const struct pring_island *island)
{
    return (size_t)(island->bss_end - island->bss_start);
}

PRING_RAW static bool all_zero(const char *from, size_t len_bytes)
{
    for (size_t i = 0; i < len_bytes; i++)
        if (from[i])
            return false;
    return true;
}

static char *keep(const char *from, size_t len_bytes)
{
    char *copy = malloc(len_bytes + 1);
    if (copy)
        pring_copy(copy, from, len_bytes);
    return copy;
}

int guest_islands_open(void)
{
    snapshots = calloc(pring_island_count + 1, sizeof *snapshots);
    if (!snapshots)
        return -1;
    for (uint32_t i = 0; i < pring_island_count; i++) {
        const struct pring_island *island = &pring_islands[i];
        if (island->dut->abi != PRING_ABI) {
            fprintf(stderr, "pring: driver %s is for ABI %u, this bench has %d\n", island->name,
                    island->dut->abi, PRING_ABI);
            return -1;
        }
        if ((uintptr_t)island->bss_end > PRING_REG_BASE || (uintptr_t)island->data_end > PRING_REG_BASE) {
            fprintf(stderr, "pring: driver %s does not lie below %#x: link with -no-pie\n", island->name,
                    PRING_REG_BASE);
            return -1;
        }
        if (data_bytes(island) && !(snapshots[i].data = keep(island->data_start, data_bytes(island))))
            return -1;
        if (!all_zero(island->bss_start, bss_bytes(island)) &&
            !(snapshots[i].bss = keep(island->bss_start, bss_bytes(island))))
            return -1;
    }
    return 0;
}

/* Never by the C library's memcpy: that one would find the red zones between the variables. */
void guest_island_restore(const struct pring_island *island)
{
    const struct snapshot *snapshot = &snapshots[island - pring_islands];
    if (snapshot->data)
        pring_copy(island->data_start, snapshot->data, data_bytes(island));
    if (snapshot->bss)
        pring_copy(island->bss_start, snapshot->bss, bss_bytes(island));
    else
        pring_fill(island->bss_start, 0, bss_bytes(island));
    pring_memory_island((uintptr_t)island->data_start, (uintptr_t)island->data_end, 0);
    pring_memory_island((uintptr_t)island->bss_start, (uintptr_t)island->bss_end, 1);
}

bool guest_is_driver_text(uint64_t pc)
{
    return guest.island && pc >= (uintptr_t)guest.island->text_start &&
           pc < (uintptr_t)guest.island->text_end;
}
