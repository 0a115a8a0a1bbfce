/* SPDX-License-Identifier: Apache-2.0 */
#include "guest/coro.h"

#include <stdbool.h>

#include <pring/memory.h>

#ifndef PRING_PLAIN
#include <sanitizer/common_interface_defs.h>
#endif

#include "wire/memory_object.h"
#include "wire/poison.h"

static struct guest_coro bench; /* the bench's own stack: the process's, or a backend's host's */
static const void *bench_bottom;
static size_t bench_bytes;
static bool entered; /* from there, just now */

uintptr_t guest_stack_base(unsigned n)
{
    return PRING_STACK_BASE + (uintptr_t)n * (PRING_STACK_BYTES + 4096) + 4096;
}

/* ---- the switch itself ---- */

#if defined __x86_64__ && !defined PRING_PORTABLE_SWITCH
#define HAS_OWN_SWITCH 1
void guest_switch_stacks(void **save_sp, void *load_sp);
__asm__(".text\n"
        ".globl guest_switch_stacks\n"
        ".type guest_switch_stacks, @function\n"
        "guest_switch_stacks:\n"
        "    pushq %rbp\n    pushq %rbx\n    pushq %r12\n    pushq %r13\n    pushq %r14\n    pushq %r15\n"
        "    movq %rsp, (%rdi)\n"
        "    movq %rsi, %rsp\n"
        "    popq %r15\n    popq %r14\n    popq %r13\n    popq %r12\n    popq %rbx\n    popq %rbp\n"
        "    ret\n"
        ".size guest_switch_stacks, . - guest_switch_stacks\n");

static void *first_frame(uintptr_t base, void (*entry)(void))
{
    uintptr_t *sp = (uintptr_t *)(base + PRING_STACK_BYTES);
    *--sp = 0; /* keeps the stack aligned as after a call, and ends every unwinding */
    *--sp = (uintptr_t)entry;
    for (int i = 0; i < 6; i++)
        *--sp = 0;
    return sp;
}
#else
/* Two system calls per switch: slow, right, and portable. */
#include <ucontext.h>

static ucontext_t contexts[PRING_STACKS + 1];
static ucontext_t *context_of(uintptr_t base)
{
    return &contexts[base ? (base - PRING_STACK_BASE) / (PRING_STACK_BYTES + 4096) : PRING_STACKS];
}

static void guest_switch_stacks(void **save_sp, void *load_sp)
{
    if (!*save_sp)
        *save_sp = &contexts[PRING_STACKS];
    swapcontext(*save_sp, load_sp);
}

static void *first_frame(uintptr_t base, void (*entry)(void))
{
    ucontext_t *context = context_of(base);
    getcontext(context);
    context->uc_stack.ss_sp = (void *)base;
    context->uc_stack.ss_size = PRING_STACK_BYTES;
    context->uc_link = NULL;
    makecontext(context, entry, 0);
    return context;
}
#endif

/* ---- what the sanitizer must know of it ---- */

static void leave_to(void **fake_stack, const void *bottom, size_t len_bytes)
{
#ifdef PRING_PLAIN
    (void)fake_stack, (void)bottom, (void)len_bytes;
#else
    __sanitizer_start_switch_fiber(fake_stack, bottom, len_bytes);
#endif
}

static void arrive(void *fake_stack, const void **bottom, size_t *len_bytes)
{
#ifdef PRING_PLAIN
    (void)fake_stack, (void)bottom, (void)len_bytes;
#else
    __sanitizer_finish_switch_fiber(fake_stack, bottom, len_bytes);
#endif
}

void guest_coro_make(struct guest_coro *coro, unsigned n, void (*entry)(void))
{
    uintptr_t base = guest_stack_base(n);
    coro->sp = first_frame(base, entry);
    coro->fake_stack = NULL;
    if (!coro->low_water)
        coro->low_water = base + PRING_STACK_BYTES;
}

void guest_coro_enter(struct guest_coro *to, unsigned n)
{
    entered = true;
    leave_to(&bench.fake_stack, (void *)guest_stack_base(n), PRING_STACK_BYTES);
    guest_switch_stacks(&bench.sp, to->sp);
    arrive(bench.fake_stack, NULL, NULL);
}

void guest_coro_arrived(struct guest_coro *self)
{
    const void *bottom = NULL;
    size_t len_bytes = 0;
    arrive(self->fake_stack, &bottom, &len_bytes);
    if (entered) {
        bench_bottom = bottom;
        bench_bytes = len_bytes;
        entered = false;
    }
}

void guest_coro_again(unsigned n)
{
    void *fake_stack = NULL;
    leave_to(&fake_stack, (void *)guest_stack_base(n), PRING_STACK_BYTES);
    arrive(fake_stack, NULL, NULL);
}

void guest_coro_switch(struct guest_coro *from, struct guest_coro *to, unsigned to_n)
{
    leave_to(&from->fake_stack, (void *)guest_stack_base(to_n), PRING_STACK_BYTES);
    guest_switch_stacks(&from->sp, to->sp);
    arrive(from->fake_stack, NULL, NULL);
}

void guest_coro_exit(void)
{
    leave_to(NULL, bench_bottom, bench_bytes);
#ifdef HAS_OWN_SWITCH
    static void *dropped;
    guest_switch_stacks(&dropped, bench.sp);
#else
    setcontext(bench.sp);
#endif
    __builtin_unreachable();
}

void guest_coro_throw(const void *bottom, size_t len_bytes)
{
    leave_to(NULL, bottom, len_bytes);
}

void guest_coro_landed(void)
{
    arrive(NULL, NULL, NULL);
}

/* Frames of leaf functions may lie below what was seen: goes on down until a page is clean. */
PRING_RAW void guest_coro_clear(struct guest_coro *coro, unsigned n)
{
    uintptr_t base = guest_stack_base(n), top = base + PRING_STACK_BYTES;
    if (!coro->low_water)
        return;
    uintptr_t low = coro->low_water & ~(uintptr_t)4095;
    if (low < base || low >= top)
        low = base;
    while (low > base) {
        const uint64_t *word = (const uint64_t *)(low - 4096);
        uint64_t found = 0;
        for (unsigned i = 0; i < 512; i++)
            found |= word[i];
        if (!found)
            break;
        low -= 4096;
    }
    pring_fill((void *)low, 0, top - low);
    low = low > base ? low - 4096 : base;
    pring_unpoison((void *)low, top - low);
    coro->low_water = 0;
}
