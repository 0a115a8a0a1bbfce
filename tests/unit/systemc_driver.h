/* SPDX-License-Identifier: Apache-2.0 */
/* The reference driver's core on a bus of the caller's: what one driver thread of the platform runs. */
#ifndef PRING_TEST_SYSTEMC_DRIVER_H
#define PRING_TEST_SYSTEMC_DRIVER_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct test_bus {
    uint32_t (*read)(void *ctx, uint32_t offset);
    void (*write)(void *ctx, uint32_t offset, uint32_t value);
    int (*wait_irq)(void *ctx); /* lets time pass; is the line asserted? */
    void *ctx;
};
enum { TEST_MEMORY_BYTES = 1 << 16 };

/* Starts the device, makes so many requests one after the other, checks their answers, stops. Block: writes
 * sectors, reads them back. Entropy: 32 bytes each, told apart. 0, or the line of systemc_driver.c that saw
 * it fail. `memory`: TEST_MEMORY_BYTES of it, 4096-aligned, bus address = pointer. */
int test_driver_run(const struct test_bus *bus, void *memory, uint32_t requests);

#ifdef __cplusplus
}
#endif
#endif
