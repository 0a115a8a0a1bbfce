/* SPDX-License-Identifier: Apache-2.0 */
#include "oracle/copied.h"

#include <stdlib.h>
#include <string.h>

#include <pring/memory.h>

enum { STALE_MIN = 4 };

/* ---- buffers that were lent ---- */

static bool overlaps(const struct pring_lent_buffer *b, const struct pring_segment *segment)
{
    return segment->addr < b->addr + b->len_bytes && b->addr < segment->addr + segment->len_bytes;
}

/* Lent anew: what it held before is no longer the end of a lending. */
static void forget(struct pring_lent_buffers *buffers, const struct pring_segment *segment)
{
    for (uint32_t i = 0; i < PRING_LENT_RECENT; i++) {
        if (buffers->recent[i].serial != 0 && overlaps(&buffers->recent[i], segment))
            buffers->recent[i].serial = 0;
    }
}

void pring_lent_add(struct pring_lent_buffers *buffers, const struct pring_observer *observer,
                    const struct pring_chain *chain)
{
    const struct pring_observed_queue *q = &observer->queue[chain->queue];
    uint32_t at = chain->head;

    for (uint32_t n = 0; n < chain->count && at < PRING_SEGMENTS_MAX; n++) {
        const struct pring_segment *segment = &q->segment[at];
        at = segment->next;
        if (!(segment->flags & PRING_DESC_WRITE) || segment->len_bytes < STALE_MIN)
            continue;
        forget(buffers, segment);
        buffers->recent[buffers->next++ % PRING_LENT_RECENT] = (struct pring_lent_buffer){
            segment->addr, segment->len_bytes, chain->serial, chain->head, chain->queue};
    }
}

static bool is_back(const struct pring_lent_buffer *b, const struct pring_observer *observer)
{
    const struct pring_chain *chain = &observer->queue[b->queue].chain[b->head];

    return b->serial != 0 && chain->serial == b->serial && chain->state == PRING_CHAIN_FREE;
}

/* Bytes 0 do not count: they are too common to prove a copy. */
static uint64_t count_stale(uint64_t addr, uint64_t len_bytes, uint64_t *first)
{
    uint64_t count = 0;

    for (uint64_t i = 0; i < len_bytes; i++) {
        uint8_t value;
        if (pring_bytes_any(addr + i, 1, PRING_BYTE_DEVICE | PRING_BYTE_WRITTEN))
            continue;
        pring_copy(&value, (const void *)(uintptr_t)(addr + i), 1);
        if (value != 0 && count++ == 0)
            *first = i;
    }
    return count >= STALE_MIN ? count : 0;
}

/* Memory that was freed since is poisoned: it is looked at byte by byte, behind the sanitizer's back. */
static bool is_equal(uint64_t addr, const uint8_t *data, uint64_t len_bytes)
{
    uint8_t left[64], right[64];

    for (uint64_t i = 0; i < len_bytes; i += sizeof(left)) {
        uint64_t rest = len_bytes - i;
        size_t n = rest < sizeof(left) ? (size_t)rest : sizeof(left);
        pring_copy(left, (const void *)(uintptr_t)(addr + i), n);
        pring_copy(right, data + i, n);
        if (memcmp(left, right, n) != 0)
            return false;
    }
    return true;
}

uint64_t pring_lent_stale(const struct pring_lent_buffers *buffers, const struct pring_observer *observer,
                          const uint8_t *data, uint64_t len_bytes, uint64_t *first)
{
    for (uint32_t i = 0; i < PRING_LENT_RECENT; i++) {
        const struct pring_lent_buffer *b = &buffers->recent[i];
        if (!is_back(b, observer) || b->len_bytes < len_bytes || !pring_memory_exists(b->addr, len_bytes))
            continue;
        if (pring_bytes_all(b->addr, len_bytes, PRING_BYTE_DEVICE))
            continue;
        if (is_equal(b->addr, data, len_bytes))
            return count_stale(b->addr, len_bytes, first);
    }
    return 0;
}

/* ---- the dirty pattern: it repeats with each page ---- */

enum { PATTERN_BYTES = 4096, FILTER_BITS = 1 << 16 };
static struct { /* a pure function of the pattern, made once per process */
    bool made;
    uint32_t window[PATTERN_BYTES]; /* sorted */
    uint8_t filter[FILTER_BITS / 8];
} pattern;

static uint32_t filter_bit(uint32_t window)
{
    return window * UINT32_C(0x9e3779b1) >> 16;
}

static int compare(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

    return (left > right) - (left < right);
}

static void make_pattern(void)
{
    for (uint32_t i = 0; i < PATTERN_BYTES; i++) {
        uint8_t bytes[4];
        for (uint32_t k = 0; k < 4; k++)
            bytes[k] = pring_memory_dirty(i + k);
        memcpy(&pattern.window[i], bytes, sizeof(bytes));
        uint32_t bit = filter_bit(pattern.window[i]);
        pattern.filter[bit / 8] |= (uint8_t)(1u << (bit % 8));
    }
    qsort(pattern.window, PATTERN_BYTES, sizeof(pattern.window[0]), compare);
    pattern.made = true;
}

bool pring_is_pattern(const uint8_t bytes[4])
{
    uint32_t window, bit;

    if (!pattern.made)
        make_pattern();
    memcpy(&window, bytes, sizeof(window));
    bit = filter_bit(window);
    if (!(pattern.filter[bit / 8] >> (bit % 8) & 1))
        return false;
    return bsearch(&window, pattern.window, PATTERN_BYTES, sizeof(window), compare) != NULL;
}
