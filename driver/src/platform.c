/* SPDX-License-Identifier: Apache-2.0 */
#include "platform.h"

enum vio_status vio_lend(const struct vio_platform *platform, void *ptr, size_t len_bytes, enum vio_dir dir,
                         uint64_t *bus)
{
    if (!vio_is_coherent(platform, ptr, len_bytes))
        return platform->dma_map(platform->ctx, ptr, len_bytes, dir, bus);
    *bus = (uintptr_t)ptr + vio_coherent_offset(platform);
    return VIO_OK;
}

void vio_take_back(const struct vio_platform *platform, uint64_t bus, size_t len_bytes, enum vio_dir dir)
{
    uint64_t at = bus - platform->coherent.bus;

    if (at >= platform->coherent.len_bytes || len_bytes > platform->coherent.len_bytes - at)
        platform->dma_unmap(platform->ctx, bus, len_bytes, dir);
}
