/* SPDX-License-Identifier: Apache-2.0 */
/* Loops to be timed: see guest_bench.c. `probe(n)`. */
#include <pring/dut.h>

static volatile uint32_t word[4096];

static int probe(unsigned which)
{
    volatile uint32_t *p = word, *ring = NULL;
    uint64_t bus;
    switch (which) {
    case 0: /* loads of plain memory, ever new places */
        for (unsigned turn = 0; turn < 16; turn++)
            for (unsigned i = 0; i < 4096; i++)
                (void)p[i];
        return 65536;
    case 1: /* loads and stores of coherent memory */
        ring = pring_dma_alloc(256, 0, &bus);
        for (unsigned turn = 0; turn < 500; turn++)
            for (unsigned i = 0; i < 64; i++)
                ring[i] = turn;
        return 32000;
    case 2: /* registers */
        for (unsigned i = 0; i < 1000; i++)
            ((volatile uint32_t *)pring_reg_base(0))[i & 7] = i;
        return 1000;
    default:
        return 0;
    }
}

PRING_DUT(guest_loops) = {.abi = PRING_ABI, .probe = probe};
