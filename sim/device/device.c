/* SPDX-License-Identifier: Apache-2.0 */
#include <pring/device.h>

void pring_device_ack(struct pring_device *dev, uint64_t acked)
{
    dev->acked_features = acked & dev->avail_features;
}

uint32_t pring_device_avail_page(const struct pring_device *dev, uint32_t page)
{
    return page < 2 ? (uint32_t)(dev->avail_features >> (32 * page)) : 0;
}

void pring_device_ack_page(struct pring_device *dev, uint32_t page, uint32_t value)
{
    uint64_t mask;

    if (page >= 2)
        return;
    mask = (uint64_t)UINT32_MAX << (32 * page);
    pring_device_ack(dev, (dev->acked_features & ~mask) | (uint64_t)value << (32 * page));
}

bool pring_device_is_activated(const struct pring_device *dev)
{
    return dev->mem != NULL;
}

/* struct pring_mem keeps no log of dirty pages, so there is nothing to tell yet but whether there is a
 * memory. */
// cppcheck-suppress constParameter ; the contract's
int pring_device_mark_dirty(struct pring_device *dev, struct pring_mem *mem)
{
    return pring_device_is_activated(dev) && mem != NULL ? 0 : -1;
}
