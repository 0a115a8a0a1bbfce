/* SPDX-License-Identifier: Apache-2.0 */
/* Interrupts and timers: level lines, handlers that run to completion and never nest. */
#include "guest/guest.h"

static void call_in(enum pring_context context, void (*fn)(void *arg), void *arg)
{
    guest.context = (uint8_t)context;
    guest.progress++;
    guest.eventful = true;
    fn(arg);
    guest_take_pending();
    guest.context = PRING_CONTEXT_THREAD;
}

static bool take_line(unsigned dev)
{
    struct guest_irq *irq = &guest.irq[dev];
    if (!pring_wire_line(dev)) {
        irq->storm = 0;
        return false;
    }
    pring_wire_handler(dev, true);
    call_in(PRING_CONTEXT_INTERRUPT, irq->handler, irq->arg);
    pring_wire_handler(dev, false);
    if (!pring_wire_line(dev))
        irq->storm = 0;
    else if (++irq->storm >= GUEST_STORM_MAX)
        guest_stall(PRING_STALL_STORM);
    return true;
}

void guest_next_timer(void)
{
    guest.timer_next = GUEST_NEVER;
    for (unsigned i = 0; guest.timers_armed && i < GUEST_TIMERS; i++)
        if (guest.timer[i].due < guest.timer_next)
            guest.timer_next = guest.timer[i].due;
}

static bool take_timer(void)
{
    if (guest.timer_next > pring_wire_now())
        return false;
    unsigned n = 0;
    while (guest.timer[n].due != guest.timer_next)
        n++;
    struct guest_timer timer = guest.timer[n];
    guest.timer[n].due = GUEST_NEVER;
    guest.timers_armed--;
    guest.platform.timers--;
    guest_next_timer();
    call_in(PRING_CONTEXT_TIMER, timer.fn, timer.arg);
    return true;
}

/* One run of each handler at most: the thread gets its turn even if a line stays up. */
bool guest_interrupt(void)
{
    bool ran = false;
    for (uint32_t left = guest.lines; left; left &= left - 1) {
        unsigned dev = (unsigned)__builtin_ctz(left);
        if (guest.lines >> dev & 1) /* still: a handler may disable another line */
            ran |= take_line(dev);
    }
    if (guest.timers_armed)
        ran |= take_timer();
    return ran;
}

void guest_attend(void)
{
    guest_take_irq();
    uint32_t wanted = pring_wire_switch();
    if (__builtin_expect(wanted != 0, 0))
        guest_switch(wanted - 1);
}

/* ---- guest calls ---- */

int pring_irq_register(unsigned dev, void (*handler)(void *arg), void *arg)
{
    uint64_t pc = GUEST_PC;
    guest_enter();
    bool bad = dev >= GUEST_DEVICES || !handler || guest.irq[dev].handler;
    bool refused = bad || pring_wire_refuses(PRING_F_CALL_IRQ, pc);
    if (!refused) {
        guest.irq[dev] = (struct guest_irq){.handler = handler, .arg = arg};
        guest.platform.irqs++;
    }
    guest_tell_call(PRING_CALL_IRQ_REGISTER, refused, bad, dev, 0, 0, pc);
    guest_leave();
    return refused ? -1 : 0;
}

void pring_irq_unregister(unsigned dev)
{
    uint64_t pc = GUEST_PC;
    guest_enter();
    bool bad = dev >= GUEST_DEVICES || !guest.irq[dev].handler;
    guest_tell_call(PRING_CALL_IRQ_UNREGISTER, false, bad, dev, 0, 0, pc);
    if (!bad) {
        guest.irq[dev] = (struct guest_irq){0};
        guest.lines &= ~(1u << dev);
        guest.platform.irqs--;
    }
    guest_leave();
}

static void enable(unsigned dev, bool on, uint64_t pc)
{
    guest_enter();
    bool bad = dev >= GUEST_DEVICES || !guest.irq[dev].handler;
    guest_tell_call(on ? PRING_CALL_IRQ_ENABLE : PRING_CALL_IRQ_DISABLE, false, bad, dev, 0, 0, pc);
    if (!bad) {
        guest.irq[dev].enabled = on;
        guest.lines = (guest.lines & ~(1u << dev)) | (uint32_t)on << dev;
    }
    guest_leave();
}

void pring_irq_enable(unsigned dev)
{
    enable(dev, true, GUEST_PC);
}

void pring_irq_disable(unsigned dev)
{
    enable(dev, false, GUEST_PC);
}

unsigned pring_irq_save(void)
{
    guest_enter_idly();
    unsigned saved = guest.current->masked++;
    guest_check_stop();
    return saved;
}

void pring_irq_restore(unsigned saved)
{
    guest_enter_idly();
    guest.current->masked = saved;
    guest_leave();
}

int pring_timer_start(uint64_t ns, void (*fn)(void *arg), void *arg)
{
    uint64_t pc = GUEST_PC;
    guest_enter();
    bool bad = !fn;
    bool refused = bad || pring_wire_refuses(PRING_F_CALL_TIMER, pc) || guest.timers_armed == GUEST_TIMERS;
    int n = -1;
    if (!refused) {
        for (n = 0; guest.timer[n].due != GUEST_NEVER; n++)
            ;
        uint64_t now = pring_wire_now();
        uint64_t due = ns < GUEST_NEVER - 1 - now ? now + ns : GUEST_NEVER - 1;
        guest.timer[n] = (struct guest_timer){.fn = fn, .arg = arg, .due = due};
        guest.timers_armed++;
        guest.platform.timers++;
        guest_next_timer();
    }
    guest_tell_call(PRING_CALL_TIMER_START, refused, bad, (uint64_t)n, ns, 0, pc);
    guest_leave();
    return refused ? -1 : n;
}

void pring_timer_stop(int timer)
{
    uint64_t pc = GUEST_PC;
    guest_enter();
    bool known = timer >= 0 && timer < GUEST_TIMERS;
    guest_tell_call(PRING_CALL_TIMER_STOP, false, !known, (uint64_t)timer, 0, 0, pc);
    if (known && guest.timer[timer].due != GUEST_NEVER) { /* one that has fired is no error */
        guest.timer[timer].due = GUEST_NEVER;
        guest.timers_armed--;
        guest.platform.timers--;
        guest_next_timer();
    }
    guest_leave();
}
