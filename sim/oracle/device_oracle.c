/* SPDX-License-Identifier: Apache-2.0 */
/* The oracle `device`: hands each event to the monitors of the backend that it concerns. What they find is
 * the backend's own fault, reported apart from the driver's. */
#include <string.h>

#include <pring/backend.h>

#include "oracle/device_monitors.h"

struct device {
    struct device_regs regs;
    struct device_config config;
    struct device_irq irq;
    struct device_ring ring;
};

static void register_event(struct device *s, const struct pring_event *event, struct pring_judge *judge)
{
    if (event->len_bytes != 4 || (event->addr & 3))
        return;
    switch (event->field) {
    case PRING_F_REG_STATUS:
        device_regs_register(&s->regs, event, judge);
        device_irq_event(&s->irq, event, judge);
        device_ring_event(&s->ring, event, judge);
        return;
    case PRING_F_REG_QUEUE_READY:
    case PRING_F_REG_QUEUE_RESET:
        device_regs_register(&s->regs, event, judge);
        device_ring_event(&s->ring, event, judge);
        return;
    case PRING_F_REG_MAGIC_VALUE:
    case PRING_F_REG_VERSION:
    case PRING_F_REG_DEVICE_FEATURES:
    case PRING_F_REG_DRIVER_FEATURES:
    case PRING_F_REG_INTERRUPT_STATUS:
        device_regs_register(&s->regs, event, judge);
        return;
    case PRING_F_REG_INTERRUPT_ACK: /* of a bit that a fault has shown, too: the device may have raised it
                                       just now */
        s->irq.config_told |= event->kind == PRING_EV_REG_WRITE && (event->made & 2);
        return;
    case PRING_F_REG_CONFIG_GENERATION:
        if (event->kind == PRING_EV_REG_READ)
            device_config_generation(&s->config, event, judge);
        return;
    default:
        if (event->addr >= SPEC_CONFIG)
            device_config_word(&s->config, event);
        return;
    }
}

/* A checker of the design, or the bus in front of it. */
static void violation(const struct pring_event *event, struct pring_judge *judge)
{
    static const char *const bus_errors[PRING_BUS_ERROR_COUNT] = {
        [PRING_BUS_ADDRESS] = "bus-address", [PRING_BUS_COMMAND] = "bus-command",
        [PRING_BUS_BURST] = "bus-burst",     [PRING_BUS_BYTE_ENABLE] = "bus-byte-enable",
        [PRING_BUS_GENERIC] = "bus-error",   [PRING_BUS_NO_ANSWER] = "bus-no-answer",
    };
    uint64_t error = event->made - PRING_VIOLATION_BUS;

    if (error < PRING_BUS_ERROR_COUNT && bus_errors[error])
        pring_accuse_device(judge, bus_errors[error], event,
                            "The platform's bus answered an access of or to the device with an error: %s.",
                            bus_errors[error] + strlen("bus-"));
    else
        pring_accuse_device(judge, "checker", event, "A checker saw a rule of the design broken: code %#llx.",
                            (unsigned long long)event->made);
}

/* Whose queue an interrupt is about it does not say, unless there is none left. */
static void interrupt(struct device *s, const struct pring_event *event, struct pring_judge *judge)
{
    if (event->field == PRING_F_IRQ_LINE && event->made)
        s->irq.for_nobody = device_ring_is_all_reset(&s->ring, judge);
    else if (event->field == PRING_F_REG_INTERRUPT_STATUS)
        s->irq.for_nobody &= device_ring_is_all_reset(&s->ring, judge);
    device_irq_event(&s->irq, event, judge);
}

static void device_event(void *state, const struct pring_event *event, struct pring_judge *judge)
{
    struct device *s = state;

    switch (event->kind) {
    case PRING_EV_REG_READ:
    case PRING_EV_REG_WRITE:
        register_event(s, event, judge);
        return;
    case PRING_EV_STORE:
        if (event->field == PRING_F_AVAIL_RING)
            device_ring_event(&s->ring, event, judge);
        return;
    case PRING_EV_BEGIN:
        if (event->made == PRING_ENTRY_PROBE)
            s->config.known = false; /* the faults of another life may be over */
        return;
    case PRING_EV_DEV_IDLE:
        s->regs.idle = true;
        device_irq_event(&s->irq, event, judge);
        device_ring_event(&s->ring, event, judge);
        return;
    case PRING_EV_DEV_IRQ:
        interrupt(s, event, judge);
        return;
    case PRING_EV_MADE:
    case PRING_EV_ACT:
        device_irq_event(&s->irq, event, judge);
        return;
    case PRING_EV_VIOLATION:
        violation(event, judge);
        return;
    default: /* DEV_READ, DEV_WRITE, LEND, TOUCH */
        device_ring_event(&s->ring, event, judge);
        return;
    }
}

static const uint8_t words[] = {PRING_F_AVAIL_RING, 0};

const struct pring_oracle pring_oracle_device = {
    .name = "device",
    .words = words,
    .kinds = SPEC_KIND(REG_READ) | SPEC_KIND(REG_WRITE) | SPEC_KIND(STORE) | SPEC_KIND(BEGIN) |
             SPEC_KIND(DEV_IDLE) | SPEC_KIND(MADE) | SPEC_KIND(DEV_IRQ) | SPEC_KIND(ACT) |
             SPEC_KIND(DEV_READ) | SPEC_KIND(DEV_WRITE) | SPEC_KIND(LEND) | SPEC_KIND(TOUCH) |
             SPEC_KIND(VIOLATION),
    .state_bytes = sizeof(struct device),
    .event = device_event,
    .help = "the backend keeps the requirements of the specification",
};
