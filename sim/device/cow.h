/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What backends need of the block store beyond <pring/device.h>: whole runs of words, and snapshots.
 * A run stays inside one sector: first + count <= PRING_COW_WORDS.
 */
#ifndef PRING_DEVICE_COW_H
#define PRING_DEVICE_COW_H

#include <pring/device.h>

enum { PRING_COW_WORDS = PRING_SECTOR_BYTES / 8, PRING_COW_SECTORS = 4096 };

/* One whole sector as the bytes that DMA sees. */
void pring_cow_read_sector(const struct pring_cow *cow, uint64_t sector, uint8_t bytes[PRING_SECTOR_BYTES]);
void pring_cow_write_sector(struct pring_cow *cow, uint64_t sector, const uint8_t bytes[PRING_SECTOR_BYTES]);

/* A snapshot holds the seed and the written sectors, no pointers; any store may be restored from it. Returns
 * the bytes needed, and writes them if they fit. */
size_t pring_cow_save(const struct pring_cow *cow, void *buf, size_t size_bytes);
void pring_cow_restore(struct pring_cow *cow, const void *buf);

#endif
