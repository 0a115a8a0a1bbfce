/* SPDX-License-Identifier: Apache-2.0 */
/* What a driver lends is memory that it may lend: one live mapping in the right direction, or one live
 * object. */
#include <inttypes.h>

#include <pring/memory.h>

#include "oracle/chains.h"
#include "oracle/facts.h"

/* ASan's shadow, in builds that have it: drivers without mappings are judged by their objects alone. */
__attribute__((weak)) void *__asan_region_is_poisoned(void *start, size_t len_bytes);

static bool is_one_object(uint64_t addr, uint64_t len_bytes)
{
    if (!pring_memory_exists(addr, len_bytes))
        return false;
    return !__asan_region_is_poisoned || !__asan_region_is_poisoned((void *)(uintptr_t)addr, len_bytes);
}

static bool is_mapped(const struct pring_segment *segment)
{
    uint8_t need = segment->flags & PRING_DESC_WRITE ? PRING_BYTE_FROM_DEVICE : PRING_BYTE_TO_DEVICE;

    return pring_is_low(segment->addr, segment->len_bytes) &&
           pring_bytes_all(segment->addr, segment->len_bytes, need);
}

static const char *breach(const struct pring_segment *segment, bool identity)
{
    if (identity)
        return is_one_object(segment->addr, segment->len_bytes) ? NULL : "object";
    return is_mapped(segment) ? NULL : "mapping";
}

static const char *over_ring(const struct pring_segment *segment)
{
    if (!(segment->flags & PRING_DESC_WRITE) || !pring_is_low(segment->addr, segment->len_bytes))
        return NULL;
    return pring_bytes_any(segment->addr, segment->len_bytes, PRING_BYTE_RING) ? "ring" : NULL;
}

static void judge_segment(const struct pring_segment *segment, const struct pring_event *event,
                          struct pring_judge *judge, bool identity)
{
    const char *rule = breach(segment, identity);
    const char *access = segment->flags & PRING_DESC_WRITE ? "write" : "read";

    if (!rule)
        rule = over_ring(segment);
    if (!rule)
        return;
    if (pring_is_low(segment->addr, segment->len_bytes))
        pring_accuse(judge, rule, event,
                     "The driver lets the device %s %" PRIu32 " bytes at 0x%" PRIx64
                     ", which is not one live %s.",
                     access, segment->len_bytes, segment->addr, identity ? "object" : "mapping for that");
    else
        pring_accuse(judge, rule, event,
                     "The driver lets the device %s %" PRIu32
                     " bytes at an address where there is no memory.",
                     access, segment->len_bytes);
}

/* Premise: the words of the ring are the driver's own. */
static void window_event(void *state, const struct pring_event *event, struct pring_judge *judge)
{
    bool identity = pring_judge_dut(judge)->traits & PRING_TRAIT_IDENTITY_DMA;
    struct pring_walk walk = pring_walk_begin(pring_judge_observer(judge), event->chain);
    const struct pring_segment *segment;

    (void)state;
    if (pring_judge_facts(judge)->poked >> event->chain->queue & 1)
        return;
    while ((segment = pring_walk_next(&walk))) {
        if (segment->len_bytes != 0)
            judge_segment(segment, event, judge, identity);
    }
}

const struct pring_oracle pring_oracle_window = {
    .name = "window",
    .kinds = 1u << PRING_EV_LEND,
    .event = window_event,
    .help = "every lent descriptor lies inside one live mapping of its direction",
};
