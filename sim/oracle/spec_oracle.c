/* SPDX-License-Identifier: Apache-2.0 */
/* The oracle `spec`: hands each event to the monitors of the driver that it concerns. Silent for a legacy
 * driver that was shown Version 1: none of these rules is made for it. */
#include "oracle/spec_monitors.h"

struct spec {
    bool legacy;
    bool other_type; /* DeviceID was shown as another device's */
    struct spec_identify identify;
    struct spec_status status;
    struct spec_features features;
    struct spec_config config;
    struct spec_queue queue;
    struct spec_ring ring;
    struct spec_irq irq;
    struct spec_rng rng;
    struct spec_blk blk;
    struct spec_net net;
    struct spec_console console;
};

static uint32_t device_type(const struct spec *s, const struct pring_judge *judge)
{
    return s->other_type ? 0 : pring_judge_observer(judge)->setup.device_type;
}

/* ---- registers ---- */

static void identity(struct spec *s, const struct pring_event *event, struct pring_judge *judge)
{
    if (event->kind == PRING_EV_REG_READ && event->field == PRING_F_REG_VERSION)
        s->legacy = event->seen == 1 && (pring_judge_dut(judge)->traits & PRING_TRAIT_LEGACY);
    if (event->kind == PRING_EV_REG_READ && event->field == PRING_F_REG_DEVICE_ID)
        s->other_type = s->features.other_type =
            event->seen != pring_judge_observer(judge)->setup.device_type;
    if (!s->legacy)
        spec_identify_register(&s->identify, event, judge);
}

static void configuration(struct spec *s, const struct pring_event *event, struct pring_judge *judge)
{
    if (s->other_type)
        return;
    spec_config_access(&s->config, event, judge);
    if (event->kind == PRING_EV_REG_READ &&
        (event->field == PRING_F_CONFIG_CAPACITY || event->field == PRING_F_CONFIG_MAX_DISCARD_SEG ||
         event->field == PRING_F_CONFIG_MAX_WRITE_ZEROES_SEG))
        spec_blk_event(&s->blk, event, judge);
    if (pring_judge_observer(judge)->setup.device_type == PRING_DEVICE_NET)
        spec_net_config(&s->net, event, judge);
}

static void status(struct spec *s, const struct pring_event *event, struct pring_judge *judge)
{
    spec_status_register(&s->status, event, judge);
    spec_features_register(&s->features, event, judge);
    spec_irq_event(&s->irq, event, judge);
    if (event->kind == PRING_EV_REG_READ)
        return;
    spec_config_register(&s->config, event, judge);
    if (event->made == 0) {
        spec_net_reset(&s->net);
        if (device_type(s, judge) == PRING_DEVICE_CONSOLE)
            spec_console_reset(&s->console, s->ring.given_up, event, judge);
    }
    spec_queue_register(&s->queue, event, judge);
    spec_ring_register(&s->ring, event, judge);
}

static void control(struct spec *s, const struct pring_event *event, struct pring_judge *judge)
{
    switch (event->field) {
    case PRING_F_REG_STATUS:
        status(s, event, judge);
        return;
    case PRING_F_REG_DEVICE_FEATURES:
    case PRING_F_REG_DEVICE_FEATURES_SEL:
        spec_features_register(&s->features, event, judge);
        spec_config_register(&s->config, event, judge);
        return;
    case PRING_F_REG_DRIVER_FEATURES:
    case PRING_F_REG_DRIVER_FEATURES_SEL:
        spec_features_register(&s->features, event, judge);
        return;
    case PRING_F_REG_QUEUE_NOTIFY:
        spec_status_register(&s->status, event, judge);
        spec_ring_register(&s->ring, event, judge);
        return;
    case PRING_F_REG_INTERRUPT_STATUS:
    case PRING_F_REG_INTERRUPT_ACK:
        spec_irq_event(&s->irq, event, judge);
        return;
    case PRING_F_REG_CONFIG_GENERATION:
        spec_config_register(&s->config, event, judge);
        return;
    case PRING_F_REG_QUEUE_RESET:
        spec_ring_register(&s->ring, event, judge);
        spec_queue_register(&s->queue, event, judge);
        return;
    case PRING_F_REG_QUEUE_READY:
        spec_ring_register(&s->ring, event, judge);
        /* fall through */
    case PRING_F_REG_QUEUE_SIZE_MAX:
    case PRING_F_REG_QUEUE_SIZE:
        spec_status_register(&s->status, event, judge);
        /* fall through */
    default:
        s->features.gave_up_here = false;
        spec_queue_register(&s->queue, event, judge);
        return;
    }
}

static void register_event(struct spec *s, const struct pring_event *event, struct pring_judge *judge)
{
    if (!s->identify.content || event->field <= PRING_F_REG_VENDOR_ID)
        identity(s, event, judge);
    if (s->legacy)
        return;
    spec_mmio_access(s->other_type, event, judge);
    if (event->addr >= SPEC_CONFIG) {
        s->features.gave_up_here = false;
        configuration(s, event, judge);
    } else if (event->len_bytes == 4 && !(event->addr & 3)) {
        control(s, event, judge);
    }
}

/* ---- driver calls ---- */

static void call_begins(struct spec *s, const struct pring_event *event, struct pring_judge *judge)
{
    spec_features_begin(&s->features, event->made);
    s->console.commanded |= event->request && event->request->op == PRING_CONTROL;
    spec_blk_event(&s->blk, event, judge);
    if (event->made != PRING_ENTRY_PROBE)
        return;
    spec_identify_begin(&s->identify);
    spec_status_begin(&s->status);
    spec_config_begin(&s->config);
    spec_net_begin(&s->net);
}

static void call_ends(struct spec *s, const struct pring_event *event, struct pring_judge *judge)
{
    if (event->made == PRING_ENTRY_PROBE) {
        spec_identify_end(&s->identify, event, judge);
        spec_features_end(&s->features, event, judge);
    }
    spec_queue_end(&s->queue, event, judge);
    spec_irq_event(&s->irq, event, judge);
    if (s->ring.owing)
        spec_ring_quiet(&s->ring, event, judge);
}

/* ---- the rest ---- */

static void lend(struct spec *s, const struct pring_event *event, struct pring_judge *judge)
{
    uint32_t type = device_type(s, judge);

    spec_ring_lend(event, judge);
    if (pring_judge_observer(judge)->queue[event->queue].packed)
        spec_ring_owe(&s->ring, event->queue);
    spec_order_lend(&s->ring, event, judge);
    spec_config_use(&s->config, event, judge);
    if (type == PRING_DEVICE_RNG)
        spec_rng_event(&s->rng, event, judge);
    else if (type == PRING_DEVICE_BLK)
        spec_blk_event(&s->blk, event, judge);
    else if (type == PRING_DEVICE_NET)
        spec_net_lend(&s->net, event, judge);
    else if (type == PRING_DEVICE_CONSOLE)
        spec_console_lend(&s->console, event, judge);
}

static void guest_call(struct spec *s, const struct pring_event *event, struct pring_judge *judge)
{
    spec_queue_call(&s->queue, event, judge);
    spec_irq_event(&s->irq, event, judge);
    if (s->ring.owing && event->call->kind == PRING_CALL_SLEEP)
        spec_ring_quiet(&s->ring, event, judge);
}

static void fault(struct spec *s, const struct pring_event *event, struct pring_judge *judge)
{
    s->ring.switched |= event->fault->action == PRING_FAULT_SWITCH;
    spec_config_fault(&s->config, event);
    spec_irq_event(&s->irq, event, judge);
    spec_rng_event(&s->rng, event, judge);
    spec_blk_event(&s->blk, event, judge);
    s->net.poked = s->console.poked = s->blk.poked;
}

static void other(struct spec *s, const struct pring_event *event, struct pring_judge *judge)
{
    switch (event->kind) {
    case PRING_EV_BEGIN:
        call_begins(s, event, judge);
        return;
    case PRING_EV_END:
        call_ends(s, event, judge);
        return;
    case PRING_EV_CALL:
        guest_call(s, event, judge);
        return;
    case PRING_EV_FAULT:
        fault(s, event, judge);
        return;
    case PRING_EV_ACT:
        spec_config_changed(&s->config, PRING_F_CONFIG_CAPACITY);
        return;
    case PRING_EV_SHOWN:
    case PRING_EV_DONE:
        if (device_type(s, judge) == PRING_DEVICE_RNG)
            spec_rng_event(&s->rng, event, judge);
        else if (event->kind == PRING_EV_SHOWN && device_type(s, judge) == PRING_DEVICE_CONSOLE)
            spec_console_shown(&s->console, event, judge);
        return;
    case PRING_EV_PANIC:
        spec_identify_panic(&s->identify, event, judge);
        spec_irq_event(&s->irq, event, judge);
        return;
    case PRING_EV_BROKEN:
        s->ring.given_up = true;
        /* fall through */
    default: /* HANDLER, STALL */
        spec_irq_event(&s->irq, event, judge);
        return;
    }
}

static void spec_event(void *state, const struct pring_event *event, struct pring_judge *judge)
{
    struct spec *s = state;

    switch (event->kind) {
    case PRING_EV_REG_READ:
    case PRING_EV_REG_WRITE:
        register_event(s, event, judge);
        return;
    case PRING_EV_LOAD:
    case PRING_EV_STORE:
        spec_ring_memory(&s->ring, event, judge);
        return;
    case PRING_EV_LEND:
        lend(s, event, judge);
        return;
    case PRING_EV_TOUCH:
        spec_packed_touch(event, judge);
        return;
    default:
        if (!s->legacy || event->kind == PRING_EV_BEGIN)
            other(s, event, judge);
        return;
    }
}

static const uint8_t words[] = {PRING_F_AVAIL_FLAGS,
                                PRING_F_AVAIL_IDX,
                                PRING_F_USED_FLAGS,
                                PRING_F_PACKED_FLAGS,
                                PRING_F_EVENT_OFF_WRAP,
                                PRING_F_EVENT_FLAGS,
                                0};

const struct pring_oracle pring_oracle_spec = {
    .name = "spec",
    .words = words,
    .kinds = SPEC_KIND(REG_READ) | SPEC_KIND(REG_WRITE) | SPEC_KIND(LOAD) | SPEC_KIND(STORE) |
             SPEC_KIND(LEND) | SPEC_KIND(TOUCH) | SPEC_KIND(BEGIN) | SPEC_KIND(END) | SPEC_KIND(CALL) |
             SPEC_KIND(FAULT) | SPEC_KIND(ACT) | SPEC_KIND(SHOWN) | SPEC_KIND(DONE) | SPEC_KIND(BROKEN) |
             SPEC_KIND(HANDLER) | SPEC_KIND(STALL) | SPEC_KIND(PANIC),
    .state_bytes = sizeof(struct spec),
    .event = spec_event,
    .help = "the driver keeps the requirements of the specification",
};
