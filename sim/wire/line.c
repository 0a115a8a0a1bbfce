/* SPDX-License-Identifier: Apache-2.0 */
/* The interrupt line as the driver sees it: InterruptStatus is always the overlay's, the backend's own is
 * drained. */
#include <string.h>

#include "wire/wire_state.h"

/* A device reset, or the end of all faults: the line stays as it is until it is looked at. A changed disk
 * stays changed over a reset. */
void wire_overlay_clear(bool keeps_config)
{
    struct overlay *v = &wire.overlay;
    bool line = v->line;
    uint32_t generation = v->generation;
    memset(v, 0, keeps_config ? offsetof(struct overlay, config_mask) : sizeof *v);
    v->line = line;
    v->generation = generation;
}

/* A rising edge is about to be shown: what do faults make of it? True: it is shown now. */
static bool fault_edge(void)
{
    bool shown = true;
    int index;
    for (uint32_t from = 0; (index = wire_match(&from, PRING_F_IRQ_LINE, PRING_SIDE_DEVICE, 0, 0)) >= 0;) {
        const struct pring_fault *fault = &wire.scenario->fault[index];
        bool lied = false;
        switch (fault->action) {
        case PRING_FAULT_DROP:
            wire.overlay.line_muted = true;
            shown = false;
            lied = pring_lie_mute(&wire.obs, wire.overlay.isr) != NULL;
            break;
        case PRING_FAULT_MUTE:
            wire.overlay.muted = true;
            shown = false;
            lied = pring_lie_mute(&wire.obs, wire.overlay.isr) != NULL;
            break;
        case PRING_FAULT_HOLD:
            wire.overlay.line_held_until =
                fault->operand ? wire.now + fault->operand * (uint64_t)WIRE_HOLD_NS : WIRE_NEVER;
            wire.may_release = true;
            shown = false;
            break;
        case PRING_FAULT_REPEAT:
            wire.overlay.repeat_line++;
            lied = pring_lie_irq(&wire.obs, 0) != NULL;
            break;
        default:
            continue;
        }
        if (fault->action != PRING_FAULT_REPEAT)
            for (unsigned q = 0; q < wire.obs.setup.queue_count; q++)
                wire_obs(q)->withheld = true;
        wire_fired((unsigned)index, lied, PRING_F_IRQ_LINE, 0);
        wire_watch((unsigned)index, 0, 0);
    }
    return shown;
}

/* A `state` fault holds a cause: acknowledging does not clear it, and the line stays. */
static bool sticky_cause(void)
{
    const uint32_t slot = pring_field_info[PRING_F_REG_INTERRUPT_STATUS].offset / 4;
    return !wire.obs.unplugged && (wire.overlay.sticky_mask >> slot & 1) && (wire.overlay.sticky[slot] & 3);
}

static void show_line(bool level)
{
    wire.overlay.line = level;
    if (!wire_is_heard(PRING_EV_IRQ, PRING_F_IRQ_LINE)) {
        wire_count(PRING_F_IRQ_LINE);
        return;
    }
    struct pring_event event = wire_event(PRING_EV_IRQ, PRING_F_IRQ_LINE);
    event.made = event.seen = level;
    event.raw = wire.overlay.isr;
    wire_emit(&event);
}

void wire_line_look(void)
{
    struct overlay *v = &wire.overlay;
    bool level = v->isr || v->spurious || sticky_cause();
    if (!level) { /* acknowledged: what kept an edge back is over */
        v->line_muted = false;
        v->line_held_until = 0;
        if (v->line)
            show_line(false);
        if (v->repeat_line) {
            v->repeat_line--;
            v->spurious = true;
            show_line(true);
        }
        return;
    }
    if (v->line || v->muted || v->line_muted || wire.now < v->line_held_until)
        return;
    if (v->line_held_until) { /* the hold is over: shown late, and no new edge */
        v->line_held_until = 0;
        show_line(true);
    } else if (!wire_is_armed(PRING_F_IRQ_LINE) || fault_edge()) {
        show_line(true);
    }
}

void wire_raise(uint32_t bits)
{
    if (wire.obs.unplugged)
        return;
    wire.overlay.isr |= bits;
    wire.overlay.line_muted = false; /* a further cause is a further edge */
    wire_line_update();
}
