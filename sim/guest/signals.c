/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signals of driver code: a wild pointer, a division by zero, a stack that is used up, and loops without a
 * single load or store, which no hook sees. The handler only notes what happened and lets the program go on
 * in landed(), on a stack of its own: from there the run ends like any other. A signal of the bench's own
 * code is our own bug.
 */
#include <signal.h>
#include <stdio.h>
#include <sys/time.h>
#include <unistd.h>

#include "guest/guest.h"

#ifndef PRING_PLAIN
#include <sanitizer/common_interface_defs.h>
#endif

enum { HANDLER_BYTES = 1 << 16, LANDING_BYTES = 1 << 18, TICK_MICROSECONDS = 250000 };

static _Alignas(16) char handler_stack[HANDLER_BYTES];
static _Alignas(16) char landing_stack[LANDING_BYTES];
static struct {
    int number;
    uint64_t pc, addr;
    bool is_write;
} crash;

static const char *kind_of_crash(void)
{
    uintptr_t base = guest_stack_base((unsigned)(guest.current - guest.contexts));
    switch (crash.number) {
    case SIGFPE:
        return "arithmetic-error";
    case SIGILL:
    case SIGTRAP:
        return "illegal-instruction";
    case SIGBUS:
        return "bus-error";
    default:
        if (crash.addr < 65536)
            return "null-pointer";
        return crash.addr >= base - 4096 && crash.addr < base + 4096 ? "stack-overflow" : "wild-access";
    }
}

static _Noreturn void landed(void)
{
    guest_coro_landed();
    if (crash.number == SIGVTALRM)
        guest_stall(PRING_STALL_BUSY);
    guest.pending.len_bytes = 0;
    if (kind_of_crash()[0] == 's') /* all of the stack was used */
        guest.current->coro.low_water = guest_stack_base((unsigned)(guest.current - guest.contexts));
    guest_report(kind_of_crash(), crash.addr, 0, crash.is_write, crash.pc);
    pring_stop(PRING_STOP_CRASH);
}

static _Noreturn void own_bug(int number, uint64_t pc)
{
    fprintf(stderr, "pring: internal error: signal %d at %#lx in the bench's own code\n", number,
            (unsigned long)pc);
#ifndef PRING_PLAIN
    __sanitizer_print_stack_trace();
#endif
    _exit(3);
}

#ifdef __x86_64__
#include <ucontext.h>

static uint64_t pc_of(const ucontext_t *context)
{
    return (uint64_t)context->uc_mcontext.gregs[REG_RIP];
}

static void go_on_in_landed(ucontext_t *context)
{
    guest_coro_throw(landing_stack, LANDING_BYTES);
    crash.is_write = crash.number == SIGSEGV && context->uc_mcontext.gregs[REG_ERR] & 2;
    context->uc_mcontext.gregs[REG_RIP] = (greg_t)(uintptr_t)landed;
    /* As after a call: 8 below a multiple of 16. */
    context->uc_mcontext.gregs[REG_RSP] = (greg_t)(uintptr_t)(landing_stack + LANDING_BYTES - 8);
}
#elif defined __aarch64__
#include <ucontext.h>

static uint64_t pc_of(const ucontext_t *context)
{
    return context->uc_mcontext.pc;
}

static void go_on_in_landed(ucontext_t *context)
{
    guest_coro_throw(landing_stack, LANDING_BYTES);
    context->uc_mcontext.pc = (uintptr_t)landed;
    context->uc_mcontext.sp = (uintptr_t)(landing_stack + LANDING_BYTES);
}
#else
#error "signals.c needs to know this machine's program counter"
#endif

static void on_crash(int number, siginfo_t *info, void *raw)
{
    ucontext_t *context = raw;
    uint64_t pc = pc_of(context);
    /* A jump to nowhere: the frame above is all that there is, and nobody but a driver does that here. */
    bool wild_jump = pc == (uintptr_t)info->si_addr && number == SIGSEGV;
    if (!guest.running || !(guest_is_driver_text(pc) || guest.acting_pc || wild_jump))
        own_bug(number, pc);
    crash.number = number;
    crash.pc = guest_is_driver_text(pc) || !guest.acting_pc ? pc : guest.acting_pc;
    crash.addr = (uintptr_t)info->si_addr;
    go_on_in_landed(context);
}

/* Every quarter of a second of processor time: if the driver has not met a single hook since, it never will.
 */
static void on_tick(int number, siginfo_t *info, void *raw)
{
    static uint64_t serial;
    static uint64_t hooks; /* unsigned: the tick may come between two of these words */
    (void)info;
    uint64_t now = (uint64_t)guest.spent + (uint64_t)guest.quantum - (uint64_t)guest.fuel;
    bool same = guest.running && serial == guest.run_serial && hooks == now;
    serial = guest.run_serial;
    hooks = now;
    if (!same || !guest_is_driver_text(pc_of(raw)))
        return;
    crash.number = number;
    go_on_in_landed(raw);
}

int guest_reports_open(void)
{
    static const int numbers[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP};
    stack_t stack = {.ss_sp = handler_stack, .ss_size = sizeof handler_stack};
    struct sigaction action = {.sa_sigaction = on_crash, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    if (sigaltstack(&stack, NULL))
        return -1;
    for (unsigned i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        if (sigaction(numbers[i], &action, NULL))
            return -1;
    struct itimerval tick = {{0, TICK_MICROSECONDS}, {0, TICK_MICROSECONDS}};
    action.sa_sigaction = on_tick;
    action.sa_flags |= SA_RESTART;
    return sigaction(SIGVTALRM, &action, NULL) || setitimer(ITIMER_VIRTUAL, &tick, NULL) ? -1 : 0;
}

#ifndef PRING_PLAIN
/* The sanitizers' run-time itself: it keeps out of the way. Its copies' checks would find the arena's red
 * zones. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "handle_segv=0:handle_sigbus=0:handle_sigfpe=0:handle_sigill=0:handle_sigtrap=0:detect_leaks=0:"
           "detect_stack_use_after_return=0:detect_odr_violation=0:check_printf=0:malloc_context_size=4:"
           "allocator_may_return_null=1:exitcode=3"
#ifndef PRING_SELF
           ":replace_intrin=0"
#endif
        ;
}
#endif
