/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guest machine as the run drives it: stacks, interrupts, hooks, islands. What drivers call is guest.h.
 */
#ifndef PRING_MACHINE_H
#define PRING_MACHINE_H

#include <pring/island.h>
#include <pring/oracle.h>
#include <pring/scenario.h>
#include <pring/wire.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Once per process, after static constructors: maps memory, snapshots every island's data, installs signal
 * handlers and sanitizer callbacks. 0, or negative with a reason on stderr. */
int pring_machine_open(void);
/* As at the start of a run, for this driver: memory, static data of the island, stacks, interrupts, timers,
 * counts. */
void pring_machine_reset(const struct pring_island *island);
/* Runs body(arg) on driver stack 0 until it returns or the run is stopped. All driver calls happen inside. */
enum pring_stop pring_machine_run(void (*body)(void *arg), void *arg);
uint64_t pring_machine_state_hash(void); /* arena, flags, island data, counts: all that reset must restore */

/* How mappings behave from here on: `byte` copies them to bounce buffers. Reset sets it back to `none`. */
void pring_machine_isolation(enum pring_isolation isolation);
/* Who gets what the driver logs; NULL (the default): nobody, and it costs nothing. */
void pring_machine_on_log(void (*sink)(const char *text));

/* ---- for the workload, on a driver stack ---- */
/* A driver's last store is looked at when the next thing happens. Call this where that thing is the bench's:
 * when a driver call has returned, before pring_wire_end; at the start of pring_done, pring_receive,
 * pring_broken. May stop the run. */
void pring_machine_sync(void);
/* As the guest calls of the same name, but not the driver's: no fault, no event, no count. */
int pring_machine_spawn(void (*entry)(void *arg), void *arg);
int pring_machine_wait(int (*ready)(void *arg), void *arg, uint64_t ns_max);
void *
pring_machine_alloc(size_t len_bytes); /* request buffers: 16-byte aligned, dirty, marked written if asked */
/* The step budget of one driver call: 10^6 hooks; reset at each. */
void pring_machine_call_begins(void);
const struct pring_platform *pring_machine_platform(void);

/* ---- what ended badly: valid after pring_machine_run returned or in the listener ---- */
struct pring_report {
    char kind[48];     /* "heap-buffer-overflow", "null-pointer", "index-out-of-bounds" ... */
    uint64_t pc, addr; /* pc: the driver's code */
    uint32_t len_bytes;
    bool is_write, is_driver;     /* is_driver false: only bench code on the stack, our own bug */
    char function[64], file[128]; /* of the innermost driver frame, when symbols are there */
    uint32_t line;
};
const struct pring_report *pring_machine_report(void); /* the first of this run, or NULL */
/* Symbolizes a driver code address; false: unknown. Slow: findings and traces only. */
bool pring_machine_symbolize(uint64_t pc, struct pring_report *where);
/* The same with the functions that were inlined there, innermost first; how many. */
uint32_t pring_machine_frames(uint64_t pc, struct pring_report *frames, uint32_t frames_max);

#ifdef __cplusplus
}
#endif
#endif
