/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The driver's own interface: what its kernel calls. Replace driver and header by yours; glue.c is what
 * stays.
 */
#ifndef SKELETON_H
#define SKELETON_H

#include <stddef.h>
#include <stdint.h>

enum { SKELETON_BLOCK = 2, SKELETON_ENTROPY = 4 }; /* device types [virtio 1.3, 5] */
enum skeleton_op { SKELETON_READ, SKELETON_WRITE, SKELETON_FLUSH, SKELETON_RANDOM };

/* 0, or -1: no device for this driver, or it does not work. Then nothing is held. */
int skeleton_probe(unsigned dev);
/* gone: it was pulled out, registers read as ones. Requests under way come back first, as failed. */
void skeleton_remove(unsigned dev, int gone);
/* Sleeps until it is done. The number of bytes transferred, or -1. One at a time. */
long skeleton_transfer(unsigned dev, enum skeleton_op op, uint64_t sector, void *data, size_t len_bytes);
uint64_t skeleton_sectors(unsigned dev);

/* What it wants of its kernel, besides pring/guest.h: glue.c has it. */
void skeleton_is_broken(unsigned dev); /* the device is given up until it is probed again */

#endif
