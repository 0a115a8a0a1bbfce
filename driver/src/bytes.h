/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Access to memory that is shared with the device: one load or store of the field's own width, little-
 * endian [2.7, 5.2.6]. A word that the device can write is loaded through vio_load* once, into a
 * local; it may be another one a moment later (invariant 2).
 */
#ifndef VIO_BYTES_H
#define VIO_BYTES_H

#include <stddef.h>
#include <stdint.h>

void *memcpy(void *restrict target, const void *restrict source, size_t len_bytes);
void *memset(void *target, int value, size_t len_bytes);

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define VIO_LE16(x) __builtin_bswap16(x)
#define VIO_LE32(x) __builtin_bswap32(x)
#define VIO_LE64(x) __builtin_bswap64(x)
#else
#define VIO_LE16(x) ((uint16_t)(x))
#define VIO_LE32(x) ((uint32_t)(x))
#define VIO_LE64(x) ((uint64_t)(x))
#endif

static inline uint8_t vio_load8(const void *at)
{
    return *(const volatile uint8_t *)at;
}
static inline uint16_t vio_load16(const void *at)
{
    return VIO_LE16(*(const volatile uint16_t *)at);
}
static inline uint32_t vio_load32(const void *at)
{
    return VIO_LE32(*(const volatile uint32_t *)at);
}

static inline void vio_store8(void *at, uint8_t value)
{
    *(volatile uint8_t *)at = value;
}
static inline void vio_store16(void *at, uint16_t value)
{
    *(volatile uint16_t *)at = VIO_LE16(value);
}
static inline void vio_store32(void *at, uint32_t value)
{
    *(volatile uint32_t *)at = VIO_LE32(value);
}
static inline void vio_store64(void *at, uint64_t value)
{
    *(volatile uint64_t *)at = VIO_LE64(value);
}

#endif
