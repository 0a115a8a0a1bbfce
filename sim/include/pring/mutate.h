/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mutation that knows what a scenario is: whole records, values worth trying, places that this run has shown.
 * Knows no engine, keeps no state: the same input, seed and hints give the same output in every process. Any
 * bytes may go in; what comes out is the canonical encoding of a scenario, and short, so that runs stay
 * short.
 */
#ifndef PRING_MUTATE_H
#define PRING_MUTATE_H

#include <stddef.h>
#include <stdint.h>

#include <pring/field.h>
#include <pring/setup.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { PRING_MUTATE_DEVICES = PRING_DEVICE_RNG + 1 };

/* What changes rings beside EVENT_IDX, and no set-up has by itself: INDIRECT_DESC, RING_PACKED, IN_ORDER,
 * NOTIFICATION_DATA, RING_RESET [6]. */
#define PRING_RING_FEATURES (1ull << 28 | 1ull << 34 | 1ull << 35 | 1ull << 38 | 1ull << 40)

struct pring_mutate_hints { /* NULL, or zero members: anything */
    uint32_t devices;       /* mask of 1 << enum pring_device_type that a scenario may ask for */
    uint32_t operations;    /* as in struct pring_dut: of these the others are not drawn */
    uint64_t ring_features; /* of PRING_RING_FEATURES those that the backend has; 0: none is asked for */
    /* by device type, bit n: label n was seen in a run with that device; see pring_mutate_saw */
    uint64_t labels[PRING_MUTATE_DEVICES][(PRING_FIELD_COUNT + 63) / 64];
};

/* Notes that an event with this label crossed the wire. */
static inline void pring_mutate_saw(struct pring_mutate_hints *hints, uint32_t device_type, uint32_t label)
{
    if (device_type < PRING_MUTATE_DEVICES && label < PRING_FIELD_COUNT)
        hints->labels[device_type][label / 64] |= UINT64_C(1) << label % 64;
}

/* Changes data[0, size) in place; returns the new size, a multiple of 16 and at most `max_size`. */
size_t pring_mutate(uint8_t *data, size_t size, size_t max_size, uint32_t seed,
                    const struct pring_mutate_hints *hints);
/* A child of two scenarios into out[0, max_size); returns its size. out may not overlap the parents. */
size_t pring_crossover(const uint8_t *one, size_t one_size, const uint8_t *other, size_t other_size,
                       uint8_t *out, size_t max_size, uint32_t seed, const struct pring_mutate_hints *hints);

#ifdef __cplusplus
}
#endif
#endif
