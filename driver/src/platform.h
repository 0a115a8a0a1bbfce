/* SPDX-License-Identifier: Apache-2.0 */
/* Lending memory, coherent or not. */
#ifndef VIO_SOURCE_PLATFORM_H
#define VIO_SOURCE_PLATFORM_H

#include <vio/vio_platform.h>

/* Can the device reach all of it as it is? */
static inline bool vio_is_coherent(const struct vio_platform *platform, const void *ptr, size_t len_bytes)
{
    uint64_t at = (uintptr_t)ptr - (uintptr_t)platform->coherent.ptr;

    return at < platform->coherent.len_bytes && len_bytes <= platform->coherent.len_bytes - at;
}

/* From the address of coherent memory to that for the device, modulo 2^64. */
static inline uint64_t vio_coherent_offset(const struct vio_platform *platform)
{
    return platform->coherent.bus - (uintptr_t)platform->coherent.ptr;
}

enum vio_status vio_lend(const struct vio_platform *platform, void *ptr, size_t len_bytes, enum vio_dir dir,
                         uint64_t *bus);
void vio_take_back(const struct vio_platform *platform, uint64_t bus, size_t len_bytes, enum vio_dir dir);

#endif
