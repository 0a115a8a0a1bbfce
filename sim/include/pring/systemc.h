/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The SystemC platform as seen from C: which backends stand on it, and what tests look at. Backends are
 * `systemc` (the RTL in slot 0; without RTL in the build: the C model), `systemc-model`, and `systemc-NAME`
 * for each device that <pring/tlm_device.h> brought. All share one platform, elaborated when the first is
 * opened.
 */
#ifndef PRING_SYSTEMC_H
#define PRING_SYSTEMC_H

#include <pring/backend.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { PRING_SYSTEMC_SLOTS = 8 };

/* "systemc", "systemc-model", "systemc-NAME"; NULL: there is none. */
const struct pring_backend *pring_systemc_backend(const char *name);

/* One transaction that went through the interconnect, after it ended. */
struct pring_systemc_access {
    bool is_dma, is_write, is_error;
    uint8_t slot;  /* whose registers, or who asked for memory */
    uint64_t addr; /* register offset, or bus address */
    uint32_t len_bytes;
    uint32_t value; /* of a register access */
};
/* NULL: nobody listens. */
void pring_systemc_listen(void (*listener)(void *ctx, const struct pring_systemc_access *access), void *ctx);

/* false: devices find no memory behind the interconnect any more, and each of their accesses is the bus error
 * `bus-address`. Survives power_on. */
void pring_systemc_map_memory(bool is_mapped);

/* The debug transport, as a debugger on the CPU's socket uses it: no time, no event. Returns the bytes moved:
 * fewer where memory ends. */
uint32_t pring_systemc_debug(uint64_t addr, void *bytes, uint32_t len_bytes, bool is_write);

#ifdef __cplusplus
}
#endif
#endif
