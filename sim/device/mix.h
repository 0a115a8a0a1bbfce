/* SPDX-License-Identifier: Apache-2.0 */
/* Mixing of 64-bit values for fills and state hashes. Not for secrets. */
#ifndef PRING_DEVICE_MIX_H
#define PRING_DEVICE_MIX_H

#include <stdint.h>

static inline uint64_t pring_mix(uint64_t x) /* a bijection */
{
    x = (x ^ (x >> 32)) * UINT64_C(0xd6e8feb86659fd93);
    x = (x ^ (x >> 32)) * UINT64_C(0xd6e8feb86659fd93);
    return x ^ (x >> 32);
}

static inline uint64_t pring_mix_in(uint64_t hash, uint64_t value)
{
    return pring_mix(hash + UINT64_C(0x9e3779b97f4a7c15) + value) ^ (hash << 7);
}

#endif
