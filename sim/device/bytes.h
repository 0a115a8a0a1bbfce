/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Little-endian fields in byte buffers, on any host and at any alignment. A copy and a swap instead of shifts
 * of bytes: gcc 12 makes slow vector code of those.
 */
#ifndef PRING_DEVICE_BYTES_H
#define PRING_DEVICE_BYTES_H

#include <stdint.h>
#include <string.h>

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define PRING_LE(bits, value) (value)
#else
#define PRING_LE(bits, value) __builtin_bswap##bits(value)
#endif

static inline uint16_t pring_get16(const void *p)
{
    uint16_t value;

    memcpy(&value, p, sizeof value);
    return PRING_LE(16, value);
}

static inline uint32_t pring_get32(const void *p)
{
    uint32_t value;

    memcpy(&value, p, sizeof value);
    return PRING_LE(32, value);
}

static inline uint64_t pring_get64(const void *p)
{
    uint64_t value;

    memcpy(&value, p, sizeof value);
    return PRING_LE(64, value);
}

static inline void pring_put16(void *p, uint16_t value)
{
    uint16_t raw = PRING_LE(16, value);

    memcpy(p, &raw, sizeof raw);
}

static inline void pring_put32(void *p, uint32_t value)
{
    uint32_t raw = PRING_LE(32, value);

    memcpy(p, &raw, sizeof raw);
}

static inline void pring_put64(void *p, uint64_t value)
{
    uint64_t raw = PRING_LE(64, value);

    memcpy(p, &raw, sizeof raw);
}

#endif
