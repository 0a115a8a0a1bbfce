/* SPDX-License-Identifier: Apache-2.0 */
/* Memory that nobody has written is not the device's to read: it holds what stood there before. */
#include <inttypes.h>

#include <pring/memory.h>

#include "oracle/chains.h"
#include "oracle/copied.h"
#include "oracle/facts.h"

enum { HEADER_BYTES = 64 }; /* what is not payload: there four bytes of pattern are no chance */
enum { RUN_BYTES = 4 }; /* so many in a row are no chance, even where something went by the hooks unseen */

/* The dirty pattern is only in the arena. */
static bool is_arena(uint64_t addr, uint64_t len_bytes)
{
    return addr >= PRING_ARENA_BASE && len_bytes <= PRING_ARENA_BYTES &&
           addr - PRING_ARENA_BASE <= PRING_ARENA_BYTES - len_bytes;
}

static bool is_untouched(uint64_t addr)
{
    uint8_t value;

    if (pring_bytes_any(addr, 1, PRING_BYTE_WRITTEN | PRING_BYTE_DEVICE))
        return false;
    pring_copy(&value, (const void *)(uintptr_t)addr, 1);
    return value == pring_memory_dirty(addr);
}

/* How many bytes are as they were allocated; *first the first of them. A store that the hooks missed leaves
 * bytes without a flag but with another value: then only a run of bytes counts. */
static uint32_t count_untouched(uint64_t addr, uint32_t len_bytes, uint64_t *first)
{
    uint32_t total = 0, run = 0, longest = 0, unseen = 0;

    for (uint32_t i = 0; i < len_bytes; i++) {
        bool untouched = is_untouched(addr + i);
        if (untouched && total == 0)
            *first = addr + i;
        total += untouched;
        run = untouched ? run + 1 : 0;
        longest = run > longest ? run : longest;
        unseen += !untouched && !pring_bytes_any(addr + i, 1, PRING_BYTE_WRITTEN | PRING_BYTE_DEVICE);
    }
    return unseen == 0 || longest >= RUN_BYTES ? total : 0;
}

/* A header assembled elsewhere, in memory that was never written, and copied: all of it counts as written. */
static void judge_copied(const struct pring_segment *segment, const struct pring_event *event,
                         struct pring_judge *judge)
{
    uint8_t bytes[HEADER_BYTES];

    if (segment->len_bytes > sizeof(bytes))
        return;
    pring_copy(bytes, (const void *)(uintptr_t)segment->addr, segment->len_bytes);
    for (uint32_t i = 0; i + 4 <= segment->len_bytes; i += 4) {
        if (!pring_is_pattern(bytes + i))
            continue;
        pring_accuse(judge, "uninitialised-copy", event,
                     "The driver lets the device read %" PRIu32 " bytes at 0x%" PRIx64
                     ". Those from byte %" PRIu32 " on were copied from memory that nobody has written.",
                     segment->len_bytes, segment->addr, i);
        return;
    }
}

static void judge_segment(const struct pring_segment *segment, const struct pring_event *event,
                          struct pring_judge *judge)
{
    uint64_t first = 0;
    uint32_t count;

    if (pring_bytes_all(segment->addr, segment->len_bytes, PRING_BYTE_WRITTEN)) {
        judge_copied(segment, event, judge);
        return;
    }
    count = count_untouched(segment->addr, segment->len_bytes, &first);
    if (count == 0)
        return;
    pring_accuse(judge, "uninitialised", event,
                 "The driver lets the device read %" PRIu32
                 " byte%s that nobody has written, the first at 0x%" PRIx64 " of %" PRIu32
                 " bytes from 0x%" PRIx64 ".",
                 count, count == 1 ? "" : "s", first, segment->len_bytes, segment->addr);
}

/* Premise: the words of the ring are the driver's own. */
static void leak_event(void *state, const struct pring_event *event, struct pring_judge *judge)
{
    struct pring_walk walk = pring_walk_begin(pring_judge_observer(judge), event->chain);
    const struct pring_segment *segment;

    (void)state;
    if (pring_judge_facts(judge)->poked >> event->chain->queue & 1)
        return;
    while ((segment = pring_walk_next(&walk))) {
        if (segment->flags & (PRING_DESC_WRITE | PRING_DESC_INDIRECT))
            continue;
        if (is_arena(segment->addr, segment->len_bytes))
            judge_segment(segment, event, judge);
    }
}

const struct pring_oracle pring_oracle_leak = {
    .name = "leak",
    .kinds = 1u << PRING_EV_LEND,
    .event = leak_event,
    .help = "the device is shown no memory that nobody has written",
};
