/* SPDX-License-Identifier: Apache-2.0 */
/* How every engine makes a new input of an old one. Knows no engine: what is needed from one comes in. */
#ifndef PRING_FUZZ_MUTATOR_H
#define PRING_FUZZ_MUTATOR_H

#include <pring/mutate.h>

#include "fuzz/board.h"

struct pring_mutator {
    const struct pring_mutate_hints *hints;
    const struct pring_board *board; /* how the campaign goes; NULL: as if well */
    const uint16_t *devices;         /* types that an input drawn from nothing may press */
    uint32_t device_count;
    bool plain_only; /* the yardstick: bytes without a meaning, as an engine alone would mutate them */
    /* Changes bytes in place, without a thought; returns the new size. */
    size_t (*plain)(uint8_t *bytes, size_t len_bytes, size_t size_bytes, unsigned seed);
};

size_t pring_mutator_change(const struct pring_mutator *mutator, uint8_t *bytes, size_t len_bytes,
                            size_t size_bytes, unsigned seed);
size_t pring_mutator_cross(const struct pring_mutator *mutator, const uint8_t *one, size_t one_len,
                           const uint8_t *other, size_t other_len, uint8_t *out, size_t size_bytes,
                           unsigned seed);
/* A `plain` for engines that bring none. */
size_t pring_mutator_bytes(uint8_t *bytes, size_t len_bytes, size_t size_bytes, unsigned seed);

#endif
