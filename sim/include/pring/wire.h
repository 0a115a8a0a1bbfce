/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The wire: the one place that every register access, DMA access, interrupt edge and driver load or store of
 * shared memory passes. It cuts accesses into fields, keeps the observer, runs ring proxy and register
 * overlay, applies faults, keeps virtual time, and hands events to whoever listens. Nothing else in the tree
 * hooks an access.
 *
 * One machine per process, hence no handle. The guest calls it; it never calls the guest, but for pring_stop.
 */
#ifndef PRING_WIRE_H
#define PRING_WIRE_H

#include <pring/backend.h>
#include <pring/event.h>
#include <pring/observer.h>
#include <pring/scenario.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- set-up, by the run ---- */

/* Who listens to events, in order; fixed after open. */
typedef void (*pring_listener)(const struct pring_event *event);
void pring_wire_listen(pring_listener listener);
/* The same for one that does not want all: where nobody wants an event it is only counted. */
struct pring_wanted {
    uint64_t fields[PRING_EV_KINDS][2]; /* by kind: bit per enum pring_field */
    uint64_t *pc;                       /* set at a load or store that is not told */
};
void pring_wire_listen_to(pring_listener listener, const struct pring_wanted *wanted);
void pring_wire_deafen(pring_listener listener);
/* Besides, for one listener: driver loads of bytes that the device wrote into a buffer, as PRING_EV_LOAD of
 * data.in; judges do not hear of them. NULL: nobody. */
void pring_wire_listen_payload(pring_listener listener);
void *pring_wire_backend_self(const struct pring_backend *backend); /* of an opened one */
/* Opens a backend for this process (once per backend). 0, or negative. */
int pring_wire_open(const struct pring_backend *backend);
/* Everything as at the start of a run, backend powered on. The scenario outlives the run. */
void pring_wire_reset(const struct pring_backend *backend, const struct pring_scenario *scenario,
                      const struct pring_setup *setup, const struct pring_options *options);
/* The driver is gone from here on (remove returned, or stuck): nothing is published any more. */
void pring_wire_finish(void);
/* No fault from here on, and those in force end: the device is honest again (recovery). */
void pring_wire_honest(void);
uint64_t pring_wire_state_hash(void);
uint64_t pring_wire_result_hash(void); /* all that driver and caller saw */
const struct pring_observer *pring_wire_observer(void);
uint64_t pring_wire_cycles(void); /* of the backend, this run */
uint64_t pring_wire_events(void);
void pring_wire_labels_seen(uint64_t seen[2]);

/* ---- what the guest calls ---- */

/* A register access of the driver. Time passes, the backend settles, due completions are published. The
 * caller then looks at the line and takes the interrupt. pc: the driver's code address. */
uint64_t pring_wire_reg_read(unsigned dev, uint32_t offset, unsigned width, uint64_t pc);
void pring_wire_reg_write(unsigned dev, uint32_t offset, unsigned width, uint64_t value, uint64_t pc);
/* Before a driver load of [addr, addr+len) in a PRING_PAGE_TRACK page: memory may change under it. True: take
 * interrupts now, and look at pring_wire_switch: the load is a turn of a spin (time has moved), or a fault
 * asks for it. */
bool pring_wire_load(uint64_t addr, uint32_t len_bytes, uint64_t pc);
/* Before a driver load of bytes that the device wrote, from memory that is not shared any more. */
void pring_wire_payload(uint64_t addr, uint32_t len_bytes, uint64_t pc);
/* After a driver store landed; `before` are the up to 16 bytes that stood there (longer stores: NULL). True:
 * as for a load. */
bool pring_wire_store(uint64_t addr, uint32_t len_bytes, const uint8_t *before, uint64_t pc);
/* Before a guest call acts: may a fault refuse it? label: PRING_F_CALL_*. True: refuse. */
bool pring_wire_refuses(enum pring_field label, uint64_t pc);
/* Tells what a guest call did (kind, refused, bad, addr, len). Frees and unmaps: before they act. */
void pring_wire_call(const struct pring_call *call, uint64_t pc);
/* An interrupt is asserted towards the driver. */
bool pring_wire_line(unsigned dev);
void pring_wire_handler(unsigned dev, bool begins);
void pring_wire_barrier(int barrier, uint64_t pc);
/* Virtual time. pass: moves it, publishes what falls due. next: the earliest moment after now at which
 * waiting could bring anything, ~0: never. */
uint64_t pring_wire_now(void);
void pring_wire_pass(uint64_t ns);
uint64_t pring_wire_next(void);
/* A spin on a word that the wire does not label (a flag in static data): as pring_wire_load's spin. turns: 0,
 * 1, 2 ... of this spin; the price doubles from 10 ns to 640 ns. */
void pring_wire_spin(uint32_t turns);

/* After each access: a fault asks for another context of the driver (1..: the n-th; 0: none), and has been
 * answered. Switched tells that it will run, before it does: judges must know from then on. */
uint32_t pring_wire_switch(void);
void pring_wire_switched(void);

/* ---- driver calls, told by the run ---- */
void pring_wire_begin(enum pring_entry entry, struct pring_request *request);
void pring_wire_end(enum pring_entry entry, struct pring_request *request, int64_t result);
void pring_wire_done(struct pring_request *request, int result, size_t done_bytes);
void pring_wire_broken(unsigned dev);
void pring_wire_receive(unsigned dev, uint32_t unit, const void *data, size_t len_bytes);
void pring_wire_mix(const void *data, size_t len_bytes); /* bytes that the caller was handed */
void pring_wire_told(
    const struct pring_event *event); /* panic, report, stall: recorded and judged like any other */
/* Device-side act of the workload. */
void pring_wire_resize(uint64_t sectors);
void pring_wire_unplug(void);

/* ---- faults ---- */
struct pring_fault_state {
    uint32_t matched; /* selected events so far */
    uint32_t fired;
    bool effective; /* the driver met a value or an order that differs from the honest one */
    bool lied;      /* fired and broke a device requirement, else a quirk */
};
const struct pring_fault_state *pring_wire_fault(uint32_t index);

/* Ends the run from inside an access: the driver's stack is dropped. Implemented by the guest. */
enum pring_stop {
    PRING_STOP_NONE = 0, /* the workload came to its end */
    PRING_STOP_ACCUSED,  /* an oracle has its verdict */
    PRING_STOP_BUSY,     /* enum pring_stall, as PRING_EV_STALL told */
    PRING_STOP_ASLEEP,
    PRING_STOP_STORM,
    PRING_STOP_PANIC,
    PRING_STOP_CRASH,   /* SIGSEGV, SIGBUS, SIGFPE, SIGILL in driver code */
    PRING_STOP_BACKEND, /* a backend that gave no answer, or a chain over the ring itself [proxy] */
    PRING_STOP_OVERLAP,
};
_Noreturn void pring_stop(enum pring_stop why) __attribute__((cold));
/* Asks for a stop at the next hook or guest call: for oracles, which may not jump. */
void pring_stop_soon(enum pring_stop why);

#ifdef __cplusplus
}
#endif
#endif
