/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz/mutator.h"

#include <string.h>

#include "fuzz/modes.h"

enum { FRESH_OF_16 = 4, FRESH_WHEN_IT_DRIES_UP = 11, RUNS_BEFORE_THAT = 4096, COMPLETED_PERCENT = 45 };

/* A few faults on an honest workload, drawn from nothing: the corpus has its favourites, and a fault that
 * never shows new code would hardly be tried at all. */
static size_t draw_fresh(const struct pring_mutator *mutator, uint8_t *bytes, size_t size_bytes,
                         unsigned seed)
{
    static struct pring_scenario scenario;
    pring_scenario_honest(&scenario,
                          mutator->devices[seed % (mutator->device_count ? mutator->device_count : 1)]);
    size_t len = pring_scenario_encode(&scenario, bytes, size_bytes);
    if (len > size_bytes)
        return 0;
    for (unsigned steps = 2 + seed / 8 % 4; steps > 0; steps--, seed = seed * 1664525u + 1013904223u)
        len = pring_mutate(bytes, len, size_bytes, seed, mutator->hints);
    return len;
}

/* A corpus grows by what refuses in new ways, and its children refuse too: long campaigns would hardly see a
 * request completed. Then more is drawn from nothing, until they do. */
static unsigned fresh_of_16(const struct pring_mutator *mutator)
{
    const struct pring_board *board = mutator->board;
    bool dries_up =
        board && board->runs >= RUNS_BEFORE_THAT && board->completed * 100 < board->runs * COMPLETED_PERCENT;
    return dries_up ? FRESH_WHEN_IT_DRIES_UP : FRESH_OF_16;
}

/* Mostly whole records, so that what comes out means something; one time in sixteen plain bytes, for what
 * no record mutation makes. */
size_t pring_mutator_change(const struct pring_mutator *mutator, uint8_t *bytes, size_t len_bytes,
                            size_t size_bytes, unsigned seed)
{
    if (mutator->plain_only || (seed % 16 == 0 && len_bytes > 0))
        return mutator->plain(bytes, len_bytes, size_bytes, seed);
    if (seed % 16 < fresh_of_16(mutator))
        return draw_fresh(mutator, bytes, size_bytes, seed / 16);
    return pring_mutate(bytes, len_bytes, size_bytes, seed, mutator->hints);
}

/* The front of one and the back of the other. */
static size_t splice(const uint8_t *one, size_t one_len, const uint8_t *other, size_t other_len, uint8_t *out,
                     size_t size_bytes, unsigned seed)
{
    size_t front = seed % (one_len + 1), from = seed / 641 % (other_len + 1), back = other_len - from;
    front = front < size_bytes ? front : size_bytes;
    back = back < size_bytes - front ? back : size_bytes - front;
    memcpy(out, one, front);
    memcpy(out + front, other + from, back);
    return front + back;
}

size_t pring_mutator_cross(const struct pring_mutator *mutator, const uint8_t *one, size_t one_len,
                           const uint8_t *other, size_t other_len, uint8_t *out, size_t size_bytes,
                           unsigned seed)
{
    if (mutator->plain_only)
        return splice(one, one_len, other, other_len, out, size_bytes, seed);
    return pring_crossover(one, one_len, other, other_len, out, size_bytes, seed, mutator->hints);
}

static unsigned next(unsigned *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static size_t remove_some(uint8_t *bytes, size_t len, unsigned *seed)
{
    size_t at = next(seed) % len, count = 1 + next(seed) % 16;
    count = count < len - at ? count : len - at;
    memmove(bytes + at, bytes + at + count, len - at - count);
    return len - count;
}

static size_t insert_some(uint8_t *bytes, size_t len, size_t size, unsigned *seed)
{
    size_t at = next(seed) % (len + 1), count = 1 + next(seed) % 16;
    count = count < size - len ? count : size - len;
    memmove(bytes + at + count, bytes + at, len - at);
    for (size_t i = 0; i < count; i++)
        bytes[at + i] = (uint8_t)next(seed);
    return len + count;
}

static void overwrite_some(uint8_t *bytes, size_t len, unsigned *seed)
{
    static const uint8_t odd[] = {0, 1, 2, 4, 8, 16, 32, 64, 127, 128, 254, 255};
    size_t at = next(seed) % len;
    switch (next(seed) % 4) {
    case 0:
        bytes[at] ^= (uint8_t)(1u << next(seed) % 8);
        break;
    case 1:
        bytes[at] = (uint8_t)next(seed);
        break;
    case 2:
        bytes[at] = odd[next(seed) % sizeof odd];
        break;
    default:
        bytes[at] = (uint8_t)(bytes[at] + next(seed) % 33 - 16);
        break;
    }
}

size_t pring_mutator_bytes(uint8_t *bytes, size_t len_bytes, size_t size_bytes, unsigned seed)
{
    size_t len = len_bytes < size_bytes ? len_bytes : size_bytes;
    switch (next(&seed) % 8) {
    case 0:
        return len > 1 ? remove_some(bytes, len, &seed) : insert_some(bytes, len, size_bytes, &seed);
    case 1:
        return insert_some(bytes, len, size_bytes, &seed);
    default:
        if (len == 0)
            return insert_some(bytes, len, size_bytes, &seed);
        overwrite_some(bytes, len, &seed);
        return len;
    }
}
