/* SPDX-License-Identifier: Apache-2.0 */
/* The entropy device [5.4]: a seeded stream, the same on every backend. */
#ifndef PRING_DEVICE_RNG_H
#define PRING_DEVICE_RNG_H

#include "engine.h"

struct pring_rng {
    struct pring_engine engine;
    uint64_t state; /* never 0; survives a reset */
};

void pring_rng_init(struct pring_rng *rng, const struct pring_setup *setup, struct pring_vq *queues,
                    struct pring_workspace *work);

#endif
