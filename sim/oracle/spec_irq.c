/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a driver does with its interrupt [4.2.2.2, 4.2.3.4]. A handler may leave the work for later, so
 * nothing is judged while it runs: a driver owes an answer when a call of the bench returns, or when the
 * level that it never acknowledged has become a storm. A device reset takes all away. Who polls owes nothing,
 * nor does a driver that has given the device up, or that is interrupted before DRIVER_OK, which no device
 * may do.
 */
#include "oracle/spec_monitors.h"

enum { DEFINED = 3 };

static void handler(struct spec_irq *s, const struct pring_event *event, const struct pring_judge *judge)
{
    s->in_handler = event->made != 0;
    s->undefined_here = false;
    if (!s->in_handler || s->given_up || !pring_judge_observer(judge)->driver_ok)
        return;
    s->unread = s->enabled = true;
    if (!s->owed)
        s->acked = false;
}

static void status_read(struct spec_irq *s, const struct pring_event *event)
{
    if (event->seen & ~(uint64_t)DEFINED) {
        s->undefined_here = true;
    }
    if (s->unread)
        s->owed |= event->seen & DEFINED;
    s->unread = false;
}

/* MMIO-IRQ-DRV-01: blindly acknowledged. A driver that clears old interrupts before it has a handler asks
 * nobody. */
static void acknowledge(struct spec_irq *s, const struct pring_event *event, struct pring_judge *judge)
{
    if (s->unread)
        spec_accuse(judge, "MMIO-IRQ-DRV-01", event,
                    "An interrupt is acknowledged, and InterruptStatus was not read.");
    s->unread = false;
    s->acked = true;
    s->owed &= (uint8_t)~event->made;
}

/* MMIO-DRV-21, MMIO-IRQ-DRV-01, -03 */
static void judge_debts(struct spec_irq *s, const struct pring_event *event, struct pring_judge *judge)
{
    if (s->owed && s->acked)
        spec_accuse(judge, "MMIO-DRV-21", event,
                    "Bits 0x%x of InterruptStatus were handled and not acknowledged.", s->owed);
    else if (s->owed || s->unread)
        spec_accuse(judge, "MMIO-IRQ-DRV-03", event, "An interrupt was handled and never acknowledged.");
    s->owed = 0;
    s->unread = false;
}

/* MMIO-DRV-20: nothing else was wrong, and the driver gives up over bits that mean nothing. */
static void give_up(struct spec_irq *s, const struct pring_event *event, struct pring_judge *judge)
{
    s->given_up = true;
    s->owed = 0;
    s->unread = false;
    if (s->in_handler && s->undefined_here && !s->other_fault)
        spec_accuse(judge, "MMIO-DRV-20", event,
                    "The driver gives up over undefined bits of InterruptStatus.");
}

static void register_event(struct spec_irq *s, const struct pring_event *event, struct pring_judge *judge)
{
    bool write = event->kind == PRING_EV_REG_WRITE;

    switch (event->field) {
    case PRING_F_REG_INTERRUPT_STATUS:
        if (!write)
            status_read(s, event);
        return;
    case PRING_F_REG_INTERRUPT_ACK:
        if (write)
            acknowledge(s, event, judge);
        return;
    case PRING_F_REG_STATUS:
        if (spec_is_reset_write(event)) {
            s->owed = 0;
            s->unread = s->given_up = false;
        } else if (write && (event->made & SPEC_FAILED)) {
            give_up(s, event, judge);
        } else if (!write && (event->seen & SPEC_NEEDS_RESET)) {
            s->undefined_here = false; /* there is a reason now */
        }
        return;
    default:
        return;
    }
}

static void call(struct spec_irq *s, const struct pring_event *event)
{
    switch (event->call->kind) {
    case PRING_CALL_IRQ_ENABLE:
        s->enabled = true;
        return;
    case PRING_CALL_IRQ_DISABLE:
    case PRING_CALL_IRQ_UNREGISTER:
        s->enabled = false;
        return;
    default:
        return;
    }
}

void spec_irq_event(struct spec_irq *s, const struct pring_event *event, struct pring_judge *judge)
{
    switch (event->kind) {
    case PRING_EV_HANDLER:
        handler(s, event, judge);
        return;
    case PRING_EV_CALL:
        call(s, event);
        return;
    case PRING_EV_END:
        if (s->enabled && !s->in_handler)
            judge_debts(s, event, judge);
        return;
    case PRING_EV_STALL:
        if (event->made == PRING_STALL_STORM)
            judge_debts(s, event, judge);
        return;
    case PRING_EV_FAULT:
        s->other_fault |= spec_fault_subject(event) != PRING_F_REG_INTERRUPT_STATUS;
        return;
    case PRING_EV_BROKEN:
    case PRING_EV_PANIC:
        give_up(s, event, judge);
        return;
    default:
        register_event(s, event, judge);
        return;
    }
}
