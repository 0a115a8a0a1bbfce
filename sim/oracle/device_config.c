/* SPDX-License-Identifier: Apache-2.0 */
/*
 * MMIO-DEV-07: who reads the configuration between two reads of ConfigGeneration and finds the same
 * generation has read one configuration. Looked at with the overlay of `change` faults, which moves both;
 * answers to single reads are lies of their own.
 */
#include "oracle/spec_state.h"

enum { WORDS = 24 }; /* of the configuration space; the block device's is 96 bytes */

struct config_state {
    bool known;   /* ConfigGeneration was read */
    bool changed; /* a word changed since, under readers' eyes */
    uint32_t generation;
    uint32_t valid; /* bit: that word was read under this generation */
    uint32_t word[WORDS];
};

static void generation(struct config_state *s, const struct pring_event *event, struct pring_judge *judge)
{
    bool same = s->known && event->made == s->generation;

    if (same && s->changed)
        pring_accuse_device(judge, "MMIO-DEV-07", event, "The configuration changed under generation %u.",
                            s->generation);
    if (!same || s->changed)
        s->valid = 0; /* what was read before belongs to another generation */
    s->changed = false;
    s->known = true;
    s->generation = (uint32_t)event->made;
}

static void word(struct config_state *s, const struct pring_event *event)
{
    uint64_t n = (event->addr - SPEC_CONFIG) / 4;

    if (n >= WORDS || event->len_bytes != 4 || (event->addr & 3) || !s->known)
        return;
    s->changed |= (s->valid >> n & 1) && s->word[n] != event->made;
    s->word[n] = (uint32_t)event->made;
    s->valid |= 1u << n;
}

static void config_event(void *state, const struct pring_event *event, struct pring_judge *judge)
{
    struct config_state *s = state;

    if (event->kind == PRING_EV_BEGIN) {
        if (event->made == PRING_ENTRY_PROBE)
            s->known = false; /* the faults of another life may be over */
        return;
    }
    if (event->addr < SPEC_CONFIG - 4 || pring_judge_observer(judge)->unplugged)
        return;
    if (event->kind == PRING_EV_REG_WRITE) {
        if (event->addr >= SPEC_CONFIG)
            s->valid = 0; /* what the driver writes moves no generation */
    } else if (event->field == PRING_F_REG_CONFIG_GENERATION) {
        generation(s, event, judge);
    } else if (event->addr >= SPEC_CONFIG) {
        word(s, event);
    }
}

const struct pring_oracle pring_oracle_device_config = {
    .name = "device",
    .kinds = SPEC_KIND(REG_READ) | SPEC_KIND(REG_WRITE) | SPEC_KIND(BEGIN),
    .state_bytes = sizeof(struct config_state),
    .event = config_event,
    .help = "the backend keeps the requirements of the specification: configuration",
};
