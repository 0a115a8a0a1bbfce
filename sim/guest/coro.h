/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stacks at fixed addresses, and the switch between them. Nothing is unwound: a stack that is left for good
 * is unpoisoned and used again. Stack 0 runs the workload; the main stack is the bench's.
 */
#ifndef PRING_GUEST_CORO_H
#define PRING_GUEST_CORO_H

#include <stddef.h>
#include <stdint.h>

struct guest_coro {
    void *sp;            /* while it does not run */
    void *fake_stack;    /* the sanitizer's */
    uintptr_t low_water; /* lowest frame address seen since it was cleared; 0: not used since */
};

/* Lowest address of stack n, above its guard page. */
uintptr_t guest_stack_base(unsigned n);
/* Makes stack n start in entry(), which never returns. */
void guest_coro_make(struct guest_coro *coro, unsigned n, void (*entry)(void));
/* From the bench's stack into `to`; returns when guest_coro_exit is called. */
void guest_coro_enter(struct guest_coro *to, unsigned n);
/* From one driver stack to another; comes back when somebody switches here again. */
void guest_coro_switch(struct guest_coro *from, struct guest_coro *to, unsigned to_n);
/* Back to the bench's stack, for good. */
_Noreturn void guest_coro_exit(void);
/* First thing on a new stack. */
void guest_coro_arrived(struct guest_coro *self);
/* Still on stack n, but somebody has told the sanitizer otherwise. */
void guest_coro_again(unsigned n);
/* A signal handler makes the program go on elsewhere: on the stack [bottom, bottom + len), where landed() is
 * called first. */
void guest_coro_throw(const void *bottom, size_t len_bytes);
void guest_coro_landed(void);
/* After a run: what was dropped leaves no poison, and nothing to read. */
void guest_coro_clear(struct guest_coro *coro, unsigned n);

#endif
