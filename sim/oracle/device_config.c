/* SPDX-License-Identifier: Apache-2.0 */
/*
 * MMIO-DEV-07: who reads the configuration between two reads of ConfigGeneration and finds the same
 * generation has read one configuration. Looked at with the overlay of `change` faults, which moves both;
 * answers to single reads are lies of their own.
 */
#include "oracle/device_monitors.h"

void device_config_generation(struct device_config *s, const struct pring_event *event,
                              struct pring_judge *judge)
{
    bool same = s->known && event->made == s->generation;

    if (same && s->changed)
        device_accuse(judge, "MMIO-DEV-07", event, "The configuration changed under generation %u.",
                      s->generation);
    if (!same || s->changed)
        s->valid = 0; /* what was read before belongs to another generation */
    s->changed = false;
    s->known = true;
    s->generation = (uint32_t)event->made;
}

void device_config_word(struct device_config *s, const struct pring_event *event)
{
    uint64_t n = (event->addr - SPEC_CONFIG) / 4;

    if (event->kind == PRING_EV_REG_WRITE)
        s->valid = 0; /* what the driver writes moves no generation */
    if (event->kind == PRING_EV_REG_WRITE || n >= DEVICE_CONFIG_WORDS || !s->known)
        return;
    s->changed |= (s->valid >> n & 1) && s->word[n] != event->made;
    s->word[n] = (uint32_t)event->made;
    s->valid |= 1u << n;
}
