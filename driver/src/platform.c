/* SPDX-License-Identifier: Apache-2.0 */
#include "platform.h"

/* Is [at, at + len_bytes) inside, where `at` counts from the start of the coherent memory? */
static bool is_coherent(const struct vio_platform *platform, uint64_t at, size_t len_bytes)
{
    return at < platform->coherent.len_bytes && len_bytes <= platform->coherent.len_bytes - at;
}

enum vio_status vio_lend(const struct vio_platform *platform, void *ptr, size_t len_bytes, enum vio_dir dir,
                         uint64_t *bus)
{
    uint64_t at = (uintptr_t)ptr - (uintptr_t)platform->coherent.ptr;

    if (!is_coherent(platform, at, len_bytes))
        return platform->dma_map(platform->ctx, ptr, len_bytes, dir, bus);
    *bus = platform->coherent.bus + at;
    return VIO_OK;
}

void vio_take_back(const struct vio_platform *platform, uint64_t bus, size_t len_bytes, enum vio_dir dir)
{
    if (!is_coherent(platform, bus - platform->coherent.bus, len_bytes))
        platform->dma_unmap(platform->ctx, bus, len_bytes, dir);
}
