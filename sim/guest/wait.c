/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sleeping, contexts, time. There is no scheduler: whoever waits looks after the others, and lets time pass
 * when nobody can run. A context that runs goes on until it waits or ends.
 */
#include "guest/guest.h"

enum {
    RELAX_NS = 40,
    RELAX_NS_MAX = 640,
    RELAX_PATIENCE = 256, /* turns at that price; then loops that only look at the clock are helped along */
    RELAX_NS_LONG = 100000,
};

static unsigned number_of(const struct guest_context *context)
{
    return (unsigned)(context - guest.contexts);
}

static bool may_run(const struct guest_context *context)
{
    if (context->state == CONTEXT_READY)
        return true;
    return context->state == CONTEXT_WAITING &&
           (pring_wire_now() >= context->deadline || (context->ready && context->ready(context->ready_arg)));
}

/* The n-th other context that can run, in order behind the current one; NULL: none. */
static struct guest_context *other(uint32_t n)
{
    unsigned self = number_of(guest.current);
    for (unsigned i = 1; i < PRING_STACKS; i++) {
        struct guest_context *context = &guest.contexts[(self + i) % PRING_STACKS];
        if (context->state != CONTEXT_FREE && may_run(context) && n-- == 0)
            return context;
    }
    return NULL;
}

static void switch_to(struct guest_context *to)
{
    struct guest_context *from = guest.current;
    guest_take_pending();
    if (to->state == CONTEXT_FREE) /* a fault has let it run to its end at that store */
        return;
    guest.current = to;
    guest.progress++;
    guest.eventful = true;
    guest_coro_switch(&from->coro, &to->coro, number_of(to));
    guest_check_stop();
}

/* ---- contexts ---- */

int guest_spawn(void (*entry)(void *arg), void *arg, bool is_driver)
{
    for (unsigned i = 1; i < PRING_STACKS; i++) {
        struct guest_context *context = &guest.contexts[i];
        if (context->state != CONTEXT_FREE)
            continue;
        context->state = CONTEXT_READY;
        context->is_driver = is_driver;
        context->masked = 0;
        context->entry = entry;
        context->arg = arg;
        guest_coro_make(&context->coro, i, guest_context_main);
        guest.platform.contexts += is_driver;
        return 0;
    }
    return -1;
}

void guest_context_main(void)
{
    struct guest_context *self = guest.current;
    guest_coro_arrived(&self->coro);
    guest_note_depth();
    self->entry(self->arg);
    guest_take_pending();
    self->state = CONTEXT_FREE;
    guest.platform.contexts -= self->is_driver;
    if (self == &guest.contexts[0]) /* the workload came to its end, and with it the run */
        guest_coro_exit();
    /* Any other will do: if it waits, it looks after the rest. Context 0 is always there. */
    unsigned next = number_of(self);
    do
        next = (next + 1) % PRING_STACKS;
    while (guest.contexts[next].state == CONTEXT_FREE);
    switch_to(&guest.contexts[next]);
    __builtin_unreachable();
}

/* As a timer tick would: where interrupts are masked, nothing comes between. */
void guest_switch(uint32_t n)
{
    struct guest_context *self = guest.current, *to = guest_may_interrupt() ? other(n) : NULL;
    if (!to)
        return;
    pring_wire_switched();
    int state = self->state; /* it may be in the condition of a wait */
    self->state = CONTEXT_READY;
    switch_to(to);
    self->state = state;
}

int pring_machine_spawn(void (*entry)(void *arg), void *arg)
{
    return guest_spawn(entry, arg, false);
}

int pring_spawn(void (*entry)(void *arg), void *arg)
{
    uint64_t pc = GUEST_PC;
    guest_enter();
    bool bad = !entry;
    bool refused = bad || pring_wire_refuses(PRING_F_CALL_SPAWN, pc) || guest_spawn(entry, arg, true) < 0;
    guest_tell_call(PRING_CALL_SPAWN, refused, bad, 0, 0, 0, pc);
    guest_leave();
    return refused ? -1 : 0;
}

/* ---- waiting ---- */

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* A timer that is due while interrupts are masked is no reason to wake up. */
static uint64_t later(uint64_t moment, uint64_t now)
{
    return moment > now ? moment : GUEST_NEVER;
}

/* The next moment at which anything may change for anybody. */
static uint64_t next_moment(uint64_t now)
{
    uint64_t next = least(later(pring_wire_next(), now), later(guest.timer_next, now));
    for (unsigned i = 0; i < PRING_STACKS; i++)
        if (guest.contexts[i].state == CONTEXT_WAITING)
            next = least(next, later(guest.contexts[i].deadline, now));
    return next;
}

static bool driver_sleeps(void)
{
    for (unsigned i = 0; i < PRING_STACKS; i++)
        if (guest.contexts[i].state == CONTEXT_WAITING && guest.contexts[i].is_driver)
            return true;
    return false;
}

static void pass_until(uint64_t moment)
{
    pring_wire_pass(moment - pring_wire_now());
    guest_check_stop();
}

static int wait_turns(struct guest_context *self)
{
    for (;;) {
        guest_burn(GUEST_WAIT_PRICE);
        guest_check_stop();
        if (self->ready && self->ready(self->ready_arg))
            return 1;
        if (pring_wire_now() >= self->deadline)
            return 0;
        if (guest_take_irq())
            continue;
        bool alone = guest.context != PRING_CONTEXT_THREAD; /* a handler that sleeps holds the machine */
        struct guest_context *next = alone ? NULL : other(0);
        if (next) {
            switch_to(next);
            continue;
        }
        uint64_t moment = next_moment(pring_wire_now());
        if (moment == GUEST_NEVER) {
            if (driver_sleeps())
                guest_stall(PRING_STALL_ASLEEP);
            return 0;
        }
        pass_until(moment);
    }
}

int guest_wait(int (*ready)(void *arg), void *arg, uint64_t ns_max, bool is_driver)
{
    struct guest_context *self = guest.current;
    uint64_t now = pring_wire_now();
    struct guest_context outer =
        *self; /* a handler of this context may wait too: wrong, but no reason to fall */
    self->ready = ready;
    self->ready_arg = arg;
    self->deadline = ns_max < GUEST_NEVER - now ? now + ns_max : GUEST_NEVER;
    self->is_driver = is_driver;
    self->state = CONTEXT_WAITING;
    int result = wait_turns(self);
    self->state = outer.state;
    self->is_driver = outer.is_driver;
    self->ready = outer.ready;
    self->ready_arg = outer.ready_arg;
    self->deadline = outer.deadline;
    guest_take_pending();
    return result;
}

int pring_wait(int (*ready)(void *arg), void *arg, uint64_t ns_max)
{
    uint64_t pc = GUEST_PC;
    guest_enter();
    bool bad = guest.context != PRING_CONTEXT_THREAD || guest.current->masked;
    guest_tell_call(PRING_CALL_SLEEP, false, bad, 0, ns_max, 0, pc);
    int result = guest_wait(ready, arg, ns_max, true);
    guest_check_stop();
    return result;
}

int pring_machine_wait(int (*ready)(void *arg), void *arg, uint64_t ns_max)
{
    guest_take_pending();
    return guest_wait(ready, arg, ns_max, false);
}

/* ---- time that passes while the driver looks on ---- */

static void pass_in_steps(uint64_t ns)
{
    uint64_t now = pring_wire_now(), end = ns < GUEST_NEVER - 1 - now ? now + ns : GUEST_NEVER - 1;
    guest_take_irq();
    for (; now < end; now = pring_wire_now()) {
        pass_until(least(end, least(later(pring_wire_next(), now), later(guest.timer_next, now))));
        guest_burn(1);
        guest_take_irq();
    }
}

/* A turn of a loop that polls through guest calls. Dearer with each turn that brings nothing. */
void guest_poll_turn(uint64_t pc)
{
    if (guest.relax_pc != pc || guest.relax_progress != guest.progress) {
        guest.relax_pc = pc;
        guest.relax_progress = guest.progress;
        guest.relax_turns = 0;
    }
    uint32_t turns = guest.relax_turns++;
    if (turns >= GUEST_SAME_MAX)
        guest_stall(PRING_STALL_BUSY);
    uint64_t price = turns < 4 ? RELAX_NS << turns : RELAX_NS_MAX;
    if (turns >= RELAX_PATIENCE) {
        uint32_t more = turns - RELAX_PATIENCE;
        price = more < 8 ? (uint64_t)RELAX_NS_MAX << more : RELAX_NS_LONG;
    }
    pass_in_steps(price);
}

void pring_relax(void)
{
    uint64_t pc = GUEST_PC;
    guest_enter_idly();
    guest_poll_turn(pc);
    guest_check_stop();
}

void pring_delay_ns(uint64_t ns)
{
    guest_enter();
    pass_in_steps(ns);
    guest_check_stop();
}

/* Loops that end by the clock: it must move, and reading it twice in a row is a turn of such a loop. */
uint64_t pring_time_ns(void)
{
    uint64_t pc = GUEST_PC;
    guest_enter_idly();
    if (guest.relax_pc == pc && guest.relax_progress == guest.progress)
        guest_poll_turn(pc);
    else if (guest.relax_progress != guest.progress) { /* a loop that relaxes as well pays there */
        guest.relax_pc = pc;
        guest.relax_progress = guest.progress;
        guest.relax_turns = 0;
    }
    guest_leave();
    return pring_wire_now();
}

int pring_context(void)
{
    return guest.context;
}
