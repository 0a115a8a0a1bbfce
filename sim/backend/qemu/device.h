/* SPDX-License-Identifier: Apache-2.0 */
/* The scenario's device in QEMU's words. */
#ifndef PRING_BACKEND_QEMU_DEVICE_H
#define PRING_BACKEND_QEMU_DEVICE_H

#include <pring/setup.h>
#include <stddef.h>

/* What QEMU cannot be, in a few words; NULL: nothing. */
const char *qemu_device_lacks(const struct pring_setup *setup);
/* The file behind a disk, or the source of entropy, filled. False: see errno. */
bool qemu_device_make(const struct pring_setup *setup, int *fd);
/* How many sockets stand behind it instead: one for a network device, one for each port of a console. */
int qemu_device_peers(const struct pring_setup *setup);
/* Command line, with single spaces between its words: what stands behind the device, `fd` and on, and the
 * device.
 */
void qemu_device_words(const struct pring_setup *setup, int fd, char *out, size_t size_bytes);

#endif
