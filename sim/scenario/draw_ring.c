/* SPDX-License-Identifier: Apache-2.0 */
/* Faults at words of a ring: split and packed rings have others. */
#include "draw.h"

/* Faults at words of one ring format are idle on the other. */
static uint8_t packed_word(uint8_t label)
{
    switch (label) {
    case PRING_F_DESC_ADDR:
        return PRING_F_PACKED_ADDR;
    case PRING_F_DESC_LEN:
    case PRING_F_USED_LEN:
        return PRING_F_PACKED_LEN;
    case PRING_F_DESC_NEXT:
    case PRING_F_AVAIL_RING:
    case PRING_F_USED_ID:
        return PRING_F_PACKED_ID;
    case PRING_F_DESC_FLAGS:
    case PRING_F_AVAIL_IDX:
    case PRING_F_USED_IDX:
        return PRING_F_PACKED_FLAGS;
    case PRING_F_AVAIL_USED_EVENT:
    case PRING_F_USED_AVAIL_EVENT:
        return PRING_F_EVENT_OFF_WRAP;
    case PRING_F_AVAIL_FLAGS:
    case PRING_F_USED_FLAGS:
        return PRING_F_EVENT_FLAGS;
    default:
        return label;
    }
}

static uint8_t split_word(uint8_t label)
{
    static const uint8_t words[] = {PRING_F_DESC_ADDR, PRING_F_USED_LEN,         PRING_F_USED_ID,
                                    PRING_F_USED_IDX,  PRING_F_USED_AVAIL_EVENT, PRING_F_USED_FLAGS};

    return pring_field_info[label].group == PRING_GROUP_PACKED ? words[label - PRING_F_PACKED_ADDR] : label;
}

static bool offers_packed(const struct pring_scenario *s)
{
    for (uint32_t i = 0; i < s->set_count; i++)
        if (s->set[i].key == PRING_SET_FEATURE_ON && s->set[i].value == FEATURE_RING_PACKED)
            return true;
    return false;
}

/* A driver need not take packed rings though they are offered: then runs have shown no word of them. */
static bool uses_packed(const struct pring_draw *draw, const struct pring_scenario *s)
{
    const uint64_t *seen = draw->hints->labels[draw->device];

    return offers_packed(s) && (seen[PRING_F_PACKED_FLAGS / 64] >> PRING_F_PACKED_FLAGS % 64 & 1);
}

void pring_draw_fit_words(struct pring_draw *draw, struct pring_scenario *s)
{
    bool packed = uses_packed(draw, s);

    if (!(draw->hints->ring_features >> FEATURE_RING_PACKED & 1))
        return;
    for (uint32_t i = 0; i < s->fault_count; i++) {
        struct pring_fault fault = s->fault[i];

        fault.label = packed ? packed_word(fault.label) : split_word(fault.label);
        fault.target = packed ? packed_word(fault.target) : split_word(fault.target);
        if (pring_canon_fault(&fault, draw->device))
            s->fault[i] = fault;
    }
}
