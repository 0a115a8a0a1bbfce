/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the RTL backend offers beyond <pring/backend.h>: measuring the bare Verilated loop, and looking at the
 * device's own words. `self` is what pring_backend_rtl.open gave.
 */
#ifndef PRING_RTL_BENCH_H
#define PRING_RTL_BENCH_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* On: every input pin of every cycle is kept, from the next power_on on (each power_on starts anew), up to a
 * million cycles. Idle cycles are then evaluated too. Off: forgets. 0, or negative: no memory. */
int pring_rtl_record(void *self, bool on);
/* Runs the recorded pins through the Verilated design as a bare loop: no memory model, no bus calls. Returns
 * the cycles run. *hash (may be NULL) is pring_rtl_design_hash afterwards; it equals the one at the end of
 * the recorded run. The device has to be powered on before it is used again. */
uint64_t pring_rtl_replay(void *self, uint64_t *hash);
/* Hash of all design state, without the memory model and without internals of the simulator. */
uint64_t pring_rtl_design_hash(void *self);

/* true: two evaluations per clock cycle (falling and rising edge) instead of one, and the engines' clock is
 * never gated. Slower; nothing else may differ. */
void pring_rtl_two_evals(void *self, bool on);

/* Why the device asked for a reset: {valid, queue[6:0], reason[7:0], 0[15:0]}, 0 while it did not. Reasons
 * are listed in rtl-model/README.md. */
uint32_t pring_rtl_bad_reason(void *self);

/* Runs the register block, Verilated alone, for so many cycles: a read every fourth cycle, idle in between.
 * Needs no open backend. Returns `cycles`, or 0 if the reads were not answered as they should. */
uint64_t pring_rtl_regs_idle(uint64_t cycles);

/* One cycle at the pins of the checkers, Verilated alone (vdev_check_axi). */
struct pring_rtl_checked {
    uint64_t araddr, awaddr, wdata;
    uint8_t arlen, awlen, wstrb, queue;
    bool quiet; /* the device may not start a burst */
    bool arvalid, arready, rvalid, rlast;
    bool awvalid, awready, wvalid, wready, wlast, bvalid;
    bool over_rd, over_wr, insane, stray; /* faults that other modules report */
};
/* Power on, then `count` cycles. Returns viol_o, 0 if no rule was broken. */
uint32_t pring_rtl_check(const struct pring_rtl_checked *cycles, uint32_t count);

/* AR and AW handshakes since power_on. */
void pring_rtl_handshakes(void *self, uint64_t *reads, uint64_t *writes);

#ifdef __cplusplus
}
#endif
#endif
