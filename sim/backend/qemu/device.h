/* SPDX-License-Identifier: Apache-2.0 */
/* The scenario's device in QEMU's words. */
#ifndef PRING_BACKEND_QEMU_DEVICE_H
#define PRING_BACKEND_QEMU_DEVICE_H

#include <pring/setup.h>
#include <stddef.h>

/* What QEMU cannot be, in a few words; NULL: nothing. */
const char *qemu_device_lacks(const struct pring_setup *setup);
/* All bits that it can offer. */
uint64_t qemu_device_features(void);
/* The file behind the device, filled; -1: it has none. False: see errno. */
bool qemu_device_make(const struct pring_setup *setup, int *fd);
/* Command line: what stands behind the device, read from `fd`; and the value of -device. */
void qemu_device_source(const struct pring_setup *setup, int fd, char *out, size_t size_bytes);
void qemu_device_options(const struct pring_setup *setup, char *out, size_t size_bytes);

#endif
