/* SPDX-License-Identifier: Apache-2.0 */
/* What the backend itself answers at its registers, before overlay and faults
 * [2.1.2, 2.2.2, 2.4.1, 4.2.2.1, 6.2]. The set-up is what was asked of it: an odd set-up is not its fault. */
#include <pring/lie.h>

#include "oracle/device_monitors.h"

/* FEAT-DEV-01, -04, RFEAT-DEV-01 */
static void features(struct device_regs *s, const struct pring_event *event, struct pring_judge *judge)
{
    const struct pring_observer *o = pring_judge_observer(judge);
    uint64_t asked = o->setup.features, word = event->raw;
    unsigned shift = o->device_features_sel < 2 ? 32 * o->device_features_sel : 0;
    uint32_t type = o->setup.device_type;

    if (s->resetting || s->deaf)
        return;
    if (o->device_features_sel > 1)
        asked = 0;
    if (word & ~(asked >> shift & 0xffffffff))
        device_accuse(judge, "FEAT-DEV-04", event,
                      "bits 0x%llx of word %u are offered and were not asked for",
                      (unsigned long long)(word & ~(asked >> shift & 0xffffffff)), o->device_features_sel);
    if (o->device_features_sel > 1)
        return;
    s->offered = (s->offered & ~(0xffffffffull << shift)) | word << shift;
    if (shift == 32 && !(word & 1) && (asked & SPEC_BIT(SPEC_F_VERSION_1)))
        device_accuse(judge, "RFEAT-DEV-01", event, "VERSION_1 is not offered.");
    if (pring_features_unmet(type, (asked & ~(0xffffffffull << shift)) | word << shift) &
        ~pring_features_unmet(type, asked))
        device_accuse(judge, "FEAT-DEV-01", event, "A feature is offered without what it requires.");
}

static void accept(struct device_regs *s, const struct pring_event *event, const struct pring_judge *judge)
{
    uint32_t word = pring_judge_observer(judge)->driver_features_sel;

    if (word > 3)
        return;
    if (word > 1)
        s->beyond |= event->made != 0;
    else
        s->accepted = (s->accepted & ~(0xffffffffull << (32 * word))) | event->made << (32 * word);
}

/* RESET-DEV-01, FEAT-DEV-03 */
static void status(struct device_regs *s, const struct pring_event *event, struct pring_judge *judge)
{
    uint64_t offered = pring_judge_observer(judge)->setup.features;

    if (event->raw == 0)
        s->resetting = false;
    if (s->resetting && s->idle && !s->told) {
        s->told = true;
        device_accuse(judge, "RESET-DEV-01", event,
                      "Status reads 0x%llx after a reset, and the device is idle.",
                      (unsigned long long)event->raw);
    }
    if (s->resetting || s->deaf || !(event->raw & SPEC_FEATURES_OK) || s->told)
        return;
    if (!(s->accepted & SPEC_BIT(SPEC_F_VERSION_1)) || (s->accepted & ~offered) || s->beyond) {
        s->told = true;
        device_accuse(judge, "FEAT-DEV-03", event, "FEATURES_OK is set with the features 0x%llx.",
                      (unsigned long long)s->accepted);
    }
}

static bool has_ring_reset(const struct device_regs *s, const struct pring_judge *judge)
{
    return (s->accepted & pring_judge_observer(judge)->setup.features) >> SPEC_F_RING_RESET & 1;
}

/* MMIO-DEV-06, MMIO-DEV-14 */
static void queue_ready(const struct device_regs *s, const struct pring_event *event,
                        struct pring_judge *judge)
{
    uint8_t bit = (uint8_t)(1u << (event->queue & 7));

    if (event->raw == 0 || s->resetting || (s->ready & bit))
        return;
    device_accuse(judge, s->renewed & bit ? "MMIO-DEV-14" : "MMIO-DEV-06", event,
                  "QueueReady of queue %u is %llu after a reset.", event->queue,
                  (unsigned long long)event->raw);
}

/* MMIO-DEV-09, -10, -13 */
static void queue_reset(struct device_regs *s, const struct pring_event *event, struct pring_judge *judge)
{
    uint8_t bit = (uint8_t)(1u << (event->queue & 7));

    if (!has_ring_reset(s, judge) || s->resetting || event->queue >= PRING_QUEUES_MAX)
        return;
    if (event->raw == 0) {
        s->renewed |= s->renewing & bit;
        s->renewing &= (uint8_t)~bit;
    } else if (!(s->renewing & bit)) {
        device_accuse(judge, s->ready & bit ? "MMIO-DEV-10" : "MMIO-DEV-09", event,
                      "QueueReset of queue %u is %llu, and nobody has asked for it.", event->queue,
                      (unsigned long long)event->raw);
    } else if (s->idle) {
        device_accuse(judge, "MMIO-DEV-13", event, "QueueReset of queue %u is %llu, and the device is idle.",
                      event->queue, (unsigned long long)event->raw);
    }
}

static void read(struct device_regs *s, const struct pring_event *event, struct pring_judge *judge)
{
    switch (event->field) {
    case PRING_F_REG_MAGIC_VALUE:
        if (event->raw != SPEC_MAGIC)
            device_accuse(judge, "MMIO-DEV-01", event, "MagicValue is 0x%llx.",
                          (unsigned long long)event->raw);
        return;
    case PRING_F_REG_VERSION:
        if (event->raw != SPEC_VERSION)
            device_accuse(judge, "MMIO-DEV-02", event, "Version is %llu.", (unsigned long long)event->raw);
        return;
    case PRING_F_REG_DEVICE_FEATURES:
        features(s, event, judge);
        return;
    case PRING_F_REG_STATUS:
        status(s, event, judge);
        return;
    case PRING_F_REG_INTERRUPT_STATUS:
        if (event->raw != 0 && !s->running && !s->resetting)
            device_accuse(judge, "MMIO-DEV-05", event, "InterruptStatus is 0x%llx after a reset.",
                          (unsigned long long)event->raw);
        return;
    case PRING_F_REG_QUEUE_READY:
        queue_ready(s, event, judge);
        return;
    case PRING_F_REG_QUEUE_RESET:
        queue_reset(s, event, judge);
        return;
    default:
        return;
    }
}

static void write(struct device_regs *s, const struct pring_event *event, const struct pring_judge *judge)
{
    uint8_t bit = (uint8_t)(1u << (event->queue & 7));

    switch (event->field) {
    case PRING_F_REG_STATUS:
        if (event->made == 0)
            *s = (struct device_regs){.resetting = true};
        s->running |= (event->made & SPEC_DRIVER_OK) != 0;
        return;
    case PRING_F_REG_DEVICE_FEATURES_SEL:
    case PRING_F_REG_DRIVER_FEATURES_SEL:
        s->deaf |= s->resetting;
        return;
    case PRING_F_REG_DRIVER_FEATURES:
        s->deaf |= s->resetting;
        accept(s, event, judge);
        return;
    case PRING_F_REG_QUEUE_READY:
        if (!(event->made & 1))
            return;
        s->ready |= bit;
        s->renewing &= (uint8_t)~bit;
        s->renewed &= (uint8_t)~bit;
        return;
    case PRING_F_REG_QUEUE_RESET:
        if (!(event->made & 1) || !has_ring_reset(s, judge))
            return;
        s->ready &= (uint8_t)~bit;
        s->renewing |= bit;
        s->idle = false;
        return;
    default:
        return;
    }
}

void device_regs_register(struct device_regs *s, const struct pring_event *event, struct pring_judge *judge)
{
    if (event->kind == PRING_EV_REG_READ)
        read(s, event, judge);
    else
        write(s, event, judge);
}
